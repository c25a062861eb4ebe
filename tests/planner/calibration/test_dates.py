"""Dates are read where they can be read in one way only; otherwise the format is asked for."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.calibration.dates import Dates, parse_dates

DAY = date(2024, 1, 31)
SOME_DAYS = st.dates(date(1995, 1, 1), date(2030, 12, 31))


def parse(*texts: str | None, date_format: str | None = None) -> Dates:
    return parse_dates(pd.Series(list(texts), dtype="str"), date_format)


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-31", "2024/1/31", "2024.01.31", "20240131", "31 Jan 2024", "31-Jan-2024", "Jan 31, 2024",
        "January 31 2024", "31. Jan 2024", " 2024-01-31 ", "2024-01-31 23:59:59", "2024-01-31T23:59:59Z",
        "2024-01-31T23:59:59+02:00", "2024-01-31 23:59:59.123456", "31/01/2024", "31.01.2024 09:05", "01/31/2024",
        "Jan 31, 2024, 11:05 PM",
    ],
)  # fmt: skip
def test_unambiguous_forms(text: str) -> None:
    read = parse(text)
    assert read.faults == ()
    assert read.days.tolist() == [DAY]


@given(st.lists(SOME_DAYS, min_size=1), st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d %B %Y", "%b %d, %Y"]))
def test_any_day_in_an_unambiguous_form_comes_back(days: list[date], form: str) -> None:
    assert parse(*(day.strftime(form) for day in days)).days.tolist() == days


@given(st.lists(SOME_DAYS), st.dates(date(2020, 3, 13), date(2020, 3, 31)), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))
def test_one_day_above_12_settles_the_order_of_the_column(days: list[date], telling: date, form: str) -> None:
    days = [*days, telling]
    read = parse(*(day.strftime(form) for day in days))
    assert read.days.tolist() == days
    assert ("day first" if form.startswith("%d") else "month first") in read.notes[0].replace("the ", "")


def test_ambiguous_order_of_day_and_month_is_refused_with_advice() -> None:
    read = parse("03/04/2024", "05/06/2024", "2024-01-31")
    assert len(read.faults) == 1
    assert "date: day and month cannot be told apart (03/04/2024)" in read.faults[0]
    assert "date_format=%d/%m/%Y" in read.faults[0]


def test_mixed_orders_are_refused() -> None:
    assert "mixed" in parse("31/01/2024", "01/31/2024").faults[0]


def test_a_named_format_settles_it() -> None:
    read = parse("03/04/2024", "2024-01-31", date_format="%d/%m/%Y")
    assert read.faults == ()
    assert read.days[0] == np.datetime64("2024-04-03")
    assert np.isnat(read.days[1])


@pytest.mark.parametrize("wrong", ["%d/%m", "day month year", "%Q", "%H:%M"])
def test_a_format_that_names_no_day_is_refused(wrong: str) -> None:
    assert parse("03/04/2024", date_format=wrong).faults[0].startswith("date_format: ")


def test_missing_and_unreadable_are_told_apart() -> None:
    read = parse("2024-01-31", None, "", "n/a", "soon", "2024-02-30", "31/31/2024", "24-01-31")
    assert read.faults == ()
    assert read.missing.tolist() == [False, True, True, True, False, False, False, False]
    assert np.isnat(read.days).tolist() == [False] + [True] * 7


def test_nothing_readable_is_a_fault() -> None:
    read = parse("soon", "later", None)
    assert "none could be read (first: 'soon')" in read.faults[0]
