"""Shipping fees at the till: who pays one, who is spared it, and who adds something to reach the threshold.

Must not know why shipping is free for somebody (a strategy's lever). Only called where the store charges a fee.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation import draws

if TYPE_CHECKING:
    from simulation.billing import Sale
    from simulation.visits import Visits
    from simulation.world import World

Ints = NDArray[np.int64]

_PAD = draws.purpose("padding")


def charge(world: World, visits: Visits, sale: Sale) -> None:
    """Charge the fee to sales below their threshold, after some were padded to reach it.

    Who pays none buys riskier products: the share of goods sent back rises (Shehu, Papies and Neslin 2020).
    """
    threshold = visits.free_above[sale.at]
    short = np.flatnonzero(np.isfinite(threshold) & (sale.revenue < threshold))
    if short.size:
        _pad(world, visits, sale, short, threshold[short] - sale.revenue[short])
    free = sale.revenue >= threshold
    sale.fee[:] = np.where(free, 0, world.shipping_fee)
    sale.regret[free] += world.study.offers.free_regret


def _pad(world: World, visits: Visits, sale: Sale, short: Ints, gap: NDArray[np.float64]) -> None:
    """Some add a product to reach the threshold: the likelier the smaller the gap against the fee.

    Padding probability 1 / (1 + gap / (padding * fee)): 16 to 23 % of orders below the threshold are padded (Hemmati
    and others 2021). The filler is the cheapest complement that closes the gap, or the dearest there is.
    """
    rules, goods = world.study.offers, world.goods
    u = draws.uniforms(visits.key[sale.at[short]], _PAD)
    wish = np.flatnonzero(u < 1.0 / (1.0 + gap / max(rules.padding * world.shipping_fee, 1e-9)))
    mine, gap = short[wish], gap[wish]
    offered = goods.complements[sale.item[mine]]
    price = goods.price[offered]
    rank = np.where(price >= gap[:, None], price, 2.0 * price.max(initial=1) - price)
    filler = offered[np.arange(mine.size), rank.argmin(axis=1)]
    got = world.stock.claim(filler, np.ones(mine.size, dtype=np.int64)).nonzero()[0]
    mine, filler = mine[got], filler[got]
    sale.revenue[mine] += goods.price[filler]
    sale.cost[mine] += goods.unit_cost[filler]
    sale.units[mine] += 1
    sale.regret[mine] += rules.padding_regret
