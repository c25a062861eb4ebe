"""The chart of a calibration: how far each simulated outcome is from the shop's own, with the error of both.

Draws nothing; knows margins and marks.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from planner import wording
from planner.calibration.margins import CLOSE
from planner.charts.axes import finite, number_axis
from planner.charts.parts import relative_text
from planner.charts.spec import (
    BETTER,
    INK,
    MUTED,
    UNDECIDED,
    Axis,
    ChartSpec,
    EndLabel,
    EndLabels,
    Hue,
    Panel,
    Point,
    Rule,
    Span,
    Tick,
)
from planner.tables import Column, DataTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.calibration.margins import Margin

_ROW_INCHES = 0.26
_FARTHEST = 1.0
"""An outcome further off than this is drawn at the end of the axis, its label still telling the number."""


class Off(NamedTuple):
    """How far a simulated outcome is from the observed one, relative to it, with the 95 % interval of both errors."""

    margin: Margin
    value: float
    low: float
    high: float


def margins(found: Sequence[Margin]) -> ChartSpec:
    """Return the outcomes that the log tells, simulated relative to observed, coloured by verdict."""
    offs = [off for off in map(off_by, found) if off is not None]
    points = tuple(
        Point(_within(off.value), float(y), _within(off.low), _within(off.high), _hue(off.margin), _about(off))
        for y, off in enumerate(offs)
    )
    labels = EndLabels(tuple(EndLabel(float(y), _text(off), _ink(off.margin)) for y, off in enumerate(offs)))
    ticks = tuple(Tick(float(y), off.margin.title.text) for y, off in enumerate(offs))
    ends = [_within(end) for off in offs for end in finite((off.value, off.low, off.high))]
    x = number_axis("simulated against observed", [*ends, -2 * CLOSE, 2 * CLOSE], relative_text, most=5)
    panel = Panel(
        x, Axis("", len(offs) - 0.4, -0.6, ticks, names=True), (Span(-CLOSE, CLOSE), Rule(0.0), *points, labels)
    )
    return ChartSpec(
        "calibration",
        "The simulated store against the shop's log",
        f"95 % intervals from the errors of both; grey band: within ±{wording.number(CLOSE * 100, 0)}{wording.NARROW}%",
        (panel,),
        _table(offs),
        footnote="Blue: the level can be trusted; grey: trust differences between plans only.",
        height=1.45 + _ROW_INCHES * len(offs),
    )


def off_by(margin: Margin) -> Off | None:
    """Return how far an outcome is off; None if the log does not tell it or tells 0.

    The error of the quotient by the delta method, observed and simulated being independent.
    """
    observed, simulated = margin.observed, margin.simulated
    if observed is None or not observed.value or not math.isfinite(simulated.value):
        return None
    quotient = simulated.value / observed.value
    errors = (
        (observed.high - observed.value) / observed.value * quotient,
        (simulated.high - simulated.value) / observed.value,
    )
    reach = math.hypot(*errors)
    return Off(margin, quotient - 1.0, quotient - 1.0 - reach, quotient - 1.0 + reach)


def _within(value: float) -> float:
    return min(max(value, -_FARTHEST), _FARTHEST) if math.isfinite(value) else value


def _hue(margin: Margin) -> Hue:
    return BETTER if margin.verdict == "trust" else UNDECIDED


def _ink(margin: Margin) -> Hue:
    return INK if margin.verdict == "trust" else MUTED


def _text(off: Off) -> str:
    return wording.percent(off.value, off.low, off.high)


def _about(off: Off) -> str:
    return f"{off.margin.title.text}: {wording.relative(off.value, off.low, off.high)}, {off.margin.verdict}"


def _table(offs: Sequence[Off]) -> DataTable:
    shares = (Column(name, "share") for name in ("off_by", "low", "high"))
    numbers = (Column(name) for name in ("observed", "simulated"))
    rows = tuple(
        (o.margin.outcome, o.margin.observed.value, o.margin.simulated.value, o.value, o.low, o.high, o.margin.verdict)
        for o in offs
        if o.margin.observed is not None
    )
    return DataTable(
        "chart_calibration", (Column("outcome", "text"), *numbers, *shares, Column("verdict", "text")), rows
    )
