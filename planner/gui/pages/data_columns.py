"""How a shop's log is read: which column plays which part, and how its dates are written.

Shows what was recognised and what the user chose; tells a changed wish and reads nothing itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QWidget

from planner.calibration.preview import MEANINGS
from planner.calibration.roles import ORDERS
from planner.charts.screen_label import WrappedLabel
from planner.gui.cards import Card
from planner.gui.theme import GAP, SMALL_GAP, mark

if TYPE_CHECKING:
    from planner.calibration.apart import Wanted
    from planner.calibration.preview import Preview

NONE = "– none –"
RECOGNISED = "as recognised"
FORMATS = (
    *("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y"),
    *("%d/%m/%y", "%m/%d/%y", "%d.%m.%y"),
)
EXAMPLES = {"%d": "31", "%m": "01", "%Y": "2024", "%y": "24"}
"""The last day of a January, to show what a format means."""


class ColumnsCard(Card):
    """A choice of column for each part; ``changed`` tells the new Wanted."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__("Columns", "As recognised; choose others where that is wrong.")
        self._wanted: Wanted | None = None
        self.choices = {role.name: QComboBox() for role in ORDERS}
        self._faults = {role.name: WrappedLabel(name="fault") for role in ORDERS}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(SMALL_GAP)
        self._grid.setColumnStretch(1, 1)
        for role in ORDERS:
            self._add(role.name, self.choices[role.name], MEANINGS[role.name], needed=role.needed)
            self._grid.addWidget(self._faults[role.name], self._grid.rowCount(), 1)
            self.choices[role.name].activated.connect(self._on_chosen)
        self.date_format = QComboBox()
        self.date_format.setEditable(True)
        self.date_format.addItem(RECOGNISED)
        self.date_format.addItems([f"{form} ({_example(form)})" for form in FORMATS])
        self.date_format.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._add("dates", self.date_format, "needed only where day and month cannot be told apart", needed=False)
        self.date_format.activated.connect(self._on_chosen)
        line = self.date_format.lineEdit()
        assert line is not None
        line.editingFinished.connect(self._on_chosen)
        self.body.addLayout(self._grid)
        self.body.addStretch(1)

    def show_log(self, wanted: Wanted, preview: Preview | None) -> None:
        """Show how the log is read; without a preview, which is on its way, the choices stay as they are."""
        self._wanted = wanted
        if not self.date_format.hasFocus():
            self._show_format(wanted.date_format)
        if preview is None:
            return
        for role in ORDERS:
            box = self.choices[role.name]
            box.clear()
            box.addItem(NONE, "")
            for column in dict.fromkeys(preview.columns):
                box.addItem(column, column)
            box.setCurrentIndex(max(box.findData(preview.roles.get(role.name, "")), 0))
            self._show_fault(role.name, box, missing=role.needed and role.name not in preview.roles)
        undecided = "date" in preview.roles and any(fault.startswith("date: ") for fault in preview.faults)
        _mark(self.date_format, faulty=undecided)

    def _add(self, name: str, box: QComboBox, meaning: str, *, needed: bool) -> None:
        label = QLabel(f"&{name}{' *' if needed else ''}")
        label.setBuddy(box)
        label.setToolTip(f"{meaning}{'; needed' if needed else ''}")
        box.setAccessibleName(f"Column: {name}")
        box.setAccessibleDescription(meaning)
        box.setToolTip(meaning)
        box.setMinimumContentsLength(10)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        row = self._grid.rowCount()
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(box, row, 1)

    def _show_fault(self, role: str, box: QWidget, *, missing: bool) -> None:
        self._faults[role].setText("choose the column" if missing else "")
        self._faults[role].setVisible(missing)
        _mark(box, faulty=missing)

    def _show_format(self, date_format: str | None) -> None:
        place = FORMATS.index(date_format) + 1 if date_format in FORMATS else 0
        self.date_format.setCurrentIndex(place)
        if date_format is not None and date_format not in FORMATS:
            self.date_format.setEditText(date_format)

    @Slot()
    def _on_chosen(self) -> None:
        """Tell the wish; a choice equal to what was recognised stays recognised."""
        if self._wanted is None:
            return
        box = self.sender()
        columns = dict(self._wanted.columns)
        for role, known in self.choices.items():
            if known is box:
                columns = {other: name for other, name in columns.items() if name != known.currentData() or not name}
                columns[role] = str(known.currentData() or "")
        text = self.date_format.currentText().strip()
        form = None if text in ("", RECOGNISED) else text.partition(" (")[0]
        wanted = self._wanted._replace(columns=columns, date_format=form)
        if wanted != self._wanted:
            self.changed.emit(wanted)


def _mark(box: QWidget, *, faulty: bool) -> None:
    mark(box, "faulty", "true" if faulty else "false")


def _example(form: str) -> str:
    for code, text in EXAMPLES.items():
        form = form.replace(code, text)
    return form
