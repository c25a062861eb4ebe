"""Gamma-gamma: the published fit and expectations, a density that integrates to one, parameters that come back."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from planner.calibration.btyd import Spend, spend
from planner.calibration.faults import FitFault
from planner.calibration.gamma_gamma import GammaGamma, fit_gamma_gamma
from tests.planner.calibration.shops import (
    CDNOW,
    SOURCE,
    WEEK_39,
    assert_within_errors,
    cdnow_log,
    cdnow_sample,
    simulated_spend,
)  # fmt: skip

PUBLISHED = GammaGamma(p=6.25, q=3.74, gamma=15.44)
FIRST_TEN = ["4", "21", "50", "71", "86", "111", "112", "113", "114", "131"]


@pytest.mark.parametrize("x", [1, 2, 7])
def test_the_density_of_the_mean_integrates_to_one(x: int) -> None:
    def density(mean: float) -> float:
        return float(np.exp(PUBLISHED.log_likelihood(np.array([float(x)]), np.array([mean])))[0])

    assert quad(density, 0, np.inf)[0] == pytest.approx(1, abs=1e-7)


def test_expectation_moves_from_the_shop_to_the_customer() -> None:
    assert PUBLISHED.mean_spend() == pytest.approx(6.25 * 15.44 / 2.74)
    few, many = PUBLISHED.expected_spend(np.array([1.0, 1000.0]), np.array([100.0, 100.0]))
    assert PUBLISHED.mean_spend() < few < many < 100
    assert many == pytest.approx(100, rel=2e-2)


def test_no_mean_across_customers_for_heavy_tails() -> None:
    assert GammaGamma(2, 0.8, 10).mean_spend() == np.inf


@pytest.mark.parametrize("source", [SOURCE])
def test_published_fit(source: str) -> None:
    """The paper: p 6.25, q 3.74, gamma 15.44, log likelihood -4055.92 on 946 repeat buyers; else these come back."""
    data = spend(cdnow_sample(), until=WEEK_39) if CDNOW else simulated_spend(6.25, 3.74, 15.44, 946, seed=5)
    fitted = fit_gamma_gamma(data)
    assert fitted.settled
    assert fitted.customers == 946
    for name, printed in {"p": 6.25, "q": 3.74, "gamma": 15.44}.items():
        if CDNOW:
            assert fitted.estimates()[name].value == pytest.approx(printed, abs=5e-3)
        else:
            assert_within_errors(fitted.estimates()[name], printed)
    if CDNOW:
        assert fitted.log_likelihood == pytest.approx(-4055.92, abs=0.01)
        assert data.mean.mean() == pytest.approx(35.08, abs=0.005)


@pytest.mark.parametrize("source", [SOURCE])
def test_published_expectations(source: str) -> None:
    """Expected spend of the sample's first ten customers.

    Without the file their repeat orders are not known: only those without one are checked, who get the mean of all.
    """
    model = GammaGamma(p=6.24957, q=3.74422, gamma=15.44352)
    assert model.mean_spend() == pytest.approx(35.17, abs=0.005)
    if not CDNOW:
        return
    log = cdnow_log()
    expected = []
    for name in FIRST_TEN:
        orders = log.orders[log.orders["customer"] == log.customers.index(name)]
        data = spend(orders, until=WEEK_39)
        known = data if len(data.x) else Spend(np.zeros(1), np.zeros(1))
        expected.append(round(float(model.expected_spend(*known)[0]), 2))
    assert expected == [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]


def test_one_order_each_cannot_be_fitted() -> None:
    with pytest.raises(FitFault, match="no customer has two repeat orders"):
        fit_gamma_gamma(Spend(np.ones(50), np.linspace(5, 50, 50)))
