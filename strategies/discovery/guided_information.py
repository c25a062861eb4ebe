"""Guided information: guides, size advice and comparison pages that answer questions. Knows what is searched for."""

from __future__ import annotations

from typing import ClassVar

from simulation import Evidence, Levers, Moment, MonthlyCost, Strategy, portion, quantity


class GuidedInformation(Strategy):
    """Clear, open paths to answers. Reading takes minutes; every question answered brings the sale closer."""

    id: ClassVar = "guided_information"
    title: ClassVar = "Guided information"
    about: ClassVar = "leads shoppers to guides, size advice and comparisons, which answer questions and take minutes"
    kind: ClassVar = "journey"
    roles: ClassVar = ("browse", "compare")
    level: ClassVar = 1
    needs: ClassVar = ("search",)
    evidence: ClassVar = (
        Evidence("session_conversion", "treated", 0.0, 0.08, "none", ""),
        Evidence(
            "revenue_per_visitor", "store", -0.012, 0.012, "B", "Browne and Swarbrick Jones 2017: 90 % of 6,700 tests"
        ),
    )

    readers: float = portion(0.12, "visits on which the guides are followed")
    part: float = portion(0.12, "open questions that the guide to a category answers on a page")
    general: float = portion(0.5, "part of that which a general guide answers, where the category is unknown")
    minutes: float = quantity(1.5, "minutes", "reading time on a page", ge=0.0, le=120.0)
    monthly: MonthlyCost = quantity(
        MonthlyCost(technology=100.0, content=500.0, personnel=150.0), "", "fixed monthly cost by kind"
    )

    def act(self, moment: Moment, levers: Levers) -> None:
        """Answer readers' questions: well where it is known what they look for, a part of it where not."""
        readers = (moment.luck("guide") < self.readers).nonzero()[0]
        known = moment.profile.only(readers).interest >= 0
        levers.answer(readers[known], self.part, minutes=self.minutes)
        levers.answer(readers[~known], self.part * self.general, minutes=self.minutes)
