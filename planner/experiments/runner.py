"""Runs jobs, one per plan and replication, on a backend: what is stored is not run, what is finished is stored at once.

Knows jobs, backend and store; must not know what the outcomes mean (comparison.py) nor how progress is shown.
"""

from __future__ import annotations

import gc
import math
import time
import traceback
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from planner.experiments.executors import Stopped, check_stop
from planner.experiments.keys import replication_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from planner.experiments.executors import Backend
    from planner.run_store import RunStore
    from simulation import Journal, Observer, Outcomes, Trace

POLL_SECONDS = 0.1
"""How often a waiting run looks whether it is to stop."""
STOP_SECONDS = 10.0
"""How long running jobs are waited for after a stop: they end at their next simulated period."""


class Simulate(Protocol):
    """A function like ``simulation.simulate``: pure, top-level, outcomes of a plan's replication."""

    def __call__(self, study: Any, plan: str, replication: int, observer: Observer, /) -> Outcomes:  # noqa: ANN401
        """Simulate one replication; the observer's ``progress`` may raise to end it."""


class Job(NamedTuple):
    """One replication of one plan."""

    plan: str
    replication: int


class Progress(NamedTuple):
    """How far a run is; ``seconds_left`` is NaN until the first job was simulated."""

    done: int
    total: int
    seconds_left: float


class Failure(NamedTuple):
    """A job that could not be done: why, in a line, and the traceback for whoever mends it."""

    job: Job
    reason: str
    details: str


@dataclass(frozen=True)
class Batch:
    """What came of some jobs.

    Attributes:
        outcomes: finished jobs in the order in which they were asked for.
        failures: jobs that raised.
        stored: how many of the finished ones came from the store.
        interrupted: stopped or interrupted before all was done; what was finished is kept.
    """

    outcomes: dict[Job, Outcomes]
    failures: tuple[Failure, ...]
    stored: int
    interrupted: bool


class StopWatch:
    """The observer inside a worker: ends the run when the backend says so."""

    journal: Journal | None = None
    trace: Trace | None = None

    def progress(self, done: float) -> None:
        """Raise Stopped if this worker's jobs are to end."""
        check_stop()


def run_job(simulate: Simulate, study: object, job: Job) -> Outcomes:
    """Simulate one replication: pure, so that it may run anywhere and more than once."""
    check_stop()
    try:
        return simulate(study, job.plan, job.replication, StopWatch())
    finally:
        gc.collect()  # a world is a web of references: else a worker would hold the last one while it makes the next


def run_jobs(
    study: Any,  # noqa: ANN401 - a Study, or whatever the given ``simulate`` takes
    jobs: Iterable[Job],
    backend: Backend,
    store: RunStore,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    simulate: Simulate | None = None,
    key: Callable[[str, int], str] | None = None,
) -> Batch:
    """Do all ``jobs`` and return what came of them; this does not depend on the backend or the order of finishing.

    Args:
        study: handed to ``simulate``; must be picklable.
        jobs: what to do; a job named twice is done once.
        backend: where to do it.
        store: asked first, told of each finished job at once.
        on_progress: told at the start and after each job.
        stop: asked now and then; once true, running jobs are asked to end and the rest is not begun. Ctrl-C likewise.
        simulate: a top-level function; default ``simulation.simulate``.
        key: gives the store's key of a plan and replication; default ``keys.replication_keys(study)``.

    A job that raises becomes a Failure and the others go on. Jobs that were under way when a worker process died are
    run once more, one at a time: then a job that kills its worker harms no other, and one that ran out of memory
    beside others has the machine for itself.
    """
    wanted = tuple(dict.fromkeys(jobs))
    run = _Run(study, backend, store, simulate or _engine(), key or replication_keys(study))
    run.work(wanted, on_progress or (lambda progress: None), stop or (lambda: False))
    return run.batch(wanted)


def paired(batch: Batch, plans: Sequence[str]) -> tuple[dict[str, list[Outcomes]], tuple[int, ...]]:
    """Return plan -> runs of the replications that are finished for all ``plans``, and these replications' numbers."""
    numbers = sorted({job.replication for job in batch.outcomes})
    complete = tuple(number for number in numbers if all(Job(plan, number) in batch.outcomes for plan in plans))
    return {plan: [batch.outcomes[Job(plan, number)] for number in complete] for plan in plans}, complete


