"""All charts of a comparison by id. Knows which there are; how each is built stands in a file of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.charts.funnel import funnel
from planner.charts.lift import lift
from planner.charts.order_values import order_values
from planner.charts.series import daily, ltv_by_age

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.charts.spec import ChartSpec
    from planner.experiments.comparison import Comparison

ALL: dict[str, Callable[[Comparison], ChartSpec]] = {
    "lift": lift,
    "funnel": funnel,
    "daily": daily,
    "ltv_by_age": ltv_by_age,
    "order_values": order_values,
}


def build_all(comparison: Comparison) -> tuple[ChartSpec, ...]:
    """Return every chart that has something to show: the lift only if there is a plan beside the baseline."""
    return tuple(make(comparison) for id, make in ALL.items() if id != "lift" or len(comparison.plans) > 1)
