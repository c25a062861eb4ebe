"""What a study's text says of values that the user set: never the source of the old value, and nothing else is lost."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from planner.own_values import LONGEST, Before, before, own_comment, same_rows
from planner.study_file import shipped_studies
from planner.study_text import text_with
from planner.study_tree import at, with_value

TEXT = """\
# all of it
[messages]
open_rate = 0.18  # Baymard 2024: about a fifth
click_rate = 0.1
weekday = [1, 2]  # [A 2019]
mine = "x"  # ours

# how they come
[[source]]
name = "mail"
share = 3  # [B 2020]
reasons = { a = 1 }  # judgement
[[source]]
name = "search"
share = 4

[experiment]
visitors = 100  # more, narrower intervals

[plans.P.offer]
size = 0.1  # [C 2021]
days = 2  # as last year
"""
OWN: dict[str, Any] = tomllib.loads(TEXT)


def changed(*path: str | int, to: object) -> str:
    """Return the line that differs after a change."""
    text = text_with(TEXT, with_value(OWN, path, to))
    old, new = set(TEXT.splitlines()), text.splitlines()
    assert at(tomllib.loads(text), path) == to
    assert text_with(text, OWN) == TEXT, "set back, everything is as it was"
    (line,) = [line for line in new if line not in old]
    return line


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (("messages", "open_rate"), 0.2, "open_rate = 0.2  # set by you (was 0.18 from: Baymard 2024: about a fifth)"),
        (("messages", "click_rate"), 0.2, "click_rate = 0.2  # set by you (was 0.1)"),
        (("messages", "weekday"), [2, 3], "weekday = [2, 3]  # set by you (was [1, 2] from: [A 2019])"),
        (("source", 0, "share"), 5, "share = 5  # set by you (was 3 from: [B 2020])"),
        (("source", 0, "reasons", "a"), 2, "reasons = { a = 2 }  # set by you (was {a = 1} from: judgement)"),
        (("experiment", "visitors"), 200, "visitors = 200  # more, narrower intervals"),
        (("plans", "P", "offer", "size"), 0.2, "size = 0.2  # set by you (was 0.1 from: [C 2021])"),
        (("plans", "P", "offer", "days"), 3, "days = 3  # as last year"),
    ],
)
def test_a_changed_value_is_the_users_own(path: tuple[str | int, ...], value: object, line: str) -> None:
    assert changed(*path, to=value) == line


def test_a_name_without_a_source_gets_no_remark() -> None:
    assert changed("source", 1, "name", to="find") == 'name = "find"'
    assert "ours" in changed("messages", "mine", to="y")


def test_a_second_change_still_tells_what_it_was_at_first() -> None:
    once = text_with(TEXT, with_value(OWN, ("messages", "open_rate"), 0.2))
    twice = text_with(once, with_value(OWN, ("messages", "open_rate"), 0.3))
    assert "open_rate = 0.3  # set by you (was 0.18 from: Baymard 2024: about a fifth)" in twice


def test_rows_that_move_take_their_sources_along_and_new_ones_are_the_users() -> None:
    mail, search = OWN["source"]
    text = text_with(TEXT, {**OWN, "source": [search, mail, {"name": "new", "share": 1}]})
    assert 'name = "mail"\nshare = 3  # [B 2020]\nreasons = {a = 1}  # judgement\n' in text
    assert '[[source]]  # set by you\nname = "new"\n' in text
    assert text.count("set by you") == 1


def test_every_other_comment_of_a_study_is_kept() -> None:
    text = shipped_studies()["fashion"].read_text(encoding="utf-8")
    result = text_with(text, with_value(tomllib.loads(text), ("messages", "open_rate"), 0.25))
    differing = [(a, b) for a, b in zip(text.splitlines(), result.splitlines(), strict=True) if a != b]
    assert len(differing) == 1
    assert differing[0][0].partition("#")[2].strip() in differing[0][1]


def test_what_was_is_read_back() -> None:
    assert before("set by you") == Before("", "")
    assert before(own_comment([1, 2], "")) == Before("[1, 2]", "")
    assert before(own_comment("a (b)", "c (d)")) == Before('"a (b)"', "c (d)")
    assert before("set by you (was 0.18)") == Before("0.18", "")
    assert before("judgement") is None
    assert before(own_comment("x" * LONGEST, "[A]")) == Before("otherwise", "[A]")
    assert Before("otherwise", "").value is None


def test_rows_are_known_by_name_then_by_place() -> None:
    one, two = {"name": "one"}, {"name": "two"}
    assert same_rows([one, two], [two, one]) == [1, 0]
    assert same_rows([one, two], [two, {"name": "new"}]) == [1, None]
    assert same_rows([one, two], [{"name": "new"}, two]) == [0, 1]
    assert same_rows([one, two], [one, {"name": "new"}, two]) == [0, None, 1]
    assert same_rows([one, one], [one, one]) == [0, 1]
    assert same_rows([{"source": "a", "target": "b"}], [{}, {"source": "a", "target": "b"}]) == [None, 0]
