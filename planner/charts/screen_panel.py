"""One panel on the screen: the data area with its marks, and the texts around and in it, laid out in pixels.

Knows marks (screen_marks.py) and hovering (screen_hover.py); must not know titles of charts or files. Panels do not
zoom: what is shown is what the report shows, and the wheel scrolls the page.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from planner.charts.axes import spread
from planner.charts.screen_hover import hover_text
from planner.charts.screen_marks import Canvas, add, paint_over, paint_under
from planner.charts.spec import INK, MUTED, EndLabels, Words

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent

    from planner.charts.spec import EndLabel, Hue, Panel, Tick
    from planner.charts.theme import Theme

DPI = 96
LARGEST_DRAWING = 1.2
"""A drawing (a panel without axes) grows with its room up to this scale."""
ROW_PIXELS = 20
LEAST_HEIGHT = 130
GAP = 7
"""Pixels between the data area and the texts beside it."""


@dataclass(frozen=True)
class Type:
    """Theme and size of texts."""

    theme: Theme
    scale: float = 1.0

    def font(self, points: float, *, strong: bool = False) -> QFont:
        """Return the font of a text of so many typographic points at the usual size."""
        font = QFont()
        font.setPixelSize(max(round(points * DPI / 72 * self.scale), 6))
        font.setBold(strong)
        return font

    def colour(self, hue: Hue) -> QColor:
        """Return the colour of a text."""
        return QColor(self.theme.text_colour(hue))


class PanelView(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph has no types
    """A panel. ``told`` is the text shown at the pointer, empty if there is none."""

    def __init__(self, panel: Panel, type_: Type, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=type_.theme.card)
        self.panel, self.type = panel, type_
        self.told = ""
        self.shrink = 1.0
        self._reserved = (0.0, 0.0)
        self.box = pg.ViewBox(enableMenu=False, defaultPadding=0.0, enableMouse=False)
        self.scene().addItem(self.box)
        self.canvas = Canvas(self.box, panel, type_.theme, type_.scale)
        for mark in panel.marks:
            add(mark, self.canvas)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(pg.GraphicsView.Shape.NoFrame)
        self._set_height()

    def dispose(self) -> None:
        """Take the panel away for good (pyqtgraph keeps views alive otherwise)."""
        self.hide()
        self.box.close()
        self.close()
        self.setParent(None)
        self.deleteLater()

    def sizeHint(self) -> QSize:
        """Return the natural size."""
        return QSize(420, 200)

    def sides(self) -> tuple[float, float]:
        """Return the pixels that the texts left and right of the data area need."""
        _, right, _, left = self._margins()
        return left, right

    def reserve(self, left: float, right: float) -> None:
        """Leave at least so many pixels beside the data area, so that panels under each other share their x axis."""
        self._reserved = (left, right)

    # layout --------------------------------------------------------------------------------------------------------
    def _set_height(self) -> None:
        """Rows of names take the height they need; other panels share what there is."""
        y = self.panel.y
        if y.names:
            top, _, bottom, _ = self._margins()
            self.setFixedHeight(round(abs(y.high - y.low) * ROW_PIXELS * self.type.scale + top + bottom))
        elif not y.bare:
            self.setMinimumHeight(round(LEAST_HEIGHT * self.type.scale))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the data area out anew."""
        super().resizeEvent(event)
        if not hasattr(self, "box"):
            return
        x, y = self.panel.x, self.panel.y
        if x.bare:
            self._lay_out_drawing()
        else:
            top, right, bottom, left = self._margins()
            left, right = max(left, self._reserved[0]), max(right, self._reserved[1])
            area = QRectF(left, top, max(self.width() - left - right, 20), max(self.height() - top - bottom, 20))
            self.box.setGeometry(area)
        low, high = self.canvas.x(x.low), self.canvas.x(x.high)
        self.box.setRange(xRange=(low, high), yRange=sorted((y.low, y.high)), padding=0.0)
        self.box.invertY(y.low > y.high)
        self.box.updateMatrix()

    def _lay_out_drawing(self) -> None:
        """Scale a drawing, one unit to the inch, to the width there is."""
        wide = self.panel.x.high - self.panel.x.low + 0.12
        tall = self.panel.y.high - self.panel.y.low + 0.1
        inch = min(self.width() / wide, DPI * LARGEST_DRAWING * self.type.scale)
        self.shrink = inch / (DPI * self.type.scale)
        self.canvas.rescale(inch)
        height = math.ceil(tall * inch)
        if self.height() != height:
            self.setFixedHeight(height)
            # the view learns of a height that it gets while it is being resized only here
            self.setRange(QRectF(0, 0, self.width(), height), padding=0, disableAutoPixel=False)
        self.box.setGeometry(QRectF(0.06 * inch, 0.05 * inch, (wide - 0.12) * inch, (tall - 0.1) * inch))

    def _margins(self) -> tuple[float, float, float, float]:
        """Return the pixels beside the data area: top, right, bottom, left."""
        metrics = QFontMetricsF(self.type.font(self.type.theme.note))
        strong = QFontMetricsF(self.type.font(self.type.theme.note, strong=True))
        line = metrics.height()
        names = [(strong if tick.strong else metrics, part) for tick in self.panel.y.ticks for part in _lines(tick)]
        left = max((font.horizontalAdvance(part) for font, part in names), default=0.0) + GAP + 2
        texts = [part for label in self._end_labels() for part in label.text.split("\n")]
        right = max(map(metrics.horizontalAdvance, texts), default=0.0) + GAP + 2 if texts else 14.0
        bottom = line + GAP + (line + 2 if self.panel.x.title else 0)
        top = line + GAP + 4 if self.panel.title else GAP
        return top, right, bottom, left

    def _end_labels(self) -> list[EndLabel]:
        return [label for mark in self.panel.marks if isinstance(mark, EndLabels) for label in mark.labels]

    # painting ------------------------------------------------------------------------------------------------------
    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the ground and what lies below the data."""
        super().drawBackground(painter, rect)
        paint_under(painter, self.canvas, self.place)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the marks, then the texts over them."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_over(painter, self.canvas, self.place)
            self._paint_words(painter)
            if not self.panel.x.bare:
                self._paint_axes(painter)
                self._paint_end_labels(painter)
        finally:
            painter.end()

    def place(self, x: float, y: float) -> QPointF:
        """Return the pixel of a point of the panel."""
        return QPointF(self.box.mapViewToScene(QPointF(self.canvas.x(x), y)))

    def _paint_words(self, painter: QPainter) -> None:
        theme = self.type.theme
        for mark in self.panel.marks:
            if isinstance(mark, Words):
                size = (theme.note - 0.5 if mark.small else theme.text) * self.shrink
                painter.setFont(self.type.font(size, strong=mark.strong))
                _write(painter, self.place(mark.x, mark.y), mark.text, mark.anchor, self.type.colour(mark.hue))
        self.canvas.paint_box_texts(painter, self.place, self.type, self.shrink)

    def _paint_axes(self, painter: QPainter) -> None:
        theme, area = self.type.theme, self.box.geometry()
        painter.setFont(self.type.font(theme.note))
        line = QFontMetricsF(painter.font()).height()
        muted = self.type.colour(MUTED)
        for tick in self._thinned(painter):
            at = QPointF(self.place(tick.at, 0).x(), area.bottom() + GAP / 2 + line / 2)
            _write(painter, at, tick.text, "centre", muted)
        if self.panel.x.title:
            at = QPointF(area.center().x(), area.bottom() + GAP + line * 1.5)
            _write(painter, at, self.panel.x.title, "centre", muted)
        for tick in self.panel.y.ticks:
            self._paint_row(painter, tick, area)
        if self.panel.title:
            painter.setFont(self.type.font(theme.note, strong=False))
            _write(painter, QPointF(0, line / 2 + 2), self.panel.title, "left", self.type.colour(INK))

    def _paint_row(self, painter: QPainter, tick: Tick, area: QRectF) -> None:
        y = self.place(0 if not self.panel.x.log else self.panel.x.low, tick.at).y()
        painter.setFont(self.type.font(self.type.theme.note, strong=tick.strong))
        colour = self.type.colour(INK if tick.strong else MUTED)
        if self.panel.y.names:
            _write(painter, QPointF(0, y), tick.text, "left", colour)
        elif area.top() - 1 <= y <= area.bottom() + 1:
            _write(painter, QPointF(area.left() - GAP, y), tick.text, "right", colour)

    def _thinned(self, painter: QPainter) -> list[Tick]:
        """Return every tick below the panel, or every second one, or fewer: as many as do not touch; zero stays."""
        ticks = [tick for tick in self.panel.x.ticks if tick.text]
        metrics = QFontMetricsF(painter.font())
        spans = [(self.place(t.at, 0).x(), metrics.horizontalAdvance(t.text) / 2 + 4) for t in ticks]
        zero = next((place for place, tick in enumerate(ticks) if tick.text == "0"), 0)
        for every in range(1, len(ticks) + 1):
            kept = range(zero % every, len(ticks), every)
            pairs = pairwise(kept)
            if all(spans[a][0] + spans[a][1] < spans[b][0] - spans[b][1] for a, b in pairs):
                return [ticks[place] for place in kept]
        return ticks[:1]

    def _paint_end_labels(self, painter: QPainter) -> None:
        """Write the texts at the right edge, moved apart where they would touch."""
        labels, area = self._end_labels(), self.box.geometry()
        painter.setFont(self.type.font(self.type.theme.note))
        line = QFontMetricsF(painter.font()).height()
        wanted = [self.place(self.panel.x.high, label.y).y() for label in labels]
        sizes = [line * (label.text.count("\n") + 1) for label in labels]
        for (_, text, hue), y in zip(labels, spread(wanted, sizes, area.top(), area.bottom()), strict=True):
            _write(painter, QPointF(area.right() + GAP, y), text, "left", self.type.colour(hue))

    # pointing ------------------------------------------------------------------------------------------------------
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the numbers under the pointer."""
        self.point_at(event.position())

    def point_at(self, at: QPointF) -> None:
        """Tell the numbers at a pixel of the panel."""
        self.told = hover_text(self.panel, at, self.place, self.box.geometry())
        if self.told:
            QToolTip.showText(self.mapToGlobal(at.toPoint() + QPoint(12, 8)), self.told, self)
        else:
            QToolTip.hideText()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()

    def hideEvent(self, event: QHideEvent) -> None:
        """Take the text at the pointer away with the panel."""
        if self.told:
            QToolTip.hideText()
        super().hideEvent(event)


def _lines(tick: Tick) -> list[str]:
    return tick.text.split("\n")


def _write(painter: QPainter, at: QPointF, text: str, anchor: str, colour: QColor) -> None:
    """Write one or more lines around a point: left, centre or right of it, centred in height."""
    metrics = QFontMetricsF(painter.font())
    lines = text.split("\n")
    top = at.y() - metrics.height() * len(lines) / 2
    painter.setPen(colour)
    for place, line in enumerate(lines):
        width = metrics.horizontalAdvance(line)
        x = at.x() - {"left": 0.0, "centre": width / 2, "right": width}[anchor]
        painter.drawText(QPointF(x, top + metrics.height() * place + metrics.ascent()), line)
