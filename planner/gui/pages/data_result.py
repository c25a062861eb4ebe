"""What a calibration found: outcomes observed beside simulated with verdicts, a chart of them, and the fitted values.

Shows a result; using or saving the study is the page's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from planner.calibration.margins import CLOSE
from planner.calibration.told import (
    FITTED_COLUMNS,
    MARGIN_COLUMNS,
    SAME_AGES,
    fitted_rows,
    forecast,
    margin_row,
    untold,
)
from planner.charts.margins import margins
from planner.charts.screen import ChartView
from planner.charts.screen_label import WrappedLabel
from planner.gui.cards import Card, IconButton, primary
from planner.gui.text_table import Head, TextTable
from planner.gui.theme import GAP, WIDE_GAP, text_pixels

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.calibration.apart import Result
    from planner.charts.spec import Role as Tone
    from planner.gui.desk import Desk

TONES: dict[str, Tone] = {"trust": "better", "differences only": "undecided", "not calibrated": "muted"}
VERDICTS = {
    "trust": f"the level can be trusted: within {CLOSE:.0%} of the log, or within the errors of both",
    "differences only": "the level is off or little known; differences between plans may still be told",
    "not calibrated": "the log says nothing of it: the level is that of the starting study",
}


class ResultView(QWidget):
    """The finished calibration; ``use`` and ``save`` are called by its buttons.

    It has no content before ``prepare``, so that the page is there at once.
    """

    def __init__(self, desk: Desk, use: Callable[[], object], save: Callable[[], object]) -> None:
        super().__init__()
        self._desk, self._use, self._save = desk, use, save
        self._shown: Result | None = None

    def prepare(self) -> None:
        """Make the cards, unless they are there."""
        if self.layout() is not None:
            return
        look = self._desk.look
        self.use = primary("Use as study", self._use)
        self.use.setToolTip("Open the calibrated study, to compare plans in it")
        self.summary = WrappedLabel()
        self.log = WrappedLabel(name="note")
        self.margins = TextTable(look, "Outcomes observed beside simulated", TONES, whole=True)
        self.fitted = TextTable(look, "Fitted values", whole=True)
        self.chart = ChartView(scale=text_pixels() / 13, heading=False)
        self.save = IconButton(look, "save", "Save study…", self._save, labelled=True)
        self.untold, self.forecast, self.ages = (WrappedLabel(name="note") for _ in range(3))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(WIDE_GAP)
        for card in (self._top(), self._margins_card(), self._chart_card(), self._fitted_card()):
            layout.addWidget(card)
        look.changed.connect(self._on_look)

    def _top(self) -> Card:
        self.top = Card("The calibrated study")
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addWidget(self.use)
        buttons.addWidget(self.save)
        buttons.addStretch(1)
        self.top.body.addWidget(self.summary)
        self.top.body.addWidget(self.log)
        self.top.body.addLayout(buttons)
        return self.top

    def _margins_card(self) -> Card:
        card = Card(
            "Observed beside simulated", "with 95 % intervals; the verdict says what may be read from the study"
        )
        self.copy = IconButton(self._desk.look, "copy", "Copy the table", self._on_copy)
        card.tools.addWidget(self.copy)
        for part in (self.margins, self.ages, self.untold):
            card.body.addWidget(part)
        return card

    def _chart_card(self) -> Card:
        self.chart_card = Card()
        self.chart_card.body.addWidget(self.chart)
        return self.chart_card

    def _fitted_card(self) -> Card:
        card = Card("Fitted values", "with standard errors; each stands in the study with its source beside it")
        card.body.addWidget(self.fitted)
        card.body.addWidget(self.forecast)
        return card

    def show_result(self, result: Result) -> None:
        """Show a result; showing the same again costs nothing."""
        if result is self._shown:
            return
        self.prepare()
        self._shown = result
        found = result.found
        told = [margin for margin in found.margins if margin.observed is not None]
        trusted = sum(margin.verdict == "trust" for margin in told)
        self.summary.setText(
            f"{trusted} of {len(told)} outcomes that the log tells can be trusted in their level; of the others trust "
            "differences between plans only."
        )
        notes = (note[:1].upper() + note[1:] for note in result.notes)
        self.log.setText("\n".join((_log_text(result), *notes)))
        names, *_ = heads = [Head(name) for name in MARGIN_COLUMNS]
        sides = [names, *(head._replace(side="right") for head in heads[1:4])]
        verdict = Head(MARGIN_COLUMNS[4], "chip", "\n".join(f"{name}: {text}" for name, text in VERDICTS.items()))
        self.margins.show_rows([*sides, verdict], [margin_row(margin, result.currency) for margin in told])
        self.ages.setText(SAME_AGES)
        self.untold.setText("\n".join(untold(found.margins, result.currency)))
        numbers = [Head(FITTED_COLUMNS[0]), *(Head(name, "right") for name in FITTED_COLUMNS[1:])]
        self.fitted.show_rows(numbers, fitted_rows(found))
        hold_out = found.fit.hold_out
        self.forecast.setText(forecast(hold_out) if hold_out is not None else "")
        self.forecast.setVisible(hold_out is not None)
        spec = margins(found.margins)
        self.chart_card.say(spec.title, spec.subtitle)
        self.chart.setMinimumHeight(round(spec.height * 72 * text_pixels() / 13))
        self.chart.show_chart(spec, self._desk.look.theme)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.margins.texts.as_text())
        self._desk.noticed.emit("The table was copied")

    @Slot()
    def _on_look(self) -> None:
        self.chart.set_theme(self._desk.look.theme)


def _log_text(result: Result) -> str:
    """Return what the log holds, in a line."""
    aside = "; ".join(f"{reason}: {count:,}" for reason, count in result.set_aside.items())
    return (
        f"{result.rows:,} rows, {result.kept:,} kept: {result.orders:,} orders of {result.customers:,} customers, "
        f"{result.first_date} to {result.last_date}." + (f" Set aside: {aside}." if aside else "")
    )
