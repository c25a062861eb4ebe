"""The world of one run: every part wired together, and the few readings that many parts share.

Must not decide anything about behaviour; that is door.py, visit.py, checkout.py, aftermath.py and outbox.py.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import simpy
from numpy.typing import NDArray

from simulation import choice, newcomers, weather
from simulation.agenda import Agenda
from simulation.batch import Batch
from simulation.catalogue import build_catalogue
from simulation.funnel import Compiled, compile_funnel
from simulation.ledger import Ledger
from simulation.moment import Moment
from simulation.office import Office
from simulation.outbox import Outbox
from simulation.profile import Profile, ProfileView
from simulation.registry import create
from simulation.shop import Shop, sealed
from simulation.shoppers import NONE, Nature, Shoppers, cumulative
from simulation.stock import Inventory
from simulation.strategy import DATA_POINTS, DataPoint, Strategy

if TYPE_CHECKING:
    from simulation.journal import Journal
    from simulation.levers import Levers
    from simulation.study import Study
    from simulation.study.response import Role
    from simulation.trace import Trace
    from simulation.trial import Trial

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

WEEK = 7.0
YEAR = 365.0


@dataclass(frozen=True)
class Active:
    """A strategy at work in a run: its place in the plan, what it may see, and its memory."""

    strategy: Strategy
    place: int
    sees: frozenset[str]
    memory: Any = None

    def has(self, hook: str) -> bool:
        """Return whether the strategy has its own version of a hook."""
        return type(self.strategy).overrides(hook)

    def acts_at(self, role: str) -> bool:
        """Return whether the strategy, or one that it runs, acts at stages of a role."""
        return role in _roles(self.strategy)


class World:
    """A store, its shoppers and the strategies of a plan, at one moment of one replication."""

    def __init__(
        self, study: Study, plan: str, replication: int, journal: Journal | None = None, trace: Trace | None = None
    ) -> None:
        """Build the world at time zero (start of the warm-up)."""
        self.study, self.replication, self.journal, self.trace = study, replication, journal, trace
        self.env = simpy.Environment()
        self.funnel: Compiled = compile_funnel(study.funnel)
        self.goods = build_catalogue(study)
        self.expected = choice.expected_best(
            self.goods,
            study.catalogue.shelf,
            study.shoppers.price_sensitivity,
            study.shoppers.price_sensitivity_spread,
            study.catalogue.seed,
        )
        days = study.experiment.warm_up_days + study.experiment.days
        expected = sum(map(self.arrivals_per_day, range(int(np.ceil(days)))))
        self.shoppers = Shoppers(int(expected + 6.0 * np.sqrt(expected)), study.shoppers.taste_dimensions)
        self.nature = Nature(study)
        self.source_mix = cumulative([source.share for source in study.source])
        referred = [place for place, reason in enumerate(study.reason) if reason.referred]
        self.recommended = referred[0] if referred else NONE
        self.end = days + study.experiment.follow_up_days
        self.agenda = Agenda()
        calendar = np.array([self.day_of_year(float(day)) for day in range(int(np.ceil(self.end)) + 1)])
        self.cold = weather.cold_days(study, replication, calendar)
        self.forecast = weather.Forecast(study, replication, self.cold, calendar, self.goods.cold_demand)
        self.demand = np.stack(  # on mild days and on cold ones
            [[self.goods.demand(day, cold) for day in calendar] for cold in (0.0, study.weather.strength)]
        )
        self.stock = Inventory(study, self.goods)
        self.profile = Profile(study, self.goods, self.shoppers, lambda rows: newcomers.audience(self, rows))
        strategies, self.notes = create(study.plans[plan])
        self.strategies = self._admit(strategies)
        self.ledger = Ledger(study, self.funnel.edges, [active.strategy.id for active in self.strategies])
        self.outbox = Outbox(self)
        self.shop = Shop(self)
        self.gates: list[Active] = []
        self.learners: list[Active] = []
        self.open = False
        self.processes: list[Generator[Any, Any, None]] = []
        self.trials: list[Trial] = []
        self.redeemers: set[int] = set()
        self.friends: list[newcomers.Friends] = []
        self._customers: Ints = np.empty(0, dtype=np.int64)
        self._gained: list[Ints] = []  # customers since the last question
        self.shipping_fee = round(study.offers.shipping_fee * study.store.minor_units)
        felt = self.fee_felt(self.goods.price.astype(np.float64))[self.goods.tables].mean(axis=1)
        self.usual_fee = float(np.average(felt, weights=self.goods.shares))  # by what shoppers look for

    def _admit(self, strategies: list[Strategy]) -> list[Active]:
        """Return the strategies that can work here; note those that lack a data point or a stage, which stay idle."""
        roles, on = set(self.funnel.roles), {p for p in DATA_POINTS if getattr(self.study.data, p)}
        active: list[Active] = []
        for strategy in strategies:
            needs = _needs(strategy)
            lacking, stages = [point for point in needs if point not in on], _roles(strategy)
            reason = ""
            if lacking:
                reason = f"needs the data points {', '.join(lacking)}, which are off"
            elif stages and not roles & set(stages):
                reason = f"acts at stages of role {', '.join(stages)}; this funnel has none"
            if reason:
                self.notes.append(f"{strategy.id} {reason}: it does nothing")
            active.append(Active(strategy, len(active), _IDLE if reason else frozenset(needs)))
        return active

    def begin(self) -> None:
        """Let every strategy that can work claim its memory and plan its processes."""
        for place, active in enumerate(self.strategies):
            if active.sees is not _IDLE:
                memory = active.strategy.start(Office(self, place))
                self.strategies[place] = replace(active, memory=memory)
        self.gates, self.learners = self.working("admits"), self.working("learn")

    def working(self, hook: str) -> list[Active]:
        """Return the strategies that can work and have their own version of a hook."""
        return [active for active in self.strategies if active.sees is not _IDLE and active.has(hook)]

    # readings ------------------------------------------------------------------------------------------------------
    @overload
    def day_of_year(self, time: float) -> float: ...
    @overload
    def day_of_year(self, time: Floats) -> Floats: ...
    def day_of_year(self, time: float | Floats) -> float | Floats:
        """Return the day of the year, 1-365, at a time of the run."""
        return (self.study.calendar.first_day - 1 + time - self.study.experiment.warm_up_days) % YEAR + 1.0

    def arrivals_per_day(self, day: int) -> float:
        """Return the expected number of new shoppers on a day of the run: season times weekday."""
        calendar, experiment = self.study.calendar, self.study.experiment
        month = calendar.month[min(11, int((self.day_of_year(float(day)) - 1) / YEAR * 12))]
        weight = month * calendar.weekday[day % 7] / (np.mean(calendar.month) * np.mean(calendar.weekday))
        return float(experiment.visitors / experiment.days * weight)

    def fatigue(self, rows: Ints, times: Floats) -> Floats:
        """Return irritation by messages, decayed to these times."""
        sh = self.shoppers
        decayed: Floats = sh.fatigue.take(rows)
        decayed *= _decay(times, sh.fatigue_at.take(rows), self.study.messages.fatigue_days)
        return decayed

    def irritate(self, rows: Ints, times: Floats, by: float) -> None:
        """Add irritation to shoppers at these times."""
        if by:
            fatigue = self.fatigue(rows, times)
            fatigue += by
            self.shoppers.fatigue[rows], self.shoppers.fatigue_at[rows] = fatigue, times

    def reference(self, rows: Ints, times: Floats) -> Floats:
        """Return the log reference price (0: the list price; below after discounts), recovered to these times."""
        sh = self.shoppers
        recovered: Floats = sh.reference.take(rows)
        recovered *= _decay(times, sh.reference_at.take(rows), self.study.behaviour.reference_days)
        return recovered

    def fee_felt(self, values: Floats) -> Floats:
        """Return how a shipping fee on orders of these values (minor units) weighs, as a change of log price."""
        felt: Floats = self.study.offers.fee_weight * np.log1p(self.shipping_fee / np.maximum(values, 1.0))
        return felt

    def customer_ages(self, rows: Ints, times: Floats) -> tuple[Ints, Ints, Ints]:
        """Return which of ``rows`` are the horizon's new customers, their cohorts, and ages in weeks at these times."""
        mine = self.shoppers.cohort.take(rows).nonzero()[0]
        first = self.shoppers.first_order.take(rows.take(mine))
        weeks = np.floor((times.take(mine) - first) / WEEK).astype(np.int64)
        return mine, self.ledger.cohort_of(first), np.maximum(weeks, 0)  # a campaign may write during the first order

    def followed(self, rows: Ints, times: Floats) -> Flags:
        """Return whose doings at these times belong to the run: all in the horizon, then its new customers.

        These are followed for the weeks of the LTV, each from his first order, so that all are seen equally long.
        """
        inside: Flags = times < self.ledger.end
        if np.count_nonzero(inside) < inside.size:
            sh = self.shoppers
            inside |= sh.cohort.take(rows) & (times < sh.first_order.take(rows) + self.ledger.weeks * WEEK)
        return inside

    def customers(self) -> Ints:
        """Return the rows of all customers, ascending."""
        if self._gained:
            self._customers = np.sort(np.concatenate([self._customers, *self._gained]), kind="stable")
            self._gained.clear()
        return self._customers

    def gain(self, rows: Ints) -> None:
        """Note who has just become a customer."""
        self._gained.append(rows)

    def landing(self, role: Role) -> int:
        """Return the first stage of a role; of the nearest earlier role that the funnel has; else the first stage."""
        order: tuple[Role, ...] = ("entry", "browse", "compare", "checkout", "care")
        for wanted in reversed(order[: order.index(role) + 1]):
            if wanted in self.funnel.roles:
                return self.funnel.roles.index(wanted)
        return 0

    # what strategies meet ------------------------------------------------------------------------------------------
    def moment(
        self,
        active: Active,
        rows: Ints,
        now: Floats,
        *,
        stage: int | None = None,
        shelf: Ints | None = None,
        cart: NDArray[np.bool_] | None = None,
        keys: NDArray[np.uint64] | None = None,
    ) -> Moment:
        """Show a batch of shoppers to a strategy, as far as it may see them."""
        batch = Batch(self.shoppers, rows)
        return Moment(
            stage="" if stage is None else self.funnel.names[stage],
            role="care" if stage is None else self.funnel.roles[stage],  # type: ignore[arg-type]
            now=sealed(now),
            shelf=None if shelf is None else sealed(shelf),
            cart=sealed(np.zeros(rows.size, dtype=np.bool_) if cart is None else cart),
            profile=ProfileView(self.profile, batch, now, active.strategy.channel, active.sees),
            shop=self.shop,
            memory=active.memory,
            _keys=keys,
            _batch=batch,
            _strategy=active.strategy.id,
        )

    def seen_by(self, active: Active, moment: Moment) -> Moment:
        """Return the same moment as another strategy may see it."""
        return moment.but(
            profile=moment.profile.seen_by(active.strategy.channel, active.sees),
            memory=active.memory,
            _strategy=active.strategy.id,
        )

    def let_meet(self, hook: str, actives: list[Active], moment: Moment, levers: Levers) -> None:
        """Let strategies meet a moment, made for the first of them, one after the other; note whom they reached."""
        for place, active in enumerate(actives):
            seen = moment if place == 0 else self.seen_by(active, moment)
            self.meet(active, getattr(active.strategy, hook), seen, levers.pulled_by(active.place))
        levers.settle()

    def meet(self, active: Active, hook: Callable[[Moment, Levers], None], moment: Moment, levers: Levers) -> None:
        """Let a strategy meet those of a moment whom all hold-outs and tests of the plan admit to it."""
        for gate in self.gates:
            if gate.place != active.place and moment.size:
                admitted = np.flatnonzero(gate.strategy.admits(active.strategy.id, self.seen_by(gate, moment)))
                if admitted.size < moment.size:
                    moment, levers = moment.only(admitted), levers.only(admitted)
        if moment.size or not self.gates:
            hook(moment, levers)


def _decay(times: Floats, since: Floats, half_life: float) -> Floats:
    """Return what is left (n,) at these times of what was there ``since`` others."""
    left: Floats = times - since
    left *= -np.log(2.0) / half_life
    return np.exp(left, out=left)


def _needs(strategy: Strategy) -> list[DataPoint]:
    """Return the data points that a strategy and those that it runs need."""
    return list(dict.fromkeys([*strategy.needs, *(point for one in strategy.inner() for point in _needs(one))]))


def _roles(strategy: Strategy) -> list[Role]:
    """Return the roles of the stages at which a strategy and those that it runs act."""
    return list(dict.fromkeys([*strategy.roles, *(role for one in strategy.inner() for role in _roles(one))]))


_IDLE: frozenset[str] = frozenset(["nothing"])
"""What a strategy sees that cannot work in this store."""
