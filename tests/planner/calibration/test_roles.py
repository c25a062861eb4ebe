"""Columns are recognised by common names, named ones win, and what is missing is said so that one can act on it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.calibration.roles import ORDERS, match_columns

NEEDED = ["customer_id", "date", "amount"]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (["customer_id", "date", "quantity", "amount"], {"quantity": "quantity", "amount": "amount"}),
        (["Order ID", "Customer ID", "Order Date", "Total"], {"order": "Order ID", "amount": "Total"}),
        (["InvoiceNo", "InvoiceDate", "CustomerID", "Revenue"], {"order": "InvoiceNo", "date": "InvoiceDate"}),
        (["user", "created_at", "order_value", "currency"], {"customer": "user", "currency": "currency"}),
        (["E-mail", "timestamp", "price"], {"customer": "E-mail", "date": "timestamp", "amount": "price"}),
    ],
)
def test_common_names_are_recognised(found: list[str], expected: dict[str, str]) -> None:
    match = match_columns(ORDERS, found, {})
    assert match.faults == ()
    assert expected.items() <= match.columns.items()


@given(st.data())
def test_capitals_and_punctuation_do_not_matter(data: st.DataObject) -> None:
    role = data.draw(st.sampled_from(ORDERS))
    name = data.draw(st.sampled_from(role.names))
    written = data.draw(st.sampled_from([name.upper(), name.replace("_", " "), name.replace("_", "-").title()]))
    assert match_columns([role], [written, "other"], {}).columns == {role.name: written}


def test_a_named_column_wins_over_a_recognised_one() -> None:
    match = match_columns(ORDERS, [*NEEDED, "worth"], {"amount": "worth"})
    assert match.columns["amount"] == "worth"
    assert match.faults == ()


def test_a_column_plays_one_role_only() -> None:
    match = match_columns(ORDERS, ["order_id", "date", "amount", "client"], {"customer": "order_id"})
    assert match.columns["customer"] == "order_id"
    assert "order" not in match.columns


def test_the_best_of_several_names_is_taken_and_said() -> None:
    match = match_columns(ORDERS, [*NEEDED, "price", "total"], {})
    assert match.columns["amount"] == "amount"
    assert match.notes == (
        "amount read from column 'amount'; 'total', 'price' would also fit: choose with amount=COLUMN",
    )


def test_every_missing_column_is_named_with_what_was_found_and_what_to_do() -> None:
    faults = match_columns(ORDERS, ["foo", "date"], {}).faults
    assert [fault.split(":")[0] for fault in faults] == ["customer", "amount"]
    assert "foo, date" in faults[0]
    assert "customer=COLUMN" in faults[0]


@pytest.mark.parametrize(
    ("found", "named", "said"),
    [
        (NEEDED, {"shop": "date"}, "shop: there is no such role; allowed: customer, date, amount"),
        (NEEDED, {"amount": "worth"}, "amount: the log has no column 'worth'; it has: customer_id, date, amount"),
        (NEEDED, {"amount": "date", "date": "date"}, "date: named for several roles (date, amount)"),
        ([*NEEDED, "amount"], {}, "amount: the log has 2 columns called 'amount'"),
    ],
)
def test_wrong_names_are_faults(found: list[str], named: dict[str, str], said: str) -> None:
    faults = match_columns(ORDERS, found, named).faults
    assert any(fault.startswith(said) for fault in faults), faults


def test_an_empty_name_leaves_a_column_out() -> None:
    found = [*NEEDED, "order_id"]
    assert "order" not in match_columns(ORDERS, found, {"order": ""}).columns
    assert "amount: no column found" in match_columns(ORDERS, found, {"amount": ""}).faults[0]
