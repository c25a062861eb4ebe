"""The window as a whole: pages, menus, opening, saving, running, closing; and numbers equal to the command line's."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QMessageBox

from planner import wording
from planner.gui.actions import ACTIONS, CONDITIONS, MENUS
from planner.gui.desk import Desk
from planner.gui.dialogs import FolderDialog, TroubleDialog
from planner.gui.jobs import Request, Trouble
from planner.gui.pages import PAGES
from planner.gui.pages.compare import ComparePage
from planner.gui.pages.start import StudyCard
from planner.gui.recovery import Recovered
from planner.gui.window import SMALLEST, Window
from planner.study_file import find_study
from simulation import METRICS
from tests.planner.gui import shops
from tests.planner.gui.shops import SMALL

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from planner.gui.document import Compared
    from planner.gui.pages.outcomes_table import OutcomesTable
    from planner.gui.places import Places
    from tests.planner.gui.answers import Answers

DELAY = ("plans", "Remind", "cart_recovery", "delay_days")


def test_actions_are_sound() -> None:
    shortcuts = [action.shortcut for action in ACTIONS if action.shortcut]
    assert len(shortcuts) == len(set(shortcuts))
    assert all(callable(getattr(Window, action.id)) for action in ACTIONS)
    assert {action.menu for action in ACTIONS} <= set(MENUS)
    assert {action.when for action in ACTIONS} <= set(CONDITIONS)
    assert all(not QKeySequence(keys).isEmpty() for keys in shortcuts)


def test_every_page_can_be_reached_by_keyboard(window: Window, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert (window.minimumSize(), window.page.__class__.__name__) == (SMALLEST, "StartPage")
    for place, entry in enumerate(PAGES):
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_1 + place), Qt.KeyboardModifier.ControlModifier)
        assert window.page is window.pages[entry.id]
        assert window.rail.button(entry.id).isChecked()
    window.show_page("start")
    window.rail.button("start").setFocus()
    qtbot.keyClick(window.rail.button("start"), Qt.Key.Key_Down)
    assert window.page is window.pages[PAGES[1].id]


def test_pages_without_a_study_say_what_to_do(window: Window) -> None:
    for entry in PAGES[1:]:
        window.show_page(entry.id)
        assert window.page.is_empty
    window.page._on_button()
    assert window.page is window.pages["start"]


def test_three_clicks_from_the_start_to_a_comparison(window: Window, small: Path, qtbot: QtBot) -> None:
    window.desk.remember(small)
    window.page.bring_up_to_date()
    card = next(c for c in window.page.findChildren(StudyCard) if c.accessibleName() == "Open Small shop")
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert window.page is window.pages["plans"]
    with qtbot.waitSignal(window.desk.comparer.finished, timeout=60_000):
        qtbot.mouseClick(window.header.run, Qt.MouseButton.LeftButton)
        assert window.desk.comparer.is_busy
        assert window.page is window.pages["compare"]
    qtbot.waitUntil(lambda: not window.page.is_empty)


def test_numbers_on_screen_are_the_command_lines(window: Window, small: Path, qtbot: QtBot, tmp_path: Path) -> None:
    window.open_file(small)
    with qtbot.waitSignal(window.desk.comparer.finished, timeout=60_000):
        window.run_comparison()
    page = window.page
    assert isinstance(page, ComparePage)
    qtbot.waitUntil(lambda: not page.is_empty)
    elsewhere = tmp_path / "elsewhere" / "small.toml"
    elsewhere.parent.mkdir()
    elsewhere.write_text(SMALL, encoding="utf-8")
    command = [sys.executable, "-m", "planner", "compare", str(elsewhere), "--jobs", "1", "--json"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    page.all_outcomes.setChecked(True)
    assert_same_numbers(page.table, told)


def assert_same_numbers(table: OutcomesTable, told: dict[str, object]) -> None:
    """Every value and verdict in the table is the one in the command line's document."""
    plans = told["plans"]
    assert isinstance(plans, list)
    for column, plan in enumerate(plans, start=1):
        for row, metric in enumerate(METRICS):
            cell = table.outcomes.cell(table.outcomes.index(row, column))
            assert cell is not None
            mean = plan["outcomes"][metric]["mean"]
            value = wording.UNDEFINED if mean is None else wording.value(mean, METRICS[metric].unit, "EUR")
            assert cell.value == value
            if cell.kind in ("better", "worse", "cannot tell"):
                assert cell.kind == plan["difference"][metric]["verdict"]


