"""The verbs as a user types them: one JSON document on stdout, plain words on stderr, honest exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

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


def footfall(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "planner", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, timeout=120)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop.toml").write_text(SMALL, encoding="utf-8")
    return tmp_path


def document(*arguments: str, folder: Path) -> Any:  # noqa: ANN401 - any JSON document
    done = footfall(*arguments, "--json", folder=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_compare_prints_the_document_of_the_contract(shop: Path) -> None:
    told = document("compare", "shop.toml", "--jobs", "1", folder=shop)
    assert (told["baseline"], told["replications"]) == ("Baseline", 2)
    baseline, remind = told["plans"]
    assert (baseline["name"], remind["name"]) == ("Baseline", "Remind")
    assert sorted(baseline["outcomes"]) == sorted(CONTRACT)
    assert sorted(remind["difference"]["orders"]) == ["high", "low", "mean", "relative", "verdict"]
    assert remind["difference"]["orders"]["verdict"] in ("better", "worse", "cannot tell")


def test_two_workers_and_one_give_the_same_document(shop: Path) -> None:
    alone = document("compare", "shop.toml", "--jobs", "1", folder=shop)
    (shop / "shop.footfall-runs.sqlite").unlink()
    assert document("compare", "shop.toml", "--jobs", "2", folder=shop) == alone


def test_run_prints_the_document_of_the_contract_and_writes_the_journal(shop: Path) -> None:
    import pyarrow.parquet as pq

    told = document("run", "shop.toml", "--plan", "Remind", "--journal", "events.parquet", folder=shop)
    assert sorted(told) == ["accounts", "funnel", "outcomes", "plan", "seconds", "shoppers"]
    assert sorted(told["outcomes"]) == sorted(CONTRACT)
    assert told["outcomes"]["personalization_roi"] is None
    entering = sum(edge["count"] for edge in told["funnel"] if edge["from"] == "enter")
    leaving = sum(edge["count"] for edge in told["funnel"] if edge["to"] == "leave")
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
    assert "Traceback" not in done.stderr


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
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


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
    told = document("funnel", "four_stages", folder=shop)
    assert 0.0 < told["conversion"] < 0.05
    assert told["stages"]["landing"] == 1.0
    assert sum(told["passing"]["landing"].values()) == pytest.approx(1.0)


def test_strategies_are_listed_and_explained(shop: Path) -> None:
    listed = {entry["id"]: entry for entry in document("strategies", folder=shop)}
    assert {"smart_content", "cart_recovery", "rfm_care"} <= set(listed)
    one = document("strategies", "cart_recovery", folder=shop)
    assert one == listed["cart_recovery"]
    assert one["parameters"]["delay_days"]["unit"] == "days"
    assert one["evidence"][0]["grade"] == "A"
    assert "Cart recovery" in footfall("strategies", "cart_recovery", folder=shop).stdout


def test_compare_exports_and_says_where(shop: Path) -> None:
    done = footfall("compare", "shop.toml", "--jobs", "1", "--out", "results", folder=shop)
    assert done.returncode == 0, done.stderr
    assert "results" in done.stderr
    assert (shop / "results" / "report.html").is_file()
    assert not list(shop.rglob("*.part"))


def test_runs_of_a_shipped_study_are_kept_with_its_results(tmp_path: Path) -> None:
    """And a second comparison takes them from there (a killed one goes on where it was)."""
    arguments = (
        "compare",
        "four_stages",
        "--visitors",
        "200",
        "--replications",
        "2",
        "--plan",
        "Level 1",
        "--jobs",
        "1",
    )
    first = footfall(*arguments, "--out", "new/results", folder=tmp_path)
    assert first.returncode == 0, first.stderr
    assert (tmp_path / "new" / "results" / "four_stages.footfall-runs.sqlite").is_file()
    assert "cannot be used" not in first.stderr
    again = footfall(*arguments, "--out", "new/results", folder=tmp_path)
    assert again.stdout == first.stdout
    assert "simulating: 4 of 4" in again.stderr.splitlines()[0]
