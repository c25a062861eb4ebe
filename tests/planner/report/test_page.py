"""The page: complete, self-contained, escaped, the same for equal comparisons."""

import re
from html.parser import HTMLParser

import pytest

from planner.report.page import report
from tests.planner.synthetic import comparison

ATTACK = "--></style><script>alert('x')</script><img src=x onerror=alert(1)>"


class Reader(HTMLParser):
    """Collects the tags, ids and texts of a page, and complains of tags that do not close in order."""

    VOID = frozenset({"meta", "br", "img", "link", "input", "hr"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def page() -> str:
    return report(comparison(replications=3, days=30))


def test_the_page_is_well_formed_and_its_ids_are_unique(page: str) -> None:
    reader = Reader(page)
    assert page.startswith("<!DOCTYPE html>")
    assert reader.open == []
    assert len(reader.ids) == len(set(reader.ids))


def test_it_stands_alone(page: str) -> None:
    reader = Reader(page)
    assert "script" not in reader.tags
    assert {"link", "img", "iframe", "object"}.isdisjoint(reader.tags)
    assert all(link.startswith("#") for link in reader.links)
    assert not re.search(r"url\((?!#)|@import", page)


def test_every_chart_and_table_is_there(page: str) -> None:
    reader = Reader(page)
    assert [i for i in reader.ids if i.startswith("chart-")] == [
        *("chart-lift", "chart-ltv_by_age", "chart-roi", "chart-funnel"),
        *("chart-daily", "chart-order_values", "chart-segments"),
    ]
    text = " ".join(" ".join(reader.words).split())
    for part in ("Verdict", "Outcomes by plan", "Costs and return", "How to read this", "Personalization ROI"):
        assert part in text
    assert re.search(r"conversion per visit \+[\d.]+\s%\s\([\d.]+ to [\d.]+\): better", text)


def test_references_inside_the_charts_lead_somewhere(page: str) -> None:
    reader = Reader(page)
    named = re.findall(r"url\(#([^)]+)\)", page) + [link[1:] for link in reader.links]
    assert named
    assert set(named) <= set(reader.ids)


def test_names_of_plans_are_texts_and_never_markup() -> None:
    found = report(comparison({ATTACK: 0.0, "Level <2> & \"more\" 'or' less": 0.03}, replications=2, days=20))
    reader = Reader(found)
    assert {"script", "img"}.isdisjoint(reader.tags)
    assert any(ATTACK in text for text in reader.words)
    assert "onerror" not in reader.attributes


def test_equal_comparisons_give_equal_pages(page: str) -> None:
    assert report(comparison(replications=3, days=30)) == page


def test_dark_is_for_screens_only(page: str) -> None:
    assert "@media screen and (prefers-color-scheme: dark)" in page
    assert "@page { size: A4" in page


def test_a_lone_baseline_has_a_page_without_verdicts() -> None:
    found = report(comparison({"Baseline": 0.0}, replications=2, days=20))
    assert "<h2>Verdict</h2>" not in found
    assert not [id for id in ("lift", "segments", "roi") if f'id="chart-{id}"' in found]


def test_one_replication_has_a_page_that_says_so() -> None:
    assert "no interval" in report(comparison(replications=1, days=20))
