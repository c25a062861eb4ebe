"""Findings in words: what an entry is about, the table, and the place of the table in a document."""

import math

import pytest

from planner.evidence.findings import Finding
from planner.evidence.words import BEGIN, END, about, markdown, rows, summary, with_table
from planner.experiments.statistics import Interval
from simulation import Evidence

ENTRY = Evidence("orders", "treated", 0.0, 0.18, "A", "A trial | 2021")
UNKNOWN = Evidence("aov", "store", -0.02, 0.02, "none", "", days=14.0, given=(("delay_days", 0.02),), among="new")
NONE = Interval(math.nan, math.nan, math.nan)


def finding(entry: Evidence, store: Interval = NONE) -> Finding:
    return Finding("cart_recovery", "consideration", entry, Interval(0.1, 0.06, 0.14), store, 9, 9, 2)


def test_an_entry_says_what_it_is_about() -> None:
    assert about(ENTRY) == "orders"
    assert about(UNKNOWN) == "average order value, 14 days, newcomers, delay_days = 0.02"


def test_a_row_holds_both_effects_the_published_range_and_the_verdict() -> None:
    (row,) = rows([finding(ENTRY, Interval(0.0, 0.0, 0.0))])
    assert row[2:] == ("+10.0\u202f% (6.0 to 14.0)", "0.0\u202f%", "0.0 to +18.0 % of the treated", "A", "inside")


def test_the_markdown_table_has_a_line_per_finding_and_the_sources() -> None:
    page = markdown([finding(ENTRY), finding(UNKNOWN, Interval(0.0, -0.01, 0.01))], "Heading.")
    lines = page.splitlines()
    assert lines[0] == "Heading."
    table = [line for line in lines if line.startswith("| ")]
    assert len(table) == 4
    assert all(line.count(" | ") == 7 for line in table)
    assert "no trial known" in table[-1]
    assert "- cart_recovery: A trial | 2021" in lines
    assert "1 of 1 inside the published range; no trial is known for 1." in lines


def test_the_summary_counts_what_can_be_judged() -> None:
    assert summary([]) == "0 of 0 inside the published range; no trial is known for 0."


def test_the_table_takes_its_place_between_the_marks_again_and_again() -> None:
    document = f"# Title\n\n{BEGIN}\nold\n{END}\n\nafter\n"
    once = with_table(document, "new\n")
    assert once == f"# Title\n\n{BEGIN}\nnew\n{END}\n\nafter\n"
    assert with_table(once, "new\n") == once


@pytest.mark.parametrize("document", ["", BEGIN, f"{END}{BEGIN}", f"{BEGIN}{END}{BEGIN}{END}", f"{BEGIN}{BEGIN}{END}"])
def test_a_document_without_one_pair_of_marks_is_refused(document: str) -> None:
    with pytest.raises(ValueError, match="one pair of marks"):
        with_table(document, "new\n")
