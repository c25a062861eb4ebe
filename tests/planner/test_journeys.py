"""Samples of shoppers and their stories: found by what happened, by number, and again under another plan."""

import numpy as np
import pytest

from planner.journeys import (
    WHAT,
    Kept,
    Log,
    about,
    chosen,
    counts,
    number_of,
    place_of,
    run_log,
    sample_study,
    spent,
    with_number,
)
from planner.stories import Happening, parting, story
from simulation import DRIVERS, Study, simulate
from tests.stores import lively

PLANS: dict[str, dict[str, dict[str, float]]] = {"All": {"cart_recovery": {}, "instant_discount": {}}}
STUDY: Study = sample_study(lively(PLANS, experiment={"visitors": 800}), shoppers=400)


@pytest.fixture(scope="module")
def log() -> Log:
    return run_log(STUDY, "All")


@pytest.fixture(scope="module")
def other() -> Log:
    return run_log(STUDY, "Baseline")


def test_a_sample_is_small_and_changes_no_outcome(log: Log) -> None:
    assert STUDY.experiment.visitors == 400
    assert 300 < log.keys.size < 600
    assert sum(column.nbytes for column in log.table.values()) < 2_000_000, "it is sent from one process to another"
    measured = counts(log, "order").sum()
    assert measured >= simulate(STUDY, "All", 0).total("orders") > 0


def test_what_happened_is_counted_for_each(log: Log) -> None:
    assert (counts(log, "visit") >= 1).all()
    assert ((counts(log, "order") > 0) == (spent(log) > 0)).all()
    for what in list(WHAT)[:-1]:
        found = chosen(log, Kept(what))
        assert (np.diff(found) > 0).all()
        assert found.size <= log.keys.size
    assert set(chosen(log, Kept("again"))) < set(chosen(log, Kept("ordered")))
    assert 0 < chosen(log, Kept("cart")).size < log.keys.size


def test_whom_a_strategy_reached_is_found_and_told(log: Log, other: Log) -> None:
    found = chosen(log, Kept("reached", "cart_recovery"))
    assert found.size
    for place in found[:5]:
        assert any(what.kind == "reached" and "Cart recovery" in what.text for what in story(log, int(place)))
    assert chosen(other, Kept("reached", "cart_recovery")).size == 0


def test_a_number_finds_its_shopper_under_every_plan(log: Log, other: Log) -> None:
    for place in (0, 17, 99):
        key = int(log.keys[place])
        assert place in with_number(log, number_of(key))
        there = place_of(other, key)
        assert there is not None
        assert about(other, there) == about(log, place)
        assert story(other, there)[0].day == story(log, place)[0].day
    assert with_number(log, "").size == log.keys.size
    assert place_of(log, 1) is None


def test_a_story_is_in_order_and_each_visit_ends(log: Log) -> None:
    for place in range(60):
        told = story(log, place)
        assert [what.day for what in told] == sorted(what.day for what in told)
        visits = [what.visit for what in told if what.kind == "visit"]
        assert visits == list(range(1, len(visits) + 1))
        assert sum(what.kind == "left" for what in told) <= len(visits)
        assert sum(what.kind == "order" for what in told) == counts(log, "order")[place]


def test_decisions_say_what_pushed_and_held_back_the_strongest_first(log: Log) -> None:
    told = [what for place in range(100) for what in story(log, place)]
    decided = [what for what in told if what.kind in ("decision", "left")]
    sizes = [[abs(share.size) for share in what.shares] for what in decided]
    assert all(size == sorted(size, reverse=True) for size in sizes)
    assert {share.driver for what in decided for share in what.shares} <= set(DRIVERS)
    assert any(share.size < 0 for what in decided for share in what.shares)
    assert sum(map(len, sizes)) > len(decided)
    assert all(not what.shares for what in told if what.kind not in ("decision", "left"))


def test_nobody_parts_from_himself_and_somebody_from_the_other_plan(log: Log, other: Log) -> None:
    partings = []
    for place in range(log.keys.size):
        there = place_of(other, int(log.keys[place]))
        mine = story(log, place)
        assert parting(mine, mine) is None
        if there is not None:
            partings.append(parting(mine, story(other, there)))
    told = [place for place in partings if place is not None]
    assert 0 < len(told) < len(partings) / 2
    assert len(chosen(log, Kept("parts"), other)) == len(told) + log.keys.size - len(partings)
    assert chosen(log, Kept("parts"), log).size == 0
    assert chosen(log, Kept("parts")).size == 0


def test_parting_is_where_other_things_are_done() -> None:
    one = [_did(0.0, "visit"), Happening(0.1, 0, "message", "gets", -1), _did(0.2, "decision", "a"), _did(0.3, "order")]
    assert parting(one, [_did(0.0, "visit"), _did(0.2, "decision", "a"), _did(0.3, "order")]) is None
    assert parting(one, [_did(0.0, "visit"), _did(0.2, "decision", "b")]) == 2
    assert parting(one, one[:3]) == 3
    assert parting(one[:3], one) == 3


def _did(day: float, kind: str, text: str = "") -> Happening:
    return Happening(day, 1, kind, text or kind, 0)
