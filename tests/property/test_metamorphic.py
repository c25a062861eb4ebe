"""What must not change the outcomes changes no byte: the same plan, an idle strategy, longer periods, data not used.

Where few shoppers are treated, everybody else keeps his luck. Runs are compared table by table, so that a failure says
which number moved.
"""

import os
import subprocess
import sys
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings

from simulation import draws, measure, simulate
from tests.probes import Favour, Idle
from tests.property.studies import ALL_STRATEGIES, changes
from tests.stores import ROOT, Log, Plans, differences, fashion, installed, lively, run_with_log

ENDLESS = {"unlimited": True}
NO_REFERRALS = {"referral": 0.0}
"""Referred shoppers take rows, by which the journal names shoppers: without them rows are the same in every plan."""


# the same again ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("plan", ["Baseline", "Level 1", "Level 2", "Level 3"])
def test_a_plan_against_itself_differs_by_exactly_nothing(plan: str) -> None:
    raw = fashion().plans
    study = fashion({**raw, "Again": raw[plan]})
    one, other = simulate(study, plan, 3), simulate(study, "Again", 3)
    assert one.digest() == other.digest()
    mine, theirs = measure(one), measure(other)
    assert {name: mine[name] - theirs[name] for name in mine if not np.isnan(mine[name])} == {
        name: 0.0 for name in mine if not np.isnan(theirs[name])
    }


def test_other_replications_seeds_and_plans_have_other_outcomes() -> None:
    study, reseeded = lively(ALL_STRATEGIES), lively(ALL_STRATEGIES, experiment={"seed": 2})
    runs = [simulate(study, "Baseline", 0), simulate(study, "Baseline", 1), simulate(study, "All", 0)]
    digests = {run.digest() for run in (*runs, simulate(reseeded, "Baseline", 0))}
    assert len(digests) == 4


def test_watching_changes_nothing() -> None:
    study = lively(ALL_STRATEGIES)
    assert run_with_log(study, "All")[0].to_bytes() == simulate(study, "All", 0).to_bytes()


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_another_process_with_other_hashes_reaches_the_same_bytes(hash_seed: str) -> None:
    imports = "from simulation import simulate; from tests.stores import fashion"
    code = f"{imports}; print(simulate(fashion(), 'Level 3', 1).digest())"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == simulate(fashion(), "Level 3", 1).digest()


# a strategy that never fires ---------------------------------------------------------------------------------------
@settings(max_examples=15, derandomize=True, deadline=None)
@given(changes())
def test_an_idle_strategy_changes_no_byte(change: dict[str, dict[str, object]]) -> None:
    change["data"] = {}  # all points on, so that it does run
    with installed(Idle):
        study = lively({"Idle": {"idle": {}}}, **change)
        idle = simulate(study, "Idle", 0)
        assert differences(simulate(study, "Baseline", 0), idle) == []
        assert idle.tables["strategies"].values.sum() == 0
        assert idle.tables["accounts"].values[1:].sum() == 0


def test_an_idle_strategy_beside_others_changes_no_byte() -> None:
    raw = fashion().plans["Level 3"]
    with installed(Idle):
        study = fashion({"Alone": raw, "Beside": {"idle": {}, **raw}})
        alone, beside = simulate(study, "Alone", 0), simulate(study, "Beside", 0)
    assert differences(alone, beside) == []
    assert (alone.tables["strategies"].values == beside.tables["strategies"].values[1:]).all()
    assert (alone.tables["accounts"].values[1:] == beside.tables["accounts"].values[2:]).all()


def test_a_strategy_that_acts_on_few_does_change_bytes() -> None:
    """So the tests above can fail."""
    with installed(Favour):
        study = lively({"Favour": {"favour": {}}})
        assert differences(simulate(study, "Baseline", 0), simulate(study, "Favour", 0)) != []


# same shopper, same luck -------------------------------------------------------------------------------------------
EVERY, REST = 40, 7


def favoured(**change: Any) -> tuple[Log, Log]:
    """Return the journals without and with a strategy for one shopper in forty."""
    change |= {"stock": {**change.get("stock", {}), **ENDLESS}, "data": {}}
    change |= {"fulfilment": {**change.get("fulfilment", {}), **NO_REFERRALS}}
    with installed(Favour):
        study = lively({"Favour": {"favour": {"every": EVERY, "rest": REST}}}, **change)
        return run_with_log(study, "Baseline")[1], run_with_log(study, "Favour")[1]


def behaviour(log: Log, *, treated: bool) -> list[tuple[object, ...]]:
    """Return all events of those treated, or of all others, in order of shopper and time."""
    mine = log.of((log["shopper"] % EVERY == REST) == treated)
    order = np.lexsort((mine["time"], mine["shopper"]))
    columns = ("shopper", "time", "event", "stage", "edge", "product", "revenue", "margin")
    return list(zip(*(mine[name][order].tolist() for name in columns), strict=True))


