"""Where the values of a study come from: the comments of its file, by path. Knows TOML's text; no study, no window.

A comment behind a value says where that value comes from (``open_rate = 0.18  # [Mailchimp 2019]``); one behind a
heading speaks for all values below it; lines of comment directly above a heading are notes on that section.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

Path = tuple[str | int, ...]
Kind = Literal["published", "chosen", "judgement", "remark", "changed", "default"]

_TOKEN = re.compile(r'"""|\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[\[\]{}#=\n]|[^"\'\[\]{}#=\n]+|["\']')
_MISSING: Final = object()


class Origin(NamedTuple):
    """Where a value comes from.

    ``published``: a figure with its source; ``chosen``: set so that the store reproduces a figure; ``judgement``: no
    figure found; ``remark``: any other comment; ``changed``: it is no longer what the file said; ``default``: no file
    states it. ``text`` is the comment, or what the file said.
    """

    kind: Kind
    text: str


class Commented(NamedTuple):
    """A text's comments by path: those behind values and headings, and the notes above headings."""

    values: dict[Path, str]
    notes: dict[Path, str]


class Sources:
    """The comments of a study's text and of the text of the study that it is based on (empty: none)."""

    def __init__(self, text: str, base: str = "") -> None:
        self._layers = [(tomllib.loads(layer), comments_of(layer)) for layer in (text, base) if layer]

    def of(self, path: Path, value: object) -> Origin:
        """Return where ``value``, which now stands at ``path`` (None: nothing does), comes from."""
        for content, commented in self._layers:
            stated = _at(content, path)
            if stated is _MISSING:
                continue
            if stated != value:
                return Origin("changed", str(stated))
            comment = _nearest(commented.values, path)
            return Origin(kind_of(comment), comment)
        return Origin("default", "") if value is None else Origin("changed", "")

    def note(self, path: Path) -> str:
        """Return the note on the section at ``path``: of the study itself or of its base; empty without one."""
        found = (commented.notes.get(path, "") for _, commented in self._layers)
        return next((note for note in found if note), "")


def kind_of(comment: str) -> Kind:
    """Return what kind of source a comment names, by the words that the shipped studies use."""
    for kind in ("chosen", "judgement"):
        if comment.lower().startswith(kind):
            return "chosen" if kind == "chosen" else "judgement"
    return "published" if re.search(r"\[[^\]]+\]", comment) else "remark"


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


def _at(content: Any, path: Path) -> Any:  # noqa: ANN401 - any part of a study
    for step in path:
        try:
            content = content[step]
        except (KeyError, IndexError, TypeError):
            return _MISSING
    return content


def _nearest(comments: Mapping[Path, str], path: Path) -> str:
    """Return the comment at ``path`` or behind the nearest heading above it; a list's first heading speaks for all."""
    if path in comments:
        return comments[path]
    for depth in range(len(path) - 1, 0, -1):
        above = path[:depth]
        first = (*above[:-1], 0) if isinstance(above[-1], int) else above
        for place in (above, first):
            if place in comments:
                return comments[place]
    return ""
