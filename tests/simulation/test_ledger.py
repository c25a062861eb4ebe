"""The ledger: what is counted for strategies by the bits that shoppers bear."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.ledger import STRATEGIES, Ledger
from tests.stores import lively

STUDY = lively({"Nothing": {}})


@given(st.integers(0, 64).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.integers(0, max(0, (1 << n) - 1))))))
def test_each_strategy_is_credited_those_who_bear_its_bit(borne: tuple[int, list[int]]) -> None:
    strategies, bits = borne
    ledger = Ledger(STUDY, [], [f"strategy {place}" for place in range(strategies)])
    for _ in range(2):
        ledger.credit_each("reach", np.array(bits, dtype=np.uint64))
    expected = [2 * sum(one >> place & 1 for one in bits) for place in range(strategies)]
    assert ledger.strategies[:, STRATEGIES.index("reach")].tolist() == expected
    assert ledger.strategies.sum() == sum(expected)