def test_treating_few_leaves_everybody_else_his_luck() -> None:
    before, after = favoured()
    assert behaviour(before, treated=True) != behaviour(after, treated=True)
    assert behaviour(before, treated=False) == behaviour(after, treated=False)


@settings(max_examples=10, derandomize=True, deadline=None)
@given(changes())
def test_treating_few_leaves_everybody_else_his_luck_in_any_study(change: dict[str, dict[str, Any]]) -> None:
    before, after = favoured(**change)
    assert behaviour(before, treated=False) == behaviour(after, treated=False)


def test_luck_from_one_stream_would_be_noticed() -> None:
    """The wrong implementation: draws taken one after the other, so that one shopper's choice moves all that follow."""
    stream = np.random.default_rng(1)

    def shared(keys: np.ndarray, what: np.ndarray) -> np.ndarray:
        return stream.uniform(size=(what.size, keys.size))

    with mock.patch.object(draws, "block", shared):
        before, after = favoured()
    assert behaviour(before, treated=False) != behaviour(after, treated=False)


def test_a_strategys_luck_is_its_own() -> None:
    """A twin of a strategy under another name has other luck; the same one elsewhere in the plan has the same."""
    keys = np.arange(1, 2000, dtype=np.uint64)
    mine, theirs = (draws.uniforms(keys, draws.purpose(f"{name}/who")) for name in ("one", "other"))
    assert abs(np.corrcoef(mine, theirs)[0, 1]) < 0.1


# what does not matter ----------------------------------------------------------------------------------------------
PERIODS = (0.25, 1.0, 7.0)


COMPANIES = (1, 20, 10**6)
OWN: Plans = {"Own": {"cart_recovery": {"discount": 0.2}, "cross_sell": {}, "related_recommendations": {}}}
"""Strategies that do not learn from one shopper for another: without binding stock the order of service is nothing."""


@pytest.mark.parametrize("plan", ["Baseline", "Own"])
def test_the_length_of_periods_changes_no_byte_where_shoppers_do_not_compete(plan: str) -> None:
    runs = [simulate(lively(OWN, stock=ENDLESS, experiment={"period_days": days}), plan, 0) for days in PERIODS]
    assert differences(runs[0], runs[1]) == []
    assert differences(runs[1], runs[2]) == []


def test_waiting_for_company_changes_no_byte_where_shoppers_do_not_compete() -> None:
    runs = [simulate(lively(OWN, stock=ENDLESS, experiment={"company": n}), "Own", 0) for n in COMPANIES]
    assert differences(runs[0], runs[1]) == []
    assert differences(runs[0], runs[2]) == []


@settings(max_examples=8, derandomize=True, deadline=None)
@given(changes())
def test_neither_periods_nor_company_change_a_byte_in_any_study_without_binding_stock(
    change: dict[str, dict[str, Any]],
) -> None:
    change["stock"] = {**change.get("stock", {}), **ENDLESS}
    runs = []
    for days, company in zip(PERIODS, COMPANIES, strict=True):
        experiment = {**change["experiment"], "period_days": days, "company": company}
        runs.append(simulate(lively(OWN, **{**change, "experiment": experiment}), "Own", 0))
    assert differences(runs[0], runs[1]) == []
    assert differences(runs[0], runs[2]) == []


def test_data_that_nobody_uses_changes_nothing() -> None:
    off = dict.fromkeys(("traffic", "onsite", "email", "personal", "pixels", "purchases", "search", "pricing"), False)
    plain = simulate(lively(), "Baseline", 0)
    for data in (off, {"unified": False}, {"consent": 0.0, "personal_consent": 0.0}, {"intrusion": 1.0}):
        assert differences(plain, simulate(lively(data=data), "Baseline", 0)) == []


def test_plenty_of_stock_is_as_good_as_endless_stock() -> None:
    plenty = simulate(lively(stock={"units_per_day": 1e6}), "Baseline", 0)
    assert plenty.total("stockouts") == 0
    assert differences(plenty, simulate(lively(stock=ENDLESS), "Baseline", 0)) == []


def test_prices_twice_as_high_for_all_goods_change_money_but_no_order() -> None:
    """Utility knows relative prices only: the same orders at twice the price, to the rounding of a cent per line."""
    goods = lively().catalogue.category
    dear = [{**c.model_dump(), "price": 2.0 * c.price} for c in goods]
    one, twice = (simulate(lively(catalogue={"category": c}), "Baseline", 0) for c in (map(dict, goods), dear))
    for measured in ("visits", "orders", "units", "checkouts", "stockouts", "buyers", "satisfaction"):
        assert one.total(measured) == twice.total(measured), measured
    assert abs(twice.total("revenue") - 2 * one.total("revenue")) <= 2 * one.total("units")


def test_a_scale_of_odds_changes_nothing() -> None:
    funnel = lively().funnel
    tenfold = [{**e.model_dump(), "odds": 8.0 * e.odds} for e in funnel.edge]  # a power of two: exact in floats
    assert (
        differences(simulate(lively(), "Baseline", 0), simulate(lively(funnel={"edge": tenfold}), "Baseline", 0)) == []
    )
