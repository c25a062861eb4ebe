"""Conservation laws that hold for any valid study: what comes in goes out, of shoppers, units and money.

Studies are drawn by hypothesis (see studies.py), ends of ranges included; half of the runs have all strategies on.
"""

from typing import Any, NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import Outcomes, Study
from simulation.journal import EVENTS
from simulation.metrics import STRATEGY_ACCOUNTS, account, margin, strategy_cost
from simulation.world import World
from tests.property.studies import ALL_STRATEGIES, changes
from tests.stores import Log, lively, run_with_world


class Run(NamedTuple):
    """A finished run and the study it followed."""

    study: Study
    outcomes: Outcomes
    log: Log
    world: World

    def daily(self, measure: str) -> int:
        return int(self.outcomes.tables["daily"].column(measure).sum())

    def edges(self) -> dict[tuple[str, str], int]:
        table = self.outcomes.tables["edges"]
        return {(n.split(">")[0], n.split(">")[1]): int(v) for n, v in zip(table.axes[0][1], table.values, strict=True)}


def visits_in_are_visits_out(run: Run) -> None:
    edges, total = run.edges(), run.outcomes.total
    for stage in run.study.funnel.stage:
        into = sum(count for (_, target), count in edges.items() if target == stage.name)
        out = sum(count for (source, _), count in edges.items() if source == stage.name)
        assert into == out, stage.name
    assert sum(count for (source, _), count in edges.items() if source == "enter") == total("visits")
    assert sum(count for (_, target), count in edges.items() if target == "leave") == total("visits")


def orders_are_passages_into_care(run: Run) -> None:
    care = {stage.name for stage in run.study.funnel.stage if stage.role == "care"}
    passed = sum(n for (source, target), n in run.edges().items() if target in care and source != "enter")
    assert passed == run.outcomes.total("orders")


def every_table_tells_the_same(run: Run) -> None:
    tables, total = run.outcomes.tables, run.outcomes.total
    for measure in ("visits", "orders", "revenue"):
        assert run.daily(measure) == total(measure), measure
        column = tables["splits"].column(measure)
        dimensions = [label.split(":")[0] for label in tables["splits"].axes[0][1]]
        for dimension in set(dimensions):
            assert column[np.array(dimensions) == dimension].sum() == total(measure), (measure, dimension)
    assert tables["order_values"].values.sum() == total("orders")
    assert tables["cohorts"].values.sum() == total("new_customers")
    for measure in ("sent", "delivered", "opened", "clicked"):
        assert tables["strategies"].column(measure).sum() == total(measure), measure


def no_part_exceeds_its_whole(run: Run) -> None:
    total = run.outcomes.total
    for chain in (
        *("bounces <= visits", "cart_orders <= carts <= visits", "cart_orders <= orders", "visitors <= visits"),
        *("orders <= checkouts", "stockouts <= checkouts", "buyers <= orders", "buyers <= visitors"),
        *("new_customers <= buyers", "repeat_customers <= new_customers", "lost_customers <= new_customers"),
        *("cut_off <= new_customers", "returned <= revenue", "clicked <= opened <= delivered", "orders <= units"),
        *("unsubscribed <= delivered", "reachable <= visitors"),
    ):
        values = [total(name) for name in chain.split(" <= ")]
        assert values == sorted(values), f"{chain}: {values}"
        assert min(values) >= 0
    assert total("checkouts") - total("orders") <= total("stockouts")  # a substitute may be found
    assert 0 <= total("satisfaction") <= 1_000_000 * total("orders")
    assert 0 <= total("trust") <= 1_000_000 * total("visitors")


def money_adds_up(run: Run) -> None:
    outcomes, total = run.outcomes, run.outcomes.total
    for name in ("revenue", "discounts", "returned"):
        assert account(outcomes, name) == total(name), name
    goods, fulfilment = account(outcomes, "goods"), account(outcomes, "fulfilment")
    assert run.daily("margin") == total("revenue") - total("returned") - goods - fulfilment
    table = outcomes.tables["accounts"]
    by_owner = [sum(table.at(owner, name) for name in STRATEGY_ACCOUNTS) for owner in table.axes[0][1]]
    assert strategy_cost(outcomes) == sum(by_owner[1:])
    assert margin(outcomes) == run.daily("margin") - sum(by_owner)


def stock_adds_up(run: Run) -> None:
    stock = run.world.stock
    assert (stock.first + stock.received - stock.sold == stock.on_hand).all()
    assert (stock.on_hand[stock.sold == 0] >= 0).all()  # only a sale may take a shelf below zero (back-orders)
    assert (stock.on_order >= 0).all()


def order_lines_add_up(run: Run) -> None:
    """Where all that was sold was measured: goods at list price are revenue and discounts, and cost what they cost."""
    stock, goods, total = run.world.stock, run.world.goods, run.outcomes.total
    if run.study.experiment.warm_up_days == run.study.experiment.follow_up_days == 0.0:
        assert stock.sold.sum() == total("units")
        assert (stock.sold * goods.price).sum() == total("revenue") + total("discounts")
        assert (stock.sold * goods.unit_cost).sum() >= account(run.outcomes, "goods")


