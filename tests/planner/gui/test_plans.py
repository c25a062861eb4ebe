"""The plans page: the table of strategies, switching, plans as a whole, the form and its faults."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox

from planner.gui.fields import NumberField, NumbersField, TextField, WeightsField, make_field
from planner.gui.pages.plan_header import NOTE
from planner.gui.pages.plans import PlansPage
from planner.gui.pages.plans_rows import differs, lacking, monthly_cost, plans_of, rows_of
from planner.study_file import find_study
from simulation import Study, library
from simulation.study import Source, Stage

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from planner.gui.window import Window
    from tests.planner.gui.answers import Answers


@pytest.fixture
def page(window: Window, small: Path) -> PlansPage:
    window.open_file(small)
    shown = window.page
    assert isinstance(shown, PlansPage)
    return shown


def plans(page: PlansPage) -> dict[str, dict[str, object]]:
    return plans_of(page.desk.document.reading.whole)


def test_every_strategy_of_the_registry_has_a_row_under_its_stage(page: PlansPage) -> None:
    rows = page.table.plans_model.rows
    assert {row.id for row in rows if row.kind == "strategy"} == set(library().strategies)
    heads = [row.title for row in rows if row.kind == "heading"]
    assert heads[0] == "Awareness"
    assert heads[-1] == "Throughout"
    assert page.table.plans_model.plans == ["Baseline", "Remind", "More"]


def test_what_a_plan_costs_stands_under_its_name(page: PlansPage) -> None:
    model = page.table.plans_model
    told = [model.headerData(place, Qt.Orientation.Horizontal, NOTE) for place in range(4)]
    assert told == [None, "€0", "€250", "€900"]
    page.desk.document.set_value(("plans", "Remind", "cart_recovery", "monthly"), {"technology": 400.0}, "Dearer")
    page.bring_up_to_date()
    assert model.headerData(2, Qt.Orientation.Horizontal, NOTE) == "€400"
    assert "fixed cost" in model.headerData(2, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)


def test_space_and_a_click_switch_a_strategy(page: PlansPage, qtbot: QtBot) -> None:
    page.table.choose("Remind", "smart_content")
    qtbot.keyClick(page.table, Qt.Key.Key_Space)
    assert list(plans(page)["Remind"]) == ["cart_recovery", "smart_content"]
    middle = page.table.visualRect(page.table.currentIndex()).center()
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert list(plans(page)["Remind"]) == ["cart_recovery"]
    page.desk.document.undo_stack.undo()
    page.desk.document.undo_stack.undo()
    assert not page.desk.document.is_dirty


def test_a_click_beside_the_box_only_chooses(page: PlansPage, qtbot: QtBot) -> None:
    page.table.choose("Remind", "smart_content")
    corner = page.table.visualRect(page.table.currentIndex()).topLeft() + QPoint(4, 4)
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=corner)
    assert not page.desk.document.is_dirty
    assert page.side.card.title.text() == "Smart content"


def test_what_differs_from_the_baseline_is_told(page: PlansPage) -> None:
    model = page.table.plans_model
    row = next(row for row in model.rows if row.id == "cart_recovery")
    assert model.is_different(row, "Remind")
    assert "otherwise than in Baseline" in model.told(row, "Remind")
    assert not model.is_different(row, "Baseline")


def test_data_that_is_not_collected_is_marked(page: PlansPage) -> None:
    model = page.table.plans_model
    row = next(row for row in model.rows if row.id == "cart_recovery")
    assert not model.is_marked(row, "Remind")
    page.desk.document.set_value(("data", "email"), False, "No e-mail")
    page.table.refresh()
    assert model.is_marked(row, "Remind")
    page.table.choose("Remind", "cart_recovery")
    assert "e-mail" in page.side.warning.text()


def test_the_form_edits_with_undo_and_shows_the_fault(page: PlansPage, qtbot: QtBot) -> None:
    page.table.choose("Remind", "cart_recovery")
    form = page.side.form
    assert form is not None
    delay = form.rows["delay_days"]
    assert isinstance(delay.field, NumberField)
    assert delay.help.text() == "from leaving the cart to the message; a day is best"
    type_into(delay.field, "-3", qtbot)
    assert page.desk.document.value(("plans", "Remind", "cart_recovery", "delay_days")) == -3.0
    qtbot.waitUntil(lambda: "must be from 0" in delay.fault.text())
    page.desk.document.undo_stack.undo()
    qtbot.waitUntil(lambda: not delay.fault.isVisible())
    assert delay.field.line.text() == "1"


def test_shares_are_percentages_and_steps_suit_the_size(page: PlansPage, qtbot: QtBot) -> None:
    page.table.choose("More", "cart_recovery")
    form = page.side.form
    assert form is not None
    discount = form.rows["discount"].field
    assert isinstance(discount, NumberField)
    assert discount.line.text() == "10"
    type_into(discount, "12.5", qtbot)
    path = ("plans", "More", "cart_recovery", "discount")
    assert page.desk.document.value(path) == 0.125
    qtbot.keyClick(discount.line, Qt.Key.Key_Up)
    assert page.desk.document.value(path) == 0.135
    form.rows["discount"].reset.click()
    assert page.desk.document.value(path) is None


def test_what_the_baseline_has_stands_beside(page: PlansPage, qtbot: QtBot) -> None:
    page.desk.document.set_value(("experiment", "baseline"), "Remind", "Baseline")
    page.table.choose("More", "cart_recovery")
    form = page.side.form
    assert form is not None
    qtbot.waitUntil(lambda: form.rows["discount"].difference.text() == "Remind: 0")
    assert not form.rows["delay_days"].difference.isVisible()


def type_into(field: NumberField, text: str, qtbot: QtBot) -> None:
    field.line.selectAll()
    qtbot.keyClicks(field.line, text)
    qtbot.keyClick(field.line, Qt.Key.Key_Return)


def test_plans_are_duplicated_renamed_moved_and_deleted(page: PlansPage, answers: Answers) -> None:
    page.table.choose("Remind", "cart_recovery")
    page.tools["duplicate"].click()
    assert list(plans(page)) == ["Baseline", "Remind", "Remind copy", "More"]
    assert page.table.plan == "Remind copy"
    answers.line = "Later"
    page.tools["rename"].click()
    page.tools["right"].click()
    assert list(plans(page)) == ["Baseline", "Remind", "More", "Later"]
    page.tools["delete"].click()
    assert list(plans(page)) == ["Baseline", "Remind", "More"]
    page.tools["new"].click()
    assert plans(page)["New plan"] == {}
    for _ in range(page.desk.document.undo_stack.count()):
        page.desk.document.undo_stack.undo()
    assert not page.desk.document.is_dirty


def test_the_baseline_keeps_its_part_when_renamed(page: PlansPage, answers: Answers) -> None:
    page.table.choose("More")
    page.tools["baseline"].click()
    answers.line = "Much more"
    page.tools["rename"].click()
    assert page.desk.document.value(("experiment", "baseline")) == "Much more"
    assert page.desk.document.faults == ()
    assert not page.tools["delete"].isEnabled()


def test_a_strategy_that_is_not_installed_is_kept_and_shown(page: PlansPage) -> None:
    page.desk.document.set_value(("plans", "More", "telepathy", "power"), 3, "Telepathy")
    page.table.refresh()
    rows = page.table.plans_model.rows
    assert [row.id for row in rows if row.kind == "unknown"] == ["telepathy"]
    page.table.choose("More", "telepathy")
    assert "not installed" in page.side.card.note.text()


def test_costs_per_month_add_up() -> None:
    cart = library().strategies["cart_recovery"].model_fields["monthly"].default
    assert monthly_cost({"cart_recovery": {}}) == sum(cart.model_dump().values())
    assert monthly_cost({"cart_recovery": {"monthly": {"data": 7.0}}, "unknown": {}}) == 7.0
    assert monthly_cost({"cart_recovery": {"monthly": "much"}}) == sum(cart.model_dump().values())


def test_rows_of_a_broken_study() -> None:
    assert rows_of({"plans": 3, "funnel": "no"})
    assert lacking({"data": 1}, "cart_recovery") == ()
    assert not differs({}, "a", "b", "cart_recovery")


def test_every_declaration_has_a_field_that_keeps_its_value(window: Window) -> None:
    window.open_file(find_study("fashion"))
    sections = [Stage, Source, *(info.annotation for info in Study.model_fields.values())]
    for section in sections:
        for info in getattr(section, "model_fields", {}).values():
            field = make_field(info)
            field.show_value(info.get_default(call_default_factory=True))
            field.deleteLater()


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (lambda: NumberField(whole=True, share=False), "20", 20),
        (lambda: NumberField(whole=True, share=False), "2.5", 2.5),
        (lambda: NumberField(whole=False, share=True), "12.3", 0.123),
        (lambda: NumberField(whole=False, share=False), "a", "a"),
        (lambda: NumberField(whole=False, share=False), "nan", "nan"),
        (NumbersField, "1, 2.5", [1.0, 2.5]),
        (WeightsField, "to buy = 15, window = 2", {"to buy": 15.0, "window": 2.0}),
    ],
)
def test_fields_read_what_they_write(qapp: object, field: Callable[[], TextField], text: str, value: object) -> None:
    made = field()
    assert made.read(text) == value
    assert made.read(made.written(value)) == value
    made.deleteLater()


def test_a_switch_tells_on_and_off(qapp: object, qtbot: QtBot) -> None:
    made = make_field(Study.model_fields["data"].annotation.model_fields["email"])  # type: ignore[union-attr]
    box = made.findChild(QCheckBox)
    assert box is not None
    made.show_value(True)
    with qtbot.waitSignal(made.changed) as told:
        box.click()
    assert told.args == [False]
    made.deleteLater()


def test_a_strategy_without_its_stage_lacks_it() -> None:
    funnel = {"stage": [{"name": "page", "role": "entry"}]}
    assert lacking({"funnel": funnel}, "cross_sell") == ("a stage of role checkout",)
    assert lacking({"funnel": funnel}, "smart_content") == ()
    assert lacking({"funnel": "no"}, "cross_sell") == ()
