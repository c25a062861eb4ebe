"""Unified profile: tools share what they learnt; only in a store of silos, and by itself it does nothing."""

import numpy as np
import pytest

from simulation import simulate
from tests.stores import Plans, differences, lively
from tests.strategies.counter import counter

PLANS: Plans = {
    "Alone": {"unified_profile": {}},
    "Tool": {"related_recommendations": {"precision": 0.0}},
    "Both": {"unified_profile": {}, "related_recommendations": {"precision": 0.0}},
}
SILOS = {"unified": False}


@pytest.mark.parametrize("joined", [False, True])
def test_what_was_bought_helps_a_tool_on_the_site_once_silos_are_joined(joined: bool) -> None:
    plan: dict[str, dict[str, object]] = {"related_recommendations": {}, **({"unified_profile": {}} if joined else {})}
    at = counter("related_recommendations", study=lively({"With": plan}, data=SILOS))
    at.teach(at.rows % 5, 2.0, channel="purchases")
    assert (at.moment().profile.belief()[1] == 2.0 * joined).all()


def test_it_works_through_other_tools_only_and_only_where_there_are_silos() -> None:
    silos, one = lively(PLANS, data=SILOS), lively(PLANS)
    assert differences(simulate(silos, "Baseline", 0), simulate(silos, "Alone", 0)) == []
    assert differences(simulate(silos, "Tool", 0), simulate(silos, "Both", 0)) != []
    assert differences(simulate(one, "Tool", 0), simulate(one, "Both", 0)) == []
    assert differences(simulate(one, "Tool", 0), simulate(silos, "Both", 0)) == []


def test_the_platform_costs_money_every_month() -> None:
    outcomes = simulate(lively(PLANS), "Alone", 0)
    accounts = outcomes.tables["accounts"].values[1]
    assert accounts.sum() == pytest.approx(1200.0 * 12 / 365 * 14 * lively().simulated_share * 100, abs=3)
    assert np.count_nonzero(accounts) == 3
