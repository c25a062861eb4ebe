"""A list of the study as a table: a column for each field, shares also as percentages; every change is one edit.

Knows the document, the list's path and the declarations of its rows; no view.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from planner.gui.fields import Field, NumberField, SwitchField, TextField, make_field
from planner.gui.forms import default_of, title_of
from planner.store_words import help_text
from planner.study_tree import Tree, adopted, at, dotted, with_value, without
from planner.wording import NARROW, number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic.fields import FieldInfo
    from PySide6.QtWidgets import QWidget

    from planner.gui.desk import Desk
    from planner.study_tree import Path

Index = QModelIndex | QPersistentModelIndex
Rows = list[dict[str, Any]]
PERCENT = "%"
"""Name of the column that shows shares of the whole."""


class RowsModel(QAbstractTableModel):
    """The rows at ``path``; ``item`` is what one of them is called."""

    def __init__(self, desk: Desk, path: Path, fields: Mapping[str, FieldInfo], item: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self.path, self.fields, self._item = desk, path, dict(fields), item
        self.rows: Rows = []
        self._wrong: dict[str, str] = {}
        self.columns: list[str] = []
        for name in self.fields:
            self.columns += [name, PERCENT] if name == "share" else [name]
        # Fields turn values into texts and back; these are never shown.
        self._readers: dict[str, Field] = {name: make_field(info) for name, info in self.fields.items()}
        for reader in self._readers.values():
            reader.setParent(parent)
            reader.hide()

    def refresh(self) -> None:
        """Read the study again."""
        found = self._desk.document.value(self.path)
        rows = [row if isinstance(row, dict) else {} for row in found] if isinstance(found, list) else []
        self._wrong = {fault.path: fault.message for fault in self._desk.document.faults_at(self.path)}
        if len(rows) == len(self.rows):
            self.rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self.columns) - 1))
        else:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()

    @property
    def ends_in_text(self) -> bool:
        """Whether the last column holds texts, which may take the room that is left."""
        return not self._is_number(self.columns[-1])

    def own_faults(self) -> list[str]:
        """Return what is wrong with the list as a whole."""
        here = dotted(self.path)
        return [text for path, text in self._wrong.items() if not path[len(here) + 1 :].partition(".")[0].isdigit()]

    # editing ---------------------------------------------------------------------------------------------------------
    def change(self, label: str, change: Callable[[Rows], Rows]) -> None:
        """Change the list as a whole; an empty one that may be left out is left out."""
        whole, path = self._desk.document.reading.whole, self.path

        def changed(own: Tree) -> Tree:
            base = adopted(own, whole, (*path, 0))
            rows = change(list(at(base, path) or []))
            made: Tree = with_value(base, path, rows) if rows else without(base, path)
            return made

        self._desk.document.edit(label, changed)

    def add(self, row: Mapping[str, Any], place: int) -> None:
        """Put a row in at a place."""
        self.change(f"Add {self._item}", lambda rows: [*rows[:place], dict(row), *rows[place:]])

    def remove(self, place: int) -> None:
        """Take a row out."""
        self.change(f"Remove {self.name_of(place)}", lambda rows: rows[:place] + rows[place + 1 :])

    def move(self, place: int, by: int) -> int:
        """Move a row by some places, at most to an end, and return where it is then."""
        target = min(max(place + by, 0), len(self.rows) - 1)

        def moved(rows: Rows) -> Rows:
            rest = rows[:place] + rows[place + 1 :]
            return [*rest[:target], rows[place], *rest[target:]]

        self.change(f"Move {self.name_of(place)}", moved)
        return target

    def name_of(self, place: int) -> str:
        """Return a row's name, or its number if it has none."""
        return str(self.rows[place].get("name") or f"{self._item} {place + 1}")

    def free_name(self, wanted: str) -> str:
        """Return a name that no row has yet."""
        taken = {row.get("name") for row in self.rows}
        numbered = (f"{wanted} {count}" for count in range(2, len(taken) + 3))
        return wanted if wanted not in taken else next(name for name in numbered if name not in taken)

    # as Qt asks ------------------------------------------------------------------------------------------------------
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return a field's title, its help as tooltip."""
        if orientation == Qt.Orientation.Vertical:
            return section + 1 if role == Qt.ItemDataRole.DisplayRole else None
        name = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return name if name == PERCENT else title_of(name)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "Share of the whole" if name == PERCENT else help_text(self.fields[name])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self._is_number(name) else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """All cells but the percentages can be changed."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        name = self.columns[index.column()]
        if name == PERCENT:
            return flags
        is_switch = isinstance(self._readers[name], SwitchField)
        return flags | (Qt.ItemFlag.ItemIsUserCheckable if is_switch else Qt.ItemFlag.ItemIsEditable)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return what a cell shows or tells."""
        name, place = self.columns[index.column()], index.row()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self._is_number(name) else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if name == PERCENT:
            return self._percent(place) if role == Qt.ItemDataRole.DisplayRole else self._colour(False, True, role)
        value = self.rows[place].get(name, default_of(self.fields[name]))
        reader = self._readers[name]
        if role == Qt.ItemDataRole.CheckStateRole and isinstance(reader, SwitchField):
            return Qt.CheckState.Checked if value is True else Qt.CheckState.Unchecked
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole) and isinstance(reader, TextField):
            return reader.written(value)
        wrong = self._fault(place, name)
        if role == Qt.ItemDataRole.ToolTipRole:
            text = reader.written(value) if isinstance(reader, TextField) and not self._is_number(name) else ""
            return "\n".join(part for part in (text, wrong or help_text(self.fields[name])) if part)
        return self._colour(bool(wrong), name not in self.rows[place], role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: ANN401
        """Take over what was typed or ticked; emptying a field that may be left out leaves it out."""
        name, place = self.columns[index.column()], index.row()
        reader = self._readers[name]
        if role == Qt.ItemDataRole.CheckStateRole:
            self._set(place, name, Qt.CheckState(value) == Qt.CheckState.Checked)
        elif role == Qt.ItemDataRole.EditRole and isinstance(reader, TextField):
            text = str(value).strip()
            if text == reader.written(self.rows[place].get(name, default_of(self.fields[name]))):
                return False
            if not text and not self.fields[name].is_required():
                label = f"Reset {title_of(name).lower()}"
                self._desk.document.reset_value((*self.path, place, name), label)
            else:
                self._set(place, name, reader.read(text))
        return True

    def _set(self, place: int, name: str, value: object) -> None:
        label = f"Change {title_of(name).lower()} of {self.name_of(place)}"
        self._desk.document.set_value((*self.path, place, name), value, label)

    def _fault(self, place: int, name: str) -> str:
        here = dotted((*self.path, place, name))
        return "; ".join(t for path, t in self._wrong.items() if path == here or path.startswith(f"{here}."))

    def _percent(self, place: int) -> str:
        """Return a row's share of the whole; empty where shares are no numbers."""
        shares = [row.get("share") for row in self.rows]
        total = sum(share for share in shares if isinstance(share, (int, float)) and share > 0)
        mine = shares[place]
        if not isinstance(mine, (int, float)) or mine < 0 or not total:
            return ""
        return f"{number(mine / total * 100, 1)}{NARROW}%"

    def _colour(self, wrong: bool, quiet: bool, role: int) -> QColor | None:
        if role != Qt.ItemDataRole.ForegroundRole:
            return None
        tokens = self._desk.look.tokens
        return QColor(tokens.theme.roles["worse"] if wrong else tokens.muted if quiet else tokens.ink)

    def _is_number(self, name: str) -> bool:
        return name == PERCENT or isinstance(self._readers[name], NumberField)
