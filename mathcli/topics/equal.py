"""Whether two expressions or two claims say the same: a proof, a witness against it, or an honest "undecided"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mathcli.topics import ReadingOptions, argument, option

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.solution import Solution

KIND = "checking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Equal(ReadingOptions):
    """Whether two expressions are equal: a proof, or where they differ.

    mathcli equal 'sin(2x)' '2 sin x cos x'
    mathcli equal 'log(x^2)' '2 log x'
    mathcli equal 'x^2 = 4' 'x = 2 or x = -2'
    mathcli equal 'x e^x - e^x' '(x - 1) e^x + 3' --up-to-constant
    mathcli equal 'x^2 - 1' '(x - 1)(x + 1)' --form factored

    Equations and inequalities are equal where they have the same real solutions. Sets {1, 2}, intervals [0, 1) and
    claims with "or", "and" or ± are compared in the same way. --form asks also whether the second expression is
    written in a form:

    factored: a product of numbers and powers of factors, none of which can be taken apart over the rational numbers
    or has a whole number to be taken out; nothing is left to cancel.

    expanded: a sum of terms with no bracket to be multiplied out, no sum above a fraction bar, and no like terms.

    simplified: numbers worked out, fractions in lowest terms and not nested, like terms and equal bases collected, no
    function whose value is known.

    single-fraction: one fraction bar at the top and none below it, or none at all.
    """

    left: Any = argument("statement", "one expression, equation, inequality, set or interval")
    right: Any = argument("statement", "the other, in quotes of its own: the answer that is judged")
    up_to_constant: bool = option("flag", "compare antiderivatives: a constant may be added", default=False)
    form: Any = option(
        "choice",
        "whether the second one is written as demanded",
        choices=("factored", "expanded", "simplified", "single-fraction"),
    )

    def solve(self, budget: Budget) -> Solution:
        """Return the verdict with its proof or its witness.

        Raises:
            UsageError: the sides are not of a kind.
            NotCoveredError: an integral or a limit stands in a side.
        """
        from mathcli.topics._comparing import solution

        return solution(self, budget)


TOPIC = Equal
