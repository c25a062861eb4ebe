"""The compare page: how much to simulate, the outcomes by plan, and the charts; partial results as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from planner import wording
from planner.charts.build import ROWS, has_something
from planner.charts.screen_label import WrappedLabel
from planner.experiments.precision import Precision
from planner.gui.cards import Card, IconButton
from planner.gui.chart_card import card_of
from planner.gui.fields import NumberField
from planner.gui.jobs import State
from planner.gui.pages.outcomes_table import MAIN, OutcomesTable
from planner.gui.pages.page import Empty, Notice, Page
from planner.gui.theme import GAP, WIDE_GAP
from simulation import METRICS

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent, QShowEvent

    from planner.experiments.comparison import Comparison
    from planner.gui.desk import Desk
    from planner.gui.dialogs import Dialogs

WIDE = 980
"""Pixels from which two charts stand side by side."""
EFFORTS: tuple[tuple[str, Precision | None], ...] = (
    ("the replications of the study", None),
    ("until ±2 % of conversion", Precision(0.02)),
    ("until ±1 % of conversion", Precision(0.01)),
    ("until ±0.5 % of conversion", Precision(0.005)),
    ("until ±1 % of order value", Precision(0.01, ("aov",))),
    ("until ±1 % of lifetime value", Precision(0.01, ("ltv",))),
)


class ComparePage(Page):
    """Run, watch, read, hand on. How much to simulate stands above, before the first run too."""

    def __init__(self, desk: Desk, dialogs: Dialogs) -> None:
        super().__init__(desk, dialogs)
        self.controls = QWidget()
        self.controls.setLayout(self._controls())
        whole = self.layout()
        if isinstance(whole, QVBoxLayout):
            whole.insertWidget(1, self.controls)

    @Slot()
    def bring_up_to_date(self) -> None:
        """Show how much is simulated, with or without something compared."""
        super().bring_up_to_date()
        self.controls.setVisible(self.desk.document.is_open)
        self._show_controls()

    def build(self) -> QWidget:
        """Make controls, table and chart cards; charts are drawn when they are seen."""
        self.table = OutcomesTable(self.desk.look)
        self.cards = {chart: card_of(self.desk, self.dialogs, chart) for row in ROWS for chart in row}
        self.notes = WrappedLabel(name="note")
        content = QWidget()
        content.setObjectName("page")
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, GAP, 0)
        layout.setSpacing(WIDE_GAP)
        layout.addWidget(self._outcomes_card())
        self._grid = QGridLayout()
        self._grid.setSpacing(WIDE_GAP)
        layout.addLayout(self._grid)
        layout.addWidget(self.notes)
        layout.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setWidget(content)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._drawing = QTimer(self, singleShot=True, interval=0)
        self._drawing.timeout.connect(self._draw_next)
        for card in self.cards.values():
            card.seen.connect(self._draw_soon)
        self._columns = 0
        self._arrange()
        return self.area

    def showEvent(self, event: QShowEvent) -> None:
        """Make the content before anything runs, so that the first results find it ready."""
        if self.desk.document.is_open:
            self.prepare()
        super().showEvent(event)

    def _controls(self) -> QHBoxLayout:
        self.baseline = QComboBox()
        self.baseline.setAccessibleName("Baseline")
        self.baseline.textActivated.connect(self._on_baseline)
        self.effort = QComboBox()
        self.effort.setAccessibleName("How long to replicate")
        self.effort.addItems([text for text, _ in EFFORTS])
        self.effort.activated.connect(self._on_effort)
        self.visitors, self.replications = (NumberField(whole=True, share=False) for _ in range(2))
        self.visitors.changed.connect(self._on_visitors)
        self.replications.changed.connect(self._on_replications)
        for effort, name, about in (
            (self.visitors, "Shoppers", "How many shoppers come within the horizon in every replication"),
            (self.replications, "Replications", "How often every plan is run, each time with other shoppers and luck"),
        ):
            effort.editor.setAccessibleName(name)
            effort.editor.setToolTip(about)
        self.baseline.setToolTip("The plan that the others are compared with")
        self.effort.setToolTip("More replications make the intervals narrower")
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GAP)
        fields: tuple[tuple[str, QWidget], ...] = (
            ("&Baseline", self.baseline),
            ("&Shoppers", self.visitors),
            ("Re&plications", self.replications),
            ("&Go on for", self.effort),
        )
        for text, field in fields:
            label = QLabel(text)
            label.setBuddy(field.focusProxy() or field)
            line.addWidget(label)
            line.addWidget(field)
            line.addSpacing(GAP)
        line.addStretch(1)
        return line

    def _outcomes_card(self) -> Card:
        self.outcomes_card = Card("Outcomes by plan")
        self.all_outcomes = QCheckBox("All outcomes")
        self.all_outcomes.toggled.connect(self._show_table)
        self.copy = IconButton(self.desk.look, "copy", "Copy the table", self._on_copy)
        self.outcomes_card.tools.addWidget(self.all_outcomes)
        self.outcomes_card.tools.addWidget(self.copy)
        self.outcomes_card.body.addWidget(self.table)
        return self.outcomes_card

    # states ----------------------------------------------------------------------------------------------------------
    def empty(self) -> Empty | None:
        """Say what to do until there is something compared."""
        desk = self.desk
        nothing = super().empty()
        if nothing is not None or desk.document.result is not None:
            return nothing
        if desk.comparer.is_busy:
            return Empty("The first results are on their way", "They appear here as soon as every plan has one run.")
        if desk.trouble is not None:
            return Empty("The comparison did not work", desk.trouble.text, "Run again", "run")
        if desk.document.faults:
            lines = "\n".join(str(fault) for fault in desk.document.faults[:5])
            return Empty("The study cannot be run yet", lines, "Go to Plans", "plans")
        return Empty("Nothing is compared yet", self._what_is_run(), "Run", "run")

    def _what_is_run(self) -> str:
        study = self.desk.document.study
        if study is None:
            return ""
        experiment = study.experiment
        return (
            f"Run simulates {len(study.plans)} plans on the same {experiment.visitors:,} shoppers, "
            f"{experiment.replications} times.\n"
            f"It says what each does against {wording.plain(experiment.baseline)}, and how sure that is."
        )

    def notice(self) -> Notice | None:
        """Say that results are partial, failed or no longer of this study."""
        desk, stale = self.desk, self.desk.document.stale_plans()
        if desk.comparer.is_busy:
            paused = "Paused. " if desk.comparer.state is State.PAUSED else ""
            return Notice("running", f"{paused}So far {self._comparison.replications} replications are complete.")
        if desk.trouble is not None:
            return Notice("failed", f"The last run did not work: {desk.trouble.text}", "Run again", "run")
        kept = f"From the history: {self._kept}. " if self._kept else ""
        if stale:
            which = "The study" if len(stale) == len(self._comparison.plans) else ", ".join(map(wording.plain, stale))
            return Notice("stale", f"{kept}{which} changed since this comparison.", "Run again", "run")
        missing = set(desk.document.study.plans if desk.document.study else ()) - set(desk.document.compared_plans())
        if missing:
            return Notice("stale", f"{kept}Not compared yet: {', '.join(sorted(missing))}.", "Run again", "run")
        return Notice("stale", f"{kept}The study is still the same.", "To History", "history") if kept else None

    @property
    def _kept(self) -> str:
        return self.desk.document.result.kept if self.desk.document.result is not None else ""

    @property
    def _comparison(self) -> Comparison:
        result = self.desk.document.result
        if result is None:
            raise RuntimeError("nothing is compared")
        return result.comparison

    # content ---------------------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the comparison as it is now."""
        comparison = self._comparison
        self._show_table()
        self.notes.setText("\n".join(comparison.notes))
        for chart, card in self.cards.items():
            card.setVisible(has_something(chart, comparison))
            card.want(comparison)

    def _show_controls(self) -> None:
        """Show what the study says of how much to simulate."""
        document = self.desk.document
        plans = document.value(("plans",), {})
        self.baseline.clear()
        self.baseline.addItems([str(name) for name in plans] if isinstance(plans, dict) else [])
        self.baseline.setCurrentText(str(document.value(("experiment", "baseline"), "Baseline")))
        self.visitors.show_value(document.value(("experiment", "visitors"), 20_000))
        self.replications.show_value(document.value(("experiment", "replications"), 8))
        self.replications.setEnabled(self.desk.precision is None)

    @Slot()
    def _show_table(self) -> None:
        comparison = self._comparison
        metrics = tuple(METRICS) if self.all_outcomes.isChecked() else MAIN
        note = (
            f"mean of {comparison.replications} replications of {comparison.visitors:,} shoppers, the same in every "
            f"plan; lift over {wording.plain(comparison.baseline)} with its interval at "
            f"{wording.level(comparison.confidence)}"
        )
        self.outcomes_card.say("Outcomes by plan", note)
        self.table.show_comparison(comparison, metrics, self.desk.document.stale_plans())

    @Slot()
    def _draw_soon(self) -> None:
        self._drawing.start()

    @Slot()
    def _draw_next(self) -> None:
        """Draw one chart that is seen and behind, then let the window breathe."""
        waiting = [card for card in self.cards.values() if card.is_behind and not card.visibleRegion().isEmpty()]
        if waiting:
            waiting[0].draw()
            self._drawing.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put charts side by side where there is room."""
        super().resizeEvent(event)
        if self._body is not None:
            self._arrange()

    def _arrange(self) -> None:
        columns = 2 if self.width() >= WIDE else 1
        if columns == self._columns:
            return
        self._columns = columns
        place = 0
        for row in ROWS:
            for index, chart in enumerate(row):
                wide = len(row) == 1 or columns == 1
                self._grid.addWidget(self.cards[chart], place, 0 if wide else index, 1, 2 if wide else 1)
                place += int(wide)
            place += int(not (len(row) == 1 or columns == 1))
        for column in range(2):
            self._grid.setColumnStretch(column, 1)

    # controls --------------------------------------------------------------------------------------------------------
    @Slot(str)
    def _on_baseline(self, plan: str) -> None:
        """Compare with another plan; where nothing else changed the finished runs are only compared anew."""
        fresh = not self.desk.document.stale_plans()
        self.desk.document.set_value(("experiment", "baseline"), plan, f"Use {plan} as baseline")
        if fresh and plan in self.desk.document.compared_plans():
            self.desk.run()

    @Slot(int)
    def _on_effort(self, place: int) -> None:
        self.desk.choose_precision(EFFORTS[place][1])
        self.replications.setEnabled(self.desk.precision is None)

    @Slot(object)
    def _on_visitors(self, value: object) -> None:
        self.desk.document.set_value(("experiment", "visitors"), value, "Change shoppers")

    @Slot(object)
    def _on_replications(self, value: object) -> None:
        self.desk.document.set_value(("experiment", "replications"), value, "Change replications")

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.table.outcomes.as_text())
        self.desk.noticed.emit("The table was copied")
