"""The side of the funnel page: what is chosen in the graph, with the form to change it. Knows no document."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from planner.funnel_views import stage_words
from planner.gui.cards import Card, IconButton
from planner.gui.pages.funnel_forms import EdgeForm, Face, StageForm, WholeForm, edge_words
from planner.gui.store.origins import Origins

if TYPE_CHECKING:
    from planner.funnel_views import Flows, Graph
    from planner.gui.desk import Desk
    from planner.gui.graph.items import Key

HOW_TO = (
    "Click a stage or an edge, or walk with the arrow keys, to change it here; drag boxes as you like. "
    "The odds of a stage's edges count against each other, at a typical shopper; drivers move them for everybody else."
)


class FunnelSide(QWidget):
    """The side. ``asked_for``: a Key to choose. ``renamed`` and ``wanted_edge``: as the stage's form says.

    ``moved``: the chosen stage, by so many places. ``removed``: what is chosen is to go.
    """

    asked_for = Signal(object)
    renamed = Signal(int, str)
    wanted_edge = Signal(str, str)
    moved = Signal(int)
    removed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.card = Card("The funnel")
        self.remove = IconButton(desk.look, "delete", "Remove what is chosen", self._on_remove)
        self.earlier = IconButton(desk.look, "left", "Earlier in the funnel", self._on_earlier)
        self.later = IconButton(desk.look, "right", "Later in the funnel", self._on_later)
        for tool in (self.earlier, self.later, self.remove):
            self.card.tools.addWidget(tool)
        self._desk, self._origins = desk, Origins(desk.document)
        self._wide = False
        self._faces = QStackedWidget()
        self._areas: dict[Face, QScrollArea] = {}
        self.card.body.addWidget(self._faces, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.card)
        self.setMinimumWidth(366)

    # forms, each made when it is first wanted ------------------------------------------------------------------------
    @cached_property
    def whole(self) -> WholeForm:
        """The form of the funnel as a whole."""
        form = WholeForm(self._desk, self._origins)
        form.faults.asked.connect(self.asked_for)
        self._put_in(form)
        return form

    @cached_property
    def stage(self) -> StageForm:
        """The form of a stage."""
        form = StageForm(self._desk, self._origins)
        form.renamed.connect(self.renamed)
        form.wanted_edge.connect(self.wanted_edge)
        form.edges.asked.connect(self.asked_for)
        self._put_in(form)
        return form

    @cached_property
    def edge(self) -> EdgeForm:
        """The form of an edge."""
        form = EdgeForm(self._desk, self._origins)
        self._put_in(form)
        return form

    def _put_in(self, face: Face) -> None:
        face.set_wide(wide=self._wide)
        self._areas[face] = _scrolled(face)
        self._faces.addWidget(self._areas[face])

    def _show(self, face: Face) -> None:
        self._faces.setCurrentWidget(self._areas[face])

    # what is shown ---------------------------------------------------------------------------------------------------
    def show_chosen(self, key: Key | None, graph: Graph, flows: Flows) -> None:
        """Show a stage, an edge, or the whole funnel."""
        self.remove.setEnabled(key is not None)
        for tool in (self.earlier, self.later):
            tool.setVisible(key is not None and key.kind == "stage")
        if key is None:
            self._show(self.whole)
            self.card.say("The funnel", HOW_TO)
            self.whole.show_graph(graph)
        elif key.kind == "stage":
            node = graph.nodes[key.place]
            self._show(self.stage)
            self.earlier.setEnabled(key.place > 0)
            self.later.setEnabled(key.place < len(graph.nodes) - 1)
            reached = f"{flows.write(flows.reached(node.name))} visits come here" if flows.visits else ""
            self.card.say(stage_words(node.name), reached)
            self.stage.show_node(node, graph, flows)
        else:
            link = graph.links[key.place]
            self._show(self.edge)
            self.card.say(edge_words(link.edge), flows.words(link.edge) if flows.visits else "")
            self.edge.show_link(link, graph)

    def set_wide(self, *, wide: bool) -> None:
        """Put the columns of each form side by side, or under each other."""
        self._wide = wide
        for face in self._areas:
            face.set_wide(wide=wide)

    def focus_first(self) -> None:
        """Put the keyboard into the first field that is shown."""
        shown = next((face for face, area in self._areas.items() if area is self._faces.currentWidget()), self.whole)
        shown.first_row.field.setFocus()

    @Slot()
    def _on_remove(self) -> None:
        self.removed.emit()

    @Slot()
    def _on_earlier(self) -> None:
        self.moved.emit(-1)

    @Slot()
    def _on_later(self) -> None:
        self.moved.emit(1)


def _scrolled(face: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(face)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.viewport().setAutoFillBackground(False)
    face.setAutoFillBackground(False)
    return area
