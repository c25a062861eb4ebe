"""Keeps every finished comparison of this window in the history, by a worker, as the study was when it was started.

Knows the document, the comparer and the history's file; no widgets.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from planner.gui.jobs import State
from planner.history import History
from planner.keeping import keep_comparison

if TYPE_CHECKING:
    from pathlib import Path

    from planner.experiments.experiment import Finished
    from planner.gui.document import Compared, Document
    from planner.gui.jobs import Comparer, Tasks, Trouble
    from planner.study_tree import Tree


class _Began(NamedTuple):
    """The study when its comparison was started."""

    text: str
    own: Tree
    path: str


class Chronicle(QObject):
    """``changed``: another comparison is in the history. ``noticed``: why one is not, or what was wrong with it."""

    changed = Signal()
    noticed = Signal(str)

    def __init__(self, path: Path, document: Document, comparer: Comparer, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self.path = path
        self.history = History(path)
        self._document, self._comparer, self._tasks = document, comparer, tasks
        self._began: _Began | None = None
        comparer.changed.connect(self._on_changed)
        comparer.finished.connect(self._on_finished)
        comparer.failed.connect(self._on_ended)

    @Slot()
    def _on_changed(self) -> None:
        """Remember the study when a comparison begins; a pause is no beginning."""
        document = self._document
        if self._comparer.state is State.RUNNING and self._began is None and document.is_open:
            file = "" if document.path is None else str(document.path)
            self._began = _Began(document.opened_text, document.reading.own, file)

    @Slot(object, object)
    def _on_finished(self, result: Compared | None, finished: Finished) -> None:
        """Keep what is shown as the document's comparison; one that nobody waits for any more is not shown."""
        began, self._began = self._began, None
        if result is not None and began is not None and self._document.result is result:
            job = partial(keep_comparison, self.path, result.comparison, result.keys, *began)
            self._tasks.run(job, self._on_kept, self._on_failed)

    @Slot()
    def _on_ended(self) -> None:
        self._began = None

    def _on_kept(self, notes: tuple[str, ...]) -> None:
        for note in notes:
            self.noticed.emit(note)
        self.changed.emit()

    def _on_failed(self, trouble: Trouble) -> None:
        self.noticed.emit(f"The comparison could not be kept in the history: {trouble.text}")
