"""The waiting room: events that are due, until enough shoppers can be served together.

Gives out batches in which everybody has one event, the earliest of his own. Must not know what serving does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation import agenda
from simulation.agenda import DELIVERY, NEED, RETURN

if TYPE_CHECKING:
    from simulation.agenda import Events
    from simulation.shoppers import Shoppers
    from simulation.world import World

Flags = NDArray[np.bool_]


class WaitingRoom:
    """Events due of shoppers who wait for company. One per run."""

    def __init__(self, world: World) -> None:
        """Begin empty."""
        self._world = world
        self._events: Events = agenda.NOTHING  # in the order of time
        self._arrived: list[Events] = []  # since the others were put in order
        self._asked = (0, 0)
        self.look_anew()

    def look_anew(self) -> None:
        """Note that somebody has left the site: more may be ready than at the last question, more may have lapsed."""
        self._lacking = (0, 0)
        self._somebody_left = True

    def batch(self, until: float, several: int, least: int) -> Events:
        """Take out and return the next batch of what is due before ``until``, in the order of time.

        Messages to deliver if ``several`` are ready, or else visits if at least ``least`` are; nothing if neither.
        Ready is each shopper's earliest event, unless he is on the site.
        """
        if not self._may_have_enough(until, (several, least)):
            return agenda.NOTHING
        self._put_in_order()
        if several == 1 and self._somebody_left:
            self._drop_lapsed()
        first = self._first()
        message = self._events["kind"] == DELIVERY
        messages, visits = first & message, first & ~message
        self._lacking = (several - int(np.count_nonzero(messages)), least - int(np.count_nonzero(visits)))
        if min(self._lacking) > 0:
            return agenda.NOTHING
        return self._take(messages if self._lacking[0] <= 0 else visits)

    def _may_have_enough(self, until: float, asked: tuple[int, int]) -> bool:
        """Return whether what arrives by now may make up for what was lacking when the same was asked last."""
        if asked != self._asked:
            self._asked, self._lacking = asked, (0, 0)
        due = self._world.agenda.due(until)
        if due.size:
            self._arrived.append(due)
            messages = int(np.count_nonzero(due["kind"] == DELIVERY))
            self._lacking = (self._lacking[0] - messages, self._lacking[1] - (due.size - messages))
        return min(self._lacking) <= 0 and (self._events.size > 0 or bool(self._arrived))

    def _put_in_order(self) -> None:
        if self._arrived:
            events = agenda.joined([self._events, *self._arrived])
            self._events = events.take(events["time"].argsort(kind="stable"))
            self._arrived.clear()

    def _drop_lapsed(self) -> None:
        """Drop what has lapsed: where few are served together, each such event would take a batch of its own."""
        events = self._events
        lapsed = overtaken(self._world.shoppers, events)
        messages = (events["kind"] == DELIVERY).nonzero()[0]
        lapsed[messages] = self._world.outbox.lapsed(events.take(messages))
        self._take(lapsed)
        self._somebody_left = False

    def _first(self) -> Flags:
        """Return which events are ready."""
        rows = self._events["row"][::-1].astype(np.int64)  # the latest first: what is written last stays
        place = np.arange(rows.size, dtype=np.int32)
        scratch = self._world.shoppers.scratch
        scratch[rows] = place
        first: Flags = (scratch.take(rows) == place) & ~self._world.shoppers.on_site.take(rows)
        return first[::-1]

    def _take(self, where: Flags) -> Events:
        taken, self._events = agenda.split(self._events, where)
        self._lacking = (0, 0)
        return taken


def overtaken(shoppers: Shoppers, events: Events) -> Flags:
    """Return which own returns and needs are void for good, as something else came before them."""
    rows, kind, token = events["row"], events["kind"], events["token"]
    void: Flags = (kind == RETURN) & (shoppers.return_token.take(rows) != token)
    void |= (kind == NEED) & (shoppers.needs.take(rows) != token)
    return void
