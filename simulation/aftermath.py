"""What follows a visit: coming back, satisfaction and trust, later needs and dropout, reference price, referrals.

Later needs follow BG/NBD (Fader, Hardie and Lee 2005, "Counting Your Customers the Easy Way"): gamma distributed
rates, beta
distributed dropout after each repeat order. Satisfaction moves both around these neutral values. Must not know of
stages' choices or of strategies' aims.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation import agenda, draws, newcomers
from simulation.levers import Levers
from simulation.moment import Visited
from simulation.shoppers import NONE

if TYPE_CHECKING:
    from simulation.visits import Visits
    from simulation.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_RETURN = draws.purposes("return", "return delay")
_CUSTOMER = draws.purposes("purchase rate", "dropout probability")
_ORDERED = draws.purposes("dropout", "pull forward", "referral", "referral delay", "permission at order")
_GAP, _CONSUMED = draws.purpose("need gap"), draws.purpose("need gap consumed")
SECONDS = 86400.0


class Aftermath:
    """Consequences of visits and orders. One per run."""

    def __init__(self, world: World) -> None:
        """Prepare the return hazards of the funnel's stages."""
        self.world = world
        stages = world.study.funnel.stage
        with np.errstate(divide="ignore"):
            shares = np.array([stage.return_share for stage in stages])
            self.return_odds = np.log(shares) - np.log1p(-shares)
        self.return_days = np.array([stage.return_days for stage in stages])
        self.return_spread = np.array([stage.return_spread for stage in stages])
        self.typical = float(np.median(world.goods.price))
        self.leaving = world.working("left")
        offsets = np.cumsum([0, *(len(labels) for labels in world.ledger.levels.values())])
        self.offsets = offsets[:-1]

    # leaving -------------------------------------------------------------------------------------------------------
    def finish(self, visits: Visits) -> None:
        """End visits: count them, let strategies see who left or what came of it, and let some come back later."""
        sh, rows = self.world.shoppers, visits.row
        sh.on_site[rows] = False
        sh.last_visit[rows] = visits.time
        self._count(visits)
        for trial in self.world.trials:
            trial.finished(rows, visits.started, visits.orders, visits.revenue)
        if self.world.trace is not None:
            self.world.trace.visited(sh.key.take(rows), visits.started, visits.cart)
        without = (visits.orders == 0).nonzero()[0]
        if without.size:
            rows, times, keys = rows[without], visits.time[without], visits.key[without]
            self._wish(rows, visits.cart[without])
            if self.leaving:
                self._tell_left(rows, times, visits.cart[without], keys)
            self._come_back(rows, times, visits.intent[without], keys)
            self._disappointed(rows[(visits.steps[without] == 1) | visits.cart[without]])
        if self.world.learners and np.count_nonzero(visits.touched):
            self._teach(visits)

    def _wish(self, rows: Ints, cart: Flags) -> None:
        """What is left in a cart, or was in mind on the visit before as well, is what a shopper wishes for."""
        sh = self.world.shoppers
        item = sh.item.take(rows)
        again = (item == sh.left_item.take(rows)) & (item >= 0)
        sh.wish[rows] = np.where(cart, sh.cart.take(rows), np.where(again, item, sh.wish.take(rows)))
        sh.left_item[rows] = item

    def _tell_left(self, rows: Ints, times: Floats, cart: Flags, keys: NDArray[np.uint64]) -> None:
        """Show those who left without an order to the strategies that want to see them."""
        levers = Levers(self.world, rows, times, None)
        moment = self.world.moment(self.leaving[0], rows, times, cart=cart, keys=keys)
        self.world.let_meet("left", self.leaving, moment, levers)

    def _teach(self, visits: Visits) -> None:
        for active in self.world.learners:
            met = (visits.touched & np.uint64(1 << active.place)) > 0
            if np.count_nonzero(met):
                item = np.where(visits.orders[met] > 0, self.world.shoppers.item[visits.row[met]], NONE)
                rows = visits.row[met]
                known = self.world.shoppers.consent.take(rows) | (self.world.shoppers.orders.take(rows) > 0)
                visitor = np.where(known, rows, NONE)
                active.strategy.learn(
                    Visited(item, visits.revenue[met], visits.cart[met], visitor, visits.time[met], active.memory)
                )

    def _come_back(self, rows: Ints, times: Floats, intent: Floats, keys: NDArray[np.uint64]) -> None:
        """Schedule own returns: likelier the further one got and the readier one is, less likely when irritated."""
        sh, rules = self.world.shoppers, self.world.study.leaving
        stage = sh.furthest.take(rows)
        u = draws.block(keys, _RETURN)
        odds = self.return_odds[stage] + rules.intent_weight * intent
        odds -= rules.fatigue_weight * self.world.fatigue(rows, times)
        back = ((draws.logistic(u[0]) < odds) & (sh.own_visits.take(rows) < rules.most_visits)).nonzero()[0]
        if back.size:
            rows, stage = rows[back], stage[back]
            delay = self.return_days[stage] * np.exp(self.return_spread[stage] * draws.normal(u[1, back]))
            token = sh.return_token.take(rows)
            self.world.agenda.put(agenda.events(times[back] + delay, rows, agenda.RETURN, 0, token))

    def _disappointed(self, rows: Ints) -> None:
        """Who bounced, or left a cart behind, thinks a little less of the store."""
        trust = self.world.shoppers.trust
        trust[rows] = np.maximum(0.0, trust[rows] - self.world.study.leaving.trust_loss)

    def _count(self, visits: Visits) -> None:
        if np.count_nonzero(visits.measured) < visits.size:
            visits = visits.only(visits.measured.nonzero()[0])
        sh, rows, orders = self.world.shoppers, visits.row, visits.orders
        outcome = np.stack(
            [visits.steps, orders, visits.cart, np.rint((visits.time - visits.started) * SECONDS)], axis=1
        )
        levels = self.levels(rows, orders)
        self.world.ledger.note("visits", visits.started, sh.visits.take(rows) == 1, levels, outcome.astype(np.int64))

    def levels(self, rows: Ints, new_orders: Ints) -> Ints:
        """Return the split levels (n, dimensions) of shoppers as they were before their ``new_orders``."""
        sh = self.world.shoppers
        orders = sh.orders.take(rows) - new_orders
        customer = np.where(orders == 0, (sh.visits.take(rows) > 1).astype(np.int64), 2 + (orders > 1) + (orders > 4))
        columns = (sh.reason.take(rows), sh.source.take(rows), sh.device.take(rows), sh.place.take(rows), customer)
        return np.stack([offset + column for offset, column in zip(self.offsets, columns, strict=True)], axis=1)

    def learn_price(self, rows: Ints, times: Floats, offer: Floats) -> None:
        """A discount seen pulls the reference price towards the price seen."""
        sh, how = self.world.shoppers, self.world.study.behaviour
        reference = self.world.reference(rows, times)
        pull = how.reference_learning * (np.log1p(-offer) - reference)
        sh.reference[rows] = np.minimum(0.0, reference + np.minimum(0.0, pull))
        sh.reference_at[rows] = times
        sh.offer_seen[rows] = np.maximum(sh.offer_seen.take(rows), offer)

    # after an order ------------------------------------------------------------------------------------------------
    def ordered(self, rows: Ints, times: Floats, needed: Flags, measured: Flags, surprise: Floats) -> None:
        """Follow an order by each of distinct ``rows``: ``surprise`` is what was received less what was expected.

        Whether it is ``measured`` is decided by the start of its visit, as for everything else that the visit did.
        """
        sh, world = self.world.shoppers, self.world
        keys = draws.child_keys(sh.key.take(rows), newcomers.ORDERS + sh.orders.take(rows))
        u = draws.block(keys, _ORDERED)
        sh.orders[rows] += 1
        first = sh.orders.take(rows) == 1
        self._satisfy(rows, surprise)
        sh.permission[rows] |= first & (u[4] < world.study.messages.permission_at_order)
        sh.last_order[rows] = times
        sh.cart[rows] = NONE
        sh.wish[rows[sh.wish.take(rows) == sh.item.take(rows)]] = NONE
        self._become_customers(rows[first], times[first], measured[first])
        self._drop_out(rows, first, surprise, u[0])
        alive = ~sh.lost.take(rows)
        self._satisfied_rate(rows[~first], surprise[~first])
        self.next_need(rows[first & alive], times[first & alive])
        self._pull_forward(rows, ~first & ~needed & alive & (u[1] < world.study.repurchase.pull_forward))
        newcomers.referred(world, rows, times, keys, surprise, u[2:4])
        inside = rows[measured]
        sh.bought[inside] = True
        world.ledger.note("scores", sh.satisfaction.take(inside))
        again = sh.cohort.take(rows) & (sh.orders.take(rows) == 2)
        again &= times - sh.first_order.take(rows) <= world.study.experiment.ltv_days
        world.ledger.count("repeat_customers", np.count_nonzero(again))

    def _satisfy(self, rows: Ints, surprise: Floats) -> None:
        sh, rules = self.world.shoppers, self.world.study.fulfilment
        base = min(max(rules.satisfaction, 1e-6), 1.0 - 1e-6)
        sh.satisfaction[rows] = 1.0 / (1.0 + np.exp(-np.log(base / (1.0 - base)) - surprise))
        sh.trust[rows] = np.clip(sh.trust.take(rows) + rules.trust_weight * surprise, 0.0, 1.0)

    def _become_customers(self, rows: Ints, times: Floats, measured: Flags) -> None:
        """First orders: draw the rate of later needs (per day) and the dropout probability; join a cohort."""
        sh, rules, ledger = self.world.shoppers, self.world.study.repurchase, self.world.ledger
        if not rows.size:
            return
        self.world.gain(rows)
        u = draws.block(sh.key.take(rows), _CUSTOMER)
        sh.rate[rows] = draws.gamma(u[0], rules.r) * (rules.needs_per_order / (7.0 * rules.alpha))
        sh.dropout[rows] = draws.beta(u[1], rules.a, rules.b)
        sh.first_order[rows] = times
        cohort = rows[measured]
        sh.cohort[cohort] = True
        ledger.count("new_customers", cohort.size)
        ledger.cohort_sizes[:, 0] += np.bincount(ledger.cohort_of(times[measured]), minlength=ledger.cohorts)

    def _drop_out(self, rows: Ints, first: Flags, surprise: Floats, u: Floats) -> None:
        """Some are lost for good: after repeat orders as BG/NBD says, moved by satisfaction, or a bad first one."""
        self.world.shoppers.lost[rows] |= u < self._dropout(rows, first, surprise)

    def _dropout(self, rows: Ints, first: Flags, surprise: Floats) -> Floats:
        """Return the probability (n,) of being lost with this order."""
        sh, rules = self.world.shoppers, self.world.study.fulfilment
        p = np.minimum(np.maximum(sh.dropout.take(rows).astype(np.float64), 1e-12), 1.0 - 1e-12)
        moved = 1.0 / (1.0 + (1.0 - p) / p * np.exp(rules.dropout_weight * surprise + self._bound(rows)))
        return np.where(first, rules.disappointment_dropout * np.maximum(0.0, -surprise), moved)

    def _bound(self, rows: Ints) -> Floats:
        """Return how far saved points bind customers (log odds): by their worth in typical orders, with a limit."""
        saved = self.world.shoppers.stake.take(rows) / self.typical
        bound: Floats = self.world.study.offers.stake_weight * np.minimum(saved, 1.0)
        return bound

    def comforted(self, rows: Ints, times: Floats, surprise: Floats, comfort: Floats) -> None:
        """Care after an order takes away part of a disappointment: trust, satisfaction and some of the lost come back.

        ``rows`` are distinct shoppers whose order has just been followed by ``ordered`` with this ``surprise``.
        """
        sh, rules = self.world.shoppers, self.world.study.fulfilment
        helped = np.flatnonzero((surprise < 0.0) & (comfort > 0.0))
        rows, times, was = rows[helped], times[helped], surprise[helped]
        now = was * (1.0 - comfort[helped])
        base = min(max(rules.satisfaction, 1e-6), 1.0 - 1e-6)
        sh.satisfaction[rows] = 1.0 / (1.0 + np.exp(-np.log(base / (1.0 - base)) - now))
        sh.trust[rows] = np.clip(sh.trust.take(rows) + rules.trust_weight * (now - was), 0.0, 1.0)
        u = draws.block(draws.child_keys(sh.key.take(rows), newcomers.ORDERS + sh.orders.take(rows) - 1), _ORDERED)[0]
        first = sh.orders.take(rows) == 1
        back = sh.lost.take(rows) & (u >= self._dropout(rows, first, now))
        sh.lost[rows[back]] = False
        self.next_need(rows[first & back], times[first & back])

    def _satisfied_rate(self, rows: Ints, surprise: Floats) -> None:
        sh = self.world.shoppers
        sh.rate[rows] *= np.exp(self.world.study.fulfilment.rate_weight * surprise)

    def next_need(self, rows: Ints, times: Floats) -> None:
        """Schedule the next need after these times: exponential gaps at the shopper's rate."""
        sh = self.world.shoppers
        if not rows.size:
            return
        sh.needs[rows] += 1
        keys = draws.child_keys(sh.key.take(rows), sh.needs.take(rows))
        self._schedule_need(
            rows, times + draws.exponential(draws.uniforms(keys, _GAP)) / np.maximum(sh.rate.take(rows), 1e-12)
        )

    def _schedule_need(self, rows: Ints, due: Floats) -> None:
        sh = self.world.shoppers
        sh.next_need[rows] = due
        horizon = (due < self.world.end) & self.world.followed(rows, due)
        rows = rows[horizon]
        self.world.agenda.put(agenda.events(due[horizon], rows, agenda.NEED, 0, sh.needs.take(rows)))

    def _pull_forward(self, rows: Ints, consumed: Flags) -> None:
        """An order that no need called for may use up the next need: it then comes one gap later."""
        rows = rows[consumed]
        if rows.size:
            sh = self.world.shoppers
            sh.needs[rows] += 1
            keys = draws.child_keys(sh.key.take(rows), sh.needs.take(rows))
            gap = draws.exponential(draws.uniforms(keys, _CONSUMED)) / np.maximum(sh.rate.take(rows), 1e-12)
            self._schedule_need(rows, sh.next_need.take(rows) + gap)
