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
        self._waiting = np.zeros(2, dtype=np.int64)  # messages and visits
        self._ready = np.zeros(2, dtype=np.int64)  # of them at most: looking for those who are takes long
        self._somebody_left = True

    def free(self, shoppers: int) -> None:
        """Note that so many shoppers are not on the site any more: one event of each may be ready now, or lapse."""
        self._ready += shoppers
        self._somebody_left = True

    def batch(self, until: float, several: int, least: int) -> Events:
        """Take out and return the next batch of what is due before ``until``, in the order of time.

        Messages to deliver if ``several`` are ready, or else visits if at least ``least`` are; nothing if neither.
        Ready is each shopper's earliest event, unless he is on the site.
        """
        self._welcome(self._world.agenda.due(until))
        if not self._may_have(several, least):
            return agenda.NOTHING
        self._put_in_order()
        if several == 1 and self._somebody_left:
            self._drop_lapsed()
        first = self._first()
        message = self._events["kind"] == DELIVERY
        messages, visits = first & message, first & ~message
        self._ready[:] = np.count_nonzero(messages), np.count_nonzero(visits)
        if self._ready[0] >= several:
            return self._give(messages, 0)
        return self._give(visits, 1) if self._ready[1] >= least else agenda.NOTHING

    def _welcome(self, due: Events) -> None:
        """Let events wait that have become due, each of which may be ready."""
        if due.size:
            self._arrived.append(due)
            tally = _tally(due)
            self._waiting += tally
            self._ready += tally

    def _may_have(self, several: int, least: int) -> bool:
        """Return whether there may be enough of either that are ready."""
        messages, visits = np.minimum(self._waiting, self._ready).tolist()
        return bool(messages >= several or visits >= least)

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
        self._waiting -= _tally(self._take(lapsed))
        self._somebody_left = False

    def _first(self) -> Flags:
        """Return which events are ready."""
        rows = self._events["row"][::-1].astype(np.int64)  # the latest first: what is written last stays
        place = np.arange(rows.size, dtype=np.int32)
        scratch = self._world.shoppers.scratch
        scratch[rows] = place
        first: Flags = (scratch.take(rows) == place) & ~self._world.shoppers.on_site.take(rows)
        return first[::-1]

    def _give(self, where: Flags, kind: int) -> Events:
        """Take out and return a batch of messages (0) or visits (1); shoppers may have another event behind it."""
        given = self._take(where)
        self._waiting[kind] -= given.size
        self._ready[kind] = 0
        if kind == 0:
            self._ready += given.size
        return given

    def _take(self, where: Flags) -> Events:
        taken, self._events = agenda.split(self._events, where)
        return taken


def _tally(events: Events) -> NDArray[np.int64]:
    """Return how many messages and visits (2,) there are."""
    messages = int(np.count_nonzero(events["kind"] == DELIVERY))
    return np.array([messages, events.size - messages])


def overtaken(shoppers: Shoppers, events: Events) -> Flags:
    """Return which own returns and needs are void for good, as something else came before them."""
    void = np.zeros(events.size, dtype=np.bool_)
    for kind, state in ((RETURN, shoppers.return_token), (NEED, shoppers.needs)):
        such = (events["kind"] == kind).nonzero()[0]
        void[such] = state.take(events["row"].take(such)) != events["token"].take(such)
    return void
