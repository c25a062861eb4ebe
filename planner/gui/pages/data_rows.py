"""What a shop's log holds: its first rows, and the rows that are set aside with the reason of each. Reads nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget

from planner.calibration.dates import ADVICE
from planner.charts.screen_label import WrappedLabel
from planner.gui.cards import Card
from planner.gui.text_table import Head, TextTable
from planner.gui.theme import GAP

if TYPE_CHECKING:
    from pathlib import Path

    from planner.calibration.preview import Preview
    from planner.gui.text_table import Side
    from planner.gui.theme import Look

LEAST_HEIGHT = 170
_OPTION = re.compile(r"(choose|name yours) with \w+=COLUMN")


class RowsCard(Card):
    """Two tables, one shown at a time, with the counts above and what was assumed below."""

    def __init__(self, look: Look) -> None:
        super().__init__("Rows", "")
        self._log: Path | None = None
        self.first = TextTable(look, "First rows of the log")
        self.bad = TextTable(look, "Rows that are set aside")
        self.aside = WrappedLabel(name="note")
        self.notes = WrappedLabel(name="note")
        self.faults = WrappedLabel(name="fault")
        self._faces = QStackedWidget()
        self._tabs = QButtonGroup(self)
        tabs = QHBoxLayout()
        tabs.setSpacing(GAP)
        for place, (text, table) in enumerate((("First rows", self.first), ("Set aside", self.bad))):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setChecked(not place)
            self._tabs.addButton(button, place)
            tabs.addWidget(button)
            self._faces.addWidget(table)
            table.setMinimumHeight(LEAST_HEIGHT)
        tabs.addStretch(1)
        self._tabs.idClicked.connect(self._on_tab)
        for part in (self.faults, self.aside):
            self.body.addWidget(part)
        self.body.addLayout(tabs)
        self.body.addWidget(self._faces, 1)
        self.body.addWidget(self.notes)

    def show_preview(self, preview: Preview | None, log: Path) -> None:
        """Show a look at the log; None: it is on its way."""
        is_table = preview is None or bool(preview.columns)
        for part in (*self._tabs.buttons(), self._faces):
            part.setVisible(is_table)
        if preview is None:
            self._show_reading(log)
            return
        self._log = log
        self.say("Rows" if is_table else "This file cannot be read", _counts(preview))
        self._show_faults(_plain_faults(preview, log))
        told = "; ".join(f"{reason}: {count:,}" for reason, count in preview.set_aside.items())
        encoding = " Save the log as UTF-8 to keep them all." if "not UTF-8" in told else ""
        self.aside.setText(f"Set aside: {told}.{encoding}" if told else "")
        self.aside.setVisible(bool(told))
        self.notes.setText("\n".join(map(_here, preview.notes)))
        self.notes.setVisible(bool(preview.notes))
        count = sum(preview.set_aside.values())
        self._tabs.button(1).setText(f"Set aside ({count:,})" if count else "Set aside")
        self._tabs.button(1).setEnabled(bool(preview.bad))
        if not preview.bad:
            self._tabs.button(0).setChecked(True)
            self._on_tab(0)
        played = {column: role for role, column in preview.roles.items()}
        self.first.show_rows([_head(column, played.get(column, "")) for column in preview.columns], preview.first)
        heads = [Head("row", "right", "below the header, from 1"), Head("why"), *map(Head, preview.roles)]
        self.bad.show_rows(heads, [(f"{row.row:,}", row.reason, *row.texts) for row in preview.bad])

    def _show_reading(self, log: Path) -> None:
        """Say that a look is on its way; rows of another log are not shown meanwhile."""
        self.say("Rows", "The log is being read…")
        self._show_faults(())
        for part in (self.aside, self.notes):
            part.setVisible(False)
        if log != self._log:
            for table in (self.first, self.bad):
                table.show_rows((), ())

    def _show_faults(self, faults: tuple[str, ...]) -> None:
        self.faults.setText("\n".join(faults))
        self.faults.setVisible(bool(faults))

    def show_tab(self, place: int) -> None:
        """Show the first rows (0) or those set aside (1)."""
        self._tabs.button(place).setChecked(True)
        self._on_tab(place)

    @Slot(int)
    def _on_tab(self, place: int) -> None:
        self._faces.setCurrentIndex(place)


def _head(column: str, role: str) -> Head:
    told = role and role not in column.lower()
    side: Side = "right" if role in ("amount", "quantity") else "left"
    return Head(f"{column} → {role}" if told else column, side, f"used as {role}" if role else "not used")


def _counts(preview: Preview) -> str:
    if not preview.rows:
        return ""
    rows = f"{'the first ' if preview.is_head else ''}{preview.rows:,} rows"
    return rows if preview.faults else f"{rows}, of which {preview.kept:,} can be used"


def _plain_faults(preview: Preview, log: Path) -> tuple[str, ...]:
    """Return the faults but for missing columns, which are told beside their fields; the log's name stands above."""
    told = (fault for fault in preview.faults if ": no column found" not in fault)
    return tuple(_here(fault.removeprefix(f"{log}: ")) for fault in told)


def _here(said: str) -> str:
    """Return what the reader of logs says in the words of this page: fields in place of options."""
    said = said.replace(ADVICE, 'choose the format at "dates"')
    said = _OPTION.sub('choose under "Columns"', said)
    return said[:1].upper() + said[1:]
