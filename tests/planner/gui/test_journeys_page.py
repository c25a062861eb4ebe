"""The journeys page: found by what happened and by number, the same shopper under both plans, reasons, failures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication

from planner.gui.pages import journeys
from planner.gui.pages.journeys import JourneysPage
from planner.gui.pages.story_view import StoryModel
from planner.journeys import WHAT, Log, chosen, counts, number_of, place_of, run_log, sample_study
from planner.stories import Happening, Share, story
from planner.study_file import parse_study
from tests.planner.gui.held import HeldTasks
from tests.planner.gui.shops import SMALL

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from planner.gui.desk import Desk
    from simulation import Study
    from tests.planner.gui.answers import Answers


@pytest.fixture(scope="module")
def logs() -> dict[str, Log]:
    study = sample_study(parse_study(SMALL).study)
    return {plan: run_log(study, plan) for plan in study.plans}


@pytest.fixture(scope="module")
def lived() -> Callable[[Study, str], Log]:
    """``run_log``, which is pure, once for each study and plan: most tests open the same one."""
    kept: dict[tuple[str, str], Log] = {}

    def once(study: Study, plan: str) -> Log:
        name = (study.model_dump_json(), plan)
        if name not in kept:
            kept[name] = run_log(study, plan)
        return kept[name]

    return once


@pytest.fixture
def tasks(desk: Desk, lived: Callable[[Study, str], Log], monkeypatch: pytest.MonkeyPatch) -> HeldTasks:
    monkeypatch.setattr(journeys, "run_log", lived)
    desk.tasks.close()
    desk.tasks = held = HeldTasks()
    return held


@pytest.fixture
def page(desk: Desk, tasks: HeldTasks, answers: Answers, small: Path) -> Iterator[JourneysPage]:
    desk.document.open(small)
    made = JourneysPage(desk, answers)
    made.resize(948, 600)
    made.show()
    yield made
    made.hide()
    made.deleteLater()


@pytest.fixture
def loaded(page: JourneysPage, tasks: HeldTasks) -> JourneysPage:
    tasks.let_all_go()
    page.bring_up_to_date()
    return page


def test_without_a_study_it_says_what_to_do(desk: Desk, answers: Answers) -> None:
    page = JourneysPage(desk, answers)
    page.show()
    assert page.is_empty
    page.hide()
    page.deleteLater()


def test_it_says_that_the_first_shoppers_are_on_their_way(page: JourneysPage, tasks: HeldTasks) -> None:
    assert page.is_empty
    assert (page.plan, page.other, tasks.run_count) == ("Remind", "Baseline", 2)
    tasks.let_all_go()
    page.bring_up_to_date()
    assert not page.is_empty


def test_shoppers_are_listed_with_what_they_did(loaded: JourneysPage, logs: dict[str, Log]) -> None:
    model, log = loaded.list.shoppers, logs["Remind"]
    assert model.rowCount() == log.keys.size
    assert model.index(5, 0).data() == number_of(int(log.keys[5]))
    assert model.index(5, 1).data() == str(counts(log, "visit")[5])
    assert f"{log.keys.size:,} of" in loaded.found.text()


def test_the_chosen_shoppers_stories_stand_under_each_other(loaded: JourneysPage, logs: dict[str, Log]) -> None:
    loaded.list.setCurrentIndex(loaded.list.shoppers.index(7, 0))
    key = int(logs["Remind"].keys[7])
    assert loaded.key == key
    assert loaded.above.view.story.told == story(logs["Remind"], 7)
    there = place_of(logs["Baseline"], key)
    assert there is not None
    assert loaded.below.view.story.told == story(logs["Baseline"], there)
    assert number_of(key) in loaded.above.title.text()


@pytest.mark.parametrize("what", list(WHAT))
def test_shoppers_are_found_by_what_happened(loaded: JourneysPage, logs: dict[str, Log], what: str) -> None:
    place = list(WHAT).index(what)
    loaded.what.setCurrentIndex(place)
    loaded.what.activated.emit(place)
    expected = chosen(logs["Remind"], loaded.kept, logs["Baseline"])
    assert list(loaded.list.shoppers.places) == list(expected)
    assert loaded.what.currentIndex() == place
    assert (loaded.key is None) == (expected.size == 0)


def test_shoppers_are_found_by_who_reached_them(loaded: JourneysPage) -> None:
    texts = [loaded.what.itemText(place) for place in range(loaded.what.count())]
    place = texts.index("reached by Cart recovery")
    loaded.what.activated.emit(place)
    assert loaded.kept.strategy == "cart_recovery"
    for row in range(loaded.list.shoppers.rowCount()):
        loaded.list.setCurrentIndex(loaded.list.shoppers.index(row, 0))
        assert any("Cart recovery" in what.text for what in loaded.above.view.story.told)
    loaded.choose_plan("Baseline")
    assert loaded.kept.what == "anyone", "nobody can be reached by what the plan does not have"


def test_a_number_finds_its_shopper_and_nothing_is_told_of_nobody(
    loaded: JourneysPage, logs: dict[str, Log], qtbot: QtBot
) -> None:
    key = int(logs["Remind"].keys[20])
    qtbot.keyClicks(loaded.number, number_of(key))
    assert (loaded.key, loaded.list.shoppers.rowCount()) == (key, 1)
    qtbot.keyClicks(loaded.number, "9")
    assert (loaded.key, loaded.above.view.story.told) == (None, ())
    assert "Nobody" in loaded.found.text()
    loaded.number.clear()
    assert loaded.list.shoppers.rowCount() == logs["Remind"].keys.size


def test_the_chosen_one_stays_chosen_in_another_plan(loaded: JourneysPage, tasks: HeldTasks) -> None:
    loaded.list.setCurrentIndex(loaded.list.shoppers.index(9, 0))
    key = loaded.key
    loaded.choose_plan("More")
    assert "simulated" in loaded.banner.text.text()
    tasks.let_all_go()
    loaded.bring_up_to_date()
    assert loaded.key == key
    assert loaded.above.plans.currentText() == "More"
    assert not loaded.banner.isVisible()


def test_a_decision_says_why(loaded: JourneysPage) -> None:
    view = loaded.above.view
    row = next(row for row, what in enumerate(view.story.told) if what.shares)
    view.setCurrentIndex(view.story.index(row, 0))
    strongest = view.story.told[row].shares[0]
    assert strongest.driver in loaded.why.bars.accessibleDescription()
    assert "made of the odds of" in loaded.why.words.text()
    assert strongest.driver in loaded.why.bars.toolTip()
    loaded.list.setCurrentIndex(loaded.list.shoppers.index(30, 0))
    assert "Choose a decision" in loaded.why.note.text()


def test_a_story_can_be_copied(loaded: JourneysPage) -> None:
    loaded.above.copy.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith(f"{loaded.above.title.text()} under {loaded.plan}: ")
    assert len(lines) == 1 + len(loaded.above.view.story.told)
    assert "pushed: " in "".join(lines)
    loaded.number.setText("0000 0001")
    assert not loaded.above.copy.isEnabled()
    assert "clear the number" in loaded.above.note.text()


@pytest.mark.parametrize(("days", "words"), [(0.01, "an hour later"), (0.1, "2 hours later"), (3.0, "3 days later")])
def test_time_between_visits_is_told_in_words(qapp: QApplication, days: float, words: str) -> None:
    told = StoryModel()
    told.show_story([Happening(1.0 + days * at, at + 1, "visit", "visit", 0) for at in range(2)], None)
    assert (told.after(0), told.after(1)) == ("", words)


def test_the_list_sorts_by_any_column(loaded: JourneysPage, logs: dict[str, Log]) -> None:
    loaded.list.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    visits = [counts(logs["Remind"], "visit")[place] for place in loaded.list.shoppers.places]
    assert visits == sorted(visits, reverse=True)
    names = [str(loaded.list.shoppers.headerData(column, Qt.Orientation.Horizontal)) for column in range(4)]
    assert names == ["Shopper", "Visits \N{BLACK DOWN-POINTING SMALL TRIANGLE}", "Orders", "EUR"]
    loaded.list.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert list(loaded.list.shoppers.places) == sorted(loaded.list.shoppers.places)


def test_an_edit_makes_new_stories(loaded: JourneysPage, desk: Desk, tasks: HeldTasks) -> None:
    before = tasks.run_count
    desk.document.set_value(("plans", "Remind", "cart_recovery", "delay_days"), 2.0, "Change delay")
    loaded.bring_up_to_date()
    assert tasks.run_count == before + 1, "the baseline is as it was"
    desk.document.undo_stack.undo()
    loaded.bring_up_to_date()
    assert not loaded.banner.isVisible()


def test_a_failure_is_told(page: JourneysPage, tasks: HeldTasks) -> None:
    tasks.fail("no shoppers")
    page.bring_up_to_date()
    empty = page.empty()
    assert empty is not None
    assert "no shoppers" in empty.note
    page._message.button.click()
    tasks.let_all_go()
    page.bring_up_to_date()
    assert not page.is_empty


def test_rows_tell_their_story_to_those_who_do_not_see_them(qapp: QApplication) -> None:
    model = StoryModel()
    shares = (Share("intent", 1.2), Share("price", -0.3))
    told = [Happening(0.0, 1, "visit", "visit 1", 0), Happening(0.1, 1, "left", "leaves", 0, shares)]
    model.show_story([*told, Happening(4.0, 2, "visit", "visit 2", 0)], None)
    spoken = model.data(model.index(1, 0, QModelIndex()), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "day 1: leaves. pushed: intent ×3.32; held back: price ×0.74"
    assert (model.after(0), model.after(2)) == ("", "4 days later")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_everything_is_painted_in_both_looks(loaded: JourneysPage, desk: Desk, mode: str) -> None:
    loaded.list.setCurrentIndex(loaded.list.shoppers.index(3, 0))
    desk.look.choose("dark" if mode == "light" else "light")
    before = loaded.grab().toImage()
    desk.look.choose("light" if mode == "light" else "dark")
    assert loaded.grab().toImage() != before
