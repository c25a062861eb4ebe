"""An experiment from end to end: run the plans' replications, few or as many as a precision takes, and compare them.

Joins runner, precision and comparison; must not know a command line, a window or a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from planner.experiments.comparison import Comparison, Samples, compare, measured
from planner.experiments.executors import BackendFault
from planner.experiments.faults import ExperimentFault
from planner.experiments.keys import engine
from planner.experiments.precision import Precision, Stop, run_until
from planner.experiments.runner import Batch, Failure, Job, Progress, Simulate, paired, run_jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.experiments.executors import Backend
    from planner.run_store import RunStore
    from simulation import Study


class Finished(NamedTuple):
    """What came of an experiment.

    Attributes:
        comparison: of the replications that are finished for every plan; None if there is none.
        failures: jobs that raised; their replications are left out of the comparison.
        simulated: how many jobs were simulated now.
        stored: how many were in the store already.
        interrupted: stopped before all was done; what was finished is in the store.
        precision: how the search for precision ended; None if a number of replications was given.
    """

    comparison: Comparison | None
    failures: tuple[Failure, ...]
    simulated: int
    stored: int
    interrupted: bool
    precision: Stop | None


def run_experiment(
    study: Study,
    backend: Backend,
    store: RunStore,
    *,
    plans: Sequence[str] | None = None,
    baseline: str | None = None,
    replications: int | Precision | None = None,
    confidence: float | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    simulate: Simulate | None = None,
) -> Finished:
    """Compare plans of a study; what is not given is as the study's ``experiment`` says.

    Args:
        study: a study without faults.
        backend: where to simulate.
        store: finished replications are taken from it and put into it.
        plans: which to compare (default all); the baseline is always among them.
        baseline: the plan that the others are compared with.
        replications: how many, or the precision to be reached.
        confidence: of intervals and verdicts.
        on_progress: told after each job; under a ``Precision`` the total grows as more turn out to be needed.
        stop: asked now and then; once true the experiment ends with what is finished. So does Ctrl-C.
        simulate: default ``simulation.simulate``.

    Raises:
        ExperimentFault: a plan that the study does not have, or fewer than one replication.
        BackendFault: a cluster whose workers run another Footfall than this process.
    """
    asked = study.experiment.replications if replications is None else replications
    first = baseline or study.experiment.baseline
    sure = confidence or study.experiment.confidence
    work = _Work(study, backend, store, chosen_plans(study, plans, first), on_progress, stop, simulate)
    _check_workers(backend)
    if isinstance(asked, Precision):
        return work.finished(first, sure, run_until(asked, work.samples, first, sure))
    if asked < 1:
        raise ExperimentFault(f"{asked} replications are asked for; at least 1 is needed")
    work.run(asked)
    return work.finished(first, sure, None)


def chosen_plans(study: Study, plans: Sequence[str] | None, baseline: str) -> tuple[str, ...]:
    """Return the plans to run in the study's order, the baseline among them.

    Raises:
        ExperimentFault: naming all plans that the study does not have.
    """
    wanted = {*(study.plans if plans is None else plans), baseline}
    missing = ", ".join(map(repr, sorted(wanted - set(study.plans))))
    if missing:
        raise ExperimentFault(f"no plan {missing}; the study has {', '.join(map(repr, study.plans))}")
    return tuple(plan for plan in study.plans if plan in wanted)


@dataclass
class _Work:
    """The jobs of one experiment: more can be asked for at any time, and what was done is not done again."""

    study: Study
    backend: Backend
    store: RunStore
    plans: tuple[str, ...]
    on_progress: Callable[[Progress], None] | None
    stop: Callable[[], bool] | None
    simulate: Simulate | None
    simulated: int = 0
    batch: Batch = field(default_factory=lambda: Batch({}, (), 0, interrupted=False))

    def run(self, replications: int) -> None:
        """Make sure of the first ``replications`` of every plan, one replication of all plans after the other."""
        self.batch = run_jobs(
            self.study,
            [Job(plan, number) for number in range(replications) for plan in self.plans],
            self.backend,
            self.store,
            on_progress=self.on_progress,
            stop=self.stop,
            simulate=self.simulate,
        )
        self.simulated += len(self.batch.outcomes) - self.batch.stored

    def samples(self, replications: int) -> dict[str, Samples]:
        """Return plan -> outcome -> values of the first ``replications``, or of those there are."""
        self.run(replications)
        return {plan: measured(runs) for plan, runs in paired(self.batch, self.plans)[0].items()}

    def finished(self, baseline: str, confidence: float, precision: Stop | None) -> Finished:
        """Compare what is done for every plan."""
        batch, stored = self.batch, len(self.batch.outcomes) - self.simulated
        comparison = self._compare(baseline, confidence, [precision.note] if precision else [])
        return Finished(comparison, batch.failures, self.simulated, stored, batch.interrupted, precision)

    def _compare(self, baseline: str, confidence: float, notes: Sequence[str]) -> Comparison | None:
        runs, numbers = paired(self.batch, self.plans)
        if not numbers:
            return None
        experiment = self.study.experiment
        return compare(
            self.study.store.name,
            runs,
            baseline,
            confidence,
            seed=experiment.seed,
            visitors=experiment.visitors,
            replication_numbers=numbers,
            notes=(*notes, *self._left_out(len(numbers)), *self.store.notes),
        )

    def _left_out(self, complete: int) -> list[str]:
        """Say which replications are not in the comparison, and why."""
        said = [
            f"{job.plan} failed in replication {job.replication}, which is left out ({reason})."
            for job, reason, _ in self.batch.failures
        ]
        if self.batch.interrupted:
            said.append(f"Stopped early: {complete} replications are finished for every plan.")
        return said


def _check_workers(backend: Backend) -> None:
    """Refuse workers whose code is not ours: their outcomes would be stored as if they were."""
    strangers = [address for address, theirs in backend.ask(engine).items() if theirs != engine()]
    if strangers:
        raise BackendFault(
            f"workers {', '.join(strangers)} run another Footfall, NumPy or processor than this computer; "
            "their outcomes would not be the same to the last digit"
        )
