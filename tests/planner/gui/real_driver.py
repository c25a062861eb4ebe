"""A user at the real program: opens, edits, runs, compares, exports, undoes, saves and reopens by real X events.

Run under a screen and a window manager as ``python -m tests.planner.gui.real_driver STUDY FOLDER``. The program is
started as the command starts it; xdotool moves the mouse and presses keys; a timer looks whether what should happen
has happened. Prints what was seen as one JSON line. Must not call anything that a user could not do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPoint, QTimer, Slot
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QWidget

from planner.gui.app import start
from planner.gui.fields import TextField
from planner.gui.forms import FieldRow
from planner.gui.pages.plans_table import PlansTable
from planner.gui.places import places_below
from planner.gui.window import Window

LOOK_MS = 30
DEADLINE_SECONDS = float(os.environ.get("FOOTFALL_PATIENCE", "120"))
DELAY = ("plans", "Remind", "cart_recovery", "delay_days")

Condition = Callable[[], bool]
Script = Iterator[tuple[str, Condition]]


class User(QObject):
    """Does one thing after the other, each when what the last one should bring has come."""

    def __init__(self, study: Path, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self.seen: dict[str, Any] = {}
        self._script = self._work(study, folder)
        self._waits_for: Condition = lambda: _window() is not None
        self._step, self._begun = "the window", time.monotonic()
        self._hand: subprocess.Popen[bytes] | None = None
        self._moves: deque[tuple[str, ...]] = deque()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    @Slot()
    def _look(self) -> None:
        """Go on if the last step has had its effect; give up with a picture after a while."""
        if self._hand is not None and self._hand.poll() is None:
            return
        if self._moves:
            self._hand = subprocess.Popen(["xdotool", *self._moves.popleft()])
        elif self._waits_for():
            self._step, self._waits_for = next(self._script, ("end", lambda: False))
        if self._step == "end":
            self._timer.stop()
        elif time.monotonic() - self._begun > DEADLINE_SECONDS:
            self._timer.stop()
            QApplication.primaryScreen().grabWindow(0).save(str(self._folder / "stuck.png"))
            print(json.dumps({**self.seen, "stuck": self._step}), flush=True)
            QApplication.exit(4)

    # hands -----------------------------------------------------------------------------------------------------------
    def press(self, *keys: str) -> None:
        """Press keys, such as ``ctrl+s``."""
        self._moves.append(("key", "--delay", "40", *keys))

    def write(self, text: str, *then: str) -> None:
        """Replace what stands in the field that has the focus, then press keys."""
        self.press("ctrl+a")
        self._moves.append(("type", "--delay", "8", text))
        self.press(*then)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click into the middle of a widget, or at a point of it."""
        place = widget.mapToGlobal(at if at is not None else widget.rect().center())
        self._moves.append(("mousemove", "--sync", str(place.x()), str(place.y()), "click", "1"))

    # work ------------------------------------------------------------------------------------------------------------
    def _work(self, study: Path, folder: Path) -> Script:
        window = _window()
        assert window is not None
        document, comparer = window.desk.document, window.desk.comparer
        yield "an active window", window.isActiveWindow
        self.press("ctrl+o")
        yield "the dialog to open a study", _in_dialog
        self.write(str(study), "Return")
        yield "an open study on the plans page", lambda: document.path == study and window.page is window.pages["plans"]

        yield from self._edit(window)

        self.press("F5")
        yield "a comparison under way", lambda: comparer.is_busy
        self.seen["page while running"] = window.page is window.pages["compare"]
        yield "a finished comparison", lambda: not comparer.is_busy and document.result is not None
        yield "the outcomes", lambda: not window.page.is_empty
        yield from self._compare(window)

        self.press("ctrl+e")
        yield "the dialog to export", _in_dialog
        self.write(str(folder / "results"), "Return")  # the folder is not there yet: it is made
        yield "exported files", lambda: window.status.text.text().startswith("Exported ")
        yield "no dialog", lambda: QApplication.activeModalWidget() is None and window.isActiveWindow()

        self.press("ctrl+z")
        yield "the edit undone", lambda: document.value(DELAY) == 1.0
        self.seen["clean after undo"] = not document.is_dirty
        self.press("ctrl+shift+z")
        yield "the edit done again", lambda: document.value(DELAY) == 3.0
        self.press("ctrl+s")
        yield "a saved study", lambda: "delay_days = 3.0" in study.read_text(encoding="utf-8")
        self.seen["clean after saving"] = not document.is_dirty

        self.press("ctrl+o")
        yield "the dialog to reopen", _in_dialog
        self.write(str(study), "Return")
        yield "the study again", lambda: document.result is None and window.isActiveWindow()
        self.seen["value after reopening"] = document.value(DELAY)
        self.press("ctrl+q")
        yield "the end", lambda: False

    def _edit(self, window: Window) -> Script:
        """Choose a strategy with the mouse, its plan with the keyboard, and type another value."""
        table: Any = window.page.findChild(PlansTable)
        self.click(table.viewport(), table.visualRect(table.plans_model.index(1, 0)).center())
        yield "a strategy's row", lambda: table.hasFocus() and table.currentIndex().row() == 1
        self.press("Right", "Right")
        yield "the plan's column", lambda: table.plan == "Remind" and table.currentIndex().column() > 0
        while table.row is None or table.row.id != "cart_recovery":
            self.press("Down")
            yield "the next row", partial(_is_below, table, table.currentIndex().row())
        yield "the strategy's form", lambda: _row(window) is not None
        field_row = _row(window)
        assert field_row is not None
        field = field_row.findChild(TextField)
        assert field is not None
        self.click(field.line)
        yield "the field in focus", field.line.hasFocus
        self.write("3", "Tab")
        yield "the edit", lambda: window.desk.document.value(DELAY) == 3.0
        self.seen["title"] = window.windowTitle()
        self.seen["dirty after the edit"] = window.isWindowModified()

    def _compare(self, window: Window) -> Script:
        page: Any = window.page
        rows = page.table.outcomes.rowCount()
        self.click(page.all_outcomes, QPoint(10, page.all_outcomes.height() // 2))
        yield "all outcomes", lambda: page.table.outcomes.rowCount() > rows
        self.seen["plans"] = page.table.outcomes.plans
        result = window.desk.document.result
        assert result is not None
        self.seen["means"] = {plan.name: plan.estimates["aov"].mean for plan in result.comparison.plans}


def _window() -> Window | None:
    shown = (widget for widget in QApplication.topLevelWidgets() if isinstance(widget, Window) and widget.isVisible())
    return next(shown, None)


def _in_dialog() -> bool:
    """Whether a file dialog has the focus in its line for the name."""
    dialog = QApplication.activeModalWidget()
    return isinstance(dialog, (QFileDialog, QDialog)) and isinstance(QApplication.focusWidget(), QLineEdit)


def _is_below(table: PlansTable, row: int) -> bool:
    return bool(table.currentIndex().row() > row)


def _row(window: Window) -> FieldRow | None:
    rows = window.page.findChildren(FieldRow)
    return next((row for row in rows if row.below[-1] == "delay_days" and row.isVisible()), None)


def main() -> int:
    """Work, and return the program's own exit code."""
    study, folder = Path(sys.argv[1]), Path(sys.argv[2])
    app = QApplication(["footfall"])
    user = User(study, folder)
    code = start(None, places_below(folder / "config", folder / "data"))
    print(json.dumps(user.seen), flush=True)
    del app
    return code


if __name__ == "__main__":
    sys.exit(main())
