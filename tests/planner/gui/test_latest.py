"""Latest: done once, the last one wanted is the one that runs, and a failure is told once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QObject

from planner.gui.latest import Latest
from tests.planner.gui.held import HeldTasks


@pytest.fixture
def tasks(qapp: object) -> HeldTasks:
    return HeldTasks()


@pytest.fixture
def latest(tasks: HeldTasks) -> Iterator[Latest]:
    owner = QObject()
    yield Latest(tasks, parent=owner)
    owner.deleteLater()


def _job(value: int) -> partial[int]:
    return partial(int, value)


def test_what_was_done_is_not_done_again(latest: Latest, tasks: HeldTasks) -> None:
    latest.want("a", "1", _job(1))
    assert latest.is_busy("1")
    latest.want("a", "1", _job(1))
    tasks.let_all_go()
    latest.want("a", "1", _job(1))
    assert (latest.get("1"), tasks.run_count, latest.is_busy("1")) == (1, 1, False)


def test_of_many_only_the_first_and_the_last_run(latest: Latest, tasks: HeldTasks) -> None:
    latest.want("other", "0", _job(0))
    for value in range(1, 20):
        latest.want("a", str(value), _job(value))
    assert tasks.run_count == 2
    tasks.let_all_go()
    assert (tasks.run_count, sorted(latest.results)) == (3, ["0", "1", "19"])


def test_going_back_to_a_known_value_drops_what_waits(latest: Latest, tasks: HeldTasks) -> None:
    latest.want("a", "known", _job(1))
    tasks.let_all_go()
    latest.want("x", "x", _job(2))
    latest.want("y", "y", _job(3))
    latest.want("a", "waiting", _job(4))
    latest.want("a", "known", _job(1))
    tasks.let_all_go()
    assert "waiting" not in latest.results


def test_a_failure_is_kept_until_it_is_forgotten(latest: Latest, tasks: HeldTasks) -> None:
    latest.want("a", "1", _job(1))
    tasks.fail("no shoppers")
    latest.want("a", "1", _job(1))
    assert (tasks.run_count, latest.troubles["1"].text, latest.get("1")) == (1, "no shoppers", None)
    latest.forget_troubles()
    latest.want("a", "1", _job(1))
    tasks.let_all_go()
    assert latest.get("1") == 1


def test_only_so_many_results_are_kept(tasks: HeldTasks, qapp: object) -> None:
    owner = QObject()
    latest = Latest(tasks, keep=2, parent=owner)
    for value in range(4):
        latest.want("a", str(value), _job(value))
        tasks.let_all_go()
    assert list(latest.results) == ["2", "3"]
    owner.deleteLater()
