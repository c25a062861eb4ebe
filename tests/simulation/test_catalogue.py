"""The catalogue: the same in every run, shelves by popularity, premium and complements as promised, seasons."""

from typing import Any

import numpy as np
import pytest

from simulation.catalogue import SLOTS, Catalogue, build_catalogue
from tests.stores import lively


def goods(**changes: Any) -> Catalogue:
    return build_catalogue(lively(**changes))


def test_it_is_drawn_by_its_own_seed() -> None:
    one, same = goods(), goods(experiment={"seed": 99})
    assert (one.price == same.price).all()
    assert (one.features == same.features).all()
    assert (goods(catalogue={"seed": 2}).price != one.price).any()


def test_products_stand_by_category() -> None:
    made = goods()
    assert made.names[:2] == ("shirts 1", "shirts 2")
    assert made.sizes.tolist() == [8, 6, 5]
    assert made.category.tolist() == [0] * 8 + [1] * 6 + [2] * 5
    for category, size in enumerate(made.sizes):
        assert made.members[category][:size].tolist() == np.flatnonzero(made.category == category).tolist()


def test_listed_products_replace_the_drawn_ones_of_their_category() -> None:
    listed = [
        {"name": "Parka", "category": "jackets", "price": 199.99, "unit_cost": 80.0, "popularity": 3.0, "quality": 0.7},
        {"name": "Anorak", "category": "jackets", "price": 89.5},
    ]
    made = goods(catalogue={"product": listed})
    assert made.names[8:10] == ("Parka", "Anorak")
    assert made.sizes.tolist() == [8, 2, 5]
    assert made.price[8:10].tolist() == [19999, 8950]
    assert made.unit_cost[8:10].tolist() == [8000, round(8950 * 0.55)]
    assert (made.popularity[8], made.quality[8]) == (3.0, 0.7)


def test_prices_are_relative_to_the_median_of_their_category() -> None:
    made = goods()
    for category in range(3):
        assert np.median(made.relative_price[made.category == category]) == pytest.approx(0.0, abs=0.2)
    assert made.relative_price == pytest.approx(
        np.log(made.price / 100) - np.log(_medians(made))[made.category], abs=1e-3
    )


def _medians(made: Catalogue) -> np.ndarray:
    return np.array([np.median(made.price[made.category == c] / 100) for c in range(3)])


def test_premium_products_are_better_dearer_and_of_the_same_category() -> None:
    made = goods(catalogue={"category": [{"name": "goods", "share": 1, "products": 60, "price": 50}]})
    swaps = np.flatnonzero(made.premium != np.arange(60))
    assert swaps.size > 10
    better = made.premium[swaps]
    assert (made.quality[better] > made.quality[swaps]).all()
    ratio = made.price[better] / made.price[swaps]
    assert ((ratio > 1.09) & (ratio < 1.61)).all()


def test_complements_are_of_other_categories() -> None:
    made = goods(catalogue={"complements": 4})
    assert made.complements.shape == (19, 4)
    assert (made.category[made.complements] != made.category[:, None]).all()


@pytest.mark.parametrize("products", [1, 2, 5])
def test_a_store_of_one_category_has_complements_too(products: int) -> None:
    made = goods(catalogue={"category": [{"name": "goods", "share": 1, "products": products, "price": 50}]})
    assert made.complements.shape == (products, 3)
    if products > 1:
        assert (made.complements != np.arange(products)[:, None]).all()


def test_the_shelf_shows_products_as_often_as_they_are_popular() -> None:
    """Systematic sampling: each product's mean number of places is its share times the places, to the table's grain."""
    made = goods()
    u = (np.arange(20_000) + 0.5) / 20_000
    shelf = made.shelf(np.zeros(u.size, dtype=np.int64), u, 4)
    seen = np.bincount(shelf.ravel(), minlength=8)[:8] / u.size
    share = made.popularity[:8] / made.popularity[:8].sum()
    assert seen == pytest.approx(4 * share, abs=4 * 1.5 / SLOTS + 0.01)
    assert (made.category[shelf] == 0).all()


def test_every_place_of_the_shelf_shows_the_same_mix() -> None:
    """Places that strategies fill must not always hold the same products."""
    made = goods()
    u = np.random.default_rng(1).uniform(size=40_000)
    shelf = made.shelf(np.zeros(u.size, dtype=np.int64), u, 4)
    mixes = np.stack([np.bincount(shelf[:, place], minlength=8)[:8] for place in range(4)]) / u.size
    assert np.abs(mixes - mixes.mean(axis=0)).max() < 4.0 * 0.5 / np.sqrt(u.size)


def test_a_product_twice_on_a_shelf_is_one_with_more_than_a_place_s_share() -> None:
    made = goods(catalogue={"popularity_spread": 0.0})
    u = np.random.default_rng(1).uniform(size=2000)
    shelf = np.sort(made.shelf(np.zeros(u.size, dtype=np.int64), u, 4), axis=1)
    assert (np.diff(shelf, axis=1) > 0).all(), "eight equal products, four places: none twice"


def test_demand_swings_with_the_season() -> None:
    made = goods()  # shirts peak on day 20 with strength 0.6
    shares = np.array([0.5, 0.3, 0.2])

    def shirts(day: float) -> float:
        return float(made.demand(day)[0])

    peak = 1.6 * shares[0] / (1.6 * shares[0] + shares[1:].sum())
    assert shirts(20.0) == pytest.approx(peak)
    assert shirts(20.0 + 182.5) == pytest.approx(0.4 * 0.5 / (0.4 * 0.5 + 0.5))
    assert made.demand(200.0)[-1] == pytest.approx(1.0)


def test_a_category_without_peak_has_no_season() -> None:
    flat = goods(catalogue={"category": [{"name": n, "share": 1, "price": 9, "season_strength": 0.9} for n in "ab"]})
    assert (flat.demand(10.0) == flat.demand(200.0)).all()
