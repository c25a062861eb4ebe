"""From what and how thoroughly to calibrate, the button that does it, and how far it is. Calibrates nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from planner.calibration.apart import FEWEST_REPLICATIONS, FEWEST_VISITORS, faults_of
from planner.charts.screen_label import WrappedLabel
from planner.gui.bars import duration
from planner.gui.cards import Card, primary
from planner.gui.fields import NumberField
from planner.gui.theme import GAP
from planner.study_file import shipped_studies

if TYPE_CHECKING:
    from planner.gui.desk import Desk

NOTE = (
    "What a log does not tell, such as traffic, conversion and costs, is taken from the starting study. It takes a "
    "minute or two: some twenty simulations follow each other."
)


class StartCard(Card):
    """The last step before a calibration; ``changed`` tells the new Wanted."""

    changed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Calibrate", NOTE)
        self._desk = desk
        self.start_from = QComboBox()
        self.start_from.setAccessibleName("Starting study")
        self.visitors, self.replications = (NumberField(whole=True, share=False) for _ in range(2))
        self.visitors.line.setPlaceholderText("as fit")
        self.visitors.setToolTip(
            f"New shoppers per simulation, {FEWEST_VISITORS:,} or more; empty: as many as bring some 18,000 orders"
        )
        self.replications.setToolTip(
            f"Simulations of the finished study, of which the intervals are made; {FEWEST_REPLICATIONS} or more"
        )
        self.visitors.editor.setAccessibleName("Shoppers per simulation")
        self.replications.editor.setAccessibleName("Replications of the check")
        self.begin = primary("Calibrate", self._on_begin)
        self.cancel = QPushButton("Cancel")
        self.cancel.clicked.connect(desk.calibrator.cancel)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress of the calibration")
        self.said = QLabel()
        self.said.setObjectName("note")
        self.fault = WrappedLabel(name="fault")
        self.body.addLayout(self._fields())
        self.body.addWidget(self.fault)
        self.body.addWidget(self._line())
        self.start_from.activated.connect(self._on_changed)
        self.visitors.changed.connect(self._on_changed)
        self.replications.changed.connect(self._on_changed)

    def _fields(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(GAP)
        fields: tuple[tuple[str, QWidget], ...] = (
            ("Start &from", self.start_from),
            ("S&hoppers", self.visitors),
            ("Re&plications of the check", self.replications),
        )
        for text, field in fields:
            label = QLabel(text)
            label.setBuddy(field.focusProxy() or field)
            line.addWidget(label)
            line.addWidget(field)
            line.addSpacing(GAP)
        line.addStretch(1)
        line.addWidget(self.begin)
        return line

    def _line(self) -> QWidget:
        """Return what is shown while a calibration is under way."""
        self.under_way = QWidget()
        line = QHBoxLayout(self.under_way)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GAP)
        line.addWidget(self.cancel)
        line.addWidget(self.bar, 1)
        line.addWidget(self.said)
        return self.under_way

    def bring_up_to_date(self) -> None:
        """Show the wish and what can be done."""
        calibrator = self._desk.calibrator
        wanted = calibrator.wanted
        if wanted is None:
            return
        self._show_studies(wanted.start_from)
        self.visitors.show_value(wanted.visitors)
        self.replications.show_value(wanted.replications)
        faults = faults_of(wanted)
        self.fault.setText("\n".join(faults))
        self.fault.setVisible(bool(faults))
        busy = calibrator.is_busy
        for field in (self.start_from, self.visitors, self.replications):
            field.setEnabled(not busy)
        self.begin.setEnabled(calibrator.can_start)
        self.begin.setVisible(not busy)
        self.begin.setText("Calibrate again" if calibrator.result is not None else "Calibrate")
        self.under_way.setVisible(busy)
        self.show_progress()

    def show_progress(self) -> None:
        """Say how far the calibration is."""
        progress = self._desk.calibrator.progress
        if progress is None:
            self.bar.setRange(0, 1)
            self.bar.setValue(0)
            self.said.setText("reading the log")
            return
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        self.said.setText(
            f"simulation {progress.done} of {progress.total}, about {duration(progress.seconds_left)} left"
        )

    def _show_studies(self, chosen: str) -> None:
        """Offer the shipped studies and the open one as it is saved."""
        names = {name: name for name in shipped_studies()}
        document = self._desk.document
        if document.path is not None and not document.is_shipped:
            names[str(document.path)] = f"{document.path.name} (as saved)"
        names.setdefault(chosen, chosen)
        self.start_from.clear()
        for name, text in names.items():
            self.start_from.addItem(text, name)
        self.start_from.setCurrentIndex(self.start_from.findData(chosen))

    @Slot()
    def _on_changed(self) -> None:
        wanted = self._desk.calibrator.wanted
        if wanted is None:
            return
        # what is no whole number is kept as typed: ``faults_of`` says what is wrong with it
        visitors, replications = (cast("int", field.shown) for field in (self.visitors, self.replications))
        self.changed.emit(
            wanted._replace(
                start_from=str(self.start_from.currentData()),
                visitors=visitors if self.visitors.shown != "" else None,
                replications=replications,
            )
        )

    @Slot()
    def _on_begin(self) -> None:
        self._desk.calibrator.start()
