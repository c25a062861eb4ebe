"""Editing the funnel's graph: a sound one stays sound, names follow, the study's own content takes over."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.funnel_edits import (
    edges_of,
    edit_of,
    free_name,
    moved_stage,
    names_of,
    possible_targets,
    renamed_stage,
    stages_of,
    with_edge,
    with_stage,
    without_edge,
    without_stage,
)
from planner.study_file import check_raw, find_study, read_raw

SIX = ("awareness", "discovery", "interest", "consideration", "conversion", "retention")


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    return tomllib.loads(find_study("fashion").read_text(encoding="utf-8"))


def ends(whole: dict[str, Any]) -> set[tuple[str, str]]:
    return {(edge["source"], edge["target"]) for edge in edges_of(whole)}


def test_a_new_stage_stands_on_the_way_to_the_next(whole: dict[str, Any]) -> None:
    after = with_stage(whole, 2)
    assert names_of(after) == [*SIX[:3], "new stage", *SIX[3:]]
    added = {("interest", "new stage"), ("new stage", "consideration"), ("new stage", "leave")}
    assert ends(after) == (ends(whole) - {("interest", "consideration")}) | added
    assert check_raw(after) == []


def test_a_new_stage_behind_the_last_is_led_to(whole: dict[str, Any]) -> None:
    after = with_stage(whole, 5)
    assert ("retention", "new stage") in ends(after)
    assert check_raw(after) == []
    assert names_of(with_stage(after, 0))[1] == "new stage 2"


def test_an_empty_funnel_gets_a_first_stage() -> None:
    assert names_of(with_stage({}, 0)) == ["new stage"]


def test_taking_a_stage_out_joins_what_it_parted(whole: dict[str, Any]) -> None:
    after = without_stage(whole, 2)
    assert names_of(after) == [*SIX[:2], *SIX[3:]]
    assert ("discovery", "consideration") in ends(after)
    assert all("interest" not in edge for edge in ends(after))
    assert "return_to" not in stages_of(after)[2]  # consideration's came back to interest
    assert check_raw(after) == []
    assert without_stage(whole, 1)["repurchase"]["enter_at"] == ""


def test_adding_a_stage_and_taking_it_out_changes_nothing(whole: dict[str, Any]) -> None:
    assert without_stage(with_stage(whole, 2), 3)["funnel"] == whole["funnel"]


def test_a_new_name_is_followed(whole: dict[str, Any]) -> None:
    after = renamed_stage(whole, 1, "look around")
    assert ("awareness", "look around") in ends(after)
    assert stages_of(after)[2]["return_to"] == "look around"
    assert after["repurchase"]["enter_at"] == "look around"
    assert check_raw(after) == []


def test_two_stages_of_one_name_are_told_apart_again(whole: dict[str, Any]) -> None:
    twice = {**whole, "funnel": {**whole["funnel"], "stage": [*stages_of(whole), {"name": "interest", "role": "care"}]}}
    after = renamed_stage(twice, 6, "care")
    assert ends(after) == ends(whole)


def test_edges_come_and_go(whole: dict[str, Any]) -> None:
    after = with_edge(whole, "awareness", "interest")
    assert edges_of(after)[-1] == {"source": "awareness", "target": "interest", "odds": 9.7}
    assert without_edge(after, len(edges_of(after)) - 1) == whole
    assert "interest" not in possible_targets(after, "awareness")
    assert possible_targets(whole, "discovery") == ("awareness", "consideration", "conversion", "retention")
    assert possible_targets(whole, "retention") == SIX[:5]


def test_the_order_changes(whole: dict[str, Any]) -> None:
    assert names_of(moved_stage(whole, 2, 1)) == [*SIX[:2], SIX[3], SIX[2], *SIX[4:]]
    assert names_of(moved_stage(whole, 0, -1)) == list(SIX)


def test_the_studys_own_content_takes_over_what_changed() -> None:
    own = {"based_on": "fashion", "store": {"name": "Mine"}}
    whole = read_raw(own).whole
    after = edit_of(lambda before: with_edge(before, "awareness", "interest"), whole)(own)
    assert list(after) == ["based_on", "store", "funnel"]
    assert list(after["funnel"]) == ["edge"]
    assert read_raw(after).faults == ()
    renamed = edit_of(lambda before: renamed_stage(before, 1, "looking"), whole)(own)
    assert renamed["repurchase"] == {"enter_at": "looking"}
    assert read_raw(renamed).faults == ()


def test_free_names() -> None:
    assert free_name("a", ["b"]) == "a"
    assert free_name("a", ["a", "a 2"]) == "a 3"


@given(st.lists(st.tuples(st.sampled_from(("add", "remove", "move", "rename")), st.integers(0, 9)), max_size=6))
@settings(max_examples=40, deadline=None)
def test_no_edge_ever_leads_nowhere(steps: list[tuple[str, int]]) -> None:
    whole = tomllib.loads(find_study("four_stages").read_text(encoding="utf-8"))
    for number, (what, place) in enumerate(steps):
        count = len(names_of(whole))
        if what == "remove" and count > 1:
            whole = without_stage(whole, place % count)
        elif what == "move":
            whole = moved_stage(whole, place % count, -1 if place % 2 else 1)
        elif what == "rename":
            whole = renamed_stage(whole, place % count, f"stage {number}")
        else:
            whole = with_stage(whole, place % count)
    names = {*names_of(whole), "leave"}
    assert len(names) == len(names_of(whole)) + 1
    assert all(source in names and target in names and source != target for source, target in ends(whole))
    assert len(ends(whole)) == len(edges_of(whole))
