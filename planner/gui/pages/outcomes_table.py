"""The table of outcomes: rows are outcomes, columns plans; each cell a value, then its lift with interval as a chip.

Every number comes from the comparison through ``wording``, the same words as on the command line and in the report.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from planner import wording
from planner.charts.parts import hue_of
from planner.gui.pages.plan_header import PlanHeader, small_font
from simulation import METRICS

if TYPE_CHECKING:
    from planner.experiments.comparison import Comparison, Difference
    from planner.gui.theme import Look

Index = QModelIndex | QPersistentModelIndex
MAIN = (
    *("session_conversion", "visitor_conversion", "aov", "ltv", "revenue_per_visitor", "margin"),
    *("strategy_cost", "personalization_roi", "repeat_rate", "bounce_rate", "unsubscribe_rate"),
)
"""Outcomes shown at first; the others on request."""
ROW_HEIGHT = 33
PADDING = 10
CHIP_TINT = 0.17

Kind = Literal["better", "worse", "cannot tell", "note", ""]


class Cell(NamedTuple):
    """What a cell shows: the value, the text beside it (and shorter) and its kind; and the whole in a sentence."""

    value: str
    beside: str
    short: str
    kind: Kind
    told: str


def cell_of(comparison: Comparison, plan: str, metric: str) -> Cell:
    """Return the cell of a plan and an outcome."""
    result = comparison.plan(plan)
    estimate = result.estimates[metric]
    value = wording.estimate(estimate, metric, comparison.currency)
    said = f"{METRICS[metric].title}, {wording.plain(plan)}: {value}"
    difference = result.differences.get(metric)
    if difference is None or wording.change(difference, metric, comparison.currency)[0] == wording.UNDEFINED:
        beside = wording.span(estimate.low, estimate.high, decimals=2) if metric == "personalization_roi" else ""
        return Cell(value, beside, beside, "note" if beside else "", f"{said} ({beside})" if beside else said)
    if wording.is_same(difference):
        return Cell(value, "the same", "the same", "note", f"{said}, the same in every replication")
    size, interval = wording.change(difference, metric, comparison.currency)
    lift = f"{size} ({interval})" if interval else size
    told = f"{said}, {lift}, {difference.verdict}"
    if difference.verdict == "cannot tell":
        return Cell(value, "cannot tell", "cannot tell", "cannot tell", told)
    return Cell(value, lift, _short(difference, size), difference.verdict, told)


def _short(difference: Difference, size: str) -> str:
    """Return a lift with half the width of its interval: ``+1.9 ±0.6 %``; without one where it has no bounds."""
    number, _, unit = size.partition(wording.NARROW)
    if unit != "%" or not math.isfinite(difference.relative_low):
        return size
    half = (difference.relative_high - difference.relative_low) * 50
    return f"{number} ±{wording.number(half, wording.decimals_for(half))}{wording.NARROW}%"


class OutcomesModel(QAbstractTableModel):
    """A comparison as a table; the first column names the outcomes."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.comparison: Comparison | None = None
        self.is_short = False
        self.metrics: tuple[str, ...] = MAIN
        self.stale: tuple[str, ...] = ()
        self._cells: dict[tuple[str, str], Cell] = {}

    def show_comparison(self, comparison: Comparison, metrics: tuple[str, ...], stale: tuple[str, ...]) -> None:
        """Show a comparison; plans in ``stale`` have changed since."""
        self.beginResetModel()
        self.comparison, self.metrics, self.stale = comparison, metrics, stale
        self._cells = {(plan, m): cell_of(comparison, plan, m) for plan in self.plans for m in metrics}
        self.endResetModel()

    @property
    def plans(self) -> list[str]:
        """The plans' names."""
        return [plan.name for plan in self.comparison.plans] if self.comparison else []

    def cell(self, index: Index) -> Cell | None:
        """Return a cell; None for the names of outcomes."""
        if not index.column():
            return None
        return self._cells[self.plans[index.column() - 1], self.metrics[index.row()]]

    def beside(self, cell: Cell) -> str:
        """Return the text beside a value, the short one where there is little room."""
        return cell.short if self.is_short else cell.beside

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        """Return the number of outcomes."""
        return 0 if parent.isValid() or self.comparison is None else len(self.metrics)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of plans, and one for the names."""
        return 0 if parent.isValid() else len(self.plans) + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return a plan's name with its colour; one that changed since says so."""
        if orientation != Qt.Orientation.Horizontal or not 1 <= section <= len(self.plans):
            return None
        plan = self.plans[section - 1]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{wording.plain(plan)} (changed)" if plan in self.stale else wording.plain(plan)
        if role == Qt.ItemDataRole.DecorationRole and self.comparison is not None:
            return _spot(self._look.theme.colour(hue_of(self.comparison, plan)))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return what a cell says."""
        metric = METRICS[self.metrics[index.row()]]
        cell = self.cell(index)
        if cell is None:
            texts = {Qt.ItemDataRole.DisplayRole: metric.title, Qt.ItemDataRole.ToolTipRole: metric.meaning}
            return texts.get(Qt.ItemDataRole(role))
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{cell.value}  {cell.beside}".rstrip()
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return cell.told
        return None

    def chips(self, plan: str) -> list[str]:
        """Return the texts beside a plan's values."""
        return [self.beside(self._cells[plan, metric]) for metric in self.metrics]

    def as_text(self) -> str:
        """Return the table as text with tabs, for a spreadsheet."""
        head = ["Outcome", *(part for plan in self.plans for part in (plan, f"{plan}: lift", f"{plan}: verdict"))]
        lines = ["\t".join(head)]
        for metric in self.metrics:
            cells = [self._cells[plan, metric] for plan in self.plans]
            parts = [part for cell in cells for part in (cell.value, cell.told.partition(", ")[2], cell.kind)]
            lines.append("\t".join([METRICS[metric].title, *parts]))
        return "\n".join(lines)


