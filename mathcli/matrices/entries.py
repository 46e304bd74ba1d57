"""Matrices of numbers in the place of the letters: what a line is worth at random sizes, in ball arithmetic.

Each entry is a value with its slope along a random direction of the variable, so that d(F) is the slope of F. This road
knows neither the rules nor the normal form: it multiplies, eliminates and applies functions to entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import NamedTuple

from flint import arb, fmpq

from mathcli.algebra import jets
from mathcli.algebra.balls import working_precision
from mathcli.matrices.functions import defined
from mathcli.matrices.reading import whole_number
from mathcli.matrices.shapes import Link, Shape, Shapes, chained, size_of_identity, size_of_ones
from mathcli.syntax.tree import (
    Call,
    Constant,
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
    Relation,
    Sum,
    Transpose,
    walk,
)

PRECISION = 128
LARGEST_SIZE = 3
_AGREEING_BITS = 60


class NoValueError(Exception):
    """The line has no value at this point, or nobody is certain of it."""


class Entry(NamedTuple):
    """A number and its slope along the direction in which the variable changes."""

    value: arb
    slope: arb

    def plus(self, other: Entry) -> Entry:
        return Entry(self.value + other.value, self.slope + other.slope)

    def times(self, other: Entry) -> Entry:
        return Entry(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def over(self, other: Entry) -> Entry:
        if other.value.contains(0):
            raise NoValueError
        ratio = self.value / other.value
        return Entry(ratio, (self.slope - ratio * other.slope) / other.value)


Grid = tuple[tuple[Entry, ...], ...]
"""Rows of entries."""

_ZERO = Entry(arb(0), arb(0))
_ONE = Entry(arb(1), arb(0))


class Sample:
    """Random rational matrices for all names of the given trees, and a random direction for the variable."""

    def __init__(self, shapes: Shapes, x: Name, sizes: dict[Node, int], random: Random) -> None:
        self.shapes = shapes
        self.x = x
        self.sizes = sizes
        self.random = random
        self._grids: dict[Node, Grid] = {}
        self._letters: dict[Node, Grid] = {}

    def grid(self, node: Node) -> Grid:
        """Return the rows of a tree at this point.

        Raises:
            NoValueError: it has no value here, or nobody is certain of it.
        """
        known = self._grids.get(node)
        if known is None:
            known = self._grids[node] = self._grid(node)
        return known

    def number(self, node: Node) -> Entry:
        ((entry,),) = self.grid(node)
        return entry

    def _grid(self, node: Node) -> Grid:
        match node:
            case Number(numerator, scale):
                return ((Entry(arb(fmpq(numerator, 10**scale)), arb(0)),),)
            case Name() | Indexed():
                return self._letter(node)
            case IndexedSum():
                return self._indexed_sum(node)
            case Sum(terms):
                return _total([self.grid(term) for term in terms])
            case Negative(operand):
                return _mapped(self.grid(operand), lambda e: Entry(-e.value, -e.slope))
            case Product(factors):
                return self._product([self.grid(factor) for factor in factors], factors)
            case Quotient(above, below):
                return self._quotient(above, below)
            case Transpose(operand):
                return _transposed(self.grid(operand))
            case Power(base, exponent) if not self.shapes.is_scalar(base):
                return _matrix_power(self.grid(base), whole_number(exponent) or 0)
            case Norm(operand) | Call("frobenius", (operand,)):
                entries = [entry for row in self.grid(operand) for entry in row]
                square = _sum_of(entry.times(entry) for entry in entries)
                return ((self._apply(Call("sqrt", (Name("u"),)), (square,)),),)
            case Call("d", (operand,)):
                return _mapped(self.grid(operand), lambda e: Entry(e.slope, arb("nan")))
        return self._function(node)

    def _indexed_sum(self, node: IndexedSum) -> Grid:
        first, last = (self.sizes.get(bound) or whole_number(bound) for bound in (node.lower, node.upper))
        if first is None or last is None or last < first:
            raise NoValueError
        return _total([self.grid(node.body.substitute({node.index: Number(k)})) for k in range(first, last + 1)])

    def _function(self, node: Node) -> Grid:
        match node:
            case Call("tr", (operand,)):
                grid = self.grid(operand)
                return ((_sum_of(grid[k][k] for k in range(len(grid))),),)
            case Call("det", (operand,)):
                return ((_eliminated(self.grid(operand))[1],),)
            case Call("diag", (operand,)):
                column = self.grid(operand)
                size = range(len(column))
                return tuple(tuple(column[j][0] if j == k else _ZERO for k in size) for j in size)
            case Call("hadamard", (left, right)):
                return _paired(self.grid(left), self.grid(right), Entry.times)
            case Piecewise(branches, otherwise):
                return ((self._piece(branches, otherwise),),)
            case Constant():
                return ((self._apply(node, ()),),)
        return self._entrywise(node)

    def _entrywise(self, node: Node) -> Grid:
        """A function of numbers, entry by entry where its argument is a vector."""
        arguments = node.children()
        letters = tuple(Name(f"u_{k}") for k in range(len(arguments)))
        varied = [bool(a.names) or a.contains(Indexed) for a in arguments]  # x_1 holds no name, and is no constant
        outer = node.rebuilt(
            tuple(u if is_varied else a for a, u, is_varied in zip(arguments, letters, varied, strict=True))
        )
        if isinstance(outer, Call):
            outer = defined(outer.function, *outer.arguments)
        if self.shapes.is_scalar(node):
            return ((self._apply(outer, [self.number(a) for a in arguments], letters),),)
        place = next(k for k, a in enumerate(arguments) if not self.shapes.is_scalar(a))
        return _mapped(self.grid(arguments[place]), lambda e: self._apply(outer, (e,), (letters[place],)))

    def _piece(self, branches: Sequence[tuple[Node, Node]], otherwise: Node | None) -> Entry:
        """The value of the piece whose condition certainly holds, where those before it certainly do not."""
        for value, condition in branches:
            if self._holds(condition):
                return self.number(value)
        if otherwise is None:
            raise NoValueError
        return self.number(otherwise)

    def _holds(self, condition: Node) -> bool:
        match condition:
            case Relation((left, right), (sign,)) if sign in ("<", "<=", ">", ">="):
                difference = self.number(left).value - self.number(right).value
                if difference.contains(0) or not difference.is_finite():
                    raise NoValueError
                return bool(difference < 0) is (sign[0] == "<")
            case Equation(left, right):
                difference = self.number(left).value - self.number(right).value
                if difference.contains(0) and not difference.is_zero():
                    raise NoValueError
                return bool(difference.is_zero())
        raise NoValueError

    def _apply(self, f: Node, values: Sequence[Entry], letters: Sequence[Name] = (Name("u"),)) -> Entry:
        """A function of numbers with the slope that its derivatives give it."""
        at: dict[Node, arb | fmpq | int] = {u: e.value for u, e in zip(letters, values, strict=False)}
        slope = arb(0)
        value: arb | None = None
        for u, entry in zip(letters, values, strict=False):
            if u not in f.names:
                continue
            found = jets.expand(f, u, at, order=1, precision=PRECISION, generic=False)
            if found is None:
                raise NoValueError
            value = found[0]
            slope += found[1] * entry.slope
        if value is None:
            constant = jets.expand(f, Name("u"), {Name("u"): 0}, order=0, precision=PRECISION, generic=False)
            if constant is None:
                raise NoValueError
            value = constant[0]
        return Entry(value, slope)

    def _quotient(self, above: Node, below: Node) -> Grid:
        grid = self.grid(below)
        if self.shapes.is_scalar(below):
            ((divisor,),) = grid
            return _mapped(self.grid(above), lambda e: e.over(divisor))
        return _paired(self.grid(above), grid, Entry.over)

    def _product(self, grids: Sequence[Grid], factors: Sequence[Node]) -> Grid:
        links = [Link((Number(k),), self.shapes.of(factor), k, k) for k, factor in enumerate(factors)]
        numbers, rest = chained(links)
        result: Grid | None = None
        for link in (*numbers, *((rest,) if rest else ())):
            chain = [grids[whole_number(place) or 0] for place in link.factors]
            value = chain[0]
            for grid in chain[1:]:
                value = _matrix_product(value, grid)
            result = value if result is None else _scaled(result, value)
        assert result is not None
        return result

    # ------------------------------------------------------------------ the values of the letters

    def _letter(self, name: Name | Indexed) -> Grid:
        if name not in self._letters:
            self._letters[name] = self._made(name)
        return self._letters[name]

    def _made(self, name: Name | Indexed) -> Grid:
        shape = self.shapes.indexed(name) if isinstance(name, Indexed) else self.shapes.named(name)
        if name in self.sizes and shape is None:
            return ((Entry(arb(self.sizes[name]), arb(0)),),)
        rows, columns = (1, 1) if shape is None else self._size(shape)
        if isinstance(name, Name) and name not in self.shapes.declared:
            if size_of_identity(name) is not None:
                return _identity(rows)
            if size_of_ones(name) is not None:
                return tuple((_ONE,) for _ in range(rows))
        values = self._values(rows, columns)
        if name in self.shapes.symmetric:
            values = _symmetric(values)
        slopes = [[self._small() for _ in row] for row in values]
        return tuple(
            tuple(Entry(arb(v), arb(s) if name is self.x else arb(0)) for v, s in zip(row, along, strict=True))
            for row, along in zip(values, slopes, strict=True)
        )

    def _size(self, shape: Shape) -> tuple[int, int]:
        rows, columns = (self.sizes.get(side) or whole_number(side) or 1 for side in shape)
        return rows, columns

    def _small(self) -> fmpq:
        return fmpq(self.random.randint(-20, 20), 16)

    def _values(self, rows: int, columns: int) -> list[list[fmpq]]:
        """Random entries; a square matrix gets a heavy diagonal, and so an inverse and a positive determinant."""
        values = [[self._small() for _ in range(columns)] for _ in range(rows)]
        if rows == columns and rows > 1:
            for k in range(rows):
                values[k][k] = 4 + abs(values[k][k])
        elif rows == columns == 1:
            values[0][0] = abs(values[0][0]) + fmpq(1, 8)
        return values


def agree_in_numbers(left: Node, right: Node, x: Name, shapes: Shapes, *, seed: int = 0, wanted: int = 2) -> int | None:
    """Return at how many random sizes two lines were certified to agree; 0 is a refutation, None is open.

    The sizes go from 1 to 3, and a size given as a number keeps it. Where a line has no value another point is tried.
    """
    random = Random(seed)
    agreed = 0
    with working_precision(PRECISION):
        for _ in range(8 * wanted):
            sample = Sample(shapes, x, _random_sizes(shapes, (left, right), random), random)
            try:
                verdict = _overlap(sample.grid(left), sample.grid(right))
            except NoValueError:
                continue
            if verdict is False:
                return 0
            agreed += verdict is True
            if agreed == wanted:
                return agreed
    return agreed or None


def _random_sizes(shapes: Shapes, nodes: Iterable[Node], random: Random) -> dict[Node, int]:
    """Sizes for the letters of the shapes, and for those that count the terms of a sum."""
    letters = {side for shape in shapes.declared.values() for side in shape if isinstance(side, Name)}
    sums = [part for node in nodes for part in walk(node) if isinstance(part, IndexedSum)]
    letters |= {bound for part in sums for bound in (part.lower, part.upper) if isinstance(bound, Name)}
    return {side: random.randint(1, LARGEST_SIZE) for side in sorted(letters, key=lambda name: name.name)}


def _overlap(left: Grid, right: Grid) -> bool | None:
    """Whether all entries agree to many bits; None where a ball is too wide to say."""
    sure = True
    for row, other in zip(left, right, strict=True):
        for a, b in zip(row, other, strict=True):
            difference = a.value - b.value
            if not difference.is_finite():
                return None
            if not difference.contains(0):
                return False
            scale = 1 + abs(a.value)
            sure = sure and bool(abs(difference) < scale * arb(2) ** -_AGREEING_BITS)
    return True if sure else None


# ---------------------------------------------------------------------- arithmetic of grids


def _mapped(grid: Grid, f: Callable[[Entry], Entry]) -> Grid:
    return tuple(tuple(map(f, row)) for row in grid)


def _paired(a: Grid, b: Grid, f: Callable[[Entry, Entry], Entry]) -> Grid:
    return tuple(tuple(map(f, row, other)) for row, other in zip(a, b, strict=True))


def _total(grids: Sequence[Grid]) -> Grid:
    result = grids[0]
    for grid in grids[1:]:
        result = _paired(result, grid, Entry.plus)
    return result


def _sum_of(entries: Iterable[Entry]) -> Entry:
    total = _ZERO
    for entry in entries:
        total = total.plus(entry)
    return total


def _transposed(grid: Grid) -> Grid:
    return tuple(zip(*grid, strict=True))


def _matrix_product(a: Grid, b: Grid) -> Grid:
    columns = _transposed(b)
    return tuple(
        tuple(_sum_of(x.times(y) for x, y in zip(row, column, strict=True)) for column in columns) for row in a
    )


def _scaled(number: Grid, grid: Grid) -> Grid:
    ((factor,),) = number
    return _mapped(grid, factor.times)


def _identity(size: int) -> Grid:
    return tuple(tuple(_ONE if j == k else _ZERO for k in range(size)) for j in range(size))


def _symmetric(values: list[list[fmpq]]) -> list[list[fmpq]]:
    size = range(len(values))
    return [[(values[j][k] + values[k][j]) / 2 for k in size] for j in size]


def _matrix_power(grid: Grid, exponent: int) -> Grid:
    base = grid if exponent > 0 else _eliminated(grid)[0]
    result = base
    for _ in range(abs(exponent) - 1):
        result = _matrix_product(result, base)
    return result


def _eliminated(grid: Grid) -> tuple[Grid, Entry]:
    """Return the inverse and the determinant, by elimination with the largest pivot."""
    size = len(grid)
    rows = [[*row, *unit] for row, unit in zip(grid, _identity(size), strict=True)]
    determinant = _ONE
    for k in range(size):
        pivot = max(range(k, size), key=lambda j: float(abs(rows[j][k].value).mid()))
        if pivot != k:
            rows[k], rows[pivot] = rows[pivot], rows[k]
            determinant = Entry(-determinant.value, -determinant.slope)
        determinant = determinant.times(rows[k][k])
        rows[k] = [entry.over(rows[k][k]) for entry in rows[k]]
        for j in range(size):
            if j != k:
                factor = rows[j][k]
                minus = Entry(-factor.value, -factor.slope)
                rows[j] = [entry.plus(minus.times(above)) for entry, above in zip(rows[j], rows[k], strict=True)]
    return tuple(tuple(row[size:]) for row in rows), determinant
