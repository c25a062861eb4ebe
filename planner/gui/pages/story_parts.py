"""Beside the list of a story: the whole of it as a strip of time, and one decision's drivers as bars.

Knows stories (planner/stories.py); no log and no document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from planner.charts.screen_label import WrappedLabel
from planner.gui.cards import Card
from planner.gui.pages.funnel_drivers import ABOUT
from planner.gui.pages.story_view import MESSAGES, day_words, paint_mark
from planner.gui.theme import text_pixels
from planner.stories import Happening, odds, told_shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from planner.gui.theme import Look
    from planner.stories import Share

EDGE = 10
"""Pixels beside the ends of the strip."""
REACH = 3.0
"""Log odds that a full bar stands for."""


class TimeStrip(QWidget):
    """Visits and orders on a line of days, messages below it; stories that stand under each other share their days."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._told: tuple[Happening, ...] = ()
        self._span = (0.0, 1.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._recolour)

    def sizeHint(self) -> QSize:
        """Return room for the line, the messages and the days."""
        return QSize(200, round(text_pixels() * 3.7))

    def show_story(self, told: Sequence[Happening], span: tuple[float, float]) -> None:
        """Show a story between two days."""
        self._told, self._span = tuple(told), span
        counts = {kind: sum(what.kind == kind for what in told) for kind in ("visit", "order", "message")}
        self.setAccessibleName(
            f"Time line: {counts['visit']} visits, {counts['order']} orders, {counts['message']} messages"
        )
        self.update()

    @Slot()
    def _recolour(self) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint line, marks and the days at the ends."""
        if not self._told:
            return
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            tokens = self._look.tokens
            line, below = text_pixels() * 0.85, text_pixels() * 2.0
            painter.setPen(QPen(QColor(self._look.theme.roles["line"]), 2))
            painter.drawLine(QPointF(EDGE, line), QPointF(self.width() - EDGE, line))
            for kinds, y in ((MESSAGES[:1], below), (("visit",), line), (("order",), line)):
                for what in self._told:
                    if what.kind in kinds:
                        paint_mark(painter, QPointF(self._x(what.day), y), what.kind, tokens.ink, 0.9)
            self._paint_days(painter)
        finally:
            painter.end()

    def _paint_days(self, painter: QPainter) -> None:
        painter.setPen(QColor(self._look.tokens.muted))
        height = QFontMetricsF(painter.font()).height()
        area = QRectF(0, self.height() - height, self.width(), height)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft, day_words(self._span[0]))
        painter.drawText(area, Qt.AlignmentFlag.AlignRight, day_words(self._span[1]))

    def _x(self, day: float) -> float:
        low, high = self._span
        return EDGE + (day - low) / max(high - low, 1e-9) * (self.width() - 2 * EDGE)


class WhyBars(QWidget):
    """One bar per driver: to the right what pushed, to the left what held back."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._shares: tuple[Share, ...] = ()
        look.changed.connect(self._recolour)

    def show_shares(self, shares: tuple[Share, ...]) -> None:
        """Show a decision's shares."""
        self._shares = shares
        self.setFixedHeight(round(text_pixels() * 1.75) * len(shares))
        self.setAccessibleName("What pushed and held back")
        self.setAccessibleDescription(told_shares(shares))
        self.setToolTip(
            "\n".join(f"{share.driver}: {ABOUT[share.driver]}" for share in shares if share.driver in ABOUT)
        )
        self.update()

    @Slot()
    def _recolour(self) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint names, bars and numbers."""
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            metrics = QFontMetricsF(painter.font())
            left = metrics.horizontalAdvance("relevance") + 10
            right = metrics.horizontalAdvance("\N{MULTIPLICATION SIGN}00.00") + 8
            row = round(text_pixels() * 1.75)
            for place, share in enumerate(self._shares):
                area = QRectF(0, place * row, self.width(), row)
                self._paint_row(painter, area, share, left, right)
        finally:
            painter.end()

    def _paint_row(self, painter: QPainter, area: QRectF, share: Share, left: float, right: float) -> None:
        roles = self._look.theme.roles
        painter.setPen(QColor(self._look.tokens.ink))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | middle, share.driver)
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | middle, odds(share))
        bar = area.adjusted(left, 4, -right, -4)
        zero = bar.center().x()
        width = min(abs(share.size) / REACH, 1.0) * bar.width() / 2
        piece = QRectF(zero if share.size > 0 else zero - width, bar.top(), max(width, 1.0), bar.height())
        painter.fillRect(piece, QColor(roles["better" if share.size > 0 else "worse"]))
        painter.setPen(QPen(QColor(roles["muted"]), 1))
        painter.drawLine(QPointF(zero, area.top()), QPointF(zero, area.bottom()))


class WhyCard(Card):
    """What pushed and held back at the decision that is looked at."""

    def __init__(self, look: Look) -> None:
        super().__init__("Why", "Choose a decision in a story.")
        self.bars = WhyBars(look)
        self.words = WrappedLabel(name="note")
        holder = QWidget()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.bars)
        layout.addWidget(self.words)
        layout.addStretch(1)
        self.body.addWidget(holder, 1)
        self.forget()

    def forget(self) -> None:
        """Show no decision."""
        self.say("Why", "Choose a decision in a story.")
        self.bars.show_shares(())
        self.words.setText("")

    def show_happening(self, what: Happening) -> None:
        """Show a decision; anything else is told in words only."""
        self.say("Why" if what.shares else "What", f"{day_words(what.day).capitalize()}: {what.text}")
        self.bars.show_shares(what.shares)
        self.words.setText(_explained(what))


def _explained(what: Happening) -> str:
    if not what.shares:
        return ""
    step = "leaving" if what.kind == "left" else "this step"
    return (
        f"What each made of the odds of {step}, beside a typical shopper's (\N{MULTIPLICATION SIGN}1); blue pushed, "
        "orange held back. The rest was luck."
    )
