"""The store page: everything about the store but its funnel, in sections, with a search for fields.

Sections are data (planner/store_sections.py); a section is built when it is first shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from planner.gui.cards import Card
from planner.gui.pages.page import Page
from planner.gui.store.form import StoreForm
from planner.gui.store.importing import ProductsView
from planner.gui.store.origins import Origins
from planner.gui.store.rows_view import RowsView
from planner.gui.store.section_list import SectionList
from planner.gui.theme import GAP, WIDE_GAP
from planner.store_sections import SECTIONS

if TYPE_CHECKING:
    from planner.gui.desk import Desk
    from planner.store_sections import Section


class FormView(QWidget):
    """A section that is a form."""

    def __init__(self, desk: Desk, origins: Origins, section: Section) -> None:
        super().__init__()
        self._section, self._origins = section, origins
        self.form = StoreForm(desk, origins, section.fields, section.path)
        self.card = Card(section.title, section.about)
        self.card.body.addSpacing(GAP)
        self.card.body.addWidget(self.form)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.card)
        layout.addStretch(1)

    def refresh(self) -> None:
        """Show the section as it is now."""
        note = self._origins.note(self._section.path)
        self.card.say(self._section.title, " ".join(part for part in (self._section.about, note) if part))
        self.form.show_at(self._section.path)

    def focus(self, name: str) -> QWidget | None:
        """Move the focus to a field and return it."""
        row: QWidget | None = self.form.focus(name)
        return row


View = FormView | RowsView


class StorePage(Page):
    """The store, section by section."""

    def build(self) -> QWidget:
        """Make the list of sections; they themselves follow when they are shown."""
        self.origins = Origins(self.desk.document)
        self.views: dict[str, View] = {}
        self._areas: dict[str, QScrollArea] = {}
        self.sections = SectionList(self.desk)
        self.sections.chosen.connect(self.show_section)
        self._stack_of_views = QStackedWidget()
        self._wanted: QWidget | None = None
        self._scrolling = QTimer(self, singleShot=True, interval=0)
        self._scrolling.timeout.connect(self._scroll_to_field)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self._on_find)
        body = QWidget()
        layout = QHBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(WIDE_GAP)
        layout.addWidget(self.sections)
        layout.addWidget(self._stack_of_views, 1)
        return body

    @property
    def view(self) -> View:
        """The section that is shown."""
        return self.views[self.sections.section]

    def refresh(self) -> None:
        """Show the chosen section as it is now, and count faults."""
        self.sections.refresh()
        self._show(self.sections.section)

    @Slot(str, str)
    def show_section(self, section: str, field: str = "") -> None:
        """Show a section and, if it is named, go to a field in it."""
        self.sections.choose(section)
        self._show(section)
        self._wanted = self.views[section].focus(field) if field else None
        self._scrolling.start()

    def _show(self, section: str) -> None:
        if section not in self.views:
            self._add(SECTIONS[section])
        self.views[section].refresh()
        self._stack_of_views.setCurrentWidget(self._areas[section])

    def _add(self, section: Section) -> None:
        view: View
        if section.id == "product":
            view = ProductsView(self.desk, self.origins, section, self.dialogs)
        else:
            kind = RowsView if section.kind == "rows" else FormView
            view = kind(self.desk, self.origins, section)
        view.setObjectName("page")
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(view)
        self.views[section.id], self._areas[section.id] = view, area
        self._stack_of_views.addWidget(area)

    @Slot()
    def _scroll_to_field(self) -> None:
        """Once the section has its size: go to the field that was asked for, or to the top."""
        area = self._areas[self.sections.section]
        if self._wanted is not None:
            area.ensureWidgetVisible(self._wanted, 0, 60)
        else:
            area.verticalScrollBar().setValue(0)

    @Slot()
    def _on_find(self) -> None:
        self.sections.search.setFocus()
        self.sections.search.selectAll()
