"""The forms of the funnel page: of a stage, of an edge, of the funnel as a whole.

Values go straight to the document by path; what changes the graph's shape is asked of the page by signals.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from planner import wording
from planner.charts.funnel_flows import LEAVE, Edge
from planner.charts.screen_label import WrappedLabel
from planner.funnel_edits import possible_targets
from planner.funnel_views import stage_words
from planner.gui.cards import heading
from planner.gui.graph.items import Key
from planner.gui.pages.funnel_drivers import DriverForm, role_weights
from planner.gui.pages.funnel_rows import ChoiceRow, KeyList, NameRow
from planner.gui.store.form import StoreForm
from planner.gui.theme import GAP, PAGE_GAP, SMALL_GAP
from simulation import Funnel
from simulation.study import Edge as StudyEdge
from simulation.study import Stage

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

    from planner.funnel_views import Flows, Graph, Link, Node
    from planner.gui.desk import Desk
    from planner.gui.forms import FieldRow
    from planner.gui.store.origins import Origins


class Face(QWidget):
    """Two columns, side by side or under each other."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("inside")
        self.columns = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self.columns.setContentsMargins(0, 0, GAP, 0)
        self.columns.setSpacing(PAGE_GAP)
        self.first, self.second = QVBoxLayout(), QVBoxLayout()
        for column in (self.first, self.second):
            column.setSpacing(GAP)
            column.setAlignment(Qt.AlignmentFlag.AlignTop)
            self.columns.addLayout(column)
        self.columns.addStretch(1)

    @property
    @abstractmethod
    def first_row(self) -> FieldRow:
        """The row to begin with by keyboard."""

    def set_wide(self, *, wide: bool) -> None:
        """Put the columns side by side, in equal shares, or under each other."""
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self.columns.setDirection(way)
        for place, share in enumerate((1, 1, 0) if wide else (0, 0, 1)):
            self.columns.setStretch(place, share)


class StageForm(Face):
    """A stage: its own fields, where those who return come back to, its edges, and its role's drivers.

    ``renamed``: the stage's place and its new name. ``wanted_edge``: from where to where.
    """

    renamed = Signal(int, str)
    wanted_edge = Signal(str, str)

    def __init__(self, desk: Desk, origins: Origins) -> None:
        super().__init__()
        self._desk = desk
        self._node: Node | None = None
        self.name = NameRow(desk)
        self.name.renamed.connect(self._on_renamed)
        self.form = StoreForm(desk, origins, fields_of(Stage, "name", "return_to"), ("funnel", "stage", 0))
        self.back = ChoiceRow("Return to", "Stage at which those who come back enter", aligned=True)
        self.back.picked.connect(self._on_back)
        for row in (self.name, self.form, self.back):
            self.first.addWidget(row)
        self.edges = KeyList("Edges from here")
        self.target = ChoiceRow("New edge to")
        self.add = QPushButton("Add edge")
        self.add.clicked.connect(self._on_add)
        self.target.picked.connect(self._on_target)
        self._wanted = ""
        line = QHBoxLayout()
        line.setSpacing(SMALL_GAP)
        line.addWidget(self.target, 1)
        line.addWidget(self.add, 0, Qt.AlignmentFlag.AlignTop)
        self._note = WrappedLabel(name="note")
        self.drivers = DriverForm(desk)
        self.second.addWidget(self.edges)
        self.second.addLayout(line)
        self.second.addSpacing(GAP)
        self._about_drivers: tuple[QWidget, ...] = (heading("Drivers on the way forward"), self._note, self.drivers)
        for widget in self._about_drivers:
            self.second.addWidget(widget)

    @property
    def first_row(self) -> FieldRow:
        """The name."""
        return self.name

    def show_node(self, node: Node, graph: Graph, flows: Flows) -> None:
        """Show a stage as it is."""
        self._node = node
        path, whole = ("funnel", "stage", node.place), self._desk.document.reading.whole
        self.name.show_at(path)
        self.form.show_at(path)
        faults = [fault.message for fault in self._desk.document.faults_at((*path, "return_to"))]
        options = [("the first stage", ""), *((stage_words(name), name) for name in graph.names)]
        self.back.show_choice(options, str(self._desk.document.value((*path, "return_to"), "")), faults)
        mine = [link for link in graph.links if link.source == node.name]
        self.edges.show_keys([(_way(link, flows), Key("edge", link.place)) for link in mine])
        targets = possible_targets(whole, node.name)
        self._wanted = self._wanted if self._wanted in targets else next(iter(targets), "")
        self.target.show_choice([(_end(name), name) for name in targets], self._wanted)
        self.add.setEnabled(bool(targets))
        forward = any(is_forward(link, graph) for link in mine)
        for widget in self._about_drivers:
            widget.setVisible(forward)
        self._note.setText(f"Log odds per unit; shared by all stages with the role {node.role}.")
        if forward:
            self.drivers.show_at(("funnel", "weights", node.role), {})

    @Slot(str)
    def _on_renamed(self, name: str) -> None:
        if self._node is not None:
            self.renamed.emit(self._node.place, name)

    @Slot(str)
    def _on_back(self, name: str) -> None:
        if self._node is not None:
            self._desk.document.set_value(("funnel", "stage", self._node.place, "return_to"), name, "Change return to")

    @Slot(str)
    def _on_target(self, name: str) -> None:
        self._wanted = name

    @Slot()
    def _on_add(self) -> None:
        if self._node is not None:
            self.wanted_edge.emit(self._node.name, self._wanted)


