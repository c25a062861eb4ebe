"""The verb ``trial``: what a test inside the store measures, beside the true lift that only the simulation knows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from planner import wording
from planner.commands.faults import InputFault
from planner.commands.output import print_json, progress, remark, table
from planner.experiments.executors import open_backend
from planner.experiments.twins import Told, Trial, document, run_trials, trial_runners
from planner.run_store import RunStore, store_path
from planner.study_file import find_study, open_study, override
from planner.trials import POWER, QUESTIONS

if TYPE_CHECKING:
    from simulation import Study

ALARM = 0.001
"""Below this p-value the arms' sizes are no accident."""


class Options(NamedTuple):
    """What the command line asked for; None means: as the study says."""

    visitors: int | None = None
    replications: int | None = None
    seed: int | None = None
    jobs: int | None = None
    cluster: str | None = None


def run(name: str, plan: str, options: Options, *, json: bool) -> None:
    """Run the plan and its twins, analyse, and print.

    Raises:
        StudyFault, ExperimentFault, InputFault, BackendFault: bad input, in plain words.
        KeyboardInterrupt: after keeping and showing what was finished.
    """
    path = find_study(name)
    opened = open_study(path)
    experiment = {"visitors": options.visitors, "replications": options.replications, "seed": options.seed}
    study = override(opened.study, **experiment)
    trial_runners(study, plan)
    remark(*opened.notes)
    with RunStore(store_path(path)) as store, open_backend(options.jobs, options.cluster) as backend:
        with progress("simulating") as told:
            found = run_trials(study, plan, backend, store, study.experiment.replications, on_progress=told)
        remark(*store.notes)
    for failure in found.failures:
        remark(f"{failure.job.plan}, replication {failure.job.replication} failed: {failure.reason}")
    if found.replications and json:
        print_json(document(found, study, plan))
    elif found.replications:
        for test in found.tests:
            show(test, study, found.replications)
    if found.interrupted:
        raise KeyboardInterrupt
    if not found.replications:
        raise InputFault("no replication could be finished; the failures stand above")


def show(test: Trial, study: Study, replications: int) -> None:
    """Print the test's table and what it means."""
    confidence, currency, minor = study.experiment.confidence, study.store.currency, study.store.minor_units
    rows = [_row(id_, told, currency, minor) for id_, told in test.outcomes.items()]
    title = (
        f"{test.strategy} of {test.of}: {test.control:,} shoppers in the control arm, {test.treated:,} treated, in "
        f"{replications} replications; {confidence:.0%} intervals"
    )
    head = ("outcome", "control", "treated", "the test says", "p", "the truth is", "held", "single tests", "sample")
    table(head, rows, title)
    print(_ratio(test))
    print(
        f"Held: whether the test's interval holds the truth; single tests: in how many of the {replications} "
        f"replications, each a test of its own, it does ({confidence:.0%} should)."
    )
    print(_sample(test))


def _row(id_: str, told: Told, currency: str, minor: int) -> tuple[str, ...]:
    question, reading = QUESTIONS[id_], told.reading
    held = {None: wording.UNDEFINED, True: "yes", False: "no"}[told.covers]
    return (
        question.title,
        *(_value(id_, value, currency, minor) for value in (reading.control, reading.treated)),
        wording.relative(*reading.lift),
        wording.number(reading.p_value, 3),
        wording.relative(*told.truth),
        held,
        f"{told.covering} of {told.single}" if told.single else wording.UNDEFINED,
        wording.count(told.needed),
    )


def _value(id_: str, value: float, currency: str, minor: int) -> str:
    if QUESTIONS[id_].money:
        return wording.money(value / minor, currency)
    return wording.number(value, 4)


def _ratio(test: Trial) -> str:
    expected = f"{test.share:.0%} of the shoppers"
    if math.isnan(test.ratio_p):
        return f"Arms: the lots treat {expected}; the split cannot be checked."
    if test.ratio_p < ALARM:
        return (
            f"Arms: the lots treat {expected}, but the arms' sizes do not fit (p = {test.ratio_p:.2g}): the strategy "
            "changes who comes in the period, so that the arms hold different people and averages per visitor mislead."
        )
    return f"Arms: the lots treat {expected}, and the arms' sizes fit that (p = {test.ratio_p:.2f})."


def _sample(test: Trial) -> str:
    """Return what the last column means, beside what the whole store has."""
    words = f"Sample: shoppers in both arms that tell the true lift from none {POWER:.0%} of the time"
    if all(math.isnan(told.needed) for told in test.outcomes.values()):
        words = "Sample: none is large enough, since even the twins cannot tell the true lifts from none"
    return f"{words}. The whole store has {wording.count(test.store_shoppers)} in the period.\n"
