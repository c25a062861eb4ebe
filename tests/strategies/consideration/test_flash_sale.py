"""Flash sale: on for some hours on some categories, by each shopper's own time; subscribers hear; prices are learnt."""

import numpy as np
import pytest

from simulation import Levers, Study, simulate
from strategies.consideration.flash_sale import FlashSale, Windows
from tests.stores import Plans, accounts_of, lively, run_with_world, worlds_kept
from tests.strategies.counter import Counter, counter

ALWAYS: dict[str, float] = {"every_days": 1.0, "hours": 24.0, "opens": 0.0, "share": 1.0}


def memory(at: Counter) -> Windows:
    windows = at.world.strategies[0].memory
    assert isinstance(windows, Windows)
    return windows


def test_the_price_is_lower_within_the_window_on_its_categories_only() -> None:
    at = counter("flash_sale", depth=0.25, urgency=0.5)
    goods = at.world.goods
    on = np.arange(goods.sizes.size) == 0
    memory(at).open(5.0, 5.5, on)
    at.now[:] = [4.99, 5.0, 5.49, 5.5, 5.2, 5.2]
    inside, other = np.flatnonzero(goods.category == 0)[0], np.flatnonzero(goods.category == 1)[0]
    at.world.shoppers.item[at.rows] = [inside, inside, inside, inside, other, -1]
    pulls = at.act()
    assert pulls.offer is not None
    assert pulls.urgency is not None
    assert pulls.offer.tolist() == [0.0, 0.25, 0.25, 0.0, 0.0, 0.0]
    assert pulls.urgency.tolist() == [0.0, 0.5, 0.5, 0.0, 0.0, 0.0]


def test_who_is_served_late_is_judged_by_his_own_time() -> None:
    """A later sale has begun and the earlier has ended when the shopper of the earlier one is served."""
    windows = Windows(2)
    windows.open(5.0, 5.5, np.array([True, False]))
    windows.open(6.0, 6.5, np.array([False, True]))
    now = np.array([5.1, 5.1, 5.7, 6.1, 6.1, 7.0])
    during, on = windows.running(now)
    assert during.tolist() == [0, 1, 3, 4]
    assert on.tolist() == [[True, False]] * 2 + [[False, True]] * 2


def test_before_the_first_sale_there_is_none() -> None:
    windows = Windows(2)
    assert windows.running(np.array([0.1]))[0].size == 0
    windows.open(5.0, 5.5, np.array([True, False]))
    assert windows.running(np.array([4.9]))[0].size == 0


def test_sales_begin_at_their_hour_every_so_many_days_on_the_stated_share() -> None:
    study = lively({"Sale": {"flash_sale": {"every_days": 10.0, "hours": 6.0, "opens": 12.0, "share": 0.5}}})
    with worlds_kept() as worlds:
        simulate(study, "Sale", 0)
    windows = worlds[0].strategies[0].memory
    assert windows.starts[1:4].tolist() == [0.5, 10.5, 20.5]
    assert windows.ends[1:] - windows.starts[1:] == pytest.approx(0.25)
    categories = len(study.catalogue.category)
    assert (windows.on[1:].sum(axis=1) == max(1, round(0.5 * categories))).all()
    assert len({tuple(on) for on in windows.on[1:].tolist()}) > 1, "drawn anew each time"


def test_subscribers_hear_of_the_best_rated_product_on_sale() -> None:
    at = counter("flash_sale")
    goods = at.world.goods
    on = np.arange(goods.sizes.size) == 1
    strategy = at.strategy
    assert isinstance(strategy, FlashSale)
    strategy._write(on, at.moment(), Levers(at.world, at.rows, at.now, None))
    sent = at.sent()
    members = np.flatnonzero(goods.category == 1)
    assert sent["row"].tolist() == at.rows.tolist()
    assert set(sent["product"].tolist()) == {int(members[goods.quality[members].argmax()])}
    assert (sent["offer"] == 0.0).all(), "the price is on the page, while the sale is on"


def test_who_saw_it_expects_less_to_pay_later_and_the_discount_is_booked() -> None:
    """The backfire: what was cheaper once is dear at its usual price."""
    plans: Plans = {"Sale": {"flash_sale": {**ALWAYS, "depth": 0.4, "announce": False}}}
    study = lively(plans, experiment={"warm_up_days": 0.0, "follow_up_days": 0.0})
    outcomes, _, world = run_with_world(study, "Sale")
    sh = world.shoppers
    reached = sh.reached[: sh.size] > 0
    assert reached.sum() > 50
    assert (sh.reference[: sh.size][reached] < 0.0).all()
    assert not sh.reference[: sh.size][~reached].any()
    assert accounts_of(outcomes, "flash_sale")["discounts"] == outcomes.total("discounts") > 0


def store(**parameters: float) -> Study:
    plans: Plans = {"Sale": {"flash_sale": {**ALWAYS, "announce": False, **parameters}}}
    return lively(plans, experiment={"visitors": 3000}, stock={"unlimited": True})


def test_an_endless_sale_sells_more() -> None:
    study = store(depth=0.3)
    base, sale = (simulate(study, plan, 0) for plan in ("Baseline", "Sale"))
    assert sale.total("orders") > 1.03 * base.total("orders")
