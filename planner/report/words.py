"""What the report says, as plain texts: facts, verdict sentences, table cells, costs and notes. Knows no HTML.

Each function turns a comparison into small tuples of strings; the page (page.py) only sets them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from planner import wording
from planner.charts.parts import hue_of, others
from planner.tables import in_currency
from simulation import ENGINE_VERSION, METRICS
from simulation.metrics import STRATEGY_ACCOUNTS, account, margin, strategy_cost

if TYPE_CHECKING:
    from planner.charts.spec import Hue
    from planner.experiments.comparison import Comparison, Difference, PlanResult
    from simulation import Outcomes

HEADLINES = ("session_conversion", "aov", "ltv", "margin")
"""The outcomes of a plan's verdict sentence."""

MAIN = (
    *("session_conversion", "visitor_conversion", "aov", "ltv", "revenue_per_visitor", "margin"),
    *("repeat_rate", "cart_abandonment", "satisfaction", "unsubscribe_rate"),
)
"""The outcomes of the main table; the others follow in a table of their own."""

IN_COSTS = ("strategy_cost", "personalization_roi")
"""The outcomes that stand in the table of costs."""

_CLASSES = {"better": "better", "worse": "worse", "cannot tell": "undecided"}


class Finding(NamedTuple):
    """One clause of a verdict sentence: what was found, the verdict, and the class of its colour."""

    text: str
    verdict: str
    tone: str


class Sentence(NamedTuple):
    """A plan's verdict: its name, hue and one finding per headline outcome."""

    plan: str
    hue: Hue
    findings: tuple[Finding, ...]


class Cell(NamedTuple):
    """A table cell: the value, the chip beside it (empty for none), its interval and the class of its colour."""

    value: str
    chip: str = ""
    interval: str = ""
    tone: str = "undecided"


class Line(NamedTuple):
    """A table line: what it is, what that means, and one cell per plan."""

    title: str
    meaning: str
    cells: tuple[Cell, ...]


def facts(comparison: Comparison) -> tuple[str, ...]:
    """Return what was compared and with what, phrase by phrase."""
    run = comparison.plans[0].runs[0].facts
    times = comparison.replications
    return (
        f"{len(comparison.plans)} plans; baseline: {wording.plain(comparison.baseline)}",
        f"{comparison.visitors:,} simulated shoppers in each of {times} replication{'s' if times > 1 else ''}",
        f"{wording.level(comparison.confidence)} intervals",
        f"{run.horizon_days:g} days measured after {run.warm_up_days:g} days of warm-up",
        f"seed {comparison.seed}",
        f"Footfall {version()}, engine {ENGINE_VERSION}",
    )


def version() -> str:
    """Return Footfall's version, or "from source" where it is not installed."""
    from importlib import metadata

    try:
        return metadata.version("footfall")
    except metadata.PackageNotFoundError:
        return "from source"


def sentences(comparison: Comparison) -> tuple[Sentence, ...]:
    """Return one verdict sentence per plan but the baseline: ``conversion per visit +3.1 % (2.2 to 4.0): better``."""
    return tuple(_sentence(comparison, comparison.plan(name)) for name in others(comparison))


def _sentence(comparison: Comparison, plan: PlanResult) -> Sentence:
    known = [(metric, plan.differences[metric]) for metric in HEADLINES if metric in plan.differences]
    findings = (
        Finding(*wording.finding(difference, metric, comparison.currency), _CLASSES[difference.verdict])
        for metric, difference in known
    )
    return Sentence(wording.plain(plan.name), hue_of(comparison, plan.name), tuple(findings))


def outcome_lines(comparison: Comparison, *, main: bool) -> tuple[Line, ...]:
    """Return the outcomes table, one line per outcome and one cell per plan: the main outcomes or all the others."""
    rest = [key for key in METRICS if key not in (*MAIN, *IN_COSTS)]
    return tuple(
        Line(
            METRICS[key].title,
            METRICS[key].meaning,
            tuple(_cell(comparison, plan, key) for plan in comparison.plans),
        )
        for key in (MAIN if main else rest)
    )


