"""Sets a comparison as one self-contained HTML page: no script, no network, light and dark, made to be printed.

Knows the template beside it; what the page says comes from words.py, the pictures from the charts. Every text is
escaped by Jinja2; only the painted charts go in as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner import wording
from planner.charts.build import ROWS, build_all
from planner.charts.paint_file import paint
from planner.charts.theme import DARK, LIGHT
from planner.report import words
from planner.report.inline_svg import colours, inline, page_colours

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jinja2 import Environment

    from planner.charts.spec import ChartSpec, Hue
    from planner.experiments.comparison import Comparison

COLUMN, COLUMN_HEIGHT, TALLEST = 5.4, 4.7, 6.8
"""Inches of a chart that shares its row: width, usual height, and how far it may grow to match its neighbour."""


def report(comparison: Comparison) -> str:
    """Return the report of a comparison as the text of an HTML file; equal comparisons give equal texts."""
    specs = {spec.id: spec for spec in build_all(comparison)}
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            title=f"{wording.plain(comparison.study_name)}: plans compared",
            comparison=comparison,
            plans=[(wording.plain(plan.name), plan.name == comparison.baseline) for plan in comparison.plans],
            baseline=wording.plain(comparison.baseline),
            level=wording.level(comparison.confidence),
            facts=words.facts(comparison),
            sentences=words.sentences(comparison),
            main=words.outcome_lines(comparison, main=True),
            others=words.outcome_lines(comparison, main=False),
            costs=words.cost_lines(comparison),
            charts=[picture for row in ROWS for picture in _pictures([specs[id] for id in row if id in specs])],
            notes=words.notes(comparison),
            colours=colours(),
            light=page_colours(LIGHT),
            dark=page_colours(DARK),
        )
    )


def _pictures(row: Sequence[ChartSpec]) -> Iterator[tuple[str, bool, float, str]]:
    """Yield id, whether it takes the whole row, natural width in inches and markup of each chart of a row.

    A chart of names is as tall as its rows need; its neighbour grows to match it.
    """
    fixed = [spec.height for spec in row if any(panel.y.names or panel.y.bare for panel in spec.panels)]
    height = min(max([COLUMN_HEIGHT, *fixed]), TALLEST)
    for spec in row:
        natural = len(row) == 1 or spec.height in fixed
        size = (spec.width if len(row) == 1 else COLUMN, spec.height if natural else height)
        picture = inline(paint(spec, "svg", LIGHT, size), spec.id, f"{spec.title}: {spec.subtitle}")
        yield spec.id, len(row) == 1, round(size[0], 2), picture


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("planner.report", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["colour"] = _colour
    return environment


def _colour(hue: Hue) -> str:
    """Return the CSS of a plan's colour in texts."""
    return f"var(--c{LIGHT.text_colour(hue)[1:]})"
