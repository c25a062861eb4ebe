"""What all tests share: property tests repeat exactly and are not judged by time, which depends on the machine."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("footfall", deadline=None, derandomize=True)
settings.load_profile("footfall")
