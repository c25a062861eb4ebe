"""The tuned plan's outcomes beside the saved one's: values, and the change with its interval as a text and a picture.

Knows previews (planner/experiments/preview.py); no plan, no slider and no document.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from planner import wording
from planner.experiments.preview import OUTCOMES
from planner.gui.theme import GAP, WIDE_GAP, text_pixels
from simulation import METRICS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QPaintEvent

    from planner.experiments.comparison import Difference
    from planner.experiments.preview import Preview
    from planner.gui.theme import Look

CHIP_TINT = 0.14
FADED = 0.45


class ChangeView(QWidget):
    """A change: a chip with size and interval, and below it the interval around zero, on a scale that is told."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._change: Difference | None = None
        self.text, self._reach = "", 1.0
        self.faded = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_change(self, change: Difference | None, metric: str, currency: str) -> None:
        """Show a change."""
        self._change = change
        self._reach = _reach(change) if change is not None else 1.0
        size, interval = wording.change(change, metric, currency) if change is not None else ("", "")
        self.text = f"{size} ({interval})" if interval else size
        verdict = change.verdict if change is not None and interval else ""
        self.setToolTip(verdict)
        self.setAccessibleName(f"{METRICS[metric].title}: {self.text} {verdict}".strip())
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the chip and the picture under it."""
        return QSize(190, round(text_pixels() * 3.4))

    def minimumSizeHint(self) -> QSize:
        """Return how small it may get."""
        return QSize(150, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint chip and interval."""
        if self._change is None or not self.text:
            return
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setOpacity(FADED if self.faded else 1.0)
            self._paint_chip(painter)
            self._paint_interval(painter, self._change)
        finally:
            painter.end()

    def _tone(self) -> str:
        verdict = self._change.verdict if self._change is not None else "cannot tell"
        roles = self._look.theme.roles
        return roles["better"] if verdict == "better" else roles["worse"] if verdict == "worse" else roles["undecided"]

    def _paint_chip(self, painter: QPainter) -> None:
        font = QFont(self.font())
        font.setPixelSize(max(round(text_pixels() * 11.5 / 13), 8))
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        width = min(metrics.horizontalAdvance(self.text) + 18, float(self.width()))
        shape = QRectF(0.5, 1, width, metrics.height() + 5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._look.tokens.tint(self._tone(), CHIP_TINT)))
        painter.drawRoundedRect(shape, shape.height() / 2, shape.height() / 2)
        painter.setPen(QColor(self._look.tokens.on_tint(self._tone(), CHIP_TINT)))
        text = metrics.elidedText(self.text, Qt.TextElideMode.ElideRight, width - 12)
        painter.drawText(shape, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_interval(self, painter: QPainter, change: Difference) -> None:
        if not math.isfinite(change.relative_low) or not math.isfinite(change.relative_high):
            return
        y, roles = self.height() - 7.5, self._look.theme.roles
        self._paint_scale(painter, y)
        painter.setPen(QPen(QColor(roles["line"]), 1))
        painter.drawLine(QPointF(0, y), QPointF(self._width(), y))
        painter.setPen(QPen(QColor(roles["muted"]), 1))
        painter.drawLine(QPointF(self._x(0.0), y - 5), QPointF(self._x(0.0), y + 5))
        painter.setPen(QPen(QColor(self._tone()), 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(self._x(change.relative_low), y), QPointF(self._x(change.relative_high), y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._tone()))
        painter.drawEllipse(QPointF(self._x(change.relative), y), 4.5, 4.5)

    def _paint_scale(self, painter: QPainter, y: float) -> None:
        """Write behind the line how far it reaches to both sides."""
        painter.setPen(QColor(self._look.theme.roles["muted"]))
        area = QRectF(0, y - 10, self.width(), 20)
        text = f"±{self._reach * 100:g}{wording.NARROW}%"
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _width(self) -> float:
        return self.width() - QFontMetricsF(self.font()).horizontalAdvance("±200 %") - 4

    def _x(self, share: float) -> float:
        half = self._width() / 2 - 6
        return self._width() / 2 + max(-1.0, min(1.0, share / self._reach)) * half


class TuneResults(QWidget):
    """A grid: outcome, saved, tuned, change."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.saved = {id_: _number() for id_ in OUTCOMES}
        self.tuned = {id_: _number() for id_ in OUTCOMES}
        self.changes = {id_: ChangeView(look) for id_ in OUTCOMES}
        layout = QGridLayout(self)
        layout.setContentsMargins(0, GAP, 0, 0)
        layout.setHorizontalSpacing(WIDE_GAP)
        layout.setVerticalSpacing(WIDE_GAP)
        for column, text in enumerate(("", "Saved", "Tuned", "Change")):
            head = QLabel(text)
            head.setObjectName("note")
            side = Qt.AlignmentFlag.AlignLeft if column in (0, 3) else Qt.AlignmentFlag.AlignRight
            layout.addWidget(head, 0, column, side)
        for row, id_ in enumerate(OUTCOMES, start=1):
            title = QLabel(METRICS[id_].title)
            title.setToolTip(METRICS[id_].meaning)
            for column, widget in enumerate((title, self.saved[id_], self.tuned[id_], self.changes[id_])):
                layout.addWidget(widget, row, column)
        layout.setColumnStretch(3, 1)
        for column in (1, 2):
            layout.setColumnMinimumWidth(column, round(text_pixels() * 5))
        look.changed.connect(self._recolour)

    def show_previews(
        self, previews: dict[str, Preview], saved: Mapping[str, float], currency: str, *, waiting: bool, failed: bool
    ) -> None:
        """Show what is known; while newer numbers are on their way the ones shown are faded.

        ``saved`` holds what is known of the saved plan before there is anything to set beside it.
        """
        for id_ in OUTCOMES:
            preview = previews.get(id_)
            values = (saved.get(id_), None) if preview is None else (preview.saved, preview.tuned)
            for label, value in zip((self.saved[id_], self.tuned[id_]), values, strict=True):
                nothing = wording.UNDEFINED if failed or not waiting else "…"
                label.setText(nothing if value is None else wording.value(value, METRICS[id_].unit, currency))
                label.setAccessibleName(f"{METRICS[id_].title}: {label.text()}")
            self.changes[id_].faded = waiting
            self.tuned[id_].setEnabled(not waiting)
            self.changes[id_].show_change(preview.change if preview else None, id_, currency)

    @Slot()
    def _recolour(self) -> None:
        for view in self.changes.values():
            view.update()


def _reach(change: Difference) -> float:
    """Return how far a change's picture reaches on both sides: all of its interval, in 1, 2, 5 times a power of ten."""
    ends = [abs(end) for end in (change.relative_low, change.relative_high) if math.isfinite(end)]
    widest = min(max([0.01, *ends]), 10.0)
    power = 10.0 ** math.floor(math.log10(widest))
    return next(times * power for times in (1.0, 2.0, 5.0, 10.0) if times * power >= widest * (1 - 1e-9))


def _number() -> QLabel:
    label = QLabel()
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label
