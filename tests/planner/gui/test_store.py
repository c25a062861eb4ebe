"""The store page: forms with range, source and fault; lists; bars; search; import of products."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from planner.gui.pages.store import FormView, StorePage
from planner.gui.store.importing import ProductsView
from planner.gui.store.rows_view import RowsView
from planner.store_sections import SECTIONS
from planner.study_file import find_study
from tests.planner.gui.shops import SMALL

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from planner.gui.document import Document
    from planner.gui.store.form import StoreRow
    from planner.gui.window import Window
    from tests.planner.gui.answers import Answers


@pytest.fixture
def page(window: Window) -> StorePage:
    window.desk.document.open(find_study("fashion"))
    return opened(window)


def opened(window: Window) -> StorePage:
    window.show_page("store")
    page = window.page
    assert isinstance(page, StorePage)
    return page


def form_row(page: StorePage, section: str, field: str) -> StoreRow:
    page.show_section(section)
    return page.view.form.rows[field]


def rows_view(page: StorePage, section: str) -> RowsView:
    page.show_section(section)
    assert isinstance(page.view, RowsView)
    return page.view


def type_into(qtbot: QtBot, row: StoreRow, text: str) -> None:
    line = cast("QLineEdit", row.field.editor)
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def names(document: Document, section: str) -> list[str]:
    rows = cast("list[dict[str, str]]", document.value(SECTIONS[section].path, []))
    return [row["name"] for row in rows]


def test_every_section_is_shown_without_a_fault(page: StorePage) -> None:
    for id_ in SECTIONS:
        page.show_section(id_)
        assert page.sections.section == id_
        view = page.view
        if isinstance(view, FormView):
            assert set(view.form.rows) == set(SECTIONS[id_].fields)
            assert not any(row.fault.text() for row in view.form.rows.values())
        assert all(row.field.editor.accessibleName() for row in view.form.rows.values())


def test_a_field_tells_range_unit_and_source(page: StorePage) -> None:
    row = form_row(page, "messages", "open_rate")
    assert (row.help.text(), row.unit.text()) == ("Messages opened · 0 to 100\u202f%", "%")
    assert row.origin.text() == "Chosen: 15.7 % of campaign mails are opened [Mailchimp 2019, e-commerce]"
    assert cast("QLineEdit", row.field.editor).text() == "18"
    assert page.desk.document.comments()["messages.open_rate"] == row.origin.text().replace("Chosen", "chosen")


def test_an_edit_changes_value_and_source_and_can_be_undone(page: StorePage, qtbot: QtBot) -> None:
    row, document = form_row(page, "messages", "open_rate"), page.desk.document
    type_into(qtbot, row, "25")
    assert document.value(("messages", "open_rate")) == 0.25
    qtbot.waitUntil(lambda: row.origin.text().startswith("Set by you; it was 18\u202f% (chosen: 15.7"))
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: row.origin.text().startswith("Chosen"))


def test_a_saved_edit_no_longer_claims_the_old_source(page: StorePage, qtbot: QtBot, tmp_path: Path) -> None:
    document, path = page.desk.document, tmp_path / "mine.toml"
    type_into(qtbot, form_row(page, "messages", "open_rate"), "25")
    document.save(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next(line for line in lines if line.startswith("open_rate"))
    assert line.startswith("open_rate = 0.25  # set by you (was 0.18 from: chosen: 15.7 % of campaign mails")
    document.open(path)
    row = form_row(page, "messages", "open_rate")
    assert row.origin.text().startswith("Set by you; it was 18\u202f% (chosen: 15.7")


def test_a_fault_stands_at_its_field_and_is_counted(page: StorePage, qtbot: QtBot) -> None:
    row = form_row(page, "messages", "open_rate")
    type_into(qtbot, row, "140")
    qtbot.waitUntil(lambda: row.fault.text() == "must be 0 to 100\u202f%")
    items = page.sections.items
    told = [items.item(place).data(Qt.ItemDataRole.AccessibleTextRole) for place in range(items.count())]
    assert [text for text in told if text and "to mend" in text] == ["Messages, 1 to mend"]


def test_a_value_without_a_comment_points_to_the_note_of_its_section(page: StorePage) -> None:
    page.show_section("source")
    view = page.view
    assert isinstance(view, RowsView)
    assert "compilation of Screen Pages" in view.card.note.text()
    assert view.form.rows["share"].origin.text() == "See the note above"
    referral = view.model.index(4, view.model.columns.index("reasons"))
    assert "recommended = 55" in view.model.data(referral, Qt.ItemDataRole.ToolTipRole)


def test_values_of_the_base_have_its_source(window: Window, small: Path) -> None:
    window.desk.document.open(small)
    page = opened(window)
    assert form_row(page, "messages", "open_rate").origin.text().startswith("Chosen: 15.7 %")
    assert form_row(page, "store", "name").origin.text() == "Note: as on the door"


def test_search_goes_to_the_field(page: StorePage, qtbot: QtBot) -> None:
    qtbot.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(page.sections.search.hasFocus)
    qtbot.keyClicks(page.sections.search, "salvage")
    qtbot.keyClick(page.sections.search, Qt.Key.Key_Return)
    row = form_row(page, "costs", "salvage")
    assert page.sections.section == "costs"
    page.show_section("costs", "salvage")
    assert row.field.editor.hasFocus()
    qtbot.keyClick(page.sections.search, Qt.Key.Key_Escape)
    current = page.sections.items.currentItem()
    assert current is not None
    assert current.text() == "Costs"


def test_what_was_found_is_reached_by_keyboard(page: StorePage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.sections.search, "lead")
    qtbot.keyClick(page.sections.search, Qt.Key.Key_Down)
    with qtbot.waitSignal(page.sections.chosen, check_params_cb=lambda section, field: field == "lead_days"):
        qtbot.keyClick(page.sections.items, Qt.Key.Key_Return)
    assert page.sections.section == "stock"


def test_a_search_without_a_hit_says_so(page: StorePage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.sections.search, "xyzzy")
    qtbot.keyClick(page.sections.search, Qt.Key.Key_Return)
    assert page.sections.items.item(0).text() == "0 fields"


def test_rows_are_added_moved_and_removed(page: StorePage) -> None:
    view, document = rows_view(page, "place"), page.desk.document
    view.choose(0)
    view.tools["add"].click()
    assert names(document, "place") == ["city", "new place", "town", "country"]
    assert (view.place, document.faults) == (1, ())
    view.tools["down"].click()
    view.tools["down"].click()
    assert (names(document, "place"), view.place) == (["city", "town", "country", "new place"], 3)
    view.tools["up"].click()
    view.choose(0)
    view.tools["remove"].click()
    assert names(document, "place") == ["town", "new place", "country"]
    for _ in range(5):
        document.undo_stack.undo()
    assert names(document, "place") == ["city", "town", "country"]


def test_shares_are_shown_as_percent(page: StorePage) -> None:
    view, document = rows_view(page, "device"), page.desk.document
    document.set_value(("device", 0, "share"), 165, "Share")
    view.refresh()
    percent = view.model.columns.index("%")
    shown = [view.model.index(row, percent).data() for row in range(3)]
    assert shown == ["82.5\u202f%", "16.0\u202f%", "1.5\u202f%"]


def test_cells_are_edited_and_faults_marked(page: StorePage) -> None:
    view, document = rows_view(page, "source"), page.desk.document
    cost = view.model.index(0, view.model.columns.index("cost_per_visit"))
    assert view.model.setData(cost, "0.5")
    assert document.value(("source", 0, "cost_per_visit")) == 0.5
    assert view.model.setData(cost, "free")
    view.refresh()
    assert "number" in cost.data(Qt.ItemDataRole.ToolTipRole)
    assert view.form.rows["cost_per_visit"].fault.text()
    assert view.model.setData(cost, "")
    assert document.value(("source", 0, "cost_per_visit")) is None
    view.refresh()
    assert not view.model.setData(cost, "0")


def test_a_cell_is_edited_by_keyboard(page: StorePage, qtbot: QtBot) -> None:
    view, document = rows_view(page, "device"), page.desk.document
    view.table.setFocus()
    view.table.setCurrentIndex(view.model.index(1, view.model.columns.index("share")))
    qtbot.keyClicks(view.table, "4")
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    qtbot.keyClicks(editor, "0")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: document.value(("device", 1, "share")) == 40)
    qtbot.waitUntil(lambda: view.form.rows["share"].field.shown == 40)


def test_a_switch_in_a_list_is_ticked(page: StorePage) -> None:
    view, document = rows_view(page, "reason"), page.desk.document
    cell = view.model.index(0, view.model.columns.index("referred"))
    assert view.model.setData(cell, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert document.value(("reason", 0, "referred")) is True


def test_lists_of_the_base_become_the_studys_own(window: Window, small: Path) -> None:
    window.desk.document.open(small)
    view = rows_view(opened(window), "age")
    view.choose(2)
    view.tools["remove"].click()
    assert names(window.desk.document, "age") == ["18-34", "35-54"]
    assert "[[age]]" in window.desk.document.text()


def test_a_list_that_is_not_there_can_be_begun_and_ended(window: Window) -> None:
    document = window.desk.document
    document.open_text(without_table(find_study("fashion").read_text(encoding="utf-8"), "[[gender]]"), "no genders")
    view = rows_view(opened(window), "gender")
    assert (view.none.isVisible(), view.chosen.isVisible()) == (True, False)
    view.tools["add"].click()
    assert (names(document, "gender"), document.faults) == (["new gender"], ())
    view.tools["remove"].click()
    assert document.value(("gender",)) is None


def without_table(text: str, heading: str) -> str:
    tables = text.split("\n[")
    return "\n[".join(table for table in tables if not f"[{table}".startswith(heading))


def test_a_fault_of_the_whole_list_stands_above_it(page: StorePage) -> None:
    view, document = rows_view(page, "gender"), page.desk.document
    for place in range(2):
        document.set_value(("gender", place, "share"), 0, "Share")
    view.refresh()
    assert view.fault.text() == "at least one share must be above 0"


def test_bars_are_dragged_as_one_step(page: StorePage, qtbot: QtBot) -> None:
    row, document = form_row(page, "calendar", "month"), page.desk.document
    assert row.bars is not None
    before, steps = document.value(("calendar", "month")), document.undo_stack.count()
    qtbot.mousePress(row.bars, Qt.MouseButton.LeftButton, pos=QPoint(3, 60))
    qtbot.mouseMove(row.bars, QPoint(3, 40))
    qtbot.mouseRelease(row.bars, Qt.MouseButton.LeftButton, pos=QPoint(3, 30))
    now = document.value(("calendar", "month"))
    assert isinstance(now, list)
    assert isinstance(before, list)
    assert (now[0] != before[0], now[1:] == before[1:]) == (True, True)
    assert document.undo_stack.count() == steps + 1


def test_bars_are_changed_by_keyboard(page: StorePage, qtbot: QtBot) -> None:
    row, document = form_row(page, "calendar", "weekday"), page.desk.document
    assert row.bars is not None
    row.bars.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Up):
        qtbot.keyClick(row.bars, key)
        page.bring_up_to_date()
    assert document.value(("calendar", "weekday")) == [1.0, 1.1, 0.98, 0.98, 0.97, 1.0, 1.07]
    assert row.bars.accessibleDescription() == "Tue: 1.1"
    document.undo_stack.undo()
    assert document.value(("calendar", "weekday")) == [1.0, 1.0, 0.98, 0.98, 0.97, 1.0, 1.07]


def test_bars_of_a_wrong_list_are_hidden(page: StorePage) -> None:
    row, document = form_row(page, "calendar", "weekday"), page.desk.document
    document.set_value(("calendar", "weekday"), [1.0, 2.0], "Weekdays")
    page.bring_up_to_date()
    assert row.bars is not None
    assert not row.bars.isVisible()
    assert row.fault.text()


PRODUCTS = "name,category,price\nRed dress,dresses,89.9\nBoots,boots,120\nHat,hats,cheap\n"


def test_products_are_imported_after_a_look(page: StorePage, qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    answers.path = tmp_path / "products.csv"
    answers.path.write_text(PRODUCTS, encoding="utf-8")
    view, document = rows_view(page, "product"), page.desk.document
    assert isinstance(view, ProductsView)
    view.import_tool.click()
    qtbot.waitUntil(view.preview.isVisible, timeout=20_000)
    assert "2 products can be imported" in view.preview.text.text()
    assert view.preview.faults.text() == "line 4, price: is no number (found 'cheap')"
    view.preview.replace.click()
    assert (names(document, "product"), document.faults) == (["Red dress", "Boots"], ())
    assert names(document, "category")[-1] == "boots"
    assert not view.preview.isVisible()
    document.undo_stack.undo()
    assert document.value(("catalogue", "product")) is None


def test_products_are_added_to_the_list(page: StorePage) -> None:
    from planner.catalogue_file import parse_catalogue

    view, document = rows_view(page, "product"), page.desk.document
    assert isinstance(view, ProductsView)
    for price in (50, 60):
        view.show_found(parse_catalogue(f"name,category,price\nShirt {price},shirts,{price}\nTie,shirts,{price}\n"))
        (view.preview.append if price == 60 else view.preview.replace).click()
    assert names(document, "product") == ["Shirt 50", "Shirt 60", "Tie"]


def test_an_unreadable_list_can_only_be_left(page: StorePage) -> None:
    from planner.catalogue_file import parse_catalogue

    view = rows_view(page, "product")
    assert isinstance(view, ProductsView)
    view.show_found(parse_catalogue("colour\nred\n"))
    assert (view.preview.replace.isVisible(), view.preview.cancel.isVisible()) == (False, True)
    view.preview.cancel.click()
    assert not view.preview.isVisible()


def test_a_product_without_a_cost_leaves_it_out(page: StorePage, qtbot: QtBot) -> None:
    view, document = rows_view(page, "product"), page.desk.document
    view.tools["add"].click()
    assert document.faults == ()
    row = view.form.rows["unit_cost"]
    type_into(qtbot, row, "12")
    assert document.value(("catalogue", "product", 0, "unit_cost")) == 12.0
    cast("QLineEdit", row.field.editor).clear()
    type_into(qtbot, row, " ")
    assert document.value(("catalogue", "product", 0)) == {"name": "new product", "category": "dresses", "price": 1}


def test_another_study_brings_its_own_sources(page: StorePage) -> None:
    row = form_row(page, "messages", "open_rate")
    page.desk.document.open_text(SMALL + "[messages]\nopen_rate = 0.3  # own count\n", "other")
    page.bring_up_to_date()
    assert row.origin.text() == "Note: own count"


def test_a_switched_look_is_followed(page: StorePage) -> None:
    page.show_section("calendar")
    page.desk.look.choose("dark")
    page.show_section("source")
    view = page.view
    assert isinstance(view, RowsView)
    colour = view.model.index(0, 0).data(Qt.ItemDataRole.ForegroundRole)
    assert colour.name() == page.desk.look.tokens.ink
