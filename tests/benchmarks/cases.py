"""One measured case: a program (engine or oracle) living through a store some times over, in a process of its own.

`python -m tests.benchmarks.cases CASE` (JSON) prints what was measured as JSON. Must not know what is compared.
"""

from __future__ import annotations

import gc
import json
import resource
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from simulation import Study, library, simulate
from tests.oracle.given import CORE
from tests.oracle.luck import OrdinaryDraws
from tests.oracle.oracle import Oracle

Program = Callable[[Study, str, int], tuple[float, float]]

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "assets" / "studies" / "fashion.toml"


WARMING_UP = {"warm_up_days": 0.0, "days": 30.0, "follow_up_days": 0.0}

WARMING_RUNS = 3
"""Whole runs before times are compared: only then does a process ask for no more memory, of which a plan with many
strategies takes more (of Everything the second run has 30,000 page faults and takes 3 % longer, the third 1,000)."""


@dataclass(frozen=True)
class Case:
    """What to run: ``runs`` replications (or seeds) of a plan from number ``first`` on; ``experiment`` overrides.

    ``beside``: another plan, each of whose runs is timed right after the plan's, so that a slow moment of the machine
    meets both. The plan is run whole before: the first runs of a process import and have to ask for its memory.
    """

    program: Literal["engine", "oracle"]
    plan: str
    visitors: int
    first: int = 0
    runs: int = 1
    experiment: dict[str, float] = field(default_factory=dict)
    beside: str = ""


@dataclass(frozen=True)
class Measured:
    """What came of a case: CPU seconds, session conversion and shoppers of each run; the peak of memory.

    ``beside``: CPU seconds of each run of the plan beside it.
    """

    seconds: list[float]
    conversions: list[float]
    shoppers: list[float]
    peak_mb: float
    beside: list[float] = field(default_factory=list)


def store(case: Case) -> Study:
    """Return the shipped fashion store at the case's size, without limit of stock; each strategy has a plan too."""
    raw: dict[str, Any] = tomllib.loads(STUDY.read_text(encoding="utf-8"))
    raw["experiment"] |= {"visitors": case.visitors} | case.experiment
    raw["stock"] = raw.get("stock", {}) | {"unlimited": True}
    raw["plans"] |= CORE | {name: {name: {}} for name in library().strategies}
    return Study.model_validate(raw)


def measure(case: Case) -> Measured:
    """Run a case in this process."""
    study, program = store(case), {"engine": run_engine, "oracle": run_oracle}[case.program]
    seconds, conversions, shoppers, beside = [], [], [], []
    warm = study if case.beside else store(replace(case, visitors=200, experiment=WARMING_UP))
    for _ in range(WARMING_RUNS if case.beside else 1):
        program(warm, case.plan, case.first)  # late imports and caches; where times are compared, memory too
    for number in range(case.first, case.first + case.runs):
        spent, conversion, came = _timed(program, study, case.plan, number)
        seconds.append(spent)
        conversions.append(conversion)
        shoppers.append(came)
        if case.beside:
            beside.append(_timed(program, study, case.beside, number)[0])
    return Measured(seconds, conversions, shoppers, peak_mb(), beside)


def _timed(program: Program, study: Study, plan: str, number: int) -> tuple[float, float, float]:
    """Return the CPU seconds of a run, the conversion of its visits, and how many shoppers came."""
    gc.collect()  # as the runner does between replications
    begun = time.process_time()
    conversion, came = program(study, plan, number)
    return time.process_time() - begun, conversion, came


def run_engine(study: Study, plan: str, number: int) -> tuple[float, float]:
    """Run a replication of the engine; return the conversion of its visits, and how many shoppers came."""
    outcomes = simulate(study, plan, number)
    return outcomes.total("orders") / outcomes.total("visits"), outcomes.total("shoppers")


def run_oracle(study: Study, plan: str, number: int) -> tuple[float, float]:
    """Run the oracle with an ordinary generator; return the conversion of its visits, and how many were to come."""
    oracle = Oracle(study, plan, OrdinaryDraws(number))
    oracle.run()
    return sum(sale.measured for sale in oracle.sales) / oracle.visits, study.experiment.visitors


def peak_mb() -> float:
    """Return the most memory that this process has held, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def measure_afresh(case: Case) -> Measured:
    """Run a case in a process of its own, so that neither memory nor warmth is left from another."""
    command = [sys.executable, "-m", "tests.benchmarks.cases", json.dumps(asdict(case))]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return Measured(**json.loads(done.stdout))


if __name__ == "__main__":
    print(json.dumps(asdict(measure(Case(**json.loads(sys.argv[1]))))))
