"""Backfires are real: discounts train, cannibalise and sell out trust in the full price; intrusion costs trust.

Each test pairs the same shoppers with equal luck and decides at three standard errors (wrong in one of 700). Too many
messages: test_messages.py; scarcity that disappoints: the strategy's own tests; popularity that concentrates: likewise.
"""

from typing import Any

import numpy as np
import pytest

from simulation import measure, simulate
from tests.statistical.backfires import Letter, Sale, orders_of, traced
from tests.stores import Plans, accounts_of, fashion, installed

pytestmark = pytest.mark.slow

STORE: dict[str, Any] = {
    "experiment": {"visitors": 40_000, "warm_up_days": 0.0, "days": 120.0, "follow_up_days": 0.0},
    "stock": {"unlimited": True},
    "fulfilment": {"referral": 0.0},
}

OFTEN = {"alpha": 5.0, "r": 0.6}
"""Customers who need something every other month."""


def test_deep_discounts_train_established_customers_and_win_new_ones() -> None:
    """After a month at 30 % off customers buy less than without it; those who had not bought before buy more.

    Anderson and Simester 2004: deeper discounts raise the later purchases of first-time customers and lower those of
    established ones.
    """
    store = {**STORE, "experiment": {**STORE["experiment"], "visitors": 240_000, "days": 240.0}}
    plans = {"Sale": {"sale": {"first": 120.0, "last": 150.0}}}
    with installed(Sale):
        without, with_sale = (traced(fashion(plans, **store, repurchase=OFTEN), plan) for plan in ("Baseline", "Sale"))
    reached = np.unique(with_sale.table("reached")["shopper"])
    established = orders_of(without, reached, 0.0, 120.0) > 0
    for mine, sign in ((established, -1.0), (~established, 1.0)):
        later = [orders_of(trace, reached[mine], 150.0, 240.0) for trace in (without, with_sale)]
        difference = sign * np.subtract(later[1], later[0]).astype(float)
        assert difference.sum() > 3.0 * difference.std() * np.sqrt(difference.size), (sign, later[0].sum())


def test_a_discount_for_everybody_is_mostly_paid_to_those_who_would_have_bought_anyway() -> None:
    """At 20 %: more orders, more than two thirds of them at a price that nobody needed, and a lower margin."""
    with installed(Sale):
        study = fashion({"Sale": {"sale": {"depth": 0.2}}}, **STORE)
        without, with_sale = traced(study, "Baseline"), traced(study, "Sale")
        base, cheap = simulate(study, "Baseline", 0), simulate(study, "Sale", 0)
    shoppers = np.unique(with_sale.table("orders")["shopper"])
    bought = [orders_of(trace, shoppers, 0.0, 1e4) for trace in (without, with_sale)]
    assert bought[1].sum() > 1.1 * bought[0].sum()
    anyway = np.minimum(*bought).sum() / bought[1].sum()
    assert anyway > 2.0 / 3.0
    assert accounts_of(cheap, "sale")["discounts"] > 0
    assert measure(cheap)["margin"] < measure(base)["margin"]


def test_openly_used_data_costs_the_trust_of_those_who_did_not_consent() -> None:
    """Letters that show what the store knows: those without consent trust it less and buy less; others do not mind."""
    plans: Plans = {"Discreet": {"letter": {}}, "Open": {"letter": {"personal": 1.0}}}
    store = {**STORE, "experiment": {**STORE["experiment"], "visitors": 20_000, "days": 200.0}}
    study = fashion(plans, **store, data={"personal_consent": 0.0})
    willing = fashion(plans, **store, data={"personal_consent": 1.0})
    with installed(Letter):
        discreet, openly = (measure(simulate(study, plan, 0)) for plan in ("Discreet", "Open"))
        among_willing = [measure(simulate(willing, plan, 0)) for plan in ("Discreet", "Open")]
        traces = [traced(study, plan) for plan in ("Discreet", "Open")]
    assert openly["trust"] < discreet["trust"]
    assert among_willing[0] == among_willing[1]
    reached = np.unique(np.concatenate([trace.table("reached")["shopper"] for trace in traces]))
    difference = np.subtract(*(orders_of(trace, reached, 0.0, 1e4) for trace in reversed(traces))).astype(float)
    assert difference.sum() < -3.0 * difference.std() * np.sqrt(difference.size)
