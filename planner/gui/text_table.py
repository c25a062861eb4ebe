"""A table of texts: numbers to the right, verdicts as chips, as high as its rows or scrolling. Knows no content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QFocusEvent, QResizeEvent

    from planner.charts.spec import Role as Tone
    from planner.gui.theme import Look

Index = QModelIndex | QPersistentModelIndex
Side = Literal["left", "right", "chip"]
ROW_HEIGHT = 28
WIDEST = 420
MEASURED_ROWS = 25
"""Rows whose texts decide how wide a column is, beside those that are seen."""
CHIP_TINT = 0.17


class Head(NamedTuple):
    """A column: its name, where its texts stand, and what its name means."""

    name: str
    side: Side = "left"
    tip: str = ""


class TextModel(QAbstractTableModel):
    """Rows of texts."""

    def __init__(self) -> None:
        super().__init__()
        self.heads: tuple[Head, ...] = ()
        self.rows: tuple[tuple[str, ...], ...] = ()

    def show_rows(self, heads: Sequence[Head], rows: Sequence[Sequence[str]]) -> None:
        """Show other rows; every row has one text per head."""
        self.beginResetModel()
        self.heads, self.rows = tuple(heads), tuple(map(tuple, rows))
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return a column's name and meaning."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        head = self.heads[section]
        answers = {
            Qt.ItemDataRole.DisplayRole: head.name,
            Qt.ItemDataRole.ToolTipRole: head.tip,
            Qt.ItemDataRole.TextAlignmentRole: self._alignment(section),
        }
        return answers.get(Qt.ItemDataRole(role))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return what a cell says."""
        text = self.rows[index.row()][index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return text
        return self._alignment(index.column()) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def as_text(self) -> str:
        """Return the table as text with tabs, for a spreadsheet."""
        return "\n".join("\t".join(row) for row in ([head.name for head in self.heads], *self.rows))

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if self.heads[column].side == "right" else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


class _Chips(QStyledItemDelegate):
    """Paints the texts of chip columns as rounded labels in the tone of their text."""

    def __init__(self, look: Look, model: TextModel, tones: Mapping[str, Tone]) -> None:
        super().__init__()
        self._look, self._model, self._tones = look, model, tones

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        text = str(index.data())
        if self._model.heads[index.column()].side != "chip" or not text:
            super().paint(painter, option, index)
            return
        tokens = self._look.tokens
        tone = tokens.theme.roles[self._tones.get(text, "undecided")]
        area = QRectF(option.rect)
        shape = QRectF(
            area.left() + 6, area.center().y() - 10, QFontMetricsF(option.font).horizontalAdvance(text) + 18, 20
        )
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.tint(tone, CHIP_TINT)))
        painter.drawRoundedRect(shape, 10, 10)
        painter.setPen(QColor(tokens.on_tint(tone, CHIP_TINT)))
        painter.drawText(shape, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the natural size of a cell."""
        is_chip = self._model.heads[index.column()].side == "chip"
        return QSize(min(super().sizeHint(option, index).width() + (28 if is_chip else 10), WIDEST), ROW_HEIGHT)


class TextTable(QTableView):
    """The table; ``whole`` makes it as high as its rows, else it scrolls. ``tones`` colours chips by their text."""

    def __init__(self, look: Look, name: str, tones: Mapping[str, Tone] | None = None, *, whole: bool = False) -> None:
        super().__init__()
        self.texts = TextModel()
        self._whole = whole
        self.setModel(self.texts)
        self._chips = _Chips(look, self.texts, tones or {})
        self.setItemDelegate(self._chips)
        self.setObjectName("texts")
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setResizeContentsPrecision(MEASURED_ROWS)
        if whole:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_rows(self, heads: Sequence[Head], rows: Sequence[Sequence[str]]) -> None:
        """Show other rows."""
        self.texts.show_rows(heads, rows)
        self._fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show by keyboard where one is: the first row is chosen if none is."""
        super().focusInEvent(event)
        by_keyboard = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if by_keyboard and self.texts.rows and not self.currentIndex().isValid():
            self.setCurrentIndex(self.texts.index(0, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def _fit(self) -> None:
        """Give each column what it needs and share out what is left."""
        self.resizeColumnsToContents()
        count = self.texts.columnCount()
        spare = self.viewport().width() - sum(self.columnWidth(column) for column in range(count))
        for column in range(count if spare > 0 else 0):
            self.setColumnWidth(column, self.columnWidth(column) + spare // count)
        if self._whole:
            bar = self.horizontalScrollBar().sizeHint().height() if spare < 0 else 0
            self.setFixedHeight(
                self.horizontalHeader().sizeHint().height() + ROW_HEIGHT * len(self.texts.rows) + bar + 4
            )
