"""What a calibration found, in words and numbers for people: the same on the command line and in the window.

Knows findings and how numbers are written; prints nothing and draws nothing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from planner import wording
from planner.calibration.facts import TITLES
from planner.calibration.knobs import useful_knobs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.calibration.calibrate import Calibrated
    from planner.calibration.estimates import Estimate
    from planner.calibration.fit_orders import HoldOut
    from planner.calibration.margins import Interval, Margin
    from simulation.metrics import Unit

NAMES = {
    **{name: title.text for name, title in TITLES.items()},
    "new_customers": "new customers in the acquisition window",
    "r": "buying again: evenness of rates (r)",
    "alpha": "buying again: weeks (alpha)",
    "a": "giving up: a",
    "b": "giving up: b",
    "extra_units": "basket: extra units",
    "basket_evenness": "basket: evenness between shoppers",
    "price_contrast": "prices: contrast, of the starting study's",
    "later_factor": "basket: extra units of later orders",
    "price_level": "prices: level, of the starting study's",
    "needs_per_order": "buying again: needs per order",
    "need_evenness": "buying again: evenness of needs, of the fitted",
}
"""What was fitted -> how it is called."""

FITTED_COLUMNS = ("fitted", "value", "± (standard error)", "n")
SAME_AGES = (
    "Both columns count customers of the same ages. A comparison counts a store's year, in which first orders weigh "
    "otherwise than in the log, so that its average order value differs from these."
)
MARGIN_COLUMNS = ("outcome", "observed", "simulated", "off by", "verdict")


def fitted(found: Calibrated) -> dict[str, Estimate]:
    """Return everything that was fitted: facts that the study was turned to, repeat buying, and the knobs."""
    fit = found.fit
    knobs = useful_knobs(fit.facts, repurchase=bool(fit.repurchase))
    aims = {knob.fact: fit.facts[knob.fact] for knob in knobs}
    return {**aims, "new_customers": fit.new_customers, **fit.repurchase, **found.match.knobs}


def fitted_rows(found: Calibrated) -> list[tuple[str, str, str, str]]:
    """Return name, value, standard error and the number behind it of everything that was fitted."""
    return [(NAMES[name], number(e.value), number(e.se), f"{e.n:,}") for name, e in fitted(found).items()]


def margin_row(margin: Margin, currency: str) -> tuple[str, str, str, str, str]:
    """Return an outcome's name, observed and simulated with 95 % intervals, how far these are apart, and the verdict.

    The observed value and the distance are en dashes where the log does not tell the outcome.
    """
    unit, observed, simulated = margin.title.unit, margin.observed, margin.simulated
    off = simulated.value / observed.value - 1.0 if observed is not None and observed.value else math.nan
    seen = interval(observed, unit, currency) if observed is not None else wording.UNDEFINED
    return margin.title.text, seen, interval(simulated, unit, currency), wording.percent(off), margin.verdict


def interval(given: Interval, unit: Unit, currency: str) -> str:
    """Return a value with its interval in brackets, such as ``45.9 % (45.2 to 46.5)``."""
    factor = 100 if unit == "share" else 1
    within = wording.span(given.low, given.high, factor, 1 if unit == "share" else 2)
    shown = wording.value(given.value, unit, currency)
    return f"{shown} ({within})" if within else shown


def untold(margins: Sequence[Margin], currency: str) -> list[str]:
    """Return a sentence per verdict on the outcomes that the log says nothing of."""
    silent = [margin for margin in margins if margin.observed is None and math.isfinite(margin.simulated.value)]
    sentences = []
    for verdict in dict.fromkeys(margin.verdict for margin in silent):
        names = [
            f"{margin.title.text.lower()} {wording.value(margin.simulated.value, margin.title.unit, currency)}"
            for margin in silent
            if margin.verdict == verdict
        ]
        sentences.append(f"{verdict[0].upper()}{verdict[1:]}, as the log does not tell them: {', '.join(names)}.")
    return sentences


def forecast(hold_out: HoldOut) -> str:
    """Say how a forecast of a part of the log went that the model had not seen."""
    return (
        f"Forecast of a part it had not seen: fitted to the first {hold_out.fitted_days} days, BG/NBD expects "
        f"{hold_out.expected:,.0f} orders in the next {hold_out.forecast_days} days of the {hold_out.customers:,} "
        f"customers known by then; the log has {hold_out.observed:,} ({wording.percent(hold_out.error)})."
    )


def number(value: float) -> str:
    """Return a number with four digits."""
    if not math.isfinite(value):
        return wording.UNDEFINED
    return f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"
