"""Knobs: what setting one means for the study's fields, and which of them a log can turn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from planner.calibration.estimates import Estimate
from planner.calibration.knobs import KNOBS, knobs_behind, rounded, setting, study_values, useful_knobs
from planner.study_file import find_study, open_study, parse_study, with_values

if TYPE_CHECKING:
    from simulation import Study

FASHION = open_study(find_study("fashion"))
PRICES = [category.price for category in FASHION.study.catalogue.category]
FIT = {"r": 0.25, "alpha": 5.0, "a": 0.7, "b": 2.0}


def prices_at(level: float, contrast: float, start: Study = FASHION.study) -> list[float]:
    values = study_values(start, {}, {"price_level": level, "price_contrast": contrast})
    return [values[f"catalogue.category.{place}.price"] for place in range(len(start.catalogue.category))]


def test_where_the_knobs_stand_changes_nothing() -> None:
    assert prices_at(1.0, 1.0) == pytest.approx(PRICES, rel=1e-3)
    values = study_values(FASHION.study, {}, setting(FASHION.study))
    changed = parse_study(with_values(FASHION.text, {path: (value, "") for path, value in values.items()})).study
    assert changed.basket == FASHION.study.basket
    assert changed.repurchase == FASHION.study.repurchase


def test_the_price_level_scales_every_price() -> None:
    assert prices_at(0.5, 1.0) == pytest.approx([price / 2 for price in PRICES], rel=1e-3)


def test_the_price_contrast_scales_every_ratio_within_and_between_categories() -> None:
    flat = prices_at(1.0, 0.5)
    for price, before in zip(flat, PRICES, strict=True):
        assert math.log(price / flat[0]) == pytest.approx(0.5 * math.log(before / PRICES[0]), abs=2e-3)
    values = study_values(FASHION.study, {}, {"price_contrast": 0.5})
    assert values["catalogue.category.0.price_spread"] == FASHION.study.catalogue.category[0].price_spread / 2


def test_products_listed_by_hand_move_with_their_cost() -> None:
    text = FASHION.text + '[[catalogue.product]]\nname = "coat"\ncategory = "jackets"\nprice = 300\nunit_cost = 90\n'
    start = parse_study(text).study
    values = study_values(start, {}, {"price_level": 0.5, "price_contrast": 1.0})
    assert values["catalogue.product.0.price"] == 150
    assert values["catalogue.product.0.unit_cost"] == 45


def test_the_evenness_of_needs_leaves_their_mean_rate() -> None:
    values = study_values(FASHION.study, FIT, {"need_evenness": 2.0})
    assert values == {"repurchase.r": 0.5, "repurchase.alpha": 10.0, "repurchase.a": 0.7, "repurchase.b": 2.0}


def test_evenness_stops_where_a_study_does() -> None:
    values = study_values(FASHION.study, {**FIT, "r": 80.0, "alpha": 400.0}, {"need_evenness": 3.0})
    assert (values["repurchase.r"], values["repurchase.alpha"]) == (100.0, 500.0)


def test_every_field_that_a_knob_sets_knows_its_knobs() -> None:
    for path in study_values(FASHION.study, {"r": 1.0, "alpha": 1.0}, setting(FASHION.study)):
        for name in knobs_behind(path):
            moved = study_values(FASHION.study, {"r": 1.0, "alpha": 1.0}, {**setting(FASHION.study), name: 1.7})
            assert moved[path] != study_values(FASHION.study, {"r": 1.0, "alpha": 1.0}, setting(FASHION.study))[path]


def told(**customers: int) -> dict[str, Estimate]:
    return {name: Estimate(0.5, 0.01, n) for name, n in customers.items()}


def test_the_longest_time_that_enough_customers_were_observed_for_is_used() -> None:
    facts = told(
        repeat_within_90=900, repeat_orders_90=900, repeat_within_180=400, repeat_orders_180=400,
        repeat_rate=100, repeat_orders_365=100,
    )  # fmt: skip
    found = {knob.name: knob.fact for knob in useful_knobs(facts, repurchase=True)}
    assert found == {"needs_per_order": "repeat_orders_180", "need_evenness": "repeat_within_180"}
    more = {
        knob.fact for knob in useful_knobs({**facts, **told(repeat_rate=300, repeat_orders_365=300)}, repurchase=True)
    }
    assert more == {"repeat_orders_365", "repeat_rate"}


def test_what_the_log_does_not_tell_is_not_turned() -> None:
    facts = told(aov=100, log_sd=100, repeat_rate=100, repeat_orders_365=100)
    names = {knob.name for knob in useful_knobs(facts, repurchase=False)}
    assert names == {"price_level", "price_contrast"}
    assert {knob.name for knob in useful_knobs(facts, repurchase=True)} == names | {"needs_per_order", "need_evenness"}
    assert {knob.name for knob in KNOBS} == set(setting(FASHION.study))


def test_values_are_rounded_as_they_stand_in_a_file() -> None:
    assert [rounded(value) for value in (0.123456, 12345.6, 2.0)] == [0.1235, 12350.0, 2.0]
