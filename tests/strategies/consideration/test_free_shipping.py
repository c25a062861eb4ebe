"""Free shipping: everybody may have it above the threshold; it sells more, pads orders, and the fee is lost."""

import numpy as np
import pytest

from simulation import Outcomes, Study, measure, simulate
from tests.stores import accounts_of, lively
from tests.strategies.counter import counter

FEE = 6.0


def store(visitors: int = 4000, **thresholds: float) -> Study:
    """A lively store that charges for shipping, with a plan for each threshold by name."""
    plans = {name: {"free_shipping": {"above": above}} for name, above in thresholds.items()}
    experiment = {"visitors": visitors, "warm_up_days": 0.0, "follow_up_days": 7.0}
    return lively(plans, experiment=experiment, offers={"shipping_fee": FEE}, stock={"unlimited": True})


def test_it_is_offered_to_everybody_from_the_threshold_on() -> None:
    at = counter("free_shipping", above=45.5)
    pulls = at.act()
    assert pulls.free_above is not None
    assert pulls.free_above.tolist() == [4550.0] * 6
    assert np.count_nonzero(pulls.touched) == 6


def test_it_sells_more_and_what_it_costs_is_the_fee_not_an_account() -> None:
    study = store(All=0.0)
    base, free = (simulate(study, plan, 0) for plan in ("Baseline", "All"))
    assert free.total("orders") > 1.02 * base.total("orders")
    each = [accounts_of(run, "store")["fulfilment"] / run.total("orders") for run in (base, free)]
    assert each[1] - each[0] == pytest.approx(100 * FEE, abs=60)
    assert accounts_of(free, "free_shipping")["gifts"] == 0


def test_a_threshold_pads_orders_and_raising_it_lowers_spend() -> None:
    """Hemmati and others 2021: some reach for the threshold; a higher one is out of more shoppers' reach."""
    study = store(low=60.0, high=120.0)
    base, low, high = (simulate(study, plan, 0) for plan in ("Baseline", "low", "high"))
    assert units(low) > units(high) > units(base)
    spend = [measure(run)["revenue_per_visitor"] for run in (low, high, base)]
    assert spend == sorted(spend, reverse=True)


def units(outcomes: Outcomes) -> float:
    return outcomes.total("units") / outcomes.total("orders")


def test_where_shipping_is_in_the_prices_nothing_changes_but_the_message() -> None:
    study = lively({"Free": {"free_shipping": {}}})
    base, free = (simulate(study, plan, 0) for plan in ("Baseline", "Free"))
    assert base.total("revenue") == free.total("revenue")
    assert free.tables["strategies"].at("free_shipping", "reach") > 0
