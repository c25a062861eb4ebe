"""Numbers, intervals and verdicts in plain words, the same in charts, report and command line.

Knows units and the dataclasses of a comparison; must not know how anything is drawn, printed or stored. Signs are true
minus signs, a space stands before "%", and a value that is not defined is an en dash.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simulation.metrics import METRICS

if TYPE_CHECKING:
    from planner.experiments.comparison import Difference, Estimate
    from simulation.metrics import Unit

UNDEFINED = "–"
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}
MINUS = "−"
NARROW = "\u202f"
"""Narrow space between a number and its unit; it does not break at the end of a line."""


def plain(text: str) -> str:
    """Return a user's text as one printable line: control and lone surrogate characters become spaces."""
    kept = (c if c.isprintable() else " " for c in text)
    return " ".join("".join(kept).split()) or UNDEFINED


def money(value: float, currency: str) -> str:
    """Return an amount such as ``€104.80``, ``−€3.20``, ``CHF 412 k``; ``value`` in units of ``currency``."""
    return _with_symbol(value, currency, f"{abs(value):,.2f}" if abs(value) < 1_000 else "")


def amount(value: float, currency: str, decimals: int) -> str:
    """Return an amount in full digits such as ``€7,500``."""
    return _with_symbol(value, currency, f"{abs(value):,.{decimals}f}")


def _with_symbol(value: float, currency: str, digits: str) -> str:
    if not math.isfinite(value):
        return UNDEFINED
    digits = digits or _compact(abs(value))
    symbol = SYMBOLS.get(currency, f"{plain(currency)} ")
    return f"{MINUS if value < 0 and any(c in digits for c in '123456789') else ''}{symbol}{digits}"


def count(value: float) -> str:
    """Return a count such as ``6,552``, ``27.4 k`` or ``1.20 M``."""
    if not math.isfinite(value):
        return UNDEFINED
    return (MINUS if value < 0 else "") + _compact(abs(value))


def _compact(size: float) -> str:
    for limit, divisor, letter in ((1e9, 1e9, "bn"), (1e6, 1e6, "M"), (1e4, 1e3, "k")):
        # 999,950 would round to "1,000 k"
        if size >= limit * 0.9995:
            scaled = float(f"{size / divisor:.3g}")
            return f"{scaled:.{max(0, 2 - int(math.log10(scaled)))}f}{NARROW}{letter}"
    return f"{size:,.0f}" if size >= 100 or size == int(size) else f"{size:,.1f}"


def number(value: float, decimals: int, *, signed: bool = False) -> str:
    """Return a fixed-point number with a true minus; never "−0.0"."""
    if not math.isfinite(value):
        return UNDEFINED
    digits = f"{abs(value):,.{decimals}f}"
    nothing = not any(c in digits for c in "123456789")
    if value < 0 and not nothing:
        return MINUS + digits
    return f"+{digits}" if signed and not nothing else digits


def value(given: float, unit: Unit, currency: str) -> str:
    """Return an outcome's value in its unit as in ``METRICS``: shares as percentages, money with its currency."""
    if not math.isfinite(given):
        return UNDEFINED
    if unit == "money":
        return money(given, currency)
    if unit == "count":
        return count(given)
    if unit == "share":
        return f"{number(given * 100, 1 if abs(given) >= 0.1 else 2)}{NARROW}%"
    if unit == "days":
        return f"{number(given, 0)} days"
    return number(given, 2)


def decimals_for(half_width: float) -> int:
    """Return how many decimals an interval of this half-width deserves: 0 from 10, 1 down to 0.05, then 2, then 3."""
    if not math.isfinite(half_width) or half_width <= 0:
        return 1
    return min(max(-math.floor(math.log10(half_width * 2)), 1 if half_width < 10 else 0), 3)


