"""The world's processes: arrivals as the calendar says, campaigns in their order, progress, bad plans."""

from typing import Any, ClassVar

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from simulation import Levers, Moment, Observer, Office, Study, simulate
from simulation.simulate import ENGINE_VERSION
from simulation.world import World
from tests.probes import Probe
from tests.stores import Watcher, installed, lively, neutral, run_with_log


def arrivals(study: Study) -> np.ndarray:
    """Return the times of first visits."""
    visits = run_with_log(study)[1].only("visit")
    first = np.full(int(visits["shopper"].max()) + 1, np.inf)
    np.minimum.at(first, visits["shopper"], visits["time"])
    came: np.ndarray = first[np.isfinite(first)]
    return came


QUIET: dict[str, Any] = {"fulfilment": {"referral": 0.0}, "stock": {"unlimited": True}}


def test_as_many_come_as_stated_by_weekday_and_hour() -> None:
    """Poisson counts of about 6,000 shoppers, at four standard errors each."""
    week, day = (2.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.5), (0.0,) * 12 + (1.0,) * 12
    experiment = {"visitors": 6000, "warm_up_days": 0.0, "days": 28.0, "follow_up_days": 0.0}
    times = arrivals(lively(experiment=experiment, calendar={"weekday": week, "hour": day}, **QUIET))
    assert times.size == pytest.approx(6000, abs=4 * np.sqrt(6000))
    by_weekday = np.bincount(times.astype(int) % 7, minlength=7)
    expected = 6000 / 7 * np.array(week) / np.mean(week)
    assert (np.abs(by_weekday - expected) < 4 * np.sqrt(expected)).all()
    assert (times % 1.0 >= 0.5).all()


def test_days_weigh_by_month() -> None:
    months = (3.0,) + (1.0,) * 11
    world = World(lively(calendar={"month": months, "first_day": 1}, experiment={"warm_up_days": 0.0}), "Baseline", 0)
    assert world.arrivals_per_day(5) / world.arrivals_per_day(40) == pytest.approx(3.0)
    per_day = world.study.experiment.visitors / world.study.experiment.days
    assert world.arrivals_per_day(5) == pytest.approx(per_day * 3.0 / np.mean(months))


def test_the_warm_up_precedes_the_first_day_of_the_calendar() -> None:
    world = World(lively(calendar={"first_day": 100}, experiment={"warm_up_days": 10.0}), "Baseline", 0)
    assert world.day_of_year(10.0) == 100.0
    assert world.day_of_year(0.0) == 90.0
    assert world.day_of_year(10.0 + 365.0) == 100.0


def test_nobody_new_comes_in_the_follow_up_but_customers_are_followed() -> None:
    study = neutral(
        experiment={"visitors": 500, "warm_up_days": 5.0, "days": 10.0, "follow_up_days": 100.0},
        repurchase={"r": 5.0, "alpha": 10.0},
    )
    outcomes, log = run_with_log(study)
    orders = log.only("order")
    first = np.full(int(orders["shopper"].max()) + 1, np.inf)
    np.minimum.at(first, orders["shopper"], orders["time"])
    assert first.max() < 15.0
    late = orders["shopper"][orders["time"] > 15.0 + 30.0]
    assert late.size > 100
    assert (first[late] >= 5.0).all(), "customers of the warm-up are not"
    assert outcomes.total("new_customers") == (first >= 5.0).sum()


def test_every_new_customer_is_followed_equally_long() -> None:
    study = neutral(
        experiment={"visitors": 500, "warm_up_days": 0.0, "days": 30.0, "follow_up_days": 100.0, "ltv_days": 28.0},
        repurchase={"r": 5.0, "alpha": 10.0},
    )
    orders = run_with_log(study)[1].only("order")
    first = np.full(int(orders["shopper"].max()) + 1, np.inf)
    np.minimum.at(first, orders["shopper"], orders["time"])
    later = orders["time"] > 30.0
    age = (orders["time"] - first[orders["shopper"]])[later]
    assert age.size > 50
    assert 20.0 < age.max() <= 28.0, "needs come as long as the LTV counts, and nothing afterwards"


def test_replications_have_other_shoppers_of_the_same_kind() -> None:
    sizes = [arrivals(lively(**QUIET, experiment={"seed": seed})).size for seed in (1, 2, 3)]
    assert len(set(sizes)) > 1
    assert np.ptp(sizes) < 8 * np.sqrt(500)


