"""Outcomes do not depend on the length of trading periods, with stock that binds and all strategies on.

Without competition between shoppers they are the same to the byte (property/test_metamorphic.py). Here the order of
service decides who gets the last one, so they agree within sampling error: paired replications and a t test for each
outcome, at a level that gives a wrong alarm of the whole file once in a thousand. Nobody waits for company here
(``company = 1``), since in so small a store waiting shoppers would be a large part of all.
"""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from simulation import Study, measure, simulate
from tests.property.studies import ALL_STRATEGIES
from tests.stores import differences, lively

OUTCOMES = ("session_conversion", "aov", "bounce_rate", "stockout_rate", "trust", "cart_abandonment")
REPLICATIONS = 12
ALPHA = 0.001 / (2 * len(OUTCOMES))


def study(period: float, **stock: Any) -> Study:
    experiment = {"visitors": 2000, "days": 28.0, "warm_up_days": 7.0, "follow_up_days": 7.0, "company": 1}
    return lively(
        ALL_STRATEGIES,
        experiment={**experiment, "period_days": period},
        store={"visitors_per_year": 80_000},
        stock={"units_per_day": 350.0, **stock},
    )


def values(made: Study, plan: str) -> np.ndarray:
    rows = [measure(simulate(made, plan, replication)) for replication in range(REPLICATIONS)]
    return np.array([[row[name] for name in OUTCOMES] for row in rows])


def p_values(one: np.ndarray, other: np.ndarray) -> dict[str, float]:
    return dict(zip(OUTCOMES, stats.ttest_rel(one, other).pvalue.tolist(), strict=True))


@pytest.mark.parametrize("plan", ["Baseline", "All"])
def test_weeks_are_served_day_by_day_where_stock_binds(plan: str) -> None:
    assert differences(simulate(study(1.0), plan, 0), simulate(study(7.0), plan, 0)) == []


@pytest.mark.slow
@pytest.mark.parametrize("plan", ["Baseline", "All"])
def test_quarter_days_agree_with_days(plan: str) -> None:
    found = p_values(values(study(0.25), plan), values(study(1.0), plan))
    assert {name: p for name, p in found.items() if p < ALPHA} == {}


@pytest.mark.slow
def test_another_lead_time_is_told_apart() -> None:
    """So the test above can fail."""
    found = p_values(values(study(1.0, lead_days=9.0), "Baseline"), values(study(1.0), "Baseline"))
    assert found["stockout_rate"] < ALPHA
