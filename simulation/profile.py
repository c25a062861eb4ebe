"""What the store has learnt of its shoppers: facts and a belief about taste. All that strategies may read.

The profile grows at each touchpoint through the data collection points that are switched on and that the shopper
consents
to. A ``ProfileView`` shows a strategy the columns of the data points it declared, and nothing else. Belief is a
precision-weighted mean: with features x of unit variance and weights w, mean = sum(w x) / (1 + sum(w)) (the posterior
mean of a normal prior of precision one).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.shoppers import ATTRACTED, NONE, Shoppers

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulation.batch import Batch
    from simulation.catalogue import Catalogue
    from simulation.strategy import DataPoint
    from simulation.study import Study

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

CHANNELS = ("onsite", "email", "purchases")


class DataNotAvailableError(AttributeError):
    """A strategy read a column whose data point is off or that it did not declare under ``needs``."""


class Profile:
    """Evidence about taste, per channel in which it was gathered: sums of weighted features, and of weights."""

    def __init__(self, study: Study, goods: Catalogue, shoppers: Shoppers, audience: Callable[[Ints], Floats]) -> None:
        """Begin knowing nothing; ``audience`` tells how many follow shoppers in social media."""
        self.audience, self._shoppers = audience, shoppers
        self._signals = np.concatenate([goods.features, np.ones((goods.features.shape[0], 1))], axis=1).astype(
            np.float32
        )
        self.points = study.data
        self.unified = study.data.unified
        self.dimensions = shoppers.taste.shape[1]
        self._sums = [np.zeros((shoppers.capacity, self.dimensions + 1), dtype=np.float32) for _ in CHANNELS]

    def observe(self, shoppers: Shoppers, rows: Ints, products: Ints, weight: float, channel: str) -> None:
        """Learn from products met in a channel: one of ``products`` (n,) by each of distinct ``rows``."""
        if not getattr(self.points, channel) or weight == 0.0:
            return
        if channel == "onsite":
            seen = shoppers.consent.take(rows).nonzero()[0]
            rows, products = rows[seen], products[seen]
        self._fit(shoppers.capacity)
        sums = self._sums[CHANNELS.index(channel)]
        sums[rows] = sums.take(rows, axis=0) + self._signals.take(products, axis=0) * weight

    def belief(self, rows: Ints, channel: str, allowed: frozenset[str]) -> tuple[Floats, Floats]:
        """Return (mean (n, K), precision (n,)) of the belief about taste that a channel's tools have.

        In a unified profile all channels that are allowed count; in silos only the tool's own.
        """
        known: Floats | None = None
        for sums in self._seen(channel, allowed):
            more = sums.take(rows, axis=0)
            known = more.astype(np.float64) if known is None else np.add(known, more, out=known)
        if known is None:
            return np.zeros((rows.size, self.dimensions)), np.zeros(rows.size)
        precision = known[:, -1].copy()
        mean, weight = np.empty((rows.size, self.dimensions)), 1.0 + precision
        for k in range(self.dimensions):  # by columns: rows are too short to be divided one by one
            np.divide(known[:, k], weight, out=mean[:, k])
        return mean, precision

    def precision(self, rows: Ints, channel: str, allowed: frozenset[str]) -> Floats:
        """Return the precision (n,) of ``belief`` alone, which costs a fraction of it."""
        precision, last = np.zeros(rows.size), rows * (self.dimensions + 1) + self.dimensions
        for sums in self._seen(channel, allowed):
            precision += sums.reshape(-1).take(last)
        return precision

    def _seen(self, channel: str, allowed: frozenset[str]) -> list[NDArray[np.float32]]:
        """Return the sums, by channel, that a channel's tools see."""
        self._fit(self._shoppers.capacity)
        channels = zip(self._sums, CHANNELS, strict=True)
        return [sums for sums, name in channels if name in allowed and (self.unified or name == channel)]

    def _fit(self, capacity: int) -> None:
        short = capacity - self._sums[0].shape[0]
        if short > 0:
            room = np.zeros((short, self.dimensions + 1), dtype=np.float32)
            self._sums = [np.concatenate([sums, room]) for sums in self._sums]


