"""Predictive targeting: mail goes where a model, refitted in the running store, expects it to make a difference.

Whom mail moves is learnt from an experiment that never ends: a share of customers gets mail or none by lot (uplift.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Strategy, portion, quantity
from strategies.favourites import favourites
from strategies.throughout.uplift import Model, Records, fitted

if TYPE_CHECKING:
    from collections.abc import Generator

FEATURES = 5


class PredictiveTargeting(Strategy):
    """A mail campaign to those with the highest estimated lift, or (the naive way) to the likeliest buyers."""

    id: ClassVar = "predictive_targeting"
    title: ClassVar = "Predictive targeting"
    about: ClassVar = "mails the customers whom a model, learnt in the store, expects to buy because of the mail"
    kind: ClassVar = "predictive"
    level: ClassVar = 3
    needs: ClassVar = ("traffic", "email", "purchases")
    channel: ClassVar = "email"
    evidence: ClassVar = (
        Evidence(
            *("visits", "treated", 0.20, 0.80, "A"),
            "Hillstrom e-mail trial 2008: one mail to a rested list, visit +57 % in two weeks",
            days=14.0,
        ),
        Evidence("margin", "store", 0.0, 0.05, "none", ""),
        Evidence("margin", "store", -0.01, 0.05, "none", "", given=(("target", "likelihood"),)),
    )

    every_days: float = quantity(21.0, "days", "time between campaigns", gt=0.0, le=365.0)
    refit_days: float = quantity(28.0, "days", "time between fits of the model", gt=0.0, le=365.0)
    outcome_days: float = quantity(14.0, "days", "orders within so many days after the mail count", gt=0.0, le=365.0)
    target: Literal["lift", "likelihood"] = quantity("lift", "score", "mail those whom it moves, or likely buyers")
    share: float = portion(0.5, "customers with the highest score who are mailed")
    explore: float = portion(0.2, "customers who are mailed or not by lot, so that there is something to learn from")
    cost: float = quantity(0.02, "currency", "what a mail must bring in margin: it tires, beside its price", ge=0.0)
    least: int = quantity(20, "orders", "with mail and without, before the model is used", ge=1, le=100_000)
    caution: float = quantity(5.0, "factor", "how little customers are thought to differ at first", gt=0.0, le=1e6)
    discount: float = portion(0.0, "offer in the mail, as a share of the price")
    monthly: MonthlyCost = quantity(
        MonthlyCost(technology=400.0, data=300.0, content=200.0, personnel=400.0), "", "fixed monthly cost by kind"
    )

    def start(self, office: Office) -> Records:
        """Start the campaign, and the fits of the model."""
        records = Records(FEATURES)
        office.process(self._refits(office, records))
        office.every(self.every_days, self.write)
        return records

    def _refits(self, office: Office, records: Records) -> Generator[Any, Any, None]:
        while office.clock.now < office.closes:
            yield office.clock.timeout(self.refit_days)
            records.model = fitted(records, office.clock.now, self.outcome_days, self.least, self.caution)

    def write(self, moment: Moment, levers: Levers) -> None:
        """Mail the model's choice, and let some customers be mailed or not by lot whatever it says."""
        records: Records = moment.memory
        features, model = _features(moment), records.model
        explore, mail = moment.lucks(("explore", "mail"))
        explored, by_lot = explore < (1.0 if model is None else self.explore), mail < 0.5
        mailed = by_lot if model is None else np.where(explored, by_lot, self.chosen(model, features, moment))
        drawn, where = np.flatnonzero(explored), np.flatnonzero(mailed)
        records.add(moment.profile.visitor[drawn], features[drawn], mailed[drawn], moment.now[drawn])
        levers.message(where, products=favourites(moment.only(where)), discount=self.discount)

    def chosen(self, model: Model, features: np.ndarray, moment: Moment) -> np.ndarray:
        """Return whom (n,) the model would mail: the top share by score; by lift only if it is worth the mail."""
        if self.target == "likelihood":
            return self._top(model.likelihood(features), moment)
        lift, shop, profile = model.lift(features), moment.shop, moment.profile
        order = profile.spent.sum() / (max(1, profile.orders.sum()) * shop.minor_units)
        margin = (1.0 - shop.unit_costs.sum() / shop.prices.sum()) * (1.0 - self.discount)
        worth: np.ndarray = self._top(lift, moment) & (lift * order * margin > self.cost)
        return worth

    def _top(self, score: np.ndarray, moment: Moment) -> np.ndarray:
        """Return who belongs to the top share by score; among equals luck decides."""
        count = round(self.share * score.size)
        if not count:
            return np.zeros(score.size, dtype=np.bool_)
        least = np.partition(score, -count)[-count]
        top: np.ndarray = score > least
        equals = (score == least).nonzero()[0]
        luckiest = moment.luck("equals", equals).argsort()
        top[equals[luckiest[: count - np.count_nonzero(top)]]] = True
        return top

    def ordered(self, moment: Moment, levers: Levers) -> None:
        """Note what came of the experiment."""
        moment.memory.credit(moment.profile.visitor, moment.now, self.outcome_days)


def _features(moment: Moment) -> np.ndarray:
    """Return what (n, FEATURES) the store knows: recency, frequency, money, visits and messages, as logs."""
    profile = moment.profile
    orders = np.maximum(profile.orders, 1)
    columns = (profile.days_since_order, orders, profile.spent / orders, profile.visits, profile.messages)
    logs: np.ndarray = np.log(np.maximum(np.stack(columns, axis=1), 0.0) + 1.0)
    return logs