# campaigns ---------------------------------------------------------------------------------------------------------
class Diary(Probe):
    """Notes when it is called with how many customers, and how fresh what it sees is."""

    id: ClassVar = "diary"
    pages: ClassVar[list[tuple[float, int, float]]] = []

    def start(self, office: Office) -> None:
        office.every(3.0, self.write)

    def write(self, moment: Moment, levers: Levers) -> None:
        self.pages.append((float(moment.now[0]), moment.size, float(moment.profile.days_since_order.min())))
        assert (moment.profile.orders > 0).all()
        assert moment.profile.permission.all()
        assert moment.role == "care"


def test_a_campaign_comes_every_so_many_days_after_what_was_due_before() -> None:
    """It sees the customers of the period that ends when it comes: the last order is fresher than a period."""
    Diary.pages.clear()
    study = neutral(
        {"Diary": {"diary": {}}},
        experiment={"visitors": 20_000, "warm_up_days": 0.0, "days": 30.0, "follow_up_days": 0.0, "company": 1},
        messages={"permission_at_checkout": 1.0},
    )
    with installed(Diary):
        simulate(study, "Diary", 0)
    assert [page[0] for page in Diary.pages] == [3.0 * n for n in range(1, 11)]
    assert all(0.0 < fresh < 1.0 for _, _, fresh in Diary.pages)
    counts = [count for _, count, _ in Diary.pages]
    assert counts == sorted(counts)


@pytest.mark.parametrize(("until", "last"), [(10.0, 9.0), (9.0, 6.0), (3.0, 0.0)])
def test_a_campaign_may_end_before_the_run(until: float, last: float) -> None:
    called: list[float] = []

    class Short(Probe):
        id: ClassVar = "short"

        def start(self, office: Office) -> None:
            office.every(3.0, lambda moment, levers: called.append(float(moment.now[0])), until=until)

    study = neutral(
        {"Short": {"short": {}}},
        experiment={"visitors": 20_000, "warm_up_days": 0.0, "days": 20.0, "follow_up_days": 0.0},
        messages={"permission_at_checkout": 1.0},
    )
    with installed(Short):
        simulate(study, "Short", 0)
    assert called == [3.0 * n for n in range(1, 1 + int(last / 3.0))]


def test_processes_are_started_at_the_start_only() -> None:
    class Late(Probe):
        id: ClassVar = "late"

        def act(self, moment: Moment, levers: Levers) -> None:
            moment.shop.every(3.0, self.act)  # type: ignore[attr-defined]

    with installed(Late), pytest.raises(AttributeError, match="every"):
        simulate(lively({"Late": {"late": {}}}), "Late", 0)


@pytest.mark.parametrize("days", [0.0, -1.0, float("nan"), float("inf")])
def test_a_process_needs_a_finite_step(days: float) -> None:
    class Hasty(Probe):
        id: ClassVar = "hasty"

        def start(self, office: Office) -> None:
            office.every(days, self.act)

    with installed(Hasty), pytest.raises(ValueError, match="must be a finite number above 0"):
        simulate(lively({"Hasty": {"hasty": {}}}), "Hasty", 0)


# the run -----------------------------------------------------------------------------------------------------------
def test_progress_rises_to_one() -> None:
    watcher = Watcher()
    simulate(lively(), "Baseline", 0, watcher)
    assert watcher.heard == sorted(watcher.heard)
    assert 0.0 < watcher.heard[0] < 0.1
    assert watcher.heard[-1] == pytest.approx(1.0)


def test_an_observer_may_stop_the_run() -> None:
    class Impatient(Exception):
        pass

    class Stopper(Watcher):
        def progress(self, done: float) -> None:
            if done > 0.3:
                raise Impatient

    stopper: Observer = Stopper()
    with pytest.raises(Impatient):
        simulate(lively(), "Baseline", 0, stopper)


def test_a_run_leaves_other_cores_alone() -> None:
    """Threads of NumPy's algebra only spin on products this small, on cores that other replications could use."""

    def threads() -> set[int]:
        return {library["num_threads"] for library in threadpool_info() if "numpy" in library["filepath"]}

    class Counter(Watcher):
        def progress(self, done: float) -> None:
            meanwhile.update(threads())

    meanwhile: set[int] = set()
    with threadpool_limits(limits=2, user_api="blas"):
        simulate(lively(), "Baseline", 0, Counter())
        assert (meanwhile, threads()) == ({1}, {2}), "and given back at the end"


def test_a_plan_that_is_not_there_is_told() -> None:
    with pytest.raises(KeyError, match="no plan 'Level 9'; the study has Baseline"):
        simulate(lively(), "Level 9", 0)


def test_a_strategy_that_is_not_installed_is_left_out_and_told() -> None:
    outcomes = simulate(lively({"With": {"mind_reading": {"depth": 1}}}), "With", 0)
    assert outcomes.facts.notes == ("strategy 'mind_reading' is not installed: left out",)


def test_the_engine_has_a_version() -> None:
    assert ENGINE_VERSION
