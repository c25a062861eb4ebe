"""Maximum likelihood for models whose parameters are all positive. Knows no particular model and no data.

The search and the Hessian run on the logarithms of the parameters, where the surface is close to a parabola and no
parameter can turn negative; the delta method carries standard errors back. scipy is imported when something is fitted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from planner.calibration.estimates import Estimate

Floats = npt.NDArray[np.float64]
Rows = tuple[Floats, ...]
M = TypeVar("M")

SHAPE = (1e-3, 100.0)
"""Range searched for a shape parameter; beyond it customers are as good as alike, or next to none does anything."""

_AT_A_BOUND = 0.05

_GRADIENT_STEP = 1e-5
_HESSIAN_STEP = 1e-3
_HOPELESS = 1e10
_DRAFT_ROWS = 20_000


@dataclass(frozen=True)
class Fitted(Generic[M]):
    """A model fitted by maximum likelihood.

    Attributes:
        model: the model at the maximum.
        make: builds a model from its parameters, in the order of `names`.
        names: the parameters' names.
        parameters: their values, in the same order.
        log_likelihood: at the maximum, natural logarithm, over all customers.
        customers: number fitted.
        covariance: of the logarithms of the parameters; infinite where they are not determined.
        settled: whether the data determine every parameter; if not, the errors of those that they do not are infinite.
    """

    model: M
    make: Callable[..., M]
    names: tuple[str, ...]
    parameters: tuple[float, ...]
    log_likelihood: float
    customers: int
    covariance: tuple[tuple[float, ...], ...]
    settled: bool

    def estimate(self, fact: Callable[[M], float]) -> Estimate:
        """Return a fact of the model with its standard error by the delta method; n is the number of customers."""

        def at(theta: Floats) -> float:
            return fact(self.make(*np.exp(theta)))

        point = np.log(self.parameters)
        slope = np.array([_slope(at, point, k) for k in range(len(point))])
        used = slope != 0
        covariance = np.array(self.covariance)[np.ix_(used, used)]
        variance = float(slope[used] @ covariance @ slope[used]) if np.isfinite(covariance).all() else math.inf
        return Estimate(float(fact(self.model)), math.sqrt(max(variance, 0.0)), self.customers)

    def estimates(self) -> dict[str, Estimate]:
        """Return every parameter with its standard error."""
        point = dict(zip(self.names, self.parameters, strict=True))
        return {
            name: Estimate(value, value * math.sqrt(max(self.covariance[k][k], 0.0)), self.customers)
            for k, (name, value) in enumerate(point.items())
        }


def fit(
    make: Callable[..., M],
    names: Sequence[str],
    log_likelihood: Callable[[M, Rows], Floats],
    rows: Rows,
    weight: Floats,
    starts: Sequence[Sequence[float]],
    ranges: Sequence[tuple[float, float]],
) -> Fitted[M]:
    """Return the model of greatest likelihood, searched by L-BFGS-B from several starts.

    The starts compete on some 20,000 rows at most; the winner's end is where the search on all rows begins.

    Args:
        make: builds a model from positive parameters.
        names: the parameters' names, in the order that `make` takes them.
        log_likelihood: of a model, for each row.
        rows: the data, columns of equal length.
        weight: how many customers each row stands for.
        starts: parameter values to begin at.
        ranges: least and greatest value of each parameter.
    """
    step = max(1, len(weight) // _DRAFT_ROWS)
    draft = _badness(make, log_likelihood, tuple(column[::step] for column in rows), weight[::step])
    bounds = np.log(np.asarray(ranges, dtype=np.float64))
    best, _ = min((_search(draft, np.log(start), bounds) for start in starts), key=lambda end: end[1])
    badness = _badness(make, log_likelihood, rows, weight)
    theta, least = _search(badness, best, bounds)
    customers = int(weight.sum())
    inside = np.abs(bounds - theta[:, None]).min(axis=1) > _AT_A_BOUND
    covariance = _covariance(_hessian(badness, theta) * customers, inside)
    return Fitted(
        model=make(*np.exp(theta)),
        make=make,
        names=tuple(names),
        parameters=tuple(np.exp(theta).tolist()),
        log_likelihood=-least * customers,
        customers=customers,
        covariance=tuple(tuple(row) for row in covariance.tolist()),
        settled=bool(np.isfinite(covariance).all()),
    )


def _badness(
    make: Callable[..., M], log_likelihood: Callable[[M, Rows], Floats], rows: Rows, weight: Floats
) -> Callable[[Floats], float]:
    """Return the function to be minimised: minus the mean log likelihood per customer, of log parameters."""
    customers = float(weight.sum())

    def badness(theta: Floats) -> float:
        value = -float(weight @ log_likelihood(make(*np.exp(theta)), rows)) / customers
        return value if math.isfinite(value) else _HOPELESS

    return badness


def _search(badness: Callable[[Floats], float], start: Floats, bounds: Floats) -> tuple[Floats, float]:
    """Return where L-BFGS-B ends and the badness there."""
    from scipy.optimize import minimize

    def gradient(theta: Floats) -> Floats:
        return np.array([_slope(badness, theta, k) for k in range(len(theta))])

    end = minimize(
        badness,
        start,
        jac=gradient,
        method="L-BFGS-B",
        bounds=[(float(low), float(high)) for low, high in bounds],
        options={"ftol": 1e-11, "gtol": 1e-7, "maxiter": 500},
    )
    return np.asarray(end.x, dtype=np.float64), float(end.fun)


def _slope(function: Callable[[Floats], float], point: Floats, k: int) -> float:
    step = np.zeros_like(point)
    step[k] = _GRADIENT_STEP
    return (function(point + step) - function(point - step)) / (2 * _GRADIENT_STEP)


def _hessian(function: Callable[[Floats], float], point: Floats) -> Floats:
    """Return the matrix of second derivatives by central differences of four points per pair."""
    steps = np.eye(len(point)) * _HESSIAN_STEP
    corners = [(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]

    def second(a: Floats, b: Floats) -> float:
        return sum(sign * function(point + i * a + j * b) for i, j, sign in corners) / (4 * _HESSIAN_STEP**2)

    return np.array([[second(a, b) for b in steps] for a in steps])


def _covariance(information: Floats, inside: npt.NDArray[np.bool_]) -> Floats:
    """Return the covariance that an information matrix means.

    A parameter at a bound of its range is taken as known in the errors of the others, and its own error as infinite; if
    the likelihood does not fall on all sides, every error is infinite.
    """
    covariance = np.where(np.eye(len(inside), dtype=np.bool_), math.inf, 0.0)
    free = np.ix_(inside, inside)
    symmetric = (information[free] + information[free].T) / 2
    if inside.any() and np.linalg.eigvalsh(symmetric).min() > 0:
        covariance[free] = np.linalg.inv(symmetric)
    return covariance
