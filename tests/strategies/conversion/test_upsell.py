"""Upsell: a better product is offered where there is one that is not too dear; orders are worth more, not more."""

import numpy as np
import pytest

from simulation import measure, simulate
from tests.stores import lively
from tests.strategies.counter import counter


def test_a_better_product_is_offered_where_there_is_one() -> None:
    at = counter("upsell")
    goods = at.world.goods
    better = np.flatnonzero(goods.premium != np.arange(goods.premium.size))
    none = np.flatnonzero(goods.premium == np.arange(goods.premium.size))
    at.world.shoppers.item[at.rows] = [*better[:3], *none[:2], -1]
    (upgrade,) = at.act().suggestions
    assert upgrade.swap
    assert upgrade.where.tolist() == [0, 1, 2]
    assert upgrade.products.tolist() == goods.premium[better[:3]].tolist()
    assert (goods.price[upgrade.products] > 1.05 * goods.price[better[:3]]).all()
    assert (goods.category[upgrade.products] == goods.category[better[:3]]).all()


def test_nothing_is_offered_that_is_too_dear() -> None:
    at = counter("upsell", dearer=0.3)
    goods = at.world.goods
    better = np.flatnonzero(goods.premium != np.arange(goods.premium.size))
    dearer = goods.price[goods.premium[better]] / goods.price[better] - 1.0
    chosen = [*better[dearer <= 0.3][:3], *better[dearer > 0.3][:3]]
    assert len(chosen) == 6
    at.world.shoppers.item[at.rows] = chosen
    assert at.act().suggestions[0].where.tolist() == [0, 1, 2]


def test_orders_are_worth_more_and_as_many() -> None:
    study = lively(
        {"Better": {"upsell": {}}},
        experiment={"follow_up_days": 0.0},
        stock={"unlimited": True},
        repurchase={"alpha": 5000.0},
        basket={"swap_threshold": 0.0},
    )
    base, with_it = (simulate(study, plan, 0) for plan in ("Baseline", "Better"))
    assert with_it.total("orders") == pytest.approx(base.total("orders"), rel=0.02)
    assert with_it.total("units") == pytest.approx(base.total("units"), rel=0.02)
    assert measure(with_it)["aov"] > measure(base)["aov"]
    assert with_it.tables["strategies"].at("upsell", "accepted") > 0
