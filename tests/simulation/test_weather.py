"""Weather: the same in every plan, nothing at all when off, and a forecast that is sure of today only.

Cold days make warm goods wanted, in their own place only.
"""

from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulation import Levers, Moment, Office, Study, simulate
from simulation.weather import Forecast, cold_days
from simulation.world import World
from tests.probes import Favour, Probe
from tests.stores import LIVELY, differences, installed, lively, run_with_world

YEARS: NDArray[np.float64] = np.arange(40.0 * 365.0) % 365.0 + 1.0
WINTRY: dict[str, Any] = {"strength": 1.0, "spells_per_year": 60.0, "spell_days": 3.0, "month": (1.0,) * 12}
GOODS = LIVELY["catalogue"]["category"]
WARM: dict[str, Any] = {"category": [GOODS[0], GOODS[1] | {"cold_demand": 3.0}, GOODS[2]]}


def sky(days: NDArray[np.float64] = YEARS, replication: int = 0, **weather: Any) -> np.ndarray:
    """Return the cold days of two places."""
    return cold_days(lively(weather={"strength": 1.0, **weather}), replication, days)


def forecast(error: float, days: int = 3) -> tuple[Forecast, np.ndarray]:
    study = lively(weather=WINTRY | {"forecast_error": error, "forecast_days": days})
    cold = cold_days(study, 0, YEARS)
    return Forecast(study, 0, cold, YEARS, np.zeros(3)), cold


class Reader(Probe):
    """Keeps when it met shoppers and what it was told of that day in the first place."""

    id: ClassVar = "reader"

    def start(self, office: Office) -> list[tuple[np.ndarray, np.ndarray]]:
        return []

    def act(self, moment: Moment, levers: Levers) -> None:
        cold = moment.shop.forecast.cold(moment.now, np.zeros(moment.size, dtype=np.int64))
        moment.memory.append((moment.now, cold))


def hit_rate(error: float, ahead: int) -> float:
    """Return the share of days of which the forecast was right, so many days ahead."""
    told, cold = forecast(error)
    at = np.arange(YEARS.size - 3)
    told.announce(int(at[-1]))
    right: np.ndarray = told.cold(at.astype(float), at * 0, ahead) == cold[at + ahead, 0]
    return float(right.mean())


# the weather itself --------------------------------------------------------------------------------------------------
def test_as_many_spells_of_that_length_as_stated() -> None:
    """In forty years; single spells are rare enough not to overlap. Four standard errors of a Poisson count."""
    months = (1.0, 1.0) + (0.0,) * 10
    cold = sky(spells_per_year=1.0, spell_days=4.0, month=months, shared=0.0)
    begins = np.flatnonzero(cold[1:, 0] & ~cold[:-1, 0]) + 1
    assert begins.size == pytest.approx(40, abs=4 * np.sqrt(40))
    assert cold[:, 0].sum() / begins.size == pytest.approx(4.0, abs=4 * np.sqrt(12 / 40))
    assert (YEARS[begins] <= 62).all(), "they begin in January and February"


@pytest.mark.parametrize(("shared", "together"), [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)])
def test_places_share_spells(shared: float, together: float) -> None:
    """How often the weather of places goes together is about the share of common spells."""
    cold = sky(spells_per_year=6.0, spell_days=5.0, shared=shared).astype(float)
    assert np.corrcoef(cold.T)[0, 1] == pytest.approx(together, abs=0.12)


def test_spells_of_one_day_are_allowed() -> None:
    cold = sky(spells_per_year=2.0, spell_days=1.0, shared=0.0)
    assert 0.5 < cold.sum() / 2 / 40 / 2 < 2.0


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 400), st.integers(0, 5))
def test_a_longer_run_begins_with_the_same_weather(days: int, replication: int) -> None:
    short, long = sky(YEARS[:days], replication), sky(YEARS[:400], replication)
    assert (short == long[:days]).all()


def test_every_replication_has_its_own_weather() -> None:
    assert (sky(YEARS[:365]) != sky(YEARS[:365], replication=1)).any()


def test_it_is_the_same_in_all_plans() -> None:
    study = lively({"Favour": {"favour": {}}}, weather=WINTRY)
    with installed(Favour):
        worlds = [World(study, plan, 3) for plan in study.plans]
    assert worlds[0].cold.any()
    assert (worlds[0].cold == worlds[1].cold).all()


def test_without_strength_there_is_no_weather_and_no_difference() -> None:
    plain = lively(catalogue=LIVELY["catalogue"] | WARM)
    off = lively(catalogue=LIVELY["catalogue"] | WARM, weather=WINTRY | {"strength": 0.0})
    assert not World(off, "Baseline", 0).cold.any()
    assert simulate(plain, "Baseline", 0).digest() == simulate(off, "Baseline", 0).digest()
    assert simulate(lively(), "Baseline", 0).digest() == simulate(plain, "Baseline", 0).digest()
    assert differences(
        simulate(plain, "Baseline", 0), simulate(plain.model_copy(update={"weather": wintry().weather}), "Baseline", 0)
    )


# what it does to demand ----------------------------------------------------------------------------------------------
def wintry(**weather: Any) -> Study:
    return lively(
        catalogue=LIVELY["catalogue"] | WARM,
        weather=WINTRY | weather,
        experiment={"visitors": 4000, "warm_up_days": 0.0, "days": 40.0, "follow_up_days": 0.0},
        fulfilment={"referral": 0.0},
        stock={"unlimited": True},
    )


