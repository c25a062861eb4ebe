"""Hold-out: a share of shoppers meets no strategy in its period, everybody does outside it; both are summed."""

import numpy as np
import pytest

from simulation import Moment, simulate
from tests.stores import Plans, differences, lively, run_with_world, world_with
from tests.strategies.counter import counter

EVERYBODY = {"smart_content": {"precision": 0.0, "usual": 1.0}, "cart_recovery": {}}


def plans(**parameters: float) -> Plans:
    return {"Full": EVERYBODY, "Held": {"hold_out": parameters, **EVERYBODY}}


def admitted(now: float, **parameters: float) -> tuple[np.ndarray, Moment]:
    """Return who of 400 shoppers may meet others at a time; the horizon begins on day 3."""
    study = lively({"With": {"hold_out": parameters}})
    at = counter("hold_out", 400, study)
    moment = at.world.moment(at.world.strategies[0], at.rows, np.full(400, now))
    return at.strategy.admits("smart_content", moment), moment


def test_a_share_is_held_out_in_its_period_and_always_the_same() -> None:
    held, moment = admitted(5.0, share=0.3, first_day=1.0, days=4.0)
    assert held.tolist() == (moment.lot("arm") < 0.7).tolist()
    assert 0.22 < 1.0 - held.mean() < 0.38
    assert (admitted(7.9, share=0.3, first_day=1.0, days=4.0)[0] == held).all()


@pytest.mark.parametrize("now", [0.0, 3.9, 8.0, 30.0])
def test_outside_its_period_everybody_is_admitted(now: float) -> None:
    assert admitted(now, share=0.9, first_day=1.0, days=4.0)[0].all()


def test_the_held_out_are_reached_by_nothing_and_the_others_as_ever() -> None:
    study = lively(plans(share=0.4), experiment={"warm_up_days": 0.0, "follow_up_days": 0.0})
    outcomes, _, world = run_with_world(study, "Held")
    sh = world.shoppers
    held = ~world.strategies[0].strategy.admits("any", world.moment(world.strategies[0], *everybody(world)))
    seen = sh.seen[: sh.size]
    assert (sh.reached[: sh.size][held] == 0).all()
    assert (sh.reached[: sh.size][~held & seen] > 0).all()
    trial = outcomes.tables["trials"]
    assert trial.at("hold_out", "control", "shoppers") == (held & seen).sum()
    assert trial.at("hold_out", "treated", "shoppers") == (~held & seen).sum()


def everybody(world: object) -> tuple[np.ndarray, np.ndarray]:
    size = world.shoppers.size  # type: ignore[attr-defined]
    return np.arange(size), np.full(size, 1.0)


def test_holding_out_all_or_nobody() -> None:
    start = {"warm_up_days": 0.0, "follow_up_days": 0.0}
    nobody = lively(plans(share=0.0), experiment=start)
    assert differences(simulate(nobody, "Full", 0), simulate(nobody, "Held", 0)) == []
    everyone = lively(plans(share=1.0), experiment=start)
    assert differences(simulate(everyone, "Baseline", 0), simulate(everyone, "Held", 0)) == []


def test_it_runs_a_trial_in_the_world() -> None:
    world, _ = world_with(lively(plans(share=0.2, first_day=2.0, days=100.0)), 3, "Held")
    (trial,) = world.trials
    assert (trial.share, trial.start, trial.end) == (0.8, 5.0, 17.0)
