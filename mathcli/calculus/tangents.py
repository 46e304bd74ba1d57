"""Lines and planes that touch: their equations from a point and slopes, and where a tangent is vertical."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mathcli.algebra.exact import as_fraction, evaluated, is_defined, is_zero, placed
from mathcli.calculus.derivation import Derivation
from mathcli.calculus.vectors import worked_out
from mathcli.syntax.tree import ONE, ZERO, Call, Equation, Name, Negative, Node, Piecewise, Product, Quotient, Sum, walk

_STEPS = ("sign", "floor", "ceil")
"""Functions that jump."""


def line_through(a: Node, height: Node, slope: Node, x: Name) -> Node:
    """Return height + slope (x - a)."""
    return Sum.of(height, Product.of(slope, _minus(x, a)))


def normal_through(a: Node, height: Node, slope: Node, x: Name) -> Node:
    """Return height - (x - a)/slope, the line at right angles. The slope is not 0."""
    return Sum.of(height, Negative(Quotient(_minus(x, a), slope)))


def plane_through(at: Mapping[Name, Node], height: Node, slopes: Sequence[Node]) -> Node:
    """Return height + the sum of slope·(x - a) over the variables."""
    terms = [Product.of(slope, _minus(x, a)) for (x, a), slope in zip(at.items(), slopes, strict=True)]
    return Sum.of(height, *terms)


def level_tangent(gradient: Sequence[Node], at: Mapping[Name, Node]) -> tuple[Derivation, Equation]:
    """Return gradient·(X - P) worked out, and the tangent as an equation with the constants on the right."""
    start = Sum.of(*(Product.of(g, _minus(x, a)) for g, (x, a) in zip(gradient, at.items(), strict=True)))
    expanded = worked_out(start, "expand", "rewrite")
    known = [(x, g) for x, g in zip(at, gradient, strict=True) if is_zero(g) is not True]
    constant = evaluated(Sum.of(*(Product.of(g, at[x]) for x, g in known)))
    if len(known) == 1:
        ((x, _),) = known
        return expanded, Equation(x, at[x])
    common = _common_factor([*(g for _, g in known), constant])
    left = Sum.of(*(_term(evaluated(Quotient(g, common)), x) for x, g in known))
    return expanded, Equation(left, evaluated(Quotient(constant, common)))


def _common_factor(nodes: Sequence[Node]) -> Node:
    """A number by which whole-number coefficients can be divided, its sign that of the first."""
    from math import gcd, lcm

    from mathcli.algebra.exact import fraction_node

    values = [as_fraction(node) for node in nodes]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return ONE
    over = gcd(*(value.numerator for value in known))
    under = lcm(*(value.denominator for value in known))
    factor = type(known[0])(over, under)
    return fraction_node(-factor if known[0] < 0 else factor)


def _term(coefficient: Node, x: Name) -> Node:
    if isinstance(coefficient, Negative):
        return Negative(_term(coefficient.operand, x))
    return x if coefficient is ONE else Product.of(coefficient, x)


def vertical(f: Node, derivative: Node, x: Name, a: Node) -> bool:
    """Whether the graph has a vertical tangent: f is continuous at a, and 1/f' becomes 0 there.

    Raises nothing where f' has a value: then the answer is no.
    """
    if f.contains(Piecewise) or any(isinstance(part, Call) and part.function in _STEPS for part in walk(f)):
        return False
    there = {x: a}
    if is_defined(placed(f, there)) is not True or is_defined(placed(derivative, there)) is not False:
        return False
    reciprocal = placed(evaluated(Quotient(ONE, derivative)), there)
    return is_defined(reciprocal) is True and is_zero(reciprocal) is True


def _minus(x: Name, a: Node) -> Node:
    if a is ZERO:
        return x
    return Sum.of(x, a.operand if isinstance(a, Negative) else Negative(a))
