"""Targeted ads: the budget bounds the spending, clicks get dearer, own-brand clicks bring nobody, buyers are copied."""

import numpy as np
import pytest

from simulation import Outcomes, simulate
from simulation.shoppers import ATTRACTED
from simulation.world import World
from strategies.awareness.targeted_ads import TargetedAds
from tests.stores import accounts_of, differences, lively, worlds_kept
from tests.strategies.counter import counter

SOURCES = [
    {"name": "organic search", "share": 40},
    {"name": "Paid search", "share": 10, "cost_per_visit": 0.7},
    {"name": "direct", "share": 40},
    {"name": "social", "share": 10},
]
FREE: dict[str, object] = {"monthly": {}}
RICH = {"budget": 1e6, "click": 1.0}


def run(plan: dict[str, object], **changes: object) -> tuple[Outcomes, Outcomes, World]:
    """Return the baseline's outcomes, those with adverts, and the world with them."""
    study = lively({"With": {"targeted_ads": {**FREE, **plan}}}, source=SOURCES, **changes)
    with worlds_kept() as worlds:
        base, ads = (simulate(study, name, 0) for name in ("Baseline", "With"))
    return base, ads, worlds[1]


def brought(world: World) -> np.ndarray:
    """Return the rows of those whom adverts brought."""
    return np.flatnonzero(world.shoppers.referrer[: world.shoppers.size] <= ATTRACTED)


@pytest.mark.parametrize(("media", "source"), [("search", 1), ("social", 3), ("display", 3)])
def test_clicks_become_newcomers_of_the_source_that_they_are_counted_as(media: str, source: int) -> None:
    base, ads, world = run({"media": media, "budget": 3000.0})
    new = brought(world)
    assert new.size > 30
    assert (world.shoppers.source[new] == source).all()
    inside = ads.total("shoppers") - base.total("shoppers")
    assert inside == ads.tables["strategies"].at("targeted_ads", "impressions") > 30


def test_what_is_spent_is_the_budget_of_the_share_of_the_store_that_is_simulated() -> None:
    _, ads, world = run({"budget": 3000.0, "brand_share": 0.0}, experiment={"days": 60.0})
    due = 3000.0 * 100 * world.study.simulated_share * 60.0 / (365.0 / 12.0)
    assert accounts_of(ads, "targeted_ads")["media"] == pytest.approx(due, rel=0.1)


def test_a_further_click_is_dearer_than_the_first() -> None:
    ads = TargetedAds(click=2.0, doubling=100.0)
    assert ads.clicks(0.0) == 0.0
    assert ads.clicks(0.02) == pytest.approx(0.01, rel=1e-3), "the first ones cost two each"
    assert ads.clicks(2.0 * 100.0 * 1.5) == pytest.approx(100.0), "a hundred cost half as much again on average"
    further = ads.clicks(301.0) - ads.clicks(300.0)
    assert further == pytest.approx(1.0 / 4.0, rel=1e-2), "and then one more costs four"


def test_four_times_the_budget_brings_less_than_four_times_the_newcomers() -> None:
    few, many = (brought(run({"budget": budget, "doubling": 50.0})[2]).size for budget in (3000.0, 12_000.0))
    assert 1.5 * few < many < 3.0 * few


def test_own_brand_clicks_cost_money_and_change_nothing() -> None:
    base, ads, world = run({"budget": 1000.0, "brand_share": 1.0})
    assert differences(base, ads) == []
    assert brought(world).size == 0
    due = 1000.0 * 100 * world.study.simulated_share * 14.0 / (365.0 / 12.0)
    assert accounts_of(ads, "targeted_ads")["media"] == pytest.approx(due, rel=0.15)


def test_who_came_by_himself_without_an_advert_is_paid_for_once_at_most() -> None:
    """Money for more own-brand clicks than there are people: each first visit by search or direct costs one click."""
    at = counter("targeted_ads", study=lively({"With": {"targeted_ads": RICH}}, source=SOURCES))
    at.world.shoppers.source[at.rows] = [0, 1, 2, 3, 0, 2]
    at.world.shoppers.visits[at.rows] = [1, 1, 1, 1, 2, 3]
    pulls = at.act()
    assert at.world.ledger.accounts[1].sum() == 2 * 100
    assert not pulls.touched.any(), "paying for a click that comes anyway treats nobody"


def test_no_more_own_brand_clicks_are_paid_than_the_budget_has_bought_so_far() -> None:
    at = counter(
        "targeted_ads",
        40,
        lively({"With": {"targeted_ads": {"budget": 365.0 / 12.0, "brand_share": 1.0, "click": 0.25}}}, source=SOURCES),
    )
    at.world.shoppers.visits[at.rows] = 1
    at.act()
    due = np.ceil(4.0 * at.world.study.simulated_share * 5.5)
    assert at.world.ledger.accounts[1].sum() == 25 * due
    at.act()
    assert at.world.ledger.accounts[1].sum() == 25 * due, "the same money is not spent twice"


def test_the_media_look_for_people_like_the_buyers_whom_their_pixels_know() -> None:
    at = counter("targeted_ads")
    at.teach(at.rows * 0 + 3, 5.0, "purchases")
    at.world.shoppers.item[at.rows] = 3
    at.world.shoppers.consent[at.rows[:4]] = False
    at.strategy.ordered(at.moment(), None)  # type: ignore[arg-type]
    liked = at.moment().memory.liked
    assert liked == pytest.approx(at.moment().profile.belief()[0][4:].sum(axis=0))
    assert liked @ at.world.goods.features[3] > 0.0


def test_lookalikes_resemble_those_who_buy() -> None:
    tastes = []
    for lookalike in (0.0, 0.8):
        world = run({"budget": 20_000.0, "lookalike": lookalike}, experiment={"days": 30.0})[2]
        liked = world.strategies[0].memory.liked
        late = brought(world)[-200:]
        tastes.append(float((world.shoppers.taste[late] @ liked).mean() / np.linalg.norm(liked)))
    assert tastes[0] < 0.5 < tastes[1]


def test_no_budget_no_clicks() -> None:
    base, ads, world = run({"budget": 0.0})
    assert differences(base, ads) == []
    assert accounts_of(ads, "targeted_ads")["media"] == 0
    assert brought(world).size == 0
