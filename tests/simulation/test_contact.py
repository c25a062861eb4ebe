"""Levers towards people: addresses, talks, points, recommendations, gifts that are shown around, and their costs."""

import numpy as np
import pytest

from simulation import simulate
from simulation.levers import Levers
from simulation.outcomes import Outcomes
from simulation.shoppers import ATTRACTED
from simulation.world import World
from tests.probes import Probe
from tests.stores import Plans, accounts_of, installed, lively, world_with, worlds_kept

PLAN: Plans = {"With": {"cross_sell": {}}}
MANY = 4000


def people(size: int = MANY, **changes: object) -> tuple[World, np.ndarray, Levers]:
    """Return shoppers inside the horizon, who have not yet permitted e-mail, and levers for them."""
    world, rows = world_with(lively(PLAN, **changes), size, "With")
    world.shoppers.permission[rows] = False
    world.shoppers.visits[rows] = 1
    return world, rows, Levers(world, rows, np.full(size, 5.0), None)


# costs -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("late", [False, True], ids=["in the horizon", "in the follow-up"])
def test_what_is_spent_on_new_customers_is_taken_from_what_they_are_worth(late: bool) -> None:
    """All but media, which are what they cost to win; after the horizon nothing is booked for the store any more."""
    world, rows, _ = people(6)
    sh, ledger = world.shoppers, world.ledger
    first = ledger.end - 4.0 if late else ledger.start
    sh.cohort[rows[:2]] = True
    sh.first_order[rows[:2]] = first
    levers = Levers(world, rows, first + np.array([5.0, 10.0, 5.0, 5.0, 5.0, 5.0]), None)
    levers.gift(np.array([0, 3]), np.array([7, 7]))
    levers.spend(np.array([1, 2, 5]), "personnel", np.array([1.5, 2.0, 4.0]))
    levers.spend(np.array([0, 1]), "media", 9.0)
    ledger.settle()
    gift = int(world.goods.unit_cost[7])
    weeks = ledger.ages[ledger.cohort_of(np.array([first]))[0]]
    assert weeks[:2].tolist() == [[-gift, 0, 0], [-150, 0, 0]]
    assert np.abs(ledger.ages).sum() == gift + 150
    assert ledger.accounts.sum() == (0 if late else 2 * gift + 750 + 1800)


# addresses ---------------------------------------------------------------------------------------------------------
def test_a_deeper_offer_brings_more_addresses_and_those_permit_mail() -> None:
    shares = []
    for depth in (0.0, 0.1, 0.3):
        world, rows, levers = people(offers={"address_intent_weight": 0.0})
        given = levers.ask_address(np.arange(MANY), depth)
        assert (world.shoppers.permission[rows] == given).all()
        shares.append(given.mean())
    assert shares == sorted(shares)
    assert shares[1] == pytest.approx(world.study.offers.address_rate, abs=0.02)
    assert shares[2] > 2.0 * shares[1]


def test_whoever_is_asked_pays_with_effort_and_the_anxious_most() -> None:
    world, rows, levers = people()
    world.shoppers.permission[rows[:10]] = True
    levers.ask_address(np.arange(100), 0.1)
    friction = levers.pulls.column("friction")
    concern = world.shoppers.concern[rows]
    assert (friction[:10] == 0.0).all(), "who permits already is not asked"
    assert (friction[100:] == 0.0).all()
    assert friction[10:100] == pytest.approx(world.study.offers.popup_friction * np.exp(0.5 * concern[10:100]))
    assert world.ledger.strategies[0, 1] == 90


def test_who_came_to_buy_gives_an_address_more_readily() -> None:
    world, rows, levers = people()
    sh = world.shoppers
    given = levers.ask_address(np.arange(MANY), 0.1)
    buying = sh.reason[rows] == 0
    assert given[buying].mean() > 1.5 * given[~buying].mean()
    assert sh.readiness[rows][given].mean() > sh.readiness[rows][~given].mean() + 0.15


def test_the_anxious_give_their_address_less_often() -> None:
    world, rows, levers = people()
    given = levers.ask_address(np.arange(MANY), 0.3)
    assert world.shoppers.concern[rows][given].mean() < world.shoppers.concern[rows][~given].mean() - 0.2


