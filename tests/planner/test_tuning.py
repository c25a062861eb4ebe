"""Tuning: every parameter that is a number has a slider with sensible ends, inside what is allowed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.tuning import Parameter, bare, is_number, parameters, range_of, with_changes
from simulation import check_plan, library, portion, quantity

NUMBERS = [p for id_ in library().strategies for p in parameters({id_: {}}) if is_number(p.info)]


@pytest.mark.parametrize("parameter", NUMBERS, ids=lambda p: f"{p.strategy}.{p.name}")
def test_every_slider_holds_the_default_and_stays_inside_the_bounds(parameter: Parameter) -> None:
    slider = range_of(parameter.info, parameter.default, parameter.value)
    assert slider.low <= parameter.default <= slider.high
    assert abs(slider.at(slider.place(parameter.default)) - parameter.default) <= slider.step
    whole = bare(parameter.info.annotation) is int
    for end in (slider.low, slider.high):
        value = int(end) if whole else end
        assert not check_plan("Mine", {parameter.strategy: {parameter.name: value}})
    assert not whole or slider.step == int(slider.step)
    assert 1 <= slider.steps <= 1000


def _field(default: object, **bounds: float) -> object:
    info = quantity(default, "days", "", **bounds)
    info.annotation = type(default)
    return info


def test_a_wide_bound_gives_a_narrower_slider() -> None:
    slider = range_of(_field(1.0, ge=0.0, le=365.0), 1.0, 1.0)  # type: ignore[arg-type]
    assert (slider.low, slider.high) == (0.0, 4.0)
    assert range_of(_field(1.0, ge=0.0, le=365.0), 1.0, 30.0).high == 120.0  # type: ignore[arg-type]


def test_a_share_of_nothing_reaches_to_all() -> None:
    info = portion(0.0, "a share")
    info.annotation = float
    slider = range_of(info, 0.0, 0.0)
    assert (slider.low, slider.high, slider.step) == (0.0, 1.0, 0.01)


@given(st.integers(0, 400))
def test_places_and_values_are_each_others_inverse(place: int) -> None:
    slider = range_of(_field(0.3, ge=0.0), 0.3, 0.3)  # type: ignore[arg-type]
    place = min(place, slider.steps)
    assert slider.place(slider.at(place)) == place


def test_parameters_have_their_plans_values_and_unknown_strategies_none() -> None:
    plan: dict[str, dict[str, float]] = {"cart_recovery": {"discount": 0.2}, "not_installed": {"x": 1}}
    found = {p.name: p for p in parameters(plan)}
    assert (found["discount"].value, found["discount"].default) == (0.2, 0.0)
    assert found["delay_days"].value == found["delay_days"].default
    assert {p.strategy for p in parameters(plan)} == {"cart_recovery"}


def test_changes_leave_the_plan_and_what_it_does_not_have() -> None:
    plan = {"cart_recovery": {"discount": 0.2}}
    changed = with_changes(plan, {("cart_recovery", "delay_days"): 2.0, ("upsell", "dearer"): 1.0})
    assert changed == {"cart_recovery": {"discount": 0.2, "delay_days": 2.0}}
    assert plan == {"cart_recovery": {"discount": 0.2}}
