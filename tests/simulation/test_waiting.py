"""The waiting room: batches of one event each, given out as soon as enough are ready; what has lapsed takes none."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation import agenda, simulate
from simulation.agenda import DELIVERY, FIRST, RETURN
from simulation.waiting import WaitingRoom
from simulation.world import World
from tests.stores import fashion, lively, world_with

SHOPPERS = 6
ARRIVALS = st.lists(st.tuples(st.integers(0, SHOPPERS - 1), st.sampled_from([FIRST, DELIVERY])), max_size=6)


def full_house() -> tuple[World, WaitingRoom]:
    """Return a world whose shoppers have a message each to come, as their rows number them, and its waiting room."""
    world, rows = world_with(lively({"Mail": {"cart_recovery": {}}}), SHOPPERS, "Mail")
    content: dict[str, Any] = {"by": 0, "channel": 0, "product": -1, "offer": 0.0, "stage": 1, "personal": 0.0}
    world.outbox.send(rows, np.full(rows.size, 50.0), **content, visits=-1)
    return world, WaitingRoom(world)


def arrive(world: World, day: int, who: list[tuple[int, int]]) -> None:
    for place, (row, kind) in enumerate(who):
        time = np.array([day + place / 10.0])
        world.agenda.put(agenda.events(time, np.array([row]), kind, row))


@given(st.lists(ARRIVALS, min_size=1, max_size=8), st.integers(2, 4), st.integers(2, 4))
def test_it_gives_what_looking_anew_at_every_question_would_give(
    days: list[list[tuple[int, int]]], several: int, least: int
) -> None:
    """Not looking where nothing can have changed enough saves time only."""
    (world, room), (twin, careful) = full_house(), full_house()
    for day, who in enumerate(days, start=1):
        arrive(world, day, who)
        arrive(twin, day, who)
        for wanted in ((several, least), (1, 1) if day % 3 == 0 else (several, least)):
            careful.free(SHOPPERS)
            batch, expected = room.batch(day + 1.0, *wanted), careful.batch(day + 1.0, *wanted)
            assert batch.tolist() == expected.tolist()
            assert sum(room._waiting) == room._events.size + sum(map(len, room._arrived))
            if batch.size and batch["kind"][0] != DELIVERY:
                room.free(batch.size)  # nobody is let in
            assert np.unique(batch["row"]).size == batch.size
            assert not batch.size or batch.size >= (wanted[0] if batch["kind"][0] == DELIVERY else wanted[1])


def test_who_is_on_the_site_is_not_ready_until_he_has_left() -> None:
    world, room = full_house()
    arrive(world, 1, [(row, RETURN) for row in range(SHOPPERS)])
    world.shoppers.on_site[:3] = True
    assert room.batch(2.0, 4, 4).size == 0
    world.shoppers.on_site[:3] = False
    room.free(3)
    assert room.batch(2.0, 4, 4)["row"].tolist() == list(range(SHOPPERS))


# what has lapsed ---------------------------------------------------------------------------------------------------
def test_what_has_lapsed_may_be_dropped_at_once_or_in_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dropped are messages that would not be delivered and visits that would not be made, whatever comes before."""
    study = fashion(
        {"Mail": {"retargeting_ads": {}, "cart_recovery": {}, "order_follow_up": {}, "frequency_cap": {"most": 3}}},
        experiment={"visitors": 3000.0, "follow_up_days": 90.0, "ltv_days": 90.0},
        stock={"unlimited": True},
    )
    dropped: list[int] = []
    drop = WaitingRoom._drop_lapsed

    def counted(room: WaitingRoom) -> None:
        before = room._events.size
        drop(room)
        dropped.append(before - room._events.size)
        assert sum(room._waiting) == room._events.size

    monkeypatch.setattr(WaitingRoom, "_drop_lapsed", counted)
    at_once = simulate(study, "Mail", 0)
    monkeypatch.setattr(WaitingRoom, "_drop_lapsed", lambda room: None)
    assert simulate(study, "Mail", 0).digest() == at_once.digest()
    assert sum(dropped) > 100
