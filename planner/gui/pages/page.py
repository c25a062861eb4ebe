"""The base of all pages: when they are built and brought up to date, and the states that every page has.

A page says what it shows (``build``, ``refresh``), what to say while there is nothing to show (``empty``), and, above
its content, that it is running, stale or failed (``notice``). Knows no particular page.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Literal, NamedTuple

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from planner.charts.screen_label import WrappedLabel
from planner.gui.cards import Banner
from planner.gui.theme import GAP, PAGE_GAP, text_pixels

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from planner.gui.desk import Desk
    from planner.gui.dialogs import Dialogs


class Empty(NamedTuple):
    """What a page says while it has nothing to show: the next thing to do, and a button that does it.

    ``goes_to`` is the id of a page, or "run" to start a comparison.
    """

    text: str
    note: str = ""
    button: str = ""
    goes_to: str = ""


class Notice(NamedTuple):
    """A line above the content: what state it is in, with a button as in ``Empty``."""

    kind: Literal["running", "stale", "failed"]
    text: str
    button: str = ""
    goes_to: str = ""


MESSAGE_WIDTH = 48
"""Of the message of an empty page, in heights of the text: longer lines are hard to read."""
NO_STUDY = Empty(
    "No study is open", "Open a study, or begin with one that comes with Footfall.", "Go to Start", "start"
)


class Page(QWidget):
    """One page of the window. Subclasses override ``build`` and ``refresh``, and as needed ``empty`` and ``notice``."""

    def __init__(self, desk: Desk, dialogs: Dialogs) -> None:
        super().__init__()
        self.desk, self.dialogs = desk, dialogs
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._body: QWidget | None = None
        self._goes_to = ""
        self.banner = Banner()
        self.banner.hide()
        self.banner.button.clicked.connect(self._on_button)
        self._message = _Message()
        self._message.button.clicked.connect(self._on_button)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._message)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAGE_GAP, PAGE_GAP, PAGE_GAP, PAGE_GAP)
        layout.setSpacing(GAP)
        layout.addWidget(self.banner)
        layout.addWidget(self._stack, 1)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.bring_up_to_date)
        for signal in (desk.document.changed, desk.document.compared, desk.comparer.changed, desk.look.changed):
            signal.connect(self._on_change)

    # what a page says ------------------------------------------------------------------------------------------------
    @abstractmethod
    def build(self) -> QWidget:
        """Make the content, once, when the page is first shown with something to show."""

    @abstractmethod
    def refresh(self) -> None:
        """Bring the content in line with the desk; called when the page is shown and at every change while it is."""

    def empty(self) -> Empty | None:
        """Return what to say in place of the content; None if there is something to show."""
        return None if self.desk.document.is_open else NO_STUDY

    def notice(self) -> Notice | None:
        """Return what to say above the content; None if nothing."""
        return None

    # states ----------------------------------------------------------------------------------------------------------
    @Slot()
    def bring_up_to_date(self) -> None:
        """Show the message or the content, and the banner, as things are now."""
        empty = self.empty()
        if empty is not None:
            self._message.say(empty)
            self._goes_to = empty.goes_to
            self.banner.hide()
            self._stack.setCurrentWidget(self._message)
            return
        self._stack.setCurrentWidget(self.prepare())
        notice = self.notice()
        if notice is None:
            self.banner.hide()
        else:
            self._goes_to = notice.goes_to
            self.banner.say(notice.kind, notice.text, notice.button)
        self.refresh()

    def prepare(self) -> QWidget:
        """Return the content, made if it is not there yet; a page may do so before it has anything to show."""
        if self._body is None:
            self._body = self.build()
            self._stack.addWidget(self._body)
        return self._body

    @property
    def is_empty(self) -> bool:
        """Whether the page shows its message."""
        return self._stack.currentWidget() is self._message

    def showEvent(self, event: QShowEvent) -> None:
        """Bring the page up to date before it is seen."""
        super().showEvent(event)
        self.bring_up_to_date()

    @Slot()
    def _on_change(self) -> None:
        """Several changes at once make one refresh; a page that is not seen waits until it is."""
        if self.isVisible():
            self._soon.start()

    @Slot()
    def _on_button(self) -> None:
        if self._goes_to == "run":
            self.desk.run()
        elif self._goes_to:
            self.desk.asked_for.emit(self._goes_to)


class _Message(QWidget):
    """The empty state: a sentence, a note, one button."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.note = WrappedLabel(name="empty"), WrappedLabel(name="note")
        column = QVBoxLayout()
        for label in (self.text, self.note):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setMaximumWidth(round(text_pixels() * MESSAGE_WIDTH))
            column.addWidget(label)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addLayout(column, 8)
        line.addStretch(1)
        self.button = QPushButton()
        self.button.setProperty("primary", "true")
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addLayout(line)
        layout.addSpacing(PAGE_GAP)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def say(self, empty: Empty) -> None:
        """Show what to do next."""
        self.text.setText(empty.text)
        self.note.setText(empty.note)
        self.button.setText(empty.button)
        self.button.setVisible(bool(empty.button))
