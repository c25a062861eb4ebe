"""Experiments from end to end: with a made-up store for the logic, with the real simulator for byte-equality."""

import math
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from planner.experiments.comparison import Comparison, to_json
from planner.experiments.executors import BackendFault, SerialBackend, open_backend
from planner.experiments.experiment import Finished, chosen_plans, run_experiment
from planner.experiments.faults import ExperimentFault
from planner.experiments.precision import Precision
from planner.run_store import RunStore
from simulation import Observer, Outcomes, Study
from tests import stores
from tests.planner.experiments import fakes

LIFTS = {"Baseline": 0.0, "A": 0.03, "B": -0.02}
STUDY = stores.lively({"A": {}, "B": {}}, experiment={"replications": 6, "seed": 5, "confidence": 0.9})


def simulate(study: Study, plan: str, replication: int, observer: Observer) -> Outcomes:
    return fakes.simulate(LIFTS, plan, replication, observer)


def simulate_with_fault(study: Study, plan: str, replication: int, observer: Observer) -> Outcomes:
    return fakes.failing(LIFTS, plan, replication, observer)


def comparison(finished: Finished) -> Comparison:
    assert finished.comparison is not None
    return finished.comparison


def test_what_is_not_given_is_as_the_study_says() -> None:
    finished = run_experiment(STUDY, SerialBackend(), RunStore(), simulate=simulate)
    result = comparison(finished)
    assert [plan.name for plan in result.plans] == ["Baseline", "A", "B"]
    assert (result.baseline, result.replications, result.confidence) == ("Baseline", 6, 0.9)
    assert (result.seed, result.visitors, result.study_name) == (5, 400, STUDY.store.name)
    assert (finished.simulated, finished.stored, finished.failures, finished.interrupted) == (18, 0, (), False)
    assert result.plan("A").differences["orders"].verdict == "better"
    assert result.plan("B").differences["orders"].verdict == "worse"


def test_plans_baseline_and_confidence_can_be_chosen() -> None:
    finished = run_experiment(
        STUDY,
        SerialBackend(),
        RunStore(),
        plans=["B"],
        baseline="A",
        replications=3,
        confidence=0.99,
        simulate=simulate,
    )
    result = comparison(finished)
    assert [plan.name for plan in result.plans] == ["A", "B"]
    assert (result.baseline, result.replications, result.confidence) == ("A", 3, 0.99)
    assert result.plan("B").differences["orders"].relative == pytest.approx(0.98 / 1.03 - 1, abs=0.005)


def test_more_replications_use_those_that_are_there() -> None:
    store = RunStore()
    few = run_experiment(STUDY, SerialBackend(), store, replications=2, simulate=simulate)
    more = run_experiment(STUDY, SerialBackend(), store, replications=4, simulate=simulate)
    assert (few.simulated, few.stored) == (6, 0)
    assert (more.simulated, more.stored) == (6, 6)


def test_precision_takes_what_it_takes_and_gives_what_that_many_replications_give() -> None:
    asked = Precision(0.0012, most=100)
    store = RunStore()
    finished = run_experiment(STUDY, SerialBackend(), store, replications=asked, simulate=simulate)
    assert finished.precision is not None
    assert finished.precision.reached
    result = comparison(finished)
    assert 10 < result.replications == finished.precision.replications < 60
    assert result.notes[0] == finished.precision.note
    for plan in result.plans[1:]:
        change = plan.differences["session_conversion"]
        assert (change.relative_high - change.relative_low) / 2 <= 0.0012
    assert (finished.simulated, finished.stored) == (3 * result.replications, 0)
    fixed = run_experiment(STUDY, SerialBackend(), RunStore(), replications=result.replications, simulate=simulate)
    assert to_json(comparison(fixed)) == to_json(result)
    again = run_experiment(STUDY, SerialBackend(), store, replications=asked, simulate=simulate)
    assert (again.simulated, again.stored) == (0, 3 * result.replications)
    assert to_json(comparison(again)) == to_json(result)


def test_a_failure_leaves_out_its_replication_and_is_said() -> None:
    finished = run_experiment(STUDY, SerialBackend(), RunStore(), simulate=simulate_with_fault)
    result = comparison(finished)
    assert [failure.job for failure in finished.failures] == [("A", 1), ("B", 1)]
    assert result.replication_numbers == (0, 2, 3, 4, 5)
    assert "A failed in replication 1, which is left out (ZeroDivisionError: no shoppers in A)." in result.notes


