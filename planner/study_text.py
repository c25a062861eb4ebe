"""A study's text brought in line with its tree: comments, order and unknown content kept. Knows TOML, no Qt, no study.

Only what differs is touched; a changed value no longer claims the source of the old one (``own_values``). The result is
read back and compared, so a corner of TOML that is not handled here costs the comments of one section, never a value.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from planner.own_values import Marker
from planner.sources import comments_of
from planner.study_tree import Path, Tree, same

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

PLANS = "plans"
_TABLE_DEPTH = 3
"""Plans, a plan, a strategy are tables with a heading of their own; what stands deeper is written in one line."""


def text_with(text: str, wanted: Tree) -> str:
    """Return ``text`` changed so that it reads as ``wanted``.

    Raises:
        ValueError: the content cannot be written as TOML (a value of a strange type).
    """
    import tomlkit

    document = tomlkit.parse(text)
    _bring(document, wanted, ())
    if not _reads_as(tomlkit.dumps(document), wanted):
        document = tomlkit.parse(_sections_anew(text, wanted))
    result = tomlkit.dumps(document)
    Marker(comments_of(text).values).mark(document, tomllib.loads(text), wanted)
    marked = tomlkit.dumps(document)
    return marked if _reads_as(marked, wanted) else result


def _reads_as(text: str, wanted: Tree) -> bool:
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return found == wanted and same(found.get(PLANS), wanted.get(PLANS))


def _sections_anew(text: str, wanted: Tree) -> str:
    """Write those sections new that cannot be changed in place, all others as they are."""
    import tomlkit

    document = tomlkit.parse(text)
    for name in [name for name in document if name not in wanted]:
        document.remove(name)
    for name, value in wanted.items():
        if not (name in document and same(_plain(document[name]), value)):
            document = _section_anew(document, name, value)
    result = tomlkit.dumps(document)
    return result if _reads_as(result, wanted) else tomlkit.dumps(wanted)


def _section_anew(document: TOMLDocument, name: str, value: object) -> TOMLDocument:
    import tomlkit

    if name in document:
        document.remove(name)
    if isinstance(value, Mapping) or _is_tables(value):
        document.append(name, _item(value, (name,)))
        return document
    return tomlkit.parse(f"{tomlkit.dumps({name: value})}{tomlkit.dumps(document)}")


def _bring(table: Any, wanted: Mapping[str, Any], path: Path) -> None:  # noqa: ANN401 - tomlkit's containers
    """Change a tomlkit table in place to read as ``wanted``."""
    old = {name: _plain(value) for name, value in table.items()}
    if path[:1] == (PLANS,) and len(path) < _TABLE_DEPTH and list(old) != list(wanted):
        _reorder(table, old, wanted, path)
        return
    for name in [name for name in old if name not in wanted]:
        table.remove(name)
    for name, value in wanted.items():
        if name not in old:
            table.append(name, _item(value, (*path, name)))
        elif not same(old[name], value):
            _change(table, name, old[name], value, (*path, name))


def _entry(table: Any, name: str) -> Any:  # noqa: ANN401
    """Return an entry as tomlkit's own item (indexing a table gives a plain bool for one)."""
    return (table if hasattr(table, "item") else table.value).item(name)


def _change(table: Any, name: str, old: Any, value: Any, path: Path) -> None:  # noqa: ANN401
    """Change one entry: inside it where it keeps its shape, else as a whole with its comment."""
    from tomlkit.items import AoT, Table

    if isinstance(old, dict) and isinstance(value, Mapping) and old:
        _bring(table[name], value, path)
    elif _is_tables(old) and _is_tables(value) and len(old) == len(value):
        for place, item in enumerate(value):
            _bring(table[name][place], item, (*path, place))
    elif _is_tables(old) and _is_tables(value) and (gone := _removals(old, value)) is not None:
        for place in reversed(gone):
            del table[name][place]
        for item in value[len(old) - len(gone) :]:
            table[name].append(_flat_table(item))
    else:
        trivia, item = _entry(table, name).trivia, _item(value, path)
        if trivia.comment and not isinstance(item, (AoT, Table)):
            item.comment(trivia.comment)
            item.trivia.comment_ws = trivia.comment_ws
        table[name] = item


def _removals(old: list[Any], wanted: list[Any]) -> list[int] | None:
    """Return places of items to remove so that the rest is the start of ``wanted``; None if there is no way."""
    gone = []
    place = 0
    for index, item in enumerate(old):
        if place < len(wanted) and same(item, wanted[place]):
            place += 1
        else:
            gone.append(index)
    return gone if len(gone) < len(old) else None


def _reorder(table: Any, old: Tree, wanted: Mapping[str, Any], path: Path) -> None:  # noqa: ANN401
    """Put entries into the wanted order; a renamed one (same content, new name) keeps its comments."""
    kept = {name: table[name] for name in old}
    spare = {name: value for name, value in old.items() if name not in wanted}
    for name in old:
        table.remove(name)
    for name, value in wanted.items():
        was = name if name in old else next((n for n, v in spare.items() if same(v, value)), "")
        spare.pop(was, None)
        item = kept.get(was)
        if item is None or not isinstance(value, Mapping):
            table.append(name, _item(value, (*path, name)))
            continue
        if not same(old[was], value):
            _bring(item, value, (*path, name))
        table.append(name, item)


def _item(value: Any, path: Path) -> Any:  # noqa: ANN401
    """Return a value as tomlkit writes it: tables with headings for plans and sections, else in one line."""
    import tomlkit

    deepest = _TABLE_DEPTH if path[:1] == (PLANS,) else 1
    if isinstance(value, Mapping):
        if len(path) > deepest:
            return tomlkit.item(dict(value), _parent=tomlkit.inline_table())
        nested = bool(value) and path[:1] == (PLANS,) and len(path) < _TABLE_DEPTH
        table = tomlkit.table(is_super_table=nested)
        for name, inner in value.items():
            table.append(name, _item(inner, (*path, name)))
        return table
    if _is_tables(value) and len(path) <= 2:
        tables = tomlkit.aot()
        for item in value:
            tables.append(_flat_table(item))
        return tables
    return tomlkit.item(value)


def _flat_table(item: Mapping[str, Any]) -> Any:  # noqa: ANN401
    import tomlkit

    table = tomlkit.table()
    for name, value in item.items():
        inline = isinstance(value, Mapping)
        table.append(name, tomlkit.item(value, _parent=tomlkit.inline_table()) if inline else tomlkit.item(value))
    return table


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) for item in value)


def _plain(value: Any) -> Any:  # noqa: ANN401
    return value.unwrap() if hasattr(value, "unwrap") else value
