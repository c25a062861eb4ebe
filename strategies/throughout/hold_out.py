"""Hold-out: a share of shoppers whom no strategy meets, to measure what all of them do together. Knows none by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from simulation import Evidence, Moment, MonthlyCost, Office, Strategy, portion, quantity

if TYPE_CHECKING:
    import numpy as np


class HoldOut(Strategy):
    """Keeps a random share of shoppers untreated for a while: the lift among the others is what a store can measure.

    Limits and the profile that the whole store shares hold for the held out too; advertising may bring them.
    """

    id: ClassVar = "hold_out"
    title: ClassVar = "Hold-out group"
    about: ClassVar = "keeps a random share of shoppers from all other strategies, to measure what these do"
    kind: ClassVar = "segment"
    level: ClassVar = 2
    storewide: ClassVar = True
    evidence: ClassVar = (Evidence("revenue_per_visitor", "store", -0.02, 0.005, "none", ""),)

    share: float = portion(0.10, "shoppers held out")
    first_day: float = quantity(0.0, "days", "begins on this day of the horizon", ge=0.0, le=3650.0)
    days: float = quantity(365.0, "days", "lasts so long, at most to the end of the horizon", gt=0.0, le=3650.0)
    monthly: MonthlyCost = quantity(MonthlyCost(personnel=150.0), "", "fixed monthly cost by kind")

    def start(self, office: Office) -> tuple[float, float]:
        """Measure both groups; remember when it begins and ends."""
        return office.trial(1.0 - self.share, self.first_day, self.days)

    def admits(self, other: str, moment: Moment) -> np.ndarray:
        """Admit all but the held out; everybody before it begins and after it ends."""
        begins, ends = moment.memory
        admitted: np.ndarray = (moment.lot("arm") < 1.0 - self.share) | (moment.now < begins) | (moment.now >= ends)
        return admitted
