"""The general fit against a model whose maximum and errors are known in closed form."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest

from planner.calibration.likelihood import Floats, Rows, fit


@dataclass(frozen=True)
class Waiting:
    """Exponential waiting times."""

    rate: float

    def log_likelihood(self, waits: Floats) -> Floats:
        return np.asarray(math.log(self.rate) - self.rate * waits)


WAITS = np.random.default_rng(11).exponential(1 / 0.3, 500)


def fit_waits(waits: Floats, weight: Floats) -> tuple[float, float, float, int]:
    def log_likelihood(model: Waiting, rows: Rows) -> Floats:
        return model.log_likelihood(*rows)

    fitted = fit(Waiting, ("rate",), log_likelihood, (waits,), weight, [(1.0,), (10.0,)], [(1e-3, 1e3)])
    assert fitted.settled
    value, se, n = fitted.estimates()["rate"]
    assert fitted.estimate(lambda model: 1 / model.rate).se == pytest.approx(se / value**2, rel=1e-3)
    return value, se, fitted.log_likelihood, n


def test_the_maximum_and_its_error_are_the_known_ones() -> None:
    value, se, log_likelihood, n = fit_waits(WAITS, np.ones(500))
    rate = 1 / WAITS.mean()
    assert value == pytest.approx(rate, rel=1e-5)
    assert se == pytest.approx(rate / math.sqrt(500), rel=1e-4)
    assert log_likelihood == pytest.approx(500 * (math.log(rate) - 1))
    assert n == 500


def test_a_weight_is_as_good_as_a_repeated_row() -> None:
    weight = (np.arange(500) % 3 + 1).astype(np.float64)
    repeated = np.repeat(WAITS, weight.astype(int))
    assert fit_waits(WAITS, weight) == pytest.approx(fit_waits(repeated, np.ones(len(repeated))), rel=1e-5)


def test_many_rows_are_fitted_on_all_of_them() -> None:
    """The first search sees every third of these rows only, and they would mislead it."""
    waits = np.where(np.arange(60_000) % 3 == 0, 1.0, 4.0)
    assert fit_waits(waits, np.ones(60_000))[0] == pytest.approx(1 / 3, rel=1e-5)


def test_a_parameter_without_influence_is_not_settled() -> None:
    @dataclass(frozen=True)
    class Idle:
        rate: float
        idle: float

    def log_likelihood(model: Idle, rows: Rows) -> Floats:
        return Waiting(model.rate).log_likelihood(*rows)

    fitted = fit(Idle, ("rate", "idle"), log_likelihood, (WAITS,), np.ones(500), [(1.0, 1.0)], [(1e-3, 1e3)] * 2)
    assert not fitted.settled
    assert fitted.estimates()["rate"].se == math.inf
    assert fitted.estimate(lambda model: model.rate).se == math.inf


def test_a_parameter_at_the_end_of_its_range_leaves_the_others_their_errors() -> None:
    """The likelihood grows with the second parameter without end."""

    @dataclass(frozen=True)
    class Growing:
        rate: float
        endless: float

    def log_likelihood(model: Growing, rows: Rows) -> Floats:
        return Waiting(model.rate).log_likelihood(*rows) - 1 / model.endless

    fitted = fit(Growing, ("rate", "endless"), log_likelihood, (WAITS,), np.ones(500), [(1.0, 1.0)], [(1e-3, 1e3)] * 2)
    assert not fitted.settled
    assert fitted.model.endless == pytest.approx(1e3, rel=0.05)
    assert fitted.estimates()["endless"].se == math.inf
    assert fitted.estimates()["rate"].se == pytest.approx(fitted.model.rate / math.sqrt(500), rel=1e-3)
    assert fitted.estimate(lambda model: 1 / model.rate).se < 1
    assert fitted.estimate(lambda model: model.rate * model.endless).se == math.inf
