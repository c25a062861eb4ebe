"""Ranks: the share of customers below each one."""

import numpy as np

from strategies.ranks import share_below


def test_equals_share_a_rank_and_the_least_has_none_below() -> None:
    assert share_below(np.array([30, 10, 20, 10])).tolist() == [0.75, 0.0, 0.5, 0.0]


def test_nobody_has_no_rank() -> None:
    assert share_below(np.zeros(0)).size == 0
