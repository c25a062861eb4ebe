"""Turns a study's knobs until its simulated log has the facts of the shop's log (indirect inference).

The simulated method of moments (McFadden 1989, Econometrica 57): what is made small is the sum of squares of how far
each simulated fact is from the shop's, in standard errors of the latter, and of how far each knob is from the starting
study, in factors of e. So a fact that the log hardly tells leaves its knob where it was; and facts that are far off
count less than by their square, so that one which the engine cannot reach does not carry the others away.

Three steps. Small simulations on one and the same luck, so that differences between settings are the knobs' doing, find
the neighbourhood by Broyden's method (1965, Mathematics of Computation 19) and then the slopes by differences, one knob
at a time. Large simulations on fresh luck take the last steps with these slopes. Knows facts and knobs; how a setting
becomes a study and a log is given to it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from planner.calibration.estimates import Estimate

if TYPE_CHECKING:
    from planner.calibration.knobs import Knob

Floats = npt.NDArray[np.float64]

ROUNDS = 7
"""Settings tried in the search, at most."""

SETTLING = (1, 6)
"""Large simulations on which each of the last steps is taken."""

FIRST_REPLICATION = 1_000_000
"""Replications that knobs are turned on; the check at the end has the first numbers, as comparisons have."""

_LONGEST_STEP = 0.7
_NEAR = 0.25
"""The search ends when the facts are so near on average, in squared standard errors."""

_LAST_STEP = 0.3
_NUDGE = 0.1
_FREEDOM = 1.0
"""Standard deviation of the logarithm of a knob about the starting study's."""

_HUBER = 3.0
"""A fact further off than so many errors pulls no harder per error: perhaps the engine cannot reach it."""

_TINY = 1e-9

_FINEST = 0.01
"""No fact is taken to be known better than this, relative to its size: the engine is no exact picture of a shop."""


class Job(NamedTuple):
    """A simulation that the search asks for.

    Attributes:
        knobs: name -> value.
        replication: the key of its luck.
        large: whether it is one of the last, which settle the values; the others may be a quarter of the size.
    """

    knobs: dict[str, float]
    replication: int
    large: bool


Simulate = Callable[[Job], Mapping[str, Estimate]]


class Match(NamedTuple):
    """Where the knobs ended.

    Attributes:
        knobs: name -> value, with its standard error from those of the facts it was turned to, observed and simulated,
            and the number behind the observed one.
        at_limit: names of knobs that stopped at the end of what a study allows.
    """

    knobs: dict[str, Estimate]
    at_limit: tuple[str, ...]


def simulations(knobs: Sequence[Knob]) -> int:
    """Return how many simulations a match takes, at most."""
    return ROUNDS + len(knobs) + sum(SETTLING)


def match(
    knobs: Sequence[Knob], start: Mapping[str, float], wanted: Mapping[str, Estimate], simulate: Simulate
) -> Match:
    """Turn knobs until the simulated facts are those wanted.

    Args:
        knobs: what may be turned; each has its own fact in ``wanted``.
        start: where they stand at first.
        wanted: the facts of the shop's log.
        simulate: tells the facts of a simulated log.
    """
    search = _Search(knobs, start, wanted, simulate)
    best = search.near()
    slopes = search.slopes(best)
    at, replication, fresh = best.at, FIRST_REPLICATION, np.zeros((1, len(knobs)))
    for count in SETTLING:
        fresh = np.array([search.off(at, replication + 1 + number, large=True) for number in range(count)])
        at, replication = search.step(at, slopes, fresh.mean(axis=0), _LAST_STEP), replication + count
    values, errors = search.named(at), search.errors(slopes, fresh)
    return Match(
        knobs={
            knob.name: Estimate(values[knob.name], values[knob.name] * float(error), wanted[knob.fact].n)
            for knob, error in zip(knobs, errors, strict=True)
        },
        at_limit=tuple(knob.name for knob, x in zip(knobs, at, strict=True) if x in np.log((knob.low, knob.high))),
    )


class _Place(NamedTuple):
    """A setting that was simulated (log of the knobs), how far its facts are from those wanted, and how bad that is."""

    at: Floats
    off: Floats
    badness: float


