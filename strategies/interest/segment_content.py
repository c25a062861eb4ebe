"""Segment content: pages carry the season's theme that a segment likes: by source, device, age, new or regular.

Knows segments, not persons, but for regulars' own taste; learns from what each segment looks at.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Shop, Strategy, quantity


class Segments:
    """What each segment looked at: sums of features, and the number of looks in the last column; learnt by the day."""

    def __init__(self, shop: Shop, themes: int, pooling: float, least: float) -> None:
        """Begin knowing nothing; after ``pooling`` looks a segment's own mean counts as much as the store's.

        A theme is shown to who likes it ``least`` standard deviations more than the store does.
        """
        self.shop, self.pooling, self.themes, self.least = shop, pooling, min(themes, shop.sizes.size), least
        self.levels = (2, 2, shop.sources, shop.devices, shop.ages + 1)
        self.sums = np.zeros((int(np.prod(self.levels)), shop.features.shape[1] + 1))
        self.looks = np.zeros(shop.ratings.size)
        self.today: list[tuple[np.ndarray, np.ndarray]] = []
        self.day = -1.0
        self._decide()

    def of(self, moment: Moment, returning: np.ndarray) -> np.ndarray:
        """Return the segment (n,) of each shopper; those who tell no age are one too."""
        profile = moment.profile
        traits = (returning, profile.referred, profile.source, profile.device, profile.trait("age") + 1)
        return np.ravel_multi_index(traits, self.levels)

    def turn_to(self, now: np.ndarray) -> None:
        """What was learnt on one day is used from the next on."""
        if now.size and now.min() >= self.day + 1.0:
            self._learn()
            self.day = float(np.floor(now.min()))
            self._decide()

    def _learn(self) -> None:
        """Add up the day's looks."""
        if not self.today:
            return
        segments, products = (np.concatenate(column) for column in zip(*self.today, strict=True))
        known = (products >= 0).nonzero()[0]
        segments, products = segments.take(known), products.take(known)
        features = self.shop.features.take(products, axis=0)
        for place, amounts in enumerate((*features.T, np.ones(products.size))):
            self.sums[:, place] += np.bincount(segments, amounts, minlength=self.sums.shape[0])
        self.looks += np.bincount(products, minlength=self.looks.size)
        self.today.clear()

    def _decide(self) -> None:
        """Choose the themes of the season, and each segment's (S,) by how its liking departs from the store's.

        A theme is made around a product: the one most looked at, in each category most looked for in the season.
        """
        shop, total = self.shop, self.sums.sum(axis=0)
        self.store = total[:-1] / max(1.0, total[-1])
        departure = self.sums[:, :-1] - self.sums[:, -1:] * self.store
        likes = departure / np.maximum(1.0, self.sums[:, -1:] + self.pooling)
        season = shop.season(float(shop.day_of_year(np.array([self.day]))[0]))
        wanted = np.argsort(-season, kind="stable")[: self.themes]
        members = shop.members[wanted]
        self.made = members[np.arange(wanted.size), self.looks[members].argmax(axis=1)]
        features = shop.features[self.made]
        self._directions = (features / np.linalg.norm(features, axis=1, keepdims=True)).T
        self.theme = self.fitting(likes)

    def fitting(self, likes: np.ndarray) -> np.ndarray:
        """Return the product (n,) around which the theme is made that fits likings (n, K) best, -1 if none fits."""
        liking = likes @ self._directions
        best = liking.argmax(axis=1)  # much faster than max along so short an axis
        most = liking.take(np.arange(0, liking.size, self.made.size) + best)
        return np.where(most >= self.least, self.made.take(best), -1)

    def note(self, segments: np.ndarray, products: np.ndarray) -> None:
        """Count products (n,) looked at by shoppers of segments (n,); -1 is an unknown product."""
        self.today.append((segments, products))


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
        return Segments(office, self.themes, self.pooling, self.least)

    def act(self, moment: Moment, levers: Levers) -> None:
        """Show each segment its theme, regulars who are known their own; learn from what they look at."""
        segments: Segments = moment.memory
        segments.turn_to(moment.now)
        profile, shop = moment.profile, moment.shop
        returning = profile.returning
        mine = segments.of(moment, returning)
        segments.note(mine, profile.viewed)
        back = returning.nonzero()[0]
        known, belief = profile.only(back).known(self.precision)
        regular, theme = back.take(known), segments.theme.take(mine)
        theme[regular] = segments.fitting(belief - segments.store)
        fitting = (theme >= 0).nonzero()[0]
        chosen = theme.take(fitting)
        levers.content(fitting, shop.features.take(chosen, axis=0), shop.categories.take(chosen))
        levers.ease(regular, -self.usual)
