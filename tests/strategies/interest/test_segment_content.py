"""Segment content: of the season's themes each segment sees the one that it likes; regulars see the usual."""

from typing import Any

import numpy as np
import pytest

from simulation import simulate
from tests.stores import LIVELY, LIVELY_WEIGHTS, fashion, lively
from tests.strategies.counter import Counter, counter
from tests.strategies.lift import treated_lift

SHIRT, JACKET = 0, 8
"""Products, one of each of the two categories most looked for; themes are made around what was looked at most."""


def gathered(looks: int = 300, **parameters: Any) -> Counter:
    """Return newcomers of two sources, of whom the first looked at a shirt and the second at a jacket."""
    plan = {"With": {"segment_content": {"themes": 2, "least": 0.1} | parameters}}
    ages = [{"name": "young", "share": 1}, {"name": "old", "share": 1}]
    at = counter("segment_content", size=2 * looks, study=lively(plan, age=ages))
    sh = at.world.shoppers
    sh.source[at.rows], sh.visits[at.rows] = np.repeat([0, 1], looks), 1
    sh.device[at.rows], sh.age[at.rows] = 0, 0
    sh.item[at.rows] = np.repeat([SHIRT, JACKET], looks)
    return at


def tomorrow(at: Counter, days: float = 1.0) -> Counter:
    return Counter(at.world, at.rows, at.now + days)


def relevance_of(at: Counter, product: np.ndarray) -> np.ndarray:
    """Return how pages around products (n,) speak to the shoppers: by taste, and by the category looked for."""
    sh, goods = at.world.shoppers, at.world.goods
    features, category = goods.features[product], goods.category[product]
    fit = np.einsum("nk,nk->n", sh.taste[at.rows], features) / np.linalg.norm(features, axis=1)
    share = goods.shares[category] / goods.shares.sum()
    weight = at.world.study.offers.category_relevance
    relevance: np.ndarray = fit + weight * ((sh.interest[at.rows] == category) - share)
    return relevance


def test_a_segment_sees_the_theme_that_it_likes_from_the_next_day_on() -> None:
    at = gathered()
    assert not _relevance(at).any(), "what is learnt on a day is used from the next"
    liked = np.repeat([SHIRT, JACKET], 300)
    assert _relevance(tomorrow(at)) == pytest.approx(relevance_of(at, liked))


def _relevance(at: Counter) -> np.ndarray:
    relevance = at.act().relevance
    return np.zeros(at.rows.size) if relevance is None else relevance


def test_other_segments_see_no_theme() -> None:
    at = gathered()
    at.act()
    at.world.shoppers.device[at.rows] = 1
    assert not _relevance(tomorrow(at)).any()


@pytest.mark.parametrize(("trait", "value"), [("age", 1), ("visits", 2), ("referrer", 3), ("personal_consent", False)])
def test_what_makes_a_segment(trait: str, value: int) -> None:
    """Who is of another age, or tells none, returns, or was sent by a friend, is of another segment."""
    at = gathered(precision=100.0)
    at.act()
    getattr(at.world.shoppers, trait)[at.rows] = value
    assert not _relevance(tomorrow(at)).any()


def test_a_small_segment_is_taken_for_the_store() -> None:
    at = gathered(looks=3, pooling=10_000.0)
    at.act()
    assert not _relevance(tomorrow(at)).any()


def test_a_single_theme_is_for_those_who_like_it() -> None:
    at = gathered(themes=1)
    at.act()
    relevance = _relevance(tomorrow(at))
    assert relevance[:300].all()
    assert not relevance[300:].any()


def test_themes_are_the_season_s() -> None:
    """Half a year later shirts are out of season: the one theme is about jackets."""
    at = gathered(themes=1)
    at.act()
    relevance = _relevance(tomorrow(at, 182.0))
    assert not relevance[:300].any()
    assert relevance[300:] == pytest.approx(relevance_of(at, np.full(600, JACKET))[300:])


def test_regulars_who_are_known_get_the_usual() -> None:
    """Their own liking, whatever their segment likes, and a step spared."""
    at = gathered(usual=0.3, precision=0.5)
    at.act()
    at.world.shoppers.visits[at.rows] = 4
    at.teach(np.repeat([JACKET, SHIRT], 300), 50.0)
    pulls = tomorrow(at).act()
    assert pulls.relevance == pytest.approx(relevance_of(at, np.repeat([JACKET, SHIRT], 300)))
    assert pulls.friction == pytest.approx(np.full(600, -0.3))


def test_newcomers_are_not_spared_a_step() -> None:
    at = gathered(usual=0.3, precision=0.5)
    at.teach(np.full(600, SHIRT), 50.0)
    friction = at.act().friction
    assert friction is None or not friction.any()


def test_more_of_those_spoken_to_order_where_segments_differ() -> None:
    """Of the same shoppers, by three standard errors, where segments explain all of taste."""
    weights = LIVELY_WEIGHTS | {"browse": LIVELY_WEIGHTS["browse"] | {"relevance": 1.0}}
    study = lively(
        {"Segments": {"segment_content": {"least": 0.0}}},
        experiment={"visitors": 6000, "warm_up_days": 0.0, "follow_up_days": 7.0},
        funnel=LIVELY["funnel"] | {"weights": weights},
        shoppers={"segment_taste": 1.0},
        stock={"unlimited": True},
        fulfilment={"referral": 0.0},
    )
    lift = treated_lift(study, "Segments")
    assert lift.clearly(1), lift


@pytest.mark.slow
def test_revenue_moves_by_less_than_a_usual_test_s() -> None:
    """In the shipped store: 90 % of tests move revenue per visitor by less than 1.2 % (Browne and Swarbrick Jones)."""
    changes = {"visitors": 100_000, "days": 365.0, "warm_up_days": 60.0, "follow_up_days": 0.0}
    study = fashion({"Segments": {"segment_content": {}}}, experiment=changes)
    runs = [[simulate(study, plan, k).total("revenue") for plan in study.plans] for k in range(5)]
    lift = np.array([with_it / without - 1.0 for without, with_it in runs])
    assert 0.0 < lift.mean() < 0.012, lift
