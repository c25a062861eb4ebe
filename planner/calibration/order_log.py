"""A shop's orders as every fit wants them: one row per customer and day, money in cents.

Knows what makes a row unusable and what makes one order of several rows, but nothing of files and column names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

_FIRST_PLAUSIBLE = date(1990, 1, 1)


@dataclass(frozen=True)
class OrderLog:
    """A log of orders, cleaned.

    Attributes:
        orders: one row per customer and day, sorted by these: `customer` (int64, 0 upwards), `day` (int64, days since
            `first_date`), `date` (datetime64), `amount_cents` (int64, 0 or more), `quantity` (int64, 0 = not known).
        customers: the log's own name of each customer, by the number used in `orders`.
        rows: rows of the file below its header.
        kept: rows that went into `orders`.
        set_aside: why the other rows did not, with their number.
        notes: what was assumed or decided in reading, one sentence each.
        first_date: day of the first order kept.
        last_date: day of the last order kept: how far the customers were observed.
        currency: its code, or the sign if it is shared by several; None where the log names none.
    """

    orders: pd.DataFrame
    customers: tuple[str, ...]
    rows: int
    kept: int
    set_aside: dict[str, int]
    notes: tuple[str, ...]
    first_date: date
    last_date: date
    currency: str | None


class RawOrders(NamedTuple):
    """The rows of an order log, read but not yet judged; every array has one entry per row.

    Attributes:
        customer: int64, number of the customer, -1 if missing.
        days: datetime64[D], NaT if missing or unreadable.
        date_missing: bool.
        cents: int64.
        amount_missing: bool.
        amount_unusable: bool.
        quantity: int64, 0 if not known.
        repeated: bool, the row equals an earlier one including its order number.
    """

    customer: npt.NDArray[np.int64]
    days: npt.NDArray[np.datetime64]
    date_missing: npt.NDArray[np.bool_]
    cents: npt.NDArray[np.int64]
    amount_missing: npt.NDArray[np.bool_]
    amount_unusable: npt.NDArray[np.bool_]
    quantity: npt.NDArray[np.int64]
    repeated: npt.NDArray[np.bool_]


class Judged(NamedTuple):
    """What is wrong with each row: in `codes` (int64) its place in `reasons`, or -1 for a row that can be used."""

    reasons: tuple[str, ...]
    codes: npt.NDArray[np.int64]

    def counts(self) -> dict[str, int]:
        """Return the rows that cannot be used, counted by reason."""
        counts = np.bincount(self.codes[self.codes >= 0], minlength=len(self.reasons))
        return {reason: int(count) for reason, count in zip(self.reasons, counts, strict=True) if count}


def judge(raw: RawOrders, today: date) -> Judged:
    """Return the first thing wrong with each row."""
    codes = np.full(len(raw.customer), -1, dtype=np.int64)
    reasons = []
    for place, (reason, wrong) in enumerate(_reasons(raw, today)):
        reasons.append(reason)
        codes[(codes < 0) & wrong] = place
    return Judged(tuple(reasons), codes)


def sift(raw: RawOrders, today: date) -> tuple[npt.NDArray[np.bool_], dict[str, int]]:
    """Return which rows can be used, and the others counted by the first thing wrong with each."""
    judged = judge(raw, today)
    return judged.codes < 0, judged.counts()


def _reasons(raw: RawOrders, today: date) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    yield "customer missing", raw.customer < 0
    yield "date missing", raw.date_missing
    yield "date does not parse", np.isnat(raw.days)
    yield "date in the future", raw.days > np.datetime64(today)
    yield f"date before {_FIRST_PLAUSIBLE.year}", raw.days < np.datetime64(_FIRST_PLAUSIBLE)
    yield "amount missing", raw.amount_missing
    yield "amount is not a number", raw.amount_unusable
    yield "amount negative (refund or cancellation)", raw.cents < 0
    yield "row repeated with the same order number", raw.repeated


def merge_days(raw: RawOrders, usable: npt.NDArray[np.bool_]) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
    """Make one order per customer and day of the usable rows: amounts added, quantities added where known.

    Returns:
        The orders as in `OrderLog.orders`, and for each of their customer numbers, which have no gaps, the raw one.
    """
    import pandas as pd

    days = raw.days[usable]
    numbers, customer = np.unique(raw.customer[usable], return_inverse=True)
    rows = pd.DataFrame(
        {
            "customer": customer.astype(np.int64),
            "day": (days - days.min()).astype(np.int64),
            "date": days.astype("datetime64[s]"),
            "amount_cents": raw.cents[usable],
            "quantity": raw.quantity[usable],
        }
    )
    orders = rows.groupby(["customer", "day"], sort=True, as_index=False).agg(
        {"date": "first", "amount_cents": "sum", "quantity": "sum"}
    )
    return orders, numbers
