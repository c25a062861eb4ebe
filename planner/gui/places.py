"""Where the app keeps what is not in a study: settings, recovery files, runs of studies that have no file of their own.

Knows folders only; no widgets. Tests give places of their own, so that nothing touches the user's.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Places(NamedTuple):
    """Files and folders of one user."""

    settings: Path
    recovery: Path
    runs: Path


def user_places() -> Places:
    """Return the places that the desktop's conventions give (XDG on Linux)."""
    from PySide6.QtCore import QStandardPaths

    kinds = QStandardPaths.StandardLocation
    config = Path(QStandardPaths.writableLocation(kinds.GenericConfigLocation))
    data = Path(QStandardPaths.writableLocation(kinds.GenericDataLocation))
    return places_below(config / "footfall", data / "footfall")


def places_below(config: Path, data: Path) -> Places:
    """Return places in these folders; nothing is made yet."""
    return Places(config / "window.ini", data / "recovery", data / "runs")
