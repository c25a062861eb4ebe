"""`python -m tests.benchmarks.slider`: seconds from a slider's release to new numbers on the tune page, plan by plan.

The real page over the real pool of processes, offscreen, with the preview's 20,000 shoppers. Knows the page; judges
nothing: the test beside the page (tests/planner/gui/test_tune.py) holds the limit in processor time.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from planner.gui.app import prepare
from planner.gui.desk import Desk
from planner.gui.pages.tune import TunePage
from planner.gui.places import places_below
from planner.gui.window import Window
from planner.study_file import find_study

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QSlider

RELEASES = 9
TARGET_SECONDS = 1.0


def main() -> None:
    """Measure every plan of the shipped study that can be tuned, and print a table."""
    app = QApplication([])
    prepare(app)
    with tempfile.TemporaryDirectory() as user:
        desk = Desk(places_below(Path(user) / "config", Path(user) / "data"))
        window = Window(desk)
        window.show()
        desk.document.open(find_study("fashion"))
        window.show_page("tune")
        page = window.page
        if isinstance(page, TunePage):
            print("| plan | fastest | median | slowest |\n| --- | --- | --- | --- |")
            for plan in [page.chooser.itemText(place) for place in range(page.chooser.count())]:
                times = releases(page, plan)
                figures = (min(times), statistics.median(times), max(times))
                print(f"| {plan} | {' | '.join(f'{seconds:.2f} s' for seconds in figures)} |", flush=True)
            print(f"Target: {TARGET_SECONDS:g} s; {RELEASES} releases each, load {os.getloadavg()[0]:.1f} at the end.")
        window.hide()
        desk.close()


def releases(page: TunePage, plan: str) -> list[float]:
    """Return the seconds from release to new numbers, for several places of the plan's first slider."""
    page.choose_plan(plan)
    _wait(lambda: page.is_ready)
    slider = next(row.slider for row in page.list.rows.values() if row.slider is not None)
    return [_release(page, slider, place) for place in range(RELEASES)]


def _release(page: TunePage, slider: QSlider, place: int) -> float:
    slider.setSliderDown(True)
    slider.setValue(slider.minimum() + place + (place >= slider.value()))
    begun = time.perf_counter()
    slider.setSliderDown(False)
    _wait(lambda: page.is_ready)
    return time.perf_counter() - begun


def _wait(done: Callable[[], bool]) -> None:
    """Let the window work until something holds."""
    loop, watch = QEventLoop(), QTimer(interval=2)
    watch.timeout.connect(lambda: loop.quit() if done() else None)
    watch.start()
    loop.exec()
    watch.stop()


if __name__ == "__main__":
    main()
