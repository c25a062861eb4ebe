"""The verbs that only look: ``check``, ``funnel``, ``strategies``."""

from __future__ import annotations

from typing import Any

from planner.commands.output import print_json, remark, table
from planner.evidence.words import told
from planner.library import allowed, chosen_strategies, described
from planner.study_file import find_study, open_study
from planner.unit_words import legend
from simulation import closed_form, compile_funnel, library


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
    """List the installed strategies by stage, or explain one.

    Raises:
        ExperimentFault: if there is no such strategy.
    """
    chosen = [described(strategy) for strategy in chosen_strategies([name] if name else ())]
    remark(*library().broken)
    if json:
        print_json(chosen[0] if name else chosen)
    elif name:
        _explain(chosen[0])
    else:
        _list(chosen)


def _list(entries: list[dict[str, Any]]) -> None:
    rows = [
        (
            entry["id"],
            entry["stage"],
            entry["kind"],
            str(entry["level"]),
            ", ".join(entry["needs"]) or "-",
            f"{sum(entry['monthly_cost'].values()):,.0f}",
            entry["about"],
        )
        for entry in entries
    ]
    table(("strategy", "stage", "kind", "level", "needs", "per month", "what it does"), rows, text=6)


def _explain(entry: dict[str, Any]) -> None:
    print(f"{entry['title']} ({entry['id']}): {entry['about']}.")
    needs = ", ".join(entry["needs"]) or "no data"
    print(f"Stage {entry['stage']}, {entry['kind']}, maturity level {entry['level']}; needs {needs}.")
    costs = ", ".join(f"{kind} {cost:,.0f}" for kind, cost in entry["monthly_cost"].items() if cost)
    print(f"Monthly cost for the whole store: {costs or 'none'}.")
    rows = [
        (name, str(field.get("default", "")), field.get("unit", ""), allowed(field), field.get("description", ""))
        for name, field in entry["parameters"].items()
    ]
    table(("parameter", "default", "unit", "allowed", "what it is"), rows, text=4)
    for line in legend(row[2] for row in rows):
        print(line)
    for evidence in chosen_strategies([entry["id"]])[0].evidence:
        print("\n  ".join(told(evidence)))
