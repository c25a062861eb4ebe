"""The outbox: all messages, with channels, costs, permission, caps, quiet hours and delivery.

What those who get a message make of it is reading.py; each message irritates, the more the sooner after a visit. Must
not know why a strategy sends what it sends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from simulation import agenda, draws
from simulation.caps import Caps
from simulation.reading import EMAIL, PUSH, Mood, Reading

if TYPE_CHECKING:
    from simulation.agenda import Events
    from simulation.reading import Response
    from simulation.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

CHANNELS: Final = ("email", "push", "advert")
MESSAGE: Final = np.dtype(
    [(name, "f8") for name in ("offer", "planned", "personal")]
    + [(name, "i4") for name in ("row", "product", "orders", "visits")]
    + [(name, "i2") for name in ("by", "stage", "channel", "series")],
    align=True,
)
_RAW: Final = f"V{MESSAGE.itemsize}"  # copied as raw records: field by field takes ten times as long
"""stage: where a click enters. orders, visits: how many the shopper had when it was sent (visits -1: do not mind).
series: where the gaps to its repetitions begin in ``Outbox._gaps``; those of a shopper are one message, told apart by
the token of their events. planned: when it was to be delivered, quiet hours aside; of a series, the latest."""

MESSAGES: Final = 1 << 30
"""Occasions from here on are messages and the visits that their clicks cause; own visits count from 1."""

ROOM = 4
"""Messages per shopper for which there is room at first: making more means copying them. Unused room costs nothing."""

HOURS = 24.0
MORNING = 0.01
"""As part of the quiet hours: how long what was planned in them takes to be delivered at their end."""


class Outbox:
    """Messages sent and on their way; those over a cap when they are due are dropped."""

    def __init__(self, world: World) -> None:
        """Begin empty."""
        self.world = world
        self.sent: NDArray[np.void] = np.empty(ROOM * world.shoppers.capacity, dtype=MESSAGE)
        self.size = 0
        self._gaps = np.array([np.inf])  # days from one of a series to the next, inf behind its last; the first: none
        self._series: dict[bytes, int] = {b"": 0}  # gaps: where they begin
        self._reading = Reading(world)
        rules = world.study.messages
        self.caps = Caps(rules.most_per_week, world.shoppers.capacity)
        weight = np.array([1.0, 1.0, rules.advert_fatigue])  # by channel
        self._tiring, self._annoying = rules.fatigue * weight, rules.trust_loss * weight

    def send(self, rows: Ints, times: Floats, gaps: Floats | None = None, **content: Any) -> Flags:
        """Queue one message for each of ``rows`` to be delivered at ``times``; return to whom it may be sent.

        It is repeated after ``gaps`` (days from one to the next). Without permission (or consent, for push and
        adverts) nothing is sent. Delivery waits for the end of the quiet hours.
        """
        sh, channel = self.world.shoppers, content["channel"]
        allowed: Flags = (sh.permission if channel == EMAIL else sh.consent).take(rows)
        allowed &= ~sh.lost.take(rows)
        if channel == PUSH:
            allowed &= ~sh.muted.take(rows)
        places = allowed.nonzero()[0]
        rows, times = rows.take(places), times.take(places)
        first = self._extend(rows.size)
        new = self.sent[first : self.size]
        new["row"], new["orders"] = rows, sh.orders.take(rows)
        new["planned"] = times
        new["series"] = 0 if gaps is None else self._series_of(gaps)
        for name, value in content.items():
            new[name] = value.take(places) if isinstance(value, np.ndarray) else value
        self.world.agenda.put(agenda.events(self._awake(times), rows, agenda.DELIVERY, np.arange(first, self.size)))
        return allowed

    def _series_of(self, gaps: Floats) -> int:
        """Return where such gaps begin in the table of all gaps; put them there first if they are new."""
        name = gaps.tobytes()
        if name not in self._series:
            self._series[name] = self._gaps.size
            self._gaps = np.concatenate([self._gaps, gaps, [np.inf]])
        return self._series[name]

    def _extend(self, by: int) -> int:
        """Make so many messages more; return the place of the first."""
        first, self.size = self.size, self.size + by
        if self.size > self.sent.size:
            longer = np.empty(2 * self.size, dtype=MESSAGE)
            longer.view(_RAW)[:first] = self.sent.view(_RAW)[:first]
            self.sent = longer
        return first

    def _awake(self, times: Floats) -> Floats:
        """Move times in the quiet hours to the minutes after their end, in their order: no two become one."""
        rules = self.world.study.messages
        start, length = rules.quiet_from / HOURS, ((rules.quiet_to - rules.quiet_from) % HOURS) / HOURS
        into = times - start
        into -= np.floor(into)
        return times + np.maximum(length - into, 0.0) + MORNING * into * (into < length)

    def deliver(self, due: Events) -> None:
        """Deliver messages to distinct shoppers: drop what is void or over the cap, let the rest be read."""
        refs, rows, times = due["ref"].astype(np.int64), due["row"].astype(np.int64), due["time"].copy()
        message = self.sent.take(refs)
        void = self._void(message, rows, times)
        self._repeat(due, message, void)
        number = self.world.shoppers.messages.take(rows)
        full = self.caps.full(rows, times, number)
        kept = (~(void | full | self._refused(rows, message["channel"]))).nonzero()[0]
        if kept.size:
            rows, times, number = rows.take(kept), times.take(kept), number.take(kept)
            self.caps.count(rows, times, number)
            self._read(message.take(kept), refs.take(kept), rows, times, number)

    def _repeat(self, due: Events, message: NDArray[np.void], void: Flags) -> None:
        """Put the next of their series on the agenda, for those that are not void."""
        gaps = self._gaps.take(message["series"] + due["token"])
        on = (np.isfinite(gaps) & ~void).nonzero()[0]
        if on.size:
            refs, rows, number = (due[name].take(on) for name in ("ref", "row", "token"))
            planned = message["planned"].take(on) + gaps.take(on)
            self.sent["planned"][refs] = planned
            self.world.agenda.put(agenda.events(self._awake(planned), rows, agenda.DELIVERY, refs, number + 1))

    def _refused(self, rows: Ints, channel: NDArray[np.integer]) -> Flags:
        """Return who has unsubscribed: from e-mail by withdrawing the permission, from push by muting it."""
        sh, push = self.world.shoppers, (channel == PUSH).nonzero()[0]
        refused: Flags = ~sh.permission.take(rows) & (channel == EMAIL)
        refused[push] = sh.muted.take(rows.take(push))
        return refused

    def lapsed(self, due: Events) -> Flags:
        """Return which deliveries will be void whatever comes before them; any number may be to one shopper."""
        return self._void(self.sent.take(due["ref"]), due["row"].astype(np.int64), due["time"].copy())

    def _void(self, message: NDArray[np.void], rows: Ints, times: Floats) -> Flags:
        """Return which messages make no sense any more, and never will: of who has ordered, or (``visits``) come."""
        sh, visits = self.world.shoppers, message["visits"]
        void: Flags = (sh.orders.take(rows) != message["orders"]) | sh.lost.take(rows)
        void |= ~self.world.followed(rows, times)
        minding = (visits >= 0).nonzero()[0]
        void[minding] |= sh.visits.take(rows.take(minding)) != visits.take(minding)
        return void

    def _read(
        self, message: NDArray[np.void], refs: Ints, rows: Ints, times: Floats, number: NDArray[np.int32]
    ) -> None:
        """Let messages be read, and what follows follow: visits, irritation, permissions withdrawn.

        ``number``: how many messages each has had before.
        """
        sh, channel = self.world.shoppers, message["channel"].astype(np.int64)
        away = np.maximum(times - sh.last_visit.take(rows), 0.0)  # what is due during a visit is read right after it
        mood = Mood(self.world.fatigue(rows, times), sh.trust.take(rows), away)
        response = self._reading.of(message, draws.child_keys(sh.key.take(rows), MESSAGES + number), mood)
        self._irritate(rows, times, channel, message["personal"], mood)
        sh.messages[rows] = number + 1
        mailed = channel.take(response.gone) == EMAIL
        sh.permission[rows.take(response.gone[mailed])] = False
        sh.muted[rows.take(response.gone[~mailed])] = True  # push: nobody unsubscribes from adverts
        self._count(message["by"].copy(), channel, rows, times, response)
        click = self._bring_back(refs, rows, times, number, response)
        self._learn(rows.take(response.clicked), message["product"].take(response.clicked))
        if self.world.journal is not None:
            self.world.journal.messages(message, times, click, response)

    def _bring_back(
        self, refs: Ints, rows: Ints, times: Floats, number: NDArray[np.int32], response: Response
    ) -> Floats:
        """Put the visits that follow on the agenda: by the message's link (return when), or later by oneself."""
        rules, book, at = self.world.study.messages, self.world.agenda, response.clicked
        click = times.take(at) + response.click_delay * (rules.click_hours / HOURS)
        book.put(agenda.events(click, rows.take(at), agenda.CLICK, refs.take(at), number.take(at)))
        at, who = response.reminded, rows.take(response.reminded)
        back = times.take(at) + response.reminder_delay * rules.reminder_days
        book.put(agenda.events(back, who, agenda.RETURN, 0, self.world.shoppers.return_token.take(who)))
        return click

    def _learn(self, rows: Ints, products: Ints) -> None:
        """Note the products that shoppers clicked on."""
        known = (products >= 0).nonzero()[0]
        if known.size:
            weight = self.world.study.behaviour.view_weight
            self.world.profile.observe(self.world.shoppers, rows.take(known), products.take(known), weight, "email")

    def _irritate(self, rows: Ints, times: Floats, channel: Ints, personal: Floats, mood: Mood) -> None:
        sh, rules = self.world.shoppers, self.world.study.messages
        pressing = 1.0 + rules.pressing * np.exp(mood.away * HOURS / -rules.pressing_hours)
        sh.fatigue[rows] = mood.fatigue + self._tiring.take(channel) * pressing
        sh.fatigue_at[rows] = times
        lost = self._annoying.take(channel) * mood.fatigue
        intimate = personal.nonzero()[0]
        if intimate.size:
            lost[intimate] += self._intruded(personal.take(intimate), rows.take(intimate))
        sh.trust[rows] = np.maximum(0.0, mood.trust - lost)

    def _intruded(self, personal: Floats, rows: Ints) -> Floats:
        """Return the trust lost by messages that use personal data openly, by those who do not consent."""
        sh = self.world.shoppers
        minded = ~sh.personal_consent.take(rows) * np.exp(0.5 * sh.concern.take(rows))
        return self.world.study.data.intrusion * personal * minded

    def _count(self, by: NDArray[np.int16], channel: Ints, rows: Ints, times: Floats, response: Response) -> None:
        ledger = self.world.ledger
        inside = ledger.measured(times)
        if np.count_nonzero(inside):
            ledger.note("delivered", by, channel, inside)
            for measure, places in (("opened", response.opened), ("clicked", response.clicked)):
                ledger.note(measure, by.take(places), inside.take(places))
            ledger.count("unsubscribed", np.count_nonzero(inside.take(response.gone)))
        mine, *ages = self.world.customer_ages(rows, times)
        ledger.note("customer_messages", *ages, channel.take(mine))
