"""What all pages share: the open document, the work under way, settings and look. Knows no page and no window.

A page gets the desk in its constructor and reads everything from it; it changes things through the desk's methods or
through ``desk.document``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal, Slot

from planner.gui.calibrator import Calibrator
from planner.gui.chronicle import Chronicle
from planner.gui.document import Compared, Document
from planner.gui.jobs import Comparer, Request, Tasks, Trouble, Workers
from planner.gui.theme import Look
from planner.run_store import store_path
from planner.user_folders import HISTORY

if TYPE_CHECKING:
    from planner.experiments.experiment import Finished
    from planner.experiments.precision import Precision
    from planner.experiments.runner import Progress
    from planner.gui.places import Places

RECENT = 10
"""Studies that the start page remembers."""


class Desk(QObject):
    """The document and everything that works on it.

    ``troubled``: something went wrong (a Trouble) and the user has to know. ``noticed``: a remark for the status line.
    ``asked_for``: a page, by id, is to be shown. ``asked_to_open``: a study, by path, is to be opened.
    ``asked_to_open_text``: a study that has no file, by text and name, is to be opened.
    """

    troubled = Signal(object)
    noticed = Signal(str)
    asked_for = Signal(str)
    asked_to_open = Signal(object)
    asked_to_open_text = Signal(str, str)

    def __init__(self, places: Places, workers: int | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.places = places
        self.settings = QSettings(str(places.settings), QSettings.Format.IniFormat)
        self.look = Look(self.settings, self)
        self.document = Document(places.recovery, self)
        self.workers = Workers(workers)
        self.comparer = Comparer(self.workers, self)
        self.tasks = Tasks(self.workers, self)
        self.calibrator = Calibrator(self.tasks, self)
        self.progress: Progress | None = None
        self.trouble: Trouble | None = None
        self.precision: Precision | None = None
        self._disowned = False
        self.comparer.progressed.connect(self._on_progress)
        self.comparer.partial.connect(self._on_partial)
        self.comparer.finished.connect(self._on_finished)
        self.comparer.failed.connect(self._on_failed)
        self.document.opened.connect(self._on_opened)
        # after the above: what is kept is what the document then shows
        history = places.runs.parent / HISTORY
        self.chronicle = Chronicle(history, self.document, self.comparer, self.tasks, self)
        self.chronicle.noticed.connect(self.noticed)

    # studies -------------------------------------------------------------------------------------------------------
    def open(self, path: Path) -> None:
        """Open a study and remember it; StudyFault if it cannot be read."""
        self.document.open(path)
        self.remember(path)

    def recent(self) -> list[Path]:
        """Return the studies opened lately that still exist, the last one first."""
        stored = self.settings.value("recent", [])
        names = [stored] if isinstance(stored, str) else list(stored or [])  # type: ignore[call-overload]
        return [path for path in map(Path, map(str, names)) if path.is_file()]

    def remember(self, path: Path) -> None:
        """Put a study first among the recent ones."""
        path = path.resolve()
        others = [known for known in self.recent() if known != path]
        self.settings.setValue("recent", [str(known) for known in [path, *others][:RECENT]])

    # comparing -----------------------------------------------------------------------------------------------------
    @property
    def can_run(self) -> bool:
        """Whether a comparison can be started now."""
        return self.document.study is not None and not self.comparer.is_busy

    @Slot()
    def run(self) -> None:
        """Compare the plans of the open study."""
        study = self.document.study
        if study is None or self.comparer.is_busy:
            return
        self.trouble, self.progress, self._disowned = None, None, False
        self.asked_for.emit("compare")
        self.comparer.start(Request(study, self.runs_file(), self.precision))

    def choose_precision(self, precision: Precision | None) -> None:
        """Replicate until this precision is reached; None: as often as the study says."""
        self.precision = precision
        self.document.marked.emit()

    def runs_file(self) -> Path:
        """Return where finished runs are kept: beside the study, or in the user's data for one without a file."""
        path = self.document.path
        if path is None or self.document.is_shipped:
            return store_path(self.places.runs / (path.name if path else "untitled.toml"))
        return store_path(path)

    def close(self) -> None:
        """Stop all work and leave nothing behind: no thread, no process, no recovery file."""
        self.comparer.close()
        self.calibrator.close()
        self.workers.close()
        self.tasks.close()
        self.document.close()
        self.settings.sync()

    @Slot(object)
    def _on_progress(self, progress: Progress) -> None:
        self.progress = progress

    @Slot(object)
    def _on_partial(self, so_far: Compared) -> None:
        if not self._disowned:
            self.document.show_result(so_far)

    @Slot(object, object)
    def _on_finished(self, result: Compared | None, finished: Finished) -> None:
        if self._disowned:
            return
        if finished.failures and result is None:
            first = finished.failures[0]
            text = f"No replication could be finished. {first.job.plan}, replication {first.job.replication}: "
            self._on_failed(Trouble(text + first.reason, first.details))
            return
        if result is not None:
            self.document.show_result(result)
        self.noticed.emit(_summary(finished))

    @Slot(object)
    def _on_failed(self, trouble: Trouble) -> None:
        if self._disowned:
            return
        self.trouble = trouble
        self.document.compared.emit()
        self.troubled.emit(trouble)

    @Slot()
    def _on_opened(self) -> None:
        """A comparison of the study that was open before ends, and nobody hears of it."""
        self._disowned = self.comparer.is_busy
        self.comparer.cancel()
        self.trouble, self.progress = None, None


def _summary(finished: Finished) -> str:
    """Say in a line how a comparison ended."""
    if finished.comparison is None:
        return "Stopped before the first replication was finished for every plan"
    count = finished.comparison.replications
    kept = f", {finished.stored} runs were kept from before" if finished.stored else ""
    how = "Stopped; " if finished.interrupted else ""
    return f"{how}{count} replications compared{kept}"
