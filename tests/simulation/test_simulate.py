"""Closing a run: what is read off the shoppers when it ends."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.simulate import _reach


@given(st.integers(0, 64).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.integers(0, max(0, (1 << n) - 1))))))
def test_reach_counts_each_strategys_bit(reached: tuple[int, list[int]]) -> None:
    strategies, bits = reached
    expected = [sum(one >> place & 1 for one in bits) for place in range(strategies)]
    assert _reach(np.array(bits, dtype=np.uint64), strategies) == expected
