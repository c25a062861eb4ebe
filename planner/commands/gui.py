"""The verb ``gui``: looks whether a window can open here, says plainly if not, and starts the desktop app."""

from __future__ import annotations

from planner.commands.output import remark
from planner.gui.checks import obstacles
from planner.study_file import find_study

NO_WINDOW = 3
"""Exit code where no window can be opened."""


def run(name: str | None) -> int:
    """Open the app, with a study if one is named, and return its exit code; StudyFault if there is no such study."""
    path = find_study(name) if name is not None else None
    found = obstacles()
    if found:
        remark(*(f"footfall: {sentence}" for sentence in found))
        return NO_WINDOW
    from planner.gui.app import start

    return start(path)
