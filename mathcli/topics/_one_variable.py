"""Critical points of a function of one variable: the answer of `critical` there, and what a reader is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mathcli.errors import NotCoveredError

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.solution import Solution
    from mathcli.topics._function import Subject
    from mathcli.topics.critical import Critical


def solve_one_variable(problem: Critical, about: Subject, budget: Budget) -> Solution:
    """Return the critical points of f(x) on its domain or on the interval asked for."""
    raise NotCoveredError("critical points are not covered yet")
