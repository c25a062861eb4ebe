"""What the history page says of comparisons and of lifts side by side, as texts. No Qt."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from planner import wording
from simulation.metrics import METRICS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.history_lifts import Change, Lift, LiftPair
    from planner.history_rows import Entry

MAIN = ("session_conversion", "aov", "ltv", "revenue_per_visitor", "margin")
"""Outcomes whose lifts are shown at first."""
COLUMNS = ("Finished", "Study", "Plans", "Simulated", "Precision")


class Shown(NamedTuple):
    """A row of lifts: plan and outcome, the lift in the first and second comparison, and the change between them."""

    plan: str
    outcome: str
    first: str
    second: str
    change: str
    verdicts: tuple[str, str]
    is_sure: bool


def when(entry: Entry) -> str:
    """Return when a comparison was finished, in local time, such as ``3 Mar 2026, 14:20``."""
    local = entry.at.astimezone()
    return f"{local.day} {local:%b %Y, %H:%M}"


def cells(entry: Entry) -> tuple[str, ...]:
    """Return what the list says of a comparison, in the order of ``COLUMNS``."""
    others = [wording.plain(plan) for plan in entry.plans if plan != entry.baseline]
    against = wording.plain(entry.baseline)
    plans = f"{', '.join(others)} against {against}" if others else f"{against} only"
    simulated = f"{entry.replications} × {entry.visitors:,} shoppers"
    return when(entry), wording.plain(entry.study), plans, simulated, precision(entry)


def precision(entry: Entry) -> str:
    """Return how sure the lifts of conversion are: ``±0.6 %``; a dash where that is not defined."""
    if entry.precision is None:
        return wording.UNDEFINED
    half = entry.precision * 100
    return f"±{wording.number(half, wording.decimals_for(half))}{wording.NARROW}%"


def shown(pairs: Sequence[LiftPair], *, every: bool) -> tuple[Shown, ...]:
    """Return lifts as texts, by plan: of the main outcomes, or of every one."""
    if every:
        return tuple(map(_shown, pairs))
    found = {(pair.plan, pair.metric): pair for pair in pairs}
    plans = dict.fromkeys(pair.plan for pair in pairs)
    return tuple(_shown(found[plan, metric]) for plan in plans for metric in MAIN if (plan, metric) in found)


def as_text(rows: Sequence[Shown], headings: Sequence[str]) -> str:
    """Return rows as a table parted by tabs, for the clipboard."""
    lines = [(row.plan, row.outcome, row.first, row.second, row.change)[: len(headings)] for row in rows]
    return "\n".join("\t".join(line) for line in (headings, *lines))


def _shown(pair: LiftPair) -> Shown:
    texts = (_lift(pair.first), _lift(pair.second))
    verdicts = tuple(lift.verdict if lift else "" for lift in (pair.first, pair.second))
    is_sure = pair.change is not None and pair.change.is_sure
    title = METRICS[pair.metric].title
    return Shown(wording.plain(pair.plan), title, *texts, _change(pair.change), (verdicts[0], verdicts[1]), is_sure)


def _lift(lift: Lift | None) -> str:
    if lift is None:
        return wording.UNDEFINED
    doubt = f"{lift.verdict}: " if lift.verdict == "cannot tell" else ""
    return f"{doubt}{wording.relative(lift.mean, lift.low, lift.high)}"


def _change(change: Change | None) -> str:
    """Return a change of lifts in percentage points: ``+1.2 points (0.3 to 2.1)``."""
    if change is None:
        return wording.UNDEFINED
    if change.mean == 0 and change.low == change.high:
        return "the same"
    if not (math.isfinite(change.low) and change.low < change.high < math.inf):
        return f"{wording.number(change.mean * 100, 1, signed=True)} points"
    decimals = wording.decimals_for((change.high - change.low) * 50)
    size = wording.number(change.mean * 100, decimals, signed=True)
    return f"{size} points ({wording.span(change.low, change.high, 100, decimals)})"
