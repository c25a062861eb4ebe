"""What shoppers make of messages: whether they open them, click, come by themselves later, or want no more."""

from typing import Any

import numpy as np
import pytest

from simulation import draws, simulate
from simulation.outbox import CHANNELS, MESSAGE
from simulation.reading import ADVERT, EMAIL, PUSH, Mood, Reading, Response
from simulation.world import World
from tests.stores import lively, world_with

SIZE = 20_000
NOW = 50.0
ERRORS = 4.0
"""Standard errors of a rate that may be missed: a wrong alarm in 2 of 10,000."""


def readers(size: int = SIZE, **messages: Any) -> tuple[World, np.ndarray]:
    """Return a store and typical shoppers who were here long ago and are not irritated."""
    world, rows = world_with(lively(messages=messages), size)
    world.shoppers.trust[rows] = world.study.shoppers.first_trust
    world.shoppers.interest[rows] = 0
    return world, rows


def read(
    world: World, rows: np.ndarray, *, channel: int = EMAIL, product: int | np.ndarray = -1, offer: float = 0.0
) -> Response:
    """Return what shoppers do with one message each."""
    message = np.zeros(rows.size, dtype=MESSAGE)
    message["row"], message["channel"], message["product"], message["offer"] = rows, channel, product, offer
    keys = draws.child_keys(world.shoppers.key[rows], np.full(rows.size, 7))
    mood = Mood(np.zeros(rows.size), world.shoppers.trust[rows], NOW - world.shoppers.last_visit[rows])
    return Reading(world).of(message, keys, mood)


def near(share: float, p: float, n: int) -> bool:
    return bool(abs(share - p) <= ERRORS * np.sqrt(p * (1.0 - p) / n))


RATES: dict[str, Any] = {"open_rate": 0.4, "click_rate": 0.2, "reminder_rate": 0.3, "unsubscribe_rate": 0.02}


@pytest.mark.parametrize("channel", [EMAIL, PUSH])
def test_mail_and_push_are_read_at_the_stated_rates(channel: int) -> None:
    response = read(*readers(**RATES), channel=channel)
    opened, passed_by = response.opened.size, response.opened.size - response.clicked.size
    assert near(opened / SIZE, 0.4, SIZE)
    assert near(response.clicked.size / opened, 0.2, opened)
    assert near(response.reminded.size / passed_by, 0.3, passed_by)
    assert near(response.gone.size / SIZE, 0.02, SIZE)


def test_adverts_have_rates_of_their_own_and_are_not_unsubscribed() -> None:
    rates: dict[str, Any] = {"advert_seen_rate": 0.6, "advert_click_rate": 0.05, "advert_reminder_rate": 0.1}
    response = read(*readers(**RATES | {"unsubscribe_rate": 1.0}, **rates), channel=ADVERT)
    seen, passed_by = response.opened.size, response.opened.size - response.clicked.size
    assert near(seen / SIZE, 0.6, SIZE)
    assert near(response.clicked.size / seen, 0.05, seen)
    assert near(response.reminded.size / passed_by, 0.1, passed_by)
    assert not response.gone.size
    assert CHANNELS[ADVERT] == "advert"


def test_nobody_is_reminded_who_did_not_open_or_who_clicked() -> None:
    response = read(*readers(**RATES))
    assert response.reminded.size > 0
    assert np.isin(response.reminded, response.opened).all()
    assert not np.isin(response.reminded, response.clicked).any()


@pytest.mark.parametrize("days", [0.0, 3.0, 40.0])
def test_who_was_here_lately_need_not_be_reminded(days: float) -> None:
    world, rows = readers(open_rate=1.0, click_rate=0.0, reminder_rate=0.5, forgetting_days=10.0)
    world.shoppers.last_visit[rows] = NOW - days
    assert near(read(world, rows).reminded.size / SIZE, 0.5 * (1.0 - np.exp(-days / 10.0)), SIZE)


def test_a_product_of_the_category_looked_for_speaks_to_the_shopper() -> None:
    world, rows = readers(**RATES)
    shirts = world.goods.category == 0
    liked = world.shoppers.taste[rows] @ world.goods.features.T

    def neutral(where: np.ndarray) -> np.ndarray:
        plain: np.ndarray = np.flatnonzero(where)[np.abs(liked[:, where]).argmin(axis=1)]
        return plain

    own, other = (read(world, rows, product=neutral(where)) for where in (shirts, ~shirts))
    for what in ("opened", "clicked", "reminded"):
        assert getattr(own, what).size > 1.1 * getattr(other, what).size, what
    assert own.gone.size < other.gone.size


def test_relevance_is_nought_on_average_over_shoppers_and_categories() -> None:
    """A product shown to shoppers who look for categories as usual is neither here nor there (4 standard errors)."""
    world, rows = readers()
    shares = world.goods.shares / world.goods.shares.sum()
    world.shoppers.interest[rows] = np.random.default_rng(1).choice(shares.size, size=SIZE, p=shares)
    world.shoppers.taste[rows] = 0.0
    for product in (0, 9, 15):
        found = Reading(world)._relevance(rows, np.full(SIZE, product))
        assert abs(found.mean()) < ERRORS * found.std() / np.sqrt(SIZE)


@pytest.mark.parametrize(("clarity", "carted", "helps"), [(0.1, False, False), (0.95, False, True), (0.1, True, True)])
def test_the_very_item_in_mind_helps_once_preferences_are_formed(clarity: float, carted: bool, helps: bool) -> None:
    """Lambrecht and Tucker (2013): product adverts do worse than general ones until preferences are formed."""
    world, rows = readers(50)
    sh, products = world.shoppers, np.arange(50) % world.goods.category.size
    sh.clarity[rows] = clarity
    sh.taste[rows] = 0.0
    sh.interest[rows] = world.goods.category[products]
    sh.item[rows] = products
    sh.cart[rows] = products if carted else -1
    relevance = Reading(world)._relevance(rows, products)
    assert ((relevance > 0.0) == helps).all()


def test_an_offer_is_clicked_and_remembered_but_seen_only_when_open() -> None:
    world, rows = readers(**RATES)
    plain, offer = read(world, rows), read(world, rows, offer=0.3)
    assert offer.opened.tolist() == plain.opened.tolist()
    assert offer.clicked.size > 1.3 * plain.clicked.size
    assert offer.reminded.size > 1.1 * plain.reminded.size


def test_adverts_are_in_view_whatever_they_are_about() -> None:
    world, rows = readers()
    liked = (world.shoppers.taste[rows] @ world.goods.features.T).argmax(axis=1)
    plain, about = (read(world, rows, channel=ADVERT, product=product) for product in (-1, liked))
    assert plain.opened.tolist() == about.opened.tolist()
    assert about.reminded.size > plain.reminded.size


def test_mail_without_click_brings_visits_and_orders() -> None:
    """The whole way: reminded shoppers come back by themselves, and some of them buy."""
    rates = {"open_rate": 1.0, "click_rate": 0.0, "permission_at_checkout": 1.0, "forgetting_days": 0.01}
    plans = {"Mail": {"cart_recovery": {"delay_days": 1.0}}}
    never, always = (
        simulate(
            lively(
                plans, messages=rates | {"reminder_rate": p}, experiment={"visitors": 3_000}, stock={"unlimited": True}
            ),
            "Mail",
            0,
        )
        for p in (0.0, 1.0)
    )
    assert never.total("clicked") == always.total("clicked") == 0
    assert always.total("visits") > 1.02 * never.total("visits")
    assert always.total("orders") > never.total("orders")
