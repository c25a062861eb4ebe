"""The verb calibrate as a user types it: bad input is refused in words, nothing written; a good log makes a study."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import tomlkit

from planner.cli import main
from tests.stores import LIVELY

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "customer_id,date,amount"
ROWS = [f"{n % 60},2024-01-{(7 * n) % 27 + 1:02},{10 + n % 37}.50" for n in range(150)]
GOOD = "\n".join([HEADER, *ROWS, "7,soon,3.00", ",2024-01-05,4.00"]) + "\n"

Answer = tuple[int, str, str]
Typed = Callable[..., Answer]


def prepare(folder: Path, log: str = GOOD) -> Path:
    """Put a log and a small, lively starting study into a folder."""
    (folder / "log.csv").write_text(log, encoding="utf-8")
    (folder / "lively.toml").write_text(tomlkit.dumps({**LIVELY, "stock": {"unlimited": True}}), encoding="utf-8")
    return folder


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return prepare(tmp_path)


@pytest.fixture
def typed(shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Return a function that runs the command in the shop's folder and returns exit code, stdout and stderr."""

    def run(*arguments: str, kind: str = "orders") -> Answer:
        monkeypatch.chdir(shop)
        monkeypatch.setattr(sys, "argv", ["footfall", "calibrate", *arguments, "--kind", kind])
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return run


def in_process(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "planner", "calibrate", *arguments, "--kind", "orders"]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, timeout=300)


def assert_refused(answer: Answer, folder: Path, *said: str) -> None:
    """Check exit 2, the words, no traceback, and that nothing came into the folder."""
    code, out, err = answer
    assert (code, out) == (2, "")
    for words in said:
        assert words in err
    assert "Traceback" not in err
    assert {path.name for path in folder.iterdir()} == {"log.csv", "lively.toml"}


BAD_LOGS: dict[str, tuple[bytes, str]] = {
    "0-bytes": (b"", "the file is empty (0 bytes)"),
    "header-only": (f"{HEADER}\n".encode(), "the log has a header but no rows"),
    "missing-column": (b"customer_id,date,worth\n1,2024-01-01,5\n", "amount: no column found"),
    "dates-do-not-parse": (f"{HEADER}\n1,soon,5\n2,later,6\n".encode(), "date: none could be read"),
    "negative-amounts": (f"{HEADER}\n1,2024-01-01,-5\n2,2024-01-01,-6\n".encode(), "amount negative"),
    "mixed-currencies": (f"{HEADER}\n1,2024-01-01,$12\n2,2024-01-02,12 EUR\n".encode(), "mixed currencies"),
    "truncated-gzip": (gzip.compress(GOOD.encode())[:-9], "the gzip file is damaged or cut short"),
    "binary": (b"\x89PNG\r\n\x1a\n\0\0\0", "not a table of text but binary data"),
    "ten-customers": ("\n".join([HEADER, *ROWS[:10]]).encode(), "it takes at least 30"),
}


@pytest.mark.parametrize("case", BAD_LOGS)
def test_bad_logs_are_refused_in_words(shop: Path, typed: Typed, case: str) -> None:
    content, said = BAD_LOGS[case]
    (shop / "log.csv").write_bytes(content)
    assert_refused(typed("log.csv", "--out", "shop.toml"), shop, said)


def test_a_truncated_log_leaves_no_traceback_in_a_process_of_its_own(shop: Path) -> None:
    (shop / "log.csv").write_bytes(BAD_LOGS["truncated-gzip"][0])
    done = in_process(shop, "log.csv", "--out", "shop.toml")
    assert_refused((done.returncode, done.stdout, done.stderr), shop, "footfall: ", "damaged or cut short")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("log.csv", "--out", "s.toml", "--column", "amount"), "--column 'amount': write role=NAME"),
        (("log.csv", "--out", "s.toml", "--column", "amount=a", "--column", "amount=b"), "name each role once"),
        (("log.csv", "--out", "s.toml", "--column", "shoe=amount"), "shoe"),
        (("log.csv", "--out", "s.toml", "--column", "amount=worth"), "worth"),
        (("log.csv", "--out", "s.toml", "--from", "nowhere"), "nor a shipped study"),
        (("log.csv", "--out", "s.toml", "--visitors", "10"), "--visitors 10: at least 1,000"),
        (("log.csv", "--out", "s.toml", "--replications", "1"), "--replications"),
        (("log.csv", "--out", "."), "this is a folder"),
        (("log.csv", "--out", "log.csv"), "would overwrite the log"),
        (("log.csv", "--out", "lively.toml", "--from", "lively.toml"), "would overwrite the study it starts from"),
        (("nothing.csv", "--out", "s.toml"), "there is no such file"),
    ],
)
def test_bad_options_are_refused_in_words(shop: Path, typed: Typed, arguments: tuple[str, ...], said: str) -> None:
    before = (shop / "log.csv").read_bytes(), (shop / "lively.toml").read_bytes()
    assert_refused(typed(*arguments), shop, said)
    assert ((shop / "log.csv").read_bytes(), (shop / "lively.toml").read_bytes()) == before


