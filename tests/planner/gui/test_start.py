"""The start page and the start itself: cards, drops, checks before Qt, exceptions that nobody caught, themes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from planner.charts.theme import CONTRAST, contrast
from planner.gui.app import Running
from planner.gui.checks import PACKAGES, broken_pair, obstacles
from planner.gui.dropping import Dropping
from planner.gui.pages.start import StartPage, StudyCard, glance
from planner.gui.theme import TOKENS, style_sheet
from planner.study_file import find_study, shipped_studies

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from planner.gui.places import Places
    from planner.gui.window import Window


def test_shipped_studies_have_a_card_with_a_picture(window: Window) -> None:
    cards = window.page.findChildren(StudyCard)
    assert len(cards) == len(shipped_studies())
    assert all("Everything" in glance(path).about for path in shipped_studies().values())
    seen = glance(find_study("fashion"))
    assert (len(seen.reached), seen.reached[0]) == (6, 1.0)
    assert all(a >= b > 0 for a, b in zip(seen.reached, seen.reached[1:], strict=False))


def test_a_card_opens_by_keyboard(window: Window, qtbot: QtBot) -> None:
    card = window.page.findChildren(StudyCard)[0]
    qtbot.keyClick(card, Qt.Key.Key_Return)
    assert window.desk.document.is_open


def test_a_broken_file_has_a_card_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("= =")
    assert glance(tmp_path / "bad.toml").about == "This file cannot be read as a study."


def test_a_dropped_study_is_opened_and_a_log_explained(window: Window, small: Path, qtbot: QtBot) -> None:
    page = window.page
    assert isinstance(page, StartPage)
    drop(page, small.with_name("LOG.CSV"))
    assert window.page is window.pages["data"]
    with qtbot.waitSignal(window.desk.calibrator.changed, timeout=20_000):
        pass
    drop(window.page, small)
    assert window.desk.document.path == small


def test_a_page_is_framed_while_a_file_is_above_it(window: Window, small: Path) -> None:
    page = window.page
    data = files(small)
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(page, entering)
    assert entering.isAccepted()
    assert page.property("dropping") == "true"
    QApplication.sendEvent(page, QDragLeaveEvent())
    assert page.property("dropping") == "false"


def test_what_is_no_file_is_not_taken(window: Window) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/orders.csv")])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, buttons, keys)
    entering.ignore()
    window.page.dragEnterEvent(entering)
    assert not entering.isAccepted()


def test_of_several_files_the_first_is_taken(window: Window, small: Path, qtbot: QtBot) -> None:
    page = window.page
    with qtbot.waitSignal(window.desk.noticed, check_params_cb=lambda text: "One file at a time" in text):
        drop(page, small, small.with_name("other.toml"))
    assert window.desk.document.path == small


def test_cards_of_own_studies_say_where_they_lie(window: Window, small: Path) -> None:
    card = StudyCard(small, window.desk.look, print)
    texts = [label.text().replace("\u200b", "") for label in card.findChildren(QLabel)]
    assert any(text.endswith(str(Path(small.parent.name, small.name))) for text in texts)
    card.deleteLater()


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(page: QWidget, *paths: Path) -> None:
    """Let files fall on a page."""
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    data = files(*paths)
    assert isinstance(page, Dropping)
    page.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, keys))


def test_recent_studies_are_remembered_in_order(window: Window, small: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(small.read_text(encoding="utf-8"), encoding="utf-8")
    for path in (small, other, small):
        window.open_file(path)
    assert window.desk.recent() == [small, other]
    other.unlink()
    assert window.desk.recent() == [small]


@pytest.mark.parametrize(
    ("environment", "missing", "said"),
    [
        ({"DISPLAY": ":0"}, "", ""),
        ({"QT_QPA_PLATFORM": "offscreen"}, "", ""),
        ({}, "", "no screen"),
        ({"DISPLAY": ":0"}, "libxcb-cursor.so.0", "libxcb-cursor0"),
        ({"QT_QPA_PLATFORM": "offscreen"}, "libGL.so.1", "libgl1"),
        ({"QT_QPA_PLATFORM": "offscreen"}, "libxcb-cursor.so.0", ""),
    ],
)
def test_what_keeps_a_window_from_opening_is_said(environment: dict[str, str], missing: str, said: str) -> None:
    def load(name: str) -> None:
        if name == missing:
            raise OSError(name)

    found = " ".join(obstacles(environment, load))
    assert said in found
    assert bool(found) is bool(said)


def test_the_broken_pair_is_refused() -> None:
    assert "PySide6-Essentials<6.12" in broken_pair("6.12.0", (3, 11))
    assert broken_pair("6.12.0", (3, 12)) == broken_pair("6.11.3", (3, 11)) == ""


def test_without_a_screen_the_command_ends_with_three() -> None:
    program = "import os, sys; os.environ.pop('QT_QPA_PLATFORM', 0); sys.argv=['footfall', 'gui']\n"
    program += "os.environ.pop('DISPLAY', 0); os.environ.pop('WAYLAND_DISPLAY', 0)\n"
    program += "from planner.cli import main\ntry:\n main()\nfinally:\n assert 'PySide6' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "no screen" in done.stderr
    assert all(package not in PACKAGES for package in ("libc6",))


def test_an_exception_that_nobody_caught_is_a_message(places: Places, qtbot: QtBot) -> None:
    running = Running(places, 1)
    told: list[str] = []
    running.catcher.caught.disconnect(running.window.show_trouble)
    running.catcher.caught.connect(lambda trouble: told.append(trouble.text))
    running.catcher._on_exception(ZeroDivisionError, ZeroDivisionError("by zero"), None)
    assert "ZeroDivisionError: by zero" in told[0]
    with qtbot.waitSignal(running.window.closed):
        running.window.close()
    assert sys.excepthook is not running.catcher._on_exception
    running.deleteLater()


def test_the_real_program_starts_and_ends(small: Path, tmp_path: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QApplication\nfrom planner.gui.app import start\n"
        "from planner.gui.places import places_below\n"
        "app = QApplication([])\nQTimer.singleShot(300, app.closeAllWindows)\n"
        "code = start(Path(sys.argv[1]), places_below(Path(sys.argv[2]), Path(sys.argv[3])))\n"
        "sys.exit(code)\n"
    )
    command = [sys.executable, "-c", program, str(small), str(tmp_path / "c"), str(tmp_path / "d")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr


@pytest.mark.parametrize("name", ["light", "dark"])
def test_texts_can_be_read_in_both_looks(name: str) -> None:
    tokens = TOKENS[name]
    card, ground = tokens.theme.card, tokens.theme.ground
    assert min(contrast(colour, other) for colour in (tokens.ink, tokens.muted) for other in (card, ground)) >= CONTRAST
    assert contrast(tokens.on_accent, tokens.accent) >= CONTRAST
    assert "$" not in style_sheet(tokens, 13)
    for role in ("better", "worse", "undecided"):
        colour = tokens.theme.roles[role]
        assert contrast(tokens.on_tint(colour, 0.17), tokens.tint(colour, 0.17)) >= CONTRAST


def test_the_look_follows_the_choice(window: Window, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.desk.look.changed):
        window.desk.look.choose("dark")
    assert window.palette().window().color().name() == TOKENS["dark"].theme.ground
    assert window.desk.settings.value("theme") == "dark"


def test_no_timer_runs_at_rest(window: Window) -> None:
    assert [timer for timer in window.findChildren(QTimer) if timer.isActive()] == []