def test_a_stop_compares_what_is_finished() -> None:
    done: list[int] = []
    finished = run_experiment(
        STUDY,
        SerialBackend(),
        RunStore(),
        on_progress=lambda progress: done.append(progress.done),
        stop=lambda: done[-1] >= 8,
        simulate=simulate,
    )
    assert finished.interrupted
    assert comparison(finished).replication_numbers == (0, 1)
    assert "Stopped early: 2 replications are finished for every plan." in comparison(finished).notes


def test_a_stop_before_anything_is_finished_gives_no_comparison() -> None:
    for replications in (3, Precision(0.01)):
        finished = run_experiment(
            STUDY, SerialBackend(), RunStore(), replications=replications, stop=lambda: True, simulate=simulate
        )
        assert finished.interrupted
        assert finished.comparison is None


def test_what_is_wrong_with_the_store_is_said_in_the_comparison(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = RunStore(tmp_path / "file" / "x.sqlite")
    result = comparison(run_experiment(STUDY, SerialBackend(), store, simulate=simulate))
    assert any("cannot be used" in note for note in result.notes)


def test_plans_that_are_not_there_are_all_named() -> None:
    with pytest.raises(ExperimentFault, match="no plan 'X', 'Y'; the study has 'Baseline', 'A', 'B'"):
        chosen_plans(STUDY, ["A", "Y"], "X")
    with pytest.raises(ExperimentFault, match="0 replications are asked for"):
        run_experiment(STUDY, SerialBackend(), RunStore(), replications=0, simulate=simulate)


def test_workers_with_other_code_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = SerialBackend()
    monkeypatch.setattr(backend, "ask", lambda question: {"tcp://old:1": "another engine"})
    with pytest.raises(BackendFault, match="workers tcp://old:1 run another Footfall"):
        run_experiment(STUDY, backend, RunStore(), simulate=simulate)


# With the real simulator.

REAL = stores.lively(
    {"More": {"cross_sell": {}, "scarcity_message": {}}}, experiment={"replications": 3, "visitors": 100}
)

PROGRAM = """
import sys
from pathlib import Path
from planner.experiments.executors import open_backend
from planner.experiments.experiment import run_experiment
from planner.run_store import RunStore
from tests.planner.experiments.test_experiment import REAL

if __name__ == "__main__":
    with open_backend(2) as backend, RunStore(Path(sys.argv[1])) as store:
        run_experiment(REAL, backend, store, replications=500)
"""


def digests(finished: Finished) -> dict[str, list[str]]:
    return {plan.name: [run.digest() for run in plan.runs] for plan in comparison(finished).plans}


def test_killed_and_continued_equals_uninterrupted_byte_for_byte(tmp_path: Path) -> None:
    script, path = tmp_path / "program.py", tmp_path / "x.sqlite"
    script.write_text(PROGRAM)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    program = subprocess.Popen([sys.executable, script, path], env=environment, start_new_session=True)
    while stored_rows(path) < 3:
        assert program.poll() is None
        time.sleep(0.02)
    os.killpg(program.pid, signal.SIGKILL)
    program.wait()
    with RunStore(path) as store:
        continued = run_experiment(REAL, SerialBackend(), store)
        assert store.notes == []
    assert continued.stored >= 3
    with open_backend(2) as backend:
        fresh = run_experiment(REAL, backend, RunStore())
    assert fresh.stored == 0
    assert digests(continued) == digests(fresh)
    assert to_json(comparison(continued)) == to_json(comparison(fresh))
    assert len({digest for of in digests(fresh).values() for digest in of}) == 6  # replications and plans do differ


def stored_rows(path: Path) -> int:
    if not path.exists():
        return 0
    try:
        with sqlite3.connect(path) as database:
            return int(database.execute("SELECT count(*) FROM runs").fetchone()[0])
    except sqlite3.OperationalError:  # the table is not there yet
        return 0
    finally:
        database.close()


def test_a_plan_against_its_copy_differs_by_exactly_nothing() -> None:
    study = stores.lively({"Copy": {}}, experiment={"replications": 2, "visitors": 100})
    copy = comparison(run_experiment(study, SerialBackend(), RunStore())).plan("Copy")
    compared = {id_: change for id_, change in copy.differences.items() if not math.isnan(change.mean)}
    assert len(compared) > 15
    for change in compared.values():
        assert (change.mean, change.low, change.high, change.verdict) == (0.0, 0.0, 0.0, "cannot tell")
