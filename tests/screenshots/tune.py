"""Pictures of the tune page in its states; previews run in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from planner.gui.pages.tune import TunePage
from planner.study_file import find_study
from tests.planner.gui.held import HeldTasks

if TYPE_CHECKING:
    from planner.gui.window import Window

DISCOUNT, DELAY = ("cart_recovery", "discount"), ("cart_recovery", "delay_days")


def tune_empty(window: Window) -> None:
    """Without a study."""
    window.show_page("tune")


def tune_running(window: Window) -> None:
    """The first preview is on its way."""
    _page(window, HeldTasks())


def tune_loaded(window: Window) -> None:
    """A tuned value beside the saved one."""
    tasks = HeldTasks()
    page = _page(window, tasks)
    page.choose_plan("Level 2")
    while not page.list.is_whole:  # they are made a few at a time
        QApplication.processEvents()
    page.list.rows[DISCOUNT].field.changed.emit(0.3)
    tasks.let_all_go()
    for _ in range(12):
        QApplication.processEvents()
    page.list.area.ensureWidgetVisible(page.list.rows[DISCOUNT])


def tune_faulty(window: Window) -> None:
    """A value that is not allowed; the numbers are those of before."""
    tune_loaded(window)
    page = window.page
    assert isinstance(page, TunePage)
    page.list.rows[DELAY].field.changed.emit(-3.0)
    page.list.area.ensureWidgetVisible(page.list.rows[DELAY])


def tune_failed(window: Window) -> None:
    """A preview that did not work."""
    tasks = HeldTasks()
    _page(window, tasks)
    tasks.fail("ZeroDivisionError: no shoppers in Level 2")


def tune_everything(window: Window) -> None:
    """The longest plan, with its numbers."""
    tasks = HeldTasks()
    page = _page(window, tasks)
    page.choose_plan("Everything")
    tasks.let_all_go()


SCENES = (tune_empty, tune_running, tune_loaded, tune_faulty, tune_failed, tune_everything)


def _page(window: Window, tasks: HeldTasks) -> TunePage:
    window.desk.tasks.close()
    window.desk.tasks = tasks
    window.desk.document.open(find_study("fashion"))
    window.show_page("tune")
    page = window.page
    assert isinstance(page, TunePage)
    page.bring_up_to_date()
    return page
