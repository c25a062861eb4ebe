"""The back office: what a strategy may set going when a run begins, beside what it does when it meets shoppers.

Given to ``Strategy.start`` only. Its processes run on the store's SimPy clock; while they sleep nothing is spent. Must
not show any shopper's truth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from simulation import draws, newcomers
from simulation.levers import Levers
from simulation.shop import Shop
from simulation.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    import simpy

    from simulation.moment import Moment
    from simulation.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Audience = Literal["customers", "subscribers"]

CAMPAIGNS = 1 << 16
"""Numbers of campaigns that each strategy of a plan has."""


class Office(Shop):
    """The store, and what may be set going in it, for the strategy at one place of the plan.

    ``first_campaign`` is what ``ProfileView.campaign`` shows of those who came by its campaign 0.
    """

    def __init__(self, world: World, place: int) -> None:
        """Open the office of the strategy at this place of the plan."""
        super().__init__(world)
        self._place, self._brought = place, 0
        self.first_campaign = place * CAMPAIGNS

    @property
    def clock(self) -> simpy.Environment:
        """The store's clock, waited for in processes (``yield office.clock.timeout(days)``) and read (``now``)."""
        return self._world.env

    @property
    def closes(self) -> float:
        """Time in days at which the measured horizon ends; nobody new comes afterwards."""
        return self._world.ledger.end

    @property
    def plan(self) -> tuple[str, ...]:
        """The ids of the strategies of the plan, in their order."""
        return tuple(active.strategy.id for active in self._world.strategies)

    def note(self, words: str) -> None:
        """Tell the strategist something about this run: it stands among the notes on its results."""
        self._world.notes.append(words)

    def process(self, steps: Generator[Any, Any, None]) -> None:
        """Start a SimPy process of the strategy's own: now, or when the run begins."""
        if self._world.open:
            self.clock.process(steps)
        else:
            self._world.processes.append(steps)

    def every(
        self,
        days: float,
        hook: Callable[[Moment, Levers], None],
        audience: Audience = "customers",
        until: float = np.inf,
    ) -> None:
        """Call ``hook`` every so many days with all customers (or subscribers) whom the store may write to.

        Args:
            days: from one call to the next; the first comes after as many.
            hook: what to do then.
            audience: with whom.
            until: time in days from which on it is called no more.

        Raises:
            ValueError: if ``days`` is not a finite number above 0.
        """
        if not (np.isfinite(days) and days > 0.0):
            raise ValueError(f"days = {days}: must be a finite number above 0")
        self.process(self._campaign(days, hook, audience, until))

    def _campaign(
        self, days: float, hook: Callable[[Moment, Levers], None], audience: Audience, until: float
    ) -> Generator[Any, Any, None]:
        while self.clock.now + days < until:
            yield self.clock.timeout(days)
            yield self.clock.timeout(0.0)  # after the period that ends now, which was put on the clock later
            self.call(hook, audience)

    def call(self, hook: Callable[[Moment, Levers], None], audience: Audience = "customers") -> None:
        """Call ``hook`` now, from a process, with all customers, or all subscribers, whom the store may write to.

        Shoppers who wait for company (visit.py) are not served for it: a campaign must not change who comes before
        whom.
        """
        rows = self._reachable(audience)
        times = np.full(rows.size, float(self.clock.now))
        followed = self._world.followed(rows, times)
        if np.count_nonzero(followed) < rows.size:
            rows, times = rows[followed], times[followed]
        if rows.size:
            active = self._world.strategies[self._place]
            levers = Levers(self._world, rows, times, None).pulled_by(self._place)
            self._world.meet(active, hook, self._world.moment(active, rows, times), levers)
            levers.settle()

    def _reachable(self, audience: Audience) -> Ints:
        """Return the rows of all customers, or all subscribers, who permit e-mail."""
        sh = self._world.shoppers
        if audience == "customers":
            customers = self._world.customers()
            return customers.take(sh.permission.take(customers).nonzero()[0])
        everybody = slice(0, sh.size)
        subscribed = sh.visits[everybody] > 0
        subscribed &= sh.permission[everybody]
        subscribed &= ~sh.lost[everybody]
        return subscribed.nonzero()[0]

    def attract(
        self,
        times: Floats,
        source: int,
        *,
        each: float | Floats = 0.0,
        theme: Floats | None = None,
        pull: float = 0.0,
        campaign: Ints | int = 0,
    ) -> None:
        """Bring new shoppers who come for the first time at ``times`` (n,) through a traffic source, at a price each.

        Args:
            times: in days, not before now; who would come after the horizon does not, and costs nothing.
            source: index of the traffic source; it says what reasons and intents they come with.
            each: media cost in the study's currency, one or (n,).
            theme: (K,) or (n, K) direction of taste in which the audience differs from the store's own.
            pull: 0-1, how far it does.
            campaign: one or (n,), below CAMPAIGNS; ``ProfileView.campaign`` shows it plus ``first_campaign``.
        """
        world, now = self._world, float(self.clock.now)
        times = np.maximum(times, now)
        numbers = self._brought + np.arange(times.size)
        self._brought += times.size
        name = world.strategies[self._place].strategy.id
        root = draws.replication_key(world.study.experiment.seed, world.replication, f"{name}/newcomers")
        keys = draws.child_keys(root, numbers)
        sources, number = np.full(times.size, source), self.first_campaign + campaign
        newcomers.arrive(world, self._place, keys, times, sources, theme, pull, number)
        paid = world.ledger.measured(times)
        cost = np.broadcast_to(np.asarray(each, dtype=np.float64), times.shape)[paid].sum()
        world.ledger.book(self._place, "media", np.rint(cost * self.minor_units))

    def pay(self, account: str, amount: float) -> None:
        """Book a cost of the whole store (personnel, technology ...) in the study's currency, now, from a process.

        A run of a share of the store pays its share; outside the measured horizon nothing is booked.
        """
        world = self._world
        if world.ledger.start <= self.clock.now < world.ledger.end:
            world.ledger.book(self._place, account, round(amount * self.share * self.minor_units))

    def chance(self, purpose: str) -> np.random.Generator:
        """Return a generator of the strategy's own for its processes, keyed by replication, strategy and purpose."""
        world = self._world
        name = f"{world.strategies[self._place].strategy.id}/{purpose}"
        return draws.generator(world.study.experiment.seed, world.replication, name)

    def limit_messages(self, most: int, days: float) -> None:
        """From now on let nobody receive more than ``most`` messages within any window of ``days`` days."""
        self._world.outbox.caps.add(most, days)

    def unify(self) -> None:
        """Let all tools share one profile of each shopper from now on."""
        self._world.profile.unified = True

    def trial(self, share: float, first_day: float, days: float) -> tuple[float, float]:
        """Measure two arms, split by ``Moment.lot("arm") < share``, from a day of the horizon on, for so many days.

        Returns:
            When the trial begins and ends, in days of the run; it ends with the horizon at the latest.
        """
        trial = Trial(self._world, self._place, share, first_day, days)
        self._world.trials.append(trial)
        return trial.start, trial.end
