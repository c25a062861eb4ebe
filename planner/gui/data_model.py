"""Tables of data as Qt looks at them: numbers short, with all their digits in the tooltip. Knows no chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from planner import wording

if TYPE_CHECKING:
    from planner.tables import DataTable

Index = QModelIndex | QPersistentModelIndex


class DataModel(QAbstractTableModel):
    """A table of data to look at."""

    def __init__(self, table: DataTable) -> None:
        super().__init__()
        self._table = table

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._table.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._table.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a column's name, above texts at the left and above numbers at the right, as they stand."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            name = self._table.columns[section].name.replace("_", " ")
            return name[:1].upper() + name[1:]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            is_text = self._table.columns[section].form == "text"
            return (
                Qt.AlignmentFlag.AlignLeft if is_text else Qt.AlignmentFlag.AlignRight
            ) | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell: texts as they are, numbers to the right, all digits of a number in its tooltip."""
        cell = self._table.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(cell, self._table.columns[index.column()].form)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{cell:.10g}" if isinstance(cell, float) else None
        if role == Qt.ItemDataRole.TextAlignmentRole and not isinstance(cell, str):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


def cell_text(cell: object, form: str) -> str:
    """Return a cell as it is shown: shares in percent, large numbers without decimals, others with four digits."""
    if not isinstance(cell, float):
        return "" if cell is None else f"{cell:,}" if type(cell) is int and form == "count" else str(cell)
    if form == "share":
        return wording.value(cell, "share", "")
    return wording.number(cell, 0) if abs(cell) >= 1000 else f"{cell:.4g}".replace("-", wording.MINUS)
