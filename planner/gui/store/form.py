"""Forms of the store: each field with its range, where its value comes from, and bars for weights that go around.

Knows forms, declarations and the document; no section by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from planner.charts.screen_label import WrappedLabel
from planner.gui.forms import FieldRow, default_of
from planner.gui.store.bars import BarEditor
from planner.gui.theme import WIDE_GAP
from planner.store_sections import CYCLES
from planner.store_words import NO_SOURCE, SEE_NOTE, fault_text, help_text, origin_text
from planner.study_tree import dotted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic.fields import FieldInfo

    from planner.gui.desk import Desk
    from planner.gui.store.origins import Origins
    from planner.study_tree import Path

FUNNEL = "funnel"
"""The part of a study whose notes are not shown above its forms."""
FORM_WIDTH, BARS_WIDTH = 760, 400
"""Widest that a form becomes, so that a value stands near its name, and room for the numbers of a year's months."""


class StoreRow(FieldRow):
    """A field with its range and its value's source below; ``names`` are those of a cycle's places, if it is one."""

    def __init__(
        self, desk: Desk, origins: Origins, name: str, info: FieldInfo, names: tuple[str, ...] | None = None
    ) -> None:
        super().__init__(desk, (name,), info, default_of(info))
        self._origins = origins
        self.origin = WrappedLabel(name="note")
        layout = cast("QVBoxLayout", self.layout())
        layout.insertWidget(2, self.origin)
        self.bars = BarEditor(desk.look, self.name, names) if names else None
        if self.bars is not None:
            self.field.setMinimumWidth(BARS_WIDTH)
            layout.addWidget(self.bars)
            self.bars.changed.connect(self._on_bars)

    def show_at(self, path: Path, beside: Path | None = None, beside_name: str = "") -> None:
        """Show the value at ``path`` and below, and what is to be said of it."""
        super().show_at(path, beside, beside_name)
        document = self._desk.document
        self.help.setText(help_text(self._info))
        self.origin.setText(self._origin())
        self.origin.setVisible(bool(self.origin.text()))
        faults = [fault_text(fault.message, self._info) for fault in document.faults_at(self._path)]
        self.fault.setText("; ".join(faults))
        if self.bars is not None:
            self.bars.show_values(document.value(self._path, self._default))

    def _origin(self) -> str:
        """Say where the value comes from; where nothing stands at it, the section's note may speak of it."""
        text = origin_text(self._origins.of(self._path), self._info)
        section = tuple(step for step in self._path[:-1] if isinstance(step, str))
        return SEE_NOTE if text == NO_SOURCE and section[0] != FUNNEL and self._origins.note(section) else text

    @Slot(object, str)
    def _on_bars(self, values: object, merge: str) -> None:
        label = f"Change {self.name.lower()}"
        self._desk.document.set_value(self._path, values, label, merge and f"{dotted(self._path)} {merge}")

    @Slot(object)
    def _on_changed(self, value: object) -> None:
        """Take a value over; emptying a field that may be left out leaves it out."""
        if value == "" and self._default is None and not self._info.is_required():
            self._on_reset()
        else:
            super()._on_changed(value)


class StoreForm(QWidget):
    """The fields of one section, or of one row of a list; ``show_at`` says where."""

    def __init__(self, desk: Desk, origins: Origins, fields: Mapping[str, FieldInfo], path: Path) -> None:
        super().__init__()
        self.rows = {
            name: StoreRow(desk, origins, name, info, CYCLES.get((*path, name))) for name, info in fields.items()
        }
        self.setMaximumWidth(FORM_WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(WIDE_GAP)
        for row in self.rows.values():
            layout.addWidget(row)

    def show_at(self, path: Path) -> None:
        """Show the fields of what stands at ``path``."""
        for row in self.rows.values():
            row.show_at(path)

    def focus(self, name: str) -> Any:  # noqa: ANN401 - a row, or None
        """Move the focus to a field and return its row; None if there is no such field."""
        row = self.rows.get(name)
        if row is not None:
            row.field.editor.setFocus()
        return row
