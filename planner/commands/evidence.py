"""The verb ``evidence``: every strategy alone beside nothing, its effect beside what trials have published."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from planner.commands.faults import InputFault
from planner.commands.output import print_json, progress, remark, table
from planner.evidence import words
from planner.evidence.findings import Finding, to_json
from planner.evidence.run import REPLICATIONS, VISITORS, find
from planner.experiments.executors import open_backend
from planner.files import write_atomically
from planner.library import chosen_strategies
from planner.run_store import RunStore, store_path
from planner.study_file import find_study, open_study, override
from simulation import library

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulation import Study


class Options(NamedTuple):
    """What the command line asked for; None and () mean: as is fit, and all of them."""

    strategies: Sequence[str] = ()
    visitors: int | None = None
    replications: int | None = None
    seed: int | None = None
    jobs: int | None = None
    cluster: str | None = None
    markdown: bool = False
    readme: Path | None = None


def run(name: str, options: Options, *, json: bool) -> None:
    """Simulate, judge, and print; or put the table into a document.

    Raises:
        StudyFault, ExperimentFault, InputFault, BackendFault: bad input, in plain words.
        KeyboardInterrupt: after keeping what was finished.
    """
    path = find_study(name)
    opened = open_study(path)
    study = override(
        opened.study,
        visitors=VISITORS if options.visitors is None else options.visitors,
        replications=REPLICATIONS if options.replications is None else options.replications,
        seed=options.seed,
    )
    chosen = chosen_strategies(options.strategies)
    if options.readme:
        _document(options.readme)  # so that a missing mark is told before minutes of work
    remark(*library().broken)
    with RunStore(store_path(path)) as store, open_backend(options.jobs, options.cluster) as backend:
        with progress("simulating") as told:
            found = find(study, backend, store, chosen, study.experiment.replications, on_progress=told)
        remark(*store.notes)
    for failure in found.failures:
        remark(f"{failure.job.plan}, replication {failure.job.replication} failed: {failure.reason}")
    if found.interrupted:
        raise KeyboardInterrupt
    if options.readme:
        document = _document(options.readme)  # as it is now: somebody may have written in it meanwhile
        text = words.with_table(document, words.markdown(found.findings, _title(study)))
        remark(f"table of evidence: {write_atomically(options.readme, text.encode('utf-8'))}")
    _print(found.findings, study, markdown=options.markdown, json=json)


def _document(path: Path) -> str:
    """Read the document; without the marks it is no place for a table."""
    text = path.read_text(encoding="utf-8")
    try:
        words.with_table(text, "")
    except ValueError as error:
        raise InputFault(f"--readme {path}: {error}") from error
    return text


def _title(study: Study) -> str:
    experiment = study.experiment
    return words.title(study.store.name, experiment.visitors, experiment.replications, experiment.confidence)


def _print(findings: Sequence[Finding], study: Study, *, markdown: bool, json: bool) -> None:
    if json:
        print_json(to_json(findings))
    elif markdown:
        print(words.markdown(findings, _title(study)), end="")
    else:
        table(words.HEAD, words.rows(findings), _title(study))
        print(words.summary(findings))
