"""How every registered strategy behaves in a run: in any funnel, on any batch, within its data, through levers only."""

import json
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulation import Levers, Moment, Outcomes, Strategy, Study, library, simulate
from simulation.profile import DataNotAvailableError, ProfileView
from simulation.shoppers import COLUMNS
from simulation.simulate import DAYS_A_MONTH, FIXED
from simulation.strategy import DATA_POINTS
from simulation.world import World
from tests.stores import (
    FASHION,
    FOUR_STAGES,
    accounts_of,
    built,
    differences,
    edge,
    installed,
    lively,
    shipped,
    stage,
    world_with,
)

STRATEGIES = sorted(library().strategies.items())
each = pytest.mark.parametrize(("name", "strategy"), STRATEGIES, ids=[name for name, _ in STRATEGIES])

EAGER: dict[str, dict[str, Any]] = {
    "smart_content": {"precision": 0.1},
    "related_recommendations": {"precision": 0.0},
    "location_trends": {"plain": 0.5, "least": 0.0},
    "segment_content": {"pooling": 0.0, "least": 0.0},
    "cart_recovery": {"discount": 0.2, "delay_days": 0.2},
    "cross_sell": {"discount": 0.2},
    "scarcity_message": {"threshold": 1000.0},
    "new_arrivals": {"every_days": 4.0, "fit": -5.0},
    "early_access": {"every_days": 4.0, "best": 0.5},
    "rfm_care": {"every_days": 4.0, "recent_days": 5.0, "gift": 0.2},
    "flash_sale": {"every_days": 4.0, "hours": 24.0, "share": 1.0},
    "influencer_seeding": {"every_days": 4.0, "orders": 1, "minimum": 100.0, "gifts": 100.0},
    "frequency_cap": {"most": 1},
    "hold_out": {"share": 0.5},
    "ab_test": {"strategy": "rfm_care"},
    "predictive_targeting": {"every_days": 3.0, "outcome_days": 3.0, "refit_days": 5.0, "least": 1},
    "adaptive_social_proof": {"few": 1000.0, "sold": 0.1, "rated": -10.0},
    "dynamic_testing": {"reward_days": 1.0, "caution": 1.0},
}
"""Parameters with which something happens in a small store; strategies of third parties run with their defaults."""


MAIL: dict[str, dict[str, Any]] = {name: EAGER[name] for name in ("cart_recovery", "rfm_care")}
COMPANY: dict[str, dict[str, dict[str, Any]]] = {
    "unified_profile": {"related_recommendations": EAGER["related_recommendations"]},
    "frequency_cap": MAIL,
    "hold_out": MAIL,
    "ab_test": MAIL,
}
"""Strategies that meet nobody themselves, but change what others do, stand in a plan with these."""


def plan(name: str) -> dict[str, dict[str, dict[str, Any]]]:
    others = COMPANY.get(name, {})
    return {"Without": others, "With": {name: EAGER.get(name, {}), **others}}


def without(name: str, **changes: Any) -> Outcomes:
    """Return the outcomes of the lively store without a strategy, run once for all strategies that they serve."""
    return _without(json.dumps(plan(name)["Without"], sort_keys=True), json.dumps(changes, sort_keys=True))


@cache
def _without(others: str, changes: str) -> Outcomes:
    return simulate(lively({"Without": json.loads(others)}, **json.loads(changes)), "Without", 0)


def did_nothing(name: str, **changes: Any) -> None:
    """Check that a plan has the outcomes of the plan without the strategy, and that all its counts are zero."""
    with_it = simulate(lively(plan(name), **changes), "With", 0)
    assert differences(without(name, **changes), with_it) == []
    assert counts_of(with_it, name).sum() == 0
    assert any(note.startswith(name) for note in with_it.facts.notes)


def counts_of(outcomes: Outcomes, name: str) -> np.ndarray:
    table = outcomes.tables["strategies"]
    counts: np.ndarray = table.values[table.axes[0][1].index(name)]
    return counts


