"""Customers of the shipped store after their first order, and a plain newsletter to them for a year."""

from importlib import import_module
from typing import Any, ClassVar, NamedTuple
from unittest import mock

import numpy as np

from simulation import Levers, Moment, Office, agenda, draws, quantity, simulate
from simulation.world import World
from tests.probes import Probe
from tests.stores import FASHION, built, installed, shipped

YEAR, MONTH = 365.0, 365.0 / 12.0
CHOICE = 12


class Newsletter(Probe):
    """Writes every so many days to all customers who permit it, about the product that seems to suit each best.

    Out of a dozen that change from mail to mail; with ``blind``, about the first of them whoever reads it.
    """

    id: ClassVar = "newsletter"

    every_days: float = quantity(7.0, "days", "time between two mails", gt=0)
    blind: bool = quantity(False, "on/off", "everybody gets the same")

    def start(self, office: Office) -> None:
        office.every(self.every_days, self.write)

    def write(self, moment: Moment, levers: Levers) -> None:
        shop = moment.shop
        offered = np.random.default_rng(int(moment.now[0] * 10)).permutation(shop.prices.size)[:CHOICE]
        belief, _ = moment.profile.belief()
        liked = (belief @ shop.features[offered].T + shop.ratings[offered]).argmax(axis=1)
        chosen = np.zeros(moment.size, dtype=np.int64) if self.blind else liked
        levers.message(np.ones(moment.size, dtype=np.bool_), products=offered[chosen])


class Year(NamedTuple):
    """What came of a year.

    Attributes:
        margin: of each customer, less the cost of his mails, in currency. orders: mean number of later orders.
        monthly: mails a month. opened, clicked, unsubscribed: per mail. reachable: share who still permit mail.
    """

    margin: np.ndarray
    orders: float
    monthly: float
    opened: float
    clicked: float
    unsubscribed: float
    reachable: float


def year(every_days: float | None, *, customers: int = 10_000, blind: bool = False, **messages: Any) -> Year:
    """Return a year of mails every so many days (None: none) to customers just won."""
    raw = shipped(FASHION)
    parameters = {} if every_days is None else {"newsletter": {"every_days": every_days, "blind": blind}}
    brief = {"visitors": 1, "warm_up_days": 0.0, "days": YEAR, "follow_up_days": 0.0, "ltv_days": 7.0}
    worlds: list[World] = []

    def peopled(*given: Any) -> World:
        worlds.append(World(*given))
        settle(worlds[-1], customers)
        return worlds[-1]

    with installed(Newsletter), mock.patch.object(import_module("simulation.simulate"), "World", side_effect=peopled):
        study = built(
            raw,
            {"Mail": parameters},
            experiment={**raw["experiment"], **brief},
            stock={"unlimited": True},
            messages={**raw["messages"], **messages},
        )
        outcomes = simulate(study, "Mail", 0)
    sh, mails = worlds[0].shoppers, max(outcomes.total("delivered"), 1)
    cost = study.costs.email * sh.messages[:customers]
    opened, clicked, unsubscribed = (outcomes.total(name) / mails for name in ("opened", "clicked", "unsubscribed"))
    return Year(
        sh.margin[:customers] / study.store.minor_units - cost,
        float(sh.orders[:customers].mean()) - 1.0,
        0.0 if every_days is None else MONTH / every_days,
        opened,
        clicked,
        unsubscribed,
        float(sh.permission[:customers].mean()),
    )


def settle(world: World, size: int) -> None:
    """Fill a world with customers on the day after their first order, whose later needs follow BG/NBD."""
    sh, rules, goods = world.shoppers, world.study.repurchase, world.goods
    keys = draws.child_keys(draws.replication_key(1, world.replication, "shopper"), np.arange(size))
    rows = world.nature.create(sh, keys, np.zeros(size, dtype=np.int64))
    luck = np.random.default_rng(world.replication)
    bought = luck.integers(goods.category.size, size=size)
    world.profile.observe(sh, rows, bought, world.study.behaviour.purchase_weight, "purchases")
    world.gain(rows)
    sh.item[rows], sh.interest[rows], sh.clarity[rows] = bought, goods.category[bought], 0.6
    sh.permission[rows] = True
    sh.visits[rows] = sh.own_visits[rows] = sh.orders[rows] = sh.needs[rows] = 1
    sh.first_visit[rows] = sh.last_visit[rows] = sh.first_order[rows] = sh.last_order[rows] = 0.0
    sh.furthest[rows] = len(world.funnel.names) - 1
    sh.rate[rows] = luck.gamma(rules.r, rules.needs_per_order / (7.0 * rules.alpha), size)
    sh.dropout[rows] = luck.beta(rules.a, rules.b, size)
    sh.next_need[rows] = due = luck.exponential(1.0 / np.maximum(sh.rate[rows], 1e-12))
    soon = due < world.end
    world.agenda.put(agenda.events(due[soon], rows[soon], agenda.NEED, 0, 1))
