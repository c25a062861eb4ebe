"""The data page: from a shop's own log to a calibrated study, step by step, with what can be trusted afterwards.

Shows the desk's calibrator; the steps themselves are planner.calibration's.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from planner import wording
from planner.calibration.preview import KINDS
from planner.charts.screen_label import WrappedLabel
from planner.gui.cards import Card
from planner.gui.dropping import Dropping, take_log
from planner.gui.jobs import Trouble
from planner.gui.pages.data_columns import ColumnsCard
from planner.gui.pages.data_result import ResultView
from planner.gui.pages.data_rows import RowsCard
from planner.gui.pages.data_start import StartCard
from planner.gui.pages.page import Empty, Notice, Page
from planner.gui.recovery import Recovered
from planner.gui.theme import GAP, WIDE_GAP
from planner.study_file import save_text

if TYPE_CHECKING:
    from planner.calibration.apart import Result, Wanted
    from planner.gui.desk import Desk
    from planner.gui.dialogs import Dialogs

WHAT_IS_READ = (
    "A log of orders makes a study of your own store: CSV, CSV.gz or Parquet with one row per order and columns for "
    "customer, date and amount. Drop it here. Other data, such as web events, sessions or campaigns, are not read yet."
)


class DataPage(Dropping, Page):
    """Choose a log, check how it is read, calibrate, judge, use."""

    def __init__(self, desk: Desk, dialogs: Dialogs) -> None:
        super().__init__(desk, dialogs)
        self.setAcceptDrops(True)
        desk.calibrator.changed.connect(self._on_change)
        desk.calibrator.progressed.connect(self._on_progress)
        self._making = QTimer(self, singleShot=True, interval=0)
        self._making.timeout.connect(self.prepare)

    def build(self) -> QWidget:
        """Make the cards, from the log at the top to the result at the bottom."""
        self.columns = ColumnsCard()
        self.rows = RowsCard(self.desk.look)
        self.start = StartCard(self.desk)
        self.result = ResultView(self.desk, self._on_use, self._on_save)
        self.columns.changed.connect(self._on_read)
        self.start.changed.connect(self._on_read)
        content = QWidget()
        content.setObjectName("page")
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, GAP, 0)
        layout.setSpacing(WIDE_GAP)
        layout.addWidget(self._file_card())
        middle = self._middle = QGridLayout()
        middle.setSpacing(WIDE_GAP)
        middle.addWidget(self.columns, 0, 0)
        middle.addWidget(self.rows, 0, 1)
        middle.setColumnStretch(0, 2)
        middle.setColumnStretch(1, 5)
        layout.addLayout(middle)
        layout.addWidget(self.start)
        layout.addWidget(self.result)
        layout.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setWidget(content)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._shown_result: Result | None = None
        self._scrolling = QTimer(self, singleShot=True, interval=0)
        self._scrolling.timeout.connect(self._show_result_top)
        self._preparing = QTimer(self, singleShot=True, interval=0)
        self._preparing.timeout.connect(self.result.prepare)
        return self.area

    def _file_card(self) -> Card:
        self.file = Card("Log")
        self.file.tools.setSpacing(GAP)
        self.kind = QComboBox()
        self.kind.setAccessibleName("Kind of data")
        for kind in KINDS:
            self.kind.addItem(kind.title if kind.readable else f"{kind.title} (not yet)", kind.id)
        self.kind.activated.connect(self._on_kind)
        self.kind_note = WrappedLabel(name="note")
        self.other = QPushButton("Another file…")
        self.other.clicked.connect(self._on_choose)
        self.file.title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.file.tools.addWidget(self.kind)
        self.file.tools.addWidget(self.other)
        self.file.body.addWidget(self.kind_note)
        return self.file

    # states ----------------------------------------------------------------------------------------------------------
    def empty(self) -> Empty | None:
        """Ask for a log; no study need be open."""
        if self.desk.calibrator.wanted is not None:
            return None
        if self._body is None:
            self._making.start()  # so that a log finds its cards made
        return Empty("Bring your shop's own data", WHAT_IS_READ, "Choose a file…", "choose")

    def notice(self) -> Notice | None:
        """Say that the result is of something else, or that there is none."""
        calibrator = self.desk.calibrator
        if calibrator.trouble is not None:
            return Notice("failed", f"The calibration did not work: {calibrator.trouble.text}", "Details…", "details")
        if calibrator.is_stale and not calibrator.is_busy:
            return Notice("stale", "The log or how it is read changed since this calibration.")
        return None

    def refresh(self) -> None:
        """Bring every card in line with the calibrator."""
        calibrator = self.desk.calibrator
        wanted = calibrator.wanted
        assert wanted is not None
        self.file.title.setText(wanted.log.name)
        self._show_kind(wanted.log)
        readable = self._is_readable()
        self.columns.show_log(wanted, calibrator.preview)
        self.rows.show_preview(calibrator.preview, wanted.log)
        self.start.bring_up_to_date()
        is_table = calibrator.preview is None or bool(calibrator.preview.columns)
        self._middle.setColumnStretch(0, 2 if is_table else 0)
        self.columns.setVisible(readable and is_table and not calibrator.is_busy)
        self.rows.setVisible(readable and not calibrator.is_busy)
        self.start.setVisible(readable and is_table)
        self.other.setEnabled(not calibrator.is_busy)
        self.result.setVisible(calibrator.result is not None and readable)
        if calibrator.result is not None and calibrator.result is not self._shown_result:
            self.result.show_result(calibrator.result)
            self._scrolling.start()
        self._shown_result = calibrator.result
        if calibrator.is_busy:
            self._preparing.start()

    # the log ---------------------------------------------------------------------------------------------------------
    @Slot()
    def _on_choose(self) -> None:
        wanted = self.desk.calibrator.wanted
        path = self.dialogs.log_path(wanted.log.parent if wanted is not None else Path.home())
        if path is not None:
            take_log(self.desk, path)

    @Slot()
    def _on_button(self) -> None:
        """Do what the message's or the banner's button says."""
        trouble = self.desk.calibrator.trouble
        if self._goes_to == "choose":
            self._on_choose()
        elif self._goes_to == "details" and trouble is not None:
            self.dialogs.tell(trouble)
        else:
            super()._on_button()

    @Slot(object)
    def _on_read(self, wanted: Wanted) -> None:
        self.desk.calibrator.read(wanted)

    @Slot()
    def _on_progress(self) -> None:
        if self._body is not None:
            self.start.show_progress()

    @Slot()
    def _on_kind(self) -> None:
        self.bring_up_to_date()

    def _show_kind(self, log: Path) -> None:
        """Say where the log lies; of another kind of data, that it cannot be read."""
        kind = KINDS[self.kind.currentIndex()]
        ways = f"{kind.title}: {kind.row}."
        self.kind.setToolTip(ways)
        no = f" Footfall cannot read these yet; it reads {KINDS[0].title.lower()} ({KINDS[0].row})."
        self.kind_note.setText(f"in {wording.plain(str(log.parent))}" if kind.readable else ways + no)

    def _is_readable(self) -> bool:
        return KINDS[self.kind.currentIndex()].readable

    # the result ------------------------------------------------------------------------------------------------------
    @Slot()
    def _show_result_top(self) -> None:
        """Scroll to a result that has just come, once there is room for it."""
        self.area.verticalScrollBar().setValue(self.result.y())

    @Slot()
    def _on_use(self) -> None:
        """Open the calibrated study as a new one that is not saved yet."""
        result, document = self.desk.calibrator.result, self.desk.document
        lost = f"{document.name} has changes that are not saved. They would be lost."
        if result is None or (document.is_dirty and not self.dialogs.yes("Unsaved changes", lost, "Open all the same")):
            return
        document.recover(Recovered(None, result.found.text, tomllib.loads(result.found.text)))
        self.desk.noticed.emit("The calibrated study is open; save it to keep it")
        self.desk.asked_for.emit("plans")

    @Slot()
    def _on_save(self) -> None:
        """Save the calibrated study without opening it."""
        calibrator = self.desk.calibrator
        if calibrator.result is None or calibrator.of is None:
            return
        log = calibrator.of.log
        path = self.dialogs.save_path(log.with_name(f"{log.name.split('.')[0]}.toml"))
        if path is None:
            return
        try:
            save_text(path, calibrator.result.found.text)
        except OSError as error:
            self.desk.troubled.emit(Trouble(f"The study could not be saved: {error}.", repr(error)))
            return
        self.desk.noticed.emit(f"Saved to {path}")
