"""The store's part of a study in the order in which a strategist thinks of it, with a search for fields by their words.

Data only: which section stands where, and its class, whose declarations say all about its fields. The funnel and the
plans have pages of their own. Knows study classes; no window.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from simulation import study as parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

    from simulation.study import Fault

Path = tuple[str | int, ...]
Kind = Literal["form", "rows"]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS = tuple(map(str, range(24)))
CYCLES: dict[Path, tuple[str, ...]] = {
    ("calendar", "weekday"): WEEKDAYS,
    ("calendar", "month"): MONTHS,
    ("calendar", "hour"): HOURS,
    ("weather", "month"): MONTHS,
}
"""Lists of weights that go around, with the names of their places."""


class Section(NamedTuple):
    """One section: ``kind`` "form" has its fields at ``path``, "rows" a list of such tables there.

    ``skip`` names fields that other sections show; ``item`` is what one row is called.
    """

    id: str
    title: str
    about: str
    path: Path
    model: type[BaseModel]
    kind: Kind = "form"
    item: str = ""
    skip: tuple[str, ...] = ()

    @property
    def fields(self) -> dict[str, FieldInfo]:
        """The declarations of the fields that the section shows."""
        return {name: info for name, info in self.model.model_fields.items() if name not in self.skip}


class Group(NamedTuple):
    """Sections under one heading."""

    title: str
    sections: tuple[Section, ...]


def _form(
    title: str, about: str, model: type[BaseModel], id_: str, path: Path = (), skip: tuple[str, ...] = ()
) -> Section:
    return Section(id_, title, about, path or (id_,), model, skip=skip)


def _rows(title: str, about: str, model: type[BaseModel], id_: str, path: Path = ()) -> Section:
    return Section(id_, title, about, path or (id_,), model, "rows", id_)


_WHO = (
    _form("Store", "The store as a whole.", parts.Store, "store"),
    _rows("Traffic sources", "Where new shoppers come from.", parts.Source, "source"),
    _rows("Reasons for a visit", "Why shoppers come.", parts.Reason, "reason"),
    _rows("Devices", "What shoppers browse with.", parts.Level, "device"),
    _rows("Places", "Where shoppers are.", parts.Level, "place"),
    _rows("Ages", "Age bands of shoppers.", parts.Level, "age"),
    _rows("Genders", "Genders of shoppers.", parts.Level, "gender"),
    _form("Shoppers", "What they are like beneath the surface; no strategy can read it.", parts.Shoppers, "shoppers"),
    _form("Coming back", "By oneself, after leaving without an order.", parts.Leaving, "leaving"),
)
_WHEN = (
    _form("Season", "When shoppers come, as weights around 1.", parts.Calendar, "calendar"),
    _form("Weather", "Cold spells change what shoppers look for.", parts.Weather, "weather"),
)
_SOLD = (
    _rows(
        "Categories",
        "Products of a category are drawn unless they are listed.",
        parts.Category,
        "category",
        path=("catalogue", "category"),
    ),
    _rows(
        "Products",
        "Products listed by hand replace the drawn ones of their category.",
        parts.Product,
        "product",
        path=("catalogue", "product"),
    ),
    _form(
        "Shelf and appeal",
        "How products differ and how they are shown.",
        parts.Catalogue,
        "catalogue",
        skip=("category", "product"),
    ),
    _form("Stock", "Reviewed every night; what is missing is ordered.", parts.Stock, "stock"),
    _form("Basket", "From the item in mind to the order.", parts.Basket, "basket"),
)
_COSTS = (
    _form("Costs", "What selling costs besides the goods.", parts.Costs, "costs"),
    _form("Fulfilment", "After the order: quality, returns and satisfaction.", parts.Fulfilment, "fulfilment"),
    _form("Offers and shipping", "How shoppers respond to offers other than discounts.", parts.Offers, "offers"),
)
_RESPONSE = (
    _form("Repurchase", "Later needs of customers.", parts.Repurchase, "repurchase"),
    _form("Messages", "How messages and adverts are received.", parts.Messages, "messages"),
    _form("Behaviour", "What else moves shoppers.", parts.Behaviour, "behaviour"),
)
_MEASURED = _form(
    "Experiment", "How the store is simulated and measured.", parts.Experiment, "experiment", skip=("baseline",)
)
GROUPS = (
    Group("Who comes", _WHO),
    Group("When", _WHEN),
    Group("What is sold", _SOLD),
    Group("What it costs", _COSTS),
    Group(
        "What the store knows",
        (_form("Data and consent", "What shoppers let the store record.", parts.Collection, "data"),),
    ),
    Group("How shoppers respond", _RESPONSE),
    Group("How it is measured", (_MEASURED,)),
)
SECTIONS = {section.id: section for group in GROUPS for section in group.sections}


class Hit(NamedTuple):
    """A field that a search found: in which section, its name there, and its title and help."""

    section: str
    field: str
    title: str
    about: str


def find_fields(words: str) -> tuple[Hit, ...]:
    """Return the fields whose name, help, unit or section have all ``words``, best first.

    Words in the name count most, then those at the start of a word of the help. Empty words find nothing.
    """
    wanted = words.lower().split()
    if not wanted:
        return ()
    scored = [(_score(wanted, section, name, info), section, name, info) for section, name, info in _all_fields()]
    found = sorted((entry for entry in scored if entry[0] > 0), key=lambda entry: -entry[0])
    return tuple(Hit(section.id, name, title_of(name), info.description or "") for _, section, name, info in found)


def title_of(name: str) -> str:
    """Return a field's name as a title: ``open_rate`` becomes "Open rate"."""
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


