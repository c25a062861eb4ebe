"""An SVG made fit for a page: unique ids, no comments, colours that the page decides."""

import re
from xml.etree import ElementTree as ET

from planner.charts.spec import Hue
from planner.charts.theme import CONTRAST, DARK, LIGHT, contrast
from planner.report.inline_svg import colours, inline, page_colours

PAINTED = b"""<?xml version="1.0" encoding="utf-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 width="10pt" height="5pt" viewBox="0 0 10 5">
 <metadata><x/></metadata>
 <!-- <script>alert(1)</script> -->
 <defs><path id="m1" d="M0 0" style="stroke: #0072b2; fill: #abcdef"/><clipPath id="p2"><rect/></clipPath></defs>
 <g id="axes" clip-path="url(#p2)"><use xlink:href="#m1" style="fill: #1d2430"/></g>
</svg>"""


def test_ids_and_references_take_the_prefix() -> None:
    page = inline(PAINTED, "lift", "a chart")
    assert re.findall(r'id="([^"]+)"', page) == ["lift-m1", "lift-p2", "lift-axes"]
    assert 'href="#lift-m1"' in page
    assert "url(#lift-p2)" in page


def test_comments_metadata_prolog_and_size_go() -> None:
    page = inline(PAINTED, "lift", "a chart")
    assert page.startswith("<svg ")
    assert not any(word in page for word in ("script", "metadata", "<?xml", "width=", "height="))
    assert 'viewBox="0 0 10 5"' in page


def test_colours_become_variables_that_fall_back_to_the_light_theme() -> None:
    page = inline(PAINTED, "lift", "a chart")
    assert "stroke: var(--c0072b2, #0072b2)" in page
    assert "fill: var(--c1d2430, #1d2430)" in page


def test_the_label_is_escaped() -> None:
    root = ET.fromstring(inline(PAINTED, "lift", 'Lift "against" <b>&'))
    assert root.get("aria-label") == 'Lift "against" <b>&'


def test_every_light_colour_has_one_dark_colour() -> None:
    pairs = colours()
    for hue in [Hue(role) for role in LIGHT.roles] + [Hue("plan", place) for place in range(len(LIGHT.plans))]:
        assert pairs[LIGHT.colour(hue)] == DARK.colour(hue)
        assert contrast(pairs[LIGHT.text_colour(hue)], DARK.card) >= (CONTRAST if hue.role != "line" else 1)


def test_texts_on_chips_can_be_read() -> None:
    for theme in (LIGHT, DARK):
        named = page_colours(theme)
        for role in ("better", "worse", "undecided"):
            assert contrast(named[f"{role}-text"], named[f"{role}-tint"]) >= CONTRAST
