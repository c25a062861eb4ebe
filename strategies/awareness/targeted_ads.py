"""Targeted ads: a budget buys clicks in search, social media or display; newcomers come, at a price that rises.

Knows what the media pixels saw of those who bought, not who would have come anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import simpy

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Strategy, portion, quantity

if TYPE_CHECKING:
    from collections.abc import Generator

MEDIA: dict[str, tuple[float, tuple[str, ...]]] = {
    "search": (2.10, ("paid search", "search")),
    "social": (0.86, ("social",)),
    "display": (0.50, ("display", "banner", "social")),
}
"""Usual price of a click, and words in the name of the traffic source as which it counts (else the first source).

Search costs 1.73-2.61 by trade (WordStream and LocaliQ 2021), social media 0.86 (Superads 2025); display is judgement.
"""

OWN = ("direct", "organic", "search")
"""Words in the names of unpaid sources: by these come those who look for the store by its name."""

MONTH = 365.0 / 12.0
HALF_MONTH = MONTH / 2.0


class Audience:
    """Whom the media look for: the taste of those who bought, as a direction; and what own-brand clicks were paid."""

    def __init__(self, office: Office, media: str) -> None:
        """Begin knowing nothing of buyers; find the sources of paid and of own-brand clicks."""
        self.liked, self.paid = np.zeros(office.features.shape[1]), 0
        self.source = office.find_source(*MEDIA[media][1])
        names = [name.lower() for name in office.source_names]
        self.own = np.array(["paid" not in name and any(word in name for word in OWN) for name in names])
        self.own[self.source] = False


class TargetedAds(Strategy):
    """Adverts to people like those who buy. The more is spent the dearer the clicks; own-brand clicks bring nobody."""

    id: ClassVar = "targeted_ads"
    title: ClassVar = "Targeted ads"
    about: ClassVar = "buys clicks of people like the buyers, in search, social media or display, from a monthly budget"
    kind: ClassVar = "behavioural"
    roles: ClassVar = ("entry",)
    level: ClassVar = 2
    storewide: ClassVar = True
    needs: ClassVar = ("traffic", "pixels", "purchases")
    channel: ClassVar = "purchases"
    evidence: ClassVar = (
        Evidence("margin", "store", -0.20, 0.0, "A", "Blake, Nosko and Tadelis 2015: the average return is negative"),
        Evidence(
            *("revenue", "store", -0.001, 0.001, "A", "Blake, Nosko and Tadelis 2015: own-brand adverts bring nothing"),
            given=(("brand_share", 1.0),),
        ),
    )

    media: Literal["search", "social", "display"] = quantity("search", "", "where the adverts are shown")
    budget: float = quantity(5000.0, "currency per month", "for the whole store", ge=0.0)
    click: float = quantity(0.0, "currency", "price of a day's first click; 0: usual (2.10, 0.86 or 0.50)", ge=0.0)
    doubling: float = quantity(400.0, "clicks per day", "at which a further click costs twice the first", gt=0.0)
    brand_share: float = portion(0.2, "part of a search budget that goes to the store's own name")
    lookalike: float = portion(0.2, "how far the audience resembles those who buy")
    monthly: MonthlyCost = quantity(MonthlyCost(content=200.0, personnel=400.0), "", "fixed monthly cost by kind")

    @property
    def _brand(self) -> float:
        return self.brand_share if self.media == "search" else 0.0

    @property
    def _price(self) -> float:
        return self.click or MEDIA[self.media][0]

    def start(self, office: Office) -> Audience:
        """Fill the purse and begin to spend it."""
        audience = Audience(office, self.media)
        money = self.budget * (1.0 - self._brand) * office.share
        if money > 0.0:
            purse = simpy.Container(office.clock, capacity=money, init=money)
            office.process(self._refill(office, purse))
            office.process(self._buy(office, purse, audience))
        return audience

    def act(self, moment: Moment, levers: Levers) -> None:
        """Pay for own-brand clicks: newcomers who looked for the store by its name and would have come anyway."""
        memory, rate = moment.memory, self.budget * self._brand / self._price / MONTH * moment.shop.share
        came = memory.own.take(moment.profile.source).nonzero()[0]
        came = came.take((moment.profile.only(came).visits == 1).nonzero()[0])
        times = moment.now.take(came)
        order = times.argsort(kind="stable")
        paid = came.take(order[memory.paid + np.arange(came.size) < rate * times.take(order)])
        memory.paid += paid.size
        levers.spend(paid, "media", self._price)

    def ordered(self, moment: Moment, levers: Levers) -> None:
        """Let the media learn whom to look for: those who bought and whom their pixels know."""
        known = moment.profile.pixel_product >= 0
        moment.memory.liked += moment.profile.belief()[0][known].sum(axis=0)

    def clicks(self, money: float) -> float:
        """Return how many clicks of a day a sum buys if the n-th costs ``price * (1 + n / doubling)``."""
        return float(self.doubling * (np.sqrt(1.0 + 2.0 * money / (self._price * self.doubling)) - 1.0))

    def _refill(self, office: Office, purse: simpy.Container) -> Generator[Any, Any, None]:
        while office.clock.now < office.closes:
            yield office.clock.timeout(MONTH)
            if purse.level < purse.capacity:
                yield purse.put(purse.capacity - purse.level)

    def _buy(self, office: Office, purse: simpy.Container, audience: Audience) -> Generator[Any, Any, None]:
        """Book up to half a month ahead: on each day an even part of what is left of the month's budget."""
        luck = office.chance("clicks")
        while office.clock.now < office.closes:
            now = int(office.clock.now)
            halves = 1 + int(now / HALF_MONTH + 1e-9)
            end = min(int(np.ceil(halves * HALF_MONTH - 1e-9)), int(np.ceil(office.closes)))
            times, each = self._clicks_of(range(now, end), purse.level, luck, office.share)
            if each.size:
                purse.get(min(each.sum(), purse.level))
            pull = self.lookalike if audience.liked.any() else 0.0
            office.attract(times, audience.source, each=each, theme=audience.liked, pull=pull)
            yield office.clock.timeout(end - now)

    def _clicks_of(
        self, days: range, money: float, luck: np.random.Generator, share: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the times (n,), in days, of the clicks that this money buys on these days, and their prices (n,)."""
        times, each = [], []
        for day in days:
            today = money / max(1.0, MONTH - day % MONTH) / share
            expected = self.clicks(today)
            price = today / expected if expected > 0.0 else self._price
            count = min(luck.poisson(expected * share), int(money / price))
            money -= count * price
            times.append(day + luck.random(count))
            each.append(np.full(count, price))
        return np.concatenate(times), np.concatenate(each)