# funnels -----------------------------------------------------------------------------------------------------------
@each
def test_it_does_something_in_the_lively_store(name: str, strategy: type[Strategy]) -> None:
    store = {"data": {"unified": False}, "offers": {"shipping_fee": 4.0}}
    with_it = simulate(lively(plan(name), **store), "With", 0)
    counts = with_it.tables["strategies"]
    if name in COMPANY:
        assert counts_of(with_it, name).sum() == 0
    else:
        assert counts.at(name, "reach") > 0
        assert counts.at(name, "impressions") + counts.at(name, "sent") > 0
        assert counts.at(name, "reach") <= counts.at(name, "impressions") + counts.at(name, "sent")
    assert differences(without(name, **store), with_it) != []


@each
@pytest.mark.parametrize("path", [FASHION, FOUR_STAGES], ids=["six stages", "four stages"])
def test_it_runs_in_the_shipped_funnels(path: Path, name: str, strategy: type[Strategy]) -> None:
    raw = shipped(path)
    brief = {**raw["experiment"], "visitors": 300, "days": 20.0, "warm_up_days": 5.0, "follow_up_days": 10.0}
    outcomes = simulate(built(raw, plan(name), experiment=brief), "With", 0)
    assert outcomes.facts.notes == ()
    assert outcomes.total("visits") > 0


@each
def test_where_its_stage_is_missing_it_says_so_and_does_nothing(name: str, strategy: type[Strategy]) -> None:
    """A strategy with roles: in a shop of one page of another role. One without (it writes messages) works there."""
    roles = roles_of(strategy(**EAGER.get(name, {})))
    elsewhere = next(role for role in ("entry", "browse", "compare", "checkout") if role not in roles)
    funnel = {
        "stage": [stage("page", elsewhere, fills_cart=True), stage("after", "care")],
        "edge": [edge("page", "after", 3), edge("page", "leave", 7)],
    }
    store = {"funnel": funnel, "repurchase": {"enter_at": "page"}}
    if roles:
        did_nothing(name, **store)
    else:
        assert simulate(lively(plan(name), **store), "With", 0).facts.notes == without(name, **store).facts.notes


def roles_of(strategy: Strategy) -> set[str]:
    """Return the roles of a strategy and of those that it runs in its place."""
    return {*strategy.roles, *(role for one in strategy.inner() for role in roles_of(one))}


# data --------------------------------------------------------------------------------------------------------------
@each
def test_without_one_of_its_data_points_it_says_so_and_does_nothing(name: str, strategy: type[Strategy]) -> None:
    for point in sorted(needs_of(strategy(**EAGER.get(name, {})))):
        did_nothing(name, data={point: False})


@each
def test_it_may_not_read_what_it_did_not_declare(name: str, strategy: type[Strategy]) -> None:
    world, rows, now = shop_floor(lively(plan(name)), 20)
    profile = world.moment(world.strategies[0], rows, now).profile
    refusals = {column: refusal(read) for column, read in readings(profile).items()}
    open_to_it = {column for column, said in refusals.items() if not said}
    needs = needs_of(world.strategies[0].strategy)
    others = [repr(point) for point in DATA_POINTS if point not in needs]
    assert all(any(point in said for point in others) for said in refusals.values() if said)
    assert ("orders" in open_to_it) == ("purchases" in needs)
    assert ("carted" in open_to_it) == ("onsite" in needs)
    assert ("birthday" in open_to_it) == ("personal" in needs)


def needs_of(strategy: Strategy) -> set[str]:
    """Return the data points that a strategy and those that it runs in its place need."""
    return {*strategy.needs, *(point for one in strategy.inner() for point in needs_of(one))}


def refusal(read: Callable[[], object]) -> str:
    """Return what is said when a column may not be read, or nothing."""
    try:
        read()
    except DataNotAvailableError as error:
        return str(error)
    return ""


def readings(profile: ProfileView) -> dict[str, Callable[[], Any]]:
    """Return all ways to read columns of a profile, by name."""
    names = [name for name, member in vars(ProfileView).items() if isinstance(member, property)]
    columns: dict[str, Callable[[], Any]] = {name: partial(getattr, profile, name) for name in names}
    return columns | {name: partial(profile.trait, name) for name in ("place", "age", "gender")}


