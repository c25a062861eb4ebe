"""Adviser chat: somebody to talk to, as long as somebody is free. Knows its opening hours and its desk."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, ClassVar

import numpy as np

from simulation import Desk, Evidence, Levers, Moment, MonthlyCost, Office, Strategy, portion, quantity

HOURS = 24.0
MINUTES_AN_HOUR = 60.0


class AdviserChat(Strategy):
    """Advisers answer most questions of those who ask, within opening hours; who waits in vain leaves annoyed.

    Advisers are paid for what they talk and for a part of the time that they wait; for the rest they do other work.
    """

    id: ClassVar = "adviser_chat"
    title: ClassVar = "Adviser chat"
    about: ClassVar = "lets shoppers talk to advisers, of whom there are so many; who waits too long walks away annoyed"
    kind: ClassVar = "journey"
    roles: ClassVar = ("browse", "compare")
    level: ClassVar = 2
    evidence: ClassVar = (
        Evidence("session_conversion", "treated", 0.0, 0.05, "none", ""),
        Evidence("revenue_per_visitor", "store", -0.005, 0.03, "none", ""),
        Evidence("session_conversion", "treated", -0.03, 0.002, "none", "", given=(("at_once", 1), ("minutes", 240.0))),
    )

    advisers: int = quantity(1, "people", "advisers at the desk at a time", ge=1, le=1000)
    at_once: int = quantity(2, "talks", "talks that an adviser holds at the same time", ge=1, le=10)
    minutes: float = quantity(6.0, "minutes", "mean length of a talk", gt=0.0, le=240.0)
    patience: float = quantity(4.0, "minutes", "who waits longer walks away", ge=0.0, le=240.0)
    opens: float = quantity(10.0, "hour", "hour of the day at which the desk opens", ge=0.0, le=HOURS)
    hours: float = quantity(12.0, "hours", "opening hours a day", ge=0.0, le=HOURS)
    browsing: float = portion(0.1, "shoppers, by lot, offered a talk while they browse and not only when comparing")
    part: float = portion(0.8, "open questions that a talk answers")
    annoyance: float = quantity(1.0, "log odds", "effort that waiting in vain costs", ge=0.0, le=20.0)
    per_hour: float = quantity(18.0, "currency", "cost of an adviser's hour", ge=0.0)
    standby: float = portion(0.1, "part of the hours spent waiting that is paid")
    monthly: MonthlyCost = quantity(MonthlyCost(technology=150.0), "", "fixed monthly cost by kind")

    def start(self, office: Office) -> Desk:
        """Open the desk and pay those who sit at it."""
        office.process(self._wages(office))
        return Desk(self.advisers * self.at_once, self.minutes, self.patience, office.share)

    def _wages(self, office: Office) -> Generator[Any, Any, None]:
        while office.clock.now < office.closes:
            office.pay("personnel", self.advisers * self.hours * self.per_hour * self.standby)
            yield office.clock.timeout(1.0)

    def act(self, moment: Moment, levers: Levers) -> None:
        """Offer a talk to those to whom the desk is open, and answer those who wish one."""
        offered = self._offered(moment)
        if not offered.size:
            return
        callers = offered.take(levers.offer_help(offered).nonzero()[0])
        if callers.size:
            self._answer(callers, moment, levers)

    def _answer(self, callers: np.ndarray, moment: Moment, levers: Levers) -> None:
        """Answer those callers (indices) who get through, annoy those who do not."""
        desk: Desk = moment.memory
        lengths = -np.log1p(-moment.luck("length", callers))
        served, _ = desk.call(moment.now.take(callers), lengths)
        answered, annoyed = callers[served], callers[~served]
        levers.answer(answered, self.part, minutes=self.minutes)
        levers.spend(answered, "personnel", self._wage(lengths[served]))
        levers.answer(annoyed, 0.0, minutes=self.patience)
        levers.ease(annoyed, self.annoyance)

    def _wage(self, lengths: np.ndarray) -> np.ndarray:
        """Return what talks of these lengths (n,) cost beyond the standby that is paid anyway."""
        hours: np.ndarray = lengths * self.minutes / MINUTES_AN_HOUR / self.at_once
        return hours * self.per_hour * (1.0 - self.standby)

    def _offered(self, moment: Moment) -> np.ndarray:
        """Return whom (indices) a talk is offered: while the desk is open, few of those who only browse."""
        if moment.role != "browse":
            return self._open(moment.now).nonzero()[0]
        few = (moment.lot("offer") < self.browsing).nonzero()[0]
        return few.take(self._open(moment.now.take(few)).nonzero()[0])

    def _open(self, times: np.ndarray) -> np.ndarray:
        """Return at which of these times the desk is open."""
        opened: np.ndarray = (times * HOURS - self.opens) % HOURS < self.hours
        return opened
