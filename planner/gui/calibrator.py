"""The shop's own data under way: the log at hand, how its columns are read, a look at it, and its calibration.

The state behind the Data page, kept on the desk so that it outlives the page's being shown and ends with the window.
Reading is a task of the pool; a calibration has a process and a thread of its own. Knows no widget.
"""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Qt, Signal, Slot

from planner.calibration.apart import Calibration, Failed, Result, Step, Told, Wanted, faults_of
from planner.calibration.preview import Preview, preview_orders
from planner.experiments.runner import Progress
from planner.gui.jobs import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from planner.gui.jobs import Tasks


class _Word(NamedTuple):
    """What a calibration's thread tells: of which one, and a Told, or None at its end."""

    run: int
    what: Told | None


class Calibrator(QObject):
    """One log and at most one calibration at a time.

    ``changed``: the log, the way it is read, the look at it, the state or the result changed. ``progressed``: a
    simulation of the calibration is done.
    """

    changed = Signal()
    progressed = Signal()
    _told = Signal(object)

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wanted: Wanted | None = None
        self.preview: Preview | None = None
        self.result: Result | None = None
        self.of: Wanted | None = None
        self.trouble: Trouble | None = None
        self.progress: Progress | None = None
        self._tasks = tasks
        self._looks = 0
        self._runs = 0
        self._begun = 0.0
        self._calibration: Calibration | None = None
        self._thread: threading.Thread | None = None
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        """Whether a calibration is under way."""
        return self._calibration is not None

    @property
    def is_stale(self) -> bool:
        """Whether the result is of another log, or of the log read in another way."""
        return self.result is not None and self.of != self.wanted

    @property
    def can_start(self) -> bool:
        """Whether the log at hand can be calibrated to now."""
        ready = self.wanted is not None and not faults_of(self.wanted)
        return ready and self.preview is not None and not self.preview.faults and not self.is_busy

    def take(self, path: Path) -> None:
        """Take a log and look at it; how an earlier one was read is forgotten, where to start from is not."""
        start = self.wanted or Wanted(path)
        self.trouble = None
        self.read(start._replace(log=path, columns={}, date_format=None))

    def read(self, wanted: Wanted) -> None:
        """Read the log in another way; if that touches its rows they are looked at again."""
        before, self.wanted = self.wanted, wanted
        if before is None or self.preview is None or before[:3] != wanted[:3]:
            self._looks += 1
            self.preview = None
            look = partial(preview_orders, wanted.log, dict(wanted.columns), wanted.date_format)
            listener = _Look(self, self._looks)
            self._tasks.run(look, listener.done, listener.failed)
        self.changed.emit()

    def start(self) -> None:
        """Calibrate to the log at hand; RuntimeError if it cannot be."""
        if self.wanted is None or not self.can_start:
            raise RuntimeError("there is no log that can be calibrated to now")
        self.of, self.result, self.trouble, self.progress = self.wanted, None, None, None
        self._runs += 1
        self._begun = time.monotonic()
        self._calibration = Calibration(self.wanted)
        listen = partial(_listen, self._runs, self._calibration, self._told.emit)
        self._thread = threading.Thread(target=listen, name="calibration")
        self._thread.start()
        self.changed.emit()

    def cancel(self) -> None:
        """End the calibration under way; nothing of it is kept."""
        if self._calibration is not None:
            self._calibration.stop()

    def close(self) -> None:
        """End everything and wait for it."""
        self.cancel()
        self._runs += 1
        self._end()

    def show_look(self, number: int, preview: Preview) -> None:
        """Take over a look at the log, unless it is read otherwise by now."""
        if number == self._looks:
            self.preview = preview
            self.changed.emit()

    def _end(self) -> None:
        if self._thread is not None:
            self._thread.join()
        self._calibration, self._thread = None, None

    @Slot(object)
    def _on_told(self, word: _Word) -> None:
        if word.run != self._runs:
            return
        if isinstance(word.what, Step):
            done, total = word.what
            left = (time.monotonic() - self._begun) / done * (total - done)
            self.progress = Progress(done, total, left)
            self.progressed.emit()
            return
        if isinstance(word.what, Result):
            self.result = word.what
        elif isinstance(word.what, Failed):
            self.trouble = Trouble(*word.what)
        else:
            self._end()
            self.changed.emit()


class _Look:
    """One look at a log under way; a later one makes it void."""

    def __init__(self, calibrator: Calibrator, number: int) -> None:
        self._calibrator, self._number = calibrator, number

    def done(self, preview: Preview) -> None:
        """Hand over what was seen."""
        self._calibrator.show_look(self._number, preview)

    def failed(self, trouble: Trouble) -> None:
        """Hand over why nothing was seen."""
        self._calibrator.show_look(self._number, Preview(faults=(trouble.text,)))


def _listen(run: int, calibration: Calibration, tell: Callable[[_Word], None]) -> None:
    """Pass on what a calibration tells, and its end; runs in the calibration's thread."""
    for told in calibration.told():
        tell(_Word(run, told))
    tell(_Word(run, None))
