"""The registry: plans become strategies, faults and unknown names are told. Entry points: see tests/plugin."""

from typing import Any

import pytest
from pydantic import ValidationError

from simulation import check_plan, create, library, unknown
from tests.probes import Favour
from tests.stores import installed


def test_a_plan_s_strategies_come_in_its_order_with_its_parameters() -> None:
    made, notes = create({"cart_recovery": {"delay_days": 3.0}, "smart_content": {}})
    assert [strategy.id for strategy in made] == ["cart_recovery", "smart_content"]
    assert made[0].model_dump()["delay_days"] == 3.0
    assert notes == []


def test_all_faults_of_a_plan_are_told_with_their_paths() -> None:
    plan: dict[str, dict[str, Any]] = {
        "cart_recovery": {"delay_days": -1.0, "discount": 2.0},
        "rfm_care": {"every_days": "often"},
        "cross_sell": {"monthly": {"data": -5}},
    }
    assert sorted(fault.path for fault in check_plan("Level 2", plan)) == [
        "plans.Level 2.cart_recovery.delay_days",
        "plans.Level 2.cart_recovery.discount",
        "plans.Level 2.cross_sell.monthly.data",
        "plans.Level 2.rfm_care.every_days",
    ]
    with pytest.raises(ValidationError):
        create(plan)


def test_unknown_strategies_and_parameters_are_named_and_do_no_harm() -> None:
    plan: dict[str, dict[str, Any]] = {"mind_reading": {"depth": 3}, "cross_sell": {"discount": 0.1, "glitter": 1}}
    assert unknown(plan) == ["mind_reading", "cross_sell.glitter"]
    assert check_plan("P", plan) == []
    made, notes = create(plan)
    assert [strategy.id for strategy in made] == ["cross_sell"]
    assert notes == ["strategy 'mind_reading' is not installed: left out"]


def test_the_library_is_read_once() -> None:
    assert library() is library()


def test_a_test_s_own_strategy_is_gone_afterwards() -> None:
    with installed(Favour):
        assert create({"favour": {}})[1] == []
    assert create({"favour": {}})[0] == []
