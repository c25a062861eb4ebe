"""A study's raw content as an immutable tree: reading and changing it by path. Pure; knows neither Qt nor files.

A tree is what TOML gives: dicts, lists and plain values. Nothing here changes a tree; every function returns a new one
that shares all parts which did not change. A path is a tuple of names and list places, such as
``("plans", "Level 2", "cart_recovery", "delay_days")`` or ``("source", 0, "share")``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Tree = dict[str, Any]
Path = tuple[str | int, ...]


def dotted(path: Path) -> str:
    """Return a path as faults write it: ``plans.Level 2.cart_recovery.delay_days``."""
    return ".".join(map(str, path))


def at(tree: Any, path: Path, default: Any = None) -> Any:  # noqa: ANN401 - any part of a tree
    """Return what stands at ``path``, or ``default`` if nothing does."""
    for step in path:
        try:
            tree = tree[step]
        except (KeyError, IndexError, TypeError):
            return default
    return tree


def with_value(tree: Any, path: Path, value: Any) -> Any:  # noqa: ANN401
    """Return the tree with ``value`` at ``path``; tables on the way are made, a list must be long enough."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        items = list(tree)
        items[step] = with_value(items[step], rest, value)
        return items
    table = tree if isinstance(tree, dict) else {}
    return {**table, step: with_value(table.get(step), rest, value)}


def without(tree: Any, path: Path) -> Any:  # noqa: ANN401
    """Return the tree with nothing at ``path`` (list items after it move up); unchanged if nothing was there."""
    parent, last = path[:-1], path[-1]
    holder = at(tree, parent)
    if isinstance(holder, dict) and last in holder:
        return with_value(tree, parent, {name: value for name, value in holder.items() if name != last})
    if isinstance(holder, list) and isinstance(last, int) and last < len(holder):
        return with_value(tree, parent, [*holder[:last], *holder[last + 1 :]])
    return tree


def renamed(tree: Tree, path: Path, name: str) -> Tree:
    """Return the tree with the key at the end of ``path`` called ``name``, in its old place among its siblings."""
    old = path[-1]
    holder: Mapping[str, Any] = at(tree, path[:-1])
    changed = {name if key == old else key: value for key, value in holder.items()}
    kept: Tree = with_value(tree, path[:-1], changed)
    return kept


def moved(tree: Tree, path: Path, by: int) -> Tree:
    """Return the tree with the key at the end of ``path`` moved ``by`` places among its siblings, at most to an end."""
    holder: Mapping[str, Any] = at(tree, path[:-1])
    names = list(holder)
    place = names.index(str(path[-1]))
    names.insert(min(max(place + by, 0), len(names) - 1), names.pop(place))
    kept: Tree = with_value(tree, path[:-1], {name: holder[name] for name in names})
    return kept


def adopted(own: Tree, whole: Tree, path: Path) -> Tree:
    """Return a study's own content, completed by what an edit at ``path`` needs of the study that it is based on.

    Lists and the plans are replaced as a whole by a study's own (``study_file.with_base``), so an edit inside one that
    stands in the base only first makes it the study's own; tables are merged field by field and need nothing.
    """
    if path[:1] == ("plans",) and "plans" not in own:
        return with_plans(own, whole.get("plans", {}))
    for depth, step in enumerate(path):
        if isinstance(step, int) and at(own, path[:depth]) is None:
            adopted_list: Tree = with_value(own, path[:depth], at(whole, path[:depth]))
            return adopted_list
    return own


def with_plans(own: Tree, plans: Mapping[str, Any]) -> Tree:
    """Return the content with these plans."""
    return {**own, "plans": dict(plans)}


def same(one: Any, other: Any) -> bool:  # noqa: ANN401
    """Return whether two trees say the same in the same order of names (a plan's strategies act in their order)."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)
