"""States of the desk that several pages' scenes share. Draws nothing and knows no page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.experiments.runner import Progress
from planner.gui.jobs import State

if TYPE_CHECKING:
    from planner.gui.window import Window


def running(window: Window, done: int = 17, all_of: int = 32, seconds_left: float = 9.0) -> None:
    """A comparison is under way."""
    window.desk.comparer.state = State.RUNNING
    window.desk.progress = Progress(done, all_of, seconds_left)
    window.desk.comparer.changed.emit()
