"""The outbox: all messages, with channels, costs, permission, caps, quiet hours, delivery and response.

Whether a message is opened and clicked depends on how it speaks to the shopper, on trust and on irritation; each
message irritates, the more the sooner after a visit. Must not know why a strategy sends what it sends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from simulation import agenda, draws

if TYPE_CHECKING:
    from simulation.agenda import Events
    from simulation.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

CHANNELS: Final = ("email", "push", "advert")
_FIELDS = ["row", "by", "channel", "product", "offer", "until", "stage", "personal", "orders", "visits"]
MESSAGE: Final = np.dtype([(name, "f8" if name in ("offer", "until", "personal") else "i8") for name in _FIELDS])
"""stage: where a click enters. orders, visits: how many the shopper had when it was sent (visits -1: do not mind)."""

MESSAGES: Final = 1 << 30
"""Occasions from here on are messages and the visits that they cause; own visits count from 1."""

_OPEN = draws.purposes("message/open", "message/click", "message/unsubscribe", "message/click delay")
DAYS_A_WEEK = 7.0


class Outbox:
    """Messages sent and on their way."""

    def __init__(self, world: World) -> None:
        """Begin empty."""
        self.world = world
        self.sent: NDArray[np.void] = np.empty(1024, dtype=MESSAGE)
        self.size = 0
        rules = world.study.messages
        self.rates = [_log_odds(p) for p in (rules.open_rate, rules.click_rate, rules.unsubscribe_rate)]

    def send(self, rows: Ints, times: Floats, **content: Any) -> Flags:
        """Queue one message for each of distinct ``rows`` to be delivered at ``times``; return to whom it may be sent.

        Without permission (or consent, for push and adverts) nothing is sent. Delivery waits for the end of the quiet
        hours.
        """
        sh = self.world.shoppers
        allowed: Flags = (sh.permission[rows] if content["channel"] == 0 else sh.consent[rows]) & ~sh.lost[rows]
        table: NDArray[np.void] = np.empty(int(allowed.sum()), dtype=MESSAGE)
        rows, times = rows[allowed], times[allowed]
        table["row"] = rows
        for name, value in content.items():
            table[name] = value[allowed] if isinstance(value, np.ndarray) else value
        table["orders"] = sh.orders[rows]
        first = self._store(table)
        self.world.agenda.put(agenda.events(self._awake(times), rows, agenda.DELIVERY, first + np.arange(rows.size)))
        return allowed

    def _store(self, table: NDArray[np.void]) -> int:
        first, self.size = self.size, self.size + table.size
        if self.size > self.sent.size:
            self.sent = np.concatenate([self.sent, np.empty(max(self.size, self.sent.size), dtype=MESSAGE)])
        self.sent[first : self.size] = table
        return first

    def _awake(self, times: Floats) -> Floats:
        """Move times in the quiet hours to their end."""
        rules = self.world.study.messages
        start, length = rules.quiet_from / 24.0, ((rules.quiet_to - rules.quiet_from) % 24.0) / 24.0
        into = (times - start) % 1.0
        return np.where(into < length, times + (length - into), times)

    def deliver(self, due: Events) -> None:
        """Deliver messages to distinct shoppers: drop what is void or over the cap, let the rest be read."""
        message = self.sent[due["ref"]]
        kept = self._still_wanted(message, due["time"])
        due, message = due[kept], message[kept]
        if due.size:
            self._read(due, message)

    def _still_wanted(self, message: NDArray[np.void], times: Floats) -> NDArray[np.bool_]:
        """Return which messages still make sense: permission holds, and nothing was ordered or visited since."""
        sh, rows = self.world.shoppers, message["row"]
        wanted: Flags = (sh.orders[rows] == message["orders"]) & ~sh.lost[rows]
        wanted &= (message["visits"] < 0) | (sh.visits[rows] == message["visits"])
        wanted &= (message["channel"] != 0) | sh.permission[rows]
        week = (times // DAYS_A_WEEK).astype(np.int32)
        fresh = sh.week[rows] != week
        count = np.where(fresh, 0, sh.week_messages[rows])
        wanted &= count < self.world.study.messages.most_per_week
        sh.week[rows[wanted]], sh.week_messages[rows[wanted]] = week[wanted], count[wanted] + 1
        return wanted

    def _read(self, due: Events, message: NDArray[np.void]) -> None:
        sh, rules = self.world.shoppers, self.world.study.messages
        rows, times, number = message["row"], due["time"], sh.messages[message["row"]]
        keys = draws.child_keys(sh.key[rows], MESSAGES + number)
        u = draws.block(keys, _OPEN)
        fatigue = self.world.fatigue(rows, times)
        relevance = self._relevance(rows, message["product"])
        trust = sh.trust[rows] - self.world.study.shoppers.first_trust
        noise = np.log(u[:3] / (1.0 - u[:3]))
        push = rules.relevance_weight * relevance
        opened = noise[0] < self.rates[0] + push + rules.trust_weight * trust - rules.fatigue_weight * fatigue
        clicked = opened & (noise[1] < self.rates[1] + push + rules.offer_weight * message["offer"])
        gone = (noise[2] < self.rates[2] + rules.fatigue_weight * fatigue - push) & (message["channel"] == 0)
        self._irritate(rows, times, fatigue, message["personal"])
        sh.messages[rows] += 1
        sh.permission[rows[gone]] = False
        self._count(message, times, opened, clicked, gone)
        delay = draws.exponential(u[3]) * (rules.click_hours / 24.0)
        click = agenda.events(times + delay, rows, agenda.CLICK, due["ref"], number)
        self.world.agenda.put(click[clicked])
        self._learn(rows[clicked], message["product"][clicked])

    def _relevance(self, rows: Ints, products: Ints) -> Floats:
        """Return how a message's product speaks to the shopper's taste (unit variance; 0 without a product)."""
        goods = self.world.goods
        fit = np.einsum("nk,nk->n", goods.features[products], self.world.shoppers.taste[rows])
        fit /= np.sqrt(goods.features.shape[1])
        fit += self.world.study.messages.own_item * (products == self.world.shoppers.item[rows])
        return np.where(products >= 0, fit, 0.0)

    def _irritate(self, rows: Ints, times: Floats, fatigue: Floats, personal: Floats) -> None:
        sh, rules = self.world.shoppers, self.world.study.messages
        hours = np.maximum(times - sh.last_visit[rows], 0.0) * 24.0  # one due during a visit is read right after it
        pressing = 1.0 + rules.pressing * np.exp(-hours / rules.pressing_hours)
        sh.fatigue[rows] = fatigue + rules.fatigue * pressing
        sh.fatigue_at[rows] = times
        intruded = personal * ~sh.personal_consent[rows] * np.exp(0.5 * sh.concern[rows])
        lost = self.world.study.data.intrusion * intruded + rules.trust_loss * fatigue
        sh.trust[rows] = np.maximum(0.0, sh.trust[rows] - lost)

    def _learn(self, rows: Ints, products: Ints) -> None:
        known = products >= 0
        weight = self.world.study.behaviour.view_weight
        self.world.profile.observe(self.world.shoppers, rows[known], products[known], weight, "email")

    def _count(self, message: NDArray[np.void], times: Floats, opened: Flags, clicked: Flags, gone: Flags) -> None:
        ledger, rows = self.world.ledger, message["row"]
        inside = ledger.measured(times)
        counts = {"delivered": inside, "opened": inside & opened, "clicked": inside & clicked}
        ledger.count("unsubscribed", (inside & gone).sum())
        for measure, flags in counts.items():
            ledger.count(measure, flags.sum())
            ledger.credit_all(message["by"][flags], measure)
        np.add.at(ledger.deliveries, (message["by"][inside], message["channel"][inside]), 1)
        cohort = np.flatnonzero(self.world.shoppers.cohort[rows])
        ledger.note(
            "customer_messages", *self.world.customer_age(rows[cohort], times[cohort]), message["channel"][cohort]
        )


def _log_odds(p: float) -> float:
    p = min(max(p, 1e-12), 1.0 - 1e-12)
    return float(np.log(p / (1.0 - p)))
