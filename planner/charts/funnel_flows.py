"""The funnel's numbers: stages in order, flows and shares per plan, differences from the baseline. Draws nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from planner.charts.bands import Array, Band, band
from planner.tables import Cell, Column, DataTable, edge_counts, whole_store

if TYPE_CHECKING:
    from planner.experiments.comparison import Comparison, PlanResult

ENTER, LEAVE = "enter", "leave"
Kind = Literal["enter", "forward", "skip", "back", "leave"]
Edge = tuple[str, str]


@dataclass(frozen=True)
class Stages:
    """The stage names in funnel order, and what each edge does in it."""

    names: tuple[str, ...]

    @cached_property
    def place(self) -> dict[str, int]:
        """Return each stage's place from the left."""
        return {name: place for place, name in enumerate(self.names)}

    def kind(self, edge: Edge) -> Kind:
        """Return whether an edge enters, leads to the next stage, further, back or out."""
        source, target = edge
        if source == ENTER:
            return "enter"
        if target == LEAVE:
            return "leave"
        step = self.place[target] - self.place[source]
        return "back" if step < 0 else "forward" if step == 1 else "skip"


def stages_of(edges: Iterable[Edge]) -> Stages:
    """Return the stages in the study's order: that of the entering edges, then of first mention."""
    listed = list(edges)
    entered = [target for source, target in listed if source == ENTER]
    mentioned = [name for edge in listed for name in edge if name not in (ENTER, LEAVE)]
    return Stages(tuple(dict.fromkeys([*entered, *mentioned])))


def lanes(stages: Stages, edges: Iterable[Edge]) -> dict[Edge, int]:
    """Return the lane of each edge that is drawn as an arc above the stages: 0 between neighbours, higher for others.

    Arcs whose ways overlap lie in different lanes; shorter ones lie lower, so that an arc never cuts a label under it.
    """
    arcs = [edge for edge in edges if stages.kind(edge) in ("back", "skip")]
    ways = {edge: tuple(sorted(stages.place[name] for name in edge)) for edge in arcs}
    found: dict[Edge, int] = {}
    for edge in sorted(arcs, key=lambda edge: (ways[edge][1] - ways[edge][0], ways[edge])):
        first, last = ways[edge]
        under = [lane for other, lane in found.items() if ways[other][0] < last and first < ways[other][1]]
        found[edge] = max([lane + 1 for lane in under] + [int(last - first > 1)])
    return found


@dataclass(frozen=True)
class PlanFlows:
    """One plan's flows by edge.

    Attributes:
        visits: visits per replication that took the edge, for the whole store.
        shares: the edge's share of all that left its stage, a band of one place.
        differences: that share less the baseline's, paired by replication; empty for the baseline.
    """

    name: str
    visits: dict[Edge, float]
    shares: dict[Edge, Band]
    differences: dict[Edge, Band]

    def reached(self, stage: str) -> float:
        """Return how many visits came to ``stage``; those that come back to it count again."""
        return sum(visits for (_, target), visits in self.visits.items() if target == stage)


def plan_flows(comparison: Comparison) -> tuple[PlanFlows, ...]:
    """Return the flows of every plan, in order."""
    base = _share_samples(comparison.plan(comparison.baseline))
    return tuple(_flows(comparison, plan, base) for plan in comparison.plans)


def _flows(comparison: Comparison, plan: PlanResult, base: dict[Edge, Array]) -> PlanFlows:
    samples, pooled, sure = _share_samples(plan), plan.pooled, comparison.confidence
    visits = {edge: n * whole_store(pooled) for edge, n in edge_counts(pooled).items()}
    shares = {edge: band(share, sure) for edge, share in samples.items()}
    if plan.name == comparison.baseline:
        return PlanFlows(plan.name, visits, shares, {})
    return PlanFlows(plan.name, visits, shares, {edge: band(samples[edge] - base[edge], sure) for edge in samples})


def _share_samples(plan: PlanResult) -> dict[Edge, Array]:
    """Return, per edge that is not an entering one, its share in each replication, shape (replications, 1)."""
    counts = [edge_counts(run) for run in plan.runs]
    edges = [edge for edge in counts[0] if edge[0] != ENTER]
    out = [{source: sum(n for (s, _), n in c.items() if s == source) for source, _ in edges} for c in counts]
    return {
        edge: np.array([[c[edge] / o[edge[0]] if o[edge[0]] else np.nan] for c, o in zip(counts, out, strict=True)])
        for edge in edges
    }


def flows_table(stages: Stages, plans: Iterable[PlanFlows]) -> DataTable:
    """Return the flows as a table, one row per plan and edge; entering edges have no share."""
    rows: list[tuple[Cell, ...]] = []
    for plan in plans:
        for edge, visits in plan.visits.items():
            share, difference = plan.shares.get(edge), plan.differences.get(edge)
            rows.append((plan.name, *edge, stages.kind(edge), visits, *_numbers(share), *_numbers(difference)))
    texts = (Column(name, "text") for name in ("plan", "from", "to", "kind"))
    names = ("share", "low", "high", "difference", "difference_low", "difference_high")
    return DataTable(
        "chart_funnel", (*texts, Column("visits"), *(Column(name, "share") for name in names)), tuple(rows)
    )


def _numbers(one: Band | None) -> tuple[float | None, ...]:
    return tuple(float(part[0]) for part in one) if one else (None, None, None)
