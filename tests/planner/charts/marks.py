"""What stands on a chart's panel, for tests: its points and the words at its rows' ends."""

from planner.charts.spec import ChartSpec, EndLabels, Point


def points(spec: ChartSpec, panel: int) -> list[Point]:
    """Return the points of a panel."""
    return [mark for mark in spec.panels[panel].marks if isinstance(mark, Point)]


def labels(spec: ChartSpec, panel: int) -> list[str]:
    """Return the texts of a panel's end labels."""
    return [x.text for mark in spec.panels[panel].marks if isinstance(mark, EndLabels) for x in mark.labels]
