"""Values that the user set in place of those of the file: no source of the old value is claimed for the new one.

The comment behind such a value says that it is the user's own, what it was, and where that came from:
``open_rate = 0.25  # set by you (was 0.18 from: [Mailchimp 2019])``. Set back, the value has its old comment again.
Knows TOML and comments by path; no study and no window.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

Path = tuple[str | int, ...]
Tree = Mapping[str, Any]

OWN: Final = "set by you"
PLANS, EXPERIMENT = "plans", "experiment"
LONGEST: Final = 160
"""Longest text of an old value that a comment repeats."""
_OWN = re.compile(rf"{OWN}(?: \(was (.*?)(?: from: (.*))?\))?$")
_CLAIM = re.compile(r"\[[^\]]+\]|^(chosen|judgement)", re.IGNORECASE)


class Before(NamedTuple):
    """What a value of the user's replaced: its text in TOML (empty: nothing known), and where that came from."""

    text: str
    source: str

    @property
    def value(self) -> object:
        """The value itself; None if it is not known."""
        try:
            return tomllib.loads(f"value = {self.text}")["value"] if self.text else None
        except tomllib.TOMLDecodeError:
            return None


def before(comment: str) -> Before | None:
    """Return what the comment of a value set by the user says of the one before; None for any other comment."""
    found = _OWN.match(comment)
    return Before(found.group(1) or "", found.group(2) or "") if found else None


def own_comment(was: object, comment: str) -> str:
    """Return the comment of a value that the user set in place of ``was`` (None: of nothing), which had ``comment``."""
    import tomlkit

    earlier = before(comment)
    if earlier is not None:
        return comment
    text = "" if was is None else tomlkit.item(was, _parent=tomlkit.inline_table()).as_string().strip()
    if not text or "\n" in text or len(text) > LONGEST:
        return f"{OWN} (was otherwise from: {comment})" if comment else OWN
    return f"{OWN} (was {text} from: {comment})" if comment else f"{OWN} (was {text})"


def same_rows(old: Sequence[Any], new: Sequence[Any]) -> list[int | None]:
    """Return for each row of ``new`` its place in ``old``: by name, else by place if as many; None for a new one."""
    names = [_name(row) for row in old]
    counts, at = Counter(names), {name: place for place, name in enumerate(names)}
    known = {name: place for name, place in at.items() if name is not None and counts[name] == 1}
    places = [known.get(_name(row) or "") for row in new]
    taken = {place for place in places if place is not None}
    if len(old) != len(new):
        return places
    return [here if place is None and here not in taken else place for here, place in enumerate(places)]


def _name(row: object) -> str | None:
    """Return what tells a row from others: its name, or from where to where it leads; None without such."""
    if not isinstance(row, Mapping):
        return None
    name = row.get("name") or " > ".join(str(row[end]) for end in ("source", "target") if end in row)
    return str(name) or None


class Marker:
    """Brings comments of a changed document in line with whose values they stand behind."""

    def __init__(self, comments: Mapping[Path, str]) -> None:
        """``comments``: those of the old text."""
        self._comments = comments

    def mark(self, table: Any, old: Tree, new: Tree, path: Path = ()) -> None:  # noqa: ANN401 - tomlkit's containers
        """Set the comments in ``table``, which reads as ``new`` and read as ``old``, at ``path``, before."""
        from tomlkit.items import AoT, Table

        for name, value in new.items():
            was, here = old.get(name), (*path, name)
            if name not in old and here[0] in (PLANS, EXPERIMENT):
                continue  # a plan of another name keeps its comments
            item = (table if hasattr(table, "item") else table.value).item(name)
            if isinstance(item, AoT):
                self._mark_rows(item, was if isinstance(was, list) else [], value, here)
            elif isinstance(value, Mapping) and (isinstance(item, Table) or not hasattr(item, "trivia")):
                self.mark(table[name], was if isinstance(was, Mapping) else {}, value, here)
            else:
                self._mark_value(item, was, value, here)

    def _mark_rows(self, rows: Any, old: Sequence[Any], new: Sequence[Any], path: Path) -> None:  # noqa: ANN401
        for place, was in enumerate(same_rows(old, new)):
            if was is not None:
                self.mark(rows[place], old[was], new[place], (*path, was))
            elif old:
                rows[place].comment(OWN)
                rows[place].trivia.comment_ws = "  "

    def _mark_value(self, item: Any, was: object, value: object, path: Path) -> None:  # noqa: ANN401
        comment = self._comments.get(path, "")
        wanted = comment if was == value else self._renewed(comment, was, value, path)
        if item.trivia.comment.lstrip("# ") == wanted.lstrip("# "):
            return
        if wanted:
            item.comment(wanted)
            item.trivia.comment_ws = "  "
        else:
            item.trivia.comment = item.trivia.comment_ws = ""

    def _renewed(self, comment: str, was: object, value: object, path: Path) -> str:
        """Return a changed value's comment: in plans and in the experiment only claims of a source are replaced."""
        earlier = before(comment)
        if earlier is not None and earlier.value is not None and earlier.value == value:
            return earlier.source
        if path[0] in (PLANS, EXPERIMENT):
            return own_comment(was, comment) if _CLAIM.search(comment) else comment
        return own_comment(was, comment) if comment or not isinstance(value, str) else ""