# talks -------------------------------------------------------------------------------------------------------------
def test_those_with_open_questions_wish_to_talk() -> None:
    world, rows, levers = people()
    world.shoppers.clarity[rows[: MANY // 2]] = 1.0
    wish = levers.offer_help(np.arange(MANY))
    assert wish[: MANY // 2].sum() == 0
    open_questions = 1.0 - world.shoppers.clarity[rows[-1]]
    assert wish[MANY // 2 :].mean() == pytest.approx(world.study.offers.help_rate * open_questions, abs=0.02)


# costs -------------------------------------------------------------------------------------------------------------
def test_costs_are_booked_to_the_strategy_inside_the_horizon_only() -> None:
    world, rows, levers = people(10)
    levers.spend(np.arange(10), "personnel", 1.5)
    levers.spend(np.array([1, 2]), "media", np.array([0.25, 0.5]))
    Levers(world, rows, np.full(10, 1.0), None).spend(np.arange(10), "personnel", 1.5)
    booked = world.ledger.accounts
    assert booked.sum() == 1500 + 75
    assert booked[1].sum() == 1575


# friends -----------------------------------------------------------------------------------------------------------
class Asking(Probe):
    """Asks everybody who ordered to recommend."""

    id = "asking"
    reward: float = 0.3

    def ordered(self, moment: object, levers: Levers) -> None:
        levers.ask_to_recommend(np.arange(moment.size), self.reward)  # type: ignore[attr-defined]


def run(reward: float) -> tuple[Outcomes, World]:
    study = lively({"With": {"asking": {"reward": reward}}}, fulfilment={"referral": 0.1})
    with installed(Asking), worlds_kept() as worlds:
        outcomes = simulate(study, "With", 0)
    return outcomes, worlds[0]


def test_a_reward_brings_friends_who_are_linked_and_the_more_the_higher_it_is() -> None:
    counts = []
    for reward in (0.0, 0.1, 0.3):
        outcomes, world = run(reward)
        counts.append(outcomes.total("referrals"))
        friends = world.shoppers.referrer[: world.shoppers.size] >= 0
        assert (world.shoppers.reason[: world.shoppers.size][friends] == world.recommended).all()
    assert counts == sorted(counts)
    assert counts[2] > 1.5 * counts[0] > 0


def test_friends_asked_for_in_a_campaign_come_once_all_have_been_asked() -> None:
    world, rows, levers = people(2000, fulfilment={"referral": 0.1})
    levers.ask_to_recommend(np.arange(2000), 0.3)
    levers.settle()
    new = np.arange(rows.size, world.shoppers.size)
    assert new.size > 100
    assert np.isin(world.shoppers.referrer[new], rows).all()
    levers.settle()
    assert world.shoppers.size == rows.size + new.size, "each comes once"


def test_gifts_to_people_with_an_audience_bring_newcomers_with_diminishing_returns() -> None:
    def brought(followers: float) -> float:
        world, rows, levers = people(2000, offers={"followers": followers, "follower_visits": 0.05})
        before = world.shoppers.size
        levers.seed(np.arange(2000), np.zeros(2000, dtype=np.int64))
        assert world.ledger.accounts[1].sum() == 2000 * world.goods.unit_cost[0]
        new = np.arange(before, world.shoppers.size)
        assert np.isin(world.shoppers.referrer[new], rows).all()
        return float(new.size)

    few, many = brought(100.0), brought(10_000.0)
    assert few > 100
    assert 100.0**0.45 * 0.8 < many / few < 100.0**0.45 * 1.2, "a hundred times the audience, eight times the visits"


def test_followers_are_linked_to_whom_they_follow_even_when_others_come_too_late() -> None:
    """Near the end of the horizon many would come after it; who does come is linked to his own customer."""

    def brought(later: float) -> dict[int, int]:
        """Return the customer (row) whom each newcomer (key) follows when the horizon ends so much later."""
        world, rows, _ = people(400, offers={"followers": 2000.0, "follower_visits": 0.05})
        levers = Levers(world, rows, np.full(400, world.ledger.end - 2.0), None)
        world.ledger.end += later
        levers.seed(np.arange(400), np.zeros(400, dtype=np.int64))
        new = np.arange(400, world.shoppers.size)
        return dict(zip(world.shoppers.key[new].tolist(), world.shoppers.referrer[new].tolist(), strict=True))

    few, whom = brought(0.0), brought(1000.0)
    assert 0 < len(few) < 0.7 * len(whom)
    assert few == {key: whom[key] for key in few}


# points ------------------------------------------------------------------------------------------------------------
def test_points_are_redeemed_as_an_offer_of_their_worth() -> None:
    world, rows, levers = people(4)
    world.shoppers.item[rows] = [0, 0, 0, -1]
    price = int(world.goods.price[0])
    levers.save(np.array([0, 1, 3]), np.array([price // 10, 3 * price, price]))
    levers.redeem(np.arange(4))
    offer = levers.pulls.column("offer")
    assert offer == pytest.approx([price // 10 / price, 0.9, 0.0, 0.0])
    assert world.redeemers == {0}


def test_points_used_are_gone() -> None:
    class Saving(Probe):
        id = "saving"

        def act(self, moment: object, levers: Levers) -> None:
            levers.redeem(np.arange(moment.size))  # type: ignore[attr-defined]

        def ordered(self, moment: object, levers: Levers) -> None:
            levers.save(np.arange(moment.size), np.full(moment.size, 700))  # type: ignore[attr-defined]

    study = lively({"With": {"saving": {}}})
    with installed(Saving), worlds_kept() as worlds:
        outcomes = simulate(study, "With", 0)
    sh = worlds[0].shoppers
    orders, stake = sh.orders[: sh.size], sh.stake[: sh.size]
    assert (stake >= 0).all()
    assert (stake[orders == 1] == 700).all()
    assert stake.sum() < 700 * orders.sum(), "who orders again has used some"
    assert accounts_of(outcomes, "saving")["discounts"] > 0
    assert accounts_of(outcomes, "store")["discounts"] == 0


def test_what_one_would_lose_by_leaving_binds() -> None:
    """Repeat customers with points of a typical order's worth drop out less often, at the odds of the stake weight."""
    from simulation.visit import Floor

    world, rows, _ = people(3)
    after = Floor(world).after
    world.shoppers.dropout[rows] = 0.25
    world.shoppers.stake[rows] = [0, after.typical, 50 * after.typical]
    chance = after._dropout(rows, np.zeros(3, dtype=np.bool_), np.zeros(3))
    bound = 0.25 / (0.25 + 0.75 * np.exp(world.study.offers.stake_weight))
    assert chance == pytest.approx([0.25, bound, bound])


def test_nobody_is_brought_twice_as_paid() -> None:
    assert ATTRACTED < -1


def test_asking_some_of_the_shoppers_reaches_those_and_no_others() -> None:
    """As behind a hold-out: levers for some, numbered anew."""
    world, rows, levers = people(100)
    world.shoppers.permission[rows[::2]] = True
    levers.only(np.arange(60, 100)).ask_address(np.arange(40), 0.3)
    touched = np.flatnonzero(levers.pulls.touched)
    assert touched.tolist() == list(range(61, 100, 2))
    assert np.flatnonzero(levers.pulls.column("friction")).tolist() == touched.tolist()
