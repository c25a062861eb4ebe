"""Flash sale: some categories are cheaper for some hours. Announced by e-mail; trains shoppers to lower prices."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from typing import Any, ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Strategy, portion, quantity

HOURS_A_DAY = 24.0


class Windows:
    """The sales so far: from when to when (in days), and which categories (C,) each was on; before the first, none."""

    def __init__(self, categories: int) -> None:
        """Begin before the first sale, as if one on nothing had ended long ago."""
        self.starts, self.ends = np.full((2, 1), -np.inf)
        self.on = np.zeros((1, categories), dtype=np.bool_)

    def open(self, start: float, end: float, on: np.ndarray) -> None:
        """Note a sale that begins."""
        self.starts, self.ends = np.append(self.starts, start), np.append(self.ends, end)
        self.on = np.vstack([self.on, on])

    def running(self, now: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return at which of the times (indices) there was a sale, and on which categories (there, C)."""
        last = np.searchsorted(self.starts, now, side="right") - 1
        during = (now < self.ends.take(last)).nonzero()[0]
        return during, self.on[last[during]]


class FlashSale(Strategy):
    """A discount on part of the range for some hours, with a clock beside it; subscribers hear of it at its start."""

    id: ClassVar = "flash_sale"
    title: ClassVar = "Flash sale"
    about: ClassVar = "sells some categories cheaper for some hours, tells subscribers, and shows the clock"
    kind: ClassVar = "contextual"
    roles: ClassVar = ("compare", "checkout")
    level: ClassVar = 2
    needs: ClassVar = ("email",)
    evidence: ClassVar = (
        Evidence(
            "revenue_per_visitor",
            "store",
            -0.005,
            0.035,
            "B",
            "Browne and Swarbrick Jones 2017: timers, mean +1.5 %",
            given=(("announce", False),),
        ),
        Evidence(
            "visits",
            "treated",
            0.20,
            0.80,
            "A",
            "Hillstrom e-mail trial 2008: one mail to a rested list, visit +57 %",
            days=14.0,
            among="established",
        ),
    )

    every_days: float = quantity(45.0, "days", "from the start of one sale to the next", ge=1.0, le=365.0)
    opens: float = quantity(10.0, "hour", "hour of the day at which a sale begins", ge=0.0, le=24.0)
    hours: float = quantity(12.0, "hours", "how long it lasts", gt=0.0, le=24.0)
    depth: float = portion(0.20, "discount, as a share of the price")
    share: float = portion(0.4, "share of the categories that it is on, drawn anew each time; at least one")
    urgency: float = portion(0.4, "how hard the clock presses")
    announce: bool = quantity(True, "on/off", "tell subscribers by e-mail at the start")
    monthly: MonthlyCost = quantity(
        MonthlyCost(technology=50.0, content=150.0, personnel=100.0), "", "fixed monthly cost by kind"
    )

    def start(self, office: Office) -> Windows:
        """Claim the memory of sales and let them begin one after the other."""
        windows = Windows(office.sizes.size)
        office.process(self._hold(office, windows))
        return windows

    def _hold(self, office: Office, windows: Windows) -> Generator[Any, Any, None]:
        chance, many = office.chance("categories"), office.sizes.size
        yield office.clock.timeout(self.opens / HOURS_A_DAY)
        while True:
            chosen = chance.permutation(many)[: max(1, round(self.share * many))]
            now, on = float(office.clock.now), np.isin(np.arange(many), chosen)
            windows.open(now, now + self.hours / HOURS_A_DAY, on)
            if self.announce:
                office.call(partial(self._write, on), "subscribers")
            yield office.clock.timeout(self.every_days)

    def _write(self, on: np.ndarray, moment: Moment, levers: Levers) -> None:
        """Tell subscribers of the sale by its best rated product, the same to all."""
        shop = moment.shop
        best = int(np.where(on[shop.categories], shop.ratings, -np.inf).argmax())
        levers.message(np.arange(moment.size), products=np.full(moment.size, best), lands_at="browse")

    def act(self, moment: Moment, levers: Levers) -> None:
        """Give the discount and show the clock to those whose product in mind is in a sale that is on."""
        during, on = moment.memory.running(moment.now)
        if during.size:
            item = moment.item[during]
            where = during[(item >= 0) & on[np.arange(item.size), moment.shop.categories[item]]]
            levers.discount(where, self.depth)
            levers.urge(where, self.urgency)
