"""Smart content: the entry page speaks to whom it meets. Knows the profile and what sources' visitors like."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Shop, Strategy, portion, quantity


class Themes:
    """What visitors of each traffic source turned out to like, learnt by the day."""

    def __init__(self, shop: Shop) -> None:
        """Begin knowing nothing of any source."""
        self.sums = np.zeros((shop.sources, shop.features.shape[1]))
        self.today = np.zeros_like(self.sums)
        self.day = -1.0

    def turn_to(self, now: np.ndarray) -> None:
        """What was learnt on one day is used from the next on."""
        day = float(np.floor(now.min())) if now.size else self.day
        if day > self.day:
            self.sums += self.today
            self.today[:] = 0.0
            self.day = day


class SmartContent(Strategy):
    """Content by traffic segment: the regular gets "the usual", the newcomer a welcome."""

    id: ClassVar = "smart_content"
    title: ClassVar = "Smart content"
    about: ClassVar = "the entry page shows each shopper's own theme, or his traffic source's, and welcomes newcomers"
    kind: ClassVar = "contextual"
    roles: ClassVar = ("entry",)
    level: ClassVar = 1
    needs: ClassVar = ("traffic", "onsite")
    evidence: ClassVar = (
        Evidence(
            "revenue_per_visitor", "store", -0.012, 0.012, "B", "Browne and Swarbrick Jones 2017: 90 % of 6,700 tests"
        ),
    )

    precision: float = quantity(0.3, "precision", "own theme only for those known at least this well", ge=0.0, le=100.0)
    welcome: float = portion(0.01, "open questions that the newcomer's page answers")
    usual: float = quantity(0.02, "log odds", "effort that a regular is spared", ge=0.0, le=5.0)
    monthly: MonthlyCost = quantity(MonthlyCost(technology=250.0, content=400.0), "", "fixed monthly cost by kind")

    def start(self, office: Office) -> Themes:
        """Claim the memory of what each source's visitors like."""
        return Themes(office)

    def act(self, moment: Moment, levers: Levers) -> None:
        """Show a theme where one is known; welcome newcomers, spare regulars a step."""
        themes: Themes = moment.memory
        themes.turn_to(moment.now)
        source, returning = moment.profile.source, moment.profile.returning
        known, own = moment.profile.known(self.precision)
        np.add.at(themes.today, source.take(known), own)
        theme, speaks = themes.sums.take(source, axis=0), themes.sums.any(axis=1).take(source)
        theme[known], speaks[known] = own, own.any(axis=1)
        speaking = speaks.nonzero()[0]
        levers.content(speaking, theme.take(speaking, axis=0))
        levers.answer(~returning, self.welcome)
        levers.ease(returning, -self.usual)
