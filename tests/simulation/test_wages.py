"""Costs that a process books day by day: for the horizon only, at the share of the store that is simulated."""

from collections.abc import Generator
from typing import Any, ClassVar

import pytest

from simulation import Office, quantity, simulate
from tests.probes import Probe
from tests.stores import accounts_of, installed, lively


class Doorman(Probe):
    """Is paid by the day from the first day of the warm-up to long after the horizon."""

    id: ClassVar = "doorman"

    wage: float = quantity(100.0, "currency", "per day", ge=0.0)

    def start(self, office: Office) -> None:
        office.process(self.work(office))

    def work(self, office: Office) -> Generator[Any, Any, None]:
        while True:
            office.pay("personnel", self.wage)
            yield office.clock.timeout(1.0)


@pytest.mark.parametrize("visitors", [400, 100])
def test_a_day_of_the_horizon_costs_its_share_and_other_days_nothing(visitors: int) -> None:
    study = lively({"With": {"doorman": {}}}, experiment={"visitors": visitors})
    with installed(Doorman):
        outcomes = simulate(study, "With", 0)
    mine = accounts_of(outcomes, "doorman")
    assert mine.pop("personnel") == 14 * round(100 * 100 * study.simulated_share) > 0
    assert not any(mine.values())
