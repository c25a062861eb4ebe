"""What can be wrong with a request for an experiment. Knows nothing else."""

from __future__ import annotations


class ExperimentFault(ValueError):
    """What was asked for cannot be done; the text says what was asked, and what is possible."""
