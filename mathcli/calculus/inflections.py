"""Where a function is convex or concave, and its inflection points: where f'' changes its sign."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from mathcli.algebra.budget import Budget
from mathcli.calculus.critical import Critical, CriticalFamily, CriticalPoint, Shape, Stretch
from mathcli.calculus.differentiation import derivatives
from mathcli.calculus.joints import value_at
from mathcli.calculus.regions import Piece, Region
from mathcli.calculus.repetition import each_of, whole_number
from mathcli.calculus.roots import sign_on, zeros
from mathcli.calculus.smooth_parts import Part

INFLECTION = "inflection"


def shape(found: Critical, parts: Sequence[Sequence[Part]], is_cut: bool, budget: Budget) -> Shape:
    """Return the inflection points inside the smooth parts, and the intervals of convexity between all cuts."""
    x = found.x
    inflections: list[CriticalPoint] = []
    stretches: list[Stretch] = []
    is_complete = is_cut
    second = None
    for part in (part for piece in parts for part in piece):
        both = derivatives(part.function, x, 2)
        second = second or both[1]
        bend = both[1].result
        roots = zeros(bend, x, Region((part.piece,)), budget=budget)
        is_complete &= roots.is_complete and not roots.families
        here = [zero for zero in roots.points if zero.sign_before is None or zero.sign_before != zero.sign_after]
        if roots.continua:
            stretches.append(Stretch(part.piece, 0, part.function))
            continue
        ends = [part.piece.lower, *(zero.at for zero in here), part.piece.upper]
        for lower, upper in pairwise(ends):
            open_ = Piece(lower, upper)
            stretches.append(Stretch(open_, sign_on(bend, x, open_) if roots.is_complete else None, part.function))
        inflections.extend(CriticalPoint(zero.at, INFLECTION, value_at(part.function, x, zero.at)) for zero in here)
    families = tuple(_family(found, point) for point in inflections) if found.period is not None else ()
    return Shape(tuple(inflections) if not families else (), tuple(stretches), is_complete, families, derivation=second)


def _family(found: Critical, point: CriticalPoint) -> CriticalFamily:
    from mathcli.calculus.extrema import decimal_of

    assert found.period is not None
    k = whole_number(found.x)
    base = point.at.exact if point.at.exact is not None else decimal_of(point.at)
    return CriticalFamily(each_of(base, found.period, k), k, point.at, found.period, INFLECTION)
