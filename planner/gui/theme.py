"""The app's look: light, dark or as the system, from the tokens of the charts' theme and a few of the window's own.

One style sheet (assets/style/app.qss) and one palette, set again at every switch; whoever paints with its own colours
listens to ``Look.changed``. Knows no page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from string import Template
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from planner.charts.theme import DARK, LIGHT, Theme, blend, readable
from planner.gui.assets import asset

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QWidget

Mode = Literal["system", "light", "dark"]
MODES: tuple[Mode, ...] = ("system", "light", "dark")

SMALL_GAP, GAP, WIDE_GAP, PAGE_GAP = 4, 8, 14, 20
"""Spacing in pixels at 100 %."""
USUAL_TEXT = 12
"""Pixels of a desktop's usual font (9 points at 96 dpi), at which our text is 13."""


@dataclass(frozen=True)
class Tokens:
    """Colours of the window beside those of the charts' theme."""

    theme: Theme
    rail: str
    accent: str
    on_accent: str

    @property
    def ink(self) -> str:
        """Colour of text."""
        return self.theme.roles["ink"]

    @property
    def muted(self) -> str:
        """Colour of notes."""
        return self.theme.roles["muted"]

    def tint(self, colour: str, share: float) -> str:
        """Return the card with a share of ``colour``: the ground of chips and of selected rows."""
        return blend(self.theme.card, colour, share)

    def on_tint(self, colour: str, share: float) -> str:
        """Return ``colour`` as text that can be read on its own tint."""
        return readable(colour, self.tint(colour, share), self.ink)


TOKENS = {
    "light": Tokens(LIGHT, "#1f2937", "#0b6bcb", "#ffffff"),
    "dark": Tokens(DARK, "#0f1317", "#58a6ff", "#0d1520"),
}


class Look(QObject):
    """The look in use; ``changed`` after each switch."""

    changed = Signal()

    def __init__(self, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        kept = settings.value("theme", "system")
        self.mode: Mode = next((mode for mode in MODES if mode == kept), "system")
        self.tokens = TOKENS[self._wanted()]
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    @property
    def theme(self) -> Theme:
        """The charts' theme of this look."""
        return self.tokens.theme

    def choose(self, mode: Mode) -> None:
        """Switch to a mode and remember it."""
        self.mode = mode
        self._settings.setValue("theme", mode)
        self.apply()

    def apply(self) -> None:
        """Set style, palette and style sheet of the whole application."""
        self.tokens = TOKENS[self._wanted()]
        app = QApplication.instance()
        if isinstance(app, QApplication):
            if app.style().name() != "fusion":
                app.setStyle("Fusion")
            app.setPalette(_palette(self.tokens))
            app.setStyleSheet(style_sheet(self.tokens, text_pixels()))
        self.changed.emit()

    def _wanted(self) -> str:
        if self.mode != "system":
            return self.mode
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return "dark" if dark else "light"  # many desktops do not say: then light

    @Slot()
    def _on_system_changed(self) -> None:
        if self.mode == "system":
            self.apply()


@cache
def text_pixels() -> int:
    """Return the height of our text: 13 at the usual size of a desktop's font, and in proportion."""
    return max(round(QFontInfo(QGuiApplication.font()).pixelSize() * 13 / USUAL_TEXT), 9)


def mark(widget: QWidget, name: str, value: str) -> None:
    """Set a property that the style sheet asks for, and let the widget be drawn by it."""
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def style_sheet(tokens: Tokens, text: int) -> str:
    """Return the style sheet with the tokens' values."""
    theme = tokens.theme
    values = {
        **{name: theme.roles[name] for name in ("ink", "muted", "line", "better", "worse")},
        "ground": theme.ground,
        "card": theme.card,
        "rail": tokens.rail,
        "rail_hover": blend(tokens.rail, "#ffffff", 0.07),
        "rail_checked": blend(tokens.rail, "#ffffff", 0.12),
        "accent": tokens.accent,
        "accent_hover": blend(tokens.accent, "#000000", 0.12),
        "accent_text": readable(tokens.accent, theme.card, tokens.ink),
        "on_accent": tokens.on_accent,
        "worse_text": readable(theme.roles["worse"], theme.card, tokens.ink),
        "selected": tokens.tint(tokens.accent, 0.16),
        "pressed": blend(theme.card, theme.roles["line"], 0.7),
        "banner": tokens.tint(tokens.accent, 0.06),
        "field": blend(theme.roles["line"], tokens.muted, 0.35),
        "disabled": blend(tokens.muted, theme.card, 0.35),
        "scroll": blend(theme.roles["line"], tokens.muted, 0.4),
        "icons": asset("icons").as_posix(),
        "check": "check-light" if tokens.on_accent == "#ffffff" else "check",
        "note": str(round(text * 11.5 / 13, 1)),
        "title": str(round(text * 15 / 13)),
    }
    sheet = Template(asset("style", "app.qss").read_text(encoding="utf-8")).substitute(values)
    return f"* {{ font-size: {text}px; }}\n{sheet}"


def _palette(tokens: Tokens) -> QPalette:
    theme, role = tokens.theme, QPalette.ColorRole
    colours = {
        role.Window: theme.ground,
        role.WindowText: tokens.ink,
        role.Base: theme.card,
        role.AlternateBase: theme.ground,
        role.Text: tokens.ink,
        role.PlaceholderText: tokens.muted,
        role.Button: theme.card,
        role.ButtonText: tokens.ink,
        role.ToolTipBase: theme.card,
        role.ToolTipText: tokens.ink,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Link: tokens.accent,
        role.Accent: tokens.accent,
        role.Light: blend(theme.card, "#ffffff", 0.1),
        role.Mid: theme.roles["line"],
        role.Dark: blend(theme.roles["line"], tokens.ink, 0.3),
    }
    palette = QPalette()
    for name, colour in colours.items():
        palette.setColor(name, QColor(colour))
    off = QColor(blend(tokens.muted, theme.card, 0.35))
    for name in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, off)
    return palette
