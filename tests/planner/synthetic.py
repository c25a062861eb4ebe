"""Invented but coherent comparisons for tests of charts, tables and the report. Must not need the simulator."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planner.experiments.comparison import Comparison, compare
from simulation.outcomes import MICRO, Facts, Outcomes, Table

SIX = ("awareness", "discovery", "interest", "consideration", "conversion", "retention")
FOUR = ("landing", "engagement", "purchase", "re_engagement")
WINDING = ("first_look_around", "browse", "long_information", "compare", "consideration_phase", "basket", "pay", "care")
"""Stages with edges that skip some and edges that lead back over several."""
LEVELS = {"Baseline": 0.0, "Level 1": 0.02, "Level 2": 0.05, "Level 3": 0.08}
ACCOUNTS = (
    *("revenue", "discounts", "returned", "goods", "fulfilment"),
    *("media", "messages", "gifts", "technology", "data", "content", "personnel"),
)
SEGMENTS = {
    "new visitor": (0.62, 0.5),
    "returning visitor": (0.24, 1.4),
    "one order": (0.09, 2.0),
    "two to four orders": (0.05, 3.0),
    "five or more": (0.0, 1.0),
}
"""Kinds of customers: share of visits, and conversion as a multiple of the store's."""
BINS = ("0.00", *(f"{1.15**step:.2f}" for step in range(60)))


def comparison(
    lifts: Mapping[str, float] | None = None,
    replications: int = 8,
    stages: Sequence[str] = SIX,
    visits: int = 40_000,
    days: int = 91,
    baseline: str | None = None,
    noise: float = 0.004,
) -> Comparison:
    """A comparison whose plans lift every rate by about the given shares, paired by replication."""
    lifts = LEVELS if lifts is None else lifts
    baseline = next(iter(lifts)) if baseline is None else baseline
    runs = {
        name: tuple(_run(name, lift, r, stages, visits, days, noise) for r in range(replications))
        for name, lift in lifts.items()
    }
    return compare("Fashion store", runs, baseline, seed=1, visitors=20_000)


def without_splits(whole: Comparison) -> Comparison:
    """The comparison as an older Footfall made it."""

    def bare(run: Outcomes) -> Outcomes:
        return replace(run, tables={name: table for name, table in run.tables.items() if name != "splits"})

    return replace(whole, plans=tuple(replace(plan, runs=tuple(map(bare, plan.runs))) for plan in whole.plans))


def _run(
    plan: str, lift: float, replication: int, stages: Sequence[str], visits: int, days: int, noise: float
) -> Outcomes:
    luck = np.random.default_rng(replication)
    own = np.random.default_rng([replication, sum(map(ord, plan))])
    lift += noise * own.standard_normal() if lift else 0.0
    edges, reached = _edges(stages, visits, lift, luck)
    orders = max(reached, 0)
    aov = 105.0 * (1 + 0.4 * lift) * (1 + 0.002 * luck.standard_normal())
    revenue = int(orders * aov * 100)
    facts = Facts(plan, "EUR", 100, 0.05, 90.0, float(days), 365.0, 365.0, 0.1)
    accounts = _accounts(revenue, lift)
    tables = {
        "totals": _totals(visits, orders, revenue, lift),
        "edges": edges,
        "daily": _daily(days, visits, orders, revenue, np.random.default_rng(replication + 100)),
        "ages": _ages(int(orders * 0.7), lift, 1 + 0.02 * luck.standard_normal()),
        "accounts": accounts,
        "splits": splits(visits, orders, revenue, replication),
        "order_values": Table((("bin", BINS), ("measure", ("orders",))), _order_values(orders, aov)[:, None]),
    }
    return Outcomes(facts, tables)


def _edges(stages: Sequence[str], visits: int, lift: float, luck: np.random.Generator) -> tuple[Table, int]:
    counts: dict[str, int] = {f"enter>{name}": 0 for name in stages}
    arrivals = dict.fromkeys(stages, 0)
    counts[f"enter>{stages[0]}"] = visits - visits // 20
    counts[f"enter>{stages[2]}"] = visits // 20
    for name in stages:
        arrivals[name] += counts[f"enter>{name}"]
    for place, name in enumerate(stages[:-1]):
        share = (0.55 - 0.08 * place) * (1 + lift / len(stages)) * (1 + 0.004 * luck.standard_normal())
        on = int(arrivals[name] * max(share, 0.1))
        back = arrivals[name] // 12 if 0 < place < len(stages) - 2 else 0
        counts[f"{name}>{stages[place + 1]}"] = on
        if back:
            counts[f"{name}>{stages[place - 1]}"] = back
        far = {1: 4, 5: 1}.get(place) if len(stages) > len(SIX) else None
        away = arrivals[name] // 15 if far else 0
        if far:
            counts[f"{name}>{stages[far]}"] = away
            arrivals[stages[far]] += away if far > place else 0
        counts[f"{name}>leave"] = arrivals[name] - on - back - away
        arrivals[stages[place + 1]] += on
    counts[f"{stages[-1]}>leave"] = arrivals[stages[-1]]
    values = np.array(list(counts.values()), dtype=np.int64)
    return Table((("edge", tuple(counts)),), values), arrivals[stages[-1]]


