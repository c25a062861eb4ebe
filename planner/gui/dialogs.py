"""Everything that stops the user to ask or to tell: files, unsaved changes, trouble, About. Decides nothing.

The window asks through one ``Dialogs`` object, so that tests answer in the user's place.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QInputDialog,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from planner.charts.screen_label import WrappedLabel
from planner.gui.theme import PAGE_GAP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.gui.jobs import Trouble

Unsaved = Literal["save", "discard", "cancel"]
STUDIES = "Studies (*.toml);;All files (*)"
LOGS = "Logs (*.csv *.csv.gz *.gz *.tsv *.txt *.parquet);;All files (*)"


class Dialogs:
    """Asks the user, over ``parent``."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent

    def open_path(self, folder: Path) -> Path | None:
        """Ask for a study to open."""
        name, _ = QFileDialog.getOpenFileName(self._parent, "Open study", str(folder), STUDIES)
        return Path(name) if name else None

    def log_path(self, folder: Path) -> Path | None:
        """Ask for a shop's log."""
        name, _ = QFileDialog.getOpenFileName(self._parent, "Open a log of orders", str(folder), LOGS)
        return Path(name) if name else None

    def save_path(self, suggested: Path) -> Path | None:
        """Ask where to save the study; existing files are asked about."""
        name, _ = QFileDialog.getSaveFileName(self._parent, "Save study", str(suggested), STUDIES)
        path = Path(name) if name else None
        return path.with_suffix(".toml") if path is not None and not path.suffix else path

    def file_path(self, title: str, suggested: Path, kinds: str) -> Path | None:
        """Ask for a file to write, such as a picture."""
        name, _ = QFileDialog.getSaveFileName(self._parent, title, str(suggested), kinds)
        return Path(name) if name else None

    def existing_file(self, title: str, folder: Path, kinds: str) -> Path | None:
        """Ask for a file to read, such as a list of products."""
        name, _ = QFileDialog.getOpenFileName(self._parent, title, str(folder), kinds)
        return Path(name) if name else None

    def folder(self, title: str, folder: Path) -> Path | None:
        """Ask for a folder to write to; one that is not there yet may be named, and is made."""
        dialog = FolderDialog(title, folder, self._parent)
        given = dialog.exec() == QDialog.DialogCode.Accepted
        name = next(iter(dialog.selectedFiles()), "") if given else ""
        dialog.deleteLater()
        return Path(name) if name else None

    def text(self, title: str, label: str, value: str) -> str | None:
        """Ask for a line of text."""
        text, given = QInputDialog.getText(self._parent, title, label, QLineEdit.EchoMode.Normal, value)
        return text.strip() if given and text.strip() else None

    def unsaved(self, name: str) -> Unsaved:
        """Ask what is to become of unsaved changes."""
        buttons = QMessageBox.StandardButton
        answer = QMessageBox.warning(
            self._parent,
            "Unsaved changes",
            f"{name} has changes that are not saved.",
            buttons.Save | buttons.Discard | buttons.Cancel,
            buttons.Save,
        )
        answers: dict[object, Unsaved] = {buttons.Save: "save", buttons.Discard: "discard"}
        return answers.get(answer, "cancel")

    def yes(self, title: str, text: str, button: str) -> bool:
        """Ask whether to go on; ``button`` names what is then done."""
        box = QMessageBox(QMessageBox.Icon.Question, title, text, QMessageBox.StandardButton.Cancel, self._parent)
        go_on = box.addButton(button, QMessageBox.ButtonRole.AcceptRole)
        box.exec()
        agreed = box.clickedButton() is go_on
        box.deleteLater()
        return agreed

    def tell(self, trouble: Trouble) -> None:
        """Tell what went wrong, without waiting for an answer."""
        TroubleDialog(trouble, self._parent).open()

    def faults(self, name: str, lines: Sequence[str]) -> None:
        """List everything that is wrong with a study."""
        ListDialog(f"What is wrong with {name}", lines, self._parent).open()

    def about(self, text: str) -> None:
        """Say what this program is."""
        box = QMessageBox(QMessageBox.Icon.NoIcon, "About Footfall", text, QMessageBox.StandardButton.Ok, self._parent)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()


class FolderDialog(QFileDialog):
    """Asks for a folder. A new one may be typed: Qt's own check would only say that it does not exist."""

    def __init__(self, title: str, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent, title, str(folder))
        self.setFileMode(QFileDialog.FileMode.Directory)
        self.setOption(QFileDialog.Option.ShowDirsOnly)
        self.setLabelText(QFileDialog.DialogLabel.FileName, "Folder (a new one is made):")
        self.setLabelText(QFileDialog.DialogLabel.Accept, "Export")
        line = self.findChild(QLineEdit)
        if line is not None:  # a desktop's own dialog has none, but a button for new folders
            line.textChanged.connect(self._on_typed)

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        """Let a folder be given that is not there yet; Qt has just said no to it."""
        buttons = self.findChild(QDialogButtonBox)
        if buttons is not None:
            buttons.button(QDialogButtonBox.StandardButton.Open).setEnabled(bool(text.strip()))

    def accept(self) -> None:
        """Make the folder if there is none; what stands in the way is told, and another may be named."""
        for name in self.selectedFiles():
            try:
                Path(name).mkdir(parents=True, exist_ok=True)
            except OSError as error:
                reason = "a file of this name is there" if isinstance(error, FileExistsError) else error.strerror
                QMessageBox.warning(self, self.windowTitle(), f"{name} cannot be a folder for this: {reason}.")
                return
        super().accept()


class TroubleDialog(QDialog):
    """What went wrong in plain words; the details can be shown and copied for whoever mends it."""

    def __init__(self, trouble: Trouble, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Something went wrong")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._trouble = trouble
        text = WrappedLabel(trouble.text)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details = QPlainTextEdit(trouble.details)
        self.details.setReadOnly(True)
        self.details.setAccessibleName("Details")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = QPushButton("Copy details")
        self.copy.clicked.connect(self._on_copy)
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        _stack(self, text, self.details, buttons)
        self.details.setVisible(bool(trouble.details))
        self.resize(620, 360 if trouble.details else 140)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self._trouble.text}\n\n{self._trouble.details}")


class ListDialog(QDialog):
    """A list of lines to read and copy."""

    def __init__(self, title: str, lines: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        text = QPlainTextEdit("\n\n".join(lines))
        text.setReadOnly(True)
        text.setAccessibleName(title)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        _stack(self, text, buttons)
        self.resize(640, 320)


def _stack(dialog: QDialog, *widgets: QWidget) -> None:
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(PAGE_GAP, PAGE_GAP, PAGE_GAP, PAGE_GAP)
    for widget in widgets:
        layout.addWidget(widget)
