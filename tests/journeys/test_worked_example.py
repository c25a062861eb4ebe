"""The worked example of full-funnel personalization, end to end: one shopper followed through every touch.

Who browses activewear sees activewear; a cart left behind leads to an advert with that item and a small discount; the
order is followed by what goes with it; later come new arrivals like what was bought, a birthday discount, early access.
"""

from typing import Any, NamedTuple

import numpy as np
import pytest

from simulation import Outcomes
from simulation.outbox import CHANNELS
from simulation.world import World
from tests.stores import LIVELY, Log, lively, run_with_world

PLAN: dict[str, dict[str, Any]] = {
    "segment_content": {},
    "related_recommendations": {"precision": 0.0},
    "retargeting_ads": {"discount": 0.05},
    "order_follow_up": {"delay_days": 3.0},
    "new_arrivals": {"every_days": 10.0, "fit": -5.0},
    "birthday_discount": {"days_before": 2, "discount": 0.15},
    "early_access": {"every_days": 25.0, "best": 1.0, "ahead_days": 120.0},
}
ADVERT, FOLLOW_UP, ARRIVALS, BIRTHDAY, PREVIEW = list(PLAN)[2:]
GOODS = [
    {"name": "activewear", "share": 5, "products": 8, "price": 40},
    {"name": "shoes", "share": 3, "products": 6, "price": 110},
    {"name": "socks", "share": 2, "products": 5, "price": 9},
]


class Story(NamedTuple):
    """One run and the shopper in it who met every touch."""

    outcomes: Outcomes
    log: Log
    world: World
    hero: int

    def of(self, event: str) -> Log:
        """Return the hero's rows of an event, in order of time."""
        rows = self.log.only(event)
        return rows.of(rows["shopper"] == self.hero)

    def messages(self, strategy: str) -> Log:
        mine = self.of("message")
        return mine.of(mine["strategy"] == list(PLAN).index(strategy))

    def category(self, products: np.ndarray) -> np.ndarray:
        found: np.ndarray = self.world.goods.category[products]
        return found


@pytest.fixture(scope="module")
def story() -> Story:
    study = lively(
        {"Example": PLAN},
        catalogue={"category": GOODS},
        experiment={
            **{"visitors": 3000, "warm_up_days": 0.0, "days": 60.0, "follow_up_days": 300.0, "ltv_days": 300.0},
            "company": 200,  # some fifty come a day: served by the thousand, all would be new to what the store learns
        },
        data={"consent": 1.0, "personal_consent": 1.0},
        messages={**LIVELY["messages"], "permission_at_order": 1.0, "unsubscribe_rate": 0.0, "advert_click_rate": 0.3},
        stock={"unlimited": True},
    )
    outcomes, log, world = run_with_world(study, "Example")
    return Story(outcomes, log, world, _hero(log, world))


def _hero(log: Log, world: World) -> int:
    """Return the first shopper who clicked the advert of what he had left behind, bought it, and heard the rest."""
    sent, orders, clicks = log.only("message"), log.only("order"), log.only("clicked")
    by = {name: set(sent["shopper"][sent["strategy"] == place].tolist()) for place, name in enumerate(PLAN)}
    clickers = clicks["strategy"] == list(PLAN).index(ADVERT)
    active = (clicks["product"] >= 0) & (world.goods.category[clicks["product"]] == 0)
    candidates = set(clicks["shopper"][clickers & active].tolist()).intersection(*(by[name] for name in list(PLAN)[2:]))
    first = {shopper: orders["product"][orders["shopper"] == shopper] for shopper in candidates}
    bought = [s for s in sorted(candidates) if first[s].size and world.goods.category[first[s][0]] == 0]
    for shopper in bought:
        clicked = clicks["time"][(clicks["shopper"] == shopper) & clickers].min()
        if clicked < orders["time"][orders["shopper"] == shopper].min():
            return int(shopper)
    raise AssertionError("nobody met every touch")


def test_who_browses_activewear_sees_activewear(story: Story) -> None:
    """The page speaks of what the shopper's own kind likes, and the shelf is of the category that he looks for."""
    decisions = story.of("decision")
    assert np.abs(decisions["relevance"]).max() > 0.0
    assert (story.category(story.of("order")["product"][:1]) == 0).all()


def test_the_cart_left_behind_is_advertised_with_a_small_discount(story: Story) -> None:
    advert = story.messages(ADVERT)
    left = story.of("decision")
    assert (advert["channel"] == CHANNELS.index("advert")).all()
    first = advert["time"][advert["product"] >= 0].min()
    assert (left["time"] < first).any(), "he had been here before"
    sent = story.world.outbox.sent[: story.world.outbox.size]
    mine = sent[(sent["row"] == story.hero) & (sent["by"] == list(PLAN).index(ADVERT))]
    assert (mine["offer"] == 0.05).all()
    assert np.isin(advert["product"][advert["product"] >= 0], mine["product"]).all()


def test_the_click_brings_him_back_before_he_orders(story: Story) -> None:
    clicks, visits, order = story.of("clicked"), story.of("visit"), story.of("order")["time"][0]
    click = clicks["time"][clicks["strategy"] == list(PLAN).index(ADVERT)].min()
    assert click < order
    assert np.isclose(visits["time"], click).any()


def test_the_order_is_followed_by_what_goes_with_it(story: Story) -> None:
    orders, mail = story.of("order"), story.messages(FOLLOW_UP)
    for time, product in zip(mail["time"], mail["product"], strict=True):
        before = orders["product"][orders["time"] < time]
        assert any(product in story.world.goods.complements[bought] for bought in before)
    assert mail["time"].min() > orders["time"][0] + 2.0


def test_later_come_news_a_birthday_discount_and_early_access(story: Story) -> None:
    order = story.of("order")["time"][0]
    for strategy in (ARRIVALS, BIRTHDAY, PREVIEW):
        assert story.messages(strategy)["time"].max() > order
    birthday = story.messages(BIRTHDAY)["time"]
    day = story.world.day_of_year(np.floor(birthday[:1]))
    ahead = (story.world.shoppers.birthday[story.hero] - np.floor(day[0])) % 365
    assert 1 <= ahead <= 2, "two days ahead, or the next morning after the quiet hours"
    new = story.messages(ARRIVALS)
    age = (np.floor(story.world.day_of_year(new["time"])) - story.world.goods.launched[new["product"]]) % 365
    assert (age <= 46).all()


def test_every_touch_is_counted_and_paid_for(story: Story) -> None:
    table = story.outcomes.tables["strategies"]
    for strategy in PLAN:
        assert table.at(strategy, "reach") > 0
    accounts = story.outcomes.tables["accounts"]
    assert accounts.at(ADVERT, "media") > 0
    assert accounts.at(FOLLOW_UP, "personnel") > 0
