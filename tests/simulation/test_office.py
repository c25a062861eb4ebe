"""The office: processes, campaigns, newcomers and trials that strategies set going; hold-outs that keep others away."""

from collections.abc import Generator
from typing import Any, ClassVar

import numpy as np
import pytest
import simpy

from simulation import Levers, Moment, Office, Trace, simulate
from simulation.trial import ARMS, COLUMNS, MEASURES
from tests.probes import Favour, Probe
from tests.stores import Watcher, accounts_of, differences, installed, lively, world_with, worlds_kept


class Crier(Probe):
    """Attracts people every third day, from a budget in a container, and writes to all subscribers on day five."""

    id: ClassVar = "crier"
    met: ClassVar[list[tuple[float, int]]] = []

    def start(self, office: Office) -> None:
        office.process(self.work(office, simpy.Container(office.clock, init=30)))
        office.process(self.write(office))

    def work(self, office: Office, purse: simpy.Container) -> Generator[Any, Any, None]:
        while purse.level >= 10:
            yield office.clock.timeout(3.0)
            yield purse.get(10)
            office.attract(office.clock.now + np.linspace(0.0, 1.0, 10), 0, each=0.5)

    def write(self, office: Office) -> Generator[Any, Any, None]:
        yield office.clock.timeout(5.0)
        office.call(self.note, "subscribers")

    def note(self, moment: Moment, levers: Levers) -> None:
        self.met.append((float(moment.now[0]), moment.size))
        assert moment.profile.permission.all()
        assert (moment.profile.orders == 0).any(), "subscribers need not have bought"


def test_processes_bring_newcomers_at_a_price_and_call_subscribers() -> None:
    Crier.met.clear()
    study = lively({"With": {"crier": {}}}, shoppers={"email_at_first_visit": 0.5})
    with installed(Crier), worlds_kept() as worlds:
        outcomes = simulate(study, "With", 0)
        baseline = simulate(study, "Baseline", 0)
    assert [time for time, _ in Crier.met] == [5.0]
    attracted = worlds[0].shoppers.referrer[: worlds[0].shoppers.size] == -2
    assert attracted.sum() == 30
    assert outcomes.total("shoppers") == baseline.total("shoppers") + 30
    assert accounts_of(outcomes, "crier")["media"] == 30 * 50
    assert accounts_of(outcomes, "store")["media"] == pytest.approx(accounts_of(baseline, "store")["media"], abs=200)


def test_campaigns_meet_every_customer_once_in_the_order_of_their_rows() -> None:
    """They are noted as they are gained: over many periods and out of order, and between the campaigns."""
    with worlds_kept() as worlds:
        simulate(lively({"Care": {"rfm_care": {"every_days": 5.0}, "cart_recovery": {}}}), "Care", 0)
    world, sh = worlds[0], worlds[0].shoppers
    assert np.array_equal(world.customers(), np.flatnonzero(sh.orders[: sh.size] > 0))
    assert world.customers().size > 50


def test_newcomers_leave_the_base_population_as_it_is() -> None:
    study = lively({"With": {"crier": {}}}, stock={"unlimited": True}, fulfilment={"referral": 0.0})
    with installed(Crier), worlds_kept() as worlds:
        for plan in ("Baseline", "With"):
            simulate(study, plan, 0)
    base, more = (world.shoppers for world in worlds)
    mine = dict(zip(base.key[: base.size].tolist(), base.revenue[: base.size].tolist(), strict=True))
    theirs = dict(zip(more.key[: more.size].tolist(), more.revenue[: more.size].tolist(), strict=True))
    assert len(theirs) == len(mine) + 30
    assert all(theirs[key] == revenue for key, revenue in mine.items())


def test_an_audience_has_a_taste_of_its_own() -> None:
    class Partner(Probe):
        id: ClassVar = "partner"

        def start(self, office: Office) -> None:
            theme = np.zeros(office.features.shape[1])
            theme[0] = 3.0
            office.attract(np.full(2000, 4.0), 1, theme=theme, pull=0.8)

    with installed(Partner), worlds_kept() as worlds:
        simulate(lively({"With": {"partner": {}}}), "With", 0)
    sh = worlds[0].shoppers
    taste = sh.taste[: sh.size][sh.referrer[: sh.size] == -2]
    assert taste[:, 0].mean() == pytest.approx(0.8 * np.sqrt(taste.shape[1]), abs=0.3)
    assert abs(taste[:, 1:].mean()) < 0.3


