"""Messages: who may be written to, when, how often, what makes them lapse, and what they do to those who get them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.agenda import CLICK, DELIVERY, RETURN, Events
from simulation.outbox import CHANNELS
from simulation.world import World
from tests.stores import lively, world_with

AWAKE = {"quiet_from": 0.0, "quiet_to": 0.0}
EMAIL, PUSH, ADVERT = range(3)


def mailing(size: int = 50, **messages: Any) -> tuple[World, np.ndarray]:
    """Return a store with a strategy that may write, without quiet hours unless told, and its shoppers."""
    study = lively({"Mail": {"cart_recovery": {}}}, messages={**AWAKE, **messages}, experiment={"days": 60.0})
    return world_with(study, size, "Mail")


def send(world: World, rows: np.ndarray, times: float | np.ndarray, **content: Any) -> np.ndarray:
    """Send one message to each of rows at times (all the same, or one each); return to whom it may be sent."""
    full = {"by": 0, "channel": EMAIL, "product": -1, "offer": 0.0, "stage": 1, "personal": 0.0}
    return world.outbox.send(rows, np.full(rows.size, times), **(full | {"visits": -1} | content))


def deliver(world: World, until: float = 1000.0) -> Events:
    """Deliver what is due and return the clicks that follow."""
    due = world.agenda.due(until)
    world.outbox.deliver(due[due["kind"] == DELIVERY])
    world.ledger.settle()
    after: Events = world.agenda.due(until)
    clicks: Events = after[after["kind"] == CLICK]
    return clicks


# who may be written to ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("channel", [EMAIL, PUSH, ADVERT], ids=CHANNELS)
def test_mail_needs_a_permission_and_push_and_adverts_a_consent(channel: int) -> None:
    world, rows = mailing()
    world.shoppers.permission[rows[:10]] = False
    world.shoppers.consent[rows[10:20]] = False
    world.shoppers.lost[rows[20:25]] = True
    refused = set(rows[~send(world, rows, 0.5, channel=channel)].tolist())
    assert refused == set(range(10) if channel == EMAIL else range(10, 20)) | set(range(20, 25))
    assert world.agenda.due(1.0).size == rows.size - len(refused)


def test_a_permission_withdrawn_on_the_way_stops_the_message() -> None:
    world, rows = mailing()
    send(world, rows, 0.5)
    world.shoppers.permission[rows[:30]] = False
    deliver(world)
    assert world.shoppers.messages[rows].tolist() == [0] * 30 + [1] * 20


def test_who_unsubscribes_gets_no_more() -> None:
    world, rows = mailing(unsubscribe_rate=1.0)
    send(world, rows, 4.0)
    send(world, rows, 5.0)
    deliver(world, 4.5)
    assert not world.shoppers.permission[rows].any()
    deliver(world, 5.5)
    assert (world.shoppers.messages[rows] == 1).all()
    assert world.ledger.totals["unsubscribed"] == rows.size
    assert not send(world, rows, 6.0).any()


def test_adverts_are_not_unsubscribed() -> None:
    world, rows = mailing(unsubscribe_rate=1.0)
    send(world, rows, 4.0, channel=ADVERT)
    deliver(world)
    assert world.shoppers.permission[rows].all()


def test_push_messages_are_muted_and_mail_goes_on() -> None:
    world, rows = mailing(unsubscribe_rate=1.0)
    send(world, rows, 4.0, channel=PUSH)
    send(world, rows, 5.0, channel=PUSH)
    deliver(world, 4.5)
    assert world.shoppers.permission[rows].all()
    assert not send(world, rows, 6.0, channel=PUSH).any()
    assert send(world, rows, 6.0).all()
    deliver(world, 5.5)
    assert (world.shoppers.messages[rows] == 1).all()


# when --------------------------------------------------------------------------------------------------------------
@given(st.integers(0, 96).map(lambda n: n / 4), st.integers(0, 96).map(lambda n: n / 4), st.floats(0.0, 3.0))
def test_nothing_is_delivered_in_the_quiet_hours(start: float, end: float, at: float) -> None:
    world, rows = mailing(size=1, quiet_from=start, quiet_to=end)
    send(world, rows, at)
    (due,) = world.agenda.due(99.0)["time"]
    into = (due * 24.0 - start) % 24.0
    length = (end - start) % 24.0
    assert into >= length - 1e-6 or 24.0 - into < 1e-6
    assert 0.0 <= due - at <= length / 24.0 + 1e-9
    if (at * 24.0 - start) % 24.0 > length + 1e-9:
        assert due == pytest.approx(at, abs=1e-12)


def test_a_night_mail_comes_at_eight_in_the_order_of_the_night() -> None:
    world, rows = mailing(quiet_from=22.0, quiet_to=8.0)
    send(world, rows, 3.0 + np.array([23.0, 26.0, 31.9, 8.1, 21.9])[rows % 5] / 24.0)
    hours = world.agenda.due(99.0)["time"][np.argsort(rows % 5, kind="stable")][::10] * 24.0 % 24.0
    assert np.round(hours, 3).tolist() == [8.01, 8.04, 8.099, 8.1, 21.9]


@given(st.integers(0, 5), st.lists(st.floats(0.0, 27.9), max_size=25))
def test_no_more_than_the_cap_reach_one_shopper_in_a_week(cap: int, times: list[float]) -> None:
    world, rows = mailing(size=1, most_per_week=cap)
    world.shoppers.fatigue[rows] = 0.0
    for at in sorted(times):
        send(world, rows, at)
        deliver(world, at + 1e-9)
        world.shoppers.permission[rows] = True
    weeks = np.bincount((np.array(times) // 7).astype(int), minlength=4)
    assert world.shoppers.messages[rows[0]] == np.minimum(weeks, cap).sum()


# series ------------------------------------------------------------------------------------------------------------
def delivered(world: World, days: int = 40) -> list[list[float]]:
    """Deliver what is due day by day; return the days on which each shopper's messages were delivered."""
    came: list[list[float]] = [[] for _ in range(world.shoppers.size)]
    for day in range(days):
        had = world.shoppers.messages[: world.shoppers.size].copy()
        deliver(world, day + 1.0)
        for row in np.flatnonzero(world.shoppers.messages[: had.size] > had):
            came[row].append(day)
    return came


