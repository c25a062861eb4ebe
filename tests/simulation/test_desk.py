"""The desk: a limited number of people, a queue, a patience; talks promised in an earlier batch keep their hours."""

from typing import Any

import numpy as np
import pytest

from simulation import Desk

MINUTE = 1.0 / 1440.0


def test_one_adviser_serves_one_after_the_other() -> None:
    desk = Desk(advisers=1, minutes=10.0, patience=5.0, share=1.0)
    served, waited = desk.call(np.array([0.0, 7.0, 8.0]) * MINUTE, np.ones(3))
    assert served.tolist() == [True, True, False], "the third would wait twelve minutes"
    assert waited == pytest.approx([0.0, 3.0, 5.0])


def test_two_advisers_serve_two_at_once() -> None:
    served, waited = Desk(2, 10.0, 5.0, 1.0).call(np.array([0.0, 1.0, 2.0]) * MINUTE, np.ones(3))
    assert served.tolist() == [True, True, False]
    assert waited[:2] == pytest.approx([0.0, 0.0])


def test_who_comes_first_is_served_first_whatever_the_order_in_the_batch() -> None:
    served, _ = Desk(1, 10.0, 0.5, 1.0).call(np.array([5.0, 0.0]) * MINUTE, np.ones(2))
    assert served.tolist() == [False, True]


def test_talks_promised_before_are_kept_by_a_later_batch() -> None:
    desk = Desk(1, 10.0, 2.0, 1.0)
    desk.call(np.array([100.0]) * MINUTE, np.ones(1))
    served, waited = desk.call(np.array([95.0, 103.0, 109.0, 150.0]) * MINUTE, np.array([0.5, 1.0, 1.0, 1.0]))
    assert served.tolist() == [True, False, True, True], "103 finds the adviser busy until 110"
    assert waited[2] == pytest.approx(1.0)


def test_nobody_calling_is_no_trouble() -> None:
    served, waited = Desk(1, 10.0, 2.0, 1.0).call(np.empty(0), np.empty(0))
    assert served.size == waited.size == 0


def test_a_sample_of_the_store_finds_the_whole_stores_queue() -> None:
    """A tenth of the callers at a tenth of the pace of the clock: the share served is that of the whole store."""
    luck = np.random.default_rng(3)
    shares = []
    for share, calls in ((1.0, 4000), (0.1, 4000)):
        days = calls / (600.0 * share)
        served, _ = Desk(4, 10.0, 1.0, share).call(
            np.sort(luck.uniform(0.0, days, calls)), luck.exponential(size=calls)
        )
        shares.append(served.mean())
    assert shares[0] == pytest.approx(shares[1], abs=0.03)
    assert 0.3 < shares[0] < 0.95


def test_more_advisers_send_fewer_away() -> None:
    luck = np.random.default_rng(4)
    times, lengths = np.sort(luck.uniform(0.0, 1.0, 500)), luck.exponential(size=500)
    shares = [Desk(advisers, 10.0, 2.0, 1.0).call(times, lengths)[0].mean() for advisers in (1, 2, 4, 8)]
    assert shares == sorted(shares)
    assert shares[0] < 0.5 < shares[-1]


def test_a_day_that_need_not_be_replayed_is_what_its_replay_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches overlap in time; some callers come or leave at the same minute, some find nobody free."""
    luck = np.random.default_rng(5)
    hurried, patient = (Desk(2, 10.0, 4.0, 1.0) for _ in range(2))
    enough: list[bool] = []
    judge = hurried._enough

    def judged(*day: Any) -> bool:
        enough.append(judge(*day))
        return enough[-1]

    monkeypatch.setattr(hurried, "_enough", judged)
    monkeypatch.setattr(patient, "_enough", lambda *day: False)
    for batch in range(100):
        minutes, lengths = luck.integers(0, 200, 6).astype(np.float64), luck.integers(0, 4, 6).astype(np.float64)
        times = batch / 10 + minutes * MINUTE
        told, replayed = (desk.call(times, lengths) for desk in (hurried, patient))
        assert [column.tobytes() for column in told] == [column.tobytes() for column in replayed]
    assert 10 < sum(enough) < 90
