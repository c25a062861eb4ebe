"""Exports from the window: everything into a folder, or one chart into a file, made by the pool of workers.

Files are painted by matplotlib as on the command line; the screen's pyqtgraph has no part in them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from planner.charts.paint_file import paint
from planner.export import CHART_FORMS, export_comparison
from planner.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from planner.charts.paint_file import FileForm
    from planner.charts.spec import ChartSpec
    from planner.experiments.comparison import Comparison
    from planner.gui.desk import Desk
    from planner.gui.jobs import Trouble

    Make = Callable[[Comparison], ChartSpec]

CHART_KINDS = "Picture (*.png);;Drawing (*.svg);;Document (*.pdf)"


def export_everything(desk: Desk, folder: Path) -> None:
    """Write charts, tables and report of the current comparison below ``folder``; the end is told on the desk."""
    if desk.document.result is not None:
        listener = _Listener(desk, f"charts, tables and report.html in {folder}")
        desk.noticed.emit(f"Exporting to {folder}")
        desk.tasks.run(partial(_everything, desk.document.result.comparison, folder), listener.done, listener.failed)


def export_chart(desk: Desk, make: Make, path: Path) -> None:
    """Write one chart of the current comparison to a file whose ending says in which form (PNG if none does)."""
    if desk.document.result is not None:
        target = path if path.suffix.lstrip(".") in CHART_FORMS else path.with_suffix(".png")
        listener = _Listener(desk, str(target))
        desk.tasks.run(
            partial(_one_chart, desk.document.result.comparison, make, target), listener.done, listener.failed
        )


class _Listener:
    """Tells the desk how an export ended."""

    def __init__(self, desk: Desk, what: str) -> None:
        self._desk, self._what = desk, what

    def done(self, files: int) -> None:
        """Tell that files were written."""
        self._desk.noticed.emit(f"Exported {files} files: {self._what}" if files > 1 else f"Exported {self._what}")

    def failed(self, trouble: Trouble) -> None:
        """Tell that it did not work."""
        self._desk.troubled.emit(trouble._replace(text=f"The export did not work. {trouble.text}"))


def _everything(comparison: Comparison, folder: Path) -> int:
    return len(export_comparison(comparison, folder))


def _one_chart(comparison: Comparison, make: Make, path: Path) -> int:
    form: FileForm = next(known for known in CHART_FORMS if known == path.suffix.lstrip("."))
    write_atomically(path, paint(make(comparison), form))
    return 1
