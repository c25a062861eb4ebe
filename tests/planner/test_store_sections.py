"""The store's sections: every field of a study stands in one of them, and is found by its words."""

from pydantic import BaseModel

from planner.store_sections import CYCLES, GROUPS, SECTIONS, fault_place, find_fields, section_faults
from simulation.study import Fault, Study

ELSEWHERE = {"format", "funnel", "plans"}


def test_every_field_of_a_study_has_a_place() -> None:
    tops = {str(section.path[0]) for section in SECTIONS.values()}
    assert tops == set(Study.model_fields) - ELSEWHERE
    assert sum(len(group.sections) for group in GROUPS) == len(SECTIONS)
    for section in SECTIONS.values():
        assert all(not _is_model(info.annotation) for info in section.fields.values())


def _is_model(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def test_skipped_fields_have_sections_of_their_own_or_a_page() -> None:
    skipped = {(*section.path, name) for section in SECTIONS.values() for name in section.skip}
    assert skipped - {section.path for section in SECTIONS.values()} == {("experiment", "baseline")}
    assert all(name in section.model.model_fields for section in SECTIONS.values() for name in section.skip)


def test_cycles_have_a_name_for_each_place() -> None:
    study = Study.model_validate({"source": [LEVEL], "reason": [LEVEL], "catalogue": GOODS, "funnel": FUNNEL})
    for (section, field), names in CYCLES.items():
        assert len(getattr(getattr(study, str(section)), str(field))) == len(names)


LEVEL = {"name": "any", "share": 1}
GOODS = {"category": [{"name": "goods", "share": 1, "price": 1}]}
FUNNEL = {"stage": [{"name": "a", "role": "entry"}], "edge": [{"source": "a", "target": "leave", "odds": 1}]}


def test_fields_are_found_by_their_words() -> None:
    assert find_fields("open rate")[0][:2] == ("messages", "open_rate")
    assert ("data", "personal_consent") in [(hit.section, hit.field) for hit in find_fields("CONSENT")]
    assert find_fields("costs email")[0] == ("costs", "email", "Email", "cost of one e-mail")
    assert {hit.section for hit in find_fields("traffic cost per visit")} == {"source"}
    assert find_fields("  ") == find_fields("no such words") == ()


def test_a_word_in_the_name_comes_before_one_in_the_help() -> None:
    found = [hit.field for hit in find_fields("friction")]
    assert found[0] in ("friction", "popup_friction")
    assert "friction" in found[:2] or found[0] == "friction"


def test_faults_are_counted_where_they_are_mended() -> None:
    paths = ("catalogue.shelf", "catalogue.category.0.price", "catalogue.product.3.name", "source.share", "sources")
    faults = [Fault(path=path, value="", message="") for path in paths]
    counts = {id_: len(section_faults(section, faults)) for id_, section in SECTIONS.items()}
    assert {id_: count for id_, count in counts.items() if count} == {
        "source": 1,
        "category": 1,
        "product": 1,
        "catalogue": 1,
    }


def test_a_faults_place_is_told_in_the_words_of_the_pages() -> None:
    assert fault_place("source.1.share") == "Store → Traffic sources → 2 → share"
    assert fault_place("catalogue.category.0.price") == "Store → Categories → 1 → price"
    assert fault_place("messages.open_rate") == "Store → Messages → open rate"
    assert fault_place("funnel.edge.0.odds") == "Funnel → edge → 1 → odds"
    assert fault_place("plans.2.cart_recovery.delay_days") == "Plans → 2 → cart_recovery → delay_days"
    assert fault_place("experiment") == "Store → Experiment"
