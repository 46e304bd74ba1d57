"""What a tree is worth exactly: rational values, the sign of a constant, whether something is zero.

Every answer is proved: a rational number is computed, zero is shown by the normal form, other than zero by an
enclosure that leaves zero out. Where neither settles it, the answer is None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import cache
from math import ceil, floor
from typing import Any

from mathcli.algebra.verdict import all_hold
from mathcli.syntax.tree import (
    ONE,
    PI,
    TWO,
    ZERO,
    Call,
    Equation,
    Matrix,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    Vector,
    fraction,
    walk,
)

_WITH_KNOWN_VALUES = frozenset(
    f"{prefix}{name}{suffix}"
    for name in ("sin", "cos", "tan", "cot", "sec", "csc")
    for prefix in ("", "a")
    for suffix in ("", "h")
) | {"log", "abs"}
_LARGEST_POWER_BITS = 40_000
_PRECISIONS = (64, 256, 1024)
_SAMPLES = ((7, 5), (-11, 4), (13, 9), (-2, 3), (1, 8), (17, 6))
"""Rational points, as numerator and denominator, at which a function is looked at to show that it is not 0."""


def as_fraction(node: Node) -> Fraction | None:
    """Return the value of a tree of rational numbers; None for any other tree, and for one without a value."""
    if node.names:
        return None
    values: dict[Node, Fraction | None] = {}
    for part in walk(node):
        values[part] = _rational(part, values)
    return values[node]


def _rational(node: Node, values: Mapping[Node, Fraction | None]) -> Fraction | None:
    parts = [values[child] for child in node.children()]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    match node:
        case Number(numerator, scale):
            return Fraction(numerator, 10**scale)
        case Sum():
            return sum(known, Fraction(0))
        case Product():
            value = Fraction(1)
            for part in known:
                value *= part
            return value
        case Negative():
            return -known[0]
        case Quotient():
            return known[0] / known[1] if known[1] else None
        case Power():
            return _power(known[0], known[1])
        case Call(function, _, 0) if function in _OF_RATIONALS:
            return Fraction(_OF_RATIONALS[function](*known))
    return None


_OF_RATIONALS: dict[str, Callable[..., Fraction | int]] = {
    "abs": abs,
    "floor": floor,
    "ceil": ceil,
    "sign": lambda value: (value > 0) - (value < 0),
    "min": min,
    "max": max,
}


def _power(base: Fraction, exponent: Fraction) -> Fraction | None:
    if exponent.denominator != 1 or (not base and exponent < 0):
        return None
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if bits * abs(exponent.numerator) > _LARGEST_POWER_BITS:
        return None
    return Fraction(base**exponent.numerator)


def fraction_node(value: Fraction) -> Node:
    """Return a rational number as it is written in lowest terms: 3, -1/2."""
    return fraction(value.numerator, value.denominator)


def evaluated(node: Node) -> Node:
    """Return the same with numbers computed and common factors cancelled; vectors and matrices entry by entry."""
    match node:
        case Vector() | Matrix() | Equation() | Relation():
            return node.rebuilt(tuple(evaluated(child) for child in node.children()))
    value = as_fraction(node)
    if value is not None:
        return fraction_node(value)
    from mathcli.algebra import rational

    return rational.cancelled(with_known_values(node))


def with_known_values(node: Node) -> Node:
    """Return the tree with functions of constants replaced where their value is known: cos 0 = 1, arctan 1 = pi/4."""
    made: dict[Node, Node] = {}
    for part in walk(node):
        children = part.children()
        fresh = tuple([made[child] for child in children])
        if isinstance(part, Call):
            fresh = tuple([_argument_worked_out(child) for child in fresh])
        rebuilt = part.rebuilt(fresh) if fresh != children else part
        is_constant = isinstance(rebuilt, Call) and not rebuilt.names and rebuilt.function in _WITH_KNOWN_VALUES
        made[part] = (_known_value(rebuilt) or rebuilt) if is_constant else rebuilt
    return made[node]


def _argument_worked_out(node: Node) -> Node:
    """Return an argument with its numbers computed: cos(1·2) is cos 2."""
    if not isinstance(node, Sum | Product | Quotient | Negative):
        return node
    from mathcli.algebra import rational

    value = as_fraction(node)
    return fraction_node(value) if value is not None else rational.cancelled(node)


def _known_value(node: Node) -> Node | None:
    """The candidate that the ball about a constant leaves, proved to be its value; None where there is none."""
    from mathcli.algebra import balls, rational

    ball = balls.enclose(node, {}, precision=_PRECISIONS[0])
    if ball is None or not ball.is_finite():
        return None
    u = node.children()[0]
    own: tuple[Node, ...] = (u, Negative(u)) if isinstance(node, Call) and node.function == "abs" else ()
    for candidate in (*own, *_known_values()):
        other = balls.enclose(candidate, {}, precision=_PRECISIONS[0])
        if other is not None and ball.overlaps(other) and rational.agree(node, candidate):
            return candidate
    return None


@cache
def _known_values() -> tuple[Node, ...]:
    root_2, root_3 = surd(Fraction(1), 2), surd(Fraction(1), 3)
    sizes: list[Node] = [ONE, TWO, Number(3), Quotient(ONE, TWO), root_2, root_3]
    sizes.extend((Quotient(root_2, TWO), Quotient(root_3, TWO), Quotient(root_3, Number(3)), PI))
    sizes.extend(Quotient(PI, Number(n)) for n in (2, 3, 4, 6))
    sizes.extend(Quotient(Product((TWO, root)), Number(3)) for root in (root_3, PI))
    sizes.extend(Quotient(Product((Number(n), PI)), Number(m)) for n, m in ((3, 4), (5, 6)))
    return (ZERO, *sizes, *map(Negative, sizes))


def shortest(node: Node) -> Node:
    """Return what `evaluated` does, factored where that is shorter: a(ax+by)/(a^2+b^2)."""
    match node:
        case Vector() | Matrix():
            return node.rebuilt(tuple(shortest(child) for child in node.children()))
    value = evaluated(node)
    if not value.names:
        return value
    from mathcli.algebra import raising

    factored = raising.factored(node)
    return factored if raising.length(factored) < raising.length(value) else value


def square_root(node: Node) -> Node:
    """Return sqrt(node), the squares in a rational radicand taken out: sqrt 12 = 2 sqrt 3, sqrt(5/4) = sqrt 5/2."""
    value = as_fraction(node)
    if value is None or value < 0:
        return Call("sqrt", (node,))
    outer, inner = _square_part(value.numerator * value.denominator)
    return surd(Fraction(outer, value.denominator), inner)


def root_of_surd(node: Node) -> Node | None:
    """Return sqrt(a + b sqrt n) as a sum of two simple roots: sqrt(27 - 10 sqrt 2) = 5 - sqrt 2; else None."""
    parts = _rational_and_surd(node)
    if parts is None:
        return None
    a, b, n = parts
    inner = a * a - b * b * n
    between = None if inner < 0 else as_fraction(square_root(fraction_node(inner)))
    if between is None or a + between < 0 or a - between < 0:
        return None
    more, less = (square_root(fraction_node(value / 2)) for value in (a + between, a - between))
    return evaluated(Sum.of(more, Negative(less) if b < 0 else less))


def _rational_and_surd(node: Node) -> tuple[Fraction, Fraction, int] | None:
    """(a, b, n) of a + b sqrt n."""
    match node:
        case Quotient(top, below):
            parts, divisor = _rational_and_surd(top), as_fraction(below)
            return None if parts is None or divisor is None else (parts[0] / divisor, parts[1] / divisor, parts[2])
        case Sum(terms) if len(terms) == 2:
            values = [as_fraction(term) for term in terms]
            surds = [_surd(term) for term in terms]
            for value, surd_ in ((values[0], surds[1]), (values[1], surds[0])):
                if value is not None and surd_ is not None:
                    return value, *surd_
    return None


def _surd(node: Node) -> tuple[Fraction, int] | None:
    """(b, n) of b sqrt n."""
    match node:
        case Negative(operand):
            inner = _surd(operand)
            return None if inner is None else (-inner[0], inner[1])
        case Call("sqrt", (Number(n, 0),), 0):
            return Fraction(1), n
        case Product((factor, root)):
            b, inner = as_fraction(factor), _surd(root)
            return None if b is None or inner is None else (b * inner[0], inner[1])
        case Quotient(top, below):
            b, inner = as_fraction(below), _surd(top)
            return None if b is None or inner is None else (inner[0] / b, inner[1])
    return None


def over_square_root(node: Node, radicand: Node) -> Node:
    """Return node / sqrt(radicand), reduced where both are rational: 5/sqrt 6, 40/sqrt 80 = 2 sqrt 5."""
    top, square = as_fraction(node), as_fraction(radicand)
    if square is None or square <= 0:
        return ZERO if node is ZERO else Quotient(node, square_root(radicand))
    if top is None:
        quotient = Quotient(node, square_root(radicand))
        return quotient if node.names else evaluated(quotient)
    outer, inner = _square_part(square.numerator * square.denominator)
    factor = top * square.denominator / outer
    if factor.numerator % inner == 0:
        return surd(factor / inner, inner)
    root: Node = Call("sqrt", (Number(inner),))
    below = root if factor.denominator == 1 else Product((Number(factor.denominator), root))
    reduced = Quotient(Number(abs(factor.numerator)), below)
    return Negative(reduced) if factor < 0 else reduced


def surd(factor: Fraction, radicand: int) -> Node:
    """Return factor·sqrt(radicand) as it is written: 2 sqrt 3, sqrt(5)/2, 0."""
    root = Call("sqrt", (Number(radicand),))
    if not factor or radicand == 1:
        return fraction_node(factor)
    top = root if abs(factor.numerator) == 1 else Product((Number(abs(factor.numerator)), root))
    whole = top if factor.denominator == 1 else Quotient(top, Number(factor.denominator))
    return Negative(whole) if factor < 0 else whole


def _square_part(number: int) -> tuple[int, int]:
    """Return (a, b) with number = a² b, b free of the squares of small primes."""
    outer, divisor = 1, 2
    while divisor * divisor <= number and divisor < 10_000:
        while number % (divisor * divisor) == 0:
            number //= divisor * divisor
            outer *= divisor
        divisor += 1
    from math import isqrt

    root = isqrt(number)
    return (outer * root, 1) if root * root == number else (outer, number)


def is_zero(node: Node) -> bool | None:
    """Whether a constant is 0, or a function is 0 everywhere; None where that could not be decided."""
    value = as_fraction(node)
    if value is not None:
        return value == 0
    from mathcli.algebra import rational

    verdict = rational.agree(node, ZERO)
    if verdict is not None:
        return verdict
    return False if _is_somewhere_not_zero(node) else None


def _is_somewhere_not_zero(node: Node) -> bool:
    from flint import arb, fmpq

    from mathcli.algebra import balls

    names = sorted(node.names, key=lambda n: n.name)
    for shift in range(len(_SAMPLES)) if names else (0,):
        chosen: dict[Node, Any] = {
            n: arb(fmpq(*_SAMPLES[(shift + k) % len(_SAMPLES)])) + k // 6 for k, n in enumerate(names)
        }
        for precision in _PRECISIONS:
            ball = balls.enclose(node, chosen, precision=precision)
            if ball is not None and ball.is_finite() and not ball.contains(0):
                return True
    return False


def sign(node: Node) -> int | None:
    """Return -1, 0 or 1 for a real constant, proved; None where that could not be decided, or it is no real number."""
    value = as_fraction(node)
    if value is not None:
        return (value > 0) - (value < 0)
    if node.names:
        return None
    from mathcli.algebra import balls

    return 0 if is_zero(node) else balls.sign(node)


def is_defined(node: Node, conditions: Iterable[Node] = ()) -> bool | None:
    """Whether a constant has a real value and the conditions, relations of constants, hold; None if undecided.

    With names in it, it is taken to be defined: at a general point.
    """
    verdicts = [holds(condition) for condition in conditions]
    if False in verdicts:
        return False
    if None in verdicts:
        return None
    if node.names or as_fraction(node) is not None:
        return True
    if isinstance(node, Vector | Matrix):
        parts = [is_defined(child) for child in node.children()]
        return all_hold(parts)
    from mathcli.algebra import balls

    for precision in _PRECISIONS:
        ball = balls.enclose(node, {}, precision=precision)
        if ball is None:
            return False
        if ball.is_finite():
            return True
    return None


def holds(condition: Node) -> bool | None:
    """Whether a relation of constants holds; None if undecided.

    A relation with names in it is taken to hold, unless it sets a side apart from itself: a != a.
    """
    if condition.names:
        return not (isinstance(condition, Relation) and _sets_apart_from_itself(condition))
    from mathcli.algebra import domains

    return domains.holds((condition,), {})


def _sets_apart_from_itself(condition: Relation) -> bool:
    from mathcli.algebra import rational

    pairs = zip(condition.sides, condition.signs, condition.sides[1:], strict=False)
    return any(sign in ("!=", "<", ">") and rational.agree(left, right) for left, sign, right in pairs)


def placed(node: Node, at: Mapping[Name, Node]) -> Node:
    """Return the tree with the values of a point put in for its names; nothing is worked out."""
    return node.substitute(dict(at.items()))
