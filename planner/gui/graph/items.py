"""What the scene of the funnel's graph is made of: boxes, flows, labels, the bar that stands for leaving.

Items paint what they are told; which stage or edge of the study they stand for is only a key to them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPainterPathStroker, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QStyle, QStyleOptionGraphicsItem, QWidget

from planner.charts.theme import blend, readable

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.gui.graph.layout import Cubic, Room, Sizes
    from planner.gui.theme import Tokens

THICKEST, THINNEST, TOUCHED = 16.0, 1.2, 12.0
"""Width of the largest flow and of the smallest, and how wide an edge is to the pointer."""
ROUND = 8.0
SELECTED = QStyle.StateFlag.State_Selected


class Key(NamedTuple):
    """A stage or an edge, by its place in the study's list."""

    kind: Literal["stage", "edge"]
    place: int


class Colours(NamedTuple):
    """Colours by meaning, from the window's look."""

    card: str
    ink: str
    muted: str
    line: str
    accent: str
    fault: str
    flow: str
    more: str
    fewer: str

    def of(self, told: int | None) -> str:
        """Return the colour of a flow: more, fewer or nobody can tell; None: it is compared with nothing."""
        return {1: self.more, -1: self.fewer}.get(told or 0, self.flow)

    def text(self, colour: str) -> str:
        """Return a colour as text that can be read on the card."""
        return readable(colour, self.card, self.ink)


def colours_of(tokens: Tokens) -> Colours:
    """Return the graph's colours in a look."""
    roles, card = tokens.theme.roles, tokens.theme.card
    flow = blend(roles["baseline"], card, 0.25)
    return Colours(
        card,
        tokens.ink,
        tokens.muted,
        roles["line"],
        tokens.accent,
        roles["worse"],
        flow,
        roles["better"],
        roles["worse"],
    )


def font(pixels: float, *, bold: bool = False) -> QFont:
    """Return the application's font at a size."""
    made = QFont()
    made.setPixelSize(max(round(pixels), 6))
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return made


def width_of(visits: float, largest: float) -> float:
    """Return a flow's width on a square-root scale."""
    share = visits / largest if largest > 0 else 0.0
    return max(THICKEST * math.sqrt(max(share, 0.0)), THINNEST)


class StageItem(QGraphicsItem):
    """A stage: a box with its name and a line below; to move, to select, marked if something is wrong with it."""

    def __init__(self, key: Key, sizes: Sizes, colours: Colours, moved: Callable[[StageItem], None]) -> None:
        super().__init__()
        self.lines: tuple[str, ...] = ()
        self.note = ""
        self.faulty = False
        self.text = 12.0
        self._sizes, self._colours, self._moved = sizes, colours, moved
        self.key = key
        flags = QGraphicsItem.GraphicsItemFlag
        self.setFlags(flags.ItemIsMovable | flags.ItemIsSelectable | flags.ItemSendsGeometryChanges)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setZValue(2)

    def boundingRect(self) -> QRectF:
        """Return the box with its border and mark."""
        return self._box().adjusted(-3, -8, 8, 3)

    def shape(self) -> QPainterPath:
        """Return the box alone."""
        path = QPainterPath()
        path.addRoundedRect(self._box(), ROUND, ROUND)
        return path

    def itemChange(self, change: QGraphicsItem.GraphicsItemChange, value: Any) -> Any:  # noqa: ANN401 - Qt's own
        """Tell when the box was moved."""
        if change == QGraphicsItem.GraphicsItemChange.ItemPositionHasChanged:
            self._moved(self)
        return super().itemChange(change, value)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint box, name, line and mark."""
        selected = bool(option.state & SELECTED)
        c = self._colours
        border = c.accent if selected else c.fault if self.faulty else blend(c.line, c.muted, 0.6)
        painter.setPen(QPen(QColor(border), 2.2 if selected or self.faulty else 1.0))
        painter.setBrush(QColor(c.card))
        painter.drawPath(self.shape())
        self._paint_text(painter)
        if self.faulty:
            _paint_mark(painter, self._box().topRight(), c, self.text)

    def _paint_text(self, painter: QPainter) -> None:
        height = QFontMetricsF(font(self.text)).height()
        rows = len(self.lines) + bool(self.note)
        top = -rows * height / 2
        for place, line in enumerate((*self.lines, self.note) if self.note else self.lines):
            is_note = place == len(self.lines)
            painter.setFont(font(self.text * (0.9 if is_note else 1.0)))
            painter.setPen(QColor(self._colours.muted if is_note else self._colours.ink))
            row = QRectF(-self._sizes.width / 2, top + place * height, self._sizes.width, height)
            painter.drawText(row, Qt.AlignmentFlag.AlignCenter, line)

    def _box(self) -> QRectF:
        width, height = self._sizes.width, self._sizes.height
        return QRectF(-width / 2, -height / 2, width, height)


def _paint_mark(painter: QPainter, at: QPointF, colours: Colours, text: float) -> None:
    """Paint the round mark of a fault at a corner."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.fault))
    painter.drawEllipse(at, 7, 7)
    painter.setPen(QColor(colours.card))
    painter.setFont(font(text * 0.9, bold=True))
    painter.drawText(QRectF(at.x() - 7, at.y() - 7, 14, 14), Qt.AlignmentFlag.AlignCenter, "!")


