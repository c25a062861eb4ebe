"""A table's head of plans: each name with its mark (a colour, a flag) right beside it, and a note below. Knows no plan.

The note is what the model has under ``NOTE``; a name too long for its column is written smaller, then shortened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QHeaderView

from planner.gui.theme import text_pixels

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QAbstractItemModel

MARK, SMALL_MARK, GAP, HEIGHT, NOTE_HEIGHT = 14, 11, 4, 32, 15
SLACK = 4
"""Pixels by which a name may reach over its column: less than the gaps between names."""
NOTE = Qt.ItemDataRole.UserRole


class PlanHeader(QHeaderView):
    """A horizontal head whose marks stand beside the names instead of at the cell's edge."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setHighlightSections(False)
        self.setSectionsClickable(False)
        self.room_at_right: Callable[[int], float] = _none
        """What stands at the right of a column's values, so that a name at the right stands over the values."""

    def sizeHint(self) -> QSize:
        """Return the natural size."""
        notes = any(self._note(section) for section in range(self.count()))
        return QSize(super().sizeHint().width(), HEIGHT + NOTE_HEIGHT * notes)

    def sectionSizeFromContents(self, section: int) -> QSize:
        """Return the room for mark and name."""
        text, picture = self._said(section)
        mark = MARK + GAP if picture is not None else 0
        return QSize(self.fontMetrics().horizontalAdvance(text) + mark + 16, HEIGHT)

    def paintSection(self, painter: QPainter, area: QRect, section: int) -> None:
        """Paint mark and name together, where the model's alignment puts them, and the note below."""
        note = self._note(section)
        painter.save()
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        self._paint_name(painter, area.adjusted(0, 0, 0, -NOTE_HEIGHT - 2) if note else area, section)
        if note:
            painter.setFont(small_font(self.font()))
            shown = painter.fontMetrics().elidedText(note, Qt.TextElideMode.ElideRight, area.width() - 4)
            painter.drawText(area.adjusted(0, HEIGHT - 8, 0, -5), Qt.AlignmentFlag.AlignCenter, shown)
        painter.restore()

    def _paint_name(self, painter: QPainter, area: QRect, section: int) -> None:
        text, picture = self._said(section)
        painter.setFont(self.font())
        size, gap = MARK, GAP
        if painter.fontMetrics().horizontalAdvance(text) + (picture is not None) * (size + gap) > area.width() - 6:
            painter.setFont(small_font(self.font()))
            size, gap = SMALL_MARK, GAP // 2
        mark = size + gap if picture is not None else 0
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width() - mark + SLACK)
        width = painter.fontMetrics().horizontalAdvance(shown) + mark
        right = max(area.right() - 10 - self.room_at_right(section), area.left() + width + 4.0)
        left = right - width if self._is_right(section) else area.center().x() - width / 2
        if picture is not None:
            picture.paint(painter, QRectF(left, area.center().y() - size / 2 + 1, size, size).toRect())
        place = QRectF(left + mark, area.top(), width - mark + 2, area.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _note(self, section: int) -> str:
        return str(self.model().headerData(section, Qt.Orientation.Horizontal, NOTE) or "")

    def _said(self, section: int) -> tuple[str, QIcon | None]:
        model: QAbstractItemModel = self.model()
        text = model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole)
        mark = model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.DecorationRole)
        picture = QIcon(mark) if isinstance(mark, QPixmap) else mark
        return str(text or ""), picture if isinstance(picture, QIcon) else None

    def _is_right(self, section: int) -> bool:
        asked = self.model().headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        return asked is not None and bool(Qt.AlignmentFlag(asked) & Qt.AlignmentFlag.AlignRight)


def small_font(font: QFont) -> QFont:
    """Return a font in the size of notes."""
    small = QFont(font)
    small.setPixelSize(max(round(text_pixels() * 11.5 / 13), 8))
    return small


def _none(section: int) -> float:
    return 0.0
