"""The stages of a funnel, prepared for serving batches of shoppers. Knows no shopper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation import draws

if TYPE_CHECKING:
    from simulation.world import Active, World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class StagePlan:
    """A stage prepared for serving: arrays of its edges, its draws, which drivers matter, which strategies act here."""

    index: int
    purposes: NDArray[np.uint64]
    base: Floats
    weights: Floats
    target: Ints
    edge_ids: Ints
    told: Floats
    dwell: float
    shelf: bool
    checkout: bool
    fee_told: bool
    matters: tuple[bool, ...]
    strategies: list[Active]


def prepared(world: World, index: int) -> StagePlan:
    """Return a stage of the world's funnel prepared for serving."""
    funnel = world.funnel
    name, role = funnel.names[index], funnel.roles[index]
    edges = range(funnel.target.shape[1])
    return StagePlan(
        index=index,
        purposes=draws.purposes(*(f"{name}/edge {e}" for e in edges), f"{name}/dwell", f"{name}/shelf"),
        base=funnel.base[index],
        weights=funnel.weights[index],
        target=funnel.target[index],
        edge_ids=funnel.edge_ids[index],
        told=_told(funnel.weights[index], funnel.target[index], funnel.leave),
        dwell=world.study.funnel.stage[index].dwell_minutes / (24.0 * 60.0),
        shelf=role in ("browse", "compare"),
        checkout=role == "checkout",
        fee_told=role in ("compare", "checkout"),
        matters=tuple((funnel.weights[index] != 0.0).any(axis=0).tolist()),
        strategies=[a for a in world.working("act") if a.acts_at(role)],
    )


def _told(weights: Floats, target: Ints, leave: int) -> Floats:
    """Return the weights that explain each edge (E, D): its own, or those of the way forward if it has none."""
    told = weights.copy()
    idle = ~weights.any(axis=1)
    told[idle] = weights[np.where(idle | (target == leave), -1, target).argmax()]
    return told
