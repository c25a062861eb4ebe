"""The lift chart: each plan's relative difference from the baseline in the main outcomes, as points with intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from planner import wording
from planner.charts.axes import points_axis
from planner.charts.parts import LINE_INCHES, name_lines, others, relative_text, sureness
from planner.charts.spec import (
    BETTER,
    INK,
    MUTED,
    UNDECIDED,
    WORSE,
    Axis,
    ChartSpec,
    EndLabel,
    EndLabels,
    Hue,
    Mark,
    Panel,
    Point,
    Rule,
    Span,
    Tick,
)
from planner.tables import Column, DataTable
from simulation.metrics import METRICS

if TYPE_CHECKING:
    from planner.experiments.comparison import Comparison, Difference

OUTCOMES = ("session_conversion", "aov", "ltv", "revenue_per_visitor", "margin")
"""The outcomes shown: the three of the main job, what they add up to, and what is left after all costs."""

IDLE = 0.01
"""Half-width of the band of differences that are not worth acting on."""

_HUES: dict[str, Hue] = {"better": BETTER, "worse": WORSE, "cannot tell": UNDECIDED}
_GAP = 0.5

_Entry = tuple[str, str, "Difference"]


def lift(comparison: Comparison) -> ChartSpec:
    """Return relative differences from the baseline, outcome by outcome, coloured by verdict."""
    entries = list(_entries(comparison))
    single = len(others(comparison)) == 1
    ticks, places, height = _rows(comparison, entries, single)
    marks: list[Mark] = [Span(-IDLE, IDLE), Rule(0.0)]
    for y, (metric, name, d) in zip(places, entries, strict=True):
        about = f"{wording.plain(name)}: {', '.join(wording.finding(d, metric, comparison.currency))}"
        marks.append(Point(d.relative, y, d.relative_low, d.relative_high, _HUES[d.verdict], about))
    marks.append(EndLabels(tuple(_value(comparison, y, entry) for y, entry in zip(places, entries, strict=True))))
    y_axis = Axis("", height, -0.6, ticks, names=True)
    panel = Panel(_x_axis([difference for _, _, difference in entries]), y_axis, tuple(marks))
    return ChartSpec(
        "lift",
        f"Lift against {wording.plain(comparison.baseline)}",
        _subtitle(comparison, single),
        (panel,),
        _table(entries),
        footnote="Blue: better, orange: worse, grey: cannot tell, corrected for the number of plans (Holm); "
        "so a grey interval may miss zero.",
        height=1.45 + LINE_INCHES * (height + 0.6),
    )


def _entries(comparison: Comparison) -> Iterator[_Entry]:
    for metric in OUTCOMES:
        for name in others(comparison):
            differences = comparison.plan(name).differences
            if metric in differences:
                yield metric, name, differences[metric]


def _rows(
    comparison: Comparison, entries: Sequence[_Entry], single: bool
) -> tuple[tuple[Tick, ...], list[float], float]:
    """Return the names beside the rows, each entry's place, and the lowest place; headings stand over their plans."""
    ticks: list[Tick] = []
    places: list[float] = []
    y = 0.0
    last = ""
    for metric, name, _ in entries:
        if metric != last and not single:
            y += _GAP if last else 0.0
            ticks.append(Tick(y, METRICS[metric].title, strong=True))
            y += 1
        last = metric
        label = METRICS[metric].title if single else name_lines(name)
        extra = 0.3 * label.count("\n")
        ticks.append(Tick(y + extra, label))
        places.append(y + extra)
        y += 1 + 2 * extra
    return tuple(ticks), places, y - 0.4


def _value(comparison: Comparison, y: float, entry: _Entry) -> EndLabel:
    metric, _, difference = entry
    size, interval = wording.change(difference, metric, comparison.currency)
    told = difference.verdict != "cannot tell"
    return EndLabel(y, f"{size}  ({interval})" if interval else size, INK if told else MUTED)


def _x_axis(differences: Sequence[Difference]) -> Axis:
    ends = (end for d in differences for end in (d.relative_low, d.relative_high))
    points = (d.relative for d in differences)
    return points_axis("relative difference", points, ends, relative_text, (-IDLE * 2, IDLE * 2))


def _subtitle(comparison: Comparison, single: bool) -> str:
    who = f"{wording.plain(others(comparison)[0])}; " if single else ""
    band = f"grey band: not worth acting on (±{wording.number(IDLE * 100, 0)}{wording.NARROW}%)"
    return f"{who}{sureness(comparison)}, same shoppers in every plan; {band}"


def _table(entries: Sequence[_Entry]) -> DataTable:
    texts = (Column("outcome", "text"), Column("plan", "text"))
    shares = (Column(name, "share") for name in ("relative", "low", "high"))
    rows = tuple((m, n, d.relative, d.relative_low, d.relative_high, d.verdict) for m, n, d in entries)
    return DataTable("chart_lift", (*texts, *shares, Column("verdict", "text")), rows)
