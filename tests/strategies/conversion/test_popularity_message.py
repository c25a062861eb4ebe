"""Popularity: said of what the store really sells; niche successes say more; sales concentrate on best sellers."""

import numpy as np
import pytest

from simulation import Outcomes, simulate
from strategies.conversion.popularity_message import PopularityMessage, Sales
from tests.stores import LIVELY, Plans, lively, run_with_world
from tests.strategies.counter import Counter, counter


def told(at: Counter, lately: dict[int, float], always: dict[int, float]) -> Sales:
    """Let the strategy make up its mind about these sales (units a day by product)."""
    sales, shop = at.world.strategies[0].memory, at.moment().shop
    assert isinstance(sales, Sales)
    assert isinstance(at.strategy, PopularityMessage)
    for product, units in lately.items():
        sales.lately[product] = units
    for product, units in always.items():
        sales.always[product] = units
    sales.best = at.strategy._leaders(shop, sales.lately)  # type: ignore[arg-type]
    sales.signal = at.strategy._signal(shop, sales)  # type: ignore[arg-type]
    return sales


def test_it_says_what_sells_and_more_of_a_niche_product_that_surprises() -> None:
    at = counter("popularity_message", least=10.0, strength=0.4, niche=1.5, surprise=2.0)
    told(at, {0: 12.0, 1: 9.0, 2: 3.0, 3: 1.5}, {0: 12.0, 1: 9.0, 2: 1.0, 3: 1.0})
    at.world.shoppers.item[at.rows] = [0, 1, 2, 3, 4, -1]
    proof = at.act().proof
    assert proof == pytest.approx([0.4, 0.0, 0.6, 0.0, 0.0, 0.0])


def test_the_best_sellers_of_each_category_are_marked_on_the_shelf() -> None:
    at = counter("popularity_message", best=0.2, strength=0.5)
    goods = at.world.goods
    first = [int(np.flatnonzero(goods.category == c)[-1]) for c in (0, 1)]
    sales = told(at, {first[0]: 5.0, first[1]: 1.0, 0: 4.0}, {})
    tops = np.ceil(0.2 * goods.sizes).astype(int)
    assert sales.best[first].all()
    assert sales.best[0] == (tops[0] > 1)
    assert sales.best.sum() <= 3, "nothing that was not sold"
    pulls = at.act(np.tile(np.arange(4), (6, 1)))
    assert pulls.badged is not None
    assert (pulls.badged == sales.best).all()
    assert pulls.badge == pytest.approx([0.5] * 6)
    assert at.act().badge is None, "without a shelf there is nothing to mark"


def test_before_anything_is_sold_nothing_is_said() -> None:
    at = counter("popularity_message", least=0.0)
    at.world.shoppers.item[at.rows] = 1
    assert not at.act(np.tile(np.arange(4), (6, 1))).touched.any()


def test_it_counts_what_the_store_sold() -> None:
    """In the long run and in a short memory: the averages are those of the days' real sales, none of it the last."""
    outcomes, _, world = run_with_world(lively({"Popular": {"popularity_message": {"days": 5.0}}}), "Popular")
    sales = world.strategies[0].memory
    days = world.end - 2.0  # the last full day that was counted at noon
    units = sales.always.sum() * sales.days / world.shop._scale
    assert sales.days == pytest.approx(days, abs=2.0)
    assert outcomes.total("units") < units <= world.stock.sold.sum()


def share_of_the_top_tenth(outcomes: Outcomes) -> float:
    units = np.sort(outcomes.tables["products"].column("units"))[::-1]
    return float(units[: -(-units.size // 10)].sum() / units.sum())


def test_sales_concentrate_on_few_products() -> None:
    """The backfire of best-seller lists: the rich get richer."""
    wide = [{**category, "products": 20} for category in LIVELY["catalogue"]["category"]]
    plans: Plans = {"Popular": {"popularity_message": {"strength": 1.0, "least": 1e6}}}
    study = lively(
        plans,
        catalogue={"category": wide},
        experiment={"visitors": 4000, "follow_up_days": 7.0},
        stock={"unlimited": True},
        offers={"badge_weight": 3.0},
    )
    base, popular = (share_of_the_top_tenth(simulate(study, plan, 0)) for plan in ("Baseline", "Popular"))
    assert popular > 1.1 * base
