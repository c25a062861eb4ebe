"""The verb ``run``: one replication of one plan, its outcomes, flows and accounts, and if wished every event."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from planner import wording
from planner.commands.faults import InputFault
from planner.commands.output import print_json, remark, table
from planner.study_file import find_study, open_study, override
from simulation import METRICS, Journal, Outcomes, Study, Trace, measure, residual_value, simulate, visitor_value

if TYPE_CHECKING:
    from pathlib import Path


class Watcher:
    """Watches a run: keeps the journal, says nothing."""

    def __init__(self, journal: Journal | None) -> None:
        """Watch with a journal or without."""
        self.journal = journal
        self.trace: Trace | None = None

    def progress(self, done: float) -> None:
        """Let the run go on."""


def run(name: str, plan: str, replication: int, journal: Path | None, *, json: bool, **experiment: Any) -> None:
    """Simulate and print.

    Raises:
        StudyFault: for a faulty study. InputFault: for an unknown plan.
    """
    opened = open_study(find_study(name))
    study = override(opened.study, **experiment)
    if plan not in study.plans:
        raise InputFault(f"--plan {plan!r}: the study has {', '.join(study.plans)}")
    remark(*opened.notes)
    log = Journal() if journal else None
    begun = time.perf_counter()
    outcomes = simulate(study, plan, replication, Watcher(log))
    seconds = time.perf_counter() - begun
    if journal and log:
        _write(journal, log, study, plan)
    remark(*outcomes.facts.notes)
    if json:
        print_json(document(outcomes, seconds))
    else:
        _show(outcomes, seconds)


def document(outcomes: Outcomes, seconds: float) -> dict[str, Any]:
    """Return what ``run --json`` prints."""
    edges, accounts = outcomes.tables["edges"], outcomes.tables["accounts"]
    pairs = [label.split(">", 1) for label in edges.axes[0][1]]
    return {
        "plan": outcomes.facts.plan,
        "shoppers": outcomes.total("shoppers"),
        "seconds": seconds,
        "outcomes": measure(outcomes),
        "funnel": [{"from": a, "to": b, "count": int(n)} for (a, b), n in zip(pairs, edges.values, strict=True)],
        "accounts": {
            owner: {
                account: accounts.at(owner, account) / outcomes.facts.minor_units for account in accounts.axes[1][1]
            }
            for owner in accounts.axes[0][1]
        },
    }


def _show(outcomes: Outcomes, seconds: float) -> None:
    facts, values = outcomes.facts, measure(outcomes)
    rows = [
        (METRICS[id_].title, wording.value(value, METRICS[id_].unit, facts.currency), METRICS[id_].meaning)
        for id_, value in values.items()
    ]
    title = f"{facts.plan}: {outcomes.total('shoppers'):,} shoppers in {seconds:.1f} s"
    table(("outcome", "value", "what it is"), rows, title)
    beyond = wording.money(residual_value(outcomes), facts.currency)
    visitor = wording.money(visitor_value(outcomes), facts.currency)
    print(f"A new visitor is worth {visitor} within {facts.ltv_days:.0f} days of the first visit.")
    print(f"Beyond the time observed a new customer is expected to be worth another {beyond} (discounted).")
    print(f"Counts and money are scaled to the whole store; {facts.share:.2%} of its traffic was simulated.")


def _write(path: Path, journal: Journal, study: Study, plan: str) -> None:
    """Write the journal as Parquet, with names instead of numbers, atomically."""
    from planner.files import write_atomically
    from planner.journal_file import journal_bytes

    write_atomically(path, journal_bytes(journal, study, plan))
    remark(f"journal: {path}")
