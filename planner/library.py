"""The installed strategies as a reader wants them: by stage of the funnel, with what is declared of each in plain data.

Knows the registry; must not know how anything is printed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from planner.experiments.faults import ExperimentFault
from simulation import Strategy, library

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

STAGES: Final = ("awareness", "discovery", "interest", "consideration", "conversion", "retention", "throughout")
ELSEWHERE: Final = "installed besides"
"""Where strategies of other packages stand: they may keep their modules as they like."""


def stage_of(strategy: type[Strategy]) -> str:
    """Return the stage under which a strategy is kept: the folder of its module."""
    parts = strategy.__module__.split(".")
    return parts[1] if parts[0] == "strategies" and parts[1] in STAGES else ELSEWHERE


def in_order(strategies: Iterable[type[Strategy]]) -> list[type[Strategy]]:
    """Return strategies by stage, maturity level and name."""
    stages = (*STAGES, ELSEWHERE)
    return sorted(strategies, key=lambda strategy: (stages.index(stage_of(strategy)), strategy.level, strategy.id))


def chosen_strategies(wanted: Sequence[str] = ()) -> tuple[type[Strategy], ...]:
    """Return the strategies asked for, all that are installed if none is named, in order.

    Raises:
        ExperimentFault: naming those that are not installed.
    """
    known = library().strategies
    missing = ", ".join(repr(id_) for id_ in wanted if id_ not in known)
    if missing:
        raise ExperimentFault(f"no strategy {missing}; installed are {', '.join(known)}")
    return tuple(in_order(known[id_] for id_ in set(wanted) or known))


def described(strategy: type[Strategy]) -> dict[str, Any]:
    """Return what there is to know of a strategy, as plain data."""
    fields = {name: field for name, field in strategy.model_json_schema()["properties"].items() if name != "monthly"}
    monthly = strategy.model_fields["monthly"].default
    return {
        "id": strategy.id,
        "title": strategy.title,
        "about": strategy.about,
        "stage": stage_of(strategy),
        "kind": strategy.kind,
        "level": strategy.level,
        "roles": list(strategy.roles),
        "needs": list(strategy.needs),
        "monthly_cost": monthly.model_dump(),
        "parameters": {name: {k: v for k, v in field.items() if k != "title"} for name, field in fields.items()},
        "evidence": [{**entry._asdict(), "given": dict(entry.given)} for entry in strategy.evidence],
    }


def allowed(field: dict[str, Any]) -> str:
    """Return what a parameter may be, from its JSON schema: ``0 to 1``, ``above 0``, ``on or off``, ``a, b``."""
    if "enum" in field:
        return ", ".join(map(str, field["enum"]))
    if field.get("type") in _PLAIN:
        return _PLAIN[field["type"]]
    low = _bound(field, ("minimum", "from {:g}"), ("exclusiveMinimum", "above {:g}"))
    high = _bound(field, ("maximum", "to {:g}"), ("exclusiveMaximum", "below {:g}"))
    return " ".join(part for part in (low, high) if part) or "any number"


def _bound(field: dict[str, Any], *forms: tuple[str, str]) -> str:
    return next((form.format(field[name]) for name, form in forms if name in field), "")


_PLAIN: Final = {"boolean": "on or off", "string": "text", "array": "a list"}
