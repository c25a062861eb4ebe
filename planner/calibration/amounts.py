"""Turns the texts of an amount column into whole cents, with its currency. Knows nothing of files and other columns.

Understood: 1234.5, 1,234.50, 1.234,50, 1 234,50, 1'234.50, a currency sign or code before or behind, a minus sign or
brackets for a negative amount. Whether the point or the comma marks the decimals is decided once for the column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from planner.calibration.currencies import currency_of, united
from planner.calibration.texts import distinct

if TYPE_CHECKING:
    import pandas as pd

_AMOUNT = re.compile(
    r"(?P<open>\()?\s*(?P<minus>[-−+])?\s*(?P<before>[^\d\s.,()+−-]{1,3}\.?)?\s*(?P<inner>[-−+])?\s*"
    r"(?P<number>[\d.,][\d.,'’\s]*?(?:[eE][-+]?\d+)?)\s*(?P<after>[^\d\s.,()+−-]{1,3}\.?)?\s*(?P<behind>[-−])?\)?"
)
_SPACES = re.compile(r"[\s'’]")
_MOST_CENTS = 10**14
_STRAY_SHARE = 0.01


class Amounts(NamedTuple):
    """An amount column, read.

    Attributes:
        cents: int64 per row, 0 where missing or unusable.
        missing: bool per row, no text at all.
        unusable: bool per row, a text that is no amount.
        currencies: currency -> rows that name it.
        notes: how the amounts were read.
        faults: why the column as a whole cannot be used.
    """

    cents: npt.NDArray[np.int64]
    missing: npt.NDArray[np.bool_]
    unusable: npt.NDArray[np.bool_]
    currencies: dict[str, int]
    notes: tuple[str, ...]
    faults: tuple[str, ...]


class _Parts(NamedTuple):
    """One amount taken apart: its digits and marks, its sign, the currency it names."""

    number: str
    negative: bool
    currency: str | None


def parse_amounts(texts: pd.Series[str]) -> Amounts:
    """Read a column of amounts, one text per row, into cents."""
    values = distinct(texts)
    rows = values.rows()
    parts = [_take_apart(text) for text in values.texts]
    mark, notes, faults = _decimal_mark(parts, rows)
    cents = [None if part is None else _cents(part, mark) for part in parts]
    if values.texts and all(value is None for value in cents):
        faults.append(f"amount: no number could be read (first: {values.texts[0]!r}); allowed: 12.50, $12.50, 1,234.50")
    table = np.array([*(value or 0 for value in cents), 0], dtype=np.int64)
    unusable = np.array([*(value is None for value in cents), False])
    return Amounts(
        cents=table[values.codes],
        missing=values.codes < 0,
        unusable=unusable[values.codes],
        currencies=_currencies(parts, rows),
        notes=tuple(notes),
        faults=tuple(faults),
    )


def _take_apart(text: str) -> _Parts | None:
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return None
    marks = [mark for mark in (found["before"], found["after"]) if mark]
    named = [currency_of(mark) for mark in marks]
    currencies = united(name for name in named if name is not None)
    if None in named or len(currencies) > 1:
        return None
    signs = (found["minus"], found["inner"], found["behind"])
    negative = bool(found["open"]) or any(sign in ("-", "−") for sign in signs)
    return _Parts(_SPACES.sub("", found["number"]), negative, currencies[0] if currencies else None)


def _decimal_mark(parts: Sequence[_Parts | None], rows: npt.NDArray[np.int64]) -> tuple[str, list[str], list[str]]:
    """Return the column's decimal mark, point or comma, by the rows that leave no doubt.

    A few strays (up to 1 %) are left to be counted as unusable; more of them mean that two ways of writing are mixed.
    """
    votes = {".": 0, ",": 0}
    samples = {".": "", ",": ""}
    for part, count in zip(parts, rows, strict=True):
        mark = None if part is None else _surely_decimal(part.number)
        if part is not None and mark is not None and _cents(part, mark) is not None:
            votes[mark] += int(count)
            samples[mark] = samples[mark] or part.number
    mark = "," if votes[","] > votes["."] else "."
    if min(votes.values()) > _STRAY_SHARE * sum(votes.values()):
        both = f"decimal points ({samples['.']}) and decimal commas ({samples[',']})"
        return mark, [], [f"amount: {both} are mixed; write all amounts in one way"]
    if not any(votes.values()) and any(part is not None and "." in part.number for part in parts):
        return mark, ["every point in the amounts has three digits behind it; it was read as the decimal point"], []
    return mark, ["amounts were read with a decimal comma"] if mark == "," else [], []


def _surely_decimal(number: str) -> str | None:
    """Return the decimal mark of a number that can be read in one way only, else None."""
    last = max(number.rfind("."), number.rfind(","))
    if last < 0:
        return None
    mark, other = (".", ",") if number[last] == "." else (",", ".")
    lead, tail = number[:last], number[last + 1 :]
    if other in lead:
        return mark
    if mark in lead:
        return other
    grouped = len(tail) == 3 and tail.isdigit() and lead.isdigit() and len(lead) <= 3 and lead[0] != "0"
    return None if grouped else mark


def _cents(part: _Parts, mark: str) -> int | None:
    """Return the amount in cents, None if the marks do not make a number."""
    group = "," if mark == "." else "."
    whole, _, decimals = part.number.partition(mark)
    if group in whole and not re.fullmatch(rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?:[eE].*)?", whole):
        return None
    try:
        value = float(f"{whole.replace(group, '')}.{decimals}" if decimals else whole.replace(group, ""))
    except ValueError:
        return None
    cents = round(value * 100) if value * 100 < _MOST_CENTS else None
    return -cents if cents is not None and part.negative else cents


def _currencies(parts: Sequence[_Parts | None], rows: npt.NDArray[np.int64]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for part, count in zip(parts, rows, strict=True):
        if part is not None and part.currency is not None:
            counts[part.currency] = counts.get(part.currency, 0) + int(count)
    return counts
