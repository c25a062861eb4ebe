"""Smart content: own theme for those known, the source's for others, a welcome for newcomers; fewer bounces."""

import numpy as np
import pytest

from simulation import simulate
from tests.stores import lively
from tests.strategies.counter import Counter, counter


def fit(at: Counter, theme: np.ndarray) -> np.ndarray:
    """Return how themes (n, K) speak to the shoppers' tastes."""
    taste = at.world.shoppers.taste[at.rows]
    along: np.ndarray = np.einsum("nk,nk->n", taste, theme) / np.linalg.norm(theme, axis=1)
    return along


def test_who_is_known_well_sees_his_own_theme() -> None:
    at = counter("smart_content", precision=0.5)
    liked = at.rows % 5
    at.teach(liked, 1.0)
    relevance = at.act().relevance
    assert relevance == pytest.approx(fit(at, at.world.goods.features[liked]), abs=1e-6)


def test_who_is_unknown_sees_what_others_of_his_source_liked_the_day_before() -> None:
    at = counter("smart_content", precision=0.5)
    at.world.shoppers.source[at.rows] = [0, 0, 0, 1, 1, 1]
    at.teach(at.rows * 0 + 2, 1.0)
    at.act()
    strangers = Counter(
        at.world,
        at.world.nature.create(at.world.shoppers, np.arange(90, 94, dtype=np.uint64), np.array([0, 0, 1, 1])),
        np.full(4, 5.6),
    )
    assert not np.any(strangers.act().relevance), "what is learnt on a day is used from the next"
    tomorrow = Counter(at.world, strangers.rows, np.full(4, 6.1))
    relevance = tomorrow.act().relevance
    assert relevance == pytest.approx(fit(tomorrow, np.tile(at.world.goods.features[2], (4, 1))), abs=1e-6)


def test_newcomers_are_welcomed_and_regulars_spared_a_step() -> None:
    at = counter("smart_content", welcome=0.2, usual=0.3)
    at.world.shoppers.visits[at.rows] = [1, 1, 1, 4, 4, 4]
    pulls = at.act()
    assert pulls.answered == pytest.approx([0.2] * 3 + [0.0] * 3)
    assert pulls.friction == pytest.approx([0.0] * 3 + [-0.3] * 3)


def test_fewer_bounce() -> None:
    study = lively({"Smart": {"smart_content": {}}}, experiment={"visitors": 3000})
    plain, smart = (simulate(study, plan, 0) for plan in ("Baseline", "Smart"))
    assert smart.total("bounces") < plain.total("bounces")
