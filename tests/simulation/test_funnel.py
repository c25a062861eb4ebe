"""The funnel: faults told by path, arrays as the graph says, and the chain solved."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from simulation import DRIVERS, Funnel, check, closed_form, compile_funnel, graph
from simulation.funnel import transition_matrix
from tests.property.funnels import funnels
from tests.stores import FASHION, FOUR_STAGES, edge, shipped, stage

SHOP: dict[str, Any] = {
    "stage": [stage("door", "entry"), stage("look", "browse"), stage("till", "checkout"), stage("after", "care")],
    "edge": [
        edge("door", "look", 3.0),
        edge("door", "leave", 1.0),
        edge("look", "till", 1.0),
        edge("look", "door", 1.0),
        edge("look", "leave", 2.0),
        edge("till", "after", 1.0),
        edge("till", "leave", 1.0, trust=-0.5),
    ],
}


def funnel(**changes: Any) -> Funnel:
    return Funnel.model_validate({**SHOP, **changes})


def faults(**changes: Any) -> dict[str, str]:
    return {fault.path: fault.message for fault in check(funnel(**changes))}


# checking ----------------------------------------------------------------------------------------------------------
@settings(max_examples=50, derandomize=True)
@given(funnels())
def test_random_funnels_are_without_faults(drawn: dict[str, Any]) -> None:
    assert check(Funnel.model_validate(drawn)) == []


@pytest.mark.parametrize("path", [FASHION, FOUR_STAGES], ids=["six stages", "four stages"])
def test_shipped_funnels_are_without_faults(path: Path) -> None:
    assert check(Funnel.model_validate(shipped(path)["funnel"])) == []


def with_edge(source: str, target: str, **weights: float) -> list[dict[str, Any]]:
    return [*SHOP["edge"], edge(source, target, 1.0, **weights)]


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"stage": [*SHOP["stage"], stage("door", "browse")]}, "funnel.stage.4.name", "unique"),
        ({"stage": [*SHOP["stage"], stage("leave", "browse")]}, "funnel.stage.4.name", "unique"),
        ({"stage": SHOP["stage"][::-1]}, "funnel.stage.0.role", "cannot have the role care"),
        ({"stage": SHOP["stage"][:3]}, "funnel.stage", "one stage needs the role care"),
        ({"edge": with_edge("cellar", "look")}, "funnel.edge.7.source", "must be one of door, look, till, after"),
        ({"edge": with_edge("till", "attic")}, "funnel.edge.7.target", "must be one of door, look, till, after, leave"),
        ({"edge": with_edge("door", "look")}, "funnel.edge.7", "listed once"),
        ({"edge": with_edge("look", "look")}, "funnel.edge.7", "must lead to another stage"),
        ({"edge": with_edge("till", "look", hunger=1.0)}, "funnel.edge.7.weights.hunger", "must be one of the drivers"),
        ({"weights": {"browse": {"hunger": 1.0}}}, "funnel.weights.browse.hunger", "must be one of the drivers"),
        ({"edge": SHOP["edge"][:2] + SHOP["edge"][3:]}, "funnel.stage.2", "cannot be reached"),
        (
            {"stage": [*SHOP["stage"], stage("pit", "browse")], "edge": with_edge("look", "pit")},
            "funnel.stage.4",
            "no way leads out",
        ),
        (
            {"stage": [{**SHOP["stage"][0], "return_to": "moon"}, *SHOP["stage"][1:]]},
            "funnel.stage.0.return_to",
            "one of",
        ),
    ],
)
def test_faults_are_told_with_their_path(changes: dict[str, Any], path: str, message: str) -> None:
    assert message in faults(**changes)[path]


def test_several_faults_are_told_at_once() -> None:
    edges = [*SHOP["edge"], edge("cellar", "look", 1.0), edge("till", "attic", 1.0, hunger=2.0)]
    assert len(faults(edge=edges, weights={"browse": {"thirst": 1.0}})) == 4


def test_an_order_cannot_follow_an_order_without_a_choice_between() -> None:
    stages, edges = [*SHOP["stage"], stage("gift", "care")], [*SHOP["edge"], edge("after", "gift", 1.0)]
    assert "cannot come from another care stage" in faults(stage=stages, edge=edges)["funnel.edge.7"]


# compiling ---------------------------------------------------------------------------------------------------------
def test_the_graph_has_roles_odds_and_kinds() -> None:
    built = graph(funnel())
    assert built.nodes["till"] == {"role": "checkout", "place": 2}
    assert built.edges["look", "door"] == {"odds": 1.0, "kind": "back"}
    assert built.edges["door", "look"]["kind"] == "forward"
    assert built.edges["door", "leave"]["kind"] == "leave"


def test_a_role_s_weights_hold_on_forward_edges_and_an_edge_s_own_come_first() -> None:
    made = compile_funnel(funnel(weights={"browse": {"intent": 0.5}, "checkout": {"trust": 1.0, "price": -1.0}}))
    intent, trust, price = (DRIVERS.index(name) for name in ("intent", "trust", "price"))
    assert made.weights[1, :, intent].tolist() == [0.5, 0.0, 0.0]  # on, back, out
    assert made.weights[2, :2, trust].tolist() == [1.0, -0.5]
    assert made.weights[2, :2, price].tolist() == [-1.0, 0.0]


def test_every_stage_has_a_way_out_in_the_books() -> None:
    made = compile_funnel(funnel())
    assert made.target[3, 0] == made.leave
    assert [made.edges[place] for place in made.leave_edge] == [(name, "leave") for name in made.names]
    assert made.edges[:4] == tuple(("enter", name) for name in made.names)
    assert len(set(made.edges)) == len(made.edges)


# solving -----------------------------------------------------------------------------------------------------------
def test_a_chain_solved_by_hand() -> None:
    """Door to look 3/4; look to till and back to the door 1/4 each: look is seen 3/4 / (1 - 3/16) = 12/13 times."""
    solved = closed_form(compile_funnel(funnel()))
    assert solved.stages == pytest.approx({"door": 16 / 13, "look": 12 / 13, "till": 3 / 13, "after": 3 / 26})
    assert solved.conversion == pytest.approx(3 / 26)
    assert solved.orders == pytest.approx(3 / 26)
    assert solved.passing["look"] == pytest.approx({"till": 0.25, "door": 0.25, "leave": 0.5})


def test_who_can_order_twice_orders_more_than_once_on_average() -> None:
    again = closed_form(
        compile_funnel(funnel(edge=[*SHOP["edge"], edge("after", "till", 1.0), edge("after", "leave", 1.0)]))
    )
    assert again.conversion == pytest.approx(3 / 26)
    assert again.orders == pytest.approx(3 / 26 / (1 - 0.25))


def test_entering_further_on_converts_better() -> None:
    made = compile_funnel(funnel())
    assert closed_form(made, enter=2).conversion == pytest.approx(0.5)
    assert closed_form(made, enter=1).conversion == pytest.approx(0.125 / (1 - 3 / 16))


def test_drivers_shift_odds_as_a_logit_says() -> None:
    made = compile_funnel(funnel())
    x = np.zeros(len(DRIVERS))
    x[DRIVERS.index("trust")] = 2.0
    assert transition_matrix(made, x)[2, 3] == pytest.approx(1.0 / (1.0 + np.exp(-0.5 * 2.0)))


@settings(max_examples=50, derandomize=True)
@given(funnels())
def test_solutions_are_probabilities_and_flows_balance(drawn: dict[str, Any]) -> None:
    made = compile_funnel(Funnel.model_validate(drawn))
    solved, p = closed_form(made), transition_matrix(made)
    assert p.sum(axis=1) == pytest.approx(1.0)
    assert 0.0 <= solved.conversion <= 1.0
    assert solved.conversion <= solved.orders + 1e-12
    visits = np.array(list(solved.stages.values()))
    assert visits @ p[:, -1] == pytest.approx(1.0), "everybody leaves once"
