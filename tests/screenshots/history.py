"""The history page in its states, for the pictures: empty, one, two side by side, one deleted, one shown again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from planner.gui.document import Compared, plan_keys
from planner.gui.pages.history import HistoryPage
from planner.history_rows import Record
from planner.study_file import find_study
from tests.planner.synthetic import comparison
from tests.screenshots.states import running

if TYPE_CHECKING:
    from planner.gui.window import Window

AT = datetime(2026, 3, 3, 14, 20, tzinfo=UTC)
LIFTS = (None, {"Baseline": 0.0, "Level 1": 0.01, "Level 2": 0.12}, {"Baseline": 0.0, "Mail to all": 0.1})


def history_empty(window: Window) -> None:
    """Before the first comparison."""
    window.show_page("history")


def history_one(window: Window) -> None:
    """The lifts of one comparison."""
    _page(window)


def history_two(window: Window) -> None:
    """Two comparisons side by side."""
    _page(window).table.choose([0, 2])


def history_deleted(window: Window) -> None:
    """A deletion can be undone."""
    page = _page(window)
    entry = page.entries.entries[1]
    window.desk.chronicle.history.delete(entry.id)
    page._deleted = [entry]
    page.bring_up_to_date()


def history_running(window: Window) -> None:
    """A comparison is running: nothing can be shown again meanwhile."""
    page = _page(window)
    running(window, 5, 32, 21.0)
    page.bring_up_to_date()


def history_failed(window: Window) -> None:
    """The file was damaged."""
    path = window.desk.chronicle.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"no database at all" * 99)
    window.show_page("history")


def history_shown(window: Window) -> None:
    """One of them in Compare."""
    _page(window)
    study = window.desk.document.study
    assert study is not None
    window.desk.document.show_result(Compared(comparison(), plan_keys(study), "3 Mar 2026, 14:20"))
    window.show_page("compare")


def _page(window: Window) -> HistoryPage:
    path = find_study("fashion")
    window.desk.document.open(path)
    study = window.desk.document.study
    assert study is not None
    history = window.desk.chronicle.history
    for number, lifts in enumerate(LIFTS):
        made = comparison(lifts, replications=4 * (number + 1))
        text = f"{window.desk.document.opened_text}# {number}"
        history.add(Record(made, text, str(path), plan_keys(study)), AT + timedelta(hours=7 * number))
    history.pin(1, pinned=True)
    window.show_page("history")
    page = window.page
    assert isinstance(page, HistoryPage)
    return page


SCENES = (history_empty, history_one, history_two, history_deleted, history_running, history_failed, history_shown)
