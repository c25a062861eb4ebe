"""Where the values of a study come from: the comments of its file, by path. Knows TOML's text; no study, no window.

A comment behind a value says where that value comes from (``open_rate = 0.18  # [Mailchimp 2019]``); one behind a
heading speaks for all values below it; lines of comment directly above a heading are notes on that section.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

from planner.own_values import before, same_rows
from planner.study_tree import Path, at

Kind = Literal["published", "chosen", "judgement", "remark", "changed", "default"]

_TOKEN = re.compile(r'"""|\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[\[\]{}#=\n]|[^"\'\[\]{}#=\n]+|["\']')
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
_MISSING: Final = object()


class Origin(NamedTuple):
    """Where a value comes from.

    ``published``: a figure with its source; ``chosen``: set so that the store reproduces a figure; ``judgement``: no
    figure found; ``remark``: any other comment; ``changed``: the user set it, since it was opened or before (the file's
    comment says so); ``default``: no file states it. ``text`` is the comment, or what a changed value was before, whose
    ``source`` was the comment then.
    """

    kind: Kind
    text: str
    source: str = ""


class Commented(NamedTuple):
    """A text's comments by path: those behind values and headings, and the notes above headings."""

    values: dict[Path, str]
    notes: dict[Path, str]


class Sources:
    """The comments of a study's text and of the text of the study that it is based on (empty: none)."""

    def __init__(self, text: str, base: str = "") -> None:
        self._layers = [(content_of(layer), comments_of(layer)) for layer in (text, base) if layer]

    def of(self, path: Path, value: object, rows: list[Any] | None = None) -> Origin:
        """Return where ``value``, which now stands at ``path`` (None: nothing does), comes from.

        ``rows``: the list, as it is now, of which ``path`` names a row: the row may have had another place in the file.
        """
        for content, commented in self._layers:
            there = path if rows is None else _as_stated(content, path, rows)
            if there is None:
                return Origin("changed", "")
            stated = at(content, there, _MISSING)
            if stated is not _MISSING:
                return _origin(_nearest(commented.values, there), stated, value)
        return Origin("default", "") if value is None else Origin("changed", "")

    def note(self, path: Path) -> str:
        """Return the note on the section at ``path``: of the study itself or of its base; empty without one."""
        found = (commented.notes.get(path, "") for _, commented in self._layers)
        return next((note for note in found if note), "")


def _origin(comment: str, stated: object, value: object) -> Origin:
    """Return where ``value`` comes from, in whose place the file states something, with a comment."""
    earlier = before(comment)
    if earlier is not None and earlier.value is not None and earlier.value == value:
        return Origin(kind_of(earlier.source), earlier.source)
    if earlier is not None:
        return Origin("changed", "" if earlier.value is None else str(earlier.value), earlier.source)
    return Origin("changed", str(stated), comment) if stated != value else Origin(kind_of(comment), comment)


def kind_of(comment: str) -> Kind:
    """Return what kind of source a comment names, by the words that the shipped studies use."""
    for kind in ("chosen", "judgement"):
        if comment.lower().startswith(kind):
            return "chosen" if kind == "chosen" else "judgement"
    return "published" if re.search(r"\[[^\]]+\]", comment) else "remark"


@lru_cache(maxsize=4)
def content_of(text: str) -> Mapping[str, Any]:
    """Return what a TOML text says; several forms ask for the same one. It must be valid, and is not to be changed."""
    return tomllib.loads(text)


@lru_cache(maxsize=4)
def comments_of(text: str) -> Commented:
    """Return the comments of a TOML text; it must be valid."""
    values: dict[Path, str] = {}
    notes: dict[Path, str] = {}
    section: Path = ()
    counts: dict[Path, int] = {}
    above: list[str] = []
    for code, comment in _statements(text):
        if not code:
            above = [*above, comment] if comment else []
            continue
        path = section + _keys(code.split("=")[0]) if not code.startswith("[") else ()
        if code.startswith("["):
            path = section = _section(code, counts)
            if above:
                notes.setdefault(tuple(step for step in section if isinstance(step, str)), " ".join(above))
        if comment:
            values[path] = comment
        above = []
    return Commented(values, notes)


def _section(heading: str, counts: dict[Path, int]) -> Path:
    """Return the path of a heading's table; a further table of a list has the next number."""
    names = _keys(heading.strip("[] \t"))
    if heading.startswith("[["):
        counts[names] = counts.get(names, -1) + 1
    path: Path = ()
    for name in names:
        path = (*path, name)
        plain = tuple(step for step in path if isinstance(step, str))
        if plain in counts:
            path = (*path, counts[plain])
    return path


def _keys(text: str) -> tuple[str, ...]:
    """Return the parts of a dotted key, quoted or not."""
    if _PLAIN.fullmatch(text.strip()):
        return (text.strip(),)
    content: Any = tomllib.loads(f"{text.strip()} = 0")
    names = []
    while isinstance(content, dict):
        name, content = next(iter(content.items()))
        names.append(name)
    return tuple(names)


def _statements(text: str) -> Iterator[tuple[str, str]]:
    """Yield (code, comment) of each statement: a heading, a key with its value (over several lines), or no code."""
    code, comment, depth = "", "", 0
    tokens = iter(match.group() for match in _TOKEN.finditer(text.replace("\r\n", "\n") + "\n"))
    for token in tokens:
        if token in ('"""', "'''"):
            code += token + _rest_of_text(tokens, token)
        elif token == "#":
            comment = _rest_of_line(tokens).strip()
        if token in ("\n", "#"):
            if depth <= 0:
                yield code.strip(), comment
                code, comment, depth = "", "", 0
        elif token not in ('"""', "'''"):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token, 0)
            code += token


def _rest_of_text(tokens: Iterator[str], end: str) -> str:
    """Return a text over several lines to its end."""
    taken = ""
    for token in tokens:
        taken += token
        if token == end:
            break
    return taken


def _rest_of_line(tokens: Iterator[str]) -> str:
    taken = ""
    for token in tokens:
        if "\n" in token:
            break
        taken += token
    return taken


def _as_stated(content: Any, path: Path, rows: list[Any]) -> Path | None:  # noqa: ANN401 - any part of a study
    """Return where the row at ``path`` of ``rows`` stands in the file; None if it is new."""
    depth = next((depth for depth, step in enumerate(path) if isinstance(step, int)), len(path))
    stated, row = at(content, path[:depth], _MISSING), path[depth] if depth < len(path) else None
    if not isinstance(stated, list) or not isinstance(row, int):
        return path
    place = same_rows(stated, rows)[row]
    return None if place is None else (*path[:depth], place, *path[depth + 1 :])


def _nearest(comments: Mapping[Path, str], path: Path) -> str:
    """Return the comment at ``path`` or behind the nearest heading above it; a list's first heading speaks for all."""
    if path in comments:
        return comments[path]
    for depth in range(len(path) - 1, 0, -1):
        above = path[:depth]
        first = (*above[:-1], 0) if isinstance(above[-1], int) else above
        for place in (above, first):
            if place in comments and (place == above or before(comments[place]) is None):
                return comments[place]
    return ""
