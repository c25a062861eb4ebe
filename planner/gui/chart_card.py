"""A card with one chart of the current comparison: drawn when it is seen, to copy, to export, to read as a table."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QStackedWidget, QTableView, QWidget

from planner.charts.build import ALL
from planner.charts.screen import ChartView
from planner.charts.segments import TITLES, segments
from planner.gui.cards import Card, IconButton
from planner.gui.data_model import DataModel
from planner.gui.export import CHART_KINDS, export_chart
from planner.gui.theme import text_pixels
from planner.table_files import to_csv

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from planner.experiments.comparison import Comparison
    from planner.gui.desk import Desk
    from planner.gui.dialogs import Dialogs


def card_of(desk: Desk, dialogs: Dialogs, chart: str) -> ChartCard:
    """Return the card of a chart; that of the segments lets one choose by what visits are split."""
    return SegmentsCard(desk, dialogs) if chart == "segments" else ChartCard(desk, dialogs, chart)


class ChartCard(Card):
    """One chart by its id in ``planner.charts.build.ALL``; ``seen`` tells that it is looked at and not drawn yet."""

    seen = Signal()

    def __init__(self, desk: Desk, dialogs: Dialogs, chart: str) -> None:
        super().__init__()
        self.chart = chart
        self._make = ALL[chart]
        self._desk, self._dialogs = desk, dialogs
        self._wanted: Comparison | None = None
        self._drawn: Comparison | None = None
        self.view = ChartView(scale=text_pixels() / 13, heading=False)
        self.table = QTableView()
        self.table.setAccessibleName("Numbers of the chart")
        self.table.setMinimumHeight(240)
        self._model: DataModel | None = None
        self._faces = QStackedWidget()
        self._faces.addWidget(self.view)
        self._faces.addWidget(self.table)
        self.body.addWidget(self._faces)
        look = desk.look
        self.as_table = IconButton(look, "table", "Show the numbers", self._on_table)
        self.as_table.setCheckable(True)
        self.copy = IconButton(look, "copy", "Copy (as a picture, or the numbers)", self._on_copy)
        self.export = IconButton(look, "export", "Export…", self._on_export)
        self._tools: list[QWidget] = [self.as_table, self.copy, self.export]
        for tool in self._tools:
            self.tools.addWidget(tool)
        look.changed.connect(self._on_look)

    @property
    def is_behind(self) -> bool:
        """Whether what is drawn is not what is wanted."""
        return self._wanted is not self._drawn

    def want(self, comparison: Comparison) -> None:
        """Say what to show; it is drawn by ``draw``, asked for when the card is seen."""
        self._wanted = comparison
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card; ask to be drawn if what is shown is behind."""
        super().paintEvent(event)
        if self.is_behind:
            self.seen.emit()

    def draw(self) -> None:
        """Draw what is wanted."""
        if self._wanted is None:
            return
        self._drawn = self._wanted
        spec = self._make(self._wanted)
        self.say(spec.title, spec.subtitle)
        self.view.show_chart(spec, self._desk.look.theme)
        if self.as_table.isChecked():
            self._show_numbers()

    def _show_numbers(self) -> None:
        if self.view.spec is not None:
            self._model = DataModel(self.view.spec.data)
            self.table.setModel(self._model)

    @Slot()
    def _on_table(self) -> None:
        if self.as_table.isChecked():
            self._show_numbers()
        self._faces.setCurrentIndex(int(self.as_table.isChecked()))

    @Slot()
    def _on_copy(self) -> None:
        if self.view.spec is None:
            return
        if self.as_table.isChecked():
            text = to_csv(self.view.spec.data).decode("utf-8")
            QGuiApplication.clipboard().setText(text)
            self._desk.noticed.emit("The chart's numbers were copied")
            return
        for tool in self._tools:
            tool.setVisible(False)
        QGuiApplication.clipboard().setPixmap(self.grab())
        for tool in self._tools:
            tool.setVisible(True)
        self._desk.noticed.emit("The chart was copied as a picture")

    @Slot()
    def _on_export(self) -> None:
        path = self._dialogs.file_path("Export chart", _suggested(self._desk, self.chart), CHART_KINDS)
        if path is not None:
            export_chart(self._desk, self._make, path)

    @Slot()
    def _on_look(self) -> None:
        self.view.set_theme(self._desk.look.theme)


class SegmentsCard(ChartCard):
    """The chart of the segments, with a choice of what they are segments of."""

    def __init__(self, desk: Desk, dialogs: Dialogs) -> None:
        super().__init__(desk, dialogs, "segments")
        self.dimension = QComboBox()
        self.dimension.setAccessibleName("Segments by")
        for key, title in TITLES.items():
            self.dimension.addItem(f"By {title}", key)
        self.dimension.currentIndexChanged.connect(self._on_dimension)
        self.tools.insertWidget(0, self.dimension)
        self._tools.append(self.dimension)

    @Slot()
    def _on_dimension(self) -> None:
        self._make = partial(segments, dimension=self.dimension.currentData())
        self._drawn = None
        self.update()


def _suggested(desk: Desk, chart: str) -> Path:
    path = desk.document.path
    folder = path.parent if path is not None and not desk.document.is_shipped else Path.home()
    return folder / f"{chart}.png"
