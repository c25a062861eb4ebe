"""The user's part in tests: a Dialogs that answers at once and notes what it was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from planner.gui.dialogs import Dialogs, Unsaved

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.gui.jobs import Trouble


class Answers(Dialogs):
    """Answers as told by its fields; ``asked`` lists the questions and ``told`` the messages."""

    def __init__(self) -> None:
        super().__init__(QWidget())
        self._parent.deleteLater()
        self.path: Path | None = None
        self.line: str | None = None
        self.leaves: Unsaved = "cancel"
        self.agrees = False
        self.asked: list[str] = []
        self.told: list[str] = []

    def open_path(self, folder: Path) -> Path | None:
        self.asked.append("open")
        return self.path

    def log_path(self, folder: Path) -> Path | None:
        self.asked.append("log")
        return self.path

    def save_path(self, suggested: Path) -> Path | None:
        self.asked.append(f"save {suggested.name}")
        return self.path

    def file_path(self, title: str, suggested: Path, kinds: str) -> Path | None:
        self.asked.append(f"{title} {suggested.name}")
        return self.path

    def existing_file(self, title: str, folder: Path, kinds: str) -> Path | None:
        self.asked.append(title)
        return self.path

    def folder(self, title: str, folder: Path) -> Path | None:
        self.asked.append(title)
        return self.path

    def text(self, title: str, label: str, value: str) -> str | None:
        self.asked.append(f"{title}: {value}")
        return self.line

    def unsaved(self, name: str) -> Unsaved:
        self.asked.append(f"unsaved {name}")
        return self.leaves

    def yes(self, title: str, text: str, button: str) -> bool:
        self.asked.append(title)
        return self.agrees

    def tell(self, trouble: Trouble) -> None:
        self.told.append(trouble.text)

    def faults(self, name: str, lines: Sequence[str]) -> None:
        self.told.extend(lines)

    def about(self, text: str) -> None:
        self.told.append(text)
