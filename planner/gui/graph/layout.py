"""The geometry of the funnel's graph: where boxes stand, how edges run, where their labels find room. Pure; no Qt.

Lengths are pixels at 100 %; y grows downwards. Boxes stand in the order of the funnel unless they were dragged; forward
edges run from side to side, edges that lead back or skip stages are arcs above, leaving goes down into a bar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from planner.charts.funnel_flows import ENTER, Stages, lanes

if TYPE_CHECKING:
    from planner.charts.funnel_flows import Edge

Point = tuple[float, float]
Cubic = tuple[Point, Point, Point, Point]

ARC, LANE, LEAVE_DROP, BAR = 50.0, 36.0, 50.0, 24.0
"""Height of an arc between neighbours, from arc to arc above it, from the boxes to the bar, of the bar."""
BAR_HEAD = 48.0
"""Room for the bar's own name, left of all boxes."""
FOOT = 0.26
"""How far from a box's middle an arc stands, as a share of its width."""
ENTERING, DROPPING, APART, WIDE_GAP = 34.0, 58.0, 9.0, 64.0
"""Length of a flow that enters at the first stage and at a later one (higher than arcs, whose lines its label must not
meet), from a line to its label, and the gap between boxes that holds a label beside them."""


class Sizes(NamedTuple):
    """Width and height of a box, and the gap between two."""

    width: float
    height: float
    gap: float

    @property
    def pitch(self) -> float:
        """Return the distance from box to box."""
        return self.width + self.gap


class Room(NamedTuple):
    """A rectangle that is taken."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Room) -> bool:
        """Return whether two rectangles overlap."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


class Route(NamedTuple):
    """How an edge runs: its curve, whether an arrow stands at its end, and places for its label, best first.

    A place is the middle of the label's edge towards the line: ``side`` says where the label lies from there.
    """

    path: Cubic
    head: bool
    labels: tuple[tuple[Point, str], ...]


def room_at(place: Point, side: str, size: tuple[float, float]) -> Room:
    """Return the room of a label of ``size`` that lies above, below, left, right or around a place."""
    (x, y), (width, height) = place, size
    left = {"right": x, "left": x - width}.get(side, x - width / 2)
    top = {"above": y - height, "below": y}.get(side, y - height / 2)
    return Room(left, top, left + width, top + height)


def box_at(place: Point, sizes: Sizes) -> Room:
    """Return the room of a box around its middle."""
    return room_at(place, "around", (sizes.width, sizes.height))


def place_boxes(names: Sequence[str], kept: Mapping[str, Point], sizes: Sizes) -> dict[str, Point]:
    """Return the middle of each box: where it was dragged to, else its place in the row."""
    return {name: kept.get(name, (place * sizes.pitch, 0.0)) for place, name in enumerate(names)}


def bar_room(boxes: Mapping[str, Point], sizes: Sizes) -> Room:
    """Return the room of the bar that stands for leaving, below all boxes."""
    xs = [x for x, _ in boxes.values()] or [0.0]
    bottom = max((y for _, y in boxes.values()), default=0.0) + sizes.height / 2
    top = bottom + LEAVE_DROP
    return Room(min(xs) - sizes.width / 2 - BAR_HEAD, top, max(xs) + sizes.width / 2, top + BAR)


def routes(names: Sequence[str], edges: Sequence[Edge], boxes: Mapping[str, Point], sizes: Sizes) -> dict[Edge, Route]:
    """Return how each edge runs; edges whose ends are no stages (nor enter or leave) are left out."""
    stages = Stages(tuple(names))
    known = [edge for edge in edges if _is_known(edge, names)]
    arcs = lanes(stages, known)
    bar = bar_room(boxes, sizes)
    made: dict[Edge, Route] = {}
    for edge in known:
        kind = stages.kind(edge)
        if kind == "enter":
            made[edge] = _entering(boxes[edge[1]], sizes, first=stages.place[edge[1]] == 0)
        elif kind == "leave":
            made[edge] = _leaving(boxes[edge[0]], sizes, bar.top)
        elif kind == "forward":
            made[edge] = _forward(boxes[edge[0]], boxes[edge[1]], sizes)
        else:
            made[edge] = _arc(boxes[edge[0]], boxes[edge[1]], sizes, arcs[edge])
    return made


def _is_known(edge: Edge, names: Sequence[str]) -> bool:
    source, target = edge
    return (source == ENTER or source in names) and (target == "leave" or target in names) and source != target


def _entering(box: Point, sizes: Sizes, *, first: bool) -> Route:
    x, y = box
    if first:
        end = x - sizes.width / 2
        return Route(_straight((end - ENTERING, y), (end, y)), False, ())
    top = y - sizes.height / 2
    return Route(_straight((x, top - DROPPING), (x, top)), False, (((x, top - DROPPING - 1), "above"),))


def _leaving(box: Point, sizes: Sizes, bar: float) -> Route:
    x, bottom = box[0], box[1] + sizes.height / 2
    middle = min(bottom + LEAVE_DROP / 2, (bottom + bar) / 2)
    return Route(
        _straight((x, bottom), (x, bar)), False, (((x + APART, middle), "right"), ((x - APART, middle), "left"))
    )


def _forward(start: Point, end: Point, sizes: Sizes) -> Route:
    (x0, y0), (x1, y1) = start, end
    x0, x1 = x0 + sizes.width / 2, x1 - sizes.width / 2
    bend = max(abs(x1 - x0) / 2, sizes.gap / 2)
    middle, top = (x0 + x1) / 2, min(y0, y1) - sizes.height / 2 - 3
    bottom = max(y0, y1) + sizes.height / 2 + 3
    beside = (((middle, (y0 + y1) / 2 - APART), "above"),) if x1 - x0 >= WIDE_GAP else ()
    path = ((x0, y0), (x0 + bend, y0), (x1 - bend, y1), (x1, y1))
    return Route(path, False, (*beside, ((middle, top), "above"), ((middle, bottom), "below")))


def _arc(start: Point, end: Point, sizes: Sizes, lane: int) -> Route:
    (x0, y0), (x1, y1) = start, end
    side = sizes.width * FOOT * (1 if x1 > x0 else -1)
    x0, x1 = x0 + side, x1 - side
    y0, y1 = y0 - sizes.height / 2, y1 - sizes.height / 2
    peak = min(y0, y1) - ARC - LANE * lane
    # a Bezier curve rises to three quarters of its inner points, and to an eighth of each end
    inner = (peak - (y0 + y1) / 8) * 4 / 3
    middle = (x0 + x1) / 2
    labels = (((middle, peak - 3), "above"), ((middle, peak - 3 - LANE / 2), "above"), ((middle, peak + 5), "below"))
    return Route(((x0, y0), (x0, inner), (x1, inner), (x1, y1)), True, labels)


def _straight(start: Point, end: Point) -> Cubic:
    (x0, y0), (x1, y1) = start, end
    return (start, (x0 + (x1 - x0) / 3, y0 + (y1 - y0) / 3), (x0 + (x1 - x0) * 2 / 3, y0 + (y1 - y0) * 2 / 3), end)


def label_room(route: Route, size: tuple[float, float], taken: Sequence[Room]) -> Room | None:
    """Return the first room of an edge's label that nothing else takes; None if there is none."""
    rooms = (room_at(place, side, size) for place, side in route.labels)
    return next((room for room in rooms if not any(room.meets(other) for other in taken)), None)
