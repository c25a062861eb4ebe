"""A store set up from the no-mail arm of the Hillstrom e-mail trial (2008), and what one mail does to its customers.

The trial: 64,000 customers of a shop; a third got a mail about the men's line, a third one about the women's, a third
none; visits, orders and spending in the two weeks after. Only the third without mail is used to set up the store, and
the shipped store's defaults say how mail is received. The file is not part of the project: it is looked for in the
folder that FOOTFALL_REAL_DATA names, else in ../shared/data/real beside the checkout; without it the published figures
of the trial take its place.
"""

import os
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, NamedTuple
from unittest import mock

import numpy as np
import pandas as pd

from simulation import Levers, Moment, Office, Study, agenda, draws, quantity, simulate
from simulation.world import World
from tests.probes import Probe
from tests.stores import FASHION, ROOT, built, installed, shipped

DAYS = 14.0
MONTH = 30.4
CART = "consideration"
MENS, WOMENS, OWN = 0, 1, 2
CUSTOMERS = 150_000
"""How many customers are simulated: drawn from those of the arm, with replacement."""

OUTCOMES = ("visit", "conversion", "spend")
"""Per customer in two weeks: share who came, share who ordered, spending."""

Lifts = dict[str, tuple[float, float]]
"""By outcome: difference from the arm without mail, and half the width of its 95 % interval."""

PUBLISHED: dict[str, Lifts] = {
    "own": {"visit": (0.0759, 0.0066), "conversion": (0.0059, 0.0018), "spend": (0.687, 0.276)},
    "womens": {"visit": (0.0452, 0.0063), "conversion": (0.0031, 0.0016), "spend": (0.424, 0.255)},
    "womens to its buyers": {"visit": (0.0731, 0.0090), "conversion": (0.0051, 0.0023), "spend": (0.544, 0.328)},
    "womens to others": {"visit": (0.0111, 0.0087), "conversion": (0.0006, 0.0021), "spend": (0.278, 0.402)},
}
"""The trial's lifts: of the mail about one's own line, and of the one about the women's line to all and to parts."""


def trial_file() -> Path | None:
    """Return where the trial's file lies, None on a machine without it."""
    folder = Path(os.environ.get("FOOTFALL_REAL_DATA", ROOT.parent / "shared" / "data" / "real"))
    file = folder / "hillstrom_email_trial.csv.gz"
    return file if file.is_file() else None


SOURCE = "trial-file" if trial_file() else "published-figures-as-no-trial-file-was-found"
"""What the store is set up from; it is the tests' parameter, so that a verbose run shows it."""


def control_arm() -> pd.DataFrame:
    """Return the customers without mail; without the file, as many who agree with its published means."""
    file = trial_file()
    if file is not None:
        trial = pd.read_csv(file)
        return trial[trial["segment"] == "No E-Mail"].reset_index(drop=True)
    luck, size = np.random.default_rng(1), 21_306
    line = luck.choice(3, size=size, p=(0.452, 0.447, 0.101))
    visit = luck.uniform(size=size) < np.array([0.0998, 0.0958, 0.1805])[line]
    buys = visit & (luck.uniform(size=size) < 0.0539)
    spend = np.where(buys, luck.lognormal(np.log(114.0) - 0.79**2 / 2.0, 0.79, size), 0.0)
    people = {"recency": luck.integers(1, 13, size), "mens": (line != WOMENS) * 1, "womens": (line != MENS) * 1}
    return pd.DataFrame(
        {**people, "newbie": luck.integers(0, 2, size), "visit": visit, "conversion": buys, "spend": spend}
    )


def trial_lifts() -> dict[str, Lifts]:
    """Return the lifts in the file (which must be there), under the names of PUBLISHED."""
    trial = pd.read_csv(str(trial_file()))
    control, mens, womens = (trial[trial["segment"] == arm] for arm in ("No E-Mail", "Mens E-Mail", "Womens E-Mail"))
    both = [arm[(arm["mens"] == 1) & (arm["womens"] == 1)].sample(frac=0.5, random_state=1) for arm in (mens, womens)]
    own = pd.concat([mens[mens["womens"] == 0], womens[womens["mens"] == 0], *both])
    parts = {
        f"womens to {who}": (womens["womens"] == is_, control["womens"] == is_)
        for who, is_ in (("its buyers", 1), ("others", 0))
    }
    return {
        "own": lift(own, control),
        "womens": lift(womens, control),
        **{name: lift(womens[treated], control[untreated]) for name, (treated, untreated) in parts.items()},
    }


def lift(treated: pd.DataFrame, control: pd.DataFrame) -> Lifts:
    """Return the differences of two arms' means and half the widths of their 95 % intervals."""
    return {
        name: (
            float(treated[name].mean() - control[name].mean()),
            1.96 * float(np.sqrt(treated[name].var() / len(treated) + control[name].var() / len(control))),
        )
        for name in OUTCOMES
    }


class OneMail(Probe):
    """Writes to every customer once, on the first morning, about the men's line, the women's, or his own."""

    id: ClassVar = "one_mail"

    line: int = quantity(OWN, "", "0 men's, 1 women's, 2 what the customer bought", ge=0, le=2)

    def start(self, office: Office) -> list[float]:
        office.every(0.4, self.write)
        return []

    def write(self, moment: Moment, levers: Levers) -> None:
        if moment.memory:
            return
        moment.memory.append(float(moment.now[0]))
        plain = np.linalg.norm(moment.shop.features, axis=1)
        lines = [np.flatnonzero(moment.shop.categories == line) for line in (MENS, WOMENS)]
        shown = np.array([line[plain[line].argmin()] for line in lines])  # a page of many goods has no taste of its own
        line = moment.profile.interest if self.line == OWN else np.full(moment.size, self.line)
        levers.message(np.ones(moment.size, dtype=np.bool_), products=shown[line])


