"""The journal as a Parquet file: events with names of stages, edges and products. Knows no simulation, only its log."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from simulation import DRIVERS, Journal, Study, compile_funnel, create, product_names
from simulation.journal import EVENTS
from simulation.outbox import CHANNELS

if TYPE_CHECKING:
    from numpy.typing import NDArray


def journal_bytes(journal: Journal, study: Study, plan: str) -> bytes:
    """Return a plan's log as Parquet: one row per event, times in days from the warm-up's start, money in currency.

    Drivers' columns hold what pushed (above 0) and held back (below) at a decision, in log odds:
    on the edge taken, or on the way forward that was not taken where that has no weights (leaving).
    ``shopper`` numbers the rows of this run; ``key`` is the same for a shopper in every plan.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    log, funnel = journal.table(), compile_funnel(study.funnel)
    edges = tuple(f"{source}>{target}" for source, target in funnel.edges)
    columns = {
        "time": pa.array(log["time"]),
        "shopper": pa.array(log["shopper"].astype(np.int64)),
        "event": _named(log["event"], EVENTS),
        "stage": _named(log["stage"], (*funnel.names, "leave")),
        "edge": _named(log["edge"], edges),
        "product": _named(log["product"], product_names(study)),
        "revenue": pa.array(np.maximum(log["revenue"], 0) / study.store.minor_units),
        "margin": pa.array(np.where(log["revenue"] >= 0, log["margin"], 0) / study.store.minor_units),
        **{name: pa.array(log[name]) for name in DRIVERS},
        "strategy": _named(log["strategy"], tuple(strategy.id for strategy in create(study.plans[plan])[0])),
        "channel": _named(log["channel"], CHANNELS),
        "key": pa.array(log["key"]),
    }
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def _named(codes: NDArray[np.generic], names: tuple[str, ...]) -> object:
    """Return codes as a dictionary-encoded column of names; -1 becomes null."""
    import pyarrow as pa

    numbers = codes.astype(np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(numbers, mask=numbers < 0), pa.array(names, type=pa.string()))
