"""The graph's geometry: boxes in order, edges between them, labels never over boxes or each other."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.gui.graph.layout import (
    Room,
    Sizes,
    bar_room,
    box_at,
    label_room,
    place_boxes,
    room_at,
    routes,
)
from tests.planner.synthetic import SIX

SIZES = Sizes(90, 46, 34)
EDGES = (
    ("enter", "awareness"),
    ("enter", "interest"),
    *((one, other) for one, other in pairwise(SIX)),
    *((name, "leave") for name in SIX),
    ("interest", "discovery"),
    ("conversion", "interest"),
    ("awareness", "retention"),
    ("awareness", "nowhere"),
    ("interest", "interest"),
)


def test_boxes_stand_in_the_order_of_the_funnel() -> None:
    boxes = place_boxes(SIX, {"interest": (10.0, 200.0)}, SIZES)
    assert boxes["interest"] == (10.0, 200.0)
    assert [boxes[name][0] for name in SIX if name != "interest"] == [0.0, 124.0, 372.0, 496.0, 620.0]
    assert bar_room(boxes, SIZES).top > box_at(boxes["interest"], SIZES).bottom
    assert bar_room({}, SIZES).bottom > 0


def test_edges_run_where_they_belong() -> None:
    boxes = place_boxes(SIX, {}, SIZES)
    made = routes(SIX, EDGES, boxes, SIZES)
    assert set(made) == {edge for edge in EDGES if "nowhere" not in edge and edge[0] != edge[1]}
    start, *_, end = made["awareness", "discovery"].path
    assert (start, end) == ((45.0, 0.0), (79.0, 0.0))
    assert made["awareness", "leave"].path[3] == (0.0, bar_room(boxes, SIZES).top)
    back, far = made["interest", "discovery"], made["conversion", "interest"]
    assert back.head
    assert back.path[0][1] == back.path[3][1] == -23
    assert back.path[0][0] > back.path[3][0]
    assert far.path[1][1] < back.path[1][1] < -23
    assert made["enter", "awareness"].path[3] == (-45.0, 0.0)
    assert made["enter", "interest"].path[3] == (248.0, -23.0)


def test_rooms() -> None:
    assert room_at((10, 10), "above", (4, 2)) == Room(8, 8, 12, 10)
    assert room_at((10, 10), "below", (4, 2)) == Room(8, 10, 12, 12)
    assert room_at((10, 10), "left", (4, 2)) == Room(6, 9, 10, 11)
    assert room_at((10, 10), "right", (4, 2)) == Room(10, 9, 14, 11)
    assert not Room(0, 0, 1, 1).meets(Room(1, 0, 2, 1))


@pytest.mark.parametrize("size", [(46.0, 14.0), (46.0, 28.0)])
def test_every_label_finds_room_in_the_usual_row(size: tuple[float, float]) -> None:
    boxes = place_boxes(SIX, {}, SIZES)
    taken = [*(box_at(place, SIZES) for place in boxes.values()), bar_room(boxes, SIZES)]
    for edge, route in routes(SIX, EDGES, boxes, SIZES).items():
        room = label_room(route, size, taken)
        assert room is not None or edge == ("enter", "awareness")
        taken += [room] if room is not None else []


@given(st.dictionaries(st.sampled_from(SIX), st.tuples(st.floats(-500, 900), st.floats(-400, 400)), max_size=6))
@settings(max_examples=40, deadline=None)
def test_no_label_ever_lies_over_a_box(kept: dict[str, tuple[float, float]]) -> None:
    boxes = place_boxes(SIX, kept, SIZES)
    rooms = [box_at(place, SIZES) for place in boxes.values()]
    for route in routes(SIX, EDGES, boxes, SIZES).values():
        room = label_room(route, (46.0, 28.0), rooms)
        assert room is None or not any(room.meets(box) for box in rooms)
