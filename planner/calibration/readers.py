"""Reads a shop's logs: from a file and the names of its columns to clean data, with every row accounted for.

Knows the steps; what a table, a role, a date or an amount is, its neighbours know. One function per kind of log; more
kinds (order lines, events, sessions, campaigns) need a tuple of roles and a function beside `read_orders`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from planner.calibration.amounts import Amounts, parse_amounts
from planner.calibration.currencies import currency_of, united
from planner.calibration.dates import Dates, parse_dates
from planner.calibration.faults import LogFault
from planner.calibration.order_log import OrderLog, RawOrders, merge_days, sift
from planner.calibration.roles import ORDERS, Match, match_columns, plain_name
from planner.calibration.tables import Rows, open_table, read_rows
from planner.calibration.texts import Distinct, distinct

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


class _Read(NamedTuple):
    """The columns of an order log, each read by itself; one that the file lacks holds nothing but missing values."""

    customers: Distinct
    dates: Dates
    amounts: Amounts
    quantity: npt.NDArray[np.int64]
    currencies: dict[str, int]
    repeated: npt.NDArray[np.bool_]

    def raw(self) -> RawOrders:
        """Return the rows as `order_log` judges them."""
        return RawOrders(
            customer=self.customers.codes,
            days=self.dates.days,
            date_missing=self.dates.missing,
            cents=self.amounts.cents,
            amount_missing=self.amounts.missing,
            amount_unusable=self.amounts.unusable,
            quantity=self.quantity,
            repeated=self.repeated,
        )


def read_orders(
    path: Path,
    columns: Mapping[str, str] | None = None,
    date_format: str | None = None,
    today: date | None = None,
) -> OrderLog:
    """Read a log with one row per order.

    Args:
        path: CSV, gzipped CSV or Parquet.
        columns: role -> column name, for columns that are not recognised by their names.
        date_format: strptime codes of the dates, needed only where day and month cannot be told apart.
        today: orders after this day are set aside; the current day unless given.

    Raises:
        LogFault: the log as a whole cannot be used; every fault found is named.
    """
    table = open_table(path)
    match = match_columns(ORDERS, table.columns, columns or {})
    rows = read_rows(table, match.columns)
    if rows.frame.empty and not rows.unread:
        raise LogFault([*match.faults, f"{path}: the log has a header but no rows"])
    read = _read_columns(rows.frame, date_format)
    if faults := [*match.faults, *_faults(read)]:
        raise LogFault(faults)
    return _order_log(rows, match, read, today or date.today())


def read_raw_orders(frame: pd.DataFrame, date_format: str | None = None) -> tuple[RawOrders, tuple[str, ...]]:
    """Return the rows of an order log not yet judged, and what is wrong with its columns as a whole.

    Args:
        frame: as in `tables.Rows`, read by the roles of an order log.
        date_format: as in `read_orders`.
    """
    read = _read_columns(frame, date_format)
    return read.raw(), tuple(_faults(read))


def _read_columns(frame: pd.DataFrame, date_format: str | None) -> _Read:
    texts = frame.reindex(columns=[role.name for role in ORDERS])
    amounts = parse_amounts(texts["amount"])
    return _Read(
        customers=distinct(texts["customer"]),
        dates=parse_dates(texts["date"], date_format),
        amounts=amounts,
        quantity=_quantity(texts["quantity"]),
        currencies={**_currency_column(texts["currency"]), **amounts.currencies},
        repeated=_repeated(frame["row_key"], texts["order"]),
    )


def _currency_column(texts: pd.Series[str]) -> dict[str, int]:
    """Count the rows of each currency; a word that is no known code stands for itself."""
    values = distinct(texts)
    return {currency_of(text) or text: int(n) for text, n in zip(values.texts, values.rows(), strict=True)}


def _quantity(texts: pd.Series[str]) -> npt.NDArray[np.int64]:
    """Return whole units per row, 0 where the text is no positive whole number."""
    import pandas as pd

    values = distinct(texts)
    numbers = pd.to_numeric(pd.Series([*values.texts, ""], dtype="str"), errors="coerce").to_numpy(dtype=np.float64)
    known = np.isfinite(numbers) & (numbers > 0) & (numbers < 1e9) & (numbers % 1 == 0)
    return np.where(known, numbers, 0).astype(np.int64)[values.codes]


def _repeated(row_key: pd.Series[int], order: pd.Series[str]) -> npt.NDArray[np.bool_]:
    """Return which rows equal an earlier one in every column of the file; without an order number none counts as such.

    Two equal rows of a log without order numbers may well be two purchases.
    """
    return (row_key.duplicated() & order.notna()).to_numpy(dtype=np.bool_)


def _faults(read: _Read) -> list[str]:
    faults = [*read.dates.faults, *read.amounts.faults]
    different = united(read.currencies)
    if len(different) > 1:
        counts = ", ".join(f"{name} ({read.currencies[name]} rows)" for name in different)
        faults.append(f"amount: mixed currencies: {counts}; one currency is allowed: convert them or split the log")
    return faults


def _order_log(rows: Rows, match: Match, read: _Read, today: date) -> OrderLog:
    raw = read.raw()
    usable, unusable = sift(raw, today)
    set_aside = {**rows.unreadable, **unusable}
    if not usable.any():
        counts = ", ".join(f"{reason}: {n}" for reason, n in set_aside.items())
        raise LogFault([f"no row of the log can be used ({counts}); mend it or name other columns with role=COLUMN"])
    orders, numbers = merge_days(raw, usable)
    said = _notes(rows.frame[usable], match.columns, raw.quantity[usable], orders)
    return OrderLog(
        orders=orders,
        customers=tuple(read.customers.texts[number] for number in numbers),
        rows=len(rows.frame) + len(rows.unread),
        kept=int(usable.sum()),
        set_aside=set_aside,
        notes=(*match.notes, *read.dates.notes, *read.amounts.notes, *said),
        first_date=orders["date"].min().date(),
        last_date=orders["date"].max().date(),
        currency=next(iter(united(read.currencies)), None),
    )


def _notes(
    kept: pd.DataFrame, columns: Mapping[str, str], quantity: npt.NDArray[np.int64], orders: pd.DataFrame
) -> list[str]:
    """Say what was done to the rows that were kept."""
    merged = len(kept) - len(orders)
    worthless = int((orders["amount_cents"] == 0).sum())
    equal = 0 if "order" in columns else int(kept["row_key"].duplicated().sum())
    several = int((kept.groupby("order").size() > 1).sum()) if "order" in columns else 0
    unknown = int((quantity == 0).sum()) if "quantity" in columns else 0
    unit_price = len(kept) if "quantity" in columns and "price" in plain_name(columns["amount"]) else 0
    said = (
        (merged, "rows added to another row of the same customer and day, together one order"),
        (worthless, "orders worth 0, kept as orders and left out of the order-value fit"),
        (equal, "rows that equal another row, kept, as without an order number they may be purchases"),
        (several, "order numbers on several rows, whose amounts were added as parts of one order"),
        (unknown, "quantities that are no positive whole number, taken as not known"),
        (unit_price, f"amounts read from {columns['amount']!r} as the row's whole worth, not times the quantity"),
    )
    return [f"{sentence}: {count}" for count, sentence in said if count]
