"""Random valid funnels for hypothesis: three to seven stages, with skips, ways back and ways out."""

from typing import Any

from hypothesis import strategies as st

from tests.stores import edge, stage

Tree = dict[str, Any]

MIDDLE = ("browse", "compare", "checkout")
ODDS = st.floats(0.2, 5.0).map(lambda odds: round(odds, 3))


@st.composite
def funnels(draw: st.DrawFn) -> Tree:
    """Return a funnel section: the first stage is the entry, the last is care; each leads to the next and out."""
    count = draw(st.integers(3, 7))
    roles = ["entry", *(draw(st.sampled_from(MIDDLE)) for _ in range(count - 2)), "care"]
    stages = [
        stage(f"s{place}", role, dwell_minutes=draw(st.sampled_from([0.0, 1.0])), fills_cart=draw(st.booleans()))
        for place, role in enumerate(roles)
    ]
    edges = [made for place in range(count) for made in draw(_edges_of(place, count))]
    return {"stage": stages, "edge": edges, "most_steps": 10_000}


@st.composite
def _edges_of(draw: st.DrawFn, place: int, count: int) -> list[Tree]:
    """Return a stage's edges in any order: on, out, and perhaps a skip and a way back (care goes back or out only)."""
    last = place == count - 1
    targets = [] if last else [f"s{place + 1}"]
    if place + 2 < count and draw(st.booleans()):
        targets.append(f"s{draw(st.integers(place + 2, count - 1))}")
    if place > 0 and draw(st.booleans()):
        targets.append(f"s{draw(st.integers(0, place - 1))}")
    odds = {target: draw(ODDS) for target in targets}
    odds["leave"] = draw(ODDS) if targets else 1.0
    ordered = draw(st.permutations(sorted(odds)))
    return [edge(f"s{place}", target, odds[target]) for target in ordered]
