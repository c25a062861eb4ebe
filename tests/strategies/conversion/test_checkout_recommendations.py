"""Checkout recommendations: small things of other categories, liked by belief, that do not go with the product."""

import numpy as np
import pytest

from simulation import measure, simulate
from tests.stores import Plans, lively
from tests.strategies.counter import Counter, counter


def fitting(at: Counter, item: int, small: float) -> np.ndarray:
    goods = at.world.goods
    fits = (goods.category != goods.category[item]) & (goods.price <= small * goods.price[item])
    fits[goods.complements[item]] = False
    return np.flatnonzero(fits)


def test_the_best_liked_small_things_apart_are_suggested_in_turn() -> None:
    at = counter("checkout_recommendations", items=2, small=0.8)
    goods = at.world.goods
    dear = np.argsort(-goods.price)
    at.world.shoppers.item[at.rows] = [*dear[:4], -1, goods.price.argmin()]
    at.teach(at.rows % 5, 2.0)
    pulls, belief = at.act(), at.moment().profile.belief()[0]
    offered: dict[int, list[int]] = {}
    for suggestion in pulls.suggestions:
        for place, product in zip(suggestion.where.tolist(), suggestion.products.tolist(), strict=True):
            offered.setdefault(place, []).append(product)
    assert sorted(offered) == [0, 1, 2, 3], "nothing for who has nothing in mind, or nothing dear enough"
    for place, products in offered.items():
        small = fitting(at, int(dear[place]), 0.8)
        scores = goods.features[small] @ belief[place] + goods.quality[small]
        assert products == small[np.argsort(-scores)[:2]].tolist()


def test_looking_at_them_costs_a_little_effort_once() -> None:
    at = counter("checkout_recommendations", items=3, small=1.0, distraction=0.2)
    at.world.shoppers.item[at.rows] = [*[int(at.world.goods.price.argmax())] * 5, -1]
    friction = at.act().friction
    assert friction == pytest.approx([0.2] * 5 + [0.0])


def test_where_there_is_less_to_show_less_is_shown() -> None:
    at = counter("checkout_recommendations", items=5, small=1.0)
    item = int(at.world.goods.price.argmax())
    at.world.shoppers.item[at.rows] = item
    count = fitting(at, item, 1.0).size
    assert len(at.act().suggestions) == 5
    assert [s.where.size for s in at.act().suggestions] == [6 if n < count else 0 for n in range(5)]


def test_revenue_per_session_rises_by_larger_baskets() -> None:
    plans: Plans = {"Small": {"checkout_recommendations": {"small": 0.8}}}
    study = lively(plans, experiment={"visitors": 3000}, stock={"unlimited": True})
    base, small = (simulate(study, plan, 0) for plan in ("Baseline", "Small"))
    assert small.tables["strategies"].at("checkout_recommendations", "accepted") > 30
    assert measure(small)["aov"] > measure(base)["aov"]
    each = [run.total("revenue") / run.total("visits") for run in (base, small)]
    assert each[1] > each[0]
