"""Critical points in several variables or under constraints: the answer that the topic hands on, as a solution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mathcli.errors import NotCoveredError

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.solution import Solution
    from mathcli.topics._function import Subject


def solve_several(problem: Any, about: Subject, budget: Budget) -> Solution:
    """Return the critical points of a function of several variables, or under the constraints of `problem.where`.

    `problem` has `expression` (a reading), `where` (readings of equations and relations) and `on` (text or None, such
    as "x in [-5,5], y in [-5,5]").

    Raises:
        NotCoveredError: outside what is covered.
    """
    raise NotCoveredError("critical points in several variables are not covered")
