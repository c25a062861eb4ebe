"""The tables of the history page: earlier comparisons, and lifts of one or two of them. Know their texts, no file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from planner.charts.theme import readable
from planner.gui.icons import icon
from planner.gui.pages.history_rows import COLUMNS, Shown, cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.gui.theme import Look
    from planner.history_rows import Entry

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 31
PLANS = COLUMNS.index("Plans")


class EntriesModel(QAbstractTableModel):
    """Earlier comparisons, pinned ones with a pin."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.entries: list[Entry] = []

    def show(self, entries: list[Entry]) -> None:
        """Show these comparisons."""
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        """Return the number of comparisons."""
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return a column's name."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.ToolTipRole and COLUMNS[section] == "Precision":
            return "Half the width of the widest interval of a lift in conversion"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return COLUMNS[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return what a cell shows or tells."""
        entry = self.entries[index.row()]
        text = cells(entry)[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{text}\n{entry.path}" if entry.path else text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{text}, pinned" if entry.pinned and index.column() == 0 else text
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0 and entry.pinned:
            return icon("pin", self._look.tokens.accent)
        return None


class LiftsModel(QAbstractTableModel):
    """Lifts of one comparison, or of two with the change between them."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.rows: tuple[Shown, ...] = ()
        self.headings: tuple[str, ...] = ()

    def show(self, rows: tuple[Shown, ...], headings: Sequence[str]) -> None:
        """Show rows under these headings (the first two are plan and outcome)."""
        self.beginResetModel()
        self.rows, self.headings = rows, tuple(headings)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of lifts."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.headings)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return a heading."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        return self.headings[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return what a cell shows or tells; a plan's name stands once."""
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(row, column)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            verdict = row.verdicts[column - 2] if column in (2, 3) else ""
            return f"{row[column]}, {verdict}" if verdict else row[column]
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        repeated = column == 0 and index.row() > 0 and self.rows[index.row() - 1].plan == row.plan
        return "" if repeated else row[column]

    def _colour(self, row: Shown, column: int) -> QColor | None:
        """Blue is better, orange worse, grey undecided; a change is grey unless its interval leaves out zero."""
        tokens = self._look.tokens
        if column in (2, 3):
            verdict, roles = row.verdicts[column - 2], tokens.theme.roles
            colour = {"better": roles["better"], "worse": roles["worse"]}.get(verdict, tokens.muted)
            return QColor(readable(colour, tokens.theme.card, tokens.ink))
        return QColor(tokens.muted) if column == 4 and not row.is_sure else None


class Listing(QTableView):
    """A quiet table of whole rows; ``column`` takes the room that is left, if any does. Tab leaves it."""

    def __init__(self, model: QAbstractTableModel, name: str, column: int | None = None) -> None:
        super().__init__()
        self.setObjectName("rows")
        self.setModel(model)
        model.setParent(self)
        self.setAccessibleName(name)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self._wide = column
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        model.modelReset.connect(self._stretch)
        self._stretch()

    def choose(self, rows: Sequence[int]) -> None:
        """Select rows; the first becomes the current one."""
        chosen = self.selectionModel()
        chosen.clearSelection()
        flags = QItemSelectionModel.SelectionFlag
        for row in reversed(rows):
            chosen.setCurrentIndex(self.model().index(row, 0), flags.Select | flags.Rows)

    def chosen_rows(self) -> list[int]:
        """Return the selected rows from the top."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def _stretch(self) -> None:
        if self._wide is not None and self._wide < self.model().columnCount():
            self.horizontalHeader().setSectionResizeMode(self._wide, QHeaderView.ResizeMode.Stretch)


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column < 2 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