class _Search:
    """Settings on the scale of logarithms, and what was found there."""

    def __init__(
        self, knobs: Sequence[Knob], start: Mapping[str, float], wanted: Mapping[str, Estimate], simulate: Simulate
    ) -> None:
        self.knobs, self.wanted, self.simulate = knobs, wanted, simulate
        self.low, self.high = (np.log([getattr(knob, end) for knob in knobs]) for end in ("low", "high"))
        self.start = np.clip(np.log([max(start[knob.name], knob.low) for knob in knobs]), self.low, self.high)
        self.error = np.array([max(relative_error(knob.fact, wanted[knob.fact]), _FINEST) for knob in knobs])

    def named(self, at: Floats) -> dict[str, float]:
        """Return the knobs at a place."""
        return {knob.name: float(value) for knob, value in zip(self.knobs, np.exp(at), strict=True)}

    def off(self, at: Floats, replication: int = FIRST_REPLICATION, *, large: bool = False) -> Floats:
        """Return how far the facts at a place are from those wanted; 0 where the simulated log cannot tell."""
        facts = self.simulate(Job(self.named(at), replication, large))
        return np.array([_distance(knob.fact, self.wanted, facts) for knob in self.knobs])

    def step(self, at: Floats, slopes: Floats, off: Floats, longest: float) -> Floats:
        """Return the next place: the best of a linear picture, within limits and no further than so much per knob."""
        from scipy.optimize import lsq_linear

        error = self._patient(off)
        rows = np.vstack([slopes / error[:, None], np.eye(len(at)) / _FREEDOM])
        wanted = np.concatenate([off / error, (self.start - at) / _FREEDOM])
        low, high = np.maximum(self.low - at, -longest), np.minimum(self.high - at, longest)
        step = lsq_linear(rows, wanted, bounds=(low - _TINY, high + _TINY)).x
        return np.clip(at + step, self.low, self.high)

    def _patient(self, off: Floats) -> Floats:
        """Return the errors of the facts, larger for those far off, which then pull as in Huber's loss (1964)."""
        return np.asarray(np.sqrt(self.error * np.maximum(self.error, np.abs(off) / _HUBER)))

    def errors(self, slopes: Floats, fresh: Floats) -> Floats:
        """Return relative standard errors of the knobs, from those of the facts observed and of those simulated."""
        error = self._patient(fresh.mean(axis=0))
        back = np.linalg.inv((slopes.T / error**2) @ slopes + np.eye(len(self.knobs)) / _FREEDOM**2)
        simulated = fresh.std(axis=0, ddof=1) / math.sqrt(len(fresh))
        noise = back @ (slopes.T * (simulated / error**2))
        return np.asarray(np.sqrt(np.diag(back) + (noise**2).sum(axis=1)))

    def near(self) -> _Place:
        """Return the best place of a few rounds of Broyden's method; a step that leads astray is tried half as long."""
        slopes = np.diag([knob.power for knob in self.knobs])
        best, longest = self._seen(self.start), _LONGEST_STEP
        for _ in range(ROUNDS - 1):
            if ((best.off / self.error) ** 2).mean() < _NEAR:
                break
            there = self._seen(self.step(best.at, slopes, best.off, longest))
            moved = there.at - best.at
            if moved.any():
                slopes = slopes + np.outer(best.off - there.off - slopes @ moved, moved) / (moved @ moved)
            astray = there.badness > best.badness
            best, longest = (best, longest / 2.0) if astray else (there, longest)
        return best

    def _seen(self, at: Floats) -> _Place:
        off = self.off(at)
        far = np.abs(off) / self.error
        loss = np.where(far < _HUBER, far**2, 2.0 * _HUBER * far - _HUBER**2)
        badness = loss.sum() + (((at - self.start) / _FREEDOM) ** 2).sum()
        return _Place(at, off, float(badness))

    def slopes(self, place: _Place) -> Floats:
        """Return by how much the facts move (rows) as each knob is turned (columns), from one nudge each."""
        columns = []
        for knob in range(len(self.knobs)):
            nudge = _NUDGE if place.at[knob] + _NUDGE <= self.high[knob] else -_NUDGE
            there = place.at.copy()
            there[knob] += nudge
            columns.append((place.off - self.off(there)) / nudge)
        return np.array(columns).T


def _distance(fact: str, wanted: Mapping[str, Estimate], facts: Mapping[str, Estimate]) -> float:
    """Return the log of wanted over simulated; 0, no reason to move, where the simulated log cannot tell the fact."""
    return math.log(_size(fact, wanted[fact]) / _size(fact, facts[fact])) if fact in facts else 0.0


def relative_error(fact: str, found: Estimate) -> float:
    """Return the standard error of a fact on the scale on which it is matched, that of its logarithm."""
    return found.se / _size(fact, found)


def _size(fact: str, found: Estimate) -> float:
    """Return a fact on the scale on which knobs move it evenly: of units those beyond the first; never below .01."""
    return max(found.value - 1.0 if fact == "units_per_order" else found.value, 0.01)