def test_an_edit_is_marked_undone_and_saved(window: Window, small: Path) -> None:
    window.open_file(small)
    assert not window.isWindowModified()
    window.desk.document.set_value(DELAY, 2.0, "Change delay")
    assert (window.isWindowModified(), window.header.saved.text()) == (True, "not saved")
    assert window.menus.actions["undo"].text() == "&Undo: Change delay"
    window.menus.actions["undo"].trigger()
    assert window.desk.document.value(DELAY) == 1.0
    window.menus.actions["redo"].trigger()
    window.menus.actions["save_study"].trigger()
    assert "delay_days = 2.0" in small.read_text(encoding="utf-8")
    assert window.header.saved.text() == "saved"


def test_a_shipped_study_is_saved_elsewhere(window: Window, answers: Answers, tmp_path: Path) -> None:
    window.open_file(find_study("fashion"))
    before = find_study("fashion").read_text(encoding="utf-8")
    window.desk.document.set_value(("store", "name"), "Mine", "Rename store")
    answers.path = tmp_path / "mine.toml"
    assert window.save_study()
    assert answers.asked == ["save fashion.toml"]
    assert find_study("fashion").read_text(encoding="utf-8") == before
    assert window.desk.document.path == tmp_path / "mine.toml"


def test_a_file_changed_outside_is_asked_about(window: Window, small: Path, answers: Answers) -> None:
    window.open_file(small)
    window.desk.document.set_value(DELAY, 2.0, "Change delay")
    small.write_text(SMALL + "# theirs", encoding="utf-8")
    assert not window.save_study()
    answers.agrees = True
    assert window.save_study()
    assert answers.asked == ["Changed by another program"] * 2


def test_what_cannot_be_opened_or_saved_is_told(window: Window, answers: Answers, tmp_path: Path, small: Path) -> None:
    window.open_file(tmp_path / "missing.toml")
    assert "cannot be opened" in answers.told[0]
    window.open_file(small)
    answers.path = small / "below a file.toml"
    assert not window.save_study_as()
    assert "could not be saved" in answers.told[1]


def test_unsaved_changes_are_asked_about(window: Window, small: Path, answers: Answers, qtbot: QtBot) -> None:
    window.open_file(small)
    window.desk.document.set_value(DELAY, 2.0, "Change delay")
    assert not window.close()
    assert answers.asked == ["unsaved Small shop"]
    answers.leaves = "save"
    with qtbot.waitSignal(window.closed):
        assert window.close()
    assert "delay_days = 2.0" in small.read_text(encoding="utf-8")


def test_closing_while_running_asks_and_leaves_nothing(
    window: Window, small: Path, answers: Answers, qtbot: QtBot
) -> None:
    window.open_file(small)
    study = window.desk.document.study
    assert study is not None
    with qtbot.waitSignal(window.desk.comparer.progressed, timeout=20_000, check_params_cb=lambda p: p.done >= 1):
        window.desk.comparer.start(Request(study, None, None, shops.endless))
    assert window.header.cancel.isVisible()
    assert not window.close()
    answers.agrees = True
    with qtbot.waitSignal(window.closed):
        window.close()
    window.desk.close()


def test_faults_keep_a_study_from_running(window: Window, small: Path, answers: Answers) -> None:
    window.open_file(small)
    window.desk.document.set_value(DELAY, -1.0, "Change delay")
    assert not window.header.run.isEnabled()
    assert window.header.faults.text() == "1 to mend (F8)"
    assert "mended" in window.header.run.toolTip()
    assert "mended" in window.status.facts.text()
    window.show_faults()
    assert "delay_days" in answers.told[0]


def test_opening_another_study_forgets_the_running_one(window: Window, small: Path, qtbot: QtBot) -> None:
    window.open_file(small)
    study = window.desk.document.study
    assert study is not None
    with qtbot.waitSignal(window.desk.comparer.progressed, timeout=20_000, check_params_cb=lambda p: p.done >= 3):
        window.desk.comparer.start(Request(study, None, None, shops.endless))
    with qtbot.waitSignal(window.desk.comparer.finished, timeout=20_000):
        window.open_file(find_study("fashion"))
    assert window.desk.document.result is None


