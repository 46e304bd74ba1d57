"""Mistakes with equations: terms moved wrongly, roots lost, roots that are none."""

from __future__ import annotations

from collections.abc import Iterator

from mathcli.calculus.rulebook import each_in_turn
from mathcli.checking.mistakes.algebra_mistakes import opposite
from mathcli.checking.mistakes.registry import Example, Slip, described, in_line
from mathcli.syntax.tree import ZERO, Call, E, Equation, Node, Power, Product, Quotient, Sum

described(
    "root_lost",
    "a solution lost (divided by the unknown, or only the positive root)",
    example=Example("x^3/3 - 4x", "x^2 = 4", "x = 2", of="critical_points"),
    explanation="Dividing by the unknown loses the solution 0, and x^2 = c has two roots.",
)
described(
    "root_extra",
    "a solution outside the domain, or one that does not satisfy the equation",
    example=Example("x^2/2 - 9 log x", "x^2 = 9", "(x = 3, x = -3)", of="critical_points"),
    explanation="Each solution has to lie in the domain of the function and to satisfy the equation.",
)


@in_line(
    "equation_move",
    "term moved to the other side with the wrong sign or operation",
    example=Example("x^2 - 6x", "2x - 6 = 0", "2x = -6", of="critical_points"),
)
def equation_move(u: Node) -> Iterator[Slip]:
    """What is added on one side is subtracted on the other, and a factor on one side divides the other."""
    match u:
        case Equation(left, right):
            yield from _moved(left, right, swapped=False)
            yield from _moved(right, left, swapped=True)
            yield from _operated(left, right)


def _moved(here: Node, there: Node, *, swapped: bool) -> Iterator[Slip]:
    terms = here.terms if isinstance(here, Sum) else (here,)
    for before, term, after in each_in_turn(terms):
        if term is ZERO:
            continue
        rest, grown = Sum.of(*before, *after), term if there is ZERO else Sum.of(there, term)
        shrunk = opposite(term) if there is ZERO else Sum.of(there, opposite(term))
        wrong = Equation(grown, rest) if swapped else Equation(rest, grown)
        right = Equation(shrunk, rest) if swapped else Equation(rest, shrunk)
        yield Slip(wrong, (term, " changes its sign on the other side: ", right))


def _operated(left: Node, right: Node) -> Iterator[Slip]:
    """a u = b, u/a = b and u^n = b undone by the wrong operation."""
    match left:
        case Product(factors):
            for before, a, after in each_in_turn(factors):
                u = Product.of(*before, *after)
                said: tuple[object, ...] = ("a factor is undone by dividing: ", Equation(u, Quotient(right, a)))
                for wrong in (right, Product.of(right, a), Sum.of(right, opposite(a)), Sum.of(right, a)):
                    yield Slip(Equation(u, wrong), said)
                if right is not ZERO:
                    yield Slip(Equation(u, Quotient(a, right)), said)
                    yield Slip(Equation(u, Quotient(right, opposite(a))), said, doubt=1)
        case Quotient(u, a):
            said = ("a divisor is undone by multiplying: ", Equation(u, Product.of(a, right)))
            yield Slip(Equation(u, Quotient(right, a)), said)
            yield Slip(Equation(u, Sum.of(right, a)), said)
        case Power(u, n) if not n.names and u.names:
            said = ("a power is undone by a root: ", left)
            yield Slip(Equation(u, Quotient(right, n)), said)
            yield Slip(Equation(u, right), said)
            yield Slip(Equation(u, Power(right, n)), said)
        case Power(a, u) if not a.names and u.names:
            said = ("an exponential is undone by its logarithm: ", left)
            yield Slip(Equation(u, right), said)
            yield Slip(Equation(u, Quotient(right, a)), said)
            yield Slip(Equation(u, Quotient(right, Call("log", (a,)))), said)
        case Call("log", (u,), 0):
            said = ("a logarithm is undone by e^: ", Equation(u, Power(E, right)))
            yield Slip(Equation(u, right), said)
            if right is not ZERO:
                yield Slip(Equation(u, Call("log", (right,))), said)
            yield Slip(Equation(u, Power(E, opposite(right))), said, doubt=1)
        case Call("sqrt", (u,), 0):
            said = ("a root is undone by squaring: ", left)
            yield Slip(Equation(u, right), said)
            yield Slip(Equation(u, Call("sqrt", (right,))), said)
        case Sum():
            moved = [term for term in left.terms if not term.names]
            if len(moved) == 1 and right is ZERO:
                rest = Sum.of(*(term for term in left.terms if term.names))
                yield from _operated(rest, opposite(moved[0]))
