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

    def __init__(self, shop: Shop, half_life_days: float, least: float) -> None:
        """Begin without any trend; a product leads if it is ``least`` standard deviations above what is expected."""
        self.shop, self.half_life_days, self.least = shop, half_life_days, least
        self.ever = np.zeros(shop.ratings.size)
        self.recent = np.zeros((shop.places + 1, self.ever.size))
        self.today = np.zeros_like(self.recent)
        self.themes = np.zeros((shop.places + 1, shop.features.shape[1]))
        self.leading = np.full((shop.places + 1, shop.sizes.size), -1)
        self.warm, self.day = -1, -1.0

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
            expected = local[:, members].sum(axis=1, keepdims=True) * usual
            lead = (local[:, members] - expected) / np.sqrt(expected + 1.0)
            self.leading[:, category] = np.where(lead.max(axis=1) >= self.least, members[lead.argmax(axis=1)], -1)
        expected = local.sum(axis=1, keepdims=True) * self.ever / max(1.0, self.ever.sum())
        self.themes = (local - expected) @ shop.features
        rise = shop.season(float(shop.day_of_year(np.array([self.day]))[0])) * shop.forecast.cold_demand
        self.warm = int(rise.argmax()) if rise.max() > 0.0 else -1

    def note(self, place: np.ndarray, products: np.ndarray, weight: float) -> None:
        """Count products (n,) met at places (n,); -1 is an unknown product, or the unknown place."""
        known = products >= 0
        np.add.at(self.today, (place[known], products[known]), weight)


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
        return Trends(office, self.half_life_days, self.least)

    def act(self, moment: Moment, levers: Levers) -> None:
        """Speak of the local theme, of warm goods where it gets cold; show the product that leads on the last place."""
        trends: Trends = moment.memory
        trends.turn_to(moment.now)
        place, shown = moment.profile.trait("place"), moment.lot("plain") >= self.plain
        warm = np.full(moment.size, trends.warm)
        if moment.shelf is not None:
            trends.note(place[~shown], moment.profile.viewed[~shown], 1.0)
            category = moment.shop.categories[moment.shelf[:, 0]]
            leading = np.where(shown, trends.leading[place, category], -1)
            levers.show(leading >= 0, leading[leading >= 0, None])
            warm = np.where(moment.shop.forecast.cold_demand[category] > 0.0, category, -1)
        warm = np.where(self._cold(moment, place), warm, -1)
        speaking = np.flatnonzero(shown & ((place >= 0) | (warm >= 0)))
        levers.content(speaking, trends.themes[place[speaking]], warm[speaking])

    def ordered(self, moment: Moment, levers: Levers) -> None:
        """Count what was ordered where."""
        plain = moment.lot("plain") < self.plain
        moment.memory.note(moment.profile.trait("place")[plain], moment.item[plain], self.order_weight)

    def _cold(self, moment: Moment, place: np.ndarray) -> np.ndarray:
        """Return whether it is cold where they live, or is told to become so soon; asked once a day and place."""
        if not moment.size:
            return np.zeros(0, dtype=np.bool_)
        forecast, day = moment.shop.forecast, np.floor(moment.now).astype(np.int64)
        first, places = day.min(), moment.shop.places + 1  # the last one: unknown
        days, where = np.divmod(np.arange((day.max() - first + 1) * places), places)
        ahead = range(min(self.look_ahead, forecast.days) + 1)
        soon = np.any([forecast.cold(first + days, where, lead) for lead in ahead], axis=0)
        cold: np.ndarray = soon[(day - first) * places + place % places]
        return cold
