"""What the table of plans shows: strategies by stage, and for each plan what it has, costs and lacks. No Qt.

Reads raw content, so that a study with faults is shown like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError

from planner.library import in_order, stage_of
from planner.study_tree import Tree, same
from simulation import MonthlyCost, library

POINTS = {
    "traffic": "how shoppers arrived",
    "onsite": "views and carts",
    "email": "e-mail",
    "personal": "personal data",
    "pixels": "media pixels",
    "purchases": "earlier purchases",
    "search": "site search",
    "pricing": "prices shown",
}
"""Data collection points in words."""


class Row(NamedTuple):
    """A row: a heading over strategies, or a strategy (also one that is not installed)."""

    kind: Literal["heading", "strategy", "unknown"]
    id: str
    title: str


def rows_of(whole: Tree) -> tuple[Row, ...]:
    """Return the rows for a study: strategies under their stages, then the unknown."""
    known = library().strategies
    rows: list[Row] = []
    for stage, group in groupby(in_order(known.values()), key=stage_of):
        rows.append(Row("heading", stage, stage.capitalize()))
        rows += [Row("strategy", strategy.id, strategy.title) for strategy in group]
    strangers = dict.fromkeys(id_ for plan in plans_of(whole).values() for id_ in plan if id_ not in known)
    if strangers:
        rows.append(Row("heading", "unknown", "Not installed: kept, without effect"))
        rows += [Row("unknown", id_, id_) for id_ in strangers]
    return tuple(rows)


def plans_of(whole: Tree) -> dict[str, dict[str, Any]]:
    """Return the plans, as far as they are tables."""
    plans = whole.get("plans", {})
    return {name: plan for name, plan in plans.items() if isinstance(plan, dict)} if isinstance(plans, dict) else {}


def differs(whole: Tree, plan: str, baseline: str, strategy: str) -> bool:
    """Return whether a plan has a strategy otherwise than the baseline has it."""
    plans = plans_of(whole)
    mine, theirs = plans.get(plan, {}), plans.get(baseline, {})
    if (strategy in mine) != (strategy in theirs):
        return True
    return strategy in mine and not same(mine[strategy], theirs[strategy])


def lacking(whole: Tree, strategy: str) -> tuple[str, ...]:
    """Return what a strategy needs and the study has not, in words: data points, and a stage where it can act."""
    known = library().strategies.get(strategy)
    data = whole.get("data", {})
    collected = data if isinstance(data, Mapping) else {}
    needs = known.needs if known else ()
    missing = [POINTS.get(point, point) for point in needs if collected.get(point) is False]
    if known and known.roles and not _roles(whole) & {"", *known.roles}:
        missing.append(f"a stage of role {' or '.join(known.roles)}")
    return tuple(missing)


def _roles(whole: Tree) -> set[str]:
    """Return the roles of the funnel's stages; one that cannot be read counts as any."""
    funnel = whole.get("funnel", {})
    stages = funnel.get("stage", []) if isinstance(funnel, Mapping) else []
    return {str(stage.get("role", "")) if isinstance(stage, Mapping) else "" for stage in stages} or {""}


def monthly_cost(plan: Mapping[str, Any]) -> float:
    """Return a plan's fixed cost per month in the study's currency; what cannot be read counts as its default."""
    return sum(_cost(id_, parameters) for id_, parameters in plan.items() if id_ in library().strategies)


def _cost(id_: str, parameters: object) -> float:
    default = library().strategies[id_].model_fields["monthly"].default
    given = parameters.get("monthly") if isinstance(parameters, Mapping) else None
    try:
        cost = default if given is None else MonthlyCost.model_validate(given)
    except ValidationError:
        cost = default
    return float(sum(cost.model_dump().values()))
