"""Small stores for tests of the simulator: the shipped fashion store cut down, a lively, a neutral and a uniform one.

Every maker takes changes by section (``experiment={"days": 20}``) and plans by name, and refuses misspelt fields (a
study itself keeps unknown ones). Must not know what any test is about.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final, cast
from unittest import mock

import numpy as np
from pydantic import BaseModel

from simulation import Journal, Outcomes, Strategy, Study, Trace, draws, registry, simulate
from simulation.journal import EVENTS
from simulation.outcomes import Table
from simulation.world import World

ROOT: Final = Path(__file__).parent.parent
FASHION: Final = ROOT / "assets" / "studies" / "fashion.toml"
FOUR_STAGES: Final = ROOT / "assets" / "studies" / "four_stages.toml"

Tree = dict[str, Any]
Plans = Mapping[str, Mapping[str, Mapping[str, Any]]]


class Watcher:
    """An observer with a journal of every shopper."""

    def __init__(self) -> None:
        self.journal: Journal | None = Journal()
        self.trace: Trace | None = None
        self.heard: list[float] = []

    def progress(self, done: float) -> None:
        self.heard.append(done)


class Log(dict[str, np.ndarray]):
    """A journal's table; ``only`` selects rows by the name of their event."""

    def only(self, event: str) -> "Log":
        where = self["event"] == EVENTS.index(event)
        return Log({name: column[where] for name, column in self.items()})

    def of(self, where: np.ndarray) -> "Log":
        return Log({name: column[where] for name, column in self.items()})


def run_with_log(study: Study, plan: str = "Baseline", replication: int = 0) -> tuple[Outcomes, Log]:
    """Return a run's outcomes and its journal."""
    watcher = Watcher()
    outcomes = simulate(study, plan, replication, watcher)
    assert watcher.journal is not None
    return outcomes, Log(watcher.journal.table())


def run_with_world(study: Study, plan: str = "Baseline", replication: int = 0) -> tuple[Outcomes, Log, World]:
    """Return a run's outcomes, its journal and the world as it was at the end."""
    with worlds_kept() as worlds:
        outcomes, log = run_with_log(study, plan, replication)
    return outcomes, log, worlds[0]


@contextmanager
def worlds_kept() -> Iterator[list[World]]:
    """Collect the worlds of the runs made meanwhile."""
    worlds: list[World] = []

    def remembered(*given: Any) -> World:
        worlds.append(World(*given))
        return worlds[-1]

    with mock.patch.object(import_module("simulation.simulate"), "World", side_effect=remembered):
        yield worlds


def world_with(study: Study, size: int, plan: str = "Baseline") -> tuple[World, np.ndarray]:
    """Return a world at its first morning, strategies begun, and the rows of shoppers who permit and consent to all."""
    world = World(study, plan, 0)
    world.begin()
    keys = draws.child_keys(draws.replication_key(1, 0, "shopper"), np.arange(size))
    rows = world.nature.create(world.shoppers, keys, np.zeros(size, dtype=np.int64))
    for granted in (world.shoppers.permission, world.shoppers.consent, world.shoppers.personal_consent):
        granted[rows] = True
    return world, rows


@contextmanager
def installed(*strategies: type[Strategy]) -> Iterator[None]:
    """Let the registry know further strategies for a while, as if they had been installed."""
    found = cast("dict[str, type[Strategy]]", registry.library().strategies)
    with mock.patch.dict(found, {s.id: s for s in strategies}):
        yield


# studies -----------------------------------------------------------------------------------------------------------
def built(raw: Mapping[str, Any], plans: Plans | None = None, **changes: Mapping[str, Any] | Sequence[Any]) -> Study:
    """Return the study of a raw tree with whole lists replaced and sections updated; misspelt fields are refused."""
    tree: Tree = dict(raw)
    for section, change in changes.items():
        tree[section] = {**tree.get(section, {}), **change} if isinstance(change, Mapping) else list(change)
    tree["plans"] = {"Baseline": {}, **(plans or {})}
    study = Study.model_validate(tree)
    assert not list(_unknown(study, "study")), "misspelt fields"
    return study


