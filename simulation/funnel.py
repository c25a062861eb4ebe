"""The funnel as a graph: built on networkx, checked, compiled to arrays, and solved in closed form.

Knows the study's funnel section only; nothing of shoppers, time or strategies. Without heterogeneity and strategies a
visit
is an absorbing Markov chain; ``closed_form`` solves it by its fundamental matrix (Kemeny and Snell 1960), and simulated
conversion has to agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.study import LEAVE, Edge, Fault, Funnel

if TYPE_CHECKING:
    import networkx as nx

DRIVERS = ("intent", "relevance", "clarity", "match", "price", "urgency", "proof", "trust", "friction", "fatigue")
"""What pushes and holds back, each zero at a typical shopper; price, friction and fatigue hold back."""

ENTER = "enter"
DRIVER = {name: index for index, name in enumerate(DRIVERS)}


@dataclass(frozen=True)
class Compiled:
    """The funnel as arrays. S stages, E = most edges of a stage, D drivers.

    Attributes:
        names, roles: per stage.
        target: (S, E) index of the stage an edge leads to; S means leaving; unused places repeat the last edge.
        base: (S, E, 1) log odds at a typical shopper, -inf at unused places.
        weights: (S, E, D) drivers' weights.
        edge_ids: (S, E) index into ``edges``.
        edges: (from, to) names: one entering edge per stage first, then all others; every stage has one to leave,
            since a visit may end anywhere when it meets a sold-out product or the cap on steps.
        leave_edge: (S,) index into ``edges`` of each stage's edge to leave.
    """

    names: tuple[str, ...]
    roles: tuple[str, ...]
    target: NDArray[np.int64]
    base: NDArray[np.float64]
    weights: NDArray[np.float64]
    edge_ids: NDArray[np.int64]
    edges: tuple[tuple[str, str], ...]
    leave_edge: NDArray[np.int64]
    most_steps: int

    @property
    def leave(self) -> int:
        """Return the stage index that stands for having left."""
        return len(self.names)

    @cached_property
    def care(self) -> NDArray[np.bool_]:
        """Return which stage indices (leaving included) mean that an order has just been placed."""
        return np.array([role == "care" for role in self.roles] + [False])


def graph(funnel: Funnel) -> nx.DiGraph[str]:
    """Return the funnel as a networkx DiGraph: stages and ``leave`` as nodes, odds and kind on the edges."""
    import networkx as nx

    built: nx.DiGraph[str] = nx.DiGraph()
    for place, stage in enumerate(funnel.stage):
        built.add_node(stage.name, role=stage.role, place=place)
    built.add_node(LEAVE, role=LEAVE, place=len(funnel.stage))
    built.add_edges_from((e.source, e.target, {"odds": e.odds, "kind": _kind(funnel, e)}) for e in funnel.edge)
    return built


def _kind(funnel: Funnel, edge: Edge) -> str:
    order = {stage.name: place for place, stage in enumerate(funnel.stage)}
    if edge.target == LEAVE:
        return "leave"
    return "forward" if order.get(edge.target, -1) > order.get(edge.source, -1) else "back"


def check(funnel: Funnel) -> list[Fault]:
    """Return everything wrong with the graph: names, roles, dead ends, stages out of reach, unknown drivers."""
    return [*_name_faults(funnel), *_role_faults(funnel), *_weight_faults(funnel)] or _reach_faults(funnel)


def _name_faults(funnel: Funnel) -> list[Fault]:
    names = [stage.name for stage in funnel.stage]
    known = {*names, LEAVE}
    faults = [
        Fault(path=f"funnel.stage.{place}.name", value=repr(name), message="must be unique, and not 'leave' or 'enter'")
        for place, name in enumerate(names)
        if name in (LEAVE, ENTER) or name in names[:place]
    ]
    allowed = "must be one of " + ", ".join(names)
    seen: set[tuple[str, str]] = set()
    for place, edge in enumerate(funnel.edge):
        if edge.source not in names:
            faults.append(Fault(path=f"funnel.edge.{place}.source", value=repr(edge.source), message=allowed))
        if edge.target not in known:
            faults.append(
                Fault(path=f"funnel.edge.{place}.target", value=repr(edge.target), message=f"{allowed}, leave")
            )
        if (edge.source, edge.target) in seen or edge.source == edge.target:
            message = "an edge may be listed once, and must lead to another stage"
            faults.append(Fault(path=f"funnel.edge.{place}", value=f"{edge.source} > {edge.target}", message=message))
        seen.add((edge.source, edge.target))
    for place, stage in enumerate(funnel.stage):
        if stage.return_to and stage.return_to not in names:
            faults.append(Fault(path=f"funnel.stage.{place}.return_to", value=repr(stage.return_to), message=allowed))
    return faults


def _role_faults(funnel: Funnel) -> list[Fault]:
    roles = [stage.role for stage in funnel.stage]
    faults = []
    if roles[0] == "care":
        message = "the first stage cannot have the role care, where orders have been placed"
        faults.append(Fault(path="funnel.stage.0.role", value="'care'", message=message))
    if "care" not in roles:
        message = "one stage needs the role care: reaching it is the order"
        faults.append(Fault(path="funnel.stage", value=", ".join(roles), message=message))
    role = {stage.name: stage.role for stage in funnel.stage}
    for place, edge in enumerate(funnel.edge):
        if role.get(edge.target) == "care" and role.get(edge.source) == "care":
            message = "an edge into a care stage is an order: it cannot come from another care stage"
            faults.append(Fault(path=f"funnel.edge.{place}", value=f"{edge.source} > {edge.target}", message=message))
    return faults


def _weight_faults(funnel: Funnel) -> list[Fault]:
    tables = [(f"funnel.weights.{role}", given) for role, given in funnel.weights.items()]
    tables += [(f"funnel.edge.{place}.weights", edge.weights) for place, edge in enumerate(funnel.edge)]
    message = "must be one of the drivers " + ", ".join(DRIVERS)
    return [
        Fault(path=f"{path}.{name}", value=str(given[name]), message=message)
        for path, given in tables
        for name in given
        if name not in DRIVER
    ]


def _reach_faults(funnel: Funnel) -> list[Fault]:
    import networkx as nx

    built = graph(funnel)
    doors = {funnel.stage[0].name, *(stage.return_to for stage in funnel.stage if stage.return_to)}
    reached = doors.union(*(nx.descendants(built, door) for door in doors))
    out = nx.ancestors(built, LEAVE)
    faults = []
    for place, stage in enumerate(funnel.stage):
        if stage.name not in reached:
            message = "cannot be reached from the first stage: add an edge to it"
            faults.append(Fault(path=f"funnel.stage.{place}", value=repr(stage.name), message=message))
        # a visit must be able to end; in a care stage it ends by itself when no edge leads on
        if stage.name not in out and not (stage.role == "care" and not list(built.successors(stage.name))):
            if any(funnel.stage[_place(funnel, n)].role == "care" for n in nx.descendants(built, stage.name) - {LEAVE}):
                continue
            message = "no way leads out of it: add an edge to leave"
            faults.append(Fault(path=f"funnel.stage.{place}", value=repr(stage.name), message=message))
    return faults


def _place(funnel: Funnel, name: str) -> int:
    return next(place for place, stage in enumerate(funnel.stage) if stage.name == name)


def compile_funnel(funnel: Funnel) -> Compiled:
    """Turn a checked funnel into arrays. A stage without edges (a care stage) gets one edge, to leave."""
    names = tuple(stage.name for stage in funnel.stage)
    index = {name: place for place, name in enumerate((*names, LEAVE))}
    leaving: list[list[Edge]] = [[e for e in funnel.edge if e.source == name] for name in names]
    leaving = [edges or [Edge(source=name, target=LEAVE, odds=1.0)] for name, edges in zip(names, leaving, strict=True)]
    edges = [(ENTER, name) for name in names] + [(e.source, e.target) for stage in leaving for e in stage]
    edges += [(name, LEAVE) for name in names if (name, LEAVE) not in edges]
    leave_edge = np.array([edges.index((name, LEAVE)) for name in names])
    width = max(len(stage) for stage in leaving)
    shape = (len(names), width)
    target, ids = np.full(shape, len(names)), np.zeros(shape, dtype=np.int64)
    base, weights = np.full((*shape, 1), -np.inf), np.zeros((*shape, len(DRIVERS)))
    for s, stage in enumerate(leaving):
        for e, edge in enumerate(stage):
            target[s, e], base[s, e, 0] = index[edge.target], np.log(edge.odds)
            ids[s, e] = edges.index((edge.source, edge.target))
            for name, value in _edge_weights(funnel, edge).items():
                weights[s, e, DRIVER[name]] = value
    roles = tuple(stage.role for stage in funnel.stage)
    return Compiled(names, roles, target, base, weights, ids, tuple(edges), leave_edge, funnel.most_steps)


def _edge_weights(funnel: Funnel, edge: Edge) -> dict[str, float]:
    """Forward edges take their role's weights, overridden by their own; back and leave edges only their own."""
    role = funnel.stage[_place(funnel, edge.source)].role
    general = funnel.weights.get(role, {}) if _kind(funnel, edge) == "forward" else {}
    return {**general, **edge.weights}


