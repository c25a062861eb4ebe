"""Bad input that only the command line can have: options that do not fit the study. Knows nothing else."""

from __future__ import annotations


class InputFault(Exception):
    """An option cannot be used; the message names it, its value, and what is allowed."""
