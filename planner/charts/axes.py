"""Axes with round numbers: where ticks stand, and how labels keep apart. Pure; knows no chart and no painter."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from planner.charts.spec import Axis, Tick, Writer

REACH = 3.0
"""An interval may widen an axis to this many times the span of the points; beyond, it is cut with an arrow head."""
_DAY_STEPS = (1, 2, 7, 14, 28, 90, 180, 365, 730, 1825)


def finite(values: Iterable[float]) -> list[float]:
    """Return the finite ones of ``values``."""
    return [value for value in values if math.isfinite(value)]


def nice_step(width: float, most: int) -> float:
    """Return the smallest of 1, 2, 2.5, 5 times a power of ten that divides ``width`` into at most ``most`` parts."""
    rough = width / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(m * power for m in (1.0, 2.0, 2.5, 5.0, 10.0) if m * power >= rough * (1 - 1e-9))


def step_decimals(step: float) -> int:
    """Return how many decimals a multiple of ``step`` needs: 0 for 20, 2 for 0.25."""
    return next(d for d in range(13) if math.isclose(step * 10**d, round(step * 10**d), rel_tol=1e-9) or d == 12)


def number_axis(
    title: str, values: Iterable[float], text: Writer, *, include: Sequence[float] = (), most: int = 6
) -> Axis:
    """Return an axis from round number to round number over the finite ``values`` and ``include``."""
    known = finite([*values, *include]) or [0.0, 1.0]
    low, high = min(known), max(known)
    if high - low <= 1e-12 * max(abs(low), abs(high), 1e-300):
        low, high = (low - abs(low) / 2, high + abs(high) / 2) if low else (0.0, 1.0)
    step = nice_step(high - low, most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    decimals = step_decimals(step)
    ticks = tuple(Tick(k * step, text(k * step, decimals)) for k in range(first, last + 1))
    return Axis(title, first * step, last * step, ticks, write=text)


def points_axis(
    title: str, points: Iterable[float], ends: Iterable[float], text: Writer, include: Sequence[float]
) -> Axis:
    """Return an axis that spans all ``points`` and ``include``, and interval ``ends`` as far as these stay tellable."""
    known = [*finite(points), *include]
    low, high = min(known), max(known)
    room = (high - low) * (REACH - 1) / 2
    inside = [min(max(end, low - room), high + room) for end in finite(ends)]
    return number_axis(title, [*known, *inside], text, most=5)


def day_axis(title: str, low: float, high: float, most: int = 7) -> Axis:
    """Return an axis of days whose ticks stand at weeks, months or quarters."""
    high = high if high > low else low + 1
    step = next((s for s in _DAY_STEPS if (high - low) / s <= most), nice_step(high - low, most))
    ticks = tuple(Tick(k * step, f"{k * step:g}") for k in range(math.ceil(low / step), math.floor(high / step) + 1))
    return Axis(title, low, high, ticks, write=_days)


def _days(value: float, decimals: int) -> str:
    return f"{value:.1f}".removesuffix(".0")


def log_axis(title: str, low: float, high: float, text: Writer) -> Axis:
    """Return a logarithmic axis from ``low`` to ``high`` (both > 0) with ticks at 1, 2 and 5 times powers of ten."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    factors = (1, 2, 5) if high / low < 3_000 else (1,)
    places = [place for power in powers for factor in factors if low <= (place := factor * 10.0**power) <= high]
    ticks = tuple(Tick(place, text(place, step_decimals(place))) for place in places)
    return Axis(title, low, high, ticks, log=True, write=text)


def spread(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Return places near ``wanted`` whose items, ``sizes`` tall, do not overlap, in the order of ``wanted``.

    Items stay between ``low`` and ``high`` if they fit there; else they stand evenly around the middle. Touching items
    move together by the least squared distance (pool adjacent violators: de Leeuw, Hornik and Mair 2009).
    """
    order = sorted(range(len(wanted)), key=lambda item: (wanted[item], item))
    offsets, total = [], 0.0
    for item in order:
        offsets.append(total + sizes[item] / 2)
        total += sizes[item]
    room = max(high - low - total, 0.0)
    start = low if room else (low + high - total) / 2
    slots = _isotonic([wanted[item] - offset for item, offset in zip(order, offsets, strict=True)])
    placed = [0.0] * len(order)
    for item, slot, offset in zip(order, slots, offsets, strict=True):
        placed[item] = min(max(slot, start), start + room) + offset
    return placed


def _isotonic(values: Sequence[float]) -> list[float]:
    blocks: list[tuple[float, int]] = []
    for value in values:
        blocks.append((value, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, n), (b, m) = blocks[-2:]
            blocks[-2:] = [((a * n + b * m) / (n + m), n + m)]
    return [mean for mean, size in blocks for _ in range(size)]
