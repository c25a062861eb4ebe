"""The history page: earlier comparisons to show again, to pin, to set beside each other, to delete.

What is kept, and how, is ``planner.history``'s business; the desk's chronicle keeps what this window finishes.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QPushButton, QSplitter, QWidget

from planner import wording
from planner.gui.cards import Card, IconButton
from planner.gui.document import Compared
from planner.gui.pages.history_rows import as_text, shown, when
from planner.gui.pages.history_tables import PLANS, EntriesModel, LiftsModel, Listing
from planner.gui.pages.page import Empty, Notice, Page
from planner.gui.theme import WIDE_GAP
from planner.history import reopen
from planner.history_lifts import paired_lifts

if TYPE_CHECKING:
    from planner.gui.jobs import Trouble
    from planner.history_rows import Entry, Kept

ABOUT = (
    "Every finished comparison is kept with its study and its runs. Choose one to see its lifts, two to set them "
    "beside each other. Those that are pinned are never forgotten."
)


LEAST_WIDTH = 90
"""Of a column of lifts: numbers stand near what they are of, but not close to each other."""


class HistoryPage(Page):
    """Earlier comparisons."""

    def build(self) -> QWidget:
        """Make the list and, below it, the lifts of what is chosen."""
        look = self.desk.look
        self._history = self.desk.chronicle.history
        self._deleted: list[Entry] = []
        self._opening: Entry | None = None
        self.entries, self.lifts = EntriesModel(look), LiftsModel(look)
        self.table = Listing(self.entries, "Earlier comparisons", PLANS)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.selectionModel().selectionChanged.connect(self._on_chosen)
        self.table.doubleClicked.connect(self._on_show)
        self.lifts_table = Listing(self.lifts, "Lifts of the chosen comparisons")
        self.lifts_table.horizontalHeader().setMinimumSectionSize(LEAST_WIDTH)
        self.lifts_table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setHandleWidth(WIDE_GAP)
        split.setChildrenCollapsible(False)
        split.addWidget(self._list_card())
        split.addWidget(self._lifts_card())
        split.setSizes([300, 320])
        self.banner.button.clicked.connect(self._on_undo)
        self.desk.chronicle.changed.connect(self._on_kept)
        for keys, slot in ((Qt.Key.Key_Delete, self._on_delete), (Qt.Key.Key_Return, self._on_show)):
            shortcut = QShortcut(QKeySequence(keys), self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(slot)
        return split

    def _list_card(self) -> Card:
        card = Card("Earlier comparisons", ABOUT)
        look = self.desk.look
        self.show_again = QPushButton("Show in Compare")
        self.show_again.clicked.connect(self._on_show)
        self.pin = IconButton(look, "pin", "Pin", self._on_pin)
        self.delete = IconButton(look, "delete", "Delete…", self._on_delete)
        for tool in (self.show_again, self.pin, self.delete):
            card.tools.addWidget(tool)
        card.body.addWidget(self.table, 1)
        return card

    def _lifts_card(self) -> Card:
        self.lifts_card = Card("Lifts")
        self.every = QCheckBox("All outcomes")
        self.every.toggled.connect(self._show_lifts)
        self.copy = IconButton(self.desk.look, "copy", "Copy the lifts", self._on_copy)
        self.lifts_card.tools.addWidget(self.every)
        self.lifts_card.tools.addWidget(self.copy)
        self.lifts_card.body.addWidget(self.lifts_table, 1)
        return self.lifts_card

    # states ----------------------------------------------------------------------------------------------------------
    def empty(self) -> Empty | None:
        """Say what to do until there is a first comparison."""
        history = self.desk.chronicle.history
        if history.entries() or (self._body is not None and self._deleted):
            return None
        note = " ".join([*history.notes[-1:], "Every comparison that is finished is kept here, to be shown again."])
        text = "Earlier comparisons cannot be read" if history.notes else "No comparison is finished yet"
        if self.desk.document.is_open:
            return Empty(text, note, "Run", "run")
        return Empty(text, note, "Go to Start", "start")

    def notice(self) -> Notice | None:
        """Offer to bring back what was deleted."""
        if self._body is None or not self._deleted:
            return None
        first = self._deleted[0]
        what = f"The comparison of {when(first)}" if len(self._deleted) == 1 else f"{len(self._deleted)} comparisons"
        were = "was" if len(self._deleted) == 1 else "were"
        return Notice("stale", f"{what} {were} deleted.", "Undo")

    # content ---------------------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show what is kept; what was chosen stays so, else the latest."""
        chosen = {entry.id for entry in self.chosen()}
        entries = self._history.entries()
        if entries != self.entries.entries:
            self.entries.show(entries)
            rows = [row for row, entry in enumerate(entries) if entry.id in chosen]
            self.table.choose(rows or ([0] if entries else []))
        self._show_chosen()

    def chosen(self) -> list[Entry]:
        """Return the chosen comparisons from the top of the list."""
        return [self.entries.entries[row] for row in self.table.chosen_rows()]

    def _show_chosen(self) -> None:
        chosen, busy = self.chosen(), self.desk.comparer.is_busy
        self.show_again.setEnabled(len(chosen) == 1 and not busy and self._opening is None)
        self.show_again.setToolTip("A comparison is running" if busy else "Show it as it was (Return)")
        self.pin.setEnabled(bool(chosen))
        self.delete.setEnabled(bool(chosen))
        text = "Unpin" if chosen and all(entry.pinned for entry in chosen) else "Pin: keep until it is deleted"
        self.pin.setToolTip(text)
        self.pin.setAccessibleName(text)
        self._show_lifts()

    @Slot()
    def _show_lifts(self) -> None:
        """Show the lifts of one comparison, or of two from the earlier to the later."""
        chosen = sorted(self.chosen(), key=lambda entry: (entry.at, entry.id))
        documents = [self._history.document(entry.id) or {} for entry in chosen[:2]]
        if len(chosen) not in (1, 2):
            text = "Choose one comparison, or two to set them beside each other."
            self.lifts_card.say("Lifts", text)
            self.lifts.show((), ())
            return
        pairs = paired_lifts(documents[0], documents[-1])
        if len(chosen) == 1:
            only = chosen[0]
            level = wording.level(only.confidence)
            self.lifts_card.say(f"Lifts of {when(only)}", f"over {wording.plain(only.baseline)}, intervals at {level}")
            headings: tuple[str, ...] = ("Plan", "Outcome", "Lift")
        else:
            first, second = chosen
            self.lifts_card.say("Lifts side by side", _about_two(first, second))
            headings = ("Plan", "Outcome", when(first), when(second), "Change")
        self.lifts.show(shown(pairs, every=self.every.isChecked()), headings)

    # what can be done ------------------------------------------------------------------------------------------------
    @Slot()
    def _on_chosen(self) -> None:
        self._show_chosen()

    @Slot()
    def _on_kept(self) -> None:
        """Another comparison is kept: what was deleted before is now gone for good."""
        self._deleted = []
        self._on_change()

    @Slot()
    def _on_show(self) -> None:
        """Read a comparison by a worker, then show it."""
        if self.show_again.isEnabled():
            self._opening = self.chosen()[0]
            self.show_again.setEnabled(False)
            job = partial(reopen, self.desk.chronicle.path, self._opening.id)
            self.desk.tasks.run(job, self._on_opened, self._on_failed)

    def _on_opened(self, kept: Kept) -> None:
        """Show a comparison over its study: the one that is open if it is the same, else as it was then."""
        entry, self._opening = self._opening, None
        if entry is None or self.desk.comparer.is_busy:
            return
        document = self.desk.document
        if not self._is_open(entry):
            self.desk.asked_to_open_text.emit(kept.text, entry.study)
            if document.opened_text != kept.text:
                self._show_chosen()
                return
        document.show_result(Compared(kept.comparison, kept.keys, when(entry)))
        self.desk.asked_for.emit("compare")

    def _is_open(self, entry: Entry) -> bool:
        document = self.desk.document
        if not document.is_open:
            return False
        path = "" if document.path is None else str(document.path)
        return path == entry.path and (bool(path) or document.name == entry.study)

    def _on_failed(self, trouble: Trouble) -> None:
        self._opening = None
        self._show_chosen()
        self.desk.troubled.emit(trouble._replace(text=f"The comparison cannot be shown. {trouble.text}"))

    @Slot()
    def _on_pin(self) -> None:
        chosen = self.chosen()
        pinned = not all(entry.pinned for entry in chosen)
        for entry in chosen:
            self._history.pin(entry.id, pinned=pinned)
        self.refresh()

    @Slot()
    def _on_delete(self) -> None:
        chosen = self.chosen()
        what = f"the comparison of {when(chosen[0])}" if len(chosen) == 1 else f"{len(chosen)} comparisons"
        if chosen and self.dialogs.yes("Delete from history", f"Delete {what}?", "Delete"):
            for entry in chosen:
                self._history.delete(entry.id)
            self._deleted = chosen
            self.bring_up_to_date()

    @Slot()
    def _on_undo(self) -> None:
        """Bring back what was deleted last."""
        for entry in self._deleted:
            self._history.restore(entry.id)
        self._deleted = []
        self.bring_up_to_date()

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(as_text(self.lifts.rows, self.lifts.headings))
        self.desk.noticed.emit("The lifts were copied")


def _about_two(first: Entry, second: Entry) -> str:
    """Say how to read two comparisons beside each other, and what was not the same in them."""
    parts = ["The change counts both as independent, so its interval is rather too wide where shoppers are the same."]
    if first.baseline != second.baseline:
        parts.append(f"Baselines differ: {wording.plain(first.baseline)}, then {wording.plain(second.baseline)}.")
    if first.digest != second.digest:
        parts.append("The study changed between them.")
    return " ".join(parts)
