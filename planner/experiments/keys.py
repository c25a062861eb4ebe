"""The key of a replication: a hash of all that determines its outcomes, and of nothing else.

Knows studies and the code that simulates them; must not know where outcomes are kept.
"""

from __future__ import annotations

import hashlib
import json
import platform
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from simulation import ENGINE_VERSION, library

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulation import Study


def replication_keys(study: Study) -> Callable[[str, int], str]:
    """Return the function that gives the key of (plan, replication) of ``study``.

    It covers the study's content but for what no single replication depends on, the plan with its name and the order
    of its strategies, the replication's number, the seed (a part of the study), the engine's version and source, the
    source of the plan's strategies, third-party ones included, and the platform whose arithmetic is used.
    """
    content = study.model_dump(mode="json")
    plans: dict[str, dict[str, object]] = content.pop("plans")
    for field in ("replications", "confidence", "baseline"):  # of the comparison, not of a replication
        del content["experiment"][field]
    shared = _digest(content, engine())
    own = {name: _digest(shared, name, list(plan.items()), strategies(tuple(plan))) for name, plan in plans.items()}
    return lambda plan, replication: _digest(own[plan], replication)


def first_keys(study: Study) -> dict[str, str]:
    """Return for each plan of a study the key of its first replication: equal keys, equal outcomes."""
    key = replication_keys(study)
    return {plan: key(plan, 0) for plan in study.plans}


def engine() -> str:
    """Return what stands for the engine: version, a hash of its source, NumPy's version and the processor's kind."""
    return "|".join((ENGINE_VERSION, source_digest("simulation"), np.__version__, platform.machine()))


def strategies(ids: tuple[str, ...]) -> dict[str, str]:
    """Return for each strategy a hash of the source of the package that it comes from; "missing" if not installed."""
    known = library().strategies
    return {id_: source_digest(known[id_].__module__.split(".")[0]) if id_ in known else "missing" for id_ in ids}


@cache
def source_digest(package: str) -> str:
    """Return a hash of all Python source of an importable top-level package or module.

    A version number alone would be forgotten in development, and then old outcomes would pass for new ones. Where an
    application is bundled without source the hash is that of nothing, and the engine's version alone decides.
    """
    spec = find_spec(package)
    places = [*(spec.submodule_search_locations or ()), spec.origin] if spec else []
    files = sorted({file for place in places if place for file in _sources(Path(place))})
    return _digest(*((file.name, file.read_text(encoding="utf-8", errors="replace")) for file in files))


def _sources(place: Path) -> list[Path]:
    return list(place.rglob("*.py")) if place.is_dir() else [place] if place.suffix == ".py" else []


def _digest(*parts: object) -> str:
    """Hash plain data. Keys are not sorted: a plan's strategies act in the order in which they are written."""
    return hashlib.sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()
