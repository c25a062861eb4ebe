"""All charts of a comparison by id. Knows which there are; how each is built stands in a file of its own.

Which of them have something to show, and how they stand beside each other, is the same on every page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.charts.funnel import funnel
from planner.charts.lift import lift
from planner.charts.order_values import order_values
from planner.charts.roi import roi
from planner.charts.segments import has_segments, segments
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
    "segments": segments,
    "roi": roi,
}
ROWS = (("lift", "ltv_by_age"), ("roi",), ("funnel",), ("daily", "order_values"), ("segments",))
"""The charts of a page from top to bottom; two in a row share its width. So ordered, printed pages are full."""
_OF_A_RIVAL = ("lift", "segments", "roi")


def has_something(id: str, comparison: Comparison) -> bool:
    """Return whether a chart has something to show.

    Lift, segments and ROI need a plan beside the baseline, segments also runs that count their visits by segment.
    """
    rivalled = id not in _OF_A_RIVAL or len(comparison.plans) > 1
    return rivalled and (id != "segments" or has_segments(comparison))


def build_all(comparison: Comparison) -> tuple[ChartSpec, ...]:
    """Return every chart that has something to show."""
    return tuple(make(comparison) for id, make in ALL.items() if has_something(id, comparison))
