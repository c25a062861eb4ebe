"""What the funnel's graph shows: faults where they belong, flows that conserve visits, differences that are paired."""

from __future__ import annotations

import math
import tomllib
from typing import Any

import pytest

from planner.funnel_edits import with_edge, with_stage
from planner.funnel_views import PER, graph_of, implied, plan_flows, signed, stage_words, typical
from planner.study_file import find_study, parse_study, read_raw
from simulation import closed_form, compile_funnel
from tests.planner.synthetic import SIX, comparison


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    return tomllib.loads(find_study("fashion").read_text(encoding="utf-8"))


def test_the_closed_form_is_the_command_lines(whole: dict[str, Any]) -> None:
    shown = typical(whole)
    study = parse_study(find_study("fashion").read_text(encoding="utf-8")).study
    solved = closed_form(compile_funnel(study.funnel))
    assert shown is not None
    assert shown.conversion == solved.conversion
    assert {name: shown.flows.reached(name) / PER for name in SIX} == pytest.approx(solved.stages)


def test_what_comes_to_a_stage_goes_on(whole: dict[str, Any]) -> None:
    shown = typical(whole)
    assert shown is not None
    flows = shown.flows
    for name in SIX:
        assert sum(n for (source, _), n in flows.visits.items() if source == name) == pytest.approx(flows.reached(name))
    assert sum(n for (_, target), n in flows.visits.items() if target == "leave") == pytest.approx(PER)


def test_a_faulty_funnel_has_no_closed_form(whole: dict[str, Any]) -> None:
    assert typical({}) is None
    assert typical(with_edge(whole, "awareness", "nowhere")) is None
    endless = {
        "stage": [{"name": "a", "role": "entry"}, {"name": "b", "role": "care"}],
        "edge": [{"source": "a", "target": "b", "odds": 1}, {"source": "b", "target": "a", "odds": 1}],
    }
    assert typical({"funnel": endless}) is None


def test_faults_stand_at_their_node_or_edge(whole: dict[str, Any]) -> None:
    stages = [dict(stage) for stage in whole["funnel"]["stage"]]
    stages[1]["dwell_minutes"] = -1
    edges = [*whole["funnel"]["edge"], {"source": "awareness", "target": "nowhere", "odds": 0}]
    funnel = {**whole["funnel"], "stage": stages, "edge": edges, "most_steps": 0}
    reading = read_raw({**whole, "funnel": funnel})
    graph = graph_of(reading.whole, reading.faults)
    assert [node.place for node in graph.nodes if node.faults] == [1]
    assert graph.nodes[1].faults[0].startswith("dwell_minutes: must be from 0")
    assert [link.place for link in graph.links if link.faults] == [len(edges) - 1]
    assert len(graph.loose) == 1
    assert len(graph.faults) == 3


def test_a_graph_is_read_from_anything() -> None:
    assert graph_of({"funnel": 3}, ()) == ((), (), ())
    assert graph_of({"funnel": {"stage": [1], "edge": "x"}}, ()).nodes[0].name == ""
    odd = graph_of({"funnel": {"stage": [{"name": "a", "return_share": "many"}]}}, ())
    assert (odd.nodes[0].returning, odd.names) == (0.0, ("a",))


def test_flows_of_a_plan_are_those_of_the_whole_store() -> None:
    made = comparison()
    flows = plan_flows(made, "Level 2")
    assert flows.changes == {}
    entering = flows.visits["enter", "awareness"] + flows.visits["enter", "interest"]
    assert entering == pytest.approx(40_000 / 0.05)
    assert sum(s for (source, _), s in flows.shares.items() if source == "interest") == pytest.approx(1)
    assert plan_flows(made, "Level 2", "Level 2").against == ""


def test_differences_are_paired_and_told() -> None:
    made = comparison()
    flows = plan_flows(made, "Level 3", "Level 1")
    on = ("awareness", "discovery")
    assert flows.told(on) == 1
    assert flows.told(("awareness", "leave")) == -1
    assert flows.told(("enter", "awareness")) == 0
    assert float(flows.changes[on].mean[0]) == pytest.approx(flows.visits[on] - plan_flows(made, "Level 1").visits[on])
    reverse = plan_flows(made, "Level 1", "Level 3")
    assert float(reverse.changes[on].low[0]) == pytest.approx(-float(flows.changes[on].high[0]))
    assert "against Level 1" in flows.words(on)
    assert "% of those that go on; +" in flows.words(on)
    assert flows.words(("a", "b")) == "no flow is known"


def test_one_replication_tells_nothing() -> None:
    flows = plan_flows(comparison(replications=1), "Level 3", "Baseline")
    assert flows.told(("awareness", "discovery")) == 0
    assert math.isnan(float(flows.changes["awareness", "discovery"].low[0]))
    assert "(" not in flows.words(("awareness", "discovery"))


def test_edges_that_the_study_does_not_list_are_shown(whole: dict[str, Any]) -> None:
    graph = graph_of(whole, ())
    edges = implied(graph, plan_flows(comparison(), "Baseline"))
    assert ("enter", "interest") in edges
    assert ("retention", "leave") not in edges
    renamed = graph_of(with_stage(with_edge(whole, "awareness", "interest"), 1), ())
    shown = typical(whole)
    assert shown is not None
    assert implied(renamed, shown.flows) == (("enter", "awareness"),)


def test_the_table_has_a_row_per_edge() -> None:
    flows = plan_flows(comparison(), "Level 3", "Baseline")
    table = flows.table()
    assert len(table.rows) == len(flows.visits)
    assert table.column("from")[0] == "enter"
    assert flows.largest == max(float(n) for n in table.column("visits") if isinstance(n, float))


def test_words() -> None:
    assert stage_words("re_engagement") == "Re engagement"
    assert stage_words("") == "–"
    assert [signed(1500.0), signed(-3.0), signed(0.0)] == ["+1,500", "−3", "0"]
