"""From a log back to the store that wrote it: a simulated shop of known values, calibrated from another study."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import pytest
import tomlkit

from planner.calibration.calibrate import Calibrated, calibrate
from planner.calibration.calibrated_study import Origin
from planner.calibration.faults import FitFault
from planner.calibration.knobs import useful_knobs
from planner.calibration.match import simulations
from planner.calibration.order_log import OrderLog
from planner.calibration.simulated_log import Window, simulate_log
from planner.study_file import Opened, find_study, open_study, parse_study, with_values
from tests.planner.calibration.shops import CDNOW, SOURCE, cdnow_log
from tests.stores import LIVELY

if TYPE_CHECKING:
    import pandas as pd

FASHION: Final[Opened] = open_study(find_study("fashion"))
START: Final[Opened] = parse_study(tomlkit.dumps({**LIVELY, "stock": {"unlimited": True}}))
TRUTH: Final = {
    "basket.extra_units": 1.2,
    "basket.spread": 1.0,
    "basket.later_factor": 1.5,
    "catalogue.category.0.price": 60.0,
    "catalogue.category.1.price": 210.0,
    "catalogue.category.2.price": 13.5,
    "repurchase.r": 0.5,
    "repurchase.alpha": 5.0,
    "repurchase.a": 0.6,
    "repurchase.b": 2.5,
}
KNOBS: Final = {
    "extra_units": 1.2,
    "basket_evenness": 1.0,
    "later_factor": 1.5,
    "price_level": 1.5,
    "price_contrast": 1.0,
}
"""The truth as knobs of the starting study, whose prices are 40, 140 and 9."""


def log_of(orders: pd.DataFrame) -> OrderLog:
    first, last = (orders["date"].agg(edge).date() for edge in ("min", "max"))
    names = tuple(map(str, range(orders["customer"].nunique())))
    return OrderLog(orders, names, len(orders), len(orders), {}, (), first, last, None)


def shop(visitors: int, window: Window) -> OrderLog:
    true = with_values(START.text, {path: (value, "") for path, value in TRUTH.items()})
    return log_of(simulate_log(parse_study(true).study, window, visitors, 77).orders)


@pytest.fixture(scope="module")
def small() -> tuple[Calibrated, list[tuple[int, int]]]:
    heard: list[tuple[int, int]] = []
    log = shop(6000, Window(28, 182, 1))
    found = calibrate(
        Origin(START, "lively", "shop.csv"), log, 2, 1000, lambda done, total: heard.append((done, total))
    )
    return found, heard


def assert_near(found: Calibrated, errors: float) -> None:
    """Check the knobs against the truth, on the scale of their logarithms, within so many of their errors."""
    for name, truth in KNOBS.items():
        value, error, _ = found.match.knobs[name]
        assert abs(math.log(value / truth)) < errors * error / value, name


def test_the_store_is_recovered_within_its_errors(small: tuple[Calibrated, list[tuple[int, int]]]) -> None:
    found, _ = small
    assert_near(found, errors=4.0)
    assert found.match.knobs["price_level"].se < 0.2
    assert found.match.at_limit == ()


def test_the_study_holds_what_was_found(small: tuple[Calibrated, list[tuple[int, int]]]) -> None:
    found, _ = small
    study = parse_study(found.text).study
    assert study.basket.extra_units == pytest.approx(found.match.knobs["extra_units"].value, rel=1e-3)
    assert study.repurchase.a == pytest.approx(found.fit.repurchase["a"].value, rel=1e-3)
    assert study.catalogue.category[0].price == pytest.approx(60.0, rel=0.25)
    # 6,000 visitors in 28 days won the shop's customers
    assert study.store.visitors_per_year == pytest.approx(6000 * 365 / 28, rel=0.2)
    assert study.plans == START.study.plans


def test_progress_reaches_its_end(small: tuple[Calibrated, list[tuple[int, int]]]) -> None:
    found, heard = small
    knobs = useful_knobs(found.fit.facts, repurchase=True)
    assert {total for _, total in heard} == {2 + simulations(knobs) + 2}
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    assert heard[-1][0] == heard[-1][1]


def test_margins_begin_with_the_facts_and_end_with_what_the_log_does_not_tell(
    small: tuple[Calibrated, list[tuple[int, int]]],
) -> None:
    found, _ = small
    told = [margin.outcome for margin in found.margins if margin.observed is not None]
    assert told == list(found.fit.facts)
    verdicts = {margin.outcome: margin.verdict for margin in found.margins}
    assert verdicts["session_conversion"] == "not calibrated"
    assert verdicts["log_sd"] == "trust"
    assert len(verdicts) == len(found.margins)


def test_shoppers_who_never_buy_are_a_fault_in_words() -> None:
    never = with_values(START.text, {f"funnel.edge.{edge}.odds": (1e-9, "") for edge in (0, 2, 5, 8)})
    with pytest.raises(FitFault, match="none of the simulated shoppers bought anything"):
        calibrate(Origin(parse_study(never), "never", "shop.csv"), shop(400, Window(28, 182, 1)), 2, 100)


@pytest.mark.slow
def test_a_large_log_is_recovered_and_agrees_where_it_was_fitted() -> None:
    log = shop(20_000, Window(90, 480, 1))
    found = calibrate(Origin(START, "lively", "shop.csv"), log, 6)
    assert_near(found, errors=3.5)
    verdicts = {margin.outcome: margin.verdict for margin in found.margins}
    for fitted in ("aov", "log_sd", "units_per_order", "later_to_first", "repeat_rate", "repeat_orders_365"):
        assert verdicts[fitted] == "trust", fitted


def cdnow_or_alike() -> OrderLog:
    """Return the real CDNOW log, or that of a fashion store that was told to buy again as its customers did."""
    if CDNOW is not None:
        return cdnow_log()
    values = {"repurchase.r": 0.27, "repurchase.alpha": 6.0, "repurchase.a": 0.48, "repurchase.b": 2.1}
    study = parse_study(with_values(FASHION.text, {path: (value, "") for path, value in values.items()})).study
    return log_of(simulate_log(study, Window(84, 546, 1), 500_000, 77).orders)


@pytest.mark.slow
@pytest.mark.parametrize("source", [SOURCE])
def test_a_real_cohort_agrees_where_it_was_fitted_and_in_what_follows(source: str) -> None:
    found = calibrate(Origin(FASHION, "fashion", "cdnow.csv.gz"), cdnow_or_alike(), 6)
    verdicts = {margin.outcome: margin.verdict for margin in found.margins}
    fitted = ("aov", "log_sd", "units_per_order", "between_share", "later_to_first", "repeat_rate", "repeat_orders_365")
    for outcome in (*fitted, "revenue_within_365"):
        assert verdicts[outcome] == "trust", (source, outcome)
    assert found.fit.hold_out is not None
    assert abs(found.fit.hold_out.error) < 0.2
    assert found.match.at_limit == ()
