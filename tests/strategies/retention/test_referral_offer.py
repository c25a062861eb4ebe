"""Referral offer: friends are welcomed, referrers thanked with a bundle once a friend has ordered, all are asked."""

from unittest import mock

import numpy as np
import pytest

from simulation import Levers, simulate
from simulation.pulls import Pulls
from tests.stores import accounts_of, lively, run_with_world
from tests.strategies.counter import Counter, counter


def shoppers(**parameters: object) -> Counter:
    """Return six shoppers: two regulars (0, 1), two friends of theirs (2, 3), two who came by themselves (4, 5)."""
    at = counter("referral_offer", 6, lively({"With": {"referral_offer": parameters}}))
    sh = at.world.shoppers
    sh.orders[at.rows] = [1, 2, 0, 0, 0, 0]
    sh.referrer[at.rows] = [-1, -1, at.rows[0], at.rows[1], -1, -2]
    return at


def meet(at: Counter, role: str, items: list[int]) -> Pulls:
    """Let the strategy meet the shoppers at a stage of a role with products in mind, and return what it pulled."""
    at.world.shoppers.item[at.rows] = items
    levers = Levers(at.world, at.rows, at.now, None)
    stage = at.world.funnel.roles.index(role)
    at.strategy.act(at.world.moment(at.world.strategies[0], at.rows, at.now, stage=stage), levers)
    return levers.pulls


def order(at: Counter, places: list[int]) -> None:
    """Let shoppers order, and the strategy see it."""
    who = Counter(at.world, at.rows[places], at.now[places])
    at.world.shoppers.orders[who.rows] += 1
    at.strategy.ordered(who.moment(), Levers(at.world, who.rows, who.now, None))


def thank(at: Counter) -> np.ndarray:
    """Let the daily campaign take place, and return the messages sent so far."""
    customers = Counter(at.world, at.rows[:2], at.now[:2])
    at.strategy.thank(customers.moment(), Levers(at.world, customers.rows, customers.now, None))  # type: ignore[attr-defined]
    return at.sent()


def test_friends_are_welcomed_to_their_first_order_and_nobody_else() -> None:
    at = shoppers(welcome=0.15)
    assert meet(at, "entry", [-1] * 6).column("offer").tolist() == [0.0, 0.0, 0.15, 0.15, 0.0, 0.0]
    at.world.shoppers.orders[at.rows[2]] = 1
    assert meet(at, "entry", [-1] * 6).column("offer").tolist() == [0.0, 0.0, 0.0, 0.15, 0.0, 0.0]


def test_a_referrer_is_thanked_once_the_friend_has_ordered_about_what_he_wants() -> None:
    at = shoppers(reward=0.2)
    at.world.shoppers.wish[at.rows[:2]] = [7, 9]
    order(at, [3, 4, 5])
    sent = thank(at)
    assert sent["row"].tolist() == [at.rows[1]]
    assert sent["product"].tolist() == [9]
    assert sent["offer"].tolist() == [0.2]
    order(at, [3])
    assert thank(at).size == 1, "a friend's second order is his own affair"


def test_the_bundle_costs_less_together_with_what_goes_with_it_until_it_ends() -> None:
    at = shoppers(reward=0.2, welcome=0.0, bundle_days=3.0)
    at.world.shoppers.wish[at.rows[:2]] = [7, -1]
    order(at, [2, 3])
    thank(at)
    items = [7, 4, 7, 7, 7, 7]
    till = meet(at, "checkout", items)
    assert till.column("offer").tolist() == [0.2, 0.2, 0.0, 0.0, 0.0, 0.0]
    (suggestion,) = till.suggestions
    assert suggestion.where.tolist() == [0, 1]
    assert suggestion.discount == 0.2
    goods = at.world.goods
    assert all(offered in goods.complements[item] for offered, item in zip(suggestion.products, items, strict=False))
    other = meet(at, "checkout", [4, 4, 7, 7, 7, 7])
    assert other.column("offer").tolist() == [0.0, 0.2, 0.0, 0.0, 0.0, 0.0], "only around what he wanted, if he did"
    assert meet(at, "compare", items).suggestions == []
    late = Counter(at.world, at.rows, at.now + 3.0)
    assert not meet(late, "checkout", items).column("offer").any()


def test_a_bundle_is_used_up_by_an_order() -> None:
    at = shoppers(reward=0.2, welcome=0.0)
    order(at, [2, 3])
    thank(at)
    order(at, [0])
    assert meet(at, "checkout", [4] * 6).column("offer").tolist() == [0.0, 0.2, 0.0, 0.0, 0.0, 0.0]


def test_the_companion_is_the_one_that_he_is_believed_to_like() -> None:
    at = shoppers(reward=0.2)
    goods = at.world.goods
    order(at, [2, 3])
    thank(at)
    for liked in goods.complements[4]:
        at.teach(np.full(6, liked), 1000.0)
        (suggestion,) = meet(at, "checkout", [4] * 6).suggestions
        belief, _ = at.moment().profile.belief()
        scores = goods.features[goods.complements[4]] @ belief[0] + goods.quality[goods.complements[4]]
        assert suggestion.products[0] == goods.complements[4][scores.argmax()]


def test_all_who_order_are_asked_to_recommend_for_the_reward() -> None:
    at = shoppers(reward=0.3)
    levers = Levers(at.world, at.rows, at.now, None)
    levers.ask_to_recommend = mock.Mock()  # type: ignore[method-assign]
    at.strategy.ordered(at.moment(), levers)
    where, reward = levers.ask_to_recommend.call_args.args
    assert where.tolist() == [0, 1, 2, 3, 4, 5]
    assert reward == 0.3


def test_a_programme_brings_friends_and_thanks_are_written_and_paid_for() -> None:
    plans = {"With": {"referral_offer": {"reward": 0.3, "welcome": 0.2, "monthly": {}}}}
    easily = {"extra_threshold": 0.0}
    study = lively(plans, fulfilment={"referral": 0.15}, experiment={"visitors": 1500}, basket=easily)
    base = simulate(study, "Baseline", 0)
    outcomes, _, world = run_with_world(study, "With")
    assert outcomes.total("referrals") > 2 * base.total("referrals") > 0
    assert outcomes.total("orders") > base.total("orders")
    sh = world.shoppers
    came = sh.referrer[: sh.size] >= 0
    won = np.unique(sh.referrer[: sh.size][came & (sh.orders[: sh.size] > 0)])
    written = world.outbox.sent[: world.outbox.size]
    assert np.isin(written["row"], won).all()
    assert 0.3 * won.size < np.unique(written["row"]).size <= won.size
    mine = accounts_of(outcomes, "referral_offer")
    assert mine["discounts"] > 0
    assert outcomes.tables["strategies"].at("referral_offer", "accepted") > 0, "some take the second product"


@pytest.mark.parametrize("size", [0, 3])
def test_nobody_is_thanked_where_no_friend_ordered(size: int) -> None:
    at = counter("referral_offer", size)
    assert thank(at).size == 0
