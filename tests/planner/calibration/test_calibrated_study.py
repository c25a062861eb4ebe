"""The text of a calibrated study: every fitted value with its source, everything else as it was."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from planner.calibration.calibrated_study import Origin, plain_study, written_study
from planner.calibration.estimates import Estimate
from planner.calibration.fit_orders import OrderFit
from planner.calibration.knobs import setting
from planner.calibration.order_log import OrderLog
from planner.calibration.simulated_log import Window
from planner.study_file import find_study, open_study, parse_study
from tests.planner.calibration.shops import orders_frame

FASHION = open_study(find_study("fashion"))
ORIGIN = Origin(FASHION, "fashion", "north_shop.csv.gz")
LOG = OrderLog(
    orders=orders_frame([(0, 0, 100)]),
    customers=("a",),
    rows=10,
    kept=8,
    set_aside={"date missing": 2},
    notes=("orders worth 0, kept: 3",),
    first_date=date(2024, 1, 1),
    last_date=date(2024, 12, 30),
    currency="USD",
)
FACTS = ("units_per_order", "between_share", "log_sd", "later_to_first", "aov", "repeat_orders_365", "repeat_rate")
FIT = OrderFit(
    facts={name: Estimate(1.5, 0.02, 4321) for name in FACTS},
    repurchase={name: Estimate(0.25, 0.01, 765) for name in ("r", "alpha", "a", "b")},
    new_customers=Estimate(765.0, 28.0, 765),
    orders_a_day=3.5,
    orders_per_customer=1.8,
    window=Window(90, 365, 1),
    hold_out=None,
    notes=("repeat buying: told with care",),
)
KNOBS = {name: Estimate(value * 1.1, 0.03, 4321) for name, value in setting(FASHION.study).items()}
SIZE = {"store.visitors_per_year": 123_000, "stock.units_per_day": 9}


def text_of(origin: Origin = ORIGIN, log: OrderLog = LOG) -> str:
    return written_study(origin, log, FIT, KNOBS, SIZE)


def test_every_value_set_says_where_it_is_from_and_how_sure_it_is() -> None:
    changed = [line for line in text_of().splitlines() if line not in FASHION.text.splitlines() and "=" in line]
    fitted = [line for line in changed if not line.startswith(("#", "name ="))]
    assert len(fitted) == 3 + 4 + 2 * len(FASHION.study.catalogue.category) + 4
    for line in fitted:
        assert "from north_shop.csv.gz" in line or "as in north_shop.csv.gz" in line
    for line in fitted:
        if not line.startswith(("currency", "units_per_day")):
            assert "±" in line
            assert "n = " in line


def test_the_head_tells_what_was_read_fitted_and_kept() -> None:
    head = " ".join(line.removeprefix("# ") for line in text_of().split("\n\n")[0].splitlines())
    for said in ("10 rows, 8 kept", "date missing: 2", "orders worth 0, kept: 3.", "told with care.", "study fashion"):
        assert said in head
    assert "2024-01-01 to 2024-12-30" in head
    assert "fashion store, six-stage funnel" not in text_of()
    assert max(map(len, text_of().split("\n\n")[0].splitlines())) <= 120


def test_everything_else_is_as_it_was() -> None:
    study = parse_study(text_of()).study
    before = FASHION.study
    for section in (
        "source",
        "reason",
        "funnel",
        "costs",
        "fulfilment",
        "messages",
        "behaviour",
        "plans",
        "experiment",
    ):
        assert getattr(study, section) == getattr(before, section)
    assert study.store.name == "north shop"
    assert study.store.currency == "USD"
    assert study.store.visitors_per_year == 123_000
    assert study.basket.spread == pytest.approx(before.basket.spread * 1.1, rel=1e-3)


def test_what_is_written_is_what_was_simulated() -> None:
    written = parse_study(text_of()).study
    simulated = plain_study(ORIGIN, FIT, {name: knob.value for name, knob in KNOBS.items()}, SIZE).study
    for section in ("catalogue", "basket", "repurchase", "stock"):
        assert getattr(written, section) == getattr(simulated, section)


def test_a_log_without_currency_keeps_that_of_the_starting_study() -> None:
    log = OrderLog(**{**vars(LOG), "currency": None})
    assert parse_study(text_of(log=log)).study.store.currency == FASHION.study.store.currency


def test_names_that_would_break_the_file_do_not() -> None:
    origin = Origin(FASHION, 'odd"\n[name]', 'a "b".csv')
    study = parse_study(text_of(origin)).study
    assert study.store.name == 'a "b"'


def test_a_study_based_on_a_shipped_one_gets_goods_of_its_own() -> None:
    start = parse_study('based_on = "fashion"\n[plans.Remind.cart_recovery]\n')
    text = text_of(Origin(start, "mine.toml", "north_shop.csv.gz"))
    assert tomllib.loads(text)["based_on"] == "fashion"
    study = parse_study(text).study
    assert study.catalogue == parse_study(text_of()).study.catalogue
    assert list(study.plans) == ["Baseline", "Remind"]


def test_an_error_that_is_not_known_is_said_in_words() -> None:
    fit = OrderFit(**{**vars(FIT), "repurchase": {"a": Estimate(0.5, float("inf"), 30)}})
    line = next(line for line in written_study(ORIGIN, LOG, fit, KNOBS, SIZE).splitlines() if line.startswith("a = "))
    assert "0.5 not determined by itself, n = 30 customers" in line
