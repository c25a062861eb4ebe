"""Instant discount: who gets it, how deep; what it sells, what it gives away, and whom it teaches to wait."""

import numpy as np
import pytest

from simulation import Outcomes, Study, simulate
from tests.stores import accounts_of, lively, worlds_kept
from tests.strategies.counter import Counter, counter
from tests.strategies.lift import treated_lift


def compared(cheaper: list[float], **parameters: object) -> Counter:
    """Return shoppers with products 0, 1, ... in mind, which competitors sell cheaper by so much."""
    at = counter("instant_discount", len(cheaper), None, **{"hold_back": 0.0, **parameters})
    at.world.goods.competitor[: len(cheaper)] = np.log1p(-np.array(cheaper))
    at.world.shoppers.item[at.rows] = np.arange(len(cheaper))
    return at


def depths(at: Counter) -> list[float]:
    offer = at.act().offer
    return [0.0] * at.rows.size if offer is None else offer.tolist()


def test_it_closes_the_gap_to_a_cheaper_competitor_up_to_a_limit() -> None:
    at = compared([0.05, 0.03, 0.2, 0.01, -0.1], most=0.08, least=0.02)
    assert depths(at) == pytest.approx([0.05, 0.03, 0.08, 0.0, 0.0])


def test_who_comes_back_to_a_product_gets_the_other_discount_if_that_is_more() -> None:
    at = compared([0.0, 0.03, 0.09, 0.0], most=0.1, hesitant=0.06)
    sh = at.world.shoppers
    sh.wish[at.rows] = [0, 1, 2, 7]  # the last one wants another product
    assert depths(at) == pytest.approx([0.06, 0.06, 0.09, 0.0])


def test_who_has_nothing_in_mind_gets_nothing() -> None:
    at = compared([0.05, 0.05])
    at.world.goods.competitor[-1] = np.log(0.5)  # what item -1 would point at
    at.world.shoppers.item[at.rows[1]] = -1
    assert depths(at) == pytest.approx([0.05, 0.0])


@pytest.mark.parametrize(("again", "expected"), [(False, 0.0), (True, 0.05)])
def test_who_was_shown_a_discount_before_gets_none_unless_wished(again: bool, expected: float) -> None:
    at = compared([0.05, 0.05], again=again)
    at.world.shoppers.offer_seen[at.rows[1]] = 0.1
    assert depths(at) == pytest.approx([0.05, expected])


def test_the_held_back_never_get_it() -> None:
    """By a lot that stays with the shopper, not one cast at each visit."""
    at = counter("instant_discount", 4000, hold_back=0.3)
    at.world.goods.competitor[:] = np.log(0.95)
    at.world.shoppers.item[at.rows] = 1
    first = np.array(depths(at)) > 0
    assert first.mean() == pytest.approx(0.7, abs=0.03)
    assert (np.array(depths(Counter(at.world, at.rows, at.now + 3.0))) > 0).tolist() == first.tolist()


# in a run ----------------------------------------------------------------------------------------------------------
def store(**parameters: float) -> Study:
    """A lively store, most of whose products are much cheaper or dearer elsewhere."""
    return lively(
        {"Discount": {"instant_discount": {"most": 0.3, "hold_back": 0.0, **parameters}}},
        catalogue={"competitor_spread": 0.3},
        experiment={"visitors": 4000, "warm_up_days": 0.0, "follow_up_days": 7.0},
        stock={"unlimited": True},
        fulfilment={"referral": 0.0},
    )


def test_it_sells_to_those_who_compare() -> None:
    lift = treated_lift(store(), "Discount")
    assert lift.reached > 500
    assert lift.clearly(1), lift


def test_full_price_orders_are_given_away_and_margin_falls() -> None:
    """Orders rise by less than the price falls: what an order leaves over after the goods shrinks."""
    study = store(hesitant=0.3)
    before, after = (simulate(study, plan, 0) for plan in ("Baseline", "Discount"))
    assert after.total("orders") > before.total("orders")
    assert _over_goods(after) < _over_goods(before)
    assert accounts_of(after, "instant_discount")["discounts"] == after.total("discounts") > 0


def _over_goods(outcomes: Outcomes) -> float:
    accounts = outcomes.tables["accounts"]
    return float(accounts.column("revenue").sum() - accounts.column("goods").sum()) / outcomes.total("orders")


def test_who_has_seen_it_expects_it_next_time() -> None:
    with worlds_kept() as worlds:
        simulate(store(), "Discount", 0)
        simulate(store(), "Baseline", 0)
    taught, base = (world.shoppers.reference[: world.shoppers.size] for world in worlds)
    assert (taught[worlds[0].shoppers.reached[: taught.size] > 0] < 0.0).all()
    assert (base == 0.0).all()
