"""Comparisons and tasks off the window's thread: progress, pause, cancel, failures, and an end without remains."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QTimer

from planner.gui.jobs import Comparer, Request, State, Tasks, Trouble, Workers
from planner.run_store import RunStore
from planner.study_file import open_study
from tests.pace import here
from tests.planner.gui import shops

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from simulation import Study


@pytest.fixture
def study(small: Path) -> Study:
    return open_study(small).study


@pytest.fixture
def workers(qapp: object) -> Iterator[Workers]:
    made = Workers(2)
    yield made
    made.close()


@pytest.fixture
def comparer(workers: Workers) -> Iterator[Comparer]:
    made = Comparer(workers)
    yield made
    made.close()
    made.deleteLater()


def test_a_comparison_tells_progress_and_result(comparer: Comparer, study: Study, tmp_path: Path, qtbot: QtBot) -> None:
    heard: list[Any] = []
    comparer.progressed.connect(heard.append)
    with qtbot.waitSignal(comparer.finished, timeout=20_000) as ended:
        comparer.start(Request(study, tmp_path / "runs" / "x.sqlite", None, shops.quick))
        assert [comparer.is_busy] == [True]
    result, finished = ended.args
    assert [comparer.is_busy] == [False]
    assert (heard[0].done, heard[-1].done, heard[-1].total) == (0, 6, 6)
    assert [plan.name for plan in result.comparison.plans] == ["Baseline", "Remind", "More"]
    assert (finished.simulated, finished.stored) == (6, 0)
    with RunStore(tmp_path / "runs" / "x.sqlite") as store:
        assert len(store.finished([*result.keys.values()])) == 3


def test_cancel_keeps_what_is_finished(comparer: Comparer, study: Study, qtbot: QtBot) -> None:
    with qtbot.waitSignal(comparer.progressed, timeout=20_000, check_params_cb=lambda p: p.done >= 3):
        comparer.start(Request(study, None, None, shops.endless))
    with qtbot.waitSignal(comparer.finished, timeout=5_000) as ended:
        comparer.cancel()
    result, finished = ended.args
    assert finished.interrupted
    assert result.comparison.replications == 1


def test_a_pause_holds_and_goes_on(comparer: Comparer, study: Study, qtbot: QtBot) -> None:
    many = study.model_copy(update={"experiment": study.experiment.model_copy(update={"replications": 40})})
    with qtbot.waitSignal(comparer.progressed, timeout=20_000, check_params_cb=lambda p: p.done >= 1):
        comparer.start(Request(many, None, None, shops.quick))
    comparer.pause()
    assert comparer.state is State.PAUSED
    with qtbot.waitSignal(comparer.finished, timeout=700, raising=False) as ended:
        pass
    assert not ended.signal_triggered
    with qtbot.waitSignal(comparer.finished, timeout=20_000) as ended:
        comparer.resume()
    assert ended.args[0].comparison.replications == 40


def test_a_failing_plug_in_is_told(comparer: Comparer, study: Study, qtbot: QtBot) -> None:
    with qtbot.waitSignal(comparer.finished, timeout=20_000) as ended:
        comparer.start(Request(study, None, None, shops.failing))
    result, finished = ended.args
    assert result is None
    assert "no shoppers" in finished.failures[0].reason


def test_an_impossible_request_is_trouble_in_words(comparer: Comparer, study: Study, qtbot: QtBot) -> None:
    with qtbot.waitSignal(comparer.failed, timeout=20_000) as ended:
        comparer.start(Request(study, None, 0, shops.quick))
    assert "at least 1 is needed" in ended.args[0].text
    assert "Traceback" in ended.args[0].details
    assert not comparer.is_busy


def test_closing_while_running_leaves_nothing(comparer: Comparer, study: Study, workers: Workers, qtbot: QtBot) -> None:
    with qtbot.waitSignal(comparer.progressed, timeout=20_000, check_params_cb=lambda p: p.done >= 1):
        comparer.start(Request(study, None, None, shops.endless))
    comparer.close()
    workers.close()
    with pytest.raises(RuntimeError, match="closing"):
        workers.backend()


def test_the_window_stays_awake(comparer: Comparer, study: Study, qtbot: QtBot) -> None:
    """The beats of a timer stay close together while both processes simulate for real."""
    beats: list[float] = []
    heart = QTimer(interval=5)
    heart.timeout.connect(lambda: beats.append(time.perf_counter()))
    heart.start()
    with qtbot.waitSignal(comparer.finished, timeout=60_000):
        comparer.start(Request(study, None))
    heart.stop()
    gaps = sorted(b - a for a, b in itertools.pairwise(beats))
    assert gaps[len(gaps) * 99 // 100] < here(0.05)


def test_a_task_gives_its_result_or_its_trouble(workers: Workers, qtbot: QtBot) -> None:
    tasks = Tasks(workers)
    done: list[object] = []
    failed: list[Trouble] = []
    tasks.run(partial(divmod, 7, 2), done.append, failed.append)
    tasks.run(partial(divmod, 7, 0), done.append, failed.append)
    qtbot.waitUntil(lambda: bool(done and failed), timeout=20_000)
    assert done == [(3, 1)]
    assert failed[0].text.startswith("ZeroDivisionError")
    workers.close()
    tasks.close()
    tasks.deleteLater()
