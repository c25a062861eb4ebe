"""The one look of all charts and reports: colours by meaning, light and dark, and type sizes. Knows no painter.

Blue is better, orange is worse, grey is the baseline or undecided; never red and green. Plans take the colours of Okabe
and Ito (2008, "Color Universal Design"), which the colour-blind tell apart, in an order that starts with those that
are far from each other; a plan's colour follows from its place in the comparison, the baseline is always grey.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.charts.spec import Hue, Role

CONTRAST = 4.5
"""Least contrast of text against its ground (WCAG 2.1, level AA)."""


@dataclass(frozen=True)
class Theme:
    """Colours as #rrggbb by role, and one per plan; sizes in typographic points."""

    name: str
    ground: str
    card: str
    roles: dict[Role, str]
    plans: tuple[str, ...]
    title: float = 11.25
    text: float = 9.0
    note: float = 8.0

    def colour(self, hue: Hue) -> str:
        """Return the colour of a mark; plans beyond the palette start over."""
        return self.plans[hue.plan % len(self.plans)] if hue.role == "plan" else self.roles[hue.role]

    def text_colour(self, hue: Hue) -> str:
        """Return the colour of a text: the mark's own, moved towards the ink until it can be read on a card."""
        return readable(self.colour(hue), self.card, self.roles["ink"])

    def turn(self, hue: Hue) -> int:
        """Return how often the palette was used up before this plan: the painter then changes the line's dashes."""
        return hue.plan // len(self.plans) if hue.role == "plan" else 0


# The palette is turned by one, so that the second plan, after the usual baseline, starts with green as in the pictures.
# Okabe and Ito's yellow has no contrast on white; it is darkened there, as their blue is lightened on the dark card.
LIGHT = Theme(
    "light",
    "#f6f7f9",
    "#ffffff",
    {
        "ink": "#1d2430",
        "muted": "#667085",
        "line": "#e3e7ee",
        "better": "#0072b2",
        "worse": "#d55e00",
        "undecided": "#8a94a6",
        "baseline": "#8a94a6",
    },
    ("#857a00", "#009e73", "#0072b2", "#cc79a7", "#e69f00", "#56b4e9", "#d55e00"),
)
DARK = Theme(
    "dark",
    "#15191f",
    "#1d232b",
    {
        "ink": "#e8ecf2",
        "muted": "#98a2b3",
        "line": "#2c3440",
        "better": "#56b4e9",
        "worse": "#e69f00",
        "undecided": "#7b8698",
        "baseline": "#7b8698",
    },
    ("#f0e442", "#00b887", "#56b4e9", "#d98cb8", "#e6ab2e", "#8fd0f5", "#e69f00"),
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, 0 black to 1 white (WCAG 2.1)."""
    linear = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.1)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def blend(one: str, other: str, share: float) -> str:
    """Return ``one`` with ``share`` of ``other`` mixed in."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round((a + (b - a) * share) * 255):02x}" for a, b in pairs)


@cache
def readable(colour: str, ground: str, ink: str) -> str:
    """Return ``colour`` mixed with as little ``ink`` as makes it readable on ``ground``."""
    mixes = (blend(colour, ink, step / 20) for step in range(21))
    return next((mix for mix in mixes if contrast(mix, ground) >= CONTRAST), ink)


def _channels(colour: str) -> tuple[float, float, float]:
    return (int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255)
