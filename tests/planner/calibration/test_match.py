"""The search for knobs, on made-up engines whose answer is known."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest

from planner.calibration.estimates import Estimate
from planner.calibration.knobs import Knob
from planner.calibration.match import FIRST_REPLICATION, Job, match, simulations

KNOBS = (
    Knob("basket", "units_per_order", 1.0, 0.01, 50.0),
    Knob("contrast", "log_sd", 0.6, 0.02, 4.0),
    Knob("level", "aov", 1.0, 1e-6, 1e6),
    Knob("needs", "repeat_orders_365", 0.6, 1.0, 100.0),
)
START = {"basket": 0.8, "contrast": 1.0, "level": 0.3, "needs": 2.5}
TRUTH = {"basket": 1.3, "contrast": 0.6, "level": 0.25, "needs": 3.2}
SLOPES = np.array([[0.9, 0.0, 0.0, 0.1], [0.2, 0.5, 0.0, 0.0], [0.55, 0.3, 1.0, 0.1], [0.0, 0.05, 0.0, 0.75]])
"""How the made-up engine's facts move with its knobs; not what the search first believes."""


class Engine:
    """Facts are powers of the knobs, bent a little, times luck of the replication."""

    def __init__(self, noise: float = 0.0, slopes: np.ndarray = SLOPES) -> None:
        self.noise, self.slopes = noise, slopes
        self.jobs: list[Job] = []

    def __call__(self, job: Job) -> dict[str, Estimate]:
        self.jobs.append(job)
        rng = np.random.default_rng(job.replication)
        size = self.noise / (2.0 if job.large else 1.0)
        return self.facts(job.knobs, rng.normal(0.0, size, len(KNOBS)) if size else np.zeros(len(KNOBS)))

    def facts(self, knobs: Mapping[str, float], luck: np.ndarray, error: float = 0.01) -> dict[str, Estimate]:
        moved = np.log([knobs[knob.name] / START[knob.name] for knob in KNOBS])
        logs = self.slopes @ moved + 0.1 * moved**2 + luck
        values = dict(zip((knob.fact for knob in KNOBS), np.exp(logs) * [0.9, 0.8, 100.0, 1.2], strict=True))
        values["units_per_order"] += 1.0
        scale = {name: value - (name == "units_per_order") for name, value in values.items()}
        return {name: Estimate(value, error * scale[name], 1000) for name, value in values.items()}


def wanted(error: float = 0.01) -> dict[str, Estimate]:
    return Engine().facts(TRUTH, np.zeros(len(KNOBS)), error)


def test_the_truth_is_found() -> None:
    found = match(KNOBS, START, wanted(), Engine())
    for name, truth in TRUTH.items():
        assert found.knobs[name].value == pytest.approx(truth, rel=0.01)
        assert found.knobs[name].n == 1000
    assert found.at_limit == ()


def test_with_luck_the_truth_lies_within_the_errors() -> None:
    misses = []
    for seed in range(20):
        engine = Engine(noise=0.05)
        luck = np.random.default_rng(10_000 + seed).normal(0.0, 0.02, len(KNOBS))
        found = match(KNOBS, START, Engine().facts(TRUTH, luck, error=0.02), engine)
        misses += [math.log(found.knobs[n].value / truth) / (found.knobs[n].se / truth) for n, truth in TRUTH.items()]
    # 80 standardised misses: their mean square is near 1 (the luck of the simulations is the same in all 20)
    assert 0.4 < np.mean(np.square(misses)) < 2.5


def test_the_search_stays_on_one_luck_and_the_last_steps_have_fresh_ones() -> None:
    engine = Engine(noise=0.02)
    match(KNOBS, START, wanted(), engine)
    assert len(engine.jobs) <= simulations(KNOBS)
    assert {job.replication for job in engine.jobs if not job.large} == {FIRST_REPLICATION}
    fresh = [job.replication for job in engine.jobs if job.large]
    assert len(set(fresh)) == len(fresh)
    assert FIRST_REPLICATION not in fresh


def test_a_fact_out_of_reach_does_not_carry_the_others_away() -> None:
    stiff = SLOPES.copy()
    stiff[1] = [0.5, 0.0, 0.0, 0.0]  # the spread hangs on the basket alone, which has a fact of its own
    engine, facts = Engine(slopes=stiff), wanted()
    facts["log_sd"] = Estimate(2.0, 0.02, 1000)
    found = match(KNOBS, START, facts, engine)
    reached = engine.facts({name: estimate.value for name, estimate in found.knobs.items()}, np.zeros(len(KNOBS)))
    assert reached["log_sd"].value < 1.5
    for fact in ("units_per_order", "aov", "repeat_orders_365"):
        assert reached[fact].value == pytest.approx(facts[fact].value, rel=0.03)


def test_a_fact_that_is_hardly_known_leaves_its_knob_where_it_was() -> None:
    facts = wanted()
    facts["repeat_orders_365"] = Estimate(5.0, 50.0, 3)
    found = match(KNOBS, START, facts, Engine())
    assert found.knobs["needs"].value == pytest.approx(START["needs"], rel=0.1)  # other facts tell a little of it
    assert found.knobs["needs"].se == pytest.approx(START["needs"], rel=0.2)
    assert found.knobs["level"].value == pytest.approx(TRUTH["level"], rel=0.05)


def test_a_knob_at_its_limit_is_named() -> None:
    facts = wanted()
    facts["repeat_orders_365"] = Estimate(0.05, 0.0005, 1000)
    assert match(KNOBS, START, facts, Engine()).at_limit == ("needs",)


def test_a_fact_that_the_simulated_log_cannot_tell_moves_nothing() -> None:
    def silent(job: Job) -> dict[str, Estimate]:
        return {name: fact for name, fact in Engine()(job).items() if name != "repeat_orders_365"}

    found = match(KNOBS, START, wanted(), silent)
    assert found.knobs["needs"].value == pytest.approx(START["needs"], rel=0.1)