def test_each_series_is_repeated_after_its_own_gaps() -> None:
    world, rows = mailing(3, unsubscribe_rate=0.0)
    send(world, rows[:1], 0.5, gaps=np.array([1.0, 5.0]))
    send(world, rows[1:2], 0.5, gaps=np.array([2.0]))
    send(world, rows[2:], 0.5)
    send(world, rows[2:], 3.5, gaps=np.array([1.0, 5.0]))
    assert delivered(world) == [[0, 1, 6], [0, 2], [0, 3, 4, 9]]
    assert world.outbox.sent["planned"][:4].tolist() == [6.5, 2.5, 0.5, 9.5], "an offer holds as from the last"


def test_a_series_goes_on_after_what_is_over_the_cap_and_ends_with_an_order() -> None:
    world, rows = mailing(2, unsubscribe_rate=0.0, most_per_week=2)
    send(world, rows, 0.5, gaps=np.full(9, 2.0))
    world.outbox.deliver(due := world.agenda.due(1.0))
    assert not world.outbox.lapsed(due).any(), "over the cap it still has those behind it"
    world.shoppers.orders[rows[1]] += 1
    assert delivered(world) == [[2, 8, 10, 14, 16], []]


def test_a_series_passes_the_quiet_hours_without_moving_its_later_messages() -> None:
    world, rows = mailing(1, unsubscribe_rate=0.0, quiet_from=22.0, quiet_to=8.0)
    send(world, rows, 1.0, gaps=np.array([0.5, 0.5]))
    times = []
    while (due := world.agenda.due(99.0)).size:
        due = due[due["kind"] == DELIVERY]
        times += due["time"].tolist()
        world.outbox.deliver(due)
    assert np.round(times, 3).tolist() == [1.334, 1.5, 2.334]


# what makes them lapse ---------------------------------------------------------------------------------------------
def test_a_message_lapses_when_the_shopper_orders_first() -> None:
    world, rows = mailing()
    send(world, rows, 4.0)
    world.shoppers.orders[rows[:20]] += 1
    deliver(world)
    assert world.shoppers.messages[rows].tolist() == [0] * 20 + [1] * 30


def test_a_reminder_lapses_when_the_shopper_is_back_first() -> None:
    world, rows = mailing()
    send(world, rows, 4.0, visits=world.shoppers.visits[rows].astype(np.int64))
    world.shoppers.visits[rows[:20]] += 1
    deliver(world)
    assert world.shoppers.messages[rows].tolist() == [0] * 20 + [1] * 30


