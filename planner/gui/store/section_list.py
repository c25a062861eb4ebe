"""The list of sections with a search box: sections by groups, or the fields that a search found.

Knows the sections as data; showing one is the page's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from planner.gui.theme import GAP
from planner.store_sections import GROUPS, SECTIONS, find_fields, section_faults

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from planner.gui.desk import Desk
    from planner.gui.theme import Look

Index = QModelIndex | QPersistentModelIndex
WIDTH = 212
ID, FIELD, BELOW, COUNT = (Qt.ItemDataRole.UserRole + step for step in range(4))


class SearchBox(QLineEdit):
    """The search; Down goes to what was found, Escape ends it."""

    down = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go down, or end the search."""
        if event.key() == Qt.Key.Key_Down:
            self.down.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class SectionList(QWidget):
    """``chosen`` tells a section and, after a search, a field in it (else empty)."""

    chosen = Signal(str, str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.search = SearchBox()
        self.search.setPlaceholderText("Find a field (Ctrl+F)")
        self.search.setAccessibleName("Find a field by its words")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_search)
        self.search.returnPressed.connect(self._on_return)
        self.search.down.connect(self._on_down)
        self.items = QListWidget()
        self.items.setObjectName("sections")
        self.items.setAccessibleName("Sections of the store")
        self.items.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.items.setItemDelegate(_Delegate(desk.look, self.items))
        self.items.currentItemChanged.connect(self._on_current)
        self.items.itemActivated.connect(self._on_activated)
        self.items.itemClicked.connect(self._on_activated)
        self.setFixedWidth(WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self.search)
        layout.addWidget(self.items, 1)
        self._section = next(iter(SECTIONS))
        self._fill_sections()

    @property
    def section(self) -> str:
        """The chosen section."""
        return self._section

    def choose(self, section: str) -> None:
        """Choose a section; a search goes on."""
        self._section = section
        if not self.search.text():
            self._mark()

    def refresh(self) -> None:
        """Count faults by section."""
        faults = self._desk.document.faults
        for row in range(self.items.count()):
            item = self.items.item(row)
            if item.data(ID) and not item.data(FIELD):
                count = len(section_faults(SECTIONS[item.data(ID)], faults))
                item.setData(COUNT, count)
                told = f"{item.text()}, {count} to mend" if count else item.text()
                item.setData(Qt.ItemDataRole.AccessibleTextRole, told)

    # filling ---------------------------------------------------------------------------------------------------------
    def _fill_sections(self) -> None:
        self.items.blockSignals(True)
        self.items.clear()
        for group in GROUPS:
            self._heading(group.title)
            for section in group.sections:
                self._item(section.title, section.id).setToolTip(section.about)
        self._mark()
        self.items.blockSignals(False)
        if self._desk.document.is_open:
            self.refresh()

    def _fill_hits(self, words: str) -> None:
        self.items.blockSignals(True)
        self.items.clear()
        hits = find_fields(words)
        self._heading(f"{len(hits)} fields" if len(hits) != 1 else "1 field")
        for hit in hits:
            item = self._item(hit.title, hit.section, hit.field, SECTIONS[hit.section].title)
            item.setToolTip(hit.about)
        self.items.blockSignals(False)

    def _heading(self, text: str) -> None:
        item = QListWidgetItem(text)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.items.addItem(item)

    def _item(self, text: str, id_: str, field: str = "", below: str = "") -> QListWidgetItem:
        item = QListWidgetItem(text)
        item.setData(ID, id_)
        item.setData(FIELD, field)
        item.setData(BELOW, below)
        self.items.addItem(item)
        return item

    def _mark(self) -> None:
        """Make the chosen section the current item."""
        for row in range(self.items.count()):
            if self.items.item(row).data(ID) == self._section:
                self.items.setCurrentRow(row)

    # events ----------------------------------------------------------------------------------------------------------
    @Slot(str)
    def _on_search(self, words: str) -> None:
        if words.strip():
            self._fill_hits(words)
        else:
            self._fill_sections()

    @Slot()
    def _on_return(self) -> None:
        if self.search.text().strip() and self.items.count() > 1:
            self._on_activated(self.items.item(1))

    @Slot()
    def _on_down(self) -> None:
        self.items.setFocus()
        if self.items.currentRow() < 1 and self.items.count() > 1:
            self.items.setCurrentRow(1)

    @Slot(QListWidgetItem, QListWidgetItem)
    def _on_current(self, now: QListWidgetItem | None, before: QListWidgetItem | None) -> None:
        """Moving through sections shows them; moving through what was found waits for Return."""
        if now is not None and now.data(ID) and not now.data(FIELD):
            self._section = str(now.data(ID))
            self.chosen.emit(self._section, "")

    @Slot(QListWidgetItem)
    def _on_activated(self, item: QListWidgetItem) -> None:
        if item.data(ID):
            self._section = str(item.data(ID))
            self.chosen.emit(self._section, str(item.data(FIELD) or ""))


class _Delegate(QStyledItemDelegate):
    """Paints headings, sections with their number of faults, and fields with their section below."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height that an item takes."""
        line = option.fontMetrics.height()
        if not index.data(ID):
            return QSize(WIDTH, line + (20 if index.row() else 10))
        return QSize(WIDTH, 2 * line + 12 if index.data(BELOW) else line + 12)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint an item."""
        tokens, rect = self._look.tokens, QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(option.font)
        state = option.state
        if not index.data(ID):
            self._text(painter, rect.adjusted(10, 0, -6, -4), str(index.data()), tokens.muted, small=True, low=True)
            painter.restore()
            return
        box = rect.adjusted(2, 1, -2, -1)
        focused = state & QStyle.StateFlag.State_HasFocus
        painter.setPen(QPen(QColor(tokens.accent), 1) if focused else Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(QColor(tokens.tint(tokens.accent, 0.16)))
            painter.drawRoundedRect(box, 6, 6)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(tokens.tint(tokens.theme.roles["line"], 0.5)))
            painter.drawRoundedRect(box, 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        self._paint_inside(painter, rect.adjusted(10, 0, -10, 0), index)
        painter.restore()

    def _paint_inside(self, painter: QPainter, rect: QRectF, index: Index) -> None:
        tokens = self._look.tokens
        count = index.data(COUNT)
        if count:
            chip = QRectF(rect.right() - 22, rect.center().y() - 9, 24, 18)
            painter.setBrush(QColor(tokens.tint(tokens.theme.roles["worse"], 0.2)))
            painter.drawRoundedRect(chip, 9, 9)
            painter.setPen(QColor(tokens.on_tint(tokens.theme.roles["worse"], 0.2)))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, str(count))
            rect = rect.adjusted(0, 0, -28, 0)
        if index.data(BELOW):
            half = rect.height() / 2
            self._text(painter, rect.adjusted(0, 4, 0, -half), str(index.data()), tokens.ink)
            self._text(painter, rect.adjusted(0, half, 0, -4), str(index.data(BELOW)), tokens.muted, small=True)
        else:
            self._text(painter, rect, str(index.data()), tokens.ink)

    def _text(
        self, painter: QPainter, rect: QRectF, text: str, colour: str, *, small: bool = False, low: bool = False
    ) -> None:
        painter.save()
        if small:
            font = QFont(painter.font())
            font.setPixelSize(max(round(painter.fontInfo().pixelSize() * 0.88), 8))
            painter.setFont(font)
        painter.setPen(QColor(colour))
        short = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()))
        side = Qt.AlignmentFlag.AlignBottom if low else Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect, side | Qt.AlignmentFlag.AlignLeft, short)
        painter.restore()
