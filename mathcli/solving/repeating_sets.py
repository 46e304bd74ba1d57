"""Sets that repeat for ever, points and stretches, compared in one common period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mathcli.errors import UndecidedError
from mathcli.solving.inversion import Series
from mathcli.solving.periods import in_one_period, least_common
from mathcli.solving.regions import Bound, Piece, Region, both, cut, inside, rising, shifted
from mathcli.syntax.tree import ZERO, Node


@dataclass(frozen=True, slots=True)
class Repeating:
    """A piece of the line, or a point, and all that it is moved to by whole multiples of the period."""

    piece: Piece
    period: Node

    def some_points(self) -> list[Bound]:
        """The ends of the piece and of its neighbours."""
        ends = {self.piece.lower, self.piece.upper} - {None}
        found = [shifted(end, self.period, k) for end in ends for k in (0, 1, -1, 2)]
        return [at for at in found if at is not None]

    def within(self, whole: Region, turn: Node) -> Iterator[Piece]:
        """The parts that lie in one common period."""
        base = self.piece.lower
        if base is None:
            raise UndecidedError("a stretch without a beginning that repeats")
        if self.piece.is_point:
            for at in in_one_period([Series(base, self.period, 1)], turn):
                yield Piece(at, at, True, True)
            return
        yield from both(Region((self.piece,), self.period), whole).pieces


def compare_repeating(
    first: Iterable[Piece], repeats: Iterable[Repeating], second: Iterable[Piece], others: Iterable[Repeating]
) -> bool | Bound | None:
    """Return True where two sets are the same, a number of only one of them, or None.

    Raises:
        UndecidedError: which of two ends is greater was not decided.
    """
    repeats, others = tuple(repeats), tuple(others)
    if tuple(first) or tuple(second) or not repeats or not others:
        return None
    turn = least_common(one.period for one in (*repeats, *others))
    if turn is None:
        return None
    start = Bound.of(ZERO)
    whole = Region((Piece(start, shifted(start, turn, 1), True, False),))
    a, b = ([piece for one in group for piece in one.within(whole, turn)] for group in (repeats, others))
    ends = [end for piece in (*a, *b) for end in (piece.lower, piece.upper) if end is not None]
    marks = [at for at in rising(ends) if whole.holds(at)]
    for at in (*marks, *(Bound.rational(inside(piece)) for piece in cut(whole, marks))):
        if any(piece.holds(at) for piece in a) is not any(piece.holds(at) for piece in b):
            return at
    return True
