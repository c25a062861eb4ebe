"""The verb ``compare``: plans on the same shoppers, outcomes with interval and verdict, charts and report."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple

from planner import wording
from planner.commands.faults import InputFault
from planner.commands.output import print_json, progress, remark, table
from planner.experiments.comparison import to_json
from planner.experiments.executors import open_backend
from planner.experiments.experiment import chosen_plans, run_experiment
from planner.experiments.keys import first_keys
from planner.experiments.precision import Precision
from planner.run_store import RunStore, store_path
from planner.study_file import find_study, open_study, override, shipped_studies
from planner.user_folders import HISTORY, data_folder
from simulation import METRICS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.experiments.comparison import Comparison, PlanResult
    from planner.experiments.experiment import Finished
    from planner.study_file import Opened
    from simulation import Study

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
    history: bool = True


def run(name: str, options: Options, *, json: bool) -> None:
    """Compare, print, and export if a folder is given.

    Raises:
        StudyFault, ExperimentFault, InputFault, BackendFault: bad input, in plain words.
        KeyboardInterrupt: after keeping and showing what was finished.
    """
    path = find_study(name)
    opened = open_study(path)
    experiment = {"visitors": options.visitors, "replications": options.replications, "seed": options.seed}
    study = override(opened.study, **experiment, baseline=options.baseline)
    plans = chosen_plans(study, options.plans or None, study.experiment.baseline)
    precision = _precision(options)
    remark(*opened.notes)
    with RunStore(_store_for(path, options.out)) as store, open_backend(options.jobs, options.cluster) as backend:
        with progress("simulating") as told:
            finished = run_experiment(study, backend, store, plans=plans, replications=precision, on_progress=told)
        remark(*store.notes)
    if options.history and finished.comparison is not None and not finished.interrupted:
        _keep(finished.comparison, path, opened, study)
    _report(finished, options.out, json=json)


def _keep(comparison: Comparison, path: Path, opened: Opened, study: Study) -> None:
    """Put a comparison into the app's history with the study as it was run; a hindrance is only remarked."""
    from planner.keeping import keep_comparison

    try:
        history, own = data_folder() / HISTORY, _as_run(tomllib.loads(opened.text), opened.study, study)
        remark(*keep_comparison(history, comparison, first_keys(study), opened.text, own, str(path.absolute())))
    except (RuntimeError, ValueError) as error:
        remark(f"The comparison could not be kept in the history: {error}")


def _as_run(own: dict[str, Any], opened: Study, study: Study) -> dict[str, Any]:
    """Return the study's content with what the command line set otherwise."""
    before, now = opened.experiment.model_dump(), study.experiment.model_dump()
    told = {name: value for name, value in now.items() if value != before[name]}
    return {**own, "experiment": {**own.get("experiment", {}), **told}} if told else own


def _report(finished: Finished, out: Path | None, *, json: bool) -> None:
    for failure in finished.failures:
        remark(f"{failure.job.plan}, replication {failure.job.replication} failed: {failure.reason}")
    comparison = finished.comparison
    if comparison is None:
        if finished.interrupted:
            raise KeyboardInterrupt
        raise InputFault("no replication could be finished for every plan; the failures stand above")
    if out is not None:
        _export(comparison, out)
    if json:
        print_json(to_json(comparison))
    else:
        show(comparison)
    if finished.interrupted:
        raise KeyboardInterrupt


def _export(comparison: Comparison, out: Path) -> None:
    """Export before anything is printed: a reader who closes the pipe early still gets the files."""
    from planner.export import export_comparison

    files = export_comparison(comparison, out)
    remark(f"{len(files)} files in {out}: charts, tables and report.html")


def _store_for(path: Path, out: Path | None) -> Path:
    """Return where replications are kept: beside the study; with the results for a study that came with Footfall."""
    shipped = [known.resolve() for known in shipped_studies().values()]
    if out is None or path.resolve() not in shipped:
        return store_path(path)
    out.mkdir(parents=True, exist_ok=True)
    return store_path(out / path.name)


def _precision(options: Options) -> Precision | None:
    if options.precision is None:
        return None
    if options.replications is not None:
        raise InputFault("--precision and --replications: give one of them; precision decides the number itself")
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
    return mean if difference is None else f"{mean}\n{wording.lift(difference, id_, comparison.currency)}"
