"""The window: rail, bars, menus and pages around one desk, and what the menus' commands do; closing with care.

Pages and actions are data elsewhere; menus are made by ``menus``, studies opened and saved by ``study_files``. What a
command does to the study is the document's business.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from planner.gui.bars import Header, StatusLine
from planner.gui.dialogs import Dialogs
from planner.gui.export import export_everything
from planner.gui.jobs import State, Trouble
from planner.gui.menus import Menus
from planner.gui.pages import PAGES, make_page
from planner.gui.rail import Rail
from planner.gui.study_files import StudyFiles
from planner.store_sections import fault_place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QByteArray
    from PySide6.QtGui import QCloseEvent

    from planner.gui.desk import Desk
    from planner.gui.pages.page import Page

SMALLEST, USUAL = QSize(1024, 700), QSize(1280, 820)


class Window(QMainWindow):
    """The one window; ``closed`` after it was closed for good."""

    closed = Signal()

    def __init__(self, desk: Desk, dialogs: Dialogs | None = None) -> None:
        super().__init__()
        self.desk = desk
        self.dialogs = dialogs or Dialogs(self)
        self.files = StudyFiles(desk, self.dialogs, self)
        self.rail = Rail(PAGES)
        self.header = Header(desk, self._method)
        self.status = StatusLine(desk)
        self.pages: dict[str, Page] = {}
        self._stack = QStackedWidget()
        self._lay_out()
        self.menus = Menus(desk, self.menuBar(), self._method)
        self._connect()
        self.setMinimumSize(SMALLEST)
        self._restore()
        self.show_page("start")
        self._stack.setFocus()  # not the rail: its frame is for those who go there by keyboard
        self.bring_up_to_date()

    # making ----------------------------------------------------------------------------------------------------------
    def _lay_out(self) -> None:
        ground = QWidget()
        ground.setObjectName("ground")
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.header)
        right.addWidget(self._stack, 1)
        right.addWidget(self.status)
        layout = QHBoxLayout(ground)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.rail)
        layout.addLayout(right, 1)
        self.setCentralWidget(ground)

    def _method(self, name: str) -> Callable[[], None]:
        return cast("Callable[[], None]", getattr(self, name))

    def _connect(self) -> None:
        desk, document = self.desk, self.desk.document
        self.rail.chosen.connect(self.show_page)
        desk.asked_for.connect(self.show_page)
        self.menus.page_asked.connect(self.show_page)
        for asked in (self.menus.file_asked, desk.asked_to_open):
            asked.connect(self.files.open_file)
        desk.asked_to_open_text.connect(self.files.open_text)
        desk.troubled.connect(self.show_trouble)
        changes = (document.changed, document.marked, document.compared, document.undo_stack.indexChanged)
        for signal in (*changes, desk.comparer.changed):
            signal.connect(self.bring_up_to_date)

    def _restore(self) -> None:
        self.resize(USUAL)
        geometry = self.desk.settings.value("geometry")
        if geometry is not None:
            self.restoreGeometry(cast("QByteArray", geometry))

    # state -----------------------------------------------------------------------------------------------------------
    @Slot()
    def bring_up_to_date(self) -> None:
        """Bring title, bars and actions in line with the desk."""
        document = self.desk.document
        file = document.path.name if document.path else "new study"
        self.setWindowTitle(f"{document.name} ({file})[*]" if document.is_open else "Footfall")
        self.setWindowModified(document.is_dirty)
        self.header.bring_up_to_date()
        self.status.bring_up_to_date()
        self.menus.bring_up_to_date()

    @Slot(str)
    def show_page(self, id_: str) -> None:
        """Show a page, making it if it is the first time."""
        if id_ not in self.pages:
            entry = next(page for page in PAGES if page.id == id_)
            self.pages[id_] = make_page(entry, self.desk, self.dialogs)
            self._stack.addWidget(self.pages[id_])
        self._stack.setCurrentWidget(self.pages[id_])
        self.rail.show_chosen(id_)

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return next(page for page in self.pages.values() if page is self._stack.currentWidget())

    @Slot(object)
    def show_trouble(self, trouble: Trouble) -> None:
        """Tell what went wrong."""
        self.dialogs.tell(trouble)

    # studies ---------------------------------------------------------------------------------------------------------
    def open_file(self, path: Path) -> None:
        """Open a study, after asking about unsaved changes."""
        self.files.open_file(path)

    def offer_recovery(self) -> bool:
        """Offer what a crash left behind; return whether something was recovered."""
        return self.files.offer_recovery()

    @Slot()
    def open_study(self) -> None:
        """Ask for a study and open it."""
        self.files.ask_and_open()

    @Slot()
    def save_study(self) -> bool:
        """Save to the study's own file, or ask for one; return whether it is saved."""
        return self.files.save()

    @Slot()
    def save_study_as(self) -> bool:
        """Ask for a file and save to it; return whether it is saved."""
        return self.files.save_as()

    # commands --------------------------------------------------------------------------------------------------------
    @Slot()
    def undo(self) -> None:
        """Undo the last edit."""
        self.desk.document.undo_stack.undo()

    @Slot()
    def redo(self) -> None:
        """Do again what was undone."""
        self.desk.document.undo_stack.redo()

    @Slot()
    def show_faults(self) -> None:
        """List what is wrong with the study."""
        document = self.desk.document
        self.dialogs.faults(document.name, [f"{fault_place(fault.path)}\n{fault}" for fault in document.faults])

    @Slot()
    def run_comparison(self) -> None:
        """Compare the plans."""
        focused = QApplication.focusWidget()
        if focused is not None:
            focused.clearFocus()  # what is being typed into a field is taken over first
        self.desk.run()

    @Slot()
    def pause_or_resume(self) -> None:
        """Pause the comparison, or go on with it."""
        comparer = self.desk.comparer
        if comparer.state is State.PAUSED:
            comparer.resume()
        else:
            comparer.pause()

    @Slot()
    def cancel_comparison(self) -> None:
        """Stop the comparison; what is finished is kept."""
        self.desk.comparer.cancel()

    @Slot()
    def export_results(self) -> None:
        """Export charts, tables and report of the comparison into a folder."""
        if self.desk.document.result is not None:
            folder = self.dialogs.folder("Export charts, tables and report to", self.files.folder)
            if folder is not None:
                export_everything(self.desk, folder)

    @Slot()
    def show_about(self) -> None:
        """Say what this program is."""
        self.dialogs.about(
            f"<b>Footfall {version('footfall')}</b><p>Simulates an online store shopper by shopper and compares "
            "personalization plans on the same shoppers, with honest intervals.</p><p>MIT licence.</p>"
        )

    # closing ---------------------------------------------------------------------------------------------------------
    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved changes and about a comparison under way; then leave nothing behind."""
        running = self.desk.comparer.is_busy
        question = "A comparison is under way. What is finished is kept and goes on from there next time."
        if not self.files.may_leave() or (running and not self.dialogs.yes("Close", question, "Stop and close")):
            event.ignore()
            return
        self.desk.settings.setValue("geometry", self.saveGeometry())
        super().closeEvent(event)
        self.hide()
        self.closed.emit()
