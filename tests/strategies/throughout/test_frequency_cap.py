"""Frequency cap: nobody gets more messages in any window than allowed; a cap that nobody reaches changes nothing."""

import numpy as np
import pytest

from simulation import simulate
from tests.stores import Plans, differences, lively, run_with_log

MAIL = {"rfm_care": {"every_days": 3.0, "recent_days": 60.0, "best": 1.0}, "cart_recovery": {"delay_days": 0.5}}


def plans(most: int, days: float) -> Plans:
    return {"Mail": MAIL, "Capped": {"frequency_cap": {"most": most, "days": days}, **MAIL}}


def busiest(plans: Plans, plan: str, days: float) -> int:
    """Return the most messages that one shopper got within any window of so many days."""
    delivered = run_with_log(lively(plans, messages={"unsubscribe_rate": 0.0}), plan)[1].only("message")
    found = 0
    for shopper in np.unique(delivered["shopper"]):
        times = np.sort(delivered["time"][delivered["shopper"] == shopper])
        found = max(found, int((np.searchsorted(times, times + days) - np.arange(times.size)).max()))
    return found


@pytest.mark.parametrize(("most", "days"), [(1, 5.0), (2, 10.0), (3, 30.0)])
def test_nobody_gets_more_than_allowed_within_any_window(most: int, days: float) -> None:
    assert busiest(plans(most, days), "Mail", days) > most
    assert busiest(plans(most, days), "Capped", days) == most


def test_a_cap_of_nothing_silences_the_store_and_a_high_one_changes_nothing() -> None:
    none, plenty = lively(plans(0, 30.0)), lively(plans(1000, 30.0))
    silent = simulate(none, "Capped", 0)
    assert silent.total("sent") > 0
    assert silent.total("delivered") == 0
    assert differences(simulate(plenty, "Mail", 0), simulate(plenty, "Capped", 0)) == []


def test_who_is_written_to_less_stays_reachable_longer() -> None:
    study = lively(plans(1, 30.0), messages={"unsubscribe_rate": 0.05})
    free, capped = (simulate(study, plan, 0) for plan in ("Mail", "Capped"))
    assert capped.total("delivered") < 0.7 * free.total("delivered")
    assert capped.total("unsubscribed") < 0.7 * free.total("unsubscribed")
