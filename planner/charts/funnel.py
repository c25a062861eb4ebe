"""The funnel chart: per plan one row of stages with the visits that reach them and the shares that pass on or leave.

Works for any stage graph: stages stand in the order of the study; edges that lead back or skip stages are arcs above.
Knows the flows (funnel_flows.py); must not know how they are drawn. One unit of the drawing is one inch.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from planner import wording
from planner.charts.funnel_flows import Edge, PlanFlows, Stages, flows_table, lanes, plan_flows, stages_of
from planner.charts.parts import hue_of, others, sureness
from planner.charts.spec import (
    BASELINE,
    BETTER,
    MUTED,
    UNDECIDED,
    WORSE,
    Axis,
    Box,
    ChartSpec,
    Flow,
    Hue,
    Mark,
    Panel,
    Words,
)

if TYPE_CHECKING:
    from planner.charts.bands import Band
    from planner.experiments.comparison import Comparison

BOX_WIDTH, BOX_HEIGHT, TALL_BOX_HEIGHT = 0.98, 0.46, 0.58
LEFT = 0.45
"""Room for the flow that enters the first stage."""
LEAST_PITCH, LEAST_WIDTH = 1.52, 7.4
NAME_HEIGHT, ARC_HEIGHT, LANE_HEIGHT, LEAVE_HEIGHT = 0.28, 0.53, 0.3, 0.64
_Place = tuple[float, float]

THICKEST, THINNEST = 15.0, 0.7
"""Widths in points of the largest flow of all plans and of the smallest that is drawn."""


class _Grid(NamedTuple):
    """What all rows share: stages, inches from box to box, box height, lanes of the arcs, most visits of any flow."""

    stages: Stages
    pitch: float
    box: float
    lanes: dict[Edge, int]
    above: float
    largest: float

    @property
    def width(self) -> float:
        """Return the width of the drawing."""
        return LEFT + BOX_WIDTH + (len(self.stages.names) - 1) * self.pitch

    @property
    def step(self) -> float:
        """Return the height of a row."""
        return NAME_HEIGHT + self.above + self.box + LEAVE_HEIGHT


def _grid(plans: Sequence[PlanFlows]) -> _Grid:
    stages = stages_of(plans[0].visits)
    pitch = max(LEAST_PITCH, (LEAST_WIDTH - LEFT - BOX_WIDTH) / max(len(stages.names) - 1, 1))
    taken = {edge for plan in plans for edge, visits in plan.visits.items() if visits}
    box = TALL_BOX_HEIGHT if any("\n" in _box_title(name) for name in stages.names) else BOX_HEIGHT
    arcs = lanes(stages, (edge for edge in plans[0].visits if edge in taken))
    late = any(stages.kind(edge) == "enter" and stages.place[edge[1]] > 0 for edge in taken)
    above = ARC_HEIGHT + LANE_HEIGHT * max(arcs.values(), default=0) if arcs or late else 0.0
    largest = max((visits for plan in plans for visits in plan.visits.values()), default=0.0)
    return _Grid(stages, pitch, box, arcs, above, largest)


def _box_title(stage: str) -> str:
    words = wording.plain(stage.replace("_", " ")).capitalize()
    return "\n".join(textwrap.wrap(words, 14, max_lines=2, placeholder="…"))


class _Row(NamedTuple):
    """One plan's row: its flows and the height of its boxes' middles."""

    plan: PlanFlows
    y: float
    grid: _Grid

    @property
    def stages(self) -> Stages:
        """Return the stages."""
        return self.grid.stages

    @property
    def top(self) -> float:
        """Return the height of the boxes' upper edges."""
        return self.y + self.grid.box / 2

    def x(self, stage: str) -> float:
        """Return the middle of a stage's box."""
        return LEFT + BOX_WIDTH / 2 + self.stages.place[stage] * self.grid.pitch

    def about(self, edge: Edge) -> str:
        """Return an edge in words: from where to where, visits, share, and its difference from the baseline."""
        source, target = (wording.plain(name.replace("_", " ")) for name in edge)
        text = f"{wording.plain(self.plan.name)}: {source} to {target}, {wording.count(self.plan.visits[edge])} visits"
        if edge in self.plan.shares:
            text += f", {wording.value(float(self.plan.shares[edge].mean[0]), 'share', '')} of those that go on"
        told = _difference(self.plan.differences[edge], " ") if edge in self.plan.differences else ""
        return f"{text}; {told} points" if told else text

    def width(self, edge: Edge) -> float:
        """Return an edge's width in points, on a square-root scale."""
        share = self.plan.visits[edge] / self.grid.largest if self.grid.largest else 0.0
        return max(THICKEST * math.sqrt(share), THINNEST)

    def of(self, *kinds: str) -> list[Edge]:
        """Return the edges of these kinds that any visit took."""
        return [edge for edge, n in self.plan.visits.items() if n and self.stages.kind(edge) in kinds]

    def hue(self, edge: Edge) -> Hue:
        """Return blue where a step goes better than in the baseline, orange where worse, else grey."""
        difference = self.plan.differences.get(edge)
        if difference is None:
            return BASELINE
        told = int(difference.told[0]) * {"leave": -1, "back": 0}.get(self.stages.kind(edge), 1)
        return {1: BETTER, -1: WORSE}.get(told, UNDECIDED)


