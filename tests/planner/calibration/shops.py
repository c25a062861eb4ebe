"""Shops to calibrate on: simulated ones with known parameters, and the real CDNOW log where it is at hand.

The real files are not part of the project. They are looked for in the folder that FOOTFALL_REAL_DATA names, else in
../shared/data/real beside the checkout. Tests that compare with published figures say by the name of their parameter
whether the real log was there; without it they check the same code on a simulated shop.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.calibration.bg_nbd import BgNbd
from planner.calibration.btyd import Spend, Summary
from planner.calibration.readers import read_orders

if TYPE_CHECKING:
    from planner.calibration.estimates import Estimate
    from planner.calibration.order_log import OrderLog

Floats = npt.NDArray[np.float64]

PUBLISHED = BgNbd(r=0.24259, alpha=4.41353, a=0.79289, b=2.42575)
"""The fit of Fader, Hardie and Lee (2005) to the CDNOW sample, in weeks, with more digits than they print."""

WEEK_39 = date(1997, 9, 30)
"""End of the 39 weeks that the published models were fitted to."""

_ROOT = Path(__file__).parents[3]
_SAMPLE = Path(__file__).with_name("cdnow_sample_customers.txt")


def real_file(name: str) -> Path | None:
    """Return the path of a real data file, None on a machine without it."""
    folder = Path(os.environ.get("FOOTFALL_REAL_DATA", _ROOT.parent / "shared" / "data" / "real"))
    path = folder / name
    return path if path.is_file() else None


CDNOW = real_file("cdnow_transactions.csv.gz")
SOURCE = "published-cdnow-sample" if CDNOW else "simulated-shop-as-no-cdnow-file-was-found"
"""What the golden tests ran on; it is their parameter, so that a verbose run shows it."""


def cdnow_log() -> OrderLog:
    """Return the CDNOW log, all 23,570 customers."""
    if CDNOW is None:
        raise FileNotFoundError("no CDNOW file; ask SOURCE first")
    return read_orders(CDNOW)


def cdnow_sample() -> pd.DataFrame:
    """Return the orders of the 2,357 customers of the published sample, sorted by the master file's numbers."""
    lines = [line for line in _SAMPLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    wanted = set(" ".join(lines).split())
    log = cdnow_log()
    numbers = [number for number, name in enumerate(log.customers) if name in wanted]
    return log.orders[log.orders["customer"].isin(numbers)]


def assert_within_errors(estimate: Estimate, truth: float) -> None:
    """Check that a positive parameter lies within 3.5 standard errors of the truth, on the scale of its logarithm."""
    assert abs(np.log(estimate.value / truth)) < 3.5 * estimate.se / estimate.value


def simulated_customers(model: BgNbd, customers: int, seed: int, longest: float = 39.0) -> Summary:
    """Return customers who behave exactly as the model says, first seen during the first third of the time."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(model.r, 1 / model.alpha, customers)
    leave = rng.beta(model.a, model.b, customers)
    observed = longest * rng.uniform(2 / 3, 1, customers)
    x, tx = np.zeros(customers), np.zeros(customers)
    active = np.arange(customers)
    while len(active):
        due = tx[active] + rng.exponential(1 / rate[active])
        active, due = active[due <= observed[active]], due[due <= observed[active]]
        x[active] += 1
        tx[active] = due
        active = active[rng.random(len(active)) > leave[active]]
    return Summary(x, tx, observed)


def simulated_spend(p: float, q: float, gamma: float, customers: int, seed: int) -> Spend:
    """Return customers whose order values follow the gamma-gamma model exactly."""
    rng = np.random.default_rng(seed)
    x = rng.integers(1, 8, customers).astype(np.float64)
    scale = rng.gamma(q, 1 / gamma, customers)
    return Spend(x, rng.gamma(p * x, 1 / (x * scale)))


def orders_frame(rows: list[tuple[int, int, int]]) -> pd.DataFrame:
    """Return orders as `OrderLog.orders` from (customer, day, cents) in their order."""
    frame = pd.DataFrame(rows, columns=["customer", "day", "amount_cents"]).astype("int64")
    frame["date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(frame["day"], unit="D")
    frame["quantity"] = 0
    return frame
