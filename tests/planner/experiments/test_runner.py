"""Running jobs: the same results however they run, nothing done twice, nothing lost, faults told and survived."""

import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from planner.experiments.executors import Backend, SerialBackend, open_backend
from planner.experiments.runner import Batch, Job, Progress, Simulate, paired, run_jobs
from planner.run_store import RunStore
from simulation.outcomes import Outcomes
from tests.planner.experiments import fakes

STUDY = {"Baseline": 0.0, "Good": 0.03}
JOBS = [Job(plan, number) for number in range(4) for plan in STUDY]


@pytest.fixture(scope="module")
def pool() -> Iterator[Backend]:
    with open_backend(2) as backend:
        yield backend


def key(plan: str, replication: int) -> str:
    return f"{plan}/{replication}"


def run(
    backend: Backend,
    simulate: Simulate = fakes.simulate,
    study: object = STUDY,
    jobs: list[Job] = JOBS,
    store: RunStore | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Batch:
    own = store or RunStore()
    return run_jobs(study, jobs, backend, own, on_progress=on_progress, stop=stop, simulate=simulate, key=key)


def digests(batch: Batch) -> list[tuple[Job, str]]:
    return [(job, outcomes.digest()) for job, outcomes in batch.outcomes.items()]


def test_one_and_two_workers_give_the_same_bytes_in_the_order_asked_for(pool: Backend) -> None:
    serial, parallel = run(SerialBackend()), run(pool, jobs=JOBS[::-1])
    assert list(serial.outcomes) == JOBS
    assert list(parallel.outcomes) == JOBS[::-1]
    assert digests(serial) == digests(parallel)[::-1]
    assert (serial.failures, serial.stored, serial.interrupted) == ((), 0, False)


def test_what_is_stored_is_not_run_again(tmp_path: Path) -> None:
    def refuse(*_: object) -> Outcomes:
        raise AssertionError("was stored already")

    with RunStore(tmp_path / "x.sqlite") as store:
        first = run(SerialBackend(), jobs=JOBS[:5], store=store)
        assert first.stored == 0
        again = run(SerialBackend(), simulate=refuse, jobs=JOBS[:5], store=store)
        assert (again.stored, again.failures) == (5, ())
        assert digests(again) == digests(first)
        more = run(SerialBackend(), store=store)
        assert more.stored == 5
    assert digests(more) == digests(run(SerialBackend()))


def test_a_job_named_twice_is_done_once() -> None:
    calls = []

    def simulate(study: dict[str, float], plan: str, replication: int, observer: object) -> Outcomes:
        calls.append(plan)
        return fakes.simulate(study, plan, replication)

    assert len(run(SerialBackend(), simulate=simulate, jobs=[JOBS[0]] * 3).outcomes) == 1
    assert len(calls) == 1


def test_progress_is_told_from_the_stored_ones_to_the_last(pool: Backend) -> None:
    store = RunStore()
    run(pool, jobs=JOBS[:3], store=store)
    heard: list[Progress] = []
    run(pool, store=store, on_progress=heard.append)
    assert [progress.done for progress in heard] == [3, 4, 5, 6, 7, 8]
    assert {progress.total for progress in heard} == {8}
    assert math.isnan(heard[0].seconds_left)
    assert all(progress.seconds_left > 0 for progress in heard[1:-1])
    assert heard[-1].seconds_left == 0


@pytest.mark.parametrize("workers", [1, 2])
def test_a_job_that_fails_is_told_and_the_others_go_on(workers: int, pool: Backend) -> None:
    batch = run(SerialBackend() if workers == 1 else pool, fakes.failing)
    assert len(batch.outcomes) == 7
    assert not batch.interrupted
    (failure,) = batch.failures
    assert failure.job == Job("Good", 1)
    assert failure.reason == "ZeroDivisionError: no shoppers in Good"
    assert "in failing" in failure.details
    runs, numbers = paired(batch, list(STUDY))
    assert numbers == (0, 2, 3)
    assert [len(of) for of in runs.values()] == [3, 3]


def test_a_worker_that_dies_costs_nothing_but_time(tmp_path: Path) -> None:
    jobs = [Job("Good", number) for number in range(6)]
    with open_backend(2) as backend:
        batch = run(backend, fakes.killer, tmp_path, jobs)
    assert (tmp_path / "was here").exists()
    assert [outcomes.total("orders") for outcomes in batch.outcomes.values()] == list(range(6))
    assert batch.failures == ()


def test_a_job_that_kills_its_worker_again_fails_alone(tmp_path: Path) -> None:
    jobs = [Job("Poison", number) for number in range(6)]
    with open_backend(2) as backend:
        batch = run(backend, fakes.killer, tmp_path, jobs)
    assert [failure.job for failure in batch.failures] == [Job("Poison", 3)]
    assert "died twice" in batch.failures[0].reason
    assert len(batch.outcomes) == 5


def test_a_stop_ends_running_jobs_keeps_the_finished_ones_and_leaves_the_pool_usable(
    pool: Backend, tmp_path: Path
) -> None:
    jobs = [Job("Good", number) for number in range(8)]
    store = RunStore()

    def two_run() -> bool:
        return len(list(tmp_path.iterdir())) == 2

    batch = run(pool, fakes.endless, tmp_path, jobs, store, stop=two_run)
    assert batch.interrupted
    assert list(batch.outcomes) == [Job("Good", 0)]
    assert batch.failures == ()
    assert store.has("Good/0")
    assert len(run(pool).outcomes) == len(JOBS)


def test_an_interrupt_from_the_keyboard_keeps_what_is_finished() -> None:
    def simulate(study: dict[str, float], plan: str, replication: int, observer: object) -> Outcomes:
        if replication == 2:
            raise KeyboardInterrupt
        return fakes.simulate(study, plan, replication)

    store = RunStore()
    batch = run(SerialBackend(), simulate, store=store)
    assert batch.interrupted
    assert list(batch.outcomes) == JOBS[:4]
    assert store.finished(key(*job) for job in JOBS) == {key(*job) for job in JOBS[:4]}


class InterruptedStore(RunStore):
    """Ctrl-C arrives while the second replication is being stored."""

    calls = 0

    def put(self, key: str, outcomes: Outcomes) -> None:
        self.calls += 1
        if self.calls == 2:
            raise KeyboardInterrupt
        super().put(key, outcomes)


def test_an_interrupt_while_storing_loses_nothing_that_was_finished(pool: Backend) -> None:
    for backend in (SerialBackend(), pool):
        store = InterruptedStore()
        batch = run(backend, store=store)
        assert batch.interrupted
        assert len(batch.outcomes) >= 2
        assert store.finished(key(*job) for job in JOBS) == {key(*job) for job in batch.outcomes}
    assert len(run(pool).outcomes) == len(JOBS)


PROGRAM = """
import sys
from pathlib import Path
from planner.experiments.executors import open_backend
from planner.experiments.runner import Job, run_jobs
from planner.run_store import RunStore
from tests.planner.experiments import fakes

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    jobs = [Job("Good", number) for number in range(4)]
    with open_backend(2) as backend, RunStore(folder / "x.sqlite") as store:
        batch = run_jobs(folder, jobs, backend, store, simulate=fakes.endless, key=lambda *job: str(job))
    print(len(batch.outcomes), batch.interrupted)
"""


@pytest.fixture
def program(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A program of its own with two workers in endless jobs; in a session of its own, as a shell would start it."""
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    root = Path(__file__).parents[3]
    running = subprocess.Popen(
        [sys.executable, script, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until(lambda: (tmp_path / "1").exists() and (tmp_path / "2").exists())
    yield running
    if members(running.pid):
        os.killpg(running.pid, signal.SIGKILL)
    running.communicate()


def test_ctrl_c_on_the_whole_group_ends_a_pool_quietly(program: "subprocess.Popen[str]") -> None:
    os.killpg(program.pid, signal.SIGINT)
    out, err = program.communicate(timeout=60)
    assert (program.returncode, out, err) == (0, "1 True\n", "")
    until(lambda: not members(program.pid))


def test_workers_do_not_outlive_a_killed_parent_and_finished_runs_are_there(
    program: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    assert len(members(program.pid)) >= 3
    program.kill()
    program.wait()
    until(lambda: not members(program.pid))
    with RunStore(tmp_path / "x.sqlite") as store:
        kept = store.get(str(("Good", 0)))
    assert kept is not None
    assert kept.digest() == fakes.outcomes("Good", orders=1).digest()


def until(happened: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for something that other processes do."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "did not happen"
        time.sleep(0.02)


def members(session: int) -> list[int]:
    """The living processes of a session (zombies do not count)."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and belongs(entry, session)]


def belongs(process: Path, session: int) -> bool:
    try:
        state, _, _, its_session = (process / "stat").read_text().rpartition(")")[2].split()[:4]
    except OSError:  # it has just ended
        return False
    return int(its_session) == session and state != "Z"
