"""Turns the texts of a date column into days. Knows nothing of files and of the other columns.

A year that comes first (2024-01-31, 2024/1/31, 2024.01.31, 20240131) and a month in English words (31 Jan 2024,
January 31, 2024) can be read in one way only. Of 31/01/2024 and 01/31/2024 the column must decide: some value above 12
tells day and month apart, otherwise the format has to be named. A time of day behind the date is dropped: the day
counts as written, time zones are not converted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from planner.calibration.texts import distinct

if TYPE_CHECKING:
    import pandas as pd

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_DAY_MONTH_WORD = re.compile(r"(\d{1,2})\.?[ -]*([A-Za-z]{3,9})\.?[ ,-]+(\d{4})")
_MONTH_WORD_DAY = re.compile(r"([A-Za-z]{3,9})\.? +(\d{1,2}),? +(\d{4})")
_TIME_OF_DAY = re.compile(r"[T,]?\s*\b\d{1,2}:\d{2}.*$|T\d{2}:?\d{2}.*$", re.DOTALL)
_DAY_NUMBER = re.compile(r"[2-5]\d{4}(?:[.,]\d+)?")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july",
    "august", "september", "october", "november", "december",
)  # fmt: skip
ADVICE = "name the format, for example date_format=%d/%m/%Y (day first) or %m/%d/%Y (month first)"
"""What to do about dates that cannot be read."""


class Dates(NamedTuple):
    """A date column, read.

    Attributes:
        days: datetime64[D] per row, NaT where the text is missing or does not parse.
        missing: bool per row, no text at all.
        notes: how the dates were read.
        faults: why the column as a whole cannot be used.
    """

    days: npt.NDArray[np.datetime64]
    missing: npt.NDArray[np.bool_]
    notes: tuple[str, ...]
    faults: tuple[str, ...]


def parse_dates(texts: pd.Series[str], date_format: str | None = None) -> Dates:
    """Read a column of dates.

    Args:
        texts: one text per row.
        date_format: strptime codes that every date follows; None reads the unambiguous forms of this module.
    """
    values = distinct(texts)
    if date_format is None:
        known, notes, faults = _recognise(values.texts)
    else:
        known, notes, faults = _as_told(values.texts, date_format)
    if not faults and values.texts and all(day is None for day in known):
        faults = [_none_read(values.texts[0])]
    table = np.array([*known, None], dtype="datetime64[D]")
    return Dates(table[values.codes], values.codes < 0, tuple(notes), tuple(faults))


def _none_read(first: str) -> str:
    """Say that no date could be read, and what to do."""
    if _DAY_NUMBER.fullmatch(first):
        todo = "these look like a spreadsheet's day numbers: give the column the format of a date before you save it"
    else:
        todo = f"allowed: 2024-01-31 and the like; {ADVICE}"
    return f"date: none could be read (first: {first!r}); {todo}"


def _recognise(texts: Sequence[str]) -> tuple[list[date | None], list[str], list[str]]:
    heads = [_TIME_OF_DAY.sub("", text).strip() for text in texts]
    undecided = [head for head in set(heads) if _YEAR_LAST.fullmatch(head)]
    day_first, faults = _day_first(undecided)
    read = {head: _one_date(head, day_first) for head in set(heads)}
    notes = []
    if undecided and not faults:
        notes = [f"dates such as {min(undecided)} were read with the {'day' if day_first else 'month'} first"]
    return [read[head] for head in heads], notes, faults


def _day_first(texts: Sequence[str]) -> tuple[bool, list[str]]:
    """Decide the order of day and month for a column, from the values that allow one order only."""
    day_only = [t for t in texts if _year_last(t, day_first=True) and not _year_last(t, day_first=False)]
    month_only = [t for t in texts if _year_last(t, day_first=False) and not _year_last(t, day_first=True)]
    if day_only and month_only:
        return True, [f"date: day first ({min(day_only)}) and month first ({min(month_only)}) are mixed; {ADVICE}"]
    either = [t for t in texts if _year_last(t, day_first=True)]
    if either and not day_only and not month_only:
        return True, [f"date: day and month cannot be told apart ({min(either)}); {ADVICE}"]
    return bool(day_only), []


def _one_date(head: str, day_first: bool) -> date | None:
    return next((day for day in _readings(head, day_first) if day is not None), None)


def _readings(head: str, day_first: bool) -> Iterator[date | None]:
    if found := _YEAR_FIRST.fullmatch(head):
        yield _day(found[1], found[3], found[4])
    elif found := _COMPACT.fullmatch(head):
        yield _day(found[1], found[2], found[3])
    elif found := _DAY_MONTH_WORD.fullmatch(head):
        yield _day(found[3], _month(found[2]), found[1])
    elif found := _MONTH_WORD_DAY.fullmatch(head):
        yield _day(found[3], _month(found[1]), found[2])
    yield _year_last(head, day_first)


def _year_last(head: str, day_first: bool) -> date | None:
    found = _YEAR_LAST.fullmatch(head)
    if found is None:
        return None
    return _day(found[4], found[3], found[1]) if day_first else _day(found[4], found[1], found[3])


def _month(word: str) -> str:
    """Return the number of a month's English name or its beginning ("sept"), "0" for any other word."""
    places = [place for place, name in enumerate(_MONTHS, start=1) if name.startswith(word.lower())]
    return str(places[0]) if len(places) == 1 else "0"


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _as_told(texts: Sequence[str], date_format: str) -> tuple[list[date | None], list[str], list[str]]:
    """Read every text by the format given, after checking that the format determines a day."""
    probe = datetime(2023, 11, 28)
    try:
        told = datetime.strptime(probe.strftime(date_format), date_format).date() == probe.date()
    except ValueError:
        told = False
    if not told:
        fault = f"date_format: {date_format!r} does not name year, month and day; allowed: strptime codes like %d/%m/%Y"
        return [None] * len(texts), [], [fault]
    return [_by_format(text, date_format) for text in texts], [f"dates were read as {date_format}"], []


def _by_format(text: str, date_format: str) -> date | None:
    try:
        return datetime.strptime(text, date_format).date()
    except ValueError:
        return None
