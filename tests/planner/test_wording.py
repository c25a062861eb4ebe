"""Numbers, intervals and verdicts in plain words."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner import wording
from planner.experiments.comparison import Difference, Verdict
from simulation.metrics import Unit

N = wording.NARROW
NAN = math.nan


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (104.8, "EUR", "€104.80"),
        (-3.2, "EUR", "−€3.20"),
        (412_345, "CHF", f"CHF 412{N}k"),
        (1_234.4, "USD", "$1,234"),
        (999_999, "EUR", f"€1.00{N}M"),
        (9_999.9, "GBP", f"£10.0{N}k"),
        (-0.001, "EUR", "€0.00"),
        (NAN, "EUR", "–"),
    ],
)
def test_money(amount: float, currency: str, text: str) -> None:
    assert wording.money(amount, currency) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (12.25, "12.2"), (6552, "6,552"), (27_412, f"27.4{N}k"), (1.2e6, f"1.20{N}M"), (-5, "−5")],
)
def test_counts(value: float, text: str) -> None:
    assert wording.count(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.0215, "share", f"2.15{N}%"), (0.7, "share", f"70.0{N}%"), (84.0, "days", "84 days"), (2.62, "ratio", "2.62")],
)
def test_values_by_unit(value: float, unit: Unit, text: str) -> None:
    assert wording.value(value, unit, "EUR") == text


@pytest.mark.parametrize(
    ("half", "decimals"), [(0.9, 1), (0.06, 1), (0.04, 2), (0.004, 3), (25, 0), (3, 1), (NAN, 1), (0, 1)]
)
def test_an_interval_decides_the_decimals(half: float, decimals: int) -> None:
    assert wording.decimals_for(half) == decimals


Three = tuple[float, float, float]


def difference(absolute: Three, relative: Three = (NAN, NAN, NAN), verdict: Verdict = "better") -> Difference:
    return Difference(*absolute, *relative, 0.01, 0.02, verdict)


def test_the_verdict_clause_of_the_brief() -> None:
    found = wording.finding(difference((0.001, 0, 0), (0.031, 0.022, 0.04)), "session_conversion", "EUR")
    assert found == (f"conversion per visit +3.1{N}% (2.2 to 4.0)", "better")


def test_without_a_relative_difference_shares_are_told_in_points_and_money_in_currency() -> None:
    assert wording.change(difference((0.029, 0.025, 0.033)), "unsubscribe_rate", "EUR") == (f"+2.9{N}pts", "2.5 to 3.3")
    assert wording.change(difference((-12.34, -13, -11.7)), "aov", "EUR") == ("−€12.3", "−13.0 to −11.7")
    assert wording.change(difference((-3.2, -3.4, -3.0)), "aov", "CHF")[0] == "−CHF 3.2"
    large = difference((28_839.8, 28_833.7, 28_845.8))
    assert wording.change(large, "margin", "EUR") == ("+€28,840", "28,834 to 28,846")


def test_identical_plans_are_called_the_same() -> None:
    same = difference((0, 0, 0), (0, 0, 0), "cannot tell")
    assert wording.finding(same, "aov", "EUR") == ("average order value no difference", "the same in every replication")


def test_one_replication_has_no_interval() -> None:
    assert wording.change(difference((2, NAN, NAN), (0.02, NAN, NAN)), "aov", "EUR") == (f"+2.0{N}%", "")


def test_a_difference_whose_relative_interval_has_no_bounds_is_told_with_the_absolute_one() -> None:
    worse = difference((-7_800.0, -7_800.0, -7_799.0), (-0.02, NAN, NAN), "worse")
    assert wording.change(worse, "margin", "EUR") == ("−€7,800", "−7,800 to −7,799")


def test_nothing_known_is_a_dash() -> None:
    assert wording.change(difference((NAN, NAN, NAN)), "aov", "EUR") == ("–", "")


@given(st.text())
def test_a_plain_text_is_one_printable_line(text: str) -> None:
    found = wording.plain(text)
    assert found.isprintable()
    assert found == found.strip() != ""
    assert wording.plain(found) == found


@given(st.floats(-1e6, 1e6), st.integers(0, 4))
def test_a_number_never_reads_minus_zero_and_can_be_read_back(value: float, decimals: int) -> None:
    text = wording.number(value, decimals, signed=True)
    back = float(text.replace("−", "-").replace(",", ""))
    assert back == pytest.approx(value, abs=0.5001 * 10**-decimals)
    assert (text[0] in "+−") == (back != 0)


@pytest.mark.parametrize(("confidence", "text"), [(0.95, f"95{N}%"), (0.975, f"97.5{N}%"), (0.9, f"90{N}%")])
def test_confidence_levels(confidence: float, text: str) -> None:
    assert wording.level(confidence) == text
