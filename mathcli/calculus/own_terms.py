"""A derivative in terms of the function itself: g(1 - g) for the sigmoid, 1 + g^2 for the tangent.

The atoms between f = g and f' = y are eliminated by a Groebner basis; an answer counts only if it is linear in y, so
that y has one value for each g, and only after the rational normal form has agreed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mathcli.algebra import rational
from mathcli.calculus.derivation import Step
from mathcli.calculus.terms import in_order, product_of, size, sum_of, term_of, terms_of, written
from mathcli.errors import NotCoveredError
from mathcli.syntax.tree import ONE, TWO, Name, Negative, Node, Power, Product, Quotient, Sum

if TYPE_CHECKING:
    from collections.abc import Iterable


def in_terms_of(f: Node, derivative: Node, g: Name, x: Name) -> tuple[Step, ...]:
    """Return the steps from the derivative of f to an expression in g = f alone.

    Raises:
        NotCoveredError: no such expression was found, or there is none: for sin x there are two, for x > 0 and x < 0.
    """
    direct = derivative.substitute({f: g})
    if x not in direct.names:
        return (_named(derivative, direct, g),)
    by_hand = _by_adding_one(f, derivative, g)
    if by_hand:
        return by_hand
    answer = _eliminated(f, derivative, g, x)
    if answer is None or not rational.agree(derivative, answer.substitute({g: f})):
        raise NotCoveredError(f"the derivative was not found as an expression in {g.name} alone")
    through_f = answer.substitute({g: f})
    again = Step("rewrite", "write through the function itself", derivative, through_f, through_f)
    return (again, _named(through_f, answer, g))


def _named(line: Node, after: Node, g: Name) -> Step:
    return Step("rewrite", f"write {g.name} for the function", line, after, after)


def _by_adding_one(f: Node, derivative: Node, g: Name) -> tuple[Step, ...]:
    """The way that is taught for 1/(1 + v), whose derivative is v/(1 + v)^2: add and subtract 1, split, cancel."""
    match f, derivative:
        case Quotient(one, bottom), Quotient(v, Power(base, two)) if one is ONE and base is bottom and two is TWO:
            if not rational.agree(Sum.of(v, ONE), bottom):
                return ()
            square = Power(bottom, TWO)
            lines = (
                ("add and subtract 1", Quotient(Sum.of(bottom, Negative(ONE)), square)),
                ("split the fraction", Sum.of(Quotient(bottom, square), Negative(Quotient(ONE, square)))),
                ("cancel", Sum.of(f, Negative(Power(f, TWO)))),
                (f"write {g.name} for the function", Sum.of(g, Negative(Power(g, TWO)))),
                (f"factor {g.name} out", Product.of(g, Sum.of(ONE, Negative(g)))),
            )
            return tuple(_chain(derivative, lines))
    return ()


def _chain(line: Node, lines: Iterable[tuple[str, Node]]) -> Iterable[Step]:
    for name, after in lines:
        yield Step("rewrite", name, line, after, after)
        line = after


def _eliminated(f: Node, derivative: Node, g: Name, x: Name) -> Node | None:
    """The right side of y = ..., free of x, where y stands for the derivative and g for f."""
    import sympy
    from sympy.polys.polyerrors import PolynomialError

    from mathcli.algebra.lowering import lower, raised

    own, slope = sympy.Symbol("g_"), sympy.Symbol("y_")
    variable = lower(x)
    sides = [_in_exponentials(lower(node), variable) for node in (f, derivative)]
    atoms: dict[Any, Any] = {}
    relations: list[Any] = []
    for side, name in zip(sides, (own, slope), strict=True):
        over, under = sympy.fraction(sympy.together(_with_atoms(side, variable, atoms) - name))
        inverse = sympy.Dummy()
        relations.extend((over, under * inverse - 1))
        atoms[inverse] = inverse
    relations.extend(_between(atoms))
    generators = [*atoms.values(), slope, own]
    if any(variable in relation.free_symbols for relation in relations):
        generators = [variable, *generators]
    try:
        basis = sympy.groebner(relations, *generators, order="lex")
    except PolynomialError:
        return None
    for polynomial in basis.exprs:
        inside = sympy.Poly(polynomial, *generators)
        if polynomial.free_symbols.isdisjoint(generators[:-2]) and inside.degree(slope) == 1:
            (solution,) = sympy.solve(polynomial, slope)
            above, below = (sympy.expand(part) for part in sympy.fraction(sympy.together(solution)))
            ways = (sympy.factor(solution), sympy.expand(solution), above, below)
            *forms, over, under = (raised(way.subs(own, lower(g))) for way in ways)
            if under is not ONE:
                forms.append(Quotient(over, under))
            return min((_with_sign_inside(form, g) for form in forms), key=size)
    return None


def _with_sign_inside(form: Node, g: Name) -> Node:
    """-g(g - 1) as g(1 - g)."""
    if not isinstance(form, Negative):
        return form
    term = term_of(form)
    for base, exponent in term.powers.items():
        if isinstance(base, Sum) and exponent == 1 and any(part.coefficient < 0 for part in terms_of(base)):
            turned = sum_of(in_order([part._replace(coefficient=-part.coefficient) for part in terms_of(base)], g))
            others = [(turned if b is base else b, e) for b, e in term.powers.items()]
            return written(product_of(others, -term.coefficient))
    return form


def _in_exponentials(side: Any, x: Any) -> Any:
    import sympy

    for function, over, under in (
        (sympy.tan, sympy.sin, sympy.cos),
        (sympy.cot, sympy.cos, sympy.sin),
        (sympy.sec, None, sympy.cos),
        (sympy.csc, None, sympy.sin),
    ):
        side = side.replace(function, lambda u, over=over, under=under: (over(u) if over else 1) / under(u))
    hyperbolic = (sympy.sinh, sympy.cosh, sympy.tanh, sympy.coth, sympy.sech, sympy.csch)
    return side.replace(lambda e: isinstance(e, hyperbolic), lambda e: e.rewrite(sympy.exp))


def _with_atoms(side: Any, x: Any, atoms: dict[Any, Any]) -> Any:
    """The side with e^x, sin x, cos x, roots and logarithms of x as symbols; e^(kx) is a power of e^x."""
    import sympy

    def symbol(atom: Any) -> Any:
        return atoms.setdefault(atom, sympy.Dummy())

    def power(e: Any) -> Any:
        if isinstance(e, sympy.exp):
            factor, rest = e.exp.as_coeff_Mul()
            if factor.is_Integer:
                return symbol(sympy.exp(rest)) ** factor
            return symbol(sympy.exp(rest / factor.q)) ** factor.p
        return symbol(e.base ** sympy.Rational(1, e.exp.q)) ** e.exp.p

    side = side.replace(
        lambda e: e.has(x) and (isinstance(e, sympy.exp) or (e.is_Pow and e.exp.is_Rational and not e.exp.is_Integer)),
        power,
    )
    return side.replace(lambda e: e.is_Function and e.has(x), symbol)


def _between(atoms: dict[Any, Any]) -> Iterable[Any]:
    """What is known between the atoms: sin^2 + cos^2 = 1, and what a root is a root of."""
    import sympy

    for atom, symbol in list(atoms.items()):
        if isinstance(atom, sympy.sin) and sympy.cos(atom.args[0]) in atoms:
            yield symbol**2 + atoms[sympy.cos(atom.args[0])] ** 2 - 1
        elif atom.is_Pow and atom.exp.is_Rational:
            yield symbol**atom.exp.q - atom.base