@dataclass
class _Run:
    """The state of one ``run_jobs``."""

    study: object
    backend: Backend
    store: RunStore
    simulate: Simulate
    key: Callable[[str, int], str]
    waiting: deque[Job] = field(default_factory=deque)
    again: deque[Job] = field(default_factory=deque)
    running: dict[Future[Outcomes], Job] = field(default_factory=dict)
    retried: set[Job] = field(default_factory=set)
    outcomes: dict[Job, Outcomes] = field(default_factory=dict)
    failures: dict[Job, Failure] = field(default_factory=dict)
    stored: int = 0

    def work(self, jobs: Sequence[Job], on_progress: Callable[[Progress], None], stop: Callable[[], bool]) -> None:
        """Do ``jobs``, or as many of them as there is time for."""
        try:
            self._fetch(jobs)
            begun = time.monotonic()
            on_progress(self._progress(len(jobs), begun))
            while self._finished() < len(jobs) and not stop():
                self._hand_over()
                for future in wait(self.running, POLL_SECONDS, FIRST_COMPLETED).done:
                    self._take(future)
                    on_progress(self._progress(len(jobs), begun))
        except KeyboardInterrupt:  # from here on as for ``stop``; a second one ends the program
            pass
        if self.running:
            self._call_off()

    def batch(self, jobs: Sequence[Job]) -> Batch:
        """Return what came of ``jobs``."""
        outcomes = {job: self.outcomes[job] for job in jobs if job in self.outcomes}
        return Batch(outcomes, tuple(self.failures.values()), self.stored, self._finished() < len(jobs))

    def _fetch(self, jobs: Sequence[Job]) -> None:
        """Take from the store what is there and queue the rest."""
        for job in jobs:
            outcomes = self.store.get(self.key(*job))
            if outcomes is None:
                self.waiting.append(job)
            else:
                self.outcomes[job] = outcomes
        self.stored = len(self.outcomes)

    def _finished(self) -> int:
        return len(self.outcomes) + len(self.failures)

    def _progress(self, total: int, begun: float) -> Progress:
        done = self._finished()
        simulated = done - self.stored
        pace = (time.monotonic() - begun) / simulated if simulated else math.nan
        return Progress(done, total, pace * (total - done))

    def _hand_over(self) -> None:
        """Keep the backend busy; a job that is run once more is alone."""
        while self.waiting and not self.again and len(self.running) < self.backend.at_once:
            self._submit(self.waiting.popleft())
        if self.again and not self.running:
            self._submit(self.again.popleft())

    def _submit(self, job: Job) -> None:
        self.running[self.backend.submit(run_job, self.simulate, self.study, job)] = job

    def _take(self, future: Future[Outcomes]) -> None:
        """Keep what a job gave, or note why it gave nothing.

        The future is forgotten last, so that an interrupt in between loses nothing: it is then taken again.
        """
        job = self.running[future]
        try:
            outcomes = future.result()
        except Stopped:
            pass
        except BrokenExecutor as error:
            self._worker_died(job, error)
        except Exception as error:
            self.failures[job] = Failure(job, f"{type(error).__name__}: {error}", _details(error))
        else:
            self.store.put(self.key(*job), outcomes)
            self.outcomes[job] = outcomes
        del self.running[future]

    def _worker_died(self, job: Job, error: BrokenExecutor) -> None:
        if job in self.retried:
            reason = "its worker process died twice; the machine may be short of memory"
            self.failures[job] = Failure(job, reason, _details(error))
        else:
            self.retried.add(job)
            self.again.append(job)

    def _call_off(self) -> None:
        """End what runs, keeping what finished in the meantime.

        Futures are not cancelled: Dask would call running ones cancelled at once and leave them running; jobs that have
        not begun raise Stopped as soon as they do.
        """
        self.backend.halt()
        try:
            for future in wait(self.running, STOP_SECONDS).done:
                self._take(future)
        finally:
            self.backend.resume()


def _engine() -> Simulate:
    from simulation import simulate

    return simulate


def _details(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
