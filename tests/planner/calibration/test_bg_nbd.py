"""BG/NBD: published numbers, direct integration over the hidden rates, parameters that come back from a simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import roots_genlaguerre, roots_jacobi

from planner.calibration.bg_nbd import BgNbd, fit_bg_nbd
from planner.calibration.btyd import Summary, summary
from tests.planner.calibration.shops import (
    CDNOW,
    PUBLISHED,
    SOURCE,
    WEEK_39,
    Floats,
    assert_within_errors,
    cdnow_log,
    cdnow_sample,
    simulated_customers,
)  # fmt: skip

MODELS = st.builds(
    BgNbd,
    r=st.floats(0.1, 3),
    alpha=st.floats(1, 30),
    a=st.one_of(st.just(1.0), st.floats(0.3, 3)),
    b=st.floats(0.5, 5),
)


def one(value: float) -> Floats:
    return np.array([value])


def hidden_rates(model: BgNbd) -> tuple[Floats, Floats, Floats]:
    """Return ordering rates, dropout probabilities and weights that integrate over the customers by Gauss' rules."""
    rate, rate_weight = roots_genlaguerre(80, model.r - 1)
    left, left_weight = roots_jacobi(80, model.b - 1, model.a - 1)
    rates, leave = np.meshgrid(rate / model.alpha, (left + 1) / 2)
    weight = np.outer(left_weight, rate_weight)
    return rates, leave, weight / weight.sum()


def likelihood_given(rate: Floats, leave: Floats, x: int, tx: float, observed: float) -> tuple[Floats, Floats]:
    """Return the likelihood of one history with the customer still active, and with him gone (equation 3)."""
    active = (1 - leave) ** x * rate**x * np.exp(-rate * observed)
    gone = leave * (1 - leave) ** (x - 1) * rate**x * np.exp(-rate * tx) if x else np.zeros_like(rate)
    return active, gone


HISTORIES = [(0, 0.0, 30.0), (1, 5.0, 30.0), (2, 30.43, 38.86), (4, 12.0, 38.0), (6, 38.0, 38.0)]


@pytest.mark.parametrize(("x", "tx", "observed"), HISTORIES)
def test_formulas_equal_direct_integration(x: int, tx: float, observed: float) -> None:
    rate, leave, weight = hidden_rates(PUBLISHED)
    active, gone = likelihood_given(rate, leave, x, tx, observed)
    likelihood = float((weight * (active + gone)).sum())
    history = one(x), one(tx), one(observed)
    assert np.exp(PUBLISHED.log_likelihood(*history)) == pytest.approx(likelihood, rel=1e-6)
    assert PUBLISHED.probability_alive(*history) == pytest.approx(float((weight * active).sum()) / likelihood, rel=1e-6)
    future = (1 - np.exp(-rate * leave * 39)) / leave
    expected = float((weight * active * future).sum()) / likelihood
    assert PUBLISHED.conditional_expectation(*history, one(39)) == pytest.approx(expected, rel=1e-6)


@settings(deadline=None)
@given(MODELS, st.floats(0.1, 100))
def test_expected_purchases_equal_integration_over_dropout(model: BgNbd, t: float) -> None:
    nodes, weight = roots_jacobi(120, model.b - 1, model.a - 1)
    leave = (nodes + 1) / 2
    by_rule = float(weight @ ((1 - (1 + leave * t / model.alpha) ** -model.r) / leave) / weight.sum())
    assert model.expected_purchases(one(t))[0] == pytest.approx(by_rule, rel=2e-4)


def test_published_expectations() -> None:
    """Fader, Hardie and Lee 2005: E[X(t)] in weeks, E[Y(39) | x=2, tx=30.43, T=38.86]."""
    weeks = np.array([1 / 7, 1, 3, 31 + 6 / 7, 32, 78])
    printed = [0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576]
    assert PUBLISHED.expected_purchases(weeks) == pytest.approx(printed, abs=5e-5, rel=3e-4)
    expected = PUBLISHED.conditional_expectation(one(2), one(30.43), one(38.86), one(39))
    assert expected[0] == pytest.approx(1.226, abs=5e-4)


@given(MODELS)
def test_expected_purchases_start_at_nothing_and_grow(model: BgNbd) -> None:
    grown = model.expected_purchases(np.linspace(0, 200, 50))
    assert grown[0] == pytest.approx(0, abs=1e-9)
    assert (np.diff(grown) > 0).all()


def test_many_orders_do_not_overflow() -> None:
    x = np.array([1.0, 100.0, 5_000.0])
    history = x, np.array([20.0, 700.0, 1.0]), np.full(3, 700.0)
    for values in (
        PUBLISHED.log_likelihood(*history),
        PUBLISHED.probability_alive(*history),
        PUBLISHED.conditional_expectation(*history, one(52)),
    ):
        assert np.isfinite(values).all()


