"""Related recommendations: the believed best on the last places, better the more was seen, nothing for strangers."""

import numpy as np
import pytest

from simulation.choice import utility
from tests.stores import lively
from tests.strategies.counter import Counter, counter
from tests.strategies.lift import treated_lift


def shelf_of(at: Counter, category: int = 0, places: int = 4) -> np.ndarray:
    members = at.world.goods.members[category][:places]
    return np.tile(members, (at.rows.size, 1))


def test_the_last_places_show_what_the_belief_puts_first() -> None:
    at = counter("related_recommendations", places=2, rating_weight=0.7)
    at.teach(at.rows % 7, 2.0)
    shelf = shelf_of(at)
    at.act(shelf)
    belief, _ = at.moment().profile.belief()
    members = np.flatnonzero(at.world.goods.category == 0)
    scores = belief @ at.world.goods.features[members].T + 0.7 * at.world.goods.quality[members]
    best = members[np.argsort(-scores, axis=1)[:, :2]]
    assert shelf[:, 2:].tolist() == best.tolist()
    assert (shelf[:, :2] == shelf_of(at)[:, :2]).all()


def test_strangers_see_the_shelf_as_it_was() -> None:
    at = counter("related_recommendations", precision=0.5)
    at.teach(np.zeros(6, dtype=np.int64), 0.4)
    shelf = shelf_of(at)
    at.act(shelf)
    assert (shelf == shelf_of(at)).all()


def test_what_is_nearly_sold_out_is_not_recommended() -> None:
    at = counter("related_recommendations", places=1)
    at.teach(np.zeros(6, dtype=np.int64), 5.0)
    shelf = shelf_of(at)
    at.act(shelf)
    favourite = shelf[0, -1]
    at.world.stock.on_hand[favourite] = 1
    again = shelf_of(at)
    at.act(again)
    assert (again[:, -1] != favourite).all()


def recommended_utility(looks: int) -> float:
    """Return the mean true utility of the product recommended to shoppers who looked at so many favourites before."""
    at = counter("related_recommendations", size=600, places=1, precision=0.0)
    sh, goods = at.world.shoppers, at.world.goods
    luck = np.random.default_rng(1)
    for _ in range(looks):
        seen = luck.integers(0, 8, (600, 4))
        best = utility(goods, sh.taste[at.rows], sh.sensitivity[at.rows], seen).argmax(axis=1)
        at.teach(seen[np.arange(600), best], 0.15)
    shelf = shelf_of(at)
    at.act(shelf)
    return float(utility(goods, sh.taste[at.rows], sh.sensitivity[at.rows], shelf[:, -1]).mean())


def test_recommendations_get_better_with_what_was_seen() -> None:
    """And beat a product taken at random from the first look on."""
    by_looks = [recommended_utility(looks) for looks in (1, 4, 30)]
    at = counter("related_recommendations", size=600)
    sh, luck = at.world.shoppers, np.random.default_rng(2).integers(0, 8, 600)
    at_random = utility(at.world.goods, sh.taste[at.rows], sh.sensitivity[at.rows], luck).mean()
    assert at_random < by_looks[0] < by_looks[1] < by_looks[2]


@pytest.mark.parametrize("unified", [True, False])
def test_purchases_help_recommending_in_a_unified_profile_only(unified: bool) -> None:
    study = lively({"With": {"related_recommendations": {}}}, data={"unified": unified})
    at = counter("related_recommendations", study=study)
    at.teach(np.zeros(6, dtype=np.int64), 3.0, "purchases")
    shelf = shelf_of(at)
    at.act(shelf)
    assert (shelf != shelf_of(at)).any() == unified


def test_more_of_those_recommended_to_order_the_more_tastes_matter() -> None:
    """Of the same shoppers, in a large category, by three standard errors."""
    lifts = []
    for taste in (0.5, 2.0):
        goods = {"taste_strength": taste, "category": [{"name": "goods", "share": 1, "products": 40, "price": 50}]}
        study = lively(
            {"Related": {"related_recommendations": {"places": 2}}},
            experiment={"visitors": 8000, "warm_up_days": 0.0, "follow_up_days": 7.0},
            catalogue=goods,
            stock={"unlimited": True},
            fulfilment={"referral": 0.0},
        )
        lifts.append(treated_lift(study, "Related"))
    assert lifts[1].clearly(1), lifts
    assert lifts[1].relative > lifts[0].relative > -3.0 * lifts[0].error