def _totals(visits: int, orders: int, revenue: int, lift: float) -> Table:
    carts = int(orders / 0.3)
    totals = {
        "shoppers": visits, "visits": visits, "visitors": int(visits * 0.6), "buyers": int(orders * 0.8),
        "bounces": int(visits * 0.45 * (1 - lift)), "carts": carts, "cart_orders": orders,
        "checkouts": int(orders * 1.1), "orders": orders, "units": orders * 2, "revenue": revenue,
        "returned": revenue // 5,
        "satisfaction": int(orders * MICRO * 0.8), "trust": int(visits * 0.6) * MICRO // 2,
        "new_customers": int(orders * 0.7), "repeat_customers": int(orders * 0.2 * (1 + lift)),
        "lost_customers": int(orders * 0.3), "referrals": orders // 30, "sent": int(visits * lift * 10),
        "delivered": int(visits * lift * 9), "opened": int(visits * lift * 3), "clicked": int(visits * lift),
        "unsubscribed": int(visits * lift * 0.1), "stockouts": orders // 50, "cut_off": 0, "residual_orders": 0,
    }  # fmt: skip
    return Table((("measure", tuple(totals)),), np.array(list(totals.values()), dtype=np.int64))


def _daily(days: int, visits: int, orders: int, revenue: int, luck: np.random.Generator) -> Table:
    weekly = 1 + 0.2 * np.sin(np.arange(days) * 2 * np.pi / 7) + 0.3 * np.sin(np.arange(days) * np.pi / days)
    weekly = weekly * np.exp(0.1 * luck.standard_normal(days))
    shape = weekly / weekly.sum()
    columns = [visits, visits // 2, orders, revenue, revenue // 3]
    values = np.stack([np.floor(total * shape) for total in columns], axis=1).astype(np.int64)
    measures = ("visits", "new_visitors", "orders", "revenue", "margin")
    return Table((("day", tuple(map(str, range(days)))), ("measure", measures)), values)


def _ages(customers: int, lift: float, fortune: float) -> Table:
    age = np.arange(53)
    margin = np.where(age == 0, 3400.0, 95.0 * np.exp(-age / 30)) * (1 + lift * (1 + age / 53)) * customers * fortune
    values = np.zeros((1, 53, 3), dtype=np.int64)
    values[0, :, 0] = margin.astype(np.int64)
    axes = (("cohort", ("0",)), ("age", tuple(map(str, age))), ("measure", ("margin", "revenue", "orders")))
    return Table(axes, values)


def _accounts(revenue: int, lift: float) -> Table:
    store = [revenue, 0, revenue // 5, revenue // 3, revenue // 10, revenue // 10, 0, 0, 0, 0, 0, 0]
    owner = [0, int(revenue * lift / 20), 0, 0, 0, int(revenue * lift / 9), 1_900, 0, 19_000, 2_500, 3_000, 11_000]
    owners = ("store", "cart_recovery") if lift else ("store",)
    values = np.array([store, owner][: len(owners)], dtype=np.int64)
    return Table((("owner", owners), ("account", ACCOUNTS)), values)


def splits(
    visits: int,
    orders: int,
    revenue: int,
    replication: int,
    shares: Mapping[str, tuple[float, float]] = SEGMENTS,
    noise: float = 0.02,
) -> Table:
    """Visits, orders and revenue by kind of customer and device, noisy in the luck of the replication."""
    luck = np.random.default_rng(replication + 7).normal(1.0, noise, len(shares))
    rows = [
        (int(visits * share), int(orders * share * times * chance), int(revenue * share * times * chance))
        for (share, times), chance in zip(shares.values(), luck, strict=True)
    ]
    rows += [(visits // 2, orders // 3, revenue // 3), (visits // 2, orders // 2, revenue // 2)]
    levels = (*(f"customer:{name}" for name in shares), "device:phone", "device:desktop")
    return Table((("level", levels), ("measure", ("visits", "orders", "revenue"))), np.array(rows, dtype=np.int64))


def _order_values(orders: int, aov: float) -> NDArray[np.int64]:
    edges = np.concatenate([[math.log(1 / 1.15)], np.log([float(b) for b in BINS[1:]])])
    weight = np.exp(-0.5 * ((edges - math.log(aov * 0.85)) / 0.6) ** 2)
    counts: NDArray[np.int64] = np.floor(orders * weight / weight.sum()).astype(np.int64)
    return counts
