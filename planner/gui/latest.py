"""Results of pure jobs by key, for pages that ask again at every change: done once, and of those waiting only the last.

A page names what it wants by a purpose ("tuned"); wanting something else for the same purpose before it was begun
replaces it, so that a drag runs its last value only. Knows tasks; no page and no widget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.gui.jobs import Tasks, Trouble


class Latest(QObject):
    """``changed``: a result or a trouble has arrived, or work has begun."""

    changed = Signal()

    def __init__(self, tasks: Tasks, at_once: int = 2, keep: int = 48, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.results: dict[str, Any] = {}
        self.troubles: dict[str, Trouble] = {}
        self.begun = 0
        self._tasks, self._at_once, self._keep = tasks, at_once, keep
        self._waiting: dict[str, tuple[str, Callable[[], object]]] = {}
        self._running: set[str] = set()

    def want(self, purpose: str, key: str, job: Callable[[], object]) -> None:
        """Ask for the result of ``job`` under ``key``; what waits for the same purpose is not wanted any more."""
        self._waiting.pop(purpose, None)
        if key not in self.results and key not in self.troubles and key not in self._running:
            self._waiting[purpose] = (key, job)
            self._begin()

    def get(self, key: str) -> Any:  # noqa: ANN401 - whatever the job returned
        """Return a result; None if there is none yet."""
        return self.results.get(key)

    def is_busy(self, key: str) -> bool:
        """Whether a result is on its way."""
        return key in self._running or any(key == waiting for waiting, _ in self._waiting.values())

    def forget_troubles(self) -> None:
        """Let what failed be tried again."""
        self.troubles.clear()

    def _begin(self) -> None:
        while self._waiting and len(self._running) < self._at_once:
            key, job = self._waiting.pop(next(iter(self._waiting)))
            if key not in self._running:
                self._running.add(key)
                self.begun += 1
                ended = _Ended(self, key)
                self._tasks.run(job, ended.well, ended.badly)
        self.changed.emit()

    def end(self, key: str, result: object, trouble: Trouble | None) -> None:
        """Take in how a job ended, and begin the next one."""
        self._running.discard(key)
        if trouble is not None:
            self.troubles[key] = trouble
        else:
            self.results[key] = result
            while len(self.results) > self._keep:
                del self.results[next(iter(self.results))]
        self._begin()


class _Ended:
    """Takes the end of one job to its key."""

    def __init__(self, latest: Latest, key: str) -> None:
        self._latest, self._key = latest, key

    def well(self, result: object) -> None:
        """Hand over a result."""
        self._latest.end(self._key, result, None)

    def badly(self, trouble: Trouble) -> None:
        """Hand over why there is none."""
        self._latest.end(self._key, None, trouble)