def funnel(comparison: Comparison) -> ChartSpec:
    """Return the visits through the funnel's stages by plan, with shares and their differences from the baseline."""
    plans = plan_flows(comparison)
    grid = _grid(plans)
    width, height = grid.width, grid.step * len(plans)
    marks: list[Mark] = []
    for place, plan in enumerate(plans):
        top = height - place * grid.step
        row = _Row(plan, top - NAME_HEIGHT - grid.above - grid.box / 2, grid)
        marks += [*_title(comparison, row, top - 0.12, width), *_row_marks(row)]
    panel = Panel(Axis("", 0, width, bare=True), Axis("", 0, height, bare=True), tuple(marks))
    return ChartSpec(
        "funnel",
        "The way through the funnel by plan",
        _subtitle(comparison),
        (panel,),
        flows_table(grid.stages, plans),
        footnote="Line width: visits, on a square-root scale. In the box: visits that reach the stage, for the whole "
        "store; one that comes back counts again. Shares are of all visits that go on from the stage.",
        width=width + 0.45,
        height=height + 1.2,
    )


def _subtitle(comparison: Comparison) -> str:
    if not others(comparison):
        return sureness(comparison)
    base = wording.plain(comparison.baseline)
    return (
        f"{sureness(comparison)}; small figures: difference from {base} in percentage points. Blue: more pass on or "
        "fewer leave, orange: the reverse, grey: cannot tell"
    )


def _title(comparison: Comparison, row: _Row, y: float, width: float) -> Iterator[Mark]:
    name = textwrap.shorten(wording.plain(row.plan.name), 48, placeholder="…")
    yield Words(0, y, name, hue_of(comparison, row.plan.name), "left", strong=True)
    conversion = comparison.plan(row.plan.name).estimates["session_conversion"]
    text = f"{wording.estimate(conversion, 'session_conversion', comparison.currency)} of visits order"
    difference = comparison.plan(row.plan.name).differences.get("session_conversion")
    if difference is not None:
        size, interval = wording.change(difference, "session_conversion", comparison.currency)
        text += f", {size} ({interval})" if interval else f", {size}"
    yield Words(width, y, text, MUTED, "right")


def _row_marks(row: _Row) -> Iterator[Mark]:
    for edge in row.of("enter"):
        yield from _entering(row, edge)
    for edge in row.of("leave"):
        yield from _leaving(row, edge)
    for edge in row.of("forward"):
        yield from _passing(row, edge)
    for edge in row.of("back", "skip"):
        yield from _arc(row, edge)
    for stage in row.stages.names:
        reached = wording.count(row.plan.reached(stage))
        yield Box(row.x(stage), row.y, BOX_WIDTH, row.grid.box, _box_title(stage), reached)


