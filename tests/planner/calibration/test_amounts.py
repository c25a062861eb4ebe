"""Amounts come out in whole cents whichever way a shop writes them; what is unclear is refused or counted."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.calibration.amounts import Amounts, parse_amounts
from planner.calibration.currencies import united

CENTS = st.integers(0, 10**9)


def parse(*texts: str | None) -> Amounts:
    return parse_amounts(pd.Series(list(texts), dtype="str"))


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("12", 1200), ("12.5", 1250), ("0.123", 12), (".5", 50), ("5.", 500), ("1e2", 10000), ("1234.891", 123489),
        ("1,234.50", 123450), ("1,234,567.8", 123456780), ("1,234", 123400), ("1.234,50", 123450), ("12,5", 1250),
        ("1 234,50", 123450), ("1\u00a0234,50", 123450), ("1'234.50", 123450), ("-4", -400), ("4-", -400),
        ("(3.20)", -320), ("−4.10", -410), ("$12.50", 1250), ("12.50 EUR", 1250), ("€ 3,50", 350),
        ("-$5.00", -500), ("$-5.00", -500), ("US$ 4", 400), ("12,00 zł", 1200), ("$12.50 USD", 1250),
    ],
)  # fmt: skip
def test_ways_of_writing(text: str, cents: int) -> None:
    read = parse(text)
    assert read.faults == ()
    assert read.cents.tolist() == [cents]


@given(st.lists(CENTS, min_size=1))
def test_any_amounts_with_points_and_thousands_commas_come_back(cents: list[int]) -> None:
    read = parse(*(f"{value / 100:,.2f}" for value in cents))
    assert read.cents.tolist() == cents
    assert not read.unusable.any()


@given(st.lists(CENTS, min_size=1), st.sampled_from(["", " ", ".", "'"]))
def test_any_amounts_with_decimal_commas_come_back(cents: list[int], group: str) -> None:
    swap = str.maketrans({",": group, ".": ","})
    read = parse(*(f"{value / 100:,.2f}".translate(swap) for value in cents))
    assert read.cents.tolist() == cents


def test_the_column_decides_what_a_lone_mark_means() -> None:
    assert parse("1.234", "12,50").cents.tolist() == [123400, 1250]
    assert parse("1,234", "12.50").cents.tolist() == [123400, 1250]
    assert "three digits" in parse("1.234").notes[0]


def test_two_ways_of_writing_decimals_are_refused_unless_a_few_strays() -> None:
    assert "mixed" in parse("12.50", "12,50").faults[0]
    strays = parse(*["12.50"] * 150, "12,5")
    assert strays.faults == ()
    assert strays.unusable.sum() == 1


def test_missing_and_unusable_are_told_apart() -> None:
    read = parse("1", None, "", "nan", "free", "1..2", "1,2,3.0", "inf", "9" * 20, "12 kg", "1 USD EUR")
    assert read.missing.tolist() == [False, True, True, True] + [False] * 7
    assert read.unusable.tolist() == [False] * 4 + [True] * 7
    assert read.cents.tolist() == [100] + [0] * 10


def test_nothing_usable_is_a_fault() -> None:
    assert "no number could be read (first: 'free')" in parse("free", "gift").faults[0]


def test_currencies_are_counted() -> None:
    assert parse("$1", "$2", "3 EUR", "4").currencies == {"$": 2, "EUR": 1}


@pytest.mark.parametrize(
    ("found", "different"),
    [
        (["$", "USD"], ["USD"]),
        (["$", "CAD"], ["CAD"]),
        (["$", "EUR"], ["$", "EUR"]),
        (["$", "USD", "CAD"], 3),
        ([], []),
    ],
)
def test_a_shared_sign_counts_as_the_one_code_beside_it(found: list[str], different: list[str] | int) -> None:
    assert (len(united(found)) if isinstance(different, int) else united(found)) == different
