"""Least squares and logistic regression: the normal equations, their solution, and how good it is.

Small tables are fitted exactly, in fractions; large ones by numpy's least squares, which is stabler than the normal
equations in floating numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from flint import fmpq, fmpq_mat

from mathcli.errors import UndefinedError

MOST_EXACT = 40_000
"""Rows times the square of the parameters up to which sums are taken in fractions."""

_DEPENDENT = 1e-10
_ITERATIONS = 100
_HALVINGS = 40
_SHORT = 1e-9


class Design(NamedTuple):
    """The model's parts on each row: `columns[j]` is what parameter j is multiplied with, `target` what is fitted.

    names     the parameters
    parts     what each column is, in words for an error: "hours", "1"
    columns   (p, n) floating numbers
    observed  what was measured: the target and whatever of the model has no parameter
    exact     columns, target and observed as fractions where every entry is rational, else None
    """

    names: tuple[str, ...]
    parts: tuple[str, ...]
    columns: Any
    target: Any
    observed: Any
    exact: tuple[Sequence[Sequence[Fraction]], Sequence[Fraction], Sequence[Fraction]] | None = None


class Fit(NamedTuple):
    """The minimum of the sum of squares.

    parameters  fractions where `is_exact`, else floating numbers
    matrix, right   the normal equations: matrix times parameters = right
    residuals   y - prediction on each row, floating
    loss, total the sum of squared residuals, and of squared distances from the mean
    """

    parameters: tuple[Any, ...]
    matrix: tuple[tuple[Any, ...], ...]
    right: tuple[Any, ...]
    residuals: Any
    loss: Any
    total: Any
    is_exact: bool

    @property
    def r_squared(self) -> Any | None:
        """1 - loss/total; None where all targets are the same."""
        return None if self.total == 0 else 1 - self.loss / self.total


def least_squares(design: Design) -> Fit:
    """Return the parameters that make the sum of squared residuals least.

    Raises:
        UndefinedError: the columns are dependent, so there is no single minimum; the error names them.
    """
    count, size = design.columns.shape[1], len(design.names)
    if count < size:
        raise UndefinedError(
            f"{count} row{'s' * (count != 1)} cannot settle {size} parameters", hint="more rows, or a smaller model"
        )
    return _exact(design) if design.exact is not None and count * size**2 <= MOST_EXACT else _floating(design)


def _exact(design: Design) -> Fit:
    import numpy as np

    assert design.exact is not None
    columns, target, observed = design.exact
    matrix = tuple(tuple(_dot(a, b) for b in columns) for a in columns)
    right = tuple(_dot(a, target) for a in columns)
    size = len(columns)
    flat = fmpq_mat(size, size, [_fmpq(entry) for row in matrix for entry in row])
    _, rank = flat.rref()
    if rank < size:
        raise _dependent(design, flat)
    solved = flat.solve(fmpq_mat(size, 1, [_fmpq(entry) for entry in right])).entries()
    parameters = tuple(Fraction(int(value.p), int(value.q)) for value in solved)
    predictions = [
        sum((p * column[i] for p, column in zip(parameters, columns, strict=True)), Fraction(0))
        for i in range(len(target))
    ]
    residuals = [y - prediction for y, prediction in zip(target, predictions, strict=True)]
    mean = sum(observed, Fraction(0)) / len(observed)
    total = sum(((y - mean) ** 2 for y in observed), Fraction(0))
    return Fit(
        parameters, matrix, right, np.array([float(r) for r in residuals]), _dot(residuals, residuals), total, True
    )


def _dot(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))


def _fmpq(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def _floating(design: Design) -> Fit:
    import numpy as np

    x, y = design.columns.T, design.target
    _refuse_zeros(design)
    scale = np.linalg.norm(x, axis=0)
    solved, _, rank, _ = np.linalg.lstsq(x / scale, y, rcond=None)
    if rank < len(design.names):
        raise _dependent(design, None)
    parameters = solved / scale
    residuals = y - x @ parameters
    total = float(((design.observed - design.observed.mean()) ** 2).sum())
    matrix = x.T @ x
    rows = tuple(tuple(float(entry) for entry in row) for row in matrix)
    right = tuple(float(entry) for entry in x.T @ y)
    return Fit(tuple(map(float, parameters)), rows, right, residuals, float(residuals @ residuals), total, False)


def _refuse_zeros(design: Design) -> None:
    zero = next((part for part, column in zip(design.parts, design.columns, strict=True) if not column.any()), None)
    if zero is not None:
        raise UndefinedError(f"the column {zero} is 0 throughout, so its parameter is free", hint="leave it out")


def _dependent(design: Design, matrix: fmpq_mat | None) -> UndefinedError:
    """The error for dependent columns: which ones, and how the last of them follows from the others."""
    found = _relation_exact(matrix) if matrix is not None else _relation_floating(design)
    column, weights = found
    if not weights:
        _refuse_zeros(design)
    names = [design.parts[k] for k, _ in weights]
    sum_of = " + ".join(f"({weight})*{design.parts[k]}" if weight != 1 else design.parts[k] for k, weight in weights)
    together = ", ".join([*names, design.parts[column]])
    how = f"{design.parts[column]} = {sum_of}"
    what = f"the columns {together} depend on one another: {how}"
    return UndefinedError(f"{what}; so no single model fits best", hint="leave one of them out")


def _relation_exact(matrix: fmpq_mat) -> tuple[int, list[tuple[int, object]]]:
    """The first column that follows from those before it, and their weights."""
    reduced, rank = matrix.rref()
    size = matrix.ncols()
    pivots = [next(j for j in range(size) if reduced[i, j] != 0) for i in range(rank)]
    column = next(j for j in range(size) if j not in pivots)
    weights = [(pivots[i], reduced[i, column]) for i in range(rank) if reduced[i, column] != 0]
    return column, weights


def _relation_floating(design: Design) -> tuple[int, list[tuple[int, object]]]:
    import numpy as np

    columns = [column / (np.linalg.norm(column) or 1.0) for column in design.columns]
    for k in range(1, len(columns)):
        before = np.array(columns[:k]).T
        weights, *_ = np.linalg.lstsq(before, columns[k], rcond=None)
        if np.linalg.norm(before @ weights - columns[k]) < _DEPENDENT * 100:
            scale = [np.linalg.norm(design.columns[k]) / np.linalg.norm(design.columns[j]) for j in range(k)]
            return k, [
                (j, f"{w * s:.6g}") for j, (w, s) in enumerate(zip(weights, scale, strict=True)) if abs(w) > _DEPENDENT
            ]
    return len(columns) - 1, [(j, 1) for j in range(len(columns) - 1)]


class Path(NamedTuple):
    """A descent on a loss: the rate, whether it is below `limit` = 2/λ_max of the Hessian, points, values, lengths."""

    rate: float
    limit: float
    points: tuple[tuple[float, ...], ...]
    losses: tuple[float, ...]
    lengths: tuple[float, ...]


def descend_on_squares(
    design: Design, start: Sequence[float], rate: float | None, iterations: int, *, is_mean: bool
) -> Path:
    """Return gradient descent on the sum, or the mean, of squares; without a rate, 1/λ_max of the Hessian is taken."""
    import numpy as np

    x, y = design.columns.T, design.target
    weight = 2.0 / len(y) if is_mean else 2.0
    gram, moment = weight * (x.T @ x), weight * (x.T @ y)
    most = float(np.linalg.eigvalsh(gram)[-1])
    taken = 1.0 / most if rate is None else rate
    point = np.array(start, dtype=np.float64)
    points, losses, lengths = [], [], []
    for _ in range(iterations + 1):
        with np.errstate(over="ignore", invalid="ignore"):
            residual = y - x @ point
            loss = float(residual @ residual) / (len(y) if is_mean else 1)
            gradient = gram @ point - moment
            length = float(np.linalg.norm(gradient))
        if not np.isfinite(loss) or not np.isfinite(length):
            break
        points.append(tuple(map(float, point)))
        losses.append(loss)
        lengths.append(length)
        point = point - taken * gradient
    return Path(taken, 2.0 / most, tuple(points), tuple(losses), tuple(lengths))


class Logistic(NamedTuple):
    """The minimum of the log loss: parameters, loss, the share of rows on the right side, Newton's steps taken."""

    parameters: tuple[float, ...]
    loss: float
    accuracy: float
    steps: int
    probabilities: Any
    gradient_norm: float


