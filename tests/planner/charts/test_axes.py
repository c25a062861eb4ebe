"""Ticks on round numbers, and labels that keep apart."""

import math
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planner.charts.axes import day_axis, log_axis, nice_step, number_axis, spread, step_decimals

numbers = st.floats(-1e9, 1e9, allow_nan=False).filter(lambda v: v == 0 or abs(v) > 1e-6)


def plain(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}"


@given(st.lists(numbers | st.just(math.nan) | st.just(math.inf), max_size=20))
def test_a_number_axis_holds_all_finite_values(values: list[float]) -> None:
    axis = number_axis("", values, plain)
    tolerance = 1e-9 * max(abs(axis.low), abs(axis.high))
    assert axis.low < axis.high
    assert all(axis.low - tolerance <= v <= axis.high + tolerance for v in values if math.isfinite(v))


@given(st.lists(numbers, min_size=2, max_size=9))
def test_ticks_of_a_number_axis_tell_each_other_apart(values: list[float]) -> None:
    assume(max(values) - min(values) > 1e-6 * max(1.0, *map(abs, values)))
    texts = [tick.text for tick in number_axis("", values, plain).ticks]
    assert 2 <= len(texts) <= 9
    assert len(set(texts)) == len(texts)


def test_an_axis_of_nothing_or_of_zeros_runs_from_zero_to_one() -> None:
    assert [(a.low, a.high) for a in (number_axis("", [], plain), number_axis("", [0.0, 0.0], plain))] == [(0, 1)] * 2


@pytest.mark.parametrize(("width", "step"), [(10, 2), (13, 2.5), (0.07, 0.02), (30, 5), (5, 1)])
def test_steps_are_round(width: float, step: float) -> None:
    assert nice_step(width, 6) == pytest.approx(step)


@pytest.mark.parametrize(("step", "decimals"), [(20, 0), (2.5, 1), (0.25, 2), (0.005, 3)])
def test_decimals_of_a_step(step: float, decimals: int) -> None:
    assert step_decimals(step) == decimals


def test_days_are_ticked_at_quarters_in_a_year_and_weeks_in_a_month() -> None:
    assert [tick.text for tick in day_axis("", 0, 371).ticks] == ["0", "90", "180", "270", "360"]
    assert [tick.text for tick in day_axis("", 3, 33).ticks] == ["7", "14", "21", "28"]
    assert day_axis("", 3.0, 3.0).high > 3.0


def test_a_log_axis_is_ticked_at_one_two_five_inside_its_ends() -> None:
    assert [tick.text for tick in log_axis("", 15, 600, plain).ticks] == ["20", "50", "100", "200", "500"]


boxes = st.lists(st.tuples(st.floats(-50, 150), st.floats(0.1, 12)), min_size=1, max_size=12)


@given(boxes)
def test_spread_items_do_not_overlap_and_stay_inside_if_they_fit(items: list[tuple[float, float]]) -> None:
    wanted, sizes = [y for y, _ in items], [size for _, size in items]
    placed = spread(wanted, sizes, 0.0, 100.0)
    ends = sorted((place - size / 2, place + size / 2) for place, size in zip(placed, sizes, strict=True))
    assert all(later[0] >= earlier[1] - 1e-9 for earlier, later in pairwise(ends))
    if sum(sizes) <= 100:
        assert ends[0][0] >= -1e-9
        assert ends[-1][1] <= 100 + 1e-9


@given(boxes)
def test_spread_keeps_the_order_of_what_was_wanted(items: list[tuple[float, float]]) -> None:
    wanted, sizes = [y for y, _ in items], [size for _, size in items]
    placed = spread(wanted, sizes, 0.0, 100.0)
    pairs = [(w, p) for w, p in zip(wanted, placed, strict=True)]
    assert all(p <= q + 1e-9 for w, p in pairs for v, q in pairs if w < v)


def test_spread_leaves_alone_what_does_not_touch_and_shares_the_way_of_what_does() -> None:
    assert spread([10, 50, 90], [4, 4, 4], 0, 100) == pytest.approx([10, 50, 90])
    assert spread([50, 50], [4, 4], 0, 100) == pytest.approx([48, 52])
