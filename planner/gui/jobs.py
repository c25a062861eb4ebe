"""Long work off the window's thread: comparisons and single tasks, done by a pool of processes.

One thread per piece of work waits for the pool and tells the window through a queued signal; nothing is computed in
this process but the comparison of finished runs. Knows experiments and their backends; no widgets.
"""

from __future__ import annotations

import math
import threading
import time
import traceback
from dataclasses import dataclass, field
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Qt, Signal, Slot

from planner.experiments.comparison import compare
from planner.experiments.executors import PoolBackend, usable_cores
from planner.experiments.experiment import chosen_plans, run_experiment
from planner.experiments.keys import replication_keys
from planner.gui.document import Compared, plan_keys
from planner.run_store import RunStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from planner.experiments.experiment import Finished
    from planner.experiments.precision import Precision
    from planner.experiments.runner import Progress, Simulate
    from simulation import Outcomes, Study

PARTIAL_SECONDS = 1.0
"""Least time between two partial comparisons."""
PATIENCE_SECONDS = 1.0
"""How long closing waits for running jobs to stop by themselves before their processes are ended."""


class State(Enum):
    """What a comparer is doing."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"


class Request(NamedTuple):
    """What to compare: a sound study, where finished runs are kept, and how many replications (None: the study's)."""

    study: Study
    runs: Path | None
    replications: int | Precision | None = None
    simulate: Simulate | None = None


class Trouble(NamedTuple):
    """Why work gave nothing: in plain words, and the details for whoever mends it."""

    text: str
    details: str


class Workers:
    """The pool of this window: started when first needed, closed once for all."""

    def __init__(self, count: int | None = None) -> None:
        self.count = count or usable_cores()
        self._lock = threading.Lock()
        self._backend: PoolBackend | None = None
        self._closed = False

    def backend(self) -> PoolBackend:
        """Return the pool; RuntimeError once it is closed."""
        with self._lock:
            if self._closed:
                raise RuntimeError("the window is closing")
            if self._backend is None:
                self._backend = PoolBackend(self.count)
            return self._backend

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            self._closed = True
            if self._backend is not None:
                self._backend.close()
                self._backend = None


class _Seen(RunStore):
    """A run store that remembers what passed through it, for partial comparisons."""

    def __init__(self, path: Path | None) -> None:
        super().__init__(path)
        self.seen: dict[str, Outcomes] = {}

    def get(self, key: str) -> Outcomes | None:
        found = super().get(key)
        if found is not None:
            self.seen[key] = found
        return found

    def put(self, key: str, outcomes: Outcomes) -> None:
        super().put(key, outcomes)
        self.seen[key] = outcomes


class _Told(NamedTuple):
    """What a thread tells: of which run, and a Progress, a Compared (so far), a Finished with keys, or a Trouble."""

    run: int
    what: object


class _Ended(NamedTuple):
    finished: Finished
    keys: dict[str, str]


@dataclass
class _Run:
    """One comparison on its thread."""

    number: int
    request: Request
    tell: Callable[[_Told], None]
    stop: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)
    last_partial: float = -math.inf
    complete: int = 0

    def work(self, workers: Workers) -> None:
        """Run the experiment and tell how it ended, whatever happens."""
        try:
            what: object = self._experiment(workers)
        except Exception as error:  # a plug-in or a worker may raise anything: that is a message, not the end
            what = Trouble(f"{type(error).__name__}: {error}", "".join(traceback.format_exception(error)))
        self.tell(_Told(self.number, what))

    def _experiment(self, workers: Workers) -> _Ended:
        import_module("scipy.special")  # intervals need it, on charts too: it must not be loaded by the window's thread
        study = self.request.study
        if self.request.runs is not None:
            self.request.runs.parent.mkdir(parents=True, exist_ok=True)
        store = _Seen(self.request.runs)
        with store:
            finished = run_experiment(
                study,
                workers.backend(),
                store,
                replications=self.request.replications,
                on_progress=lambda progress: self._on_progress(progress, store),
                stop=self.stop.is_set,
                simulate=self.request.simulate,
            )
        return _Ended(finished, plan_keys(study))

    def _on_progress(self, progress: Progress, store: _Seen) -> None:
        self.tell(_Told(self.number, progress))
        now = time.monotonic()
        if progress.done < progress.total and now - self.last_partial >= PARTIAL_SECONDS:
            self._tell_partial(store)
            self.last_partial = now
        self.go.wait()

    def _tell_partial(self, store: _Seen) -> None:
        """Tell the comparison of the replications that are complete so far, if there are more than last time."""
        study = self.request.study
        plans = chosen_plans(study, None, study.experiment.baseline)
        runs = _complete(store.seen, replication_keys(study), plans)
        count = len(runs[plans[0]])
        if count > self.complete:
            self.complete = count
            experiment = study.experiment
            partial = compare(
                study.store.name,
                runs,
                experiment.baseline,
                experiment.confidence,
                seed=experiment.seed,
                visitors=experiment.visitors,
            )
            self.tell(_Told(self.number, Compared(partial, plan_keys(study))))


