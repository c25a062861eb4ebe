"""The list of a sample's shoppers: number, visits, orders, money spent; sorted by any column. Knows logs of samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from planner import wording
from planner.journeys import counts, number_of, spent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.journeys import Log

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("Shopper", "Visits", "Orders", "Spent")
HEADER = (
    "QHeaderView::section { padding: 6px 3px; } "
    "QHeaderView::up-arrow, QHeaderView::down-arrow { image: none; width: 0; height: 0; }"
)
"""Names close to each other; the arrow of sorting is a part of the name, and does not lie upon it."""
ARROWS = {True: "\N{BLACK DOWN-POINTING SMALL TRIANGLE}", False: "\N{BLACK UP-POINTING SMALL TRIANGLE}"}


class ShoppersModel(QAbstractTableModel):
    """The shoppers shown, each by its place in the log."""

    def __init__(self) -> None:
        super().__init__()
        self.log: Log | None = None
        self.places: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._columns: tuple[NDArray[Any], ...] = ()
        self._sorted: tuple[int, bool] = (-1, False)

    def show_shoppers(self, log: Log, places: NDArray[np.int64]) -> None:
        """Show these shoppers of a log."""
        self.beginResetModel()
        if log is not self.log:
            self.log = log
            visits, orders = counts(log, "visit"), counts(log, "order")
            self._columns = (np.arange(log.keys.size), visits, orders, spent(log))
        self.places = self._in_order(places)
        self.endResetModel()

    def _in_order(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        column, falling = self._sorted
        if column < 0 or not self._columns:
            return np.sort(places)
        values = self._columns[column][places]
        return places[np.argsort(-values if falling else values, kind="stable")]

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column."""
        self.beginResetModel()
        self._sorted = (column, order == Qt.SortOrder.DescendingOrder)
        self.places = self._in_order(np.sort(self.places))
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        """Return the number of shoppers."""
        return 0 if parent.isValid() else int(self.places.size)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a column's name."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        currency = self.log.names.currency if self.log is not None else ""
        names = [*COLUMNS[:3], currency]
        column, falling = self._sorted
        if section == column:
            names[section] += f" {ARROWS[falling]}"
        tips = ("number, the same in every plan", *COLUMNS[1:3], f"Spent, in {currency}")
        texts = {Qt.ItemDataRole.DisplayRole: names[section], Qt.ItemDataRole.ToolTipRole: tips[section]}
        return texts.get(Qt.ItemDataRole(role))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(index.column())
        if role != Qt.ItemDataRole.DisplayRole or self.log is None:
            return None
        place = int(self.places[index.row()])
        if index.column() == 0:
            return number_of(int(self.log.keys[place]))
        value = float(self._columns[index.column()][place])
        if index.column() == 3:
            return wording.number(value, 2) if value else ""
        return f"{value:.0f}" if value else ""


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


class ShoppersList(QTableView):
    """The table; ``chosen`` tells a shopper's key."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.shoppers = ShoppersModel()
        self._quiet = False
        self.setModel(self.shoppers)
        self.setAccessibleName("Shoppers")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        self.setSortingEnabled(True)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.horizontalHeader().setResizeContentsPrecision(40)
        self.horizontalHeader().setStyleSheet(HEADER)
        for column in range(len(COLUMNS)):
            narrow = column in (0, 3)
            mode = QHeaderView.ResizeMode.ResizeToContents if narrow else QHeaderView.ResizeMode.Stretch
            self.horizontalHeader().setSectionResizeMode(column, mode)
        self.horizontalHeader().setMinimumSectionSize(40)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(120)

    def show_shoppers(self, log: Log, places: NDArray[np.int64], key: int | None) -> int | None:
        """Show shoppers with one of them chosen: ``key`` if it is among them, else the first; return its key."""
        if log is not self.shoppers.log or not np.array_equal(np.sort(self.shoppers.places), np.sort(places)):
            self.shoppers.show_shoppers(log, places)
        if not places.size:
            return None
        keys = log.keys[self.shoppers.places]
        found = np.flatnonzero(keys == np.uint64(key)) if key is not None else np.empty(0, dtype=np.int64)
        row = int(found[0]) if found.size else 0
        if self.currentIndex().row() != row:
            self._quiet = True
            how = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(self.shoppers.index(row, 0), how)
            self._quiet = False
            self.scrollTo(self.shoppers.index(row, 0))
        return int(keys[row])

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, now: QModelIndex, before: QModelIndex) -> None:
        if not self._quiet and now.isValid() and self.shoppers.log is not None:
            self.chosen.emit(int(self.shoppers.log.keys[self.shoppers.places[now.row()]]))
