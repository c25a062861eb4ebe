"""The levers' stacking rules, and that what they pull is counted for the strategy that pulled."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.funnel import DRIVER
from simulation.levers import DEEPEST_OFFER, Levers
from simulation.visit import Floor
from simulation.visits import Visits
from simulation.world import World
from tests.stores import Plans, lively, world_with

TWO: Plans = {"Two": {"smart_content": {}, "cross_sell": {}}}
ALL = np.ones(6, dtype=np.bool_)
FIRST_THREE = np.array([True, True, True, False, False, False])


def counter(places: int = 4) -> tuple[World, Levers, np.ndarray]:
    """Return a world, levers for six shoppers at time 5 (in the horizon), and the shelf before them."""
    world, rows = world_with(lively(TWO, catalogue={"shelf": places}), 6, "Two")
    shelf = np.tile(np.arange(places), (6, 1))
    return world, Levers(world, rows, np.full(6, 5.0), shelf), shelf


# stacking ----------------------------------------------------------------------------------------------------------
def test_the_best_offer_wins_whoever_comes_first() -> None:
    for depths in ((0.1, 0.3), (0.3, 0.1)):
        _, levers, _ = counter()
        for strategy, depth in enumerate(depths):
            levers.pulled_by(strategy).discount(ALL, depth)
        assert levers.pulls.offer is not None
        assert levers.pulls.offer_by is not None
        assert (levers.pulls.offer == 0.3).all()
        assert (levers.pulls.offer_by == depths.index(0.3)).all()


def test_of_equal_offers_the_first_is_the_one_that_is_used() -> None:
    _, levers, _ = counter()
    for strategy in (1, 0):
        levers.pulled_by(strategy).discount(ALL, 0.2)
    assert levers.pulls.offer_by is not None
    assert (levers.pulls.offer_by == 1).all()


def test_offers_and_add_ons_have_a_deepest_price() -> None:
    _, levers, _ = counter()
    levers.discount(ALL, 1.0)
    levers.suggest(ALL, np.zeros(6, dtype=np.int64), 1.0)
    assert levers.pulls.offer is not None
    assert (levers.pulls.offer == DEEPEST_OFFER).all()
    assert levers.pulls.suggestions[0].discount == DEEPEST_OFFER


def test_an_offer_is_for_those_it_was_made_to() -> None:
    _, levers, _ = counter()
    levers.discount(FIRST_THREE, 0.2)
    levers.pulled_by(1).discount(np.array([4]), 0.1)
    assert levers.pulls.offer is not None
    assert levers.pulls.offer_by is not None
    assert levers.pulls.offer.tolist() == [0.2, 0.2, 0.2, 0.0, 0.1, 0.0]
    assert levers.pulls.offer_by.tolist() == [0, 0, 0, -1, 1, -1]


def test_nudges_of_one_kind_do_not_add_up() -> None:
    _, levers, _ = counter()
    levers.urge(ALL, 0.3)
    levers.urge(FIRST_THREE, 0.8)
    levers.prove(ALL, 0.9)
    levers.prove(ALL, 0.2)
    assert levers.pulls.urgency is not None
    assert levers.pulls.proof is not None
    assert levers.pulls.urgency.tolist() == [0.8] * 3 + [0.3] * 3
    assert (levers.pulls.proof == 0.9).all()


@given(st.lists(st.floats(0.0, 1.0), max_size=5))
def test_answers_leave_ever_fewer_questions_open(parts: list[float]) -> None:
    _, levers, _ = counter()
    for part in parts:
        levers.answer(ALL, part)
    still_open = np.prod([1.0 - part for part in parts])
    assert (levers.pulls.answered if levers.pulls.answered is not None else np.zeros(6)) == pytest.approx(
        1.0 - still_open
    )


def test_effort_spared_adds_up() -> None:
    _, levers, _ = counter()
    levers.ease(ALL, -0.2)
    levers.ease(FIRST_THREE, -0.3)
    assert levers.pulls.friction == pytest.approx([-0.5] * 3 + [-0.2] * 3)


# the shelf ---------------------------------------------------------------------------------------------------------
def test_places_are_filled_from_the_end_and_the_first_stays() -> None:
    _, levers, shelf = counter(places=4)
    levers.show(ALL, np.tile([10, 11], (6, 1)))
    assert shelf[0].tolist() == [0, 1, 10, 11]
    levers.pulled_by(1).show(ALL, np.tile([12, 13], (6, 1)))
    assert shelf[0].tolist() == [0, 12, 10, 11]
    levers.show(ALL, np.tile([14], (6, 1)))
    assert shelf[0].tolist() == [0, 12, 10, 11]


def test_what_one_shopper_is_shown_takes_no_place_from_another() -> None:
    _, levers, shelf = counter(places=4)
    levers.show(FIRST_THREE, np.tile([10, 11], (3, 1)))
    levers.show(np.array([3]), np.array([[12, 13]]))
    levers.show(np.zeros(6, dtype=np.bool_), np.zeros((0, 3), dtype=np.int64))
    levers.show(np.array([4]), np.array([[14, 15, 16]]))
    assert shelf.tolist() == [[0, 1, 10, 11]] * 3 + [[0, 1, 12, 13], [0, 14, 15, 16], [0, 1, 2, 3]]


def test_where_there_is_no_shelf_nothing_is_shown_or_counted() -> None:
    world, rows = world_with(lively(TWO), 6, "Two")
    Levers(world, rows, np.full(6, 5.0), None).show(ALL, np.zeros((6, 1), dtype=np.int64))
    assert world.ledger.strategies.sum() == 0


# content, urgency and gifts ----------------------------------------------------------------------------------------
def test_content_is_relevant_as_far_as_taste_points_that_way() -> None:
    world, levers, _ = counter()
    taste = world.shoppers.taste[levers._rows]
    levers.content(FIRST_THREE, 7.0 * taste[:3])
    levers.settle()
    assert levers.pulls.relevance is not None
    assert levers.pulls.relevance[:3] == pytest.approx(np.linalg.norm(taste[:3], axis=1)), (
        "its strength does not matter"
    )
    assert (levers.pulls.relevance[3:] == 0.0).all()


def test_of_several_contents_the_last_is_shown_to_whom_it_is_shown() -> None:
    world, levers, _ = counter()
    taste = world.shoppers.taste[levers._rows]
    world.shoppers.interest[levers._rows] = 1
    levers.content(ALL, taste, np.ones(6, dtype=np.int64))
    levers.content(FIRST_THREE, -taste[:3])
    levers.content(np.array([0]), taste[:1])
    levers.settle()
    sizes, shares = np.linalg.norm(taste, axis=1), world.goods.shares / world.goods.shares.sum()
    about = world.study.offers.category_relevance * (1.0 - shares[1])
    expected = [sizes[0], *-sizes[1:3], *(sizes[3:] + about)]
    assert levers.pulls.relevance == pytest.approx(expected)
    assert world.ledger.strategies[0].sum() == 10, "all of them are counted"


def test_content_without_a_theme_for_each_is_refused() -> None:
    world, levers, _ = counter()
    with pytest.raises(ValueError, match="2 themes for 3 shoppers"):
        levers.content(FIRST_THREE, world.shoppers.taste[:2])


def test_pressure_is_resented_for_considered_goods() -> None:
    """Full urging: a plus for socks (considered 0), a minus for jackets (0.8, at an aversion of 3)."""
    world, levers, _ = counter()
    floor, goods = Floor(world), world.goods
    rows = levers._rows
    world.shoppers.urgency[rows] = 0.5
    jackets, socks = (np.flatnonzero(goods.category == c)[0] for c in (1, 2))
    world.shoppers.item[rows] = [jackets] * 2 + [socks] * 2 + [-1] * 2
    levers.urge(ALL, 1.0)
    visits, x = Visits.of(6), np.zeros((len(DRIVER), 6))
    floor._apply(x, visits, np.arange(6), rows, levers.pulls)
    assert x[DRIVER["urgency"]] == pytest.approx([0.5 - 3.0 * 0.8 * 0.5] * 2 + [0.5] * 2 + [0.5] * 2)
    assert (visits.urged == 1.0).all()


def test_a_gift_pleases_and_is_paid_for() -> None:
    world, levers, _ = counter()
    before = world.shoppers.trust[levers._rows].copy()
    levers.gift(FIRST_THREE, np.array([0, 1, 2]))
    accounts = world.ledger.accounts
    assert accounts.sum() == world.goods.unit_cost[:3].sum() == accounts[1].sum()
    gained = world.shoppers.trust[levers._rows] - before
    assert gained == pytest.approx([world.study.fulfilment.trust_weight] * 3 + [0.0] * 3)


def test_nudges_irritate_a_little() -> None:
    world, levers, _ = counter()
    levers.urge(FIRST_THREE, 0.5)
    assert world.shoppers.fatigue[levers._rows].tolist() == [world.study.behaviour.nudge_fatigue] * 3 + [0.0] * 3


# counting ----------------------------------------------------------------------------------------------------------
def test_pulls_are_counted_for_the_strategy_that_pulls() -> None:
    world, levers, _ = counter()
    levers.pulled_by(0).urge(FIRST_THREE, 0.5)
    levers.pulled_by(1).ease(ALL, 0.1)
    levers.pulled_by(1).message(np.array([5]))
    impressions, sent = (world.ledger.strategies[:, place] for place in (1, 2))
    assert impressions.tolist() == [3, 6]
    assert sent.tolist() == [0, 1]
    assert levers.pulls.touched.tolist() == [3, 3, 3, 2, 2, 2]


def test_what_happens_outside_the_horizon_is_not_counted() -> None:
    world, rows = world_with(lively(TWO), 6, "Two")
    levers = Levers(world, rows, np.full(6, 1.0), None)
    levers.urge(ALL, 0.5)
    levers.gift(ALL, np.zeros(6, dtype=np.int64))
    levers.message(ALL)
    assert world.ledger.strategies.sum() == 0
    assert world.ledger.accounts.sum() == 0
    assert world.shoppers.reached[rows].sum() == 0


def test_masks_and_indices_select_alike() -> None:
    outcomes = []
    for where in (FIRST_THREE, np.array([0, 1, 2])):
        world, levers, _ = counter()
        levers.urge(where, 0.5)
        levers.discount(where, 0.1)
        levers.message(where)
        outcomes.append((levers.pulls.urgency, levers.pulls.offer, world.outbox.size, world.ledger.strategies.copy()))
    for one, other in zip(*outcomes, strict=True):
        assert np.array_equal(one, other)


def test_an_unknown_channel_is_refused() -> None:
    _, levers, _ = counter()
    with pytest.raises(ValueError, match="pigeon"):
        levers.message(ALL, channel="pigeon")


@pytest.mark.parametrize("gap", [-1.0, np.nan, np.inf])
def test_a_series_cannot_go_back_nor_wait_for_ever(gap: float) -> None:
    world, levers, _ = counter()
    with pytest.raises(ValueError, match="must be finite numbers of days from 0"):
        levers.message(ALL, gaps=np.array([1.0, gap]))
    assert world.outbox.size == 0


@pytest.mark.parametrize(
    ("lever", "value"),
    [("answer", 5.0), ("answer", np.nan), ("ease", np.nan), ("ease", np.inf), ("urge", -0.1), ("prove", 50.0)],
)
def test_what_no_store_can_do_is_refused(lever: str, value: float) -> None:
    _, levers, _ = counter()
    with pytest.raises(ValueError, match="must be from"):
        getattr(levers, lever)(ALL, value)


# badges, categories, parts of a moment ------------------------------------------------------------------------------
def test_content_on_the_category_looked_for_is_more_relevant() -> None:
    world, levers, _ = counter()
    rows = levers._rows
    world.shoppers.interest[rows] = [0, 0, 0, 1, 1, 1]
    theme = np.zeros((6, world.goods.features.shape[1]))
    levers.content(ALL, theme, np.array([0, 1, -1, 1, 0, -1]))
    levers.settle()
    shares, gain = world.goods.shares / world.goods.shares.sum(), world.study.offers.category_relevance
    hit, miss = gain * (1.0 - shares), -gain * shares
    assert levers.pulls.column("relevance") == pytest.approx([hit[0], miss[1], 0.0, hit[1], miss[0], 0.0])


def test_a_badge_makes_its_products_dearer_to_those_who_follow_others() -> None:
    world, levers, shelf = counter()
    floor, rows = Floor(world), levers._rows
    world.shoppers.proof[rows] = [50.0, 50.0, 50.0, -50.0, -50.0, -50.0]
    world.shoppers.item_utility[rows] = -np.inf
    badged = np.zeros(world.goods.price.size, dtype=np.bool_)
    badged[2] = True
    levers.badge(ALL, badged, 1.0)
    floor._look(world.shoppers.key[rows], rows, shelf, levers.pulls)
    assert (world.shoppers.item[rows[:3]] == 2).all()
    assert (world.shoppers.item[rows[3:]] != 2).all()


def test_levers_for_some_are_numbered_anew() -> None:
    """What is pulled through them lands at the same shoppers, and is counted once."""
    world, levers, shelf = counter()
    some = levers.only(np.array([1, 3, 5]))
    some.discount(np.array([True, False, True]), np.array([0.2, 0.4]))
    some.show(np.array([2]), np.array([[15]]))
    some.only(np.array([2])).urge(np.array([0]), 0.7)
    assert levers.pulls.column("offer").tolist() == [0.0, 0.2, 0.0, 0.0, 0.0, 0.4]
    assert shelf[:, -1].tolist() == [3, 3, 3, 3, 3, 15]
    assert levers.pulls.column("urgency").tolist() == [0.0] * 5 + [0.7]
    assert world.ledger.strategies[0, 1] == 4


def test_the_lowest_threshold_of_free_shipping_counts() -> None:
    _, levers, _ = counter()
    levers.ship_free(ALL, 80.0)
    levers.ship_free(FIRST_THREE, 50.0)
    levers.ship_free(ALL, 60.0)
    assert levers.pulls.column("free_above").tolist() == [5000.0] * 3 + [6000.0] * 3
