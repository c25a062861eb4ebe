"""The verbs that tell what strategies, steps and tests are worth: one JSON document, plain words, honest exit codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from planner.commands import evidence
from planner.evidence.run import find
from tests.planner.commands.test_verbs import CONTRACT, SMALL
from tests.planner.commands.typing_in import document, footfall

if TYPE_CHECKING:
    from pathlib import Path

    from planner.evidence.run import Findings

TESTED = (
    SMALL
    + """
[plans.Test.cross_sell]
[plans.Test.ab_test]
strategy = "cross_sell"
days = 30
"""
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop.toml").write_text(TESTED, encoding="utf-8")
    return tmp_path


QUICK = ("evidence", "shop.toml", "--visitors", "400", "--replications", "2", "--strategy")


def test_evidence_is_the_same_on_any_number_of_workers(shop: Path) -> None:
    alone = document(*QUICK, "cross_sell", "--strategy", "smart_content", "--jobs", "1", folder=shop)
    (shop / "shop.footfall-runs.sqlite").unlink()
    assert document(*QUICK, "cross_sell", "--strategy", "smart_content", "--jobs", "2", folder=shop) == alone
    first = alone[0]
    contract = {"strategy", "outcome", "on", "simulated", "low", "high", "published_low", "published_high", "grade"}
    assert contract | {"inside", "source"} <= set(first)
    assert first["strategy"] == "smart_content", "by stage, whatever the order asked for"
    assert (first["replications"], first["treated"]["shoppers"] > 400) == (2, True)


def test_evidence_goes_into_a_document_and_onto_the_terminal(shop: Path) -> None:
    readme = shop / "README.md"
    readme.write_text("# Mine\n<!-- evidence -->\nold\n<!-- /evidence -->\nend\n", encoding="utf-8")
    done = footfall(*QUICK, "cross_sell", "--jobs", "1", "--markdown", "--readme", "README.md", folder=shop)
    assert done.returncode == 0, done.stderr
    assert "simulating: 4 of 4" in done.stderr
    text = readme.read_text(encoding="utf-8")
    assert text == f"# Mine\n<!-- evidence -->\n{done.stdout}<!-- /evidence -->\nend\n"
    assert "| conversion | cross_sell |" in text
    again = footfall(*QUICK, "cross_sell", "--jobs", "1", folder=shop)
    assert "simulating: 4 of 4" in again.stderr.splitlines()[0], "kept and not run again"
    assert "cross_sell" in again.stdout


def test_ladder_tells_each_step(shop: Path) -> None:
    told = document("ladder", "shop.toml", "--jobs", "1", folder=shop)
    assert [(step["name"], step["against"]) for step in told["steps"]] == [
        ("Baseline", None),
        ("Remind", "Baseline"),
        ("Test", "Remind"),
    ]
    assert sorted(told["steps"][1]["outcomes"]) == sorted(CONTRACT)
    assert told["steps"][1]["roi"]["verdict"] in ("pays", "does not pay", "cannot tell")
    shown = footfall("ladder", "shop.toml", "--plan", "Remind", "--plan", "Test", "--jobs", "1", folder=shop)
    assert "simulating: 4 of 4" in shown.stderr.splitlines()[0]
    assert "Return per cost added" in shown.stdout


def test_trial_tells_the_test_beside_the_truth(shop: Path) -> None:
    arguments = ("trial", "shop.toml", "--plan", "Test", "--jobs", "1")
    told = document(*arguments, folder=shop)
    (test,) = told["tests"]
    assert (test["strategy"], test["of"]) == ("ab_test", "cross_sell")
    assert test["shoppers"]["control"] > 0
    assert set(test["outcomes"]["session_conversion"]) >= {"lift", "low", "high", "truth", "covers", "needed_shoppers"}
    shown = footfall(*arguments, folder=shop)
    assert shown.returncode == 0, shown.stderr
    for words in ("ab_test of cross_sell", "the truth is", "Arms: the lots treat 50% of the shoppers", "Sample:"):
        assert words in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("evidence", "shop.toml", "--strategy", "nope"), "no strategy 'nope'"),
        (("evidence", "none"), "shipped are fashion"),
        (("evidence", "shop.toml", "--readme", "none.md"), "none.md"),
        (("evidence", "shop.toml", "--readme", "shop.toml"), "<!-- evidence -->"),
        (("evidence", "shop.toml", "--replications", "0"), "--replications"),
        (("evidence", "shop.toml", "--visitors", "0"), "experiment.visitors"),
        (("ladder", "shop.toml", "--plan", "Nope"), "'Nope'"),
        (("ladder", "shop.toml", "--plan", "Remind"), "two different plans"),
        (("trial", "shop.toml", "--plan", "Remind"), "runs no test"),
        (("trial", "shop.toml", "--plan", "Nope"), "'Nope'"),
    ],
)
def test_bad_input_is_told_in_plain_words_with_exit_two(shop: Path, arguments: tuple[str, ...], words: str) -> None:
    done = footfall(*arguments, folder=shop)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == ""


def test_what_is_written_into_the_document_meanwhile_is_kept(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = shop / "README.md"
    marks = "<!-- evidence -->\nold\n<!-- /evidence -->\n"
    readme.write_text(marks, encoding="utf-8")

    def slow(*given: Any, **more: Any) -> Findings:
        readme.write_text("A new chapter.\n" + marks, encoding="utf-8")
        return find(*given, **more)

    monkeypatch.setattr(evidence, "find", slow)
    options = evidence.Options(strategies=["cross_sell"], visitors=400, replications=2, jobs=1, readme=readme)
    evidence.run(str(shop / "shop.toml"), options, json=False)
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("A new chapter.\n")
    assert "cross_sell" in text
