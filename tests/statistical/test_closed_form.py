"""Equal shoppers without strategies walk a Markov chain: simulated funnels must agree with its closed-form solution.

Error rate: all tests of this file together reject a correct simulator with probability 0.001 (Bonferroni over examples,
edges and readings). Seeds are fixed, hypothesis is derandomised, so a result once reached stays.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulation import DRIVERS, Outcomes, Study, closed_form, compile_funnel
from simulation.funnel import ClosedForm
from tests.property.funnels import funnels
from tests.stores import Log, edge, run_with_log, stage, uniform

Tree = dict[str, Any]

EXAMPLES = 40
ALPHA = 0.001 / (2 * EXAMPLES + 2)
SIZE: Tree = {"experiment": {"visitors": 10_000}}


def surprises(outcomes: Outcomes, log: Log, solved: ClosedForm) -> dict[str, float]:
    """Return p-values, each of a reading that the chain foretells: passages, share of buyers, orders per visit."""
    counts = dict(zip(outcomes.tables["edges"].axes[0][1], outcomes.tables["edges"].values.tolist(), strict=True))
    found = {}
    for source, targets in solved.passing.items():
        at = sum(count for name, count in counts.items() if name.startswith(f"{source}>"))
        for target, p in targets.items():
            found[f"{source}>{target}"] = stats.binomtest(counts[f"{source}>{target}"], at, p).pvalue if at else 1.0
    visitors, buyers = outcomes.total("visitors"), outcomes.total("buyers")
    found["conversion"] = stats.binomtest(buyers, visitors, solved.conversion).pvalue
    each = np.bincount(log.only("order")["shopper"], minlength=visitors)
    error = each.std(ddof=1) / np.sqrt(visitors)
    found["orders"] = float(2.0 * stats.norm.sf(abs(each.mean() - solved.orders) / error))
    return found


def worst(study: Study, solved: ClosedForm) -> float:
    """Return the smallest p-value of a simulated store against a solution, times the number of readings."""
    outcomes, log = run_with_log(study)
    assert outcomes.total("visits") == outcomes.total("visitors") == outcomes.total("shoppers")
    found = surprises(outcomes, log, solved)
    return min(found.values()) * len(found)


def solution(study: Study) -> ClosedForm:
    return closed_form(compile_funnel(study.funnel))


def one(**level: float) -> Tree:
    return {"name": "any", "share": 1.0, **level}


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None)
@given(funnels())
def test_random_funnels_convert_as_the_chain_foretells(funnel: Tree) -> None:
    study = uniform(funnel, **SIZE)
    assert worst(study, solution(study)) > ALPHA


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None)
@given(funnels(), st.floats(-2.0, 2.0), st.floats(-1.0, 1.0), st.floats(-1.0, 1.0))
def test_drivers_that_all_shoppers_share_shift_the_chain(
    funnel: Tree, intent: float, friction: float, weight: float
) -> None:
    """Intent by source and friction by device, weighted by role on forward edges and on the first edge of all."""
    first = {**funnel["edge"][0], "weights": {"intent": weight}}
    roles = {"entry": {"intent": 0.5, "friction": -0.5}, "compare": {"intent": weight}, "checkout": {"friction": -1.0}}
    weighted = {**funnel, "edge": [first, *funnel["edge"][1:]], "weights": roles}
    study = uniform(weighted, **SIZE, source=[one(intent=intent)], device=[one(friction=friction)])
    x = np.zeros(len(DRIVERS))
    x[DRIVERS.index("intent")], x[DRIVERS.index("friction")] = intent, friction
    assert worst(study, closed_form(compile_funnel(study.funnel), x)) > ALPHA


def shop(till_odds: float, most_steps: int = 1000) -> Study:
    return uniform(
        {
            "stage": [stage("s0", "entry"), stage("s1", "checkout"), stage("s2", "care")],
            "edge": [
                *(edge("s0", "s1", 1.0), edge("s0", "leave", 1.0)),
                *(edge("s1", "s2", till_odds), edge("s1", "s0", 0.5), edge("s1", "leave", 1.0)),
            ],
            "most_steps": most_steps,
        },
        **SIZE,
    )


def test_a_chain_with_other_odds_is_told_apart() -> None:
    assert worst(shop(1.0), solution(shop(1.0))) > ALPHA
    assert worst(shop(1.0), solution(shop(1.15))) < ALPHA


@pytest.mark.parametrize("cap", [1, 2, 3])
def test_a_visit_that_takes_too_many_steps_ends(cap: int) -> None:
    """It takes two steps to order here; an order made with the last one counts, and still passes into care."""
    outcomes, log = run_with_log(shop(1.0, most_steps=cap))
    edges = outcomes.tables["edges"]
    decisions = log.only("decision")
    assert np.bincount(decisions["shopper"][decisions["stage"] < 2]).max() == cap
    assert outcomes.total("visits") == outcomes.total("shoppers")
    assert edges.at("s1>s2") == outcomes.total("orders")
    assert (outcomes.total("orders") > 0) == (cap > 1)