def percent(share: float, low: float = math.nan, high: float = math.nan) -> str:
    """Return a signed relative difference such as ``+3.1 %``, with as many decimals as its interval deserves."""
    if not math.isfinite(share):
        return UNDEFINED
    return f"{number(share * 100, decimals_for((high - low) * 50), signed=True)}{NARROW}%"


def span(low: float, high: float, factor: float = 1.0, decimals: int | None = None) -> str:
    """Return an interval such as ``2.2 to 4.0``, ends times ``factor``; empty where it is not defined."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    decimals = decimals_for((high - low) * factor / 2) if decimals is None else decimals
    return f"{number(low * factor, decimals)} to {number(high * factor, decimals)}"


def relative(share: float, low: float, high: float) -> str:
    """Return a relative change such as ``+3.1 % (2.2 to 4.0)``, without an interval where that has no width."""
    within = span(low, high, 100) if low < high else ""
    return f"{percent(share, low, high)} ({within})" if within else percent(share, low, high)


def is_same(difference: Difference) -> bool:
    """Return whether plan and baseline agreed exactly in every replication."""
    return difference.mean == difference.low == difference.high == 0


def change(difference: Difference, metric: str, currency: str) -> tuple[str, str]:
    """Return a difference and its interval, such as ``("+3.1 %", "2.2 to 4.0")``.

    Relative where that is defined; else absolute: shares in percentage points, the rest in the outcome's own unit; so
    too where only the absolute difference has an interval (few replications and a baseline near zero), since a verdict
    stands beside it. An interval that is not defined is empty.
    """
    if is_same(difference):
        return "no difference", ""
    bounded = math.isfinite(difference.relative_low) or not math.isfinite(difference.low)
    if math.isfinite(difference.relative) and bounded:
        low, high = difference.relative_low, difference.relative_high
        return percent(difference.relative, low, high), span(low, high, 100)
    return _absolute(difference, metric, currency)


def _absolute(difference: Difference, metric: str, currency: str) -> tuple[str, str]:
    unit = METRICS[metric].unit
    factor = 100 if unit == "share" else 1
    half = (difference.high - difference.low) * factor / 2
    decimals = 0 if abs(difference.mean) >= 1_000 else decimals_for(half if half > 0 else abs(difference.mean) / 100)
    if unit == "money":
        size = ("+" if difference.mean > 0 else "") + amount(difference.mean, currency, decimals)
    else:
        size = number(difference.mean * factor, decimals, signed=True)
        suffix = {"share": f"{NARROW}pts", "days": " days"}.get(unit, "")
        size = size if size == UNDEFINED else size + suffix
    return size, span(difference.low, difference.high, factor, decimals)


def lift(difference: Difference, metric: str, currency: str) -> str:
    """Return a lift such as ``+3.1 % (2.2 to 4.0) better``; nothing where no difference is defined."""
    size, interval = change(difference, metric, currency)
    if is_same(difference) or size == UNDEFINED:
        return size.strip(UNDEFINED)
    return f"{size} ({interval}) {difference.verdict}" if interval else f"{size} {difference.verdict}"


def finding(difference: Difference, metric: str, currency: str) -> tuple[str, str]:
    """Return what was found and the verdict: ``("conversion per visit +3.1 % (2.2 to 4.0)", "better")``."""
    size, interval = change(difference, metric, currency)
    within = f" ({interval})" if interval else ""
    title = METRICS[metric].title
    verdict = "the same in every replication" if is_same(difference) else difference.verdict
    return f"{title[0].lower()}{title[1:]} {size}{within}", verdict


def estimate(given: Estimate, metric: str, currency: str) -> str:
    """Return an outcome's mean in its unit."""
    return value(given.mean, METRICS[metric].unit, currency)


def level(confidence: float) -> str:
    """Return a confidence level such as ``95 %``."""
    return f"{number(confidence * 100, 0 if abs(confidence * 100 - round(confidence * 100)) < 1e-9 else 1)}{NARROW}%"
