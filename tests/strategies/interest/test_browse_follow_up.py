"""Browse follow-up: whom it writes to about what, how often; it brings some of them back."""

import numpy as np

from simulation import Study
from simulation.agenda import DELIVERY
from tests.stores import lively
from tests.strategies.counter import Counter, counter
from tests.strategies.lift import treated_lift

NO_CART = np.zeros(6, dtype=np.bool_)


def browsers(**parameters: object) -> Counter:
    """Return shoppers who may be written to and looked at products 3 to 8."""
    at = counter("browse_follow_up", 6, None, **parameters)
    at.world.shoppers.item[at.rows] = np.arange(3, 9)
    return at


def test_who_looked_and_left_without_a_cart_is_written_to_about_it() -> None:
    at = browsers(delay_days=2.0, discount=0.1)
    sh = at.world.shoppers
    sh.permission[at.rows[0]] = False
    sh.consent[at.rows[1]] = False  # what he looked at is not known
    sh.item[at.rows[2]] = -1
    sent = at.left(np.array([False, False, False, True, False, False]))
    assert sent["row"].tolist() == at.rows[[4, 5]].tolist()
    assert sent["product"].tolist() == [7, 8]
    assert (sent["offer"] == 0.1).all()
    assert (sent["visits"] == sh.visits[at.rows[4]]).all(), "it lapses for those who come back first"
    due = at.world.agenda.due(99.0)
    assert (due["kind"] == DELIVERY).all()
    assert due["time"].tolist() == [7.5, 7.5]


def test_nobody_is_written_to_twice_within_the_least_time() -> None:
    at = browsers(min_days=10.0)
    assert at.left(NO_CART).size == 6
    soon = Counter(at.world, at.rows, at.now + 9.9)
    assert soon.left(NO_CART).size == 6
    later = Counter(at.world, at.rows, at.now + 10.1)
    assert later.left(NO_CART).size == 12


def test_visits_told_late_do_not_count_as_rest() -> None:
    """The store serves some visits after later ones of other shoppers: time may seem to run backwards."""
    at = browsers(min_days=10.0)
    at.left(NO_CART)
    before = Counter(at.world, at.rows, at.now - 1.0)
    assert before.left(NO_CART).size == 6


def test_it_may_be_about_what_the_store_believes_they_like() -> None:
    at = browsers(about_what="favourite")
    at.teach(np.array([1, 2, 3, 4, 5, 6]), 50.0, channel="email")
    sent, goods = at.left(NO_CART), at.world.goods
    belief, _ = at.moment().profile.belief()
    assert sent["product"].tolist() == (belief @ goods.features.T + goods.quality).argmax(axis=1).tolist()
    assert sent["product"].tolist() != list(range(3, 9))


def store(**parameters: float) -> Study:
    """A lively store where all may be written to, and most read what they get."""
    return lively(
        {"Follow-up": {"browse_follow_up": parameters}},
        experiment={"visitors": 8000, "warm_up_days": 0.0, "follow_up_days": 10.0},
        stock={"unlimited": True},
        fulfilment={"referral": 0.0},
        shoppers={"email_at_first_visit": 0.95},
    )


def test_it_brings_some_back_and_more_after_a_day_than_at_once() -> None:
    lift = treated_lift(store(delay_days=1.0), "Follow-up")
    assert lift.reached > 1200
    assert lift.clearly(1), lift
    assert treated_lift(store(delay_days=0.01), "Follow-up").after < lift.after


def test_an_offer_brings_more() -> None:
    plain, offer = (treated_lift(store(discount=discount), "Follow-up") for discount in (0.0, 0.3))
    assert offer.after > plain.after
