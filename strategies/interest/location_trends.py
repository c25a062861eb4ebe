"""Location trends: pages speak of what people nearby look at and order, and of warm goods when it gets cold there.

Knows places of those who share theirs, and the forecast; learns by the day, from those to whom no trend is shown. Who
tells no place gets the whole store's trend.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Shop, Strategy, portion, quantity


class Trends:
    """Looks and orders by place (the last: all places) and product, fading, against what the store has ever liked."""

    def __init__(self, shop: Shop, half_life_days: float, least: float, look_ahead: int) -> None:
        """Begin without any trend; a product leads if it is ``least`` standard deviations above what is expected.

        The forecast is heeded ``look_ahead`` days ahead, as far as it reaches. ``if_warm`` is each category of warm
        goods, -1 in the place of others.
        """
        self.shop, self.half_life_days, self.least = shop, half_life_days, least
        self.ahead = range(min(look_ahead, shop.forecast.days) + 1)
        self.soon_cold = np.zeros((0, shop.places + 1), dtype=np.bool_)
        self.ever = np.zeros(shop.ratings.size)
        self.recent = np.zeros((shop.places + 1, self.ever.size))
        self.today = np.zeros_like(self.recent)
        self.themes = np.zeros((shop.places + 1, shop.features.shape[1]))
        self.leading = np.full((shop.places + 1, shop.sizes.size), -1)
        self.warm, self.day = -1, -1.0
        self.if_warm = np.where(shop.forecast.cold_demand > 0.0, np.arange(shop.sizes.size), -1)

    def turn_to(self, now: np.ndarray) -> None:
        """Find the trends anew with the first shopper of a day: what was learnt is used from the next day on."""
        day = float(np.floor(now.min())) if now.size else self.day
        if day > self.day:
            self.ever += self.today.sum(axis=0)
            self.recent = self.recent * 0.5 ** ((day - self.day) / self.half_life_days) + self.today
            self.today[:] = 0.0
            self.day = day
            self._find()

    def _find(self) -> None:
        """Find by place the theme (K,) liked more than usual and each category's leading product, -1 if none leads.

        And the warm category: the one that gains most shoppers in a cold spell of this season.
        """
        shop, local = self.shop, np.concatenate([self.recent[:-1], self.recent.sum(axis=0, keepdims=True)])
        for category in range(shop.sizes.size):
            members = shop.members[category, : shop.sizes[category]]
            usual = self.ever[members] / max(1.0, self.ever[members].sum())
            here = local[:, members]
            expected = here.sum(axis=1, keepdims=True) * usual
            lead = (here - expected) / np.sqrt(expected + 1.0)
            self.leading[:, category] = np.where(lead.max(axis=1) >= self.least, members[lead.argmax(axis=1)], -1)
        expected = local.sum(axis=1, keepdims=True) * self.ever / max(1.0, self.ever.sum())
        self.themes = (local - expected) @ shop.features
        rise = shop.season(float(shop.day_of_year(np.array([self.day]))[0])) * shop.forecast.cold_demand
        self.warm = int(rise.argmax()) if rise.max() > 0.0 else -1

    def cold(self, now: np.ndarray, place: np.ndarray) -> np.ndarray:
        """Return whether at times (n,) it was cold at places (n,), -1 is unknown, or told to become so soon.

        Asked once a day and place: what is told on a day does not change once the day has begun.
        """
        day = now.astype(np.int64)
        first, last = self.soon_cold.shape[0], int(day.max(initial=-1))
        if last >= first:
            days, places = np.arange(float(first), last + 1)[:, None], np.arange(-1, self.soon_cold.shape[1] - 1)
            soon = [self.shop.forecast.cold(days, places, lead) for lead in self.ahead]
            self.soon_cold = np.concatenate([self.soon_cold, np.logical_or.reduce(soon)])
        cold: np.ndarray = self.soon_cold.take(day * self.soon_cold.shape[1] + place + 1)
        return cold

    def note(self, place: np.ndarray, products: np.ndarray, weight: float) -> None:
        """Count products (n,) met at places (n,); -1 is an unknown product, or the unknown place."""
        known = (products >= 0).nonzero()[0]
        cell = place.take(known).astype(np.int64) * self.today.shape[1] + products.take(known)
        np.add.at(self.today.reshape(-1), cell, weight)


class LocationTrends(Strategy):
    """Recommend what people nearby ordered or browsed; react to local trends such as snow in the forecast."""

    id: ClassVar = "location_trends"
    title: ClassVar = "Location trends"
    about: ClassVar = "speaks of what people nearby look at and order, and of warm goods where the forecast says cold"
    kind: ClassVar = "contextual"
    roles: ClassVar = ("entry", "browse")
    level: ClassVar = 2
    needs: ClassVar = ("personal", "onsite", "purchases")
    evidence: ClassVar = (
        Evidence(
            "revenue_per_visitor", "store", -0.012, 0.012, "B", "Browne and Swarbrick Jones 2017: 90 % of 6,700 tests"
        ),
    )

    plain: float = portion(0.2, "shoppers who see no trend; it learns from them alone, lest it confirm itself")
    least: float = quantity(3.0, "sd", "a product is shown if it is liked so much more than expected", ge=0.0, le=20.0)
    half_life_days: float = quantity(90.0, "days", "after which a look counts half", gt=0.0, le=1000.0)
    order_weight: float = quantity(3.0, "looks", "as how many looks an order counts", ge=0.0, le=1000.0)
    look_ahead: int = quantity(2, "days", "how far ahead the forecast is heeded", ge=0, le=14)
    monthly: MonthlyCost = quantity(
        MonthlyCost(technology=250.0, data=200.0, content=150.0, personnel=150.0), "", "fixed monthly cost by kind"
    )

    def start(self, office: Office) -> Trends:
        """Claim the memory of what is liked where."""
        return Trends(office, self.half_life_days, self.least, self.look_ahead)

    def act(self, moment: Moment, levers: Levers) -> None:
        """Speak of the local theme, of warm goods where it gets cold; show the product that leads on the last place."""
        trends: Trends = moment.memory
        trends.turn_to(moment.now)
        everywhere, lot = moment.profile.trait("place"), moment.lot("plain")
        told = (lot >= self.plain).nonzero()[0]
        place, warm = everywhere.take(told).astype(np.int64), np.asarray(trends.warm)
        if moment.shelf is not None:
            plain = (lot < self.plain).nonzero()[0]
            trends.note(everywhere.take(plain), moment.profile.only(plain).viewed, 1.0)
            category = moment.shop.categories.take(moment.shelf[:, 0].take(told))
            leading = trends.leading.take(place * trends.leading.shape[1] + category)
            leads = (leading >= 0).nonzero()[0]
            levers.show(told.take(leads), leading.take(leads)[:, None])
            warm = trends.if_warm.take(category)
        warm = np.where(trends.cold(moment.now.take(told), place), warm, -1)
        speaking = ((place >= 0) | (warm >= 0)).nonzero()[0]
        theme = trends.themes.take(place.take(speaking), axis=0)
        levers.content(told.take(speaking), theme, warm.take(speaking))

    def ordered(self, moment: Moment, levers: Levers) -> None:
        """Count what was ordered where."""
        plain = moment.lot("plain") < self.plain
        moment.memory.note(moment.profile.trait("place")[plain], moment.item[plain], self.order_weight)
