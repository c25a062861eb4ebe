"""The text of a calibrated study: the starting study with every fitted value set, and its source beside it.

Equal findings give an equal text: no date, no path. Knows how findings are worded; no simulation, no search.
"""

from __future__ import annotations

import math
import textwrap
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.calibration.facts import TITLES
from planner.calibration.fit_orders import BG_NBD
from planner.calibration.knobs import knobs_behind, study_values, useful_knobs
from planner.study_file import Opened, parse_study, with_values
from planner.wording import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.calibration.estimates import Estimate
    from planner.calibration.fit_orders import OrderFit
    from planner.calibration.order_log import OrderLog

_COUNTED = {"aov": "orders", "log_sd": "orders", "units_per_order": "orders", "later_to_first": "later orders"}


@dataclass(frozen=True)
class Origin:
    """What a calibrated study comes from.

    Attributes:
        start: the starting study.
        start_name: by which the user called it, without folders.
        log_name: the log's file name, without folders; printable, as it goes into comments.
    """

    start: Opened
    start_name: str
    log_name: str

    @property
    def store_name(self) -> str:
        """Return a name for the store, from that of the log."""
        return self.log_name.split(".")[0].replace("_", " ").strip() or self.start.study.store.name


def plain_study(origin: Origin, fit: OrderFit, knobs: Mapping[str, float], size: Mapping[str, int]) -> Opened:
    """Return the calibrated study without comments, for simulation.

    Args:
        origin: what it comes from.
        fit: what was found in the log.
        knobs: name -> value.
        size: path -> value of the fields that say how large the store is.
    """
    values = study_values(origin.start.study, _values(fit.repurchase), knobs) | dict(size)
    return parse_study(with_values(_grounded(origin.start), {path: (value, "") for path, value in values.items()}))


def written_study(
    origin: Origin, log: OrderLog, fit: OrderFit, knobs: Mapping[str, Estimate], size: Mapping[str, int]
) -> str:
    """Return the calibrated study with sources and errors beside its values, as it is written."""
    values: dict[str, tuple[object, str]] = {"store.name": (origin.store_name, "")}
    if log.currency is not None:
        values["store.currency"] = (log.currency, f"as in {origin.log_name}; costs were not converted")
    values |= {path: (value, _size_source(origin, fit, path)) for path, value in size.items()}
    found = study_values(origin.start.study, _values(fit.repurchase), _values(knobs))
    values |= {path: (value, _source(origin, fit, knobs, path)) for path, value in found.items()}
    return _header(origin, log, fit) + _without_header(with_values(_grounded(origin.start), values))


def _grounded(start: Opened) -> str:
    """Return a study's text in which the goods stand themselves, even if it has them from the study it is based on."""
    own = tomllib.loads(start.text).get("catalogue", {})
    goods = start.study.catalogue
    lists = {"category": goods.category, "product": goods.product}
    lacking = {name: items for name, items in lists.items() if items and name not in own}
    if not lacking:
        return start.text
    copied = {name: [item.model_dump(exclude_unset=True) for item in items] for name, items in lacking.items()}
    return with_values(start.text, {f"catalogue.{name}": (items, "") for name, items in copied.items()})


def _values(found: Mapping[str, Estimate]) -> dict[str, float]:
    return {name: estimate.value for name, estimate in found.items()}


def _source(origin: Origin, fit: OrderFit, knobs: Mapping[str, Estimate], path: str) -> str:
    """Return the comment of a fitted value: from which log, by which method, with which error and number."""
    section, _, name = path.rpartition(".")
    if section != "repurchase" or name not in fit.repurchase:
        return f"fitted from {origin.log_name} by simulation: {_turned(fit, knobs, path)}"
    found = fit.repurchase[name]
    source = f"fitted from {origin.log_name}: {_number(found)}, n = {found.n:,} customers, {BG_NBD}"
    turned = name in ("r", "alpha") and "need_evenness" in knobs
    return f"{source}; then by simulation: {_turned(fit, knobs, path)}" if turned else source


def _turned(fit: OrderFit, knobs: Mapping[str, Estimate], path: str) -> str:
    """Say where the knobs behind a field stand, and to which facts they were turned."""
    names = [name for name in knobs_behind(path) if name in knobs]
    stand = ", ".join(f"{name} {_number(knobs[name])}" for name in names)
    return f"{stand}; {' and '.join(_aim(fit, name) for name in names)}"


def _size_source(origin: Origin, fit: OrderFit, path: str) -> str:
    new = fit.new_customers
    if path == "store.visitors_per_year":
        return (
            f"fitted from {origin.log_name}: so many that the simulated store wins {new.value:,.0f} ± {new.se:,.0f} "
            f"new customers in {fit.window.acquisition_days} days (n = {new.n:,}); conversion is not fitted"
        )
    return f"from {origin.log_name}: {fit.orders_a_day:,.1f} orders a day; only the first stock hangs on it"


def _aim(fit: OrderFit, name: str) -> str:
    fact = next(knob.fact for knob in useful_knobs(fit.facts, repurchase=True) if knob.name == name)
    found = fit.facts[fact]
    return f"{TITLES[fact].text} {_number(found)}, n = {found.n:,} {_COUNTED.get(fact, 'customers')}"


def _number(found: Estimate) -> str:
    return f"{found.value:.4g} {_plus(found)}"


def _plus(found: Estimate) -> str:
    return f"± {found.se:.2g}" if math.isfinite(found.se) else "not determined by itself"


def _header(origin: Origin, log: OrderLog, fit: OrderFit) -> str:
    aside = ", ".join(f"{reason}: {count:,}" for reason, count in log.set_aside.items()) or "none"
    lines = [
        f"Footfall study: {origin.store_name}, calibrated from the order log {origin.log_name}",
        "",
        f"The log: {log.rows:,} rows, {log.kept:,} kept; set aside: {aside}. {len(log.orders):,} orders by "
        f"{len(log.customers):,} customers, {log.first_date} to {log.last_date}; first orders in its first "
        f"{fit.window.acquisition_days:,} of {fit.window.observed_days:,} days.",
        *(f"Note: {note}." for note in (*log.notes, *fit.notes)),
        "",
        "Fitted: order value, repeat buying, the spread of order value between customers, the number of new customers.",
        "Such a value says so beside it, with its standard error (±), the number behind it (n) and the method. Values "
        "fitted by simulation are those at which the simulated log agrees with the shop's in the fact named.",
        "",
        f"Kept from the study {origin.start_name}, as a log of orders says nothing of it: visits, conversion and the "
        "funnel, traffic and its cost, carts, messages, costs and gross margin, returns, how shoppers respond, and the "
        "plans. Comments on lines of their own are that study's. Levels of what was kept are not to be trusted here; "
        "above all, set the [costs] and the categories' unit_cost to your own.",
    ]
    wrapped = (part for line in lines for part in (textwrap.wrap(plain(line), 116) if line else [""]))
    return "".join(f"# {line}".rstrip() + "\n" for line in wrapped) + "\n"


def _without_header(text: str) -> str:
    """Return a study's text without the comment at its head, which speaks of another store."""
    lines = text.splitlines(keepends=True)
    first = next((place for place, line in enumerate(lines) if line.strip() and not line.startswith("#")), 0)
    return "".join(lines[first:])
