"""Partner sites: others who write for readers of their own send some of them here, for a commission or a fee.

Knows which partner a visitor came from; a partner's readers have a taste of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Strategy, portion, quantity

if TYPE_CHECKING:
    from collections.abc import Generator

    import numpy as np

DAYS_A_MONTH = 365.0 / 12.0
AHEAD = 28.0
"""Days for which readers are drawn at once: nothing that the store does changes who reads of it."""


class Partners(NamedTuple):
    """What each partner writes about, as directions of taste (partners, K); and the number of the first's campaign."""

    themes: np.ndarray
    first: int


class PartnerSites(Strategy):
    """Links on other sites: each partner's readers share a taste, and land on a page that speaks to it."""

    id: ClassVar = "partner_sites"
    title: ClassVar = "Partner sites"
    about: ClassVar = (
        "brings readers of partner sites, each with a taste of its own, and shows them what they read about"
    )
    kind: ClassVar = "contextual"
    roles: ClassVar = ("entry",)
    level: ClassVar = 1
    storewide: ClassVar = True
    needs: ClassVar = ("traffic",)
    evidence: ClassVar = (
        Evidence("revenue", "store", 0.0, 0.10, "none", ""),
        Evidence("revenue_per_visitor", "store", -0.02, 0.03, "none", ""),
    )

    partners: int = quantity(5, "sites", "partner sites", ge=1, le=1000)
    visitors: float = quantity(25.0, "shoppers per day", "whom each partner sends to the whole store", ge=0.0)
    commission: float = quantity(0.80, "currency", "paid for each of them", ge=0.0)
    fee: float = quantity(0.0, "currency per month", "paid to each partner beside it", ge=0.0)
    taste: float = portion(0.4, "how far readers of a site share a taste of their own")
    matched: bool = quantity(True, "on/off", "readers land on a page about what they came from")
    monthly: MonthlyCost = quantity(MonthlyCost(content=200.0, personnel=250.0), "", "fixed monthly cost by kind")

    def start(self, office: Office) -> Partners:
        """Draw what the partners write about, and let their readers come."""
        themes = office.chance("tastes").standard_normal((self.partners, office.features.shape[1]))
        office.process(self._send(office, themes))
        office.process(self._pay(office))
        return Partners(themes, office.first_campaign)

    def act(self, moment: Moment, levers: Levers) -> None:
        """Show readers of a partner, on their first visit, its theme."""
        if not self.matched:
            return
        partners: Partners = moment.memory
        partner = moment.profile.campaign - partners.first
        reader = ((partner >= 0) & (partner < self.partners)).nonzero()[0]
        reader = reader.take((moment.profile.only(reader).visits == 1).nonzero()[0])
        levers.content(reader, partners.themes.take(partner.take(reader), axis=0))

    def _pay(self, office: Office) -> Generator[Any, Any, None]:
        while self.fee > 0.0 and office.clock.now < office.closes:
            office.pay("media", self.fee * self.partners / DAYS_A_MONTH)
            yield office.clock.timeout(1.0)

    def _send(self, office: Office, themes: np.ndarray) -> Generator[Any, Any, None]:
        """Send readers, Poisson, at any time of the weeks ahead."""
        luck, source = office.chance("readers"), office.find_source("partner", "affiliate", "referral")
        while office.clock.now < office.closes:
            days = min(AHEAD, office.closes - office.clock.now)
            count = luck.poisson(self.partners * self.visitors * days * office.share)
            partner = luck.integers(self.partners, size=count)
            times = office.clock.now + days * luck.random(count)
            office.attract(
                times, source, each=self.commission, theme=themes[partner], pull=self.taste, campaign=partner
            )
            yield office.clock.timeout(days)
