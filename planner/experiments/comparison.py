"""A finished comparison of plans: what each plan reached, how far it is from the baseline, and how sure that is.

Turns the runs of several plans, paired by replication, into estimates, differences and verdicts. Knows the additive
outcomes and the outcomes' definitions; must not know how runs are made (runner.py), stored, drawn or printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from simulation.outcomes import Outcomes

Verdict = Literal["better", "worse", "cannot tell"]


@dataclass(frozen=True)
class Estimate:
    """An outcome's mean over replications with its confidence interval.

    Units as in ``simulation.metrics.METRICS``; NaN where the outcome is not defined, and NaN for ``low`` and ``high``
    where there is only one replication.
    """

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Difference:
    """A plan's outcome less the baseline's, paired by replication.

    ``relative`` is the difference as a share of the baseline (0.03 is +3 %). The intervals are marginal, one by one at
    the comparison's confidence; ``verdict`` follows ``p_holm``, the p-value corrected over the plans of the comparison.
    NaN where not defined (one replication, outcome without a value, baseline of zero).
    """

    mean: float
    low: float
    high: float
    relative: float
    relative_low: float
    relative_high: float
    p_value: float
    p_holm: float
    verdict: Verdict


@dataclass(frozen=True)
class PlanResult:
    """One plan's estimates, its differences from the baseline (empty for the baseline) and its runs in order."""

    name: str
    estimates: dict[str, Estimate]
    differences: dict[str, Difference]
    runs: tuple[Outcomes, ...]

    @property
    def pooled(self) -> Outcomes:
        """All replications of the plan added up."""
        return reduce(add, self.runs)


@dataclass(frozen=True)
class Comparison:
    """Plans beside a baseline; ``plans`` holds the baseline too, in the study's order.

    ``visitors`` is the number of simulated shoppers per replication, ``replications`` the number of pairs per plan.
    """

    study_name: str
    baseline: str
    replications: int
    confidence: float
    seed: int
    visitors: int
    plans: tuple[PlanResult, ...]
    currency: str
    notes: tuple[str, ...] = ()

    def plan(self, name: str) -> PlanResult:
        """Return the result of plan ``name``; KeyError lists the plans there are."""
        for plan in self.plans:
            if plan.name == name:
                return plan
        raise KeyError(f"no plan {name!r}; there are {', '.join(plan.name for plan in self.plans)}")
