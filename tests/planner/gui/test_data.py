"""The data page: a log is looked at, its columns chosen, calibrated to off the window's thread, judged, used, saved."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication

from planner.calibration import heads
from planner.calibration.apart import Failed, Step, Told, Wanted
from planner.calibration.preview import preview_orders
from planner.calibration.told import fitted_rows, margin_row
from planner.gui.dropping import take_log
from planner.gui.pages.data import DataPage
from planner.gui.pages.data_columns import NONE
from planner.study_file import open_study
from tests.planner.gui.calibrated import LOG, result

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from planner.gui.calibrator import Calibrator
    from planner.gui.window import Window
    from tests.planner.gui.answers import Answers


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text("\n".join(LOG) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def page(window: Window) -> DataPage:
    window.show_page("data")
    assert isinstance(window.page, DataPage)
    return window.page


@pytest.fixture
def calibrator(window: Window) -> Calibrator:
    return window.desk.calibrator


class Quick:
    """A calibration without a process: two steps, then what ``Quick.last`` says; nothing before ``Quick.go``."""

    last: Told = result()
    go = threading.Event()

    def __init__(self, wanted: Wanted) -> None:
        self._stopped = threading.Event()

    def told(self) -> Iterator[Told]:
        yield Step(1, 3)
        yield Step(2, 3)
        while not self.go.wait(0.005):
            if self._stopped.is_set():
                return
        yield self.last

    def stop(self) -> None:
        self._stopped.set()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> type[Quick]:
    monkeypatch.setattr("planner.gui.calibrator.Calibration", Quick)
    monkeypatch.setattr(Quick, "go", threading.Event())
    monkeypatch.setattr(Quick, "last", result())
    return Quick


def looked_at(qtbot: QtBot, calibrator: Calibrator) -> None:
    qtbot.waitUntil(lambda: calibrator.preview is not None, timeout=20_000)


def take(page: DataPage, path: Path) -> None:
    """Put a log before the page, looked at in this process, which is quicker than to start a pool."""
    calibrator = page.desk.calibrator
    calibrator.wanted, calibrator.preview = Wanted(path), preview_orders(path)
    page.bring_up_to_date()


def finish(page: DataPage, log: Path, quick: type[Quick], qtbot: QtBot) -> None:
    take(page, log)
    qtbot.mouseClick(page.start.begin, Qt.MouseButton.LeftButton)
    quick.go.set()
    qtbot.waitUntil(lambda: not page.desk.calibrator.is_busy)
    page.bring_up_to_date()


def test_without_a_log_the_page_says_what_it_reads(page: DataPage, answers: Answers, log: Path, qtbot: QtBot) -> None:
    assert page.is_empty
    assert "not read yet" in page._message.note.text()
    answers.path = log
    qtbot.mouseClick(page._message.button, Qt.MouseButton.LeftButton)
    assert answers.asked == ["log"]
    looked_at(qtbot, page.desk.calibrator)
    qtbot.waitUntil(lambda: not page.is_empty)


def test_columns_are_recognised_and_bad_rows_shown(page: DataPage, log: Path, qtbot: QtBot) -> None:
    take(page, log)
    chosen = {role: box.currentText() for role, box in page.columns.choices.items()}
    wanted = {"customer": "customer_id", "date": "date", "amount": "amount", "quantity": "units"}
    assert chosen == {**wanted, "order": "order_id", "currency": NONE}
    assert len(page.rows.first.texts.rows) == 50
    assert page.rows.bad.texts.rows[0][:2] == ("151", "date does not parse")
    assert "154 rows, of which 150 can be used" in page.rows.note.text()
    page.rows.show_tab(1)
    assert page.rows.bad.isVisible()
    assert page.start.begin.isEnabled()


def test_another_column_is_read_anew(page: DataPage, log: Path, calibrator: Calibrator, qtbot: QtBot) -> None:
    log.write_text(log.read_text(encoding="utf-8").replace("amount", "worth"), encoding="utf-8")
    take(page, log)
    box = page.columns.choices["amount"]
    assert box.property("faulty") == "true"
    assert not page.start.begin.isEnabled()
    box.setCurrentText("worth")
    box.activated.emit(box.currentIndex())
    assert calibrator.preview is None
    looked_at(qtbot, calibrator)
    qtbot.waitUntil(page.start.begin.isEnabled)
    assert box.property("faulty") == "false"
    assert calibrator.wanted is not None
    assert calibrator.wanted.columns == {"amount": "worth"}


def test_of_several_looks_the_last_one_counts(page: DataPage, log: Path, calibrator: Calibrator, qtbot: QtBot) -> None:
    calibrator.take(log)
    calibrator.read(Wanted(log, {"order": ""}))
    looked_at(qtbot, calibrator)
    assert calibrator.preview is not None
    assert "order" not in calibrator.preview.roles
    qtbot.waitUntil(lambda: not page.desk.tasks._threads, timeout=20_000)
    assert "order" not in calibrator.preview.roles


def test_dates_that_can_be_read_in_two_ways_get_a_format(page: DataPage, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "two.csv"
    path.write_text("customer,date,amount\n1,01/02/2024,5\n2,03/04/2024,6\n", encoding="utf-8")
    take(page, path)
    assert "cannot be told apart" in page.rows.faults.text()
    assert page.columns.date_format.property("faulty") == "true"
    page.columns.date_format.setCurrentIndex(1)
    page.columns.date_format.activated.emit(1)
    looked_at(qtbot, page.desk.calibrator)
    qtbot.waitUntil(lambda: page.rows.faults.text() == "")
    assert page.desk.calibrator.wanted == Wanted(path, {}, "%d/%m/%Y")


def test_rows_of_another_log_are_not_shown_while_one_is_read(page: DataPage, log: Path, tmp_path: Path) -> None:
    take(page, log)
    page.rows.show_preview(None, log)
    assert page.rows.first.texts.rows != ()
    page.rows.show_preview(None, tmp_path / "other.csv")
    assert page.rows.first.texts.rows == page.rows.bad.texts.rows == ()
    assert "being read" in page.rows.note.text()
    assert not page.rows.aside.isVisible()


HEADER = "customer,date,amount\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 and so on", "Not a table of text but a zip or Excel file; save it as CSV"),
        (b"", "The file is empty (0 bytes)"),
        (b"\n\n", "The file holds no text"),
        ((HEADER + "1,2024-01-01,5\n").encode("utf-16"), "UTF-16 text; save it as CSV (UTF-8)"),
    ],
    ids=["excel", "empty", "blank", "utf-16"],
)
def test_what_is_no_table_is_told_and_nothing_else_is_asked(
    page: DataPage, tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "sheet.csv").write_bytes(content)
    take(page, tmp_path / "sheet.csv")
    assert str(tmp_path) not in page.rows.faults.text()
    assert said in page.rows.faults.text()
    assert page.rows.title.text() == "This file cannot be read"
    assert not page.columns.isVisible()
    assert not page.start.isVisible()
    take(page, log_of(tmp_path, (HEADER + "1,2024-01-01,5\n").encode()))
    assert page.columns.isVisible()
    assert page.rows.first.isVisible()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEADER.encode(), "The log has a header but no rows"),
        (f"{HEADER}1,13/01/2024,5\n2,01/13/2024,5\n".encode(), 'are mixed; choose the format at "dates"'),
        (f"{HEADER}1,31.01.24,5\n".encode(), 'choose the format at "dates"'),
        (f"{HEADER}1,45292,5\n".encode(), "look like a spreadsheet's day numbers"),
        (f'{HEADER}1,2024-01-01,"5\n2,2024-01-01,5\n'.encode(), "Line 2 opens a quotation mark"),
        ((HEADER + "Kö,2024-01-01,5\n").encode("latin-1"), "No row of the log can be used"),
    ],
    ids=["header-only", "mixed-dates", "short-years", "day-numbers", "quotation-mark", "latin-1"],
)
def test_faults_are_told_in_the_words_of_the_page(page: DataPage, tmp_path: Path, content: bytes, said: str) -> None:
    take(page, log_of(tmp_path, content))
    assert said in page.rows.faults.text()
    assert "date_format=" not in page.rows.faults.text()
    assert not page.start.begin.isEnabled()


def test_rows_of_another_encoding_are_set_aside_with_the_reason(page: DataPage, tmp_path: Path) -> None:
    rows = "1,2024-01-01,5\nKö,2024-01-01,5\n"
    take(page, log_of(tmp_path, (HEADER + rows).encode("latin-1")))
    assert page.rows.bad.texts.rows[0][:2] == ("2", "row that is not UTF-8 text")
    assert "Save the log as UTF-8" in page.rows.aside.text()
    assert page.start.begin.isEnabled()


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_other_separators_are_recognised(page: DataPage, tmp_path: Path, separator: str) -> None:
    take(page, log_of(tmp_path, f"{HEADER}1,31/01/2024,5.50\n".replace(",", separator).encode()))
    assert page.rows.first.texts.rows == (("1", "31/01/2024", "5.50"),)
    assert page.start.begin.isEnabled()


def test_of_a_large_log_the_beginning_is_shown(page: DataPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "LARGE", {"text": 1000})
    monkeypatch.setattr(heads, "HEAD_BYTES", 500)
    take(page, log_of(tmp_path, (HEADER + "1,2024-01-31,5.50\n" * 999).encode()))
    assert page.rows.note.text().startswith("the first ")
    assert "calibrating reads all of it" in page.rows.notes.text()
    assert page.start.begin.isEnabled()


def log_of(folder: Path, content: bytes) -> Path:
    path = folder / "log.csv"
    path.write_bytes(content)
    return path


def test_other_kinds_of_data_are_said_to_be_unreadable(page: DataPage, log: Path, qtbot: QtBot) -> None:
    take(page, log)
    page.kind.setCurrentIndex(2)
    page.kind.activated.emit(2)
    assert "cannot read these yet" in page.kind_note.text()
    assert not page.columns.isVisible()
    page.kind.setCurrentIndex(0)
    page.kind.activated.emit(0)
    assert page.columns.isVisible()


def test_a_calibration_shows_progress_and_result(
    page: DataPage, log: Path, quick: type[Quick], calibrator: Calibrator, qtbot: QtBot
) -> None:
    take(page, log)
    qtbot.mouseClick(page.start.begin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.start.said.text().startswith("simulation 2 of 3"))
    assert page.start.cancel.isVisible()
    assert not page.columns.isVisible()
    quick.go.set()
    qtbot.waitUntil(lambda: calibrator.result is not None and not calibrator.is_busy)
    qtbot.waitUntil(page.result.isVisible)
    found = result().found
    told = [margin for margin in found.margins if margin.observed is not None]
    assert page.result.margins.texts.rows == tuple(margin_row(margin, "USD") for margin in told)
    assert page.result.fitted.texts.rows == tuple(fitted_rows(found))
    assert "Not calibrated, as the log does not tell them" in page.result.untold.text()
    assert page.result.chart.spec is not None
    page.result.copy.click()
    assert "average order value\t$35.41" in QGuiApplication.clipboard().text()


def test_a_result_of_other_columns_is_stale(page: DataPage, log: Path, quick: type[Quick], qtbot: QtBot) -> None:
    finish(page, log, quick, qtbot)
    assert page.banner.isHidden()
    page.desk.calibrator.read(Wanted(log, {"order": ""}))
    page.bring_up_to_date()
    assert "changed since this calibration" in page.banner.text.text()
    looked_at(qtbot, page.desk.calibrator)


def test_the_study_is_used_as_an_unsaved_one(
    page: DataPage, log: Path, quick: type[Quick], window: Window, small: Path, answers: Answers, qtbot: QtBot
) -> None:
    window.open_file(small)
    window.desk.document.set_value(("store", "name"), "Mine", "Rename store")
    window.show_page("data")
    finish(page, log, quick, qtbot)
    page.result.use.click()
    assert (answers.asked, window.desk.document.name) == (["Unsaved changes"], "Mine")
    answers.agrees = True
    page.result.use.click()
    document = window.desk.document
    assert (document.name, document.path, document.is_dirty) == ("Shop of records", None, True)
    assert window.page is window.pages["plans"]


def test_the_study_can_be_saved(
    page: DataPage, log: Path, quick: type[Quick], answers: Answers, tmp_path: Path, qtbot: QtBot
) -> None:
    finish(page, log, quick, qtbot)
    answers.path = tmp_path / "shop.toml"
    page.result.save.click()
    assert answers.asked == ["save orders.toml"]
    assert open_study(tmp_path / "shop.toml").study.store.name == "Shop of records"
    answers.path = log / "below a file.toml"
    page.result.save.click()
    assert "could not be saved" in answers.told[0]


def test_a_calibration_that_fails_says_why(
    page: DataPage, log: Path, quick: type[Quick], answers: Answers, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(quick, "last", Failed("only 3 customers ordered", "Traceback …"))
    finish(page, log, quick, qtbot)
    assert "only 3 customers ordered" in page.banner.text.text()
    assert not page.result.isVisible()
    qtbot.mouseClick(page.banner.button, Qt.MouseButton.LeftButton)
    assert answers.told == ["only 3 customers ordered"]


def test_what_is_asked_for_is_checked(page: DataPage, log: Path, qtbot: QtBot) -> None:
    take(page, log)
    page.start.visitors.line.setText("12")
    page.start.visitors.line.setModified(True)
    page.start.visitors.line.editingFinished.emit()
    page.bring_up_to_date()
    assert "1,000 or more are needed" in page.start.fault.text()
    assert not page.start.begin.isEnabled()


def test_a_real_process_is_cancelled_and_leaves_nothing(page: DataPage, log: Path, qtbot: QtBot) -> None:
    take(page, log)
    calibrator = page.desk.calibrator
    page.start.begin.click()
    qtbot.waitUntil(page.start.cancel.isVisible)
    page.start.cancel.click()
    qtbot.waitUntil(lambda: not calibrator.is_busy)
    assert (calibrator.result, calibrator.trouble) == (None, None)
    assert calibrator.can_start


def test_closing_while_calibrating_leaves_nothing(page: DataPage, log: Path, qtbot: QtBot) -> None:
    take(page, log)
    page.start.begin.click()
    page.desk.close()
    assert not page.desk.calibrator.is_busy


def test_a_dropped_log_is_taken_unless_one_is_calibrated_to(
    page: DataPage, log: Path, quick: type[Quick], calibrator: Calibrator, qtbot: QtBot
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(log))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, keys))
    looked_at(qtbot, calibrator)
    calibrator.start()
    with qtbot.waitSignal(page.desk.noticed, check_params_cb=lambda text: "cancel it before" in text):
        take_log(page.desk, Path("other.csv"))
    calibrator.cancel()
    qtbot.waitUntil(lambda: not calibrator.is_busy)
    assert calibrator.wanted is not None
    assert calibrator.wanted.log == log
