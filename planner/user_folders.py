"""Where a user's own data lie by the desktop's conventions, told without Qt: the command line and the app share them.

Knows folders only; makes none. ``planner/gui/places.py`` asks Qt for the same; a test holds them together.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

APPLICATION = "footfall"
HISTORY = "history.sqlite"
"""The history of comparisons, in the application's folder."""


def data_folder() -> Path:
    """Return Footfall's folder for data of this user.

    Raises:
        RuntimeError: the user has no home.
    """
    return _generic() / APPLICATION


def _generic() -> Path:
    if sys.platform == "win32" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    told = os.environ.get("XDG_DATA_HOME", "")
    return Path(told) if Path(told).is_absolute() else Path.home() / ".local" / "share"
