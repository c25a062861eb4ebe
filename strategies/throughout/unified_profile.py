"""Unified profile: one record of each shopper for all tools instead of a silo per tool. Knows no tool by name."""

from __future__ import annotations

from typing import ClassVar

from simulation import Evidence, MonthlyCost, Office, Strategy, quantity


class UnifiedProfile(Strategy):
    """A customer data platform: what one tool learns of a shopper's taste, all may use. By itself it sells nothing."""

    id: ClassVar = "unified_profile"
    title: ClassVar = "Unified profile"
    about: ClassVar = "a customer data platform lets all tools share what each of them learnt of a shopper"
    kind: ClassVar = "predictive"
    level: ClassVar = 3
    storewide: ClassVar = True
    evidence: ClassVar = (Evidence("revenue_per_visitor", "store", 0.0, 0.03, "none", ""),)

    monthly: MonthlyCost = quantity(
        MonthlyCost(technology=500.0, data=400.0, personnel=300.0), "", "fixed monthly cost of the platform, by kind"
    )

    def start(self, office: Office) -> None:
        """Join the silos, for as long as the run lasts."""
        office.unify()