def logistic_regression(design: Design) -> Logistic:
    """Return the parameters that make the log loss least, by Newton's method with halved steps.

    Raises:
        UndefinedError: the columns are dependent, a class is missing, or the classes can be separated, so that the
            loss has no minimum.
    """
    import numpy as np

    x, y = design.columns.T, design.target
    if not np.isin(y, (0.0, 1.0)).all():
        row = int(np.argmin(np.isin(y, (0.0, 1.0)))) + 1
        raise UndefinedError(f"logistic regression needs 0 and 1, and row {row} has {y[row - 1]:g}")
    if y.min() == y.max():
        raise UndefinedError(f"every row is of class {y[0]:g}, so the loss has no minimum")
    _refuse_zeros(design)
    if np.linalg.matrix_rank(x / np.linalg.norm(x, axis=0)) < len(design.names):
        raise _dependent(design, None)
    scale = np.abs(x).max(axis=0)
    scaled, w = x / scale, np.zeros(len(design.names))
    for steps in range(_ITERATIONS):  # where there is no minimum, Newton's steps never become short
        step = _newton_step(scaled, y, w)
        w = w - step
        if np.linalg.norm(step) <= _SHORT * (1.0 + np.linalg.norm(w)):
            return _summary(x, y, w / scale, steps + 1)
    raise _separable()


def _newton_step(x: Any, y: Any, w: Any) -> Any:
    """The step by which Newton's method lowers the loss: halved until it does."""
    import numpy as np

    p = _sigmoid(x @ w)
    hessian = (x * (p * (1 - p))[:, None]).T @ x
    try:
        step = np.linalg.solve(hessian, x.T @ (p - y))
    except np.linalg.LinAlgError:
        raise _separable() from None
    before = _log_loss(x @ w, y)
    for _ in range(_HALVINGS):
        if np.isfinite(step).all() and _log_loss(x @ (w - step), y) <= before * (1 + 1e-12):
            return step
        step = step / 2
    return step


def _summary(x: Any, y: Any, w: Any, steps: int) -> Logistic:
    import numpy as np

    z = x @ w
    p = _sigmoid(z)
    accuracy = float(((p >= 0.5) == (y == 1)).mean())
    gradient = float(np.linalg.norm(x.T @ (p - y)))
    return Logistic(tuple(map(float, w)), _log_loss(z, y), accuracy, steps, p, gradient)


def _separable() -> UndefinedError:
    return UndefinedError(
        "the columns separate the two classes, so the log loss has no minimum: it falls for ever as the weights grow",
        hint="more data, or a penalty on the weights",
    )


def _sigmoid(z: Any) -> Any:
    import numpy as np

    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def _log_loss(z: Any, y: Any) -> float:
    import numpy as np

    return float((np.logaddexp(0, z) - y * z).sum())
