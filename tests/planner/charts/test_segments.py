"""The segments chart: lifts of one dimension's segments, paired by replication, from the splits alone."""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from planner.charts.build import ALL, build_all
from planner.charts.paint_file import paint
from planner.charts.parts import hue_of
from planner.charts.segments import MEASURES, TITLES, has_segments, segment_lifts, segments
from planner.charts.spec import Rule, Words
from planner.experiments.comparison import Comparison, PlanResult
from planner.experiments.statistics import relative_difference
from simulation.outcomes import Outcomes
from tests.planner.charts.marks import labels, points
from tests.planner.charts.test_paint_file import LONG
from tests.planner.synthetic import SEGMENTS, comparison, splits, without_splits

ALL_BUT_SEGMENTS = [id for id in ALL if id != "segments"]


def with_splits(whole: Comparison, shares: Mapping[str, tuple[float, float]], noise: float = 0.02) -> Comparison:
    """The comparison with other segments."""

    def counted(run: Outcomes, replication: int) -> Outcomes:
        visits, orders, revenue = (run.total(name) for name in ("visits", "orders", "revenue"))
        table = splits(visits, orders, revenue, replication, shares, noise)
        return replace(run, tables={**run.tables, "splits": table})

    plans = (replace(p, runs=tuple(counted(run, k) for k, run in enumerate(p.runs))) for p in whole.plans)
    return replace(whole, plans=tuple(plans))


@pytest.fixture(scope="module")
def several() -> Comparison:
    return comparison(replications=4, days=30)


def rates(plan: PlanResult, level: str, measure: str) -> NDArray[np.float64]:
    tables = [run.tables["splits"] for run in plan.runs]
    return np.array([table.at(level, measure) / table.at(level, "visits") for table in tables])


def test_lifts_are_paired_relative_differences_of_what_a_visit_brings(several: Comparison) -> None:
    base, plan = several.plan("Baseline"), several.plan("Level 2")
    found = {(x.measure, x.segment): x for x in segment_lifts(several, "customer") if x.plan == "Level 2"}
    for measure, column in (("conversion", "orders"), ("revenue_per_visit", "revenue")):
        value, before = (rates(p, "customer:one order", column) for p in (plan, base))
        wanted = relative_difference(value, before, several.confidence)
        assert found[measure, "one order"].relative == pytest.approx(wanted)
        assert wanted.low < wanted.mean < wanted.high
    assert found["conversion", "one order"].visits_share == pytest.approx(0.09, abs=1e-4)


def test_levels_are_in_their_units(several: Comparison) -> None:
    lifts = [x for x in segment_lifts(several, "customer") if (x.segment, x.plan) == ("one order", "Level 2")]
    found = {x.measure: x for x in lifts}
    assert found["conversion"].value == rates(several.plan("Level 2"), "customer:one order", "orders").mean()
    cents = rates(several.plan("Baseline"), "customer:one order", "revenue").mean()
    assert found["revenue_per_visit"].baseline == pytest.approx(cents / 100)


def test_rows_are_the_segments_that_have_visits_and_points_lie_within_their_row(several: Comparison) -> None:
    spec = segments(several)
    assert [panel.title for panel in spec.panels] == [title for _, title in MEASURES.values()]
    for place, panel in enumerate(spec.panels):
        assert [tick.text.split("\n")[0] for tick in panel.y.ticks] == list(SEGMENTS)[:-1]
        rows = [tick.at for tick in panel.y.ticks for _ in range(3)]
        half = (rows[3] - rows[0]) / 2
        assert all(abs(p.y - row) < half for p, row in zip(points(spec, place), rows, strict=True))
        assert (panel.y.low, panel.y.high) == pytest.approx((rows[-1] + half, -half))
        between = [mark.at for mark in panel.marks if isinstance(mark, Rule) and not mark.vertical]
        assert between == pytest.approx([rows[3 * k] - half for k in (1, 2, 3)])
        assert len({p.y for p in points(spec, place)}) == 12
        assert Rule(0.0) in panel.marks


def test_plans_are_in_their_colours_and_named_once_with_the_lift_of_all_visits(several: Comparison) -> None:
    spec = segments(several)
    names = ["Level 1", "Level 2", "Level 3"]
    assert [p.hue for p in points(spec, 0)] == [hue_of(several, name) for name in names] * 4
    assert [text.split("\n")[0] for text in labels(spec, 0)] == names
    assert all(text.split("\n")[1].startswith("all: +") for text in labels(spec, 0))
    assert labels(spec, 1) == []


