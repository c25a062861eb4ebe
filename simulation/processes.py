"""The SimPy processes of the store's world: arrivals, trading periods, the night's restocking, suppliers, campaigns.

SimPy is the clock; what happens at each tick is done by the parts of the world, on whole batches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation import agenda, draws
from simulation.shoppers import cumulative

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from simulation.visit import Floor
    from simulation.world import World

ARRIVAL_BLOCK_DAYS = 14
NEWS_PER_DAY = 1 << 22
"""Shoppers' numbers are day * this + place in the day, so that they do not depend on how many came before."""

FOLLOW_UP_PERIOD = 7.0
"""Nobody new comes in the follow-up, so that longer periods do (outcomes do not depend on their length)."""


def trading(world: World, floor: Floor, observe: Callable[[float], None]) -> Generator[Any, Any, None]:
    """Serve what was due in each trading period at its end; longer periods in the follow-up."""
    while world.env.now < world.end:
        yield world.env.timeout(_period(world))
        floor.serve(world.env.now, all_of_it=world.env.now >= world.end)
        world.stock.back_orders |= world.env.now >= world.ledger.end
        observe(world.env.now / world.end)


def _period(world: World) -> float:
    """Return the length of the period that begins now.

    It ends with the horizon and, where stock may bind, at midnight, when the store orders what was sold that day.
    """
    now, period = world.env.now, world.study.experiment.period_days
    if now >= world.ledger.end:
        return min(max(period, FOLLOW_UP_PERIOD), world.end - now)
    night = np.inf if world.study.stock.unlimited else float(np.floor(now)) + 1.0
    return min(period, night - now, world.ledger.end - now)


def arrivals(world: World) -> Generator[Any, Any, None]:
    """Create the shoppers of the coming days, a block at a time: Poisson by day and source, with season and hours."""
    last = int(np.ceil(world.ledger.end))
    hours = cumulative(list(world.study.calendar.hour))
    for start in range(0, last, ARRIVAL_BLOCK_DAYS):
        days = [_arrivals_of_day(world, day, hours) for day in range(start, min(start + ARRIVAL_BLOCK_DAYS, last))]
        numbers, times, sources = (np.concatenate(column) for column in zip(*days, strict=True))
        root = draws.replication_key(world.study.experiment.seed, world.replication, "shopper")
        rows = world.nature.create(world.shoppers, draws.child_keys(root, numbers), sources)
        world.agenda.put(agenda.events(times, rows, agenda.FIRST))
        world.ledger.count("shoppers", world.ledger.measured(times).sum())
        yield world.env.timeout(ARRIVAL_BLOCK_DAYS)


def _arrivals_of_day(
    world: World, day: int, hours: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Return (number, time, source) of a day's new shoppers, in order of time."""
    study = world.study
    rng = draws.generator(study.experiment.seed, world.replication, "arrivals", day)
    count = int(rng.poisson(world.arrivals_per_day(day)))
    u = rng.uniform(size=(3, count))
    hour = draws.level(u[0], hours)
    times = np.sort(day + (hour + u[1]) / 24.0)
    times = times[times < world.ledger.end]
    numbers = day * NEWS_PER_DAY + np.arange(times.size)
    return numbers, times, draws.level(u[2], world.source_mix)[: times.size].astype(np.int64)


def forecasting(world: World) -> Generator[Any, Any, None]:
    """Announce the next day's weather every noon, so that whoever stays past midnight finds it told."""
    while True:
        world.forecast.announce(int(np.ceil(world.env.now)))
        yield world.env.timeout(1.0 if world.env.now else 0.5)


def restocking(world: World) -> Generator[Any, Any, None]:
    """Every night order what is low; each product's delivery is a process of its own."""
    night = 0
    while True:
        yield world.env.timeout(1.0)
        yield world.env.timeout(0.0)  # after the period that ends now, which was put on the clock later
        products, units = world.stock.due_orders()
        if products.size:
            rng = draws.generator(world.study.experiment.seed, world.replication, "suppliers", night)
            lead = rng.gamma(4.0, world.study.stock.lead_days / 4.0, world.goods.category.size)[products]
            for product, amount, days in zip(products, units, lead, strict=True):
                world.env.process(supplier(world, int(product), int(amount), float(days)))
        night += 1


def supplier(world: World, product: int, units: int, days: float) -> Generator[Any, Any, None]:
    """Deliver an order on the morning of the day when its lead time ends."""
    yield world.env.timeout(max(0.0, float(np.floor(world.env.now + days)) - world.env.now))
    yield world.env.timeout(0.0)  # after the evening before
    world.stock.receive(np.array([product]), np.array([units]))
