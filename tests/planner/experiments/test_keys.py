"""Keys of replications: everything that determines one changes its key, and nothing else does."""

import subprocess
import sys
from pathlib import Path

import pytest

from planner.experiments import keys
from planner.experiments.keys import replication_keys, source_digest
from simulation import Study
from tests import stores

PLANS: dict[str, dict[str, dict[str, object]]] = {
    "Baseline": {},
    "A": {"cart_recovery": {"delay_hours": 24.0}, "cross_sell": {}},
    "B": {"cross_sell": {}},
}


def key(study: Study, plan: str = "A", replication: int = 0) -> str:
    return replication_keys(study)(plan, replication)


def changed(**sections: dict[str, object]) -> Study:
    return stores.lively(PLANS, **sections)


def with_plans(**plans: dict[str, dict[str, object]]) -> Study:
    return stores.lively({**PLANS, **plans})


SAME = key(changed())


IN_ANOTHER_PROCESS = f"""
from planner.experiments import keys
keys.source_digest = lambda package: package
from {__name__} import SAME
print(SAME)
"""


def test_equal_studies_have_equal_keys_in_every_process(monkeypatch: pytest.MonkeyPatch) -> None:
    assert key(changed()) == SAME
    monkeypatch.setattr(keys, "source_digest", lambda package: package)  # the source may be edited in the meantime
    told = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS],
        cwd=Path(__file__).parents[3],
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == key(changed())


@pytest.mark.parametrize(
    "other",
    [
        changed(experiment={"seed": 2}),
        changed(experiment={"visitors": 401}),
        changed(experiment={"period_days": 0.25}),
        changed(stock={"lead_days": 3.5}),
        with_plans(A={"cart_recovery": {"delay_hours": 25.0}, "cross_sell": {}}),
        with_plans(A={"cart_recovery": {}, "cross_sell": {}}),
        with_plans(A={"cross_sell": {}, "cart_recovery": {"delay_hours": 24.0}}),
        with_plans(A={"cart_recovery": {"delay_hours": 24.0}, "cross_sell": {}, "not_installed": {}}),
    ],
    ids=["seed", "visitors", "period", "stock", "parameter", "parameter left out", "order", "unknown strategy"],
)
def test_what_determines_a_replication_changes_its_key(other: Study) -> None:
    assert key(other) != SAME


@pytest.mark.parametrize(
    "other",
    [
        changed(experiment={"replications": 99}),
        changed(experiment={"confidence": 0.9}),
        changed(experiment={"baseline": "B"}),
        with_plans(B={}),
        with_plans(C={"cross_sell": {}}),
    ],
    ids=["replications", "confidence", "baseline", "another plan", "a new plan"],
)
def test_what_does_not_determine_it_leaves_its_key(other: Study) -> None:
    assert key(other) == SAME


def test_plans_and_replications_have_keys_of_their_own() -> None:
    of = replication_keys(changed())
    assert len({of(plan, number) for plan in PLANS for number in range(50)}) == 3 * 50


def test_the_engine_and_its_source_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "ENGINE_VERSION", "another")
    assert key(changed()) != SAME
    monkeypatch.undo()
    monkeypatch.setattr(keys, "source_digest", lambda package: f"other {package}")
    assert key(changed()) != SAME


def test_a_strategys_source_counts_where_it_is_used_only(monkeypatch: pytest.MonkeyPatch) -> None:
    same = [key(changed(), plan) for plan in ("A", "Baseline")]
    real = source_digest
    monkeypatch.setattr(keys, "source_digest", lambda package: real(package) if package == "simulation" else "new")
    now = [key(changed(), plan) for plan in ("A", "Baseline")]
    assert now[0] != same[0]
    assert now[1] == same[1]


def test_source_digests_of_packages_and_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "a_package").mkdir()
    for name in ("a_package/__init__.py", "a_package/part.py", "a_module.py"):
        (tmp_path / name).write_text("x = 1\n")

    def digests() -> list[str]:
        source_digest.cache_clear()
        return [source_digest(package) for package in ("a_package", "a_module")]

    first = digests()
    assert first[0] != first[1]
    assert digests() == first
    (tmp_path / "a_package" / "part.py").write_text("x = 2\n")
    second = digests()
    assert second[0] != first[0]
    assert second[1] == first[1]
    (tmp_path / "a_module.py").write_text("x = 2\n")
    assert digests()[1] != first[1]
    source_digest.cache_clear()
