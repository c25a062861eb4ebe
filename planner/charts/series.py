"""Charts along time: orders and revenue by day, and lifetime value by customer age."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner import wording
from planner.charts.axes import day_axis
from planner.charts.bands import band, moving_mean
from planner.charts.parts import bands_table, count_text, lines_panel, money_text, others, sureness
from planner.charts.spec import ChartSpec
from planner.tables import scaled_days
from simulation.metrics import value_by_age

if TYPE_CHECKING:
    from planner.charts.bands import Array, Band
    from planner.experiments.comparison import Comparison, PlanResult

WEEK = 7


def daily(comparison: Comparison) -> ChartSpec:
    """Return orders and revenue per day of the whole store by plan, as 7-day means with intervals."""
    days = len(comparison.plans[0].runs[0].tables["daily"].axes[0][1])
    window = min(WEEK, days)
    # a mean stands at the middle of its days; windows that are not full are left out
    xs: Array = np.arange(days - window + 1) + np.float64(window - 1) / 2
    bands = {measure: _daily_bands(comparison, measure, window) for measure in ("orders", "revenue")}
    upper = day_axis("", float(xs[0]), float(xs[-1]))
    lower = day_axis("day of the measured horizon", float(xs[0]), float(xs[-1]))
    panels = (
        lines_panel(comparison, upper, xs, bands["orders"], count_text, "Orders per day", least=0.0),
        lines_panel(comparison, lower, xs, bands["revenue"], money_text(comparison), "Revenue per day", least=0.0),
    )
    return ChartSpec(
        "daily",
        "Orders and revenue by day",
        f"{window}-day means for the whole store by plan, {sureness(comparison)}",
        panels,
        bands_table("chart_daily", "day", xs, bands),
        height=5.6,
    )


def _daily_bands(comparison: Comparison, measure: str, window: int) -> dict[str, Band]:
    return {plan.name: _daily_band(plan, measure, window, comparison.confidence) for plan in comparison.plans}


def _daily_band(plan: PlanResult, measure: str, window: int, confidence: float) -> Band:
    place = plan.runs[0].tables["daily"].axes[1][1].index(measure)
    samples = np.stack([scaled_days(run)[:, place] for run in plan.runs])
    return band(moving_mean(samples, window), confidence)


def ltv_by_age(comparison: Comparison) -> ChartSpec:
    """Return lifetime value by age of the customer, and below it how much more it is than the baseline's."""
    values = {plan.name: np.stack([value_by_age(run) for run in plan.runs]) for plan in comparison.plans}
    base = values[comparison.baseline]
    xs: Array = np.arange(1, base.shape[1] + 1) * np.float64(WEEK)
    absolute = {name: band(v, comparison.confidence) for name, v in values.items()}
    gained = {name: band(values[name] - base, comparison.confidence) for name in others(comparison)}
    end, text = float(xs[-1]), money_text(comparison)
    lower = day_axis("days since the first order", 0.0, end)
    upper = day_axis("", 0.0, end) if gained else lower
    panels = [lines_panel(comparison, upper, xs, absolute, text, "Value per new customer")]
    if gained:
        title = f"Difference from {wording.plain(comparison.baseline)}, same shoppers"
        panels.append(lines_panel(comparison, lower, xs, gained, text, title))
    return ChartSpec(
        "ltv_by_age",
        "Lifetime value by customer age",
        f"discounted contribution margin since the first order; {sureness(comparison)}",
        tuple(panels),
        bands_table("chart_ltv_by_age", "age_days", xs, {"value": absolute, "difference": gained}),
        height=5.8 if gained else 3.8,
    )
