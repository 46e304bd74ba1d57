"""Columns made ready: standardized, normalized, imputed, with outliers marked, and categories as columns of 0 and 1.

Missing values are nan and stay nan; every figure is taken over the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from mathcli.errors import UndefinedError


class Scaled(NamedTuple):
    """A column z = (x - centre)/width: its values, what was subtracted, what it was divided by."""

    values: Any
    centre: float
    width: float


def standardized(values: Any, *, is_sample: bool) -> Scaled:
    """Return (x - mean)/sd; the sd divides by n, or by n - 1 where it is that of a sample.

    Raises:
        UndefinedError: all values are the same, or there are too few.
    """
    import numpy as np

    _check_count(values, 2 if is_sample else 1)
    mean = float(np.nanmean(values))
    sd = float(np.nanstd(values, ddof=1 if is_sample else 0))
    _check_varies(values, "standard deviation")
    if not sd > 0:
        raise UndefinedError("the values are too small to be squared", hint="give the column in another unit")
    return Scaled((values - mean) / sd, mean, sd)


def normalized(values: Any) -> Scaled:
    """Return (x - min)/(max - min), from 0 to 1.

    Raises:
        UndefinedError: all values are the same.
    """
    import numpy as np

    _check_count(values, 1)
    _check_varies(values, "range")
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return Scaled((values - low) / (high - low), low, high - low)


def _check_count(values: Any, least: int) -> None:
    import numpy as np

    if int((~np.isnan(values)).sum()) < least:
        raise UndefinedError("there are too few values", hint=f"at least {least} row{'s' * (least != 1)} with a number")


def _check_varies(values: Any, what: str) -> None:
    import numpy as np

    if np.nanmin(values) == np.nanmax(values):
        raise UndefinedError(
            f"every value is {np.nanmin(values):g}, so the {what} is 0 and nothing can be divided by it"
        )


class Bounds(NamedTuple):
    """What lies outside low ... high is an outlier; how the two came about."""

    low: float
    high: float
    centre: tuple[float, ...]
    """The first and the third quartile, or the mean and the standard deviation."""


def quartile_bounds(values: Any, factor: float = 1.5) -> Bounds:
    """Return q1 - factor·iqr and q3 + factor·iqr; quartiles by linear interpolation between the ranked values."""
    import numpy as np

    q1, q3 = (float(q) for q in np.nanpercentile(values, (25, 75)))
    return Bounds(q1 - factor * (q3 - q1), q3 + factor * (q3 - q1), (q1, q3))


def deviation_bounds(values: Any, factor: float = 3.0, *, is_sample: bool) -> Bounds:
    """Return mean - factor·sd and mean + factor·sd."""
    import numpy as np

    mean, sd = float(np.nanmean(values)), float(np.nanstd(values, ddof=1 if is_sample else 0))
    return Bounds(mean - factor * sd, mean + factor * sd, (mean, sd))


def outside(values: Any, bounds: Bounds) -> Any:
    """Return for each value whether it is an outlier; a missing one is none."""
    import numpy as np

    with np.errstate(invalid="ignore"):
        return (values < bounds.low) | (values > bounds.high)


def imputed(values: Any, how: str) -> tuple[Any, float]:
    """Return the column with its missing values filled with the mean or the median of the others, and that number."""
    import numpy as np

    _check_count(values, 1)
    filling = float(np.nanmean(values) if how == "mean" else np.nanmedian(values))
    return np.where(np.isnan(values), filling, values), filling


def logarithms(values: Any) -> Any:
    """Return ln x of each value.

    Raises:
        UndefinedError: a value is not positive; the error names its row.
    """
    import numpy as np

    with np.errstate(invalid="ignore"):
        bad = values <= 0
    if bad.any():
        row = int(np.argmax(bad)) + 1
        raise UndefinedError(f"row {row} holds {values[row - 1]:g}, and log needs numbers above 0")
    return np.log(values)


def one_hot(cells: Sequence[str | None]) -> tuple[tuple[str, ...], list[list[int | None]]]:
    """Return the categories in alphabetical order, and for each a column of 1 and 0; a missing cell has none.

    >>> one_hot(["red", "blue", None])
    (('blue', 'red'), [[0, 1, None], [1, 0, None]])
    """
    kinds = tuple(sorted({cell for cell in cells if cell is not None}))
    return kinds, [[None if cell is None else int(cell == kind) for cell in cells] for kind in kinds]
