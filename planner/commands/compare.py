"""The verb ``compare``: plans on the same shoppers, outcomes with interval and verdict, charts and report."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from planner import wording
from planner.commands.faults import InputFault
from planner.commands.output import print_json, progress, remark, table
from planner.experiments.comparison import Comparison, compare, measured, to_json
from planner.experiments.executors import Backend, open_backend
from planner.experiments.precision import Precision, run_until
from planner.experiments.runner import Batch, Job, paired, run_jobs
from planner.run_store import RunStore, store_path
from planner.study_file import find_study, open_study, override, shipped_studies
from simulation import METRICS, Study

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.experiments.comparison import Difference, PlanResult
    from planner.experiments.precision import Samples
    from simulation import Outcomes

SHOWN = (
    *(
        "session_conversion",
        "visitor_conversion",
        "aov",
        "ltv",
        "repeat_rate",
        "revenue_per_visitor",
        "revenue",
        "margin",
    ),
    *("strategy_cost", "personalization_roi", "bounce_rate", "cart_abandonment", "satisfaction", "unsubscribe_rate"),
)
"""Outcomes in the table on the terminal; all of them are in the JSON document and the exported tables."""


class Options(NamedTuple):
    """What the command line asked for; None and () mean: as the study says."""

    plans: Sequence[str] = ()
    baseline: str | None = None
    visitors: int | None = None
    replications: int | None = None
    precision: float | None = None
    of: Sequence[str] = ()
    seed: int | None = None
    jobs: int | None = None
    cluster: str | None = None
    out: Path | None = None


def run(name: str, options: Options, *, json: bool) -> None:
    """Compare, print, and export if a folder is given.

    Raises:
        StudyFault, InputFault, BackendFault: bad input, in plain words. KeyboardInterrupt: after keeping what is done.
    """
    path = find_study(name)
    opened = open_study(path)
    study = override(
        opened.study,
        visitors=options.visitors,
        replications=options.replications,
        seed=options.seed,
        baseline=options.baseline,
    )
    remark(*opened.notes)
    with RunStore(_store_for(path, options.out)) as store, open_backend(options.jobs, options.cluster) as backend:
        comparison = Comparing(study, options, backend, store).compare()
        remark(*store.notes)
    if json:
        print_json(to_json(comparison))
    else:
        show(comparison)
    if options.out is not None:
        from planner.export import export_comparison

        files = export_comparison(comparison, options.out)
        print_or_remark = remark if json else print
        print_or_remark(f"{len(files)} files in {options.out}: charts, tables and report.html")


def _store_for(path: Path, out: Path | None) -> Path:
    """Return where replications are kept: beside the study; with the results for a study that came with Footfall."""
    return store_path(path if out is None or path.resolve() not in _shipped() else out / path.name)


def _shipped() -> list[Path]:
    return [path.resolve() for path in shipped_studies().values()]


class Comparing:
    """Runs the replications that a comparison needs, fixed in number or until precise enough."""

    def __init__(self, study: Study, options: Options, backend: Backend, store: RunStore) -> None:
        """Check which plans are to be compared.

        Raises:
            InputFault: for plans that the study lacks, or a precision that makes no sense.
        """
        self.study, self.backend, self.store = study, backend, store
        self.baseline = study.experiment.baseline
        self.plans = _plans(study, options)
        self.precision = _precision(options)
        self.batch: Batch | None = None

    def compare(self) -> Comparison:
        """Run what is missing and compare."""
        experiment, notes = self.study.experiment, []
        if self.precision is None:
            self._run(experiment.replications)
        else:
            stop = run_until(self.precision, self._sample, self.baseline, experiment.confidence)
            notes.append(stop.note)
        runs, numbers = self._finished()
        return compare(
            self.study.store.name,
            runs,
            self.baseline,
            experiment.confidence,
            seed=experiment.seed,
            visitors=experiment.visitors,
            replication_numbers=numbers,
            notes=notes,
        )

    def _finished(self) -> tuple[dict[str, list[Outcomes]], tuple[int, ...]]:
        assert self.batch is not None
        runs, numbers = paired(self.batch, self.plans)
        if not numbers:
            reasons = "; ".join(
                f"{f.job.plan}, replication {f.job.replication}: {f.reason}" for f in self.batch.failures
            )
            raise InputFault(f"no replication could be finished: {reasons}")
        return runs, numbers

    def _run(self, replications: int) -> None:
        jobs = [Job(plan, number) for number in range(replications) for plan in self.plans]
        with progress("simulating") as told:
            self.batch = run_jobs(self.study, jobs, self.backend, self.store, on_progress=told)
        for failure in self.batch.failures:
            remark(f"{failure.job.plan}, replication {failure.job.replication} failed: {failure.reason}")
        if self.batch.interrupted:
            raise KeyboardInterrupt

    def _sample(self, replications: int) -> Samples:
        self._run(replications)
        runs, _ = self._finished()
        return {plan: measured(outcomes) for plan, outcomes in runs.items()}


def _plans(study: Study, options: Options) -> tuple[str, ...]:
    """Return the plans to compare, the baseline among them, in the study's order."""
    wanted = {*(options.plans or study.plans), study.experiment.baseline}
    lacking = [plan for plan in wanted if plan not in study.plans]
    if lacking:
        raise InputFault(f"no plan {', '.join(map(repr, lacking))}; the study has {', '.join(study.plans)}")
    return tuple(plan for plan in study.plans if plan in wanted)


def _precision(options: Options) -> Precision | None:
    if options.precision is None:
        return None
    try:
        return Precision(options.precision, *((tuple(options.of),) if options.of else ()))
    except ValueError as error:
        raise InputFault(f"--precision: {error}") from error


def show(comparison: Comparison) -> None:
    """Print the outcomes by plan, each with its lift over the baseline, interval and verdict."""
    head = ["outcome", *(plan.name for plan in comparison.plans)]
    rows = [[METRICS[id_].title, *(_cell(plan, id_, comparison) for plan in comparison.plans)] for id_ in SHOWN]
    title = (
        f"{comparison.study_name}: {comparison.replications} replications of {comparison.visitors:,} visitors, same "
        f"shoppers in every plan; lift over {comparison.baseline} with {comparison.confidence:.0%} interval"
    )
    table(head, rows, title)
    for note in comparison.notes:
        print(note)


def _cell(plan: PlanResult, id_: str, comparison: Comparison) -> str:
    mean = wording.value(plan.estimates[id_].mean, METRICS[id_].unit, comparison.currency)
    difference = plan.differences.get(id_)
    return mean if difference is None else f"{mean}\n{_lift(difference, id_, comparison.currency)}"


def _lift(difference: Difference, id_: str, currency: str) -> str:
    """Return a lift such as ``+3.1 % (2.2 to 4.0) better``."""
    size, interval = wording.change(difference, id_, currency)
    if wording.is_same(difference):
        return size
    return f"{size} ({interval}) {difference.verdict}" if interval else f"{size} {difference.verdict}"
