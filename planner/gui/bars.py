"""The bars above and below the pages: what is open and can be run now, and how far the work is. Decide nothing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from planner import wording
from planner.gui.cards import chip, primary
from planner.gui.jobs import State
from planner.gui.theme import GAP, PAGE_GAP, mark
from simulation import METRICS

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.experiments.runner import Progress
    from planner.gui.desk import Desk

REMARK_MS = 8_000
"""How long a remark stands in the status line."""
NAME_PIXELS = 320
MEND_FIRST = "What is wrong with the study has to be mended before it can run (F8)"


class Header(QWidget):
    """Name of the study, chips about it, and the buttons to export, pause, cancel and run."""

    def __init__(self, desk: Desk, do: Callable[[str], Callable[[], None]]) -> None:
        """``do`` gives the window's method of a name."""
        super().__init__()
        self._desk = desk
        self.setObjectName("header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.name = QLabel()
        self.name.setObjectName("title")
        self.saved, self.baseline, self.effort = chip(), chip(), chip()
        self.baseline.setToolTip("The plan that all others are compared with; chosen on Compare")
        self.effort.setToolTip("How often the year is simulated for each plan: more, and intervals are narrower")
        self.faults = QPushButton()
        self.faults.setObjectName("chip")
        self.faults.setToolTip("Show what is wrong with the study (F8)")
        self.faults.clicked.connect(do("show_faults"))
        self.export = QPushButton("Export…")
        self.export.setToolTip("Write charts, tables and the report of the comparison (Ctrl+E)")
        self.export.clicked.connect(do("export_results"))
        self.pause = QPushButton("Pause")
        self.pause.setToolTip("Pause the comparison, or go on with it (F6)")
        self.pause.clicked.connect(do("pause_or_resume"))
        self.cancel = QPushButton("Cancel")
        self.cancel.setToolTip("Stop the comparison; what is finished is kept (Shift+F5)")
        self.cancel.clicked.connect(do("cancel_comparison"))
        self.run = primary("Run", do("run_comparison"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(PAGE_GAP, GAP + 2, PAGE_GAP, GAP + 2)
        layout.setSpacing(GAP)
        for widget in (self.name, self.saved, self.faults, self.baseline, self.effort):
            layout.addWidget(widget)
        layout.addStretch(1)
        for button in (self.export, self.pause, self.cancel, self.run):
            layout.addWidget(button)
        self.setMinimumHeight(self.run.sizeHint().height() + 2 * (GAP + 2) + 1)  # the same without a study

    def bring_up_to_date(self) -> None:
        """Say what is open, and what can be done with it."""
        desk, document = self._desk, self._desk.document
        is_open, busy = document.is_open, desk.comparer.is_busy
        name = wording.plain(document.name) if is_open else "Footfall"
        self.name.setText(QFontMetrics(self.name.font()).elidedText(name, Qt.TextElideMode.ElideRight, NAME_PIXELS))
        self.name.setToolTip(str(document.path) if document.path else "")
        for widget in (self.saved, self.baseline, self.effort, self.export, self.run):
            widget.setVisible(is_open)
        self._say_saved()
        self.faults.setVisible(bool(document.faults))
        self.faults.setText(f"{len(document.faults)} to mend (F8)")
        self.baseline.setText(f"baseline: {document.value(('experiment', 'baseline'), 'Baseline')}")
        self.effort.setText(effort_text(desk))
        self.export.setEnabled(document.result is not None)
        self.run.setEnabled(desk.can_run)
        self.run.setToolTip(MEND_FIRST if document.faults else "Compare all plans on the same shoppers (F5)")
        self.pause.setVisible(busy)
        self.cancel.setVisible(busy)
        self.pause.setText("Resume" if desk.comparer.state is State.PAUSED else "Pause")
        stopping = desk.comparer.state is State.STOPPING
        self.pause.setEnabled(not stopping)
        self.cancel.setEnabled(not stopping)

    def _say_saved(self) -> None:
        document = self._desk.document
        dirty = document.is_dirty
        text = "not saved" if dirty else "comes with Footfall" if document.is_shipped else "saved"
        if self.saved.text() != text:
            self.saved.setText(text)
            mark(self.saved, "dirty", "true" if dirty else "false")


class StatusLine(QWidget):
    """How far a comparison is and how long it still takes; else the last remark; at the right what is simulated."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setObjectName("statusLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(170)
        self.bar.setAccessibleName("Progress of the comparison")
        self.text, self.facts = QLabel(), QLabel()
        for label in (self.text, self.facts):
            label.setObjectName("note")
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(PAGE_GAP, GAP - 2, PAGE_GAP, GAP - 2)
        layout.setSpacing(GAP * 2)
        layout.addWidget(self.bar)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.facts)
        self._remark = ""
        self._fading = QTimer(self, singleShot=True, interval=REMARK_MS)
        self._fading.timeout.connect(self._on_faded)
        desk.noticed.connect(self.remark)
        desk.comparer.progressed.connect(self.bring_up_to_date)

    @Slot(str)
    def remark(self, text: str) -> None:
        """Show a remark for a while."""
        self._remark = text
        self._fading.start()
        self.bring_up_to_date()

    @Slot()
    def bring_up_to_date(self) -> None:
        """Say how things stand."""
        desk = self._desk
        busy = desk.comparer.is_busy
        self.bar.setVisible(busy)
        if busy and desk.progress is not None:
            self.bar.setMaximum(max(desk.progress.total, 1))
            self.bar.setValue(desk.progress.done)
        self.text.setText(_progress_text(desk.comparer.state, desk.progress) if busy else self._remark)
        self.facts.setText(_facts_text(desk))

    @Slot()
    def _on_faded(self) -> None:
        self._remark = ""
        self.bring_up_to_date()


def _progress_text(state: State, progress: Progress | None) -> str:
    """Say ``run 17 of 24, 9 s left``."""
    if state is State.STOPPING:
        return "stopping; what is finished is kept"
    if progress is None:
        return "starting"
    text = f"run {progress.done} of {progress.total}"
    if state is State.PAUSED:
        return f"{text}, paused"
    if math.isnan(progress.seconds_left) or progress.done == progress.total:
        return text
    return f"{text}, {duration(progress.seconds_left)} left"


def duration(seconds: float) -> str:
    """Write a duration such as ``9 s`` or ``3 min``."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _facts_text(desk: Desk) -> str:
    study = desk.document.study
    if study is None:
        return MEND_FIRST if desk.document.is_open else "No study is open"
    shoppers = f"{study.experiment.visitors:,} shoppers"
    return f"{shoppers} · seed {study.experiment.seed} · {desk.workers.count} workers"


def effort_text(desk: Desk) -> str:
    """Say how long a comparison goes on: ``8 replications`` or ``until ±0.5 % of average order value``."""
    if desk.precision is None:
        return f"{desk.document.value(('experiment', 'replications'), 8)} replications"
    names = " and ".join(METRICS[outcome].title.lower() for outcome in desk.precision.outcomes)
    return f"until ±{desk.precision.half_width * 100:g}{wording.NARROW}% of {names}"
