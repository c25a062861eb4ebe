"""Order values: shares of orders on a logarithmic axis."""

import math

import numpy as np
import pytest

from planner.charts.order_values import STRAY, order_values
from planner.charts.spec import ChartSpec, Curve, EndLabels, Words
from planner.experiments.comparison import Comparison
from tests.planner.synthetic import BINS, comparison


@pytest.fixture(scope="module")
def several() -> Comparison:
    return comparison(replications=4, days=30)


def curves(spec: ChartSpec, panel: int) -> list[Curve]:
    return [mark for mark in spec.panels[panel].marks if isinstance(mark, Curve)]


def test_shares_are_means_over_replications_of_the_bins_shares(several: Comparison) -> None:
    drawn = curves(order_values(several), 0)[1]
    counts = np.array([run.tables["order_values"].column("orders") for run in several.plan("Level 1").runs])
    shares = (counts / counts.sum(axis=1, keepdims=True)).mean(axis=0)
    first = [float(label) for label in BINS].index(drawn.xs[0])
    assert drawn.ys[:-1] == pytest.approx(shares[first : first + len(drawn.ys) - 1])
    assert sum(drawn.ys[:-1]) > 1 - 2 * STRAY - 0.01


def test_steps_end_with_the_right_edge_of_the_last_bin(several: Comparison) -> None:
    drawn = curves(order_values(several), 0)[0]
    assert drawn.stepped
    assert len(drawn.xs) == len(drawn.ys) == len(drawn.lows)
    assert drawn.ys[-1] == drawn.ys[-2]
    assert drawn.xs[-1] / drawn.xs[-2] == pytest.approx(1.15, abs=0.01)


def test_differences_add_up_to_nothing(several: Comparison) -> None:
    for drawn in curves(order_values(several), 1):
        assert sum(drawn.ys[:-1]) == pytest.approx(0, abs=2 * STRAY)


def test_the_axis_is_logarithmic_and_the_names_carry_the_mean(several: Comparison) -> None:
    spec = order_values(several)
    assert all(panel.x.log for panel in spec.panels)
    labels = next(mark for mark in spec.panels[0].marks if isinstance(mark, EndLabels)).labels
    assert labels[0].text == f"Baseline\nmean €{several.plan('Baseline').estimates['aov'].mean:.2f}"
    assert [label.y for label in labels] == sorted((label.y for label in labels), reverse=True)


def test_a_store_without_orders_says_so() -> None:
    spec = order_values(comparison({"Baseline": 0.0, "Level 1": 0.01}, visits=20, replications=2))
    assert [mark.text for mark in spec.panels[0].marks if isinstance(mark, Words)] == ["no orders"]
    assert all(math.isnan(y) for drawn in curves(spec, 0) for y in drawn.ys)
    assert spec.footnote == ""
