"""RFM care: who is good, recent or slipping away is written to with the right thing, as often as said."""

import numpy as np
import pytest

from simulation import Levers, simulate
from tests.stores import lively
from tests.strategies.counter import Counter, counter
from tests.strategies.lift import treated_lift


def customers(**parameters: float) -> Counter:
    """Ten customers: ever more orders and money; the last orders 1, 11, 21 ... days ago."""
    at = counter("rfm_care", 10, None, **parameters)
    sh = at.world.shoppers
    sh.orders[at.rows] = 1 + np.arange(10)
    sh.revenue[at.rows] = 1000 * (1 + np.arange(10))
    sh.last_order[at.rows] = 5.5 - (1.0 + 10.0 * np.arange(10))
    return at


def write(at: Counter) -> np.ndarray:
    strategy = at.strategy
    strategy.write(at.moment(), Levers(at.world, at.rows, at.now, None))  # type: ignore[attr-defined]
    return at.sent()


def test_good_customers_hear_of_it_and_those_who_slip_away_get_an_offer() -> None:
    at = customers(best=0.8, recent_days=45.0, slipping_days=75.0, discount=0.2)
    sent = write(at)
    recent, slipping = sent[sent["offer"] == 0.0], sent[sent["offer"] > 0.0]
    assert recent["row"].tolist() == at.rows[2:5].tolist()
    assert slipping["row"].tolist() == at.rows[5:8].tolist()
    assert (slipping["offer"] == 0.2).all()


@pytest.mark.parametrize(("best", "count"), [(1.0, 10), (0.5, 5), (0.2, 2)])
def test_only_the_best_are_written_to(best: float, count: int) -> None:
    at = customers(best=best, recent_days=200.0, slipping_days=300.0)
    assert sorted(write(at)["row"].tolist()) == at.rows[10 - count :].tolist()


def test_each_is_written_to_about_what_he_is_believed_to_like() -> None:
    at = customers(best=1.0, recent_days=200.0)
    at.teach(at.rows % 4, 50.0)
    belief, _ = at.moment().profile.belief()
    goods = at.world.goods
    assert write(at)["product"].tolist() == (belief @ goods.features.T + goods.quality).argmax(axis=1).tolist()


def test_the_top_customers_get_a_gift_that_is_paid_for() -> None:
    at = customers(best=1.0, gift=0.2, recent_days=200.0)
    before = at.world.shoppers.trust[at.rows].copy()
    write(at)
    gained = np.flatnonzero(at.world.shoppers.trust[at.rows] > before)
    assert gained.tolist() == [8, 9]
    assert at.world.ledger.accounts[1].sum() == at.world.goods.unit_cost[at.sent()["product"][8:]].sum()


def test_campaigns_come_as_often_as_said_to_customers_who_permit() -> None:
    study = lively(
        {"Care": {"rfm_care": {"every_days": 5.0, "best": 1.0, "recent_days": 99.0}}},
        experiment={"warm_up_days": 0.0, "days": 28.0, "follow_up_days": 0.0},
        messages={"unsubscribe_rate": 0.0, "fatigue": 0.0, "quiet_from": 0.0, "quiet_to": 0.0},
    )
    outcomes = simulate(study, "Care", 0)
    customers = outcomes.total("new_customers")
    assert 0 < outcomes.total("sent") < 5 * customers
    seldom = lively({"Care": {"rfm_care": {"every_days": 25.0, "best": 1.0}}}, experiment={"days": 28.0})
    assert simulate(seldom, "Care", 0).total("sent") < outcomes.total("sent") / 2.0


def test_customers_order_more() -> None:
    study = lively(
        {"Care": {"rfm_care": {"every_days": 7.0, "recent_days": 10.0, "best": 1.0}}},
        experiment={"visitors": 4000, "days": 35.0},
        stock={"unlimited": True},
        fulfilment={"referral": 0.0},
    )
    assert treated_lift(study, "Care").clearly(1)


def test_too_many_mails_wear_out_those_who_get_them() -> None:
    """Every day instead of every tenth: a larger share of the messages ends the permission (three standard errors)."""
    found = []
    for days in (10.0, 1.0):
        study = lively(
            {"Care": {"rfm_care": {"every_days": days, "best": 1.0, "recent_days": 99.0}}},
            experiment={"visitors": 20000, "days": 35.0, "follow_up_days": 0.0},
            messages={"most_per_week": 1000, "unsubscribe_rate": 0.02},
        )
        outcomes = simulate(study, "Care", 0)
        found.append((outcomes.total("unsubscribed"), outcomes.total("delivered")))
    (few, of_few), (many, of_many) = found
    error = np.sqrt(few / of_few**2 + many / of_many**2)
    assert many / of_many - few / of_few > 3.0 * error, found
