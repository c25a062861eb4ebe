"""Simulated effects beside published ones: runs every strategy alone, and judges each entry of its evidence.

Knows jobs, sums and intervals; must not know how anything is printed (words.py, commands/evidence.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import numpy as np

from planner.evidence.treated import MEASURES, NOTHING, RUNS, simulate_beside
from planner.experiments import statistics
from planner.experiments.keys import replication_keys, source_digest
from planner.experiments.runner import Batch, Job, run_jobs
from planner.library import stage_of
from simulation import measure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from planner.experiments.executors import Backend
    from planner.experiments.runner import Failure, Progress
    from planner.experiments.statistics import Interval
    from planner.run_store import RunStore
    from simulation import Evidence, Outcomes, Strategy, Study

    Sums = NDArray[np.float64]

VISITORS: Final = 80_000
REPLICATIONS: Final = 6
JOB: Final = "planner.evidence.treated"

Given = tuple[tuple[str, float | bool | str], ...]
Judgement = Literal["inside", "outside", "no trial known", "reaches nobody"]


class Variant(NamedTuple):
    """A strategy with parameters other than its defaults: one plan, run beside nothing."""

    strategy: type[Strategy]
    given: Given

    @property
    def plan(self) -> str:
        """Name of its plan."""
        return ", ".join([self.strategy.id, *(f"{name} = {value}" for name, value in self.given)])


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

    @property
    def simulated(self) -> Interval:
        """The change on what the entry is about: the treated or the store."""
        return self.treated if self.entry.on == "treated" else self.store

    @property
    def known(self) -> bool:
        """Whether there is a simulated change to speak of."""
        return self.reach > 0 and not math.isnan(self.simulated.mean)

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
            return "reaches nobody"
        return "no trial known" if self.inside is None else "inside" if self.inside else "outside"


class Findings(NamedTuple):
    """All findings, in the order of stages, and what became of the runs.

    Attributes:
        findings: what was found, entry by entry.
        failures: runs that raised; their replications are left out.
        interrupted: stopped before all was done.
    """

    findings: tuple[Finding, ...]
    failures: tuple[Failure, ...]
    interrupted: bool


def find(
    study: Study,
    backend: Backend,
    store: RunStore,
    strategies: Sequence[type[Strategy]],
    replications: int,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Findings:
    """Run each strategy alone beside nothing and judge its evidence.

    Args:
        study: the store; its plans play no part, the size of its experiment does.
        backend: where to simulate.
        store: finished replications are taken from it and put into it.
        strategies: installed ones.
        replications: how many pairs of runs; at least two give intervals.
        on_progress: told after each job.
        stop: asked now and then; once true, what is finished is judged.
    """
    variants = [Variant(strategy, given) for strategy in strategies for given in _givens(strategy)]
    alone = {variant.plan: {variant.strategy.id: dict(variant.given)} for variant in variants}
    beside = study.model_copy(update={"plans": {NOTHING: {}, **alone}})
    batch = run_jobs(
        beside,
        [Job(plan, number) for number in range(replications) for plan in beside.plans],
        backend,
        store,
        on_progress=on_progress,
        stop=stop,
        simulate=simulate_beside,
        key=_keys(beside),
    )
    found = [finding for variant in variants for finding in _findings(batch, variant, study.experiment.confidence)]
    return Findings(tuple(found), batch.failures, batch.interrupted)


def _givens(strategy: type[Strategy]) -> list[Given]:
    """Return the sets of parameters under which a strategy's evidence was found; the defaults if there is none."""
    return list(dict.fromkeys(entry.given for entry in strategy.evidence)) or [()]


def _keys(study: Study) -> Callable[[str, int], str]:
    """Return keys that other runs of the same plan, which have no table of the treated, do not share."""
    key, job = replication_keys(study), source_digest(JOB)
    return lambda plan, replication: f"treated {job} {key(plan, replication)}"


# judging -----------------------------------------------------------------------------------------------------------
def _findings(batch: Batch, variant: Variant, confidence: float) -> list[Finding]:
    pairs = _pairs(batch, variant.plan)
    mine = [place for place, entry in enumerate(variant.strategy.evidence) if entry.given == variant.given]
    return [_finding(variant.strategy, place, pairs, confidence) for place in mine]


def _pairs(batch: Batch, plan: str) -> list[tuple[Outcomes, Outcomes]]:
    """Return (without, with) of each replication that is finished for both."""
    done = batch.outcomes
    numbers = sorted({job.replication for job in done})
    both = (number for number in numbers if Job(plan, number) in done and Job(NOTHING, number) in done)
    return [(done[Job(NOTHING, number)], done[Job(plan, number)]) for number in both]


def _finding(
    strategy: type[Strategy], place: int, pairs: Sequence[tuple[Outcomes, Outcomes]], confidence: float
) -> Finding:
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
        "treated": {**finding.treated._asdict(), "shoppers": finding.shoppers},
        "store": finding.store._asdict(),
        "replications": finding.replications,
    }
