"""What works: a contextual bandit over kinds of message, for all shoppers together and for each by his own history.

Knows kinds and contexts by number only. A visit keeps the kind that was chosen first in it; how the visit ends is its
reward. Thompson sampling: the less a kind is known in a context, the more its score varies by luck.
"""

from __future__ import annotations

import numpy as np

FIRST_GUESS = 0.05
"""Mean reward of a context in which nothing was seen, with the weight of one visit."""

UNKNOWN = -1
"""A visitor who is not recognised: nothing is kept of him."""

LOGISTIC = np.sqrt(3.0) / np.pi
"""Scale at which logistic noise has unit variance."""


class WhatWorks:
    """Rewards by context and kind, which fade; each visitor's own, beyond what his contexts led to expect."""

    def __init__(self, contexts: int, kinds: int, caution: float) -> None:
        """Begin knowing nothing, all kinds ``possible`` in all contexts: change that before anything is asked.

        ``caution``: as if so many visits had shown all kinds of a context to be equal, and so many of a visitor's own
        that he is like the others.
        """
        self.caution = caution
        self.possible = np.ones((contexts, kinds), dtype=np.bool_)
        self._seen = np.zeros((2, contexts, kinds))
        self.count, self.total = self._seen
        self._own = np.zeros((1, 2, kinds))  # visits and rewards beyond what was expected; the last: unknown visitors
        self._kind, self._context = np.full(1, -1, dtype=np.int8), np.full(1, -1, dtype=np.int32)
        self._guess: tuple[np.ndarray, np.ndarray] | None = None  # until more is learnt

    def scores(self, context: np.ndarray, visitor: np.ndarray, luck: np.ndarray) -> np.ndarray:
        """Return scores (n, kinds) of the kinds in contexts (n,) for visitors (n,), by uniform luck (n, kinds).

        Asked of visitors of whom it was asked what is ``kept``.
        """
        mean, spread = self._expected()
        own = self._own.take(visitor, axis=0)
        drawn: np.ndarray = spread.take(context, axis=0) * np.log(luck / (1.0 - luck))
        drawn += mean.take(context, axis=0)
        drawn += own[:, 1] / (own[:, 0] + self.caution)
        return drawn

    def _expected(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean reward (contexts, kinds), -inf of what is not possible, and the scale of the noise."""
        if self._guess is None:
            self._guess = self._guessed()
        return self._guess

    def _guessed(self) -> tuple[np.ndarray, np.ndarray]:
        count, total = self._seen.sum(axis=2, keepdims=True)
        overall = (total + FIRST_GUESS) / (count + 1.0)
        weight = self.count + self.caution
        mean = (self.total + self.caution * overall) / weight
        spread = np.sqrt(overall * (1.0 - np.minimum(overall, 1.0)))
        return np.where(self.possible, mean, -np.inf), spread / np.sqrt(weight) * LOGISTIC

    def kept(self, visitor: np.ndarray) -> np.ndarray:
        """Return the kind (n,) that was chosen earlier in the visits of these visitors, -1 if none was."""
        self._fit(visitor)
        return self._kind.take(visitor)

    def choose(self, visitor: np.ndarray, context: np.ndarray, kind: np.ndarray) -> None:
        """Note what was chosen for visitors (n,) of whom nothing is ``kept``, for the rest of their visits."""
        self._kind[visitor], self._context[visitor] = kind, context
        self._kind[UNKNOWN] = -1

    def end(self, visitor: np.ndarray, reward: np.ndarray) -> None:
        """Learn from visits of distinct visitors that ended with rewards (n,), 0-1."""
        kept = self.kept(visitor)
        mine = (kept >= 0).nonzero()[0]
        if not mine.size:
            return
        rows, gained, kind = visitor.take(mine), reward.take(mine), kept.take(mine)
        place = self._context.take(rows).astype(np.int64) * self.count.shape[1] + kind
        beyond = gained - self._expected()[0].take(place)
        own, visits = self._own.reshape(-1), (2 * rows) * self.count.shape[1] + kind
        own[visits] += 1.0
        own[visits + self.count.shape[1]] += beyond
        np.add.at(self.count.reshape(-1), place, 1.0)
        np.add.at(self.total.reshape(-1), place, gained)
        self._kind[rows] = -1
        self._guess = None

    def fade(self, days: float, half_life_days: float) -> None:
        """Let what was seen of all shoppers together count less as time goes by."""
        self._seen *= 0.5 ** (days / half_life_days)
        self._guess = None

    def _fit(self, visitor: np.ndarray) -> None:
        """Make room for visitors, and for the unknown one behind them."""
        size = int(visitor.max(initial=-1)) + 2
        if size > self._kind.size:
            more = np.full(3 * size, -1, dtype=np.int8)  # many more, since what is known of each has to be copied
            self._kind, self._context = np.append(self._kind, more), np.append(self._context, more.astype(np.int32))
            own = np.zeros((self._kind.size, *self._own.shape[1:]))  # takes up memory only where it is written to
            own[: self._own.shape[0]] = self._own
            self._own = own
