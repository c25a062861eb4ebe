"""Retargeting: who sees which advert when; the product once preferences are formed; the exposed buy more."""

import numpy as np
import pytest

from simulation import simulate
from simulation.agenda import DELIVERY
from tests.stores import FASHION, accounts_of, built, lively, shipped
from tests.strategies.counter import counter
from tests.strategies.lift import treated_lift

NO_CART = np.zeros(6, dtype=np.bool_)


def test_the_product_is_shown_to_those_who_know_what_they_want_the_store_to_others() -> None:
    at = counter("retargeting_ads", impressions=1, least_visits=1, dynamic_from=3, discount=0.05)
    sh = at.world.shoppers
    sh.item[at.rows] = [3, 4, 5, 6, -1, 7]
    sh.visits[at.rows] = [1, 2, 3, 1, 9, 9]
    sh.consent[at.rows[5]] = False  # the pixels know nothing of him
    cart = np.array([False, False, False, True, False, False])
    sent = at.left(cart)
    assert sent["row"].tolist() == at.rows[:4].tolist()
    assert sent["product"].tolist() == [-1, -1, 5, 6]
    assert (sent["channel"] == 2).all()
    assert (sent["offer"] == 0.05).all()
    assert (sent["visits"] == sh.visits[at.rows[:4]]).all(), "they lapse for those who come back"


@pytest.mark.parametrize(("least", "reached"), [(1, 6), (2, 4), (5, 3)])
def test_those_who_came_often_enough_or_filled_a_cart_are_followed(least: int, reached: int) -> None:
    at = counter("retargeting_ads", impressions=1, least_visits=least)
    at.world.shoppers.item[at.rows] = 1
    at.world.shoppers.visits[at.rows] = [1, 1, 1, 2, 5, 9]
    cart = np.array([True, False, False, False, False, False])
    assert at.left(cart).size == reached


def test_half_of_the_adverts_are_shown_within_the_half_life() -> None:
    at = counter("retargeting_ads", impressions=10, least_visits=1, half_life=3.0)
    at.world.shoppers.item[at.rows] = at.world.shoppers.visits[at.rows] = 1
    assert at.left(NO_CART).size == at.rows.size, "one message each, which is repeated"
    assert at.world.ledger.totals["sent"] == 60
    times = []
    while (due := at.world.agenda.due(99.0)).size:
        shown = due[due["kind"] == DELIVERY]
        times += shown["time"].tolist()
        at.world.outbox.deliver(shown)
    delays = np.array(times) - 5.5
    assert delays.size == 60
    assert (delays > 0.0).all()
    night = 10.2 / 24.0  # adverts due in the quiet hours wait for the morning
    assert (delays <= 3.0 + night).mean() >= 0.5 >= (delays <= 3.0 - night).mean()
    assert (delays <= 6.0 + night).mean() >= 0.7 >= (delays <= 6.0 - night).mean()


def test_permission_to_write_is_not_needed_but_consent_is() -> None:
    at = counter("retargeting_ads", impressions=1, least_visits=1)
    at.world.shoppers.item[at.rows] = at.world.shoppers.visits[at.rows] = 1
    at.world.shoppers.permission[at.rows] = False
    at.world.shoppers.consent[at.rows[:2]] = False
    assert at.left(NO_CART)["row"].tolist() == at.rows[2:].tolist()


def test_impressions_are_paid_for() -> None:
    study = lively({"Ads": {"retargeting_ads": {}}}, costs={"advert": 0.05})
    outcomes = simulate(study, "Ads", 0)
    shown = outcomes.tables["strategies"].at("retargeting_ads", "delivered")
    assert accounts_of(outcomes, "retargeting_ads")["media"] == 5 * shown > 0


@pytest.mark.slow
def test_in_the_shipped_store_the_exposed_buy_as_much_more_as_trials_found() -> None:
    """Purchases +10.5 % of the exposed (Johnson, Lewis and Nubbemeyer 2017); prior +10 % (sd 4)."""
    raw = shipped(FASHION)
    brief = {"visitors": 300_000, "warm_up_days": 0.0, "days": 60.0, "follow_up_days": 10.0, "ltv_days": 10.0}
    study = built(
        raw,
        {"Ads": {"retargeting_ads": {}}},
        experiment={**raw["experiment"], **brief},
        stock={"unlimited": True},
        fulfilment={**raw["fulfilment"], "referral": 0.0},
    )
    lift = treated_lift(study, "Ads")
    assert lift.error < 0.02
    assert 0.02 < lift.relative < 0.19, lift