def test_further_limits_hold_whatever_the_calendar_says() -> None:
    world, rows = mailing(most_per_week=1000)
    world.outbox.caps.add(2, 3.0)
    world.outbox.caps.add(3, 30.0)
    for day in (4.0, 4.5, 5.0, 7.25, 7.5, 35.0):
        send(world, rows, day)
    for day in (4.2, 4.7, 5.2, 7.3, 7.6, 35.2):
        deliver(world, day)
    assert (world.shoppers.messages[rows] == 4).all(), "days 4, 4.5, 7.25 and 35"


def test_a_message_over_one_limit_does_not_count_for_another() -> None:
    world, rows = mailing(most_per_week=1000)
    world.outbox.caps.add(1, 3.0)
    world.outbox.caps.add(2, 30.0)
    for day in (4.0, 5.0, 6.0, 8.0):
        send(world, rows, day)
        deliver(world, day + 0.1)
    assert (world.shoppers.messages[rows] == 2).all()


def test_lost_customers_read_nothing() -> None:
    world, rows = mailing()
    send(world, rows, 4.0)
    world.shoppers.lost[rows] = True
    assert deliver(world).size == 0
    assert world.ledger.totals["delivered"] == 0


# what they do ------------------------------------------------------------------------------------------------------
def rates(*, size: int = 20_000, product: bool = False, offer: float = 0.0, **state: float) -> dict[str, float]:
    """Return the rates of opening, of clicking once opened and of unsubscribing, of shoppers in a certain state."""
    world, rows = mailing(size, open_rate=0.3, click_rate=0.2, unsubscribe_rate=0.02)
    for column, value in state.items():
        getattr(world.shoppers, column)[rows] = value
    liked = (world.shoppers.taste[rows] @ world.goods.features.T).argmax(axis=1)
    send(world, rows, 4.0, product=liked if product else -1, offer=offer)
    deliver(world)
    totals = world.ledger.totals
    return {
        "open": totals["opened"] / size,
        "click": totals["clicked"] / totals["opened"],
        "unsubscribe": totals["unsubscribed"] / size,
    }


def test_a_typical_shopper_reads_at_the_stated_rates() -> None:
    """Four standard errors: wrong alarm in 2 of 10,000."""
    found = rates(trust=0.5)
    for name, p, n in (("open", 0.3, 20_000), ("click", 0.2, 6_000), ("unsubscribe", 0.02, 20_000)):
        assert found[name] == pytest.approx(p, abs=4.0 * np.sqrt(p * (1 - p) / n))


def test_relevance_trust_and_offers_help_and_irritation_hurts() -> None:
    plain = rates(trust=0.5)
    liked, trusted = rates(trust=0.5, product=True), rates(trust=1.0)
    offered, irritated = rates(trust=0.5, offer=0.2), rates(trust=0.5, fatigue=1.0, fatigue_at=4.0)
    assert liked["open"] > plain["open"] < trusted["open"]
    assert liked["click"] > plain["click"] < offered["click"]
    assert offered["open"] == plain["open"], "an offer is seen only when the message is open"
    assert irritated["open"] < plain["open"]
    assert irritated["unsubscribe"] > plain["unsubscribe"] > liked["unsubscribe"]


@pytest.mark.parametrize("hours", [0.0, 1.0, 24.0])
def test_a_message_irritates_the_more_the_sooner_after_a_visit(hours: float) -> None:
    world, rows = mailing(fatigue=0.1, pressing=4.0, pressing_hours=2.0)
    world.shoppers.last_visit[rows] = 4.0 - hours / 24.0
    send(world, rows, 4.0)
    deliver(world)
    assert world.shoppers.fatigue[rows] == pytest.approx(0.1 * (1.0 + 4.0 * np.exp(-hours / 2.0)))


def test_a_message_due_during_a_visit_irritates_like_one_right_after_it() -> None:
    world, rows = mailing(fatigue=0.1, pressing=4.0)
    world.shoppers.last_visit[rows] = 6.0
    send(world, rows, 4.0)
    deliver(world)
    assert world.shoppers.fatigue[rows] == pytest.approx(0.5)


