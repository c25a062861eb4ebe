"""Weights of hours, weekdays or months as bars to drag.

By keyboard Left and Right choose a bar, Up and Down change it. Knows numbers and their names only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

    from planner.gui.theme import Look

HEIGHT = 132
TOP, BOTTOM = 20, 20
"""Pixels for the chosen bar's value above, and for the names below."""
STEP = 0.05
ROOM = 1.15
"""How much higher than the highest bar one can drag at once."""


class BarEditor(QWidget):
    """A row of bars; ``changed`` tells all values, and for keyboard steps a word that joins steps at the same bar."""

    changed = Signal(object, str)

    def __init__(self, look: Look, title: str, names: tuple[str, ...]) -> None:
        super().__init__()
        self._look, self._names = look, names
        self.values: list[float] = []
        self.chosen = 0
        self._top = 2.0
        self._before: list[float] | None = None
        self.setAccessibleName(f"{title} as bars")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip("Drag a bar; or choose one with Left and Right and change it with Up and Down.")
        look.changed.connect(self.update)

    def show_values(self, values: object) -> None:
        """Show values; nothing if they are not as many numbers as there are names. A drag under way goes on."""
        given = list(values) if isinstance(values, (list, tuple)) else []
        sound = len(given) == len(self._names) and all(isinstance(v, (int, float)) and v >= 0 for v in given)
        if self._before is None:
            self.values = [float(value) for value in given] if sound else []
            self._top = max([1.5, *self.values]) * ROOM
        self.setVisible(bool(self.values))
        self._tell()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the natural size."""
        return QSize(420, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the least size at which names can be read."""
        return QSize(260, HEIGHT)

    # by mouse --------------------------------------------------------------------------------------------------------
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a bar and begin to drag it."""
        if event.button() == Qt.MouseButton.LeftButton and self.values:
            self._before = list(self.values)
            self.chosen = self._place_at(event.position().x())
            self._drag(event.position().y())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the chosen bar."""
        if self._before is not None:
            self._drag(event.position().y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag: one change."""
        before, self._before = self._before, None
        if before is not None and before != self.values:
            self.changed.emit(list(self.values), "")

    def _drag(self, y: float) -> None:
        share = (self.height() - BOTTOM - y) / (self.height() - BOTTOM - TOP)
        self.values[self.chosen] = round(min(max(share, 0.0), 1.0) * self._top / STEP) * STEP
        self.values[self.chosen] = round(self.values[self.chosen], 2)
        self._tell()
        self.update()

    def _place_at(self, x: float) -> int:
        return min(max(int(x / self.width() * len(self.values)), 0), len(self.values) - 1)

    # by keyboard -----------------------------------------------------------------------------------------------------
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose or change a bar."""
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -99, Qt.Key.Key_End: 99}
        steps = {Qt.Key.Key_Up: STEP, Qt.Key.Key_Down: -STEP}
        key = event.key()
        if not self.values or key not in (*moves, *steps):
            super().keyPressEvent(event)
            return
        if key in moves:
            self.chosen = min(max(self.chosen + moves[Qt.Key(key)], 0), len(self.values) - 1)
            self._tell()
            self.update()
            return
        values = list(self.values)
        values[self.chosen] = round(max(values[self.chosen] + steps[Qt.Key(key)], 0.0), 4)
        self.changed.emit(values, f"bar {self.chosen}")

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show which bar is chosen."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show no longer which bar is chosen."""
        super().focusOutEvent(event)
        self.update()

    def _tell(self) -> None:
        if self.values:
            self.setAccessibleDescription(f"{self._names[self.chosen]}: {self.values[self.chosen]:g}")

    # painting --------------------------------------------------------------------------------------------------------
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint bars, the line of the average, names, and the chosen bar's value."""
        if not self.values:
            return
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_bars(painter)
            self._paint_average(painter)
            self._paint_texts(painter)
        finally:
            painter.end()

    def _bar(self, place: int) -> QRectF:
        step = self.width() / len(self.values)
        height = self.values[place] / self._top * (self.height() - BOTTOM - TOP)
        gap = min(max(step * 0.22, 2.0), 8.0)
        return QRectF(place * step + gap / 2, self.height() - BOTTOM - height, step - gap, height)

    def _paint_bars(self, painter: QPainter) -> None:
        tokens = self._look.tokens
        painter.setPen(Qt.PenStyle.NoPen)
        for place in range(len(self.values)):
            chosen = place == self.chosen and (self.hasFocus() or self._before is not None)
            painter.setBrush(QColor(tokens.accent if chosen else tokens.tint(tokens.accent, 0.4)))
            painter.drawRoundedRect(self._bar(place), 2, 2)

    def _paint_average(self, painter: QPainter) -> None:
        y = self.height() - BOTTOM - (self.height() - BOTTOM - TOP) / self._top
        painter.setPen(QPen(QColor(self._look.tokens.muted), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(0, y), QPointF(self.width(), y))

    def _paint_texts(self, painter: QPainter) -> None:
        font = QFont(self.font())
        font.setPixelSize(max(round(self.fontInfo().pixelSize() * 0.85), 8))
        painter.setFont(font)
        step = self.width() / len(self.values)
        every = 1 if step > painter.fontMetrics().horizontalAdvance(self._names[-1]) + 3 else 3
        tokens = self._look.tokens
        for place, value in enumerate(self.values):
            painter.setPen(QColor(tokens.muted))
            if place % every == 0:
                below = QRectF(place * step - step, self.height() - BOTTOM + 3, 3 * step, BOTTOM - 3)
                painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, self._names[place])
            wide = step > painter.fontMetrics().horizontalAdvance("0.00") + 2
            if wide or (place == self.chosen and self.hasFocus()):
                self._paint_value(painter, place, f"{value:.2f}".rstrip("0").rstrip("."))

    def _paint_value(self, painter: QPainter, place: int, text: str) -> None:
        """Paint a value above its bar, over the line of the average."""
        tokens, bar = self._look.tokens, self._bar(place)
        width = painter.fontMetrics().horizontalAdvance(text)
        above = QRectF(bar.center().x() - width / 2 - 1, bar.top() - 16, width + 2, 14)
        painter.fillRect(above, QColor(tokens.theme.card))
        painter.setPen(QColor(tokens.ink))
        painter.drawText(above, Qt.AlignmentFlag.AlignCenter, text)