def test_the_store_knows_by_which_campaign_shoppers_came() -> None:
    class Poster(Probe):
        id: ClassVar = "poster"

        def start(self, office: Office) -> int:
            office.attract(np.full(4, 4.0), 0, campaign=np.array([0, 1, 1, 5]))
            return office.first_campaign

    class Flyer(Poster):
        id: ClassVar = "flyer"

    with installed(Poster, Flyer):
        world, own = world_with(lively({"With": {"poster": {}, "flyer": {}}}), 3, "With")
    rows = np.arange(world.shoppers.size)
    world.shoppers.referrer[own] = [-1, 0, 1]
    poster, flyer = world.strategies
    seen = world.moment(poster, rows, np.full(rows.size, 4.0)).profile
    assert flyer.memory > poster.memory + 5
    came = [*(poster.memory + np.array([0, 1, 1, 5])), *(flyer.memory + np.array([0, 1, 1, 5]))]
    assert seen.campaign.tolist() == [*came, -1, -1, -1]
    assert seen.friend_of.tolist() == [-1] * 9 + [0, 1]
    assert seen.referred.tolist() == [False] * 9 + [True, True]


# hold-outs ---------------------------------------------------------------------------------------------------------
class Gate(Probe):
    """Admits a share of shoppers, by lot, to other strategies, and measures what both halves do."""

    id: ClassVar = "gate"
    share: float = 0.5

    def start(self, office: Office) -> tuple[float, float]:
        office.note(f"beside {', '.join(office.plan)}")
        return office.trial(self.share, 2.0, 8.0)

    def admits(self, other: str, moment: Moment) -> np.ndarray:
        assert other == "favour"
        assert moment.memory == (5.0, 13.0), "after the warm-up of 3 days, from the second day on, for eight"
        admitted: np.ndarray = moment.lot("arm") < self.share
        return admitted


def gated(share: float) -> dict[str, Any]:
    everyone = {"every": 1, "rest": 0}
    return {"With": {"favour": everyone}, "Gated": {"gate": {"share": share}, "favour": everyone}}


@pytest.mark.parametrize(("share", "twin"), [(0.0, "Baseline"), (1.0, "With")])
def test_who_admits_nobody_or_everybody_changes_nothing_else(share: float, twin: str) -> None:
    study = lively(gated(share))
    with installed(Gate, Favour):
        assert differences(simulate(study, "Gated", 0), simulate(study, twin, 0)) == []


def test_notes_stand_with_the_results_and_the_plan_is_known() -> None:
    with installed(Gate, Favour):
        assert simulate(lively(gated(0.5)), "Gated", 0).facts.notes == ("beside gate, favour",)


def test_the_held_out_are_never_reached() -> None:
    with installed(Gate, Favour), worlds_kept() as worlds:
        simulate(lively(gated(0.3)), "Gated", 0)
    sh = worlds[0].shoppers
    reached = (sh.reached[: sh.size] & np.uint64(2)) > 0
    assert 0.2 < reached.sum() / sh.seen[: sh.size].sum() < 0.4


def test_a_trial_sums_what_each_arm_did_in_its_period() -> None:
    """The same sums, worked out from a trace shopper by shopper."""
    watcher = Watcher()
    watcher.trace = Trace()
    with installed(Gate, Favour), worlds_kept() as worlds:
        outcomes = simulate(lively(gated(0.4)), "Gated", 0, watcher)
    (trial,) = worlds[0].trials
    visits, orders = watcher.trace.table("visits"), watcher.trace.table("orders")
    inside = visits[(visits["time"] >= trial.start) & (visits["time"] < trial.end)]
    seen, count = np.unique(inside["shopper"], return_counts=True)
    did = {
        name: np.array([money[orders["shopper"] == key].sum() for key in seen])
        for name, money in {
            "orders": (orders["time"] >= trial.start) & (orders["time"] < trial.end),
            "revenue": orders["revenue"] * ((orders["time"] >= trial.start) & (orders["time"] < trial.end)),
            "before": orders["revenue"] * (orders["time"] < trial.start),
        }.items()
    } | {"visits": count}
    table = outcomes.tables["trials"]
    for measure in COLUMNS:
        assert sum(table.at("gate", arm, measure) for arm in ARMS) == did[measure].sum()
    assert sum(table.at("gate", arm, "visits*revenue") for arm in ARMS) == (did["visits"] * did["revenue"]).sum()
    assert sum(table.at("gate", arm, "shoppers") for arm in ARMS) == seen.size
    treated = table.at("gate", "treated", "shoppers") / seen.size
    assert treated == pytest.approx(0.4, abs=0.12)
    assert len(MEASURES) == table.values.shape[-1]
    assert table.values[1].sum() == 0, "favour runs no trial"
