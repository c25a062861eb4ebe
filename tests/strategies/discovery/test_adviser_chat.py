"""Adviser chat: open by the hour, answered while somebody is free, annoying when nobody is; paid for being there."""

from typing import Any

import numpy as np
import pytest

from simulation import Outcomes, Study, simulate
from tests.stores import LIVELY, accounts_of, lively
from tests.strategies.counter import Counter, counter
from tests.strategies.lift import treated_lift

TALKATIVE: dict[str, Any] = {"offers": {"help_rate": 1.0}}


def desk(size: int = 200, stage: int = 2, hour: float = 12.0, **parameters: float) -> Counter:
    """Return shoppers with every question open who all wish to talk, at one hour and a stage of the lively store."""
    at = counter("adviser_chat", size, lively({"With": {"adviser_chat": parameters}}, **TALKATIVE))
    at.world.shoppers.clarity[at.rows] = 0.0
    at.world.shoppers.visits[at.rows] = 1
    return Counter(at.world, at.rows, np.full(size, 5.0 + hour / 24.0), stage)


def talks(at: Counter) -> tuple[np.ndarray, np.ndarray]:
    """Return who got through and who waited in vain."""
    pulls = at.act()
    none = np.zeros(at.rows.size)
    answered = none if pulls.answered is None else pulls.answered
    friction = none if pulls.friction is None else pulls.friction
    return answered > 0, friction > 0


@pytest.mark.parametrize(("hour", "open_now"), [(8.9, False), (9.1, True), (16.9, True), (17.1, False), (0.0, False)])
def test_it_is_offered_within_its_hours(hour: float, open_now: bool) -> None:
    through, in_vain = talks(desk(hour=hour, opens=9.0, hours=8.0))
    assert (through.any() and in_vain.any()) == open_now
    assert (through.any() or in_vain.any()) == open_now


def test_hours_may_go_past_midnight() -> None:
    assert talks(desk(hour=1.0, opens=22.0, hours=4.0))[0].any()
    assert not talks(desk(hour=3.0, opens=22.0, hours=4.0))[0].any()


def test_who_gets_through_is_answered_and_the_others_are_annoyed() -> None:
    at = desk(part=0.6, annoyance=0.7, patience=2.0, minutes=9.0)
    pulls = at.act()
    assert pulls.answered is not None
    assert pulls.friction is not None
    assert pulls.minutes is not None
    served = pulls.answered > 0
    assert 0 < served.sum() < 200
    assert pulls.answered[served] == pytest.approx(0.6)
    assert pulls.friction == pytest.approx(np.where(served, 0.0, 0.7))
    assert pulls.minutes == pytest.approx(np.where(served, 9.0, 2.0))


def test_more_advisers_mean_fewer_who_wait_in_vain() -> None:
    in_vain = [int(talks(desk(advisers=advisers))[1].sum()) for advisers in (1, 3, 20, 500)]
    assert in_vain == sorted(in_vain, reverse=True)
    assert in_vain[0] > in_vain[1] > in_vain[2] > in_vain[3] == 0


def test_an_adviser_who_holds_several_talks_serves_more() -> None:
    assert talks(desk(at_once=4))[0].sum() > talks(desk(at_once=1))[0].sum()


def test_few_of_those_who_only_browse_are_asked() -> None:
    asked = sum(flags.sum() for flags in talks(desk(size=2000, stage=1, browsing=0.2)))
    assert asked == pytest.approx(400, abs=80)
    assert sum(flags.sum() for flags in talks(desk(size=2000, stage=2, browsing=0.2))) == 2000


# in a run ----------------------------------------------------------------------------------------------------------
def store(help_rate: float = 1.0, **parameters: float) -> Study:
    """A store that is always open to talk, where most have questions."""
    weights = {role: {**given, "clarity": 1.0, "friction": -1.0} for role, given in LIVELY["funnel"]["weights"].items()}
    return lively(
        {"Chat": {"adviser_chat": {"hours": 24.0, "browsing": 1.0, "annoyance": 1.0, **parameters}}},
        funnel={"weights": weights},
        experiment={"visitors": 4000, "warm_up_days": 0.0, "follow_up_days": 7.0},
        stock={"unlimited": True},
        fulfilment={"referral": 0.0},
        offers={"help_rate": help_rate},
    )


@pytest.mark.parametrize(("advisers", "sign"), [(100, 1), (1, -1)])
def test_enough_advisers_sell_and_too_few_are_worse_than_none(advisers: int, sign: int) -> None:
    lift = treated_lift(store(advisers=advisers, minutes=240.0), "Chat")
    assert lift.reached > 1500
    assert lift.clearly(sign), lift


def personnel(outcomes: Outcomes) -> int:
    return accounts_of(outcomes, "adviser_chat")["personnel"]


def test_being_there_costs_and_talking_costs() -> None:
    """Without talks only the standby is paid; fully charged hours cost the same however much is talked."""
    study = store(help_rate=0.0, advisers=2, hours=10.0, per_hour=30.0, standby=0.25)
    day = round(2 * 10 * 30.0 * 0.25 * study.simulated_share * 100)
    assert personnel(simulate(study, "Chat", 0)) == 14 * day
    full = [store(rate, advisers=2, hours=10.0, per_hour=30.0, standby=1.0) for rate in (0.0, 1.0)]
    assert len({personnel(simulate(study, "Chat", 0)) for study in full}) == 1
    talked = personnel(simulate(store(1.0, advisers=2, hours=10.0, per_hour=30.0, standby=0.25), "Chat", 0))
    assert 14 * day < talked <= 1.01 * personnel(simulate(full[0], "Chat", 0))
