"""Caps on messages: never more than so many within so many days, and none held back that would have been fine."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from simulation.caps import WEEKS_APART, Cap, Caps, Weekly
from simulation.study import Messages

UNTOLD = np.zeros(1, dtype=np.int64)
"""How many messages somebody had, to a cap that does not mind."""


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
        message = np.array([row]), np.array([time]), np.array([len(sent.get(row, []))])
        free = not cap.full(*message)[0]
        assert free == (len(lately) < most)
        if free:
            cap.count(*message)
            sent.setdefault(row, []).append(time)


@given(st.integers(0, 4), st.lists(st.tuples(st.integers(0, 160), st.integers(0, 40)), max_size=60))
def test_a_week_begins_anew_for_each_shopper(most: int, events: list[tuple[int, int]]) -> None:
    cap = Weekly(most, room=8)
    sent: dict[tuple[int, int], int] = {}
    for when, row in sorted(events):
        time, week = when / 4, (row, when // 28)
        message = np.array([row]), np.array([time]), UNTOLD
        free = not cap.full(*message)[0]
        assert free == (sent.get(week, 0) < most)
        if free:
            cap.count(*message)
            sent[week] = sent.get(week, 0) + 1


def test_no_study_may_allow_so_many_a_week_that_weeks_run_into_another() -> None:
    (bound,) = (rule.le for rule in Messages.model_fields["most_per_week"].metadata if hasattr(rule, "le"))
    assert 0 < bound < WEEKS_APART


def test_batches_of_any_rows_are_kept_apart() -> None:
    cap = Cap(2, 7.0)
    many = np.arange(0, 5000, 3)
    had = np.zeros(many.size, dtype=np.int64)
    for day in (0.0, 1.0):
        assert not cap.full(many, np.full(many.size, day), had).any()
        cap.count(many, np.full(many.size, day), had)
        had += 1
    assert cap.full(many, np.full(many.size, 6.9), had).all()
    assert not cap.full(many + 1, np.full(many.size, 6.9), had).any(), "nothing is known of messages before the cap"
    assert not cap.full(many, np.full(many.size, 7.0), had).any()


def test_no_number_of_messages_is_too_large() -> None:
    cap, row, now = Cap(33_000, 1000.0, room=1), np.array([0]), np.array([5.0])
    for number in range(33_000):
        was_full = cap.full(row, now, np.array([number]))[0]
        cap.count(row, now, np.array([number]))
    assert not was_full
    assert cap.full(row, now, np.array([33_000]))[0]


@given(
    st.integers(0, 3),
    st.lists(st.tuples(st.integers(0, 4), st.sampled_from([0.75, 6.75, 7.0, 7.25, 20.0])), max_size=2),
    st.integers(0, 3),
    st.lists(st.tuples(st.integers(0, 120), st.integers(0, 1)), max_size=60),
)
@example(1, [(1, 6.75)], 0, [(0, 0), (27, 0)])  # less than a week apart, within a week
def test_all_caps_hold_whether_or_not_one_makes_another_idle(
    weekly: int, added: list[tuple[int, float]], before: int, events: list[tuple[int, int]]
) -> None:
    """Some messages may have been sent before caps are added; those caps do not know of them, the weekly one does."""
    caps = Caps(weekly)
    apart: list[Weekly | Cap] = [Weekly(weekly)]
    had = np.zeros(2, dtype=np.int64)
    for number, (when, row) in enumerate(sorted(events)):
        if number == before:
            for most, days in added:
                caps.add(most, days)
            apart += [Cap(most, days) for most, days in added]
        message = np.array([row]), np.array([when / 4]), had[[row]]
        full = bool(caps.full(*message)[0])
        assert full == any(cap.full(*message)[0] for cap in apart)
        if not full:
            caps.count(*message)
            for cap in apart:
                cap.count(*message)
            had[row] += 1