@each
def test_without_consent_it_sees_nothing_of_the_shoppers_browsing(name: str, strategy: type[Strategy]) -> None:
    """What customers bought and permitted stays known; what they looked at, who they are and taste so learnt do not."""
    spied, met = spying(strategy)
    with installed(spied):
        simulate(lively(plan(name), data={"consent": 0.0, "personal_consent": 0.0}), "With", 0)
    for moment in met:
        recorded = readings(moment.profile)
        for column in ("viewed", "carted", "interest", "pixel_product", "place", "age", "gender", "birthday"):
            assert refusal(recorded[column]) or (recorded[column]() == -1).all(), column
        if not {"purchases", "email"} & set(strategy.needs):  # clicks on mail are known by permission
            assert (moment.profile.belief()[1] == 0.0).all()


def spying(strategy: type[Strategy]) -> tuple[type[Strategy], list[Moment]]:
    """Return the strategy with its hooks watched, and the moments that it met."""
    met: list[Moment] = []

    def watched(hook: str) -> Callable[[Strategy, Moment, Levers], None]:
        def see(self: Strategy, moment: Moment, levers: Levers) -> None:
            met.append(moment)
            getattr(super(spied, self), hook)(moment, levers)

        return see

    hooks = {hook: watched(hook) for hook in ("act", "left", "ordered") if strategy.overrides(hook)}
    spied = type(strategy.__name__, (strategy,), hooks)
    return spied, met


# batches -----------------------------------------------------------------------------------------------------------
def shop_floor(study: Study, size: int) -> tuple[World, np.ndarray, np.ndarray]:
    """Return a world whose first strategy has begun, and ``size`` shoppers in it with a product in mind."""
    world, rows = world_with(study, size, "With")
    world.shoppers.item[rows] = world.shoppers.cart[rows] = rows % world.goods.price.size
    world.shoppers.visits[rows] = 1
    return world, rows, np.full(size, 5.0)


def meet(world: World, rows: np.ndarray, now: np.ndarray, hook: str) -> tuple[Moment, Levers]:
    """Let the world's strategy meet shoppers, and return what it met and pulled."""
    shelf = np.tile(np.arange(4), (rows.size, 1)) if hook == "act" else None
    active, levers = world.strategies[0], Levers(world, rows, now, shelf)
    moment = world.moment(active, rows, now, stage=1, shelf=shelf, cart=np.ones(rows.size, dtype=np.bool_))
    getattr(active.strategy, hook)(moment, levers)
    return moment, levers


@each
@pytest.mark.parametrize("size", [0, 1, 2])
def test_it_copes_with_the_smallest_batches(size: int, name: str, strategy: type[Strategy]) -> None:
    world, rows, now = shop_floor(lively(plan(name)), size)
    for hook in ("act", "left", "ordered"):
        _, levers = meet(world, rows, now, hook)
        assert levers.pulls.touched.shape == (size,), hook


@each
@pytest.mark.parametrize("hook", ["act", "left", "ordered"])
def test_it_changes_shoppers_through_levers_only(hook: str, name: str, strategy: type[Strategy]) -> None:
    """Levers count reach, irritate and please; every other column, truth above all, stays as it was."""
    world, rows, now = shop_floor(lively(plan(name)), 50)
    there = world.shoppers.size  # friends of theirs may come to be, as rows after theirs
    before = {column: getattr(world.shoppers, column)[:there].copy() for column in (*COLUMNS, "taste")}
    stock = world.stock.on_hand.copy()
    meet(world, rows, now, hook)
    changed = {
        name
        for name, was in before.items()
        if not np.array_equal(getattr(world.shoppers, name)[:there], was, equal_nan=True)
    }
    assert changed <= {"reached", "fatigue", "fatigue_at", "trust", "permission", "stake"}
    assert (world.stock.on_hand == stock).all()


def test_what_a_strategy_meets_cannot_be_written_to() -> None:
    world, rows, now = shop_floor(lively({"With": {"cart_recovery": {}}}), 3)
    moment, _ = meet(world, rows, now, "act")
    for array in (moment.now, moment.item, moment.cart, moment.shelf, moment.shop.prices, moment.shop.features):
        assert array is not None
        with pytest.raises(ValueError, match="read-only"):
            array[:] = 0
    moment.profile.carted[:] = 0
    moment.profile.belief()[0][:] = 7.0
    assert (world.shoppers.cart[rows] == rows).all()
    with pytest.raises(AttributeError):
        moment.now = now  # type: ignore[misc]


