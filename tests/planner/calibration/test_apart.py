"""A calibration in a process of its own tells steps and its result, fails in words, and can be ended at once."""

from __future__ import annotations

import multiprocessing
import os
import signal
from typing import TYPE_CHECKING

import pytest
import tomlkit

from planner.calibration.apart import Calibration, Failed, Result, Step, Wanted
from planner.study_file import parse_study
from tests.stores import LIVELY

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [f"{n % 60},2024-01-{(7 * n) % 27 + 1:02},{10 + n % 37}.50" for n in range(150)]


@pytest.fixture
def wanted(tmp_path: Path) -> Wanted:
    log, start = tmp_path / "log.csv", tmp_path / "lively.toml"
    log.write_text("\n".join(["customer_id,date,amount", *ROWS, "7,soon,3.00"]) + "\n", encoding="utf-8")
    start.write_text(tomlkit.dumps({**LIVELY, "stock": {"unlimited": True}}), encoding="utf-8")
    return Wanted(log, start_from=str(start), visitors=1000, replications=2)


def test_it_tells_steps_and_ends_with_a_study(wanted: Wanted) -> None:
    *steps, result = Calibration(wanted).told()
    assert all(isinstance(step, Step) for step in steps)
    done = [step.done for step in steps if isinstance(step, Step)]
    assert done == sorted(done)
    assert isinstance(result, Result)
    assert (result.rows, result.kept, result.customers) == (151, 150, 60)
    assert dict(result.set_aside) == {"date does not parse": 1}
    assert parse_study(result.found.text).study.store.name == "log"
    assert multiprocessing.active_children() == []


def test_what_is_wrong_is_told_in_words(wanted: Wanted) -> None:
    (failed,) = Calibration(wanted._replace(columns={"amount": "worth"})).told()
    assert isinstance(failed, Failed)
    assert "amount: the log has no column 'worth'" in failed.text
    (failed,) = Calibration(wanted._replace(start_from="nothing")).told()
    assert isinstance(failed, Failed)
    assert "no such file" in failed.text


def test_it_can_be_stopped(wanted: Wanted) -> None:
    calibration = Calibration(wanted._replace(visitors=600_000))
    calibration.stop()
    assert list(calibration.told()) == []
    assert multiprocessing.active_children() == []


def test_a_process_that_dies_is_told(wanted: Wanted) -> None:
    calibration = Calibration(wanted._replace(visitors=200_000))
    process = multiprocessing.active_children()[0]
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    (failed,) = calibration.told()
    assert isinstance(failed, Failed)
    assert "ended by itself" in failed.text
