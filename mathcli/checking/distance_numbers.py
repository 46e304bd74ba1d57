"""Numbers that a student gives for the distance or its square: d = sqrt(5), D ≈ 1.53, the root forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mathcli.algebra.budget import Budget
from mathcli.algebra.exact import evaluated
from mathcli.checking.comparing import Judged, are_equal
from mathcli.checking.decimals import RIGHT, UNDECIDED, WRONG, agrees_to_its_digits, has_decimals
from mathcli.extrema.nearest import Nearest
from mathcli.solving.numbers import decimal_node
from mathcli.solving.regions import Bound
from mathcli.syntax.tree import Node

if TYPE_CHECKING:
    from mathcli.checking.marks import Marked

DISTANCE, SQUARED, EITHER = "distance", "squared", "either"
"""What a letter is used for."""

_FARTHER = "the distance of a point that is farther away"
_DIGITS = 30
ROUNDED = "right to the digits written: for that write ≈"


class DistanceNumbers:
    """Judges numbers, and keeps in mind what each letter is used for."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.uses: dict[str, str] = {}
        self.farther: list[Marked] = []
        self.has_least = False

    def use_of(self, letter: str) -> str:
        """Return whether a letter stands for the distance or its square: a lone d is the distance."""
        if letter.endswith("^2"):
            return SQUARED
        return self.uses.get(letter, DISTANCE if letter in ("d", "distance", "dist") else EITHER)

    def judged(self, letter: str, written: Node, sign: str, nearest: Nearest, others: Sequence[Bound]) -> Judged:
        """Return the verdict on a number in the place of the least distance, or of its square."""
        distance, squared = nearest.distance, nearest.squared
        use = self.use_of(letter)
        asked = [bound for bound, kind in ((squared, SQUARED), (distance, DISTANCE)) if use in (kind, EITHER)]
        verdicts = [_one(bound, written, sign, self.budget) for bound in asked if bound is not None]
        for verdict in (RIGHT, UNDECIDED):
            found = next((one for one in verdicts if one.verdict == verdict), None)
            if found is not None:
                return found
        if use == DISTANCE and _one(squared, written, sign, self.budget).verdict == RIGHT:
            return Judged(WRONG, None, "the root is missing: this is the square of the distance")
        if use == SQUARED and distance is not None and _one(distance, written, sign, self.budget).verdict == RIGHT:
            return Judged(WRONG, None, "this is the distance, and not its square")
        roots = [_root(value) for value in others]
        if any(_one(bound, written, sign, self.budget).verdict == RIGHT for bound in (*others, *roots)):
            return Judged(WRONG, None, _FARTHER)
        return Judged(WRONG)

    def settle(self) -> None:
        """The distance of a farther candidate is right beside the least one."""
        for mark in self.farther if self.has_least else ():
            mark.status, mark.because, mark.expected = RIGHT, (_FARTHER,), None


def is_farther(verdict: Judged) -> bool:
    """Whether a number is wrong for being the distance of another candidate."""
    return verdict.remark == _FARTHER


def value_node(bound: Bound) -> Node:
    """Return a number as a tree: exact, else with so many digits that no student writes more."""
    return bound.exact if bound.exact is not None else decimal_node(bound, _DIGITS)


def _root(squared: Bound) -> Bound:
    root = Nearest(squared, ()).distance
    return squared if root is None else root


def _one(bound: Bound, written: Node, sign: str, budget: Budget) -> Judged:
    by = Bound.of(evaluated(written)).compare(bound)
    if by == 0:
        return Judged(RIGHT)
    if sign == "≈" or has_decimals(written):
        close = agrees_to_its_digits(value_node(bound), written)
        if close:
            return Judged(RIGHT) if sign == "≈" else Judged(UNDECIDED, None, ROUNDED)
    if by is None and bound.exact is not None:
        return Judged(RIGHT if are_equal(bound.exact, written, (), budget) else UNDECIDED)
    return Judged(UNDECIDED if by is None else WRONG)
