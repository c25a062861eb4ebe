"""The table of plans: columns are plans, rows strategies by stage; a click or Space switches one on or off.

Knows the document and the rows; what a switch means for the study is one edit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from planner import wording
from planner.charts.spec import WORSE
from planner.gui.icons import icon
from planner.gui.pages.plan_header import NOTE, PlanHeader
from planner.gui.pages.plans_rows import Row, differs, lacking, monthly_cost, plans_of, rows_of
from planner.study_tree import Tree, without
from planner.study_tree import with_value as set_in

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel
    from PySide6.QtGui import QKeyEvent

    from planner.gui.desk import Desk

Index = QModelIndex | QPersistentModelIndex
BOX = 18
ROW_HEIGHT = 31


class PlansModel(QAbstractTableModel):
    """The plans of the open study; the first column names the rows."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.rows: tuple[Row, ...] = ()
        self.plans: list[str] = []
        self.whole: Tree = {}
        """The study's content as last read: an edit is shown when ``refresh`` has read it."""

    @property
    def baseline(self) -> str:
        """The plan that the others are compared with."""
        return str(self._desk.document.value(("experiment", "baseline"), "Baseline"))

    def refresh(self) -> None:
        """Read the study again."""
        self.whole = self._desk.document.reading.whole
        rows, plans = rows_of(self.whole), list(plans_of(self.whole))
        if (rows, plans) != (self.rows, self.plans):
            self.beginResetModel()
            self.rows, self.plans = rows, plans
            self.endResetModel()
        else:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(plans)))
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(plans))

    def has(self, row: Row, plan: str) -> bool:
        """Return whether a plan has a row's strategy."""
        return row.id in plans_of(self.whole).get(plan, {})

    def switch(self, row: Row, plan: str) -> None:
        """Put a strategy into a plan (last, with its defaults) or take it out."""
        if row.kind not in ("strategy", "unknown") or plan not in self.plans:
            return
        path = ("plans", plan, row.id)
        if row.id in plans_of(self._desk.document.reading.whole).get(plan, {}):
            self._desk.document.edit_plans(f"Take {row.title} out of {plan}", lambda tree: without(tree, path))
        elif row.kind == "strategy":
            self._desk.document.edit_plans(f"Put {row.title} into {plan}", lambda tree: set_in(tree, path, {}))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of plans, and one for the names."""
        return 0 if parent.isValid() else len(self.plans) + 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings cannot be chosen."""
        if self.rows[index.row()].kind == "heading":
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return a plan's name; the baseline has a flag."""
        if orientation != Qt.Orientation.Horizontal or not 1 <= section <= len(self.plans):
            return None
        name = self.plans[section - 1]
        if role == Qt.ItemDataRole.DisplayRole:
            return wording.plain(name)
        if role == Qt.ItemDataRole.DecorationRole and name == self.baseline:
            return icon("baseline", self._desk.look.tokens.muted)
        if role == NOTE:
            return self._cost(name)
        if role == Qt.ItemDataRole.ToolTipRole:
            told = f"{name}: the others are compared with it" if name == self.baseline else name
            return f"{told}; {self._cost(name)} fixed cost per month"
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return what a cell shows or tells."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.FontRole and row.kind == "heading":
            font = QFont()
            font.setBold(True)
            return font
        if index.column() == 0:
            return self._name(row, role)
        plan = self.plans[index.column() - 1]
        if row.kind == "heading":
            return None
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if self.has(row, plan) else Qt.CheckState.Unchecked
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.told(row, plan)
        return None

    def told(self, row: Row, plan: str) -> str:
        """Return a cell in words."""
        parts = [f"{row.title} is {'in' if self.has(row, plan) else 'not in'} {plan}"]
        if plan != self.baseline and differs(self.whole, plan, self.baseline, row.id):
            parts.append(f"otherwise than in {self.baseline}")
        if self.has(row, plan):
            parts += [f"needs data that is not collected: {point}" for point in lacking(self.whole, row.id)]
            parts += [str(fault) for fault in self._desk.document.faults_at(("plans", plan, row.id))]
        return "; ".join(parts)

    def is_marked(self, row: Row, plan: str) -> bool:
        """Return whether a cell needs a warning: a fault, or data that is not collected."""
        if not self.has(row, plan):
            return False
        return bool(self._desk.document.faults_at(("plans", plan, row.id)) or lacking(self.whole, row.id))

    def is_different(self, row: Row, plan: str) -> bool:
        """Return whether a cell is otherwise than the baseline's."""
        return plan != self.baseline and differs(self.whole, plan, self.baseline, row.id)

    def _name(self, row: Row, role: int) -> Any:  # noqa: ANN401
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return row.title
        if role == Qt.ItemDataRole.ForegroundRole and row.kind == "unknown":
            return QColor(self._desk.look.tokens.muted)
        return None

    def _cost(self, plan: str) -> str:
        """Return what a plan costs per month, such as ``€250``."""
        currency = str(self._desk.document.value(("store", "currency"), "EUR"))
        return wording.amount(monthly_cost(plans_of(self.whole)[plan]), currency, 0)


