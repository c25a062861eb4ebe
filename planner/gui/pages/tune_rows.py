"""Sliders of a plan's parameters: one row each, with the value, its unit, the saved value and what is wrong with it.

Knows declarations of parameters and their ranges (planner/tuning.py); no plan and no document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QVBoxLayout, QWidget

from planner.charts.screen_label import WrappedLabel
from planner.gui.cards import IconButton
from planner.gui.fields import SHARE, Field, make_field, unit_of
from planner.gui.forms import title_of, written
from planner.gui.theme import GAP, SMALL_GAP
from planner.tuning import Parameter, bare, is_number, range_of
from planner.unit_words import explained
from simulation.study.faults import allowed

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent

    from planner.gui.theme import Look

QUIET_MS = 150
"""Steps by keyboard that follow each other faster than this are one change."""
UNIT_WIDTH = 64


class Slider(QSlider):
    """A slider that leaves the wheel to the page."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setMinimumWidth(90)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page instead."""
        event.ignore()


class TuneRow(QWidget):
    """One parameter; ``settled`` tells its new value when a slider is let go, or a value was typed or stepped to."""

    settled = Signal(str, str, object)

    def __init__(self, look: Look, parameter: Parameter, currency: str) -> None:
        super().__init__()
        self.parameter = parameter
        self.value: object = parameter.value
        self._told: tuple[object, str] | None = None
        self.name = title_of(parameter.name)
        self.range = range_of(parameter.info, parameter.default, parameter.value) if is_number(parameter.info) else None
        self._whole = bare(parameter.info.annotation) is int
        self.field: Field = make_field(parameter.info)
        self.field.changed.connect(self._on_field)
        self.slider = Slider() if self.range is not None else None
        self.note, self.fault = WrappedLabel(name="note"), WrappedLabel(name="fault")
        self.unit = QLabel(unit_text(parameter, currency))
        self.unit.setObjectName("unit")
        self.unit.setFixedWidth(UNIT_WIDTH)
        self.unit.setToolTip(explained(unit_of(parameter.info)) or self.unit.text())
        self.back = IconButton(look, "undo", f"{self.name}: back to the saved value", self._on_back)
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self._settle)
        self._lay_out()
        self._describe()
        self.show_value(parameter.value, "")

    def _lay_out(self) -> None:
        label = QLabel(self.name)
        label.setBuddy(self.field.editor)
        head = QHBoxLayout()
        head.setSpacing(SMALL_GAP)
        head.addWidget(label, 1)
        head.addWidget(self.field)
        head.addWidget(self.unit)
        head.addWidget(self.back)
        keep = self.back.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(keep)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, GAP)
        layout.setSpacing(2)
        layout.addLayout(head)
        if self.slider is not None and self.range is not None:
            self.slider.setRange(0, self.range.steps)
            self.slider.setPageStep(max(1, self.range.steps // 10))
            self.slider.valueChanged.connect(self._on_moved)
            self.slider.sliderReleased.connect(self._settle)
            layout.addWidget(self.slider)
        layout.addWidget(self.note)
        layout.addWidget(self.fault)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def _describe(self) -> None:
        info = self.parameter.info
        tip = ". ".join(part for part in (info.description or "", allowed(info)) if part)
        for editor in (self.field.editor, self.slider):
            if editor is not None:
                editor.setToolTip(tip)
                editor.setAccessibleName(self.name)
                editor.setAccessibleDescription(tip)

    def show_value(self, value: object, fault: str) -> None:
        """Show a value beside the saved one, and what is wrong with it; a slider under way is left alone."""
        if (self.slider is not None and self.slider.isSliderDown()) or self._quiet.isActive():
            return
        if self._told == (value, fault) and self.value == value:
            return  # a plan may have more than a hundred rows, and one of them changes
        self._told, self.value = (value, fault), value
        self.field.show_value(value)
        if self.slider is not None and self.range is not None:
            self.slider.blockSignals(True)
            self.slider.setValue(self.range.place(float(value)) if isinstance(value, (int, float)) else 0)
            self.slider.blockSignals(False)
        saved = written(self.field, self.parameter.value)
        about = self.parameter.info.description or ""
        self.note.setText(f"{about}; saved {saved}" if value != self.parameter.value else about)
        self.back.setVisible(value != self.parameter.value)
        self.fault.setText(fault)
        self.fault.setVisible(bool(fault))
        self.field.set_faulty(bool(fault))

    @Slot(int)
    def _on_moved(self, place: int) -> None:
        """Show the value under the slider at once; tell it when the slider is let go, or rests."""
        if self.range is None:
            return
        value = self.range.at(place)
        self.value = int(value) if self._whole else value
        self.field.show_value(self.value)
        if self.slider is not None and not self.slider.isSliderDown():
            self._quiet.start()

    @Slot()
    def _settle(self) -> None:
        self._quiet.stop()
        self.settled.emit(self.parameter.strategy, self.parameter.name, self.value)

    @Slot(object)
    def _on_field(self, value: object) -> None:
        self.value = value
        self._settle()

    @Slot()
    def _on_back(self) -> None:
        self.value = self.parameter.value
        self._settle()


def unit_text(parameter: Parameter, currency: str) -> str:
    """Return a unit as it stands behind a field."""
    unit = unit_of(parameter.info)
    return "%" if unit == SHARE else unit.replace("currency", currency).replace(" per ", "/")
