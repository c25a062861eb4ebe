"""A visit: what is in mind, how time answers questions, how prices count, who is served when."""

from typing import Any

import numpy as np
import pytest

from simulation import agenda, compile_funnel
from simulation.agenda import FIRST, RETURN
from simulation.funnel import DRIVER
from simulation.visit import Floor
from simulation.visits import Visits
from simulation.world import World
from tests.stores import LIVELY, lively, run_with_log, world_with


def floor(size: int = 4, **changes: Any) -> tuple[World, np.ndarray, Floor]:
    world, rows = world_with(lively({"Mail": {"cart_recovery": {}}}, **changes), size, "Mail")
    return world, rows, Floor(world)


# on a page ---------------------------------------------------------------------------------------------------------
def test_what_is_in_mind_is_the_best_seen_so_far() -> None:
    world, rows, at = floor(200)
    luck, sh = np.random.default_rng(1), world.shoppers
    sh.item[rows] = -1
    sh.item_utility[rows] = -np.inf
    before = sh.item_utility[rows].copy()
    for _ in range(3):
        shelf = luck.integers(0, 8, (200, 4))
        at._look(sh.key[rows], rows, shelf)
        assert (sh.item_utility[rows] >= before).all()
        changed = sh.item_utility[rows] > before
        assert (shelf[changed] == sh.item[rows][changed][:, None]).any(axis=1).all()
        before = sh.item_utility[rows].copy()


def test_time_on_the_page_answers_questions() -> None:
    """At the study's six minutes, 63 % of the open questions are answered."""
    world, rows, at = floor(2)
    sh, stage = world.shoppers, at.stages[1]
    sh.clarity[rows] = [0.0, 0.5]
    visits = Visits.of(2)
    minutes = world.study.behaviour.clarity_minutes
    u = np.full(2, np.exp(-minutes / (stage.dwell * 24 * 60)))
    clarity = at._dwell(visits, np.arange(2), rows, u, stage, None)
    assert sh.clarity[rows] == pytest.approx([1 - np.exp(-1), 1 - 0.5 * np.exp(-1)])
    assert clarity == pytest.approx(sh.clarity[rows] - world.study.behaviour.typical_clarity)
    assert visits.time == pytest.approx(np.full(2, minutes / (24 * 60)))


def test_the_price_counts_against_the_lower_of_competitor_and_reference() -> None:
    world, rows, at = floor(4, behaviour={"reference_learning": 0.0})
    goods = world.goods
    dear, cheap = int(goods.competitor.argmax()), int(goods.competitor.argmin())
    world.shoppers.item[rows] = [dear, cheap, -1, cheap]
    visits = Visits.of(4)
    visits.offer[:] = [0.0, 0.0, 0.1, 0.1]
    x = np.zeros((len(DRIVER), 4))
    x[DRIVER["price"]] = reference = np.array([-0.05, 0.0, 0.0, 0.0])
    at._price(x, visits, np.arange(4), rows, at.stages[2])
    outside = np.minimum(
        np.array([goods.competitor[dear], goods.competitor[cheap], 0.0, goods.competitor[cheap]]), reference
    )
    assert x[DRIVER["price"]] == pytest.approx(np.log1p(-visits.offer) - outside)


# drivers at work ---------------------------------------------------------------------------------------------------
def passing(source: str, target: str, **changes: Any) -> float:
    """Return the share of passages through a stage that take an edge, in a run of the lively store."""
    changes["experiment"] = {"visitors": 2500, "follow_up_days": 0.0, **changes.get("experiment", {})}
    outcomes, _ = run_with_log(lively(**changes))
    table = outcomes.tables["edges"]
    through = sum(table.at(name) for name in table.axes[0][1] if name.startswith(f"{source}>"))
    return table.at(f"{source}>{target}") / through


def test_drivers_push_and_hold_back() -> None:
    """One change each, on the same shoppers with the same luck."""
    usual = passing("door", "look")
    devices = [{**device, "friction": 1.0} for device in LIVELY["device"]]
    assert passing("door", "look", device=devices) < usual
    reasons = [{**reason, "intent": 2.0} for reason in LIVELY["reason"]]
    assert passing("door", "look", reason=reasons) > usual
    till = passing("till", "after", stock={"unlimited": True})
    assert passing("till", "after", stock={"unlimited": True}, shoppers={"price_sensitivity": 0.0}) != till


def test_tablet_or_phone_friction_shows_in_who_converts() -> None:
    outcomes, _ = run_with_log(
        lively(
            experiment={"visitors": 4000},
            device=[{"name": "slow", "share": 1, "friction": 1.5}, {"name": "quick", "share": 1, "friction": -0.5}],
        )
    )
    splits = outcomes.tables["splits"]
    slow, quick = (
        splits.at(f"device:{name}", "orders") / splits.at(f"device:{name}", "visits") for name in ("slow", "quick")
    )
    assert slow < 0.7 * quick


def test_a_visit_walks_along_the_edges_that_it_chose() -> None:
    """Each decision is taken where the one before led, and after leaving at one of the doors."""
    study = lively(stock={"unlimited": True})
    funnel, decisions = compile_funnel(study.funnel), run_with_log(study)[1].only("decision")
    order = np.lexsort((decisions["time"], decisions["shopper"]))
    led: dict[int, str] = {}
    for place in order:
        who, here = int(decisions["shopper"][place]), funnel.names[decisions["stage"][place]]
        source, target = funnel.edges[decisions["edge"][place]]
        assert source == here
        before = led.get(who, "leave")
        assert here == before or (before == "leave" and here in ("door", "look", "cart"))
        led[who] = target
    assert set(led.values()) == {"leave"}


# waiting -----------------------------------------------------------------------------------------------------------
def test_who_has_no_company_is_served_when_patience_ends() -> None:
    """In a store whose shelves never empty that is every fortnight; nobody else need come."""
    world, rows, at = floor(50, experiment={"company": 1000}, stock={"unlimited": True})
    world.agenda.put(agenda.events(np.full(25, 0.5), rows[:25], FIRST))
    at.serve(1.0)
    assert (world.shoppers.visits[rows] == 1).tolist() == [True] * 25 + [False] * 25
    world.agenda.put(agenda.events(np.full(25, 2.0), rows[25:], FIRST))
    for day in (3.0, 9.0, 14.0):
        at.serve(day)
        assert not world.shoppers.visits[rows[25:]].any(), day
    at.serve(15.0)
    assert (world.shoppers.visits[rows[25:]] == 1).all()


def test_who_was_not_let_in_is_served_with_the_next_that_he_comes_for() -> None:
    """An own return that was overtaken by something else opens no door, but waits before the next one."""
    world, rows, at = floor(40, experiment={"company": 40})
    at.serve(1.0)  # the first period waits for nobody
    for time, token in ((1.2, 7), (1.4, 0)):
        world.agenda.put(agenda.events(np.full(rows.size, time), rows, RETURN, 0, token))
    at.serve(2.0)
    assert (world.shoppers.visits[rows] == 1).all()
