"""Variants on trial: who was assigned to which, what came of it, and how traffic is shared by Thompson sampling.

Thompson sampling in batches: each day a variant gets the share of traffic that is the probability that it is the best.
What was seen fades, so that a variant which becomes better later is found. Knows nothing of what the variants do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from simulation import Moment

DRAWS = 1000
"""From the posterior, to estimate each variant's probability of being the best."""


class Rules(NamedTuple):
    """How to learn: days of a reward, half-life, least part of traffic shared equally (0-1), caution (shoppers)."""

    reward: Literal["orders", "spent"]
    reward_days: float
    half_life_days: float
    exploration: float
    caution: float


class Variants:
    """Assignments of visitors to variants, their rewards, and each variant's faded count, sum and squares of rewards.

    A visitor keeps a variant for ``reward_days``; then his reward counts, and he is assigned anew when he comes again.
    Shoppers whom the store cannot recognise follow their lot and teach nothing.
    """

    def __init__(self, count: int, rules: Rules, rng: np.random.Generator) -> None:
        """Begin with equal shares of traffic for ``count`` variants."""
        self.count, self.rules, self._rng = count, rules, rng
        self.shares = np.full(count, 1.0 / count)
        self.seen = np.zeros((3, count))
        self.variant, self._open = np.full(1, -1), np.zeros(1, dtype=np.bool_)
        self._since, self._had, self._reward = np.full(1, -np.inf), np.zeros(1), np.zeros(1)
        self._waiting = np.zeros(0, dtype=np.int64)  # visitors whose reward may still be open, each once

    def assign(self, moment: Moment) -> np.ndarray:
        """Return the variant (n,) of each shopper; those new to the store or back after ``reward_days`` draw one."""
        drawn = np.searchsorted(np.cumsum(self.shares)[:-1], moment.lot("variant"), side="right")
        visitor = moment.profile.visitor
        known = np.flatnonzero(visitor >= 0)
        rows = visitor[known]
        self._fit(int(rows.max(initial=-1)) + 1)
        again = moment.now[known] - self._since[rows] >= self.rules.reward_days
        fresh, rows = known[again], rows[again]
        still = self._open[rows]
        self._close(rows[still])
        self._waiting = np.concatenate([self._waiting, rows[~still]])
        self.variant[rows], self._since[rows] = drawn[fresh], moment.now[fresh]
        self._had[rows], self._reward[rows], self._open[rows] = self._has(moment)[fresh], 0.0, True
        drawn[known] = self.variant[visitor[known]]
        return drawn

    def of(self, visitor: np.ndarray) -> np.ndarray:
        """Return the variant (n,) of visitors as it is, -1 of those who have none."""
        self._fit(int(visitor.max(initial=-1)) + 1)
        return np.where(visitor >= 0, self.variant[visitor], -1)

    def _has(self, moment: Moment) -> np.ndarray:
        """Return the orders, or the revenue, of shoppers so far."""
        has: np.ndarray = getattr(moment.profile, self.rules.reward)
        return has

    def credit(self, moment: Moment) -> None:
        """Credit what shoppers have just ordered to their variants, if it is not too late."""
        visitor = moment.profile.visitor
        self._fit(int(visitor.max(initial=-1)) + 1)
        in_time = moment.now - self._since[visitor] < self.rules.reward_days
        mine = np.flatnonzero((visitor >= 0) & in_time)
        rows, has = visitor[mine], self._has(moment)[mine]
        before, after = self._reward[rows], self._reward[rows] + has - self._had[rows]
        self._had[rows], self._reward[rows] = has, after
        late = ~self._open[rows]  # the store serves some visits later than their time
        gained = np.stack([np.zeros(rows.size), after - before, after**2 - before**2], axis=1)
        np.add.at(self.seen.T, self.variant[rows[late]], gained[late])

    def _close(self, rows: np.ndarray) -> None:
        """Count the rewards of visitors whose time is over."""
        reward = self._reward[rows]
        np.add.at(self.seen.T, self.variant[rows], np.stack([np.ones(rows.size), reward, reward**2], axis=1))
        self._open[rows] = False

    def turn(self, now: float, days: float) -> None:
        """Every so many days: count what is over, let the past fade, and share out the traffic anew."""
        self.seen *= 0.5 ** (days / self.rules.half_life_days)
        over = now - self._since[self._waiting] >= self.rules.reward_days
        self._close(self._waiting[over])
        self._waiting = self._waiting[~over]
        count, total, squares = self.seen
        if squares.sum() > 0.0:
            mean = total.sum() / count.sum()
            spread = np.sqrt(max(0.0, squares.sum() / count.sum() - mean**2))
            weight = count + self.rules.caution
            likely = (total + self.rules.caution * mean) / weight
            drawn = likely + self._rng.standard_normal((DRAWS, self.count)) * spread / np.sqrt(weight)
            best = np.bincount(drawn.argmax(axis=1), minlength=self.count) / DRAWS
            self.shares = (1.0 - self.rules.exploration) * best + self.rules.exploration / self.count

    def _fit(self, size: int) -> None:
        """Make room for visitors with numbers below ``size``."""
        if size > self.variant.size:
            more = size
            self.variant = np.concatenate([self.variant, np.full(more, -1)])
            self._open = np.concatenate([self._open, np.zeros(more, dtype=np.bool_)])
            self._since = np.concatenate([self._since, np.full(more, -np.inf)])
            self._had = np.concatenate([self._had, np.zeros(more)])
            self._reward = np.concatenate([self._reward, np.zeros(more)])
