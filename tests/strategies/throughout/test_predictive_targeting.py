"""Predictive targeting: an experiment first and for ever, then mail to those whom it moves, or to likely buyers."""

from typing import Any

import numpy as np
import pytest

from simulation import Levers, simulate
from strategies.throughout.uplift import Records, fitted
from tests.stores import lively, run_with_world
from tests.strategies.counter import Counter, counter

SIZE = 1000


def customers(**parameters: Any) -> Counter:
    """Return customers, half of whom ordered often; what mail does to either half is in ``known``."""
    at = counter("predictive_targeting", SIZE, **parameters)
    sh = at.world.shoppers
    sh.orders[at.rows] = np.where(at.rows % 2 == 0, 30, 1)
    sh.revenue[at.rows] = sh.orders[at.rows] * 6000
    sh.last_order[at.rows], sh.visits[at.rows] = 1.0, 3
    return at


def write(at: Counter) -> np.ndarray:
    """Let the campaign write at noon of day 5; return which customers are written to."""
    at.strategy.write(at.moment(), Levers(at.world, at.rows, at.now, None))  # type: ignore[attr-defined]
    written: np.ndarray = np.isin(at.rows, at.sent()["row"])
    return written


def known(at: Counter, rates: dict[int, tuple[float, float]]) -> Records:
    """Fill the records: customers with so many orders order again with these probabilities (silent, mailed)."""
    records: Records = at.world.strategies[0].memory
    rng, each = np.random.Generator(np.random.PCG64(5)), 2000
    for orders, pair in rates.items():
        features = np.log1p(np.tile([4.5, orders, 6000.0, 3.0, 0.0], (each, 1)))
        for mailed, rate in enumerate(pair):
            visitor = 10_000 + records.mailed.size + np.arange(each)
            records.add(visitor, features, np.full(each, mailed == 1), np.full(each, -100.0))
            ordering = visitor[rng.random(each) < rate]
            records.credit(ordering, np.full(ordering.size, -99.0), 14.0)
    records.model = fitted(records, 0.0, 14.0, least=20, caution=5.0)
    assert records.model is not None
    return records


REGULARS, ONCE = 30, 1
ANYWAY = {REGULARS: (0.50, 0.50), ONCE: (0.02, 0.10)}
"""Regulars buy with or without mail; mail moves those who bought once."""


def test_as_long_as_nothing_is_known_half_get_mail_by_lot_and_all_are_recorded() -> None:
    at = customers()
    written, records = write(at), at.world.strategies[0].memory
    assert 0.44 < written.mean() < 0.56
    assert records.mailed.tolist() == written.tolist()
    assert abs(written[::2].mean() - written[1::2].mean()) < 0.1


def test_the_lift_not_the_likelihood_decides() -> None:
    for target, regulars, once in (("lift", 0.0, 1.0), ("likelihood", 1.0, 0.0)):
        at = customers(explore=0.0, target=target)
        known(at, ANYWAY)
        written = write(at)
        assert (written[::2].mean(), written[1::2].mean()) == (regulars, once), target


def test_some_are_drawn_by_lot_whatever_the_model_says_and_only_they_teach() -> None:
    at = customers(explore=0.4)
    records = known(at, ANYWAY)
    before = records.mailed.size
    written = write(at)
    drawn = np.isin(at.rows, np.flatnonzero(records._latest >= before))
    assert 0.34 < drawn.mean() < 0.46
    assert 0.4 < written[drawn].mean() < 0.6
    assert written[~drawn].tolist() == (at.rows[~drawn] % 2 == 1).tolist()


@pytest.mark.parametrize(("cost", "share"), [(0.5, 0.5), (5.0, 0.0)])
def test_mail_that_brings_less_than_it_costs_is_not_sent(cost: float, share: float) -> None:
    """The lift of 8 % of an order of 60 at a margin of about a half brings 2.2."""
    at = customers(explore=0.0, cost=cost)
    known(at, ANYWAY)
    assert write(at).mean() == share


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_no_more_than_the_share_is_mailed(share: float) -> None:
    at = customers(explore=0.0, share=share, target="likelihood")
    known(at, ANYWAY)
    at.world.shoppers.revenue[at.rows] = 3000 + at.rows * at.world.shoppers.orders[at.rows]
    assert write(at).mean() == pytest.approx(share, abs=0.01)


def test_orders_in_the_running_store_teach_it() -> None:
    days = {"every_days": 4.0, "outcome_days": 4.0, "refit_days": 5.0}
    tested = {"predictive_targeting": {**days, "least": 5, "explore": 0.5}}
    study = lively({"With": tested}, experiment={"visitors": 1500})
    one, other = (simulate(study, "With", 0) for _ in range(2))
    records: Records = run_with_world(study, "With")[2].strategies[0].memory
    assert records.model is not None
    assert 0.3 < records.mailed.mean() < 0.7
    assert 0 < records.ordered.sum() < records.ordered.size
    counts = one.tables["strategies"]
    assert counts.at("predictive_targeting", "sent") > 300
    assert one.total("orders") > simulate(study, "Baseline", 0).total("orders")
    assert all((table.values == other.tables[name].values).all() for name, table in one.tables.items())
