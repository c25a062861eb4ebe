"""Rows of the funnel's side form that a declaration alone cannot make: a name that is followed, a choice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from planner.charts.screen_label import WrappedLabel
from planner.gui.cards import clear, heading
from planner.gui.forms import UNIT_WIDTH, FieldRow
from planner.gui.theme import GAP, SMALL_GAP
from simulation.study import Stage

if TYPE_CHECKING:
    from planner.gui.desk import Desk
    from planner.gui.graph.items import Key
    from planner.study_tree import Path

Option = tuple[str, str]
"""What is read, and what it stands for."""
CHOICE_WIDTH, NAME_WIDTH = 120, 150
BESIDE_FIELD = UNIT_WIDTH + 28 + 2 * SMALL_GAP
"""Pixels that a field's unit and its button take."""


class NameRow(FieldRow):
    """The name of a stage; another one is told, so that all edges can follow."""

    renamed = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, ("name",), Stage.model_fields["name"], None)
        self.field.setFixedWidth(NAME_WIDTH)

    def show_at(self, path: Path, beside: Path | None = None, beside_name: str = "") -> None:
        """Show the name at ``path``, and say what a new one does."""
        super().show_at(path, beside, beside_name)
        self.help.setText("Its edges follow another name")

    @Slot(object)
    def _on_changed(self, value: object) -> None:
        self.renamed.emit(str(value))


class ChoiceRow(QWidget):
    """A label and a choice, with what is wrong below; ``aligned``: it ends where fields with a unit do."""

    picked = Signal(str)

    def __init__(self, text: str, help_: str = "", *, aligned: bool = False) -> None:
        super().__init__()
        self.box = QComboBox()
        self.box.setMinimumWidth(CHOICE_WIDTH)
        self.box.setAccessibleName(text)
        self.box.setToolTip(help_)
        self.box.activated.connect(self._on_activated)
        self._options: tuple[Option, ...] = ()
        label = QLabel(text)
        label.setBuddy(self.box)
        line = QHBoxLayout()
        line.setSpacing(SMALL_GAP)
        line.addWidget(label, 1)
        line.addWidget(self.box)
        if aligned:
            line.addSpacing(BESIDE_FIELD)
        self.fault = WrappedLabel(name="fault")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        layout.addLayout(line)
        if help_:
            layout.addWidget(WrappedLabel(help_, "note"))
        layout.addWidget(self.fault)

    def show_choice(self, options: Sequence[Option], current: str, faults: Sequence[str] = ()) -> None:
        """Show the options with ``current`` chosen; one that is not among them is shown all the same."""
        known = tuple(options)
        if current not in [value for _, value in known]:
            known = (*known, (current, current))
        if known != self._options:
            self._options = known
            self.box.clear()
            self.box.addItems([text for text, _ in known])
        self.box.setCurrentIndex([value for _, value in known].index(current))
        self.fault.setText("; ".join(faults))
        self.fault.setVisible(bool(faults))

    @Slot(int)
    def _on_activated(self, place: int) -> None:
        self.picked.emit(self._options[place][1])


class KeyButton(QPushButton):
    """A button that leads to a stage or an edge."""

    asked = Signal(object)

    def __init__(self, text: str, key: Key) -> None:
        super().__init__(text)
        self._key = key
        self.setStyleSheet("text-align: left; padding: 4px 9px;")
        self.clicked.connect(self._on_clicked)

    @Slot()
    def _on_clicked(self) -> None:
        self.asked.emit(self._key)


class KeyList(QWidget):
    """A heading over buttons that lead to stages or edges; hidden while there is none."""

    asked = Signal(object)

    def __init__(self, title: str) -> None:
        super().__init__()
        self.buttons: list[KeyButton] = []
        self._shown: tuple[tuple[str, Key], ...] | None = None
        self._list = QVBoxLayout()
        self._list.setSpacing(SMALL_GAP)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(heading(title))
        layout.addLayout(self._list)

    def show_keys(self, entries: Sequence[tuple[str, Key]]) -> None:
        """Show a button per entry."""
        self.setVisible(bool(entries))
        if tuple(entries) == self._shown:
            return
        self._shown = tuple(entries)
        clear(self._list)
        self.buttons = [KeyButton(text, key) for text, key in entries]
        for button in self.buttons:
            button.asked.connect(self.asked)
            self._list.addWidget(button)
