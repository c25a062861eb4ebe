"""The sliders of a plan, strategy by strategy, made a few at a time, and the search among them.

Knows parameters (planner/tuning.py) and rows (tune_rows.py); no plan, no preview and no document.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from planner.gui.cards import clear, heading
from planner.gui.pages.tune_rows import TuneRow
from planner.gui.theme import GAP
from simulation import library

if TYPE_CHECKING:
    from planner.gui.theme import Look
    from planner.tuning import Parameter

ROWS_AT_ONCE = 8
"""Rows that are made before the window may do something else."""

Of = tuple[str, str]
"""Ids of a strategy and of its parameter."""
Showing = Callable[["Parameter"], tuple[object, str]]
"""Tells a parameter's value as it is now, and what is wrong with it."""


class TuneList(QWidget):
    """Rows of parameters below a search field; ``settled`` tells strategy, parameter and new value."""

    settled = Signal(str, str, object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._currency = look, "EUR"
        self.rows: dict[Of, TuneRow] = {}
        self.heads: dict[str, QLabel] = {}
        self.shown: list[Parameter] = []
        self._showing: Showing = lambda parameter: (parameter.value, "")
        self._making = QTimer(self, singleShot=True, interval=0)
        self._making.timeout.connect(self._make_rows)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a strategy or a value")
        self.search.setAccessibleName("Find a strategy or a value")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_search)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.search)
        layout.addWidget(self._scrolled(), 1)

    def _scrolled(self) -> QScrollArea:
        inside = QWidget()
        inside.setObjectName("inside")
        self._fields = QVBoxLayout(inside)
        self._fields.setContentsMargins(0, 0, GAP, 0)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setWidget(inside)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for ground in (self.area.viewport(), inside):
            ground.setAutoFillBackground(False)
        return self.area

    @property
    def is_whole(self) -> bool:
        """Whether all rows are made."""
        return len(self.rows) == len(self.shown)

    def show_parameters(self, parameters: list[Parameter], currency: str, showing: Showing) -> None:
        """Show parameters with the values and faults that ``showing`` tells; rows are made anew if they are others."""
        self._currency, self._showing = currency, showing
        if parameters != self.shown:
            self._making.stop()
            self.shown = parameters
            clear(self._fields)
            self.rows, self.heads = {}, {}
            self._make_rows()
        for row in self.rows.values():
            row.show_value(*showing(row.parameter))

    @Slot()
    def _make_rows(self) -> None:
        """Make the next few rows; the window breathes before it makes the rest."""
        made = len(self.rows)
        for parameter in self.shown[made : made + ROWS_AT_ONCE]:
            self._make_row(parameter)
        if self.is_whole:
            self._fields.addStretch(1)
        else:
            self._making.start()

    def _make_row(self, parameter: Parameter) -> None:
        if parameter.strategy not in self.heads:
            self.heads[parameter.strategy] = head = heading(library().strategies[parameter.strategy].title)
            head.setContentsMargins(0, GAP if self.rows else 0, 0, 0)
            self._fields.addWidget(head)
        row = TuneRow(self._look, parameter, self._currency)
        row.settled.connect(self.settled)
        row.show_value(*self._showing(parameter))
        self.rows[parameter.strategy, parameter.name] = row
        self._fields.addWidget(row)
        self._show_if_sought(row)

    @Slot()
    def _on_search(self) -> None:
        for row in self.rows.values():
            self._show_if_sought(row)

    def _show_if_sought(self, row: TuneRow) -> None:
        """Show a row if what is looked for is in its name, its strategy's or its description; its heading with it."""
        head = self.heads[row.parameter.strategy]
        told = f"{head.text()} {row.name} {row.parameter.info.description or ''}".lower()
        row.setVisible(self.search.text().strip().lower() in told)
        mine = [other for other in self.rows.values() if other.parameter.strategy == row.parameter.strategy]
        head.setVisible(any(not other.isHidden() for other in mine))
