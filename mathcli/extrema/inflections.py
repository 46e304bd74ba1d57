"""Where a function is convex or concave, and its inflection points: where f'' changes its sign."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from mathcli.algebra.budget import Budget
from mathcli.calculus.derivation import Derivation
from mathcli.calculus.differentiation import derivatives
from mathcli.errors import BudgetSpentError, NotCoveredError, UndecidedError
from mathcli.extrema.critical import (
    LOCAL_MAXIMUM,
    LOCAL_MINIMUM,
    STATIONARY_INFLECTION,
    VERTICAL_TANGENT,
    Critical,
    CriticalFamily,
    CriticalPoint,
    Shape,
    Stretch,
)
from mathcli.extrema.joints import value_at
from mathcli.extrema.repetition import each_of, whole_number
from mathcli.extrema.smooth_parts import Part
from mathcli.solving.numbers import decimal_node
from mathcli.solving.regions import Bound, Piece, Region
from mathcli.solving.roots import Family, Zeros, sign_on, zeros
from mathcli.syntax.tree import Name, Node

INFLECTION = "inflection"
_WITH_A_TANGENT = (LOCAL_MINIMUM, LOCAL_MAXIMUM, STATIONARY_INFLECTION, VERTICAL_TANGENT)


def shape(found: Critical, parts: Sequence[Sequence[Part]], is_cut: bool, budget: Budget) -> Shape:
    """Return the inflection points and the intervals of convexity between all cuts.

    At a cut f bends from one side to the other if it has a tangent there, be it a vertical one.
    """
    search = _Bends(found, budget)
    for piece in parts:
        before: list[Stretch] = []
        for part in piece:
            stretches = search.of_part(part)
            if before:
                search.at_joint(before[-1], stretches[0])
            search.stretches.extend(stretches)
            before = stretches
    points = sorted(search.points, key=lambda point: point.at.enclosure)
    families = search.families
    if found.period is not None:
        families, points = [*families, *(_repeated(found.x, point, found.period) for point in points)], []
    is_complete = is_cut and search.is_complete
    bends = () if found.period is not None else tuple(search.stretches)
    return Shape(tuple(points), bends, is_complete, tuple(families), tuple(search.derivations))


class _Bends:
    """What f'' does on the parts and where they meet."""

    def __init__(self, found: Critical, budget: Budget) -> None:
        self.x, self.f, self.budget = found.x, found.f, budget
        points = [(point.at, point.kind) for point in found.points]
        points.extend((family.base, family.kind) for family in found.families)
        self.kinds: dict[int, str] = {id(at): kind for at, kind in points}
        self.points: list[CriticalPoint] = []
        self.families: list[CriticalFamily] = []
        self.stretches: list[Stretch] = []
        self.derivations: list[Derivation] = []
        self.is_complete = True

    def of_part(self, part: Part) -> list[Stretch]:
        """Add the inflection points on a part, and return the stretches between them."""
        g, x = part.function, self.x
        second = derivatives(g, x, 2)[1]
        if second not in self.derivations:
            self.derivations.append(second)
        bend = second.result
        try:
            roots = zeros(bend, x, Region((part.piece,)), budget=self.budget)
        except (NotCoveredError, UndecidedError, BudgetSpentError):
            roots = Zeros(is_complete=False)
        self.is_complete &= roots.is_complete
        if roots.continua:
            return [Stretch(part.piece, 0, g)]
        self.families.extend(self._family(family) for family in roots.families)
        here = [zero for zero in roots.points if zero.sign_before is None or zero.sign_before != zero.sign_after]
        self.is_complete &= all(zero.sign_before is not None for zero in here)
        self.points.extend(CriticalPoint(zero.at, INFLECTION, value_at(g, x, zero.at)) for zero in here)
        ends = [part.piece.lower, *(zero.at for zero in here), part.piece.upper]
        return [self._stretch(Piece(*pair), bend, g, roots) for pair in pairwise(ends)]

    def _stretch(self, piece: Piece, bend: Node, g: Node, roots: Zeros) -> Stretch:
        is_whole = roots.is_complete and not roots.families
        return Stretch(piece, sign_on(bend, self.x, piece) if is_whole else None, g)

    def at_joint(self, before: Stretch, after: Stretch) -> None:
        """Add the point where two parts meet, if f'' changes its sign there and f has a tangent."""
        at = before.piece.upper
        if at is None or self.kinds.get(id(at), STATIONARY_INFLECTION) not in _WITH_A_TANGENT:
            return
        if before.sign is None or after.sign is None:
            self.is_complete = False
        elif before.sign * after.sign < 0:
            self.points.append(CriticalPoint(at, INFLECTION, value_at(self.f, self.x, at)))

    def _family(self, family: Family) -> CriticalFamily:
        return CriticalFamily(
            family.at,
            family.parameter,
            family.base,
            family.period,
            INFLECTION,
            first=family.first,
            last=family.last,
        )


def _repeated(x: Name, point: CriticalPoint, period: Node) -> CriticalFamily:
    k = whole_number(x)
    return CriticalFamily(each_of(_tree(point.at), period, k), k, point.at, period, INFLECTION)


def _tree(at: Bound) -> Node:
    return at.exact if at.exact is not None else decimal_node(at)
