"""The segments chart: each plan's lift in conversion and revenue per visit, segment by segment of one dimension.

Knows the table "splits" of the outcomes; must not know how anything is drawn.
"""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner import wording
from planner.charts.axes import points_axis
from planner.charts.parts import (
    LINE_INCHES,
    hue_of,
    key_labels,
    name_lines,
    others,
    relative_text,
    row_lines,
    sureness,
)
from planner.charts.spec import INK, MUTED, Axis, ChartSpec, EndLabel, EndLabels, Mark, Panel, Point, Rule, Tick, Words
from planner.experiments.statistics import Interval, defined_pairs, relative_difference
from planner.tables import Column, DataTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.charts.bands import Array
    from planner.experiments.comparison import Comparison, PlanResult

TITLES = {
    "customer": "kind of customer",
    "reason": "reason of the visit",
    "source": "source of the visit",
    "device": "device",
    "place": "place",
}
"""The dimensions by which the outcomes are split, in words."""

MEASURES = {"conversion": ("orders", "Conversion per visit"), "revenue_per_visit": ("revenue", "Revenue per visit")}
"""What is shown per visit: the column of the splits and the title."""

_LANE, _LEAST_ROW = 0.72, 1.9
"""Lines of text that one plan's point takes in a segment's row, and the least that a row takes."""
_NAME_WIDTH = 22


class Lift(NamedTuple):
    """One plan's relative difference from the baseline in one measure and segment, with both levels."""

    measure: str
    segment: str
    plan: str
    visits_share: float
    baseline: float
    value: float
    relative: Interval


def segments(comparison: Comparison, dimension: str = "customer") -> ChartSpec:
    """Return relative differences from the baseline by segment of ``dimension``, plans in their colours.

    Differences are paired by replication; segments that the baseline's visits never fall into are left out. ValueError
    for a dimension that is not one of ``TITLES``.
    """
    lifts = segment_lifts(comparison, dimension)
    rows = max(len({lift.segment for lift in lifts}), 1)
    panels = tuple(_panel(comparison, [x for x in lifts if x.measure == m], m) for m in MEASURES)
    return ChartSpec(
        "segments",
        f"Lift by {TITLES[dimension]} against {wording.plain(comparison.baseline)}",
        _subtitle(comparison),
        panels,
        _table(lifts),
        footnote=_footnote(comparison, lifts),
        height=1.6 + len(panels) * (0.75 + LINE_INCHES * rows * _row_height(comparison, rows)),
    )


def has_segments(comparison: Comparison) -> bool:
    """Return whether every run counts its visits by segment; those of an older Footfall may not."""
    return all("splits" in run.tables for plan in comparison.plans for run in plan.runs)


def segment_lifts(comparison: Comparison, dimension: str) -> tuple[Lift, ...]:
    """Return every lift by measure, segment and plan, in that order; ValueError for an unknown dimension."""
    if dimension not in TITLES:
        raise ValueError(f"no dimension {dimension!r}; there are {', '.join(TITLES)}")
    base = comparison.plan(comparison.baseline)
    names = _segments(base, dimension) if has_segments(comparison) else []
    visits = {segment: _samples(base, dimension, segment, "visits") for segment in names}
    total = sum(float(counts.sum()) for counts in visits.values())
    return tuple(
        _lift(comparison, plan, dimension, segment, measure, float(counts.sum()) / total)
        for measure in MEASURES
        for segment, counts in visits.items()
        for plan in others(comparison)
        if counts.any()
    )


def _segments(plan: PlanResult, dimension: str) -> list[str]:
    """Return the names of a dimension's segments."""
    labels = (label.partition(":") for label in plan.runs[0].tables["splits"].axes[0][1])
    return [name for group, _, name in labels if group == dimension]


def _samples(plan: PlanResult, dimension: str, segment: str, measure: str) -> Array:
    """Return a segment's sums, one per replication."""
    cells = (run.tables["splits"].at(f"{dimension}:{segment}", measure) for run in plan.runs)
    return np.array(list(cells), dtype=np.float64)


def _per_visit(plan: PlanResult, dimension: str, segment: str, measure: str) -> Array:
    """Return a measure per visit, one per replication: money in currency units, NaN without visits."""
    column = MEASURES[measure][0]
    unit = plan.runs[0].facts.minor_units if column == "revenue" else 1
    visits = _samples(plan, dimension, segment, "visits")
    sums = _samples(plan, dimension, segment, column) / unit
    return np.divide(sums, visits, out=np.full_like(sums, math.nan), where=visits > 0)


def _lift(comparison: Comparison, name: str, dimension: str, segment: str, measure: str, share: float) -> Lift:
    plans = (comparison.plan(name), comparison.plan(comparison.baseline))
    value, base = defined_pairs(*(_per_visit(plan, dimension, segment, measure) for plan in plans))
    relative = relative_difference(value, base, comparison.confidence)
    before, after = (float(values.mean()) if values.size else math.nan for values in (base, value))
    return Lift(measure, segment, name, share, before, after, relative)