def _cell(comparison: Comparison, plan: PlanResult, metric: str) -> Cell:
    estimate = plan.estimates[metric]
    value = wording.estimate(estimate, metric, comparison.currency)
    difference = plan.differences.get(metric)
    if value == wording.UNDEFINED:
        return Cell(value)
    if difference is None or math.isnan(difference.mean):
        interval = wording.span(estimate.low, estimate.high, decimals=2) if METRICS[metric].unit == "ratio" else ""
        return Cell(value, interval=interval)
    return _compared(value, difference, metric, comparison.currency)


def _compared(value: str, difference: Difference, metric: str, currency: str) -> Cell:
    if wording.is_same(difference):
        return Cell(value, "no difference")
    size, interval = wording.change(difference, metric, currency)
    chip = size if difference.verdict != "cannot tell" or not interval else "cannot tell"
    return Cell(value, chip, interval, _CLASSES[difference.verdict])


def cost_lines(comparison: Comparison) -> tuple[Line, ...]:
    """Return personalization's cost by kind, and what was gained for it, in currency units of the whole store."""
    pooled = [plan.pooled for plan in comparison.plans]
    base = comparison.plan(comparison.baseline).pooled
    kinds = [(kind, [_booked(run, kind) * in_currency(run) for run in pooled]) for kind in STRATEGY_ACCOUNTS]
    lines = [_money_line(comparison, kind.capitalize(), "", amounts) for kind, amounts in kinds if any(amounts)]
    total = [strategy_cost(run) * in_currency(run) for run in pooled]
    gained = [_gained(run, base) for run in pooled]
    discounts = [account(run, "discounts") * in_currency(run) for run in pooled]
    return (
        *lines,
        _money_line(comparison, "Personalization cost", "the sum of the above", total),
        _money_line(comparison, "Discounts given", "by store and strategies; already taken off the revenue", discounts),
        _money_line(comparison, "Margin gained before cost", "against the baseline", gained, skip_baseline=True),
        _roi_line(comparison),
    )


def _booked(run: Outcomes, kind: str) -> int:
    """Return one account summed over the strategies, the store's own left out, in minor units."""
    table = run.tables["accounts"]
    return account(run, kind) - table.at("store", kind)


def _gained(run: Outcomes, base: Outcomes) -> float:
    before = (margin(run) + strategy_cost(run)) * in_currency(run)
    return before - (margin(base) + strategy_cost(base)) * in_currency(base)


def _money_line(
    comparison: Comparison, title: str, meaning: str, amounts: list[float], *, skip_baseline: bool = False
) -> Line:
    cells = (
        Cell(wording.UNDEFINED if skip_baseline and plan.name == comparison.baseline else _money(comparison, amount))
        for plan, amount in zip(comparison.plans, amounts, strict=True)
    )
    return Line(title, meaning, tuple(cells))


def _money(comparison: Comparison, amount: float) -> str:
    return wording.money(amount, comparison.currency)


def _roi_line(comparison: Comparison) -> Line:
    key = "personalization_roi"
    meaning = "margin gained before cost, per unit of cost; above 1 it pays for itself"
    return Line(METRICS[key].title, meaning, tuple(_cell(comparison, plan, key) for plan in comparison.plans))


def notes(comparison: Comparison) -> tuple[str, ...]:
    """Return what the reader must know beside the numbers: the comparison's own notes, then what was cut off."""
    return (*(wording.plain(note) for note in comparison.notes), *_cut_off(comparison))


def _cut_off(comparison: Comparison) -> tuple[str, ...]:
    base = comparison.plan(comparison.baseline).pooled
    customers, cut = base.total("new_customers"), base.total("cut_off")
    days = f"{base.facts.ltv_days:g} days"
    if not customers:
        return (f"No new customer in the measured horizon: lifetime value ({days}) is not defined.",)
    observed = "every new customer was observed that long"
    if cut:
        observed = f"{wording.value(cut / customers, 'share', '')} of new customers were observed for less"
    return (f"Lifetime value covers {days} from the first order; {observed}.",)
