"""The one open study: an immutable content that changes by undoable edits, and the comparison made of it.

Everything that changes the study goes through ``Document.edit``; undo, the dirty mark, faults and the recovery file
follow from it. Knows study files and comparisons; no widgets.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from planner.gui.recovery import Recovered, RecoveryFile
from planner.own_values import OWN
from planner.sources import comments_of, content_of
from planner.study_file import Reading, StudyFault, read_raw, save_text, shipped_studies
from planner.study_text import text_with
from planner.study_tree import Path as TreePath
from planner.study_tree import adopted, at, dotted, same, with_value, without
from simulation import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from planner.experiments.comparison import Comparison
    from planner.study_tree import Tree
    from simulation import Study

AUTOSAVE_MS = 1500
"""Quiet time after the last edit before the recovery file is written."""
_MERGING = 1


class ChangedOutside(Exception):
    """Another program wrote the study's file since it was opened or saved here."""


class Compared(NamedTuple):
    """A comparison and, for each plan, the key of what was simulated: it tells whether a plan has changed since.

    ``kept``: when it was finished, in words, if it comes from the history; else empty.
    """

    comparison: Comparison
    keys: Mapping[str, str]
    kept: str = ""


class Edit(QUndoCommand):
    """The one command: the content before and after. Edits with the same ``merge`` (if any) become one step."""

    def __init__(self, document: Document, before: Tree, after: Tree, label: str, merge: str) -> None:
        super().__init__(label)
        self._document = document
        self._before, self._after, self._merge = before, after, merge

    def redo(self) -> None:
        """Put the content after the edit in place."""
        self._document._put(self._after)

    def undo(self) -> None:
        """Put the content before the edit in place."""
        self._document._put(self._before)

    def id(self) -> int:
        """Return the same for all edits that might merge."""
        return _MERGING if self._merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take a later edit of the same thing into this one."""
        if not isinstance(other, Edit) or other._merge != self._merge:
            return False
        self._after = other._after
        self.setObsolete(same(self._before, self._after))
        return True


class Document(QObject):
    """The open study, if there is one.

    ``opened``: another study is in place. ``changed``: its content changed (edits, undo, redo). ``marked``: the dirty
    mark or the file changed. ``compared``: there is another comparison, or none any more.
    """

    opened = Signal()
    changed = Signal()
    marked = Signal()
    compared = Signal()

    def __init__(self, recovery: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.path: Path | None = None
        self.result: Compared | None = None
        self._reading: Reading | None = None
        self._opened_text = ""
        self._comments: dict[str, str] | None = None
        self._stated: Mapping[str, object] = {}
        self._on_disk: str | None = None
        self._changed_at_start = False
        self._recovery = RecoveryFile(recovery)
        self._autosave = QTimer(self, singleShot=True, interval=AUTOSAVE_MS)
        self._autosave.timeout.connect(self.keep_recovery)
        self.undo_stack.cleanChanged.connect(self._on_clean_changed)

    # reading -------------------------------------------------------------------------------------------------------
    @property
    def is_open(self) -> bool:
        """Whether a study is open."""
        return self._reading is not None

    @property
    def reading(self) -> Reading:
        """The content with its faults; RuntimeError if no study is open."""
        if self._reading is None:
            raise RuntimeError("no study is open")
        return self._reading

    @property
    def study(self) -> Study | None:
        """The checked study; None if none is open or it has faults."""
        return self._reading.study if self._reading else None

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Everything that is wrong with the study."""
        return self._reading.faults if self._reading else ()

    @property
    def opened_text(self) -> str:
        """The text that was opened: its comments say where values come from."""
        return self._opened_text

    @property
    def name(self) -> str:
        """The store's name, for titles."""
        return str(self.value(("store", "name"), "My store"))

    @property
    def is_dirty(self) -> bool:
        """Whether there are changes that are not saved."""
        return self.is_open and (self._changed_at_start or not self.undo_stack.isClean())

    @property
    def is_shipped(self) -> bool:
        """Whether the study came with Footfall: it is saved under another name, never in place."""
        return self.path is not None and self.path.resolve() in {p.resolve() for p in shipped_studies().values()}

    def value(self, path: TreePath, default: object = None) -> object:
        """Return what the study, completed by its base, says at ``path``; sections' defaults are not filled in."""
        return at(self._reading.whole, path, default) if self._reading else default

    def faults_at(self, path: TreePath) -> list[Fault]:
        """Return the faults at ``path`` and below it."""
        here = dotted(path)
        return [fault for fault in self.faults if fault.path == here or fault.path.startswith(f"{here}.")]

    def comments(self) -> dict[str, str]:
        """Return the comments behind values in the opened file by dotted path: where a value comes from."""
        if self._comments is None:
            found = comments_of(self._opened_text).values
            self._stated = content_of(self._opened_text)
            self._comments = {dotted(path): comment for path, comment in found.items()}
        return self._comments

    def source_at(self, path: TreePath) -> str:
        """Return the comment behind a value in the opened file; that it was set by the user if it is another now."""
        comment = self.comments().get(dotted(path), "")
        same_as_opened = not comment or same(at(self._stated, path), at(self.reading.own, path))
        return comment if same_as_opened else OWN

    # opening and saving --------------------------------------------------------------------------------------------
    def open(self, path: Path) -> None:
        """Open a study file, sound or not; StudyFault if it cannot be read or is not TOML."""
        text = _read(path)
        self._start(_parsed(text, str(path)), text, path)

    def open_text(self, text: str, name: str) -> None:
        """Open a study that has no file yet; StudyFault if it is not TOML."""
        self._start(_parsed(text, name), text, None)

    def recover(self, state: Recovered) -> None:
        """Open what a crash left behind, as unsaved."""
        self._start(state.own, state.opened, state.path, changed=True)
        self.keep_recovery()

    def save(self, path: Path | None = None, *, overwrite: bool = False) -> None:
        """Write the study to its file, or to ``path`` from now on.

        Raises:
            ChangedOutside: its own file is not what was last read or written here, and not ``overwrite``.
            OSError: it cannot be written; the old file is as it was.
        """
        target = path or self.path
        if target is None:
            raise ValueError("the study has no file yet: a path is needed")
        if target == self.path and not overwrite and target.exists() and _read(target) != self._on_disk:
            raise ChangedOutside(str(target))
        text = self.text()
        save_text(target, text)
        self.path, self._on_disk, self._changed_at_start = target, text, False
        self.undo_stack.setClean()
        self._autosave.stop()
        self._recovery.forget()
        self.marked.emit()

    def text(self) -> str:
        """Return the study as text: the opened text with what was changed, comments kept."""
        return text_with(self._opened_text, self.reading.own)

    def close(self) -> None:
        """Forget unsaved changes and recovery file: the window closes."""
        self._autosave.stop()
        self.undo_stack.blockSignals(True)  # it would tell of being cleared while everything goes away
        self._recovery.close()

    # editing -------------------------------------------------------------------------------------------------------
    def edit(self, label: str, change: Callable[[Tree], Tree], merge: str = "") -> None:
        """Change the study's own content by a pure function; one step of undo, or none if nothing changes."""
        before = self.reading.own
        after = change(before)
        if not same(before, after):
            self.undo_stack.push(Edit(self, before, after, label, merge))

    def set_value(self, path: TreePath, value: object, label: str, merge: str = "") -> None:
        """Set one value; what the edit needs of the study's base becomes the study's own."""
        whole = self.reading.whole
        self.edit(label, lambda own: with_value(adopted(own, whole, path), path, value), merge)

    def reset_value(self, path: TreePath, label: str) -> None:
        """Remove one value, so that the default or the base's value holds again."""
        self.edit(label, lambda own: without(own, path))

    def edit_plans(self, label: str, change: Callable[[Tree], Tree]) -> None:
        """Change the content by a function that needs all plans to be the study's own."""
        whole = self.reading.whole
        self.edit(label, lambda own: change({**adopted(own, whole, ("plans",)), "plans": whole.get("plans", {})}))

    # comparing -----------------------------------------------------------------------------------------------------
    def show_result(self, result: Compared | None) -> None:
        """Make this the current comparison."""
        self.result = result
        self.compared.emit()

    def compared_plans(self) -> tuple[str, ...]:
        """Return the plans of the current comparison."""
        return tuple(self.result.keys) if self.result is not None else ()

    def stale_plans(self) -> tuple[str, ...]:
        """Return the compared plans that are no longer what was simulated, with all of them if the store changed."""
        if self.result is None:
            return ()
        now = plan_keys(self.study) if self.study else {}
        return tuple(plan for plan, key in self.result.keys.items() if now.get(plan) != key)

    # inside --------------------------------------------------------------------------------------------------------
    def _start(self, own: Tree, text: str, path: Path | None, *, changed: bool = False) -> None:
        self._recovery.forget()
        self._autosave.stop()
        self.undo_stack.clear()
        self._reading = read_raw(own)
        self.path, self._opened_text, self._comments = path, text, None
        self._on_disk = None if changed else text
        self._changed_at_start = changed
        self.result = None
        self.opened.emit()
        self.changed.emit()
        self.marked.emit()
        self.compared.emit()

    def _put(self, own: Tree) -> None:
        self._reading = read_raw(own)
        self._autosave.start()
        self.changed.emit()

    @Slot()
    def keep_recovery(self) -> None:
        """Write the recovery file if there is anything to recover; a full disk must not stop the work."""
        if not self.is_dirty:
            self._recovery.forget()
            return
        try:
            self._recovery.keep(Recovered(self.path, self._opened_text, self.reading.own))
        except OSError:
            self._autosave.start()

    @Slot(bool)
    def _on_clean_changed(self, clean: bool) -> None:
        self.marked.emit()


def plan_keys(study: Study) -> dict[str, str]:
    """Return for each plan of a study the key of its first replication: equal keys, equal outcomes."""
    from planner.experiments.keys import first_keys

    return first_keys(study)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fault = Fault(path="file", value=repr(str(path)), message=f"cannot be read: {error}")
        raise StudyFault(str(path), [fault]) from error


def _parsed(text: str, name: str) -> Tree:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StudyFault(name, [Fault(path="file", value=repr(name), message=f"is not valid TOML: {error}")]) from error
