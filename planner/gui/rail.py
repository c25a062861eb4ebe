"""The rail of pages on the left: one button per page, reached by Tab and Ctrl+1, Ctrl+2, … Knows no page's content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from planner.gui.icons import icon
from planner.gui.theme import GAP, SMALL_GAP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.gui.pages import Entry

QUIET, LIT = "#b8c1cf", "#ffffff"
WIDTH = 76


class Rail(QWidget):
    """Buttons of which one is down; ``chosen`` tells the page's id."""

    chosen = Signal(str)

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self._ids = [entry.id for entry in entries]
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._on_clicked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SMALL_GAP + 2, GAP + 2, SMALL_GAP + 2, GAP)
        layout.setSpacing(SMALL_GAP)
        for place, entry in enumerate(entries):
            layout.addWidget(self._button(entry, place))
        layout.addStretch(1)

    def show_chosen(self, id_: str) -> None:
        """Mark a page as the one shown."""
        self._group.button(self._ids.index(id_)).setChecked(True)
        for place, known in enumerate(self._ids):
            self._group.button(place).setIcon(icon(known, LIT if known == id_ else QUIET))

    def button(self, id_: str) -> QToolButton:
        """Return a page's button."""
        found = self._group.button(self._ids.index(id_))
        assert isinstance(found, QToolButton)
        return found

    def _button(self, entry: Entry, place: int) -> QToolButton:
        button = QToolButton()
        button.setObjectName("railButton")
        button.setText(entry.title)
        button.setIcon(icon(entry.id, QUIET))
        button.setIconSize(QSize(24, 24))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setCheckable(True)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setToolTip(f"{entry.title} (Ctrl+{place + 1})")
        button.setAccessibleName(f"Page {entry.title}")
        self._group.addButton(button, place)
        return button

    @Slot(int)
    def _on_clicked(self, place: int) -> None:
        self.chosen.emit(self._ids[place])
