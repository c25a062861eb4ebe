"""Works on the distinct texts of a column instead of on its rows, which are many more. Knows no meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

_BLANK = frozenset({"", "na", "n/a", "nan", "nat", "none", "null", "-", "\\n"})


class Distinct(NamedTuple):
    """The distinct texts of a column.

    Attributes:
        codes: int64 per row, the place of its text in `texts`; -1 where the row holds none.
        texts: the texts, trimmed, in order of first appearance.
    """

    codes: npt.NDArray[np.int64]
    texts: list[str]

    def rows(self) -> npt.NDArray[np.int64]:
        """Return the number of rows of each text."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.texts)).astype(np.int64)


def distinct(column: pd.Series[str]) -> Distinct:
    """Trim a column's texts and number the distinct ones; blanks and the usual words for nothing count as missing."""
    import pandas as pd

    raw, values = pd.factorize(column)
    trimmed = [str(value).strip() for value in values]
    place: dict[str, int] = {}
    recode = [-1 if text.lower() in _BLANK else place.setdefault(text, len(place)) for text in trimmed]
    return Distinct(np.array([*recode, -1], dtype=np.int64)[raw], list(place))
