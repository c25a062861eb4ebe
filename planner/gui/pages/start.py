"""The start page: studies opened lately, those that come with Footfall, opening and dropping a file.

Knows study files only by their path and first lines of content; opening is the window's business.
"""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from planner.charts.screen_label import WrappedLabel
from planner.gui.cards import Card, clear, heading, primary
from planner.gui.dropping import Dropping
from planner.gui.pages.page import Empty, Page
from planner.gui.theme import GAP, PAGE_GAP, SMALL_GAP, WIDE_GAP
from planner.study_file import migrate, shipped_studies, with_base

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

    from planner.gui.theme import Look

COLUMNS = 3
ABOUT = {
    "fashion": "Six stages from awareness to retention; plans of three levels of maturity, and Everything.",
    "four_stages": "Landing, engagement, purchase and re-engagement; the same plans: three levels, and Everything.",
}
STEPS = (
    "1\u2002Open a study: a store, and plans to personalize it.",
    "2\u2002Press Run: every plan meets the same shoppers.",
    "3\u2002Read which plan is worth its cost, and how sure that is.",
    "Then change store or plans, and run again.",
)


class Glance(NamedTuple):
    """A study at a glance: its name, a line about it, and the share of visits that reach each stage."""

    name: str
    about: str
    reached: tuple[float, ...]


