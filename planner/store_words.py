"""What is said below a field of the store: its range, where its value comes from, and what is wrong, in plain words.

Shares are written as percentages, as their fields show them. Knows declarations and sources; no window.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from planner.wording import NARROW

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from planner.sources import Origin

SHARE = "share"
NO_SOURCE, SEE_NOTE = "No source given", "See the note above"


def unit_of(info: FieldInfo) -> str:
    """Return the unit that a field declares."""
    extra: Any = info.json_schema_extra
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def range_text(info: FieldInfo) -> str:
    """Return what a number may be, such as ``0 to 100 %``, ``above 0, at most 365`` or ``at least 1``; else empty."""
    limits = {
        name: getattr(limit, name)
        for limit in info.metadata
        for name in ("ge", "gt", "le", "lt")
        if hasattr(limit, name)
    }
    written = {name: _number(limit, info) for name, limit in limits.items()}
    unit = f"{NARROW}%" if unit_of(info) == SHARE and written else ""
    if set(limits) == {"ge", "le"}:
        return f"{written['ge']} to {written['le']}{unit}"
    words = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
    return ", ".join(f"{word} {written[name]}" for name, word in words.items() if name in written) + unit


def help_text(info: FieldInfo) -> str:
    """Return a field's help with its range, as one line."""
    about = (info.description or "").strip()
    parts = [about[:1].upper() + about[1:], range_text(info)]
    return " · ".join(part for part in parts if part)


def origin_text(origin: Origin, info: FieldInfo) -> str:
    """Say where a value comes from."""
    text = origin.text
    if origin.kind in ("chosen", "judgement"):
        return text[:1].upper() + text[1:]
    if origin.kind == "published":
        return f"Source: {text}"
    if origin.kind == "remark":
        return f"Note: {text}" if text else "" if info.annotation is str else NO_SOURCE
    if origin.kind == "changed":
        earlier = f"; it was {_said(text, info)}" if text else ""
        return f"Set by you{earlier} ({origin.source})" if origin.source else f"Set by you{earlier}"
    return "Footfall’s default"


def fault_text(message: str, info: FieldInfo) -> str:
    """Return a fault's message with the range as the field shows it."""
    if message.startswith("must be") and range_text(info) and unit_of(info) == SHARE:
        return f"must be {range_text(info)}"
    return message


def _said(text: str, info: FieldInfo) -> str:
    try:
        return f"{_number(Decimal(text), info)}{NARROW}%" if unit_of(info) == SHARE else text
    except InvalidOperation:
        return text


def _number(limit: object, info: FieldInfo) -> str:
    """Write a limit without needless digits, a share as a percentage."""
    number = Decimal(str(limit)) * (100 if unit_of(info) == SHARE else 1)
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