class PlansDelegate(QStyledItemDelegate):
    """Paints a switch per cell: filled if on, on a tinted ground where it differs from the baseline."""

    def __init__(self, desk: Desk, model: PlansModel) -> None:
        super().__init__()
        self._desk, self._model = desk, model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        row = self._model.rows[index.row()]
        if index.column() == 0 or row.kind == "heading":
            super().paint(painter, option, index)
            return
        plan = self._model.plans[index.column() - 1]
        area = QRectF(option.rect)
        tokens = self._desk.look.tokens
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if self._model.is_different(row, plan):
            painter.fillRect(area, QColor(tokens.tint(tokens.accent, 0.13)))
        if chosen:
            painter.setPen(QPen(QColor(tokens.accent), 1.6))
            painter.drawRoundedRect(area.adjusted(1.5, 1.5, -1.5, -1.5), 5, 5)
        self._paint_switch(painter, box_of(area), on=self._model.has(row, plan))
        if self._model.is_marked(row, plan):
            mark = QRectF(box_of(area).right() + 7, area.center().y() - 8, 16, 16).toRect()
            icon("warning", tokens.theme.text_colour(WORSE)).paint(painter, mark)
        painter.restore()

    def _paint_switch(self, painter: QPainter, box: QRectF, *, on: bool) -> None:
        tokens = self._desk.look.tokens
        painter.setPen(QPen(QColor(tokens.accent if on else tokens.muted), 1.2))
        painter.setBrush(QColor(tokens.accent if on else tokens.theme.card))
        painter.drawRoundedRect(box, 4, 4)
        if on:
            icon("check", tokens.on_accent).paint(painter, box.toRect())

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the natural size of a cell."""
        return QSize(super().sizeHint(option, index).width() + 2, ROW_HEIGHT)

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        """Switch when the box is clicked."""
        row = self._model.rows[index.row()]
        if (
            isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonRelease
            and index.column()
            and row.kind in ("strategy", "unknown")
            and box_of(QRectF(option.rect)).adjusted(-5, -5, 5, 5).contains(event.position())
        ):
            self._model.switch(row, self._model.plans[index.column() - 1])
            return True
        return super().editorEvent(event, model, option, index)


def box_of(area: QRectF) -> QRectF:
    """Return where in a cell its switch is."""
    return QRectF(area.center().x() - BOX / 2, area.center().y() - BOX / 2, BOX, BOX)


class PlansTable(QTableView):
    """The table; ``chosen`` tells that another cell is current."""

    chosen = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.plans_model = PlansModel(desk)
        self.setModel(self.plans_model)
        self._delegate = PlansDelegate(desk, self.plans_model)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("Plans and their strategies")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        head = PlanHeader()
        self.setHorizontalHeader(head)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        head.setMinimumSectionSize(64)
        head.setHighlightSections(False)
        self.setCornerButtonEnabled(False)
        self.selectionModel().currentChanged.connect(self._on_current)
        self.plans_model.modelReset.connect(self._on_reset)

    def refresh(self) -> None:
        """Bring the table in line with the study."""
        self.plans_model.refresh()

    @property
    def plan(self) -> str:
        """The plan of the current cell; the first one if none is chosen."""
        plans = self.plans_model.plans
        column = self.currentIndex().column()
        return plans[max(column - 1, 0)] if plans else ""

    @property
    def row(self) -> Row | None:
        """The row of the current cell, if it is a strategy's."""
        place = self.currentIndex().row()
        found = self.plans_model.rows[place] if 0 <= place < len(self.plans_model.rows) else None
        return found if found is not None and found.kind in ("strategy", "unknown") else None

    def choose(self, plan: str, strategy: str = "") -> None:
        """Make a cell current."""
        places = [place for place, row in enumerate(self.plans_model.rows) if row.id == strategy and strategy]
        place = places[0] if places else max(self.currentIndex().row(), 1)
        self.setCurrentIndex(self.plans_model.index(place, self.plans_model.plans.index(plan) + 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space switches the current cell."""
        if event.key() == Qt.Key.Key_Space and self.row is not None and self.currentIndex().column():
            self.plans_model.switch(self.row, self.plan)
        else:
            super().keyPressEvent(event)

    def _on_current(self, current: QModelIndex, previous: QModelIndex) -> None:
        self.chosen.emit()

    def _on_reset(self) -> None:
        """Let headings reach across, and keep the names readable."""
        self.clearSpans()
        for place, row in enumerate(self.plans_model.rows):
            if row.kind == "heading":
                self.setSpan(place, 0, 1, self.plans_model.columnCount())
        head = self.horizontalHeader()
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
