"""The compare page: its states, the table in words, charts drawn when seen, and what is copied and handed on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from planner.charts.paint_file import paint
from planner.charts.segments import segments
from planner.experiments.runner import Progress
from planner.gui.chart_card import SegmentsCard
from planner.gui.jobs import Request, State, Trouble
from planner.gui.pages.compare import EFFORTS, ComparePage
from planner.gui.pages.outcomes_table import MAIN, cell_of
from tests.planner.gui import shops
from tests.planner.synthetic import comparison, without_splits

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from planner.gui.chart_card import ChartCard
    from planner.gui.document import Compared
    from planner.gui.window import Window
    from tests.planner.gui.answers import Answers


@pytest.fixture
def page(window: Window, small: Path) -> ComparePage:
    window.open_file(small)
    window.show_page("compare")
    shown = window.page
    assert isinstance(shown, ComparePage)
    return shown


@pytest.fixture
def full(page: ComparePage, compared: Compared) -> ComparePage:
    page.desk.document.show_result(compared)
    page.bring_up_to_date()
    return page


def test_before_the_first_run_the_page_says_what_will_be_run(page: ComparePage) -> None:
    empty = page.empty()
    assert empty is not None
    assert "3 plans on the same 400 shoppers" in empty.note


def test_how_much_is_run_can_be_said_before_the_first_run(page: ComparePage) -> None:
    assert page.is_empty
    assert page.controls.isVisible()
    page.visitors.changed.emit(500)
    page.bring_up_to_date()
    empty = page.empty()
    assert empty is not None
    assert "500 shoppers" in empty.note
    assert page.visitors.editor.accessibleName() == "Shoppers"


def test_partial_results_are_shown_as_they_come(page: ComparePage, qtbot: QtBot) -> None:
    study = page.desk.document.study
    assert study is not None
    many = study.model_copy(update={"experiment": study.experiment.model_copy(update={"replications": 3})})
    with qtbot.waitSignal(page.desk.comparer.progressed, timeout=20_000, check_params_cb=lambda p: p.done >= 3):
        page.desk.comparer.start(Request(many, None, None, shops.endless))
    notice = page.empty()
    assert notice is None or "on their way" in notice.text
    with qtbot.waitSignal(page.desk.comparer.finished, timeout=10_000):
        page.desk.comparer.cancel()
    qtbot.waitUntil(lambda: not page.is_empty)
    assert page.table.outcomes.comparison is not None
    assert page.table.outcomes.comparison.replications == 1


def test_running_stale_and_failed_are_marked(full: ComparePage) -> None:
    assert full.notice() is None
    full.desk.comparer.state = State.RUNNING
    assert full.notice() is not None
    full.desk.comparer.state = State.IDLE
    full.desk.document.set_value(("plans", "Remind", "cart_recovery", "delay_days"), 2.0, "Delay")
    stale = full.notice()
    assert stale is not None
    assert (stale.kind, stale.text) == ("stale", "Remind changed since this comparison.")
    full.bring_up_to_date()
    head = full.table.outcomes.headerData(2, Qt.Orientation.Horizontal)
    assert head == "Remind (changed)"
    full.desk.trouble = Trouble("It broke", "")
    failed = full.notice()
    assert failed is not None
    assert failed.kind == "failed"


def test_a_plan_that_is_new_is_told(full: ComparePage) -> None:
    full.desk.document.set_value(("plans", "Third"), {}, "New plan")
    notice = full.notice()
    assert notice is not None
    assert notice.text == "Not compared yet: Third."


def test_cells_say_value_lift_and_verdict() -> None:
    made = comparison()
    better = cell_of(made, "Level 2", "session_conversion")
    assert (better.kind, better.value) == ("better", "0.85\u202f%")
    assert better.beside.startswith("+4.2\u202f% (")
    assert better.short.startswith("+4.2 ±0.")
    assert cell_of(made, "Level 2", "margin").kind == "cannot tell"
    assert cell_of(made, "Level 1", "strategy_cost").kind == "worse"
    assert cell_of(made, "Baseline", "aov").beside == ""
    assert "to" in cell_of(made, "Level 1", "personalization_roi").beside


def test_charts_are_drawn_when_they_are_seen(full: ComparePage, qtbot: QtBot) -> None:
    full.window().resize(1024, 700)
    qtbot.waitUntil(lambda: any(not card.is_behind for card in full.cards.values()))
    assert full.cards["order_values"].is_behind
    for card in full.cards.values():
        qtbot.waitUntil(partial(is_drawn_when_seen, full, card))
    assert all(card.view.spec is not None for card in full.cards.values())


def is_drawn_when_seen(page: ComparePage, card: ChartCard) -> bool:
    """Look at a card (those above it may grow when they are drawn and push it away again)."""
    page.area.ensureWidgetVisible(card, 0, 0)
    return not card.is_behind


def test_all_outcomes_are_there_on_request(full: ComparePage) -> None:
    assert full.table.outcomes.rowCount() == len(MAIN)
    full.all_outcomes.setChecked(True)
    assert full.table.outcomes.rowCount() > len(MAIN)


def test_the_table_and_a_chart_can_be_copied(full: ComparePage, qtbot: QtBot) -> None:
    full.copy.click()
    assert "Conversion per visit\t" in QGuiApplication.clipboard().text()
    card = full.cards["lift"]
    card.draw()
    card.copy.click()
    assert not QGuiApplication.clipboard().pixmap().isNull()
    card.as_table.click()
    card.copy.click()
    assert QGuiApplication.clipboard().text().startswith("outcome,plan,relative")
    assert card.table.model().rowCount() > 0


def test_a_chart_is_exported(full: ComparePage, answers: Answers, tmp_path: Path, qtbot: QtBot) -> None:
    answers.path = tmp_path / "lift.svg"
    with qtbot.waitSignal(full.desk.noticed, timeout=30_000, check_params_cb=lambda text: "Exported" in text):
        full.cards["lift"].export.click()
    assert (tmp_path / "lift.svg").read_bytes().startswith(b"<?xml")


def test_segments_are_those_of_the_chosen_dimension_in_picture_numbers_and_file(
    full: ComparePage, compared: Compared, answers: Answers, tmp_path: Path, qtbot: QtBot
) -> None:
    card = full.cards["segments"]
    assert isinstance(card, SegmentsCard)
    qtbot.waitUntil(partial(is_drawn_when_seen, full, card))
    assert card.title.text() == "Lift by kind of customer against Baseline"
    card.as_table.click()
    card.dimension.setCurrentIndex(card.dimension.findText("By device"))
    assert card.is_behind
    qtbot.waitUntil(partial(is_drawn_when_seen, full, card))
    assert card.title.text() == "Lift by device against Baseline"
    rows = range(card.table.model().rowCount())
    shown = {card.table.model().index(row, 1).data() for row in rows}
    assert shown == {"phone", "desktop", "tablet"}
    answers.path = tmp_path / "devices.svg"
    with qtbot.waitSignal(full.desk.noticed, timeout=30_000, check_params_cb=lambda text: "Exported" in text):
        card.export.click()
    drawn = segments(compared.comparison, "device")
    assert (tmp_path / "devices.svg").read_bytes() == paint(drawn, "svg")


def test_an_earlier_comparison_that_counted_no_segments_opens_without_them(
    full: ComparePage, compared: Compared, qtbot: QtBot
) -> None:
    assert full.cards["segments"].isVisibleTo(full)
    full.desk.document.show_result(compared._replace(comparison=without_splits(compared.comparison), kept="3 March"))
    full.bring_up_to_date()
    assert [chart for chart, card in full.cards.items() if not card.isVisibleTo(full)] == ["segments"]
    for card in full.cards.values():
        if card.isVisibleTo(full):
            qtbot.waitUntil(partial(is_drawn_when_seen, full, card))


def test_shoppers_and_effort_can_be_chosen(full: ComparePage) -> None:
    full.visitors.changed.emit(500)
    assert full.desk.document.value(("experiment", "visitors")) == 500
    full.effort.setCurrentIndex(2)
    full.effort.activated.emit(2)
    assert full.desk.precision == EFFORTS[2][1]
    assert not full.replications.isEnabled()


def test_another_baseline_is_compared_from_the_finished_runs(full: ComparePage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(full.desk.comparer.finished, timeout=60_000):
        full.desk.run()
    with qtbot.waitSignal(full.desk.comparer.finished, timeout=20_000) as ended:
        full.baseline.textActivated.emit("Remind")
    result, finished = ended.args
    assert (result.comparison.baseline, finished.simulated) == ("Remind", 0)


def test_the_status_line_tells_how_long_it_takes(full: ComparePage, window: Window) -> None:
    full.desk.comparer.state = State.RUNNING
    full.desk.progress = Progress(17, 24, 9.0)
    window.status.bring_up_to_date()
    assert window.status.text.text() == "run 17 of 24, 9 s left"
    full.desk.comparer.state = State.IDLE
