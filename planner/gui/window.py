"""The window: rail, bars and pages around one desk; menus from ``actions``; opening, saving and closing with care.

Pages and actions are data elsewhere. What a command does to the study is the document's business.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget

from planner.gui.actions import ACTIONS, CONDITIONS, MENUS, text_now
from planner.gui.bars import Header, StatusLine
from planner.gui.dialogs import Dialogs
from planner.gui.document import ChangedOutside
from planner.gui.export import export_everything
from planner.gui.icons import icon
from planner.gui.jobs import State, Trouble
from planner.gui.pages import PAGES, make_page
from planner.gui.rail import Rail
from planner.gui.recovery import left_behind, read_recovery
from planner.gui.theme import MODES
from planner.study_file import StudyFault

if TYPE_CHECKING:
    from collections.abc import Callable

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
        self.rail = Rail(PAGES)
        self.header = Header(desk, self._method)
        self.status = StatusLine(desk)
        self.pages: dict[str, Page] = {}
        self._stack = QStackedWidget()
        self.actions_by_id: dict[str, QAction] = {}
        self._lay_out()
        self._fill_menus()
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

    def _fill_menus(self) -> None:
        menus = {name: self.menuBar().addMenu(name) for name in MENUS}
        for entry in ACTIONS:
            menu = menus[entry.menu]
            if entry.parted:
                menu.addSeparator()
            action = QAction(entry.text, self)
            action.setShortcut(QKeySequence(entry.shortcut))
            action.triggered.connect(self._method(entry.id))
            menu.addAction(action)
            self.actions_by_id[entry.id] = action
        self._fill_view_menu(menus["&View"])
        self._recent_menu = QMenu("Open &recent", self)
        menus["&File"].insertMenu(self.actions_by_id["save_study"], self._recent_menu)
        self._recent_menu.aboutToShow.connect(self._fill_recent_menu)
        self._recent_menu.triggered.connect(self._on_recent)

    def _fill_view_menu(self, menu: QMenu) -> None:
        for place, page in enumerate(PAGES):
            action = menu.addAction(page.title)
            action.setShortcut(QKeySequence(f"Ctrl+{place + 1}"))
            action.setData(page.id)
            action.triggered.connect(self._on_page_action)
        menu.addSeparator()
        self._modes = QActionGroup(self)
        for mode in MODES:
            action = menu.addAction(f"{mode.capitalize()} look" if mode != "system" else "Look as the system")
            action.setCheckable(True)
            action.setChecked(mode == self.desk.look.mode)
            action.setData(mode)
            self._modes.addAction(action)
        self._modes.triggered.connect(self._on_mode)

    def _connect(self) -> None:
        desk, document = self.desk, self.desk.document
        self.rail.chosen.connect(self.show_page)
        desk.asked_for.connect(self.show_page)
        desk.asked_to_open.connect(self.open_file)
        desk.asked_to_open_text.connect(self.open_text)
        desk.troubled.connect(self.show_trouble)
        changes = (document.changed, document.marked, document.compared, document.undo_stack.indexChanged)
        for signal in (*changes, desk.comparer.changed):
            signal.connect(self.bring_up_to_date)
        desk.look.changed.connect(self._recolour)
        self._recolour()

    @Slot()
    def _recolour(self) -> None:
        tokens = self.desk.look.tokens
        for entry in ACTIONS:
            if entry.icon:
                self.actions_by_id[entry.id].setIcon(icon(entry.icon, tokens.ink, tokens.muted))

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
        for entry in ACTIONS:
            action = self.actions_by_id[entry.id]
            action.setEnabled(CONDITIONS[entry.when](self.desk))
            action.setText(text_now(entry, self.desk))

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

    @Slot()
    def _on_page_action(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self.show_page(str(action.data()))

    @Slot(QAction)
    def _on_mode(self, action: QAction) -> None:
        self.desk.look.choose(action.data())

    # studies ---------------------------------------------------------------------------------------------------------
    @Slot(object)
    def open_file(self, path: Path) -> None:
        """Open a study, after asking about unsaved changes, and show its plans; trouble is told."""
        if not self._may_leave_study():
            return
        try:
            self.desk.open(path)
        except StudyFault as error:
            self.show_trouble(Trouble(f"{path.name} cannot be opened: {error.faults[0].message}", str(error)))
            return
        self.show_page("plans")

    @Slot(str, str)
    def open_text(self, text: str, name: str) -> None:
        """Open a study that has no file yet, after asking about unsaved changes; trouble is told."""
        if not self._may_leave_study():
            return
        try:
            self.desk.document.open_text(text, name)
        except StudyFault as error:
            self.show_trouble(Trouble(f"{name} cannot be opened: {error.faults[0].message}", str(error)))

    @Slot()
    def open_study(self) -> None:
        """Ask for a study and open it."""
        path = self.dialogs.open_path(self._folder())
        if path is not None:
            self.open_file(path)

    @Slot()
    def save_study(self) -> bool:
        """Save to the study's own file, or ask for one; return whether it is saved."""
        document = self.desk.document
        if document.path is None or document.is_shipped:
            return self.save_study_as()
        return self._save(document.path, overwrite=False)

    @Slot()
    def save_study_as(self) -> bool:
        """Ask for a file and save to it; return whether it is saved."""
        document = self.desk.document
        name = document.path.name if document.path else "study.toml"
        path = self.dialogs.save_path(self._folder() / name)
        return path is not None and self._save(path, overwrite=True)

    def _save(self, path: Path, *, overwrite: bool) -> bool:
        try:
            self.desk.document.save(path, overwrite=overwrite)
        except ChangedOutside:
            question = (
                f"{path.name} was changed by another program since it was opened here. Its changes would be lost."
            )
            again = self.dialogs.yes("Changed by another program", question, "Overwrite")
            return again and self._save(path, overwrite=True)
        except OSError as error:
            self.show_trouble(
                Trouble(f"The study could not be saved: {error}. The old file is as it was.", repr(error))
            )
            return False
        self.desk.remember(path)
        self.desk.noticed.emit(f"Saved to {path}")
        return True

    def _may_leave_study(self) -> bool:
        """Return whether the open study may go: it is saved, or its changes may be lost."""
        document = self.desk.document
        if not document.is_dirty:
            return True
        answer = self.dialogs.unsaved(document.name)
        return answer == "discard" or (answer == "save" and self.save_study())

    def _folder(self) -> Path:
        document = self.desk.document
        if document.path is not None and not document.is_shipped:
            return document.path.parent
        return Path.home()

    @Slot()
    def _fill_recent_menu(self) -> None:
        self._recent_menu.clear()
        for path in self.desk.recent():
            self._recent_menu.addAction(str(path)).setData(str(path))

    @Slot(QAction)
    def _on_recent(self, action: QAction) -> None:
        self.open_file(Path(str(action.data())))

    def offer_recovery(self) -> bool:
        """Offer what a crash left behind, the newest first; return whether something was recovered."""
        for file in left_behind(self.desk.places.recovery):
            state = read_recovery(file)
            name = state.path.name if state is not None and state.path else "a new study"
            text = f"Footfall ended without saving {name}. Its changes were kept."
            if state is not None and self.dialogs.yes("Recover changes", text, "Recover"):
                self.desk.document.recover(state)
                file.unlink()
                self.show_page("plans")
                return True
            file.unlink()
        return False

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
        self.dialogs.faults(document.name, [str(fault) for fault in document.faults])

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
            folder = self.dialogs.folder("Export charts, tables and report to", self._folder())
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
        if not self._may_leave_study() or (running and not self.dialogs.yes("Close", question, "Stop and close")):
            event.ignore()
            return
        self.desk.settings.setValue("geometry", self.saveGeometry())
        super().closeEvent(event)
        self.hide()
        self.closed.emit()
