"""The zeros of a function that repeats: those of one period, searched for, and all whole periods further."""

from __future__ import annotations

from mathcli.algebra.budget import Budget
from mathcli.calculus.inversion import Found, Series
from mathcli.calculus.periods import period_of
from mathcli.calculus.regions import Bound, Piece, shifted
from mathcli.calculus.search import search
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
