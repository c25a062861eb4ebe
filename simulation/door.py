"""The door: events that are due become visits, with what shoppers bring along: readiness, drivers, a message's offer.

Must not know stages beyond the one at which somebody enters, nor who is let in when (waiting.py, visit.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulation import choice, draws
from simulation.agenda import CLICK, FIRST, NEED, RETURN
from simulation.funnel import DRIVER
from simulation.outbox import MESSAGES
from simulation.shoppers import NONE
from simulation.visits import Visits
from simulation.waiting import overtaken

if TYPE_CHECKING:
    from simulation.aftermath import Aftermath
    from simulation.agenda import Events
    from simulation.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEEDS: Final = 1 << 29
"""Occasions from here on are visits for a need; see outbox.MESSAGES."""

_CATEGORY = draws.purpose("category of interest")


class Door:
    """Lets shoppers in. One per run."""

    def __init__(self, world: World, after: Aftermath) -> None:
        """Prepare what reasons, sources and devices bring along, where one enters, and which stages fill the cart.

        ``fills`` are flags (stages + 1,); the last is for leaving.
        """
        self._world, self._after = world, after
        study = world.study
        self.fills = np.array([stage.fills_cart for stage in study.funnel.stage] + [False])
        self._back = _doors(world)
        self._reason_intent = np.array([reason.intent for reason in study.reason])
        self._source_intent = np.array([source.intent for source in study.source])
        self._source_cost = np.array([source.cost_per_visit for source in study.source]) * study.store.minor_units
        self._device_friction = np.array([device.friction for device in study.device])

    def admit(self, ready: Events) -> Visits:
        """Let in those whose event still holds: own returns and needs lapse when something else came first."""
        sh = self._world.shoppers
        rows = ready["row"].astype(np.int64)
        valid = ~(sh.lost.take(rows) | overtaken(sh, ready)) & self._world.followed(rows, ready["time"])
        return self.enter(ready.take(valid.nonzero()[0])) if np.count_nonzero(valid) else Visits.of(0)

    def enter(self, ready: Events) -> Visits:
        """Let in distinct shoppers, each by his event, and note that they have come."""
        sh, world = self._world.shoppers, self._world
        rows, kind, times = ready["row"].astype(np.int64), ready["kind"].astype(np.int64), ready["time"].copy()
        own = kind <= RETURN
        sh.own_visits[rows] += own
        occasion = np.where(own, sh.own_visits.take(rows), np.where(kind == NEED, NEEDS, MESSAGES) + ready["token"])
        visits = Visits.of(rows.size)
        visits.row[:], visits.kind[:], visits.time[:], visits.started[:] = rows, kind, times, times
        visits.key[:] = visits.luck[:] = draws.child_keys(sh.key.take(rows), occasion)
        visits.stage[:] = self._stage(ready)
        visits.cart[:] = self.fills[visits.stage]
        visits.measured[:] = world.ledger.measured(times)
        visits.intent[:] = self._intent(ready)
        visits.offer_by[:] = NONE
        self._interest(visits)
        self._drivers(visits)
        self._bring_message(visits, ready)
        self._note_arrival(visits)
        needing = (kind == NEED).nonzero()[0]
        if needing.size:
            self._after.next_need(rows[needing], times[needing])
        return visits

    def _stage(self, ready: Events) -> Ints:
        """Return the stage at which each visit enters."""
        sh, kind = self._world.shoppers, ready["kind"]
        stage = np.zeros(kind.size, dtype=np.int64)
        back = kind == RETURN
        stage[back] = self._back[sh.furthest[ready["row"][back]]]
        stage[kind == NEED] = self._back[-1]
        clicks = kind == CLICK
        if np.count_nonzero(clicks):
            stage[clicks] = self._world.outbox.sent["stage"][ready["ref"][clicks]]
        return stage

    def _intent(self, ready: Events) -> Floats:
        """Return readiness to buy on this visit: lasting, by reason and source, by need or click."""
        sh, study, kind = self._world.shoppers, self._world.study, ready["kind"]
        rows = ready["row"].astype(np.int64)
        intent: Floats = sh.readiness.take(rows) + self._source_intent[sh.source.take(rows)]
        need = kind == NEED
        intent += np.where(need, study.repurchase.need_intent, self._reason_intent[sh.reason.take(rows)])
        intent += np.where(kind == CLICK, study.messages.click_intent, 0.0)
        return intent

    def _interest(self, visits: Visits) -> None:
        """First visits and needs look for a category, by season and weather; what was in mind before is out of it."""
        fresh = ((visits.kind == FIRST) | (visits.kind == NEED)).nonzero()[0]
        if not fresh.size:
            return
        sh, world, rows = self._world.shoppers, self._world, visits.row[fresh]
        luck = draws.uniforms(visits.key[fresh], _CATEGORY)
        day = visits.time[fresh].astype(np.intp)  # each one's own, whoever else comes along
        bounds = world.demand[world.cold[day, sh.place.take(rows)].astype(np.intp), day]
        sh.interest[rows] = np.minimum((bounds <= luck[:, None]).sum(axis=1), bounds.shape[1] - 1)
        sh.item[rows] = NONE
        sh.item_utility[rows] = -np.inf

    def _drivers(self, visits: Visits) -> None:
        """Fill in the drivers with which shoppers enter."""
        world, rows, x = self._world, visits.row, visits.x
        x[DRIVER["intent"]] = visits.intent
        x[DRIVER["price"]] = world.reference(rows, visits.time)  # kept here until there is an item; see _price
        x[DRIVER["friction"]] = self._device_friction[world.shoppers.device.take(rows)]
        x[DRIVER["fatigue"]] = world.fatigue(rows, visits.time)

    def _bring_message(self, visits: Visits, ready: Events) -> None:
        """Clicks bring the offer of their message, if it still holds, and its product to mind if there is none."""
        clicks = (ready["kind"] == CLICK).nonzero()[0]
        if not clicks.size:
            return
        message = self._world.outbox.sent.take(ready["ref"][clicks])
        holds = message["planned"] + self._world.study.messages.offer_days >= ready["time"][clicks]
        visits.offer[clicks] = np.where(holds, message["offer"], 0.0)
        visits.offer_by[clicks] = message["by"]
        self._bring_product(visits, clicks, message["product"])

    def _bring_product(self, visits: Visits, clicks: Ints, product: Ints) -> None:
        sh, goods, rows = self._world.shoppers, self._world.goods, visits.row.take(clicks)
        new = ((product >= 0) & (sh.item.take(rows) != product)).nonzero()[0]
        rows, product = rows.take(new), product.take(new)
        utility = choice.felt(goods, sh, rows, visits.key.take(clicks.take(new)), product)
        sh.item[rows], sh.item_utility[rows] = product, utility
        sh.interest[rows] = goods.category.take(product)

    def _note_arrival(self, visits: Visits) -> None:
        sh, ledger, rows = self._world.shoppers, self._world.ledger, visits.row
        sh.on_site[rows] = True
        sh.visits[rows] += 1
        sh.return_token[rows] += 1
        sh.furthest[rows] = NONE
        first = sh.visits.take(rows) == 1
        sh.first_visit[rows[first]] = visits.time[first]
        measured = visits.measured
        sh.seen[rows[measured]] = True
        filled = visits.cart & (sh.item.take(rows) >= 0)
        sh.cart[rows[filled]] = sh.item.take(rows[filled])
        ledger.note("edges", visits.stage[measured])
        paid = measured & (visits.kind == FIRST) & (sh.referrer.take(rows) == NONE)
        ledger.book(-1, "media", np.rint(self._source_cost[sh.source.take(rows[paid])]).sum())
        if self._world.journal is not None:
            self._world.journal.visits("visit", visits, visits.stage)


def _doors(world: World) -> Ints:
    """Return the stage at which one enters again after leaving from each stage; the last entry is for needs."""
    funnel, index = world.study.funnel, {name: place for place, name in enumerate(world.funnel.names)}
    doors = [index.get(stage.return_to, 0) for stage in funnel.stage]
    return np.array([*doors, index.get(world.study.repurchase.enter_at, 0)])
