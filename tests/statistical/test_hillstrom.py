"""A real trial: from its no-mail arm alone a store is set up, one mail is switched on, and its lifts are the trial's.

What cannot be reached: the trial's men's mail lifted visits of women's-only buyers as much as those of men's buyers
(+74 % each). Here a mail about a line that one does not buy does little, whichever it is.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from tests.statistical.hillstrom import (
    OUTCOMES,
    PUBLISHED,
    SOURCE,
    Lifts,
    control_arm,
    open_store,
    trial_file,
    trial_lifts,
)

pytestmark = pytest.mark.slow


@cache
def two_weeks(plan: str) -> pd.DataFrame:
    """Return the simulated customers with what they did in two weeks, under a plan."""
    return open_store(control_arm()).two_weeks(plan)


def simulated(name: str) -> Lifts:
    """Return the lifts in the simulated store, on the same customers, under the names of PUBLISHED."""
    before, after = two_weeks("Baseline"), two_weeks("Own" if name == "own" else "Womens")
    parts = {"womens to its buyers": before["womens"] == 1, "womens to others": before["womens"] == 0}
    who = parts.get(name, pd.Series(True, index=before.index))
    return {of: (float((after[of] * 1.0 - before[of])[who].mean()), 0.0) for of in OUTCOMES}


@pytest.mark.parametrize("source", [SOURCE])
def test_the_store_does_without_mail_what_the_arm_did(source: str) -> None:
    """Within the 95 % intervals of the arm's own means."""
    arm, store = control_arm(), two_weeks("Baseline")
    for name in OUTCOMES:
        error = 1.96 * float(np.sqrt(arm[name].var() / len(arm)))
        assert store[name].mean() == pytest.approx(arm[name].mean(), abs=error), (source, name)


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("mail", PUBLISHED)
def test_one_mail_lifts_what_the_trial_found(mail: str, outcome: str) -> None:
    """Inside the trial's 95 % interval; how mail is received was not fitted to this store's treated customers."""
    found, error = PUBLISHED[mail][outcome]
    assert simulated(mail)[outcome][0] == pytest.approx(found, abs=error)


def test_mail_about_the_other_line_does_much_less() -> None:
    for outcome in ("visit", "conversion"):
        assert simulated("womens to others")[outcome][0] < 0.4 * simulated("womens to its buyers")[outcome][0]


def test_the_published_lifts_are_those_of_the_file() -> None:
    """Of the file itself where it is at hand; of the table's own shape elsewhere."""
    lifts = trial_lifts() if trial_file() else PUBLISHED
    for mail, published in PUBLISHED.items():
        for outcome, (value, error) in published.items():
            assert lifts[mail][outcome] == pytest.approx((value, error), abs=0.002 if outcome == "spend" else 0.0002)
