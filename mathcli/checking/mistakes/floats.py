"""What trees are worth at a few points in floating point: many times faster than balls, and good for a first look.

A search for two slips compares thousands of lines with what was written, and most of their parts are the same. Each
part is worked out once; what floating point cannot judge (roots of negative numbers, sums over an index, functions) is
asked of the balls. What agrees here is looked at again, and proved.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from mathcli.algebra.balls import Evaluation
from mathcli.checking.mistakes.values import Points, Values, as_function, near, number_of
from mathcli.syntax.tree import E, Equation, Negative, Node, Number, Power, Product, Quotient, Sum

Wanted = tuple[float, ...] | None
"""The values that would do; none where it is not known."""


class Floats:
    """The values of trees at the points of some evaluations; nan where there is none."""

    def __init__(self, points: Points) -> None:
        self._at = [_AtPoint(evaluation) for evaluation in points.evaluations]

    def of(self, node: Node) -> Values:
        """Return the values of a tree, as `Points.of` does."""
        if isinstance(node, Equation):
            values = self.of(as_function(node))
            return tuple([value / values[0] if values[0] else math.nan for value in values])
        return tuple([at.value(node) for at in self._at])

    def is_worth(self, node: Node, wanted: Sequence[float]) -> bool:
        """Whether a tree has the wanted values; most that have not are told by the last of them."""
        return all(near(self._at[k].value(node), wanted[k]) for k in range(len(wanted) - 1, -1, -1))

    def last(self, node: Node) -> float:
        """Return the value at the last point."""
        return self._at[-1].value(node)

    def wanted_below(self, node: Node, wanted: Wanted, k: int) -> Wanted:
        """Return what the k-th child would have to be worth at the last point for the node to have a wanted value.

        None where that cannot be told: inside functions and exponents.
        """
        if wanted is None:
            return None
        value = self._at[-1].value
        try:
            if isinstance(node, Sum):
                others = sum([value(term) for j, term in enumerate(node.terms) if j != k])
                return tuple([w - others for w in wanted])
            if isinstance(node, Product):
                by = math.prod([value(factor) for j, factor in enumerate(node.factors) if j != k])
                return tuple([w / by for w in wanted])
            if isinstance(node, Negative):
                return tuple([-w for w in wanted])
            if isinstance(node, Quotient):
                if k == 0:
                    under = value(node.denominator)
                    return tuple([w * under for w in wanted])
                over = value(node.numerator)
                return tuple([over / w for w in wanted])
            if isinstance(node, Power) and k == 0 and node.base is not E:
                n = 1 / value(node.exponent)
                return tuple([sign * abs(w) ** n for w in wanted for sign in (1.0, -1.0)])
        except (OverflowError, ZeroDivisionError):
            return ()
        return None


class _AtPoint:
    """The values of trees at one point."""

    __slots__ = ("_evaluation", "_known")

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._known: dict[Node, float] = {}

    def value(self, node: Node) -> float:
        known = self._known.get(node)
        if known is None:
            try:
                known = self._worked_out(node)
            except (OverflowError, ZeroDivisionError):
                known = math.nan
            self._known[node] = known
        return known

    def _worked_out(self, node: Node) -> float:
        kind = type(node)
        if kind is Product:
            value = 1.0
            for factor in node.children():
                value *= self.value(factor)
            return value
        if kind is Sum:
            value = 0.0
            for term in node.children():
                value += self.value(term)
            return value
        if isinstance(node, Negative):
            return -self.value(node.operand)
        if isinstance(node, Quotient):
            return self.value(node.numerator) / self.value(node.denominator)
        if isinstance(node, Power):
            base, exponent = self.value(node.base), self.value(node.exponent)
            if base > 0 or (base and isinstance(node.exponent, Number) and not node.exponent.scale):
                return float(base**exponent)
        return number_of(self._evaluation.value(node))
