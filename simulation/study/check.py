"""What must hold between the fields of a study, checked section by section on raw content.

A section with faults of its own is left out, so that all faults of the others are still told. The funnel's graph has
checks of its own in funnel.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import TypeAdapter

from simulation.funnel import check as check_funnel
from simulation.study import Catalogue, Fault, Funnel, Reason, Source

Raw = Mapping[str, Any]


def study_faults(raw: Raw, broken: set[str]) -> list[Fault]:
    """Return the faults between fields of raw content; ``broken`` names sections and fields faulty in themselves."""
    checks: list[tuple[set[str], Callable[[Raw], list[Fault]]]] = [
        ({"funnel"}, lambda r: check_funnel(Funnel.model_validate(r["funnel"]))),
        ({"catalogue"}, _catalogue),
        ({"source", "reason"}, _reasons),
        ({"experiment.baseline", "plans"}, _baseline),
        ({"funnel", "repurchase.enter_at"}, _enter_at),
        *(({name}, _shares(name)) for name in ("source", "reason", "device", "place", "age", "gender")),
    ]
    return [fault for sections, check in checks if not sections & broken for fault in check(raw)]


def _shares(name: str) -> Callable[[Raw], list[Fault]]:
    def check(raw: Raw) -> list[Fault]:
        levels = raw.get(name, [])
        faults = [
            Fault(path=f"{name}.{place}.name", value=repr(level["name"]), message=f"stands twice: every {name} once")
            for place, level in enumerate(levels)
            if level["name"] in [earlier["name"] for earlier in levels[:place]]
        ]
        if levels and sum(level["share"] for level in levels) <= 0:
            faults.append(Fault(path=f"{name}.share", value="0", message="at least one share must be above 0"))
        return faults

    return check


def _catalogue(raw: Raw) -> list[Fault]:
    goods = Catalogue.model_validate(raw["catalogue"])
    names = [category.name for category in goods.category]
    return [
        Fault(
            path=f"catalogue.product.{place}.category",
            value=repr(product.category),
            message="must be one of the categories " + ", ".join(names),
        )
        for place, product in enumerate(goods.product)
        if product.category not in names
    ]


def _reasons(raw: Raw) -> list[Fault]:
    known = [reason.name for reason in TypeAdapter(tuple[Reason, ...]).validate_python(raw["reason"])]
    return [
        Fault(path=f"source.{place}.reasons.{name}", value=str(share), message="must be one of " + ", ".join(known))
        for place, source in enumerate(TypeAdapter(tuple[Source, ...]).validate_python(raw["source"]))
        for name, share in source.reasons.items()
        if name not in known
    ]


def _baseline(raw: Raw) -> list[Fault]:
    experiment = raw.get("experiment", {})
    baseline = experiment.get("baseline", "Baseline") if isinstance(experiment, Mapping) else "Baseline"
    plans = raw.get("plans", {"Baseline": {}})
    if baseline in plans:
        return []
    message = "must be one of the plans " + ", ".join(plans)
    return [Fault(path="experiment.baseline", value=repr(baseline), message=message)]


def _enter_at(raw: Raw) -> list[Fault]:
    repurchase = raw.get("repurchase", {})
    stage = repurchase.get("enter_at", "") if isinstance(repurchase, Mapping) else ""
    names = [known.name for known in Funnel.model_validate(raw["funnel"]).stage]
    if not stage or stage in names:
        return []
    return [Fault(path="repurchase.enter_at", value=repr(stage), message="must be one of " + ", ".join(names))]