def the_journal_agrees(run: Run) -> None:
    """What belongs to the horizon by the start of its visit, counted again from the journal."""
    if overlapping(run):
        return  # which visit an order belongs to cannot be told from the journal
    total = run.outcomes.total
    visits, orders = run.log.only("visit"), run.log.only("order")
    inside = in_horizon(run, visits["time"])
    assert inside.sum() == total("visits")
    assert np.unique(visits["shopper"][inside]).size == total("visitors")
    mine = in_horizon(run, visit_starts(visits, orders))
    assert mine.sum() == total("orders")
    assert orders["revenue"][mine].sum() == total("revenue")
    assert orders["margin"][mine].sum() == run.daily("margin")
    assert np.unique(orders["shopper"][mine]).size == total("buyers")


def customers_are_followed(run: Run) -> None:
    """The first order decides whose customer one is; orders by customer age, counted again from the journal."""
    if overlapping(run):
        return
    visits, orders, ages = run.log.only("visit"), run.log.only("order"), run.outcomes.tables["ages"]
    first = np.full(run.world.shoppers.size, np.inf)
    np.minimum.at(first, orders["shopper"], orders["time"])
    age = orders["time"] - first[orders["shopper"]]
    new = (age == 0.0) & in_horizon(run, visit_starts(visits, orders))
    assert np.unique(orders["shopper"][new]).size == run.outcomes.total("new_customers")
    theirs = np.isin(orders["shopper"], orders["shopper"][new])
    again = theirs & (nth(orders) == 1) & (age <= run.study.experiment.ltv_days)
    assert again.sum() == run.outcomes.total("repeat_customers")
    mine = theirs & (age // 7.0 < ages.values.shape[1])
    assert mine.sum() == ages.column("orders").sum()
    assert orders["revenue"][mine].sum() == ages.column("revenue").sum()


def customers_are_split_by_what_they_were_before(run: Run) -> None:
    """New and returning visitors, customers of one, two to four and more orders, counted again from the journal."""
    if overlapping(run):
        return
    visits, orders, splits = run.log.only("visit"), run.log.only("order"), run.outcomes.tables["splits"]
    times = np.unique(run.log["time"])
    ordered = np.sort(orders["shopper"] * times.size + np.searchsorted(times, orders["time"]))
    arrived = visits["shopper"] * times.size + np.searchsorted(times, visits["time"])
    before = np.searchsorted(ordered, arrived) - np.searchsorted(ordered, visits["shopper"] * times.size)
    kind = np.where(before == 0, (nth(visits) > 0).astype(int), 2 + (before > 1) + (before > 4))
    inside = in_horizon(run, visits["time"])
    labels = [label for label in splits.axes[0][1] if label.startswith("customer:")]
    counted = np.bincount(kind[inside], minlength=5).tolist()
    assert [splits.at(label, "visits") for label in labels] == counted


def nth(log: Log) -> np.ndarray:
    """Return for each event how many of the same kind the shopper had before (in order of time)."""
    order = np.lexsort((log["time"], log["shopper"]))
    shopper = log["shopper"][order]
    number = np.empty(order.size, dtype=np.int64)
    number[order] = np.arange(order.size) - np.searchsorted(shopper, shopper)
    return number


def overlapping(run: Run) -> bool:
    """Return whether a visit may have begun before the same shopper's last one ended: a click or need due meanwhile."""
    leaving = np.array([target == "leave" for _, target in run.edges()])
    out = (run.log["event"] == EVENTS.index("decision")) & leaving[run.log["edge"]]
    out |= run.log["event"] == EVENTS.index("sold out")
    times = np.unique(run.log["time"])
    ended, began = (
        np.sort(log["shopper"] * times.size + np.searchsorted(times, log["time"]))
        for log in (run.log.of(out), run.log.only("visit"))
    )
    again = began[1:][began[1:] // times.size == began[:-1] // times.size]
    left_before = np.searchsorted(ended, again, side="right") - np.searchsorted(ended, again // times.size * times.size)
    nth = np.arange(began.size) - np.searchsorted(began, began // times.size * times.size)
    return bool((left_before < nth[1:][began[1:] // times.size == began[:-1] // times.size]).any())


def in_horizon(run: Run, times: np.ndarray) -> np.ndarray:
    start = run.study.experiment.warm_up_days
    inside: np.ndarray = (times >= start) & (times < start + run.study.experiment.days)
    return inside


def visit_starts(visits: Log, orders: Log) -> np.ndarray:
    """Return the start of the visit (the same shopper's last before it) in which each order was made."""
    times = np.unique(np.concatenate([visits["time"], orders["time"]]))
    began, ordered = (log["shopper"] * times.size + np.searchsorted(times, log["time"]) for log in (visits, orders))
    began.sort()
    return times[began[np.searchsorted(began, ordered, side="right") - 1] % times.size]


LAWS = (
    *(visits_in_are_visits_out, orders_are_passages_into_care, every_table_tells_the_same, no_part_exceeds_its_whole),
    *(money_adds_up, stock_adds_up, order_lines_add_up, the_journal_agrees, customers_are_followed),
    customers_are_split_by_what_they_were_before,
)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(changes(), st.sampled_from(["Baseline", "All"]))
def test_conservation_laws_hold_for_any_valid_study(change: dict[str, dict[str, Any]], plan: str) -> None:
    study = lively(ALL_STRATEGIES, **change)
    run = Run(study, *run_with_world(study, plan))
    for law in LAWS:
        law(run)
