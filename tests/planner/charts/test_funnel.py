"""The funnel: flows and shares of any stage graph, drawn without touching boxes."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.charts.funnel import THICKEST, funnel
from planner.charts.funnel_flows import Stages, lanes, plan_flows, stages_of
from planner.charts.spec import BASELINE, BETTER, UNDECIDED, WORSE, Box, ChartSpec, Flow, Words
from planner.experiments.comparison import Comparison
from planner.tables import edge_counts
from tests.planner.synthetic import FOUR, SIX, WINDING, comparison

SHAPES = {"six": SIX, "four": FOUR, "three": ("landing", "browsing", "order"), "winding": WINDING}


@pytest.fixture(scope="module", params=SHAPES)
def shaped(request: pytest.FixtureRequest) -> Comparison:
    return comparison(stages=SHAPES[request.param], replications=4)


def boxes(spec: ChartSpec) -> list[Box]:
    return [mark for mark in spec.panels[0].marks if isinstance(mark, Box)]


def flows(spec: ChartSpec) -> list[Flow]:
    return [mark for mark in spec.panels[0].marks if isinstance(mark, Flow)]


def test_stages_stand_from_left_to_right_in_the_studys_order(shaped: Comparison) -> None:
    names = stages_of(edge_counts(shaped.plans[0].runs[0])).names
    for row in range(len(shaped.plans)):
        drawn = boxes(funnel(shaped))[row * len(names) : (row + 1) * len(names)]
        assert ["_".join(box.title.lower().split()) for box in drawn] == list(names)
        assert all(a.x + a.width / 2 < b.x - b.width / 2 for a, b in pairwise(drawn))
        assert len({box.y for box in drawn}) == 1


def test_stages_without_entering_edges_follow_in_order_of_mention() -> None:
    edges = [("enter", "a"), ("a", "b"), ("a", "leave"), ("b", "c"), ("b", "a"), ("c", "leave")]
    assert stages_of(edges) == Stages(("a", "b", "c"))


def test_kinds_of_edges() -> None:
    stages = Stages(("a", "b", "c"))
    edges = [("enter", "b"), ("a", "b"), ("a", "c"), ("c", "a"), ("b", "leave")]
    assert [stages.kind(edge) for edge in edges] == ["enter", "forward", "skip", "back", "leave"]


def test_shares_of_a_stage_add_up_and_visits_stand_for_the_whole_store(shaped: Comparison) -> None:
    for plan, result in zip(plan_flows(shaped), shaped.plans, strict=True):
        for source in {source for source, _ in plan.shares}:
            assert sum(float(b.mean[0]) for (s, _), b in plan.shares.items() if s == source) == pytest.approx(1)
        pooled = result.pooled
        entered = sum(n for (source, _), n in plan.visits.items() if source == "enter")
        assert entered == pytest.approx(pooled.total("visits") / pooled.facts.share / pooled.replications)


def test_what_reaches_a_stage_goes_on_or_leaves(shaped: Comparison) -> None:
    plan = plan_flows(shaped)[0]
    last = stages_of(plan.visits).names[-1]
    out = sum(n for (source, _), n in plan.visits.items() if source == last)
    assert plan.reached(last) == pytest.approx(out)


def test_differences_are_paired_by_replication_and_absent_for_the_baseline() -> None:
    whole = comparison({"Baseline": 0.0, "Level 2": 0.05}, replications=3)
    base, plan = plan_flows(whole)
    assert base.differences == {}
    edge = ("awareness", "discovery")
    counts = [[edge_counts(run) for run in result.runs] for result in whole.plans]
    shares = [[c[edge] / (c[edge] + c["awareness", "leave"]) for c in runs] for runs in counts]
    assert float(plan.differences[edge].mean[0]) == pytest.approx(np.mean(np.subtract(shares[1], shares[0])))


def test_a_better_plan_is_blue_a_worse_one_orange_the_same_one_grey() -> None:
    spec = funnel(comparison({"Baseline": 0.0, "Good": 0.05, "Bad": -0.05, "Same": 0.0}))
    step = len(flows(spec)) // 4
    hues = [{flow.hue for flow in flows(spec)[row * step : (row + 1) * step]} for row in range(4)]
    assert hues[0] == {BASELINE}
    assert BETTER in hues[1]
    assert WORSE not in hues[1]
    assert WORSE in hues[2]
    assert BETTER not in hues[2]
    assert hues[3] <= {BASELINE, UNDECIDED}


def test_leaving_less_is_blue_too() -> None:
    spec = funnel(comparison({"Baseline": 0.0, "Good": 0.08}))
    down = [flow for flow in flows(spec) if flow.path[0][1] > flow.path[-1][1] and flow.path[0][0] == flow.path[-1][0]]
    leaving = [flow for flow in down if not flow.head][-6:]
    assert sum(flow.hue == BETTER for flow in leaving) >= 4


def test_widths_follow_the_square_root_of_the_visits(shaped: Comparison) -> None:
    whole = plan_flows(shaped)
    largest = max(n for plan in whole for n in plan.visits.values())
    widest = max(flow.width for flow in flows(funnel(shaped)))
    assert widest == pytest.approx(THICKEST)
    first = flows(funnel(shaped))[0]
    assert first.width == pytest.approx(THICKEST * (next(iter(whole[0].visits.values())) / largest) ** 0.5)


def test_no_text_stands_on_a_box(shaped: Comparison) -> None:
    spec = funnel(shaped)
    texts = [mark for mark in spec.panels[0].marks if isinstance(mark, Words)]
    inside = [
        (text.text, box.title)
        for text in texts
        for box in boxes(spec)
        if abs(text.x - box.x) < box.width / 2 and abs(text.y - box.y) < box.height / 2
    ]
    assert inside == []


def test_everything_drawn_lies_inside_the_drawing(shaped: Comparison) -> None:
    panel = funnel(shaped).panels[0]
    places = [(mark.x, mark.y) for mark in panel.marks if isinstance(mark, Words | Box)]
    places += [point for mark in panel.marks if isinstance(mark, Flow) for point in mark.path]
    assert all(panel.x.low <= x <= panel.x.high and panel.y.low <= y <= panel.y.high for x, y in places)


def test_a_stage_that_nobody_reaches_is_drawn_without_flows() -> None:
    spec = funnel(comparison({"Baseline": 0.0}, visits=20, replications=2))
    assert boxes(spec)[-1].text == "0"


@given(st.sets(st.tuples(st.sampled_from(SIX), st.sampled_from(SIX)).filter(lambda edge: edge[0] != edge[1])))
def test_arcs_that_pass_over_each_other_lie_in_different_lanes(edges: set[tuple[str, str]]) -> None:
    stages = Stages(SIX)
    found = lanes(stages, sorted(edges))
    assert set(found) == {edge for edge in edges if stages.kind(edge) in ("back", "skip")}
    ways = {edge: sorted(stages.place[name] for name in edge) for edge in found}
    for one, other in combinations(found, 2):
        if ways[one][0] < ways[other][1] and ways[other][0] < ways[one][1]:
            assert found[one] != found[other]
            inner, outer = sorted((one, other), key=found.__getitem__)
            assert ways[inner][1] - ways[inner][0] <= ways[outer][1] - ways[outer][0]
    assert all((found[edge] == 0) <= (ways[edge][1] - ways[edge][0] == 1) for edge in found)


@given(st.permutations(list(SIX)))
def test_any_order_of_stages_is_kept(order: list[str]) -> None:
    edges = [("enter", name) for name in order] + [("interest", "awareness"), ("discovery", "leave")]
    assert stages_of(edges).names == tuple(order)
