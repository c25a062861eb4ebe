"""Fields of a form, one kind per type of value: what is typed is told as a plain value, wrong or not.

A field accepts what the user typed and shows the fault that the study's check finds; it never silently corrects. Shares
are shown as percentages. Knows pydantic's field declarations; no study and no document.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from decimal import Decimal, InvalidOperation
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QWidget

from planner.gui.theme import mark

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from PySide6.QtGui import QKeyEvent

SHARE = "share"
NUMBER_WIDTH = 104


class Field(QWidget):
    """A value to see and change; ``changed`` tells the new one when the user has finished."""

    changed = Signal(object)

    def __init__(self, editor: QWidget) -> None:
        super().__init__()
        self.editor = editor
        self.shown: object = None
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(editor)
        self.setFocusProxy(editor)

    @abstractmethod
    def show_value(self, value: object) -> None:
        """Show a value; what is being typed is left alone."""

    def set_faulty(self, faulty: bool) -> None:
        """Mark the field as wrong, or not."""
        value = "true" if faulty else "false"
        if self.editor.property("faulty") != value:
            mark(self.editor, "faulty", value)

    def _tell(self, value: object) -> None:
        if value != self.shown or isinstance(value, bool) is not isinstance(self.shown, bool):
            self.shown = value
            self.changed.emit(value)


class SwitchField(Field):
    """On or off."""

    def __init__(self) -> None:
        self._box = QCheckBox()
        super().__init__(self._box)
        self._box.clicked.connect(self._tell)

    def show_value(self, value: object) -> None:
        """Show on or off."""
        self.shown = value
        self._box.setChecked(bool(value))


class ChoiceField(Field):
    """One of some words."""

    def __init__(self, choices: tuple[str, ...]) -> None:
        self._box = QComboBox()
        self._box.addItems(choices)
        super().__init__(self._box)
        self._box.textActivated.connect(self._tell)

    def show_value(self, value: object) -> None:
        """Show the word; one that is not allowed is shown all the same."""
        self.shown = value
        if self._box.findText(str(value)) < 0:
            self._box.addItem(str(value))
        self._box.setCurrentText(str(value))


class _Line(QLineEdit):
    """A line that also tells Up and Down."""

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn Up and Down into steps."""
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        if event.key() in steps:
            self.stepped.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)


class TextField(Field):
    """A line of text; subclasses turn it into another kind of value."""

    def __init__(self) -> None:
        self.line = _Line()
        super().__init__(self.line)
        self.line.editingFinished.connect(self._on_finished)
        self.line.stepped.connect(self._on_stepped)

    def show_value(self, value: object) -> None:
        """Show the value unless another one is being typed."""
        self.shown = value
        if not (self.line.hasFocus() and self.line.isModified()):
            self.line.setText(self.written(value))
            self.line.setCursorPosition(0)

    def written(self, value: object) -> str:
        """Return a value as text."""
        return "" if value is None else str(value)

    def read(self, text: str) -> object:
        """Return the value of a text; the text itself if it is none."""
        return text

    @Slot()
    def _on_finished(self) -> None:
        if self.line.isModified():
            self.line.setModified(False)
            self._tell(self.read(self.line.text().strip()))

    @Slot(int)
    def _on_stepped(self, steps: int) -> None:
        """Texts have no next one."""


class NumberField(TextField):
    """A number; a share is shown as a percentage. Up and Down change it by a step that suits its size."""

    def __init__(self, *, whole: bool, share: bool) -> None:
        super().__init__()
        self._whole, self._factor = whole, 100 if share else 1
        self.line.setFixedWidth(NUMBER_WIDTH)
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight)

    def written(self, value: object) -> str:
        """Return a number without needless digits."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return super().written(value)
        text = f"{Decimal(repr(value)) * self._factor:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def read(self, text: str) -> object:
        """Return the number that was typed, a whole one where it is; the text itself if it is no number."""
        try:
            number = Decimal(text.rstrip("% ").replace("\u202f", "").replace("\u2212", "-")) / self._factor
        except InvalidOperation:
            return text
        if not number.is_finite():
            return text
        return int(number) if self._whole and number == number.to_integral_value() else float(number)

    @Slot(int)
    def _on_stepped(self, steps: int) -> None:
        now = self.read(self.line.text().strip())
        if isinstance(now, (int, float)):
            value = Decimal(repr(now)) + steps * step_of(now, whole=self._whole)
            self.line.setText(self.written(int(value) if self._whole else float(value)))
            self._tell(int(value) if self._whole else float(value))


def step_of(value: float, *, whole: bool) -> Decimal:
    """Return the step by which Up and Down change a value: a unit of its second digit, at least 1 for whole numbers."""
    if whole and abs(value) < 100:
        return Decimal(1)
    if value == 0:
        return Decimal("0.01")
    step = Decimal(10) ** (math.floor(math.log10(abs(value))) - 1)
    return max(step, Decimal(1)) if whole else step


class NumbersField(TextField):
    """Several numbers, parted by commas."""

    def written(self, value: object) -> str:
        """Return the numbers as one line."""
        return ", ".join(f"{number:g}" for number in value) if isinstance(value, (list, tuple)) else str(value or "")

    def read(self, text: str) -> object:
        """Return the list of numbers."""
        try:
            return [float(part) for part in text.split(",") if part.strip()]
        except ValueError:
            return text


class WeightsField(TextField):
    """Names with numbers, such as ``to buy = 15, window = 20``."""

    def written(self, value: object) -> str:
        """Return the pairs as one line."""
        return ", ".join(f"{name} = {size:g}" for name, size in value.items()) if isinstance(value, dict) else ""

    def read(self, text: str) -> object:
        """Return the pairs."""
        try:
            pairs = [part.rpartition("=") for part in text.split(",") if part.strip()]
            return {name.strip(): float(size) for name, _, size in pairs}
        except ValueError:
            return text


def unit_of(info: FieldInfo) -> str:
    """Return the unit that a field declares."""
    extra = info.json_schema_extra
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def make_field(info: FieldInfo) -> Field:
    """Return the field that suits a declaration; text for types that nothing else suits."""
    kind = _bare(info.annotation)
    if kind is bool:
        return SwitchField()
    if kind in (int, float):
        return NumberField(whole=kind is int, share=unit_of(info) == SHARE)
    if get_origin(kind) is Literal:
        return ChoiceField(tuple(map(str, get_args(kind))))
    if get_origin(kind) in (tuple, list) and set(get_args(kind)) & {int, float}:
        return NumbersField()
    if get_origin(kind) is dict and get_args(kind)[1:] == (float,):
        return WeightsField()
    return TextField()


def _bare(kind: Any) -> Any:  # noqa: ANN401 - a type as annotated
    """Return a type without "or None"."""
    if get_origin(kind) in (Union, UnionType):
        rest = [argument for argument in get_args(kind) if argument is not type(None)]
        return rest[0] if len(rest) == 1 else kind
    return kind
