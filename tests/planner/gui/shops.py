"""A study that is compared within seconds, for tests of the desktop app. Must not need Qt."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.planner.experiments.fakes import outcomes

if TYPE_CHECKING:
    from pathlib import Path

    from planner.experiments.comparison import Comparison
    from simulation import Observer, Outcomes, Study

SMALL = """\
# a shop for tests
based_on = "fashion"

[store]
name = "Small shop"  # as on the door

[experiment]
visitors = 400
warm_up_days = 20
days = 60
follow_up_days = 30
ltv_days = 30
replications = 2

[plans.Baseline]

# the reminder
[plans.Remind.cart_recovery]
delay_days = 1.0  # a day is best

[plans."More".cart_recovery]
discount = 0.1
[plans."More".smart_content]
"""


def quick(study: Study, plan: str, replication: int, observer: Observer) -> Outcomes:
    """A plan with a strategy sells a little more; the strategy costs."""
    strategies = len(study.plans[plan])
    return outcomes(plan, orders=20_000 + 7 * replication + 200 * strategies, cost=10_000 * strategies)


def endless(study: Study, plan: str, replication: int, observer: Observer) -> Outcomes:
    """Finish replication 0 at once; run any other until told to stop."""
    while replication:
        observer.progress(0.5)
        time.sleep(0.005)
    return quick(study, plan, replication, observer)


def failing(study: Study, plan: str, replication: int, observer: Observer) -> Outcomes:
    """Fail as a plug-in might."""
    raise ZeroDivisionError(f"no shoppers in {plan}")


def quick_export(comparison: Comparison, path: Path) -> int:
    """Write one small file in place of all charts, tables and the report."""
    path.write_text(comparison.study_name, encoding="utf-8")
    return 1
