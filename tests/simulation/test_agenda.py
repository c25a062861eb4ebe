"""The agenda gives back every event once, in the period in which it is due, however far ahead it was put."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation import agenda
from simulation.agenda import NEED, NOTHING, RETURN, Agenda

TIMES = st.lists(st.floats(0.0, 60.0), max_size=12)


@given(st.lists(st.tuples(TIMES, st.floats(0.1, 15.0)), max_size=8))
def test_every_event_comes_once_and_in_its_period(rounds: list[tuple[list[float], float]]) -> None:
    """Events are put in before each period, some of them already overdue; a plain list is the model."""
    book, waiting, until, number = Agenda(), dict[int, float](), 0.0, 0
    for times, step in rounds:
        rows = np.arange(number, number + len(times))
        number += len(times)
        waiting |= dict(zip(rows.tolist(), times, strict=True))
        book.put(agenda.events(np.array(times), rows, RETURN))
        until += step
        due = book.due(until)
        expected = {row for row, time in waiting.items() if time < until}
        assert sorted(due["row"].tolist()) == sorted(expected)
        assert all(
            waiting.pop(row) == time for row, time in zip(due["row"].tolist(), due["time"].tolist(), strict=True)
        )
    assert sorted(book.due(1e9)["row"].tolist()) == sorted(waiting)
    assert book.due(1e9).size == 0


def test_events_carry_what_they_were_given() -> None:
    table = agenda.events(np.array([1.0, 2.0]), np.array([7, 8]), NEED, ref=3, token=np.array([5, 6]))
    assert table.tolist() == [(1.0, 7, NEED, 3, 5), (2.0, 8, NEED, 3, 6)]


def test_joining_keeps_order_and_leaves_out_nothing() -> None:
    parts = [agenda.events(np.array([t]), np.array([n]), RETURN) for n, t in enumerate((3.0, 1.0, 2.0))]
    assert agenda.joined([parts[0], NOTHING, parts[1], parts[2]])["time"].tolist() == [3.0, 1.0, 2.0]
    assert agenda.joined([]).size == 0
    assert agenda.joined([NOTHING, NOTHING]).size == 0
