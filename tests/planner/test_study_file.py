"""Study files: all faults at once, unknown content kept and told, bases, migrations, values set with comments kept."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner import study_file
from planner.study_file import StudyFault, open_study, override, parse_study, shipped_studies, with_values
from simulation import Study

FIRST = 'based_on = "fashion"\n[plans."Next day".cart_recovery]\ndelay_days = 1\n'


def faults_of(text: str) -> dict[str, str]:
    with pytest.raises(StudyFault) as told:
        parse_study(text)
    return {fault.path: fault.message for fault in told.value.faults}


@pytest.mark.parametrize("name", sorted(shipped_studies()))
def test_shipped_studies_are_sound_and_hold_nothing_unknown(name: str) -> None:
    opened = open_study(shipped_studies()[name])
    assert opened.notes == ()
    assert list(opened.study.plans) == ["Baseline", "Level 1", "Level 2", "Level 3", "Everything"]


def test_five_faults_are_told_as_five_with_path_value_and_allowed_range() -> None:
    faults = faults_of(
        """
        based_on = "fashion"
        [store]
        visitors_per_year = -5
        [experiment]
        confidence = 1.5
        baseline = "Nope"
        [repurchase]
        enter_at = "moon"
        [plans.A.cart_recovery]
        delay_days = 99
        """
    )
    assert len(faults) == 5
    assert "from 1" in faults["store.visitors_per_year"]
    assert "above 0.5 below 1.0" in faults["experiment.confidence"]
    assert "Baseline, A" in faults["experiment.baseline"]
    assert "discovery" in faults["repurchase.enter_at"]
    assert "from 0.0 to 30.0 (days)" in faults["plans.A.cart_recovery.delay_days"]


def test_a_fault_names_the_value_that_was_found() -> None:
    with pytest.raises(StudyFault, match=r"experiment\.days = -3: must be above 0"):
        parse_study('based_on = "fashion"\n[experiment]\ndays = -3\n')


def test_missing_sections_are_all_named() -> None:
    assert set(faults_of("format = 1\n")) == {"source", "reason", "catalogue", "funnel"}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("x = ", "file"),
        ("format = 99\n", "format"),
        ('format = "one"\n', "format"),
        ('based_on = "nothing"\n', "based_on"),
        ('based_on = "fashion"\n[funnel.weights]\nentry = { intnt = 1.0 }\n', "funnel.weights.entry.intnt"),
        ('based_on = "fashion"\n[[source]]\nname = "a"\nshare = 0\n', "source.share"),
        ('based_on = "fashion"\n[[place]]\nname = "a"\nshare = 1\n[[place]]\nname = "a"\nshare = 1\n', "place.1.name"),
    ],
)
def test_each_kind_of_fault_is_found_at_its_path(text: str, path: str) -> None:
    assert path in faults_of(text)


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.toml"):
        with pytest.raises(StudyFault, match="cannot be read"):
            open_study(path)
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StudyFault, match="cannot be read"):
        open_study(tmp_path / "binary.toml")


def test_a_base_supplies_what_is_not_said_and_plans_are_ones_own() -> None:
    study = parse_study(FIRST).study
    fashion = open_study(shipped_studies()["fashion"]).study
    assert study.funnel == fashion.funnel
    assert list(study.plans) == ["Baseline", "Next day"]
    assert study.plans["Next day"] == {"cart_recovery": {"delay_days": 1}}


def test_unknown_content_is_told_kept_and_without_effect() -> None:
    text = FIRST + 'novel = 3\n[plans."Next day".not_installed]\nx = 1\n[store]\ncolour = "red"\n'
    opened = parse_study(text)
    assert [note.split(":")[0] for note in opened.notes] == [
        "unknown field store.colour",
        "plans.Next day",
        "plans.Next day",
    ]
    assert opened.text == text


def test_values_are_set_and_everything_else_is_kept() -> None:
    text = "# head\nformat = 1 # one\n[store] # the shop\nname = 'A'\nodd = 1\n[[place]]\nname='x'\nshare=1\n"
    changed = with_values(
        text, {"store.name": ("B", ""), "place.0.share": (2.5, "measured, n = 7"), "basket.spread": (1.5, "fitted")}
    )
    assert tomllib.loads(changed) == {
        "format": 1,
        "store": {"name": "B", "odd": 1},
        "place": [{"name": "x", "share": 2.5}],
        "basket": {"spread": 1.5},
    }
    for comment in ("# head", "# one", "# the shop", "# measured, n = 7", "# fitted"):
        assert comment in changed


@given(
    st.floats(0.01, 1000, allow_nan=False),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1),
)
def test_any_value_set_is_read_back(price: float, name: str) -> None:
    changed = with_values("[store]\nname = 'a'\n", {"store.name": (name, "c"), "catalogue.price": (price, "")})
    assert tomllib.loads(changed) == {"store": {"name": name}, "catalogue": {"price": price}}


def test_older_formats_are_migrated_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study_file, "FORMAT", 3)
    steps = {1: lambda raw: {"b": raw["a"]}, 2: lambda raw: {**raw, "c": raw["b"] + 1}}
    monkeypatch.setattr(study_file, "MIGRATIONS", steps)
    assert study_file.migrate({"format": 1, "a": 1}) == ({"format": 3, "b": 1, "c": 2}, [])


def test_a_stored_study_of_format_1_opens_and_means_the_same() -> None:
    study = open_study(Path(__file__).parent / "studies" / "format_1.toml").study
    assert (study.store.name, study.experiment.visitors) == ("A shop of 2026", 1000)
    assert study.plans == {"Baseline": {}, "Next day": {"cart_recovery": {"delay_days": 1.0}}}


def test_options_override_the_experiment_and_are_checked() -> None:
    study = parse_study(FIRST).study
    assert override(study, visitors=77, seed=None).experiment.visitors == 77
    with pytest.raises(StudyFault, match=r"experiment\.visitors = 0"):
        override(study, visitors=0)


def test_a_study_survives_writing_and_reading() -> None:
    study = open_study(shipped_studies()["fashion"]).study
    assert Study.model_validate(study.model_dump(mode="json")) == study
