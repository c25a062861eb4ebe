"""What several charts share: a plan's hue and name, curves from bands, tables of bands, phrases. Draws nothing."""

from __future__ import annotations

import math
import textwrap
from functools import partial
from typing import TYPE_CHECKING

from planner import wording
from planner.charts.axes import number_axis
from planner.charts.spec import BASELINE, LINE, Axis, Curve, EndLabel, EndLabels, Hue, Panel, Rule
from planner.tables import Cell, Column, DataTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.charts.bands import Array, Band
    from planner.charts.spec import Writer
    from planner.experiments.comparison import Comparison

NAME_WIDTH = 24
"""Characters of a plan's name per line, beside a line or a row."""
LINE_INCHES = 0.21
"""Height of one unit of an axis of names in a file: room for a line of text. The screen allows as much."""


def _money_tick(amount: float, decimals: int, currency: str) -> str:
    if abs(amount) >= 1e5:
        return wording.money(amount, currency)
    return wording.amount(amount, currency, 2 if decimals else 0)


def hue_of(comparison: Comparison, plan: str) -> Hue:
    """Return the hue that a plan has on every page and in every export: grey for the baseline, else by its place."""
    if plan == comparison.baseline:
        return BASELINE
    return Hue("plan", [result.name for result in comparison.plans].index(plan))


def others(comparison: Comparison) -> list[str]:
    """Return the names of all plans but the baseline, in order."""
    return [plan.name for plan in comparison.plans if plan.name != comparison.baseline]


def name_lines(name: str, width: int = NAME_WIDTH) -> str:
    """Return a plan's name in at most two lines of ``width`` characters; what is longer ends in an ellipsis."""
    return "\n".join(textwrap.wrap(wording.plain(name), width, max_lines=2, placeholder="…"))


def sureness(comparison: Comparison) -> str:
    """Return the phrase that says how sure a chart is: ``mean of 24 replications, 95 % intervals``."""
    if comparison.replications < 2:
        return "one replication, hence no intervals"
    return f"mean of {comparison.replications} replications, {wording.level(comparison.confidence)} intervals"


def count_text(value: float, decimals: int) -> str:
    """Write a tick of a count: full digits below 100,000."""
    return wording.number(value, decimals) if abs(value) < 1e5 else wording.count(value)


def share_text(value: float, decimals: int) -> str:
    """Write a tick of a share as a percentage."""
    return f"{wording.number(value * 100, max(decimals - 2, 0))}{wording.NARROW}%"


def points_text(value: float, decimals: int) -> str:
    """Write a tick of a difference of shares in percentage points, signed."""
    return wording.number(value * 100, max(decimals - 2, 0), signed=True) if value else "0"


def relative_text(share: float, decimals: int) -> str:
    """Write a tick of a relative difference as a signed percentage."""
    text = points_text(share, decimals)
    return text if text == "0" else f"{text}{wording.NARROW}%"


def money_text(comparison: Comparison) -> Writer:
    """Return the writer of money ticks: whole amounts without cents."""
    return partial(_money_tick, currency=comparison.currency)


def curves(comparison: Comparison, xs: Array, bands: Mapping[str, Band], *, stepped: bool = False) -> tuple[Curve, ...]:
    """Return one curve with band per plan, the band left out where no interval is defined.

    Stepped curves take one x more than the bands have places: the right edge of the last step.
    """
    return tuple(_curve(xs, b, hue_of(comparison, name), stepped, wording.plain(name)) for name, b in bands.items())


def _curve(xs: Array, ys: Band, hue: Hue, stepped: bool, about: str) -> Curve:
    x, *rest = (tuple(map(float, values)) for values in (xs, *ys))
    mean, low, high = ((*part, part[-1]) for part in rest) if stepped else rest
    sure = any(map(math.isfinite, low))
    return Curve(x, mean, hue, low if sure else (), high if sure else (), stepped, about)


def band_axis(bands: Mapping[str, Band], text: Writer, *, least: float = -math.inf) -> Axis:
    """Return a y axis that holds zero and all bands, but nothing below ``least``.

    Orders and shares have 0 as their least: a wide interval's lower end must not draw an axis of negative orders.
    """
    ends = [max(v, least) for b in bands.values() for part in b for v in part if math.isfinite(v)]
    return number_axis("", ends, text, include=(0.0,), most=5)


def end_labels(comparison: Comparison, bands: Mapping[str, Band], y: Axis) -> EndLabels:
    """Return the plans' names as labels at their lines' ends; a line without an end is named at the axis' low end."""
    ends = {name: float(b.mean[-1]) for name, b in bands.items()}
    labels = (
        EndLabel(end if math.isfinite(end) else y.low, name_lines(name), hue_of(comparison, name))
        for name, end in ends.items()
    )
    return EndLabels(tuple(labels))


def key_labels(comparison: Comparison, texts: Mapping[str, str], y: Axis) -> EndLabels:
    """Return names with a text each as a column from the top, for lines that all end at the same height."""
    step = (y.high - y.low) * 1e-6
    labels = (
        EndLabel(y.high - place * step, f"{name_lines(name)}\n{text}", hue_of(comparison, name))
        for place, (name, text) in enumerate(texts.items())
    )
    return EndLabels(tuple(labels))


def lines_panel(
    comparison: Comparison,
    x: Axis,
    xs: Array,
    bands: Mapping[str, Band],
    text: Writer,
    title: str,
    least: float = -math.inf,
) -> Panel:
    """Return a panel of one line with band per plan, named at the lines' ends, on a y axis that holds zero."""
    y = band_axis(bands, text, least=least)
    return Panel(x, y, (*zero_line(y), *curves(comparison, xs, bands), end_labels(comparison, bands, y)), title)


def row_lines(rows: int, height: float) -> tuple[Rule, ...]:
    """Return quiet lines between rows that are ``height`` units tall, the first one centred at 0."""
    return tuple(Rule((row - 0.5) * height, vertical=False, hue=LINE) for row in range(1, rows))


def zero_line(y: Axis) -> tuple[Rule, ...]:
    """Return the zero line of an axis that reaches it."""
    return (Rule(0.0, vertical=False),) if y.low <= 0 <= y.high else ()


def bands_table(name: str, x: str, xs: Array, measures: Mapping[str, Mapping[str, Band]]) -> DataTable:
    """Return bands as a long table: measure, plan, place on the x axis, mean and interval."""
    rows: list[tuple[Cell, ...]] = [
        (measure, plan, float(at), *(float(part[i]) for part in b))
        for measure, bands in measures.items()
        for plan, b in bands.items()
        for i, at in enumerate(xs)
    ]
    columns = (Column("measure", "text"), Column("plan", "text"), Column(x), *map(Column, ("mean", "low", "high")))
    return DataTable(name, columns, tuple(rows))
