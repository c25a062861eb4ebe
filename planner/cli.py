"""The command line: verbs and options only; what a verb does is in planner/commands, imported when it is called.

Results go to stdout, progress and faults to stderr. Exit 0 done, 1 the answer is "no", 2 bad input with every fault
named, 130 interrupted with what was finished kept. Must stay quick to start: nothing heavy is imported here.
"""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - typer reads annotations at run time
from typing import Annotated, Any

import typer

app = typer.Typer(
    name="footfall",
    help="Simulate an online store shopper by shopper and compare personalization plans, with honest intervals.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

INTERRUPTED = 130

StudyArgument = Annotated[str, typer.Argument(metavar="STUDY", help="A study file, or the name of a shipped study.")]
Json = Annotated[bool, typer.Option("--json", help="Print exactly one JSON document.")]
Visitors = Annotated[int | None, typer.Option(help="New shoppers to simulate in the horizon.")]
Seed = Annotated[int | None, typer.Option(help="Seed of all luck.")]
Jobs = Annotated[int | None, typer.Option(help="Worker processes. Default: one per core.")]
Cluster = Annotated[str | None, typer.Option(help="Address of a Dask scheduler, tcp://host:port.")]


@app.command()
def compare(
    study: StudyArgument,
    plan: Annotated[list[str] | None, typer.Option(help="Plan to compare; may be repeated. Default: all.")] = None,
    baseline: Annotated[str | None, typer.Option(help="Plan that the others are compared with.")] = None,
    visitors: Visitors = None,
    replications: Annotated[int | None, typer.Option(help="Replications per plan.")] = None,
    precision: Annotated[
        float | None, typer.Option(help="Replicate until relative lifts are known to +- this.")
    ] = None,
    of: Annotated[list[str] | None, typer.Option(help="Outcome that --precision is about; may be repeated.")] = None,
    seed: Seed = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    out: Annotated[Path | None, typer.Option(help="Folder for charts, tables and the report.")] = None,
    history: Annotated[
        bool, typer.Option("--history/--no-history", help="Keep it in the desktop app's History.")
    ] = True,
    json: Json = False,
) -> None:
    """Run plans on the same shoppers and compare what each does to every outcome."""
    from planner.commands import compare as command

    asked = command.Options(
        plan or (), baseline, visitors, replications, precision, of or (), seed, jobs, cluster, out, history
    )
    command.run(study, asked, json=json)


@app.command()
def ladder(
    study: StudyArgument,
    plan: Annotated[list[str] | None, typer.Option(help="Next step; may be repeated. Default: all plans.")] = None,
    visitors: Visitors = None,
    replications: Annotated[int | None, typer.Option(help="Replications per plan.")] = None,
    seed: Seed = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    json: Json = False,
) -> None:
    """Compare each plan with the one before it: what each step is worth, and whether it pays."""
    from planner.commands import ladder as command

    command.run(study, command.Options(plan or (), visitors, replications, seed, jobs, cluster), json=json)


@app.command()
def trial(
    study: StudyArgument,
    plan: Annotated[str, typer.Option(help="Plan that runs tests inside the store (ab_test, hold_out).")],
    visitors: Visitors = None,
    replications: Annotated[int | None, typer.Option(min=1, help="Replications of the store.")] = None,
    seed: Seed = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    json: Json = False,
) -> None:
    """Show what a test inside the store measures beside the true lift, which only the simulation knows."""
    from planner.commands import trial as command

    command.run(study, plan, command.Options(visitors, replications, seed, jobs, cluster), json=json)


@app.command()
def run(
    study: StudyArgument,
    plan: Annotated[str, typer.Option(help="Plan to simulate.")],
    visitors: Visitors = None,
    days: Annotated[float | None, typer.Option(help="Length of the measured horizon in days.")] = None,
    seed: Seed = None,
    replication: Annotated[int, typer.Option(min=0, help="Number of the replication.")] = 0,
    journal: Annotated[
        Path | None, typer.Option(help="Write every event of every shopper to this Parquet file.")
    ] = None,
    json: Json = False,
) -> None:
    """Simulate one replication of one plan."""
    from planner.commands import run as command

    command.run(study, plan, replication, journal, json=json, visitors=visitors, days=days, seed=seed)


@app.command()
def check(study: StudyArgument) -> None:
    """Tell everything that is wrong with a study."""
    from planner.commands import look as command

    command.check(study)


@app.command()
def funnel(study: StudyArgument, json: Json = False) -> None:
    """Show the funnel and its closed-form conversion at a typical shopper."""
    from planner.commands import look as command

    command.funnel(study, json=json)


@app.command()
def strategies(
    strategy: Annotated[str | None, typer.Argument(metavar="[ID]", help="Explain this strategy.")] = None,
    json: Json = False,
) -> None:
    """List the strategies that are installed, or explain one."""
    from planner.commands import look as command

    command.strategies(strategy, json=json)


@app.command()
def evidence(
    study: Annotated[str, typer.Argument(metavar="[STUDY]", help="The store.")] = "fashion",
    strategy: Annotated[list[str] | None, typer.Option(help="Strategy; may be repeated. Default: all.")] = None,
    visitors: Visitors = None,
    replications: Annotated[int | None, typer.Option(min=1, help="Pairs of runs per strategy.")] = None,
    seed: Seed = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the table in Markdown.")] = False,
    readme: Annotated[Path | None, typer.Option(help="Put the table between the marks of this document.")] = None,
    json: Json = False,
) -> None:
    """Run every strategy alone and show its effect beside what trials have published."""
    from planner.commands import evidence as command

    asked = command.Options(strategy or (), visitors, replications, seed, jobs, cluster, markdown, readme)
    command.run(study, asked, json=json)


@app.command()
def calibrate(
    log: Annotated[Path, typer.Argument(metavar="LOG", help="The shop's log: CSV, CSV.gz or Parquet.")],
    kind: Annotated[str, typer.Option(help="What the log holds: orders.")],
    out: Annotated[Path, typer.Option(help="Study file to write.")],
    column: Annotated[list[str] | None, typer.Option(help="role=name, where a column is not recognised.")] = None,
    date_format: Annotated[str | None, typer.Option(help="Format of the dates, such as %d/%m/%Y.")] = None,
    start_from: Annotated[
        str, typer.Option("--from", help="Study that supplies what the log cannot tell.")
    ] = "fashion",
    visitors: Visitors = None,
    replications: Annotated[int, typer.Option(min=2, help="Replications of the check at the end.")] = 6,
    json: Json = False,
) -> None:
    """Fit a study to a shop's own log, then show observed beside simulated."""
    from planner.commands import calibrate as command

    fit = command.Options(kind, tuple(column or ()), date_format, start_from, visitors, replications)
    command.run(log, out, fit, json=json)


@app.command()
def gui(
    study: Annotated[str | None, typer.Argument(metavar="[STUDY]", help="A study to open.")] = None,
) -> None:
    """Open the desktop app."""
    from planner.commands import gui as command

    raise typer.Exit(command.run(study))


def main() -> None:
    """Run the command line; turn bad input into plain words and exit 2, an interruption into exit 130."""
    from multiprocessing import freeze_support

    freeze_support()
    try:
        app(standalone_mode=True)
    except SystemExit as end:  # typer turns Ctrl-C into a silent exit
        if end.code == INTERRUPTED:
            _leave("interrupted; a comparison keeps its finished replications", INTERRUPTED)
        raise
    except Exception as error:
        _explain(error)


def _explain(error: Exception) -> None:
    """Turn the errors that bad input raises into exit 2; let true bugs show themselves."""
    known = _input_errors()
    if not isinstance(error, known):
        raise error
    _leave(str(error), 2)


def _input_errors() -> tuple[type[Exception], ...]:
    from planner.calibration.faults import FitFault, LogFault
    from planner.commands.faults import InputFault
    from planner.experiments.executors import BackendFault
    from planner.experiments.faults import ExperimentFault
    from planner.study_file import StudyFault

    return (StudyFault, ExperimentFault, LogFault, FitFault, InputFault, BackendFault, OSError)


def _leave(message: Any, code: int) -> None:  # noqa: ANN401 - anything printable
    print(f"footfall: {message}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
