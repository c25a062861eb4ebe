"""Frequency cap: nobody gets too many messages, whichever tools send them. Knows no tool by name."""

from __future__ import annotations

from typing import ClassVar

from simulation import Evidence, MonthlyCost, Office, Strategy, quantity


class FrequencyCap(Strategy):
    """A limit for all tools together: who has had enough is left in peace, at the price of messages that would sell.

    Seven mails a month were best for a list, ten lost 16 % of lifetime profit (Zhang, Kumar and Cosguner 2017); where
    plans send fewer than the cap allows, as the shipped ones do to most, it changes about nothing.
    """

    id: ClassVar = "frequency_cap"
    title: ClassVar = "Frequency cap"
    about: ClassVar = "lets nobody receive more than so many messages within so many days, whichever tool sends them"
    kind: ClassVar = "segment"
    level: ClassVar = 2
    storewide: ClassVar = True
    evidence: ClassVar = (Evidence("ltv", "store", -0.02, 0.05, "none", ""),)

    most: int = quantity(7, "messages", "to one shopper within the days", ge=0, le=1000)
    days: float = quantity(30.0, "days", "length of the window, which moves along with each message", gt=0.0, le=365.0)
    monthly: MonthlyCost = quantity(MonthlyCost(technology=80.0), "", "fixed monthly cost by kind")

    def start(self, office: Office) -> None:
        """Set the limit, for as long as the run lasts."""
        office.limit_messages(self.most, self.days)
