"""The start page and the window's frame in their states, for the pictures: recent studies, menus, dialogs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from planner.study_file import find_study

if TYPE_CHECKING:
    from planner.gui.window import Window


def start(window: Window) -> None:
    """The first thing that one sees."""
    window.show_page("start")


def start_recent(window: Window) -> None:
    """Studies opened lately: sound ones and one that cannot be read any more."""
    folder = Path(tempfile.mkdtemp())
    for name in ("spring", "summer sale with a rather long name", "autumn", "broken"):
        text = f'based_on = "fashion"\n[store]\nname = "Fashion store, {name}"\n'
        (folder / f"{name}.toml").write_text("= =" if name == "broken" else text, encoding="utf-8")
        window.desk.remember(folder / f"{name}.toml")
    window.page.bring_up_to_date()


def start_focus(window: Window) -> None:
    """A card reached by keyboard."""
    start_recent(window)
    for _ in range(4):
        window.focusNextChild()


def menu(window: Window) -> None:
    """The menu of the look and the pages."""
    window.desk.document.open(find_study("fashion"))
    found = next(menu for menu in window.menuBar().findChildren(QMenu) if menu.title() == "&View")
    found.popup(window.mapToGlobal(window.rect().topLeft()))


def faults(window: Window) -> None:
    """What is wrong with a study."""
    document = window.desk.document
    document.open(find_study("fashion"))
    document.set_value(("messages", "open_rate"), 1.4, "Open rate")
    document.set_value(("source", 1, "share"), -3.0, "Share")
    window.show_page("store")
    window.show_faults()


def about(window: Window) -> None:
    """What this program is."""
    window.show_about()


def rail_focus(window: Window) -> None:
    """The rail reached by keyboard."""
    window.rail.button("plans").setFocus(Qt.FocusReason.TabFocusReason)


SCENES = (start, start_recent, start_focus, menu, faults, about, rail_focus)
