"""Visits: batches of shoppers going through the stages of the funnel, one sweep over the stages after the other.

All shoppers at one stage are served together, ordered by their exact time; those who go back, or come back within the
period, are served in the next sweep. How one enters is door.py, what happens at the till checkout.py, after leaving or
ordering aftermath.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation import checkout, choice, draws, stages
from simulation.aftermath import Aftermath
from simulation.agenda import DELIVERY
from simulation.door import Door
from simulation.funnel import DRIVER
from simulation.levers import Levers
from simulation.visits import Visits
from simulation.waiting import WaitingRoom

if TYPE_CHECKING:
    from simulation.pulls import Pulls
    from simulation.stages import StagePlan
    from simulation.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

PATIENCE_DAYS = 2.0
PATIENCE_WITHOUT_STOCK = 14.0
"""Nobody waits longer than this at a step; going back, or coming back at once, is another step.

Where stock may bind, sales must not come in lumps that empty shelves.
"""

FOLLOW_UP_COMPANY = 0.2
"""Part of the usual company that is enough after the horizon: only customers come then, and the few who come most often
must not fall so far behind that they are served alone at the end."""

_PASS = np.uint64(0xA24BAED4963EE407)
_PERMISSION = draws.purpose("permission at checkout")


class Floor:
    """The shop floor: serves visits of a world. One per run."""

    def __init__(self, world: World) -> None:
        """Prepare the stages of the world's funnel."""
        self.world = world
        self.stages = [stages.prepared(world, index) for index in range(len(world.funnel.names))]
        study = world.study
        self.company = study.experiment.company
        self.patience_ends = 0.0
        self.patience = PATIENCE_WITHOUT_STOCK if study.stock.unlimited else PATIENCE_DAYS
        self.inside = Visits.of(0)
        self.waiting = WaitingRoom(world)
        self.outside_price = np.append(world.goods.competitor, 0.0)  # item -1, nothing in mind: as ours
        self.price = np.append(world.goods.price, 0).astype(np.float64)
        self.after = Aftermath(world)
        self.door = Door(world, self.after)
        self.till = checkout.Till(world, self.after)

    # one period ----------------------------------------------------------------------------------------------------
    def serve(self, until: float, *, all_of_it: bool = False) -> None:
        """Serve visits and deliveries due before ``until``, in sweeps over the stages.

        A batch of three costs as much as one of three hundred. So who is at a stage waits, at his own time, until
        ``company`` shoppers are there or his patience ends; ``all_of_it`` lets nobody wait. No shopper's own order of
        events is changed by that, only who is served before whom (README, design notes).
        """
        enough = least = 1 if all_of_it else self._enough(until)
        if until >= self.patience_ends:
            self.patience_ends, least = until + self.patience, 1
        while self._let_in(until, least, enough) + self._sweep(least):
            least = enough

    def _enough(self, until: float) -> int:
        """Return how many are served together in a period."""
        part = 1.0 if until <= self.world.ledger.end else FOLLOW_UP_COMPANY
        return max(1, round(part * self.company))

    def _let_in(self, until: float, least: int, enough: int) -> int:
        """Deliver messages, then let in visitors, who are due, if they are enough; return how many there were.

        As long as messages come to enough they are delivered before anybody is let in: most bring nobody here at once,
        and visitors come together then.
        """
        served, several = 0, least
        while (batch := self.waiting.batch(until, several, least)).size:
            served += int(batch.size)
            if batch["kind"][0] != DELIVERY:
                visits = self.door.admit(batch)
                self.waiting.free(batch.size - visits.size)  # who was not let in
                self.inside = self.inside.joined(visits)
                return served
            self.world.outbox.deliver(batch)
            several = enough
        return served

    def _sweep(self, least: int) -> int:
        """Serve each stage once, in the order of the funnel, where there are enough; return how many were served."""
        visits, served = self.inside, 0
        for stage in self.stages:
            here = (visits.stage == stage.index).nonzero()[0]
            if here.size >= least:
                self._serve(visits, here, stage)
                served += here.size
        gone = visits.stage == self.world.funnel.leave
        leaving = gone.nonzero()[0]
        if leaving.size:
            self.waiting.free(leaving.size)
            self.after.finish(visits.only(leaving))
            self.inside = visits.only((~gone).nonzero()[0])
        return served

    # at a stage ----------------------------------------------------------------------------------------------------
    def _serve(self, visits: Visits, here: Ints, stage: StagePlan) -> None:
        """Let all shoppers at one stage look, be met by strategies, choose, and go where their choice leads."""
        world, sh = self.world, self.world.shoppers
        rows = visits.row.take(here)
        u = draws.block(visits.luck.take(here), stage.purposes)
        x = visits.x.take(here, axis=1)
        shelf = world.goods.shelf(sh.interest.take(rows), u[-1], world.study.catalogue.shelf) if stage.shelf else None
        pulls = self._meet(visits, here, stage, shelf) if stage.strategies else None
        if shelf is not None:
            self._look(visits.key.take(here), rows, shelf, pulls)
        x[DRIVER["clarity"]] = self._dwell(visits, here, rows, u[-2], stage, pulls)
        self._fill_in(x, visits, here, rows, stage, pulls)
        utility = stage.weights @ x
        utility += stage.base
        utility += draws.gumbel(u[:-2])
        chosen = utility.argmax(axis=0)
        target, edges = stage.target.take(chosen), stage.edge_ids.take(chosen)
        if world.journal is not None:
            world.journal.decisions(visits, here, stage.index, edges, stage.told[chosen] * x.T)
        if stage.checkout:
            self._ask_permission(visits, here)
        ordering = world.funnel.care[target]
        if np.count_nonzero(ordering):
            refused = self.till.order(visits, here, ordering, pulls)
            target[refused], edges[refused] = world.funnel.leave, world.funnel.leave_edge[stage.index]
        self._move(visits, here, rows, stage, target, edges)

    def _meet(self, visits: Visits, here: Ints, stage: StagePlan, shelf: Ints | None) -> Pulls:
        """Let the strategies of this stage act, in the order of the plan."""
        world, rows, now = self.world, visits.row.take(here), visits.time.take(here)
        cart, keys = visits.cart.take(here), visits.key.take(here)
        levers = Levers(world, rows, now, shelf)
        moment = world.moment(stage.strategies[0], rows, now, stage=stage.index, shelf=shelf, cart=cart, keys=keys)
        world.let_meet("act", stage.strategies, moment, levers)
        if world.learners:
            visits.touched[here] = visits.touched.take(here) | levers.pulls.touched
        return levers.pulls

    def _look(self, key: NDArray[np.uint64], rows: Ints, shelf: Ints, pulls: Pulls | None = None) -> None:
        """Find the best product on the shelf; it comes to mind if it beats what was in mind before."""
        world, sh = self.world, self.world.shoppers
        utilities = choice.felt(world.goods, sh, rows, key, shelf)
        if pulls is not None and pulls.badge is not None and pulls.badged is not None:
            liking = world.study.offers.badge_weight * pulls.badge * sh.proof.take(rows)
            utilities += liking[:, None] * pulls.badged[shelf]
        place, best = choice.best_of(utilities)
        seen = shelf[np.arange(rows.size), place]
        better = (best > sh.item_utility.take(rows)).nonzero()[0]
        sh.item[rows[better]], sh.item_utility[rows[better]] = seen[better], best[better]
        world.profile.observe(sh, rows, seen, world.study.behaviour.view_weight, "onsite")

    def _dwell(
        self, visits: Visits, here: Ints, rows: Ints, u: Floats, stage: StagePlan, pulls: Pulls | None
    ) -> Floats:
        """Spend time on the page, which answers questions; return the clarity driver."""
        sh, how = self.world.shoppers, self.world.study.behaviour
        spent = draws.exponential(u)
        spent *= stage.dwell
        visits.time[here] += spent
        visits.steps[here] += 1
        spent *= -24.0 * 60.0 / how.clarity_minutes
        clarity = 1.0 - (1.0 - sh.clarity.take(rows)) * np.exp(spent)
        if pulls is not None and pulls.answered is not None:
            clarity = 1.0 - (1.0 - clarity) * (1.0 - pulls.answered)
            if pulls.minutes is not None:
                visits.time[here] += pulls.minutes / (24.0 * 60.0)
        sh.clarity[rows] = clarity
        clarity -= how.typical_clarity
        return clarity

    def _fill_in(
        self, x: Floats, visits: Visits, here: Ints, rows: Ints, stage: StagePlan, pulls: Pulls | None
    ) -> None:
        """Complete the drivers ``x`` (D, n) that matter at this stage by what is in mind and what was pulled."""
        world, sh, study = self.world, self.world.shoppers, self.world.study
        x[DRIVER["trust"]] = sh.trust.take(rows)
        x[DRIVER["trust"]] -= study.shoppers.first_trust
        if pulls is not None:
            self._apply(x, visits, here, rows, pulls)
        if stage.matters[DRIVER["match"]]:
            utility = sh.item_utility.take(rows)
            utility -= world.expected[sh.interest.take(rows)]
            utility /= study.behaviour.match_scale
            x[DRIVER["match"]] = np.where(np.isfinite(utility), utility, 0.0)
        self._price(x, visits, here, rows, stage)

    def _apply(self, x: Floats, visits: Visits, here: Ints, rows: Ints, pulls: Pulls) -> None:
        """Turn what was pulled into drivers by the shoppers' own traits."""
        sh, goods = self.world.shoppers, self.world.goods
        if pulls.relevance is not None:
            x[DRIVER["relevance"]] = pulls.relevance
        if pulls.friction is not None:
            x[DRIVER["friction"]] += pulls.friction
        if pulls.urgency is not None:
            item, urgency = sh.item.take(rows), sh.urgency.take(rows)
            considered = np.where(item >= 0, goods.considered.take(item), 0.0)
            pressure = self.world.study.behaviour.pressure_aversion * considered
            x[DRIVER["urgency"]] = pulls.urgency * (urgency - pressure * abs(urgency))
            visits.urged[here] = np.maximum(visits.urged[here], pulls.urgency)
        if pulls.proof is not None:
            x[DRIVER["proof"]] = pulls.proof * sh.proof.take(rows)
        if pulls.free_above is not None:
            visits.free_above[here] = np.minimum(visits.free_above[here], pulls.free_above)
        if pulls.offer is not None and pulls.offer_by is not None:
            better = (pulls.offer > visits.offer.take(here)).nonzero()[0]
            improved = here.take(better)
            visits.offer[improved] = pulls.offer.take(better)
            visits.offer_by[improved] = pulls.offer_by.take(better)

    def _price(self, x: Floats, visits: Visits, here: Ints, rows: Ints, stage: StagePlan) -> None:
        """Price driver: log of the price to pay over the lower of competitor's and reference price.

        ``x`` holds the log reference price on entering. A discount seen pulls the reference price down for later
        visits.
        """
        offer = visits.offer.take(here)
        seen = offer.nonzero()[0]
        if seen.size:
            self.after.learn_price(rows.take(seen), visits.time.take(here.take(seen)), offer.take(seen))
        if stage.matters[DRIVER["price"]]:
            item = self.world.shoppers.item.take(rows)
            outside = np.minimum(self.outside_price.take(item), x[DRIVER["price"]])
            x[DRIVER["price"]] = np.log1p(-offer) - outside if seen.size else -outside
            if stage.fee_told and self.world.shipping_fee:
                x[DRIVER["price"]] += self._fee(item, offer, visits.free_above.take(here))
        else:
            x[DRIVER["price"]] = 0.0

    def _fee(self, item: Ints, offer: Floats, free_above: Floats) -> Floats:
        """Return what shipping adds to the price driver, against its usual weight: less on dear products or if free."""
        value = self.price.take(item) * (1.0 - offer)
        felt = self.world.fee_felt(value)
        felt[(value >= free_above) | (item < 0)] = 0.0
        felt[item >= 0] -= self.world.usual_fee
        return felt

    def _ask_permission(self, visits: Visits, here: Ints) -> None:
        """Who starts a first checkout leaves an address, some with a permission to write."""
        sh, rows = self.world.shoppers, visits.row[here]
        u = draws.uniforms(sh.key.take(rows), _PERMISSION)
        sh.permission[rows] |= (u < self.world.study.messages.permission_at_checkout) & (sh.messages.take(rows) == 0)

    def _move(self, visits: Visits, here: Ints, rows: Ints, stage: StagePlan, target: Ints, edges: Ints) -> None:
        """Take the edges chosen: count them, fill carts, end visits that went on for too long."""
        sh, world = self.world.shoppers, self.world
        endless = (visits.steps.take(here) >= world.funnel.most_steps) & ~world.funnel.care[target]
        if np.count_nonzero(endless):
            target[endless], edges[endless] = world.funnel.leave, world.funnel.leave_edge[stage.index]
        world.ledger.note("edges", edges[visits.measured.take(here)])
        sh.furthest[rows] = np.maximum(sh.furthest.take(rows), stage.index)
        visits.stage[here] = target
        back = here[target < stage.index]
        if back.size:
            visits.luck[back] += _PASS
        filling = self.door.fills.take(target).nonzero()[0]
        if filling.size:
            self._fill_carts(visits, here[filling])

    def _fill_carts(self, visits: Visits, here: Ints) -> None:
        """Put the item in mind into the cart, which tells the store something."""
        sh, world = self.world.shoppers, self.world
        visits.cart[here] = True
        rows = visits.row[here]
        item = sh.item.take(rows)
        sh.cart[rows] = item
        known = (item >= 0).nonzero()[0]
        world.profile.observe(sh, rows[known], item[known], world.study.behaviour.cart_weight, "onsite")