def _row_height(comparison: Comparison, rows: int) -> float:
    """Return how many lines of text a segment's row takes, so that points and the names of plans keep apart."""
    rivals = others(comparison)
    names = sum(name_lines(name).count("\n") + 2.2 for name in rivals) if len(rivals) > 1 else 0.0
    return max(_LEAST_ROW, _LANE * (len(rivals) + 1), names / rows)


def _panel(comparison: Comparison, lifts: Sequence[Lift], measure: str) -> Panel:
    names = list(dict.fromkeys(lift.segment for lift in lifts))
    rows = max(len(names), 1)
    height = _row_height(comparison, rows)
    y = Axis("", (rows - 0.5) * height, -0.5 * height, tuple(_ticks(names, lifts, height)), names=True)
    relatives = [lift.relative for lift in lifts]
    ends = (end for i in relatives for end in (i.low, i.high))
    x = points_axis("relative difference", (i.mean for i in relatives), ends, relative_text, (-0.02, 0.02))
    marks: list[Mark] = [*row_lines(rows, height), Rule(0.0), *_points(comparison, lifts, names, height)]
    marks += _texts(comparison, lifts, names, height, measure, y)
    if not lifts:
        marks.append(Words((x.low + x.high) / 2, 0.0, "no visits by segment", MUTED))
    return Panel(x, y, tuple(marks), MEASURES[measure][1])


def _points(comparison: Comparison, lifts: Sequence[Lift], names: Sequence[str], height: float) -> Iterator[Point]:
    """Yield one point per plan in each row, evenly apart."""
    rivals = others(comparison)
    for lift in lifts:
        lane = (rivals.index(lift.plan) + 1) / (len(rivals) + 1) - 0.5
        place = (names.index(lift.segment) + lane) * height
        hue = hue_of(comparison, lift.plan)
        yield Point(lift.relative.mean, place, lift.relative.low, lift.relative.high, hue, _about(lift))


def _texts(
    comparison: Comparison, lifts: Sequence[Lift], names: Sequence[str], height: float, measure: str, y: Axis
) -> Iterator[EndLabels]:
    """Yield what stands at the right: the values of a single plan, or once the names of several."""
    if len(others(comparison)) == 1 and lifts:
        yield EndLabels(tuple(_value(names.index(lift.segment) * height, lift) for lift in lifts))
    elif measure == next(iter(MEASURES)) and lifts:
        yield key_labels(comparison, _overall(comparison), y)


def _ticks(names: Sequence[str], lifts: Sequence[Lift], height: float) -> Iterator[Tick]:
    shares = {lift.segment: lift.visits_share for lift in lifts}
    for row, name in enumerate(names):
        text = textwrap.shorten(wording.plain(name), _NAME_WIDTH, placeholder="…")
        yield Tick(row * height, f"{text}\n{wording.value(shares[name], 'share', '')} of visits")


def _overall(comparison: Comparison) -> dict[str, str]:
    """Return what each plan does to the conversion of all visits, to stand under its name."""
    found = {name: comparison.plan(name).differences["session_conversion"] for name in others(comparison)}
    return {n: f"all: {wording.change(d, 'session_conversion', comparison.currency)[0]}" for n, d in found.items()}


def _value(y: float, lift: Lift) -> EndLabel:
    mean, low, high = lift.relative
    told = low > 0 or high < 0
    return EndLabel(y, wording.relative(mean, low, high), INK if told else MUTED)


def _about(lift: Lift) -> str:
    if lift.measure == "conversion":
        levels = [wording.value(v, "share", "") for v in (lift.value, lift.baseline)]
    else:
        levels = [wording.number(v, 2) for v in (lift.value, lift.baseline)]
    title = MEASURES[lift.measure][1]
    what = f"{wording.plain(lift.plan)}, {wording.plain(lift.segment)}: {title[0].lower()}{title[1:]}"
    return f"{what} {wording.relative(*lift.relative)}, {levels[0]} instead of {levels[1]}"


def _subtitle(comparison: Comparison) -> str:
    rivals = others(comparison)
    who = f"{name_lines(rivals[0], 80)}; " if len(rivals) == 1 else ""
    return f"{who}{sureness(comparison)}, same shoppers in every plan; share of the baseline's visits under each name"


def _footnote(comparison: Comparison, lifts: Sequence[Lift]) -> str:
    lone = any(math.isfinite(lift.relative.mean) and math.isnan(lift.relative.low) for lift in lifts)
    alone = (
        " A point without an interval: too few orders or replications to bound it."
        if lone and comparison.replications > 1
        else ""
    )
    return (
        "Each interval stands by itself: the more of them, the likelier one misses zero by chance. A plan may also "
        f"change who is in a segment.{alone}"
    )


def _table(lifts: Sequence[Lift]) -> DataTable:
    texts = (Column(name, "text") for name in ("measure", "segment", "plan"))
    shares = (Column(name, "share") for name in ("relative", "low", "high"))
    rows = tuple((*lift[:-1], *lift.relative) for lift in lifts)
    return DataTable(
        "chart_segments", (*texts, Column("visits_share", "share"), Column("baseline"), Column("value"), *shares), rows
    )