def glance(path: Path) -> Glance:
    """Return what a card shows of a study; a file that cannot be read is shown as such."""
    try:
        whole, _ = with_base(migrate(tomllib.loads(path.read_text(encoding="utf-8")))[0])
        stages = [str(stage["name"]) for stage in whole["funnel"]["stage"]]
        plans = len(whole.get("plans", {}))
        name = str(whole["store"]["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return Glance(path.stem, "This file cannot be read as a study.", ())
    about = ABOUT.get(path.stem, "") if path in shipped_studies().values() else ""
    return Glance(name, about or f"{len(stages)} stages, {plans} plans", _reached(stages, whole["funnel"]["edge"]))


def _reached(stages: list[str], edges: list[dict[str, Any]]) -> tuple[float, ...]:
    """Return the share of typical visits that come from stage to stage without going back."""
    reached = [1.0]
    for here, after in pairwise(stages):
        out = {edge.get("target"): float(edge.get("odds", 0)) for edge in edges if edge.get("source") == here}
        reached.append(reached[-1] * out.get(after, 0.0) / (sum(out.values()) or 1.0))
    return tuple(reached)


class StartPage(Dropping, Page):
    """Where the app begins."""

    def build(self) -> QWidget:
        """Make the list of studies."""
        self.setAcceptDrops(True)
        content = QWidget()
        content.setObjectName("page")
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, WIDE_GAP, 0)
        layout.setSpacing(GAP)
        title = heading("Which plan is worth it?")
        title.setObjectName("title")
        layout.addWidget(title)
        layout.addWidget(
            WrappedLabel(
                "Open a study of your store, or begin with one of ours; press Run to compare its plans on the same "
                "shoppers. A study or a log of your shop's orders can be dropped here.",
                "note",
            )
        )
        layout.addSpacing(GAP)
        layout.addLayout(self._buttons())
        layout.addSpacing(PAGE_GAP)
        layout.addWidget(heading("Studies that come with Footfall"))
        shipped = [StudyCard(path, self.desk.look, self._open) for path in shipped_studies().values()]
        layout.addLayout(_grid([*shipped, _steps()]))
        layout.addSpacing(PAGE_GAP)
        self._recent_heading = heading("Opened lately")
        layout.addWidget(self._recent_heading)
        self._recent = QGridLayout()
        layout.addLayout(self._recent)
        layout.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(content)
        self._shown: list[Path] | None = None
        return area

    def _buttons(self) -> QHBoxLayout:
        self.from_data = QPushButton("From my shop's data…")
        self.from_data.clicked.connect(self._on_data)
        line = QHBoxLayout()
        line.setSpacing(GAP)
        line.addWidget(primary("Open study…", self._on_open))
        line.addWidget(self.from_data)
        line.addStretch(1)
        return line

    def refresh(self) -> None:
        """Show the studies opened lately."""
        shipped = set(shipped_studies().values())
        recent = [path for path in self.desk.recent() if path not in shipped]
        self._recent_heading.setVisible(bool(recent))
        if recent != self._shown:
            self._shown = recent
            clear(self._recent)
            _fill(self._recent, [StudyCard(path, self.desk.look, self._open) for path in recent])

    def empty(self) -> Empty | None:
        """There is always something to begin with."""
        return None

    def _open(self, path: Path) -> None:
        self.desk.asked_to_open.emit(path)

    @Slot()
    def _on_data(self) -> None:
        self.desk.asked_for.emit("data")

    @Slot()
    def _on_open(self) -> None:
        path = self.dialogs.open_path(Path.home())
        if path is not None:
            self._open(path)


def _steps() -> Card:
    """Return the card for whoever is here for the first time."""
    card = Card("In three clicks")
    for step in STEPS:
        card.body.addWidget(WrappedLabel(step, "note"))
    card.body.addStretch(1)
    return card


def _grid(cards: Sequence[QWidget]) -> QGridLayout:
    layout = QGridLayout()
    _fill(layout, cards)
    return layout


def _fill(layout: QGridLayout, cards: Sequence[QWidget]) -> None:
    layout.setSpacing(WIDE_GAP)
    for place, card in enumerate(cards):
        layout.addWidget(card, place // COLUMNS, place % COLUMNS)
    for column in range(COLUMNS):
        layout.setColumnStretch(column, 1)


def _place(path: Path) -> str:
    """Return a study's file with its folder, which may be broken into lines; home is a tilde."""
    shown = Path("~", path.relative_to(Path.home())) if path.is_relative_to(Path.home()) else path
    return str(shown).replace("/", "/\u200b").replace("\\", "\\\u200b")


class StudyCard(QFrame):
    """A study to click: picture, name, a line about it, and where it lies."""

    def __init__(self, path: Path, look: Look, open_: Callable[[Path], None]) -> None:
        super().__init__()
        self._path, self._open = path, open_
        seen = glance(path)
        self.setObjectName("card")
        self.setProperty("raised", "true")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"Open {seen.name}")
        self.setToolTip(str(path))
        name = WrappedLabel(seen.name, "cardTitle")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(WIDE_GAP, WIDE_GAP, WIDE_GAP, WIDE_GAP)
        layout.setSpacing(SMALL_GAP)
        if seen.reached:
            layout.addWidget(FunnelPicture(seen.reached, look))
        layout.addWidget(name)
        layout.addWidget(WrappedLabel(seen.about, "note"))
        if path not in shipped_studies().values():
            layout.addWidget(WrappedLabel(_place(path), "note"))
        layout.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the study."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._open(self._path)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the study by keyboard."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open(self._path)
        else:
            super().keyPressEvent(event)


class FunnelPicture(QWidget):
    """A funnel at a glance: a bar per stage, as high as the share of visits that reach it, on a square-root scale."""

    def __init__(self, reached: tuple[float, ...], look: Look) -> None:
        super().__init__()
        self._reached, self._look = reached, look
        self.setFixedHeight(74)
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return the natural size."""
        return QSize(220, 74)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bars."""
        tokens = self._look.tokens
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            count = max(len(self._reached), 1)
            step = self.width() / count
            for place, share in enumerate(self._reached):
                height = max((self.height() - 6) * share**0.5, 3.0)
                painter.setBrush(QColor(tokens.tint(tokens.theme.roles["better"], 0.9 - 0.5 * place / count)))
                painter.drawRoundedRect(QRectF(place * step, (self.height() - height) / 2, step - 5, height), 3, 3)
        finally:
            painter.end()
