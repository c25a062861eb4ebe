"""What tests of the desktop app share: places of their own, a desk, studies that run in a second, and a strict end.

After every test deferred deletions are carried out, and no thread, process, timer or window may be left.
"""

from __future__ import annotations

import gc
import multiprocessing
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from planner.experiments.executors import open_backend
from planner.experiments.experiment import run_experiment
from planner.gui.desk import Desk
from planner.gui.document import Compared, plan_keys
from planner.gui.places import Places, places_below
from planner.gui.window import Window
from planner.run_store import RunStore
from planner.study_file import parse_study
from tests.planner.gui.answers import Answers
from tests.planner.gui.shops import SMALL

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return places_below(tmp_path / "config", tmp_path / "data")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture
def desk(qtbot: QtBot, places: Places) -> Iterator[Desk]:
    made = Desk(places, workers=2)
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def answers(qapp: QApplication) -> Answers:
    return Answers()


@pytest.fixture
def window(desk: Desk, answers: Answers, qtbot: QtBot) -> Iterator[Window]:
    desk.look.choose("light")
    made = Window(desk, answers)
    made.show()
    yield made
    made.hide()
    desk.close()
    made.deleteLater()


@pytest.fixture(scope="session")
def compared() -> Compared:
    """The comparison of the small study, as the command line makes it, in this process."""
    study = parse_study(SMALL).study
    with RunStore() as store, open_backend(1) as backend:
        comparison = run_experiment(study, backend, store).comparison
    assert comparison is not None
    return Compared(comparison, plan_keys(study))


@pytest.fixture(autouse=True)
def nothing_left(qapp: QApplication) -> Iterator[None]:
    threads = set(threading.enumerate())
    yield
    _carry_out_deletions(qapp)
    if QApplication.allWidgets():
        gc.collect()
        _carry_out_deletions(qapp)
    assert [str(t) for t in threading.enumerate() if t not in threads and not t.daemon] == []
    assert [str(p) for p in multiprocessing.active_children()] == []
    assert [type(w).__name__ for w in QApplication.allWidgets()] == []
    assert [t for t in gc.get_objects() if type(t) is QTimer and isValid(t) and t.isActive()] == []


def _carry_out_deletions(qapp: QApplication) -> None:
    """``processEvents`` alone does not delete what is to be deleted later."""
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        qapp.processEvents()