class TrialStore(NamedTuple):
    """A store of the arm's customers: the study, and the customers drawn."""

    study: Study
    people: pd.DataFrame

    def two_weeks(self, plan: str) -> pd.DataFrame:
        """Return the customers with their visit, conversion and spend in two weeks of a plan."""
        worlds: list[World] = []

        def peopled(*given: Any) -> World:
            worlds.append(World(*given))
            settle(worlds[-1], self.people)
            return worlds[-1]

        with installed(OneMail), mock.patch.object(import_module("simulation.simulate"), "World", side_effect=peopled):
            simulate(self.study, plan, 0)
        sh, rows = worlds[0].shoppers, slice(0, len(self.people))
        return self.people.assign(
            visit=sh.visits[rows] > VISITS,
            conversion=sh.orders[rows] > ORDERS,
            spend=sh.revenue[rows] / self.study.store.minor_units,
        )


VISITS, ORDERS = 4, 1
"""Of a customer at the start; only whether there was one matters."""


def settle(world: World, people: pd.DataFrame) -> None:
    """Fill a world with customers: last bought, last came, look for their line, come again at their rates."""
    sh, n = world.shoppers, len(people)
    keys = draws.child_keys(draws.replication_key(1, 0, "hillstrom"), np.arange(n))
    rows = world.nature.create(sh, keys, np.zeros(n, dtype=np.int64))
    world.gain(rows)
    luck = np.random.default_rng(3)
    rate = people["rate"].to_numpy()
    ago = np.minimum(luck.exponential(1.0 / rate), MONTH * people["recency"].to_numpy())
    sh.interest[rows] = np.where(people["womens"] > luck.uniform(size=n) * (people["mens"] + people["womens"]), 1, 0)
    sh.permission[rows] = sh.consent[rows] = True
    sh.visits[rows], sh.own_visits[rows], sh.orders[rows] = VISITS, 1, ORDERS
    sh.first_visit[rows] = sh.first_order[rows] = sh.last_order[rows] = -MONTH * people["recency"]
    sh.last_visit[rows] = -ago
    sh.furthest[rows] = len(world.funnel.names) - 1
    sh.clarity[rows] = 0.6
    sh.rate[rows] = rate
    sh.needs[rows] = 1
    due = luck.exponential(1.0 / rate)
    sh.next_need[rows] = due
    soon = due < DAYS
    world.agenda.put(agenda.events(due[soon], rows[soon], agenda.NEED, 0, 1))


def rates(control: pd.DataFrame) -> pd.Series:
    """Return each customer's rate of visits a day, from how many of his like came: by recency, lines and newness."""
    like, overall = ["recency", "mens", "womens", "newbie"], control["visit"].mean()
    cell = control.groupby(like)["visit"].agg(["sum", "size"])
    share = (cell["sum"] + 20.0 * overall) / (cell["size"] + 20.0)  # small cells lean on the whole arm
    cell["rate"] = -np.log1p(-share) / DAYS
    return control.join(cell["rate"], on=like)["rate"]


def store(control: pd.DataFrame, price: float, ease: float, **messages: Any) -> Study:
    """Return the study: the shipped one with two lines of goods; free are the level of prices and the way to the cart.

    The trial tells no reasons for visits: those for a need are as ready to buy as all others.
    """
    raw = shipped(FASHION)
    edges = [
        edge | {"odds": edge["odds"] * (ease if edge["target"] == CART else 1.0)} for edge in raw["funnel"]["edge"]
    ]
    reasons = raw["reason"]
    intent = sum(r["share"] * r["intent"] for r in reasons) / sum(r["share"] for r in reasons)
    share = [float(control["mens"].sum()), float(control["womens"].sum())]
    lines = [
        {"name": name, "share": s, "products": 20, "price": price}
        for name, s in zip(("men's", "women's"), share, strict=True)
    ]
    brief = {"visitors": 1, "warm_up_days": 0.0, "days": DAYS, "follow_up_days": 0.0, "ltv_days": 7.0}
    plans = {name: {"one_mail": {"line": line}} for line, name in enumerate(("Mens", "Womens", "Own"))}
    with installed(OneMail):
        return built(
            raw,
            plans,
            experiment={**raw["experiment"], **brief},
            stock={"unlimited": True},
            catalogue={**raw["catalogue"], "category": lines},
            repurchase={**raw["repurchase"], "need_intent": intent},
            funnel={"edge": edges},
            messages={**raw["messages"], **messages},
        )


def open_store(control: pd.DataFrame, **messages: Any) -> TrialStore:
    """Set up the store from the arm without mail: price level and readiness such that orders and spending agree."""
    drawn = control.assign(rate=rates(control)).sample(CUSTOMERS, replace=True, random_state=1).reset_index(drop=True)
    people = drawn[["recency", "mens", "womens", "newbie", "rate"]]
    price, ease = 60.0, 1.0
    for _ in range(4):
        shop = TrialStore(store(control, price, ease, **messages), people)
        found = shop.two_weeks("Baseline")
        ordering, spending = (control[name].mean() / found[name].mean() for name in ("conversion", "spend"))
        price, ease = price * spending / ordering, ease * ordering
    return TrialStore(store(control, price, ease, **messages), people)
