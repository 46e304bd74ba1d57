"""Equations and inequalities: all real solutions, and the proof that none is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mathcli.topics import ReadingOptions, argument, option

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.solution import Solution
    from mathcli.syntax.tree import Name, Node

KIND = "extrema and equations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Solve(ReadingOptions):
    """All real solutions, and the proof that none is missing.

    mathcli solve '4x^3 + 2x - 6 = 0'
    mathcli solve 'sin(x) = x/10' --on '[-20, 20]'
    mathcli solve 'x^2 - 3x + 2 > 0'
    mathcli solve 'x^2 + y^2 = 25' --also 'x = 2y - 5'
    """

    equation: Any = argument("expression", "what to solve: log n = 1, x^2 < 2; a lone expression is set equal to 0")
    on: Any = option("text", "where to look: '[0, 20]', '(0, inf)', 'x in [0, 1], y in [0, 2]'", metavar="INTERVAL")
    also: tuple[Any, ...] = option("expression", "a further equation of a system", repeated=True)

    def solve(self, budget: Budget) -> Solution:
        """Return the real solutions with all that is proved of them.

        Raises:
            UsageError: there is nothing to solve for, or more letters than equations.
        """
        from mathcli.topics import _solving

        trees = tuple(_plain(self, reading) for reading in (self.equation, *self.also))
        unknowns = _unknowns(self, trees)
        if len(trees) > 1 or len(unknowns) > 1:
            return _solving.solve_system(self, trees, unknowns, budget)
        (x,) = unknowns
        if _solving.is_inequality(trees[0]):
            return _solving.solve_inequality(self, trees[0], x, budget)
        return _solving.solve_equation(self, trees[0], x, budget)


def _plain(problem: Solve, reading: Any) -> Node:
    """What a reading says, with the named parts put in; f(x) = ... stands for its body."""
    from mathcli.syntax.tree import Definition
    from mathcli.topics._function import definitions, unfolded

    tree: Node = reading.tree
    return unfolded(tree.body if isinstance(tree, Definition) else tree, definitions(problem.let))


def _unknowns(problem: Solve, trees: tuple[Node, ...]) -> tuple[Name, ...]:
    """The unknowns: those asked for, else the only letter, else as many letters as there are equations."""
    from mathcli.errors import UsageError
    from mathcli.syntax.variables import letters

    if problem.var:
        missing = [name for name in problem.var if not any(name in tree.names for tree in trees)]
        if missing:
            raise UsageError(f"{missing[0].name} does not occur in the equation", hint="--var names what to solve for")
        return tuple(problem.var)
    found = tuple(dict.fromkeys(name for tree in trees for name in letters(tree)))
    if not found:
        raise UsageError("there is no letter to solve for", hint="mathcli solve 'x^2 = 2'")
    if len(found) > len(trees):
        listed = ", ".join(name.name for name in found)
        raise UsageError(
            f"{len(found)} letters ({listed}) and {len(trees)} equation{'s' if len(trees) > 1 else ''}",
            hint=f"say which to solve for: --var {found[0].name}; further equations: --also '...'",
        )
    return found


TOPIC = Solve
