"""A log of orders, small, and a finished calibration that took no time: for tests and pictures of the data page."""

from __future__ import annotations

import math
from datetime import date

from planner.calibration.apart import Result
from planner.calibration.calibrate import Calibrated
from planner.calibration.estimates import Estimate
from planner.calibration.fit_orders import HoldOut, OrderFit
from planner.calibration.margins import fidelity
from planner.calibration.match import Match
from planner.calibration.simulated_log import Window
from tests.planner.gui.shops import SMALL

LOG = (
    "order_id,customer_id,date,amount,units,channel",
    *(f"{n},{n % 60},2024-01-{(7 * n) % 27 + 1:02},{10 + n % 37}.50,{n % 3 + 1},web" for n in range(150)),
    "150,7,soon,3.00,1,web",
    "151,,2024-01-05,4.00,1,shop",
    "152,12,2024-01-07,-19.50,1,web",
    "153,9",
)
"""150 good rows and four bad ones."""

FACTS = {
    "aov": Estimate(35.41, 0.41, 6919),
    "log_sd": Estimate(0.82, 0.011, 6919),
    "units_per_order": Estimate(2.38, 0.03, 6919),
    "between_share": Estimate(0.36, 0.014, 2357),
    "later_to_first": Estimate(1.12, 0.03, 4562),
    "repeat_within_90": Estimate(0.31, 0.0095, 2357),
    "repeat_rate": Estimate(0.459, 0.0102, 2357),
    "repeat_orders_365": Estimate(1.35, 0.05, 2357),
    "next_order_1": Estimate(0.49, 0.0103, 2357),
    "revenue_within_365": Estimate(83.2, 2.4, 2357),
    "top_tenth_share": Estimate(0.44, 0.013, 2357),
}
OFF = (0.002, 0.004, 0.011, 0.03, -0.015, -0.008, 0.012, 0.007, 0.055, 0.009, -0.12)
OTHERS = {
    "session_conversion": 0.0214,
    "visitor_conversion": 0.031,
    "ltv": 27.4,
    "bounce_rate": 0.41,
    "margin": 91_000.0,
}


def result() -> Result:
    """Return the calibration of a shop that sells music."""
    runs = [
        {
            name: Estimate(e.value * (1 + off) * (1 + 0.004 * k), e.se, e.n)
            for (name, e), off in zip(FACTS.items(), OFF, strict=True)
        }
        for k in (-1, 0, 1)
    ]
    fit = OrderFit(
        facts=FACTS,
        repurchase={
            "r": Estimate(0.24, 0.013, 2357),
            "alpha": Estimate(4.41, 0.38, 2357),
            "a": Estimate(0.79, 0.19, 2357),
        },
        new_customers=Estimate(2357.0, 48.5, 2357),
        orders_a_day=75.2,
        orders_per_customer=2.9,
        window=Window(91, 545, 1),
        hold_out=HoldOut(273, 272, 2357, 1780.0, 1922),
        notes=(),
    )
    knobs = {
        "extra_units": Estimate(1.21, 0.06, 6919),
        "price_level": Estimate(0.4112, 0.005, 6919),
        "need_evenness": Estimate(1.1, math.inf, 2357),
    }
    found = Calibrated(
        SMALL.replace("Small shop", "Shop of records"), fit, Match(knobs, ()), fidelity(FACTS, runs, OTHERS), 60_000, ()
    )
    return Result(
        found=found,
        currency="USD",
        rows=6923,
        kept=6919,
        orders=6696,
        customers=2357,
        first_date=date(1997, 1, 1),
        last_date=date(1998, 6, 30),
        set_aside={"date does not parse": 1, "amount negative (refund or cancellation)": 3},
        notes=("rows added to another row of the same customer and day, together one order: 223",),
    )
