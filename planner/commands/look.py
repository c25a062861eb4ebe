"""The verbs that only look: ``check``, ``funnel``, ``strategies``."""

from __future__ import annotations

from typing import Any

from planner.commands.faults import InputFault
from planner.commands.output import print_json, remark, table
from planner.study_file import find_study, open_study
from simulation import Strategy, closed_form, compile_funnel, library


def check(name: str) -> None:
    """Print that a study is sound, with remarks; StudyFault with all faults otherwise."""
    path = find_study(name)
    opened = open_study(path)
    for note in opened.notes:
        print(note)
    plans = ", ".join(opened.study.plans)
    print(f"{path}: no faults; {len(opened.study.funnel.stage)} stages, plans {plans}")


def funnel(name: str, *, json: bool) -> None:
    """Print stages, odds and the closed-form conversion at a typical shopper."""
    study = open_study(find_study(name)).study
    solved = closed_form(compile_funnel(study.funnel))
    if json:
        print_json({"study": study.store.name, **solved._asdict()})
        return
    rows = [
        (stage.name, stage.role, f"{solved.stages[stage.name]:.4f}", _passing(solved.passing[stage.name]))
        for stage in study.funnel.stage
    ]
    table(("stage", "role", "visits to it per visit", "where a typical shopper goes"), rows, study.store.name)
    print(f"Conversion of a first visit of a typical shopper (all drivers zero), closed form: {solved.conversion:.3%}.")
    print("Real shoppers differ, return and have needs: a simulated store converts differently.")


def _passing(odds: dict[str, float]) -> str:
    return ", ".join(f"{target} {share:.1%}" for target, share in sorted(odds.items(), key=lambda entry: -entry[1]))


def strategies(name: str | None, *, json: bool) -> None:
    """List the installed strategies, or explain one.

    Raises:
        InputFault: if there is no such strategy.
    """
    found = library()
    remark(*found.broken)
    if name is None:
        _list([described(strategy) for strategy in found.strategies.values()], json=json)
    elif name in found.strategies:
        _explain(described(found.strategies[name]), json=json)
    else:
        raise InputFault(f"strategy {name!r}: installed are {', '.join(found.strategies)}")


def described(strategy: type[Strategy]) -> dict[str, Any]:
    """Return what there is to know of a strategy, as plain data."""
    fields = {n: f for n, f in strategy.model_json_schema()["properties"].items() if n != "monthly"}
    monthly = strategy.model_fields["monthly"].default
    return {
        "id": strategy.id,
        "title": strategy.title,
        "about": strategy.about,
        "kind": strategy.kind,
        "level": strategy.level,
        "roles": list(strategy.roles),
        "needs": list(strategy.needs),
        "monthly_cost": monthly.model_dump(),
        "parameters": {n: {k: v for k, v in f.items() if k != "title"} for n, f in fields.items()},
        "evidence": [entry._asdict() for entry in strategy.evidence],
    }


def _list(entries: list[dict[str, Any]], *, json: bool) -> None:
    if json:
        print_json(entries)
        return
    rows = [
        (
            e["id"],
            e["kind"],
            str(e["level"]),
            ", ".join(e["needs"]) or "-",
            f"{sum(e['monthly_cost'].values()):,.0f}",
            e["about"],
        )
        for e in sorted(entries, key=lambda e: (e["level"], e["id"]))
    ]
    table(("strategy", "kind", "level", "needs", "per month", "what it does"), rows)


def _explain(entry: dict[str, Any], *, json: bool) -> None:
    if json:
        print_json(entry)
        return
    print(f"{entry['title']} ({entry['id']}): {entry['about']}.")
    print(f"{entry['kind']}, maturity level {entry['level']}; needs {', '.join(entry['needs']) or 'no data'}.")
    costs = ", ".join(f"{kind} {cost:,.0f}" for kind, cost in entry["monthly_cost"].items() if cost)
    print(f"Monthly cost for the whole store: {costs or 'none'}.")
    rows = [
        (name, str(f["default"]), f["unit"], _bounds(f), f["description"]) for name, f in entry["parameters"].items()
    ]
    table(("parameter", "default", "unit", "allowed", "what it is"), rows)
    for evidence in entry["evidence"]:
        low, high = evidence["low"], evidence["high"]
        print(
            f"Evidence ({evidence['grade']}), {evidence['outcome']} of the {evidence['on']}: {low:+.1%} to {high:+.1%}"
        )
        print(f"  {evidence['source']}")


def _bounds(field: dict[str, Any]) -> str:
    low = field.get("minimum", field.get("exclusiveMinimum", ""))
    high = field.get("maximum", field.get("exclusiveMaximum", ""))
    return f"{low} to {high}" if low != "" and high != "" else f"from {low}" if low != "" else "on or off"