def test_what_a_crash_left_behind_is_offered(window: Window, places: Places, small: Path, answers: Answers) -> None:
    state = Recovered(small, SMALL, {**tomllib.loads(SMALL), "store": {"name": "Recovered"}})
    places.recovery.mkdir(parents=True)
    content = {**state._asdict(), "path": str(small)}
    (places.recovery / "crashed.json").write_text(json.dumps(content), encoding="utf-8")
    answers.agrees = True
    assert window.offer_recovery()
    assert (window.desk.document.name, window.isWindowModified()) == ("Recovered", True)
    assert not (places.recovery / "crashed.json").exists()


def test_the_window_remembers_its_size_and_look(window: Window, desk: Desk, places: Places) -> None:
    window.resize(1024, 730)
    desk.look.choose("dark")
    window.close()
    again = Desk(places)
    other = Window(again)
    assert (other.height(), again.look.mode) == (730, "dark")
    again.close()
    other.deleteLater()
    again.deleteLater()


def test_a_crash_in_a_worker_is_a_message(window: Window, small: Path, answers: Answers, qtbot: QtBot) -> None:
    window.open_file(small)
    study = window.desk.document.study
    assert study is not None
    with qtbot.waitSignal(window.desk.troubled, timeout=20_000):
        window.desk.comparer.start(Request(study, None, None, shops.failing))
    assert "no shoppers in" in answers.told[0]
    window.show_page("compare")
    assert window.page.is_empty


def test_an_export_is_done_by_the_workers(
    window: Window,
    small: Path,
    answers: Answers,
    compared: Compared,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("planner.gui.export._everything", shops.quick_export)
    window.open_file(small)
    window.desk.document.show_result(compared)
    answers.path = tmp_path / "out"
    with qtbot.waitSignal(window.desk.noticed, timeout=60_000, check_params_cb=lambda text: "Exported" in text):
        window.export_results()
    assert (tmp_path / "out").read_text() == "Small shop"
    assert answers.asked == ["Export charts, tables and report to"]


@pytest.mark.parametrize("name", ["new/deep", "there"])
def test_a_folder_that_is_not_there_is_made(window: Window, qtbot: QtBot, tmp_path: Path, name: str) -> None:
    (tmp_path / "there").mkdir()
    dialog = _folder_dialog(window, tmp_path, tmp_path / name)
    buttons = dialog.findChild(QDialogButtonBox)
    assert buttons is not None
    button = buttons.button(QDialogButtonBox.StandardButton.Open)
    assert (button.isEnabled(), button.text()) == (True, "Export")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert (tmp_path / name).is_dir()
    assert dialog.selectedFiles() == [str(tmp_path / name)]
    dialog.deleteLater()


def test_what_cannot_be_a_folder_is_told_at_once(
    window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda parent, title, text: told.append(text))
    (tmp_path / "file").write_text("mine")
    dialog = _folder_dialog(window, tmp_path, tmp_path / "file" / "in it")
    dialog.accept()
    assert "cannot be a folder" in told[0]
    assert dialog.isVisible()
    dialog.reject()
    dialog.deleteLater()


def _folder_dialog(window: Window, start: Path, typed: Path) -> FolderDialog:
    dialog = FolderDialog("Export to", start, window)
    dialog.show()
    line = dialog.findChild(QLineEdit)
    assert line is not None
    line.setText(str(typed))
    return dialog


def test_trouble_can_be_copied(window: Window, qtbot: QtBot) -> None:
    dialog = TroubleDialog(Trouble("It broke.", "Traceback: …"))
    dialog.show()
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert "Traceback" in QGuiApplication.clipboard().text()
    dialog.close()


def test_recent_studies_are_in_the_menu(window: Window, small: Path) -> None:
    window.menus._recent.aboutToShow.emit()
    assert [action.isEnabled() for action in window.menus._recent.actions()] == [False], "none yet, and that is said"
    window.desk.remember(small)
    window.menus._recent.aboutToShow.emit()
    window.menus._recent.actions()[0].trigger()
    assert window.desk.document.path == small.resolve()


def test_the_faults_chip_lists_what_is_wrong(window: Window, small: Path, answers: Answers, qtbot: QtBot) -> None:
    window.open_file(small)
    window.desk.document.set_value(DELAY, -1.0, "Change delay")
    qtbot.mouseClick(window.header.faults, Qt.MouseButton.LeftButton)
    assert "delay_days" in answers.told[0]
