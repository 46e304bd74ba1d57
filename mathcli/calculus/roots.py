"""The real zeros of a function of one variable, proved to be all of them, or said not to be."""

from __future__ import annotations

from dataclasses import dataclass

from mathcli.algebra.budget import Budget
from mathcli.calculus.derivation import Phrase
from mathcli.calculus.regions import Bound, Piece, Region
from mathcli.errors import NotCoveredError
from mathcli.syntax.tree import Name, Node


@dataclass(frozen=True, slots=True)
class Zero:
    """A zero of f with its multiplicity and the certified signs of f beside it; None where that is not known."""

    at: Bound
    multiplicity: int | None = None
    sign_before: int | None = None
    sign_after: int | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """All numbers base + k period for whole k; `at` says so as a tree. From k = `first` on to `last`, if not None."""

    at: Node
    parameter: Name
    base: Bound
    period: Node
    multiplicity: int | None = None
    sign_before: int | None = None
    sign_after: int | None = None
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Zeros:
    """What is known of the zeros of f in a region.

    points     single zeros, rising
    families   zeros that repeat
    continua   whole pieces on which f is 0
    is_complete     there are no others in the region, which is proved
    certain_within  where there are certainly no others; None: nowhere
    reasons         why, each a sentence
    """

    points: tuple[Zero, ...] = ()
    families: tuple[Family, ...] = ()
    continua: tuple[Piece, ...] = ()
    is_complete: bool = True
    certain_within: Region | None = None
    reasons: tuple[Phrase, ...] = ()


def zeros(f: Node, x: Name, within: Region, *, budget: Budget) -> Zeros:
    """Return the zeros of f in the region, as far as f is defined there.

    Raises:
        BudgetSpentError: it took more work than it may.
    """
    raise NotCoveredError("the zeros of this function are not covered yet")


def sign_on(f: Node, x: Name, piece: Piece) -> int | None:
    """Return the sign of f on an open piece that is known to hold no zero and no jump of it; None if not decided."""
    raise NotCoveredError("signs are not covered yet")