def _spot(colour: str) -> QPixmap:
    """Return a small disc in a plan's colour."""
    picture = QPixmap(20, 20)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawEllipse(2, 2, 16, 16)
    finally:
        painter.end()
    picture.setDevicePixelRatio(2)
    return picture


class OutcomesDelegate(QStyledItemDelegate):
    """Paints values to the right, each followed by its chip; chips of a column stand under each other."""

    def __init__(self, look: Look, model: OutcomesModel) -> None:
        super().__init__()
        self._look, self._model = look, model
        self._rooms: dict[tuple[int, bool, str], float] = {}
        model.modelReset.connect(self._rooms.clear)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        cell = self._model.cell(index)
        tokens = self._look.tokens
        area = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(tokens.theme.roles["line"]))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        if cell is None:
            painter.setPen(QColor(tokens.ink))
            text = area.adjusted(PADDING / 2, 0, 0, 0)
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, str(index.data()))
        else:
            stale = self._model.plans[index.column() - 1] in self._model.stale
            painter.setOpacity(0.55 if stale else 1.0)
            self._paint_cell(painter, area.adjusted(0, 0, -PADDING, 0), cell, index.column())
        painter.restore()

    def _paint_cell(self, painter: QPainter, area: QRectF, cell: Cell, column: int) -> None:
        tokens = self._look.tokens
        font = QFont(painter.font())
        small = small_font(font)
        room = self._chip_room(column, small)
        value_area = area.adjusted(0, 0, -room, 0)
        painter.setPen(QColor(tokens.ink))
        painter.drawText(value_area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, cell.value)
        beside = self._model.beside(cell)
        if not beside:
            return
        painter.setFont(small)
        metrics = QFontMetricsF(small)
        width = metrics.horizontalAdvance(beside) + 14
        shape = QRectF(area.right() - room + PADDING, area.center().y() - 10, width, 20)
        colour = {"better": "better", "worse": "worse"}.get(cell.kind)
        if cell.kind == "note":
            painter.setPen(QColor(tokens.muted))
        else:
            tone = tokens.theme.roles["better" if colour == "better" else "worse" if colour else "undecided"]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.tint(tone, CHIP_TINT)))
            painter.drawRoundedRect(shape, 10, 10)
            painter.setPen(QColor(tokens.on_tint(tone, CHIP_TINT)))
        painter.drawText(shape, Qt.AlignmentFlag.AlignCenter, beside)

    def chips_at(self, column: int) -> float:
        """Return the width of a column's chips as last painted; 0 for a column without."""
        return next(
            (room for (at, short, _), room in self._rooms.items() if (at, short) == (column, self._model.is_short)), 0.0
        )

    def _chip_room(self, column: int, font: QFont) -> float:
        """Return the width that a column's chips take, so that its values stay under each other.

        Measured once: every cell of the column asks for it whenever it is painted.
        """
        key = (column, self._model.is_short, font.key())
        if key not in self._rooms:
            metrics = QFontMetricsF(font)
            texts = self._model.chips(self._model.plans[column - 1])
            widest = max((metrics.horizontalAdvance(text) for text in texts if text), default=0.0)
            self._rooms[key] = widest + 14 + PADDING if widest else 0.0
        return self._rooms[key]

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the natural size of a cell."""
        cell = self._model.cell(index)
        metrics = QFontMetricsF(option.font)
        if cell is None:
            return QSize(round(metrics.horizontalAdvance(str(index.data()))) + 2 * PADDING, ROW_HEIGHT)
        room = self._chip_room(index.column(), small_font(option.font))
        return QSize(round(metrics.horizontalAdvance(cell.value) + room) + 2 * PADDING + 6, ROW_HEIGHT)


class OutcomesTable(QTableView):
    """The table, as high as its rows."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.outcomes = OutcomesModel(look)
        self.setModel(self.outcomes)
        self._delegate = OutcomesDelegate(look, self.outcomes)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("Outcomes by plan")
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        head = PlanHeader()
        head.room_at_right = self._delegate.chips_at
        self.setHorizontalHeader(head)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)

    def show_comparison(self, comparison: Comparison, metrics: tuple[str, ...], stale: tuple[str, ...]) -> None:
        """Show a comparison."""
        self.outcomes.show_comparison(comparison, metrics, stale)
        self._fit()

    def _fit(self) -> None:
        """Give each column what it needs, share out what is left, and take the height of all rows."""
        columns = self.outcomes.columnCount()
        spare = self._measure(short=False)
        if spare < 0:
            spare = self._measure(short=True)
        if spare > 0:
            for column in range(columns):
                self.setColumnWidth(column, self.columnWidth(column) + spare)
        bar = self.horizontalScrollBar().sizeHint().height() if spare < 0 else 0
        self.setFixedHeight(
            self.horizontalHeader().sizeHint().height() + ROW_HEIGHT * len(self.outcomes.metrics) + bar + 4
        )

    def _measure(self, *, short: bool) -> int:
        """Give each column what it needs and return how much is left for each."""
        self.outcomes.is_short = short
        self.resizeColumnsToContents()
        columns = self.outcomes.columnCount()
        used = sum(self.columnWidth(column) for column in range(columns))
        return (self.viewport().width() - used) // max(columns, 1)

    def resizeEvent(self, event: Any) -> None:  # noqa: ANN401 - QResizeEvent
        """Share the width anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()
