"""Pictures of the journeys page in its states; the sample is simulated in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from planner.gui.pages.journeys import JourneysPage
from planner.journeys import Kept
from planner.study_file import find_study
from tests.planner.gui.held import HeldTasks

if TYPE_CHECKING:
    from planner.gui.window import Window


def journeys_empty(window: Window) -> None:
    """Without a study."""
    window.show_page("journeys")


def journeys_running(window: Window) -> None:
    """The first shoppers are on their way."""
    _page(window, HeldTasks())


def journeys_loaded(window: Window) -> None:
    """A shopper whose story differs under the other plan, and why he took a step."""
    tasks = HeldTasks()
    page = _page(window, tasks)
    page.plan = "Level 2"
    page.bring_up_to_date()
    tasks.let_all_go()
    page.kept = Kept("parts")
    page.bring_up_to_date()
    page.list.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    page.list.setCurrentIndex(page.list.shoppers.index(2, 0))
    view = page.above.view
    row = next(row for row, what in enumerate(view.story.told) if len(what.shares) > 3)
    view.setCurrentIndex(view.story.index(row, 0))


def journeys_nobody(window: Window) -> None:
    """A number that nobody has."""
    journeys_loaded(window)
    page = window.page
    assert isinstance(page, JourneysPage)
    page.number.setText("0000 0001")


def journeys_failed(window: Window) -> None:
    """A sample that could not be simulated."""
    tasks = HeldTasks()
    page = _page(window, tasks)
    tasks.fail("ZeroDivisionError: no shoppers in Level 2")
    page.bring_up_to_date()


SCENES = (journeys_empty, journeys_running, journeys_loaded, journeys_nobody, journeys_failed)


def _page(window: Window, tasks: HeldTasks) -> JourneysPage:
    window.desk.tasks.close()
    window.desk.tasks = tasks
    window.desk.document.open(find_study("fashion"))
    window.show_page("journeys")
    page = window.page
    assert isinstance(page, JourneysPage)
    page.bring_up_to_date()
    return page
