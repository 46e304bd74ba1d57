"""Zeros by branch and prune."""

from __future__ import annotations

from dataclasses import dataclass

from mathcli.algebra.budget import Budget
from mathcli.calculus.derivation import Phrase
from mathcli.calculus.inversion import Point
from mathcli.calculus.regions import Piece
from mathcli.syntax.tree import Name, Node


@dataclass(frozen=True, slots=True)
class Searched:
    """Zeros found in a piece, each with its multiplicity, and the parts of it where others may be."""

    points: tuple[Point, ...] = ()
    uncertain: tuple[Piece, ...] = ()
    reasons: tuple[Phrase, ...] = ()

    @property
    def is_complete(self) -> bool:
        return not self.uncertain


def search(g: Node, x: Name, piece: Piece, *, budget: Budget) -> Searched:
    """Return the zeros of a function without corners in a piece of its domain."""
    return Searched((), (piece,))
