"""Comments of a study's file: found by path, as tomlkit finds them, and told by what they say."""

import tomllib
from typing import Any

import pytest
import tomlkit

from planner.sources import Origin, Sources, comments_of, kind_of
from planner.study_file import shipped_studies
from planner.study_tree import Path

TEXT = '''\
# about the file

[store]
name = "A # B"  # as on the door
[messages]  # judgement
open_rate = 0.18  # [Mailchimp 2019]
click_rate = 0.1
# How they come:
# by these ways.
[[source]]  # chosen: by us
name = "search"
"its share" = 1  # quoted
[[source]]
name = "mail"
reasons = { "to # buy" = 1 }  # a table
[calendar]
month = [1,  # first
  2]  # last
text = """
[store]
name = 3  # not a comment
"""  # behind
'''


def test_comments_stand_at_their_paths() -> None:
    assert comments_of(TEXT).values == {
        ("store", "name"): "as on the door",
        ("messages",): "judgement",
        ("messages", "open_rate"): "[Mailchimp 2019]",
        ("source", 0): "chosen: by us",
        ("source", 0, "its share"): "quoted",
        ("source", 1, "reasons"): "a table",
        ("calendar", "month"): "last",
        ("calendar", "text"): "behind",
    }
    assert comments_of(TEXT).notes == {("source",): "How they come: by these ways."}


@pytest.mark.parametrize("name", shipped_studies())
def test_shipped_studies_are_read_as_tomlkit_reads_them(name: str) -> None:
    text = shipped_studies()[name].read_text(encoding="utf-8")
    found = comments_of(text).values
    assert found == dict(by_tomlkit(tomlkit.parse(text), ()))
    assert len(found) > 3


def by_tomlkit(part: Any, path: Path) -> list[tuple[Path, str]]:  # noqa: ANN401
    """Return the comments that a full parser of TOML finds."""
    names = range(len(part)) if isinstance(part, list) else list(part)
    found = []
    for name in names:
        container = part if isinstance(part, list) or hasattr(part, "item") else part.value
        value = part[name] if isinstance(part, list) else container.item(name)
        comment = value.trivia.comment if not isinstance(value, tomlkit.items.AoT) else ""
        found += [((*path, name), comment.lstrip("# "))] if comment else []
        if isinstance(value, (tomlkit.items.Table, tomlkit.items.AoT)):
            found += by_tomlkit(value, (*path, name))
    return found


def test_windows_line_ends_make_no_difference() -> None:
    assert comments_of(TEXT.replace("\n", "\r\n")) == comments_of(TEXT)


def test_a_heading_speaks_for_what_has_no_comment() -> None:
    sources = Sources(TEXT)
    assert sources.of(("messages", "click_rate"), 0.1) == Origin("judgement", "judgement")
    assert sources.of(("source", 1, "name"), "mail") == Origin("chosen", "chosen: by us")
    assert sources.of(("messages", "open_rate"), 0.18) == Origin("published", "[Mailchimp 2019]")


def test_a_changed_value_no_longer_has_the_files_source() -> None:
    sources = Sources(TEXT)
    assert sources.of(("messages", "open_rate"), 0.2) == Origin("changed", "0.18", "[Mailchimp 2019]")
    assert sources.of(("messages", "fatigue"), 0.2) == Origin("changed", "")
    assert sources.of(("messages", "fatigue"), None) == Origin("default", "")


def test_a_value_that_is_marked_as_the_users_own_has_no_other_source() -> None:
    sources = Sources("[messages]\nopen_rate = 0.25  # set by you (was 0.18 from: [Mailchimp 2019])\n")
    assert sources.of(("messages", "open_rate"), 0.25) == Origin("changed", "0.18", "[Mailchimp 2019]")
    assert sources.of(("messages", "open_rate"), 0.3) == Origin("changed", "0.18", "[Mailchimp 2019]")
    assert sources.of(("messages", "open_rate"), 0.18) == Origin("published", "[Mailchimp 2019]")


def test_a_row_keeps_its_sources_wherever_it_is_moved() -> None:
    text = '[[place]]\nname = "city"\nshare = 3  # [A 2019]\n[[place]]\nname = "town"\nshare = 4  # [B 2020]\n'
    city, town = {"name": "city", "share": 3}, {"name": "town", "share": 4}
    sources, share = Sources(text), ("place", 0, "share")
    assert sources.of(share, 4, [town, city]) == Origin("published", "[B 2020]")
    assert sources.of(share, 4, [town]) == Origin("published", "[B 2020]")
    assert sources.of(share, 9, [{"name": "new", "share": 9}, city, town]) == Origin("changed", "")


def test_a_new_first_row_does_not_speak_for_the_others() -> None:
    sources = Sources('[[place]]  # set by you\nname = "new"\n[[place]]\nname = "city"\n')
    assert sources.of(("place", 0, "name"), "new") == Origin("changed", "")
    assert sources.of(("place", 1, "name"), "city") == Origin("remark", "")


def test_the_base_speaks_for_what_the_study_does_not_state() -> None:
    sources = Sources("[messages]\nclick_rate = 0.3\n", TEXT)
    assert sources.of(("messages", "open_rate"), 0.18) == Origin("published", "[Mailchimp 2019]")
    assert sources.of(("messages", "click_rate"), 0.3) == Origin("remark", "")
    assert sources.note(("source",)) == "How they come: by these ways."


@pytest.mark.parametrize(
    ("comment", "kind"),
    [("chosen: so that", "chosen"), ("Judgement", "judgement"), ("x [A 2019]", "published"), ("of all", "remark")],
)
def test_words_tell_the_kind(comment: str, kind: str) -> None:
    assert kind_of(comment) == kind


def test_every_value_of_a_shipped_study_has_an_origin() -> None:
    text = shipped_studies()["fashion"].read_text(encoding="utf-8")
    messages = tomllib.loads(text)["messages"]
    kinds = [Sources(text).of(("messages", name), value).kind for name, value in messages.items()]
    assert kinds.count("published") + kinds.count("chosen") + kinds.count("judgement") > 15