@pytest.mark.parametrize("source", [SOURCE])
def test_published_fit(source: str) -> None:
    """The paper: r .243, alpha 4.414, a .793, b 2.426, log likelihood -9582.4; without the file: these come back."""
    fitted = fit_bg_nbd(summary(cdnow_sample(), until=WEEK_39) if CDNOW else simulated_customers(PUBLISHED, 2357, 1))
    assert fitted.settled
    assert fitted.customers == 2357
    for name, printed in {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}.items():
        if CDNOW:
            assert fitted.estimates()[name].value == pytest.approx(printed, abs=5e-4)
        else:
            assert_within_errors(fitted.estimates()[name], printed)
    if CDNOW:
        assert fitted.log_likelihood == pytest.approx(-9582.43, abs=0.01)


def test_forecasts_add_up_to_what_all_customers_will_order() -> None:
    """E[Y(39)] averaged over histories equals E[X(T + 39)] - E[X(T)], within the error of 20,000 customers."""
    customers = simulated_customers(PUBLISHED, 20_000, 1)
    forecast = PUBLISHED.conditional_expectation(*customers, one(39))
    owed = PUBLISHED.expected_purchases(customers.T + 39) - PUBLISHED.expected_purchases(customers.T)
    difference = forecast - owed
    assert abs(difference.mean()) < 3.5 * difference.std() / np.sqrt(len(difference))


@pytest.mark.parametrize("source", [SOURCE])
def test_forecast_by_number_of_orders(source: str) -> None:
    """Mean orders expected in weeks 40-78 of the published sample's customers with 0, 1, ..., 6, 7 and more repeats.

    Without the file the forecast for customers without a repeat order is checked, which needs only their times T.
    """
    if CDNOW:
        customers = summary(cdnow_sample(), until=WEEK_39)
        forecast = PUBLISHED.conditional_expectation(*customers, one(39))
        means = [float(forecast[np.minimum(customers.x, 7) == x].mean()) for x in range(8)]
        assert means == pytest.approx([0.225, 0.523, 1.044, 1.520, 2.164, 2.654, 3.504, 6.157], abs=1.5e-3)
    else:
        observed = np.linspace(27, 39, 85)
        none = np.zeros_like(observed)
        assert PUBLISHED.conditional_expectation(none, none, observed, one(39)).mean() == pytest.approx(0.225, abs=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("source", [SOURCE])
def test_fits_of_the_whole_log(source: str) -> None:
    """README of the real data: all customers, 39 weeks and 78 weeks."""
    if not CDNOW:
        assert fit_bg_nbd(simulated_customers(PUBLISHED, 23_570, 2)).model.r == pytest.approx(PUBLISHED.r, rel=0.06)
        return
    orders = cdnow_log().orders
    short, long = fit_bg_nbd(summary(orders, until=WEEK_39)), fit_bg_nbd(summary(orders))
    assert short.parameters == pytest.approx([0.252, 4.79, 0.723, 2.16], rel=3e-3)
    assert long.parameters == pytest.approx([0.267, 5.99, 0.484, 2.11], rel=3e-3)


def test_known_parameters_come_back_with_honest_errors() -> None:
    """Over 8 shops the parameters lie one standard error from the truth on the average, in the root mean square."""
    deviations = []
    for seed in range(8):
        estimates = fit_bg_nbd(simulated_customers(PUBLISHED, 1200, 100 + seed)).estimates()
        deviations.append(
            [(estimates[name].value - getattr(PUBLISHED, name)) / estimates[name].se for name in ("r", "alpha")]
        )
    assert 0.6 < float(np.sqrt(np.mean(np.square(deviations)))) < 1.5
    assert abs(float(np.mean(deviations))) < 0.8


def test_derived_facts_carry_errors() -> None:
    fitted = fit_bg_nbd(simulated_customers(PUBLISHED, 3000, 7))
    dropout = fitted.estimate(lambda model: model.a / (model.a + model.b))
    truth = PUBLISHED.a / (PUBLISHED.a + PUBLISHED.b)
    assert abs(dropout.value - truth) < 3.5 * dropout.se
    # a and b move together: their ratio is known far better than either.
    assert dropout.se / dropout.value < 0.5 * fitted.estimates()["a"].se / fitted.model.a
    assert fitted.estimate(lambda model: model.r).se == pytest.approx(fitted.estimates()["r"].se, rel=1e-3)


def test_undetermined_parameters_are_not_called_settled() -> None:
    """Customers who order once a week for ever say nothing of how the probability of leaving is distributed."""
    n = np.full(200, 30.0)
    fitted = fit_bg_nbd(Summary(n, n, n))
    assert not fitted.settled
