"""The mistakes that students make, each by its name: which of them explains a line that is wrong.

`registry` says what a mistake is; `differentiating` holds those of differentiation. `derivatives` compares every slip
at every place with what was written, by the numbers of `values`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mathcli.algebra.balls import working_precision
from mathcli.algebra.budget import Budget
from mathcli.calculus import arithmetic
from mathcli.calculus.derivation import Phrase
from mathcli.checking.mistakes import differentiating
from mathcli.checking.mistakes.derivatives import Candidate, Differentiation
from mathcli.checking.mistakes.registry import MISTAKES, Explanation, Situation, Slope, Taken
from mathcli.checking.mistakes.values import Points, are_close, are_equal, is_small
from mathcli.errors import NotCoveredError
from mathcli.syntax.tree import Derivative, Equation, Node

__all__ = ["MISTAKES", "NAMES", "Explanation", "Situation", "differentiating", "explanations"]

NAMES: dict[str, str] = {name: mistake.description for name, mistake in MISTAKES.items()}
"""Every known mistake with its description in one line."""

_PRECISION = 64


def explanations(situation: Situation, *, budget: Budget) -> tuple[Explanation, ...]:
    """Return every known mistake that, re-enacted, gives what was written: one for each name, none if none does.

    A single name is a diagnosis, several are candidates. Pairs are tried only where no mistake alone explains the line.

    Raises:
        BudgetSpentError: it took more work than it may.
    """
    with working_precision(_PRECISION):
        found = list(_in_the_derivative(situation, budget))
    least = min((doubt for doubt, _ in found), default=0)
    by_name: dict[tuple[str, ...], Explanation] = {}
    for doubt, explanation in found:
        if doubt == least:
            by_name.setdefault(explanation.names, explanation)
    return tuple(by_name.values())


def _in_the_derivative(situation: Situation, budget: Budget) -> Iterator[tuple[int, Explanation]]:
    f, x, written = situation.differentiated, situation.variable, situation.written
    if f is None or x is None or situation.before is not None:
        return
    points = Points((f, written))
    if not points:
        return
    try:
        derivative = Differentiation(f, x, points)
        right = points.of(derivative.right(f))
        wanted = tuple(w - r for w, r in zip(points.of(written), right, strict=True))
        if is_small(wanted, right):
            return
        for candidate in derivative.candidates():
            budget.spend(len(points))
            if are_close(candidate.error, wanted):
                line = derivative.line(candidate.place, candidate.slip.wrong)
                if are_equal(line, written, budget=budget):
                    yield candidate.slip.doubt, _explanation(derivative, candidate, line)
    except NotCoveredError:
        return


def _explanation(derivative: Differentiation, candidate: Candidate, line: Node) -> Explanation:
    u = candidate.place.u
    return Explanation(
        (candidate.name,),
        u,
        arithmetic.multiplied(derivative.resolved(candidate.slip.wrong), {}),
        derivative.tidied(u),
        _phrase(derivative, candidate.slip.because),
        arithmetic.multiplied(line, {}),
    )


def _phrase(derivative: Differentiation, because: tuple[object, ...]) -> Phrase:
    said: list[str | Node] = []
    for part in because:
        match part:
            case Taken(u):
                said.append(Equation(Derivative(u, derivative.x), derivative.tidied(u)))
            case Slope(u):
                said.append(derivative.tidied(u))
            case str() | Node():
                said.append(part)
    return tuple(said)
