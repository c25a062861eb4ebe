"""A shopper's story: what happened, in order and in plain words, with what pushed and held back at each decision.

Knows the log of a sample (journeys.py); shows nothing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from planner import wording
from simulation import DRIVERS, library
from simulation.journal import EVENTS
from simulation.outbox import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.journeys import Log

_SMALLEST: Final = 0.005
"""Shares (log odds) below this are not told."""
_CHANNELS: Final = {"email": "e-mail", "push": "push message", "advert": "advert"}
_MESSAGES: Final = {
    "message": "gets",
    "opened": "opens",
    "clicked": "clicks",
    "unsubscribed": "wants no more messages after",
}
_IN_VISITS: Final = ("visit", "decision", "sold out", "order")


class Share(NamedTuple):
    """A driver's share in a decision, in log odds: above 0 it pushed, below it held back."""

    driver: str
    size: float


class Happening(NamedTuple):
    """One line of a story.

    Attributes:
        day: since the start of the measured horizon.
        visit: number of the visit that it belongs to; 0 outside of visits.
        kind: an event of the journal, "left" for a decision to leave, or "reached" by a strategy for the first time.
        text: what happened, in plain words. stage: where, as its place in the funnel; -1 if nowhere.
        shares: of a decision's drivers, the strongest first.
    """

    day: float
    visit: int
    kind: str
    text: str
    stage: int
    shares: tuple[Share, ...] = ()


def story(log: Log, place: int) -> tuple[Happening, ...]:
    """Return what happened to a shopper, in order."""
    rows = range(int(log.first[place]), int(log.first[place + 1]))
    told: list[Happening] = []
    visit = 0
    for row in rows:
        event = EVENTS[log.table["event"][row]]
        visit += event == "visit"
        told.append(_happening(log, row, event, visit if event in _IN_VISITS else 0))
    told += _first_reaches(log, int(log.keys[place]))
    return tuple(sorted(told, key=lambda happening: happening.day))


def _happening(log: Log, row: int, event: str, visit: int) -> Happening:
    day, stage = float(log.table["time"][row]), int(log.table["stage"][row])
    if event == "visit":
        return Happening(day, visit, event, f"visit {visit} begins at {_plain(_name(log.names.stages, stage))}", stage)
    if event == "decision":
        source, target = (_plain(name) for name in log.names.edges[log.table["edge"][row]])
        if target == "leave":
            return Happening(day, visit, "left", f"leaves from {source}", stage, _shares(log, row))
        return Happening(day, visit, event, f"{source} \N{RIGHTWARDS ARROW} {target}", stage, _shares(log, row))
    return Happening(day, visit, event, _other(log, row, event), stage)


def _other(log: Log, row: int, event: str) -> str:
    """Return the words for an order, a sold-out product or a message."""
    names = log.names
    product = _name(names.products, int(log.table["product"][row]))
    if event == "order":
        return (
            f"orders {product} for {wording.money(int(log.table['revenue'][row]) / names.minor_units, names.currency)}"
        )
    if event == "sold out":
        return f"{product} is sold out"
    sender = title_of(_name(names.strategies, int(log.table["strategy"][row])))
    channel = _CHANNELS[CHANNELS[int(log.table["channel"][row])]]
    on = f" about {product}" if product and event == "message" else ""
    return f"{_MESSAGES[event]} the {channel} of {sender}{on}"


def _shares(log: Log, row: int) -> tuple[Share, ...]:
    shares = [Share(name, float(log.table[name][row])) for name in DRIVERS]
    told = [share for share in shares if abs(share.size) >= _SMALLEST]
    return tuple(sorted(told, key=lambda share: -abs(share.size)))


def _first_reaches(log: Log, key: int) -> list[Happening]:
    mine = log.reached[log.reached["shopper"] == np.uint64(key)]
    return [
        Happening(
            float(one["time"]),
            0,
            "reached",
            f"first reached by {title_of(log.names.strategies[int(one['by'])])}",
            -1,
        )
        for one in mine
    ]


def odds(share: Share) -> str:
    """Return what a share makes of the odds of the step: ``×1.70``."""
    return f"\N{MULTIPLICATION SIGN}{wording.number(math.exp(share.size), 2)}"


def told_shares(shares: Sequence[Share]) -> str:
    """Return a decision's shares in words: ``pushed: intent ×3.74, match ×1.38; held back: price ×0.92``."""
    parts = [
        f"{word}: {', '.join(f'{share.driver} {odds(share)}' for share in mine)}"
        for word, mine in (
            ("pushed", [share for share in shares if share.size > 0]),
            ("held back", [share for share in shares if share.size < 0]),
        )
        if mine
    ]
    return "; ".join(parts)


def parting(one: Sequence[Happening], other: Sequence[Happening]) -> int | None:
    """Return the place in ``one`` from which the shopper does other things than in ``other``; None if he never does.

    What is done to the shopper (being reached, getting messages) is no parting by itself.
    """
    mine, theirs = ([(at, *_deed(what)) for at, what in enumerate(told) if _is_deed(what)] for told in (one, other))
    for (place, *deed), (_, *same) in zip(mine, theirs, strict=False):
        if deed != same:
            return place
    if len(mine) == len(theirs):
        return None
    return mine[len(theirs)][0] if len(mine) > len(theirs) else len(one)


def _is_deed(happening: Happening) -> bool:
    return happening.kind in (*_IN_VISITS, "left")


def _deed(happening: Happening) -> tuple[float, str]:
    return round(happening.day, 4), happening.text


def title_of(strategy: str) -> str:
    """Return a strategy's title; its id if it is not installed."""
    known = library().strategies.get(strategy)
    return known.title if known else strategy


def _name(names: Sequence[str], code: int) -> str:
    return names[code] if 0 <= code < len(names) else ""


def _plain(name: str) -> str:
    return name.replace("_", " ")