class ClosedForm(NamedTuple):
    """The chain solved: expected visits to each stage per visit, and the probability of at least one order."""

    stages: dict[str, float]
    conversion: float
    orders: float
    passing: dict[str, dict[str, float]]


def closed_form(compiled: Compiled, drivers: NDArray[np.float64] | None = None, enter: int = 0) -> ClosedForm:
    """Solve the chain for one kind of shopper.

    Args:
        compiled: the funnel.
        drivers: (D,) values of the drivers; default: the typical shopper, all zero.
        enter: stage at which the visit enters.

    Returns:
        Expected stage visits N = (I - Q)^-1, the probability of an order (absorption when care counts as absorbing) and
        the expected number of orders (care stages may lead back). Caps on the number of steps are left out.
    """
    p = transition_matrix(compiled, drivers)
    stages = len(compiled.names)
    expected = np.linalg.solve(np.eye(stages) - p[:, :stages].T, np.eye(stages)[enter])
    care = compiled.care[:stages]
    absorbing = p[:, :stages] * ~care[:, None]
    reach = np.linalg.solve(np.eye(stages) - absorbing.T, np.eye(stages)[enter])
    passing = {
        name: {(*compiled.names, LEAVE)[t]: float(p[s, t]) for t in np.flatnonzero(p[s])}
        for s, name in enumerate(compiled.names)
    }
    visits = dict(zip(compiled.names, map(float, expected), strict=True))
    return ClosedForm(visits, float(reach[care].sum()), float(expected[care].sum()), passing)


def transition_matrix(compiled: Compiled, drivers: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Return the probabilities (S, S + 1) of going from stage to stage; the last column is leaving."""
    x: NDArray[np.float64] = np.zeros(len(DRIVERS)) if drivers is None else drivers
    utility = compiled.base[:, :, 0] + compiled.weights @ x
    odds = np.exp(utility - utility.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    p: NDArray[Any] = np.zeros((len(compiled.names), len(compiled.names) + 1))
    rows = np.repeat(np.arange(len(compiled.names)), odds.shape[1])
    np.add.at(p, (rows, compiled.target.ravel()), odds.ravel())
    return p
