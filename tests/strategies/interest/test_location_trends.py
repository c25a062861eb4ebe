"""Location trends: what leads nearby is shown there, learnt from those shown nothing; warm goods in the cold."""

from typing import Any

import numpy as np
import pytest

from simulation import Levers, simulate
from simulation.pulls import Pulls
from tests.stores import LIVELY, LIVELY_WEIGHTS, fashion, lively
from tests.strategies.counter import Counter, counter
from tests.strategies.lift import treated_lift

GOODS = LIVELY["catalogue"]["category"]
WARM: dict[str, Any] = LIVELY["catalogue"] | {"category": [GOODS[0], GOODS[1] | {"cold_demand": 3.0}, GOODS[2]]}
FROST: dict[str, Any] = {"strength": 1.0, "spells_per_year": 100.0, "spell_days": 60.0, "month": (1.0,) * 12}


def shelf_of(at: Counter) -> np.ndarray:
    """Return pages of shirts, products 0 to 3."""
    return np.tile(np.arange(4), (at.rows.size, 1))


def town(size: int = 400, **parameters: Any) -> Counter:
    """Return shoppers of whom the first half lives in the city and looked at product 6, the others at 7 in the country.

    Half of them see no trend.
    """
    at = counter("location_trends", size=size, **({"plain": 0.5, "least": 1.0} | parameters))
    sh, city = at.world.shoppers, at.rows < size // 2
    sh.place[at.rows], sh.item[at.rows] = np.where(city, 0, 1), np.where(city, 6, 7)
    return at


def tomorrow(at: Counter, days: float = 1.0) -> Counter:
    return Counter(at.world, at.rows, at.now + days)


def shown_to(at: Counter) -> np.ndarray:
    return at.moment().lot("plain") >= 0.5


def test_what_leads_nearby_is_on_the_last_place_from_the_next_day_on() -> None:
    at = town()
    today = shelf_of(at)
    at.act(today)
    assert (today == shelf_of(at)).all(), "what is learnt on a day is used from the next"
    shelf = shelf_of(at)
    tomorrow(at).act(shelf)
    leading = np.where(at.world.shoppers.place[at.rows] == 0, 6, 7)
    assert (shelf[:, -1] == np.where(shown_to(at), leading, 3)).all()
    assert (shelf[:, :-1] == shelf_of(at)[:, :-1]).all()


def test_it_learns_only_from_those_to_whom_nothing_is_shown() -> None:
    at = town()
    at.world.shoppers.item[at.rows] = np.where(shown_to(at), 6, -1)
    at.act(shelf_of(at))
    at.strategy.ordered(Counter(at.world, at.rows[shown_to(at)], at.now[shown_to(at)]).moment(), levers(at))
    shelf = shelf_of(at)
    tomorrow(at).act(shelf)
    assert (shelf == shelf_of(at)).all()


def levers(at: Counter) -> Levers:
    return Levers(at.world, at.rows, at.now, None)


def test_orders_count_as_looks_do() -> None:
    """Without a look at anything; product 6 in the city."""
    at = town()
    at.strategy.ordered(at.moment(), levers(at))
    shelf = shelf_of(at)
    tomorrow(at).act(shelf)
    assert (shelf[shown_to(at), -1] == np.where(at.world.shoppers.place[at.rows][shown_to(at)] == 0, 6, 7)).all()


def test_who_does_not_tell_his_place_gets_the_whole_store_s_trend() -> None:
    """Which is what all look at now more than before."""
    at = town(half_life_days=1.0)
    at.world.shoppers.personal_consent[at.rows] = False
    at.act(shelf_of(at))
    shelf = shelf_of(at)
    tomorrow(at).act(shelf)
    assert (shelf == shelf_of(at)).all(), "nothing has changed yet"
    at.world.shoppers.item[at.rows] = 5
    tomorrow(at, 10.0).act(shelf_of(at))
    shelf = shelf_of(at)
    tomorrow(at, 11.0).act(shelf)
    assert (shelf[:, -1] == np.where(shown_to(at), 5, 3)).all()


def test_a_slight_lead_is_none() -> None:
    at = town(least=20.0)
    at.act(shelf_of(at))
    shelf = shelf_of(at)
    tomorrow(at).act(shelf)
    assert (shelf == shelf_of(at)).all()


