"""One replication of one plan: the pure function that everything above stands on.

Equal inputs give byte-equal outcomes, on any number of workers. Knows no files and no other replication.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from threadpoolctl import ThreadpoolController

from simulation import processes
from simulation.outcomes import MICRO, Facts, Outcomes
from simulation.visit import Floor
from simulation.world import WEEK, YEAR, World

if TYPE_CHECKING:
    from simulation.journal import Journal
    from simulation.study import Study
    from simulation.trace import Trace

ENGINE_VERSION: Final = "10"
"""Changes whenever equal inputs may give other outcomes; stored replications of another version are not reused."""

_LINEAR_ALGEBRA: Final = ThreadpoolController()
"""NumPy's, told to use no threads: on products this small they only burn a core that another replication could use."""

DAYS_A_MONTH: Final = 365.0 / 12.0
FIXED: Final = ("technology", "data", "content", "personnel")


class Observer(Protocol):
    """Watches a run: ``progress`` is told the share done (0-1) after each period and may raise to stop it."""

    journal: Journal | None
    trace: Trace | None

    def progress(self, done: float) -> None:
        """Hear how much is done."""


def simulate(study: Study, plan: str, replication: int, observer: Observer | None = None) -> Outcomes:
    """Run one replication of a plan.

    Args:
        study: a study without faults (see planner's check).
        plan: name of one of its plans.
        replication: number of the replication, from 0; equal numbers mean equal luck in every plan.
        observer: hears of progress and holds the journal; never changes the outcomes.

    Returns:
        The additive outcome tables.

    Raises:
        KeyError: if the study has no such plan.
    """
    if plan not in study.plans:
        raise KeyError(f"no plan {plan!r}; the study has {', '.join(study.plans)}")
    with (
        np.errstate(over="ignore"),  # keyed draws multiply modulo 2**64 on purpose
        _LINEAR_ALGEBRA.limit(limits=1, user_api="blas"),
    ):
        journal, trace = (observer.journal, observer.trace) if observer else (None, None)
        world = World(study, plan, replication, journal, trace)
        _start(world, observer)
        world.env.run(until=world.end + 1e-9)
        if journal is not None:
            journal.introduce(world.shoppers)
        return _close(world, plan)


def _start(world: World, observer: Observer | None) -> None:
    """Start the world's processes."""
    world.begin()
    floor = Floor(world)
    world.env.process(processes.arrivals(world))
    world.env.process(processes.forecasting(world))
    world.env.process(processes.trading(world, floor, observer.progress if observer else lambda done: None))
    world.env.process(processes.restocking(world))
    world.open = True
    for steps in world.processes:
        world.env.process(steps)


def _close(world: World, plan: str) -> Outcomes:
    """Take the last readings, book fixed costs, and return the outcomes."""
    study, sh, ledger, experiment = world.study, world.shoppers, world.ledger, world.study.experiment
    cohort, seen = np.flatnonzero(sh.cohort[: sh.size]), sh.seen[: sh.size]
    ledger.count("visitors", seen.sum())
    ledger.count("buyers", sh.bought[: sh.size].sum())
    ledger.count("trust", np.rint(sh.trust[: sh.size][seen] * MICRO).sum())
    ledger.count("reachable", (sh.permission[: sh.size] & seen).sum())
    ledger.count("lost_customers", sh.lost[cohort].sum())
    ledger.count("cut_off", (sh.first_order[cohort] + experiment.ltv_days > world.end + WEEK).sum())
    ledger.count("residual_orders", np.rint(_residual_orders(world, cohort).sum() * MICRO))
    for trial in world.trials:
        trial.close()
    months = experiment.days / DAYS_A_MONTH
    ledger.credit_each("reach", sh.reached[: sh.size])
    for active in world.strategies:
        for kind in FIXED:
            monthly = getattr(active.strategy.monthly, kind)
            ledger.book(active.place, kind, np.rint(monthly * months * study.simulated_share * study.store.minor_units))
    return ledger.outcomes(
        Facts(
            plan=plan,
            currency=study.store.currency,
            minor_units=study.store.minor_units,
            share=study.simulated_share,
            warm_up_days=experiment.warm_up_days,
            horizon_days=experiment.days,
            follow_up_days=experiment.follow_up_days,
            ltv_days=experiment.ltv_days,
            discount_rate=experiment.discount_rate,
            notes=tuple(world.notes),
        )
    )


def _residual_orders(world: World, rows: np.ndarray) -> np.ndarray:
    """Return expected discounted orders after the end of observation (LTV days) of the customers still active then.

    With needs at rate l, dropout p after each and discount rate d, g = l / (l + d) discounts one gap, and the sum of
    the geometric series is g / (1 - (1 - p) g).
    """
    sh = world.shoppers
    rate = sh.rate[rows].astype(np.float64) / world.study.repurchase.needs_per_order
    gap = rate / (rate + max(world.study.experiment.discount_rate, 1e-3) / YEAR)
    expected: np.ndarray = np.where(sh.lost[rows], 0.0, gap / (1.0 - (1.0 - sh.dropout[rows]) * gap))
    return expected
