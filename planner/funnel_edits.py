"""Changes of the funnel's graph as pure functions of a study's raw content: stages and edges come and go, names follow.

Each takes the whole content (completed by the study that it is based on) and returns it changed; nothing is checked,
so that a study with faults can be mended too. Knows no file and no window.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulation.study import LEAVE

Raw = dict[str, Any]
NEW_STAGE = "new stage"
_PORTION = 0.1
"""Odds of a new edge against all others of its stage."""
_CARE = "care"


def stages_of(whole: Mapping[str, Any]) -> list[Raw]:
    """Return the stages, as far as they are tables."""
    return _tables(whole, "stage")


def edges_of(whole: Mapping[str, Any]) -> list[Raw]:
    """Return the edges, as far as they are tables."""
    return _tables(whole, "edge")


def with_stage(whole: Mapping[str, Any], after: int) -> Raw:
    """Return the content with a new stage behind the one at place ``after``, on the way to its next one.

    The edge that led to the next stage now leads to the new one; from there half go on and half leave.
    """
    stages, edges = stages_of(whole), edges_of(whole)
    name = free_name(NEW_STAGE, names_of(whole))
    if not stages:
        return _put(whole, [{"name": name, "role": "entry"}], [*edges, _edge(name, LEAVE, 1.0)])
    here = _name(stages[after])
    following = _name(stages[after + 1]) if after + 1 < len(stages) else ""
    on = [_edge(name, following, 1.0)] if following and _leads(edges, here, following) else []
    redirected = [{**e, "target": name} if on and _ends(e) == (here, following) else e for e in edges]
    to = [] if on else [_edge(here, name, _new_odds(edges, here))]
    stages.insert(after + 1, {"name": name, "role": "browse"})
    return _put(whole, stages, [*redirected, *to, *on, _edge(name, LEAVE, 1.0)])


def without_stage(whole: Mapping[str, Any], place: int) -> Raw:
    """Return the content without a stage; who came to it from earlier ones goes on to the next it led to."""
    stages, edges = stages_of(whole), edges_of(whole)
    gone = _name(stages.pop(place))
    order = [_name(stage) for stage in stages]
    later = [e.get("target") for e in edges if e.get("source") == gone and e.get("target") in order[place:]]
    following = str(later[0]) if later else ""
    kept: list[Raw] = []
    for edge in edges:
        source, target = _ends(edge)
        if target == gone and source in order[:place] and following and not _leads(edges, source, following):
            kept.append({**edge, "target": following})
        elif gone not in (source, target):
            kept.append(edge)
    forgotten = [_without_return(stage) if stage.get("return_to") == gone else stage for stage in stages]
    return _with_entry(_put(whole, forgotten, kept), gone, "")


def renamed_stage(whole: Mapping[str, Any], place: int, name: str) -> Raw:
    """Return the content with a stage under another name wherever it is named."""
    stages, edges = stages_of(whole), edges_of(whole)
    old = _name(stages[place])
    stages[place] = {**stages[place], "name": name}
    if old not in [_name(stage) for stage in stages]:
        stages = [{**s, "return_to": name} if old and s.get("return_to") == old else s for s in stages]
        ends = ("source", "target")
        edges = [{**e, **{end: name for end in ends if e.get(end) == old}} for e in edges]
        whole = _with_entry(whole, old, name)
    return _put(whole, stages, edges)


def moved_stage(whole: Mapping[str, Any], place: int, by: int) -> Raw:
    """Return the content with a stage ``by`` places later in the order, at most at an end."""
    stages = stages_of(whole)
    stage = stages.pop(place)
    stages.insert(min(max(place + by, 0), len(stages)), stage)
    return _put(whole, stages, edges_of(whole))


def with_edge(whole: Mapping[str, Any], source: str, target: str) -> Raw:
    """Return the content with a further edge, which a small part of those at ``source`` takes."""
    edges = edges_of(whole)
    return _put(whole, stages_of(whole), [*edges, _edge(source, target, _new_odds(edges, source))])


def without_edge(whole: Mapping[str, Any], place: int) -> Raw:
    """Return the content without the edge at ``place``."""
    edges = edges_of(whole)
    return _put(whole, stages_of(whole), [*edges[:place], *edges[place + 1 :]])


def possible_targets(whole: Mapping[str, Any], source: str) -> tuple[str, ...]:
    """Return where a further edge from ``source`` may lead: stages in order, then leaving."""
    roles = {_name(stage): stage.get("role") for stage in stages_of(whole)}
    taken = {edge.get("target") for edge in edges_of(whole) if edge.get("source") == source}
    care = roles.get(source) == _CARE
    names = [name for name, role in roles.items() if name != source and not (care and role == _CARE)]
    return tuple(name for name in (*names, LEAVE) if name and name not in taken)


def names_of(whole: Mapping[str, Any]) -> list[str]:
    """Return the stages' names in order."""
    return [_name(stage) for stage in stages_of(whole)]


def free_name(wanted: str, taken: list[str]) -> str:
    """Return ``wanted``, numbered if it is taken."""
    numbered = (f"{wanted} {number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(name for name in numbered if name not in taken)


def taken_over(own: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> Raw:
    """Return a study's own content with what differs between two whole ones in funnel and entry of needs."""
    result = dict(own)
    for section, names in (("funnel", ("stage", "edge")), ("repurchase", ("enter_at",))):
        old, new = _section(before, section), _section(after, section)
        changed = {name: new[name] for name in names if name in new and new[name] != old.get(name)}
        if changed:
            result[section] = {**_section(own, section), **changed}
    return result


def edit_of(change: Callable[[Mapping[str, Any]], Raw], whole: Mapping[str, Any]) -> Callable[[Raw], Raw]:
    """Return a change of the whole content as a change of the study's own content."""
    after = change(whole)
    return lambda own: taken_over(own, whole, after)


def _tables(whole: Mapping[str, Any], name: str) -> list[Raw]:
    listed = _section(whole, "funnel").get(name, [])
    return [dict(item) if isinstance(item, Mapping) else {} for item in listed] if isinstance(listed, list) else []


def _section(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = whole.get(name, {})
    return section if isinstance(section, Mapping) else {}


def _name(stage: Mapping[str, Any]) -> str:
    return str(stage.get("name", ""))


def _ends(edge: Mapping[str, Any]) -> tuple[str, str]:
    return str(edge.get("source", "")), str(edge.get("target", ""))


def _edge(source: str, target: str, odds: float) -> Raw:
    return {"source": source, "target": target, "odds": odds}


def _leads(edges: list[Raw], source: str, target: str) -> bool:
    return any(_ends(edge) == (source, target) for edge in edges)


def _new_odds(edges: list[Raw], source: str) -> float:
    odds = [edge.get("odds") for edge in edges if edge.get("source") == source]
    total = sum(size for size in odds if isinstance(size, (int, float)) and size > 0)
    return float(f"{total * _PORTION:.2g}") if total else 1.0


def _without_return(stage: Raw) -> Raw:
    return {name: value for name, value in stage.items() if name != "return_to"}


def _with_entry(whole: Mapping[str, Any], old: str, new: str) -> Raw:
    repurchase = _section(whole, "repurchase")
    if not old or repurchase.get("enter_at") != old:
        return dict(whole)
    return {**whole, "repurchase": {**repurchase, "enter_at": new}}


def _put(whole: Mapping[str, Any], stages: list[Raw], edges: list[Raw]) -> Raw:
    return {**whole, "funnel": {**_section(whole, "funnel"), "stage": stages, "edge": edges}}