class EdgeItem(QGraphicsPathItem):
    """An edge: a line as thick as its flow, with an arrow where it needs one; dashed while no flow is known."""

    def __init__(
        self, key: Key | None, colours: Colours, colour: str, width: float, *, known: bool, faulty: bool
    ) -> None:
        super().__init__()
        self._colours, self.colour, self._width = colours, colours.fault if faulty else colour, width
        self._known, self._head = known, False
        self.faulty = faulty
        self.key = key
        if key is not None:
            self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setZValue(1)

    @property
    def width(self) -> float:
        """Return the line's width."""
        return self._width

    def follow(self, path: Cubic, *, head: bool) -> None:
        """Run along a curve."""
        curve = QPainterPath(QPointF(*path[0]))
        curve.cubicTo(QPointF(*path[1]), QPointF(*path[2]), QPointF(*path[3]))
        self._head = head
        self.setPath(curve)

    def boundingRect(self) -> QRectF:
        """Return the line with its width, arrow and selection."""
        margin = max(self._width, TOUCHED) / 2 + 6
        return self.path().boundingRect().adjusted(-margin, -margin, margin, margin)

    def shape(self) -> QPainterPath:
        """Return the line, wide enough for the pointer."""
        stroker = QPainterPathStroker()
        stroker.setWidth(max(self._width, TOUCHED))
        return stroker.createStroke(self.path())

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint line and arrow, on a halo if selected."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if option.state & SELECTED:
            painter.setPen(_pen(blend(self._colours.accent, self._colours.card, 0.45), self._width + 6))
            painter.drawPath(self.path())
        pen = _pen(self.colour, self._width)
        if not self._known or self.faulty:
            pen.setDashPattern([4, 4] if self._width < 3 else [1.5, 1])
        painter.setPen(pen)
        painter.drawPath(self.path())
        if self._head:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.colour))
            painter.drawPolygon(_arrow(self.path().pointAtPercent(1), self._width))


def _pen(colour: str, width: float) -> QPen:
    return QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)


def _arrow(tip: QPointF, width: float) -> QPolygonF:
    """Return the arrow of an arc: it comes down on the box from above."""
    half, height = width / 2 + 4, width / 2 + 6
    return QPolygonF([tip, tip + QPointF(-half, -height), tip + QPointF(half, -height)])


class LabelItem(QGraphicsItem):
    """One or two short lines in colours of their own; not in the way of the pointer."""

    def __init__(self, lines: tuple[tuple[str, str], ...], pixels: float) -> None:
        super().__init__()
        self.lines = lines
        self._font = font(pixels)
        self._step = QFontMetricsF(self._font).height()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(3)

    @property
    def size(self) -> tuple[float, float]:
        """Return width and height."""
        metrics = QFontMetricsF(self._font)
        return max(metrics.horizontalAdvance(text) for text, _ in self.lines) + 4, self._step * len(self.lines)

    def stand_in(self, room: Room) -> None:
        """Stand in a room of this size."""
        self.setPos(room.left, room.top)

    def boundingRect(self) -> QRectF:
        """Return the room of the text."""
        return QRectF(0, 0, *self.size)

    def shape(self) -> QPainterPath:
        """Return nothing: the pointer means what lies below."""
        return QPainterPath()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the lines."""
        painter.setFont(self._font)
        width = self.size[0]
        for place, (text, colour) in enumerate(self.lines):
            painter.setPen(QColor(colour))
            row = QRectF(0, place * self._step, width, self._step)
            painter.drawText(row, Qt.AlignmentFlag.AlignCenter, text)


class BarItem(QGraphicsItem):
    """The bar into which all who leave go."""

    def __init__(self, colours: Colours, pixels: float) -> None:
        super().__init__()
        self._colours, self._room, self._pixels = colours, QRectF(), pixels
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def stand_in(self, room: Room) -> None:
        """Stand in a room."""
        self.prepareGeometryChange()
        self._room = QRectF(room.left, room.top, room.right - room.left, room.bottom - room.top)

    def boundingRect(self) -> QRectF:
        """Return the bar."""
        return self._room

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the bar."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(blend(self._colours.card, self._colours.line, 0.75)))
        painter.drawRoundedRect(self._room, ROUND, ROUND)
        painter.setPen(QColor(self._colours.ink))
        painter.setFont(font(self._pixels))
        painter.drawText(self._room.adjusted(8, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, "Leave")
