"""The ROI chart: gain and cost of the whole store, paired by replication, and the ratio that the outcomes tell."""

import math
from dataclasses import replace

import numpy as np
import pytest

from planner.charts.paint_file import paint
from planner.charts.parts import hue_of
from planner.charts.roi import PAYS, returns, roi
from planner.charts.spec import UNDECIDED, ChartSpec, Rule, Words
from planner.experiments.comparison import Comparison
from planner.experiments.statistics import mean_interval
from simulation.metrics import measure
from tests.planner.charts.marks import labels, points
from tests.planner.charts.test_paint_file import CASES, LONG
from tests.planner.synthetic import comparison

PLANS = ["Level 1", "Level 2", "Level 3"]


@pytest.fixture(scope="module")
def several() -> Comparison:
    return comparison(replications=4, days=30)


def words(spec: ChartSpec) -> Words:
    return next(mark for mark in spec.panels[1].marks if isinstance(mark, Words))


def test_gain_and_cost_are_paired_differences_of_the_whole_store(several: Comparison) -> None:
    runs = [[measure(run) for run in several.plan(name).runs] for name in ("Level 2", "Baseline")]
    costs, margins = (
        np.array([a[key] - b[key] for a, b in zip(*runs, strict=True)]) for key in ("strategy_cost", "margin")
    )
    found = returns(several)[1]
    assert found.plan == "Level 2"
    assert found.cost == pytest.approx(mean_interval(costs))
    assert found.gained == pytest.approx(mean_interval(margins + costs))
    assert found.gained.low < found.gained.mean < found.gained.high


def test_roi_is_that_of_the_outcomes_and_gain_per_cost(several: Comparison) -> None:
    for one in returns(several):
        estimate = several.plan(one.plan).estimates["personalization_roi"]
        assert one.roi == (estimate.mean, estimate.low, estimate.high)
        assert one.roi.mean == pytest.approx(one.gained.mean / one.cost.mean)


def test_every_plan_has_gain_in_its_colour_cost_in_grey_and_its_ratio_below(several: Comparison) -> None:
    spec, found = roi(several), returns(several)
    upper = [part for one in found for part in (one.gained, one.cost)]
    assert [(p.x, p.low, p.high) for p in points(spec, 0)] == upper
    assert [(p.x, p.low, p.high) for p in points(spec, 1)] == [one.roi for one in found]
    hues = [hue_of(several, name) for name in PLANS]
    assert [p.hue for p in points(spec, 0)] == [hue for own in hues for hue in (own, UNDECIDED)]
    assert [p.hue for p in points(spec, 1)] == hues
    assert [tick.text for tick in spec.panels[0].y.ticks] == ["margin gained", "cost"] * 3
    assert [tick.at for tick in spec.panels[0].y.ticks] == [p.y for p in points(spec, 0)]


def test_lines_stand_at_no_money_and_where_a_plan_pays(several: Comparison) -> None:
    for panel, place in zip(roi(several).panels, (0.0, PAYS), strict=True):
        assert [m.at for m in panel.marks if isinstance(m, Rule) and m.vertical] == [place]
        assert panel.x.low <= place <= panel.x.high


def test_the_word_at_the_line_is_on_the_side_with_more_room(several: Comparison) -> None:
    assert (words(roi(several)).anchor, words(roi(several)).x > PAYS) == ("left", True)
    losing = roi(comparison({"Baseline": 0.0, "Level 1": -0.06}, replications=3, days=30))
    assert (words(losing).anchor, words(losing).x < PAYS) == ("right", True)


def test_plans_are_named_with_what_is_left_and_with_their_ratio(several: Comparison) -> None:
    spec, found = roi(several), returns(several)
    for panel in (0, 1):
        assert [text.split("\n")[0] for text in labels(spec, panel)] == PLANS
    assert all(text.split("\n")[1].startswith("net ") for text in labels(spec, 0))
    mean, low, high = found[0].roi
    assert labels(spec, 1)[0] == f"Level 1\n{mean:.2f} ({low:.2f} to {high:.2f})"


def test_the_pointer_is_told_gain_cost_and_ratio(several: Comparison) -> None:
    spec = roi(several)
    told = points(spec, 0)[0].about
    assert told.startswith("Level 1: margin gained €")
    assert "cost €" in told
    assert told.endswith(f"ROI {labels(spec, 1)[0].split(chr(10))[1]}")
    assert points(spec, 0)[1].about == points(spec, 1)[0].about == told


def test_a_plan_without_cost_or_with_less_has_no_ratio(several: Comparison) -> None:
    free = replace(several, plans=(several.plans[0], replace(several.plans[0], name="Free"), *several.plans[1:]))
    assert labels(roi(free), 1)[0] == "Free\nno cost"
    cheaper = roi(comparison({"Dear": 0.05, "Cheap": 0.0}, replications=3, days=30))
    assert labels(cheaper, 1) == ["Cheap\ncosts less"]
    assert math.isnan(points(cheaper, 1)[0].x)
    assert points(cheaper, 0)[1].x < 0
    paint(cheaper, "svg")


def test_one_replication_has_points_without_intervals() -> None:
    spec = roi(comparison(replications=1, days=30))
    assert all(math.isfinite(p.x) and math.isnan(p.low) for panel in (0, 1) for p in points(spec, panel))
    assert "no intervals" in spec.subtitle
    assert all("(" not in text for text in labels(spec, 1))


def test_a_huge_interval_does_not_squeeze_the_points() -> None:
    spec = roi(comparison(**CASES["wide intervals"], days=30))
    assert min(p.low for p in points(spec, 1)) < spec.panels[1].x.low
    assert all(spec.panels[1].x.low <= p.x <= spec.panels[1].x.high for p in points(spec, 1))


def test_the_table_holds_what_is_drawn(several: Comparison) -> None:
    spec = roi(several)
    assert spec.data.name == "chart_roi"
    assert list(spec.data.column("plan")) == PLANS
    for place, columns in ((0, ("gained", "cost")), (1, ("roi",))):
        for turn, column in enumerate(columns):
            drawn = points(spec, place)[turn :: len(columns)]
            assert list(spec.data.column(column)) == [p.x for p in drawn]
            assert list(spec.data.column(f"{column}_low")) == [p.low for p in drawn]


def test_equal_comparisons_give_equal_charts(several: Comparison) -> None:
    assert roi(comparison(replications=4, days=30)) == roi(several)


def test_names_of_two_lines_have_room() -> None:
    spec = roi(comparison(LONG, replications=2, days=30))
    for place, panel in enumerate(spec.panels):
        lines = sum(text.count("\n") + 1 for text in labels(spec, place))
        assert panel.y.low - panel.y.high >= lines
