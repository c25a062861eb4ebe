"""Findings in words: the table on the terminal and in the README. Knows findings; must not know how they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner import wording
from simulation import METRICS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.evidence.findings import Finding
    from simulation import Evidence

HEAD: Final = ("strategy", "outcome", "the treated", "the store", "published", "grade", "verdict")
BEGIN, END = "<!-- evidence -->", "<!-- /evidence -->"
"""Between these marks a document's table of evidence stands."""

GRADES: Final = {
    "A": "A, randomized trial",
    "B": "B, study without random arms, or many pooled",
    "C": "C, a claim or a guess",
    "none": "none",
}

_AMONG: Final = {"new": "newcomers", "established": "customers", "considered": "for considered goods"}


def rows(findings: Sequence[Finding]) -> list[tuple[str, ...]]:
    """Return one row of text per finding, see ``HEAD``."""
    return [_row(finding) for finding in findings]


def _row(finding: Finding) -> tuple[str, ...]:
    entry = finding.entry
    grade = wording.UNDEFINED if entry.grade == "none" else entry.grade
    changes = (wording.relative(*change) for change in (finding.treated, finding.store))
    outcome = about(entry) + (f" (beside {wording.plain(finding.beside)})" if finding.beside else "")
    return (finding.strategy, outcome, *changes, f"{published(entry)} of the {entry.on}", grade, finding.judgement)


def about(entry: Evidence) -> str:
    """Return what an entry is about, such as ``orders, 14 days, customers, delay_days = 0.02``."""
    title = METRICS[entry.outcome].title if entry.outcome in METRICS else entry.outcome
    parts = [title.lower()]
    parts += [f"{entry.days:g} days"] if entry.days else []
    parts += [_AMONG[entry.among]] if entry.among in _AMONG else []
    return ", ".join([*parts, *(f"{name} = {value}" for name, value in entry.given)])


def published(entry: Evidence) -> str:
    """Return an entry's range such as ``-0.9 to +3.1 %``."""
    return f"{wording.number(entry.low * 100, 1, signed=True)} to {wording.number(entry.high * 100, 1, signed=True)} %"


def told(entry: Evidence) -> tuple[str, str]:
    """Return an entry in words, and its source: ``Evidence (A, randomized trial): orders, of the treated: ...``."""
    claim = f"Evidence ({GRADES[entry.grade]}): {about(entry)}, of the {entry.on}: {published(entry)}"
    return claim, entry.source or "No trial is known; the range is what common sense allows"


def title(study: str, visitors: int, replications: int, confidence: float) -> str:
    """Return the sentence that stands above the table."""
    return (
        "Each strategy alone, with its defaults where nothing else is said, and without, on the same shoppers of "
        f"{study}: {replications} replications of {visitors:,} visitors; relative changes with {confidence:.0%} "
        "intervals"
    )


def summary(findings: Sequence[Finding]) -> str:
    """Return how many findings lie inside, in a sentence."""
    graded = [finding for finding in findings if finding.inside is not None]
    inside = sum(finding.inside is True for finding in graded)
    unknown = sum(finding.entry.grade == "none" for finding in findings)
    return f"{inside} of {len(graded)} inside the published range; no trial is known for {unknown}."


def markdown(findings: Sequence[Finding], heading: str) -> str:
    """Return a heading and the table in Markdown, stage by stage, with the sources below it."""
    lines = ["stage", *HEAD]
    table = [_line(lines), _line(["---"] * len(lines))]
    table += [_line([finding.stage, *row]) for finding, row in zip(findings, rows(findings), strict=True)]
    return "\n".join([heading, "", *table, "", summary(findings), "", *_sources(findings)]) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _sources(findings: Sequence[Finding]) -> list[str]:
    said = dict.fromkeys(f"{finding.strategy}: {finding.entry.source}" for finding in findings if finding.entry.source)
    return ["Sources:", "", *(f"- {source}" for source in said)] if said else []


def with_table(document: str, table: str) -> str:
    """Return a document with the table between its marks; ValueError if it has not exactly one pair of them."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end) or BEGIN in rest or END in before + after:
        raise ValueError(f"needs one pair of marks {BEGIN} and {END}, in this order, each on a line of its own")
    return f"{before}{BEGIN}\n{table}{END}{after}"
