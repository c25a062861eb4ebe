"""Tasks that wait until a test lets them go, and then run in this process: so a test sees what a page asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from planner.gui.jobs import Tasks, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable


class Asked(NamedTuple):
    """One task that was asked for."""

    job: Callable[[], object]
    on_done: Callable[[Any], None]
    on_failed: Callable[[Trouble], None]


class HeldTasks(Tasks):
    """Stands in for a desk's tasks; ``asked`` are those under way, ``run_count`` how many were begun."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.run_count = 0

    def run(
        self, job: Callable[[], object], on_done: Callable[[Any], None], on_failed: Callable[[Trouble], None]
    ) -> None:
        """Note the task."""
        self.run_count += 1
        self.asked.append(Asked(job, on_done, on_failed))

    def let_go(self, place: int = 0) -> None:
        """Finish a task under way."""
        task = self.asked.pop(place)
        task.on_done(task.job())

    def let_all_go(self) -> None:
        """Finish everything, also what is asked for meanwhile."""
        while self.asked:
            self.let_go()

    def fail(self, text: str) -> None:
        """Let the first task fail."""
        self.asked.pop(0).on_failed(Trouble(text, "details"))

    def close(self) -> None:
        """Forget everything."""
        self.asked.clear()
