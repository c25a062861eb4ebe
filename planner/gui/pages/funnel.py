"""The funnel page: the graph with its flows, the form of what is chosen in it, and everything that changes its shape.

All edits are the document's, so that each can be undone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from planner import funnel_edits as edits
from planner.funnel_views import Graph, graph_of, stage_words, typical
from planner.gui.graph.items import Key
from planner.gui.graph.scene import NO_FLOWS
from planner.gui.pages.funnel_card import GraphCard
from planner.gui.pages.funnel_choice import TYPICAL, FlowChoice, flows_words, title_words
from planner.gui.pages.funnel_side import FunnelSide
from planner.gui.pages.page import Notice, Page
from planner.gui.theme import GAP, SMALL_GAP

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from PySide6.QtGui import QResizeEvent


SIDE_WIDTH, NARROW = 372, 1080


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
        self._hidden: Key | None = None
        self._graph, self._flows = Graph((), (), ()), NO_FLOWS
        self.choice = FlowChoice()
        self.choice.changed.connect(self._on_change)
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
        layout.addWidget(self.choice)
        layout.addWidget(self.split, 1)
        self._arrange()
        return body

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
        plan, against = self.choice.chosen(desk.document.result)
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
        solved, result = typical(whole), document.result
        self._flows = self.choice.flows(result, solved)
        self.choice.show_result(result)
        comparison = result.comparison if result is not None else None
        self.card.say(title_words(self._flows, solved, self._graph), flows_words(self._flows, comparison, solved))
        hidden = self._hidden
        self.card.show_graph(self._graph, self._flows)
        if hidden is not None and hidden.place < len(self._graph.links):
            self.choose(hidden)
        self._show_side()

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
