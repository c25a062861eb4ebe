"""The README's pictures of the app: ``python -m tests.screenshots.readme assets/screenshots``.

A real comparison of the shipped store (some minutes' work, done in worker processes), shown on three pages.
"""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from planner.experiments.executors import open_backend
from planner.experiments.experiment import run_experiment
from planner.gui.app import prepare
from planner.gui.document import Compared, plan_keys
from planner.run_store import RunStore
from planner.study_file import find_study, open_study
from tests.screenshots.__main__ import take

if TYPE_CHECKING:
    from planner.experiments.comparison import Comparison
    from planner.gui.window import Window

PAGES = ("compare", "funnel", "plans")
SIZE = (1440, 900)


def compared(replications: int) -> Comparison:
    """Return the comparison of the shipped store's plans."""
    study = open_study(find_study("fashion")).study
    with open_backend() as backend:
        finished = run_experiment(study, backend, RunStore(), replications=replications)
    assert finished.comparison is not None
    return finished.comparison


def page(window: Window, name: str, result: Comparison) -> None:
    """Show a page with the comparison."""
    document = window.desk.document
    document.open(find_study("fashion"))
    window.show_page(name)
    assert document.study is not None
    document.show_result(Compared(result, plan_keys(document.study)))


def main(folder: Path, replications: int = 8) -> None:
    """Take the pictures into a folder."""
    result = compared(replications)
    app = QApplication([])
    prepare(app)
    for name in PAGES:
        with tempfile.TemporaryDirectory() as user:
            scene = partial(page, name=name, result=result)
            scene.__name__ = name  # type: ignore[attr-defined]
            take(scene, "light", SIZE, Path(user), Path(user)).replace(folder / f"{name}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
