"""A look at a log shows what reading it will do: the same columns, the same rows kept, each bad row with its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from planner.calibration.preview import KINDS, MEANINGS, Preview, preview_orders
from planner.calibration.readers import read_orders
from planner.calibration.roles import ORDERS

Write = Callable[..., Path]
TODAY = date(2024, 12, 31)
LINES = (
    "customer,date,paid,note",
    "1,2024-01-31,9.99,a",
    ",2024-01-31,9.99,b",
    "x",
    "2,soon,9.99,c",
    "2,2024-02-01,-3,d",
    "2,2024-02-01,12.00,e",
)


def look(path: Path, **columns: str) -> Preview:
    return preview_orders(path, columns, today=TODAY)


def test_rows_are_kept_and_set_aside_as_in_reading(write_log: Write) -> None:
    path = write_log(*LINES)
    seen, log = look(path, amount="paid"), read_orders(path, {"amount": "paid"}, today=TODAY)
    assert seen.faults == ()
    assert (seen.rows, seen.kept, dict(seen.set_aside)) == (log.rows, log.kept, log.set_aside)
    assert seen.first[0] == ("1", "2024-01-31", "9.99", "a")
    assert seen.roles == {"customer": "customer", "date": "date", "amount": "paid"}


def test_bad_rows_are_shown_with_number_and_reason(write_log: Write) -> None:
    bad = look(write_log(*LINES), amount="paid").bad
    assert [(row.row, row.reason) for row in bad] == [
        (2, "customer missing"),
        (3, "row with too few columns"),
        (4, "date does not parse"),
        (5, "amount negative (refund or cancellation)"),
    ]
    assert dict(zip(("amount", "customer", "date"), bad[2].texts, strict=True)) == {
        "customer": "2",
        "date": "soon",
        "amount": "9.99",
    }
    assert bad[1].texts == ("x", "", "")


def test_a_column_that_is_not_found_is_a_fault_beside_the_first_rows(write_log: Write) -> None:
    seen = look(write_log("customer,date,worth_of_it", "1,2024-01-01,5"))
    assert seen.first == (("1", "2024-01-01", "5"),)
    assert "amount: no column found" in seen.faults[0]
    assert "amount" not in seen.roles


def test_a_recognised_column_can_be_left_out(write_log: Write) -> None:
    path = write_log("customer,date,amount,order", "1,2024-01-01,5,7")
    assert look(path).roles["order"] == "order"
    assert "order" not in look(path, order="").roles


def test_what_is_no_table_is_told(write_log: Write, tmp_path: Path) -> None:
    assert "no such file" in look(tmp_path / "none.csv").faults[0]
    assert "header but no rows" in look(write_log("customer,date,amount")).faults[0]
    assert "no row of the log can be used" in look(write_log("customer,date,amount", "1,2030-01-01,5")).faults[0]


def test_dates_that_can_be_read_in_two_ways_need_a_format(write_log: Write) -> None:
    path = write_log("customer,date,amount", "1,01/02/2024,5")
    assert "cannot be told apart" in look(path).faults[0]
    assert preview_orders(path, date_format="%d/%m/%Y").faults == ()


def test_every_role_is_explained() -> None:
    assert set(MEANINGS) == {role.name for role in ORDERS}
    assert [kind.id for kind in KINDS if kind.readable] == ["orders"]
