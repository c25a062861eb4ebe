"""The journal: everything that happened, in order, with decisions explained exactly by their drivers."""

from collections import Counter

import numpy as np
import pytest

from simulation import DRIVERS, Journal, compile_funnel, simulate
from simulation.journal import EVENTS, FIELDS
from simulation.outbox import CHANNELS
from tests.property.studies import ALL_STRATEGIES
from tests.stores import Log, Watcher, lively, run_with_log

STUDY = lively(ALL_STRATEGIES, messages={"unsubscribe_rate": 0.1})


@pytest.fixture(scope="module")
def log() -> Log:
    return run_with_log(STUDY, "All")[1]


def test_it_has_its_columns_in_order_of_time(log: Log) -> None:
    assert tuple(log) == FIELDS
    assert (np.diff(log["time"]) >= 0.0).all()
    assert {column.size for column in log.values()} == {log["time"].size}
    assert set(log["event"].tolist()) == set(range(len(EVENTS)))


def test_every_visit_enters_decides_and_leaves(log: Log) -> None:
    """A shopper's visits begin with a visit event and end with an edge to leave, as often as they begin."""
    funnel = compile_funnel(STUDY.funnel)
    leaving = np.array([target == "leave" for _, target in funnel.edges])
    visits, decisions = log.only("visit"), log.only("decision")
    ends = decisions["shopper"][leaving[decisions["edge"]]]
    began, ended = Counter(visits["shopper"].tolist()), Counter(ends.tolist())
    refused = Counter(log.only("sold out")["shopper"].tolist())
    assert all(began[who] - ended[who] <= refused[who] for who in began)
    assert sum(began.values()) - sum(ended.values()) == sum(refused.values())


def test_a_decision_is_explained_by_weight_times_driver(log: Log) -> None:
    """Shares are non-zero only where what explains the edge has a weight; friction of devices is as the study says."""
    funnel = compile_funnel(STUDY.funnel)
    weights = np.zeros((len(funnel.edges), len(DRIVERS)))
    weights[funnel.edge_ids] = funnel.weights
    own = weights.copy()
    for edge, (source, _) in enumerate(funnel.edges):
        ways = [place for place, (start, _) in enumerate(funnel.edges) if start == source and own[place].any()]
        if ways and not own[edge].any():
            weights[edge] = own[ways[0]]
    decisions = log.only("decision")
    shares = np.stack([decisions[name] for name in DRIVERS], axis=1)
    without = weights[decisions["edge"]] == 0.0
    assert np.abs(shares[without]).max() == 0.0
    assert np.abs(shares[~without]).max() > 0.5
    plain = lively()
    friction = run_with_log(plain)[1].only("decision")
    doors = friction.of(friction["edge"] == funnel.edges.index(("door", "look")))
    assert np.unique(np.round(doors["friction"], 9)) == pytest.approx([-0.4 * 0.15, 0.4 * 0.2])


def test_orders_carry_product_and_money(log: Log) -> None:
    orders = log.only("order")
    assert (orders["product"] >= 0).all()
    assert (orders["revenue"] > 0).all()
    assert (orders["margin"] < orders["revenue"]).all()


def test_messages_are_told_with_sender_channel_and_product_before_what_follows(log: Log) -> None:
    """Every click follows an opened message to the same shopper, and brings a visit at the same time."""
    messages, opened, clicked = (log.only(event) for event in ("message", "opened", "clicked"))
    senders = list(STUDY.plans["All"])
    wrote = messages.of(messages["channel"] == CHANNELS.index("email"))
    assert {"cart_recovery", "rfm_care"} <= {senders[place] for place in wrote["strategy"].tolist()}
    assert messages["product"].max() >= 0
    delivered, visits = Counter(_who_when(messages)), Counter(_who_when(log.only("visit")))
    assert Counter(_who_when(opened)) <= delivered
    assert Counter(_who_when(log.only("unsubscribed"))) <= delivered
    inside = clicked.of(clicked["time"] < STUDY.experiment.warm_up_days + STUDY.experiment.days)
    assert sum((Counter(_who_when(inside)) & visits).values()) > 0.9 * inside["time"].size > 0
    assert (log.only("visit")["strategy"] == -1).all()


def _who_when(log: Log) -> list[tuple[int, float]]:
    return list(zip(log["shopper"].tolist(), log["time"].tolist(), strict=True))


def test_what_the_journal_counts_is_what_the_outcomes_count() -> None:
    study = lively(ALL_STRATEGIES, experiment={"warm_up_days": 0.0, "follow_up_days": 0.0})
    outcomes, log = run_with_log(study, "All")
    for event, total in (("message", "delivered"), ("opened", "opened"), ("unsubscribed", "unsubscribed")):
        assert log.only(event)["time"].size == outcomes.total(total)


def test_keys_find_the_same_shopper_in_every_plan(log: Log) -> None:
    """Rows differ once a plan brings others; who has the same key comes for the first time at the same time."""
    other = run_with_log(STUDY, "Baseline")[1]
    mine, theirs = (_first_visits(one) for one in (log, other))
    both = set(mine) & set(theirs)
    assert len(both) > 0.9 * len(theirs)
    assert all(mine[key] == theirs[key] for key in both)


def _first_visits(log: Log) -> dict[int, float]:
    visits = log.only("visit")
    found: dict[int, float] = {}
    for key, time in zip(visits["key"].tolist(), visits["time"].tolist(), strict=True):
        found.setdefault(key, time)
    return found


def test_the_journal_knows_what_its_shoppers_are_like() -> None:
    watcher = Watcher()
    simulate(STUDY, "All", 0, watcher)
    assert watcher.journal is not None
    table, traits = watcher.journal.table(), watcher.journal.traits
    assert table["shopper"].max() < traits["source"].size
    assert traits["device"].max() == len(STUDY.device) - 1


@pytest.mark.parametrize("every", [2, 7])
def test_a_sample_is_every_so_manyth_shopper_s_whole_story(every: int, log: Log) -> None:
    watcher = Watcher()
    watcher.journal = Journal(every)
    simulate(STUDY, "All", 0, watcher)
    sample, mine = watcher.journal.table(), log.of(log["shopper"] % every == 0)
    for name in FIELDS:
        assert np.array_equal(sample[name], mine[name]), name


def test_an_empty_journal_has_its_columns_and_types() -> None:
    table = Journal().table()
    assert tuple(table) == FIELDS
    assert table["shopper"].dtype == table["edge"].dtype == np.int64
    assert table["time"].dtype == table["intent"].dtype == np.float64
