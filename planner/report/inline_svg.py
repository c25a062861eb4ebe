"""Makes a painted SVG fit to stand inside an HTML page. Knows SVG and the theme; must not know what a chart says.

Ids get a prefix, since one page holds several charts; comments and metadata go; the size is left to the page; and the
light theme's colours become CSS variables, so that the page can be dark on a dark screen and light on paper.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from planner.charts.spec import Hue
from planner.charts.theme import DARK, LIGHT, blend, readable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.charts.theme import Theme

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
HREF = f"{{{XLINK}}}href"
CHIP_TINT = 0.16
"""How much of its colour a chip's ground takes on."""


def inline(svg: bytes, prefix: str, label: str) -> str:
    """Return the ``<svg>`` element as text: ids prefixed, colours as variables, ``label`` for screen readers."""
    root = ET.fromstring(svg)  # our own painter's bytes; expat drops comments
    for element in root.iter():
        _rename(element, prefix)
    for metadata in root.findall(f"{{{SVG}}}metadata"):
        root.remove(metadata)
    for size in ("width", "height"):
        root.attrib.pop(size, None)
    root.attrib |= {"role": "img", "aria-label": label}
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", XLINK)
    return ET.tostring(root, encoding="unicode")


def _rename(element: ET.Element, prefix: str) -> None:
    for name, text in element.attrib.items():
        if name == "id":
            element.set(name, f"{prefix}-{text}")
        elif name == HREF:
            element.set(name, re.sub(r"^#", f"#{prefix}-", text))
        elif name == "style":
            element.set(name, re.sub(r": #([0-9a-f]{6})\b", r": var(--c\1, #\1)", text))
        else:
            element.set(name, re.sub(r"url\(#", f"url(#{prefix}-", text))


def colours() -> dict[str, str]:
    """Return every colour of the light theme and what it is in the dark one; charts and page share them."""
    return dict(zip(_all(LIGHT), _all(DARK), strict=True))


def _all(theme: Theme) -> Iterator[str]:
    """Yield a theme's colours in a fixed order."""
    yield from (theme.ground, theme.card)
    hues = [Hue(role) for role in LIGHT.roles] + [Hue("plan", place) for place in range(len(LIGHT.plans))]
    for hue, form in product(hues, (theme.colour, theme.text_colour)):
        yield form(hue)


def page_colours(theme: Theme) -> dict[str, str]:
    """Return the colours that only the page has, by name: grounds of chips and the readable texts on them."""
    named: dict[str, str] = {}
    for role in ("better", "worse", "undecided"):
        colour = theme.colour(Hue(role))
        tint = blend(theme.card, colour, CHIP_TINT)
        named |= {f"{role}-tint": tint, f"{role}-text": readable(colour, tint, theme.colour(Hue("ink")))}
    return named
