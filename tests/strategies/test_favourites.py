"""Favourites: what belief and ratings put first, among those that may be chosen."""

import numpy as np

from strategies.favourites import favourites
from tests.strategies.counter import counter


def test_the_favourite_is_best_by_belief_and_rating_together() -> None:
    at = counter("rfm_care", 12)
    at.teach(at.rows % 4, 50.0, "purchases")
    moment, goods = at.moment(), at.world.goods
    belief, _ = moment.profile.belief()
    liking = np.array([[b @ goods.features[p] + goods.quality[p] for p in range(goods.quality.size)] for b in belief])
    assert favourites(moment).tolist() == liking.argmax(axis=1).tolist()
    assert len(set(favourites(moment).tolist())) > 1


def test_without_any_belief_ratings_decide_among_what_may_be_chosen() -> None:
    at = counter("rfm_care", 3)
    quality = at.world.goods.quality
    among = np.ones(quality.size, dtype=np.bool_)
    among[quality.argmax()] = False
    second = int(np.argsort(quality)[-2])
    assert favourites(at.moment()).tolist() == [int(quality.argmax())] * 3
    assert favourites(at.moment(), among).tolist() == [second] * 3
