"""Which mistake explains a wrong equation, or wrong solutions: the line above rewritten wrongly, roots lost."""

from __future__ import annotations

from collections.abc import Iterator

from mathcli.algebra.balls import enclose
from mathcli.algebra.budget import Budget
from mathcli.algebra.domains import domain
from mathcli.calculus.derivation import Phrase
from mathcli.calculus.differentiation import differentiate
from mathcli.checking.mistakes.lines import explanation, rewritings
from mathcli.checking.mistakes.number_mistakes import number_slips
from mathcli.checking.mistakes.registry import Explanation, Situation
from mathcli.checking.mistakes.values import Points, are_close, are_equal, as_function, common_ratio, is_claim, is_set
from mathcli.errors import NoAnswerError
from mathcli.syntax.tree import ZERO, Derivative, Equation, Name, Node, Product, Vector

_OTHERWISE_PLACED = 1
"""How much more doubtful a slip is that leads to the same roots, with terms on other sides than they are written."""


def explained(situation: Situation, budget: Budget) -> Iterator[tuple[int, Explanation]]:
    """Return the explanations of a wrong equation or of wrong solutions, each with its doubt."""
    roots = list(_by_roots(situation, budget))
    if roots and is_solved(situation.written):
        yield from roots
        return
    yield from roots
    yield from _by_rewriting(situation, budget)


def is_solved(claim: Node) -> bool:
    """Whether a claim names the solutions: x = 1, x = 1 or x = -1."""
    match claim:
        case Equation(Name(), value):
            return not value.names
    return is_set(claim)


# ---- the line above, rewritten ------------------------------------------------------------------------------


def _by_rewriting(situation: Situation, budget: Budget) -> Iterator[tuple[int, Explanation]]:
    before, written = situation.before, situation.written
    if before is None or is_set(before) or isinstance(before, Vector) or before.contains(Derivative):
        return
    line = before if isinstance(before, Equation) else Equation(before, ZERO)
    points = Points((as_function(line), as_function(written)))
    if len(points) < 2:
        return
    whole = written if isinstance(written, Equation) else Equation(as_function(written), ZERO)
    values = points.of(whole)
    if are_close(points.of(line), values):
        return
    for one in (*rewritings(line, points), *number_slips(line, whole, points)):
        budget.spend(1)
        if are_close(points.of(one.line), values) and are_equal(one.line, whole, budget=budget):
            is_move = one.names == ("equation_move",)
            is_alike = _are_placed_alike(one.line, whole, points) or (is_set(written) and not is_move)
            more = 0 if is_alike else 2 * _OTHERWISE_PLACED if is_move else _OTHERWISE_PLACED
            if one.names == ("sign_slip",) and isinstance(written, Equation) and is_solved(written):
                more = -1  # on the way to x = 3 the sign may have been lost before the term was moved
            yield one.slip.doubt + more, explanation((one,), one.line)


def _are_placed_alike(a: Node, b: Node, points: Points) -> bool:
    """Whether both sides of one equation are the same multiple of those of the other."""
    if not (isinstance(a, Equation) and isinstance(b, Equation)):
        return False
    left = list(zip(points.of(a.left), points.of(b.left), strict=True))
    right = list(zip(points.of(a.right), points.of(b.right), strict=True))
    parts = [(p, q) for p, q in (*left, *right) if abs(p) > 1e-9 or abs(q) > 1e-9]
    if any(abs(p) <= 1e-9 for p, _ in parts):
        return False
    return common_ratio(q / p for p, q in parts) is not None


# ---- roots --------------------------------------------------------------------------------------------------


def _by_roots(situation: Situation, budget: Budget) -> Iterator[tuple[int, Explanation]]:
    x, written = situation.variable, situation.written
    if x is None:
        return
    claimed, true = _roots(written, x, budget), _true_roots(situation, x, budget)
    if claimed is None or true is None or not claimed:
        return
    lost = [root for root in true if not _is_among(root, claimed)]
    extra = [root for root in claimed if not _is_among(root, true)]
    if bool(lost) is bool(extra):
        return
    name = "root_lost" if lost else "root_extra"
    at = Equation(x, (lost or extra)[0])
    said: Phrase = (at, " is missing") if lost else (at, " is none: it lies outside the domain or does not satisfy it")
    right = situation.right if situation.right is not None else Vector(tuple(Equation(x, root) for root in true))
    place = situation.before if situation.before is not None else right
    doubt = 0 if is_solved(written) else -1 if lost and _is_a_factor(written, situation.before) else 1
    yield doubt, Explanation((name,), place, written, right, said, written)


def _is_a_factor(written: Node, before: Node | None) -> bool:
    """Whether 3x + 3 = 0 is what is left of (x - 1)(3x + 3) = 0 divided by a factor that holds the unknown."""
    match before, written:
        case Equation(Product(factors), right), Equation(left, other) if right is ZERO and other is ZERO:
            kept = left.factors if isinstance(left, Product) else (left,)
            return len(kept) < len(factors) and set(kept) <= set(factors)
    return False


def _is_among(root: Node, roots: list[Node]) -> bool:
    return any(_are_near(root, other) for other in roots)


def _are_near(p: Node, q: Node) -> bool:
    a, b = enclose(p, {}), enclose(q, {})
    return a is not None and b is not None and bool((a - b).abs_lower() < 1e-9)


def _true_roots(situation: Situation, x: Name, budget: Budget) -> list[Node] | None:
    """The roots that there are: those given as right, else the zeros of the derivative of the problem."""
    if situation.right is not None and is_claim(situation.right):
        return _roots(situation.right, x, budget)
    if situation.of != "critical_points" or situation.problem.names != {x}:
        return None
    try:
        slope = differentiate(situation.problem, x).result
    except NoAnswerError:
        return None
    return _zeros(slope, x, domain(situation.problem), budget)


def _roots(claim: Node, x: Name, budget: Budget) -> list[Node] | None:
    """The solutions that a claim stands for; None where they are not a finite list."""
    if is_solved(claim):
        found = [claim] if isinstance(claim, Equation) else list(claim.children())
        values = [entry.right for entry in found if isinstance(entry, Equation) and entry.left is x]
        return values if len(values) == len(found) and not any(value.names for value in values) else None
    if isinstance(claim, Equation):
        return _zeros(as_function(claim), x, (), budget)
    return None


def _zeros(f: Node, x: Name, conditions: tuple[Node, ...], budget: Budget) -> list[Node] | None:
    from mathcli.solving.regions import region
    from mathcli.solving.roots import zeros

    if f.names != {x}:
        return None
    within = region(conditions, x, budget=budget)
    if within is None:
        return None
    found = zeros(f, x, within, budget=budget)
    exact = [point.at.exact for point in found.points]
    if not found.is_complete or found.families or found.continua or None in exact:
        return None
    return [node for node in exact if node is not None]
