"""Standardization: how many standard deviations each value lies above the mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mathcli.topics import option
from mathcli.topics._preparation import KIND as KIND
from mathcli.topics._preparation import Preparation

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.solution import Solution
    from mathcli.syntax.tree import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Standardize(Preparation):
    """Columns as (x - mean)/sd: mean 0, standard deviation 1.

    mathcli standardize houses.csv --column price
    mathcli standardize houses.csv --column price,area -o prepared.csv
    mathcli standardize houses.csv --column price --log --impute median
    """

    sample: bool = option("flag", "the sd of a sample: divided by n - 1, not by n", default=False)

    def solve(self, budget: Budget) -> Solution:
        """Return the table with a standardized column behind its own for each that was named.

        Raises:
            UndefinedError: all values of a column are the same.
        """
        from mathcli.data.preparation import standardized
        from mathcli.topics._preparation import Prepared, columns, solution, working

        found = []
        for column in columns(self):
            scaled = standardized(column.values, is_sample=self.sample)
            kind = "of a sample, divided by n − 1" if self.sample else "of the population, divided by n"
            figures = (("mean", scaled.centre, ""), ("sd", scaled.width, kind))

            def row(x: float, centre: float = scaled.centre, width: float = scaled.width) -> tuple[Node, Node, Node]:
                return _row(x, centre, width)

            name = f"{column.label.replace(' ', '_')}_standardized"
            found.append(Prepared(column, name, scaled.values, figures, working(column.values, row)))
        return solution("standardize", self, ("z = (x − mean)/sd",), found)


def _row(x: float, centre: float, width: float) -> tuple[Node, Node, Node]:
    from mathcli.syntax.tree import Negative, Quotient, Sum
    from mathcli.topics._preparation import number

    return number(x), Quotient(Sum.of(number(x), Negative(number(centre))), number(width)), number((x - centre) / width)


TOPIC = Standardize
