"""A section that is a list: its table with tools to add, remove and move rows, and the chosen row's form below.

Knows the model of rows and forms; products have an import beside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QTableView, QVBoxLayout, QWidget

from planner import wording
from planner.charts.screen_label import WrappedLabel
from planner.gui.cards import Card, IconButton
from planner.gui.forms import default_of
from planner.gui.store.form import StoreForm
from planner.gui.store.rows_model import RowsModel
from planner.gui.theme import WIDE_GAP

if TYPE_CHECKING:
    from planner.gui.desk import Desk
    from planner.gui.store.origins import Origins
    from planner.store_sections import Section

ROW_HEIGHT = 30
MOST_SHOWN = 10
"""Rows that the table shows before it scrolls."""


class RowsTable(QTableView):
    """The table: typing, F2 or a double click edits a cell; Tab leaves the table."""

    def __init__(self, model: RowsModel, name: str) -> None:
        super().__init__()
        self._rows = model
        self.setObjectName("rows")
        self.setModel(model)
        self.setAccessibleName(name)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed | triggers.AnyKeyPressed)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setResizeContentsPrecision(50)
        header.setStretchLastSection(model.ends_in_text)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def fit(self) -> None:
        """Take the height of the rows, up to a limit."""
        shown = min(max(self._rows.rowCount(), 1), MOST_SHOWN)
        bar = self.horizontalScrollBar().sizeHint().height() if self.horizontalScrollBar().maximum() else 0
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + shown * ROW_HEIGHT + bar + 2)


class RowsView(QWidget):
    """One list of the study."""

    def __init__(self, desk: Desk, origins: Origins, section: Section) -> None:
        super().__init__()
        self._desk, self._section, self._origins = desk, section, origins
        self.model = RowsModel(desk, section.path, section.fields, section.item, self)
        self.table = RowsTable(self.model, section.title)
        self.table.selectionModel().currentRowChanged.connect(self._on_chosen)
        self.card = Card(section.title, section.about)
        for tool in self._tools():
            self.card.tools.addWidget(tool)
        self.none = WrappedLabel(name="note")
        self.fault = WrappedLabel(name="fault")
        for widget in (self.none, self.fault, self.table):
            self.card.body.addWidget(widget)
        self.form = StoreForm(desk, origins, section.fields, ())
        self.chosen = Card("")
        self.chosen.body.addWidget(self.form)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(WIDE_GAP)
        layout.addWidget(self.card)
        layout.addWidget(self.chosen)
        layout.addStretch(1)

    def _tools(self) -> list[IconButton]:
        look, item = self._desk.look, self._section.item
        self.tools = {
            "add": IconButton(look, "plus", f"Add {item}", self._on_add),
            "up": IconButton(look, "move-up", f"Move {item} up", self._on_up),
            "down": IconButton(look, "move-down", f"Move {item} down", self._on_down),
            "remove": IconButton(look, "delete", f"Remove {item}", self._on_remove),
        }
        return list(self.tools.values())

    @property
    def place(self) -> int:
        """The chosen row; -1 if there is none."""
        row = self.table.currentIndex().row()
        return row if row < self.model.rowCount() else -1

    def choose(self, place: int) -> None:
        """Choose a row, at most the last."""
        place = min(place, self.model.rowCount() - 1)
        if place >= 0:
            self.table.setCurrentIndex(self.model.index(place, max(self.table.currentIndex().column(), 0)))
        self._show_row()

    def refresh(self) -> None:
        """Show the list as it is now."""
        place = max(self.place, 0)
        self.model.refresh()
        note = self._origins.note(self._section.path)
        self.card.say(self._section.title, " ".join(part for part in (self._section.about, note) if part))
        self.none.setText(self._nothing())
        self.none.setVisible(bool(self.none.text()))
        wrong = self.model.own_faults()
        self.fault.setText("; ".join(wrong))
        self.fault.setVisible(bool(wrong))
        self.table.setVisible(bool(self.model.rows))
        self.table.fit()
        self.choose(place)

    def focus(self, name: str) -> QWidget | None:
        """Move the focus to a field of the chosen row and return it; to the button that adds one if there is none."""
        if not self.model.rows:
            self.tools["add"].setFocus()
            return self.tools["add"]
        row: QWidget | None = self.form.focus(name)
        return row

    def _nothing(self) -> str:
        if self.model.rows:
            return ""
        if self._section.id == "product":
            return (
                "None listed: products are made up from the prices and margins of their category. Add or import yours."
            )
        return "None listed: all shoppers are alike in this. Add the first with the plus above."

    def _show_row(self) -> None:
        place, count = self.place, self.model.rowCount()
        for name, possible in {"up": place > 0, "down": 0 <= place < count - 1, "remove": place >= 0}.items():
            self.tools[name].setEnabled(possible)
        self.chosen.setVisible(place >= 0)
        if place >= 0:
            self.chosen.say(wording.plain(self.model.name_of(place)))
            self.form.show_at((*self._section.path, place))

    @Slot(QModelIndex, QModelIndex)
    def _on_chosen(self, now: QModelIndex, before: QModelIndex) -> None:
        self._show_row()

    @Slot()
    def _on_add(self) -> None:
        place = self.place + 1 if self.place >= 0 else self.model.rowCount()
        self.model.add(self.new_row(), place)
        self.refresh()
        self.choose(place)
        self.form.focus("name")
        focused = self.form.rows["name"].field.editor
        if isinstance(focused, QLineEdit):
            focused.selectAll()

    def new_row(self) -> dict[str, Any]:
        """Return a sound row: what must be given is typical of the others, everything else its default."""
        row: dict[str, Any] = {"name": self.model.free_name(f"new {self._section.item}")}
        for name, info in self._section.fields.items():
            if name != "name" and info.is_required():
                row[name] = self._typical(name)
        return row

    def _typical(self, name: str) -> object:
        """Return the middle one of the others' values, or 1; of texts the first, or that of the first category."""
        values = [row[name] for row in self.model.rows if name in row]
        numbers = sorted(value for value in values if isinstance(value, (int, float)))
        if numbers:
            return numbers[len(numbers) // 2]
        if name == "category":
            return values[0] if values else self._desk.document.value(("catalogue", "category", 0, "name"), "")
        return default_of(self._section.fields[name]) or 1

    @Slot()
    def _on_remove(self) -> None:
        place = self.place
        self.model.remove(place)
        self.refresh()
        self.choose(place)

    @Slot()
    def _on_up(self) -> None:
        self._move(-1)

    @Slot()
    def _on_down(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        target = self.model.move(self.place, by)
        self.refresh()
        self.choose(target)
