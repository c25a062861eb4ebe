"""Backends: what they promise as executors, how they are opened, and that closing leaves nothing behind."""

import builtins
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from multiprocessing import active_children
from types import ModuleType

import pytest

from planner.experiments.executors import (
    BackendFault,
    ClusterBackend,
    PoolBackend,
    SerialBackend,
    Stopped,
    check_stop,
    open_backend,
    usable_cores,
)


def wait_for_stop(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        check_stop()
        time.sleep(0.005)


def test_a_serial_backend_runs_in_this_process() -> None:
    backend = SerialBackend()
    assert backend.submit(os.getpid).result() == os.getpid()
    with pytest.raises(ZeroDivisionError):
        backend.submit(divmod, 1, 0).result()


def test_workers_decide_the_kind_of_backend() -> None:
    with open_backend(1) as one, open_backend(2) as two, open_backend() as default:
        assert (type(one), type(two)) == (SerialBackend, PoolBackend)
        assert two.at_once == 4
        assert default.at_once == (2 * usable_cores() if usable_cores() > 1 else 1)
        assert two.submit(os.getpid).result(60) != os.getpid()
        assert two.ask(os.getpid) == {}


def test_no_workers_is_refused() -> None:
    with pytest.raises(BackendFault, match="0 workers are asked for; at least 1"), open_backend(0):
        pass


def test_halt_ends_running_jobs_and_resume_makes_the_pool_usable_again() -> None:
    with open_backend(2) as backend:
        job = backend.submit(wait_for_stop, 60.0)
        threading.Timer(0.1, backend.halt).start()
        with pytest.raises(Stopped):
            job.result(60)
        backend.resume()
        assert backend.submit(wait_for_stop, 0.01).result(60) is None


@pytest.mark.parametrize("job", [wait_for_stop, time.sleep])
def test_closing_ends_jobs_that_listen_and_jobs_that_do_not(job: Callable[[float], None]) -> None:
    backend = PoolBackend(2)
    before = set(active_children())
    futures = [backend.submit(job, 600.0) for _ in range(5)]
    workers = set(active_children()) - before
    assert workers
    begun = time.monotonic()
    backend.close()
    assert time.monotonic() - begun < 60  # and not the ten minutes that the jobs would take
    assert all(future.done() for future in futures)
    assert not any(worker.is_alive() for worker in workers)


def test_closing_twice_and_closing_an_unused_pool_are_fine() -> None:
    backend = PoolBackend(2)
    backend.close()
    backend.close()


def test_without_dask_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: object, **more: object) -> ModuleType:
        if name == "distributed":
            raise ImportError(name)
        return real(name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(BackendFault, match=r"footfall\[cluster\]"), open_backend(cluster="tcp://127.0.0.1:8786"):
        pass


class FakeClient:
    """What we use of distributed.Client, over threads of this process."""

    threads = 3
    closed = False

    def __init__(self, address: str, timeout: float, set_as_default: bool) -> None:
        if "nobody" in address:
            raise OSError("Timed out trying to connect")
        assert not set_as_default

    def nthreads(self) -> dict[str, int]:
        return {"tcp://worker": self.threads} if self.threads else {}

    def get_executor(self, pure: bool, retries: int) -> Executor:
        assert (pure, retries) == (False, 2)
        return ThreadPoolExecutor(self.threads)

    def run(self, function: Callable[..., object], *arguments: object) -> dict[str, object]:
        return {"tcp://worker": function(*arguments)}

    def close(self) -> None:
        type(self).closed = True


@pytest.fixture
def dask(monkeypatch: pytest.MonkeyPatch) -> type[FakeClient]:
    module = ModuleType("distributed")
    module.Client = FakeClient  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "distributed", module)
    monkeypatch.setattr(FakeClient, "closed", False)
    return FakeClient


def test_a_cluster_is_a_backend_like_the_others(dask: type[FakeClient]) -> None:
    with open_backend(cluster="tcp://127.0.0.1:8786") as backend:
        assert isinstance(backend, ClusterBackend)
        assert backend.at_once == 6
        assert backend.ask(os.getpid) == {"tcp://worker": os.getpid()}
        job = backend.submit(wait_for_stop, 60.0)
        backend.halt()
        with pytest.raises(Stopped):
            job.result(60)
        backend.resume()
        assert backend.submit(divmod, 7, 2).result(60) == (3, 1)
        assert not dask.closed
    assert dask.closed


def test_a_cluster_that_is_not_there_is_told(dask: type[FakeClient], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BackendFault, match=r"no Dask scheduler answers at 'tcp://nobody:1'.*Timed out"):
        ClusterBackend("tcp://nobody:1")
    monkeypatch.setattr(dask, "threads", 0)
    with pytest.raises(BackendFault, match="has no workers"):
        ClusterBackend("tcp://127.0.0.1:8786")
    assert dask.closed


def test_workers_that_cannot_run_footfall_are_told(dask: type[FakeClient], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> dict[str, object]:
        raise ModuleNotFoundError("No module named 'planner'")

    monkeypatch.setattr(dask, "run", broken)
    backend = ClusterBackend("tcp://127.0.0.1:8786")
    with pytest.raises(BackendFault, match="cannot run Footfall: No module named 'planner'"):
        backend.ask(os.getpid)
    backend.close()