def test_other_kinds_are_named_as_not_built(shop: Path, typed: Typed) -> None:
    assert_refused(typed("log.csv", "--out", "s.toml", kind="events"), shop, "--kind 'events'", "'orders'")


OPTIONS = ("--from", "lively.toml", "--visitors", "1000", "--replications", "2", "--column", "amount=worth")


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A calibrated shop, its amounts in a column that had to be named: its folder and the JSON document."""
    folder = prepare(tmp_path_factory.mktemp("shop"), GOOD.replace("amount", "worth"))
    done = in_process(folder, "log.csv", *OPTIONS, "--out", "out/shop.toml", "--json")
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


def test_the_document_is_that_of_the_contract(calibrated: tuple[Path, Any]) -> None:
    _, told = calibrated
    assert (told["rows"], told["kept"]) == (152, 150)
    assert told["set_aside"] == {"customer missing": 1, "date does not parse": 1}
    assert {"aov", "r", "alpha", "a", "b", "between_share", "price_level"} <= set(told["fitted"])
    for fitted in told["fitted"].values():
        assert list(fitted) == ["value", "se", "n"]
    margins = {margin["outcome"]: margin for margin in told["margins"]}
    assert {margin["verdict"] for margin in margins.values()} <= {"trust", "differences only", "not calibrated"}
    assert margins["aov"]["low"] < margins["aov"]["observed"] < margins["aov"]["high"]
    assert margins["aov"]["simulated"] > 0
    assert margins["session_conversion"]["observed"] is None
    assert margins["session_conversion"]["verdict"] == "not calibrated"


def test_the_study_written_is_sound_and_can_be_run(calibrated: tuple[Path, Any]) -> None:
    folder, _ = calibrated
    path = folder / "out" / "shop.toml"
    assert [entry.name for entry in path.parent.iterdir()] == ["shop.toml"]
    assert tomllib.loads(path.read_text(encoding="utf-8"))["store"]["name"] == "log"
    assert str(folder) not in path.read_text(encoding="utf-8")
    run = [sys.executable, "-m", "planner", "run", str(path), "--plan", "Baseline", "--days", "20", "--json"]
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcomes"]["aov"] > 0


@pytest.mark.slow
def test_equal_input_gives_an_equal_file_and_tables_for_people(calibrated: tuple[Path, Any]) -> None:
    folder, _ = calibrated
    done = in_process(folder, "log.csv", *OPTIONS, "--out", "again.toml")
    assert done.returncode == 0, done.stderr
    assert (folder / "again.toml").read_bytes() == (folder / "out" / "shop.toml").read_bytes()
    for said in ("152 rows, 150 kept", "date does not parse: 1", "weeks (alpha)", "average order value", "verdict"):
        assert said in done.stdout
    assert "next: footfall compare again.toml" in done.stdout
    assert "calibrating:" in done.stderr


def test_an_interruption_leaves_nothing_behind(shop: Path) -> None:
    command = [sys.executable, "-m", "planner", "calibrate", "log.csv", "--kind", "orders", "--out", "s.toml"]
    with subprocess.Popen(command, cwd=shop, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        begun = process.stderr.readline()
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert "calibrating" in begun
    assert process.returncode == 130
    assert "Traceback" not in said
    assert {path.name for path in shop.iterdir()} == {"log.csv", "lively.toml"}
