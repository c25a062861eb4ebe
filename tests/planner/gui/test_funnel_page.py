"""The funnel page: graph and flows, choosing by mouse and keyboard, edits and their undo, boxes, pictures."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest

from planner.gui.document import Compared, plan_keys
from planner.gui.graph.items import THICKEST, THINNEST, Key, width_of
from planner.gui.graph.printing import print_graph
from planner.gui.jobs import State, Trouble
from planner.gui.pages.funnel import FunnelPage
from planner.gui.pages.funnel_boxes import boxes_key, kept_boxes
from planner.gui.pages.funnel_choice import TYPICAL
from tests.planner.synthetic import SIX, comparison

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from planner.gui.window import Window
    from tests.planner.gui.answers import Answers

INTEREST = Key("stage", 2)


@pytest.fixture
def page(window: Window, small: Path, qtbot: QtBot) -> FunnelPage:
    window.open_file(small)
    window.resize(1440, 900)
    window.show_page("funnel")
    made = window.page
    assert isinstance(made, FunnelPage)
    qtbot.waitUntil(lambda: bool(made.scene.stages))
    return made


def compare(page: FunnelPage) -> None:
    study = page.desk.document.study
    assert study is not None
    made = comparison({"Baseline": 0.0, "Remind": 0.02, "More": 0.05})
    page.desk.document.show_result(Compared(made, plan_keys(study)))
    page.bring_up_to_date()


def spot(page: FunnelPage, place: QPointF) -> QPoint:
    return page.view.mapFromScene(place)


def names(page: FunnelPage) -> list[str]:
    return [node.name for node in page.scene.content.graph.nodes]


def test_before_a_run_flows_are_those_of_the_closed_form(page: FunnelPage) -> None:
    assert page.card.title.text() == "0.113\u202f% of typical first visits end in an order"
    assert "square-root scale, the widest 100 of 100" in page.card.note.text()
    assert [item.note for item in page.scene.stages][:3] == ["100 of 100", "57.4 of 100", "26.2 of 100"]
    assert page.scene.edges["enter", "awareness"].width == THICKEST
    assert page.scene.labels["awareness", "discovery"].lines[0][0] == "53.5\u202f%"
    assert not page.choice.plan.isEnabled()


def test_widths_follow_the_flow() -> None:
    assert width_of(100, 100) == THICKEST
    assert width_of(25, 100) == THICKEST / 2
    assert width_of(0, 0) == width_of(1e-9, 100) == THINNEST


def test_the_conversion_follows_each_edit_and_its_undo(page: FunnelPage) -> None:
    before = page.card.title.text()
    page.scene.select(Key("edge", 0))
    field = page.side.edge.odds.rows["odds"].field
    field.changed.emit(100.0)
    page.bring_up_to_date()
    assert page.card.title.text() != before
    assert page.desk.document.undo_stack.undoText() == "Change odds"
    page.desk.document.undo_stack.undo()
    page.bring_up_to_date()
    assert page.card.title.text() == before


def test_a_click_chooses_a_stage_and_shows_its_form(page: FunnelPage) -> None:
    QTest.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=spot(page, page.scene.stages[2].scenePos()))
    assert page.scene.selected == INTEREST
    assert page.side.card.title.text() == "Interest"
    assert page.side.stage.form.rows["dwell_minutes"].field.shown == 2.0
    assert page.side.stage.edges.buttons[0].text() == "to Consideration: 8.02\u202f%"
    page.side.stage.edges.buttons[1].click()
    assert page.side.card.title.text() == "Interest → Discovery"


def test_a_box_is_dragged_and_stays_there(page: FunnelPage, qtbot: QtBot) -> None:
    item, viewport = page.scene.stages[2], page.view.viewport()
    start = spot(page, item.scenePos())
    changes = page.desk.document.undo_stack.count()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(viewport, start + QPoint(0, 20))
    QTest.mouseMove(viewport, start + QPoint(0, 80))
    page.refresh()  # partial results may come while the user holds a box
    assert page.scene.stages[2] is item
    with qtbot.waitSignal(page.scene.dragged):
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start + QPoint(0, 80))
    place = kept_boxes(page.desk.settings, boxes_key(page.desk.document))["interest"]
    assert place[1] > 40
    page.bring_up_to_date()
    assert (page.scene.stages[2].x(), page.scene.stages[2].y()) == pytest.approx(place)
    page.rename_stage(2, "liking")
    assert page.scene.stages[2].y() == pytest.approx(place[1])
    assert page.desk.document.undo_stack.count() == changes + 1  # the name; not the place
    page.card.reset_boxes()
    page.bring_up_to_date()
    assert page.scene.stages[2].y() == 0


def test_everything_by_keyboard(page: FunnelPage, qtbot: QtBot) -> None:
    view, key = page.view, Qt.Key
    chosen = []
    for press in (key.Key_Right, key.Key_Right, key.Key_Down, key.Key_Down, key.Key_Down, key.Key_Up, key.Key_Left):
        qtbot.keyClick(view, press)
        chosen.append(page.scene.selected)
    edges = [Key("edge", 2), Key("edge", 3), Key("stage", 1), Key("edge", 3)]
    assert chosen == [Key("stage", 0), Key("stage", 1), *edges, Key("stage", 0)]
    qtbot.keyClick(view, key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert page.card.boxes["awareness"] == (0.0, 10.0)
    zoom = view.zoom
    qtbot.keyClick(view, key.Key_Plus)
    assert view.zoom > zoom
    qtbot.keyClick(view, key.Key_Minus)
    qtbot.keyClick(view, key.Key_0)
    assert view.zoom == pytest.approx(zoom, rel=0.1)
    qtbot.keyClick(view, key.Key_Escape)
    assert page.scene.selected is None
    page.scene.select(Key("edge", 5))
    qtbot.keyClick(view, key.Key_Delete)
    assert ("interest", "discovery") not in page.scene.edges
    assert view.accessibleName()


def test_stages_come_and_go_in_one_step_each(page: FunnelPage) -> None:
    stack, before = page.desk.document.undo_stack, page.desk.document.text()
    page.scene.select(INTEREST)
    page.card.buttons["plus"].click()
    assert names(page)[3] == "new stage"
    assert page.scene.selected == Key("stage", 3)
    assert page.desk.document.faults == ()
    page.side.stage.name.field.changed.emit("second look")
    assert names(page)[3] == "second look"
    assert ("interest", "second look") in page.scene.edges
    page.side.later.click()
    assert names(page)[4] == "second look"
    page.side.remove.click()
    assert names(page) == list(SIX)
    assert stack.count() == 4
    for _ in range(4):
        stack.undo()
    assert page.desk.document.text() == before


def test_edges_come_and_lead_elsewhere(page: FunnelPage) -> None:
    page.scene.select(Key("stage", 0))
    form = page.side.stage
    form.target.box.setCurrentIndex(1)
    form.target.box.activated.emit(1)
    form.add.click()
    assert ("awareness", "consideration") in page.scene.edges
    assert page.side.card.title.text() == "Awareness → Consideration"
    page.side.edge.target.box.activated.emit(4)
    page.bring_up_to_date()
    assert ("awareness", "conversion") in page.scene.edges
    assert page.desk.document.undo_stack.count() == 2


def test_weights_of_an_edge_show_what_holds_by_role(page: FunnelPage) -> None:
    page.scene.select(Key("edge", 0))
    form = page.side.edge.drivers.form
    assert form is not None
    assert form.rows["intent"].field.shown == 0.3
    form.rows["intent"].field.changed.emit(0.9)
    page.bring_up_to_date()
    assert page.desk.document.value(("funnel", "edge", 0, "weights", "intent")) == 0.9
    page.scene.select(Key("stage", 0))
    role = page.side.stage.drivers.form
    assert role is not None
    role.rows["trust"].field.changed.emit(0.8)
    page.bring_up_to_date()
    page.scene.select(Key("edge", 0))
    form = page.side.edge.drivers.form
    assert form is not None
    assert (form.rows["trust"].field.shown, form.rows["intent"].field.shown) == (0.8, 0.9)
    page.scene.select(Key("edge", 1))
    form = page.side.edge.drivers.form
    assert form is not None
    assert form.rows["trust"].field.shown == 0.0  # leaving has weights of its own only


def test_faults_stand_at_the_node(page: FunnelPage, qtbot: QtBot) -> None:
    document = page.desk.document
    document.set_value(("funnel", "stage", 2, "dwell_minutes"), -2.0, "x")
    page.bring_up_to_date()
    assert [item.faulty for item in page.scene.stages] == [False, False, True, False, False, False]
    assert page.card.title.text() == "Funnel: 1 to mend"
    assert "must be from 0" in page.scene.stages[2].toolTip()
    page.side.whole.faults.buttons[0].click()
    assert page.scene.selected == INTEREST
    assert page.side.stage.form.rows["dwell_minutes"].fault.isVisible()
    document.undo_stack.undo()
    document.set_value(("funnel", "edge", 0, "target"), "nowhere", "x")
    page.bring_up_to_date()
    page.scene.select(None)
    page.side.whole.faults.buttons[0].click()  # an edge that cannot be drawn can be mended all the same
    assert page.side.card.title.text() == "Awareness → Nowhere"
    assert page.side.edge.target.fault.text().startswith("must be one of")
    page.side.edge.target.box.activated.emit(1)
    page.bring_up_to_date()
    assert document.faults == ()
    assert page.scene.selected == Key("edge", 0)


def test_flows_of_plans_and_what_differs(page: FunnelPage) -> None:
    compare(page)
    assert (page.choice.plan.currentText(), page.choice.against.currentText()) == ("More", "Baseline")
    on, out = page.scene.edges["awareness", "discovery"], page.scene.edges["awareness", "leave"]
    assert QColor(on.colour) == QColor("#0072b2")
    assert QColor(out.colour) == QColor("#d55e00")
    assert page.scene.labels["awareness", "discovery"].lines[1][0].startswith("+")
    assert page.card.title.text() == "Where shoppers go: More against Baseline"
    assert "orange: fewer" in page.card.note.text()
    assert "typical first visits end in an order" in page.card.note.text(), "the conversion stays live"
    page.choice.against.setCurrentIndex(0)
    page.choice.against.activated.emit(0)
    page.bring_up_to_date()
    assert page.scene.edges["awareness", "discovery"].colour == page.scene.edges["awareness", "leave"].colour
    page.choice.plan.activated.emit(0)
    page.bring_up_to_date()
    assert page.choice.chosen(page.desk.document.result)[0] == TYPICAL
    assert page.scene.stages[0].note == "100 of 100"
    page.card.buttons["table"].click()
    assert page.card.table.model().rowCount() == len(page._flows.visits)


def test_running_stale_and_failed_are_said(page: FunnelPage) -> None:
    compare(page)
    assert page.notice() is None
    page.desk.comparer.state = State.RUNNING
    notice = page.notice()
    assert notice is not None
    assert notice.kind == "running"
    page.desk.comparer.state = State.IDLE
    page.desk.document.set_value(("funnel", "edge", 0, "odds"), 60.0, "x")
    notice = page.notice()
    assert notice is not None
    assert notice.kind == "stale"
    page.desk.trouble = Trouble("It broke.", "")
    notice = page.notice()
    assert notice is not None
    assert "It broke." in notice.text
    page.desk.trouble = None


def test_pictures_files_and_paper(page: FunnelPage, answers: Answers, tmp_path: Path) -> None:
    page.card.buttons["copy"].click()
    image = QGuiApplication.clipboard().image()
    assert image.width() > 1000
    for name, start in (("g.png", b"\x89PNG"), ("g.svg", b"<?xml"), ("g.pdf", b"%PDF"), ("g.xyz", b"\x89PNG")):
        answers.path = tmp_path / name
        page.card.buttons["export"].click()
        written = tmp_path / ("g.png" if name == "g.xyz" else name)
        assert written.read_bytes().startswith(start)
    drawn = " ".join((tmp_path / "g.svg").read_text(encoding="utf-8").split())
    assert "square-root scale" in drawn  # whose flows, and their scale, go with the picture
    answers.path = tmp_path / "missing" / "g.png"
    page.card.buttons["export"].click()
    printer = QPrinter()
    printer.setOutputFileName(str(tmp_path / "paper.pdf"))
    print_graph(page.scene.content, printer)
    assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF")


def test_a_narrow_window_puts_the_form_below_and_looks_change(page: FunnelPage, window: Window) -> None:
    assert page.split.orientation() == Qt.Orientation.Horizontal
    window.resize(1024, 700)
    assert page.split.orientation() == Qt.Orientation.Vertical
    page.desk.look.choose("dark")
    page.bring_up_to_date()
    assert page.view.backgroundBrush().color() == QColor("#1d232b")


def test_the_page_is_shown_without_loading_charts() -> None:
    code = "import sys, planner.gui.pages.funnel, planner.gui.pages.store; print('pyqtgraph' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_forms_are_made_when_they_are_wanted(page: FunnelPage) -> None:
    assert not {"stage", "edge"} & set(vars(page.side))
    page.scene.select(INTEREST)
    assert "stage" in vars(page.side)
    page.side.focus_first()
    assert page.side.stage.first_row.field.editor.accessibleName() == "Name"
