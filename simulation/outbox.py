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
MESSAGE: Final = np.dtype(
    [(name, "f8") for name in ("offer", "until", "personal")]
    + [(name, "i4") for name in ("row", "product", "orders", "visits")]
    + [(name, "i2") for name in ("by", "stage", "channel")]
)
_RAW: Final = f"V{MESSAGE.itemsize}"  # copied as raw records: field by field takes ten times as long
"""stage: where a click enters. orders, visits: how many the shopper had when it was sent (visits -1: do not mind)."""

MESSAGES: Final = 1 << 30
"""Occasions from here on are messages and the visits that their clicks cause; own visits count from 1."""

ROOM = 4
"""Messages per shopper for which there is room at first: making more means copying them. Unused room costs nothing."""

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
        self.sent: NDArray[np.void] = np.empty(ROOM * world.shoppers.capacity, dtype=MESSAGE)
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
        allowed = self._permitted(rows, channel) & ~sh.lost.take(rows)
        if channel != EMAIL:
            allowed &= sh.consent.take(rows)
        places = allowed.nonzero()[0]
        table: NDArray[np.void] = np.empty(places.size, dtype=MESSAGE)
        rows, times = rows.take(places), times.take(places)
        table["row"] = rows
        for name, value in content.items():
            table[name] = value.take(places) if isinstance(value, np.ndarray) else value
        table["orders"] = sh.orders.take(rows)
        first = self._store(table)
        self.world.agenda.put(agenda.events(self._awake(times), rows, agenda.DELIVERY, first + np.arange(rows.size)))
        return allowed

    def _permitted(self, rows: Ints, channel: Ints | int) -> Flags:
        """Return who has not unsubscribed: from e-mail by withdrawing the permission, from push by muting it."""
        sh = self.world.shoppers
        no_mail: Flags = (channel == EMAIL) & ~sh.permission.take(rows)
        no_push: Flags = (channel == PUSH) & sh.muted.take(rows)
        return ~(no_mail | no_push)

    def _store(self, table: NDArray[np.void]) -> int:
        first, self.size = self.size, self.size + table.size
        if self.size > self.sent.size:
            longer = np.empty(2 * self.size, dtype=MESSAGE)
            longer.view(_RAW)[:first] = self.sent.view(_RAW)[:first]
            self.sent = longer
        self.sent.view(_RAW)[first : self.size] = table.view(_RAW)
        return first

    def _awake(self, times: Floats) -> Floats:
        """Move times in the quiet hours to their end."""
        rules = self.world.study.messages
        start, length = rules.quiet_from / HOURS, ((rules.quiet_to - rules.quiet_from) % HOURS) / HOURS
        into = times - start
        into -= np.floor(into)
        return np.where(into < length, times + (length - into), times)

    def deliver(self, due: Events) -> None:
        """Deliver messages to distinct shoppers: drop what is void or over the cap, let the rest be read."""
        message, times = self.sent.take(due["ref"]), due["time"].copy()
        kept = (self._permitted(message["row"], message["channel"]) & ~self._lapsed(message, times)).nonzero()[0]
        if kept.size:
            due, message, times = due.take(kept), message.take(kept), times.take(kept)
            self._count_for_caps(message["row"].astype(np.int64), times)
            self._read(due, message)

    def lapsed(self, due: Events) -> Flags:
        """Return which deliveries will be dropped whatever comes before them; any number may be to one shopper."""
        return self._lapsed(self.sent.take(due["ref"]), due["time"].copy())

    def _lapsed(self, message: NDArray[np.void], times: Floats) -> Flags:
        """Return which messages make no sense any more, or are over a cap; no later event changes that back.

        They do if something was ordered, or (``visits``) visited, since.
        """
        sh, rows = self.world.shoppers, message["row"].astype(np.int64)
        lapsed: Flags = (sh.orders.take(rows) != message["orders"]) | sh.lost.take(rows)
        lapsed |= ~self.world.followed(rows, times)
        lapsed |= (message["visits"] >= 0) & (sh.visits.take(rows) != message["visits"])
        this_week = sh.week.take(rows) == np.floor(times / DAYS_A_WEEK).astype(np.int32)
        lapsed |= this_week * sh.week_messages.take(rows) >= self.world.study.messages.most_per_week
        self._caps += [Cap(most, days, sh.capacity) for most, days in self.limits[len(self._caps) :]]
        for cap in self._caps:
            lapsed |= cap.full(rows, times)
        return lapsed

    def _count_for_caps(self, rows: Ints, times: Floats) -> None:
        """Count a message to each of distinct ``rows`` as written."""
        sh, week = self.world.shoppers, np.floor(times / DAYS_A_WEEK).astype(np.int32)
        this_week = sh.week.take(rows) == week
        sh.week[rows], sh.week_messages[rows] = week, this_week * sh.week_messages.take(rows) + 1
        for cap in self._caps:
            cap.count(rows, times)

    def _read(self, due: Events, message: NDArray[np.void]) -> None:
        """Let messages be read, and what follows follow: visits, irritation, permissions withdrawn."""
        sh, rules = self.world.shoppers, self.world.study.messages
        rows, times = due["row"].astype(np.int64), due["time"].copy()
        number = sh.messages.take(rows)
        fatigue = self.world.fatigue(rows, times)
        keys = draws.child_keys(sh.key.take(rows), MESSAGES + number)
        response = self._reading.of(message, times, keys, fatigue)
        self._irritate(message, rows, times, fatigue)
        sh.messages[rows] += 1
        mailed = message["channel"].take(response.gone) == EMAIL
        sh.permission[rows.take(response.gone[mailed])] = False
        sh.muted[rows.take(response.gone[~mailed])] = True  # push: nobody unsubscribes from adverts
        self._count(message, rows, times, response)
        click = times.take(response.clicked) + response.click_delay * (rules.click_hours / HOURS)
        self._bring_back(due, click, number, response)
        self._learn(rows.take(response.clicked), message["product"].take(response.clicked))
        if self.world.journal is not None:
            self.world.journal.messages(message, times, click, response)

    def _bring_back(self, due: Events, click: Floats, number: NDArray[np.integer], response: Response) -> None:
        """Put the visits that follow on the agenda: by the message's link, or later by oneself."""
        rules, token = self.world.study.messages, self.world.shoppers.return_token
        at = due.take(response.clicked)
        clicks = agenda.events(click, at["row"], agenda.CLICK, at["ref"], number.take(response.clicked))
        at = due.take(response.reminded)
        back = at["time"] + response.reminder_delay * rules.reminder_days
        returns = agenda.events(back, at["row"], agenda.RETURN, 0, token.take(at["row"]))
        self.world.agenda.put(agenda.joined([clicks, returns]))

    def _learn(self, rows: Ints, products: Ints) -> None:
        """Note the products that shoppers clicked on."""
        known = (products >= 0).nonzero()[0]
        weight = self.world.study.behaviour.view_weight
        self.world.profile.observe(self.world.shoppers, rows.take(known), products.take(known), weight, "email")

    def _irritate(self, message: NDArray[np.void], rows: Ints, times: Floats, fatigue: Floats) -> None:
        sh, rules = self.world.shoppers, self.world.study.messages
        hours = np.maximum(times - sh.last_visit.take(rows), 0.0) * HOURS  # due during a visit: read right after it
        pressing = 1.0 + rules.pressing * np.exp(-hours / rules.pressing_hours)
        weight = np.where(message["channel"] == ADVERT, rules.advert_fatigue, 1.0)
        sh.fatigue[rows] = fatigue + rules.fatigue * weight * pressing
        sh.fatigue_at[rows] = times
        lost = rules.trust_loss * weight * fatigue
        personal = message["personal"].nonzero()[0]
        lost[personal] += self._intruded(message["personal"].take(personal), rows.take(personal))
        sh.trust[rows] = np.maximum(0.0, sh.trust.take(rows) - lost)

    def _intruded(self, personal: Floats, rows: Ints) -> Floats:
        """Return the trust lost by messages that use personal data openly, by those who do not consent."""
        sh = self.world.shoppers
        minded = ~sh.personal_consent.take(rows) * np.exp(0.5 * sh.concern.take(rows))
        return self.world.study.data.intrusion * personal * minded

    def _count(self, message: NDArray[np.void], rows: Ints, times: Floats, response: Response) -> None:
        ledger, by, channel = self.world.ledger, message["by"].copy(), message["channel"].copy()
        inside = ledger.measured(times)
        ledger.note("delivered", by, channel, inside)
        for measure, places in (("opened", response.opened), ("clicked", response.clicked)):
            ledger.note(measure, by.take(places), inside.take(places))
        ledger.count("unsubscribed", np.count_nonzero(inside.take(response.gone)))
        cohort = self.world.shoppers.cohort.take(rows).nonzero()[0]
        if cohort.size:
            ages = self.world.customer_age(rows.take(cohort), times.take(cohort))
            ledger.note("customer_messages", *ages, channel.take(cohort))
