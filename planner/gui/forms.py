"""A form made from a pydantic class: each field with unit, range, help, source, fault, and what the baseline has.

The same declarations that check a study file make its form, so a new parameter needs no line here. Values are read from
and written to the document by path. Knows no strategy and no section by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from planner import wording
from planner.charts.screen_label import WrappedLabel
from planner.gui.cards import IconButton, heading
from planner.gui.fields import SHARE, Field, make_field, unit_of
from planner.gui.theme import GAP, SMALL_GAP
from planner.study_tree import Path, dotted
from planner.unit_words import explained
from simulation.study.faults import allowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic.fields import FieldInfo

    from planner.gui.desk import Desk


UNIT_WIDTH = 78
"""Pixels for the unit behind a field, so that fields stand under each other."""


class Form(QWidget):
    """The fields of one class at one path of the study; ``show_at`` says where."""

    def __init__(self, desk: Desk, model: type[BaseModel], skip: Sequence[str] = ()) -> None:
        super().__init__()
        self._desk = desk
        self.rows: dict[str, FieldRow] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        fields = {name: info for name, info in model.model_fields.items() if name not in skip}
        groups = {name: info.annotation for name, info in fields.items() if _is_group(info.annotation)}
        for name in [*(name for name in fields if name not in groups), *groups]:
            if name in groups:
                layout.addSpacing(SMALL_GAP)
                layout.addWidget(heading(title_of(name)))
                self._add_group(layout, name, fields[name])
            else:
                self._add(layout, FieldRow(desk, (name,), fields[name], default_of(fields[name])))

    def show_at(self, path: Path, beside: Path | None = None, beside_name: str = "") -> None:
        """Show the fields of what stands at ``path``, and how they differ from what stands at ``beside``."""
        for row in self.rows.values():
            row.show_at(path, beside, beside_name)

    def _add_group(self, layout: QVBoxLayout, name: str, outer: FieldInfo) -> None:
        """Add the fields of a class within the class, with the defaults that the outer one gives them."""
        given: Any = default_of(outer)
        group: Any = outer.annotation
        for field, info in group.model_fields.items():
            default = default_of(info) if given is None else getattr(given, field)
            self._add(layout, FieldRow(self._desk, (name, field), info, default))

    def _add(self, layout: QVBoxLayout, row: FieldRow) -> None:
        self.rows[dotted(row.below)] = row
        layout.addWidget(row)


class FieldRow(QWidget):
    """One field: its name and help at the left, the value with its unit at the right, what is wrong below."""

    def __init__(self, desk: Desk, below: Path, info: FieldInfo, default: object) -> None:
        super().__init__()
        self.below = below
        self._desk, self._info, self._default = desk, info, default
        self._path: Path = below
        self.name = title_of(str(below[-1]))
        self.field = make_field(info)
        self.field.changed.connect(self._on_changed)
        label = QLabel(self.name)
        label.setBuddy(self.field.editor)
        self.help = WrappedLabel(info.description or "", "note")
        self.difference = WrappedLabel(name="note")
        self.fault = WrappedLabel(name="fault")
        self.unit = QLabel()
        self.unit.setObjectName("unit")
        self.unit.setFixedWidth(UNIT_WIDTH)
        self.reset = IconButton(desk.look, "reset", f"{self.name}: back to the default", self._on_reset)
        self._lay_out(label)
        self._describe()

    def _lay_out(self, label: QLabel) -> None:
        line = QHBoxLayout()
        line.setSpacing(SMALL_GAP)
        line.addWidget(label, 1)
        line.addWidget(self.field)
        line.addWidget(self.unit)
        line.addWidget(self.reset)
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        layout.addLayout(line)
        for text in (self.help, self.difference, self.fault):
            layout.addWidget(text)

    def _describe(self) -> None:
        limits = allowed(self._info)
        default = "" if self._default is None else f"Default: {written(self.field, self._default)}."
        tip = ". ".join(part for part in (self._info.description or "", limits) if part)
        self.field.editor.setToolTip(f"{tip}. {default}".strip())
        self.field.editor.setAccessibleName(self.name)
        self.field.editor.setAccessibleDescription(self.field.editor.toolTip())

    def show_at(self, path: Path, beside: Path | None = None, beside_name: str = "") -> None:
        """Show the value at ``path`` and this row's own steps below it."""
        document = self._desk.document
        self._path = (*path, *self.below)
        own = document.value(self._path)
        value = self._default if own is None else own
        self.field.show_value(value)
        self._show_unit()
        self.reset.setVisible(own is not None and self._default is not None)
        source = document.source_at(self._path)
        about = self._info.description or ""
        self.help.setText(f"{about}; {source}" if source and about else about or source)
        faults = [fault.message for fault in document.faults_at(self._path)]
        self.fault.setText("; ".join(faults))
        self.fault.setVisible(bool(faults))
        self.field.set_faulty(bool(faults))
        self._show_difference(value, beside, beside_name)

    def _show_unit(self) -> None:
        """Show the unit, the study's currency by its code; what is too long ends in an ellipsis."""
        currency = str(self._desk.document.value(("store", "currency"), "EUR"))
        text = "%" if unit_of(self._info) == SHARE else unit_of(self._info).replace("currency", currency)
        text = text.replace(" per ", "/")
        self.unit.setText(self.unit.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, UNIT_WIDTH))
        self.unit.setToolTip(explained(unit_of(self._info)) or text)

    def _show_difference(self, value: object, beside: Path | None, name: str) -> None:
        other = None if beside is None else self._desk.document.value((*beside, *self.below), self._default)
        differs = beside is not None and other != value
        self.difference.setVisible(differs)
        if differs:
            self.difference.setText(f"{wording.plain(name)}: {written(self.field, other)}")

    @Slot(object)
    def _on_changed(self, value: object) -> None:
        self._desk.document.set_value(self._path, value, f"Change {self.name.lower()}")

    @Slot()
    def _on_reset(self) -> None:
        self._desk.document.reset_value(self._path, f"Reset {self.name.lower()}")


def _is_group(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def title_of(name: str) -> str:
    """Return a field's name as a label: ``delay_days`` becomes "Delay days"."""
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


def default_of(info: FieldInfo) -> Any:  # noqa: ANN401 - whatever the field holds
    """Return a field's default; None if it has none."""
    default = info.get_default(call_default_factory=True)
    return None if default is PydanticUndefined else default


def written(field: Field, value: object) -> str:
    """Return a value as its field would show it, in words for switches."""
    if isinstance(value, bool):
        return "on" if value else "off"
    write = getattr(field, "written", str)
    return str(write(value))
