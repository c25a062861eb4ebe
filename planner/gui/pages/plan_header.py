"""A table's head of plans: each name with its mark (a colour, a flag) right beside it. Knows no plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QHeaderView

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel

MARK, GAP, HEIGHT = 14, 4, 32


class PlanHeader(QHeaderView):
    """A horizontal head whose marks stand beside the names instead of at the cell's edge."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setHighlightSections(False)
        self.setSectionsClickable(False)

    def sizeHint(self) -> QSize:
        """Return the natural size."""
        return QSize(super().sizeHint().width(), HEIGHT)

    def sectionSizeFromContents(self, section: int) -> QSize:
        """Return the room for mark and name."""
        text, picture = self._said(section)
        mark = MARK + GAP if picture is not None else 0
        return QSize(self.fontMetrics().horizontalAdvance(text) + mark + 16, HEIGHT)

    def paintSection(self, painter: QPainter, area: QRect, section: int) -> None:
        """Paint mark and name together, where the model's alignment puts them."""
        text, picture = self._said(section)
        painter.save()
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        mark = MARK + GAP if picture is not None else 0
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width() - mark - 4)
        width = self.fontMetrics().horizontalAdvance(shown) + mark
        left = area.right() - width - 10 if self._is_right(section) else area.center().x() - width / 2
        if picture is not None:
            spot = QRectF(left, area.center().y() - MARK / 2 + 1, MARK, MARK).toRect()
            picture.paint(painter, spot)
        room = QRectF(left + mark, area.top(), width - mark + 2, area.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()

    def _said(self, section: int) -> tuple[str, QIcon | None]:
        model: QAbstractItemModel = self.model()
        text = model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole)
        mark = model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.DecorationRole)
        picture = QIcon(mark) if isinstance(mark, QPixmap) else mark
        return str(text or ""), picture if isinstance(picture, QIcon) else None

    def _is_right(self, section: int) -> bool:
        asked = self.model().headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        return asked is not None and bool(Qt.AlignmentFlag(asked) & Qt.AlignmentFlag.AlignRight)
