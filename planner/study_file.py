"""Study files: TOML, edited by hand or by the app, comments kept, checked as a whole, migrated when the format changes.

Knows the format of the file; what a study means is ``simulation``'s business. Files are data: nothing in them is
executed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel

from planner.files import write_atomically
from simulation import Fault, Study, check_plan, model_faults, study_faults, unknown

FORMAT = 1

Raw = dict[str, Any]

MIGRATIONS: dict[int, Callable[[Raw], Raw]] = {}
"""Format -> pure function that turns raw content of this format into that of the next (none needed so far)."""


class StudyFault(Exception):
    """A study cannot be used: ``faults`` lists everything that is wrong, each with path, value and what is allowed."""

    def __init__(self, path: str, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join([f"{path}: {len(faults)} fault(s)", *(f"  {fault}" for fault in faults)]))


class Opened(NamedTuple):
    """A study as read: its text (comments and unknown content included), the checked study, remarks for the user."""

    text: str
    study: Study
    notes: tuple[str, ...]


class Reading(NamedTuple):
    """A study's content, sound or not.

    Attributes:
        own: what its file says.
        whole: the same, migrated and completed by the study that it is based on.
        faults: everything that is wrong.
        study: the checked study; None if there are faults.
        notes: remarks for the user.
    """

    own: Raw
    whole: Raw
    faults: tuple[Fault, ...]
    study: Study | None
    notes: tuple[str, ...]


def find_study(name: str) -> Path:
    """Return the path of a study: a file, or else a shipped study of this name (``fashion``).

    Raises:
        StudyFault: if there is neither.
    """
    path = Path(name)
    if path.exists():
        return path
    known = shipped_studies()
    if path.stem in known and path.suffix in ("", ".toml") and len(path.parts) == 1:
        return known[path.stem]
    message = "no such file, nor a shipped study; shipped are " + ", ".join(known)
    raise StudyFault(name, [Fault(path="study", value=repr(name), message=message)])


def shipped_studies() -> dict[str, Path]:
    """Return the studies that come with Footfall, by name, from the installed package or the checkout."""
    packaged = Path(str(files("planner"))) / "assets" / "studies"
    folder = packaged if packaged.is_dir() else Path(str(files("planner"))).parent / "assets" / "studies"
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def open_study(path: Path) -> Opened:
    """Read and check a study file.

    Raises:
        StudyFault: if it cannot be read, is not TOML, or holds faults (all of them are listed).
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StudyFault(
            str(path), [Fault(path="file", value=repr(str(path)), message=f"cannot be read: {error}")]
        ) from error
    return parse_study(text, str(path))


def parse_study(text: str, name: str = "study") -> Opened:
    """Check a study given as text; see ``open_study``."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StudyFault(name, [Fault(path="file", value=repr(name), message=f"is not valid TOML: {error}")]) from error
    reading = read_raw(raw)
    if reading.study is None:
        raise StudyFault(name, list(reading.faults))
    return Opened(text, reading.study, reading.notes)


def read_raw(own: Raw) -> Reading:
    """Complete and check raw content, such as that of a study under way in the app; never raises for its faults."""
    raw, faults = migrate(own)
    raw, unfounded = with_base(raw)
    faults = faults or unfounded or check_raw(raw)
    study = None if faults else Study.model_validate(raw)
    return Reading(own, raw, tuple(faults), study, tuple(_unknown_notes(study)) if study else ())


def migrate(raw: Raw) -> tuple[Raw, list[Fault]]:
    """Return content of an older format as that of today's; a fault if it is newer or no number at all."""
    found = raw.get("format", FORMAT)
    if type(found) is not int or not 1 <= found <= FORMAT:
        message = f"must be a whole number from 1 to {FORMAT}; a newer file needs a newer Footfall"
        return raw, [Fault(path="format", value=repr(found), message=message)]
    for version in range(found, FORMAT):
        raw = MIGRATIONS[version](raw)
    return {**raw, "format": FORMAT}, []


