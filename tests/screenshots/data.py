"""Pictures of the data page: without a log, with one, with bad columns, under way, finished, failed."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from planner.calibration.apart import Calibration, Wanted
from planner.calibration.preview import preview_orders
from planner.experiments.runner import Progress
from planner.gui.jobs import Trouble
from planner.gui.pages.data import DataPage
from tests.planner.gui.calibrated import LOG, result

if TYPE_CHECKING:
    from planner.gui.window import Window


SHOWN = Path("shop", "orders.csv")


def data_empty(window: Window) -> None:
    """Before a log is chosen."""
    window.show_page("data")


def data_loaded(window: Window) -> None:
    """A log with some bad rows."""
    _page(window, "\n".join(LOG))


def data_bad_rows(window: Window) -> None:
    """The rows that are set aside."""
    _page(window, "\n".join(LOG)).rows.show_tab(1)


def data_faulty(window: Window) -> None:
    """A log whose amount is not recognised."""
    _page(window, "\n".join(LOG).replace("amount", "worth"))


def data_reading(window: Window) -> None:
    """A log that is being looked at."""
    page = _page(window, "\n".join(LOG))
    window.desk.calibrator.preview = None
    page.bring_up_to_date()


def data_no_table(window: Window) -> None:
    """A file that is no table."""
    _page(window, "PK\x03\x04 a workbook")


def data_ambiguous(window: Window) -> None:
    """Dates that can be read in two ways."""
    _page(window, "customer,date,amount\n1,01/02/2024,5\n2,03/04/2024,6\n")


def data_running(window: Window) -> None:
    """A calibration under way."""
    page = _page(window, "\n".join(LOG))
    calibrator = window.desk.calibrator
    calibrator.progress = Progress(7, 22, 41.0)
    calibrator._calibration = _Endless()
    page.bring_up_to_date()


def data_result(window: Window) -> None:
    """A finished calibration."""
    _finish(window)


def data_chart(window: Window) -> None:
    """Its chart."""
    page = _finish(window)
    page.area.verticalScrollBar().setValue(page.result.y() + page.result.chart_card.y())


def data_below(window: Window) -> None:
    """The same, at its end."""
    page = _finish(window)
    bar = page.area.verticalScrollBar()
    bar.setValue(bar.maximum())


def data_other_kind(window: Window) -> None:
    """A kind of data that cannot be read."""
    page = _page(window, "\n".join(LOG))
    page.kind.setCurrentIndex(2)
    page.bring_up_to_date()


def data_failed(window: Window) -> None:
    """A calibration that did not work."""
    page = _page(window, "\n".join(LOG))
    window.desk.calibrator.trouble = Trouble("only 3 customers ordered: 30 or more are needed", "")
    page.bring_up_to_date()


class _Endless(Calibration):
    """A calibration that is under way for ever, without a process."""

    def __init__(self) -> None:
        pass

    def stop(self) -> None:
        """There is nothing to stop."""


def _page(window: Window, text: str) -> DataPage:
    """Show the page with a log that was looked at."""
    calibrator = window.desk.calibrator
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        path.write_text(text, encoding="utf-8")
        seen = preview_orders(path)
        named = tuple(fault.replace(str(path), str(SHOWN)) for fault in seen.faults)
        calibrator.preview = seen._replace(faults=named)
    calibrator.wanted = Wanted(SHOWN)
    window.show_page("data")
    page = window.page
    assert isinstance(page, DataPage)
    page.bring_up_to_date()
    return page


def _finish(window: Window) -> DataPage:
    calibrator = window.desk.calibrator
    page = _page(window, "\n".join(LOG))
    calibrator.result, calibrator.of = result(), calibrator.wanted
    page.bring_up_to_date()
    for _ in range(5):
        QApplication.processEvents()
    return page


SCENES = (
    data_empty,
    data_loaded,
    data_bad_rows,
    data_faulty,
    data_reading,
    data_no_table,
    data_ambiguous,
    data_running,
    data_result,
    data_chart,
    data_below,
    data_other_kind,
    data_failed,
)
