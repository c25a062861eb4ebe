"""The ROI chart: what each plan's personalization cost, the margin it gained, and whether the one pays for the other.

Must not know how anything is drawn. Gain, cost and ROI are those of ``simulation.metrics.personalization_roi``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner import wording
from planner.charts.axes import points_axis
from planner.charts.parts import LINE_INCHES, hue_of, money_text, name_lines, others, row_lines, sureness
from planner.charts.spec import (
    MUTED,
    UNDECIDED,
    Axis,
    ChartSpec,
    EndLabel,
    EndLabels,
    Mark,
    Panel,
    Point,
    Rule,
    Tick,
    Words,
)
from planner.experiments.statistics import NOTHING, Interval, mean_interval
from planner.tables import Column, DataTable, in_currency
from simulation.metrics import margin, strategy_cost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.charts.spec import Writer
    from planner.experiments.comparison import Comparison

PAYS = 1.0
"""The ROI from which the margin gained covers the cost."""

_KEY = "personalization_roi"
_HEAD = 0.9
"""Lines of text over the first plan of the lower panel, for the word beside the line at 1."""


class Return(NamedTuple):
    """One plan against the baseline: margin gained before cost and cost (currency, whole store), gain per cost.

    ``roi`` is NaN for a plan that costs no more than the baseline: above 1 would not mean that it pays.
    """

    plan: str
    gained: Interval
    cost: Interval
    roi: Interval


def roi(comparison: Comparison) -> ChartSpec:
    """Return margin gained before cost beside personalization cost, and below their ratio with a line at 1."""
    found = returns(comparison)
    plan = _plan_height(found)
    panels = (_money_panel(comparison, found, plan), _roi_panel(comparison, found, plan))
    return ChartSpec(
        "roi",
        "What personalization costs and gains",
        f"against {wording.plain(comparison.baseline)}, whole store; {sureness(comparison)}",
        panels,
        _table(found),
        footnote="Margin gained is before the cost of personalization; ROI is margin gained per unit of cost. It pays "
        "for itself where the whole interval lies right of 1.",
        height=2.75 + LINE_INCHES * sum(panel.y.low - panel.y.high for panel in panels),
    )


def returns(comparison: Comparison) -> tuple[Return, ...]:
    """Return gain, cost and ROI of every plan but the baseline, in order; paired by replication."""
    return tuple(_return(comparison, name) for name in others(comparison))


def _return(comparison: Comparison, name: str) -> Return:
    plan = comparison.plan(name)
    pairs = list(zip(plan.runs, comparison.plan(comparison.baseline).runs, strict=True))
    costs = np.array([strategy_cost(a) * in_currency(a) - strategy_cost(b) * in_currency(b) for a, b in pairs])
    margins = np.array([margin(a) * in_currency(a) - margin(b) * in_currency(b) for a, b in pairs])
    gained, cost = (mean_interval(values, comparison.confidence) for values in (margins + costs, costs))
    estimate = plan.estimates[_KEY]
    roi = Interval(estimate.mean, estimate.low, estimate.high) if cost.mean > 0 else NOTHING
    return Return(name, gained, cost, roi)


def _plan_height(found: Sequence[Return]) -> float:
    """Return how many lines of text a plan takes: those of its name, the number under it, and a little air."""
    return max((name_lines(one.plan).count("\n") for one in found), default=0) + 2.3


def _money_panel(comparison: Comparison, found: Sequence[Return], plan: float) -> Panel:
    """Two rows per plan: margin gained in the plan's colour, cost in grey."""
    amounts = [amount for one in found for amount in (one.gained, one.cost)]
    x = _axis("", amounts, money_text(comparison), (0.0,))
    marks: list[Mark] = [*row_lines(len(found), plan), Rule(0.0)]
    ticks: list[Tick] = []
    for row, one in enumerate(found):
        upper, lower = (row - 0.22) * plan, (row + 0.22) * plan
        hue, about = hue_of(comparison, one.plan), _about(comparison, one)
        marks.append(Point(one.gained.mean, upper, one.gained.low, one.gained.high, hue, about))
        marks.append(Point(one.cost.mean, lower, one.cost.low, one.cost.high, UNDECIDED, about))
        ticks += [Tick(upper, "margin gained"), Tick(lower, "cost")]
    marks.append(_labels(comparison, found, [_net(comparison, one) for one in found], plan))
    y = Axis("", _bottom(found, plan), -plan / 2, tuple(ticks), names=True)
    return Panel(x, y, tuple(marks), "Margin gained and cost", y.low - y.high)