class EdgeForm(Face):
    """An edge: its ends, its odds, and its drivers."""

    def __init__(self, desk: Desk, origins: Origins) -> None:
        super().__init__()
        self._desk = desk
        self._link: Link | None = None
        self.source, self.target = ChoiceRow("From", aligned=True), ChoiceRow("To", aligned=True)
        self.source.picked.connect(self._on_source)
        self.target.picked.connect(self._on_target)
        self.odds = StoreForm(desk, origins, fields_of(StudyEdge, "source", "target", "weights"), ("funnel", "edge", 0))
        self.fault = WrappedLabel(name="fault")
        for row in (self.source, self.target, self.odds, self.fault):
            self.first.addWidget(row)
        self._note = WrappedLabel(name="note")
        self.drivers = DriverForm(desk)
        for widget in (heading("Drivers on this edge"), self._note, self.drivers):
            self.second.addWidget(widget)

    @property
    def first_row(self) -> FieldRow:
        """The odds."""
        return self.odds.rows["odds"]

    def show_link(self, link: Link, graph: Graph) -> None:
        """Show an edge as it is."""
        self._link = link
        document, path = self._desk.document, ("funnel", "edge", link.place)
        stages = [(stage_words(name), name) for name in graph.names]
        for row, name, options in (
            (self.source, "source", stages),
            (self.target, "target", [*stages, (_end(LEAVE), LEAVE)]),
        ):
            faults = [fault.message for fault in document.faults_at((*path, name))]
            row.show_choice(options, str(document.value((*path, name), "")), faults)
        self.odds.show_at(path)
        own = [fault.message for fault in document.faults if fault.path == f"funnel.edge.{link.place}"]
        self.fault.setText("; ".join(own))
        self.fault.setVisible(bool(own))
        role = next((node.role for node in graph.nodes if node.name == link.source), "")
        forward = is_forward(link, graph)
        defaults = role_weights(document.reading.whole, role) if forward else {}
        shared = (
            f"Where none is stated here, that of the role {role} holds." if forward else "Only what is stated here."
        )
        self._note.setText(f"Log odds per unit of the driver. {shared}")
        self.drivers.show_at((*path, "weights"), defaults)

    @Slot(str)
    def _on_source(self, name: str) -> None:
        self._set("source", name)

    @Slot(str)
    def _on_target(self, name: str) -> None:
        self._set("target", name)

    def _set(self, end: str, name: str) -> None:
        if self._link is not None:
            self._desk.document.set_value(("funnel", "edge", self._link.place, end), name, f"Change edge's {end}")


class WholeForm(Face):
    """The funnel as a whole: what is wrong with it, and its own fields."""

    def __init__(self, desk: Desk, origins: Origins) -> None:
        super().__init__()
        self.loose = WrappedLabel(name="fault")
        self.faults = KeyList("To mend")
        self.form = StoreForm(desk, origins, fields_of(Funnel, "stage", "edge", "weights"), ("funnel",))
        for widget in (self.loose, self.faults):
            self.first.addWidget(widget)
        self.second.addWidget(self.form)
        self._wide = False

    @property
    def first_row(self) -> FieldRow:
        """The most steps of a visit."""
        return self.form.rows["most_steps"]

    def set_wide(self, *, wide: bool) -> None:
        """As every face; but what is wrong takes no room while nothing is."""
        super().set_wide(wide=wide)
        self._wide = wide
        self._share()

    def _share(self) -> None:
        if self._wide:
            wrong = not (self.loose.isHidden() and self.faults.isHidden())
            self.columns.setStretch(0, int(wrong))
            self.columns.setSpacing(PAGE_GAP if wrong else 0)

    def show_graph(self, graph: Graph) -> None:
        """Show what is wrong with the graph."""
        self.loose.setText("\n".join(graph.loose))
        self.loose.setVisible(bool(graph.loose))
        entries = [(stage_words(node.name), Key("stage", node.place)) for node in graph.nodes if node.faults]
        entries += [(edge_words(link.edge), Key("edge", link.place)) for link in graph.links if link.faults]
        self.faults.show_keys(entries)
        self.form.show_at(("funnel",))
        self._share()


def fields_of(model: type[BaseModel], *skip: str) -> dict[str, FieldInfo]:
    """Return the declarations of a class but for those that have a row of their own."""
    return {name: info for name, info in model.model_fields.items() if name not in skip}


def is_forward(link: Link, graph: Graph) -> bool:
    """Return whether an edge leads to a later stage: only then its role's weights hold."""
    names = graph.names
    return link.source in names and link.target in names and names.index(link.target) > names.index(link.source)


def edge_words(edge: Edge) -> str:
    """Return an edge's name such as ``Interest → Leave``."""
    return f"{stage_words(edge[0])} → {_end(edge[1])}"


def _end(name: str) -> str:
    return "Leave" if name == LEAVE else stage_words(name)


def _way(link: Link, flows: Flows) -> str:
    share = flows.shares.get(link.edge)
    text = f"to {_end(link.target)}"
    return f"{text}: {wording.value(share, 'share', '')}" if share is not None else text
