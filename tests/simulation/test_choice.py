"""Choice of products: the utility that is written down, and Gumbel-max choosing as the logit says."""

import numpy as np
import pytest
from scipy import stats

from simulation import draws
from simulation.catalogue import build_catalogue
from simulation.choice import best_of, expected_best, utility
from tests.stores import lively

GOODS = build_catalogue(lively())
KEYS = draws.child_keys(draws.replication_key(1, 0, "shopper"), np.arange(60_000))


def test_utility_is_taste_quality_and_price() -> None:
    taste, sensitivity = np.array([[1.0, -0.5, 0.0, 2.0]]), np.array([2.5])
    for product in (0, 7, 18):
        expected = (
            GOODS.strength * GOODS.features[product] @ taste[0]
            + GOODS.quality[product]
            - 2.5 * GOODS.relative_price[product]
        )
        assert utility(GOODS, taste, sensitivity, np.array([product])) == pytest.approx(expected)
        assert utility(GOODS, taste, sensitivity, np.array([[product, 3]]))[0, 0] == pytest.approx(expected)


def test_the_spread_of_utility_through_taste_is_the_stated_one() -> None:
    taste = np.random.default_rng(1).standard_normal((4000, 4))
    free = np.zeros(4000)
    spread = [
        utility(GOODS, taste, free, np.full(4000, p)).std() / np.linalg.norm(GOODS.features[p]) * 2.0 for p in range(8)
    ]
    assert np.mean(spread) == pytest.approx(0.9, rel=0.05)


def test_the_best_is_the_first_of_equals() -> None:
    place, best = best_of(np.array([[1.0, 3.0, 3.0], [-np.inf, -np.inf, -np.inf]]))
    assert place.tolist() == [1, 0]
    assert best.tolist() == [3.0, -np.inf]


def test_products_are_chosen_as_the_logit_says() -> None:
    """Chi-square at 1e-4 over 60,000 shoppers of one taste choosing among four products."""
    shelf = np.tile([0, 2, 5, 7], (KEYS.size, 1))
    taste, sensitivity = np.tile([0.5, 0.0, -1.0, 0.3], (KEYS.size, 1)), np.full(KEYS.size, 2.6)
    utilities = utility(GOODS, taste, sensitivity, shelf)
    noise = draws.gumbel(draws.by_item(KEYS, draws.purpose("product noise"), shelf))
    chosen = np.bincount(best_of(utilities + noise)[0], minlength=4)
    odds = np.exp(utilities[0])
    assert stats.chisquare(chosen, KEYS.size * odds / odds.sum()).pvalue > 1e-4
    assert stats.chisquare(chosen, np.full(4, KEYS.size / 4)).pvalue < 1e-4


def test_what_a_typical_shopper_expects_is_the_mean_best_of_a_shelf() -> None:
    """Of the store's own shoppers, looking at default shelves: the match driver is zero on average."""
    expected = expected_best(GOODS, 4, 2.6, 0.35, seed=1)
    luck = np.random.default_rng(7)
    n = 20_000
    for category in range(3):
        shelf = GOODS.shelf(np.full(n, category), luck.uniform(size=n), 4)
        beta = 2.6 * np.exp(0.35 * luck.standard_normal(n))
        best = (utility(GOODS, luck.standard_normal((n, 4)), beta, shelf) + luck.gumbel(size=(n, 4))).max(axis=1)
        error = best.std() * np.sqrt(1 / n + 1 / 2000)
        assert best.mean() == pytest.approx(expected[category], abs=4.0 * error)
