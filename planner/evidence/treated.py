"""A store with and without one strategy, on the same shoppers: what those did whom it reached, in both.

Both runs meet the same shoppers with the same luck, so that until a strategy reaches a shopper his two lives are the
same. Sums begin where they may part: with the visit on which he was reached, or, if the strategy reached him outside
a visit or after its end, at that moment. Knows traces and additive sums; must not know intervals or published figures.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.experiments.runner import StopWatch
from simulation import Evidence, Journal, Observer, Outcomes, Study, Table, Trace, library, simulate

if TYPE_CHECKING:
    from collections.abc import Sequence

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Keys = NDArray[np.uint64]
Rows = NDArray[np.void]

WITHOUT: Final = "Without"
"""Name of the plan to which each strategy is added: nothing at all, or the company in which it works."""
RUNS: Final = ("without", "with")
MEASURES: Final = ("shoppers", "visits", "orders", "revenue", "margin", "returned")
"""Of the treated; money in minor units, margin before what the strategy cost, returned: revenue sent back."""
CONSIDERED: Final = 0.3
"""From here on a product counts as considered, one that shoppers think about for long."""


class NumberedTrace(Trace):
    """A trace whose rows know the number of the call that logged them: what was logged later ended later."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self._calls = 0
        self._numbers: dict[str, list[Ints]] = {"visits": [], "orders": [], "reached": []}

    def _number(self, name: str, size: int) -> None:
        self._calls += 1
        self._numbers[name].append(np.full(size, self._calls, dtype=np.int64))

    def visited(self, shopper: Keys, time: Floats, cart: Flags) -> None:
        """Log visits that ended."""
        super().visited(shopper, time, cart)
        self._number("visits", shopper.size)

    def ordered(self, shopper: Keys, time: Floats, revenue: Ints, margin: Ints, returned: Ints) -> None:
        """Log orders."""
        super().ordered(shopper, time, revenue, margin, returned)
        self._number("orders", shopper.size)

    def reached(self, shopper: Keys, time: Floats, by: int, orders: Ints, considered: Floats) -> None:
        """Log shoppers reached for the first time."""
        super().reached(shopper, time, by, orders, considered)
        self._number("reached", shopper.size)

    def numbers(self, name: str) -> Ints:
        """Return the number of the call that logged each row of a table."""
        return np.concatenate([np.empty(0, dtype=np.int64), *self._numbers[name]])


class Reached(NamedTuple):
    """Those whom a strategy reached in the horizon, by key: from when on they count, and what they were like then."""

    shopper: Keys
    since: Floats
    orders: Ints
    considered: Floats

    def among(self, whom: str) -> Flags:
        """Return which of them (n,) an entry of evidence is about."""
        chosen: dict[str, Flags] = {
            "all": np.ones(self.shopper.size, dtype=np.bool_),
            "new": self.orders == 0,
            "established": self.orders > 0,
            "considered": self.considered >= CONSIDERED,
        }
        return chosen[whom]


class _Life(NamedTuple):
    """What a run's shoppers did, and its outcomes."""

    outcomes: Outcomes
    visits: Rows
    orders: Rows


class _Watch:
    """An observer that keeps a numbered trace and hands on progress."""

    journal: Journal | None = None

    def __init__(self, heard: Observer) -> None:
        """Hand progress on to another observer, which may raise to end the run."""
        self.trace: Trace | None = None
        self.progress = heard.progress


# the job -----------------------------------------------------------------------------------------------------------
def simulate_beside(study: Study, plan: str, replication: int, observer: Observer) -> Outcomes:
    """Run a plan, and beside it the plan ``WITHOUT``, on the same shoppers; a job for ``runner.run_jobs``.

    The plan is that of ``WITHOUT`` with one strategy more, which comes first.

    Returns:
        The plan's outcomes with a table "treated" (entry of the strategy's evidence, run, measure) more; the plan
        ``WITHOUT`` has no such table.
    """
    content = study.model_copy(update={"plans": {WITHOUT: study.plans[WITHOUT]}}).model_dump_json()
    without = _without(content, replication)
    if plan == WITHOUT:
        return without.outcomes
    trace = NumberedTrace()
    life = _live(study, plan, replication, observer, trace)
    entries = library().strategies[next(iter(study.plans[plan]))].evidence
    facts = life.outcomes.facts
    table = _treated(entries, first_reached(trace), (without, life), facts.warm_up_days + facts.horizon_days)
    return replace(life.outcomes, tables={**life.outcomes.tables, "treated": table})


