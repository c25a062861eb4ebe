"""How often to write: a customer's year is worth most at about seven mails a month (Zhang, Kumar and Cosguner 2017)."""

from functools import cache

import numpy as np
import pytest

from tests.statistical.newsletter import MONTH, Year, year

pytestmark = pytest.mark.slow
ERRORS = 2.5
"""Standard errors of a paired difference by which a sign must show: a wrong alarm in one of 160."""

FEW, MANY = 6_000, 60_000
"""Customers simulated where frequencies are far apart, and where they are close."""


@cache
def mailed(monthly: float, customers: int) -> Year:
    """Return the customers' year at so many mails a month."""
    return year(MONTH / monthly if monthly else None, customers=customers)


@pytest.mark.parametrize(
    ("more", "less", "customers"),
    [(7, 4, MANY), (7, 10, MANY), (7, 0, FEW), (2, 0, FEW), (2, 30, FEW), (0, 30, FEW)],
)
def test_a_year_is_worth_more_at_one_frequency_than_at_another(more: float, less: float, customers: int) -> None:
    """About seven mails a month are best; very many are worse than few, and than none."""
    difference = mailed(more, customers).margin - mailed(less, customers).margin
    assert difference.mean() > ERRORS * difference.std() / np.sqrt(customers)


def test_the_average_campaign_is_opened_clicked_and_ended_as_in_the_trade() -> None:
    """Everybody gets the same seven times a month: 15.7 % opened, 2.0 % clicked, 0.27 % ended (Mailchimp 2019)."""
    same = year(MONTH / 7.0, blind=True)
    assert same.opened == pytest.approx(0.157, abs=0.008)
    assert same.clicked == pytest.approx(0.020, abs=0.002)
    assert same.unsubscribed == pytest.approx(0.0027, abs=0.0004)


def test_what_the_profile_likes_is_clicked_more() -> None:
    assert mailed(7, FEW).clicked > 1.15 * year(MONTH / 7.0, blind=True).clicked
