"""What works: kinds that sell are said more often in their context, to each visitor his own, by chance ever less."""

import numpy as np
import pytest

from strategies.conversion.what_works import WhatWorks

CAUTION = 5.0


def scores(works: WhatWorks, context: int, visitor: int = -1, draws: int = 2000) -> np.ndarray:
    """Return scores (draws, 2) of two kinds in a context, for one visitor."""
    luck = np.random.Generator(np.random.PCG64(1)).uniform(size=(draws, 2))
    visitors = np.full(draws, visitor)
    works.kept(visitors)
    return works.scores(np.full(draws, context), visitors, luck)


def live(works: WhatWorks, visitor: int, context: int, kind: int, reward: float, visits: int = 1) -> None:
    for _ in range(visits):
        works.kept(np.array([visitor]))
        works.choose(np.array([visitor]), np.array([context]), np.array([kind]))
        works.end(np.array([visitor]), np.array([reward]))


def share_of_second(works: WhatWorks, context: int, visitor: int = -1) -> float:
    return float((scores(works, context, visitor).argmax(axis=1) == 1).mean())


def test_at_first_all_kinds_are_equal() -> None:
    assert share_of_second(WhatWorks(2, 2, CAUTION), 0) == pytest.approx(0.5, abs=0.04)


def test_what_sells_in_a_context_is_said_there_and_chance_decides_ever_less() -> None:
    works, spread = WhatWorks(2, 2, CAUTION), []
    for visits in (10, 90, 900):
        for visitor in range(visits):
            live(works, visitor, 1, 0, float(visitor % 10 == 0))
            live(works, visitor, 1, 1, float(visitor % 10 < 3))
        spread.append(scores(works, 1).std(axis=0).mean())
    assert spread[0] > 2 * spread[1] > 4 * spread[2]
    assert share_of_second(works, 1) > 0.99
    assert share_of_second(works, 0) == pytest.approx(0.5, abs=0.04), "another context"


def test_a_visitor_on_whom_another_kind_works_hears_that_one() -> None:
    works = WhatWorks(1, 2, CAUTION)
    for visitor in range(100, 700):
        live(works, visitor, 0, 0, float(visitor % 10 < 2))
        live(works, visitor, 0, 1, float(visitor % 10 < 3))
    live(works, 7, 0, 0, 1.0, visits=6)
    live(works, 7, 0, 1, 0.0, visits=6)
    assert share_of_second(works, 0, visitor=7) < 0.05
    assert share_of_second(works, 0, visitor=8) > 0.9
    assert share_of_second(works, 0, visitor=-1) > 0.9


def test_a_visit_keeps_its_kind_until_it_ends_and_only_then_teaches() -> None:
    works, visitors = WhatWorks(1, 2, CAUTION), np.array([3, -1, 50])
    assert works.kept(visitors).tolist() == [-1, -1, -1]
    works.choose(visitors, np.zeros(3, dtype=np.int64), np.array([1, 1, 0]))
    assert works.kept(visitors).tolist() == [1, -1, 0]
    assert works.count.sum() == 0.0
    works.end(np.array([3, -1, 60]), np.ones(3))
    assert works.kept(visitors).tolist() == [-1, -1, 0]
    assert works.count.tolist() == [[0.0, 1.0]]
    assert works.total.tolist() == [[0.0, 1.0]]


def test_what_was_seen_of_all_fades() -> None:
    works = WhatWorks(1, 2, CAUTION)
    live(works, 0, 0, 1, 1.0, visits=8)
    works.fade(30.0, 10.0)
    assert works.count.tolist() == [[0.0, 1.0]]
    assert works.total.tolist() == [[0.0, 1.0]]
