"""An order log comes out clean, and every row of the file is either kept or counted with its reason."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.calibration.readers import read_orders
from tests.planner.calibration.shops import CDNOW, SOURCE, cdnow_log

if TYPE_CHECKING:
    from planner.calibration.order_log import OrderLog

Write = Callable[..., Path]
HEADER = "customer_id,date,quantity,amount"
TODAY = date(2024, 12, 31)
AMOUNTS = st.one_of(st.decimals(0, 999, places=2).map(str), st.sampled_from(["", "-5", "free", "0", "0.00"]))
DAYS = st.one_of(
    st.dates(date(2024, 1, 1), date(2024, 3, 1)).map(str), st.sampled_from(["", "soon", "2030-01-01", "1970-01-01"])
)
CUSTOMERS = st.sampled_from(["ann", "bob", "cem", "", "null"])


def read(path: Path) -> OrderLog:
    return read_orders(path, today=TODAY)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(CUSTOMERS, DAYS, AMOUNTS), max_size=30), st.integers(0, 3))
def test_rows_and_money_are_conserved(rows: list[tuple[str, str, str]], short_rows: int) -> None:
    lines = ["customer,date,amount", "ann,2024-01-01,7.25", *(",".join(row) for row in rows), *["x"] * short_rows]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        log = read(path)
    good = [
        (who, day, round(float(amount) * 100))
        for who, day, amount in [("ann", "2024-01-01", "7.25"), *rows]
        if who not in ("", "null") and "2024-01-01" <= day < "2025" and amount not in ("", "-5", "free")
    ]
    assert log.rows == 1 + len(rows) + short_rows
    assert log.kept == len(good)
    assert log.rows == log.kept + sum(log.set_aside.values())
    assert log.orders["amount_cents"].sum() == sum(cents for _, _, cents in good)
    assert len(log.orders) == len({(who, day) for who, day, _ in good})
    assert not log.orders.duplicated(["customer", "day"]).any()


def test_each_bad_row_is_counted_once_by_its_first_fault(write_log: Write) -> None:
    good = "1,2024-01-31,1,9.99"
    dates = [",soon,1,-5", "2,,1,-5", "2,soon,1,-5", "2,2025-01-01,1,5", "2,1970-01-01,1,5"]
    amounts = ["2,2024-01-01,1,", "2,2024-01-01,1,free", "2,2024-01-01,1,-5", "2,2024-01-01"]
    log = read(write_log(HEADER, good, *dates, *amounts))
    assert log.set_aside == {
        "row with too few columns": 1,
        "customer missing": 1,
        "date missing": 1,
        "date does not parse": 1,
        "date in the future": 1,
        "date before 1990": 1,
        "amount missing": 1,
        "amount is not a number": 1,
        "amount negative (refund or cancellation)": 1,
    }
    assert (log.rows, log.kept) == (10, 1)


def test_rows_of_one_day_are_one_order(write_log: Write) -> None:
    log = read(write_log(HEADER, "b,2024-01-31 10:00,2,1.10", "a,2024-01-30,1,5", "b,2024-01-31 18:00,1,2.20"))
    numbers = log.orders[["customer", "day", "amount_cents", "quantity"]].to_numpy().tolist()
    assert numbers == [[0, 1, 330, 3], [1, 0, 500, 1]]
    assert log.orders.dtypes.astype(str).to_dict() == {
        "customer": "int64", "day": "int64", "date": "datetime64[s]", "amount_cents": "int64", "quantity": "int64",
    }  # fmt: skip
    assert log.customers == ("b", "a")
    assert (log.first_date, log.last_date) == (date(2024, 1, 30), date(2024, 1, 31))
    assert log.notes == ("rows added to another row of the same customer and day, together one order: 1",)


def test_customers_without_a_usable_row_leave_no_gap(write_log: Write) -> None:
    log = read(write_log(HEADER, "lost,soon,1,5", "a,2024-01-30,1,5", "b,2024-01-30,1,5"))
    assert log.customers == ("a", "b")
    assert log.orders["customer"].tolist() == [0, 1]


def test_orders_worth_nothing_are_kept_and_said(write_log: Write) -> None:
    log = read(write_log(HEADER, "1,2024-01-30,1,0", "1,2024-01-31,1,5"))
    assert log.orders["amount_cents"].tolist() == [0, 500]
    assert log.notes == ("orders worth 0, kept as orders and left out of the order-value fit: 1",)


def test_equal_rows_are_two_purchases_without_an_order_number(write_log: Write) -> None:
    log = read(write_log(HEADER, "1,2024-01-30,1,5", "1,2024-01-30,1,5"))
    assert log.orders["amount_cents"].tolist() == [1000]
    assert any(note.startswith("rows that equal another row, kept") and note.endswith(": 1") for note in log.notes)


def test_equal_rows_of_one_order_number_count_once(write_log: Write) -> None:
    blue, red, unnumbered = "7,1,2024-01-30,5,blue", "7,1,2024-01-30,5,red", ",2,2024-01-30,5,red"
    lines = [blue, blue, red, unnumbered, unnumbered]
    log = read(write_log("order_id,customer,date,amount,colour", *lines))
    assert log.set_aside == {"row repeated with the same order number": 1}
    assert log.orders["amount_cents"].tolist() == [1000, 1000]
    assert any(note.startswith("order numbers on several rows") and note.endswith(": 1") for note in log.notes)


def test_unknown_quantities_are_zero_and_said(write_log: Write) -> None:
    rows = [f"{i},2024-01-30,{quantity},5" for i, quantity in enumerate(["2", "2.0", "", "-1", "1.5", "many"])]
    log = read(write_log(HEADER, *rows))
    assert log.orders["quantity"].tolist() == [2, 2, 0, 0, 0, 0]
    assert log.notes == ("quantities that are no positive whole number, taken as not known: 4",)


def test_a_price_beside_a_quantity_is_not_multiplied_and_that_is_said(write_log: Write) -> None:
    log = read(write_log("customer,date,quantity,price", "1,2024-01-30,3,5"))
    assert log.orders["amount_cents"].tolist() == [500]
    assert any("not times the quantity: 1" in note for note in log.notes)


@pytest.mark.parametrize(
    ("header", "row", "currency"),
    [
        (HEADER, "1,2024-01-30,1,5", None),
        (HEADER, "1,2024-01-30,1,€5", "EUR"),
        (HEADER, "1,2024-01-30,1,$5", "$"),
        ("customer,date,amount,currency", "1,2024-01-30,$5,usd", "USD"),
        ("customer,date,amount,currency", "1,2024-01-30,5,points", "points"),
    ],
)
def test_the_currency_is_reported(write_log: Write, header: str, row: str, currency: str | None) -> None:
    assert read(write_log(header, row)).currency == currency


def test_named_columns_and_date_format(write_log: Write) -> None:
    path = write_log("wer;wann;wieviel", "1;03.04.2024;1.234,50")
    log = read_orders(path, {"customer": "wer", "date": "wann", "amount": "wieviel"}, "%d.%m.%Y", today=TODAY)
    assert log.first_date == date(2024, 4, 3)
    assert log.orders["amount_cents"].tolist() == [123450]


def test_the_order_of_the_rows_changes_nothing_but_the_numbering(write_log: Write) -> None:
    rows = [f"{i % 7},2024-01-{i % 28 + 1:02},1,{i}.25" for i in range(200)]
    forward, backward = read(write_log(HEADER, *rows)), read(write_log(HEADER, *reversed(rows), name="b.csv"))

    def by_name(log: OrderLog) -> set[tuple[object, ...]]:
        names = np.array(log.customers)[log.orders["customer"]]
        return set(zip(names, log.orders["day"], log.orders["amount_cents"], strict=True))

    assert by_name(forward) == by_name(backward)


@pytest.mark.parametrize("source", [SOURCE])
def test_a_real_log_of_69659_rows(source: str, write_log: Write) -> None:
    """With the CDNOW log its known totals; without it a log of the same kind whose totals are added up here."""
    if CDNOW:
        log, rows, orders, cents = cdnow_log(), 69_659, 67_591, 250_031_563
    else:
        lines = [f"{i % 5000},1997-{i % 12 + 1:02}-{i % 28 + 1:02},1,{i % 90}.77" for i in range(20_000)]
        log, rows, orders = read(write_log(HEADER, *lines)), 20_000, len({line.split(",1,")[0] for line in lines})
        cents = sum(100 * (i % 90) + 77 for i in range(20_000))
    assert (log.rows, log.kept, log.set_aside) == (rows, rows, {})
    assert (len(log.orders), int(log.orders["amount_cents"].sum())) == (orders, cents)
