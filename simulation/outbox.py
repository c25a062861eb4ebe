"""The outbox: all messages, with channels, costs, permission, caps, quiet hours and delivery.

What those who get a message make of it is reading.py; each message irritates, the more the sooner after a visit. Must
not know why a strategy sends what it sends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from simulation import agenda, draws
from simulation.caps import Cap
from simulation.reading import ADVERT, EMAIL, PUSH, Reading

if TYPE_CHECKING:
    from simulation.agenda import Events
    from simulation.reading import Response
    from simulation.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

CHANNELS: Final = ("email", "push", "advert")
_FIELDS = ["row", "by", "channel", "product", "offer", "until", "stage", "personal", "orders", "visits"]
MESSAGE: Final = np.dtype([(name, "f8" if name in ("offer", "until", "personal") else "i8") for name in _FIELDS])
"""stage: where a click enters. orders, visits: how many the shopper had when it was sent (visits -1: do not mind)."""

MESSAGES: Final = 1 << 30
"""Occasions from here on are messages and the visits that their clicks cause; own visits count from 1."""

DAYS_A_WEEK = 7.0
HOURS = 24.0


class Outbox:
    """Messages sent and on their way.

    ``limits`` are caps beside the study's: (most, days) each, no more than so many messages to one shopper within so
    many days; a message over any of them is dropped.
    """

    def __init__(self, world: World) -> None:
        """Begin empty."""
        self.world = world
        self.sent: NDArray[np.void] = np.empty(1024, dtype=MESSAGE)
        self.size = 0
        self.limits: list[tuple[int, float]] = []
        self._caps: list[Cap] = []
        self._reading = Reading(world)

    def send(self, rows: Ints, times: Floats, **content: Any) -> Flags:
        """Queue one message for each of ``rows`` to be delivered at ``times``; return to whom it may be sent.

        Without permission (or consent, for push and adverts) nothing is sent. Delivery waits for the end of the quiet
        hours.
        """
        sh, channel = self.world.shoppers, content["channel"]
        allowed = self._permitted(rows, np.full(rows.size, channel)) & ~sh.lost[rows]
        allowed &= (channel == EMAIL) | sh.consent[rows]
        table: NDArray[np.void] = np.empty(int(allowed.sum()), dtype=MESSAGE)
        rows, times = rows[allowed], times[allowed]
        table["row"] = rows
        for name, value in content.items():
            table[name] = value[allowed] if isinstance(value, np.ndarray) else value
        table["orders"] = sh.orders[rows]
        first = self._store(table)
        self.world.agenda.put(agenda.events(self._awake(times), rows, agenda.DELIVERY, first + np.arange(rows.size)))
        return allowed

    def _permitted(self, rows: Ints, channel: Ints) -> Flags:
        """Return who has not unsubscribed: from e-mail by withdrawing the permission, from push by muting it."""
        sh = self.world.shoppers
        permitted: Flags = (channel != EMAIL) | sh.permission[rows]
        permitted &= (channel != PUSH) | ~sh.muted[rows]
        return permitted

    def _store(self, table: NDArray[np.void]) -> int:
        first, self.size = self.size, self.size + table.size
        if self.size > self.sent.size:
            self.sent = np.concatenate([self.sent, np.empty(max(self.size, self.sent.size), dtype=MESSAGE)])
        self.sent[first : self.size] = table
        return first

    def _awake(self, times: Floats) -> Floats:
        """Move times in the quiet hours to their end."""
        rules = self.world.study.messages
        start, length = rules.quiet_from / HOURS, ((rules.quiet_to - rules.quiet_from) % HOURS) / HOURS
        into = (times - start) % 1.0
        return np.where(into < length, times + (length - into), times)

    def deliver(self, due: Events) -> None:
        """Deliver messages to distinct shoppers: drop what is void or over the cap, let the rest be read."""
        message = self.sent.take(due["ref"])
        kept = self._still_wanted(message, due["time"]).nonzero()[0]
        if kept.size:
            self._read(due.take(kept), message.take(kept))

    def _still_wanted(self, message: NDArray[np.void], times: Floats) -> NDArray[np.bool_]:
        """Return which messages still make sense: permission holds, and nothing was ordered or visited since."""
        sh, rows = self.world.shoppers, message["row"]
        wanted: Flags = (sh.orders[rows] == message["orders"]) & ~sh.lost[rows] & self.world.followed(rows, times)
        wanted &= (message["visits"] < 0) | (sh.visits[rows] == message["visits"])
        wanted &= self._permitted(rows, message["channel"])
        week = (times // DAYS_A_WEEK).astype(np.int32)
        fresh = sh.week[rows] != week
        count = np.where(fresh, 0, sh.week_messages[rows])
        wanted &= count < self.world.study.messages.most_per_week
        if self.limits:
            wanted &= self._within_limits(rows, times, wanted)
        sh.week[rows[wanted]], sh.week_messages[rows[wanted]] = week[wanted], count[wanted] + 1
        return wanted

    def _within_limits(self, rows: Ints, times: Floats, wanted: Flags) -> Flags:
        """Return who is below every further cap; those wanted who are count as written to."""
        self._caps += [Cap(most, days) for most, days in self.limits[len(self._caps) :]]
        below: Flags = np.logical_and.reduce([cap.below(rows, times) for cap in self._caps])
        written = wanted & below
        for cap in self._caps:
            cap.count(rows[written], times[written])
        return below

    def _read(self, due: Events, message: NDArray[np.void]) -> None:
        """Let messages be read, and what follows follow: visits, irritation, permissions withdrawn."""
        sh, rules = self.world.shoppers, self.world.study.messages
        rows, times, number = message["row"], due["time"], sh.messages[message["row"]]
        fatigue = self.world.fatigue(rows, times)
        keys = draws.child_keys(sh.key[rows], MESSAGES + number)
        response = self._reading.of(message, times, keys, fatigue)
        self._irritate(message, times, fatigue)
        sh.messages[rows] += 1
        gone = response.gone
        sh.permission[rows[gone & (message["channel"] == EMAIL)]] = False
        sh.muted[rows[gone & (message["channel"] == PUSH)]] = True
        self._count(message, times, response)
        click = times + response.click_delay * (rules.click_hours / HOURS)
        back = times + response.reminder_delay * rules.reminder_days
        clicks = agenda.events(click, rows, agenda.CLICK, due["ref"], number)
        returns = agenda.events(back, rows, agenda.RETURN, 0, sh.return_token[rows])
        followed = [
            table.take(flags.nonzero()[0])
            for table, flags in ((clicks, response.clicked), (returns, response.reminded))
        ]
        self.world.agenda.put(agenda.joined(followed))
        self._learn(rows[response.clicked], message["product"][response.clicked])
        if self.world.journal is not None:
            self.world.journal.messages(message, times, click, response)

    def _irritate(self, message: NDArray[np.void], times: Floats, fatigue: Floats) -> None:
        sh, rules, rows = self.world.shoppers, self.world.study.messages, message["row"]
        hours = np.maximum(times - sh.last_visit[rows], 0.0) * HOURS  # one due during a visit is read right after it
        pressing = 1.0 + rules.pressing * np.exp(-hours / rules.pressing_hours)
        weight = np.where(message["channel"] == ADVERT, rules.advert_fatigue, 1.0)
        sh.fatigue[rows] = fatigue + rules.fatigue * weight * pressing
        sh.fatigue_at[rows] = times
        intruded = message["personal"] * ~sh.personal_consent[rows] * np.exp(0.5 * sh.concern[rows])
        lost = self.world.study.data.intrusion * intruded + rules.trust_loss * weight * fatigue
        sh.trust[rows] = np.maximum(0.0, sh.trust[rows] - lost)

    def _learn(self, rows: Ints, products: Ints) -> None:
        known = products >= 0
        weight = self.world.study.behaviour.view_weight
        self.world.profile.observe(self.world.shoppers, rows[known], products[known], weight, "email")

    def _count(self, message: NDArray[np.void], times: Floats, response: Response) -> None:
        ledger, rows = self.world.ledger, message["row"]
        inside = ledger.measured(times)
        counts = {"delivered": inside, "opened": inside & response.opened, "clicked": inside & response.clicked}
        ledger.count("unsubscribed", (inside & response.gone).sum())
        for measure, flags in counts.items():
            ledger.count(measure, flags.sum())
            ledger.credit_all(message["by"][flags], measure)
        np.add.at(ledger.deliveries, (message["by"][inside], message["channel"][inside]), 1)
        cohort = np.flatnonzero(self.world.shoppers.cohort[rows])
        ledger.note(
            "customer_messages", *self.world.customer_age(rows[cohort], times[cohort]), message["channel"][cohort]
        )
