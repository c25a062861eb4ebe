"""BG/NBD: while active a customer orders at a constant rate, and after each order may leave for good.

Fader, Hardie and Lee 2005, "Counting your customers the easy way", Marketing Science 24(2), the source of every formula
here. Rates are gamma distributed across customers (r, alpha), dropout probabilities beta distributed (a, b). Knows no
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

_POLE = 1e-5


@dataclass(frozen=True)
class BgNbd:
    """Parameters of the BG/NBD model; time is in the unit of the summary it was fitted to.

    Attributes:
        r: shape of the ordering rates.
        alpha: their inverse scale, in units of time: the mean rate is r / alpha.
        a: with b, shape of the dropout probabilities: their mean is a / (a + b).
        b: see a.
    """

    r: float
    alpha: float
    a: float
    b: float

    def log_likelihood(self, x: Floats, tx: Floats, T: Floats) -> Floats:
        """Return each customer's log likelihood (equation 6), stable for any number of orders."""
        from scipy.special import betaln, gammaln

        base = gammaln(self.r + x) - gammaln(self.r) + self.r * np.log(self.alpha)
        base += betaln(self.a, self.b + x) - betaln(self.a, self.b)
        return np.asarray(
            base - (self.r + x) * np.log(self.alpha + T) + np.logaddexp(0.0, self._log_odds_lost(x, tx, T))
        )

    def probability_alive(self, x: Floats, tx: Floats, T: Floats) -> Floats:
        """Return the probability that the customer has not left by T; 1 without a repeat order, by assumption."""
        from scipy.special import expit

        return np.asarray(expit(-self._log_odds_lost(x, tx, T)))

    def expected_purchases(self, t: Floats) -> Floats:
        """Return E[X(t)], the mean number of repeat orders within t of the first order (equation 9)."""
        zero = np.zeros_like(np.asarray(t, dtype=np.float64))
        return self.conditional_expectation(zero, zero, zero, t)

    def conditional_expectation(self, x: Floats, tx: Floats, T: Floats, t: Floats) -> Floats:
        """Return E[Y(t) | x, tx, T], the mean number of orders in the t after T (equation 10).

        Euler's transformation of 2F1 takes its parameters from r + x, b + x down to a - 1, a + b - 1 - r, so that many
        orders do not overflow.
        """
        from scipy.special import hyp2f1

        a = _clear_of(self.a, 1.0)
        c = _clear_of(a + self.b - 1.0, 0.0) + x
        z = t / (self.alpha + T + t)
        decay = np.exp((a - 1.0) * np.log1p(-z)) * hyp2f1(a + self.b - 1.0 - self.r, a - 1.0, c, z)
        return np.asarray(c / (a - 1.0) * (1.0 - decay) * self.probability_alive(x, tx, T))

    def _log_odds_lost(self, x: Floats, tx: Floats, T: Floats) -> Floats:
        """Return log(P(left) / P(active)) at T; minus infinity without a repeat order."""
        repeat = np.maximum(x, 1.0)
        odds = np.log(self.a) - np.log(self.b + repeat - 1.0)
        odds = odds + (self.r + x) * (np.log(self.alpha + T) - np.log(self.alpha + tx))
        return np.where(x > 0, odds, -np.inf)


def fit_bg_nbd(customers: Summary) -> Fitted[BgNbd]:
    """Fit a BG/NBD model by maximum likelihood.

    Raises:
        FitFault: no customer has a repeat order.
    """
    *rows, weight = group(customers)

    def log_likelihood(model: BgNbd, rows: Rows) -> Floats:
        return model.log_likelihood(*rows)

    scale = float(customers.T.mean())
    time = (1e-3 * scale, 1e3 * scale)
    ranges = (SHAPE, time, SHAPE, SHAPE)
    starts = [(0.3, 0.2 * scale, 0.8, 2.5), (1.0, scale, 0.3, 3.0), (0.5, 0.5 * scale, 2.0, 2.0)]
    return fit(BgNbd, ("r", "alpha", "a", "b"), log_likelihood, tuple(rows), weight, starts, ranges)


def _clear_of(value: float, pole: float) -> float:
    """Return the value, moved off a removable singularity of the formulas by an amount below their precision."""
    return value if abs(value - pole) > _POLE else pole + _POLE
