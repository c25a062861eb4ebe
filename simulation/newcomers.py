"""Newcomers whom customers or strategies bring: they have keys of their own, so the base population stays as it is.

Must not know strategies by name; who comes by himself is drawn in processes.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulation import agenda, draws
from simulation.shoppers import ATTRACTED, NONE

if TYPE_CHECKING:
    from simulation.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]
Friends = tuple[Ints, Floats, Keys, Keys, Floats]
"""Announced friends (n,): who recommends the store to them, when, keys of theirs, of their source, and their delay."""

ORDERS: Final = 1 << 28
"""Occasions from here on are orders; see door.NEEDS."""

AUDIENCE_POWER = 0.45
GIFT_POWER = 0.45
"""Spend elasticity of engagement, nearly 0.5 (Leung and others 2022, meta-analysis)."""

TYPICAL_REWARD = 0.1
"""Share of an order's price, to which the study's ``reward_response`` refers."""

_REFERRED, _SOURCE = draws.purpose("referred shopper"), draws.purpose("source of the referred")
_ASKED, _SHOWN = draws.purpose("friend asked for"), draws.purpose("follower")
_WILLING, _DELAY = draws.purpose("recommends for a reward"), draws.purpose("delay of a friend asked for")
_AUDIENCE = draws.purpose("followers")
_COUNT = draws.purposes("followers who come", "delay of followers")


def referred(world: World, rows: Ints, times: Floats, keys: Keys, surprise: Floats, u: Floats) -> None:
    """Happy customers send new shoppers by themselves; ``u`` (2, n) decides whether and when."""
    rules = world.study.fulfilment
    if rules.referral == 0.0 or world.recommended == NONE:
        return
    refer = (u[0] < rules.referral * np.exp(surprise)) & (surprise > -1.0) & (times < world.ledger.end)
    _announce(world, rows[refer], times[refer], keys[refer] ^ _REFERRED, keys[refer], draws.exponential(u[1][refer]))


def recommended(world: World, rows: Ints, times: Floats, reward: float) -> None:
    """Customers who have just ordered recommend for a reward, beside what they do by themselves.

    Their number grows with the square root of the reward. At the default response a tenth of an order makes friends'
    orders about 1 % of all in the fashion store; shops with a programme see up to 2.35 % (ReferralCandy).
    """
    rules, sh = world.study.fulfilment, world.shoppers
    keys = draws.child_keys(sh.key.take(rows), ORDERS + sh.orders.take(rows).astype(np.int64) - 1)
    happy = sh.satisfaction.take(rows).astype(np.float64)
    happy = np.where(np.isnan(happy), rules.satisfaction, happy)
    mood = happy / max(rules.satisfaction, 1e-6)
    more = rules.referral * world.study.offers.reward_response * np.sqrt(reward / TYPICAL_REWARD) * mood**2
    willing = draws.uniforms(keys, _WILLING) < more
    refer = willing & (happy > 0.5 * rules.satisfaction) & (times < world.ledger.end)
    if world.recommended != NONE:
        keys = keys[refer]
        delay = draws.exponential(draws.uniforms(keys, _DELAY))
        _announce(world, rows[refer], times[refer], keys ^ _ASKED, keys ^ _ASKED, delay)


def _announce(world: World, rows: Ints, times: Floats, roots: Keys, keys: Keys, delay: Floats) -> None:
    """Announce one friend for each of ``rows``, who comes because of a recommendation after a while."""
    if rows.size:
        world.friends.append((rows, times, roots, keys, delay))


def befriend(world: World) -> None:
    """Create all friends who were announced: few at a time would cost nearly as much as many."""
    if not world.friends:
        return
    rows, times, roots, keys, delay = (np.concatenate(column) for column in zip(*world.friends, strict=True))
    world.friends.clear()
    sh = world.shoppers
    source = draws.level(draws.uniforms(keys, _SOURCE), world.source_mix).astype(np.int64)
    new = world.nature.create(sh, draws.child_keys(roots, np.zeros(rows.size, dtype=np.int64)), source)
    sh.reason[new] = world.recommended
    sh.referrer[new] = rows
    world.ledger.count("referrals", world.ledger.measured(times).sum())
    world.agenda.put(agenda.events(times + delay * world.study.fulfilment.referral_days, new, agenda.FIRST))


def audience(world: World, rows: Ints) -> Floats:
    """Return how many follow each shopper in social media (n,): lognormal, fixed for each shopper."""
    rules = world.study.offers
    spread = rules.followers_spread * draws.normal(draws.uniforms(world.shoppers.key.take(rows), _AUDIENCE))
    followers: Floats = rules.followers * np.exp(spread)
    return followers


def followers(world: World, by: int, rows: Ints, times: Floats, products: Ints) -> None:
    """Followers of those who were given products come: Poisson, with diminishing returns in audience and gift."""
    if not rows.size:
        return
    sh, typical = world.shoppers, float(np.median(world.goods.price))
    mean = world.study.offers.follower_visits * audience(world, rows) ** AUDIENCE_POWER
    mean *= (world.goods.price[products] / typical) ** GIFT_POWER
    keys = draws.child_keys(sh.key.take(rows) ^ _SHOWN, times.astype(np.int64))
    u = draws.block(keys, _COUNT)
    count = draws.poisson(u[0], mean)
    who = np.repeat(np.arange(rows.size), count)
    number = np.arange(who.size) - np.repeat(np.cumsum(count) - count, count)
    roots = draws.child_keys(keys[who], number)
    delay = draws.exponential(draws.uniforms(roots, _COUNT[1, 0])) * world.study.fulfilment.referral_days
    arrival = times[who] + delay
    inside = arrival < world.ledger.end
    who, roots, arrival = who[inside], roots[inside], arrival[inside]
    source = draws.level(draws.uniforms(roots, _SOURCE), world.source_mix).astype(np.int64)
    new = arrive(world, by, roots, arrival, source)
    if world.recommended != NONE:
        sh.reason[new] = world.recommended
    sh.referrer[new] = rows[who]


def arrive(
    world: World,
    by: int,
    keys: Keys,
    times: Floats,
    source: Ints,
    theme: Floats | None = None,
    pull: float = 0.0,
    campaign: Ints | int = 0,
) -> Ints:
    """Let shoppers with these keys come for the first time at these times, brought by a strategy; return their rows.

    Those who would come after the horizon do not. ``theme`` (n, K) or (K,) is what the audience likes: its direction is
    mixed into their tastes with weight ``pull`` (0-1), which keeps unit variance around it. ``campaign`` (n,) or one
    number is noted with them.
    """
    inside = times < world.ledger.end
    if isinstance(campaign, np.ndarray):
        campaign = campaign[inside]
    keys, times, source = keys[inside], times[inside], source[inside]
    sh = world.shoppers
    rows = world.nature.create(sh, keys, source)
    sh.referrer[rows] = ATTRACTED - campaign
    if theme is not None and pull > 0.0:
        theme = theme[inside] if theme.ndim == 2 else theme[None, :]
        length = np.sqrt(np.einsum("nk,nk->n", theme, theme))[:, None]
        sh.taste[rows] = np.sqrt(1.0 - pull**2) * sh.taste[rows] + pull * np.sqrt(theme.shape[1]) * theme / np.maximum(
            length, 1e-9
        )
    measured = world.ledger.measured(times)
    world.ledger.count("shoppers", np.count_nonzero(measured))
    world.ledger.credit(by, "impressions", np.count_nonzero(measured))
    sh.reached[rows[measured]] |= np.uint64(1 << by)
    world.agenda.put(agenda.events(times, rows, agenda.FIRST))
    return rows
