"""The numbers under the pointer: of lines at the nearest place, of a point or a flow. Knows marks; paints nothing."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from planner import wording
from planner.charts.spec import Axis, Curve, Flow, Panel, Point

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF, QRectF

    Place = Callable[[float, float], QPointF]

NEAR = 12.0
"""Pixels from a point or a flow within which it is meant."""
_STEPS = 24


def hover_text(panel: Panel, at: QPointF, place: Place, area: QRectF) -> str:
    """Return what there is to tell at pixel ``at``; empty if nothing. ``place`` gives the pixel of a point."""
    marked = sorted(_marked(panel, at, place))
    if marked:
        return marked[0][1]
    curves = [mark for mark in panel.marks if isinstance(mark, Curve) and mark.about]
    if curves and area.contains(at):
        return "\n".join(_at_x(panel, curves, at.x(), place))
    return ""


def _marked(panel: Panel, at: QPointF, place: Place) -> Iterator[tuple[float, str]]:
    """Yield distance and text of the points and flows near the pointer."""
    for mark in panel.marks:
        if isinstance(mark, Point) and mark.about:
            distance = _point_distance(mark, panel.x, at, place)
        elif isinstance(mark, Flow) and mark.about:
            distance = _flow_distance(mark, at, place)
        else:
            continue
        if distance <= NEAR:
            yield distance, mark.about


def _point_distance(mark: Point, x: Axis, at: QPointF, place: Place) -> float:
    """Return the distance to a point's interval, or to the point alone if it has none."""
    if not math.isfinite(mark.x):
        return math.inf
    left, right = sorted((x.low, x.high))
    ends = [mark.low if math.isfinite(mark.low) else mark.x, mark.high if math.isfinite(mark.high) else mark.x]
    start, end = (place(min(max(value, left), right), mark.y) for value in ends)
    beside = max(start.x() - at.x(), at.x() - end.x(), 0.0)
    return math.hypot(beside, start.y() - at.y())


def _flow_distance(mark: Flow, at: QPointF, place: Place) -> float:
    """Return the distance to the flow's edge, from points along its curve."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = mark.path
    nearest = math.inf
    for step in range(_STEPS + 1):
        t = step / _STEPS
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        here = place(a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3)
        nearest = min(nearest, math.hypot(here.x() - at.x(), here.y() - at.y()))
    return max(nearest - mark.width / 2, 0.0)


def _at_x(panel: Panel, curves: list[Curve], pixel: float, place: Place) -> Iterator[str]:
    """Yield the place on the x axis and, per line, its value there with its interval."""
    first = curves[0]
    index = _nearest(first, pixel, place, panel.y.low)
    title = panel.x.title or "at"
    yield f"{title}: {_number(panel.x, first.xs[index])}"
    for curve in curves:
        if index < len(curve.ys) and math.isfinite(curve.ys[index]):
            yield f"{curve.about}: {_with_interval(panel.y, curve, index)}"


def _nearest(curve: Curve, pixel: float, place: Place, y: float) -> int:
    """Return the index of the value meant: the step under the pointer, or the nearest point of a line."""
    pixels = [place(x, y).x() for x in curve.xs]
    after = min(bisect_right(pixels, pixel), len(pixels) - 1)
    if curve.stepped:
        return min(max(bisect_right(pixels, pixel) - 1, 0), len(pixels) - 2)
    before = max(after - 1, 0)
    return before if pixel - pixels[before] < pixels[after] - pixel else after


def _with_interval(axis: Axis, curve: Curve, index: int) -> str:
    value = curve.ys[index]
    if not curve.lows or not math.isfinite(curve.lows[index]):
        return _number(axis, value)
    low, high = curve.lows[index], curve.highs[index]
    finer = (high - low) / 4
    return f"{_number(axis, value, finer)} ({_number(axis, low, finer)} to {_number(axis, high, finer)})"


def _number(axis: Axis, value: float, finer: float = 0.0) -> str:
    """Write a number as the axis' ticks are written, with the decimals that ``finer`` (or the axis' span) deserves."""
    unit = finer or abs(axis.high - axis.low) / 1000
    decimals = min(max(-math.floor(math.log10(unit)), 0), 6) if unit > 0 else 0
    return axis.write(value, decimals) if axis.write else wording.number(value, min(decimals, 3))
