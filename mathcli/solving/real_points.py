"""Points with real coordinates at which functions are judged: signs, zeros and values, exact where the point is.

Signs come from balls that are drawn together. That something is zero is proved in the number field of an algebraic
point, or by exact coordinates; where neither decides, the answer is None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flint import arb, fmpq, fmpq_poly

from mathcli.algebra import exact as exactly
from mathcli.algebra.algebraic_points import AlgebraicPoint, rational_ends, real_roots
from mathcli.algebra.atoms import is_easy
from mathcli.algebra.balls import enclose, working_precision
from mathcli.algebra.field import Field
from mathcli.algebra.rational import expanded, normal_form
from mathcli.algebra.rings import Ring
from mathcli.errors import UndecidedError
from mathcli.solving.regions import FIRST_BITS, Bound
from mathcli.syntax.tree import Name, Node

_PRECISIONS = (64, 128, 512)


class RealPoint:
    """A point: a number for each name, and where all of them are algebraic, the number field that they live in."""

    __slots__ = ("_ring", "algebraic", "bounds", "names")

    def __init__(self, names: Sequence[Name], bounds: Sequence[Bound], algebraic: AlgebraicPoint | None = None) -> None:
        self.names = tuple(names)
        self.bounds = tuple(bounds)
        self.algebraic = algebraic
        self._ring = Ring(self.names)

    @staticmethod
    def of(names: Sequence[Name], point: AlgebraicPoint) -> RealPoint:
        """Return the point of which these are the first coordinates."""
        coordinates = point.coordinates[: len(names)]
        known = AlgebraicPoint(point.factor, point.index, coordinates)
        return RealPoint(names, [algebraic_bound(point, c) for c in coordinates], known)

    @property
    def exact(self) -> dict[Name, Node] | None:
        """The coordinates as trees, where each has one."""
        found = {name: bound.exact for name, bound in zip(self.names, self.bounds, strict=True)}
        return {name: node for name, node in found.items() if node is not None} if None not in found.values() else None

    def balls(self, bits: int) -> Mapping[Node, arb | fmpq | int]:
        """The coordinates as balls, exact where they are rational."""
        values = zip(self.names, self.bounds, strict=True)
        return {name: bound.ball(bits) if bound.value is None else bound.value for name, bound in values}

    def same_as(self, other: RealPoint) -> bool | None:
        signs = [a.compare(b) for a, b in zip(self.bounds, other.bounds, strict=True)]
        return False if any(s in (1, -1) for s in signs) else None if None in signs else True

    def ball(self, node: Node, bits: int = 64) -> arb | None:
        """Return a ball around the value of a tree here; None where it has no value, nan where nobody knows."""
        return enclose(node, self.balls(bits), precision=bits)

    def is_defined(self, node: Node) -> bool | None:
        """Whether the tree has a value here."""
        for bits in _PRECISIONS:
            ball = self.ball(node, bits)
            if ball is None:
                return False
            if ball.is_finite():
                return True
        exact = self.exact
        return None if exact is None else exactly.is_defined(exactly.placed(node, exact))

    def sign(self, node: Node) -> int | None:
        """Return the sign of a tree here, proved; None where it was not decided or has no value."""
        first = self.ball(node, _PRECISIONS[0])
        if first is None:
            return None
        for bits in _PRECISIONS:
            ball = self.ball(node, bits)
            if ball is None:
                return None
            if ball > 0:
                return 1
            if ball < 0:
                return -1
            if bits == _PRECISIONS[0] and self.is_zero(node):
                return 0
        return None

    def is_zero(self, node: Node) -> bool:
        """Whether a tree is proved to be 0 here."""
        if node.names <= set(self.names) and self._vanishes(node):
            return True
        exact = self.exact
        return exact is not None and exactly.is_zero(exactly.placed(node, exact)) is True

    def _vanishes(self, node: Node) -> bool:
        """Whether a factor of the tree's normal form that is a polynomial vanishes in the number field."""
        if self.algebraic is None:
            return False
        form = normal_form(node, field=Field())
        if form is None:
            return False
        if form.is_zero():
            return True
        factors = [f for f, _ in form.num.factor()[1]] if is_easy(form.num) else [form.num]
        for factor in factors:
            polynomial = self._ring.polynomial(form, factor)
            if polynomial is not None and self.algebraic.vanishes(polynomial):
                return True
        return False

    def value(self, node: Node) -> Bound | None:
        """Return what a tree is worth here, exact where there is a short form; None where it has no value."""
        fraction = self._ring.fraction(node) if self.algebraic is not None else None
        if fraction is not None and self.algebraic is not None:
            above, below = (self.algebraic.element(part) for part in fraction)
            if below == 0:
                return None
            if self.algebraic.is_large and below.degree() >= 1:  # an inverse in the field would take a second
                return Bound(None, refinement=lambda bits: self._ends(node, bits))
            return algebraic_bound(self.algebraic, self.algebraic.quotient(above, below))
        exact = self.exact
        try:
            if exact is not None:
                return Bound.of(expanded(exactly.shortest(exactly.placed(node, exact))))
            return Bound(None, refinement=lambda bits: self._ends(node, bits))
        except UndecidedError:
            return None

    def _ends(self, node: Node, bits: int) -> tuple[fmpq, fmpq]:
        precision = bits + 32
        while precision <= 8192:
            ball = self.ball(node, precision)
            if ball is None:
                break
            if ball.is_finite():
                with working_precision(precision):
                    low, high = rational_ends(ball)
                if high - low <= fmpq(1, 1 << bits):
                    return low, high
            precision *= 2
        raise UndecidedError("the value of the function could not be enclosed")


class AlgebraicNumber(Bound):
    """An element of a point's number field. Two of them are equal if they are the same root of one polynomial.

    In a large field that is not asked: numbers that are equal for another reason stay undecided.
    """

    __slots__ = ("element", "point")

    def __init__(self, point: AlgebraicPoint, element: fmpq_poly) -> None:
        self.point = point
        self.element = element
        super().__init__(point.exact(element), refinement=lambda bits: point.ends(element, bits))

    def _is_same(self, other: Bound) -> bool:
        if not isinstance(other, AlgebraicNumber):
            return super()._is_same(other)
        if self.point is other.point and self.element == other.element:
            return True
        if self.point.is_large or other.point.is_large:
            return False
        minimal = self.point.minimal_polynomial(self.element)
        if minimal != other.point.minimal_polynomial(other.element):
            return False
        bits = FIRST_BITS
        while True:
            roots = real_roots(minimal, bits)
            places = [[k for k, root in enumerate(roots) if root.overlaps(x.ball(bits))] for x in (self, other)]
            if all(len(place) == 1 for place in places):
                return places[0] == places[1]
            bits *= 2


def algebraic_bound(point: AlgebraicPoint, element: fmpq_poly) -> Bound:
    """Return an element of a point's number field as a number."""
    return AlgebraicNumber(point, element)
