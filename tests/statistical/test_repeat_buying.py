"""Neutral repeat buying is exactly BG/NBD (Fader, Hardie and Lee 2005): simulated against published expectations.

Every visit is an order here, nobody is disappointed, nothing pulls needs forward; each customer's orders after the
first are counted by weeks since the first. Error rate: each test rejects a correct simulator with probability 0.001.
"""

import numpy as np
import pytest
from scipy import stats

from tests.stores import neutral, run_with_log

CDNOW = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
PUBLISHED = {1: 0.0532, 3: 0.1506, 32: 1.0437, 78: 1.8576}
"""Expected repeat orders of a random customer t weeks after the first (Fader, Hardie and Lee's spreadsheet)."""


def repeat_orders(repurchase: dict[str, float], customers: int, weeks: int, seed: int = 1) -> dict[int, np.ndarray]:
    """Return each customer's number of repeat orders by week since the first: {week: (customers,)}."""
    study = neutral(
        experiment={
            **{"seed": seed, "visitors": customers, "warm_up_days": 0.0, "days": 7.0},
            **{"follow_up_days": 7.0 * weeks + 1.0, "ltv_days": 7.0 * weeks},
        },
        repurchase=repurchase,
    )
    outcomes, log = run_with_log(study)
    orders = log.only("order")
    shoppers = outcomes.total("shoppers")
    first = np.full(shoppers, np.inf)
    np.minimum.at(first, orders["shopper"], orders["time"])
    age = orders["time"] - first[orders["shopper"]]
    counted = {w: np.bincount(orders["shopper"][age < 7.0 * w], minlength=shoppers) - 1 for w in range(1, weeks + 1)}
    by_age = outcomes.tables["ages"].column("orders").sum(axis=0)
    assert (
        np.cumsum(by_age)[-1]
        == counted[weeks].sum() + shoppers
        == outcomes.total("new_customers") + counted[weeks].sum()
    )
    return counted


def z_score(counts: np.ndarray, expected: float) -> float:
    return float((counts.mean() - expected) / (counts.std(ddof=1) / np.sqrt(counts.size)))


def test_the_first_weeks_agree_with_the_published_expectations() -> None:
    counts = repeat_orders(CDNOW, 20_000, 32)
    limit = stats.norm.isf(0.0005 / 3)
    assert {week: z for week in (1, 3, 32) if abs(z := z_score(counts[week], PUBLISHED[week])) > limit} == {}


def test_another_dropout_is_told_apart() -> None:
    counts = repeat_orders({**CDNOW, "a": 1.0}, 20_000, 32)
    assert abs(z_score(counts[32], PUBLISHED[32])) > 4.0


@pytest.mark.slow
def test_a_year_and_a_half_agrees_with_the_published_expectations() -> None:
    counts = repeat_orders(CDNOW, 150_000, 78, seed=2)
    limit = stats.norm.isf(0.0005 / 4)
    found = {week: z_score(counts[week], expected) for week, expected in PUBLISHED.items()}
    assert {week: z for week, z in found.items() if abs(z) > limit} == {}
