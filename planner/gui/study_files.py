"""Opening and saving studies with care: unsaved changes, files changed by others, and what a crash left behind.

Asks by the dialogs and tells by the desk; knows no window.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from planner.gui.document import ChangedOutside
from planner.gui.jobs import Trouble
from planner.gui.recovery import left_behind, read_recovery
from planner.study_file import StudyFault

if TYPE_CHECKING:
    from planner.gui.desk import Desk
    from planner.gui.dialogs import Dialogs


class StudyFiles(QObject):
    """The files of one desk's document."""

    def __init__(self, desk: Desk, dialogs: Dialogs, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._dialogs = desk, dialogs

    @property
    def folder(self) -> Path:
        """The folder of the study; the user's own for one without a file of its own."""
        document = self._desk.document
        if document.path is not None and not document.is_shipped:
            return document.path.parent
        return Path.home()

    # opening -----------------------------------------------------------------------------------------------------
    @Slot(object)
    def open_file(self, path: Path) -> None:
        """Open a study, after asking about unsaved changes, and show its plans; trouble is told."""
        if not self.may_leave():
            return
        try:
            self._desk.open(path)
        except StudyFault as error:
            self._tell(f"{path.name} cannot be opened: {error.faults[0].message}", error)
            return
        self._desk.asked_for.emit("plans")

    @Slot(str, str)
    def open_text(self, text: str, name: str) -> None:
        """Open a study that has no file yet, after asking about unsaved changes; trouble is told."""
        if not self.may_leave():
            return
        try:
            self._desk.document.open_text(text, name)
        except StudyFault as error:
            self._tell(f"{name} cannot be opened: {error.faults[0].message}", error)

    def ask_and_open(self) -> None:
        """Ask for a study and open it."""
        path = self._dialogs.open_path(self.folder)
        if path is not None:
            self.open_file(path)

    def may_leave(self) -> bool:
        """Return whether the open study may go: it is saved, or its changes may be lost."""
        document = self._desk.document
        if not document.is_dirty:
            return True
        answer = self._dialogs.unsaved(document.name)
        return answer == "discard" or (answer == "save" and self.save())

    def offer_recovery(self) -> bool:
        """Offer what a crash left behind, the newest first; return whether something was recovered."""
        for file in left_behind(self._desk.places.recovery):
            state = read_recovery(file)
            name = state.path.name if state is not None and state.path else "a new study"
            text = f"Footfall ended without saving {name}. Its changes were kept."
            if state is not None and self._dialogs.yes("Recover changes", text, "Recover"):
                self._desk.document.recover(state)
                file.unlink()
                self._desk.asked_for.emit("plans")
                return True
            file.unlink()
        return False

    # saving ------------------------------------------------------------------------------------------------------
    def save(self) -> bool:
        """Save to the study's own file, or ask for one; return whether it is saved."""
        document = self._desk.document
        if document.path is None or document.is_shipped:
            return self.save_as()
        return self._save(document.path, overwrite=False)

    def save_as(self) -> bool:
        """Ask for a file and save to it; return whether it is saved."""
        document = self._desk.document
        name = document.path.name if document.path else "study.toml"
        path = self._dialogs.save_path(self.folder / name)
        return path is not None and self._save(path, overwrite=True)

    def _save(self, path: Path, *, overwrite: bool) -> bool:
        try:
            self._desk.document.save(path, overwrite=overwrite)
        except ChangedOutside:
            question = (
                f"{path.name} was changed by another program since it was opened here. Its changes would be lost."
            )
            again = self._dialogs.yes("Changed by another program", question, "Overwrite")
            return again and self._save(path, overwrite=True)
        except OSError as error:
            self._tell(f"The study could not be saved: {error}. The old file is as it was.", error)
            return False
        self._desk.remember(path)
        self._desk.noticed.emit(f"Saved to {path}")
        return True

    def _tell(self, text: str, error: Exception) -> None:
        details = str(error) if isinstance(error, StudyFault) else repr(error)
        self._desk.troubled.emit(Trouble(text, details))
