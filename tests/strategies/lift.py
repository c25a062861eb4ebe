"""The effect of a strategy on the shoppers whom it reached, paired with the same shoppers in the baseline's run."""

from typing import NamedTuple

import numpy as np

from simulation import Study, simulate
from tests.stores import worlds_kept


class Lift(NamedTuple):
    """Orders of those reached, without and with the strategy; relative difference and its standard error."""

    reached: int
    before: int
    after: int
    error: float

    @property
    def relative(self) -> float:
        return self.after / self.before - 1.0

    def clearly(self, sign: int) -> bool:
        """Return whether the difference has this sign by three standard errors (wrong in one of 700)."""
        return sign * self.relative > 3.0 * self.error


def treated_lift(study: Study, plan: str, replication: int = 0) -> Lift:
    """Return the lift of orders of a plan's shoppers reached; the study must not refer (rows have to be the same)."""
    assert study.fulfilment.referral == 0.0
    with worlds_kept() as worlds:
        for name in ("Baseline", plan):
            simulate(study, name, replication)
    base, treated = (world.shoppers for world in worlds)
    assert base.size == treated.size
    reached = treated.reached[: treated.size] > 0
    before, after = base.orders[: base.size][reached], treated.orders[: treated.size][reached]
    spread = float((after - before).std() * np.sqrt(reached.sum()))
    return Lift(int(reached.sum()), int(before.sum()), int(after.sum()), spread / before.sum())
