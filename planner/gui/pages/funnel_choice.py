"""Whose flows the funnel's graph shows: those of a typical shopper, of a plan, or how two plans differ; said in words.

Knows the document's current comparison; not how flows are drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from planner import wording
from planner.funnel_views import Flows, Graph, Typical, plan_flows
from planner.gui.graph.scene import NO_FLOWS
from planner.gui.theme import GAP

if TYPE_CHECKING:
    from planner.experiments.comparison import Comparison
    from planner.gui.document import Compared

TYPICAL, NOTHING = "", ""
"""What stands for the closed form among the plans, and for no plan to compare with."""


class FlowChoice(QWidget):
    """Two choices, of a plan and of one to compare it with; ``changed`` by the user.

    Until the user chooses, the last plan is compared with the baseline as soon as there is a comparison.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.plan, self.against = QComboBox(), QComboBox()
        self.plan.activated.connect(self._on_plan)
        self.against.activated.connect(self._on_against)
        self._plan: str | None = None
        self._against: str | None = None
        self._counted: tuple[Compared | None, str, str, Flows] = (None, TYPICAL, NOTHING, NO_FLOWS)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GAP)
        for text, box, name in (("&Flows of", self.plan, "Flows of"), ("a&gainst", self.against, "Compared with")):
            label = QLabel(text)
            label.setBuddy(box)
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            line.addWidget(label)
            line.addWidget(box)
        line.addStretch(1)

    def chosen(self, result: Compared | None) -> tuple[str, str]:
        """Return plan and plan compared with: as chosen, else the last plan against the baseline."""
        if result is None or self._plan == TYPICAL:
            return TYPICAL, NOTHING
        plans = _names(result)
        plan = self._plan if self._plan in plans else plans[-1]
        known = self._against == NOTHING or self._against in plans
        other = self._against if known else result.comparison.baseline
        return plan, NOTHING if other is None or other == plan else other

    def flows(self, result: Compared | None, solved: Typical | None) -> Flows:
        """Return the flows chosen; those of a comparison are counted once, since edits do not change them."""
        plan, against = self.chosen(result)
        if plan == TYPICAL or result is None:
            return solved.flows if solved is not None else NO_FLOWS
        counted, *which, _ = self._counted
        if counted is not result or which != [plan, against]:
            self._counted = (result, plan, against, plan_flows(result.comparison, plan, against))
        return self._counted[3]

    def show_result(self, result: Compared | None) -> None:
        """Offer the plans of a comparison."""
        plan, against = self.chosen(result)
        plans = _names(result) if result is not None else []
        _fill(
            self.plan, [("a typical shopper (no run needed)", TYPICAL), *((wording.plain(p), p) for p in plans)], plan
        )
        _fill(self.against, [("nothing", NOTHING), *((wording.plain(p), p) for p in plans if p != plan)], against)
        self.plan.setEnabled(bool(plans))
        self.against.setEnabled(plan != TYPICAL and len(plans) > 1)
        self.plan.setToolTip("" if plans else "Run a comparison to see the flows of its plans")

    @Slot(int)
    def _on_plan(self, place: int) -> None:
        self._plan = str(self.plan.itemData(place))
        self.changed.emit()

    @Slot(int)
    def _on_against(self, place: int) -> None:
        self._against = str(self.against.itemData(place))
        self.changed.emit()


def _names(result: Compared) -> list[str]:
    return [plan.name for plan in result.comparison.plans]


def _fill(box: QComboBox, entries: list[tuple[str, str]], current: str) -> None:
    """Show these choices with the current one chosen; an open list of the same choices is left alone."""
    if [box.itemData(place) for place in range(box.count())] != [value for _, value in entries]:
        box.clear()
        for text, value in entries:
            box.addItem(text, value)
    box.setCurrentIndex(next(place for place, (_, value) in enumerate(entries) if value == current))


def title_words(flows: Flows, solved: Typical | None, graph: Graph) -> str:
    """Return what the graph shows: the plans whose flows these are, else what there is to say of a typical shopper."""
    if flows.is_typical or not flows.visits or solved is None:
        return conversion_words(solved, graph)
    against = f" against {wording.plain(flows.against)}" if flows.against else ""
    return f"Where shoppers go: {wording.plain(flows.title)}{against}"


def flows_words(flows: Flows, comparison: Comparison | None, solved: Typical | None) -> str:
    """Return whose flows are shown, how sure they are, and what width and colour mean."""
    if not flows.visits:
        return "No flows: the funnel has to be mended first."
    scale = f"Line width: visits on a square-root scale, the widest {flows.write(flows.largest)}."
    if flows.is_typical or comparison is None:
        return f"Flows of 100 first visits of a typical shopper, from the odds alone. {scale}"
    name, other = wording.plain(flows.title), wording.plain(flows.against)
    text = f"{name}: mean of {comparison.replications} replications for the whole store. {scale}"
    if flows.against:
        sure = wording.level(comparison.confidence)
        text += f" Blue: more visits than {other}, orange: fewer, grey: cannot tell ({sure})."
    return f"{text} Without a plan, {_ordering(solved)}." if solved is not None else text


def conversion_words(solved: Typical | None, graph: Graph) -> str:
    """Return the closed-form conversion in a sentence, or how much is to be mended."""
    if solved is None:
        count = len(graph.faults)
        return f"Funnel: {count} to mend" if count else "Funnel: visits in it never end"
    return _ordering(solved)


def _ordering(solved: Typical) -> str:
    """Return the conversion that follows from the odds alone."""
    return f"{wording.number(solved.conversion * 100, 3)}{wording.NARROW}% of typical first visits end in an order"
