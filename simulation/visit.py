"""Visits: batches of shoppers going through the stages of the funnel, one sweep over the stages after the other.

All shoppers at one stage are served together, ordered by their exact time; those who go back, or come back within the
period, are served in the next sweep. What happens at the till is checkout.py, after leaving or ordering aftermath.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulation import aftermath, checkout, choice, draws
from simulation.agenda import CLICK, DELIVERY, FIRST, NEED, RETURN
from simulation.funnel import DRIVER
from simulation.levers import Levers
from simulation.outbox import MESSAGES
from simulation.shoppers import NONE
from simulation.visits import Visits
from simulation.waiting import WaitingRoom

if TYPE_CHECKING:
    from simulation.agenda import Events
    from simulation.pulls import Pulls
    from simulation.world import Active, World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NEEDS: Final = 1 << 29
"""Occasions from here on are visits for a need; see outbox.MESSAGES."""

PATIENCE_DAYS = 2.0
PATIENCE_WITHOUT_STOCK = 14.0
"""Nobody waits longer than this at a step; going back, or coming back at once, is another step.

Where stock may bind, sales must not come in lumps that empty shelves.
"""

FOLLOW_UP_COMPANY = 0.2
"""Part of the usual company that is enough after the horizon: only customers come then, and the few who come most often
must not fall so far behind that they are served alone at the end."""

_PASS = np.uint64(0xA24BAED4963EE407)
_CATEGORY = draws.purpose("category of interest")
_NOISE = draws.purpose("product noise")
_PERMISSION = draws.purpose("permission at checkout")
_SHELF = draws.purpose("shelf")


@dataclass(frozen=True)
class StagePlan:
    """A stage prepared for serving: arrays of its edges, its draws, which drivers matter, which strategies act here."""

    index: int
    purposes: NDArray[np.uint64]
    base: Floats
    weights: Floats
    target: Ints
    edge_ids: Ints
    told: Floats
    dwell: float
    shelf: bool
    checkout: bool
    fee_told: bool
    matters: tuple[bool, ...]
    strategies: list[Active]


class Floor:
    """The shop floor: serves visits of a world. One per run."""

    def __init__(self, world: World) -> None:
        """Prepare the stages of the world's funnel."""
        self.world = world
        self.stages = [self._prepare(index) for index in range(len(world.funnel.names))]
        study = world.study
        self.fills = np.array([stage.fills_cart for stage in study.funnel.stage] + [False])
        self.doors = _doors(world)
        self.reason_intent = np.array([reason.intent for reason in study.reason])
        self.source_intent = np.array([source.intent for source in study.source])
        self.source_cost = np.array([source.cost_per_visit for source in study.source]) * study.store.minor_units
        self.device_friction = np.array([device.friction for device in study.device])
        self.company = study.experiment.company
        self.patience_ends = 0.0
        self.patience = PATIENCE_WITHOUT_STOCK if study.stock.unlimited else PATIENCE_DAYS
        self.inside = Visits.of(0)
        self.waiting = WaitingRoom(world)
        self.outside_price = np.append(world.goods.competitor, 0.0)  # item -1, nothing in mind: as ours
        self.price = np.append(world.goods.price, 0).astype(np.float64)
        self.after = aftermath.Aftermath(world, self.doors)
        self.till = checkout.Till(world, self.after)

    def _prepare(self, index: int) -> StagePlan:
        world, funnel = self.world, self.world.funnel
        name, role = funnel.names[index], funnel.roles[index]
        edges = range(funnel.target.shape[1])
        return StagePlan(
            index=index,
            purposes=draws.purposes(*(f"{name}/edge {e}" for e in edges), f"{name}/dwell", f"{name}/shelf"),
            base=funnel.base[index],
            weights=funnel.weights[index],
            target=funnel.target[index],
            edge_ids=funnel.edge_ids[index],
            told=_told(funnel.weights[index], funnel.target[index], funnel.leave),
            dwell=world.study.funnel.stage[index].dwell_minutes / (24.0 * 60.0),
            shelf=role in ("browse", "compare"),
            checkout=role == "checkout",
            fee_told=role in ("compare", "checkout"),
            matters=tuple((funnel.weights[index] != 0.0).any(axis=0).tolist()),
            strategies=[a for a in world.working("act") if a.acts_at(role)],
        )

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
                self.inside = self.inside.joined(self._admit(batch))
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
            self.waiting.look_anew()
            self.after.finish(visits.only(leaving))
            self.inside = visits.only((~gone).nonzero()[0])
        return served

    # entering ------------------------------------------------------------------------------------------------------
    def _admit(self, ready: Events) -> Visits:
        """Let in those whose event still holds: own returns and needs lapse when something else came first."""
        sh = self.world.shoppers
        rows, kind = ready["row"].astype(np.int64), ready["kind"]
        valid = ~sh.lost.take(rows)
        valid &= (kind != RETURN) | (sh.return_token.take(rows) == ready["token"])
        valid &= (kind != NEED) | (sh.needs.take(rows) == ready["token"])
        valid &= self.world.followed(rows, ready["time"])
        return self._enter(ready.take(valid.nonzero()[0])) if np.count_nonzero(valid) else Visits.of(0)

    def _enter(self, ready: Events) -> Visits:
        sh, world = self.world.shoppers, self.world
        rows, kind, times = ready["row"].astype(np.int64), ready["kind"].astype(np.int64), ready["time"].copy()
        own = kind <= RETURN
        sh.own_visits[rows] += own
        occasion = np.where(own, sh.own_visits.take(rows), np.where(kind == NEED, NEEDS, MESSAGES) + ready["token"])
        visits = Visits.of(rows.size)
        visits.row[:], visits.kind[:], visits.time[:], visits.started[:] = rows, kind, times, times
        visits.key[:] = visits.luck[:] = draws.child_keys(sh.key.take(rows), occasion)
        visits.stage[:] = self._door(ready)
        visits.cart[:] = self.fills[visits.stage]
        visits.measured[:] = world.ledger.measured(times)
        visits.intent[:] = self._intent(ready)
        visits.offer_by[:] = NONE
        self._interest(visits)
        self._drivers(visits)
        self._bring_message(visits, ready)
        self._note_arrival(visits)
        needing = (kind == NEED).nonzero()[0]
        if needing.size:
            self.after.next_need(rows[needing], times[needing])
        return visits

    def _door(self, ready: Events) -> Ints:
        """Return the stage at which each visit enters."""
        sh, kind = self.world.shoppers, ready["kind"]
        stage = np.zeros(kind.size, dtype=np.int64)
        back = kind == RETURN
        stage[back] = self.doors[sh.furthest[ready["row"][back]]]
        stage[kind == NEED] = self.doors[-1]
        clicks = kind == CLICK
        if np.count_nonzero(clicks):
            stage[clicks] = self.world.outbox.sent["stage"][ready["ref"][clicks]]
        return stage

    def _intent(self, ready: Events) -> Floats:
        """Return readiness to buy on this visit: lasting, by reason and source, by need or click."""
        sh, study, kind = self.world.shoppers, self.world.study, ready["kind"]
        rows = ready["row"].astype(np.int64)
        intent: Floats = sh.readiness.take(rows) + self.source_intent[sh.source.take(rows)]
        need = kind == NEED
        intent += np.where(need, study.repurchase.need_intent, self.reason_intent[sh.reason.take(rows)])
        intent += np.where(kind == CLICK, study.messages.click_intent, 0.0)
        return intent

    def _interest(self, visits: Visits) -> None:
        """First visits and needs look for a category, by season and weather; what was in mind before is out of it."""
        fresh = ((visits.kind == FIRST) | (visits.kind == NEED)).nonzero()[0]
        if not fresh.size:
            return
        sh, world, rows = self.world.shoppers, self.world, visits.row[fresh]
        luck = draws.uniforms(visits.key[fresh], _CATEGORY)
        day = visits.time[fresh].astype(np.intp)  # each one's own, whoever else comes along
        bounds = world.demand[world.cold[day, sh.place.take(rows)].astype(np.intp), day]
        sh.interest[rows] = np.minimum((bounds <= luck[:, None]).sum(axis=1), bounds.shape[1] - 1)
        sh.item[rows] = NONE
        sh.item_utility[rows] = -np.inf

    def _drivers(self, visits: Visits) -> None:
        """Fill in the drivers with which shoppers enter."""
        world, rows, x = self.world, visits.row, visits.x
        x[DRIVER["intent"]] = visits.intent
        x[DRIVER["price"]] = world.reference(rows, visits.time)  # kept here until there is an item; see _price
        x[DRIVER["friction"]] = self.device_friction[world.shoppers.device.take(rows)]
        x[DRIVER["fatigue"]] = world.fatigue(rows, visits.time)

    def _bring_message(self, visits: Visits, ready: Events) -> None:
        """Clicks bring the offer of their message, if it still holds, and its product to mind if there is none."""
        clicks = (ready["kind"] == CLICK).nonzero()[0]
        if not clicks.size:
            return
        message = self.world.outbox.sent.take(ready["ref"][clicks])
        holds = message["until"] >= ready["time"][clicks]
        visits.offer[clicks] = np.where(holds, message["offer"], 0.0)
        visits.offer_by[clicks] = message["by"]
        self._bring_product(visits, clicks, message["product"])

    def _bring_product(self, visits: Visits, clicks: Ints, product: Ints) -> None:
        sh, goods, rows = self.world.shoppers, self.world.goods, visits.row.take(clicks)
        new = ((product >= 0) & (sh.item.take(rows) != product)).nonzero()[0]
        rows, product = rows.take(new), product.take(new)
        utility = choice.utility(goods, sh.taste.take(rows, axis=0), sh.sensitivity.take(rows), product)
        utility += draws.gumbel(draws.by_item(visits.key.take(clicks.take(new)), _NOISE, product))
        sh.item[rows], sh.item_utility[rows] = product, utility
        sh.interest[rows] = goods.category.take(product)

    def _note_arrival(self, visits: Visits) -> None:
        sh, ledger, rows = self.world.shoppers, self.world.ledger, visits.row
        sh.on_site[rows] = True
        sh.visits[rows] += 1
        sh.return_token[rows] += 1
        sh.furthest[rows] = NONE
        first = sh.visits.take(rows) == 1
        sh.first_visit[rows[first]] = visits.time[first]
        measured = visits.measured
        sh.seen[rows[measured]] = True
        filled = visits.cart & (sh.item.take(rows) >= 0)
        sh.cart[rows[filled]] = sh.item.take(rows[filled])
        ledger.note("edges", visits.stage[measured])
        paid = measured & (visits.kind == FIRST) & (sh.referrer.take(rows) == NONE)
        ledger.book(-1, "media", np.rint(self.source_cost[sh.source.take(rows[paid])]).sum())
        if self.world.journal is not None:
            self.world.journal.visits("visit", visits, visits.stage)

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
        visits.touched[here] |= levers.pulls.touched
        return levers.pulls

    def _look(self, key: NDArray[np.uint64], rows: Ints, shelf: Ints, pulls: Pulls | None = None) -> None:
        """Find the best product on the shelf; it comes to mind if it beats what was in mind before."""
        world, sh = self.world, self.world.shoppers
        utilities = choice.utility(world.goods, sh.taste.take(rows, axis=0), sh.sensitivity.take(rows), shelf)
        utilities += draws.gumbel(draws.by_item(key, _NOISE, shelf))
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
        filling = self.fills.take(target).nonzero()[0]
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


def _told(weights: Floats, target: Ints, leave: int) -> Floats:
    """Return the weights that explain each edge (E, D): its own, or those of the way forward if it has none."""
    told = weights.copy()
    idle = ~weights.any(axis=1)
    told[idle] = weights[np.where(idle | (target == leave), -1, target).argmax()]
    return told


def _doors(world: World) -> Ints:
    """Return the stage at which one enters again after leaving from each stage; the last entry is for needs."""
    funnel, index = world.study.funnel, {name: place for place, name in enumerate(world.funnel.names)}
    doors = [index.get(stage.return_to, 0) for stage in funnel.stage]
    return np.array([*doors, index.get(world.study.repurchase.enter_at, 0)])
