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
Flags = NDArray[np.bool_]

_GET = draws.purposes("message/open", "message/unsubscribe")
_OPEN = draws.purposes(
    *("message/click", "message/reminder", "message/click delay", "message/reminder delay", "message/forgotten")
)
EMAIL, PUSH, ADVERT = range(3)
"""Places in outbox.CHANNELS."""


class Response(NamedTuple):
    """What n shoppers do with a message; delays are exponential with mean 1, 0 for those who do not open it."""

    opened: Flags
    clicked: Flags
    reminded: Flags
    gone: Flags
    click_delay: Floats
    reminder_delay: Floats


class Reading:
    """How messages are read in a world. One per outbox."""

    def __init__(self, world: World) -> None:
        """Prepare log odds by channel."""
        self.world = world
        self._odds = _base_odds(world.study.messages)
        self._shares = world.goods.shares / world.goods.shares.sum()

    def of(self, message: NDArray[np.void], times: Floats, keys: NDArray[np.uint64], fatigue: Floats) -> Response:
        """Return what shoppers who feel so much irritation do with a message at ``times``, by the draws of ``keys``."""
        odds = self._log_odds(message, fatigue)
        opened, gone = draws.logistic(draws.block(keys, _GET)) < odds[::3]
        clicked, reminded = np.zeros((2, keys.size), dtype=np.bool_)
        click_delay, reminder_delay = np.zeros((2, keys.size))
        some = opened.nonzero()[0]
        u = draws.block(keys[some], _OPEN)
        clicking, reminding = draws.logistic(u[:2]) < odds[1:3].take(some, axis=1)
        days = np.maximum(times[some] - self.world.shoppers.last_visit[message["row"][some]], 0.0)
        reminding &= u[4] > np.exp(-days / self.world.study.messages.forgetting_days)
        clicked[some], reminded[some] = clicking, reminding & ~clicking
        click_delay[some], reminder_delay[some] = draws.exponential(u[2]), draws.exponential(u[3])
        return Response(opened, clicked, reminded, gone, click_delay, reminder_delay)

    def _log_odds(self, message: NDArray[np.void], fatigue: Floats) -> Floats:
        """Return the log odds (4, n) of opening, and then clicking, and else being reminded; and of unsubscribing."""
        rules = self.world.study.messages
        rows, product, channel = (message[name].astype(np.int64) for name in ("row", "product", "channel"))
        mail = channel != ADVERT
        relevance = self._relevance(rows, product)
        trust = self.world.shoppers.trust.take(rows) - self.world.study.shoppers.first_trust
        speaking, offering = rules.relevance_weight * relevance, rules.offer_weight * message["offer"]
        tired = rules.fatigue_weight * fatigue
        odds: Floats = self._odds.take(channel, axis=1)
        odds[0] += mail * (speaking + rules.trust_weight * trust) - tired  # an advert is in view whatever it is about
        odds[1] += speaking + offering
        odds[2] += np.where(mail, rules.reminder_relevance * relevance, speaking) + offering
        odds[3] += tired - speaking
        return odds

    def _relevance(self, rows: Ints, products: Ints) -> Floats:
        """Return how a message's product speaks to the shopper (0: as the average message; 0 without a product).

        By taste (unit variance), by whether he looks for its category, and by whether it is the very item that he has
        in mind. The last helps only once preferences are formed (Lambrecht and Tucker 2013): with an item in the cart,
        or as far as his questions are answered.
        """
        goods, sh, rules = self.world.goods, self.world.shoppers, self.world.study.messages
        category = goods.category.take(products)
        fit = np.einsum("nk,nk->n", goods.features.take(products, axis=0), sh.taste.take(rows, axis=0))
        fit /= np.sqrt(goods.features.shape[1])
        fit += rules.category_weight * ((category == sh.interest.take(rows)) - self._shares.take(category))
        formed = np.where(sh.cart.take(rows) == products, 1.0, sh.clarity.take(rows))
        fit += (products == sh.item.take(rows)) * (rules.own_item - rules.unformed * (1.0 - formed))
        return np.where(products >= 0, fit, 0.0)


def _base_odds(rules: Messages) -> Floats:
    """Return log odds (4, channels): nobody unsubscribes from adverts."""
    mail = [rules.open_rate, rules.click_rate, rules.reminder_rate, rules.unsubscribe_rate]
    advert = [rules.advert_seen_rate, rules.advert_click_rate, rules.advert_reminder_rate, 0.0]
    p = np.clip(np.array([mail, mail, advert]).T, 1e-12, 1.0 - 1e-12)
    odds: Floats = np.log(p) - np.log1p(-p)
    odds[3, ADVERT] = -np.inf
    return odds
