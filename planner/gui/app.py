"""Starts the desktop app: one QApplication, one window, and a message instead of an end when something goes wrong.

What must hold before Qt is imported is checked by ``checks``, called by the command. Knows no page.
"""

from __future__ import annotations

import sys
import threading
import traceback
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QGuiApplication
from PySide6.QtWidgets import QApplication

from planner.gui.desk import Desk
from planner.gui.icons import app_icon
from planner.gui.jobs import Trouble
from planner.gui.places import Places, user_places
from planner.gui.window import Window

if TYPE_CHECKING:
    from types import TracebackType


LATER = (
    *("networkx", "scipy.special", "simulation.funnel", "pyqtgraph", "planner.charts.build", "planner.charts.screen"),
    *("planner.gui.pages.plans", "planner.gui.pages.compare"),
)
"""Modules that are slow to import and needed soon, but not by the first page."""


class Catcher(QObject):
    """Turns exceptions that nobody caught, in slots and threads, into a Trouble told in the window's thread."""

    caught = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._old = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def restore(self) -> None:
        """Put the interpreter's own hooks back."""
        sys.excepthook, threading.excepthook = self._old

    def _on_exception(self, kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QGuiApplication.quit()
            return
        details = "".join(traceback.format_exception(kind, error, at))
        print(details, file=sys.stderr)
        self.caught.emit(Trouble(f"Something went wrong in Footfall itself ({kind.__name__}: {error}).", details))

    def _on_thread_exception(self, given: threading.ExceptHookArgs) -> None:
        if given.exc_value is not None:
            self._on_exception(given.exc_type, given.exc_value, given.exc_traceback)


class Running(QObject):
    """The running app: desk, window and catcher, made together and ended together."""

    def __init__(self, places: Places, workers: int | None = None) -> None:
        super().__init__()
        self.desk = Desk(places, workers, self)
        self.desk.look.apply()
        self.window = Window(self.desk)
        self.catcher = Catcher(self)
        self.catcher.caught.connect(self.window.show_trouble)
        self.window.closed.connect(self._on_closed)

    @Slot()
    def _on_closed(self) -> None:
        self.desk.close()
        self.catcher.restore()
        self.window.deleteLater()


def start(study: Path | None, places: Places | None = None) -> int:
    """Run the app until its window is closed; return the exit code."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    prepare(app)
    running = Running(places or user_places())
    running.window.show()
    Preloader(running)
    if not running.window.offer_recovery() and study is not None:
        running.window.open_file(study)
    return app.exec()


class Preloader(QObject):
    """Loads what the first comparison needs, module by module while nothing else is to do, once the window is up."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._modules = list(LATER)
        self._timer = QTimer(self, interval=20)
        self._timer.timeout.connect(self._on_idle)
        self._timer.start()

    @Slot()
    def _on_idle(self) -> None:
        import_module(self._modules.pop(0))
        if not self._modules:
            self._timer.stop()


def prepare(app: QApplication) -> None:
    """Name the app, give it its icon and, on a machine without any, a font."""
    app.setApplicationName("footfall")
    app.setApplicationDisplayName("Footfall")
    app.setDesktopFileName("footfall")
    app.setWindowIcon(app_icon())
    if not QFontInfo(app.font()).family():
        _bring_a_font(app)


def _bring_a_font(app: QApplication) -> None:
    """Use the DejaVu Sans that matplotlib ships: without any font every letter would be a small box."""
    from importlib.util import find_spec

    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        return
    folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        QFontDatabase.addApplicationFont(str(folder / name))
    app.setFont(QFont("DejaVu Sans", 9))
