"""The journal: an optional event log of some or all shoppers, with what pushed and held back at each decision.

Since utilities are linear in the drivers, a decision is explained exactly by weight times driver on the edge taken.
Writes nothing itself; the planner stores the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.funnel import DRIVERS

if TYPE_CHECKING:
    from simulation.visits import Visits

Ints = NDArray[np.int64]
EVENTS = ("visit", "decision", "sold out", "order")
FIELDS = ("time", "shopper", "event", "stage", "edge", "product", "revenue", "margin", *DRIVERS)


class Journal:
    """Rows of events of every ``every``-th shopper, in the order in which they were served."""

    def __init__(self, every: int = 1) -> None:
        """Log every shopper (1) or every ``every``-th one."""
        self.every = every
        self._parts: list[dict[str, NDArray[Any]]] = []

    def _add(self, event: str, visits: Visits, at: Ints, **columns: Any) -> None:
        mine = np.flatnonzero(visits.row[at] % self.every == 0)
        at = at[mine]
        part = {name: np.full(at.size, 0.0 if name in DRIVERS else -1) for name in FIELDS[3:]}
        part |= {name: v[mine] if isinstance(v, np.ndarray) else np.full(at.size, v) for name, v in columns.items()}
        code = np.full(at.size, EVENTS.index(event))
        self._parts.append({"time": visits.time[at], "shopper": visits.row[at], "event": code, **part})

    def visits(self, event: str, visits: Visits, stage: Ints) -> None:
        """Log arrivals at their stage."""
        self._add(event, visits, np.arange(visits.size), stage=stage)

    def decisions(self, visits: Visits, here: Ints, stage: int, edges: Ints, shares: NDArray[np.float64]) -> None:
        """Log decisions: the edge taken and each driver's share (n, D) in its utility."""
        drivers = {name: shares[:, place] for place, name in enumerate(DRIVERS)}
        self._add("decision", visits, here, stage=stage, edge=edges, **drivers)

    def checkouts(self, visits: Visits, at: Ints, item: Ints, sold: NDArray[np.bool_]) -> None:
        """Log those who found their product, and any substitute, sold out."""
        self._add("sold out", visits, at[~sold], product=item[~sold], stage=visits.stage[at[~sold]])

    def orders(self, visits: Visits, at: Ints, item: Ints, revenue: Ints, margin: Ints) -> None:
        """Log orders with their main item, revenue and margin in minor units."""
        self._add("order", visits, at, product=item, revenue=revenue, margin=margin, stage=visits.stage[at])

    def table(self) -> dict[str, NDArray[Any]]:
        """Return the log as columns named in ``FIELDS`` (event: index into ``EVENTS``), in order of time."""
        if not self._parts:
            return {name: np.empty(0, np.float64 if name in ("time", *DRIVERS) else np.int64) for name in FIELDS}
        columns = {name: np.concatenate([part[name] for part in self._parts]) for name in FIELDS}
        order = np.lexsort((columns["event"], columns["shopper"], columns["time"]))
        return {name: column[order] for name, column in columns.items()}
