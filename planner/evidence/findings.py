"""Simulated effects beside published ones: one finding per entry of a strategy's evidence.

Knows sums and intervals; must not know how runs are made (run.py) nor how anything is printed (words.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from planner.evidence.treated import MEASURES, RUNS
from planner.experiments import statistics
from planner.library import stage_of
from simulation import measure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from planner.experiments.statistics import Interval
    from simulation import Evidence, Outcomes, Strategy

    Sums = NDArray[np.float64]

Judgement = Literal["inside", "outside", "no trial known", "reaches nobody", "changes nothing"]


@dataclass(frozen=True)
class Finding:
    """One entry of a strategy's evidence with what the simulated store says.

    Attributes:
        strategy, stage: whose evidence it is, and the stage it belongs to.
        entry: the published range and what it is about.
        treated: relative change of the outcome among those reached, 0.03 is +3 %; NaN where not defined.
        store: relative change of the outcome in the whole store.
        reach: how many the strategy reached at all, over all replications.
        shoppers: those of them whom the entry is about and who come without the strategy too.
        beside: the plan that it was added to, for one that changes nothing alone; else empty.
        replications: on how many the intervals rest.
    """

    strategy: str
    stage: str
    entry: Evidence
    treated: Interval
    store: Interval
    reach: int
    shoppers: int
    replications: int
    beside: str = ""

    @property
    def simulated(self) -> Interval:
        """The change on what the entry is about: the treated or the store."""
        return self.treated if self.entry.on == "treated" else self.store

    @property
    def idle(self) -> bool:
        """Whether the strategy did nothing at all, as one that limits or measures others does alone."""
        return self.reach == 0 and self.store.mean == 0.0

    @property
    def known(self) -> bool:
        """Whether there is a simulated change to speak of."""
        return not (self.idle or math.isnan(self.simulated.mean))

    @property
    def inside(self) -> bool | None:
        """Whether the simulated change lies in the published range; None without a trial or without a change."""
        if self.entry.grade == "none" or not self.known:
            return None
        return self.entry.low <= self.simulated.mean <= self.entry.high

    @property
    def judgement(self) -> Judgement:
        """The same in words."""
        if not self.known:
            return "changes nothing" if self.idle and self.entry.on == "store" else "reaches nobody"
        return "no trial known" if self.inside is None else "inside" if self.inside else "outside"


# judging -----------------------------------------------------------------------------------------------------------
def judged(
    strategy: type[Strategy], place: int, pairs: Sequence[tuple[Outcomes, Outcomes]], confidence: float
) -> Finding:
    """Return what (without, with) pairs of runs say on one entry, by its place in the strategy's evidence."""
    entry, runs = strategy.evidence[place], [run for _, run in pairs]
    tables = [run.tables["treated"].values[place].astype(float) for run in runs]
    sums = np.array(tables).reshape(len(pairs), len(RUNS), len(MEASURES))
    treated = [treated_values(sums[:, side], entry.outcome) for side in range(len(RUNS))]
    store = [np.array([measure(pair[side])[entry.outcome] for pair in pairs]) for side in range(len(RUNS))]
    return Finding(
        strategy.id,
        stage_of(strategy),
        entry,
        _change(treated, confidence),
        _change(store, confidence),
        reach=sum(int(run.tables["strategies"].column("reach").sum()) for run in runs),
        shoppers=int(sums[:, 0, MEASURES.index("shoppers")].sum()),
        replications=len(pairs),
    )


def _change(values: Sequence[NDArray[np.float64]], confidence: float) -> Interval:
    """Return the relative change from ``values[0]`` to ``values[1]``, over the replications in which both exist."""
    without, with_ = values
    return statistics.relative_difference(*statistics.defined_pairs(with_, without), confidence)


def treated_values(sums: Sums, outcome: str) -> NDArray[np.float64]:
    """Return an outcome of the treated (replications,) from MEASURES (replications, measures); NaN if not defined.

    Ratios are ratios of sums. Per visitor means per treated shopper here.
    """
    total = dict(zip(MEASURES, sums.T, strict=True))
    values = np.full(len(sums), math.nan)
    if outcome in MEASURES:
        np.copyto(values, total[outcome], where=total["shoppers"] > 0)
    elif outcome in _RATIOS:
        part, whole = (total[name] for name in _RATIOS[outcome])
        np.divide(part, whole, out=values, where=whole > 0)
    return values


_RATIOS: Final[Mapping[str, tuple[str, str]]] = {
    "session_conversion": ("orders", "visits"),
    "aov": ("revenue", "orders"),
    "return_rate": ("returned", "revenue"),
    "revenue_per_visitor": ("revenue", "shoppers"),
}


# as plain data -----------------------------------------------------------------------------------------------------
def to_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return the document of ``footfall evidence --json``; changes that are not defined are NaN."""
    return [_document(finding) for finding in findings]


def _document(finding: Finding) -> dict[str, Any]:
    entry, simulated = finding.entry, finding.simulated
    return {
        "strategy": finding.strategy,
        "outcome": entry.outcome,
        "on": entry.on,
        "simulated": simulated.mean,
        "low": simulated.low,
        "high": simulated.high,
        "published_low": entry.low,
        "published_high": entry.high,
        "grade": entry.grade,
        "inside": finding.inside,
        "source": entry.source,
        "given": dict(entry.given),
        "among": entry.among,
        "days": entry.days,
        "beside": finding.beside or None,
        "treated": {**finding.treated._asdict(), "shoppers": finding.shoppers},
        "store": finding.store._asdict(),
        "replications": finding.replications,
    }
