"""Faults of raw content in plain words: where, what was found, what is allowed. Knows no model by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from simulation.study.base import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic.fields import FieldInfo

_OUT_OF_RANGE = ("greater_than", "greater_than_equal", "less_than", "less_than_equal")


def model_faults(model: type[BaseModel], data: object, path: str) -> list[Fault]:
    """Validate raw data against a pydantic model and return all its faults, below ``path``."""
    try:
        model.model_validate(data)
    except ValidationError as error:
        return [_fault(model, entry, path) for entry in error.errors()]
    return []


def _fault(model: type[BaseModel], entry: Any, path: str) -> Fault:  # noqa: ANN401 - pydantic's ErrorDetails
    where = ".".join([*([path] if path else []), *map(str, entry["loc"])])
    value = "(missing)" if entry["type"] == "missing" else repr(entry["input"])
    value = value if len(value) <= 60 else value[:57] + "..."
    field = _field(model, entry["loc"])
    if entry["type"] == "missing":
        message = "is required" + (f": {field.description}" if field and field.description else "")
    elif entry["type"] in _OUT_OF_RANGE and field is not None:
        message = f"must be {allowed(field)}"
    else:
        message = entry["msg"][0].lower() + entry["msg"][1:]
    return Fault(path=where, value=value, message=message)


def allowed(field: FieldInfo) -> str:
    """Return the range of a field in words, such as ``from 0 to 1 (share)``."""
    words = {"ge": "from {}", "gt": "above {}", "le": "to {}", "lt": "below {}"}
    bounds = {name: getattr(limit, name) for limit in field.metadata for name in words if hasattr(limit, name)}
    text = " ".join(words[name].format(f"{bounds[name]:,}") for name in words if name in bounds)
    extra = field.json_schema_extra
    unit = extra.get("unit") if isinstance(extra, dict) else ""
    return f"{text} ({unit})" if unit else text


def _field(model: Any, loc: Sequence[Any]) -> FieldInfo | None:  # noqa: ANN401
    """Return the declaration of the field at a location, looking through lists and optional values."""
    found: FieldInfo | None = None
    for part in loc:
        if isinstance(part, int):
            continue
        model = _model(model)
        found = model.model_fields.get(part) if model is not None else None
        if found is None:
            return None
        model = found.annotation
    return found


def _model(kind: Any) -> type[BaseModel] | None:  # noqa: ANN401
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    inner = (_model(argument) for argument in get_args(kind))
    return next((model for model in inner if model is not None), None)
