"""The treated: who was reached, since when his two lives may differ, and what he did in each."""

from typing import Any

import numpy as np
import pytest

from planner.evidence.treated import MEASURES, WITHOUT, NumberedTrace, Reached, first_reached, simulate_beside, sums
from planner.experiments.runner import StopWatch
from simulation import Evidence, Outcomes, Strategy
from tests.planner.evidence.reachers import Farewell, Onlooker, Thanks
from tests.stores import LIVELY, installed, lively

ENTRY = Evidence("orders", "treated", 0.0, 0.1, "A", "")
EVER = 1e9


def keys(*names: int) -> np.ndarray:
    return np.array(names, dtype=np.uint64)


def visit(trace: NumberedTrace, shopper: int, time: float) -> None:
    trace.visited(keys(shopper), np.array([time]), np.array([True]))


def order(trace: NumberedTrace, shopper: int, time: float, revenue: int = 100, *, returned: int = 0) -> None:
    trace.ordered(keys(shopper), np.array([time]), np.array([revenue]), np.array([revenue // 2]), np.array([returned]))


def reach(trace: NumberedTrace, shopper: int, time: float, orders: int = 0, considered: float = 0.0) -> None:
    trace.reached(keys(shopper), np.array([time]), 0, np.array([orders]), np.array([considered]))


def since(trace: NumberedTrace) -> dict[int, float]:
    found = first_reached(trace)
    return dict(zip(found.shopper.tolist(), found.since.tolist(), strict=True))


def test_who_is_reached_on_a_visit_counts_from_its_start() -> None:
    trace = NumberedTrace()
    visit(trace, 1, 3.0)
    reach(trace, 1, 5.02)
    order(trace, 1, 5.0)
    visit(trace, 1, 5.0)
    assert since(trace) == {1: 5.0}


def test_who_is_reached_after_leaving_counts_from_then() -> None:
    trace = NumberedTrace()
    visit(trace, 1, 5.0)
    reach(trace, 1, 5.02)
    visit(trace, 1, 9.0)
    assert since(trace) == {1: 5.02}


def test_who_is_reached_for_an_order_counts_after_it() -> None:
    """His visit has not ended yet, but its order stands already."""
    trace = NumberedTrace()
    order(trace, 1, 5.0)
    reach(trace, 1, 5.02)
    visit(trace, 1, 5.0)
    assert since(trace) == {1: 5.02}


def test_only_the_first_reach_counts_and_only_that_of_the_plans_strategy() -> None:
    trace = NumberedTrace()
    trace.reached(keys(3), np.array([1.0]), 1, np.array([0]), np.array([0.0]))
    reach(trace, 2, 6.0)
    reach(trace, 2, 8.0)
    reach(trace, 1, 7.0)
    assert since(trace) == {1: 7.0, 2: 6.0}


def test_sums_are_of_the_treated_from_their_own_time_on() -> None:
    trace = NumberedTrace()
    for shopper, time in ((1, 1.0), (1, 5.0), (1, 9.0), (2, 7.0), (4, 6.0), (1, 40.0)):
        order(trace, shopper, time, returned=int(time == 9.0))
        visit(trace, shopper, time)
    reached = Reached(keys(1, 2), np.array([5.0, 7.5]), np.array([0, 3]), np.array([0.4, 0.0]))
    tables = (trace.table("visits"), trace.table("orders"))

    def told(entry: Evidence) -> dict[str, int]:
        return dict(zip(MEASURES, sums(*tables, reached, entry, 30.0), strict=True))

    everybody = {"shoppers": 2, "visits": 2, "orders": 2, "revenue": 200, "margin": 100, "returned": 100}
    assert told(ENTRY) == everybody
    assert told(ENTRY._replace(days=4.0)) == everybody | {
        "visits": 1, "orders": 1, "revenue": 100, "margin": 50, "returned": 0,
    }  # fmt: skip
    assert told(ENTRY._replace(among="established")) == dict.fromkeys(MEASURES, 0) | {"shoppers": 1}
    assert told(ENTRY._replace(among="new"))["shoppers"] == told(ENTRY._replace(among="considered"))["shoppers"] == 1


def test_nobody_reached_sums_to_nothing() -> None:
    trace = NumberedTrace()
    visit(trace, 1, 1.0)
    assert sums(trace.table("visits"), trace.table("orders"), first_reached(trace), ENTRY, EVER) == [0] * len(MEASURES)


# in the store ------------------------------------------------------------------------------------------------------
def beside(strategy: type[Strategy], **changes: Any) -> Outcomes:
    study = lively({WITHOUT: {}, "Alone": {strategy.id: {}}}, **changes)
    with installed(strategy):
        return simulate_beside(study, "Alone", 0, StopWatch())


@pytest.mark.parametrize("strategy", [Onlooker, Farewell, Thanks])
def test_a_strategy_that_changes_nothing_has_equal_sums_with_and_without(strategy: type[Strategy]) -> None:
    table = beside(strategy).tables["treated"]
    assert table.axes[0][1] == tuple(map(str, range(len(strategy.evidence))))
    assert table.at("0", "with", "visits") > 50
    assert (table.values[:, 0] == table.values[:, 1]).all()


def test_whoever_is_reached_at_the_till_has_all_his_orders_counted() -> None:
    """An order is one of a visit that passed the till: its own visit counts too."""
    outcomes = beside(Onlooker, experiment={"warm_up_days": 0.0})
    table = outcomes.tables["treated"]
    assert table.at("0", "without", "orders") == outcomes.total("orders") > 50
    assert table.at("0", "without", "revenue") == outcomes.total("revenue")
    assert table.at("0", "without", "returned") == outcomes.total("returned") > 0
    assert table.at("2", "without", "revenue") < outcomes.total("revenue"), "two days of newcomers"


def test_an_order_for_which_one_is_thanked_does_not_count() -> None:
    once_a_visit = {"edge": LIVELY["funnel"]["edge"][:-1]}
    outcomes = beside(Thanks, experiment={"warm_up_days": 0.0}, funnel=once_a_visit)
    table = outcomes.tables["treated"]
    first_orders = table.at("0", "with", "shoppers")
    assert 0 < table.at("0", "with", "orders") == outcomes.total("orders") - first_orders


def test_the_plan_without_strategies_is_an_ordinary_run() -> None:
    outcomes = simulate_beside(lively({WITHOUT: {}}), WITHOUT, 0, StopWatch())
    assert "treated" not in outcomes.tables
    assert outcomes.total("orders") > 50
