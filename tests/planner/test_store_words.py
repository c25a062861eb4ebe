"""What is said below a field: ranges and sources as its field shows them."""

import pytest

from planner.sources import Origin
from planner.store_sections import SECTIONS
from planner.store_words import fault_text, help_text, origin_text, range_text
from simulation.study.faults import allowed


@pytest.mark.parametrize(
    ("section", "field", "text"),
    [
        ("messages", "open_rate", "0 to 100\u202f%"),
        ("catalogue", "shelf", "1 to 50"),
        ("store", "minor_units", "1 to 10,000"),
        ("experiment", "days", "above 0, at most 3,650"),
        ("experiment", "confidence", "above 50, below 100\u202f%"),
        ("costs", "email", "at least 0"),
        ("store", "visitors_per_year", "at least 1"),
        ("source", "referred", ""),
    ],
)
def test_ranges(section: str, field: str, text: str) -> None:
    fields = SECTIONS[section].fields
    assert range_text(fields.get(field, SECTIONS["reason"].fields["referred"])) == text


def test_every_bound_is_said() -> None:
    for section in SECTIONS.values():
        for info in section.fields.values():
            bounds = [limit for limit in info.metadata if type(limit).__name__ in ("Ge", "Gt", "Le", "Lt")]
            assert bool(range_text(info)) == bool(bounds), allowed(info)


def test_help_ends_with_the_range() -> None:
    assert help_text(SECTIONS["messages"].fields["open_rate"]) == "Messages opened · 0 to 100\u202f%"
    assert help_text(SECTIONS["data"].fields["email"]) == "E-mail sent, opened, clicked"


@pytest.mark.parametrize(
    ("origin", "text"),
    [
        (Origin("published", "[Mailchimp 2019]"), "Source: [Mailchimp 2019]"),
        (Origin("chosen", "chosen: as Monetate"), "Chosen: as Monetate"),
        (Origin("judgement", "judgement"), "Judgement"),
        (Origin("remark", "of all"), "Note: of all"),
        (Origin("remark", ""), "No source given"),
        (Origin("changed", "0.175"), "Set by you; it was 17.5\u202f%"),
        (Origin("changed", "0.175", "[Mailchimp 2019]"), "Set by you; it was 17.5\u202f% ([Mailchimp 2019])"),
        (Origin("changed", "much"), "Set by you; it was much"),
        (Origin("changed", ""), "Set by you"),
        (Origin("default", ""), "Footfall’s default"),
    ],
)
def test_origins(origin: Origin, text: str) -> None:
    assert origin_text(origin, SECTIONS["messages"].fields["open_rate"]) == text


def test_names_need_no_source() -> None:
    assert origin_text(Origin("remark", ""), SECTIONS["store"].fields["name"]) == ""


def test_faults_of_shares_are_told_in_percent() -> None:
    rate, shelf = SECTIONS["messages"].fields["open_rate"], SECTIONS["catalogue"].fields["shelf"]
    assert fault_text("must be from 0.0 to 1.0 (share)", rate) == "must be 0 to 100\u202f%"
    assert fault_text("must be from 1 to 50 (products)", shelf) == "must be from 1 to 50 (products)"
    assert fault_text("input should be a valid number", rate) == "input should be a valid number"
