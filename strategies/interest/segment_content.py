"""Segment content: pages carry the season's theme that a segment likes: by source, device, age, new or regular.

Knows segments, not persons, but for regulars' own taste; learns from what each segment looks at.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Shop, Strategy, quantity


class Segments:
    """What each segment looked at: sums of features, and the number of looks in the last column; learnt by the day."""

    def __init__(self, shop: Shop, themes: int, pooling: float) -> None:
        """Begin knowing nothing; after ``pooling`` looks a segment's own mean counts as much as the store's."""
        self.shop, self.pooling, self.themes = shop, pooling, min(themes, shop.sizes.size)
        self.shape = (2, 2, shop.sources, shop.devices, shop.ages + 1)
        self.sums = np.zeros((int(np.prod(self.shape)), shop.features.shape[1] + 1))
        self.today = np.zeros_like(self.sums)
        self.looks = np.zeros(shop.ratings.size)
        self.day = -1.0
        self._decide()

    def of(self, moment: Moment) -> np.ndarray:
        """Return the segment (n,) of each shopper; those who tell no age are one too."""
        profile = moment.profile
        flags = (profile.returning.astype(np.int64), profile.referred.astype(np.int64))
        traits = (*flags, profile.source, profile.device, profile.trait("age") + 1)
        segments: np.ndarray = np.ravel_multi_index(traits, self.shape)
        return segments

    def turn_to(self, now: np.ndarray) -> None:
        """What was learnt on one day is used from the next on."""
        day = float(np.floor(now.min())) if now.size else self.day
        if day > self.day:
            self.sums += self.today
            self.today[:] = 0.0
            self.day = day
            self._decide()

    def _decide(self) -> None:
        """Estimate how each segment's liking (S, K) departs from the store's, and choose the themes of the season.

        A theme is made around a product: the one most looked at, in each category most looked for in the season.
        """
        shop, total = self.shop, self.sums.sum(axis=0)
        self.store = total[:-1] / max(1.0, total[-1])
        departure = self.sums[:, :-1] - self.sums[:, -1:] * self.store
        self.likes = departure / np.maximum(1.0, self.sums[:, -1:] + self.pooling)
        season = shop.season(float(shop.day_of_year(np.array([self.day]))[0]))
        wanted = np.argsort(-season, kind="stable")[: self.themes]
        members = shop.members[wanted]
        self.made = members[np.arange(wanted.size), self.looks[members].argmax(axis=1)]

    def note(self, segments: np.ndarray, products: np.ndarray) -> None:
        """Count products (n,) looked at by shoppers of segments (n,)."""
        features = self.shop.features[products]
        np.add.at(self.today, segments, np.concatenate([features, np.ones((products.size, 1))], axis=1))
        np.add.at(self.looks, products, 1.0)


class SegmentContent(Strategy):
    """Content for segments: newcomers and regulars, by reason, device, age and season; the regular gets the usual."""

    id: ClassVar = "segment_content"
    title: ClassVar = "Segment content"
    about: ClassVar = "shows each segment (source, device, age, new or regular) the season's theme that it likes best"
    kind: ClassVar = "segment"
    roles: ClassVar = ("browse",)
    level: ClassVar = 1
    needs: ClassVar = ("traffic", "onsite", "personal")
    evidence: ClassVar = (
        Evidence(
            "revenue_per_visitor", "store", -0.012, 0.012, "B", "Browne and Swarbrick Jones 2017: 90 % of 6,700 tests"
        ),
    )

    themes: int = quantity(2, "themes", "themes made for a season; more fit better", ge=1, le=50)
    pooling: float = quantity(100.0, "looks", "looks after which a segment counts as much as the store", ge=0.0, le=1e9)
    least: float = quantity(
        0.1, "sd", "shown is a theme that they like so much more than the store does", ge=0.0, le=10.0
    )
    precision: float = quantity(0.3, "precision", "regulars known at least this well get the usual", ge=0.0, le=100.0)
    usual: float = quantity(0.02, "log odds", "effort that a regular is spared by it", ge=0.0, le=5.0)
    monthly: MonthlyCost = quantity(MonthlyCost(technology=150.0, content=600.0), "", "fixed monthly cost by kind")

    def start(self, office: Office) -> Segments:
        """Claim the memory of what each segment likes."""
        return Segments(office, self.themes, self.pooling)

    def act(self, moment: Moment, levers: Levers) -> None:
        """Show each segment its theme, regulars who are known their own; learn from what they look at."""
        segments: Segments = moment.memory
        segments.turn_to(moment.now)
        mine, viewed = segments.of(moment), moment.profile.viewed
        segments.note(mine[viewed >= 0], viewed[viewed >= 0])
        belief, precision = moment.profile.belief()
        regular = moment.profile.returning & (precision >= self.precision)
        likes = np.where(regular[:, None], belief - segments.store, segments.likes[mine])
        features = moment.shop.features[segments.made]
        liking = likes @ (features / np.linalg.norm(features, axis=1, keepdims=True)).T
        best = liking.argmax(axis=1)
        fitting = np.flatnonzero(liking[np.arange(best.size), best] >= self.least)
        chosen = segments.made[best[fitting]]
        levers.content(fitting, moment.shop.features[chosen], moment.shop.categories[chosen])
        levers.ease(regular, -self.usual)
