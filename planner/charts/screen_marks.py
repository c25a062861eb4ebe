"""Puts each kind of mark into a pyqtgraph view box, or paints it over the box. Knows marks and theme; no layout."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import singledispatch
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsPathItem

from planner.charts.spec import BASELINE, INK, LINE, MUTED, Box, Curve, EndLabels, Flow, Mark, Point, Rule, Span, Words

if TYPE_CHECKING:
    from planner.charts.screen_panel import Type
    from planner.charts.spec import Hue, Panel
    from planner.charts.theme import Theme

POINT = 96 / 72
"""Pixels of a typographic point at the usual size."""
BAND_ALPHA = 0.16
FLOW_ALPHA = 0.75
Place = Callable[[float, float], QPointF]
Area = tuple[float, float, float, float]
"""Left, right, top and bottom in pixels."""

_DASHES = (None, (5, 2), (1.5, 1.5), (5, 1.5, 1.5, 1.5))


class Canvas:
    """A view box with what its marks need: panel, theme, and pens whose width follows the drawing's scale."""

    def __init__(self, box: pg.ViewBox, panel: Panel, theme: Theme, scale: float) -> None:
        self.box, self.panel, self.theme, self.scale = box, panel, theme, scale
        self._flows: list[tuple[QGraphicsPathItem, float]] = []
        self.shrink = 1.0

    def x(self, value: float) -> float:
        """Return a place on the x axis as the box counts it: its logarithm on a logarithmic axis."""
        return math.log10(value) if self.panel.x.log and value > 0 else value

    def colour(self, hue: Hue, alpha: float = 1.0) -> QColor:
        """Return a mark's colour."""
        colour = QColor(self.theme.colour(hue))
        colour.setAlphaF(alpha)
        return colour

    def pen(self, hue: Hue, points: float, alpha: float = 1.0) -> QPen:
        """Return a pen so many points wide whatever the box's scale."""
        pen = QPen(self.colour(hue, alpha), points * POINT * self.scale)
        pen.setCosmetic(True)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen

    def put(self, item: Any, depth: float) -> None:  # noqa: ANN401 - pyqtgraph's and Qt's items share no type
        """Add an item to the box at a depth; deeper ones lie below."""
        item.setZValue(depth)
        self.box.addItem(item, ignoreBounds=True)

    def put_flow(self, item: QGraphicsPathItem, points: float, depth: float) -> None:
        """Add a flow, whose width follows the drawing's scale."""
        self._flows.append((item, points))
        self.put(item, depth)

    def rescale(self, inch: float) -> None:
        """Follow the scale of a drawing: ``inch`` pixels to the unit."""
        self.shrink = inch / (96 * self.scale)
        for item, points in self._flows:
            pen = item.pen()
            pen.setWidthF(max(points * POINT * self.scale * self.shrink, 0.8))
            item.setPen(pen)

    def paint_box_texts(self, painter: QPainter, place: Place, type_: Type, shrink: float) -> None:
        """Write titles and texts into the boxes."""
        painter.setFont(type_.font(self.theme.note * shrink))
        for mark in self.panel.marks:
            if isinstance(mark, Box):
                area = QRectF(
                    place(mark.x - mark.width / 2, mark.y + mark.height / 2),
                    place(mark.x + mark.width / 2, mark.y - mark.height / 2),
                ).normalized()
                _box_texts(painter, area, mark, type_)


def _box_texts(painter: QPainter, area: QRectF, mark: Box, type_: Type) -> None:
    lines = mark.title.count("\n") + 1
    split = area.top() + area.height() * lines / (lines + 1)
    upper = QRectF(area.left(), area.top() + 2, area.width(), split - area.top() - 1)
    lower = QRectF(area.left(), split - 1, area.width(), area.bottom() - split - 1)
    for part, text, hue in ((upper, mark.title, INK), (lower, mark.text, MUTED)):
        painter.setPen(type_.colour(hue))
        painter.drawText(part, Qt.AlignmentFlag.AlignCenter, text)


def paint_under(painter: QPainter, canvas: Canvas, place: Place) -> None:
    """Paint what lies below the data: grid lines at the ticks of axes of numbers, quiet bands, rules."""
    x, y = canvas.panel.x, canvas.panel.y
    if x.bare:
        return
    left, right = place(x.low, y.low).x(), place(x.high, y.low).x()
    top, bottom = sorted((place(x.low, y.low).y(), place(x.low, y.high).y()))
    for mark in canvas.panel.marks:
        if isinstance(mark, Span):
            ends = place(mark.low, y.low).x(), place(mark.high, y.low).x()
            painter.fillRect(QRectF(ends[0], top, ends[1] - ends[0], bottom - top), canvas.colour(LINE, 0.55))
    painter.setPen(canvas.pen(LINE, 0.7))
    for tick in (x if y.names else y).ticks:
        _paint_line(painter, place, tick.at, canvas, (left, right, top, bottom), vertical=y.names)
    for mark in canvas.panel.marks:
        if isinstance(mark, Rule):
            painter.setPen(canvas.pen(mark.hue, 0.9))
            _paint_line(painter, place, mark.at, canvas, (left, right, top, bottom), vertical=mark.vertical)


def _paint_line(
    painter: QPainter,
    place: Place,
    at: float,
    canvas: Canvas,
    area: tuple[float, float, float, float],
    *,
    vertical: bool,
) -> None:
    left, right, top, bottom = area
    if vertical:
        across = place(at, canvas.panel.y.low).x()
        painter.drawLine(QPointF(across, top), QPointF(across, bottom))
    else:
        down = place(canvas.panel.x.low, at).y()
        painter.drawLine(QPointF(left, down), QPointF(right, down))


