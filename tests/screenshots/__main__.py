"""Pictures of every page of the desktop app: ``python -m tests.screenshots FOLDER``, offscreen, with the real fonts.

Each page in its states, in light and dark, at several sizes; ``--scale 2`` as on a screen of twice as many points.
For looking at; nothing is compared with anything.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from planner.gui.app import prepare
from planner.gui.desk import Desk
from planner.gui.document import Compared, plan_keys
from planner.gui.jobs import State, Trouble
from planner.gui.pages.compare import ComparePage
from planner.gui.pages.plans import PlansPage
from planner.gui.places import places_below
from planner.gui.theme import MODES
from planner.gui.window import Window
from planner.study_file import find_study
from tests.planner.synthetic import comparison
from tests.screenshots import data, frame, funnel, history, journeys, store, tune
from tests.screenshots.states import running

SIZES = {1: ((1024, 700), (1440, 900)), 2: ((1280, 720),)}
"""Windows' sizes by the screen's scale; the last one has 2560 x 1440 points."""

Scene = Callable[[Window], None]


def empty(window: Window) -> None:
    """A page without a study."""
    window.show_page("plans")


def plans(window: Window) -> None:
    """A plan's strategy with its form."""
    _open(window)
    window.desk.document.set_value(("plans", "Level 2", "cart_recovery", "discount"), 0.1, "Offer")
    window.show_page("plans")
    page = window.page
    assert isinstance(page, PlansPage)
    page.table.choose("Level 2", "cart_recovery")


def plans_faulty(window: Window) -> None:
    """A fault at its field, and data that is not collected."""
    plans(window)
    document = window.desk.document
    document.set_value(("plans", "Level 2", "cart_recovery", "delay_days"), -2.0, "Delay")
    document.set_value(("data", "email"), False, "No e-mail")


def compare_empty(window: Window) -> None:
    """Without a study."""
    window.show_page("compare")


def compare_first_run(window: Window) -> None:
    """The first comparison is under way, and nothing is complete."""
    compare_ready(window)
    running(window, 1, 40, 31.0)


def compare_faulty(window: Window) -> None:
    """A study that cannot be run."""
    plans_faulty(window)
    window.show_page("compare")


def compare_ready(window: Window) -> None:
    """Before the first comparison."""
    _open(window)
    window.show_page("compare")


def compare_loaded(window: Window) -> None:
    """A finished comparison."""
    compare_ready(window)
    study = window.desk.document.study
    assert study is not None
    window.desk.document.show_result(Compared(comparison(), plan_keys(study)))


def compare_below(window: Window) -> None:
    """The same, scrolled to the end."""
    compare_loaded(window)
    _settle()
    page = window.page
    assert isinstance(page, ComparePage)
    for _ in range(3):
        page.area.verticalScrollBar().setValue(page.area.verticalScrollBar().maximum())
        _settle()


def compare_roi(window: Window) -> None:
    """The same, at what personalization costs and gains."""
    _compare_at(window, "roi")


def compare_segments(window: Window) -> None:
    """The same, at the lift by segment."""
    _compare_at(window, "segments")


def compare_running(window: Window) -> None:
    """Partial results of a comparison under way."""
    compare_loaded(window)
    running(window)


def compare_stale(window: Window) -> None:
    """A plan changed since."""
    compare_loaded(window)
    window.desk.document.set_value(("plans", "Level 2", "cart_recovery", "discount"), 0.1, "Offer")


def compare_failed(window: Window) -> None:
    """A run that did not work."""
    compare_ready(window)
    window.desk.trouble = Trouble("ZeroDivisionError: no shoppers in Level 2", "")
    window.desk.document.compared.emit()


SCENES: tuple[Scene, ...] = (
    *frame.SCENES,
    *(empty, plans, plans_faulty),
    *store.SCENES,
    *funnel.SCENES,
    *(
        compare_empty,
        compare_ready,
        compare_first_run,
        compare_faulty,
        compare_loaded,
        compare_roi,
        compare_segments,
        compare_below,
        compare_running,
        compare_stale,
        compare_failed,
    ),
    *tune.SCENES,
    *journeys.SCENES,
    *data.SCENES,
    *history.SCENES,
)


def _open(window: Window) -> None:
    window.desk.document.open(find_study("fashion"))


def _compare_at(window: Window, chart: str) -> None:
    """Scroll to a chart; it grows when it is drawn."""
    compare_loaded(window)
    _settle()
    page = window.page
    assert isinstance(page, ComparePage)
    for _ in range(3):
        page.area.verticalScrollBar().setValue(page.cards[chart].y())
        _settle()


def _settle() -> None:
    for _ in range(12):
        QApplication.processEvents()


def _picture(window: Window) -> QPixmap:
    """Return the window with the dialog or menu that stands over it, if there is one."""
    picture = window.grab()
    above = next((part for part in window.findChildren(QWidget) if part.isWindow() and part.isVisible()), None)
    if above is not None:
        painter = QPainter(picture)
        painter.drawPixmap((window.width() - above.width()) // 2, (window.height() - above.height()) // 2, above.grab())
        painter.end()
        above.close()
    return picture


def take(scene: Scene, mode: str, size: tuple[int, int], folder: Path, user: Path) -> Path:
    """Save one picture and return its path."""
    desk = Desk(places_below(user / "config", user / "data"), workers=2)
    desk.look.choose(next(known for known in MODES if known == mode))
    window = Window(desk)
    window.resize(*size)
    window.show()
    scene(window)
    _settle()
    picture = _picture(window)
    path = folder / f"{scene.__name__}-{mode}-{picture.width()}x{picture.height()}.png"
    picture.save(str(path))
    desk.comparer.state = State.IDLE
    window.hide()
    desk.close()
    window.deleteLater()
    desk.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return path


def main() -> None:
    """Take all pictures, or those of the scenes named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("scenes", nargs="*")
    parser.add_argument("--scale", type=int, choices=tuple(SIZES), default=1)
    given = parser.parse_intermixed_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    os.environ["QT_SCALE_FACTOR"] = str(given.scale)
    app = QApplication([])
    prepare(app)
    for scene in SCENES:
        if not given.scenes or scene.__name__ in given.scenes:
            for mode in MODES[1:]:
                for size in SIZES[given.scale]:
                    with tempfile.TemporaryDirectory() as user:
                        print(take(scene, mode, size, given.folder, Path(user)))


if __name__ == "__main__":
    main()
