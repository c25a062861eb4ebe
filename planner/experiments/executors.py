"""Where jobs run: in this process, in a pool of processes or on a Dask cluster, each a ``concurrent.futures.Executor``.

Knows processes and how to stop them; must not know what a job computes. Jobs must be pure top-level functions: a pool's
or cluster's worker may die, and then a job is run again.
"""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection, get_context, parent_process
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
T = TypeVar("T")

GRACE_SECONDS = 0.5
"""How long a worker may take to stop by itself before it is terminated."""
CONNECT_SECONDS = 10
AHEAD = 2
"""Jobs in hand per worker."""


class BackendFault(Exception):
    """The workers asked for cannot be had; the text says why and what to do."""


class Stopped(Exception):
    """Raised inside a job that was asked to stop."""


class Flag(Protocol):
    """What workers poll: an event of threads or of processes."""

    def is_set(self) -> bool:
        """Return whether jobs are to stop."""

    def set(self) -> None:
        """Ask jobs to stop."""

    def clear(self) -> None:
        """Let jobs run again."""


_flag: Flag = threading.Event()
"""This process's own; a pool's workers replace it by the one that they share with their parent."""


def check_stop() -> None:
    """Raise Stopped if this worker's jobs are to end; cheap enough to be called once per simulated period."""
    if _flag.is_set():
        raise Stopped("asked to stop")


class Backend(Executor):
    """An executor that says how many jobs to hand over at a time and can ask running jobs to stop.

    ``submit`` works as for every executor. Use it through ``open_backend``, which closes it whatever happens.
    """

    at_once: int = 1
    """Jobs to hand over at a time: enough that no worker waits, few enough that little is lost when a pool breaks."""

    def halt(self) -> None:
        """Ask running jobs to raise Stopped at their next ``check_stop``."""

    def resume(self) -> None:
        """Let jobs run again after ``halt``."""

    def ask(self, fn: Callable[[], T]) -> dict[str, T]:
        """Return what ``fn`` says on workers that may run other code than this process, by their address."""
        return {}

    def close(self) -> None:
        """Give everything back at once, running jobs included."""


class SerialBackend(Backend):
    """Runs each job inside ``submit``; an interrupt from the keyboard goes straight through it."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run the job now and return its future, which is done."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # whatever a job raises belongs to its future
            future.set_exception(error)
        return future


class PoolBackend(Backend):
    """Processes of this machine (spawned, so that they inherit no locks), replaced as a whole when one of them dies."""

    def __init__(self, workers: int) -> None:
        self.at_once = AHEAD * workers
        self._workers = workers
        self._context = get_context("spawn")
        self._flag = self._context.Event()
        self._pool = self._new_pool()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue a job. After a worker died its futures raise BrokenProcessPool, and new jobs go to a new pool."""
        try:
            return self._pool.submit(fn, *args, **kwargs)
        except BrokenProcessPool:
            self._pool.shutdown(wait=False)
            self._pool = self._new_pool()
            return self._pool.submit(fn, *args, **kwargs)

    def halt(self) -> None:
        """Ask running jobs to raise Stopped at their next ``check_stop``."""
        self._flag.set()

    def resume(self) -> None:
        """Let jobs run again after ``halt``."""
        self._flag.clear()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As of every executor: no new jobs; running ones end by themselves."""
        self._pool.shutdown(wait=wait, cancel_futures=cancel_futures)

    def close(self) -> None:
        """Stop jobs, then processes; returns within about ``GRACE_SECONDS`` and leaves none behind."""
        # Private names, but the only way before Python 3.14. The pool's own thread reaps the workers: wait for that.
        processes = list((self._pool._processes or {}).values())
        thread: Any = self._pool._executor_manager_thread  # None before the first job and after shutdown
        self.halt()
        self._pool.shutdown(wait=False, cancel_futures=True)
        if thread is not None:
            thread.join(GRACE_SECONDS)
            for process in processes if thread.is_alive() else ():
                process.terminate()
            thread.join()

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._workers, mp_context=self._context, initializer=_start_worker, initargs=(self._flag,)
        )


class ClusterBackend(Backend):
    """Workers of a Dask cluster; the scheduler runs a job again when its worker dies."""

    def __init__(self, address: str) -> None:
        self._client = _connect(address)
        self.at_once = AHEAD * sum(self._client.nthreads().values())
        self._executor = self._client.get_executor(pure=False, retries=2)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Send a job to the cluster."""
        future: Future[T] = self._executor.submit(fn, *args, **kwargs)
        return future

    def halt(self) -> None:
        """Ask running jobs to raise Stopped at their next ``check_stop``."""
        self._client.run(_set_flag, True)

    def resume(self) -> None:
        """Let jobs run again after ``halt``."""
        self._client.run(_set_flag, False)

    def ask(self, fn: Callable[[], T]) -> dict[str, T]:
        """Return what ``fn`` says on every worker, by address; BackendFault if it cannot even be run there."""
        try:
            answers: dict[str, T] = self._client.run(fn)
        except Exception as error:
            raise BackendFault(f"the cluster's workers cannot run Footfall: {error}; is it installed there?") from error
        return answers

    def close(self) -> None:
        """Leave the cluster; what it still runs for us is forgotten."""
        self._executor.shutdown(wait=False)
        self._client.close()


@contextmanager
def open_backend(workers: int | None = None, cluster: str | None = None) -> Iterator[Backend]:
    """Give a backend for the length of a ``with`` block.

    Args:
        workers: processes to use; default one per core this process may use. 1 runs everything in this process.
        cluster: address of a Dask scheduler such as ``tcp://host:8786``; then ``workers`` plays no part.

    Raises:
        BackendFault: fewer than one worker, no Dask installed, or no cluster there.
    """
    backend = ClusterBackend(cluster) if cluster else _local(workers if workers is not None else usable_cores())
    try:
        yield backend
    finally:
        backend.close()


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _local(workers: int) -> Backend:
    if workers < 1:
        raise BackendFault(f"{workers} workers are asked for; at least 1 is needed")
    return SerialBackend() if workers == 1 else PoolBackend(workers)


def _start_worker(flag: Flag) -> None:
    """Prepare a pool's worker: its parent alone hears Ctrl-C, and it does not outlive its parent."""
    global _flag
    _flag = flag
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    """Wait for the parent's end, however it came; else a killed parent leaves workers for ever (cpython 111873)."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(3)


def _set_flag(stop: bool) -> None:
    if stop:
        _flag.set()
    else:
        _flag.clear()


def _connect(address: str) -> Any:  # noqa: ANN401 - distributed has no types
    try:
        from distributed import Client
    except ImportError as error:
        raise BackendFault("a cluster needs the package distributed; install footfall[cluster]") from error
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise BackendFault(
            f"no Dask scheduler answers at {address!r} ({error}); expected like tcp://host:8786"
        ) from error
    if not client.nthreads():
        client.close()
        raise BackendFault(f"the Dask scheduler at {address!r} has no workers")
    return client
