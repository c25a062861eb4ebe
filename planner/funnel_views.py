"""What the funnel's graph shows: stages, edges and their faults; flows in closed form, of a plan, or between two plans.

Reads raw content, so that a study with faults is shown like any other. Draws nothing, knows no window.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from pydantic import ValidationError

from planner import wording
from planner.charts.bands import Band, band
from planner.charts.funnel_flows import ENTER, LEAVE, Edge
from planner.funnel_edits import edges_of, stages_of
from planner.tables import Column, DataTable, edge_counts, whole_store
from simulation import Funnel, check, closed_form, compile_funnel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.experiments.comparison import Comparison, PlanResult
    from simulation import Fault

PER = 100.0
"""Visits that enter, for which flows in closed form are given."""


class Node(NamedTuple):
    """A stage: its place in the order, name, role, share that comes back by itself, and what is wrong with it."""

    place: int
    name: str
    role: str
    returning: float
    faults: tuple[str, ...]


class Link(NamedTuple):
    """An edge: its place in the study's list, its ends, and what is wrong with it."""

    place: int
    source: str
    target: str
    faults: tuple[str, ...]

    @property
    def edge(self) -> Edge:
        """Return both ends."""
        return self.source, self.target


class Graph(NamedTuple):
    """The funnel as it stands, sound or not; ``loose`` are faults that belong to no stage and no edge."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    loose: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the stages' names, each once, in order."""
        return tuple(dict.fromkeys(node.name for node in self.nodes))

    @property
    def faults(self) -> tuple[str, ...]:
        """Return everything that is wrong."""
        at_nodes = (fault for node in self.nodes for fault in node.faults)
        at_links = (fault for link in self.links for fault in link.faults)
        return (*self.loose, *at_nodes, *at_links)


def graph_of(whole: Mapping[str, Any], faults: Iterable[Fault]) -> Graph:
    """Return the graph of a study's raw content, with the study's faults where they belong."""
    told = [(fault.path.split("."), fault.message) for fault in faults if fault.path.split(".")[0] == "funnel"]
    nodes = tuple(
        Node(place, str(raw.get("name", "")), str(raw.get("role", "")), _share(raw), _at(told, "stage", place))
        for place, raw in enumerate(stages_of(whole))
    )
    links = tuple(
        Link(place, str(raw.get("source", "")), str(raw.get("target", "")), _at(told, "edge", place))
        for place, raw in enumerate(edges_of(whole))
    )
    loose = tuple(message for path, message in told if not (len(path) > 2 and path[1] in ("stage", "edge")))
    return Graph(nodes, links, loose)


def _at(told: list[tuple[list[str], str]], kind: str, place: int) -> tuple[str, ...]:
    here = [kind, str(place)]
    return tuple(f"{path[3]}: {message}" if path[3:] else message for path, message in told if path[1:3] == here)


def _share(raw: Mapping[str, Any]) -> float:
    share = raw.get("return_share", 0.0)
    return float(share) if isinstance(share, (int, float)) and 0 <= share <= 1 else 0.0


class Typical(NamedTuple):
    """The funnel of a typical shopper in closed form: probability of an order in a first visit, and the flows."""

    conversion: float
    flows: Flows


def typical(whole: Mapping[str, Any]) -> Typical | None:
    """Return the closed form of a study's funnel; None while the funnel has faults or visits in it never end."""
    try:
        funnel = Funnel.model_validate(whole.get("funnel"))
        solved = None if check(funnel) else closed_form(compile_funnel(funnel))
    except (ValidationError, np.linalg.LinAlgError):
        return None
    if solved is None:
        return None
    visits: dict[Edge, float] = {(ENTER, funnel.stage[0].name): PER}
    shares: dict[Edge, float] = {}
    for source, targets in solved.passing.items():
        for target, share in targets.items():
            visits[source, target], shares[source, target] = PER * solved.stages[source] * share, share
    return Typical(solved.conversion, Flows("Typical shopper", visits, shares, is_typical=True))


