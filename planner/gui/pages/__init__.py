"""The pages of the app, in the order of the rail. A page is loaded when it is first shown.

A further page is a file here with a ``Page`` subclass, and one line in ``PAGES``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from planner.gui.desk import Desk
    from planner.gui.dialogs import Dialogs
    from planner.gui.pages.page import Page


class Entry(NamedTuple):
    """A place in the rail: the page's id, its title, and the class that makes it (its icon is called like its id)."""

    id: str
    title: str
    module: str
    name: str


PAGES = (
    Entry("start", "Start", "start", "StartPage"),
    Entry("store", "Store", "store", "StorePage"),
    Entry("funnel", "Funnel", "funnel", "FunnelPage"),
    Entry("plans", "Plans", "plans", "PlansPage"),
    Entry("compare", "Compare", "compare", "ComparePage"),
    Entry("tune", "Tune", "tune", "TunePage"),
    Entry("journeys", "Journeys", "journeys", "JourneysPage"),
    Entry("data", "Data", "data", "DataPage"),
    Entry("history", "History", "history", "HistoryPage"),
)


def make_page(entry: Entry, desk: Desk, dialogs: Dialogs) -> Page:
    """Load and make a page."""
    made: Page = getattr(import_module(f"planner.gui.pages.{entry.module}"), entry.name)(desk, dialogs)
    return made
