"""Adaptive social proof: says only what is true, learns what works on whom, and is silent where silence works best."""

from typing import Any

import numpy as np
import pytest

from simulation import Levers, Study
from strategies.conversion.adaptive_social_proof import (
    MAY_BE_SAID,
    POPULARITY,
    RATING,
    SCARCITY,
    SILENCE,
    TRUTHS,
    Memory,
)
from tests.stores import LIVELY, lively, run_with_world
from tests.strategies.counter import Counter, counter

NOTHING_TRUE = {"few": 0.0, "sold": 1e6, "rated": 10.0}


def shop(**parameters: Any) -> Counter:
    """Return shoppers with products in mind; by default plenty in stock, none sold yet, none well rated."""
    at = counter("adaptive_social_proof", 400, **{**NOTHING_TRUE, **parameters})
    at.world.shoppers.item[at.rows] = at.rows % at.world.goods.price.size
    return at


def memory(at: Counter) -> Memory:
    kept: Memory = at.world.strategies[0].memory
    return kept


def prefer(at: Counter, kind: int) -> None:
    """Let a kind have worked very well in all contexts."""
    memory(at).count += 1e5
    memory(at).total[:, kind] = 9e4


@pytest.mark.parametrize(
    ("kind", "true", "lever", "strength"),
    [
        (SCARCITY, {"few": 1e6}, "urgency", 0.6),
        (POPULARITY, {"sold": 0.0}, "proof", 0.22),
        (RATING, {"rated": -10.0}, "proof", 0.22),
    ],
)
def test_a_message_is_said_where_it_is_true_only(
    kind: int, true: dict[str, float], lever: str, strength: float
) -> None:
    for given, said in (({}, False), (true, True)):
        at = shop(**given)
        prefer(at, kind)
        at.world.shoppers.item[at.rows[:50]] = -1
        pulls = at.act()
        column = getattr(pulls, lever)
        strengths = np.zeros(400) if column is None else column
        assert strengths.tolist() == [0.0] * 50 + [strength * said] * 350


def test_a_product_is_called_scarce_popular_or_well_rated_by_what_the_store_knows() -> None:
    at = shop(few=40.0, sold=3.0, rated=0.2)
    goods, shown = at.world.goods, at.world.shoppers.item[at.rows]
    at.world.stock.on_hand[:] = np.arange(goods.price.size) * 5
    sold = np.linspace(0.0, 6.0, goods.price.size)
    at.strategy.note_sales(memory(at), sold)  # type: ignore[attr-defined]
    true = MAY_BE_SAID[at.strategy.truths(at.moment())]  # type: ignore[attr-defined]
    scale = 1.0 / at.world.study.simulated_share
    assert true[:, SILENCE].all()
    assert true[:, SCARCITY].tolist() == (at.world.stock.on_hand[shown] * scale <= 40.0).tolist()
    assert true[:, POPULARITY].tolist() == (sold[shown] >= 3.0).tolist()
    assert true[:, RATING].tolist() == (goods.quality[shown] >= 0.2).tolist()


def test_contexts_tell_stages_goods_and_truths_apart() -> None:
    at = shop(few=1e6)
    moment = at.moment()
    truths = at.strategy.truths(moment)  # type: ignore[attr-defined]
    considered = at.world.goods.considered[moment.item]
    for place, role in enumerate(("browse", "compare", "checkout")):
        context = at.strategy.contexts(role, considered, truths)  # type: ignore[attr-defined]
        assert context.tolist() == ((place * 2 + (considered >= 0.3)) * TRUTHS + 1).tolist()


def test_a_visit_is_told_one_kind_of_thing_and_teaches_when_it_ends() -> None:
    at = shop(few=1e6, sold=0.0, rated=-10.0)
    first = at.act()
    again = at.act()
    assert first.urgency is not None
    assert again.urgency is not None
    assert 0.15 < (first.urgency > 0.0).mean() < 0.35, "a quarter of all, as long as nothing is known"
    assert (first.urgency == again.urgency).all()
    cart = at.rows % 2 == 0
    at.left(cart)
    assert memory(at).count.sum() == 400.0
    assert memory(at).total.sum() == pytest.approx(0.1 * cart.sum())
    assert (memory(at).kept(at.rows) == -1).all()
    at.act()
    at.strategy.ordered(at.moment(), Levers(at.world, at.rows, at.now, None))
    assert memory(at).total.sum() == pytest.approx(0.1 * cart.sum() + 400.0)


def test_who_is_not_recognised_is_spoken_to_but_teaches_nothing() -> None:
    at = shop(few=1e6)
    at.world.shoppers.consent[at.rows] = False
    assert at.act().urgency is not None
    at.left(np.ones(400, dtype=np.bool_))
    assert memory(at).count.sum() == 0.0


def store(considered: float, aversion: float) -> Study:
    goods = [{**category, "considered": considered} for category in LIVELY["catalogue"]["category"]]
    adaptive = {"few": 1e6, "sold": 1e6, "rated": 10.0, "urging": 1.0, "caution": 5.0}
    return lively(
        {"With": {"adaptive_social_proof": adaptive}},
        catalogue={"category": goods},
        behaviour={"pressure_aversion": aversion},
        shoppers={"urgency": 1.0},
        experiment={"visitors": 4000, "follow_up_days": 0.0},
        stock={"units_per_day": 50_000.0},
    )


@pytest.mark.parametrize(("considered", "aversion", "likes"), [(0.0, 0.0, True), (1.0, 3.0, False)])
def test_in_the_running_store_it_finds_out_whether_pressing_works(
    considered: float, aversion: float, likes: bool
) -> None:
    works: Memory = run_with_world(store(considered, aversion), "With")[2].strategies[0].memory
    pressed, silent = works.count[:, SCARCITY].sum(), works.count[:, SILENCE].sum()
    assert (pressed > 3.0 * silent) if likes else (silent > 3.0 * pressed)
