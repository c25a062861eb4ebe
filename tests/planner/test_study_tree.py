"""The study's tree: changes by path leave the rest alone, and the text follows with its comments."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.study_file import shipped_studies
from planner.study_text import text_with
from planner.study_tree import adopted, at, dotted, moved, renamed, same, with_value, without
from tests.planner.gui.shops import SMALL

OWN = tomllib.loads(SMALL)
DELAY = ("plans", "Remind", "cart_recovery", "delay_days")


def written(wanted: dict[str, Any], text: str = SMALL) -> str:
    result = text_with(text, wanted)
    found = tomllib.loads(result)
    assert found == wanted
    assert same(found["plans"], wanted["plans"])
    return result


def test_a_change_leaves_the_old_tree_as_it_was() -> None:
    changed = with_value(OWN, DELAY, 2.0)
    assert (at(OWN, DELAY), at(changed, DELAY)) == (1.0, 2.0)
    assert changed["store"] is OWN["store"]
    assert without(OWN, ("nowhere", "at all")) == OWN


def test_paths_read_as_in_faults() -> None:
    assert dotted(("source", 0, "share")) == "source.0.share"


def test_a_value_is_changed_in_its_line() -> None:
    text = written(with_value(OWN, DELAY, 2.0))
    assert text == SMALL.replace("delay_days = 1.0  # a day is best", "delay_days = 2.0  # a day is best")


def test_nothing_changed_is_the_same_text() -> None:
    assert all(text_with(t, tomllib.loads(t)) == t for t in (p.read_text() for p in shipped_studies().values()))


def test_a_renamed_plan_keeps_place_and_comments() -> None:
    text = written(renamed(OWN, ("plans", "Remind"), "Remember me"))
    assert list(tomllib.loads(text)["plans"]) == ["Baseline", "Remember me", "More"]
    assert "# a day is best" in text


def test_plans_and_strategies_can_be_reordered() -> None:
    assert list(tomllib.loads(written(moved(OWN, ("plans", "More"), -1)))["plans"]) == ["Baseline", "More", "Remind"]
    text = written(moved(OWN, ("plans", "More", "smart_content"), -1))
    assert list(tomllib.loads(text)["plans"]["More"]) == ["smart_content", "cart_recovery"]


def test_a_duplicate_and_a_deletion_are_written() -> None:
    text = written(with_value(OWN, ("plans", "Copy"), OWN["plans"]["More"]))
    assert "[plans.Copy.cart_recovery]" in text
    assert "smart_content" not in written(without(OWN, ("plans", "More", "smart_content")))


def test_a_removed_list_item_leaves_the_others_their_comments() -> None:
    text = shipped_studies()["fashion"].read_text(encoding="utf-8")
    result = written(without(tomllib.loads(text), ("source", 0)), text)
    assert result.count("#") == text.count("#")


def test_lists_of_the_base_become_the_studys_own_when_edited() -> None:
    whole = {"source": [{"share": 1}, {"share": 2}], "plans": {"Baseline": {}}}
    assert adopted({}, whole, ("source", 1, "share")) == {"source": whole["source"]}
    assert adopted({}, whole, ("plans", "Baseline", "x")) == {"plans": {"Baseline": {}}}
    assert adopted({}, whole, ("store", "name")) == {}


def test_order_counts() -> None:
    assert not same({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert not same({"a": 1}, {"a": 1.0})


NAMES = st.text("ab c.é\"'", min_size=1, max_size=4)
VALUES = st.one_of(
    st.integers(-9, 9), st.booleans(), st.floats(-9, 9), st.text(max_size=3), st.lists(st.integers(0, 3))
)
PARAMETERS = st.dictionaries(NAMES, st.one_of(VALUES, st.dictionaries(NAMES, VALUES, max_size=2)), max_size=3)
PLANS = st.dictionaries(NAMES, st.dictionaries(NAMES, PARAMETERS, max_size=3), max_size=3)
LEVELS = st.lists(st.dictionaries(NAMES, VALUES, max_size=3), max_size=3)
TREES = st.builds(
    lambda plans, levels, store: {"store": store, "source": levels, "plans": plans}, PLANS, LEVELS, PARAMETERS
)


@settings(max_examples=40)
@given(TREES, TREES)
def test_any_text_can_be_brought_to_any_tree(first: dict[str, Any], second: dict[str, Any]) -> None:
    text = written(first, "# kept\n" + SMALL)
    assert "# kept" in text
    assert "# kept" in written(first, written(second, text))


@pytest.mark.parametrize("value", ["a", 1, 1.5, True, [1.0, 2.0], {"x": 1}])
def test_values_survive(value: object) -> None:
    assert at(tomllib.loads(written(with_value(OWN, DELAY, value))), DELAY) == value
