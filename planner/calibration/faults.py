"""What can be wrong with a shop's log as a whole, said in plain words and all at once.

Knows nothing of files, columns or fits; the rooms beside it fill it.
"""

from __future__ import annotations

from collections.abc import Iterable


class LogFault(Exception):
    """The log cannot be used as it is.

    Attributes:
        messages: one plain sentence per fault: the field, what was found, what is allowed, what to do.
    """

    def __init__(self, messages: Iterable[str]) -> None:
        self.messages: tuple[str, ...] = tuple(messages)
        super().__init__("\n".join(self.messages))


class FitFault(Exception):
    """The log is readable but holds too little to fit a model; the message says what is missing."""
