"""The zeros of a function that repeats: those of one period, searched for, and all whole periods further."""

from __future__ import annotations

from flint import fmpq

from mathcli.algebra.budget import Budget
from mathcli.errors import NotCoveredError
from mathcli.solving.arrangement import drawn_together, spelled
from mathcli.solving.inversion import Found, Series
from mathcli.solving.periods import least_common, period_of
from mathcli.solving.regions import LINE, Bound, Piece, Region, both, shifted
from mathcli.solving.roots import Family, Zeros
from mathcli.solving.search import search
from mathcli.syntax.tree import ZERO, Name, Node


def in_each_period(g: Node, x: Name, pieces: list[Piece], *, budget: Budget) -> Found | None:
    """Return all zeros of g where a piece has no end and g repeats, None where that is not so or was not settled."""
    if all(piece.is_bounded for piece in pieces):
        return None
    period = period_of(g, x)
    if period is None:
        return None
    start = Bound.of(ZERO)
    found = search(g, x, Piece(start, shifted(start, period, 1), True, False), budget=budget)
    if not found.is_complete:
        return None
    return Found((), tuple(Series(at, period, times) for at, times in found.points), found.reasons)


_START = fmpq(-1, 3)
"""Where a period begins: no multiple of pi, so seldom a zero, a corner or an end of the domain."""


def whole_period(f: Node, x: Name, within: Region) -> tuple[Node, Region] | None:
    """Return a period of f and of the region, and the part of the region in one; None where there is none."""
    period = period_of(f, x)
    if period is None or within.limits != (LINE,) or (within.period is None and within.pieces != (LINE,)):
        return None
    if within.period is not None:
        period = least_common((period, within.period))
    if period is None:
        return None
    start = Bound.rational(_START)
    return period, both(within, Region((Piece(start, shifted(start, period, 1), True, False),)))


def repeated(found: Zeros, period: Node, x: Name, within: Region) -> Zeros:
    """Return the zeros of one period as families."""
    if not found.is_complete or found.families:
        raise NotCoveredError("what repeats was not settled on one period")
    if found.continua:
        raise NotCoveredError("whole stretches of zeros that repeat")
    k = Name("k") if x is not Name("k") else Name("n")
    families = [
        Family(spelled(at, period, k), k, at, period, times, before, after)
        for at, times, before, after in ((z.at, z.multiplicity, z.sign_before, z.sign_after) for z in found.points)
    ]
    return Zeros((), drawn_together(families, period), (), True, within, found.reasons)
