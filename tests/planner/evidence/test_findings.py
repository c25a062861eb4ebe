"""Findings: one run per set of parameters, effects on the treated and the store, and what is said of them."""

import math
from collections.abc import Iterator

import numpy as np
import pytest

from planner.evidence.findings import Finding, to_json, treated_values
from planner.evidence.run import find
from planner.evidence.treated import MEASURES
from planner.experiments.executors import SerialBackend
from planner.experiments.runner import Progress
from planner.experiments.statistics import Interval
from planner.run_store import RunStore
from simulation import Evidence, Strategy
from tests.planner.evidence.reachers import Generous, Onlooker, Silencer
from tests.stores import Plans, installed, lively

STUDY = lively()
ALL: tuple[type[Strategy], ...] = (Onlooker, Generous)


@pytest.fixture(autouse=True)
def strategies_installed() -> Iterator[None]:
    with installed(*ALL):
        yield


def found(store: RunStore | None = None, heard: list[Progress] | None = None) -> dict[tuple[str, str], Finding]:
    said = [] if heard is None else heard
    done = find(STUDY, SerialBackend(), store or RunStore(), ALL, 2, on_progress=said.append)
    assert done.failures == ()
    return {(one.strategy, one.entry.source or one.entry.outcome): one for one in done.findings}


def test_every_entry_is_judged_on_what_it_is_about() -> None:
    findings = found()
    assert len(findings) == 6
    nothing = findings["onlooker", "a trial"]
    assert nothing.treated[0] == nothing.store[0] == 0.0
    assert (nothing.inside, nothing.judgement) == (False, "outside")
    assert nothing.shoppers > 100
    assert findings["onlooker", "aov"].judgement == "no trial known"
    assert findings["onlooker", "another"].judgement == "inside"
    gift = findings["generous", "a trial"]
    assert gift.treated.mean > gift.store.mean * 0.99 > 0.05
    assert gift.judgement == "inside"
    assert findings["generous", "another trial"].simulated == findings["generous", "another trial"].store
    assert findings["generous", "another trial"].judgement == "outside"
    assert findings["generous", "a third"].judgement == "reaches nobody"
    assert findings["generous", "a third"].inside is None


def test_entries_with_the_same_parameters_share_a_run_and_what_is_stored_is_not_run_again() -> None:
    store, heard, again = RunStore(), list[Progress](), list[Progress]()
    assert found(store, heard) == found(store, again)
    assert heard[-1].total == 2 * (1 + 3), "nothing, onlooker, generous, and generous with other parameters"
    assert len(again) == 1
    assert again[0].done == again[0].total


def test_what_does_nothing_alone_is_added_to_the_fullest_plan() -> None:
    plans: Plans = {"Few": {"onlooker": {}}, "Full": {"silencer": {"on": True}, "generous": {}, "onlooker": {}}}
    with installed(*ALL, Silencer):
        done = find(lively(plans), SerialBackend(), RunStore(), (Silencer, Onlooker), 2)
    first, second = done.findings[:2]
    assert (first.strategy, first.beside, second.strategy, second.beside) == ("silencer", "Full", "onlooker", "")
    assert first.store.mean < -0.05, "nobody meets the others any more"
    assert first.judgement == "inside"
    assert to_json(done.findings)[0]["beside"] == "Full"


def test_without_company_what_does_nothing_alone_changes_nothing() -> None:
    with installed(*ALL, Silencer):
        done = find(STUDY, SerialBackend(), RunStore(), (Silencer,), 2)
    assert [(one.beside, one.judgement, one.inside) for one in done.findings] == [("", "changes nothing", None)]


def test_a_run_that_fails_leaves_its_strategy_unknown_and_the_others_known() -> None:
    class Broken(Onlooker):
        id = "broken"
        evidence = (Evidence("orders", "treated", 0.0, 0.1, "A", "a trial", given=(("monthly", "no table"),)),)

    with installed(Broken, Onlooker):
        done = find(STUDY, SerialBackend(), RunStore(), (Broken, Onlooker), 1)
    assert "monthly" in done.failures[0].details
    assert [one.judgement for one in done.findings][:2] == ["reaches nobody", "outside"]
    assert math.isnan(done.findings[1].simulated.low), "one replication gives no interval"


def test_the_document_is_that_of_the_contract() -> None:
    document = to_json(list(found().values()))
    contract = {"strategy", "outcome", "on", "simulated", "low", "high", "published_low", "published_high", "grade"}
    assert contract | {"inside", "source", "given", "among", "days"} <= set(document[0])
    given = next(one for one in document if one["source"] == "a third")
    assert (given["given"], given["among"], given["days"]) == ({"depth": 0.0}, "all", 0.0)


def test_ratios_of_the_treated_are_ratios_of_sums() -> None:
    sums = np.array([dict(zip(MEASURES, (10, 40, 4, 800, 200, 100), strict=True))[name] for name in MEASURES])[None]
    told = {id_: treated_values(sums.astype(float), id_)[0] for id_ in ("orders", "margin", "aov", "return_rate")}
    assert told == {"orders": 4.0, "margin": 200.0, "aov": 200.0, "return_rate": 0.125}
    assert treated_values(sums.astype(float), "session_conversion")[0] == 0.1
    assert treated_values(sums.astype(float), "revenue_per_visitor")[0] == 80.0
    assert math.isnan(treated_values(sums.astype(float), "ltv")[0])
    assert math.isnan(treated_values(np.zeros((1, 6)), "orders")[0])


@pytest.mark.parametrize(
    ("mean", "grade", "inside"), [(0.02, "A", True), (0.04, "A", False), (0.02, "none", None), (math.nan, "B", None)]
)
def test_inside_is_about_the_point_and_needs_a_trial(mean: float, grade: str, inside: bool | None) -> None:
    entry = Evidence("aov", "store", 0.0, 0.03, grade, "")  # type: ignore[arg-type]
    change = Interval(mean, mean - 0.1, mean + 0.1)
    assert Finding("some", "conversion", entry, change, change, reach=9, shoppers=9, replications=2).inside is inside
