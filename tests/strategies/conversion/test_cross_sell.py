"""Cross-sell: the complement that the belief likes best; larger baskets, the same orders."""

import pytest

from simulation import measure, simulate
from tests.stores import Plans, lively
from tests.strategies.counter import counter

PLANS: Plans = {"Add": {"cross_sell": {}}, "Cheap": {"cross_sell": {"discount": 0.4}}}


def test_the_complement_that_belief_and_ratings_put_first_is_suggested() -> None:
    at = counter("cross_sell")
    at.world.shoppers.item[at.rows] = [0, 3, 9, -1, 14, 18]
    at.teach(at.rows % 5, 2.0)
    (suggestion,) = at.act().suggestions
    assert at.rows[suggestion.where].tolist() == at.rows[[0, 1, 2, 4, 5]].tolist()
    goods, belief = at.world.goods, at.moment().profile.belief()[0]
    for place, product in zip(suggestion.where, suggestion.products, strict=True):
        offered = goods.complements[at.world.shoppers.item[at.rows[place]]]
        scores = goods.features[offered] @ belief[place] + goods.quality[offered]
        assert product == offered[scores.argmax()]
        assert goods.category[product] != goods.category[at.world.shoppers.item[at.rows[place]]]


def test_baskets_grow_and_nobody_is_kept_from_ordering() -> None:
    """In a first visit nothing but the basket changes: as many orders, more units, more revenue per order."""
    study = lively(PLANS, experiment={"follow_up_days": 0.0}, stock={"unlimited": True}, repurchase={"alpha": 5000.0})
    base, add = (simulate(study, plan, 0) for plan in ("Baseline", "Add"))
    assert add.total("orders") == pytest.approx(base.total("orders"), rel=0.02)
    assert add.total("units") - base.total("units") == pytest.approx(
        add.tables["strategies"].at("cross_sell", "accepted"), abs=0.05 * base.total("units")
    )
    assert measure(add)["aov"] > measure(base)["aov"]


def test_a_discount_on_the_complement_sells_more_of_it_and_is_booked_to_the_strategy() -> None:
    study = lively(PLANS, stock={"unlimited": True})
    add, cheap = (simulate(study, plan, 0) for plan in ("Add", "Cheap"))
    accepted = [run.tables["strategies"].at("cross_sell", "accepted") for run in (add, cheap)]
    assert accepted[1] > accepted[0] > 0
    assert cheap.tables["accounts"].at("cross_sell", "discounts") == cheap.total("discounts") > 0
    assert add.total("discounts") == 0


def test_add_ons_that_are_sold_out_are_left_out() -> None:
    study = lively(PLANS, stock={"units_per_day": 1.0, "cover_days": 1.0, "lead_days": 500.0})
    outcomes = simulate(study, "Add", 0)
    plenty = simulate(lively(PLANS, stock={"unlimited": True}), "Add", 0)
    accepted = [run.tables["strategies"].at("cross_sell", "accepted") for run in (outcomes, plenty)]
    assert accepted[0] < 0.5 * accepted[1]
