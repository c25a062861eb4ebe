"""Guided information: readers get answers, better ones where it is known what they look for; it takes minutes."""

import numpy as np
import pytest

from simulation import Study, simulate
from tests.stores import lively
from tests.strategies.counter import counter
from tests.strategies.lift import treated_lift


def test_a_guide_to_the_category_answers_more_than_a_general_one() -> None:
    at = counter("guided_information", readers=1.0, part=0.4, general=0.25, minutes=3.0)
    sh = at.world.shoppers
    sh.interest[at.rows] = 1
    sh.consent[at.rows[:2]] = False  # what they look for is not known
    pulls = at.act()
    assert pulls.answered is not None
    assert pulls.answered == pytest.approx([0.1, 0.1, 0.4, 0.4, 0.4, 0.4])
    assert pulls.minutes is not None
    assert (pulls.minutes == 3.0).all()


def test_so_many_read_and_on_one_visit_the_same_at_every_stage() -> None:
    at = counter("guided_information", size=4000, readers=0.2)
    first, again = at.act(), at.act()
    assert first.answered is not None
    assert (first.answered > 0).mean() == pytest.approx(0.2, abs=0.03)
    assert again.answered is not None
    assert (first.answered == again.answered).all()


def test_where_nobody_reads_nothing_is_pulled() -> None:
    pulls = counter("guided_information", readers=0.0).act()
    assert pulls.answered is None or not pulls.answered.any()


def store(first_clarity: float = 0.0, **parameters: float) -> Study:
    return lively(
        {"Guides": {"guided_information": {"readers": 1.0, "part": 0.5, **parameters}}},
        experiment={"visitors": 4000, "warm_up_days": 0.0, "follow_up_days": 7.0},
        stock={"unlimited": True},
        fulfilment={"referral": 0.0},
        behaviour={"clarity_minutes": 6.0 if first_clarity == 0.0 else 0.05},
    )


def test_answers_sell() -> None:
    lift = treated_lift(store(), "Guides")
    assert lift.reached > 1500
    assert lift.clearly(1), lift


def test_it_sells_less_where_few_questions_are_open() -> None:
    """Pages that answer nearly everything by themselves leave little to a guide."""
    assert treated_lift(store(first_clarity=1.0), "Guides").relative < 0.5 * treated_lift(store(), "Guides").relative


def test_reading_takes_time() -> None:
    quick, slow = (simulate(store(minutes=minutes), "Guides", 0) for minutes in (0.0, 4.0))
    spent = [outcomes.total("dwell") / outcomes.total("visits") for outcomes in (quick, slow)]
    assert spent[1] > spent[0] + 120.0
    assert np.isclose(quick.total("orders"), slow.total("orders"), rtol=0.02), "time alone does not sell"