def _roi_panel(comparison: Comparison, found: Sequence[Return], plan: float) -> Panel:
    """One row per plan, named at the right as above."""
    x = _axis("margin gained per cost", [one.roi for one in found], _ratio_text, (0.0, 2 * PAYS))
    y = Axis("", _bottom(found, plan), -plan / 2 - _HEAD, names=True)
    marks: list[Mark] = [*row_lines(len(found), plan), Rule(PAYS), _pays(x, -(plan + _HEAD) / 2)]
    for row, one in enumerate(found):
        hue, about = hue_of(comparison, one.plan), _about(comparison, one)
        marks.append(Point(one.roi.mean, row * plan, one.roi.low, one.roi.high, hue, about))
    marks.append(_labels(comparison, found, [_ratio(one) for one in found], plan))
    return Panel(x, y, tuple(marks), "Return on personalization (ROI)", y.low - y.high)


def _pays(x: Axis, y: float) -> Words:
    """Return the word beside the line at 1, on the side that has room for it."""
    air = (x.high - x.low) * 0.01
    if (x.low + x.high) / 2 < PAYS:
        return Words(PAYS - air, y, "pays →", MUTED, "right", small=True)
    return Words(PAYS + air, y, "pays →", MUTED, "left", small=True)


def _axis(title: str, intervals: Sequence[Interval], text: Writer, include: Sequence[float]) -> Axis:
    ends = (end for i in intervals for end in (i.low, i.high))
    return points_axis(title, (i.mean for i in intervals), ends, text, include)


def _bottom(found: Sequence[Return], plan: float) -> float:
    return (max(len(found), 1) - 0.5) * plan


def _labels(comparison: Comparison, found: Sequence[Return], texts: Sequence[str], plan: float) -> EndLabels:
    labels = (
        EndLabel(row * plan, f"{name_lines(one.plan)}\n{text}", hue_of(comparison, one.plan))
        for row, (one, text) in enumerate(zip(found, texts, strict=True))
    )
    return EndLabels(tuple(labels))


def _net(comparison: Comparison, one: Return) -> str:
    return f"net {wording.money(one.gained.mean - one.cost.mean, comparison.currency)}"


def _ratio(one: Return) -> str:
    mean, low, high = one.roi
    if not math.isfinite(mean):
        return "costs less" if one.cost.mean < 0 else "no cost"
    within = f" ({wording.span(low, high, decimals=2)})" if low < high else ""
    return f"{wording.number(mean, 2)}{within}"


def _about(comparison: Comparison, one: Return) -> str:
    parts = (("margin gained", one.gained), ("cost", one.cost))
    told = ", ".join(f"{title} {_money(comparison, part)}" for title, part in parts)
    return f"{wording.plain(one.plan)}: {told}, ROI {_ratio(one)}"


def _money(comparison: Comparison, part: Interval) -> str:
    mean, low, high = (wording.money(end, comparison.currency) for end in part)
    return f"{mean} ({low} to {high})" if part.low < part.high else mean


def _ratio_text(value: float, decimals: int) -> str:
    return wording.number(value, decimals)


def _table(found: Sequence[Return]) -> DataTable:
    kinds = {"gained": "money", "cost": "money", "roi": "number"}
    numbers = [
        Column(name, "money" if kind == "money" else "number")
        for key, kind in kinds.items()
        for name in (key, f"{key}_low", f"{key}_high")
    ]
    rows = tuple((one.plan, *one.gained, *one.cost, *one.roi) for one in found)
    return DataTable("chart_roi", (Column("plan", "text"), *numbers), rows)