def with_base(raw: Raw) -> tuple[Raw, list[Fault]]:
    """Return content completed by the shipped study that ``based_on`` names; a fault if there is none such.

    Tables are merged field by field, lists replaced as a whole. Plans are the study's own if it has any, beside the
    base's plan "Baseline".
    """
    base = raw.get("based_on")
    if base is None:
        return raw, []
    shipped = shipped_studies()
    if base not in shipped:
        message = "must be one of the shipped studies " + ", ".join(shipped)
        return raw, [Fault(path="based_on", value=repr(base), message=message)]
    below, faults = migrate(tomllib.loads(shipped[base].read_text(encoding="utf-8")))
    own = {name: value for name, value in raw.items() if name != "based_on"}
    if isinstance(own.get("plans"), dict):
        own["plans"] = {"Baseline": {}, **own["plans"]}
        del below["plans"]
    return _merged(below, own), faults


def _merged(below: Raw, above: Raw) -> Raw:
    """Return ``below`` with everything that ``above`` says instead, table by table."""
    merged = dict(below)
    for name, value in above.items():
        both = isinstance(value, dict) and isinstance(below.get(name), dict)
        merged[name] = _merged(below[name], value) if both else value
    return merged


def check_raw(raw: Mapping[str, Any]) -> list[Fault]:
    """Return every fault of raw content: types and bounds everywhere, then what holds between sound sections."""
    faults = model_faults(Study, raw, "")
    broken = {part for fault in faults for part in (fault.path, fault.path.split(".")[0])}
    faults += study_faults(raw, broken)
    if "plans" not in broken:
        for name, plan in raw.get("plans", {}).items():
            faults += check_plan(name, plan)
    return faults


def _unknown_notes(study: Study) -> list[str]:
    fields = list(_unknown_fields(study, ""))
    notes = [f"unknown field {field}: kept in the file, without effect" for field in fields]
    for name, plan in study.plans.items():
        notes += [f"plans.{name}: {what} is unknown: kept in the file, without effect" for what in unknown(plan)]
    return notes


def _unknown_fields(part: object, path: str) -> list[str]:
    """Return dotted paths of fields that no section of the study declares."""
    if isinstance(part, tuple):
        return [found for place, item in enumerate(part) for found in _unknown_fields(item, f"{path}.{place}")]
    if not isinstance(part, BaseModel):
        return []
    here = [f"{path}.{name}".lstrip(".") for name in part.model_extra or {}]
    inside = (_unknown_fields(getattr(part, name), f"{path}.{name}") for name in type(part).model_fields)
    return here + [found for fields in inside for found in fields]


def save_text(path: Path, text: str) -> Path:
    """Write a study file atomically: a reader, or a crash, sees the old file or the whole new one."""
    return write_atomically(path, text.encode("utf-8"))


def with_values(text: str, values: Mapping[str, tuple[object, str]]) -> str:
    """Return a study's text with some values set, everything else (comments, order, unknown content) kept.

    Args:
        text: the study file.
        values: dotted path (numbers index lists: ``catalogue.category.0.price``) -> (value, comment for its line; an
        empty
            one leaves the line's comment alone).
    """
    import tomlkit

    document = tomlkit.parse(text)
    for path, (value, comment) in values.items():
        *parents, last = path.split(".")
        table: Any = document
        for name in parents:
            table = table[int(name)] if name.isdigit() else _section(table, name)
        table[last] = value
        if comment:
            table[last].comment(comment)
    return tomlkit.dumps(document)


def _section(table: Any, name: str) -> Any:  # noqa: ANN401 - tomlkit's containers
    import tomlkit

    if name not in table:
        table[name] = tomlkit.table()
    return table[name]


def override(study: Study, **experiment: object) -> Study:
    """Return the study with other values in its experiment section (those that are not None), checked.

    Raises:
        StudyFault: if a value is out of bounds.
    """
    given = {name: value for name, value in experiment.items() if value is not None}
    faults = model_faults(type(study.experiment), {**study.experiment.model_dump(), **given}, "experiment")
    if faults:
        raise StudyFault("options", faults)
    return study.model_copy(update={"experiment": type(study.experiment)(**{**study.experiment.model_dump(), **given})})
