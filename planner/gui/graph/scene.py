"""The scene of the funnel's graph: it is made anew from graph and flows; what is selected and dragged is told.

Where boxes stand is given and told by name; nothing is remembered here. Knows no document and no settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QGraphicsScene

from planner import wording
from planner.charts.funnel_flows import LEAVE
from planner.funnel_views import Flows, Graph, Link, Node, implied, signed, stage_words
from planner.gui.graph.items import (
    BarItem,
    EdgeItem,
    Key,
    LabelItem,
    StageItem,
    colours_of,
    font,
    width_of,
)
from planner.gui.graph.layout import Point, Room, Route, Sizes, bar_room, box_at, label_room, place_boxes, routes
from planner.gui.theme import text_pixels

if TYPE_CHECKING:
    from PySide6.QtWidgets import QGraphicsSceneMouseEvent

    from planner.charts.funnel_flows import Edge
    from planner.gui.theme import Tokens

NO_FLOWS = Flows("", {}, {})
NAME_LETTERS = 14
MARGIN = 8.0


class Content(NamedTuple):
    """What a scene shows; ``caption`` says below a printed graph whose flows they are."""

    graph: Graph
    flows: Flows
    kept: Mapping[str, Point]
    caption: str = ""


class GraphScene(QGraphicsScene):
    """The graph.

    ``chosen``: the Key selected, or None. ``dragged``: a stage's name and where its box stands now. ``released``: the
    user holds nothing any more.
    """

    chosen = Signal(object)
    dragged = Signal(str, float, float)
    released = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.content = Content(Graph((), (), ()), NO_FLOWS, {})
        self.stages: list[StageItem] = []
        self.edges: dict[Edge, EdgeItem] = {}
        self.labels: dict[Edge, LabelItem] = {}
        self._returns: list[LabelItem] = []
        self._boxes: dict[str, Point] = {}
        self._moved: set[str] = set()
        self._building = False
        self.selectionChanged.connect(self._on_selection)

    # making ----------------------------------------------------------------------------------------------------------
    def show_graph(self, content: Content, tokens: Tokens) -> None:
        """Show this; what is selected stays so as long as it is there."""
        selected = self.selected
        self._building = True
        self.clear()
        self.content = content
        self._colours = colours_of(tokens)
        self._pixels = text_pixels() * 12 / 13
        self._sizes = self._measured()
        self._boxes = place_boxes(content.graph.names, content.kept, self._sizes)
        self._bar = BarItem(self._colours, self._pixels * 11 / 12)
        self.addItem(self._bar)
        self.stages = [self._stage_item(node) for node in content.graph.nodes]
        self.edges, self.labels = {}, {}
        for link in content.graph.links:
            self._add_edge(link.edge, link)
        for edge in implied(content.graph, content.flows):
            self._add_edge(edge, None)
        self._returns = self._return_labels()
        self._building = False
        self._route()
        self._mark(selected)
        if self.selected != selected:
            self.chosen.emit(self.selected)

    def _measured(self) -> Sizes:
        """Return the size of boxes that hold every name."""
        metrics = QFontMetricsF(font(self._pixels))
        names = [line for name in self.content.graph.names for line in _wrapped(name)]
        widest = max((metrics.horizontalAdvance(line) for line in names), default=0.0)
        rows = max((len(_wrapped(name)) for name in self.content.graph.names), default=1)
        gap = 34.0 * self._pixels / 12
        return Sizes(max(widest + 14, 72 * self._pixels / 12), metrics.height() * (rows + 1) + 12, gap)

    def _stage_item(self, node: Node) -> StageItem:
        item = StageItem(Key("stage", node.place), self._sizes, self._colours, self._on_moved)
        item.lines, item.text, item.faulty = _wrapped(node.name), self._pixels, bool(node.faults)
        flows = self.content.flows
        reached = flows.reached(node.name)
        item.note = flows.write(reached) if flows.visits else node.role
        item.setPos(*self._boxes[node.name])
        item.setToolTip(self.words(Key("stage", node.place)))
        self.addItem(item)
        return item

    def _add_edge(self, edge: Edge, link: Link | None) -> None:
        flows, colours = self.content.flows, self._colours
        visits = flows.visits.get(edge, 0.0)
        told = flows.told(edge) if flows.against else None
        key = Key("edge", link.place) if link is not None else None
        faulty = link is not None and bool(link.faults)
        if edge in self.edges:
            return
        item = EdgeItem(
            key, colours, colours.of(told), width_of(visits, flows.largest), known=visits > 0, faulty=faulty
        )
        item.setToolTip(self.words(key) if key is not None else _edge_title(edge) + ": " + flows.words(edge))
        self.addItem(item)
        self.edges[edge] = item
        lines = self._edge_lines(edge)
        if lines:
            self.labels[edge] = LabelItem(lines, self._pixels * 11 / 12)
            self.addItem(self.labels[edge])

    def _edge_lines(self, edge: Edge) -> tuple[tuple[str, str], ...]:
        """Return an edge's share and, if it is compared, the difference in visits with its colour."""
        flows, colours = self.content.flows, self._colours
        if not flows.visits.get(edge):
            return ()
        share = flows.shares.get(edge)
        first = wording.value(share, "share", "") if share is not None else f"{flows.write(flows.visits[edge])} enter"
        lines = [(first, colours.muted)]
        if edge in flows.changes and float(flows.changes[edge].mean[0]):
            colour = colours.text(colours.of(flows.told(edge))) if flows.told(edge) else colours.muted
            lines.append((signed(float(flows.changes[edge].mean[0])), colour))
        return tuple(lines)

    def _return_labels(self) -> list[LabelItem]:
        """Return, per stage, the label that says how many come back by themselves after leaving there."""
        made = []
        for node in self.content.graph.nodes:
            text = f"{wording.number(node.returning * 100, 0)}{wording.NARROW}% return" if node.returning else ""
            label = LabelItem(((text, self._colours.muted),), self._pixels * 11 / 12)
            label.setToolTip("Typical shoppers who come back by themselves after leaving here")
            self.addItem(label)
            made.append(label)
        return made

    # moving ----------------------------------------------------------------------------------------------------------
    def _route(self) -> None:
        """Run all edges between the boxes as they stand, and put the labels where there is room."""
        sizes, names = self._sizes, self.content.graph.names
        made = routes(names, list(self.edges), self._boxes, sizes)
        bar = bar_room(self._boxes, sizes)
        self._bar.stand_in(bar)
        taken = [*(box_at(place, sizes) for place in self._boxes.values()), bar]
        for edge, item in self.edges.items():
            item.setVisible(edge in made)
            if edge in made:
                item.follow(made[edge].path, head=made[edge].head)
        for edge in sorted(self.labels, key=lambda edge: made[edge].head if edge in made else True):
            _put_label(self.labels[edge], made.get(edge), taken)
        self._put_returns(bar)
        self.setSceneRect(self.itemsBoundingRect().adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN))

    def _put_returns(self, bar: Room) -> None:
        taken: list[Room] = []
        for node, label in zip(self.content.graph.nodes, self._returns, strict=True):
            width, height = label.size
            x, middle = self._boxes[node.name][0], (bar.top + bar.bottom) / 2
            room = Room(x - width / 2, middle - height / 2, x + width / 2, middle + height / 2)
            label.setVisible(bool(node.returning) and not any(room.meets(other) for other in taken))
            label.stand_in(room)
            taken.append(room)

    def _on_moved(self, item: StageItem) -> None:
        if self._building:
            return
        name = self.content.graph.nodes[item.key.place].name
        self._boxes[name] = (item.x(), item.y())
        self._moved.add(name)
        self._route()

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """End a drag: tell where boxes stand now."""
        super().mouseReleaseEvent(event)
        self._tell_moved()
        self.released.emit()

    def nudge(self, dx: float, dy: float) -> None:
        """Move the selected stage's box by keyboard."""
        for item in self.stages:
            if item.isSelected():
                item.moveBy(dx, dy)
        self._tell_moved()

    def _tell_moved(self) -> None:
        moved, self._moved = self._moved, set()
        self.content = self.content._replace(kept={**self.content.kept, **{name: self._boxes[name] for name in moved}})
        for name in moved:
            self.dragged.emit(name, *self._boxes[name])

    @property
    def is_dragged(self) -> bool:
        """Whether the user holds something right now."""
        return self.mouseGrabberItem() is not None

    # selecting -------------------------------------------------------------------------------------------------------
    @property
    def selected(self) -> Key | None:
        """Return what is selected."""
        return next((item.key for item in self._keyed if item.isSelected()), None)

    @property
    def _keyed(self) -> list[StageItem | EdgeItem]:
        return [*self.stages, *self.edges.values()]

    def select(self, key: Key | None) -> None:
        """Select a stage or an edge, or nothing; what is not shown cannot be selected."""
        before = self.selected
        self._mark(key)
        if self.selected != before:
            self.chosen.emit(self.selected)

    def _mark(self, key: Key | None) -> None:
        """Select without telling."""
        self._building = True
        for item in self._keyed:
            item.setSelected(key is not None and item.key == key)
        self._building = False

    @Slot()
    def _on_selection(self) -> None:
        if not self._building:
            self.chosen.emit(self.selected)

    def words(self, key: Key) -> str:
        """Return what there is to tell of a stage or an edge: name, numbers, faults."""
        graph, flows = self.content.graph, self.content.flows
        if key.kind == "stage":
            node = graph.nodes[key.place]
            reached = f"; {flows.write(flows.reached(node.name))} visits come here" if flows.visits else ""
            returning = (
                f"; {wording.value(node.returning, 'share', '')} of those who leave here come back by themselves"
            )
            text = f"{stage_words(node.name)}: {node.role}{reached}{returning if node.returning else ''}"
            return "\n".join((text, *node.faults))
        link = graph.links[key.place]
        return "\n".join((f"{_edge_title(link.edge)}: {flows.words(link.edge)}", *link.faults))


def _put_label(label: LabelItem, route: Route | None, taken: list[Room]) -> None:
    room = label_room(route, label.size, taken) if route is not None else None
    label.setVisible(room is not None)
    if room is not None:
        label.stand_in(room)
        taken.append(room)


def _edge_title(edge: Edge) -> str:
    source, target = (name if name == LEAVE else stage_words(name) for name in edge)
    return f"{source} to {target}"


def _wrapped(name: str) -> tuple[str, ...]:
    import textwrap

    return tuple(textwrap.wrap(stage_words(name), NAME_LETTERS, max_lines=2, placeholder="…")) or (wording.UNDEFINED,)
