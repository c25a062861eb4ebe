"""Pareto/NBD: a customer orders at a constant rate for a lifetime that may end at any moment, not only after an order.

Schmittlein, Morrison and Colombo 1987; the formulas are those of Fader and Hardie 2005, "A note on deriving the
Pareto/NBD model and related expressions". Ordering rates are gamma (r, alpha), death rates gamma (s, beta). Knows no
data files and no money. scipy.special is imported when a formula is evaluated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.calibration.btyd import group
from planner.calibration.likelihood import SHAPE, Fitted, Rows, fit

if TYPE_CHECKING:
    from planner.calibration.btyd import Summary

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ParetoNbd:
    """Parameters of the Pareto/NBD model; time is in the unit of the summary it was fitted to.

    Attributes:
        r: shape of the ordering rates.
        alpha: their inverse scale, in units of time: the mean rate is r / alpha.
        s: shape of the death rates.
        beta: their inverse scale, in units of time: the mean death rate is s / beta.
    """

    r: float
    alpha: float
    s: float
    beta: float

    def log_likelihood(self, x: Floats, tx: Floats, T: Floats) -> Floats:
        """Return each customer's log likelihood, stable for any number of orders."""
        from scipy.special import gammaln

        base = gammaln(self.r + x) - gammaln(self.r) + self.r * np.log(self.alpha) + self.s * np.log(self.beta)
        return np.asarray(base + np.logaddexp(self._log_alive(x, T), self._log_dead(x, tx, T)))

    def probability_alive(self, x: Floats, tx: Floats, T: Floats) -> Floats:
        """Return the probability that the customer's lifetime has not ended by T."""
        from scipy.special import expit

        return np.asarray(expit(self._log_alive(x, T) - self._log_dead(x, tx, T)))

    def expected_purchases(self, t: Floats) -> Floats:
        """Return E[X(t)], the mean number of repeat orders within t of the first order."""
        return self.r / self.alpha * _lifetime(self.s, self.beta, np.asarray(t, dtype=np.float64))

    def conditional_expectation(self, x: Floats, tx: Floats, T: Floats, t: Floats) -> Floats:
        """Return E[Y(t) | x, tx, T], the mean number of orders in the t after T."""
        rate = (self.r + x) / (self.alpha + T)
        return np.asarray(self.probability_alive(x, tx, T) * rate * _lifetime(self.s, self.beta + T, t))

    def _log_alive(self, x: Floats, T: Floats) -> Floats:
        return np.asarray(-(self.r + x) * np.log(self.alpha + T) - self.s * np.log(self.beta + T))

    def _log_dead(self, x: Floats, tx: Floats, T: Floats) -> Floats:
        """Return the log of s / (r + s + x) times A0, the weight of a death between tx and T."""
        early, late = self._log_tail(x, tx), self._log_tail(x, T)
        # Nobody observed up to the very day of the last order can have died after it.
        gap = np.minimum(late - early, -np.finfo(np.float64).tiny)
        return np.asarray(np.log(self.s) - np.log(self.r + self.s + x) + early + np.log(-np.expm1(gap)))

    def _log_tail(self, x: Floats, y: Floats) -> Floats:
        """Return log of 2F1(r+s+x, .; r+s+x+1; z) / (. + y)^(r+s+x) by Euler's transformation.

        The transformed 2F1(1, .; r+s+x+1; z) stays moderate where the original overflows with many orders. Both of the
        note's cases, alpha >= beta and alpha < beta, have this form.
        """
        from scipy.special import hyp2f1

        total = self.r + self.s + x
        slow, fast = max(self.alpha, self.beta), min(self.alpha, self.beta)
        z = (slow - fast) / (slow + y)
        if self.alpha >= self.beta:
            power, other = np.asarray(-self.s), self.r + x
        else:
            power, other = 1.0 - self.r - x, np.asarray(self.s + 1.0)
        series = hyp2f1(1.0, other, total + 1.0, z)
        return np.asarray(power * np.log1p(-z) + np.log(series) - total * np.log(slow + y))


def fit_pareto_nbd(customers: Summary) -> Fitted[ParetoNbd]:
    """Fit a Pareto/NBD model by maximum likelihood.

    Raises:
        FitFault: no customer has a repeat order.
    """
    *rows, weight = group(customers)

    def log_likelihood(model: ParetoNbd, rows: Rows) -> Floats:
        return model.log_likelihood(*rows)

    scale = float(customers.T.mean())
    time = (1e-3 * scale, 1e3 * scale)
    ranges = (SHAPE, time, SHAPE, time)
    starts = [(0.5, 0.4 * scale, 0.6, 0.4 * scale), (1.0, scale, 1.0, 2.0 * scale), (0.3, 0.2 * scale, 0.3, scale)]
    return fit(ParetoNbd, ("r", "alpha", "s", "beta"), log_likelihood, tuple(rows), weight, starts, ranges)


def _lifetime(s: float, scale: float | Floats, t: Floats) -> Floats:
    """Return the mean time alive within t for death rates gamma(s, scale); continuous at s = 1."""
    from scipy.special import exprel

    reach = np.log1p(t / scale)
    return np.asarray(scale * reach * exprel((1.0 - s) * reach))
