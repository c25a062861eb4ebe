"""A/B test: another strategy of the plan is tried on a share of shoppers for a while. Knows that strategy's id only."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import field_validator

from simulation import Evidence, Moment, MonthlyCost, Office, Strategy, portion, quantity
from strategies.throughout.tried import tried


class AbTest(Strategy):
    """Two arms inside the store: one meets the strategy, the other does not; before the test nobody does."""

    id: ClassVar = "ab_test"
    title: ClassVar = "A/B test"
    about: ClassVar = "tries another strategy of the plan on a random share of shoppers, to measure what it does"
    kind: ClassVar = "segment"
    level: ClassVar = 2
    storewide: ClassVar = True
    evidence: ClassVar = (Evidence("revenue_per_visitor", "store", -0.02, 0.02, "none", ""),)

    strategy: str = quantity("related_recommendations", "strategy", "id of the strategy tested", validate_default=True)
    share: float = portion(0.5, "shoppers who meet it")
    first_day: float = quantity(0.0, "days", "begins on this day of the horizon", ge=0.0, le=3650.0)
    days: float = quantity(60.0, "days", "lasts so long, at most to the end of the horizon", gt=0.0, le=3650.0)
    after: Literal["nobody", "treated", "everybody"] = quantity("nobody", "shoppers", "who meets it when it is over")
    monthly: MonthlyCost = quantity(MonthlyCost(technology=80.0, personnel=150.0), "", "fixed monthly cost by kind")

    @field_validator("strategy")
    @classmethod
    def _can_be_tried(cls, strategy: str) -> str:
        return tried(strategy).id

    def start(self, office: Office) -> tuple[float, float]:
        """Measure both arms; remember when the test begins and ends."""
        if self.strategy not in office.plan:
            office.note(f"{self.id} tests {self.strategy}, which is not in this plan: nothing is tested")
        return office.trial(self.share, self.first_day, self.days)

    def admits(self, other: str, moment: Moment) -> np.ndarray:
        """Admit everybody to the other strategies; to the one tested its arm, and whom it is for when it is over."""
        if other != self.strategy:
            return np.ones(moment.size, dtype=np.bool_)
        begins, ends = moment.memory
        treated = moment.lot("arm") < self.share
        over = {"nobody": np.zeros_like(treated), "treated": treated, "everybody": np.ones_like(treated)}[self.after]
        admitted: np.ndarray = np.where(moment.now < ends, treated & (moment.now >= begins), over)
        return admitted
