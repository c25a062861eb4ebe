"""A sample of shoppers with all that happened to them under a plan, and ways to find some of them.

A small sample is simulated with a journal. Shoppers are found again under another plan by their key. What happened to
one of them is told by stories.py. Knows the journal and the trace of a run; shows nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.experiments.executors import check_stop
from simulation import DRIVERS, Journal, Trace, compile_funnel, create, product_names, simulate
from simulation.draws import child_keys
from simulation.journal import EVENTS, TRAITS

if TYPE_CHECKING:
    from simulation import Study

Flags = NDArray[np.bool_]
Keys = NDArray[np.uint64]

SHOPPERS: Final = 4000
WARM_UP_DAYS: Final = 14.0
FOLLOW_UP_DAYS: Final = 182.0
"""A sample's warm-up and follow-up are no longer than these; its horizon is the study's."""
_NUMBERS: Final = 10**8


class Kept(NamedTuple):
    """Which shoppers to list: what happened to them, and for "reached" by which strategy."""

    what: str = "anyone"
    strategy: str = ""


WHAT: Final = {
    "anyone": "anyone",
    "ordered": "ordered",
    "again": "ordered more than once",
    "cart": "left a cart behind",
    "sold out": "found a product sold out",
    "message": "got a message",
    "clicked": "clicked a message",
    "unsubscribed": "wanted no more messages",
    "parts": "differs under the other plan",
}
"""What may have happened, with words for it; beside these, being reached by a strategy of the plan."""


@dataclass(frozen=True)
class Names:
    """What the numbers in a log stand for."""

    stages: tuple[str, ...]
    edges: tuple[tuple[str, str], ...]
    products: tuple[str, ...]
    strategies: tuple[str, ...]
    traits: dict[str, tuple[str, ...]]
    currency: str
    minor_units: int


@dataclass(frozen=True)
class Log:
    """All stories of a sample under one plan.

    ``keys`` are the shoppers' in the order of their first visit, ``traits`` what they are like; ``table`` holds the
    journal's columns by shopper and time, where shopper i has the rows from ``first[i]`` to ``first[i + 1]``; ``carts``
    the keys of those who left a cart behind; ``reached`` is the trace's. Times are days of the horizon.
    """

    plan: str
    names: Names
    days: float
    table: dict[str, NDArray[Any]]
    keys: Keys
    first: NDArray[np.int64]
    traits: dict[str, NDArray[np.int8]]
    carts: Keys
    reached: NDArray[np.void]


class _Watcher:
    """The observer of a sample: keeps journal and trace, ends the run when the backend says so."""

    def __init__(self) -> None:
        self.journal: Journal | None = Journal()
        self.trace: Trace | None = Trace()

    def progress(self, done: float) -> None:
        """Raise Stopped if this worker's jobs are to end."""
        check_stop()


# a sample ----------------------------------------------------------------------------------------------------------
def sample_study(study: Study, shoppers: int = SHOPPERS) -> Study:
    """Return the study with few shoppers, and a short warm-up and follow-up."""
    given = study.experiment
    short = {
        "visitors": min(given.visitors, shoppers),
        "warm_up_days": min(given.warm_up_days, WARM_UP_DAYS),
        "follow_up_days": min(given.follow_up_days, FOLLOW_UP_DAYS),
    }
    return study.model_copy(update={"experiment": given.model_copy(update=short)})


def run_log(study: Study, plan: str) -> Log:
    """Simulate a plan of a ``sample_study`` with every shopper's journal; pure, so that it may run elsewhere.

    Raises:
        Stopped: the backend's jobs are to end.
    """
    watcher = _Watcher()
    simulate(study, plan, 0, watcher)
    assert watcher.journal is not None
    assert watcher.trace is not None
    return read_log(watcher.journal, watcher.trace, study, plan)


def read_log(journal: Journal, trace: Trace, study: Study, plan: str) -> Log:
    """Return a finished run's journal and trace as a log of stories."""
    table = journal.table()
    came = table["event"] == EVENTS.index("visit")
    rows, places = np.unique(table["shopper"][came], return_index=True)
    who = rows[np.argsort(places, kind="stable")]  # in the order of the first visit
    rank = np.full(len(journal.traits["source"]), -1)
    rank[who] = np.arange(who.size)
    rank = rank[table["shopper"]]
    order = np.lexsort((table["time"], rank))
    order = order[rank[order] >= 0]
    keys = np.zeros(who.size, np.uint64)
    keys[rank[order]] = table["key"][order]
    small = {name: _small(name, table[name][order]) for name in ("time", *_CODES, *DRIVERS)}
    small["time"] = small["time"] - study.experiment.warm_up_days
    first = np.searchsorted(rank[order], np.arange(who.size + 1))
    traits = {name: journal.traits[name][who] for name in TRAITS}
    reached = trace.table("reached").copy()
    reached["time"] -= study.experiment.warm_up_days
    return Log(plan, _names(study, plan), study.experiment.days, small, keys, first, traits, _carts(trace), reached)


_CODES: Final = ("event", "stage", "edge", "product", "revenue", "strategy", "channel")


def _small(name: str, column: NDArray[Any]) -> NDArray[Any]:
    """Return a column in the least room that it needs."""
    kinds: dict[str, Any] = {"time": np.float64, "revenue": np.int64, "product": np.int32}
    return column.astype(kinds.get(name, np.float32 if name in DRIVERS else np.int16))


