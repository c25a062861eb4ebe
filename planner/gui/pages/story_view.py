"""A shopper's story as a list: when, what, and beside each decision bars of what pushed and what held back.

Knows stories (planner/stories.py); no log and no document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from planner.gui.theme import text_pixels
from planner.stories import Happening, told_shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.gui.theme import Look

Index = QModelIndex | QPersistentModelIndex
FULL = 3.0
"""Log odds that fill half of a row's bar."""
DAY_WIDTH, BAR_WIDTH, MARK_ROOM = 62, 120, 24
MESSAGES = ("message", "opened", "clicked", "unsubscribed")


class StoryModel(QAbstractListModel):
    """The happenings of one story; from ``parts`` on it is another one than under the other plan."""

    def __init__(self) -> None:
        super().__init__()
        self.told: tuple[Happening, ...] = ()
        self.parts: int | None = None

    def show_story(self, told: Sequence[Happening], parts: int | None) -> None:
        """Show another story."""
        self.beginResetModel()
        self.told, self.parts = tuple(told), parts
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        """Return the number of happenings."""
        return 0 if parent.isValid() else len(self.told)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return a happening's words; for readers of the screen with the day and what pushed and held back."""
        happening = self.told[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return happening.text
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return spoken(happening)
        return None

    def after(self, row: int) -> str:
        """Return how long after the visit before a visit begins, in words; empty for the first."""
        before = [what.day for what in self.told[:row] if what.visit]
        days = self.told[row].day - before[-1] if before else 0.0
        if self.told[row].kind != "visit" or not before:
            return ""
        if days >= 1.5:
            return f"{days:.0f} days later"
        hours = max(round(days * 24), 1)
        return f"{hours} hours later" if hours > 1 else "an hour later"


class StoryDelegate(QStyledItemDelegate):
    """Paints a row: day, mark on the line of life, words, bars."""

    def __init__(self, look: Look, story: StoryModel) -> None:
        super().__init__()
        self._look, self._story = look, story

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Visits stand a little apart from what was before."""
        return QSize(200, round(text_pixels() * (2.3 if self._story.told[index.row()].kind == "visit" else 1.75)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        happening, area, tokens = self._story.told[index.row()], QRectF(option.rect), self._look.tokens
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(tokens.tint(tokens.accent, 0.16)))
        self._paint_day(painter, area, happening)
        self._paint_line(painter, area, index.row())
        paint_mark(
            painter, QPointF(area.left() + DAY_WIDTH + MARK_ROOM / 2, area.center().y()), happening.kind, tokens.ink
        )
        self._paint_words(painter, area, happening, self._story.after(index.row()))
        if happening.shares:
            bar = QRectF(area.right() - BAR_WIDTH - 6, area.top() + 5, BAR_WIDTH, area.height() - 10)
            self._paint_bar(painter, bar, happening)
        painter.restore()

    def _paint_day(self, painter: QPainter, area: QRectF, happening: Happening) -> None:
        painter.setPen(QColor(self._look.tokens.muted))
        room = QRectF(area.left(), area.top(), DAY_WIDTH, area.height())
        if happening.kind in ("visit", *MESSAGES):
            painter.drawText(
                room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, day_words(happening.day)
            )

    def _paint_line(self, painter: QPainter, area: QRectF, row: int) -> None:
        parts = self._story.parts
        other = parts is not None and row >= parts
        colour = self._look.tokens.accent if other else self._look.theme.roles["line"]
        painter.setPen(QPen(QColor(colour), 2))
        x = area.left() + DAY_WIDTH + MARK_ROOM / 2
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom() + 1))

    def _paint_words(self, painter: QPainter, area: QRectF, happening: Happening, after: str) -> None:
        font = QFont(painter.font())
        font.setBold(happening.kind in ("visit", "order"))
        painter.setFont(font)
        quiet = happening.kind in ("reached", "opened")
        painter.setPen(QColor(self._look.tokens.muted if quiet else self._look.tokens.ink))
        bars = BAR_WIDTH + 12 if happening.shares else 0
        room = area.adjusted(DAY_WIDTH + MARK_ROOM + 4, 0, -bars, 0)
        text = happening.text[:1].upper() + happening.text[1:]
        if after:
            text = f"{text}, {after}"
        words = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(round(room.width()), 0))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_bar(self, painter: QPainter, area: QRectF, happening: Happening) -> None:
        """Paint what pushed to the right of the middle and what held back to the left, one piece per driver."""
        roles = self._look.theme.roles
        middle = area.center().x()
        for sign, role in ((1.0, roles["better"]), (-1.0, roles["worse"])):
            x = middle
            for size in (abs(share.size) for share in happening.shares if share.size * sign > 0):
                width = min(size / FULL * area.width() / 2, area.right() - x if sign > 0 else x - area.left())
                piece = QRectF(x if sign > 0 else x - width, area.top(), max(width - 1, 0.6), area.height())
                painter.fillRect(piece, QColor(role))
                x += sign * width
        painter.setPen(QPen(QColor(roles["muted"]), 1))
        painter.drawLine(QPointF(middle, area.top() - 3), QPointF(middle, area.bottom() + 3))


def paint_mark(painter: QPainter, at: QPointF, kind: str, ink: str, size: float = 1.0) -> None:
    """Paint the mark of a kind of happening: shapes tell them apart, not colours."""
    ground = painter.brush()
    painter.setPen(QPen(QColor(ink), 1.5))
    painter.setBrush(QColor(ink) if kind in ("visit", "order", "decision", "clicked") else Qt.GlobalColor.transparent)
    if kind == "order":
        r = 6.5 * size
        painter.drawPolygon(QPolygonF([at + QPointF(*way) for way in ((0, -r), (r, 0), (0, r), (-r, 0))]))
    elif kind in MESSAGES:
        painter.drawRect(QRectF(at.x() - 5 * size, at.y() - 3.5 * size, 10 * size, 7 * size))
    elif kind == "reached":
        r = 3.5 * size
        painter.drawPolygon(QPolygonF([at + QPointF(*way) for way in ((-r, -r), (r, 0), (-r, r))]))
    elif kind == "sold out":
        r = 4 * size
        painter.drawLine(at + QPointF(-r, -r), at + QPointF(r, r))
        painter.drawLine(at + QPointF(-r, r), at + QPointF(r, -r))
    else:
        radius = {"visit": 5.0, "left": 4.0}.get(kind, 2.2) * size
        painter.drawEllipse(at, radius, radius)
    painter.setBrush(ground)


def spoken(happening: Happening) -> str:
    """Return a happening as a sentence, with what pushed and held back."""
    shares = told_shares(happening.shares)
    return f"{day_words(happening.day)}: {happening.text}{f'. {shares}' if shares else ''}"


def day_words(day: float) -> str:
    """Return the day of the horizon, from 1 on; before it in the warm-up."""
    return f"day {int(day) + 1}" if day >= 0 else "warm-up"


class StoryView(QListView):
    """The list; ``looked_at`` tells the happening that is current."""

    looked_at = Signal(object)

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self.story = StoryModel()
        self.setModel(self.story)
        self._delegate = StoryDelegate(look, self.story)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(name)
        self.setObjectName("story")
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(96)
        self.selectionModel().currentChanged.connect(self._on_current)
        look.changed.connect(self.viewport().update)

    def show_story(self, told: Sequence[Happening], parts: int | None) -> None:
        """Show a story from where it parts from the other one, or from its beginning."""
        if (tuple(told), parts) != (self.story.told, self.story.parts):
            self.story.show_story(told, parts)
            if parts:
                self.scrollTo(self.story.index(max(parts - 3, 0), 0), QAbstractItemView.ScrollHint.PositionAtTop)

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, now: QModelIndex, before: QModelIndex) -> None:
        if now.isValid():
            self.looked_at.emit(self.story.told[now.row()])