def test_the_pointer_is_told_plan_segment_lift_and_levels(several: Comparison) -> None:
    about = points(segments(several), 0)[1].about
    lift = segment_lifts(several, "customer")[1]
    assert about.startswith("Level 2, new visitor: conversion per visit +")
    assert about.endswith(f"{lift.value * 100:.2f}\u202f% instead of {lift.baseline * 100:.2f}\u202f%")


def test_one_plan_has_its_values_beside_the_rows_and_is_named_in_the_subtitle() -> None:
    spec = segments(comparison({"Baseline": 0.0, "Level 2": 0.03}, replications=3, days=30))
    assert spec.subtitle.startswith("Level 2;")
    assert [len(labels(spec, panel)) for panel in (0, 1)] == [4, 4]
    assert all(text.startswith("+") and text.endswith(")") for text in labels(spec, 0))


def test_another_dimension_and_one_that_does_not_exist(several: Comparison) -> None:
    spec = segments(several, "device")
    assert spec.title == "Lift by device against Baseline"
    assert {tick.text.split("\n")[0] for tick in spec.panels[0].y.ticks} == {"phone", "desktop"}
    with pytest.raises(ValueError, match=f"no dimension 'shoe size'; there are {', '.join(TITLES)}"):
        segments(several, "shoe size")


def test_a_huge_interval_does_not_squeeze_the_points() -> None:
    wild = comparison({"Baseline": 0.0, "Level 1": 0.02}, replications=2, days=30, noise=0.3)
    spec = segments(wild)
    assert max(p.high for p in points(spec, 0)) > spec.panels[0].x.high
    assert all(spec.panels[0].x.low <= p.x <= spec.panels[0].x.high for p in points(spec, 0))


def test_one_replication_has_points_without_intervals(several: Comparison) -> None:
    spec = segments(comparison(replications=1, days=30))
    assert all(math.isfinite(p.x) and math.isnan(p.low) for p in points(spec, 0))
    assert "no intervals" in spec.subtitle


def test_without_visits_by_segment_the_chart_says_so() -> None:
    usual = comparison(replications=2, days=30)
    for whole in (without_splits(usual), with_splits(usual, dict.fromkeys(SEGMENTS, (0, 0)))):
        spec = segments(whole)
        assert [m.text for m in spec.panels[0].marks if isinstance(m, Words)] == ["no visits by segment"]
        assert spec.data.rows == ()
        paint(spec, "svg")


def test_runs_that_count_no_splits_beside_some_that_do_show_nothing(several: Comparison) -> None:
    older = without_splits(several)
    mixed = replace(several, plans=(several.plans[0], *older.plans[1:]))
    assert (has_segments(several), has_segments(older), has_segments(mixed)) == (True, False, False)
    assert segment_lifts(mixed, "customer") == ()
    assert [[spec.id for spec in build_all(whole)] for whole in (older, mixed)] == [ALL_BUT_SEGMENTS] * 2


def test_points_without_intervals_are_explained(several: Comparison) -> None:
    unsure = segments(with_splits(several, SEGMENTS, noise=2.0))
    assert any(math.isfinite(p.x) and math.isnan(p.low) for panel in (0, 1) for p in points(unsure, panel))
    assert "without an interval" in unsure.footnote
    assert "without an interval" not in segments(several).footnote


def test_the_table_holds_what_is_drawn(several: Comparison) -> None:
    spec = segments(several)
    drawn = [p for panel in (0, 1) for p in points(spec, panel)]
    for column, values in (("relative", [p.x for p in drawn]), ("low", [p.low for p in drawn])):
        assert list(spec.data.column(column)) == values
    assert spec.data.name == "chart_segments"


def test_equal_comparisons_give_equal_charts(several: Comparison) -> None:
    assert segments(comparison(replications=4, days=30)) == segments(several)


def test_two_segments_leave_room_for_many_long_names() -> None:
    spec = segments(comparison(LONG, replications=2, days=30), "device")
    lines = sum(text.count("\n") + 1 for text in labels(spec, 0))
    assert spec.panels[0].y.low - spec.panels[0].y.high >= lines
