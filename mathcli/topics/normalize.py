"""Normalization: where each value lies between the least and the greatest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mathcli.topics._preparation import KIND as KIND
from mathcli.topics._preparation import Preparation

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.solution import Solution
    from mathcli.syntax.tree import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalize(Preparation):
    """Columns as (x - min)/(max - min): from 0 to 1.

    mathcli normalize houses.csv --column price
    mathcli normalize houses.csv --column price,area -o prepared.csv
    """

    def solve(self, budget: Budget) -> Solution:
        """Return the table with a normalized column behind its own for each that was named.

        Raises:
            UndefinedError: all values of a column are the same.
        """
        from mathcli.data.preparation import normalized
        from mathcli.topics._preparation import Prepared, columns, solution, working

        found = []
        for column in columns(self):
            scaled = normalized(column.values)
            low, high = scaled.centre, scaled.centre + scaled.width

            def row(x: float, low: float = low, high: float = high) -> tuple[Node, Node, Node]:
                return _row(x, low, high)

            name = f"{column.label.replace(' ', '_')}_normalized"
            figures = (("min", low, ""), ("max", high, ""))
            found.append(Prepared(column, name, scaled.values, figures, working(column.values, row)))
        return solution("normalize", self, ("z = (x − min)/(max − min)",), found)


def _row(x: float, low: float, high: float) -> tuple[Node, Node, Node]:
    from mathcli.syntax.tree import Negative, Quotient, Sum
    from mathcli.topics._preparation import number

    def minus(node: Node) -> Node:
        return node.operand if isinstance(node, Negative) else Negative(node)

    line = Quotient(Sum.of(number(x), minus(number(low))), Sum.of(number(high), minus(number(low))))
    return number(x), line, number((x - low) / (high - low))


TOPIC = Normalize
