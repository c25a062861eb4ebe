"""The study tree: every field has unit, help and bounds; bounds hold; unknown fields stay; nothing can be changed."""

from collections.abc import Iterator

import pytest
from pydantic import BaseModel, ValidationError

from simulation import Fault, Study, model_faults
from simulation.study import Edge, Stage
from tests.stores import FASHION, FOUR_STAGES, LIVELY, built, lively, shipped

RATIOS = (int, float)


def sections(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Return a section's class and those of all sections within it."""
    yield model
    for field in model.model_fields.values():
        for inner in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from sections(inner)


SECTIONS = sorted(set(sections(Study)), key=lambda model: model.__name__)


def test_all_sections_are_looked_at() -> None:
    assert {"Stage", "Edge", "Category", "Product", "Level", "Reason", "Messages"} <= {s.__name__ for s in SECTIONS}


@pytest.mark.parametrize("section", SECTIONS, ids=lambda model: model.__name__)
def test_every_number_has_unit_and_help(section: type[BaseModel]) -> None:
    for name, field in section.model_fields.items():
        if field.annotation in RATIOS:
            assert field.description, name
            assert isinstance(field.json_schema_extra, dict), name
            assert "unit" in field.json_schema_extra, name


@pytest.mark.parametrize("section", SECTIONS, ids=lambda model: model.__name__)
def test_values_beyond_their_bounds_are_refused(section: type[BaseModel]) -> None:
    for name, field in section.model_fields.items():
        for bound in field.metadata:
            for kind, step in (("ge", -1), ("gt", 0), ("le", 1), ("lt", 0)):
                if hasattr(bound, kind):
                    wrong = getattr(bound, kind) + step
                    (fault,) = [f for f in model_faults(section, {name: wrong}, "part") if f.path == f"part.{name}"]
                    assert str(wrong) in fault.value


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_none_are_refused(value: float) -> None:
    raw = {**LIVELY, "costs": {"email": value}}
    (fault,) = model_faults(Study, raw, "")
    assert fault.path == "costs.email"


def test_all_faults_are_told_at_once() -> None:
    raw = {**LIVELY, "experiment": {"days": 0, "visitors": "many"}, "stock": {"substitute": 2}, "funnel": {"stage": []}}
    paths = {fault.path for fault in model_faults(Study, raw, "")}
    assert {"experiment.days", "experiment.visitors", "stock.substitute", "funnel.stage", "funnel.edge"} <= paths


def test_a_fault_reads_as_one_line() -> None:
    fault = Fault(path="stock.substitute", value="2", message="must be at most 1")
    assert str(fault) == "stock.substitute = 2: must be at most 1"


def test_what_is_unknown_is_kept() -> None:
    study = Study.model_validate({**LIVELY, "store": {"name": "Mine", "mascot": "owl"}, "tides": {"high": True}})
    assert study.store.model_extra == {"mascot": "owl"}
    assert study.model_dump()["tides"] == {"high": True}


def test_nothing_can_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        lively().store.name = "Other"  # type: ignore[misc]


@pytest.mark.parametrize("path", [FASHION, FOUR_STAGES], ids=["six stages", "four stages"])
def test_shipped_studies_have_no_misspelt_field(path: object) -> None:
    raw = shipped(FASHION if path == FASHION else FOUR_STAGES)
    assert built(raw, raw["plans"]).plans.keys() >= {"Baseline", "Level 1", "Level 2", "Level 3"}


def test_the_share_of_traffic_simulated_follows_from_visitors_and_days() -> None:
    half_a_year = lively(store={"visitors_per_year": 40_000}, experiment={"visitors": 2000, "days": 182.5})
    assert half_a_year.simulated_share == pytest.approx(0.1)


def test_a_study_survives_being_written_as_plain_values() -> None:
    study = lively()
    assert Study.model_validate(study.model_dump()) == study


def test_edges_and_stages_need_what_cannot_be_guessed() -> None:
    assert {f.path for f in model_faults(Stage, {}, "s")} == {"s.name", "s.role"}
    assert {f.path for f in model_faults(Edge, {}, "e")} == {"e.source", "e.target", "e.odds"}