def _unknown(section: BaseModel, path: str) -> Iterator[str]:
    yield from (f"{path}.{name}" for name in section.model_extra or {})
    for name in type(section).model_fields:
        value = getattr(section, name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, BaseModel):
                yield from _unknown(part, f"{path}.{name}")


def shipped(path: Path) -> Tree:
    """Return the raw tree of a shipped study."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def fashion(plans: Plans | None = None, **changes: Any) -> Study:
    """The shipped fashion store, cut down to two months of a few hundred shoppers; with its own plans by default."""
    raw = shipped(FASHION)
    experiment = {"visitors": 500, "warm_up_days": 14.0, "days": 60.0, "follow_up_days": 56.0, "ltv_days": 56.0}
    changes["experiment"] = {**raw["experiment"], **experiment, **changes.get("experiment", {})}
    return built(raw, raw["plans"] if plans is None else plans, **changes)


def stage(name: str, role: str, **more: Any) -> Tree:
    return {"name": name, "role": role, **more}


def edge(source: str, target: str, odds: float, **weights: float) -> Tree:
    return {"source": source, "target": target, "odds": odds, "weights": weights}


LIVELY_WEIGHTS: Final = {
    "entry": {"intent": 0.4, "relevance": 0.4, "clarity": 0.3, "trust": 0.5, "friction": -0.4, "fatigue": -0.5},
    "browse": {"intent": 0.5, "relevance": 0.3, "match": 0.4, "price": -0.5, "proof": 0.5, "fatigue": -0.5},
    "compare": {
        "intent": 0.5,
        "match": 0.4,
        "price": -1.0,
        "urgency": 1.0,
        "proof": 0.5,
        "trust": 0.8,
        "fatigue": -0.5,
    },
    "checkout": {"clarity": 0.4, "match": 0.3, "price": -1.2, "urgency": 1.0, "trust": 1.0, "friction": -0.7},
}

LIVELY: Final[Tree] = {
    "store": {"visitors_per_year": 40_000},
    "experiment": {"visitors": 400, "warm_up_days": 3.0, "days": 14.0, "follow_up_days": 28.0, "ltv_days": 28.0},
    "source": [
        {"name": "search", "share": 60, "intent": 0.1, "cost_per_visit": 0.4},
        {"name": "direct", "share": 40, "reasons": {"to buy": 1.0}},
    ],
    "reason": [
        {"name": "to buy", "share": 60, "intent": 0.5},
        {"name": "window", "share": 30, "intent": -0.3},
        {"name": "recommended", "share": 10, "intent": 0.5, "referred": True},
    ],
    "device": [{"name": "phone", "share": 60, "friction": 0.15}, {"name": "desktop", "share": 40, "friction": -0.2}],
    "place": [{"name": "city", "share": 50}, {"name": "country", "share": 50}],
    "calendar": {"hour": [0.5] * 8 + [1.0] * 8 + [1.5] * 8},
    "catalogue": {
        "shelf": 4,
        "category": [
            {"name": "shirts", "share": 5, "products": 8, "price": 40, "season_peak": 20, "season_strength": 0.6},
            {"name": "jackets", "share": 3, "products": 6, "price": 140, "considered": 0.8},
            {"name": "socks", "share": 2, "products": 5, "price": 9, "considered": 0.0},
        ],
    },
    "stock": {"units_per_day": 120.0, "lead_days": 3.0, "cover_days": 4.0},
    "funnel": {
        "stage": [
            stage("door", "entry", dwell_minutes=0.7, return_share=0.1),
            stage("look", "browse", dwell_minutes=2.0, return_share=0.3, return_to="door"),
            stage("cart", "compare", dwell_minutes=2.0, fills_cart=True, return_share=0.4, return_to="look"),
            stage("till", "checkout", dwell_minutes=2.0, fills_cart=True, return_share=0.5, return_to="cart"),
            stage("after", "care", dwell_minutes=0.5),
        ],
        "edge": [
            edge("door", "look", 7),
            edge("door", "leave", 3),
            edge("look", "cart", 6),
            edge("look", "door", 1),
            edge("look", "leave", 3),
            edge("cart", "till", 6),
            edge("cart", "look", 2),
            edge("cart", "leave", 3),
            edge("till", "after", 6),
            edge("till", "cart", 1),
            edge("till", "leave", 3, fatigue=0.3),
            edge("after", "leave", 8),
            edge("after", "look", 1),
        ],
        "weights": LIVELY_WEIGHTS,
    },
    "repurchase": {"r": 0.8, "alpha": 4.0, "enter_at": "look", "needs_per_order": 1.5},
    "messages": {"permission_at_checkout": 0.6, "open_rate": 0.5, "click_rate": 0.5},
}
"""A store where much happens in a few weeks: one visitor in three buys, many again; stock binds; e-mails are read."""


def lively(plans: Plans | None = None, **changes: Any) -> Study:
    """A store of a few hundred shoppers in which everything that the simulator knows happens within six weeks."""
    return built(LIVELY, plans, **changes)


ONE_CATEGORY: Final = {"category": [{"name": "goods", "share": 1, "products": 6, "price": 50}], "shelf": 3}

NEUTRAL: Final[Tree] = {
    "store": {"visitors_per_year": 100_000},
    "source": [{"name": "any", "share": 1}],
    "reason": [{"name": "any", "share": 1}],
    "catalogue": ONE_CATEGORY,
    "stock": {"unlimited": True},
    "fulfilment": {
        **{"quality_noise": 0.0, "return_base": 0.0, "disappointment_dropout": 0.0, "dropout_weight": 0.0},
        **{"rate_weight": 0.0, "trust_weight": 0.0, "referral": 0.0},
    },
    "shoppers": {"readiness_spread": 0.0, "price_sensitivity_spread": 0.0, "urgency_spread": 0.0, "proof_spread": 0.0},
    "funnel": {
        "stage": [
            stage("door", "entry", dwell_minutes=0.0),
            stage("till", "checkout", dwell_minutes=0.0),
            stage("after", "care", dwell_minutes=0.0),
        ],
        "edge": [edge("door", "till", 1), edge("till", "after", 1)],
    },
    "repurchase": {"needs_per_order": 1.0, "pull_forward": 0.0, "need_intent": 0.0},
}


def neutral(plans: Plans | None = None, **changes: Any) -> Study:
    """A store in which every visit is an order and nothing moves repeat buying: exactly BG/NBD."""
    return built(NEUTRAL, plans, **changes)


def uniform(funnel: Tree, plans: Plans | None = None, **changes: Any) -> Study:
    """A store of equal shoppers without drivers, who never come again: each visit is a Markov chain over the funnel."""
    never = {"r": 1e-3, "alpha": 10_000.0, "needs_per_order": 1.0, "pull_forward": 0.0}
    brief = {"visitors": 4_000, "warm_up_days": 0.0, "days": 1.0, "follow_up_days": 0.0, "ltv_days": 7.0}
    changes["experiment"] = {**brief, **changes.get("experiment", {})}
    return built({**NEUTRAL, "funnel": funnel, "repurchase": never}, plans, **changes)


# outcomes ----------------------------------------------------------------------------------------------------------
def accounts_of(outcomes: Outcomes, owner: str) -> dict[str, int]:
    """Return the accounts of the store or of a strategy, in minor units."""
    table = outcomes.tables["accounts"]
    return {account: table.at(owner, account) for account in table.axes[1][1]}


def without_strategies(outcomes: Outcomes) -> dict[str, Table]:
    """Return the tables less the rows that are named after strategies."""
    tables = dict(outcomes.tables)
    del tables["strategies"], tables["trials"]
    axes, values = tables["accounts"]
    tables["accounts"] = Table(((axes[0][0], axes[0][1][:1]), axes[1]), values[:1])
    return tables


def differences(one: Outcomes, other: Outcomes) -> list[str]:
    """Return where two runs differ, apart from rows named after strategies: "table label label: this, that"."""
    mine, theirs = without_strategies(one), without_strategies(other)
    assert mine.keys() == theirs.keys()
    found = []
    for name, table in mine.items():
        assert table.axes == theirs[name].axes
        for place in np.argwhere(table.values != theirs[name].values):
            labels = [axis[1][index] for axis, index in zip(table.axes, place, strict=True)]
            at = tuple(place)
            found.append(f"{name} {' '.join(labels)}: {table.values[at]}, {theirs[name].values[at]}")
    return found