def section_faults(section: Section, faults: Sequence[Fault]) -> list[Fault]:
    """Return those faults that are to be mended in a section."""
    here = [fault for fault in faults if _within(fault.path, section.path)]
    inner = [other for other in SECTIONS.values() if len(other.path) > len(section.path)]
    deeper = [other.path for other in inner if other.path[: len(section.path)] == section.path]
    return [fault for fault in here if not any(_within(fault.path, path) for path in deeper)]


def fault_place(path: str) -> str:
    """Return where a fault is to be mended: page, section, row, field: ``Store → Traffic sources → 2 → share``."""
    inside = [section for section in SECTIONS.values() if _within(path, section.path)]
    if not inside:
        page, _, rest = path.partition(".")
        steps = rest.split(".") if page == "plans" else _steps(rest)  # a plan may be called 2
        return " → ".join([page[:1].upper() + page[1:], *steps])
    section = max(inside, key=lambda found: len(found.path))
    return " → ".join(["Store", section.title, *_steps(path[len(".".join(map(str, section.path))) + 1 :])])


def _steps(rest: str) -> list[str]:
    """Return names and places on a path in words; places count from 1."""
    names = [step for step in rest.split(".") if step]
    return [str(int(step) + 1) if step.isdigit() else step.replace("_", " ") for step in names]


def _within(dotted: str, path: Path) -> bool:
    above = ".".join(map(str, path))
    return dotted == above or dotted.startswith(f"{above}.")


def _all_fields() -> Iterator[tuple[Section, str, FieldInfo]]:
    for section in SECTIONS.values():
        for name, info in section.fields.items():
            yield section, name, info


def _score(wanted: Sequence[str], section: Section, name: str, info: FieldInfo) -> int:
    """Return how well a field fits: 0 if a word is nowhere."""
    extra: Any = info.json_schema_extra
    unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
    texts = (title_of(name).lower(), (info.description or "").lower(), f"{section.title} {unit}".lower())
    scores = [_word_score(word, texts) for word in wanted]
    return sum(scores) if all(scores) else 0


def _word_score(word: str, texts: Sequence[str]) -> int:
    """Return 12 to 1 for where a word was found: name before help before section, starts of words before insides."""
    for place, text in enumerate(texts):
        if re.search(rf"\b{re.escape(word)}", text):
            return 12 - 4 * place
    return 2 if any(word in text for text in texts) else 0
