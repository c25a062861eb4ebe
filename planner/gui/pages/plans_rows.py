"""What the table of plans shows: strategies by stage, and for each plan what it has, costs and lacks. No Qt.

Reads raw content, so that a study with faults is shown like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import ValidationError

from planner.gui.tree import Tree, same
from simulation import MonthlyCost, library

if TYPE_CHECKING:
    from simulation import Strategy

ROLES = ("entry", "browse", "compare", "checkout", "care")
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
    """A row: a heading over strategies, a strategy (also one that is not installed), or the monthly cost."""

    kind: Literal["heading", "strategy", "unknown", "cost"]
    id: str
    title: str


def rows_of(whole: Tree) -> tuple[Row, ...]:
    """Return the rows for a study: strategies under the stages where they act, then the unknown, then the cost."""
    known = library().strategies
    rows: list[Row] = []
    for role in (*ROLES, ""):
        here = sorted((s for s in known.values() if _role(s) == role), key=lambda s: (s.level, s.title))
        if here:
            rows.append(Row("heading", role, heading_of(whole, role)))
            rows += [Row("strategy", strategy.id, strategy.title) for strategy in here]
    strangers = dict.fromkeys(id_ for plan in plans_of(whole).values() for id_ in plan if id_ not in known)
    if strangers:
        rows.append(Row("heading", "unknown", "Not installed: kept, without effect"))
        rows += [Row("unknown", id_, id_) for id_ in strangers]
    return (*rows, Row("cost", "", "Cost per month"))


def plans_of(whole: Tree) -> dict[str, dict[str, Any]]:
    """Return the plans, as far as they are tables."""
    plans = whole.get("plans", {})
    return {name: plan for name, plan in plans.items() if isinstance(plan, dict)} if isinstance(plans, dict) else {}


def heading_of(whole: Tree, role: str) -> str:
    """Return the heading of a role: the names of the funnel's stages that play it."""
    if not role:
        return "Messages and campaigns"
    funnel = whole.get("funnel", {})
    stages = funnel.get("stage", []) if isinstance(funnel, Mapping) else []
    names = [
        str(s.get("name", "")).replace("_", " ") for s in stages if isinstance(s, Mapping) and s.get("role") == role
    ]
    return ", ".join(names).capitalize() if names else f"{role.capitalize()} (no such stage here)"


def _role(strategy: type[Strategy]) -> str:
    return next((role for role in ROLES if role in strategy.roles), "")


def differs(whole: Tree, plan: str, baseline: str, strategy: str) -> bool:
    """Return whether a plan has a strategy otherwise than the baseline has it."""
    plans = plans_of(whole)
    mine, theirs = plans.get(plan, {}), plans.get(baseline, {})
    if (strategy in mine) != (strategy in theirs):
        return True
    return strategy in mine and not same(mine[strategy], theirs[strategy])


def lacking(whole: Tree, strategy: str) -> tuple[str, ...]:
    """Return the data points that a strategy reads and the study does not collect, in words."""
    known = library().strategies.get(strategy)
    data = whole.get("data", {})
    collected = data if isinstance(data, Mapping) else {}
    needs = known.needs if known else ()
    return tuple(POINTS.get(point, point) for point in needs if collected.get(point) is False)


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
