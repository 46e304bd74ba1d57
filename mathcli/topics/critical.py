"""Critical points: where they are, what they are, the extrema, and whether none is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mathcli.topics import ReadingOptions, argument, option

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.solution import Solution
    from mathcli.syntax.tree import Name, Node
    from mathcli.topics._function import Subject

KIND = "extrema and equations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Critical(ReadingOptions):
    """Critical points, what each is, and the proof that none is missing.

    mathcli critical 'log(n)/n'
    mathcli critical 'sin(x) + x/10' --on '[0, 20]'
    mathcli critical 'x^4 + y^4 - 4xy + 1'
    mathcli critical 'x y' --where 'x + y = 10'
    mathcli critical 'sum_{i=1}^n (y_i - (m x_i + c))^2' --vars m,c
    """

    expression: Any = argument("expression", "the function: x^3 - 3x, f(x) = x e^(-x)")
    on: Any = option("text", "where to look: '[0, 20]', '(0, inf)', 'x in [0, 1], y in [0, 2]'", metavar="INTERVAL")
    where: tuple[Any, ...] = option("relation", "a constraint: 'x^2 + y^2 = 1'", repeated=True)
    shape: bool = option("flag", "inflection points and convexity too", default=False)

    def solve(self, budget: Budget) -> Solution:
        """Return the critical points with all that is proved of them."""
        from mathcli.syntax.tree import IndexedSum

        about = _about(self)
        if about.plain.contains(IndexedSum):
            from mathcli.topics import _sums

            if _sums.is_loss(about.plain, about.variables):
                return _sums.solve_loss(self, about, budget)
        if self.where or len(about.variables) > 1:
            from mathcli.topics import _several

            return _several.solve_several(self, about, budget)
        if about.plain.names - set(about.variables):
            from mathcli.topics import _parameters

            return _parameters.solve_with_parameters(self, about, budget)
        from mathcli.errors import NotCoveredError
        from mathcli.topics import _one_variable

        try:
            return _one_variable.solve_one_variable(self, about, budget)
        except NotCoveredError as error:
            from mathcli.topics import _by_values

            return _by_values.solve_by_values(self, about, budget, error)


def _about(problem: Critical) -> Subject:
    """What the problem is about: all letters are variables unless some are named, or the only one if there is one."""
    from mathcli.topics._function import scalar, subject

    is_of_one = len(problem.var or ()) == 1 and not problem.where
    letters = {name: None for reading in (problem.expression, *problem.where) for name in _letters(reading.tree)}
    chosen = tuple(letters) if problem.where and not problem.var else ()
    about = subject(problem, problem.expression, several=bool(letters) and not is_of_one, variables=chosen)
    _check_known(about)
    return scalar(about, "critical")


def _check_known(about: Subject) -> None:
    """Refuse a function that is not known, not real, or does not depend on the variable that was named."""
    from mathcli.errors import NotCoveredError, UsageError
    from mathcli.syntax.families import is_entry_of
    from mathcli.syntax.tree import Call, I, walk
    from mathcli.syntax.vocabulary import FUNCTIONS

    for part in walk(about.plain):
        if isinstance(part, Call) and part.function not in FUNCTIONS:
            raise NotCoveredError(f"nothing is known of {part.function}, so its critical points are not either")
        if part is I:
            raise NotCoveredError("critical points are those of real functions, and this one holds the number i")
    plain = about.plain
    unused = [name.name for name in about.variables if name not in plain.names and not is_entry_of(name, plain)]
    if unused and about.plain.names and len(about.variables) == 1:
        raise UsageError(
            f"{unused[0]} does not occur in the expression", hint=f"--var {min(n.name for n in about.plain.names)}"
        )


def _letters(tree: Node) -> tuple[Name, ...]:
    """The letters of a reading in the order of their first appearance; of f(x, y) = ... its arguments."""
    from mathcli.syntax.tree import Definition
    from mathcli.syntax.variables import letters

    return tree.parameters if isinstance(tree, Definition) and tree.parameters else letters(tree)


TOPIC = Critical
