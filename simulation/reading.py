"""What those who get a message make of it: open it, click, be reminded of the store, or want no more.

Most of what a message does is done without a click: of the extra buyers that coupon mails brought, 60-90 % redeemed
nothing (Sahni, Zou and Chintagunta 2017; Gopalakrishnan and Park 2021), and adverts work by being seen (Johnson, Lewis
and Nubbemeyer 2017). Decides only; what follows is the outbox's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation import draws

if TYPE_CHECKING:
    from simulation.study import Messages
    from simulation.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_GET = draws.purposes("message/open", "message/unsubscribe")
_OPEN = draws.purposes(
    *("message/click", "message/reminder", "message/click delay", "message/reminder delay", "message/forgotten")
)
EMAIL, PUSH, ADVERT = range(3)
"""Places in outbox.CHANNELS."""


class Mood(NamedTuple):
    """How shoppers (n,) stand to the store when a message reaches them: irritation, trust, days since their visit."""

    fatigue: Floats
    trust: Floats
    away: Floats


class Response(NamedTuple):
    """What shoppers do with a message: places of those who open it, click, are reminded by it, or want no more.

    Delays of those who click and of those who are reminded are exponential with mean 1.
    """

    opened: Ints
    clicked: Ints
    reminded: Ints
    gone: Ints
    click_delay: Floats
    reminder_delay: Floats


class Reading:
    """How messages are read in a world. One per outbox."""

    def __init__(self, world: World) -> None:
        """Prepare log odds by channel."""
        self.world = world
        rules = world.study.messages
        self._odds = _base_odds(rules)
        self._recalled = np.array([rules.reminder_relevance, rules.reminder_relevance, rules.relevance_weight])
        self._shares = world.goods.shares / world.goods.shares.sum()

    def of(self, message: NDArray[np.void], keys: NDArray[np.uint64], mood: Mood) -> Response:
        """Return what shoppers in a mood do with their messages, by the draws of ``keys``."""
        rules = self.world.study.messages
        rows, channel, product = (message[name].astype(np.int64) for name in ("row", "channel", "product"))
        relevance, about = np.zeros(rows.size), (product >= 0).nonzero()[0]
        relevance[about] = self._relevance(rows.take(about), product.take(about))
        luck = draws.logistic(draws.block(keys, _GET))
        opening, leaving = self._first_odds(channel, relevance, mood)
        opened, gone = (luck[0] < opening).nonzero()[0], (luck[1] < leaving).nonzero()[0]
        u = draws.block(keys.take(opened), _OPEN)
        luck = draws.logistic(u[:2])
        offer = message["offer"].take(opened)
        clicking, reminding = self._later_odds(channel.take(opened), relevance.take(opened), offer)
        clicks = luck[0] < clicking
        reminded = (luck[1] < reminding) & (u[4] > np.exp(-mood.away.take(opened) / rules.forgetting_days)) & ~clicks
        at, back = clicks.nonzero()[0], reminded.nonzero()[0]
        delays = draws.exponential(u[2].take(at)), draws.exponential(u[3].take(back))
        return Response(opened, opened.take(at), opened.take(back), gone, *delays)

    def _first_odds(self, channel: Ints, relevance: Floats, mood: Mood) -> tuple[Floats, Floats]:
        """Return the log odds (n,) of opening and of wanting no more; adverts are in view whatever they are about."""
        rules, trust = self.world.study.messages, mood.trust - self.world.study.shoppers.first_trust
        speaking, tired = rules.relevance_weight * relevance, rules.fatigue_weight * mood.fatigue
        opening = self._odds[0].take(channel)
        opening += (channel != ADVERT) * (speaking + rules.trust_weight * trust) - tired
        leaving = self._odds[3].take(channel)
        leaving += tired - speaking
        return opening, leaving

    def _later_odds(self, channel: Ints, relevance: Floats, offer: Floats) -> tuple[Floats, Floats]:
        """Return the log odds (n,) of clicking, and else of being reminded, of those who have opened a message."""
        rules = self.world.study.messages
        speaking, offering = rules.relevance_weight * relevance, rules.offer_weight * offer
        clicking = self._odds[1].take(channel)
        clicking += speaking + offering
        reminding = self._odds[2].take(channel)
        reminding += self._recalled.take(channel) * relevance + offering
        return clicking, reminding

    def _relevance(self, rows: Ints, products: Ints) -> Floats:
        """Return how a message's product speaks to the shopper (0: as the average message, or one without a product).

        By taste (unit variance), by whether he looks for its category, and by whether it is the very item that he has
        in mind. The last helps only once preferences are formed (Lambrecht and Tucker 2013): with an item in the cart,
        or as far as his questions are answered.
        """
        goods, sh, rules = self.world.goods, self.world.shoppers, self.world.study.messages
        category = goods.category.take(products)
        fit: Floats = np.einsum("nk,nk->n", goods.features.take(products, axis=0), sh.taste.take(rows, axis=0))
        fit /= np.sqrt(goods.features.shape[1])
        fit += rules.category_weight * ((category == sh.interest.take(rows)) - self._shares.take(category))
        own = (products == sh.item.take(rows)).nonzero()[0]
        who = rows.take(own)
        formed = np.where(sh.cart.take(who) == products.take(own), 1.0, sh.clarity.take(who))
        fit[own] += rules.own_item - rules.unformed * (1.0 - formed)
        return fit


def _base_odds(rules: Messages) -> Floats:
    """Return log odds (4, channels): nobody unsubscribes from adverts."""
    mail = [rules.open_rate, rules.click_rate, rules.reminder_rate, rules.unsubscribe_rate]
    advert = [rules.advert_seen_rate, rules.advert_click_rate, rules.advert_reminder_rate, 0.0]
    p = np.clip(np.array([mail, mail, advert]).T, 1e-12, 1.0 - 1e-12)
    odds: Floats = np.log(p) - np.log1p(-p)
    odds[3, ADVERT] = -np.inf
    return odds
