"""The lift chart: places, colours and texts follow the comparison."""

import math
from dataclasses import replace

import pytest

from planner.charts.lift import IDLE, OUTCOMES, lift
from planner.charts.spec import BETTER, UNDECIDED, WORSE, ChartSpec, EndLabels, Mark, Point, Rule, Span
from planner.experiments.comparison import Comparison, PlanResult
from simulation.metrics import METRICS
from tests.planner.synthetic import comparison


def marks_of(spec: ChartSpec, kind: type[Mark]) -> list[Mark]:
    return [mark for panel in spec.panels for mark in panel.marks if isinstance(mark, kind)]


def points(spec: ChartSpec) -> list[Point]:
    return [mark for mark in marks_of(spec, Point) if isinstance(mark, Point)]


@pytest.fixture(scope="module")
def several() -> Comparison:
    return comparison()


def test_every_outcome_and_plan_has_its_relative_difference_with_interval(several: Comparison) -> None:
    wanted = [several.plan(n).differences[key] for key in OUTCOMES for n in ("Level 1", "Level 2", "Level 3")]
    found = points(lift(several))
    assert [(p.x, p.low, p.high) for p in found] == [(d.relative, d.relative_low, d.relative_high) for d in wanted]


def test_colours_are_the_verdicts(several: Comparison) -> None:
    hues = {"better": BETTER, "worse": WORSE, "cannot tell": UNDECIDED}
    verdicts = [several.plan(n).differences[key].verdict for key in OUTCOMES for n in ("Level 1", "Level 2", "Level 3")]
    assert [p.hue for p in points(lift(several))] == [hues[verdict] for verdict in verdicts]
    assert len(set(verdicts)) > 1, "a single verdict would check nothing"


def test_the_zero_line_and_the_idle_band_are_there(several: Comparison) -> None:
    assert marks_of(lift(several), Rule) == [Rule(0.0)]
    assert marks_of(lift(several), Span) == [Span(-IDLE, IDLE)]


def test_rows_stand_at_their_names_one_below_the_other(several: Comparison) -> None:
    spec = lift(several)
    ticks = spec.panels[0].y.ticks
    assert [t.text for t in ticks[:5]] == [
        "Conversion per visit",
        "Level 1",
        "Level 2",
        "Level 3",
        "Average order value",
    ]
    assert [t.strong for t in ticks[:5]] == [True, False, False, False, True]
    assert [p.y for p in points(spec)] == [t.at for t in ticks if not t.strong]
    assert [t.at for t in ticks] == sorted(t.at for t in ticks)


def test_one_plan_needs_no_headings_and_is_named_in_the_subtitle() -> None:
    spec = lift(comparison({"Baseline": 0.0, "Level 2": 0.03}))
    assert [t.text for t in spec.panels[0].y.ticks] == [METRICS[key].title for key in OUTCOMES]
    assert spec.subtitle.startswith("Level 2;")


def test_without_intervals_the_points_stand_alone_and_the_subtitle_says_so() -> None:
    spec = lift(comparison(replications=1))
    assert all(math.isnan(p.low) and p.hue == UNDECIDED for p in points(spec))
    assert "one replication" in spec.subtitle


def with_relative(whole: Comparison, metric: str, low: float, middle: float, high: float) -> Comparison:
    def widen(plan: PlanResult) -> PlanResult:
        if not plan.differences:
            return plan
        wide = replace(plan.differences[metric], relative=middle, relative_low=low, relative_high=high)
        return replace(plan, differences={**plan.differences, metric: wide})

    return replace(whole, plans=tuple(map(widen, whole.plans)))


def test_a_huge_interval_does_not_squeeze_the_points(several: Comparison) -> None:
    axis = lift(with_relative(several, "ltv", -40.0, 0.05, 40.0)).panels[0].x
    assert axis.high - axis.low < 0.6


def test_a_huge_difference_is_inside_the_axis(several: Comparison) -> None:
    axis = lift(with_relative(several, "ltv", 3.0, 4.0, 5.0)).panels[0].x
    assert axis.high >= 4.0
    assert axis.low <= -IDLE


def test_an_undefined_relative_difference_shows_the_absolute_one(several: Comparison) -> None:
    spec = lift(with_relative(several, "aov", math.nan, math.nan, math.nan))
    labels = next(mark for mark in marks_of(spec, EndLabels) if isinstance(mark, EndLabels)).labels
    assert "€" in labels[3].text
    assert math.isnan(points(spec)[3].x)


def test_the_table_holds_what_is_drawn(several: Comparison) -> None:
    spec = lift(several)
    assert list(spec.data.column("relative")) == [p.x for p in points(spec)]
    assert set(spec.data.column("plan")) == {"Level 1", "Level 2", "Level 3"}
