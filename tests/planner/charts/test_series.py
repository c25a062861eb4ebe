"""Daily series and lifetime value by age: the curves are the means of the runs."""

import math

import numpy as np
import pytest

from planner.charts.build import ALL, ROWS, build_all
from planner.charts.series import daily, ltv_by_age
from planner.charts.spec import BASELINE, ChartSpec, Curve, EndLabels, Hue
from planner.experiments.comparison import Comparison
from simulation.metrics import lifetime_value, value_by_age
from tests.planner.synthetic import comparison


@pytest.fixture(scope="module")
def several() -> Comparison:
    return comparison(replications=5, days=60)


def curves(spec: ChartSpec, panel: int) -> list[Curve]:
    return [mark for mark in spec.panels[panel].marks if isinstance(mark, Curve)]


def test_daily_orders_are_seven_day_means_of_the_whole_store(several: Comparison) -> None:
    drawn = curves(daily(several), 0)[2]
    runs = several.plan("Level 2").runs
    days = np.mean([run.tables["daily"].column("orders") / run.facts.share for run in runs], axis=0)
    assert len(drawn.ys) == len(days) - 6
    assert drawn.xs[0] == 3
    assert drawn.ys[10] == pytest.approx(days[10:17].mean())


def test_daily_revenue_is_in_currency_units(several: Comparison) -> None:
    drawn = curves(daily(several), 1)[0]
    runs = several.plan("Baseline").runs
    weekly = np.mean([run.tables["daily"].column("revenue")[:7].sum() for run in runs])
    assert drawn.ys[0] == pytest.approx(weekly / 7 / 100 / runs[0].facts.share)


def test_bands_enclose_the_means_and_never_draw_negative_orders(several: Comparison) -> None:
    wild = comparison({"Baseline": 0.0, "Level 1": 0.01}, replications=2, visits=3000, noise=0.2)
    for whole in (several, wild):
        spec = daily(whole)
        for panel in range(2):
            assert spec.panels[panel].y.low == 0
            for drawn in curves(spec, panel):
                assert all(lo <= y <= hi for lo, y, hi in zip(drawn.lows, drawn.ys, drawn.highs, strict=True))


def test_a_horizon_shorter_than_a_week_is_still_drawn() -> None:
    spec = daily(comparison({"Baseline": 0.0}, days=4, replications=2))
    assert spec.subtitle.startswith("4-day means")
    assert len(curves(spec, 0)[0].xs) == 1


def test_lifetime_value_ends_at_the_metric(several: Comparison) -> None:
    for plan, drawn in zip(several.plans, curves(ltv_by_age(several), 0), strict=True):
        assert drawn.ys[-1] == pytest.approx(np.mean([lifetime_value(run) for run in plan.runs]))
        assert drawn.xs[:2] == (7.0, 14.0)


def test_the_difference_of_lifetime_value_is_paired(several: Comparison) -> None:
    runs, base = several.plan("Level 3").runs, several.plan("Baseline").runs
    gains = [value_by_age(a)[20] - value_by_age(b)[20] for a, b in zip(runs, base, strict=True)]
    drawn = curves(ltv_by_age(several), 1)[-1]
    half = (drawn.highs[20] - drawn.lows[20]) / 2
    assert drawn.ys[20] == pytest.approx(np.mean(gains))
    assert half == pytest.approx(2.776 * np.std(gains, ddof=1) / math.sqrt(5), rel=1e-3)


def test_a_difference_whose_interval_crosses_zero_shows_both_ends() -> None:
    spec = ltv_by_age(comparison({"Baseline": 0.0, "Level 1": 0.001}, replications=3, noise=0.02))
    drawn = curves(spec, 1)[0]
    assert min(drawn.lows) < 0 < max(drawn.highs)
    assert spec.panels[1].y.low <= min(drawn.lows)


def test_plans_keep_their_hue_in_every_chart_whatever_the_baseline(several: Comparison) -> None:
    swapped = comparison(replications=2, days=30, baseline="Level 2")
    for spec in (*build_all(several), *build_all(swapped)):
        for panel in spec.panels:
            for mark in panel.marks:
                if isinstance(mark, EndLabels) and spec.id != "lift":
                    for label in mark.labels:
                        place = ["Baseline", "Level 1", "Level 2", "Level 3"].index(label.text.split("\n")[0])
                        assert label.hue in (Hue("plan", place), BASELINE)


def test_one_replication_draws_lines_without_bands() -> None:
    whole = comparison(replications=1, days=30)
    for spec in (daily(whole), ltv_by_age(whole)):
        assert all(not drawn.lows for panel in range(2) for drawn in curves(spec, panel))
        assert "no intervals" in spec.subtitle


def test_a_lone_baseline_has_every_chart_but_those_of_a_difference() -> None:
    lone = [id for id in ALL if id not in ("lift", "segments", "roi")]
    assert [spec.id for spec in build_all(comparison({"Baseline": 0.0}, replications=2, days=30))] == lone


def test_every_chart_has_one_place_on_a_page() -> None:
    assert sorted(id for row in ROWS for id in row) == sorted(ALL)


def test_the_ids_are_those_promised() -> None:
    assert list(ALL) == ["lift", "funnel", "daily", "ltv_by_age", "order_values", "segments", "roi"]


def test_tables_hold_what_is_drawn(several: Comparison) -> None:
    spec = ltv_by_age(several)
    drawn = [y for panel in range(2) for curve in curves(spec, panel) for y in curve.ys]
    assert list(spec.data.column("mean")) == drawn
