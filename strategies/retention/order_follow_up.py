"""Order follow-up: after an order, things that go with it, help for the disappointed, and reviews that help others."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation import Evidence, Levers, Moment, MonthlyCost, Office, Strategy, portion, quantity
from strategies.favourites import companions


class OrderFollowUp(Strategy):
    """Asks how the order was, helps where it was bad, suggests what goes with it, and collects reviews."""

    id: ClassVar = "order_follow_up"
    title: ClassVar = "Order follow-up"
    about: ClassVar = "asks about the order, helps the disappointed, suggests what goes with it, shows reviews"
    kind: ClassVar = "journey"
    roles: ClassVar = ("browse", "compare")
    level: ClassVar = 2
    needs: ClassVar = ("onsite", "email", "purchases")
    channel: ClassVar = "email"
    evidence: ClassVar = (
        Evidence(
            *("orders", "treated", 0.0, 0.15, "C"),
            "Klaviyo 2024 (vendor, attributed): post-purchase mails earn 0.41 each, a tenth of cart mails",
        ),
        Evidence("revenue_per_visitor", "store", -0.012, 0.03, "none", ""),
    )

    delay_days: float = quantity(10.0, "days", "from the order to the e-mail", ge=0.0, le=90.0)
    answers: float = portion(0.15, "customers who answer the question about their order")
    help: float = portion(0.5, "part of a disappointment that helping takes away")
    help_cost: float = quantity(3.0, "currency", "time and goodwill spent on each answer", ge=0.0)
    reviews: float = portion(0.05, "customers who write a review")
    enough: int = quantity(5, "reviews", "a product with this many answers questions by itself", ge=1)
    answered: float = portion(0.03, "open questions that reviews of the product in mind answer")
    proof: float = portion(0.2, "what good reviews prove")
    monthly: MonthlyCost = quantity(
        MonthlyCost(technology=150.0, content=200.0, personnel=200.0), "", "fixed monthly cost by kind"
    )

    def start(self, office: Office) -> np.ndarray:
        """Claim the memory of reviews (P + 1,): how many each product has, in units of the whole store; last: none."""
        return np.zeros(office.ratings.size + 1)

    def ordered(self, moment: Moment, levers: Levers) -> None:
        """Help those who answer, write to all with what goes with their purchase, and count reviews."""
        asked, written = moment.lucks(("answer", "review"))
        helped = (asked < self.answers).nonzero()[0]
        levers.comfort(helped, self.help)
        levers.spend(helped, "personnel", self.help_cost)
        where = moment.profile.permission.nonzero()[0]
        levers.message(where, after_days=self.delay_days, products=companions(moment, where))
        np.add.at(moment.memory, moment.item[written < self.reviews], 1.0 / moment.shop.share)

    def act(self, moment: Moment, levers: Levers) -> None:
        """Show the reviews of the product in mind to those who compare: they answer questions; good ones prove."""
        known = (moment.memory >= self.enough).take(moment.item).nonzero()[0]
        levers.answer(known, self.answered)
        good = (moment.shop.ratings.take(moment.item.take(known)) > 0.0).nonzero()[0]
        levers.prove(known.take(good), self.proof)
