"""Gamma-gamma: a customer's orders scatter around a mean of his own, and these means differ between customers.

Fader and Hardie 2013, "The gamma-gamma model of monetary value". Knows nothing of when customers order; the model takes
value and frequency as independent, which its user should check. scipy.special is imported when a formula is evaluated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.calibration.faults import FitFault
from planner.calibration.likelihood import SHAPE, Fitted, Rows, fit

if TYPE_CHECKING:
    from planner.calibration.btyd import Spend

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class GammaGamma:
    """Parameters of the gamma-gamma model of order value.

    Attributes:
        p: shape of one customer's order values.
        q: shape of the customers' inverse scales; the mean value across customers exists only for q > 1.
        gamma: their scale, in the currency's main unit.
    """

    p: float
    q: float
    gamma: float

    def log_likelihood(self, x: Floats, mean: Floats) -> Floats:
        """Return the log density of each customer's mean value of x orders (equation 1a)."""
        from scipy.special import betaln

        px = self.p * x
        density = -betaln(px, self.q) + self.q * np.log(self.gamma) + px * np.log(x) + (px - 1.0) * np.log(mean)
        return np.asarray(density - (px + self.q) * np.log(self.gamma + mean * x))

    def expected_spend(self, x: Floats, mean: Floats) -> Floats:
        """Return the expected value of a customer's orders given x of them with this mean (equation 5).

        Without an order (x = 0) it is the mean across customers. Infinite where p x + q <= 1.
        """
        free = self.p * x + self.q - 1.0
        finite = np.where(free > 0, free, 1.0)
        return np.where(free > 0, self.p * (self.gamma + mean * x) / finite, np.inf)

    def mean_spend(self) -> float:
        """Return the mean order value across customers; infinite where q <= 1."""
        return float(self.expected_spend(np.zeros(1), np.zeros(1))[0])


def fit_gamma_gamma(customers: Spend) -> Fitted[GammaGamma]:
    """Fit a gamma-gamma model by maximum likelihood.

    Raises:
        FitFault: no customer has two repeat orders, so that scatter within and between customers cannot be told apart.
    """
    if not (customers.x > 1).any():
        raise FitFault("order value: no customer has two repeat orders of positive value; a longer log is needed")

    def log_likelihood(model: GammaGamma, rows: Rows) -> Floats:
        return model.log_likelihood(*rows)

    scale = float(customers.mean.mean())
    ranges = (SHAPE, SHAPE, (1e-3 * scale, 1e3 * scale))
    starts = [(6.0, 4.0, 0.5 * scale), (2.0, 3.0, scale), (1.0, 8.0, 5.0 * scale)]
    return fit(GammaGamma, ("p", "q", "gamma"), log_likelihood, customers, np.ones(len(customers.x)), starts, ranges)
