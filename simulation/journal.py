"""The journal: an optional event log of some or all shoppers, with what pushed and held back at each decision.

Since utilities are linear in the drivers, a decision is explained exactly by weight times driver: on the edge taken, or
on the way forward that was not taken where the edge taken has no weights, as leaving has.
Writes nothing itself; the planner stores the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.funnel import DRIVERS

if TYPE_CHECKING:
    from simulation.reading import Response
    from simulation.shoppers import Shoppers
    from simulation.visits import Visits

Ints = NDArray[np.int64]
EVENTS = ("visit", "decision", "sold out", "order", "message", "opened", "clicked", "unsubscribed")
FIELDS = (
    *("time", "shopper", "event", "stage", "edge", "product", "revenue", "margin"),
    *DRIVERS,
    *("strategy", "channel", "key"),
)
"""strategy: place in the plan of who sent a message; channel: index into outbox.CHANNELS; -1 for other events. shopper:
the row, which differs between plans; key: the shopper's own, the same in every plan."""
TRAITS = ("source", "reason", "device", "place", "age", "gender")


class Journal:
    """Rows of events of every ``every``-th shopper, in the order in which they were served."""

    def __init__(self, every: int = 1) -> None:
        """Log every shopper (1) or every ``every``-th one."""
        self.every = every
        self._parts: list[dict[str, NDArray[Any]]] = []
        self._keys = np.empty(0, np.uint64)
        self.traits: dict[str, NDArray[np.int8]] = {}

    def introduce(self, shoppers: Shoppers) -> None:
        """At the end of a run: learn the keys of all shoppers, and what they are like (``traits``, one entry a row)."""
        self._keys = shoppers.key[: shoppers.size].copy()
        self.traits = {name: getattr(shoppers, name)[: shoppers.size].copy() for name in TRAITS}

    def _add(self, event: str, visits: Visits, at: Ints, **columns: Any) -> None:
        self._write(event, visits.time[at], visits.row[at], **columns)

    def _write(self, event: str, times: NDArray[np.float64], rows: Ints, **columns: Any) -> None:
        mine = np.flatnonzero(rows % self.every == 0)
        part = {name: np.full(mine.size, 0.0 if name in DRIVERS else -1) for name in FIELDS[3:-1]}
        part |= {name: v[mine] if isinstance(v, np.ndarray) else np.full(mine.size, v) for name, v in columns.items()}
        code = np.full(mine.size, EVENTS.index(event))
        self._parts.append({"time": times[mine], "shopper": rows[mine], "event": code, **part})

    def visits(self, event: str, visits: Visits, stage: Ints) -> None:
        """Log arrivals at their stage."""
        self._add(event, visits, np.arange(visits.size), stage=stage)

    def decisions(self, visits: Visits, here: Ints, stage: int, edges: Ints, shares: NDArray[np.float64]) -> None:
        """Log decisions: the edge taken and each driver's share (n, D) in the utility that explains it."""
        drivers = {name: shares[:, place] for place, name in enumerate(DRIVERS)}
        self._add("decision", visits, here, stage=stage, edge=edges, **drivers)

    def checkouts(self, visits: Visits, at: Ints, item: Ints, sold: NDArray[np.bool_]) -> None:
        """Log those who found their product, and any substitute, sold out."""
        self._add("sold out", visits, at[~sold], product=item[~sold], stage=visits.stage[at[~sold]])

    def orders(self, visits: Visits, at: Ints, item: Ints, revenue: Ints, margin: Ints) -> None:
        """Log orders with their main item, revenue and margin in minor units."""
        self._add("order", visits, at, product=item, revenue=revenue, margin=margin, stage=visits.stage[at])

    def messages(
        self, message: NDArray[np.void], times: NDArray[np.float64], click: NDArray[np.float64], response: Response
    ) -> None:
        """Log messages delivered at ``times``, and who opened, clicked (at ``click``) or wanted no more."""
        what = (
            ("message", np.arange(times.size), times),
            ("opened", response.opened, times[response.opened]),
            ("clicked", response.clicked, click),
            ("unsubscribed", response.gone, times[response.gone]),
        )
        for event, who, at in what:
            of = message[who]
            columns = {"product": of["product"], "strategy": of["by"], "channel": of["channel"], "stage": of["stage"]}
            self._write(event, at, of["row"].astype(np.int64), **columns)

    def table(self) -> dict[str, NDArray[Any]]:
        """Return the log of a finished run as columns named in ``FIELDS`` (event: index into ``EVENTS``), by time."""
        if not self._parts:
            table = {name: np.empty(0, np.float64 if name in ("time", *DRIVERS) else np.int64) for name in FIELDS}
            return table | {"key": np.empty(0, np.uint64)}
        columns = {name: np.concatenate([part[name] for part in self._parts]) for name in FIELDS[:-1]}
        columns["key"] = self._keys[columns["shopper"]]
        order = np.lexsort((columns["event"], columns["shopper"], columns["time"]))
        return {name: column[order] for name, column in columns.items()}