def _carts(trace: Trace) -> Keys:
    """Return the keys of those who left a cart behind: a visit with a cart and without an order."""
    visits, orders = trace.table("visits"), trace.table("orders")
    bought = set(zip(orders["shopper"].tolist(), orders["time"].tolist(), strict=True))
    filled = visits[visits["cart"]]
    pairs = zip(filled["shopper"].tolist(), filled["time"].tolist(), strict=True)
    return np.array(sorted({key for key, time in pairs if (key, time) not in bought}), dtype=np.uint64)


def _names(study: Study, plan: str) -> Names:
    funnel = compile_funnel(study.funnel)
    return Names(
        stages=tuple(funnel.names),
        edges=tuple(funnel.edges),
        products=tuple(product_names(study)),
        strategies=tuple(strategy.id for strategy in create(study.plans[plan])[0]),
        traits={name: tuple(level.name for level in getattr(study, name)) for name in TRAITS},
        currency=study.store.currency,
        minor_units=study.store.minor_units,
    )


# who ---------------------------------------------------------------------------------------------------------------
def number_of(key: int) -> str:
    """Return a shopper's number, the same in every plan: eight digits such as ``4821 0937``."""
    digits = f"{int(key) % _NUMBERS:08d}"
    return f"{digits[:4]} {digits[4:]}"


def counts(log: Log, event: str) -> NDArray[np.int64]:
    """Return how often something happened to each shopper (n,)."""
    return _per_shopper(log, (log.table["event"] == EVENTS.index(event)).astype(np.int64))


def spent(log: Log) -> NDArray[np.float64]:
    """Return what each shopper paid (n,), in currency."""
    orders = log.table["event"] == EVENTS.index("order")
    return _per_shopper(log, np.where(orders, log.table["revenue"], 0)) / log.names.minor_units


def _per_shopper(log: Log, values: NDArray[Any]) -> NDArray[Any]:
    running = np.concatenate([np.zeros(1, values.dtype), np.cumsum(values, dtype=values.dtype)])
    sums: NDArray[Any] = running[log.first[1:]] - running[log.first[:-1]]
    return sums


def chosen(log: Log, kept: Kept, other: Log | None = None) -> NDArray[np.int64]:
    """Return the shoppers of whom something is true, in the order of their first visit.

    ``other`` is the log of the plan beside which "parts" is judged; without it nobody does.
    """
    if kept.what == "parts":
        return parted(log, other) if other is not None else np.empty(0, dtype=np.int64)
    if kept.what == "anyone":
        return np.arange(log.keys.size)
    if kept.what == "cart":
        return np.flatnonzero(np.isin(log.keys, log.carts))
    if kept.what == "reached":
        return np.flatnonzero(np.isin(log.keys, reached_by(log, kept.strategy)))
    if kept.what == "again":
        return np.flatnonzero(counts(log, "order") > 1)
    return np.flatnonzero(counts(log, "order" if kept.what == "ordered" else kept.what) > 0)


def parted(log: Log, other: Log) -> NDArray[np.int64]:
    """Return the shoppers who do other things than under the other plan, or do not come under it."""
    deeds, found = _deeds(other), dict(zip(other.keys.tolist(), range(other.keys.size), strict=True))
    there = np.array([found.get(key, -1) for key in log.keys.tolist()], dtype=np.int64)
    same = (there >= 0) & (_deeds(log) == deeds[there])
    return np.flatnonzero(~same)


def _deeds(log: Log) -> Keys:
    """Return a hash per shopper of what he did and when (not of what was done to him)."""
    event = log.table["event"]
    columns = [
        log.table[name].astype(np.int64).astype(np.uint64) for name in ("event", "stage", "edge", "product", "revenue")
    ]
    hashed = np.rint(log.table["time"] * 1e4).astype(np.int64).astype(np.uint64)
    for column in columns:
        hashed = child_keys(hashed, column)
    did = np.isin(event, [EVENTS.index(name) for name in ("visit", "decision", "sold out", "order")])
    sums: Keys = _per_shopper(log, np.where(did, hashed, np.uint64(0)))
    return sums


def reached_by(log: Log, strategy: str) -> Keys:
    """Return the keys of those whom a strategy reached in the horizon; none if it is not in the plan."""
    if strategy not in log.names.strategies:
        return np.empty(0, np.uint64)
    keys: Keys = log.reached["shopper"][log.reached["by"] == log.names.strategies.index(strategy)]
    return keys


def with_number(log: Log, digits: str) -> NDArray[np.int64]:
    """Return the shoppers whose number begins with these digits (blanks do not count)."""
    wanted = "".join(digits.split())
    numbers = (f"{int(key) % _NUMBERS:08d}" for key in log.keys)
    return np.array([place for place, number in enumerate(numbers) if number.startswith(wanted)], dtype=np.int64)


def place_of(log: Log, key: int) -> int | None:
    """Return the place of the shopper with this key; None if he does not come under this plan."""
    found = np.flatnonzero(log.keys == np.uint64(key))
    return int(found[0]) if found.size else None


def about(log: Log, place: int) -> str:
    """Return what a shopper is like, in words: ``by organic search, to buy; phone, town, 25-34``."""
    what = {name: log.names.traits[name][int(log.traits[name][place])] for name in TRAITS}
    rest = [what[name] for name in ("device", "place", "age", "gender") if len(log.names.traits[name]) > 1]
    return "; ".join(part for part in (f"by {what['source']}, {what['reason']}", ", ".join(rest)) if part)
