"""The small parts that pages are made of: cards, chips, notes, buttons, banners. Know the look and no page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from planner.charts.screen_label import WrappedLabel
from planner.gui.icons import icon
from planner.gui.theme import GAP, SMALL_GAP, WIDE_GAP, mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.gui.theme import Look


class Card(QFrame):
    """A quiet box with a title, a note under it, tools at the right, and whatever is added to ``body``."""

    def __init__(self, title: str = "", note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.title, self.note = QLabel(title), WrappedLabel(note, "note")
        self.title.setObjectName("cardTitle")
        self.tools = QHBoxLayout()
        self.tools.setSpacing(SMALL_GAP)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addLayout(self.tools)
        self.body = QVBoxLayout()
        self.body.setSpacing(GAP)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(WIDE_GAP + 2, WIDE_GAP, WIDE_GAP + 2, WIDE_GAP)
        layout.setSpacing(SMALL_GAP)
        layout.addLayout(head)
        layout.addWidget(self.note)
        layout.addLayout(self.body, 1)
        self.title.setVisible(bool(title))
        self.note.setVisible(bool(note))

    def say(self, title: str, note: str = "") -> None:
        """Show another title and note."""
        self.title.setText(title)
        self.title.setVisible(bool(title))
        self.note.setText(note)
        self.note.setVisible(bool(note))


class IconButton(QToolButton):
    """A button with one of our icons, coloured with the look; its text is told as tooltip and accessible name."""

    def __init__(
        self, look: Look, name: str, text: str, clicked: Callable[[], object] | None = None, *, labelled: bool = False
    ) -> None:
        super().__init__()
        self._look, self._name = look, name
        self.setText(text)
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setIconSize(QSize(18, 18))
        if labelled:
            self.setProperty("labelled", "true")
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        if clicked is not None:
            self.clicked.connect(clicked)
        look.changed.connect(self._recolour)
        self._recolour()

    def set_icon(self, name: str) -> None:
        """Show another icon."""
        self._name = name
        self._recolour()

    @Slot()
    def _recolour(self) -> None:
        tokens = self._look.tokens
        self.setIcon(icon(self._name, tokens.ink, tokens.tint(tokens.muted, 0.5)))


class Banner(QFrame):
    """A line above a page's content that says what state it is in, with at most one thing to do about it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.text = WrappedLabel()
        self.button = QPushButton()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(WIDE_GAP, GAP, GAP, GAP)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def say(self, kind: str, text: str, button: str = "") -> None:
        """Show a text of a kind (running, stale, failed), with a button if it has a name."""
        mark(self, "kind", kind)
        self.text.setText(text)
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self.show()


def chip(text: str = "") -> QLabel:
    """Return a small rounded label."""
    made = QLabel(text)
    made.setObjectName("chip")
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    return made


def primary(text: str, clicked: Callable[[], object]) -> QPushButton:
    """Return the button for the one thing to do next."""
    made = QPushButton(text)
    made.setProperty("primary", "true")
    made.clicked.connect(clicked)
    return made


def heading(text: str) -> QLabel:
    """Return a heading inside a card or page."""
    made = QLabel(text)
    made.setObjectName("heading")
    return made


def clear(layout: QLayout) -> None:
    """Remove everything from a layout, what lies in layouts inside it too."""
    while layout.count():
        item = layout.takeAt(0)
        if item is None:
            return
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
