"""Real solutions of systems of equations in several unknowns, with a certificate that none is missing where there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mathcli.algebra.budget import Budget
from mathcli.calculus.derivation import Phrase
from mathcli.calculus.regions import Bound
from mathcli.errors import NotCoveredError
from mathcli.syntax.tree import Name, Node

Box = Mapping[Name, tuple[Bound | None, Bound | None]]
"""Ends for each unknown; None for no end."""


@dataclass(frozen=True, slots=True)
class Solutions:
    """The real solutions of a system.

    points          isolated solutions, one number for each unknown, in the order of the unknowns
    continua        curves and surfaces of solutions, each by the equations that say it
    is_complete     whether there is a proof that no other solution exists (in the box, if there is one)
    certain_within  the box in which nothing is missing, where the list is not complete all over
    reasons         why it is complete, or why not
    """

    points: tuple[tuple[Bound, ...], ...]
    continua: tuple[tuple[Node, ...], ...]
    is_complete: bool
    certain_within: Box | None
    reasons: tuple[Phrase, ...]


def solutions(
    equations: tuple[Node, ...],
    names: tuple[Name, ...],
    *,
    box: Box | None = None,
    where: tuple[Node, ...] = (),
    budget: Budget,
) -> Solutions:
    """Return the real solutions of `equations`, each taken as `= 0`, under the relations of `where`.

    Raises:
        NotCoveredError: nothing is known about systems of this kind.
    """
    raise NotCoveredError("systems of this kind are not covered")