@lru_cache(maxsize=1)
def _without(content: str, replication: int) -> _Life:
    """Run the plan ``WITHOUT``, once for all the strategies that this process adds to it."""
    return _live(Study.model_validate_json(content), WITHOUT, replication, StopWatch(), NumberedTrace())


def _live(study: Study, plan: str, replication: int, observer: Observer, trace: NumberedTrace) -> _Life:
    watch = _Watch(observer)
    watch.trace = trace
    outcomes = simulate(study, plan, replication, watch)
    return _Life(outcomes, trace.table("visits"), trace.table("orders"))


# who was reached, and since when -----------------------------------------------------------------------------------
def first_reached(trace: NumberedTrace) -> Reached:
    """Return those whom the plan's first strategy reached, and the start of what it may have changed.

    That is the start of the visit that was under way (its end was logged after the reach), so that the visit itself
    counts; but not if its order stood already, as when a strategy thanks for it.
    """
    reached, number = trace.table("reached"), trace.numbers("reached")
    mine = np.flatnonzero(reached["by"] == 0)
    first = mine[np.unique(reached["shopper"][mine], return_index=True)[1]]
    reached, number = reached[first], number[first]
    begun = _under_way(trace, reached, number)
    orders = trace.table("orders")
    place, known = _places(orders["shopper"], reached["shopper"])
    place = place[known]
    settled = (orders["time"][known] == begun[place]) & (trace.numbers("orders")[known] < number[place])
    begun[place[settled]] = np.inf
    since = np.minimum(begun, reached["time"])
    return Reached(reached["shopper"], since, reached["orders"], reached["considered"])


def _under_way(trace: NumberedTrace, reached: Rows, number: Ints) -> Floats:
    """Return the start of the visit under way when each of ``reached`` was; infinity where there was none."""
    visits = trace.table("visits")
    place, known = _places(visits["shopper"], reached["shopper"])
    place = place[known]
    time = visits["time"][known]
    inside = (time <= reached["time"][place]) & (trace.numbers("visits")[known] > number[place])
    begun = np.full(reached.size, -np.inf)
    np.maximum.at(begun, place[inside], time[inside])
    begun[begun == -np.inf] = np.inf
    return begun


def _places(shopper: Keys, known: Keys) -> tuple[Ints, Flags]:
    """Return where each of ``shopper`` stands in the sorted ``known``, and which of them do."""
    place = np.searchsorted(known, shopper)
    inside = place < known.size
    inside[inside] = known[place[inside]] == shopper[inside]
    return place, inside


# sums --------------------------------------------------------------------------------------------------------------
def _treated(entries: Sequence[Evidence], reached: Reached, lives: Sequence[_Life], closes: float) -> Table:
    values = [[sums(life.visits, life.orders, reached, entry, closes) for life in lives] for entry in entries]
    labels = tuple(str(place) for place in range(len(entries)))
    return Table(
        (("entry", labels), ("run", RUNS), ("measure", MEASURES)),
        np.array(values, dtype=np.int64).reshape(len(entries), len(RUNS), len(MEASURES)),
    )


def sums(visits: Rows, orders: Rows, reached: Reached, entry: Evidence, closes: float) -> list[int]:
    """Return MEASURES of what those of ``reached`` did whom an entry is about, within its days and the horizon."""
    whom = reached.among(entry.among)
    until = np.minimum(reached.since + entry.days, closes) if entry.days else np.full(whom.size, closes)
    came = _counted(visits, reached, whom, until)
    bought = orders[_counted(orders, reached, whom, until)]
    revenue = bought["revenue"]
    returned = revenue * bought["returned"]
    money = [int(amount.sum()) for amount in (revenue, bought["margin"], returned)]
    return [int(whom.sum()), int(came.sum()), bought.size, *money]


def _counted(rows: Rows, reached: Reached, whom: Flags, until: Floats) -> Flags:
    place, inside = _places(rows["shopper"], reached.shopper)
    at = place[inside]
    time = rows["time"][inside]
    inside[inside] = whom[at] & (time >= reached.since[at]) & (time < until[at])
    return inside
