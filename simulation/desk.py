"""The desk: a limited number of people who talk to shoppers, with a queue and a patience. A SimPy resource.

Shoppers are served by the store in batches that may overlap in time (visit.py), so the desk replays its day: talks
already promised keep their hours, new callers queue for what is left. Where everybody finds somebody free, as nearly
always, there is nothing to replay. A run of a share of the store keeps the whole store's desk busy: its clock runs
slower in the same proportion, which gives the full store's queue to a sample of it.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Generator

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MINUTES_A_DAY = 1440.0


class Desk:
    """``advisers`` people; a talk takes ``minutes`` on average; who waits over ``patience`` minutes walks away."""

    def __init__(self, advisers: int, minutes: float, patience: float, share: float) -> None:
        """Open a desk for a run of this ``share`` of the store's traffic."""
        self.advisers, self.minutes, self.patience, self.share = advisers, minutes, patience, share
        self._promised: list[tuple[float, float]] = []  # start and length of talks, in minutes of the desk's clock

    def call(self, times: Floats, lengths: Floats) -> tuple[Flags, Floats]:
        """Let shoppers call at ``times`` (n,) in days, for talks of ``lengths`` (n,) in units of the mean.

        Returns:
            Who was served (n,), and how long each waited in minutes (n,); who was not served waited his patience.
        """
        if not times.size:
            return np.zeros(0, dtype=np.bool_), np.zeros(0)
        calls, talks = times * (MINUTES_A_DAY * self.share), lengths * self.minutes
        opens = self._forget(float(calls.min()))
        answered = opens + (calls - opens)  # as the clock of a replay would add it up
        asked = list(zip(answered.tolist(), talks.tolist(), strict=True))
        if self._enough(opens, asked):
            self._promised += asked
            return np.ones(times.size, dtype=np.bool_), answered - calls
        return self._replay(opens, calls, talks)

    def _forget(self, call: float) -> float:
        """Forget talks that end long before this call; return the time from which on the day is to be replayed."""
        first = call - max((length for _, length in self._promised), default=0.0)
        self._promised = [talk for talk in self._promised if talk[0] + talk[1] > first]
        return min([first, *(start for start, _ in self._promised)])

    def _enough(self, opens: float, asked: list[tuple[float, float]]) -> bool:
        """Return whether there are people for all talks, promised and new, at the time each is asked for."""
        talks = [(opens + (start - opens), length) for start, length in self._promised] + asked
        starts, ends = sorted(start for start, _ in talks), sorted(start + length for start, length in talks)
        return all(begun - bisect_left(ends, start) < self.advisers for begun, start in enumerate(starts))

    def _replay(self, opens: float, calls: Floats, talks: Floats) -> tuple[Flags, Floats]:
        """Return who was served (n,) and how long each waited (n,): those who find nobody free queue."""
        served, waited = np.zeros(calls.size, dtype=np.bool_), np.full(calls.size, self.patience)
        env = simpy.Environment(initial_time=opens)
        people = simpy.Resource(env, capacity=self.advisers)
        for start, length in sorted(self._promised):
            env.process(self._keep(env, people, start, length))
        for place in calls.argsort(kind="stable").tolist():
            env.process(self._answer(env, people, float(calls[place]), float(talks[place]), place, served, waited))
        env.run()
        return served, waited

    @staticmethod
    def _keep(env: simpy.Environment, people: simpy.Resource, start: float, length: float) -> Generator[Any, Any, None]:
        """Hold a talk that was promised."""
        yield env.timeout(max(0.0, start - env.now))
        with people.request() as turn:
            if not turn.triggered:
                yield turn
            yield env.timeout(length)

    def _answer(
        self,
        env: simpy.Environment,
        people: simpy.Resource,
        call: float,
        length: float,
        place: int,
        served: Flags,
        waited: Floats,
    ) -> Generator[Any, Any, None]:
        """Answer a caller if somebody is free before his patience ends."""
        yield env.timeout(max(0.0, call - env.now))
        with people.request() as turn:
            if not turn.triggered:
                yield turn | env.timeout(self.patience)
            if turn.triggered:
                served[place], waited[place] = True, env.now - call
                self._promised.append((env.now, length))
                yield env.timeout(length)
