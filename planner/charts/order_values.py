"""The chart of order values: which share of orders lies where, by plan, and what a plan moves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from planner import wording
from planner.charts.axes import log_axis
from planner.charts.bands import band
from planner.charts.parts import (
    band_axis,
    bands_table,
    curves,
    key_labels,
    money_text,
    others,
    points_text,
    share_text,
    sureness,
    zero_line,
)
from planner.charts.spec import MUTED, Axis, ChartSpec, Panel, Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.charts.bands import Array, Band
    from planner.experiments.comparison import Comparison, PlanResult

STRAY = 0.001
"""Share of orders that may lie beyond either end of the axis, so that one odd order does not flatten the chart."""


def order_values(comparison: Comparison) -> ChartSpec:
    """Return the share of orders by order value and plan, and below it the difference from the baseline."""
    edges = _edges(comparison.plans[0])
    shares = {plan.name: np.stack([_shares(plan, r) for r in range(len(plan.runs))]) for plan in comparison.plans}
    first, last = _extent(comparison)
    xs = edges[first : last + 1]
    absolute = {n: band(v[:, first:last], comparison.confidence) for n, v in shares.items()}
    base = shares[comparison.baseline]
    moved = {n: band((shares[n] - base)[:, first:last], comparison.confidence) for n in others(comparison)}
    lower = log_axis("order value, logarithmic", float(xs[0]), float(xs[-1]), money_text(comparison))
    upper = Axis("", lower.low, lower.high, lower.ticks, log=True, write=lower.write) if moved else lower
    panels = [_share_panel(comparison, upper, xs, absolute)]
    if moved:
        panels.append(_moved_panel(comparison, lower, xs, moved))
    return ChartSpec(
        "order_values",
        "Order values by plan",
        f"share of orders per step of 15{wording.NARROW}% in value; {sureness(comparison)}",
        tuple(panels),
        bands_table("chart_order_values", "value_from", xs[:-1], {"share": absolute, "difference": moved}),
        footnote=_footnote(comparison, first, last),
        height=5.8 if moved else 3.8,
    )


def _edges(plan: PlanResult) -> Array:
    """Return bin edges (bins + 1) in currency units; the first bin, "below 1", gets the width of the others."""
    lower = np.array([float(label) for label in plan.runs[0].tables["order_values"].axes[0][1]])
    step = lower[-1] / lower[-2]
    return np.array([lower[1] / step, *lower[1:], lower[-1] * step])


def _counts(plan: PlanResult) -> Array:
    return np.stack([run.tables["order_values"].column("orders") for run in plan.runs]).astype(np.float64)


def _shares(plan: PlanResult, replication: int) -> Array:
    counts = _counts(plan)[replication]
    total = counts.sum()
    return counts / total if total else np.full_like(counts, math.nan)


def _extent(comparison: Comparison) -> tuple[int, int]:
    """Return first and last + 1 bin that hold all orders of all plans but ``STRAY`` at either end."""
    pooled = np.sum([_counts(plan).sum(axis=0) for plan in comparison.plans], axis=0)
    if not pooled.sum():
        return 0, pooled.size
    below = np.cumsum(pooled) / pooled.sum()
    first = int(np.searchsorted(below, STRAY, side="right"))
    last = int(np.searchsorted(below, 1 - STRAY)) + 1
    return max(first - 1, 0), min(max(last, first + 1) + 1, pooled.size)


def _share_panel(comparison: Comparison, x: Axis, xs: Array, bands: Mapping[str, Band]) -> Panel:
    y = band_axis(bands, share_text, least=0.0)
    drawn = curves(comparison, xs, bands, stepped=True)
    means = {plan.name: plan.estimates["aov"] for plan in comparison.plans}
    texts = {name: f"mean {wording.estimate(mean, 'aov', comparison.currency)}" for name, mean in means.items()}
    known = any(math.isfinite(v) for b in bands.values() for v in b.mean)
    middle = Words(math.sqrt(x.low * x.high), (y.low + y.high) / 2, "no orders", MUTED)
    marks = (*zero_line(y), *drawn, key_labels(comparison, texts, y), *(() if known else (middle,)))
    return Panel(x, y, marks, "Share of orders")


def _moved_panel(comparison: Comparison, x: Axis, xs: Array, bands: Mapping[str, Band]) -> Panel:
    y = band_axis(bands, points_text)
    title = f"Difference from {wording.plain(comparison.baseline)} in percentage points"
    return Panel(x, y, (*zero_line(y), *curves(comparison, xs, bands, stepped=True)), title)


def _footnote(comparison: Comparison, first: int, last: int) -> str:
    pooled = np.sum([_counts(plan).sum(axis=0) for plan in comparison.plans], axis=0)
    beyond = 1 - pooled[first:last].sum() / pooled.sum() if pooled.sum() else 0.0
    return f"{wording.value(beyond, 'share', '')} of orders lie beyond the ends of the axis." if beyond > 0 else ""
