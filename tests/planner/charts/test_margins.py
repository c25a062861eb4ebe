"""The chart of a calibration: how far each outcome is off, with both errors, coloured by verdict."""

from __future__ import annotations

import math

import pytest

from planner.calibration.facts import TITLES
from planner.calibration.margins import Interval, Margin, Verdict
from planner.charts.margins import margins, off_by
from planner.charts.paint_file import paint
from planner.charts.spec import BETTER, UNDECIDED, EndLabels, Point


def margin(outcome: str, observed: Interval | None, simulated: Interval, verdict: Verdict = "trust") -> Margin:
    return Margin(outcome, TITLES[outcome], observed, simulated, verdict)


FOUND = (
    margin("aov", Interval(100.0, 96.0, 104.0), Interval(103.0, 100.0, 106.0)),
    margin("repeat_rate", Interval(0.2, 0.19, 0.21), Interval(0.5, 0.49, 0.51), "differences only"),
    margin("units_per_order", None, Interval(2.0, 1.9, 2.1), "not calibrated"),
)


def test_the_distance_is_relative_to_the_log_with_both_errors() -> None:
    off = off_by(FOUND[0])
    assert off is not None
    assert off.value == pytest.approx(0.03)
    assert off.high - off.value == pytest.approx(math.hypot(0.04 * 1.03, 0.03))
    assert off.value - off.low == pytest.approx(off.high - off.value)


def test_outcomes_that_the_log_tells_are_drawn_in_the_colour_of_their_verdict() -> None:
    marks = margins(FOUND).panels[0].marks
    points = [mark for mark in marks if isinstance(mark, Point)]
    assert [(point.hue, point.y) for point in points] == [(BETTER, 0.0), (UNDECIDED, 1.0)]
    assert points[1].x == 1.0, "what is further off than 100 % is drawn there"
    (labels,) = (mark for mark in marks if isinstance(mark, EndLabels))
    assert labels.labels[1].text.startswith("+150")
    assert margins(FOUND).data.column("verdict") == ("trust", "differences only")


def test_nothing_to_divide_by_is_left_out() -> None:
    assert off_by(margin("aov", Interval(0.0, 0.0, 0.0), Interval(1.0, 1.0, 1.0))) is None
    assert off_by(margin("aov", Interval(1.0, 1.0, 1.0), Interval(math.nan, math.nan, math.nan))) is None


def test_it_can_be_painted() -> None:
    assert paint(margins(FOUND), "png").startswith(b"\x89PNG")
