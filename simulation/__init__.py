"""Footfall's simulator: shoppers, the store, the funnel, and the contract of strategies.

Strategies and the planner use the names exported here. Knows no Qt, no files, and no strategy by name.
"""

from simulation.catalogue import product_names
from simulation.desk import Desk
from simulation.funnel import DRIVERS, check, closed_form, compile_funnel, graph
from simulation.journal import Journal
from simulation.levers import Levers
from simulation.metrics import (
    METRICS,
    Metric,
    measure,
    personalization_roi,
    residual_value,
    value_by_age,
    visitor_value,
)
from simulation.moment import Moment, Visited
from simulation.office import Office
from simulation.outcomes import Facts, Outcomes, Table
from simulation.registry import check_plan, create, library, unknown
from simulation.shop import Shop
from simulation.simulate import ENGINE_VERSION, Observer, simulate
from simulation.strategy import DATA_POINTS, Evidence, MonthlyCost, Strategy
from simulation.study import Fault, Funnel, Study, portion, quantity, weight
from simulation.study.check import study_faults
from simulation.study.faults import model_faults
from simulation.trace import Trace

__all__ = [
    "DATA_POINTS",
    "DRIVERS",
    "ENGINE_VERSION",
    "METRICS",
    "Desk",
    "Evidence",
    "Facts",
    "Fault",
    "Funnel",
    "Journal",
    "Levers",
    "Metric",
    "Moment",
    "MonthlyCost",
    "Observer",
    "Office",
    "Outcomes",
    "Shop",
    "Strategy",
    "Study",
    "Table",
    "Trace",
    "Visited",
    "check",
    "check_plan",
    "closed_form",
    "compile_funnel",
    "create",
    "graph",
    "library",
    "measure",
    "model_faults",
    "personalization_roi",
    "portion",
    "product_names",
    "quantity",
    "residual_value",
    "simulate",
    "study_faults",
    "unknown",
    "value_by_age",
    "visitor_value",
    "weight",
]
