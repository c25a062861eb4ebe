"""What all tests share: property tests repeat exactly and are not judged by time; windows need no screen.

And a light heap: every replication ends with a collection, which would search thousands of tests each time.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("footfall", deadline=None, derandomize=True)
settings.load_profile("footfall")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


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