def test_irritation_halves_in_its_half_life() -> None:
    world, rows = mailing(fatigue_days=10.0)
    world.irritate(rows, np.full(rows.size, 2.0), 0.8)
    assert world.fatigue(rows, np.full(rows.size, 12.0)) == pytest.approx(0.4)
    world.irritate(rows, np.full(rows.size, 12.0), 0.1)
    assert world.fatigue(rows, np.full(rows.size, 32.0)) == pytest.approx(0.5 / 4.0)


def test_an_advert_irritates_less() -> None:
    mail, advert = (mailing(advert_fatigue=0.25) for _ in range(2))
    for (world, rows), channel in ((mail, EMAIL), (advert, ADVERT)):
        send(world, rows, 4.0, channel=channel)
        deliver(world)
    assert advert[0].shoppers.fatigue[advert[1]] == pytest.approx(0.25 * mail[0].shoppers.fatigue[mail[1]])


def test_a_reminder_is_an_own_visit_that_lapses_when_the_shopper_comes_first() -> None:
    world, rows = mailing(open_rate=1.0, click_rate=0.0, reminder_rate=1.0, reminder_days=2.0)
    world.shoppers.return_token[rows] = 5
    send(world, rows, 4.0)
    due = world.agenda.due(1000.0)
    world.outbox.deliver(due)
    back = world.agenda.due(1000.0)
    assert sorted(back["row"].tolist()) == rows.tolist()
    assert (back["kind"] == RETURN).all()
    assert (back["token"] == 5).all()
    assert (back["time"] - 4.0).mean() == pytest.approx(2.0, rel=0.5)


def test_personal_data_without_consent_costs_trust() -> None:
    world, rows = mailing()
    world.shoppers.personal_consent[rows[:25]] = False
    before = world.shoppers.trust[rows].copy()
    send(world, rows, 4.0, personal=1.0)
    deliver(world)
    lost = before - world.shoppers.trust[rows]
    assert (lost[:25] > 0.0).all()
    assert (lost[25:] == 0.0).all()


def test_a_click_comes_later_and_teaches_what_was_clicked() -> None:
    world, rows = mailing(open_rate=1.0, click_rate=1.0, click_hours=3.0)
    send(world, rows, 4.0, product=np.zeros(rows.size, dtype=np.int64))
    clicks = deliver(world)
    assert clicks.size > 45
    assert (clicks["time"] > 4.0).all()
    assert (clicks["time"] - 4.0).mean() * 24.0 == pytest.approx(3.0, rel=0.5)
    belief, precision = world.profile.belief(clicks["row"].copy(), "email", frozenset(["email"]))
    weight = world.study.behaviour.view_weight
    assert precision == pytest.approx(weight, rel=1e-6)
    assert belief == pytest.approx(np.tile(world.goods.features[0] * weight / (1 + weight), (clicks.size, 1)), rel=1e-5)


def test_messages_are_paid_for_by_channel_and_strategy() -> None:
    world, rows = mailing()
    for channel, count in ((EMAIL, 20), (ADVERT, 45)):
        send(world, rows[:count], 4.0, channel=channel)
        deliver(world)
    assert world.ledger.deliveries.tolist() == [[20, 0, 45]]


@given(st.integers(1, 3), st.floats(0.5, 40.0), st.lists(st.floats(0.0, 55.0), max_size=40))
def test_a_cap_that_the_weekly_one_makes_idle_changes_nothing(weekly: int, days: float, times: list[float]) -> None:
    received = []
    for limited in (False, True):
        world, rows = mailing(size=1, most_per_week=weekly)
        if limited:
            world.outbox.caps.add(1000, days)
        for at in sorted(times):
            send(world, rows, at)
            deliver(world, at + 1e-9)
            world.shoppers.permission[rows] = True
        received.append(int(world.shoppers.messages[rows[0]]))
    assert received[0] == received[1]


def test_after_the_horizon_only_its_new_customers_are_written_to_and_for_the_ltv_days() -> None:
    world, rows = mailing(size=3)
    sh, end = world.shoppers, world.ledger.end
    sh.cohort[rows[1:]] = True
    sh.first_order[rows] = [end - 1.0, end - 1.0, end - 7.0 * world.ledger.weeks]
    send(world, rows, end + 0.5)
    deliver(world)
    assert sh.messages[rows].tolist() == [0, 1, 0]
