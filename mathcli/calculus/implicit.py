"""Curves given by an equation: dy/dx without solving for y, and whether the curve has a real point at all.

y is taken for a function y(x) on the curve; both sides are differentiated, and the line that comes out is linear in
y'. So y' is what divides: it exists where F_y ≠ 0, with F the left side minus the right side.
"""

from __future__ import annotations

from typing import NamedTuple

from mathcli.algebra import raising
from mathcli.algebra.domains import are_incompatible, domain
from mathcli.algebra.exact import as_fraction, evaluated, is_zero
from mathcli.algebra.ranges import value_range
from mathcli.calculus.derivation import Derivation, Step
from mathcli.calculus.differentiation import differentiate
from mathcli.calculus.forms import definiteness
from mathcli.calculus.vectors import differs_from_zero, worked_out
from mathcli.errors import UndecidedError, UndefinedError, VerificationError
from mathcli.syntax.tree import (
    ONE,
    TWO,
    ZERO,
    Call,
    Equation,
    Matrix,
    Name,
    Negative,
    Node,
    Power,
    Product,
    Quotient,
    Sum,
    walk,
)


class Curve(NamedTuple):
    """An equation in x and y, y being the one that depends on the other."""

    equation: Equation
    x: Name
    y: Name

    @property
    def dependent(self) -> Node:
        """y(x)."""
        return Call(self.y.name, (self.x,))

    @property
    def slope(self) -> Node:
        """y'(x), not known yet."""
        return Call(self.y.name, (self.x,), 1)

    @property
    def difference(self) -> Node:
        """F: the left side minus the right side."""
        return difference(self.equation)

    def along(self, node: Node) -> Node:
        """Return the expression with y(x) for y."""
        return node.substitute({self.y: self.dependent})

    def plain(self, node: Node) -> Node:
        """Return the expression with y for y(x)."""
        return node.substitute({self.dependent: self.y})


class Slope(NamedTuple):
    """dy/dx with its way: both sides differentiated, then solved for y'. It holds where the condition does."""

    sides: tuple[Derivation, ...]
    solved: Derivation
    value: Node
    condition: Node


class Curvature(NamedTuple):
    """d²y/dx²: dy/dx differentiated, y' put in, and a multiple of F left out where that makes it shorter."""

    differentiated: Derivation
    filled: Derivation
    on_curve: Derivation
    value: Node


def difference(equation: Equation) -> Node:
    """Return left - right; the left side alone where the right side is 0."""
    left, right = equation.left, equation.right
    if right is ZERO:
        return left
    return Sum.of(left, right.operand if isinstance(right, Negative) else Negative(right))


def slope(curve: Curve) -> Slope:
    """Return dy/dx as an expression in x and y, by differentiating both sides.

    Raises:
        UndefinedError: the curve has no real point, or F_y is 0 everywhere.
        VerificationError: it is not -F_x / F_y, which is worked out by another road.
    """
    check_real_points(curve)
    sides = tuple(differentiate(curve.along(side), curve.x) for side in (curve.equation.left, curve.equation.right))
    start = Equation(*(curve.plain(side.result) for side in sides))
    line = difference(start)
    rest = line.substitute({curve.slope: ZERO})
    coefficient = evaluated(Sum.of(line.substitute({curve.slope: ONE}), Negative(rest)))
    if is_zero(coefficient):
        raise UndefinedError(f"the equation leaves {curve.y.name} free: F_{curve.y.name} is 0 everywhere")
    other = evaluated(Negative(rest))
    condition = differs_from_zero(_without_number(coefficient))
    quotient = evaluated(Quotient(other, coefficient))
    collected = Equation(curve.slope if coefficient is ONE else Product.of(coefficient, curve.slope), other)
    needed = (condition,) if condition.names else ()
    because = ("both sides are divided by ", coefficient)
    steps = (
        Step("solve", f"collect {curve.y.name}'", start, collected, collected),
        Step("solve", "divide", collected, last := Equation(curve.slope, quotient), last, "", (), needed, because),
    )
    _check_slope(curve, quotient)
    kept = tuple(step for step in steps if step.before is not step.result)
    return Slope(sides, Derivation(start, kept), quotient, condition)


def _without_number(node: Node) -> Node:
    """The node without a constant factor in front: y for 2y."""
    from mathcli.algebra import rational

    factored = rational.factored(node)
    if isinstance(factored, Negative):
        factored = factored.operand
    if isinstance(factored, Quotient) and as_fraction(factored.denominator) is not None:
        factored = factored.numerator
    if isinstance(factored, Product):
        return Product.of(*(factor for factor in factored.factors if as_fraction(factor) is None))
    return factored