def test_cold_days_make_warm_goods_wanted_in_that_place_only() -> None:
    """Of those who came once, by place and day of the visit: jackets weigh 3, in the cold 12. Four standard errors."""
    _, log, world = run_with_world(wintry(shared=0.0))
    visits = log.only("visit")
    once = world.shoppers.visits[visits["shopper"]] == 1
    rows, day = visits["shopper"][once], visits["time"][once].astype(int)
    place, jackets = world.shoppers.place[rows], world.shoppers.interest[rows] == 1
    here, elsewhere = world.cold[day, place], world.cold[day, 1 - place]
    bounds = [world.goods.demand(world.day_of_year(float(d)), c) for d, c in zip(day, here, strict=True)]
    expected = np.array([jackets - shirts for shirts, jackets, _ in bounds])
    for group in (here & elsewhere, here & ~elsewhere, ~here & elsewhere, ~here & ~elsewhere):
        error = np.sqrt((expected[group] * (1.0 - expected[group])).sum())
        assert group.sum() > 100
        assert jackets[group].sum() == pytest.approx(expected[group].sum(), abs=4.0 * error)
    assert jackets[here].mean() > jackets[~here].mean() + 0.15


def test_a_category_may_be_shunned_in_the_cold_but_not_below_nothing() -> None:
    shunned = [GOODS[0] | {"cold_demand": -1.0}, *GOODS[1:]]
    goods = World(lively(catalogue=LIVELY["catalogue"] | {"category": shunned}), "Baseline", 0).goods
    assert goods.demand(200.0, cold=1.0)[0] == 0.0
    assert goods.demand(200.0, cold=5.0)[0] == 0.0
    assert goods.demand(200.0, cold=0.5)[0] < goods.demand(200.0)[0]


# the forecast --------------------------------------------------------------------------------------------------------
def test_today_is_told_as_it_is_and_later_days_with_growing_doubt() -> None:
    rates = [hit_rate(0.3, ahead) for ahead in range(4)]
    assert rates[0] == 1.0
    assert rates == sorted(rates, reverse=True)
    assert rates[3] < rates[1] - 0.05
    assert hit_rate(0.0, 3) == 1.0


def test_wrong_forecasts_are_as_often_cold_as_the_season() -> None:
    told, cold = forecast(1.0)
    at = np.arange(YEARS.size - 3)
    told.announce(int(at[-1]))
    guessed = told.cold(at.astype(float), at * 0, 1)
    assert guessed.mean() == pytest.approx(cold[:, 0].mean(), abs=0.03)
    assert abs(np.corrcoef(guessed, cold[at + 1, 0])[0, 1]) < 0.05


def test_a_forecast_is_put_right_as_the_day_comes_nearer_never_wrong_again() -> None:
    told, cold = forecast(0.3)
    target = np.arange(3, 3000)
    told.announce(3000)
    right = [told.cold((target - ahead).astype(float), target * 0, ahead) == cold[target, 0] for ahead in range(4)]
    for nearer, further in pairwise(right):
        assert (nearer | ~further).all()


def test_what_is_not_announced_yet_is_not_known() -> None:
    """Whoever reads ahead of the announcements gets the forecast that was made last."""
    told, _ = forecast(0.5)
    days = np.arange(3000)
    told.announce(3000)
    later = told.cold(days.astype(float) + 2.0, days * 0)
    ahead = told.cold(days.astype(float), days * 0, 2)
    early = np.empty(days.size, dtype=np.bool_)
    for day in days:
        told.announce(int(day))
        early[day] = told.cold(np.array([day + 2.0]), np.zeros(1, dtype=np.int64))[0]
    assert (early == ahead).all()
    assert (early != later).any()


@pytest.mark.parametrize("ahead", [-1, 4])
def test_it_reaches_so_far_and_no_further(ahead: int) -> None:
    with pytest.raises(ValueError, match="must be from 0 to 3"):
        forecast(0.1)[0].cold(np.zeros(1), np.zeros(1, dtype=np.int64), ahead)


def test_of_an_unknown_place_it_tells_what_most_shoppers_have() -> None:
    places = [{"name": "city", "share": 3}, {"name": "town", "share": 2}, {"name": "country", "share": 2}]
    study = lively(weather=WINTRY, place=places)
    cold = cold_days(study, 0, YEARS)
    told = Forecast(study, 0, cold, YEARS, np.zeros(3))
    day = np.arange(1000)
    told.announce(1000)
    most = told.cold(day.astype(float), np.full(1000, -1))
    assert (most == (cold[:1000].sum(axis=1) >= 2)).all()


def test_it_is_announced_before_anybody_can_read_it() -> None:
    """In a run, a strategy that reads at each shopper's own time is told today's weather as it is."""
    study = wintry(forecast_error=1.0).model_copy(update={"plans": {"Baseline": {}, "Reader": {"reader": {}}}})
    with installed(Reader):
        world = run_with_world(study, "Reader")[2]
    told: list[np.ndarray] = world.strategies[0].memory
    day, cold = np.concatenate([now for now, _ in told]).astype(int), np.concatenate([cold for _, cold in told])
    assert day.size > 4000
    assert (cold == world.cold[day, 0]).all()
