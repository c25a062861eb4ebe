"""Files dropped on a page: a study is opened, anything else is looked at as a shop's log. Knows the desk, no page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from planner.gui.theme import mark

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent

    from planner.gui.desk import Desk

STUDY = ".toml"


class Dropping(QWidget):
    """A widget that takes files; it is framed while one is above it."""

    desk: Desk

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files, and show that they can be dropped."""
        if _files(event.mimeData()):
            event.acceptProposedAction()
            self._frame(shown=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """No file is above any more."""
        self._frame(shown=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the first of the files dropped."""
        self._frame(shown=False)
        files = _files(event.mimeData())
        if files:
            event.acceptProposedAction()
            take_file(self.desk, files[0])
        if len(files) > 1:
            self.desk.noticed.emit(f"One file at a time: {files[0].name} was taken")

    def _frame(self, *, shown: bool) -> None:
        mark(self, "dropping", "true" if shown else "false")


def take_file(desk: Desk, path: Path) -> None:
    """Open a study, or look at a log on the data page, which says what is wrong with what is none."""
    if path.suffix.lower() == STUDY:
        desk.asked_to_open.emit(path)
        return
    take_log(desk, path)
    desk.asked_for.emit("data")


def take_log(desk: Desk, path: Path) -> None:
    """Take a log, unless a calibration is under way."""
    if desk.calibrator.is_busy:
        desk.noticed.emit("A calibration is under way; cancel it before taking another log")
        return
    desk.calibrator.take(path)


def _files(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
