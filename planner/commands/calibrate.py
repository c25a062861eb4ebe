"""The verb ``calibrate``: a shop's log in, a commented study out, with observed beside simulated and what to trust."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from planner import wording
from planner.calibration.calibrate import Calibrated, calibrate
from planner.calibration.calibrated_study import Origin
from planner.calibration.readers import read_orders
from planner.calibration.told import (
    FITTED_COLUMNS,
    MARGIN_COLUMNS,
    SAME_AGES,
    fitted,
    fitted_rows,
    forecast,
    margin_row,
    untold,
)
from planner.commands.faults import InputFault
from planner.commands.output import print_json, progress, remark, table
from planner.experiments.runner import Progress
from planner.study_file import find_study, open_study, parse_study, save_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.calibration.margins import Margin
    from planner.calibration.order_log import OrderLog

KINDS = ("orders",)
FEWEST_VISITORS = 1000


class Options(NamedTuple):
    """What the command line asked for; None means: as is fit."""

    kind: str
    columns: Sequence[str] = ()
    date_format: str | None = None
    start_from: str = "fashion"
    visitors: int | None = None
    replications: int = 6


def run(log: Path, out: Path, options: Options, *, json: bool) -> None:
    """Calibrate, write the study once everything has succeeded, and print.

    Raises:
        InputFault, LogFault, FitFault, StudyFault: bad input, in plain words; nothing is written then.
    """
    if options.kind not in KINDS:
        raise InputFault(f"--kind {options.kind!r}: only {' and '.join(map(repr, KINDS))} can be read so far")
    if options.visitors is not None and options.visitors < FEWEST_VISITORS:
        raise InputFault(f"--visitors {options.visitors}: at least {FEWEST_VISITORS:,} are needed")
    columns = _columns(options.columns)
    path = find_study(options.start_from)
    start = open_study(path)
    _check_out(out, log, path)
    remark(*start.notes)
    orders = read_orders(log, columns, options.date_format)
    origin = Origin(start, Path(options.start_from).name, wording.plain(log.name))
    with progress("calibrating") as told:
        found = calibrate(origin, orders, options.replications, options.visitors, _timed(told))
    save_text(out, found.text)
    if json:
        print_json(document(orders, found))
        remark(f"study: {out}")
    else:
        show(orders, found, currency=parse_study(found.text).study.store.currency)
        print(f"\nStudy written to {out}; next: footfall compare {out}")


def _columns(given: Sequence[str]) -> dict[str, str]:
    """Return role -> column name."""
    columns: dict[str, str] = {}
    for text in given:
        role, sign, name = (part.strip() for part in text.partition("="))
        if not (role and sign and name):
            raise InputFault(f"--column {text!r}: write role=NAME, such as amount=total_paid")
        if columns.setdefault(role, name) != name:
            raise InputFault(f"--column {text!r}: {role} is already {columns[role]!r}; name each role once")
    return columns


def _check_out(out: Path, log: Path, start: Path) -> None:
    """Refuse early what could not be written, or would destroy what is read."""
    if out.is_dir():
        raise InputFault(f"--out {out}: this is a folder; name the study file to write, such as {out / 'shop.toml'}")
    for what, path in (("the log", log), ("the study it starts from", start)):
        if out.resolve() == path.resolve():
            raise InputFault(f"--out {out}: would overwrite {what}; name another file")
    folder = next(parent for parent in out.absolute().parents if parent.exists())
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        raise InputFault(f"--out {out}: {folder} cannot be written to")


def _timed(told: Callable[[Progress], None]) -> Callable[[int, int], None]:
    """Return a listener that adds the time left to what is done."""
    begun = time.monotonic()

    def heard(done: int, total: int) -> None:
        told(Progress(done, total, (time.monotonic() - begun) / done * (total - done)))

    return heard


# what is printed ---------------------------------------------------------------------------------------------------
def document(log: OrderLog, found: Calibrated) -> dict[str, Any]:
    """Return what ``calibrate --json`` prints."""
    return {
        "rows": log.rows,
        "kept": log.kept,
        "set_aside": log.set_aside,
        "notes": [*log.notes, *found.notes],
        "fitted": {name: estimate._asdict() for name, estimate in fitted(found).items()},
        "margins": [_plain(margin) for margin in found.margins],
        "hold_out": found.fit.hold_out and {**found.fit.hold_out._asdict(), "error": found.fit.hold_out.error},
        "visitors": found.visitors,
    }


def _plain(margin: Margin) -> dict[str, Any]:
    observed = margin.observed
    return {
        "outcome": margin.outcome,
        "observed": observed and observed.value,
        "low": observed and observed.low,
        "high": observed and observed.high,
        "simulated": margin.simulated.value,
        "simulated_low": margin.simulated.low,
        "simulated_high": margin.simulated.high,
        "verdict": margin.verdict,
    }


def show(log: OrderLog, found: Calibrated, currency: str) -> None:
    """Print what was read, what was fitted, and what can be trusted."""
    _show_log(log, found)
    table(FITTED_COLUMNS, fitted_rows(found))
    told = [margin for margin in found.margins if margin.observed is not None]
    title = "The log beside the simulated store, with 95 % intervals"
    table(MARGIN_COLUMNS, [margin_row(margin, currency) for margin in told], title)
    print(f"{SAME_AGES}\n")
    if found.fit.hold_out is not None:
        print(forecast(found.fit.hold_out))
    for sentence in untold(found.margins, currency):
        print(sentence)


def _show_log(log: OrderLog, found: Calibrated) -> None:
    print(
        f"{log.rows:,} rows, {log.kept:,} kept: {len(log.orders):,} orders of {len(log.customers):,} customers, "
        f"{log.first_date} to {log.last_date}"
    )
    for reason, count in log.set_aside.items():
        print(f"  set aside: {reason}: {count:,}")
    for note in (*log.notes, *found.notes):
        print(f"  {note}")
    print()
