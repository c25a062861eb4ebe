"""Random changes of the lively store for hypothesis: some fields of any section moved within their bounds.

The bounds are those that the study itself declares, the ends included; only what would make a run endless is narrowed.
"""

from typing import Any

import annotated_types as at
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from simulation import Study
from tests.stores import LIVELY, Plans

SECTIONS = (
    *("shoppers", "leaving", "data", "stock", "basket", "costs", "fulfilment", "repurchase", "messages", "behaviour"),
    "catalogue",
)
NARROWED: dict[str, tuple[float, float]] = {
    "repurchase.r": (0.01, 2.0),
    "repurchase.alpha": (1.0, 1000.0),
    "repurchase.needs_per_order": (1.0, 5.0),
    "fulfilment.referral": (0.0, 0.3),
    "fulfilment.rate_weight": (-1.0, 1.0),
    "basket.extra_units": (0.0, 10.0),
    "catalogue.competitor_spread": (0.0, 2.0),
}
UNBOUNDED = 1000.0

ALL_STRATEGIES: Plans = {
    "All": {
        "smart_content": {"precision": 0.0},
        "related_recommendations": {"precision": 0.05},
        "cart_recovery": {"discount": 0.15, "delay_days": 0.5},
        "cross_sell": {"discount": 0.2},
        "upsell": {},
        "free_shipping": {"above": 30.0},
        "flash_sale": {"every_days": 4.0, "share": 1.0},
        "retargeting_ads": {"discount": 0.1},
        "popularity_message": {},
        "checkout_recommendations": {"small": 1.0},
        "scarcity_message": {"threshold": 1000.0},
        "rfm_care": {"every_days": 5.0, "gift": 0.1, "slipping_days": 100.0, "recent_days": 5.0},
    }
}


@st.composite
def changes(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """Return changes by section: up to a dozen fields, and any seed, size, duration, trading period and share."""
    made: dict[str, dict[str, Any]] = {}
    movable = [f"{section}.{name}" for section in SECTIONS for name in _numbers(section)]
    for path in draw(st.lists(st.sampled_from(movable), unique=True, max_size=12)):
        section, name = path.split(".")
        made.setdefault(section, {})[name] = draw(_values(path, _numbers(section)[name]))
    made["experiment"] = {
        "seed": draw(st.integers(0, 2**53)),
        "visitors": draw(st.sampled_from([1, 40, 250])),
        "warm_up_days": draw(st.sampled_from([0.0, 2.5])),
        "days": draw(st.sampled_from([0.7, 9.0])),
        "follow_up_days": draw(st.sampled_from([0.0, 20.0])),
        "ltv_days": draw(st.sampled_from([1.0, 28.0])),
        "period_days": draw(st.sampled_from([0.1, 1.0, 7.0])),
    }
    made["funnel"] = {"stage": _slowed(draw(st.sampled_from([0.0, 1.0, 60.0]))), "most_steps": draw(st.integers(1, 60))}
    made["store"] = {"visitors_per_year": draw(st.sampled_from([500, 40_000]))}
    return made


def _slowed(factor: float) -> list[dict[str, Any]]:
    """Return the stages with dwell times multiplied: slow visits reach over the ends of days and of the horizon."""
    return [{**stage, "dwell_minutes": stage["dwell_minutes"] * factor} for stage in LIVELY["funnel"]["stage"]]


def _numbers(section: str) -> dict[str, FieldInfo]:
    """Return the numeric and on/off fields of a section."""
    model = type(getattr(Study.model_validate(LIVELY), section))
    return {name: field for name, field in model.model_fields.items() if field.annotation in (bool, int, float)}


def _values(path: str, field: FieldInfo) -> st.SearchStrategy[Any]:
    """Return values of a field: its bounds (if it may take them), its default, and anything between."""
    if field.annotation is bool:
        return st.booleans()
    low, high = NARROWED.get(path, _bounds(field))
    if field.annotation is int:
        return st.integers(int(low), min(int(high), 50))
    return st.sampled_from([low, high, field.default]) | st.floats(low, high)


def _bounds(field: FieldInfo) -> tuple[float, float]:
    low, high = 0.0, UNBOUNDED
    for bound in field.metadata:
        if isinstance(bound, at.Ge):
            low = float(bound.ge)  # type: ignore[arg-type]
        elif isinstance(bound, at.Gt):
            low = float(bound.gt) + 1e-3  # type: ignore[arg-type]
        elif isinstance(bound, at.Le):
            high = float(bound.le)  # type: ignore[arg-type]
    return low, min(high, UNBOUNDED)
