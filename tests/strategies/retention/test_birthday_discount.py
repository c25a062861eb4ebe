"""Birthday discount: once a year, so many days ahead, to those who told their birthday."""

import numpy as np

from simulation import Levers, simulate
from tests.stores import lively
from tests.strategies.counter import Counter, counter


def write(at: Counter) -> np.ndarray:
    at.strategy.write(at.moment(), Levers(at.world, at.rows, at.now, None))  # type: ignore[attr-defined]
    return at.sent()


def test_the_offer_comes_some_days_ahead_also_over_the_turn_of_the_year() -> None:
    """Planned weekly, at 3 days' notice: birthdays 3, 2, 10 and 9 days ahead mean today, past, next week, in 6 days."""
    at = counter("birthday_discount", 6, None, days_before=3, discount=0.2)
    today = int(at.world.day_of_year(at.now)[0])
    at.world.shoppers.birthday[at.rows] = [(today + ahead - 1) % 365 + 1 for ahead in (3, 2, 10, 9, 3, 3)]
    at.world.shoppers.personal_consent[at.rows[4]] = False
    sent = write(at)
    assert sent["row"].tolist() == at.rows[[0, 3, 5]].tolist()
    assert (sent["offer"] == 0.2).all()
    assert (sent["planned"] - at.now[0]).tolist() == [0.0, 6.0, 0.0]


def test_each_customer_is_congratulated_once_a_year() -> None:
    study = lively(
        {"With": {"birthday_discount": {}}},
        experiment={"visitors": 2000, "warm_up_days": 0.0, "days": 60.0, "follow_up_days": 340.0},
        data={"personal_consent": 1.0},
        messages={"unsubscribe_rate": 0.0},
    )
    outcomes = simulate(study, "With", 0)
    sent = outcomes.tables["strategies"].at("birthday_discount", "sent")
    assert sent <= outcomes.tables["strategies"].at("birthday_discount", "reach")
    assert sent > 20
