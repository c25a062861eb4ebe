"""The plans page: which strategies each plan has, in a table; the chosen strategy's parameters, in a form beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from planner import wording
from planner.charts.screen_label import WrappedLabel
from planner.evidence.words import told
from planner.gui.cards import Card, IconButton, heading
from planner.gui.forms import Form
from planner.gui.pages.page import Page
from planner.gui.pages.plans_rows import POINTS, lacking, plans_of
from planner.gui.pages.plans_table import PlansTable
from planner.gui.theme import GAP, SMALL_GAP
from planner.study_tree import Tree, moved, renamed, with_value, without
from simulation import library

if TYPE_CHECKING:
    from planner.gui.desk import Desk
    from simulation import Strategy

SIDE_WIDTH = 340
ABOUT_TABLE = (
    "Tick what a plan does; later strategies act after earlier ones. Tinted: otherwise than in the baseline. "
    "Under a plan's name its fixed cost per month; messages, gifts and media come on top."
)


class PlansPage(Page):
    """Plans and their strategies."""

    def build(self) -> QWidget:
        """Make the table and the side with the form."""
        self.table = PlansTable(self.desk)
        self.table.chosen.connect(self._on_chosen)
        card = Card("Plans", ABOUT_TABLE)
        for tool in self._tools():
            card.tools.addWidget(tool)
        card.body.addWidget(self.table, 1)
        self.side = StrategySide(self.desk)
        split = QSplitter()
        split.setHandleWidth(GAP + SMALL_GAP)
        split.setChildrenCollapsible(False)
        split.addWidget(card)
        split.addWidget(self.side)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 0)
        split.setSizes([900, SIDE_WIDTH])
        return split

    def _tools(self) -> list[IconButton]:
        look = self.desk.look
        self.tools = {
            "new": IconButton(look, "plus", "New plan", self._on_new),
            "duplicate": IconButton(look, "copy", "Duplicate plan", self._on_duplicate),
            "rename": IconButton(look, "rename", "Rename plan…", self._on_rename),
            "left": IconButton(look, "left", "Move plan to the left", self._on_left),
            "right": IconButton(look, "right", "Move plan to the right", self._on_right),
            "baseline": IconButton(look, "baseline", "Use plan as baseline", self._on_baseline),
            "delete": IconButton(look, "delete", "Delete plan", self._on_delete),
        }
        return list(self.tools.values())

    def refresh(self) -> None:
        """Show the study's plans; the first strategy is chosen until another one is."""
        self.table.refresh()
        if not self.table.currentIndex().isValid() and self.table.plans_model.plans:
            self.table.choose(self.table.plans_model.plans[min(1, len(self.table.plans_model.plans) - 1)])
        self._show_side()

    @Slot()
    def _on_chosen(self) -> None:
        self._show_side()

    def _show_side(self) -> None:
        plan, row = self.table.plan, self.table.row
        baseline = self.table.plans_model.baseline
        self.tools["delete"].setEnabled(plan != baseline and len(self.table.plans_model.plans) > 1)
        self.tools["baseline"].setEnabled(plan != baseline)
        for name, text in (("duplicate", "Duplicate"), ("rename", "Rename"), ("delete", "Delete")):
            self.tools[name].setToolTip(f"{text} {plan}")
        self.side.show_strategy(plan, baseline, row.id if row is not None else "")

    # plans -----------------------------------------------------------------------------------------------------------
    def _names(self) -> list[str]:
        return self.table.plans_model.plans

    def free_name(self, wanted: str) -> str:
        """Return a name that no plan has yet."""
        taken = set(self._names())
        numbered = (f"{wanted} {number}" for number in range(2, len(taken) + 3))
        return wanted if wanted not in taken else next(name for name in numbered if name not in taken)

    @Slot()
    def _on_new(self) -> None:
        name = self.free_name("New plan")
        self.desk.document.edit_plans(f"New plan {name}", lambda tree: with_value(tree, ("plans", name), {}))
        self._choose(name)

    @Slot()
    def _on_duplicate(self) -> None:
        plan = self.table.plan
        name = self.free_name(f"{plan} copy")

        def change(tree: Tree) -> Tree:
            added: Tree = with_value(tree, ("plans", name), tree["plans"][plan])
            names = list(added["plans"])
            return moved(added, ("plans", name), names.index(plan) + 1 - names.index(name))

        self.desk.document.edit_plans(f"Duplicate {plan}", change)
        self._choose(name)

    @Slot()
    def _on_rename(self) -> None:
        plan = self.table.plan
        name = self.dialogs.text("Rename plan", "Name of the plan", plan)
        if name is not None and name not in self._names():
            self.rename(plan, name)

    def rename(self, plan: str, name: str) -> None:
        """Give a plan another name; the baseline stays the baseline."""
        is_baseline = plan == self.table.plans_model.baseline

        def change(tree: Tree) -> Tree:
            changed = renamed(tree, ("plans", plan), name)
            return with_value(changed, ("experiment", "baseline"), name) if is_baseline else changed

        self.desk.document.edit_plans(f"Rename {plan}", change)
        self._choose(name)

    @Slot()
    def _on_left(self) -> None:
        self._move(-1)

    @Slot()
    def _on_right(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        plan = self.table.plan
        self.desk.document.edit_plans(f"Move {plan}", lambda tree: moved(tree, ("plans", plan), by))
        self._choose(plan)

    @Slot()
    def _on_baseline(self) -> None:
        plan = self.table.plan
        self.desk.document.set_value(("experiment", "baseline"), plan, f"Use {plan} as baseline")

    @Slot()
    def _on_delete(self) -> None:
        plan = self.table.plan
        self.desk.document.edit_plans(f"Delete {plan}", lambda tree: without(tree, ("plans", plan)))

    def _choose(self, plan: str) -> None:
        """Show the plans as they are now, with a cell of ``plan`` current."""
        row = self.table.row
        self.table.refresh()
        if plan in self._names():
            self.table.choose(plan, row.id if row is not None else "")
        self._show_side()


class StrategySide(QWidget):
    """The chosen strategy: what it does, what it needs, what is known of it, and its parameters in the chosen plan."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._forms: dict[str, Form] = {}
        self._plan = self._strategy = ""
        self.card = Card("Strategy")
        self.state = WrappedLabel(name="note")
        self.switch = QPushButton()
        self.switch.clicked.connect(self._on_switch)
        line = QHBoxLayout()
        line.addWidget(self.state, 1)
        line.addWidget(self.switch)
        self.warning = WrappedLabel(name="fault")
        self._inside = QWidget()
        self._inside.setObjectName("inside")
        self._fields = QVBoxLayout(self._inside)
        self._fields.setContentsMargins(0, 0, GAP, 0)
        self.facts = WrappedLabel(name="note")
        self._fields.addSpacing(SMALL_GAP)
        self._known = heading("What is known of it")
        self._fields.addWidget(self._known)
        self._fields.addWidget(self.facts)
        self._fields.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self._inside)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.viewport().setAutoFillBackground(False)
        self._inside.setAutoFillBackground(False)
        self.card.body.addLayout(line)
        self.card.body.addWidget(self.warning)
        self.card.body.addWidget(area, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.card)
        self.setMinimumWidth(300)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    @property
    def form(self) -> Form | None:
        """The form that is shown."""
        return self._forms.get(self._strategy)

    def show_strategy(self, plan: str, baseline: str, strategy: str) -> None:
        """Show a strategy (empty: none is chosen) as it is in a plan."""
        self._plan, self._strategy = plan, strategy
        known = library().strategies.get(strategy)
        inside = strategy in plans_of(self._desk.document.reading.whole).get(plan, {})
        for id_, form in self._forms.items():
            form.setVisible(id_ == strategy and inside)
        self.switch.setVisible(bool(known) or inside)
        self._known.setVisible(known is not None)
        self.switch.setText("Take out" if inside else "Put in")
        if known is None:
            text = f"{strategy} is not installed here; it is kept in the file, without effect." if strategy else ""
            self.card.say(strategy or "Choose a strategy", text)
            for label in (self.state, self.warning, self.facts):
                label.setText("")
            return
        self._show_known(known, plan, baseline, inside=inside)

    def _show_known(self, known: type[Strategy], plan: str, baseline: str, *, inside: bool) -> None:
        self.card.say(known.title, f"{known.about[:1].upper()}{known.about[1:]}.")
        self.state.setText(f"{'In' if inside else 'Not in'} {wording.plain(plan)}")
        missing = lacking(self._desk.document.reading.whole, known.id)
        self.warning.setText(f"Needs data that this study does not collect: {', '.join(missing)}." if missing else "")
        self.warning.setVisible(bool(missing))
        self.facts.setText(facts_text(known))
        if inside:
            form = self._form_of(known)
            beside = ("plans", baseline, known.id)
            in_baseline = known.id in plans_of(self._desk.document.reading.whole).get(baseline, {})
            form.show_at(("plans", plan, known.id), beside if in_baseline and plan != baseline else None, baseline)
            form.show()

    def _form_of(self, known: type[Strategy]) -> Form:
        if known.id not in self._forms:
            self._forms[known.id] = Form(self._desk, known)
            self._fields.insertWidget(0, self._forms[known.id])
        return self._forms[known.id]

    @Slot()
    def _on_switch(self) -> None:
        path = ("plans", self._plan, self._strategy)
        inside = self._strategy in plans_of(self._desk.document.reading.whole).get(self._plan, {})
        label = f"Take {self._strategy} out of {self._plan}" if inside else f"Put {self._strategy} into {self._plan}"
        self._desk.document.edit_plans(
            label, lambda tree: without(tree, path) if inside else with_value(tree, path, {})
        )


def facts_text(known: type[Strategy]) -> str:
    """Return what is known of a strategy: kind, maturity level, needs, evidence with its sources."""
    needs = ", ".join(POINTS.get(point, point) for point in known.needs) or "no data"
    lines = [f"{known.kind.capitalize()}, maturity level {known.level}. Needs {needs}."]
    lines += [". ".join(told(entry)) + "." for entry in known.evidence]
    return "\n\n".join(lines)
