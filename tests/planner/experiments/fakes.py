"""A store small enough for tests of experiments: outcomes in a millisecond, paired by replication like the real one.

A fake study is a plain dict of plan to its true relative lift in orders per visit. Must not need the simulator.
"""

import os
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from simulation import Observer
from simulation.metrics import STRATEGY_ACCOUNTS
from simulation.outcomes import MICRO, Facts, Outcomes, Table

ACCOUNTS = ("revenue", "discounts", "returned", "goods", "fulfilment", *STRATEGY_ACCOUNTS)
MEASURES = (
    *("visits", "visitors", "buyers", "bounces", "carts", "cart_orders", "checkouts", "orders", "revenue", "returned"),
    *("satisfaction", "trust", "new_customers", "repeat_customers", "lost_customers", "referrals", "delivered"),
    *("unsubscribed", "stockouts", "residual_orders"),
)
VISITS = 20_000
LUCK_SD, OWN_SD = 0.02, 0.002
"""Relative noise of a replication that all plans share, and of a plan with a strategy on its own."""


def simulate(study: Mapping[str, float], plan: str, replication: int, observer: object = None) -> Outcomes:
    """Orders per visit 2 % times (1 + lift), times the replication's luck, times a little luck of the plan's own."""
    lift = study[plan]
    luck = np.random.default_rng([7, replication]).normal(1.0, LUCK_SD)
    own = np.random.default_rng([8, replication, *plan.encode()]).normal(1.0, OWN_SD) if lift else 1.0
    return outcomes(plan, orders=round(VISITS * 0.02 * 50 * (1.0 + lift) * luck * own), cost=100_00 if lift else 0)


def failing(study: Mapping[str, float], plan: str, replication: int, observer: object = None) -> Outcomes:
    """Fail in replication 1 of every plan but the baseline."""
    if replication == 1 and study[plan]:
        raise ZeroDivisionError(f"no shoppers in {plan}")
    return simulate(study, plan, replication)


def endless(study: object, plan: str, replication: int, observer: Observer | None = None) -> Outcomes:
    """Finish replication 0 at once; run any other until told to stop, leaving a file of its number while it does."""
    assert isinstance(study, Path)
    assert observer is not None
    if replication == 0:
        return outcomes(plan, orders=1)
    (study / str(replication)).write_text("running")
    while True:
        observer.progress(0.5)
        time.sleep(0.005)


def killer(study: object, plan: str, replication: int, observer: object = None) -> Outcomes:
    """Kill the worker in replication 3: each time if the plan is named "Poison", else only the first time.

    The two before it take a while, so that they are under way when it happens.
    """
    assert isinstance(study, Path)
    if replication == 3 and (plan == "Poison" or not (study / "was here").exists()):
        (study / "was here").write_text("")
        os._exit(9)
    if replication in (1, 2):
        time.sleep(0.3)
    return outcomes(plan, orders=replication)


def outcomes(plan: str, orders: int, cost: int = 0, notes: tuple[str, ...] = ()) -> Outcomes:
    """One run with ``orders`` orders of 100.00 each at half margin, ``cost`` cents of personnel for a strategy."""
    totals = dict.fromkeys(MEASURES, 0) | {
        "visits": VISITS * 50,
        "visitors": VISITS * 40,
        "orders": orders,
        "buyers": orders,
        "revenue": orders * 100_00,
        "satisfaction": orders * MICRO // 2,
        "new_customers": orders,
    }
    owner = dict.fromkeys(ACCOUNTS, 0)
    books = [owner | {"revenue": orders * 100_00, "goods": orders * 50_00}, owner | {"personnel": cost}]
    owners = ("store", "helper") if cost else ("store",)
    ages = np.array([[[orders * 50_00, orders * 100_00, orders]]], dtype=np.int64)
    tables = {
        "totals": _table({"measure": MEASURES}, [totals[name] for name in MEASURES]),
        "accounts": _table(
            {"owner": owners, "account": ACCOUNTS}, [[book[a] for a in ACCOUNTS] for book in books[: len(owners)]]
        ),
        "ages": _table({"cohort": ("0",), "age": ("0",), "measure": ("margin", "revenue", "orders")}, ages),
    }
    return Outcomes(Facts(plan, "EUR", 100, 1.0, 0.0, 365.0, 0.0, 365.0, 0.0, notes), tables)


def _table(axes: dict[str, tuple[str, ...]], values: object) -> Table:
    return Table(tuple(axes.items()), np.asarray(values, dtype=np.int64))
