"""Recovery files: a study under way, kept while it has unsaved changes, found again after a crash.

One JSON file per open window, under a lock that dies with its process: a file without a living owner is what a crash
left behind. Knows trees and files; no widgets.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QLockFile

from planner.files import write_atomically

if TYPE_CHECKING:
    from planner.study_tree import Tree


class Recovered(NamedTuple):
    """What a crash left behind: the study's file (None: it had none), its text when opened, its content at the end."""

    path: Path | None
    opened: str
    own: Tree


class RecoveryFile:
    """The recovery file of this window; ``keep`` and ``forget`` as often as wanted, ``close`` once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: QLockFile | None = None
        self._file: Path | None = None

    def keep(self, state: Recovered) -> None:
        """Write the state; OSError as the system raises it.

        A date, which no section of a study has, would come back as a text.
        """
        if self._file is None:
            self._file, self._lock = _claim(self._folder)
        content = {**state._asdict(), "path": str(state.path) if state.path else None}
        write_atomically(self._file, json.dumps(content, default=str).encode("utf-8"))

    def forget(self) -> None:
        """Remove the file: everything is saved."""
        if self._file is not None:
            self._file.unlink(missing_ok=True)

    def close(self) -> None:
        """Remove the file and give up its name."""
        self.forget()
        if self._lock is not None:
            self._lock.unlock()
        self._file, self._lock = None, None


def left_behind(folder: Path) -> list[Path]:
    """Return recovery files whose window is gone, newest first."""
    files = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
    return [file for file in files if _is_free(file)]


def read_recovery(file: Path) -> Recovered | None:
    """Return what a recovery file holds; None if it cannot be read."""
    try:
        content: Any = json.loads(file.read_text(encoding="utf-8"))
        return Recovered(Path(content["path"]) if content["path"] else None, content["opened"], content["own"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _claim(folder: Path) -> tuple[Path, QLockFile]:
    """Return a name that no other window uses, with its lock held."""
    folder.mkdir(parents=True, exist_ok=True)
    number = 0
    while True:
        file = folder / f"{os.getpid()}-{number}.json"
        lock = _lock_of(file)
        if not file.exists() and lock.tryLock(0):
            return file, lock
        number += 1


def _is_free(file: Path) -> bool:
    lock = _lock_of(file)
    free = lock.tryLock(0)
    lock.unlock()
    return free


def _lock_of(file: Path) -> QLockFile:
    lock = QLockFile(str(file.with_suffix(".lock")))
    lock.setStaleLockTime(0)
    return lock