@dataclass(frozen=True)
class Flows:
    """Flows by edge; edges that enter come from ``ENTER``.

    Attributes:
        title: whose flows they are.
        visits: visits that took the edge: of 100 that enter (closed form), or per replication for the whole store.
        shares: the edge's share of all that went on from its stage; entering edges have none.
        against: the plan that they are compared with; empty: none.
        is_typical: whether they are those of the closed form.
        changes: visits less those of ``against``, paired by replication, a band of one place.
    """

    title: str
    visits: dict[Edge, float]
    shares: dict[Edge, float]
    against: str = ""
    is_typical: bool = False
    changes: dict[Edge, Band] = field(default_factory=dict)

    @property
    def largest(self) -> float:
        """Return the most visits of any edge."""
        return max(self.visits.values(), default=0.0)

    def reached(self, stage: str) -> float:
        """Return how many visits came to a stage; those that come back to it count again."""
        return sum(visits for (_, target), visits in self.visits.items() if target == stage)

    def told(self, edge: Edge) -> int:
        """Return +1 where surely more than in the plan compared with, -1 where fewer, 0 where nobody can tell."""
        change = self.changes.get(edge)
        return 0 if change is None else int(change.told[0])

    def write(self, visits: float) -> str:
        """Return a number of visits in words, with what it is counted in where that is not the whole store."""
        if self.is_typical:
            decimals = 0 if visits > PER - 0.05 else 1 if visits >= 10 else 2
            return f"{wording.number(visits, decimals)} of {PER:.0f}"
        return wording.count(visits)

    def words(self, edge: Edge) -> str:
        """Return an edge's flow in words: visits, share, and the difference with its interval."""
        if edge not in self.visits:
            return "no flow is known"
        text = f"{self.write(self.visits[edge])} {'first ' if self.is_typical else ''}visits"
        if edge in self.shares:
            text += f", {wording.value(self.shares[edge], 'share', '')} of those that go on"
        change = self.changes.get(edge)
        if change is None:
            return text
        mean, low, high = (float(part[0]) for part in change)
        within = f" ({wording.count(low)} to {wording.count(high)})" if np.isfinite(low) else ""
        return f"{text}; {signed(mean)}{within} against {wording.plain(self.against)}"

    def table(self) -> DataTable:
        """Return the flows as a table, one row per edge."""
        rows = [
            (*edge, visits, self.shares.get(edge), *_ends(self.changes.get(edge)))
            for edge, visits in self.visits.items()
        ]
        columns = (Column("from", "text"), Column("to", "text"), Column("visits"), Column("share", "share"))
        changes = ("difference", "difference_low", "difference_high")
        return DataTable("funnel_flows", (*columns, *(Column(name) for name in changes)), tuple(rows))


def _ends(change: Band | None) -> tuple[float | None, ...]:
    return (None, None, None) if change is None else tuple(float(part[0]) for part in change)


def plan_flows(comparison: Comparison, plan: str, against: str = "") -> Flows:
    """Return a plan's flows, with their difference from another plan's if one is named."""
    mine = comparison.plan(plan)
    counts = edge_counts(mine.pooled)
    scale = whole_store(mine.pooled)
    out: dict[str, int] = {}
    for (source, _), n in counts.items():
        out[source] = out.get(source, 0) + n
    shares = {edge: n / out[edge[0]] for edge, n in counts.items() if edge[0] != ENTER and out[edge[0]]}
    visits = {edge: n * scale for edge, n in counts.items()}
    if not against or against == plan:
        return Flows(plan, visits, shares)
    theirs = comparison.plan(against)
    mine_by_run, theirs_by_run = _by_run(mine), _by_run(theirs)
    other = edge_counts(theirs.pooled)
    changes = {
        edge: band(_samples(mine_by_run, edge) - _samples(theirs_by_run, edge), comparison.confidence)
        for edge in counts
        if counts[edge] or other.get(edge)
    }
    return Flows(plan, visits, shares, against, changes=changes)


def _by_run(plan: PlanResult) -> list[dict[Edge, float]]:
    """Return the visits of the whole store in each replication, by edge."""
    return [{edge: n * whole_store(run) for edge, n in edge_counts(run).items()} for run in plan.runs]


def _samples(runs: list[dict[Edge, float]], edge: Edge) -> NDArray[np.float64]:
    """Return an edge's visits in each replication, shape (replications, 1)."""
    return np.array([[run.get(edge, 0.0)] for run in runs])


def implied(graph: Graph, flows: Flows) -> tuple[Edge, ...]:
    """Return edges that visits took though no edge of the study says so: entering, and leaving where a visit ends."""
    listed, names = {link.edge for link in graph.links}, set(graph.names)
    return tuple(
        (source, target)
        for (source, target), visits in flows.visits.items()
        if visits
        and (source, target) not in listed
        and ((source == ENTER and target in names) or (target == LEAVE and source in names))
    )


def signed(visits: float) -> str:
    """Return a difference in visits such as ``+1.2 k``."""
    return f"{'+' if visits > 0 else ''}{wording.count(visits)}"


def stage_words(name: str) -> str:
    """Return a stage's name for the eye: ``new_stage`` becomes "New stage"."""
    text = wording.plain(name.replace("_", " "))
    return text[:1].upper() + text[1:]
