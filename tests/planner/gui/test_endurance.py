"""What the app must reach: it starts quickly, stays awake while all cores simulate, and does not grow with use.

Times are never judged by themselves: a start is compared with importing the same libraries, and what keeps the window
from answering is measured by the processor time of its own thread, which other programs do not take part in, on a
slower machine in proportion (tests/pace.py).
"""

from __future__ import annotations

import gc
import itertools
import os
import statistics
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped]
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer, Slot
from PySide6.QtWidgets import QApplication

from planner.experiments.executors import Backend, SerialBackend
from planner.gui.desk import Desk
from planner.gui.jobs import Request
from planner.gui.pages.compare import ComparePage
from planner.gui.window import Window
from tests.pace import here
from tests.planner.gui import shops
from tests.planner.gui.answers import Answers

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from planner.gui.chart_card import ChartCard
    from planner.gui.document import Compared
    from planner.gui.places import Places

BEAT_MS = 5
LONGEST_BLOCK = 0.05
"""Seconds for which the window may not answer."""
STARTS = 5
SLOWER = 3.0
"""A start may take so many times as long as importing the libraries that every start needs."""
CYCLES = int(os.environ.get("FOOTFALL_CYCLES", "200"))
WARM = min(60, CYCLES // 2)
"""Days of use, and those after which memory has settled; FOOTFALL_CYCLES=24 is a quick look."""
GROWTH_MB = 12.0


class Heart:
    """A timer's beats: when they came, and how much processor time the window's thread had taken by then."""

    def __init__(self) -> None:
        self._timer = QTimer(interval=BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self.beats: list[tuple[float, float]] = []

    def start(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    @Slot()
    def _beat(self) -> None:
        self.beats.append((time.perf_counter(), time.thread_time()))

    def gaps(self) -> tuple[list[float], list[float]]:
        """Return the sorted gaps between beats: by the clock, and by the processor time of this thread."""
        pairs = list(itertools.pairwise(self.beats))
        clock, thread = ([b[at] - a[at] for a, b in pairs] for at in (0, 1))
        return sorted(clock), sorted(thread)


def seen(page: ComparePage) -> list[ChartCard]:
    return [card for card in page.cards.values() if not card.visibleRegion().isEmpty()]


@pytest.mark.slow
def test_the_window_answers_while_both_cores_simulate(window: Window, small: Path, qtbot: QtBot) -> None:
    """A whole comparison on the compare page: partial results, table, charts, all that a user sees."""
    window.open_file(small)
    for name, value in (("visitors", 3000), ("replications", 16)):
        window.desk.document.set_value(("experiment", name), value, "Measure more")
    partial: list[Compared] = []
    window.desk.comparer.partial.connect(partial.append)
    heart = Heart()
    heart.start()
    with qtbot.waitSignal(window.desk.comparer.finished, timeout=60_000):
        window.run_comparison()
    page = window.page
    assert isinstance(page, ComparePage)
    qtbot.waitUntil(lambda: not page.is_empty and not any(card.is_behind for card in seen(page)))
    heart.stop()
    assert len(partial) >= 2, "without partial results the page has nothing to draw meanwhile"
    clock, thread = heart.gaps()
    assert len(clock) > 20, "a comparison that is over at once measures nothing"
    print(f"longest of {len(clock)} gaps {clock[-1] * 1e3:.0f} ms, longest own work {thread[-1] * 1e3:.0f} ms")
    assert thread[-1] < here(LONGEST_BLOCK)
    assert statistics.median(clock) < here(LONGEST_BLOCK)


@pytest.mark.slow
def test_a_start_takes_little_more_than_its_libraries(small: Path, tmp_path: Path) -> None:
    """From nothing to a window with a study, beside a process that only imports Qt and pyqtgraph and shows a window."""
    pairs = [[started(program, small, tmp_path) for program in (BARE, WHOLE)] for _ in range(STARTS)]
    bare, whole = map(min, zip(*pairs, strict=True))  # in turn: the machine may be slow for some seconds
    print(f"start: {whole:.2f} s; importing Qt and pyqtgraph and showing an empty window: {bare:.2f} s")
    assert whole < SLOWER * bare


BARE = (
    "import pyqtgraph\nfrom PySide6.QtWidgets import QApplication, QMainWindow\n"
    "app = QApplication([])\nwindow = QMainWindow()\nwindow.show()\napp.processEvents()\n"
)
WHOLE = (
    "import sys\nfrom pathlib import Path\nfrom PySide6.QtCore import QTimer\n"
    "from PySide6.QtWidgets import QApplication\nfrom planner.gui.app import start\n"
    "from planner.gui.places import places_below\n"
    "app = QApplication([])\nQTimer.singleShot(0, app.closeAllWindows)\n"
    "sys.exit(start(Path(sys.argv[1]), places_below(Path(sys.argv[2]), Path(sys.argv[2]))))\n"
)


def started(program: str, study: Path, folder: Path) -> float:
    """Return the seconds that a program takes from its start to its end."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", program, str(study), str(folder)], check=True, capture_output=True)
    return time.perf_counter() - begun


@pytest.mark.slow
def test_many_days_of_use_leave_no_trace(
    places: Places, small: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Open, edit, run, look and close, over and over: memory, threads, processes and widgets stay as they were.

    Every tenth day has processes of its own; the others compute in the comparison's thread, which is quicker.
    """
    process = psutil.Process()
    memory: list[float] = []
    children: list[int] = []
    for cycle in range(CYCLES):
        with monkeypatch.context() as day:
            if cycle % 10:
                day.setattr("planner.gui.jobs.PoolBackend", in_this_process)
            use_once(places, small, float(cycle % 5 + 2), qtbot)
        if cycle % 10 == 0:
            gc.collect()
            memory.append(process.memory_info().rss / 1e6)
            children.append(len(process.children(recursive=True)))
    assert set(children) == {children[0]} <= {0, 1}, "at most Python's own resource tracker, which it starts once"
    assert [thread for thread in threading.enumerate() if not thread.daemon] == [threading.main_thread()]
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert QApplication.allWidgets() == []
    settled = memory[len(memory) * WARM // CYCLES :]
    grown = statistics.median(settled[-4:]) - statistics.median(settled[:4])
    print(f"memory after {CYCLES} cycles: {memory[-1]:.0f} MB, grown by {grown:.1f} MB since cycle {WARM}")
    assert grown < GROWTH_MB


def in_this_process(workers: int) -> Backend:
    return SerialBackend()


def use_once(places: Places, study: Path, delay: float, qtbot: QtBot) -> None:
    """Open a window, edit, compare, look at the results, undo, and close everything."""
    desk = Desk(places, workers=1)
    desk.look.choose("light")
    answers = Answers()
    window = Window(desk, answers)
    window.show()
    window.open_file(study)
    document = desk.document
    document.set_value(("plans", "Remind", "cart_recovery", "delay_days"), delay, "Change delay")
    assert document.study is not None
    with qtbot.waitSignal(desk.comparer.finished, timeout=30_000):
        desk.comparer.start(Request(document.study, None, None, shops.quick))
    window.show_page("compare")
    qtbot.waitUntil(lambda: not window.page.is_empty)
    document.undo_stack.undo()
    with qtbot.waitSignal(window.closed):
        window.close()
    desk.close()
    for gone in (window, desk):
        gone.deleteLater()
    for _ in range(2):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
