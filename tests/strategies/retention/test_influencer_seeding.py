"""Influencer seeding: who has an audience and came back gets a product he likes, once; followers come; it costs."""

from unittest import mock

import numpy as np
import pytest

from simulation import Levers, Moment, simulate
from strategies.retention.influencer_seeding import InfluencerSeeding
from tests.stores import lively, worlds_kept
from tests.strategies.counter import Counter, counter

FOLLOWERS = np.array([50.0, 900.0, 2000.0, 5000.0, 20_000.0, 90_000.0])


def customers(**parameters: object) -> Counter:
    """Return six customers with two orders each, ever more followers, and gifts for all of them in a campaign."""
    plan = {"influencer_seeding": {"gifts": 1000.0, **parameters}}
    at = counter("influencer_seeding", 6, lively({"With": plan}, offers={"follower_visits": 0.0}))
    at.world.shoppers.orders[at.rows] = 2
    return at


def seeded(at: Counter, followers: np.ndarray = FOLLOWERS) -> tuple[list[int], list[int]]:
    """Let a campaign take place; return the places of those who got something, and what."""
    levers = Levers(at.world, at.rows, at.now, None)
    levers.seed = mock.Mock()  # type: ignore[method-assign]
    at.world.profile.audience = lambda rows: followers[rows - at.rows[0]]
    at.strategy.give(at.moment(), levers)  # type: ignore[attr-defined]
    where, products = levers.seed.call_args.args
    return where.tolist(), products.tolist()


def test_the_largest_audiences_of_the_size_wanted_come_first() -> None:
    assert seeded(customers())[0] == [3, 2]
    assert seeded(customers(audience="macro"))[0] == [5, 4]
    assert seeded(customers(minimum=0.0, macro=30_000.0))[0] == [4, 3, 2, 1, 0]


def test_who_did_not_come_back_to_buy_again_gets_nothing() -> None:
    at = customers()
    at.world.shoppers.orders[at.rows[3]] = 1
    assert seeded(at)[0] == [2]
    at = customers(orders=1)
    at.world.shoppers.orders[at.rows[3]] = 1
    assert seeded(at)[0] == [3, 2]


def test_audiences_are_known_only_of_those_who_consent() -> None:
    at = customers(minimum=0.0)
    at.world.shoppers.consent[at.rows[:3]] = False
    assert seeded(at)[0] == [3]


def test_nobody_gets_a_second_product() -> None:
    at = customers()
    share = at.world.study.simulated_share
    once = customers(gifts=1.0001 / share)
    assert seeded(at)[0] == [3, 2]
    assert seeded(at)[0] == []
    assert [seeded(once)[0] for _ in range(3)] == [[3], [2], []]


def test_a_share_of_a_store_gives_its_share_of_the_gifts() -> None:
    at = customers(minimum=0.0, macro=1e9)
    gifts = customers(minimum=0.0, macro=1e9, gifts=0.5 / at.world.study.simulated_share)
    assert [len(seeded(gifts)[0]) for _ in range(6)] == [0, 1, 0, 1, 0, 1]


def test_each_gets_what_he_is_believed_to_like_up_to_the_price() -> None:
    at = customers(minimum=0.0, macro=1e9, price=50.0)
    at.teach(at.rows % 3, 50.0, "purchases")
    goods = at.world.goods
    where, products = seeded(at)
    belief, _ = at.moment().profile.belief()
    liking = np.where(goods.price <= 5000, belief @ goods.features.T + goods.quality, -np.inf)
    assert products == liking.argmax(axis=1)[where].tolist()
    assert (goods.price[products] <= 5000).all()
    cheapest = seeded(customers(price=0.0))[1]
    assert set(cheapest) == {int(goods.price.argmin())}, "nothing is free: the cheapest"


@pytest.mark.parametrize(("audience", "fee"), [("nano", 0.0), ("macro", 10.0 * (20 + 90))])
def test_macro_influencers_ask_for_a_fee_by_the_thousand(audience: str, fee: float) -> None:
    at = customers(audience=audience, fee=10.0)
    seeded(at)
    assert at.world.ledger.accounts[1].sum() == pytest.approx(100 * fee)


def test_followers_come_and_gifts_are_paid_for() -> None:
    plan = {"every_days": 4.0, "orders": 1, "minimum": 300.0, "gifts": 40.0, "monthly": {}}
    study = lively({"With": {"influencer_seeding": plan}}, offers={"follower_visits": 0.5})
    with worlds_kept() as worlds:
        base, outcomes = (simulate(study, name, 0) for name in ("Baseline", "With"))
    world = worlds[1]
    given = world.strategies[0].memory.given
    sh = world.shoppers
    assert given.size == np.unique(given).size > 3
    followers = np.flatnonzero(np.isin(sh.referrer[: sh.size], given) & (sh.reached[: sh.size] > 0))
    assert followers.size > 2 * given.size
    assert outcomes.total("shoppers") > base.total("shoppers")
    assert outcomes.tables["accounts"].at("influencer_seeding", "gifts") > 0


def test_nobody_is_given_anything_when_nobody_new_can_come_any_more() -> None:
    """Beyond the horizon a gift would please and cost nothing, as nothing is booked there."""
    plan = {"every_days": 4.0, "orders": 1, "minimum": 0.0, "gifts": 40.0, "monthly": {}}
    study = lively({"With": {"influencer_seeding": plan}}, experiment={"follow_up_days": 60.0, "ltv_days": 60.0})
    times: list[float] = []
    give = InfluencerSeeding.give

    def noted(self: InfluencerSeeding, moment: Moment, levers: Levers) -> None:
        times.append(float(moment.now[0]))
        give(self, moment, levers)

    with worlds_kept() as worlds, mock.patch.object(InfluencerSeeding, "give", noted):
        simulate(study, "With", 0)
    assert worlds[0].ledger.end - 4.0 <= max(times) < worlds[0].ledger.end


def test_many_small_audiences_bring_more_for_the_money_than_few_large_ones() -> None:
    """Equal numbers of followers in all, and gifts: newcomers grow with the audience to a power below one."""

    def brought(followers: np.ndarray) -> int:
        plan = {"gifts": 1e5, "macro": 1e9}
        at = counter("influencer_seeding", 400, lively({"With": {"influencer_seeding": plan}}))
        at.world.shoppers.orders[at.rows] = 2
        at.world.profile.audience = lambda rows: followers[rows]
        with mock.patch("simulation.newcomers.audience", side_effect=lambda world, rows: followers[rows]):
            at.strategy.give(at.moment(), Levers(at.world, at.rows, at.now, None))  # type: ignore[attr-defined]
        return at.world.shoppers.size - 400

    assert brought(np.full(400, 1000.0)) > 4 * brought(np.repeat([40_000.0, 0.0], [10, 390])) > 0
