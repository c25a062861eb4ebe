"""The registry of strategies: found by entry point, created from a plan's raw parameters, faults told in plain words.

Third parties register under the entry-point group ``footfall.strategies``. A broken plug-in is reported and left out,
never fatal. Knows no strategy by name.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, NamedTuple

from simulation.strategy import Strategy
from simulation.study.base import Fault
from simulation.study.faults import model_faults

if TYPE_CHECKING:
    from collections.abc import Mapping

GROUP = "footfall.strategies"
MOST = 64
"""Strategies of a plan: each has a bit of a 64-bit number that tells whom it reached."""


class Library(NamedTuple):
    """The strategies found, by id, and plain words about those that could not be loaded."""

    strategies: Mapping[str, type[Strategy]]
    broken: tuple[str, ...]


@cache
def library() -> Library:
    """Return all strategies that are installed (read once per process)."""
    found: dict[str, type[Strategy]] = {}
    broken = []
    for entry in sorted(entry_points(group=GROUP), key=lambda e: (e.name, e.value)):
        loaded = _load(entry)
        if isinstance(loaded, str):
            broken.append(loaded)
        elif found.setdefault(entry.name, loaded) is not loaded:
            broken.append(f"strategy {entry.name!r} is registered twice: {entry.value} is left out")
    return Library(found, tuple(broken))


def _load(entry: EntryPoint) -> type[Strategy] | str:
    """Return the strategy class of an entry point, or what is wrong with it."""
    try:
        loaded = entry.load()
    except (Exception, SystemExit) as error:  # whatever a third party's module does on being imported
        return f"strategy {entry.name!r} ({entry.value}) cannot be loaded: {type(error).__name__}: {error}"
    if not (isinstance(loaded, type) and issubclass(loaded, Strategy)):
        return f"strategy {entry.name!r} ({entry.value}) is not a subclass of Strategy"
    missing = [fact for fact in ("id", "title", "about", "kind") if not hasattr(loaded, fact)]
    if missing:
        return f"strategy {entry.name!r} ({entry.value}) does not declare {', '.join(missing)}"
    if loaded.id != entry.name:
        return f"strategy {entry.name!r} ({entry.value}) calls itself {loaded.id!r}: both names must be the same"
    return loaded


def create(plan: Mapping[str, Mapping[str, Any]]) -> tuple[list[Strategy], list[str]]:
    """Create a plan's strategies in order; unknown ones are left out and named in the notes.

    Raises:
        ValidationError: if parameters are out of bounds (``check_plan`` tells them all beforehand).
    """
    known = library().strategies
    notes = [f"strategy {name!r} is not installed: left out" for name in plan if name not in known]
    return [known[name](**parameters) for name, parameters in plan.items() if name in known], notes


def check_plan(name: str, plan: Mapping[str, Mapping[str, Any]]) -> list[Fault]:
    """Return every fault in the parameters of a plan's strategies."""
    faults = []
    if len(plan) > MOST:
        message = f"a plan holds at most {MOST} strategies"
        faults.append(Fault(path=f"plans.{name}", value=f"{len(plan)} strategies", message=message))
    for strategy, parameters in plan.items():
        if strategy in library().strategies:
            faults += model_faults(library().strategies[strategy], parameters, f"plans.{name}.{strategy}")
    return faults


def unknown(plan: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return dotted names of a plan's unknown strategies and parameters (kept in files, without effect)."""
    known = library().strategies
    names = [strategy for strategy in plan if strategy not in known]
    for strategy, parameters in plan.items():
        if strategy in known:
            names += [f"{strategy}.{field}" for field in parameters if field not in known[strategy].model_fields]
    return names
