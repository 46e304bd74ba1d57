"""A model fitted to data: the loss, its gradient, the normal equations with the sums of the data, and the fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mathcli.topics import argument, option

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.solution import Solution

KIND = "fitting and data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A line, polynomial or logistic curve fitted to a table.

    mathcli fit scores.csv --x hours --y score
    mathcli fit scores.csv --x hours --y score --model 'a x^2 + b x + c'
    mathcli fit houses.csv --x area --x rooms --y price
    mathcli fit scores.csv --x hours --y passed --model logistic
    """

    data: Any = argument("table", "a CSV or Parquet file with a header")
    x: tuple[str, ...] = option("columns", "the column, or columns, to predict from", metavar="COLUMN")
    y: str | None = option("text", "the column to predict", metavar="COLUMN")
    model: str = option(
        "text", "'m*x + c' in x (or x_1, x_2, ...) and your own parameters, or: logistic", default="", metavar="MODEL"
    )
    loss: str = option("choice", "sum or mean of squares", default="sum", choices=("sum", "mean"), metavar="WHICH")
    by: str = option(
        "choice", "exact, or by gradient descent too", default="exact", choices=("exact", "descent"), metavar="HOW"
    )
    rate: Any = option("expression", "the learning rate of the descent", metavar="NUMBER")
    iterations: int = option("integer", "steps of the descent (100)", default=100, metavar="N")
    plot: str | None = option("text", "draw data and curve to a file", metavar="FILE.svg")

    def solve(self, budget: Budget) -> Solution:
        """Return the fitted parameters.

        Raises:
            UsageError: no column to predict or to predict from, a model that cannot be read.
            InputError: a cell is no number.
            UndefinedError: the columns are dependent, or the classes can be separated.
            NotCoveredError: the model is not linear in its parameters.
        """
        from mathcli.topics._fitting import Fitting

        return Fitting(self, budget).solution()


TOPIC = Fit
