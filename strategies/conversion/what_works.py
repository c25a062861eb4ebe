"""What works: a contextual bandit over kinds of message, for all shoppers together and for each by his own history.

Knows kinds and contexts by number only. A visit keeps the kind that was chosen first in it; how the visit ends is its
reward. Thompson sampling: the less a kind is known in a context, the more its score varies by luck.
"""

from __future__ import annotations

import numpy as np

FIRST_GUESS = 0.05
"""Mean reward of a context in which nothing was seen, with the weight of one visit."""

LOGISTIC = np.sqrt(3.0) / np.pi
"""Scale at which logistic noise has unit variance."""


class WhatWorks:
    """Rewards by context and kind, which fade; each visitor's own, beyond what his contexts led to expect."""

    def __init__(self, contexts: int, kinds: int) -> None:
        """Begin knowing nothing."""
        self.count, self.total = np.zeros((2, contexts, kinds))
        self._own = np.zeros((2, 1, kinds))
        self._kind, self._context = np.full((2, 1), -1)

    def scores(self, context: np.ndarray, visitor: np.ndarray, luck: np.ndarray, caution: float) -> np.ndarray:
        """Return scores (n, kinds) of the kinds in contexts (n,) for visitors (n,), by uniform luck (n, kinds).

        ``caution``: as if so many visits had shown all kinds of a context to be equal, and so many of a visitor's own
        that he is like the others.
        """
        mean, spread = self._expected(caution)
        own = self._own_effect(visitor, caution)
        drawn: np.ndarray = mean[context] + spread[context] * LOGISTIC * np.log(luck / (1.0 - luck)) + own
        return drawn

    def _expected(self, caution: float) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard error (contexts, kinds) of the reward."""
        overall = (self.total.sum(axis=1) + FIRST_GUESS) / (self.count.sum(axis=1) + 1.0)
        weight = self.count + caution
        mean = (self.total + caution * overall[:, None]) / weight
        spread = np.sqrt(overall * (1.0 - np.minimum(overall, 1.0)))
        return mean, spread[:, None] / np.sqrt(weight)

    def _own_effect(self, visitor: np.ndarray, caution: float) -> np.ndarray:
        self._fit(visitor)
        count, beyond = self._own[:, np.maximum(visitor, 0)]
        return np.where(visitor[:, None] >= 0, beyond / (count + caution), 0.0)

    def kept(self, visitor: np.ndarray) -> np.ndarray:
        """Return the kind (n,) that was chosen earlier in the visits of these visitors, -1 if none was."""
        self._fit(visitor)
        return np.where(visitor >= 0, self._kind[visitor], -1)

    def choose(self, visitor: np.ndarray, context: np.ndarray, kind: np.ndarray) -> None:
        """Note what was chosen for distinct recognised visitors (n,), for the rest of their visits."""
        self._fit(visitor)
        known = visitor >= 0
        self._kind[visitor[known]], self._context[visitor[known]] = kind[known], context[known]

    def end(self, visitor: np.ndarray, reward: np.ndarray, caution: float) -> None:
        """Learn from visits of distinct visitors that ended with rewards (n,), 0-1."""
        mine = np.flatnonzero(self.kept(visitor) >= 0)
        rows, gained = visitor[mine], reward[mine]
        kind, context = self._kind[rows], self._context[rows]
        beyond = gained - self._expected(caution)[0][context, kind]
        self._own[0, rows, kind] += 1.0
        self._own[1, rows, kind] += beyond
        np.add.at(self.count, (context, kind), 1.0)
        np.add.at(self.total, (context, kind), gained)
        self._kind[rows] = -1

    def fade(self, days: float, half_life_days: float) -> None:
        """Let what was seen of all shoppers together count less as time goes by."""
        left = 0.5 ** (days / half_life_days)
        self.count *= left
        self.total *= left

    def _fit(self, visitor: np.ndarray) -> None:
        """Make room for visitors."""
        size = int(visitor.max(initial=-1)) + 1
        if size > self._kind.size:
            self._kind, self._context = (np.append(column, np.full(size, -1)) for column in (self._kind, self._context))
            self._own = np.concatenate([self._own, np.zeros((2, size, self._own.shape[2]))], axis=1)
