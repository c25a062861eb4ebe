"""Visits: batches of shoppers going through the stages of the funnel, one sweep over the stages after the other.

All shoppers at one stage are served together, ordered by their exact time; those who go back, or come back within the
period, are served in the next sweep. What happens at the till is checkout.py, after leaving or ordering aftermath.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from simulation import aftermath, agenda, checkout, choice, draws
from simulation.agenda import CLICK, DELIVERY, FIRST, NEED, RETURN
from simulation.funnel import DRIVER, DRIVERS
from simulation.levers import Levers
from simulation.outbox import MESSAGES
from simulation.shoppers import NONE

if TYPE_CHECKING:
    from simulation.agenda import Events
    from simulation.world import Active, World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NEEDS: Final = 1 << 29
"""Occasions from here on are visits for a need; see outbox.MESSAGES."""

COLUMNS: Final[dict[str, Any]] = {
    "row": np.int64,
    "time": np.float64,
    "key": np.uint64,
    "kind": np.int64,
    "stage": np.int64,
    "entered": np.int64,
    "steps": np.int64,
    "passes": np.uint64,
    "intent": np.float64,
    "offer": np.float64,
    "offer_by": np.int64,
    "message_by": np.int64,
    "cart": np.bool_,
    "urged": np.float64,
    "orders": np.int64,
    "revenue": np.int64,
    "measured": np.bool_,
    "touched": np.uint64,
    "started": np.float64,
}
_PASS = np.uint64(0xA24BAED4963EE407)
_CATEGORY = draws.purpose("category of interest")
_NOISE = draws.purpose("product noise")
_PERMISSION = draws.purpose("permission at checkout")
_SHELF = draws.purpose("shelf")


class Visits:
    """Shoppers on the site: columns of equal length, and ``x`` (drivers, n), the drivers they came with."""

    __slots__ = ("columns", "x")

    def __init__(self, columns: dict[str, NDArray[Any]], x: Floats) -> None:
        """Hold columns as named in ``COLUMNS``."""
        self.columns, self.x = columns, x

    @classmethod
    def none(cls) -> Visits:
        """Return an empty batch."""
        return cls({name: np.empty(0, dtype=dtype) for name, dtype in COLUMNS.items()}, np.zeros((len(DRIVERS), 0)))

    def __getattr__(self, name: str) -> NDArray[Any]:
        """Return a column."""
        return self.columns[name]

    @property
    def size(self) -> int:
        """Number of shoppers on the site."""
        return int(self.columns["row"].size)

    def only(self, where: Flags | Ints) -> Visits:
        """Return some of the visits, as copies."""
        return Visits({name: column[where] for name, column in self.columns.items()}, self.x[:, where])

    def joined(self, others: Visits) -> Visits:
        """Return both batches as one."""
        if not self.size:
            return others
        columns = {name: np.concatenate([column, others.columns[name]]) for name, column in self.columns.items()}
        return Visits(columns, np.concatenate([self.x, others.x], axis=1))


@dataclass(frozen=True)
class StagePlan:
    """A stage prepared for serving: arrays of its edges, its draws, and the strategies that act here."""

    index: int
    purposes: NDArray[np.uint64]
    base: Floats
    weights: Floats
    target: Ints
    edge_ids: Ints
    dwell: float
    shelf: bool
    checkout: bool
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
            dwell=world.study.funnel.stage[index].dwell_minutes / (24.0 * 60.0),
            shelf=role in ("browse", "compare"),
            checkout=role == "checkout",
            strategies=[a for a in world.working("act") if role in a.strategy.roles],
        )

    # one period ----------------------------------------------------------------------------------------------------
    def serve(self, until: float) -> None:
        """Serve every visit and delivery due before ``until``, sweep by sweep, until none is left."""
        world, visits = self.world, Visits.none()
        pool = world.agenda.due(until)
        while pool.size or visits.size:
            ready, pool = self._ready(pool)
            delivered = ready["kind"] == DELIVERY
            if delivered.any():
                world.outbox.deliver(ready[delivered])
                ready = ready[~delivered]
            visits = self._sweep(visits.joined(self._admit(ready)))
            more = world.agenda.due(until)
            pool = agenda.joined([pool, more]) if pool.size and more.size else pool if pool.size else more

    def _ready(self, pool: Events) -> tuple[Events, Events]:
        """Split the pool: each shopper's earliest event, unless he is on the site; and the rest for later sweeps."""
        pool = pool[np.argsort(pool["time"], kind="stable")]
        rows = pool["row"]
        newest = np.arange(rows.size)
        self.world.shoppers.scratch[rows[::-1]] = newest[::-1]
        first = (self.world.shoppers.scratch[rows] == newest) & ~self.world.shoppers.on_site[rows]
        return pool[first], pool[~first]

    def _sweep(self, visits: Visits) -> Visits:
        """Serve each stage once, in the order of the funnel; return those still on the site."""
        for stage in self.stages:
            here = np.flatnonzero(visits.stage == stage.index)
            if here.size:
                self._serve(visits, here, stage)
        gone = visits.stage == self.world.funnel.leave
        if gone.any():
            self.after.finish(visits.only(gone))
            visits = visits.only(~gone)
        return visits

    # entering ------------------------------------------------------------------------------------------------------
    def _admit(self, ready: Events) -> Visits:
        """Let in those whose event still holds: own returns and needs lapse when something else came first."""
        sh = self.world.shoppers
        rows, kind = ready["row"], ready["kind"]
        valid = ~sh.lost[rows]
        valid &= (kind != RETURN) | (sh.return_token[rows] == ready["token"])
        valid &= (kind != NEED) | (sh.needs[rows] == ready["token"])
        if self.world.env.now > self.world.ledger.end + self.world.study.experiment.period_days:
            valid &= sh.cohort[rows]
        return self._enter(ready[valid]) if valid.any() else Visits.none()

    def _enter(self, ready: Events) -> Visits:
        sh = self.world.shoppers
        rows, times, kind = (np.ascontiguousarray(ready[name]) for name in ("row", "time", "kind"))
        own = kind <= RETURN
        sh.own_visits[rows] += own
        occasion = np.where(own, sh.own_visits[rows], np.where(kind == NEED, NEEDS, MESSAGES) + ready["token"])
        key = draws.child_keys(sh.key[rows], occasion)
        stage = self._door(ready)
        n = rows.size
        columns: dict[str, NDArray[Any]] = {
            "row": rows,
            "time": times,
            "key": key,
            "kind": kind,
            "stage": stage,
            "entered": stage.copy(),
            "steps": np.zeros(n, dtype=np.int64),
            "passes": np.zeros(n, dtype=np.uint64),
            "intent": self._intent(ready),
            "offer": np.zeros(n),
            "offer_by": np.full(n, NONE),
            "message_by": np.full(n, NONE),
            "cart": self.fills[stage],
            "urged": np.zeros(n),
            "orders": np.zeros(n, dtype=np.int64),
            "revenue": np.zeros(n, dtype=np.int64),
            "measured": self.world.ledger.measured(times),
            "touched": np.zeros(n, dtype=np.uint64),
            "started": times.copy(),
        }
        self._interest(rows, times, kind, key)
        visits = Visits(columns, self._drivers(rows, times, columns["intent"]))
        self._bring_message(visits, ready)
        self._note_arrival(visits)
        needing = kind == NEED
        if needing.any():
            self.after.next_need(rows[needing], ready["time"][needing])
        return visits

    def _door(self, ready: Events) -> Ints:
        """Return the stage at which each visit enters."""
        sh, kind = self.world.shoppers, ready["kind"]
        stage = np.zeros(kind.size, dtype=np.int64)
        back = kind == RETURN
        stage[back] = self.doors[sh.furthest[ready["row"][back]]]
        stage[kind == NEED] = self.doors[-1]
        clicks = kind == CLICK
        if clicks.any():
            stage[clicks] = self.world.outbox.sent["stage"][ready["ref"][clicks]]
        return stage

    def _intent(self, ready: Events) -> Floats:
        """Return readiness to buy on this visit: lasting, by reason and source, by need or click."""
        sh, study, rows, kind = self.world.shoppers, self.world.study, ready["row"], ready["kind"]
        intent: Floats = sh.readiness[rows] + self.source_intent[sh.source[rows]]
        need = kind == NEED
        intent += np.where(need, study.repurchase.need_intent, self.reason_intent[sh.reason[rows]])
        intent += np.where(kind == CLICK, study.messages.click_intent, 0.0)
        return intent

    def _interest(self, rows: Ints, times: Floats, kind: Ints, key: NDArray[np.uint64]) -> None:
        """First visits and needs look for a category, by season; what was in mind before is out of it."""
        fresh = np.flatnonzero((kind == FIRST) | (kind == NEED))
        if not fresh.size:
            return
        sh, world = self.world.shoppers, self.world
        demand = world.goods.demand(world.day_of_year(float(times[fresh[0]])))
        sh.interest[rows[fresh]] = draws.level(draws.uniforms(key[fresh], _CATEGORY), demand)
        sh.item[rows[fresh]] = NONE
        sh.item_utility[rows[fresh]] = -np.inf

    def _drivers(self, rows: Ints, times: Floats, intent: Floats) -> Floats:
        """Return the drivers (D, n) with which shoppers enter."""
        sh = self.world.shoppers
        x = np.zeros((len(DRIVERS), rows.size))
        x[DRIVER["intent"]] = intent
        x[DRIVER["price"]] = self.world.reference(rows, times)  # kept here until there is an item; see _price
        x[DRIVER["friction"]] = self.device_friction[sh.device[rows]]
        x[DRIVER["fatigue"]] = self.world.fatigue(rows, times)
        return x

    def _bring_message(self, visits: Visits, ready: Events) -> None:
        """Clicks bring the offer of their message, if it still holds, and its product to mind if there is none."""
        clicks = np.flatnonzero(ready["kind"] == CLICK)
        if not clicks.size:
            return
        message = self.world.outbox.sent[ready["ref"][clicks]]
        holds = message["until"] >= ready["time"][clicks]
        visits.offer[clicks] = np.where(holds, message["offer"], 0.0)
        visits.offer_by[clicks] = visits.message_by[clicks] = message["by"]
        self._bring_product(visits, clicks, message["product"])

    def _bring_product(self, visits: Visits, clicks: Ints, product: Ints) -> None:
        sh, rows = self.world.shoppers, visits.row[clicks]
        new = (product >= 0) & (sh.item[rows] != product)
        rows, product = rows[new], product[new]
        noise = draws.gumbel(draws.by_item(visits.key[clicks][new], _NOISE, product))
        utility = choice.utility(self.world.goods, sh.taste[rows], sh.sensitivity[rows], product) + noise
        sh.item[rows], sh.item_utility[rows] = product, utility
        sh.interest[rows] = self.world.goods.category[product]

    def _note_arrival(self, visits: Visits) -> None:
        sh, ledger, rows = self.world.shoppers, self.world.ledger, visits.row
        sh.on_site[rows] = True
        sh.visits[rows] += 1
        sh.return_token[rows] += 1
        sh.furthest[rows] = NONE
        first = sh.visits[rows] == 1
        sh.first_visit[rows[first]] = visits.time[first]
        measured = visits.measured
        sh.seen[rows[measured]] = True
        filled = visits.cart & (sh.item[rows] >= 0)
        sh.cart[rows[filled]] = sh.item[rows[filled]]
        ledger.note("edges", visits.stage[measured])
        paid = measured & (visits.kind == FIRST)
        ledger.book(-1, "media", np.rint(self.source_cost[sh.source[rows[paid]]]).sum())
        if self.world.journal is not None:
            self.world.journal.visits("visit", visits, visits.stage)

    # at a stage ----------------------------------------------------------------------------------------------------
    def _serve(self, visits: Visits, here: Ints, stage: StagePlan) -> None:
        """Let all shoppers at one stage look, be met by strategies, choose, and go where their choice leads."""
        world, sh = self.world, self.world.shoppers
        rows = visits.row[here]
        key = visits.key[here] ^ (visits.passes[here] * _PASS)
        u = draws.block(key, stage.purposes)
        x = visits.x[:, here]
        shelf = world.goods.shelf(sh.interest[rows], u[-1], world.study.catalogue.shelf) if stage.shelf else None
        levers = self._meet(visits, here, stage, shelf) if stage.strategies else None
        if shelf is not None:
            self._look(visits.key[here], rows, shelf, stage)
        answered = None if levers is None else levers.answered
        x[DRIVER["clarity"]] = self._dwell(visits, here, u[-2], stage, answered)
        self._fill_in(x, visits, here, rows, levers)
        utility = stage.weights @ x
        utility += stage.base
        utility += draws.gumbel(u[:-2])
        chosen = utility.argmax(axis=0)
        target, edges = stage.target[chosen], stage.edge_ids[chosen]
        if world.journal is not None:
            world.journal.decisions(visits, here, stage.index, edges, stage.weights[chosen] * x.T)
        if stage.checkout:
            self._ask_permission(visits, here)
        ordering = world.funnel.care[target]
        if ordering.any():
            refused = self.till.order(visits, here, ordering, levers)
            target[refused], edges[refused] = world.funnel.leave, world.funnel.leave_edge[stage.index]
        self._move(visits, here, stage, target, edges)

    def _meet(self, visits: Visits, here: Ints, stage: StagePlan, shelf: Ints | None) -> Levers:
        """Let the strategies of this stage act, in the order of the plan."""
        world, rows, now = self.world, visits.row[here], visits.time[here]
        levers = Levers(world, rows, now, shelf)
        for active in stage.strategies:
            moment = world.moment(
                active, rows, now, stage=stage.index, shelf=shelf, cart=visits.cart[here], keys=visits.key[here]
            )
            active.strategy.act(moment, levers.pulled_by(active.place))
        visits.touched[here] |= levers.touched
        return levers

    def _look(self, key: NDArray[np.uint64], rows: Ints, shelf: Ints, stage: StagePlan) -> None:
        """Find the best product on the shelf; it comes to mind if it beats what was in mind before."""
        world, sh = self.world, self.world.shoppers
        utilities = choice.utility(world.goods, sh.taste[rows], sh.sensitivity[rows], shelf)
        utilities += draws.gumbel(draws.by_item(key, _NOISE, shelf))
        place, best = choice.best_of(utilities)
        seen = shelf[np.arange(rows.size), place]
        better = best > sh.item_utility[rows]
        sh.item[rows[better]], sh.item_utility[rows[better]] = seen[better], best[better]
        weight = world.study.behaviour.view_weight
        world.profile.observe(sh, rows, world.goods.features[seen], weight, "onsite")

    def _dwell(self, visits: Visits, here: Ints, u: Floats, stage: StagePlan, answered: Floats | None) -> Floats:
        """Spend time on the page, which answers questions; return the clarity driver."""
        sh, how, rows = self.world.shoppers, self.world.study.behaviour, visits.row[here]
        spent = draws.exponential(u) * stage.dwell
        visits.time[here] += spent
        visits.steps[here] += 1
        open_questions = (1.0 - sh.clarity[rows]) * np.exp(spent * (-24.0 * 60.0 / how.clarity_minutes))
        if answered is not None:
            open_questions *= 1.0 - answered
        clarity: Floats = 1.0 - open_questions
        sh.clarity[rows] = clarity
        return clarity - how.typical_clarity

    def _fill_in(self, x: Floats, visits: Visits, here: Ints, rows: Ints, levers: Levers | None) -> None:
        """Complete the drivers ``x`` (D, n) of this stage by what is in mind and what the levers did."""
        world, sh, study = self.world, self.world.shoppers, self.world.study
        x[DRIVER["trust"]] = sh.trust[rows] - study.shoppers.first_trust
        item = sh.item[rows]
        known = item >= 0
        expected = world.expected[sh.interest[rows]]
        x[DRIVER["match"]] = np.where(known, (sh.item_utility[rows] - expected) / study.behaviour.match_scale, 0.0)
        if levers is not None:
            self._apply(x, visits, here, rows, levers)
        self._price(x, visits, here, item, known)

    def _apply(self, x: Floats, visits: Visits, here: Ints, rows: Ints, levers: Levers) -> None:
        """Turn levers into drivers by the shoppers' own traits."""
        sh, goods = self.world.shoppers, self.world.goods
        if levers.relevance is not None:
            x[DRIVER["relevance"]] = levers.relevance
        if levers.friction is not None:
            x[DRIVER["friction"]] += levers.friction
        if levers.urgency is not None:
            pressure = self.world.study.behaviour.pressure_aversion * goods.considered[sh.item[rows]]
            x[DRIVER["urgency"]] = levers.urgency * (sh.urgency[rows] - pressure * abs(sh.urgency[rows]))
            visits.urged[here] = np.maximum(visits.urged[here], levers.urgency)
        if levers.proof is not None:
            x[DRIVER["proof"]] = levers.proof * sh.proof[rows]
        if levers.offer is not None and levers.offer_by is not None:
            better = levers.offer > visits.offer[here]
            visits.offer[here[better]] = levers.offer[better]
            visits.offer_by[here[better]] = levers.offer_by[better]

    def _price(self, x: Floats, visits: Visits, here: Ints, item: Ints, known: Flags) -> None:
        """Price driver: log of the price to pay over the lower of competitor's and reference price.

        ``x`` holds the log reference price on entering. A discount seen pulls the reference price down for later visits.
        """
        reference = x[DRIVER["price"]]
        outside = np.minimum(np.where(known, self.world.goods.competitor[item], 0.0), reference)
        offer = visits.offer[here]
        x[DRIVER["price"]] = np.log1p(-offer) - outside
        seen = np.flatnonzero(offer > 0.0)
        if seen.size:
            self.after.learn_price(visits.row[here[seen]], visits.time[here[seen]], offer[seen])

    def _ask_permission(self, visits: Visits, here: Ints) -> None:
        """Who starts a first checkout leaves an address, some with a permission to write."""
        sh, rows = self.world.shoppers, visits.row[here]
        u = draws.uniforms(sh.key[rows], _PERMISSION)
        sh.permission[rows] |= (u < self.world.study.messages.permission_at_checkout) & (sh.messages[rows] == 0)

    def _move(self, visits: Visits, here: Ints, stage: StagePlan, target: Ints, edges: Ints) -> None:
        """Take the edges chosen: count them, fill carts, end visits that went on for too long."""
        sh, world, rows = self.world.shoppers, self.world, visits.row[here]
        endless = visits.steps[here] >= world.funnel.most_steps
        if endless.any():
            target = np.where(endless, world.funnel.leave, target)
            edges = np.where(endless, world.funnel.leave_edge[stage.index], edges)
        world.ledger.note("edges", edges[visits.measured[here]])
        sh.furthest[rows] = np.maximum(sh.furthest[rows], stage.index)
        visits.passes[here] += (target <= stage.index).astype(np.uint64)
        visits.stage[here] = target
        fills = self.fills[target]
        if fills.any():
            filled = here[fills]
            visits.cart[filled] = True
            rows = visits.row[filled]
            sh.cart[rows] = sh.item[rows]
            known = rows[sh.item[rows] >= 0]
            weight = world.study.behaviour.cart_weight
            world.profile.observe(sh, known, world.goods.features[sh.item[known]], weight, "onsite")


def _doors(world: World) -> Ints:
    """Return the stage at which one enters again after leaving from each stage; the last entry is for needs."""
    funnel, index = world.study.funnel, {name: place for place, name in enumerate(world.funnel.names)}
    doors = [index.get(stage.return_to, 0) for stage in funnel.stage]
    return np.array([*doors, index.get(world.study.repurchase.enter_at, 0)])
