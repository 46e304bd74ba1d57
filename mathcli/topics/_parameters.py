"""Critical points of a function with parameters: cases by the sign of what matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mathcli.errors import NotCoveredError

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.solution import Solution
    from mathcli.topics._function import Subject
    from mathcli.topics.critical import Critical


def solve_with_parameters(problem: Critical, about: Subject, budget: Budget) -> Solution:
    """Return the critical points of f, one variable and letters beside it, case by case."""
    raise NotCoveredError("critical points in terms of parameters are not covered yet")