@singledispatch
def add(mark: Mark, canvas: Canvas) -> None:
    """Add one mark to the box; texts are painted over it. TypeError for a kind that this painter does not know."""
    raise TypeError(f"cannot show a {type(mark).__name__}")


@add.register(EndLabels)
@add.register(Words)
@add.register(Span)
@add.register(Rule)
@add.register(Point)
def _(mark: EndLabels | Words | Span | Rule | Point, canvas: Canvas) -> None:
    """Texts are the panel's business; the others are painted under or over the data, as items would be slow."""


@add.register
def _(mark: Curve, canvas: Canvas) -> None:
    depth = 2.5 if mark.hue == BASELINE else 3.0
    xs = [canvas.x(x) for x in mark.xs]
    if mark.lows:
        band = QGraphicsPathItem(band_path(xs, mark.lows, mark.highs, stepped=mark.stepped))
        band.setPen(QPen(Qt.PenStyle.NoPen))
        band.setBrush(canvas.colour(mark.hue, BAND_ALPHA))
        canvas.put(band, 2)
    pen = canvas.pen(mark.hue, 1.5)
    dashes = _DASHES[canvas.theme.turn(mark.hue) % len(_DASHES)]
    if dashes:
        pen.setDashPattern(dashes)
    mode = "right" if mark.stepped else None
    canvas.put(
        pg.PlotCurveItem(np.array(xs), np.array(mark.ys), pen=pen, connect="finite", stepMode=mode, antialias=True),
        depth,
    )


@add.register
def _(mark: Box, canvas: Canvas) -> None:
    path = QPainterPath()
    path.addRoundedRect(mark.x - mark.width / 2, mark.y - mark.height / 2, mark.width, mark.height, 0.07, 0.07)
    box = QGraphicsPathItem(path)
    box.setPen(canvas.pen(BASELINE, 0.8))
    box.setBrush(QColor(canvas.theme.card))
    canvas.put(box, 3)


@add.register
def _(mark: Flow, canvas: Canvas) -> None:
    start, one, two, end = (QPointF(x, y) for x, y in mark.path)
    path = QPainterPath(start)
    path.cubicTo(one, two, end)
    line = QGraphicsPathItem(path)
    line.setPen(canvas.pen(mark.hue, mark.width, FLOW_ALPHA))
    canvas.put_flow(line, mark.width, 2)


def band_path(xs: Sequence[float], lows: Sequence[float], highs: Sequence[float], *, stepped: bool) -> QPainterPath:
    """Return the area between two lines, in pieces where either is NaN; steps hold each value to the next x."""
    path = QPainterPath()
    for piece in _pieces(lows, highs):
        x, low, high = ([values[i] for i in piece] for values in (xs, lows, highs))
        if stepped:
            x = [value for value in x for _ in (0, 1)][1:]
            low, high = ([value for value in line for _ in (0, 1)][:-1] for line in (low, high))
        there = [QPointF(a, b) for a, b in zip(x, low, strict=True)]
        back = [QPointF(a, b) for a, b in zip(reversed(x), reversed(high), strict=True)]
        path.addPolygon(QPolygonF([*there, *back]))
        path.closeSubpath()
    return path


def _pieces(lows: Sequence[float], highs: Sequence[float]) -> Iterator[list[int]]:
    piece: list[int] = []
    for place, (low, high) in enumerate(zip(lows, highs, strict=True)):
        if math.isfinite(low) and math.isfinite(high):
            piece.append(place)
        elif piece:
            yield piece
            piece = []
    if piece:
        yield piece


def paint_over(painter: QPainter, canvas: Canvas, place: Place) -> None:
    """Paint points with their intervals, and the heads of flows."""
    for mark in canvas.panel.marks:
        if isinstance(mark, Flow) and mark.head:
            size = max(5.0, mark.width * 1.6) * POINT * canvas.scale * canvas.shrink
            _head(painter, place(*mark.path[-2]), place(*mark.path[-1]), size, canvas.colour(mark.hue))
        elif isinstance(mark, Point) and math.isfinite(mark.x):
            _paint_point(painter, mark, canvas, place)


def _paint_point(painter: QPainter, mark: Point, canvas: Canvas, place: Place) -> None:
    """Paint an interval as far as the axis goes, with an arrow head where it goes on, and the point on it."""
    left, right = sorted((canvas.panel.x.low, canvas.panel.x.high))
    colour = canvas.colour(mark.hue)
    if math.isfinite(mark.low) and math.isfinite(mark.high):
        painter.setPen(canvas.pen(mark.hue, 1.6))
        start, end = (place(min(max(value, left), right), mark.y) for value in (mark.low, mark.high))
        painter.drawLine(start, end)
        for tip, beyond in ((place(left, mark.y), mark.low < left), (place(right, mark.y), mark.high > right)):
            if beyond:
                _head(painter, (start + end) / 2, tip, 5.5 * POINT * canvas.scale, colour)
    if left <= mark.x <= right:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        radius = 3.3 * POINT * canvas.scale
        painter.drawEllipse(place(mark.x, mark.y), radius, radius)


def _head(painter: QPainter, before: QPointF, tip: QPointF, size: float, colour: QColor) -> None:
    """Paint a triangle whose tip lies a little beyond ``tip``, pointing away from ``before``."""
    way = tip - before
    length = math.hypot(way.x(), way.y()) or 1.0
    along = way / length * size
    across = QPointF(-along.y(), along.x()) / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([tip + along * 0.45, tip - along * 0.45 + across, tip - along * 0.45 - across]))
