"""Caps on messages: never more than so many within so many days, and none held back that would have been fine."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.caps import WEEKS_APART, Cap, Weekly
from simulation.study import Messages


@given(
    st.integers(0, 4),
    st.integers(1, 12).map(lambda n: n / 4),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2)), max_size=60),
)
def test_it_does_what_counting_afresh_would_do(most: int, days: float, events: list[tuple[int, int]]) -> None:
    cap = Cap(most, days)
    sent: dict[int, list[float]] = {}
    for when, row in sorted(events):
        time = when / 4
        lately = [t for t in sent.get(row, []) if time - t < days]
        free = not cap.full(np.array([row]), np.array([time]))[0]
        assert free == (len(lately) < most)
        if free:
            cap.count(np.array([row]), np.array([time]))
            sent.setdefault(row, []).append(time)


@given(st.integers(0, 4), st.lists(st.tuples(st.integers(0, 160), st.integers(0, 40)), max_size=60))
def test_a_week_begins_anew_for_each_shopper(most: int, events: list[tuple[int, int]]) -> None:
    cap = Weekly(most, room=8)
    sent: dict[tuple[int, int], int] = {}
    for when, row in sorted(events):
        time, week = when / 4, (row, when // 28)
        free = not cap.full(np.array([row]), np.array([time]))[0]
        assert free == (sent.get(week, 0) < most)
        if free:
            cap.count(np.array([row]), np.array([time]))
            sent[week] = sent.get(week, 0) + 1


def test_no_study_may_allow_so_many_a_week_that_weeks_run_into_another() -> None:
    (bound,) = (rule.le for rule in Messages.model_fields["most_per_week"].metadata if hasattr(rule, "le"))
    assert 0 < bound < WEEKS_APART


def test_batches_of_any_rows_are_kept_apart() -> None:
    cap = Cap(2, 7.0)
    many = np.arange(0, 5000, 3)
    for day in (0.0, 1.0):
        assert not cap.full(many, np.full(many.size, day)).any()
        cap.count(many, np.full(many.size, day))
    assert cap.full(many, np.full(many.size, 6.9)).all()
    assert not cap.full(many + 1, np.full(many.size, 6.9)).any()
    assert not cap.full(many, np.full(many.size, 7.0)).any()


def test_no_number_of_messages_is_too_large() -> None:
    cap, row, now = Cap(33_000, 1000.0, room=1), np.array([0]), np.array([5.0])
    for _ in range(33_000):
        was_full = cap.full(row, now)[0]
        cap.count(row, now)
    assert not was_full
    assert cap.full(row, now)[0]
