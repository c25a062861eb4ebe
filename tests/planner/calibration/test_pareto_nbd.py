"""Pareto/NBD: the published fit, direct integration over the time of death, and its limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import gammaln

from planner.calibration.btyd import Summary, summary
from planner.calibration.pareto_nbd import ParetoNbd, fit_pareto_nbd
from tests.planner.calibration.shops import CDNOW, SOURCE, WEEK_39, Floats, assert_within_errors, cdnow_sample

PUBLISHED = ParetoNbd(r=0.553, alpha=10.578, s=0.606, beta=11.669)
MODELS = st.builds(
    ParetoNbd,
    r=st.floats(0.2, 3),
    alpha=st.floats(1, 30),
    s=st.one_of(st.just(1.0), st.floats(0.2, 3)),
    beta=st.floats(1, 30),
)


def one(value: float) -> Floats:
    return np.array([value])


def alive_and_dead(model: ParetoNbd, x: int, tx: float, observed: float) -> tuple[float, float]:
    """Return both parts of the likelihood, the second by integration over the time of death."""
    constant = np.exp(gammaln(model.r + x) - gammaln(model.r)) * model.alpha**model.r * model.beta**model.s

    def died_at(y: float) -> float:
        return float((model.alpha + y) ** -(model.r + x) * model.s * (model.beta + y) ** -(model.s + 1))

    alive = (model.alpha + observed) ** -(model.r + x) * (model.beta + observed) ** -model.s
    return float(constant * alive), float(constant * quad(died_at, tx, observed, epsabs=0, epsrel=1e-11)[0])


@settings(deadline=None)
@given(MODELS, st.integers(0, 8), st.floats(0, 0.95), st.floats(5, 60))
def test_formulas_equal_direct_integration(model: ParetoNbd, x: int, share: float, observed: float) -> None:
    tx = share * observed if x else 0.0
    alive, dead = alive_and_dead(model, x, tx, observed)
    history = one(x), one(tx), one(observed)
    assert model.log_likelihood(*history)[0] == pytest.approx(np.log(alive + dead), rel=1e-8, abs=1e-8)
    assert model.probability_alive(*history)[0] == pytest.approx(alive / (alive + dead), rel=1e-7)


@settings(deadline=None)
@given(MODELS, st.floats(0.1, 100))
def test_expected_purchases_equal_integration_of_survival(model: ParetoNbd, t: float) -> None:
    survival = quad(lambda y: (model.beta / (model.beta + y)) ** model.s, 0, t)[0]
    assert model.expected_purchases(one(t))[0] == pytest.approx(model.r / model.alpha * survival, rel=1e-7)


@given(MODELS, st.floats(0.1, 100))
def test_the_expectation_for_a_customer_just_won_is_that_of_all(model: ParetoNbd, t: float) -> None:
    start = one(0.0)
    assert model.conditional_expectation(start, start, start, one(t)) == pytest.approx(model.expected_purchases(one(t)))


def test_an_order_on_the_last_day_proves_life() -> None:
    assert PUBLISHED.probability_alive(one(3), one(20), one(20))[0] == pytest.approx(1.0)


def test_many_orders_do_not_overflow() -> None:
    history = np.array([1.0, 100.0, 5_000.0]), np.array([20.0, 700.0, 1.0]), np.full(3, 700.0)
    for model in (PUBLISHED, ParetoNbd(0.5, 3.0, 0.6, 300.0), ParetoNbd(0.5, 300.0, 0.6, 3.0)):
        assert np.isfinite(model.log_likelihood(*history)).all()
        assert np.isfinite(model.conditional_expectation(*history, one(52))).all()


def simulated(customers: int, seed: int) -> Summary:
    rng = np.random.default_rng(seed)
    observed = 39 * rng.uniform(2 / 3, 1, customers)
    life = rng.exponential(1 / rng.gamma(PUBLISHED.s, 1 / PUBLISHED.beta, customers))
    rate, until = rng.gamma(PUBLISHED.r, 1 / PUBLISHED.alpha, customers), np.minimum(life, observed)
    x = rng.poisson(rate * until).astype(np.float64)
    # The last of x orders spread evenly over a time is distributed as the greatest of x uniform draws.
    return Summary(x, np.where(x > 0, until * rng.random(customers) ** (1 / np.maximum(x, 1)), 0.0), observed)


@pytest.mark.parametrize("source", [SOURCE])
def test_published_fit(source: str) -> None:
    """The paper: r .553, alpha 10.578, s .606, beta 11.669; without the file: these come back from a simulated shop."""
    fitted = fit_pareto_nbd(summary(cdnow_sample(), until=WEEK_39) if CDNOW else simulated(2357, 3))
    assert fitted.settled
    for name, printed in {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}.items():
        if CDNOW:
            assert fitted.estimates()[name].value == pytest.approx(printed, abs=5e-4)
        else:
            assert_within_errors(fitted.estimates()[name], printed)