class ProfileView:
    """The profile of a batch of shoppers, as one strategy may see it. All arrays are of length n, some read-only."""

    def __init__(self, profile: Profile, batch: Batch, now: Floats, channel: str, allowed: frozenset[str]) -> None:
        """Look at a batch at times ``now``; ``allowed`` are the declared data points that are switched on."""
        self._profile, self._batch, self._now, self._channel, self._allowed = profile, batch, now, channel, allowed

    def only(self, where: Ints, channel: str | None = None) -> ProfileView:
        """Return the view of some of the shoppers (indices); a tool of another ``channel`` sees its own silo."""
        return self.of(self._batch.only(where), self._now.take(where), channel)

    def of(self, batch: Batch, now: Floats, channel: str | None = None) -> ProfileView:
        """Return the view of another batch at times ``now`` by the same tool, or one of another ``channel``."""
        return ProfileView(self._profile, batch, now, channel or self._channel, self._allowed)

    def seen_by(self, channel: str, allowed: frozenset[str]) -> ProfileView:
        """Return the view of the same shoppers that a tool of another channel and other data points has."""
        return ProfileView(self._profile, self._batch, self._now, channel, allowed)

    def _need(self, point: DataPoint, column: str) -> None:
        if point not in self._allowed:
            raise DataNotAvailableError(
                f"{column} belongs to the data point {point!r}: declare it under needs, switch it on"
            )

    # traffic
    @property
    def source(self) -> Ints:
        """Index of the traffic source of the first visit."""
        self._need("traffic", "source")
        return self._batch.lasting("source").astype(np.int64)

    @property
    def referred(self) -> Flags:
        """Whether the shopper first came by a friend's recommendation link."""
        self._need("traffic", "referred")
        by_friend: Flags = self._batch.lasting("referrer") >= 0
        return by_friend

    @property
    def campaign(self) -> Ints:
        """Number of the campaign whose link first brought the shopper (``Office.attract``), -1 if none did."""
        self._need("traffic", "campaign")
        return np.maximum(ATTRACTED - self._batch.lasting("referrer").astype(np.int64), NONE)

    @property
    def visitor(self) -> Ints:
        """A number by which the store knows the shopper again; -1 without consent, unless he is a customer."""
        self._need("traffic", "visitor")
        return self._batch.once("visitor", self._numbered)

    def _numbered(self) -> Ints:
        known = self._batch.lasting("consent") | (self._batch.lasting("orders") > 0)
        return np.where(known, self._batch.rows, NONE)

    @property
    def device(self) -> Ints:
        """Index of the device."""
        self._need("traffic", "device")
        return self._batch.lasting("device").astype(np.int64)

    @property
    def visits(self) -> Ints:
        """Visits so far, the present one included; shoppers who do not consent look new each time."""
        self._need("traffic", "visits")
        return self._recorded(self._batch.lasting("visits"), 1)

    @property
    def returning(self) -> Flags:
        """Whether the shopper is recognised as having been here before (by consent or as a customer)."""
        self._need("traffic", "returning")
        return self._batch.once("returning", self._recognised)

    def _recognised(self) -> Flags:
        known: Flags = self._batch.lasting("visits") > 1
        known &= self._batch.lasting("consent")
        known |= self._batch.lasting("orders") > 0
        return known

    # on-site interaction and search
    @property
    def viewed(self) -> Ints:
        """Product looked at last and liked best, -1 if unknown."""
        self._need("onsite", "viewed")
        return self._recorded(self._batch.lasting("item"))

    @property
    def carted(self) -> Ints:
        """Product in the cart, -1 if none or unknown."""
        self._need("onsite", "carted")
        return self._recorded(self._batch.lasting("cart"))

    @property
    def wanted(self) -> Ints:
        """Product looked at on two visits or more, or left behind in a cart, -1 if none or unknown."""
        self._need("onsite", "wanted")
        return self._recorded(self._batch.lasting("wish"))

    @property
    def interest(self) -> Ints:
        """Category searched for, -1 if unknown."""
        self._need("search", "interest")
        return self._recorded(self._batch.lasting("interest"))

    def _recorded(self, column: NDArray[np.integer], unknown: int = NONE) -> Ints:
        return np.where(self._batch.lasting("consent"), column, unknown)

    # e-mail
    @property
    def permission(self) -> Flags:
        """Whether the shopper permits e-mail."""
        self._need("email", "permission")
        return self._batch.current("permission")

    @property
    def messages(self) -> Ints:
        """Messages delivered so far."""
        self._need("email", "messages")
        return self._batch.lasting("messages").astype(np.int64)

    # personal data
    def trait(self, name: str) -> Ints:
        """Level index of place, age or gender, -1 without consent; KeyError for other names."""
        if name not in ("place", "age", "gender"):
            raise KeyError(f"{name!r}: must be place, age or gender")
        self._need("personal", name)
        return self._personal(name)

    @property
    def birthday(self) -> Ints:
        """Day of the year of the birthday, -1 without consent."""
        self._need("personal", "birthday")
        return self._personal("birthday")

    def _personal(self, name: str) -> Ints:
        return np.where(self._batch.lasting("personal_consent"), self._batch.lasting(name), NONE)

    # pixels and pricing
    @property
    def pixel_product(self) -> Ints:
        """Product that the media pixels saw last, -1 if unknown."""
        self._need("pixels", "pixel_product")
        return self._recorded(self._batch.lasting("item"))

    @property
    def followers(self) -> Floats:
        """How many follow the shopper in social media, -1 without consent."""
        self._need("pixels", "followers")
        return np.where(self._batch.lasting("consent"), self._profile.audience(self._batch.rows), -1.0)

    @property
    def best_offer(self) -> Floats:
        """Deepest discount shown so far, as a share of the price."""
        self._need("pricing", "best_offer")
        return self._batch.lasting("offer_seen").astype(np.float64)

    # purchases
    @property
    def orders(self) -> Ints:
        """Orders so far."""
        self._need("purchases", "orders")
        return self._batch.lasting("orders").astype(np.int64)

    @property
    def spent(self) -> Ints:
        """Revenue so far in minor units."""
        self._need("purchases", "spent")
        return self._batch.lasting("revenue")

    @property
    def points(self) -> Ints:
        """Worth of the points saved and not yet redeemed, in minor units."""
        self._need("purchases", "points")
        return self._batch.current("stake")

    @property
    def friend_of(self) -> Ints:
        """``visitor`` number of the customer whose recommendation brought the shopper, -1 if none did."""
        self._need("traffic", "friend_of")
        return np.maximum(self._batch.lasting("referrer").astype(np.int64), NONE)

    @property
    def days_since_order(self) -> Floats:
        """Days since the last order, inf if none."""
        self._need("purchases", "days_since_order")
        days: Floats = self._now - self._batch.lasting("last_order")
        return days

    # belief
    def known(self, least: float) -> tuple[Ints, Floats]:
        """Return those (indices (m,)) whose taste is known with this precision at least, and their mean (m, K)."""
        precision = self._profile.precision(self._batch.rows, self._channel, self._allowed)
        where: Ints = (precision >= least).nonzero()[0]
        return where, self._profile.belief(self._batch.rows.take(where), self._channel, self._allowed)[0]

    def belief(self) -> tuple[Floats, Floats]:
        """Return (mean (n, K), precision (n,)) of what the strategy's tool believes of the shoppers' taste."""
        return self._profile.belief(self._batch.rows, self._channel, self._allowed)
