"""Systems solved by taking one equation after the other: an equation in one unknown, an unknown expressed by others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mathcli.algebra.budget import Budget
from mathcli.syntax.tree import Name, Node

if TYPE_CHECKING:
    from mathcli.calculus.systems import Box, Solutions


def one_by_one(
    equations: tuple[Node, ...], names: tuple[Name, ...], *, box: Box | None, budget: Budget
) -> Solutions:
    """Return what is found of the solutions in this way."""
    from mathcli.calculus.systems import Solutions

    return Solutions((), (), False, None, (("systems of this kind are not solved",),))
