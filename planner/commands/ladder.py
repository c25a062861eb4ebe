"""The verb ``ladder``: plans in order, what each step adds to the one before, and whether that pays."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from planner import wording
from planner.commands.faults import InputFault
from planner.commands.output import print_json, progress, remark, table
from planner.experiments.executors import open_backend
from planner.experiments.experiment import run_experiment
from planner.experiments.ladder import WORTH, Ladder, Step, climb, document, rungs
from planner.run_store import RunStore, store_path
from planner.study_file import find_study, open_study, override
from simulation import METRICS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.experiments.experiment import Finished


class Options(NamedTuple):
    """What the command line asked for; None and () mean: as the study says."""

    plans: Sequence[str] = ()
    visitors: int | None = None
    replications: int | None = None
    seed: int | None = None
    jobs: int | None = None
    cluster: str | None = None


def run(name: str, options: Options, *, json: bool) -> None:
    """Run what is not yet stored, climb, and print.

    Raises:
        StudyFault, ExperimentFault, InputFault, BackendFault: bad input, in plain words.
        KeyboardInterrupt: after keeping and showing what was finished.
    """
    path = find_study(name)
    opened = open_study(path)
    experiment = {"visitors": options.visitors, "replications": options.replications, "seed": options.seed}
    study = override(opened.study, **experiment)
    plans = rungs(study, options.plans)
    remark(*opened.notes)
    with RunStore(store_path(path)) as store, open_backend(options.jobs, options.cluster) as backend:
        with progress("simulating") as told:
            finished = run_experiment(study, backend, store, plans=plans, baseline=plans[0], on_progress=told)
        remark(*store.notes)
    _report(finished, plans, json=json)


def _report(finished: Finished, plans: Sequence[str], *, json: bool) -> None:
    for failure in finished.failures:
        remark(f"{failure.job.plan}, replication {failure.job.replication} failed: {failure.reason}")
    if finished.comparison is not None:
        ladder = climb(finished.comparison, plans)
        if json:
            print_json(document(ladder))
        else:
            show(ladder)
    if finished.interrupted:
        raise KeyboardInterrupt
    if finished.comparison is None:
        raise InputFault("no replication could be finished for every plan; the failures stand above")


def show(ladder: Ladder) -> None:
    """Print a table with a column per step."""
    whole = ladder.whole
    head = ("outcome", *(step.result.name for step in ladder.steps))
    rows = [(METRICS[id_].title, *(_cell(step, id_, whole.currency) for step in ladder.steps)) for id_ in WORTH]
    rows.append(("Return per cost added", *(_roi(step) for step in ladder.steps)))
    title = (
        f"{whole.study_name}: {whole.replications} replications of {whole.visitors:,} visitors, same shoppers in "
        f"every plan; each step against the one before, with {whole.confidence:.0%} intervals"
    )
    table(head, rows, title)
    print("Contribution margin is profit after every cost, personalization too. A step pays if its return is above 1.")


def _cell(step: Step, id_: str, currency: str) -> str:
    mean = wording.value(step.result.estimates[id_].mean, METRICS[id_].unit, currency)
    difference = step.result.differences.get(id_)
    return mean if difference is None else f"{mean}\n{wording.lift(difference, id_, currency)}"


def _roi(step: Step) -> str:
    if step.roi is None:
        return step.returns if step.before else ""
    within = wording.span(step.roi.low, step.roi.high)
    size = wording.number(step.roi.mean, 2)
    return f"{size} ({within})\n{step.returns}" if within else f"{size}\n{step.returns}"
