"""What all tests share: property tests repeat exactly and are not judged by time; windows need no screen."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("footfall", deadline=None, derandomize=True)
settings.load_profile("footfall")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
