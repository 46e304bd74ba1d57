"""A matrix expression entry by entry: (A w)_i is Σ_j A_ij w_j, with letters for indices that nothing else uses.

What has no entries in short, an inverse or a determinant of more than a letter, is named: B_ij with B = X⁻¹.
"""

from __future__ import annotations

from collections.abc import Sequence

from mathcli.matrices.reading import whole_number
from mathcli.matrices.shapes import Shapes, size_of_identity, size_of_ones
from mathcli.syntax.tree import (
    ONE,
    TWO,
    ZERO,
    Call,
    E,
    Equation,
    Indexed,
    IndexedSum,
    Name,
    Negative,
    Node,
    Norm,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Sum,
    Transpose,
    walk,
)

_INDICES = "ijklmpqrstuv"
_LETTERS = "BCDEGHKMPQRSUVZ"
Indices = tuple[Name, ...]
"""The letters that are still free for an index; two sums beside each other may use the same."""


class Components:
    """Writes entries; `named` lists the equations of the letters that were given to inverses."""

    def __init__(self, shapes: Shapes, nodes: Sequence[Node]) -> None:
        self.shapes = shapes
        taken = {name.name for node in nodes for name in node.names}
        taken |= {name.name for name in shapes.declared}
        taken |= {side.name for shape in shapes.declared.values() for side in shape if isinstance(side, Name)}
        taken |= {part.index.name for node in nodes for part in walk(node) if isinstance(part, IndexedSum)}
        letters = [letter for letter in _INDICES if letter not in taken]
        self._indices = [Name(f"{letter}{below}") for below in ("", "_1", "_2", "_3") for letter in letters]
        self._letters = (letter for letter in _LETTERS if letter not in taken)
        self._names: dict[Node, str] = {}
        self.named: list[Equation] = []

    def indices(self, node: Node) -> tuple[Node, Node]:
        """The indices of an entry of this tree: i and j, the second 1 for a vector."""
        shape = self.shapes.of(node)
        row: Node = ONE if shape.rows is ONE else self._indices[0]
        return row, ONE if shape.columns is ONE else self._indices[1]

    def entry(self, node: Node, row: Node, column: Node) -> Node:
        """Return the entry of a tree in this row and column."""
        return self._entry(node, row, column, tuple(self._indices[2:]))

    def _entry(self, node: Node, row: Node, column: Node, fresh: Indices) -> Node:
        shape = self.shapes.of(node)
        if shape.is_scalar and not isinstance(node, Product):
            return self._number(node, fresh)
        match node:
            case Name():
                return self._letter(node, row, column)
            case Indexed(base, indices):
                return Indexed(base, (*indices, row) if shape.columns is ONE else (*indices, row, column))
            case IndexedSum(body, index, lower, upper):
                whole: Node = IndexedSum(self._entry(body, row, column, fresh), index, lower, upper)
                return whole
            case Sum(terms):
                return Sum.of(*(self._entry(term, row, column, fresh) for term in terms))
            case Negative(operand):
                return Negative(self._entry(operand, row, column, fresh))
            case Transpose(operand):
                return self._entry(operand, column, row, fresh)
            case Quotient(above, below):
                divisor = self._entry(below, row, column, fresh)
                return Quotient(self._entry(above, row, column, fresh), divisor)
            case Product(factors):
                return self._product(factors, row, column, fresh)
            case Call("hadamard", (left, right)):
                entries = (self._entry(left, row, column, fresh), self._entry(right, row, column, fresh))
                return Product.of(*entries)
            case Call("diag", (operand,)):
                return _where_equal(row, column, self._entry(operand, row, ONE, fresh))
            case Power(base, exponent) if base is E:
                return Power(E, self._entry(exponent, row, column, fresh))
            case Power(base, exponent) if (count := whole_number(exponent)) is not None and count > 0:
                return self._product((base,) * count, row, column, fresh)
            case Power():
                return Indexed(self._name_of(node), (row, column))
            case Call(function, (argument,)):
                return Call(function, (self._entry(argument, row, column, fresh),))
        return node

    def _letter(self, name: Name, row: Node, column: Node) -> Node:
        if name not in self.shapes.declared:
            if size_of_ones(name) is not None:
                return ONE
            if size_of_identity(name) is not None:
                return _where_equal(row, column, ONE)
        return Indexed(name.name, (row,) if self.shapes.of(name).columns is ONE else (row, column))

    def _name_of(self, node: Node) -> str:
        if node not in self._names:
            self._names[node] = next(self._letters)
            self.named.append(Equation(Name(self._names[node]), node))
        return self._names[node]

    def _product(self, factors: Sequence[Node], row: Node, column: Node, fresh: Indices) -> Node:
        """Numbers first, then a sum over each index between two matrices."""
        numbers, chain, _ = self.shapes.chain(factors)
        parts = [
            self._product(number.factors, ONE, ONE, fresh)
            if isinstance(number, Product) and number.factors != tuple(factors)
            else self._chain(number.factors if isinstance(number, Product) else (number,), ONE, ONE, fresh)
            for number in numbers
        ]
        if chain:
            parts.append(self._chain(chain, row, column, fresh))
        return Product.of(*parts)

    def _chain(self, chain: Sequence[Node], row: Node, column: Node, fresh: Indices) -> Node:
        if len(chain) == 1:
            return self._entry(chain[0], row, column, fresh)
        entries: list[Node] = []
        sums: list[tuple[Name, Node]] = []
        at = row
        between = [factor for factor in chain[:-1] if self.shapes.of(factor).columns is not ONE]
        own, fresh = iter(fresh[: len(between)]), fresh[len(between) :]
        for k, factor in enumerate(chain):
            is_last = k == len(chain) - 1
            if isinstance(factor, Call) and factor.function == "diag" and not is_last:
                entries.append(self._entry(factor.arguments[0], at, ONE, fresh))
                continue
            size = self.shapes.of(factor).columns
            to: Node = column
            if not is_last:
                to = ONE if size is ONE else next(own)
            if isinstance(to, Name) and not is_last:
                sums.append((to, size))
            entry = self._entry(factor, at, to, fresh)
            entries.extend(() if entry is ONE else (entry,))
            at = to
        body = Product.of(*entries)
        for index, size in reversed(sums):
            body = IndexedSum(body, index, ONE, size)
        return body

    def _number(self, node: Node, fresh: Indices) -> Node:
        """A number, with the sums that its products are."""
        match node:
            case Name() | Number() | Indexed():
                return node
            case IndexedSum(body, index, lower, upper):
                whole: Node = IndexedSum(self._entry(body, ONE, ONE, fresh), index, lower, upper)
                return whole
            case Norm(operand):
                return Call("sqrt", (self._sum_of_squares(operand, fresh),))
            case Call("frobenius", (operand,)):
                return Call("sqrt", (self._sum_of_squares(operand, fresh),))
            case Power(Norm(operand) | Call("frobenius", (operand,)), exponent) if exponent is TWO:
                return self._sum_of_squares(operand, fresh)
            case Call("tr", (operand,)):
                index, *rest = fresh
                diagonal: Node = IndexedSum(
                    self._entry(operand, index, index, tuple(rest)), index, ONE, self.shapes.of(operand).rows
                )
                return diagonal
            case Call("det", _):
                return node
            case Transpose(operand):
                return self._number(operand, fresh)
        children = node.children()
        if not children:
            return node
        return node.rebuilt(tuple(self._entry(child, ONE, ONE, fresh) for child in children))

    def _sum_of_squares(self, operand: Node, fresh: Indices) -> Node:
        shape = self.shapes.of(operand)
        row, other, *rest = fresh
        column: Node = ONE if shape.columns is ONE else other
        body: Node = Power(self._entry(operand, row, column, tuple(rest)), TWO)
        if isinstance(column, Name):
            body = IndexedSum(body, column, ONE, shape.columns)
        total: Node = IndexedSum(body, row, ONE, shape.rows)
        return total


def _where_equal(row: Node, column: Node, value: Node) -> Node:
    return value if row is column else Piecewise(((value, Equation(row, column)),), ZERO)