def test_luck_of_some_is_what_they_have_among_all() -> None:
    world, rows, now = shop_floor(lively({"With": {"cart_recovery": {}}}), 6)
    moment, _ = meet(world, rows, now, "act")
    some = np.array([4, 1])
    assert moment.luck("something", some).tolist() == moment.luck("something")[some].tolist()
    assert moment.only(some).luck("something").tolist() == moment.luck("something")[some].tolist()
    both = moment.lucks(["something", "another"], some)
    assert both.tolist() == [moment.luck("something", some).tolist(), moment.luck("another", some).tolist()]


# parameters and costs ----------------------------------------------------------------------------------------------
def ends(strategy: type[Strategy]) -> list[tuple[str, float]]:
    """Return each parameter's bounds, as values that are just allowed."""
    found = []
    for parameter, field in strategy.model_fields.items():
        for bound in field.metadata:
            value = next(getattr(bound, b) for b in ("ge", "gt", "le", "lt") if hasattr(bound, b))
            found.append((parameter, value + 0.5 if hasattr(bound, "gt") else value))
    return found


@each
def test_it_runs_at_the_ends_of_its_parameters(name: str, strategy: type[Strategy]) -> None:
    """All at their lower ends, then all at their upper ones; any warning is an error: no division by zero."""
    lower = dict(reversed(ends(strategy)))
    for given in (lower, dict(ends(strategy))):
        study = lively({"With": {name: {**EAGER.get(name, {}), **given}}})
        assert simulate(study, "With", 0).total("visits") > 0


@each
def test_its_costs_are_booked_to_it(name: str, strategy: type[Strategy]) -> None:
    """Against the same strategy for nothing: by the month and by the message, each to its own account."""
    fixed = {"technology": 1000.0, "data": 200.0, "content": 30.0, "personnel": 4.0}
    paid, unpaid = (
        lively(
            {"With": {name: {**EAGER.get(name, {}), "monthly": monthly}}},
            costs=dict.fromkeys(("email", "push", "advert"), each),
        )
        for monthly, each in ((fixed, 0.5), ({}, 0.0))
    )
    outcomes = simulate(paid, "With", 0)
    mine, stores = accounts_of(outcomes, name), accounts_of(outcomes, "store")
    free = accounts_of(simulate(unpaid, "With", 0), name)
    months = paid.experiment.days / DAYS_A_MONTH
    assert {kind: mine[kind] - free[kind] for kind in FIXED} == {
        kind: round(amount * months * paid.simulated_share * 100) for kind, amount in fixed.items()
    }
    assert sum(mine[kind] - free[kind] for kind in ("messages", "media")) == 50 * delivered(outcomes, name)
    assert all(stores[account] == 0 for account in (*FIXED, "messages", "gifts", "discounts"))
    assert all(mine[account] == 0 for account in ("revenue", "returned", "goods", "fulfilment"))


def delivered(outcomes: Outcomes, name: str) -> int:
    return outcomes.tables["strategies"].at(name, "delivered")


@pytest.mark.parametrize("path", [FASHION, FOUR_STAGES], ids=["six stages", "four stages"])
def test_all_together_run_also_behind_a_hold_out_and_a_test(path: Path) -> None:
    """Every strategy of the shipped plan, with half of the shoppers held out and one strategy under test."""
    raw = shipped(path)
    everything = dict(raw["plans"]["Everything"])
    gates: dict[str, dict[str, Any]] = {"hold_out": {"share": 0.5}, "ab_test": {"strategy": "related_recommendations"}}
    brief = {**raw["experiment"], "visitors": 1500, "days": 40.0, "warm_up_days": 10.0, "follow_up_days": 20.0}
    study = built(raw, {"Everything": everything, "Held": {**everything, **gates}}, experiment=brief)
    free, held = (simulate(study, plan, 0) for plan in ("Everything", "Held"))
    assert held.facts.notes == ()
    for name in everything:
        at = held.tables["strategies"].at(name, "reach"), free.tables["strategies"].at(name, "reach")
        assert at[0] <= at[1] or at[1] < 50, name
