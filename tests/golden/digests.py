"""The digests of a few small runs, and the file in which they are kept.

A digest is a hash over every number of a run's outcomes. They change whenever behaviour does, on purpose or not.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from simulation import Study, simulate
from tests.property.studies import ALL_STRATEGIES
from tests.stores import FOUR_STAGES, built, fashion, lively, neutral, shipped

FILE: Final = Path(__file__).with_name("digests.json")


def four_stages() -> Study:
    raw = shipped(FOUR_STAGES)
    brief = {"visitors": 500, "warm_up_days": 14.0, "days": 60.0, "follow_up_days": 56.0, "ltv_days": 56.0}
    return built(raw, raw["plans"], experiment={**raw["experiment"], **brief})


STORES: Final[dict[str, Callable[[], Study]]] = {
    "fashion": fashion,
    "four stages": four_stages,
    "lively": lambda: lively(ALL_STRATEGIES),
    "lively, endless stock": lambda: lively(ALL_STRATEGIES, stock={"unlimited": True}),
    "lively, silos": lambda: lively(ALL_STRATEGIES, data={"unified": False, "consent": 0.4}),
    "neutral": lambda: neutral(
        experiment={"visitors": 300, "days": 30.0, "warm_up_days": 10.0, "follow_up_days": 60.0}
    ),
}


def current() -> dict[str, str]:
    """Return the digest of replication 0 of every plan of every store, by "store / plan"."""
    found: dict[str, str] = {}
    for store, made in STORES.items():
        study = made()
        found |= {f"{store} / {plan}": simulate(study, plan, 0).digest() for plan in study.plans}
    return found


def kept() -> dict[str, str]:
    """Return the digests on file (none before they are first written)."""
    digests: dict[str, str] = json.loads(FILE.read_text(encoding="utf-8"))["digests"] if FILE.exists() else {}
    return digests


def keep(digests: dict[str, str], reason: str) -> list[str]:
    """Write the digests with the reason for writing them; return the names of those that moved."""
    moved = [name for name, digest in digests.items() if kept().get(name) != digest]
    FILE.write_text(json.dumps({"reason": reason, "digests": digests}, indent=2) + "\n", encoding="utf-8")
    return moved
