"""Verdicts: what may be trusted in its level, what only in differences, what the log does not tell."""

from __future__ import annotations

import math

import pytest

from planner.calibration.estimates import Estimate
from planner.calibration.margins import Margin, fidelity
from simulation import METRICS


def judged(observed: Estimate, *simulated: float) -> Margin:
    runs = [{"aov": Estimate(value, 0.1, 10)} for value in simulated]
    return fidelity({"aov": observed}, runs, {})[0]


@pytest.mark.parametrize(
    ("observed", "simulated", "verdict"),
    [
        (Estimate(100.0, 0.1, 9000), (101.4, 101.5, 101.6), "trust"),
        (Estimate(100.0, 0.1, 9000), (102.9, 103.0, 103.1), "differences only"),
        (Estimate(100.0, 3.0, 90), (104.9, 105.0, 105.1), "trust"),
        (Estimate(100.0, 0.1, 9000), (95.0, 105.0, 115.0), "trust"),
        (Estimate(100.0, 20.0, 9), (99.9, 100.0, 100.1), "differences only"),
        (Estimate(100.0, math.inf, 1), (99.9, 100.0, 100.1), "differences only"),
    ],
    ids=["within-2-%", "off", "within-the-log's-error", "within-the-simulation's", "too-few-data", "no-error-known"],
)
def test_a_level_is_trusted_where_it_agrees(observed: Estimate, simulated: tuple[float, ...], verdict: str) -> None:
    assert judged(observed, *simulated).verdict == verdict


def test_intervals_are_those_of_the_normal_and_of_the_t_distribution() -> None:
    margin = judged(Estimate(100.0, 2.0, 500), 98.0, 100.0, 102.0)
    assert margin.observed is not None
    assert margin.observed == pytest.approx((100.0, 96.08007, 103.91993))
    assert margin.simulated == pytest.approx((100.0, 100.0 - 4.96828, 100.0 + 4.96828), abs=1e-4)


def test_outcomes_that_the_log_does_not_tell_are_not_calibrated() -> None:
    others = {"session_conversion": 0.02, "ltv": 40.0, "aov": 99.0}
    margins = fidelity({"aov": Estimate(100.0, 1.0, 50)}, [{"aov": Estimate(100.0, 1.0, 50)}] * 2, others)
    assert [margin.outcome for margin in margins] == ["aov", "session_conversion", "ltv"]
    conversion, value = margins[1:]
    assert (conversion.observed, conversion.verdict) == (None, "not calibrated")
    assert (value.observed, value.verdict) == (None, "differences only")
    assert conversion.simulated[:1] == (0.02,)
    assert math.isnan(conversion.simulated.low)
    assert conversion.title.text == METRICS["session_conversion"].title


def test_a_fact_that_hardly_any_simulated_log_tells_is_not_trusted() -> None:
    margin = fidelity({"aov": Estimate(100.0, 1.0, 50)}, [{}, {}], {})[0]
    assert margin.verdict == "differences only"
    assert math.isnan(margin.simulated.value)