def test_pages_speak_of_what_is_liked_there() -> None:
    """The direction from what is liked elsewhere to what is liked here, to those whose place is known."""
    at = town(plain=0.5)
    at.act(shelf_of(at))
    at.world.shoppers.personal_consent[at.rows[::2]] = False
    relevance = tomorrow(at).act().relevance
    assert relevance is not None
    goods, sh = at.world.goods, at.world.shoppers
    apart = goods.features[6] - goods.features[7]
    here = np.where(sh.place[at.rows] == 0, 1.0, -1.0)[:, None] * apart / np.linalg.norm(apart)
    fit = np.einsum("nk,nk->n", sh.taste[at.rows], here)
    told = shown_to(at) & sh.personal_consent[at.rows]
    assert relevance[told] == pytest.approx(fit[told], abs=0.1)
    assert not relevance[~told].any()


# weather -------------------------------------------------------------------------------------------------------------
def winter(shelf: np.ndarray | None, **weather: Any) -> tuple[Counter, Pulls]:
    """Return shoppers of two places of whom half look for jackets; it is cold in the first place only."""
    study = lively({"With": {"location_trends": {"plain": 0.0}}}, catalogue=WARM, weather=FROST | weather)
    at = counter("location_trends", size=400, study=study)
    sh, told = at.world.shoppers, at.world.forecast._told
    sh.place[at.rows], sh.interest[at.rows] = at.rows % 2, (at.rows // 2) % 2
    told[:] = False
    told[:, :, 0] = True
    return at, at.act(shelf)


def test_the_entry_page_speaks_of_warm_goods_where_it_is_cold() -> None:
    """Nothing is known of tastes yet: relevant to those who look for jackets, a little less than before to others."""
    at, pulls = winter(None)
    cold, jackets = at.rows % 2 == 0, at.world.shoppers.interest[at.rows] == 1
    weight = at.world.study.offers.category_relevance
    assert pulls.relevance is not None
    assert pulls.relevance[cold] == pytest.approx(weight * (jackets[cold] - 0.3))
    assert not pulls.relevance[~cold].any()


def test_pages_of_warm_goods_speak_of_the_cold_and_others_do_not() -> None:
    """Products 8 to 13 are jackets."""
    shelf = np.where((np.arange(400)[:, None] // 2) % 2 == 1, np.arange(8, 12), np.arange(4))
    at, pulls = winter(shelf)
    assert pulls.relevance is not None
    spoken = (at.rows % 2 == 0) & (at.world.shoppers.interest[at.rows] == 1)
    assert (pulls.relevance > 0.1).tolist() == spoken.tolist()


@pytest.mark.parametrize(("ahead", "speaks"), [(0, False), (1, False), (2, True)])
def test_the_forecast_is_heeded_so_many_days_ahead(ahead: int, speaks: bool) -> None:
    study = lively({"With": {"location_trends": {"plain": 0.0, "look_ahead": ahead}}}, catalogue=WARM, weather=FROST)
    at = counter("location_trends", study=study)
    at.world.forecast._told[:] = False
    at.world.forecast._told[:, 7] = True
    relevance = at.act().relevance
    assert (relevance is not None and bool(relevance.any())) == speaks


def test_where_nothing_is_warm_the_cold_changes_nothing() -> None:
    study = lively({"With": {"location_trends": {"plain": 0.0}}}, weather=FROST)
    relevance = counter("location_trends", study=study).act().relevance
    assert relevance is None or not relevance.any()


# effect --------------------------------------------------------------------------------------------------------------
def test_more_of_those_told_order_where_places_differ() -> None:
    """Of the same shoppers, by three standard errors, where segments explain all of taste."""
    weights = LIVELY_WEIGHTS | {role: LIVELY_WEIGHTS[role] | {"relevance": 1.0} for role in ("entry", "browse")}
    study = lively(
        {"Trends": {"location_trends": {"plain": 0.5}}},
        experiment={"visitors": 8000, "warm_up_days": 0.0, "days": 28.0, "follow_up_days": 7.0},
        funnel=LIVELY["funnel"] | {"weights": weights},
        shoppers={"segment_taste": 1.0},
        data={"personal_consent": 1.0},
        stock={"unlimited": True},
        fulfilment={"referral": 0.0},
    )
    lift = treated_lift(study, "Trends")
    assert lift.clearly(1), lift


@pytest.mark.slow
def test_revenue_moves_by_less_than_a_usual_test_s() -> None:
    """In the shipped store: 90 % of tests move revenue per visitor by less than 1.2 % (Browne and Swarbrick Jones)."""
    changes = {"visitors": 100_000, "days": 365.0, "warm_up_days": 60.0, "follow_up_days": 0.0}
    study = fashion({"Trends": {"location_trends": {}}}, experiment=changes)
    runs = [[simulate(study, plan, k).total("revenue") for plan in study.plans] for k in range(5)]
    lift = np.array([with_it / without - 1.0 for without, with_it in runs])
    assert -0.002 < lift.mean() < 0.012, lift
