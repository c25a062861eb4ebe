"""A calibration in a process of its own, which tells how far it is and can be ended at once.

For whoever must not wait, such as a window. Knows the steps from files to a calibrated study; shows nothing.
"""

from __future__ import annotations

import signal
import traceback
from collections.abc import Iterator, Mapping
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from planner import wording
from planner.calibration.calibrate import Calibrated, Heard, calibrate
from planner.calibration.calibrated_study import Origin
from planner.calibration.faults import FitFault, LogFault
from planner.calibration.readers import read_orders
from planner.study_file import StudyFault, find_study, open_study, parse_study

if TYPE_CHECKING:
    from datetime import date
    from multiprocessing.connection import Connection


FEWEST_VISITORS = 1000
FEWEST_REPLICATIONS = 2


class Wanted(NamedTuple):
    """What to calibrate.

    Attributes:
        log: the shop's log, one row per order.
        columns: role -> column name, as of `readers.read_orders`.
        date_format: strptime codes of the dates; None where they can be read in one way only.
        start_from: path or name of the starting study.
        visitors: new shoppers per simulation; None: as many as are fit.
        replications: of the check at the end, 2 or more.
    """

    log: Path
    columns: Mapping[str, str] = {}
    date_format: str | None = None
    start_from: str = "fashion"
    visitors: int | None = None
    replications: int = 6


class Result(NamedTuple):
    """A calibration and the log it is of, small enough to cross between processes."""

    found: Calibrated
    currency: str
    rows: int
    kept: int
    orders: int
    customers: int
    first_date: date
    last_date: date
    set_aside: Mapping[str, int]
    notes: tuple[str, ...]


class Step(NamedTuple):
    """So many simulations of so many are done."""

    done: int
    total: int


class Failed(NamedTuple):
    """Why there is no result: in plain words, and the details for whoever mends it ("" if the words are all)."""

    text: str
    details: str


Told = Step | Result | Failed


def faults_of(wanted: Wanted) -> tuple[str, ...]:
    """Return what is wrong with a wish before any file is read, one sentence each."""
    faults = []
    if wanted.visitors is not None and not _at_least(wanted.visitors, FEWEST_VISITORS):
        faults.append(f"visitors: {wanted.visitors!r} is given; {FEWEST_VISITORS:,} or more are needed")
    if not _at_least(wanted.replications, FEWEST_REPLICATIONS):
        faults.append(f"replications: {wanted.replications!r} is given; {FEWEST_REPLICATIONS} or more are needed")
    return tuple(faults)


def _at_least(value: object, fewest: int) -> bool:
    return isinstance(value, int) and value >= fewest


def calibrate_file(wanted: Wanted, heard: Heard) -> Result:
    """Read the log and the starting study, and calibrate.

    Raises:
        LogFault, FitFault, StudyFault: as of the steps.
    """
    start = open_study(find_study(wanted.start_from))
    log = read_orders(wanted.log, wanted.columns, wanted.date_format)
    origin = Origin(start, Path(wanted.start_from).name, wording.plain(wanted.log.name))
    found = calibrate(origin, log, wanted.replications, wanted.visitors, heard)
    return Result(
        found=found,
        currency=parse_study(found.text).study.store.currency,
        rows=log.rows,
        kept=log.kept,
        orders=len(log.orders),
        customers=len(log.customers),
        first_date=log.first_date,
        last_date=log.last_date,
        set_aside=log.set_aside,
        notes=(*log.notes, *found.notes),
    )


class Calibration:
    """One calibration under way; ``told`` until its end, ``stop`` at any time, from any thread."""

    def __init__(self, wanted: Wanted) -> None:
        context = get_context("spawn")
        self._stopped = False
        self._here, there = context.Pipe(duplex=False)
        self._process = context.Process(target=_work, args=(there, wanted), name="calibration", daemon=True)
        self._process.start()
        there.close()  # so that the process' end is heard here

    def told(self) -> Iterator[Told]:
        """Tell steps as they are done, last a Result or a Failed; nothing more once stopped. Leaves no process."""
        told: Told | None = None
        try:
            while not isinstance(told, (Result, Failed)):
                told = self._here.recv()
                yield told
        except (EOFError, OSError):
            if not self._stopped:
                yield Failed("The calibration's process ended by itself; perhaps memory ran out.", "")
        finally:
            self._process.join()
            self._here.close()

    def stop(self) -> None:
        """End the process; nothing is kept of what it did."""
        self._stopped = True
        self._process.terminate()


def _work(there: Connection, wanted: Wanted) -> None:
    """Calibrate, telling the other end; if nobody is there any more the next word ends this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        there.send(calibrate_file(wanted, lambda done, total: there.send(Step(done, total))))
    except BrokenPipeError:
        return
    except (LogFault, FitFault, StudyFault) as error:
        there.send(Failed(str(error), ""))
    except Exception as error:  # a plug-in or a full disk: the window is to hear of it
        there.send(Failed(f"{type(error).__name__}: {error}", "".join(traceback.format_exception(error))))
