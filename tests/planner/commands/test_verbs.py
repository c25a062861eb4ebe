"""The verbs as a user types them: one JSON document on stdout, plain words on stderr, honest exit codes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from planner.experiments.keys import first_keys
from planner.export import export_comparison
from planner.history import History
from planner.study_file import override, parse_study
from planner.user_folders import HISTORY, data_folder
from tests.planner.commands.typing_in import document, footfall, footfall_apart, told

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = (
    *("visits", "visitors", "orders", "revenue", "margin", "session_conversion", "visitor_conversion", "aov", "ltv"),
    *("repeat_rate", "bounce_rate", "cart_abandonment", "revenue_per_visitor", "return_rate", "satisfaction", "trust"),
    *("churn_rate", "referrals", "unsubscribe_rate", "stockout_rate", "strategy_cost", "personalization_roi", "cac"),
    "payback_days",
)
SMALL = """
based_on = "fashion"
[experiment]
visitors = 400
warm_up_days = 20
days = 60
follow_up_days = 30
ltv_days = 30
replications = 2
[plans.Remind.cart_recovery]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop.toml").write_text(SMALL, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401 - any JSON document
    """The document of a comparison by one worker."""
    folder = tmp_path_factory.mktemp("compared")
    (folder / "shop.toml").write_text(SMALL, encoding="utf-8")
    return document("compare", "shop.toml", "--jobs", "1", folder=folder)


def test_compare_prints_the_document_of_the_contract(compared: Any) -> None:  # noqa: ANN401
    assert (compared["baseline"], compared["replications"]) == ("Baseline", 2)
    baseline, remind = compared["plans"]
    assert (baseline["name"], remind["name"]) == ("Baseline", "Remind")
    assert sorted(baseline["outcomes"]) == sorted(CONTRACT)
    assert sorted(remind["difference"]["orders"]) == ["high", "low", "mean", "relative", "verdict"]
    assert remind["difference"]["orders"]["verdict"] in ("better", "worse", "cannot tell")


def test_a_comparison_is_kept_in_the_apps_history_as_it_was_run(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(shop / "data"))
    options = ("--jobs", "1", "--visitors", "300", "--plan", "Remind")
    assert footfall("compare", "shop.toml", *options, "--no-history", folder=shop).returncode == 0
    assert not (shop / "data").exists()
    assert footfall("compare", "shop.toml", *options, folder=shop).returncode == 0
    history = History(data_folder() / HISTORY)
    (entry,) = history.entries()
    assert (entry.path, entry.visitors, entry.plans) == (str(shop / "shop.toml"), 300, ("Baseline", "Remind"))
    kept = history.open(entry.id)
    assert kept is not None
    study = parse_study(kept.text).study
    assert study == override(parse_study(SMALL).study, visitors=300)
    assert kept.keys == first_keys(study)


def test_a_history_that_cannot_be_written_is_only_remarked(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (shop / "file").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(shop / "file"))
    done = footfall("compare", "shop.toml", "--jobs", "1", folder=shop)
    assert done.returncode == 0
    assert "history of comparisons cannot be used" in done.stderr


def test_two_workers_and_one_give_the_same_document(shop: Path, compared: Any) -> None:  # noqa: ANN401
    """In a process of its own: neither it nor its workers print anything else."""
    assert told(footfall_apart("compare", "shop.toml", "--jobs", "2", "--json", folder=shop)) == compared
    assert (shop / "shop.footfall-runs.sqlite").is_file()


def test_run_prints_the_document_of_the_contract_and_writes_the_journal(shop: Path) -> None:
    import pyarrow.parquet as pq

    done = document("run", "shop.toml", "--plan", "Remind", "--journal", "events.parquet", folder=shop)
    assert sorted(done) == ["accounts", "funnel", "outcomes", "plan", "seconds", "shoppers"]
    assert sorted(done["outcomes"]) == sorted(CONTRACT)
    assert done["outcomes"]["personalization_roi"] is None
    entering = sum(edge["count"] for edge in done["funnel"] if edge["from"] == "enter")
    leaving = sum(edge["count"] for edge in done["funnel"] if edge["to"] == "leave")
    assert entering == leaving > 300
    log = pq.read_table(shop / "events.parquet").to_pandas()
    assert {"visit", "decision", "order"} <= set(log["event"])
    assert log["time"].is_monotonic_increasing