def _check_slope(curve: Curve, value: Node) -> None:
    f = curve.difference
    f_x, f_y = (differentiate(f, name).result for name in (curve.x, curve.y))
    _insist(Sum.of(f_x, Product.of(f_y, value)))


def second(curve: Curve, first: Slope) -> Curvature:
    """Return d²y/dx² as an expression in x and y, shorter by the equation of the curve where that works.

    Raises:
        VerificationError: it is not what the partial derivatives of F say.
    """
    differentiated = differentiate(curve.along(first.value), curve.x)
    start = curve.plain(differentiated.result).substitute({curve.slope: first.value})
    needed = (first.condition,) if first.condition.names else ()
    filled = worked_out(start, "cancel", "rewrite", needed)
    _check_second(curve, first.value, filled.result)
    on_curve, value = _on_curve(filled.result, curve.difference)
    return Curvature(differentiated, filled, on_curve, value)


def _check_second(curve: Curve, slope: Node, value: Node) -> None:
    """F_xx + 2 F_xy y' + F_yy y'^2 + F_y y'' = 0."""
    f = curve.difference
    f_x, f_y = (differentiate(f, name).result for name in (curve.x, curve.y))
    f_xx, f_xy = differentiate(f_x, curve.x).result, differentiate(f_x, curve.y).result
    f_yy = differentiate(f_y, curve.y).result
    middle, last = Product.of(TWO, f_xy, slope), Product.of(f_yy, Power(slope, TWO))
    _insist(Sum.of(f_xx, middle, last, Product.of(f_y, value)))


def _insist(node: Node) -> None:
    if is_zero(node) is False:
        raise VerificationError("the slope of the curve failed its own verification, so the answer is withheld")


def _on_curve(value: Node, f: Node) -> tuple[Derivation, Node]:
    """Split a multiple of F off, where that leaves less: on the curve, F = 0, the rest is the whole value."""
    rest = raising.remainder(value, f)
    if raising.length(rest) >= raising.length(value):
        return Derivation(value, ()), value
    multiple = evaluated(Quotient(Sum.of(value, Negative(rest)), f))
    split = Sum.of(_times(multiple, f), rest)
    step = Step("rewrite", "split off a multiple of F", value, split, split, conditions=domain(f))
    return Derivation(value, (step,)), rest


def _times(multiple: Node, f: Node) -> Node:
    """The product as one fraction, its sign in front."""
    match multiple:
        case Negative(operand):
            return Negative(_times(operand, f))
        case Quotient(numerator, denominator):
            return Quotient(_times(numerator, f), denominator)
    return f if multiple is ONE else Product.of(multiple, f)


def check_real_points(curve: Curve) -> None:
    """Raise where it is certain that no point of the curve has a slope that this method can find.

    Raises:
        UndefinedError: no real point satisfies the equation.
        UndecidedError: F never changes its sign, so F_y is 0 at each point of the curve.
    """
    f = curve.difference
    if are_incompatible((f,), ()):
        raise UndefinedError("no real point satisfies this equation: its sides are defined together nowhere")
    values = value_range(f)
    sign_of_form = _sign_of_quadratic(f, (curve.x, curve.y))
    if values.is_positive or values.is_negative or sign_of_form == 1:
        raise UndefinedError(
            "no real point satisfies this equation, so there is no curve",
            hint="the two sides are never equal for real values",
        )
    if values.is_non_negative or (-values).is_non_negative or sign_of_form == 0:
        raise UndecidedError(
            "one side is never less than the other, so F_y = 0 at every point of the curve and dy/dx stays open",
            hint="write the equation without the square",
        )


def _sign_of_quadratic(f: Node, names: tuple[Name, Name]) -> int | None:
    """1 where a quadratic polynomial in both names is never 0, 0 where it is never of both signs, None if unknown."""
    if f.names - set(names) or any(isinstance(part, Call) for part in walk(f)):
        return None
    firsts = [differentiate(f, name).result for name in names]
    seconds = [[evaluated(differentiate(first, name).result) for name in names] for first in firsts]
    if any(as_fraction(entry) is None for row in seconds for entry in row):
        return None
    origin: dict[Node, Node] = dict.fromkeys(names, ZERO)
    at_origin = [evaluated(first.substitute(origin)) for first in firsts]
    constant = evaluated(f.substitute(origin))
    if as_fraction(constant) is None or any(as_fraction(entry) is None for entry in at_origin):
        return None
    corner = evaluated(Product.of(TWO, constant))
    rows = ((corner, *at_origin), (at_origin[0], *seconds[0]), (at_origin[1], *seconds[1]))
    word = definiteness(Matrix(rows)).word
    if word in ("positive definite", "negative definite"):
        return 1
    return 0 if word in ("positive semidefinite", "negative semidefinite") else None
