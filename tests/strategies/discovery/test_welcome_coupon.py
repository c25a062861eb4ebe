"""Welcome coupon: who is asked, what those get who leave an address, and what asking costs."""

from typing import Any

import numpy as np
import pytest

from simulation import Levers, Outcomes, Study, simulate
from tests.stores import accounts_of, lively
from tests.strategies.counter import Counter, counter
from tests.strategies.lift import treated_lift


def newcomers(size: int = 3000, **parameters: float) -> Counter:
    at = counter("welcome_coupon", size, None, **parameters)
    sh = at.world.shoppers
    sh.permission[at.rows] = False
    sh.visits[at.rows] = 1
    return Counter(at.world, at.rows, at.now, stage=0)


def holders(at: Counter) -> np.ndarray:
    """Return who has left an address."""
    given: np.ndarray = np.isin(at.rows, at.sent()["row"])
    return given


def test_only_newcomers_who_do_not_permit_mail_are_asked() -> None:
    at = newcomers(6)
    sh = at.world.shoppers
    sh.visits[at.rows[0]] = 2
    sh.permission[at.rows[1]] = True
    sh.orders[at.rows[2]] = 1  # a customer is known again
    sh.visits[at.rows[3]], sh.consent[at.rows[3]] = 9, False  # looks new each time
    friction = at.act().friction
    assert friction is not None
    assert (friction > 0).tolist() == [False, False, False, True, True, True]


def test_an_address_is_worth_a_coupon_now_and_by_mail_later() -> None:
    at = newcomers(depth=0.15, mail_after_days=2.0)
    pulls = at.act()
    given = at.world.shoppers.permission[at.rows]
    assert (given == holders(at)).all()
    assert 0.01 < given.mean() < 0.2
    assert pulls.offer is not None
    assert pulls.offer == pytest.approx(np.where(given, 0.15, 0.0))
    sent = at.sent()
    assert sent["row"].tolist() == at.rows[given].tolist()
    assert (sent["offer"] == 0.15).all()
    assert (at.world.agenda.due(99.0)["time"] == 7.5).all()


def offered(at: Counter, days: float = 0.0, stage: int = 2) -> np.ndarray:
    offer = Counter(at.world, at.rows, at.now + days, stage).act().offer
    return np.zeros(at.rows.size) if offer is None else offer


def test_it_holds_for_a_while_for_those_who_are_known_again() -> None:
    at = newcomers(depth=0.2, valid_days=10.0)
    at.world.shoppers.consent[at.rows[1::2]] = False
    at.act()
    known = holders(at) & at.world.shoppers.consent[at.rows]
    assert 0 < known.sum() < holders(at).sum()
    assert offered(at, 9.9) == pytest.approx(np.where(known, 0.2, 0.0))
    assert not offered(at, 10.1).any()


def test_nobody_is_asked_further_on() -> None:
    at = newcomers()
    pulls = Counter(at.world, at.rows, at.now, stage=1).act()
    assert pulls.friction is None
    assert at.sent().size == 0


def test_it_is_for_one_order() -> None:
    at = newcomers()
    at.act()
    known = np.flatnonzero(holders(at))
    buyers = Counter(at.world, at.rows[known[::2]], at.now[known[::2]])
    buyers.strategy.ordered(buyers.moment(), Levers(at.world, buyers.rows, buyers.now, None))
    offer = offered(at)[known]
    assert not offer[::2].any()
    assert offer[1::2].all()


def test_who_orders_at_once_gets_no_mail() -> None:
    """The outbox drops it: half of those who left an address order before it is due."""
    at = newcomers(mail_after_days=1.0)
    at.act()
    at.world.shoppers.orders[at.sent()["row"][::2]] += 1
    at.world.outbox.deliver(at.world.agenda.due(99.0))
    delivered = at.world.shoppers.messages[at.sent()["row"]]
    assert (delivered[::2] == 0).all()
    assert (delivered[1::2] == 1).all()


def test_a_deeper_coupon_brings_more_addresses() -> None:
    few, many = (newcomers(depth=depth) for depth in (0.05, 0.3))
    few.act()
    many.act()
    assert few.sent().size < many.sent().size


# in a run ----------------------------------------------------------------------------------------------------------
def store(offers: dict[str, Any], **parameters: float) -> Study:
    return lively(
        {"Coupon": {"welcome_coupon": parameters}},
        experiment={"visitors": 4000, "warm_up_days": 0.0, "follow_up_days": 7.0},
        stock={"unlimited": True},
        fulfilment={"referral": 0.0},
        offers=offers,
    )


@pytest.mark.parametrize(("friction", "rate", "sign"), [(0.0, 0.9, 1), (1.0, 0.0, -1)])
def test_coupons_sell_and_pop_ups_cost_sales(friction: float, rate: float, sign: int) -> None:
    """Nearly everybody takes it and nobody minds; or nobody takes it and everybody minds."""
    lift = treated_lift(store({"popup_friction": friction, "address_rate": rate}, depth=0.2), "Coupon")
    assert lift.reached > 3000
    assert lift.clearly(sign), lift


def test_who_would_have_paid_the_full_price_pays_less() -> None:
    """With everybody taking a deep coupon the revenue per order falls, and the discount is the strategy's."""
    study = store({"address_rate": 0.99}, depth=0.3)
    before, after = (simulate(study, plan, 0) for plan in ("Baseline", "Coupon"))
    assert _order_value(after) < 0.9 * _order_value(before)
    assert accounts_of(after, "welcome_coupon")["discounts"] == after.total("discounts") > 0


def _order_value(outcomes: Outcomes) -> float:
    return outcomes.total("revenue") / outcomes.total("orders")
