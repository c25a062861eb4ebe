"""Which column of a log plays which role, by its common names or as the user says with role=name.

Knows names only: neither files nor values. A new kind of log is a new tuple of roles.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Role(NamedTuple):
    """A part that a column may play.

    Attributes:
        name: what the user writes before the equals sign.
        needed: whether a log without it is refused.
        names: column names by which it is recognised, best first; capitals, spaces and punctuation do not matter.
    """

    name: str
    needed: bool
    names: tuple[str, ...]


class Match(NamedTuple):
    """Columns found for the roles of a log.

    Attributes:
        columns: role name -> column name as the file spells it.
        notes: choices made that the user should know of.
        faults: what is missing or wrong, one sentence each.
    """

    columns: dict[str, str]
    notes: tuple[str, ...]
    faults: tuple[str, ...]


_CUSTOMER = (
    "customer_id customer customer_no customer_number cust_id client_id client user_id user buyer_id buyer shopper_id "
    "shopper account_id account member_id member visitor_id contact_id customer_email email user_email"
)
_DATE = (
    "date order_date ordered_date ordered_at order_time order_timestamp order_datetime created_at created "
    "purchase_date purchased_at purchase_time transaction_date invoice_date datetime timestamp event_time time day"
)
_AMOUNT = (
    "amount order_amount order_value order_total revenue order_revenue total_amount total_price total_value total "
    "grand_total amount_paid net_amount gross_amount sales spend spent paid payment value subtotal price"
)
_QUANTITY = "quantity order_quantity qty units items item_count number_of_items num_items total_quantity"
_ORDER = (
    "order_id order order_no order_number order_ref transaction_id transaction invoice_id invoice invoice_no receipt_id"
)
_CURRENCY = "currency currency_code order_currency"

ORDERS: tuple[Role, ...] = (
    Role("customer", True, tuple(_CUSTOMER.split())),
    Role("date", True, tuple(_DATE.split())),
    Role("amount", True, tuple(_AMOUNT.split())),
    Role("quantity", False, tuple(_QUANTITY.split())),
    Role("order", False, tuple(_ORDER.split())),
    Role("currency", False, tuple(_CURRENCY.split())),
)
"""The roles of an order log: one row per order."""


def match_columns(roles: Sequence[Role], found: Sequence[str], named: Mapping[str, str]) -> Match:
    """Find the column of each role.

    Args:
        roles: the roles of this kind of log.
        found: the file's column names in its order.
        named: role name -> column name as the user gave them; these win over recognised names. An empty column name
            says that the log has none for this role.
    """
    notes: list[str] = []
    faults = _wrong_names(roles, found, named)
    columns = {role.name: named[role.name] for role in roles if named.get(role.name, "") in {*found} - {""}}
    for role in roles:
        if named.get(role.name):
            continue
        left_out = role.name in named
        fitting = [column for column in _recognised(role, found) if column not in columns.values()]
        if fitting and not left_out:
            columns[role.name] = fitting[0]
            notes += _choice(role, fitting)
        elif role.needed:
            faults.append(_missing(role, found))
    faults += _twice(columns, found)
    return Match(columns, tuple(notes), tuple(faults))


def plain_name(column: str) -> str:
    """Return the name in lower case without spaces and punctuation."""
    return re.sub(r"[\W_]+", "", column.lower())


def _recognised(role: Role, found: Sequence[str]) -> list[str]:
    """Return the columns that fit a role, the best name first."""
    rank = {plain_name(name): place for place, name in enumerate(role.names)}
    return sorted((column for column in found if plain_name(column) in rank), key=lambda c: rank[plain_name(c)])


def _wrong_names(roles: Sequence[Role], found: Sequence[str], named: Mapping[str, str]) -> list[str]:
    known = [role.name for role in roles]
    faults = [
        f"{role}: there is no such role; allowed: {', '.join(known)}; write for example {known[0]}=COLUMN"
        for role in named
        if role not in known
    ]
    return faults + [
        f"{role}: the log has no column {column!r}; it has: {', '.join(found)}; name one of these with {role}=COLUMN"
        for role, column in named.items()
        if role in known and column and column not in found
    ]


def _missing(role: Role, found: Sequence[str]) -> str:
    return (
        f"{role.name}: no column found; the log's first line names: {', '.join(found)}; recognised are "
        f"{', '.join(role.names[:6])} and the like; name yours with {role.name}=COLUMN"
    )


def _choice(role: Role, fitting: Sequence[str]) -> list[str]:
    if len(fitting) == 1:
        return []
    others = ", ".join(repr(column) for column in fitting[1:])
    return [f"{role.name} read from column {fitting[0]!r}; {others} would also fit: choose with {role.name}=COLUMN"]


def _twice(columns: Mapping[str, str], found: Sequence[str]) -> list[str]:
    """Say which chosen column the file holds twice, or which one was given two roles."""
    chosen = list(columns.values())
    faults = [
        f"{role}: the log has {found.count(column)} columns called {column!r}; give them different names"
        for role, column in columns.items()
        if found.count(column) > 1
    ]
    return faults + [
        f"{column}: named for several roles ({', '.join(role for role in columns if columns[role] == column)}); "
        "give each role a column of its own"
        for column in sorted(set(chosen))
        if chosen.count(column) > 1
    ]
