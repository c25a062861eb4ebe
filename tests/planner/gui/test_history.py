"""The history page: what is finished is kept, shown again over its study, pinned, set side by side, deleted, undone."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from planner.experiments.comparison import to_json
from planner.gui.document import plan_keys
from planner.gui.jobs import Request, State
from planner.gui.pages.history import HistoryPage
from planner.gui.pages.history_rows import cells, precision, shown
from planner.history_lifts import Change, Lift, LiftPair
from planner.history_rows import Entry, Record
from planner.study_file import parse_study
from tests.planner.gui import shops
from tests.planner.gui.shops import SMALL

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from planner.gui.desk import Desk
    from planner.gui.document import Compared
    from planner.gui.window import Window
    from tests.planner.gui.answers import Answers

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def page(window: Window, compared: Compared, small: Path) -> HistoryPage:
    """Three comparisons of the small study, which is open."""
    keys = plan_keys(parse_study(SMALL).study)
    for day in range(3):
        record = Record(compared.comparison, SMALL + f"# {day}", str(small), keys)
        window.desk.chronicle.history.add(record, NOON + timedelta(days=day))
    window.open_file(small)
    return opened(window)


def opened(window: Window) -> HistoryPage:
    window.show_page("history")
    page = window.page
    assert isinstance(page, HistoryPage)
    return page


def numbers(page: HistoryPage) -> list[int]:
    return [entry.id for entry in page.entries.entries]


def run(desk: Desk, qtbot: QtBot) -> None:
    """Compare with invented runs, until the comparison is kept."""
    study = desk.document.study
    assert study is not None
    with qtbot.waitSignal(desk.chronicle.changed, timeout=20_000):
        desk.comparer.start(Request(study, None, None, shops.quick))


def test_without_a_comparison_the_page_says_what_to_do(window: Window, small: Path) -> None:
    assert opened(window).is_empty
    assert window.page._goes_to == "start"
    window.open_file(small)
    assert opened(window)._goes_to == "run"


def test_what_is_finished_is_kept_with_its_study(window: Window, small: Path, qtbot: QtBot) -> None:
    window.open_file(small)
    desk = window.desk
    desk.document.set_value(("store", "name"), "Renamed", "Rename")
    run(desk, qtbot)
    (entry,) = desk.chronicle.history.entries()
    assert (entry.study, entry.path, entry.replications) == ("Renamed", str(small), 2)
    kept = desk.chronicle.history.open(entry.id)
    assert kept is not None
    assert desk.document.result is not None
    assert to_json(kept.comparison) == to_json(desk.document.result.comparison)
    assert 'name = "Renamed"' in kept.text
    assert "as on the door" in kept.text
    assert not opened(window).is_empty


def test_the_study_is_kept_as_it_was_when_the_run_began(window: Window, small: Path, qtbot: QtBot) -> None:
    window.open_file(small)
    desk = window.desk
    study = desk.document.study
    assert study is not None
    with qtbot.waitSignal(desk.chronicle.changed, timeout=20_000):
        desk.comparer.start(Request(study, None, None, shops.quick))
        desk.document.set_value(("store", "name"), "Renamed since", "Rename")
    kept = desk.chronicle.history.open(1)
    assert kept is not None
    assert "Renamed since" not in kept.text


def test_a_comparison_that_nobody_waits_for_is_not_kept(window: Window, small: Path, qtbot: QtBot) -> None:
    window.open_file(small)
    study = window.desk.document.study
    assert study is not None
    with qtbot.waitSignal(window.desk.comparer.progressed, timeout=20_000, check_params_cb=lambda p: p.done >= 3):
        window.desk.comparer.start(Request(study, None, None, shops.endless))
    with qtbot.waitSignal(window.desk.comparer.finished, timeout=20_000):
        window.desk.document.open_text(SMALL, "another")
    qtbot.waitUntil(lambda: not window.desk.tasks._threads)
    assert window.desk.chronicle.history.entries() == []


def test_the_latest_stands_first_and_is_chosen(page: HistoryPage) -> None:
    assert numbers(page) == [3, 2, 1]
    assert [entry.id for entry in page.chosen()] == [3]
    assert page.lifts.headings == ("Plan", "Outcome", "Lift")
    assert {row.plan for row in page.lifts.rows} == {"Remind", "More"}
    assert page.table.accessibleName()


def test_one_is_shown_again_over_its_study(page: HistoryPage, window: Window, qtbot: QtBot) -> None:
    page.table.choose([1])
    page.table.setFocus()
    with qtbot.waitSignal(window.desk.document.compared, timeout=20_000):
        qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert window.page is window.pages["compare"]
    result = window.desk.document.result
    assert result is not None
    assert result.kept == cells(page.entries.entries[1])[0]
    qtbot.waitUntil(lambda: window.page.banner.isVisible())
    assert window.page.banner.text.text().startswith(f"From the history: {result.kept}.")
    assert window.desk.document.stale_plans() == ()


def test_a_changed_study_is_marked_when_one_is_shown_again(page: HistoryPage, window: Window, qtbot: QtBot) -> None:
    document = window.desk.document
    document.set_value(("plans", "Remind", "cart_recovery", "delay_days"), 3.0, "Change delay")
    with qtbot.waitSignal(document.compared, timeout=20_000):
        page.show_again.click()
    assert document.stale_plans() == ("Remind",)
    qtbot.waitUntil(lambda: "Remind changed since" in window.page.banner.text.text())


def test_one_of_another_study_opens_it_as_it_was(
    page: HistoryPage, window: Window, qtbot: QtBot, answers: Answers
) -> None:
    document = window.desk.document
    document.open_text(SMALL.replace("Small shop", "Other shop"), "other")
    document.set_value(("store", "name"), "Unsaved", "Rename")
    page.refresh()
    with qtbot.waitSignal(window.desk.asked_to_open_text, timeout=20_000):
        page.show_again.click()
    assert (answers.asked, document.name, document.result) == (["unsaved Unsaved"], "Unsaved", None)
    answers.leaves = "discard"
    with qtbot.waitSignal(window.desk.asked_for, timeout=20_000):
        page.show_again.click()
    assert (document.name, document.path, document.text()) == ("Small shop", None, SMALL + "# 2")
    assert document.result is not None


def test_one_that_cannot_be_read_is_told(page: HistoryPage, window: Window, qtbot: QtBot, answers: Answers) -> None:
    window.desk.chronicle.history.delete(3)
    window.desk.chronicle.history.purge()
    with qtbot.waitSignal(window.desk.troubled, timeout=20_000):
        page.show_again.click()
    assert "no longer in the history" in answers.told[0]


def test_nothing_is_shown_again_while_a_comparison_runs(page: HistoryPage, window: Window) -> None:
    window.desk.comparer.state = State.RUNNING
    page.refresh()
    assert not page.show_again.isEnabled()
    window.desk.comparer.state = State.IDLE
    page.refresh()
    assert page.show_again.isEnabled()


def test_pinned_ones_stand_first(page: HistoryPage) -> None:
    page.table.choose([2])
    page.pin.click()
    assert (numbers(page), page.entries.entries[0].pinned) == ([1, 3, 2], True)
    assert [entry.id for entry in page.chosen()] == [1]
    assert page.pin.toolTip() == "Unpin"
    page.pin.click()
    assert numbers(page) == [3, 2, 1]


def test_two_are_set_beside_each_other(page: HistoryPage) -> None:
    page.table.choose([0, 2])
    assert page.lifts.headings[2:] == (*(cells(page.entries.entries[row])[0] for row in (2, 0)), "Change")
    assert {row.change for row in page.lifts.rows if not row.is_sure} != set()
    assert not page.show_again.isEnabled()
    few = len(page.lifts.rows)
    page.every.click()
    assert len(page.lifts.rows) > few
    page.copy.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == len(page.lifts.rows) + 1
    assert lines[0].split("\t") == list(page.lifts.headings)
    page.table.choose([0, 1, 2])
    assert page.lifts.rows == ()


def test_deleting_asks_and_can_be_undone(page: HistoryPage, qtbot: QtBot, answers: Answers) -> None:
    page.table.choose([0, 1])
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    assert (answers.asked, numbers(page)) == (["Delete from history"], [3, 2, 1])
    answers.agrees = True
    page.delete.click()
    assert numbers(page) == [1]
    assert page.banner.text.text() == "2 comparisons were deleted."
    page.banner.button.click()
    assert (numbers(page), page.banner.isVisible()) == ([3, 2, 1], False)


def test_the_last_one_can_be_deleted_and_brought_back(page: HistoryPage, answers: Answers) -> None:
    answers.agrees = True
    page.table.choose([0, 1, 2])
    page.delete.click()
    assert not page.is_empty
    page.banner.button.click()
    assert numbers(page) == [3, 2, 1]


def test_a_new_comparison_appears_and_ends_the_undo(
    page: HistoryPage, window: Window, qtbot: QtBot, answers: Answers
) -> None:
    answers.agrees = True
    page.delete.click()
    assert page.banner.isVisible()
    run(window.desk, qtbot)
    qtbot.waitUntil(lambda: len(numbers(page)) == 3)
    assert not page.banner.isVisible()


def test_a_broken_file_is_no_hindrance(window: Window, small: Path, qtbot: QtBot) -> None:
    window.desk.chronicle.path.parent.mkdir(parents=True, exist_ok=True)
    window.desk.chronicle.path.write_bytes(b"no database " * 200)
    assert "cannot be read" in opened(window)._message.text.text()
    window.open_file(small)
    run(window.desk, qtbot)
    assert len(window.desk.chronicle.history.entries()) == 1
    assert not opened(window).is_empty


def test_words() -> None:
    entry = Entry(1, NOON, "Shop", "", "", ("Base", "Two"), "Base", 8, 20_000, 0.95, 0.00612, pinned=False)
    assert cells(entry)[1:] == ("Shop", "Two against Base", "8 × 20,000 shoppers", "±0.6\u202f%")
    assert cells(entry._replace(plans=("Base",)))[2] == "Base only"
    assert precision(entry._replace(precision=None)) == "–"
    first, second = Lift(0.02, 0.01, 0.03, "better"), Lift(0.05, 0.04, 0.06, "better")
    pairs = (
        LiftPair("Two", "aov", first, second, Change(0.03, 0.016, 0.044)),
        LiftPair("Two", "session_conversion", first, None, None),
        LiftPair("Two", "trust", first, first, Change(0.0, 0.0, 0.0)),
        LiftPair(
            "Two", "ltv", first, Lift(0.05, -math.inf, math.inf, "cannot tell"), Change(0.03, -math.inf, math.inf)
        ),
    )
    rows = shown(pairs, every=True)
    assert [row.change for row in rows] == ["+3.0 points (1.6 to 4.4)", "–", "the same", "+3.0 points"]
    assert [row.second for row in rows][-1] == "cannot tell: +5.0\u202f%"
    assert [row.outcome for row in shown(pairs, every=False)][:2] == ["Conversion per visit", "Average order value"]
