"""The store page in its states, for the pictures: a list, a form with faults, bars, a search, an import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from planner.catalogue_file import parse_catalogue
from planner.gui.jobs import Trouble
from planner.gui.pages.store import StorePage
from planner.gui.store.importing import ProductsView
from planner.study_file import find_study
from tests.screenshots.states import running

if TYPE_CHECKING:
    from planner.gui.window import Window

PRODUCTS = "Title,Group,List price,Cost\nRed dress,dresses,89.9,40\nBoots,boots,120,\nHat,hats,cheap,2\nCap,hats,-5,\n"


def store_empty(window: Window) -> None:
    """Without a study."""
    window.show_page("store")


def store_running(window: Window) -> None:
    """Edited while a comparison is under way."""
    _page(window, "costs")
    running(window)


def store_changed(window: Window) -> None:
    """Values that the user set, and where the old ones came from."""
    page = _page(window, "messages")
    window.desk.document.set_value(("messages", "open_rate"), 0.25, "Open rate")
    window.desk.document.set_value(("messages", "fatigue"), 0.3, "Fatigue")
    page.bring_up_to_date()


def store_failed(window: Window) -> None:
    """An import that did not work."""
    _page(window, "product")
    text = "products.csv could not be read. It is no table: a column for prices is missing."
    window.desk.troubled.emit(Trouble(text, "ValueError: no column for price\nline 1: Title;Group"))


def store_list(window: Window) -> None:
    """Traffic sources and the form of the chosen one."""
    _page(window, "source")


def store_faulty(window: Window) -> None:
    """Faults at their fields, counted at the sections."""
    document = window.desk.document
    page = _page(window, "messages")
    document.set_value(("messages", "open_rate"), 1.4, "Open rate")
    document.set_value(("messages", "fatigue"), "much", "Fatigue")
    document.set_value(("source", 1, "share"), -3.0, "Share")
    page.bring_up_to_date()


def store_season(window: Window) -> None:
    """Weekdays, months and hours as bars."""
    page = _page(window, "calendar")
    bars = page.view.form.rows["month"].bars
    assert bars is not None
    bars.setFocus()


def store_search(window: Window) -> None:
    """Fields found by their words."""
    _page(window, "costs").sections.search.setText("consent")


def store_import(window: Window) -> None:
    """A list of products before it is taken over."""
    view = _page(window, "product").view
    assert isinstance(view, ProductsView)
    view.show_found(parse_catalogue(PRODUCTS))


def _page(window: Window, section: str) -> StorePage:
    window.desk.document.open(find_study("fashion"))
    window.show_page("store")
    page = window.page
    assert isinstance(page, StorePage)
    for _ in range(3):
        QApplication.processEvents()
    page.show_section(section)
    return page


SCENES = (
    store_empty,
    store_running,
    store_changed,
    store_failed,
    store_list,
    store_faulty,
    store_season,
    store_search,
    store_import,
)
