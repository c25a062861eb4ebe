"""The verb ``calibrate``: a shop's log in, a commented study out, with observed beside simulated and what to trust."""

from __future__ import annotations

import math
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from planner import wording
from planner.calibration.calibrate import Calibrated, calibrate
from planner.calibration.calibrated_study import Origin
from planner.calibration.facts import TITLES
from planner.calibration.knobs import useful_knobs
from planner.calibration.readers import read_orders
from planner.commands.faults import InputFault
from planner.commands.output import print_json, progress, remark, table
from planner.experiments.runner import Progress
from planner.study_file import find_study, open_study, parse_study, save_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.calibration.estimates import Estimate
    from planner.calibration.fit_orders import HoldOut
    from planner.calibration.margins import Interval, Margin
    from planner.calibration.order_log import OrderLog
    from simulation.metrics import Unit

KINDS = ("orders",)
FEWEST_VISITORS = 1000

_NAMES = {
    **{name: title.text for name, title in TITLES.items()},
    "new_customers": "new customers in the acquisition window",
    "r": "repurchase r",
    "alpha": "repurchase alpha, weeks",
    "a": "repurchase a",
    "b": "repurchase b",
    "extra_units": "basket: extra units",
    "basket_evenness": "basket: evenness between shoppers",
    "price_contrast": "prices: contrast, of the starting study's",
    "later_factor": "basket: extra units of later orders",
    "price_level": "prices: level, of the starting study's",
    "needs_per_order": "repurchase: needs per order",
    "need_evenness": "repurchase: evenness of needs, of the fitted",
}


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


def fitted(found: Calibrated) -> dict[str, Estimate]:
    """Return everything that was fitted: facts that the study was turned to, repeat buying, and the knobs."""
    fit = found.fit
    knobs = useful_knobs(fit.facts, repurchase=bool(fit.repurchase))
    aims = {knob.fact: fit.facts[knob.fact] for knob in knobs}
    return {**aims, "new_customers": fit.new_customers, **fit.repurchase, **found.match.knobs}


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
    rows = [(_NAMES[name], _number(e.value), _number(e.se), f"{e.n:,}") for name, e in fitted(found).items()]
    table(("fitted", "value", "± (standard error)", "n"), rows)
    told = [margin for margin in found.margins if margin.observed is not None]
    title = "The log beside the simulated store, with 95 % intervals"
    table(("outcome", "observed", "simulated", "off by", "verdict"), [_row(margin, currency) for margin in told], title)
    print(
        "Both columns count customers of the same ages. A comparison counts a store's year, in which first orders weigh"
        "\notherwise than in the log, so that its average order value differs from these.\n"
    )
    _show_forecast(found.fit.hold_out)
    _show_untold([margin for margin in found.margins if margin.observed is None], currency)


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


def _row(margin: Margin, currency: str) -> tuple[str, ...]:
    observed, simulated = margin.observed, margin.simulated
    assert observed is not None
    off = simulated.value / observed.value - 1.0 if observed.value else math.nan
    unit = margin.title.unit
    return (
        margin.title.text,
        _interval(observed, unit, currency),
        _interval(simulated, unit, currency),
        wording.percent(off),
        margin.verdict,
    )


def _interval(given: Interval, unit: Unit, currency: str) -> str:
    """Return a value with its interval in brackets, such as ``45.9 % (45.2 to 46.5)``."""
    factor = 100 if unit == "share" else 1
    within = wording.span(given.low, given.high, factor, 1 if unit == "share" else 2)
    shown = wording.value(given.value, unit, currency)
    return f"{shown} ({within})" if within else shown


def _show_forecast(hold_out: HoldOut | None) -> None:
    if hold_out is None:
        return
    print(
        f"Forecast of a part it had not seen: fitted to the first {hold_out.fitted_days} days, BG/NBD expects "
        f"{hold_out.expected:,.0f} orders in the next {hold_out.forecast_days} days of the {hold_out.customers:,} "
        f"customers known by then; the log has {hold_out.observed:,} ({wording.percent(hold_out.error)})."
    )


def _show_untold(margins: Sequence[Margin], currency: str) -> None:
    """Print the outcomes that the log says nothing of, by verdict."""
    for verdict in dict.fromkeys(margin.verdict for margin in margins):
        names = [
            f"{margin.title.text.lower()} {wording.value(margin.simulated.value, margin.title.unit, currency)}"
            for margin in margins
            if margin.verdict == verdict and math.isfinite(margin.simulated.value)
        ]
        print(f"{verdict[0].upper()}{verdict[1:]}, as the log does not tell them: {', '.join(names)}.")


def _number(value: float) -> str:
    if not math.isfinite(value):
        return wording.UNDEFINED
    return f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"