def test_check_lists_faults_and_leaves_with_two(shop: Path) -> None:
    assert footfall("check", "shop.toml", folder=shop).returncode == 0
    (shop / "bad.toml").write_text('based_on = "fashion"\n[experiment]\ndays = -1\nseed = -1\n', encoding="utf-8")
    done = footfall("check", "bad.toml", folder=shop)
    assert done.returncode == 2
    assert "experiment.days = -1" in done.stderr
    assert "experiment.seed = -1" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("compare", "none.toml"), "shipped are fashion"),
        (("compare", "shop.toml", "--plan", "Nope"), "'Nope'"),
        (("compare", "shop.toml", "--baseline", "Nope"), "'Nope'"),
        (("compare", "shop.toml", "--precision", "-1"), "--precision"),
        (("compare", "shop.toml", "--precision", "0.1", "--replications", "3"), "give one of them"),
        (("compare", "shop.toml", "--visitors", "0"), "experiment.visitors"),
        (("compare", "shop.toml", "--jobs", "0"), "worker"),
        (("run", "shop.toml", "--plan", "Nope"), "Baseline, Remind"),
        (("strategies", "nope"), "cart_recovery"),
        (("compare", "shop.toml", "--bogus"), "--bogus"),
    ],
)
def test_bad_input_is_told_in_plain_words_with_exit_two(shop: Path, arguments: tuple[str, ...], words: str) -> None:
    done = footfall(*arguments, folder=shop)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == ""


def test_bad_input_leaves_no_traceback_in_a_process_of_its_own(shop: Path) -> None:
    for arguments in (("check", "none.toml"), ("run", "shop.toml", "--plan", "Nope")):
        done = footfall_apart(*arguments, folder=shop)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("footfall: ")
        assert "Traceback" not in done.stderr


def test_an_interruption_says_what_is_kept_and_exits_with_130(shop: Path) -> None:
    command = [sys.executable, "-m", "planner", "compare", "shop.toml", "--jobs", "1", "--visitors", "200000"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=shop, start_new_session=True) as program:
        assert program.stderr is not None
        assert "simulating" in program.stderr.readline()
        time.sleep(0.5)  # into the simulation, which takes seconds: an import may swallow an interrupt
        os.killpg(program.pid, signal.SIGINT)
        said = program.stderr.read()
    assert program.returncode == 130
    assert "interrupted; a comparison keeps its finished replications" in said
    assert "Traceback" not in said


def test_funnel_tells_the_closed_form(shop: Path) -> None:
    done = document("funnel", "four_stages", folder=shop)
    assert 0.0 < done["conversion"] < 0.05
    assert done["stages"]["landing"] == 1.0
    assert sum(done["passing"]["landing"].values()) == pytest.approx(1.0)


def test_strategies_are_listed_and_explained(shop: Path) -> None:
    listed = {entry["id"]: entry for entry in document("strategies", folder=shop)}
    assert {"smart_content", "cart_recovery", "rfm_care"} <= set(listed)
    one = document("strategies", "cart_recovery", folder=shop)
    assert one == listed["cart_recovery"]
    assert one["parameters"]["delay_days"]["unit"] == "days"
    assert one["evidence"][0]["grade"] == "A"
    assert "Cart recovery" in footfall("strategies", "cart_recovery", folder=shop).stdout


@pytest.mark.slow
def test_a_shipped_study_is_exported_and_its_runs_are_kept_with_the_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a second comparison takes them from there (a killed one goes on where it was).

    Charts in one form, since painting takes long; tests/planner/test_export.py sees all of them written.
    """
    monkeypatch.setattr("planner.export.export_comparison", partial(export_comparison, charts=("svg",)))
    brief = ("--visitors", "200", "--replications", "2", "--plan", "Level 1", "--jobs", "1", "--out", "new/results")
    first = footfall("compare", "four_stages", *brief, folder=tmp_path)
    assert first.returncode == 0, first.stderr
    results = tmp_path / "new" / "results"
    assert f"files in {results.relative_to(tmp_path)}: charts" in first.stderr
    assert (results / "report.html").is_file()
    assert (results / "four_stages.footfall-runs.sqlite").is_file()
    assert {path.suffix for path in tmp_path.rglob("*.*")} == {".html", ".svg", ".csv", ".parquet", ".xlsx", ".sqlite"}
    assert "cannot be used" not in first.stderr
    monkeypatch.setattr("planner.export.export_comparison", partial(export_comparison, charts=(), report=False))
    again = footfall("compare", "four_stages", *brief, folder=tmp_path)
    assert again.stdout == first.stdout
    assert "simulating: 4 of 4" in again.stderr.splitlines()[0]
