"""What all tests share: property tests repeat exactly and are not judged by time; windows need no screen.

Nothing is written into the user's own folders. And a light heap: every replication ends with a collection, which would
search thousands of tests each time.
"""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("footfall", deadline=None, derandomize=True)
settings.load_profile("footfall")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session", autouse=True)
def own_folders() -> Iterator[None]:
    """Let the user's data lie elsewhere, for this process and those that it starts."""
    before = {name: os.environ.get(name) for name in ("XDG_DATA_HOME", "LOCALAPPDATA")}
    with tempfile.TemporaryDirectory(prefix="footfall-tests-", ignore_cleanup_errors=True) as folder:
        os.environ.update(dict.fromkeys(before, folder))
        yield
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@pytest.fixture(scope="session", autouse=True)
def thawed_heap() -> Iterator[None]:
    """Let the collector have everything at the end: else libraries complain of leaks when they are unloaded."""
    yield
    gc.unfreeze()


@pytest.fixture(scope="module", autouse=True)
def light_heap() -> None:
    """Spare the collector what is older than a test file: the tests themselves, libraries, parsed sources."""
    gc.collect()
    gc.freeze()
