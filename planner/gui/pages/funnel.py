"""The funnel page: the graph with its flows, the form of what is chosen in it, and everything that changes its shape.

Which flows are shown is the page's own. All edits are the document's, so that each can be undone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from planner import funnel_edits as edits
from planner import wording
from planner.funnel_views import Flows, Graph, Typical, graph_of, plan_flows, stage_words, typical
from planner.gui.graph.items import Key
from planner.gui.graph.scene import NO_FLOWS
from planner.gui.pages.funnel_card import GraphCard
from planner.gui.pages.funnel_side import FunnelSide
from planner.gui.pages.page import Notice, Page
from planner.gui.theme import GAP, SMALL_GAP

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from PySide6.QtGui import QResizeEvent

SIDE_WIDTH, NARROW = 372, 1080
TYPICAL, NOTHING = "", ""
"""What stands for the closed form among the plans, and for no plan to compare with."""


class FunnelPage(Page):
    """The funnel's graph."""

    # making ----------------------------------------------------------------------------------------------------------
    def build(self) -> QWidget:
        """Make controls, graph and side."""
        self.card = GraphCard(self.desk, self.dialogs)
        self.scene, self.view = self.card.scene, self.card.view
        self.scene.chosen.connect(self._on_chosen)
        self.card.changed.connect(self._on_change)
        self.card.asked_stage.connect(self.add_stage)
        self.view.removed.connect(self.remove_chosen)
        self.side = FunnelSide(self.desk)
        self.view.entered.connect(self.side.focus_first)
        self.side.asked_for.connect(self.choose)
        self.side.renamed.connect(self.rename_stage)
        self.side.wanted_edge.connect(self.add_edge)
        self.side.moved.connect(self.move_stage)
        self.side.removed.connect(self.remove_chosen)
        self._plan: str | None = None
        self._against: str | None = None
        self._hidden: Key | None = None
        self._graph, self._flows, self._typical = Graph((), (), ()), NO_FLOWS, typical({})
        self.split = QSplitter()
        self.split.setHandleWidth(GAP + SMALL_GAP)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.card)
        self.split.addWidget(self.side)
        self.split.setStretchFactor(0, 1)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(self._controls())
        layout.addWidget(self.split, 1)
        self._arrange()
        return body

    def _controls(self) -> QHBoxLayout:
        self.plan, self.against = QComboBox(), QComboBox()
        self.plan.activated.connect(self._on_plan)
        self.against.activated.connect(self._on_against)
        line = QHBoxLayout()
        line.setSpacing(GAP)
        for text, box, name in (("&Flows of", self.plan, "Flows of"), ("a&gainst", self.against, "Compared with")):
            label = QLabel(text)
            label.setBuddy(box)
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            line.addWidget(label)
            line.addWidget(box)
        line.addStretch(1)
        return line

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the side beside the graph, or below it where the window is narrow."""
        super().resizeEvent(event)
        if self._body is not None:
            self._arrange()

    def _arrange(self) -> None:
        narrow = self.width() < NARROW
        way = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        self.side.set_wide(wide=narrow)
        if self.split.orientation() != way or not any(self.split.sizes()):
            self.split.setOrientation(way)
            self.split.setSizes([335, 215] if narrow else [self.width() - SIDE_WIDTH, SIDE_WIDTH])

    # states ----------------------------------------------------------------------------------------------------------
    def notice(self) -> Notice | None:
        """Say that the flows shown are partial or no longer of this study, or that the last run failed."""
        desk = self.desk
        if desk.trouble is not None and not desk.comparer.is_busy:
            return Notice("failed", f"The last run did not work: {desk.trouble.text}", "Run again", "run")
        plan, against = self._chosen_flows()
        if plan == TYPICAL:
            return None
        if desk.comparer.is_busy:
            return Notice("running", "A comparison is under way: the flows are those of the replications so far.")
        if {plan, against} & set(desk.document.stale_plans()):
            text = "The study changed since this run: its flows are shown as they were."
            return Notice("stale", text, "Run again", "run")
        return None

    # content ---------------------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the funnel as it is now; what the user holds is left alone until it is let go."""
        if self.scene.is_dragged:
            return
        document = self.desk.document
        whole = document.reading.whole
        self._graph = graph_of(whole, document.faults)
        self._typical = typical(whole)
        self._flows = self._flows_now()
        self._fill_choices()
        self.card.say(conversion_words(self._typical, self._graph), self._about_flows())
        hidden = self._hidden
        self.card.show_graph(self._graph, self._flows)
        if hidden is not None and hidden.place < len(self._graph.links):
            self.choose(hidden)
        self._show_side()

    def _chosen_flows(self) -> tuple[str, str]:
        """Return plan and plan compared with: as chosen, else the last plan against the baseline."""
        result = self.desk.document.result
        plans = self._plans()
        if result is None or self._plan == TYPICAL:
            return TYPICAL, NOTHING
        plan = self._plan if self._plan in plans else plans[-1]
        known = self._against == NOTHING or self._against in plans
        other = self._against if known else result.comparison.baseline
        return plan, NOTHING if other is None or other == plan else other

    def _plans(self) -> list[str]:
        result = self.desk.document.result
        return [plan.name for plan in result.comparison.plans] if result is not None else []

    def _flows_now(self) -> Flows:
        result = self.desk.document.result
        plan, against = self._chosen_flows()
        if plan == TYPICAL or result is None:
            return self._typical.flows if self._typical is not None else NO_FLOWS
        return plan_flows(result.comparison, plan, against)

    def _fill_choices(self) -> None:
        plan, against = self._chosen_flows()
        plans = self._plans()
        _fill(self.plan, [("a typical shopper (closed form)", TYPICAL), *((wording.plain(p), p) for p in plans)], plan)
        others = [(wording.plain(p), p) for p in plans if p != plan]
        _fill(self.against, [("nothing", NOTHING), *others], against)
        self.plan.setEnabled(bool(plans))
        self.against.setEnabled(plan != TYPICAL and len(plans) > 1)
        self.plan.setToolTip("" if plans else "Run a comparison to see the flows of its plans")

    def _about_flows(self) -> str:
        flows, result = self._flows, self.desk.document.result
        if not flows.visits:
            return "No flows: the funnel has to be mended first."
        scale = f"Line width: visits on a square-root scale, the widest {flows.write(flows.largest)}."
        if flows.is_typical or result is None:
            return f"Flows of 100 first visits of a typical shopper. {scale}"
        comparison = result.comparison
        text = (
            f"{wording.plain(flows.title)}: mean of {comparison.replications} replications for the whole store. {scale}"
        )
        if not flows.against:
            return text
        sure = wording.level(comparison.confidence)
        return (
            f"{text} Blue: more visits than {wording.plain(flows.against)}, orange: fewer, grey: cannot tell ({sure})."
        )

    def _show_side(self) -> None:
        self.side.show_chosen(self.chosen, self._graph, self._flows)

    # what is done ----------------------------------------------------------------------------------------------------
    @property
    def chosen(self) -> Key | None:
        """Return what is chosen: in the graph, or an edge that cannot be drawn there."""
        hidden = self._hidden if self._hidden and self._hidden.place < len(self._graph.links) else None
        return self.scene.selected or hidden

    @Slot(object)
    def choose(self, key: Key) -> None:
        """Choose a stage or an edge, drawn or not (an edge that leads nowhere, or stands twice in the study)."""
        self.scene.select(key)
        self._hidden = key if self.scene.selected != key else None
        self._show_side()

    @Slot(object)
    def _on_chosen(self, key: Key | None) -> None:
        self._hidden = None
        self._show_side()

    @Slot(int)
    def _on_plan(self, place: int) -> None:
        self._plan = str(self.plan.itemData(place))
        self._soon.start()

    @Slot(int)
    def _on_against(self, place: int) -> None:
        self._against = str(self.against.itemData(place))
        self._soon.start()

    def _edit(self, label: str, change: Callable[[Mapping[str, Any]], edits.Raw], choose: Key | None = None) -> None:
        """Change the graph in one step of undo, then choose what came of it."""
        document = self.desk.document
        document.edit(label, edits.edit_of(change, document.reading.whole))
        self.bring_up_to_date()
        if choose is not None:
            self.choose(choose)

    @Slot()
    def add_stage(self) -> None:
        """Add a stage behind the chosen one, or behind the first browsing one."""
        key, last = self.scene.selected, max(len(self._graph.nodes) - 2, 0)
        after = key.place if key is not None and key.kind == "stage" else last
        place = after + 1 if self._graph.nodes else 0
        self._edit("Add stage", lambda whole: edits.with_stage(whole, after), Key("stage", place))
        self.side.focus_first()

    @Slot(str, str)
    def add_edge(self, source: str, target: str) -> None:
        """Add an edge."""
        key = Key("edge", len(self._graph.links))
        self._edit(f"Add edge to {target}", lambda whole: edits.with_edge(whole, source, target), key)

    @Slot()
    def remove_chosen(self) -> None:
        """Remove the chosen stage with its edges, or the chosen edge."""
        key = self.chosen
        if key is None:
            return
        self.scene.select(None)
        self._hidden = None
        if key.kind == "edge":
            self._edit("Remove edge", lambda whole: edits.without_edge(whole, key.place))
            self.desk.noticed.emit("The edge was removed; undo brings it back")
            return
        name = self._graph.nodes[key.place].name
        self._edit(f"Remove {name}", lambda whole: edits.without_stage(whole, key.place))
        self.desk.noticed.emit(f"{stage_words(name)} was removed with its edges; undo brings it back")

    @Slot(int, str)
    def rename_stage(self, place: int, name: str) -> None:
        """Give a stage another name, which its edges and its box follow."""
        old = self._graph.nodes[place].name
        boxes = self.card.boxes
        if old in boxes:
            self.card.keep_boxes({name if known == old else known: at for known, at in boxes.items()})
        self._edit(f"Rename {old}", lambda whole: edits.renamed_stage(whole, place, name))

    @Slot(int)
    def move_stage(self, by: int) -> None:
        """Move the chosen stage in the order of the funnel."""
        key = self.scene.selected
        if key is not None and key.kind == "stage":
            place = min(max(key.place + by, 0), len(self._graph.nodes) - 1)
            name = self._graph.nodes[key.place].name
            self._edit(f"Move {name}", lambda whole: edits.moved_stage(whole, key.place, by), Key("stage", place))


def _fill(box: QComboBox, entries: list[tuple[str, str]], current: str) -> None:
    """Show these choices with the current one chosen; an open list of the same choices is left alone."""
    if [box.itemData(place) for place in range(box.count())] != [value for _, value in entries]:
        box.clear()
        for text, value in entries:
            box.addItem(text, value)
    box.setCurrentIndex(next(place for place, (_, value) in enumerate(entries) if value == current))


def conversion_words(solved: Typical | None, graph: Graph) -> str:
    """Return the closed-form conversion in a sentence, or how much is to be mended."""
    if solved is None:
        count = len(graph.faults)
        return f"Funnel: {count} to mend" if count else "Funnel: visits in it never end"
    share = f"{wording.number(solved.conversion * 100, 3)}{wording.NARROW}%"
    return f"{share} of a typical shopper's first visits order (closed form)"