def _complete(
    seen: dict[str, Outcomes], key: Callable[[str, int], str], plans: Sequence[str]
) -> dict[str, list[Outcomes]]:
    """Return plan -> runs of the first replications that are there for every plan."""
    count = 0
    while all(key(plan, count) in seen for plan in plans):
        count += 1
    return {plan: [seen[key(plan, number)] for number in range(count)] for plan in plans}


class Comparer(QObject):
    """Runs one comparison at a time.

    ``changed``: the state changed. ``progressed``: a Progress. ``partial``: a Compared of what is complete so far.
    ``finished``: a Compared, or None if no replication is complete, and the Finished that tells the rest. ``failed``: a
    Trouble.
    """

    changed = Signal()
    progressed = Signal(object)
    partial = Signal(object)
    finished = Signal(object, object)
    failed = Signal(object)
    _told = Signal(object)

    def __init__(self, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = State.IDLE
        self._workers = workers
        self._run: _Run | None = None
        self._thread: threading.Thread | None = None
        self._number = 0
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        """Whether a comparison is under way, paused ones included."""
        return self.state is not State.IDLE

    def start(self, request: Request) -> None:
        """Begin a comparison; RuntimeError while another one is under way."""
        if self.is_busy:
            raise RuntimeError("a comparison is under way")
        self._number += 1
        self._run = _Run(self._number, request, self._told.emit)
        self._run.go.set()
        self._thread = threading.Thread(target=self._run.work, args=(self._workers,), name="comparison")
        self._thread.start()
        self._enter(State.RUNNING)

    def pause(self) -> None:
        """Begin no further jobs until ``resume``; those under way are finished."""
        if self._run is not None and self.state is State.RUNNING:
            self._run.go.clear()
            self._enter(State.PAUSED)

    def resume(self) -> None:
        """Go on after ``pause``."""
        if self._run is not None and self.state is State.PAUSED:
            self._run.go.set()
            self._enter(State.RUNNING)

    def cancel(self) -> None:
        """Stop; what is finished is kept and told as usual."""
        if self._run is not None and self.is_busy:
            self._run.stop.set()
            self._run.go.set()
            self._enter(State.STOPPING)

    def close(self) -> None:
        """Stop and wait for the thread; processes that do not stop by themselves are ended with the pool."""
        self.cancel()
        if self._thread is not None:
            self._thread.join(PATIENCE_SECONDS)
            if self._thread.is_alive():
                self._workers.close()
            self._thread.join()
        self._run = None

    def _enter(self, state: State) -> None:
        self.state = state
        self.changed.emit()

    @Slot(object)
    def _on_told(self, told: _Told) -> None:
        if self._run is None or told.run != self._run.number:
            return
        if isinstance(told.what, Compared):
            self.partial.emit(told.what)
        elif isinstance(told.what, (_Ended, Trouble)):
            self._end(told.what)
        else:
            self.progressed.emit(told.what)

    def _end(self, what: _Ended | Trouble) -> None:
        if self._thread is not None:
            self._thread.join()
        self._run, self._thread = None, None
        self._enter(State.IDLE)
        if isinstance(what, Trouble):
            self.failed.emit(what)
        else:
            comparison = what.finished.comparison
            self.finished.emit(Compared(comparison, what.keys) if comparison else None, what.finished)


class Tasks(QObject):
    """Single jobs in the pool, such as an export: a pure top-level function, then a bound method with its result."""

    _told = Signal(object)

    def __init__(self, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workers = workers
        self._threads: dict[int, threading.Thread] = {}
        self._listeners: dict[int, tuple[Callable[[Any], None], Callable[[Trouble], None]]] = {}
        self._number = 0
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)

    def run(
        self, job: Callable[[], object], on_done: Callable[[Any], None], on_failed: Callable[[Trouble], None]
    ) -> None:
        """Do ``job`` (picklable, such as a ``functools.partial`` of a top-level function) in the pool."""
        self._number += 1
        self._listeners[self._number] = (on_done, on_failed)
        thread = threading.Thread(target=self._work, args=(self._number, job), name="task")
        self._threads[self._number] = thread
        thread.start()

    def close(self) -> None:
        """Wait for the threads; the pool must be closed first, so that they end at once. Nobody is told any more."""
        self._listeners.clear()
        for thread in self._threads.values():
            thread.join()

    def _work(self, number: int, job: Callable[[], object]) -> None:
        try:
            what: object = self._workers.backend().submit(job).result()
        except Exception as error:  # whatever the job did; CancelledError included
            what = Trouble(f"{type(error).__name__}: {error}", "".join(traceback.format_exception(error)))
        self._told.emit(_Told(number, what))

    @Slot(object)
    def _on_told(self, told: _Told) -> None:
        self._threads.pop(told.run).join()
        on_done, on_failed = self._listeners.pop(told.run, (None, None))
        if isinstance(told.what, Trouble):
            if on_failed is not None:
                on_failed(told.what)
        elif on_done is not None:
            on_done(told.what)
