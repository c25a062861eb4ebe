"""The menus of the window, made from ``actions`` and from the list of pages. What a command does is not known here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from planner.gui.actions import ACTIONS, CONDITIONS, MENUS, text_now
from planner.gui.icons import icon
from planner.gui.pages import PAGES
from planner.gui.theme import MODES

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QMenuBar

    from planner.gui.desk import Desk


class Menus(QObject):
    """Fills a menu bar. ``page_asked``: a page, by id. ``file_asked``: one of the studies opened lately, by path."""

    page_asked = Signal(str)
    file_asked = Signal(object)

    def __init__(self, desk: Desk, bar: QMenuBar, do: Callable[[str], Callable[[], object]]) -> None:
        """``do`` gives the command of a name."""
        super().__init__(bar)
        self._desk = desk
        self.actions: dict[str, QAction] = {}
        menus = {name: bar.addMenu(name) for name in MENUS}
        for entry in ACTIONS:
            menu = menus[entry.menu]
            if entry.parted:
                menu.addSeparator()
            action = QAction(entry.text, bar)
            action.setShortcut(QKeySequence(entry.shortcut))
            action.triggered.connect(do(entry.id))
            menu.addAction(action)
            self.actions[entry.id] = action
        self._add_pages(menus["&View"])
        self._add_looks(menus["&View"])
        self._recent = QMenu("Open &recent", bar)
        menus["&File"].insertMenu(self.actions["save_study"], self._recent)
        self._recent.aboutToShow.connect(self._fill_recent)
        self._recent.triggered.connect(self._on_recent)
        desk.look.changed.connect(self._recolour)
        self._recolour()

    def _add_pages(self, menu: QMenu) -> None:
        for place, page in enumerate(PAGES):
            action = menu.addAction(page.title)
            action.setShortcut(QKeySequence(f"Ctrl+{place + 1}"))
            action.setData(page.id)
            action.triggered.connect(self._on_page)
        menu.addSeparator()

    def _add_looks(self, menu: QMenu) -> None:
        self._modes = QActionGroup(self)
        for mode in MODES:
            action = menu.addAction(f"{mode.capitalize()} look" if mode != "system" else "Look as the system")
            action.setCheckable(True)
            action.setChecked(mode == self._desk.look.mode)
            action.setData(mode)
            self._modes.addAction(action)
        self._modes.triggered.connect(self._on_mode)

    def bring_up_to_date(self) -> None:
        """Say what each command does now, and whether it is possible."""
        for entry in ACTIONS:
            action = self.actions[entry.id]
            action.setEnabled(CONDITIONS[entry.when](self._desk))
            action.setText(text_now(entry, self._desk))

    @Slot()
    def _recolour(self) -> None:
        tokens = self._desk.look.tokens
        for entry in ACTIONS:
            if entry.icon:
                self.actions[entry.id].setIcon(icon(entry.icon, tokens.ink, tokens.muted))

    @Slot()
    def _fill_recent(self) -> None:
        self._recent.clear()
        for path in self._desk.recent():
            self._recent.addAction(str(path)).setData(str(path))
        if self._recent.isEmpty():
            self._recent.addAction("Nothing was opened yet").setEnabled(False)

    @Slot()
    def _on_page(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self.page_asked.emit(str(action.data()))

    @Slot(QAction)
    def _on_mode(self, action: QAction) -> None:
        self._desk.look.choose(action.data())

    @Slot(QAction)
    def _on_recent(self, action: QAction) -> None:
        self.file_asked.emit(Path(str(action.data())))
