"""Runs every strategy, alone if it can act alone, and collects what that says on its evidence.

Knows jobs and plans; must not know what a finding is made of (findings.py) nor how it is printed (words.py).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from planner.evidence.findings import Finding, judged
from planner.evidence.treated import WITHOUT, simulate_beside
from planner.experiments.keys import replication_keys, source_digest
from planner.experiments.runner import Batch, Job, run_jobs
from simulation import library

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from planner.experiments.executors import Backend
    from planner.experiments.runner import Failure, Progress
    from planner.run_store import RunStore
    from simulation import Outcomes, Strategy, Study

VISITORS: Final = 100_000
REPLICATIONS: Final = 6
JOB: Final = "planner.evidence.treated"

Given = tuple[tuple[str, float | bool | str], ...]


class Variant(NamedTuple):
    """A strategy with the parameters under which some of its evidence was found: one plan."""

    strategy: type[Strategy]
    given: Given

    @property
    def plan(self) -> str:
        """Name of its plan."""
        return ", ".join([self.strategy.id, *(f"{name} = {value}" for name, value in self.given)])


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
    """Run each strategy alone and judge its evidence; one for the whole store that changes nothing alone, in company.

    The company is the study's fullest plan, less its strategies for the whole store.

    Args:
        study: the store; its plans play no other part, the size of its experiment does.
        backend: where to simulate.
        store: finished replications are taken from it and put into it.
        strategies: installed ones.
        replications: how many pairs of runs; at least two give intervals.
        on_progress: told after each job.
        stop: asked now and then; once true, what is finished is judged.
    """
    work = _Work(study, backend, store, replications, on_progress, stop)
    alone = work.findings(strategies, "", {})
    helpless = [strategy for strategy in strategies if strategy.storewide and _is_idle(strategy, alone.findings)]
    fullest = max(study.plans, key=lambda name: len(study.plans[name]))
    if alone.interrupted or not (helpless and study.plans[fullest]):
        return alone
    beside = work.findings(helpless, fullest, _company(study.plans[fullest]))
    again = {strategy.id for strategy in helpless}
    rest = [finding for finding in alone.findings if finding.strategy not in again]
    order = [strategy.id for strategy in strategies]
    merged = sorted([*rest, *beside.findings], key=lambda finding: order.index(finding.strategy))
    return Findings(tuple(merged), alone.failures + beside.failures, beside.interrupted)


def _is_idle(strategy: type[Strategy], findings: Sequence[Finding]) -> bool:
    mine = [finding for finding in findings if finding.strategy == strategy.id]
    return bool(mine) and all(finding.idle for finding in mine)


def _company(plan: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return a plan's strategies for single shoppers: those that limit, measure or feed others take turns beside it."""
    known = library().strategies
    return {id_: values for id_, values in plan.items() if id_ in known and not known[id_].storewide}


class _Work(NamedTuple):
    """The way in which strategies are run, the same for those alone and those in company."""

    study: Study
    backend: Backend
    store: RunStore
    replications: int
    on_progress: Callable[[Progress], None] | None
    stop: Callable[[], bool] | None

    def findings(
        self, strategies: Sequence[type[Strategy]], beside: str, company: Mapping[str, Mapping[str, Any]]
    ) -> Findings:
        """Add each strategy to a company of others, and judge what that changes."""
        variants = [Variant(strategy, given) for strategy in strategies for given in _givens(strategy)]
        plans = {variant.plan: {variant.strategy.id: dict(variant.given), **company} for variant in variants}
        study = self.study.model_copy(update={"plans": {WITHOUT: dict(company), **plans}})
        batch = run_jobs(
            study,
            [Job(plan, number) for number in range(self.replications) for plan in study.plans],
            self.backend,
            self.store,
            on_progress=self.on_progress,
            stop=self.stop,
            simulate=simulate_beside,
            key=_keys(study),
        )
        sure = study.experiment.confidence
        found = [replace(one, beside=beside) for variant in variants for one in _findings(batch, variant, sure)]
        return Findings(tuple(found), batch.failures, batch.interrupted)


def _givens(strategy: type[Strategy]) -> list[Given]:
    """Return the sets of parameters under which a strategy's evidence was found; the defaults if there is none."""
    return list(dict.fromkeys(entry.given for entry in strategy.evidence)) or [()]


def _keys(study: Study) -> Callable[[str, int], str]:
    """Return keys that other runs of the same plan, which have no table of the treated, do not share."""
    key, job = replication_keys(study), source_digest(JOB)
    return lambda plan, replication: f"treated {job} {key(WITHOUT, replication)} {key(plan, replication)}"


def _findings(batch: Batch, variant: Variant, confidence: float) -> list[Finding]:
    pairs = _pairs(batch, variant.plan)
    mine = [place for place, entry in enumerate(variant.strategy.evidence) if entry.given == variant.given]
    return [judged(variant.strategy, place, pairs, confidence) for place in mine]


def _pairs(batch: Batch, plan: str) -> list[tuple[Outcomes, Outcomes]]:
    """Return (without, with) of each replication that is finished for both."""
    done = batch.outcomes
    numbers = sorted({job.replication for job in done})
    both = (number for number in numbers if Job(plan, number) in done and Job(WITHOUT, number) in done)
    return [(done[Job(WITHOUT, number)], done[Job(plan, number)]) for number in both]