def _entering(row: _Row, edge: Edge) -> Iterator[Mark]:
    stage = edge[1]
    if row.stages.place[stage] == 0:
        end = row.x(stage) - BOX_WIDTH / 2
        yield Flow(_straight((0.0, row.y), (end, row.y)), row.width(edge), BASELINE, about=row.about(edge))
        return
    # between the feet of the arcs, its text above theirs
    x, top = row.x(stage), row.top
    yield Flow(_straight((x, top + 0.3), (x, top)), row.width(edge), BASELINE, about=row.about(edge))
    yield Words(x, top + 0.4, f"{wording.count(row.plan.visits[edge])} enter", MUTED, small=True)


def _leaving(row: _Row, edge: Edge) -> Iterator[Mark]:
    x, bottom = row.x(edge[0]), row.y - row.grid.box / 2
    yield Flow(_straight((x, bottom), (x, bottom - 0.2)), row.width(edge), row.hue(edge), about=row.about(edge))
    yield from _share(row, edge, (x, bottom - 0.31), "leave ", (x, bottom - 0.45))


def _passing(row: _Row, edge: Edge) -> Iterator[Mark]:
    start, end = (row.x(stage) for stage in edge)
    start, end = start + BOX_WIDTH / 2, end - BOX_WIDTH / 2
    yield Flow(_straight((start, row.y), (end, row.y)), row.width(edge), row.hue(edge), about=row.about(edge))
    middle = (start + end) / 2
    yield from _share(row, edge, (middle, row.y + 0.21), "", (middle, row.y - 0.26), "\n")


def _arc(row: _Row, edge: Edge) -> Iterator[Mark]:
    start, end = (row.x(stage) for stage in edge)
    side = BOX_WIDTH * 0.2 * (1 if end > start else -1)
    start, end, foot = start + side, end - side, row.top
    # a Bezier curve rises to three quarters of its inner points
    height = ARC_HEIGHT * 0.6 + LANE_HEIGHT * row.grid.lanes[edge]
    lift = height / 0.75
    path = ((start, foot), (start, foot + lift), (end, foot + lift), (end, foot + 0.05))
    yield Flow(path, row.width(edge), row.hue(edge), head=True, about=row.about(edge))
    word = "back " if end < start else ""
    yield from _share(row, edge, ((start + end) / 2, foot + height + 0.1), word)


def _share(
    row: _Row, edge: Edge, at: _Place, word: str, below: _Place | None = None, parting: str = " "
) -> Iterator[Mark]:
    """Yield an edge's share and, if there is a place for it, its difference from the baseline."""
    share = float(row.plan.shares[edge].mean[0])
    yield Words(*at, f"{word}{wording.value(share, 'share', '')}", MUTED, small=True)
    difference = row.plan.differences.get(edge)
    if difference is not None and below is not None:
        yield Words(*below, _difference(difference, parting), row.hue(edge), small=True)


def _difference(difference: Band, parting: str) -> str:
    """Return a difference in percentage points with its half-width; empty where nothing can differ."""
    mean, low, high = (float(part[0]) * 100 for part in difference)
    if mean == low == high == 0:
        return ""
    decimals = max(wording.decimals_for((high - low) / 2), 1)
    size = wording.number(mean, decimals, signed=True)
    return f"{size}{parting}±{wording.number((high - low) / 2, decimals)}" if math.isfinite(low) else size


def _straight(start: _Place, end: _Place) -> tuple[_Place, ...]:
    """Return a straight line as the four points of a Bezier curve."""
    (x0, y0), (x1, y1) = start, end
    return (start, (x0 + (x1 - x0) / 3, y0 + (y1 - y0) / 3), (x0 + (x1 - x0) * 2 / 3, y0 + (y1 - y0) * 2 / 3), end)
