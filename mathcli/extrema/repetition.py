"""Whether a function repeats: f(x + p) = f(x), or f(x + p) = f(x) + c with one c for all x; and points that do."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from typing import NamedTuple

from mathcli.algebra import rational
from mathcli.algebra.domains import agree, domain
from mathcli.algebra.exact import as_fraction, evaluated, fraction_node, is_zero, sign
from mathcli.syntax.tree import (
    ONE,
    PI,
    TWO,
    ZERO,
    Call,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    walk,
)

TURNING = ("sin", "cos", "tan", "cot", "sec", "csc")
_BY_QUARTER_TURNS: dict[str, tuple[tuple[str, int], ...]] = {
    "sin": (("sin", 1), ("cos", 1), ("sin", -1), ("cos", -1)),
    "cos": (("cos", 1), ("sin", -1), ("cos", -1), ("sin", 1)),
    "tan": (("tan", 1), ("cot", -1), ("tan", 1), ("cot", -1)),
    "cot": (("cot", 1), ("tan", -1), ("cot", 1), ("tan", -1)),
    "sec": (("sec", 1), ("csc", -1), ("sec", -1), ("csc", 1)),
    "csc": (("csc", 1), ("sec", 1), ("csc", -1), ("sec", -1)),
}
"""The function at u + m quarter turns, as another one at u with its sign."""


class Repetition(NamedTuple):
    """f(x + period) = f(x) + gain, all over the domain, which repeats too."""

    period: Node
    gain: Node


def repetition(f: Node, x: Name) -> Repetition | None:
    """Return how f repeats, after the shortest length that shows; None where it does not.

    >>> from mathcli.syntax.parser import parse
    >>> from mathcli.syntax.writer import write
    >>> [write(part) for part in repetition(parse("x + |sin x|"), Name("x"))]
    ['pi', 'pi']
    """
    whole = _common_period(f, x)
    if whole is None:
        return None
    for parts in (4, 3, 2, 1):
        length = evaluated(Quotient(whole, Number(parts))) if parts > 1 else whole
        moved = _moved(f, x, length)
        if moved is None:
            continue
        gain = rational.cancelled(Sum.of(moved, Negative(f)))
        if x not in gain.names and (_has_repeating_domain(f, x, length) if parts == 1 else agree(moved, f)):
            return Repetition(length, gain)
    return None


class Damping(NamedTuple):
    """f(x + period) = factor f(x) for every real x, with a factor > 0 that is not 1."""

    period: Node
    factor: Node


def damping(f: Node, x: Name) -> Damping | None:
    """Return how f swings with a growing or a falling size, as e^(-x) sin x does; None where it does not.

    >>> from mathcli.syntax.parser import parse
    >>> from mathcli.syntax.writer import write
    >>> [write(part) for part in damping(parse("e^(-x) sin x"), Name("x"))]
    ['2*pi', 'exp(-2*pi)']
    """
    whole = _common_period(f, x)
    moved = None if whole is None or any(x in c.names for c in domain(f)) else _moved(f, x, whole)
    if whole is None or moved is None:
        return None
    factor = rational.cancelled(rational.expanded(Quotient(moved, f)))
    if x in factor.names or sign(factor) != 1 or sign(Sum.of(factor, Negative(Number(1)))) in (0, None):
        return None
    return Damping(whole, factor)


def _has_repeating_domain(f: Node, x: Name, length: Node) -> bool:
    """Whether the conditions of the domain are back after a whole period: not those of (sqrt x)^2 + sin x."""
    for condition in domain(f):
        if x not in condition.names:
            continue
        if not isinstance(condition, Relation) or len(condition.sides) != 2:
            return False
        left, right = condition.sides
        side = Sum.of(left, Negative(right))
        moved = _moved(side, x, length)
        if moved is None or is_zero(rational.cancelled(Sum.of(moved, Negative(side)))) is not True:
            return False
    return True


def _common_period(f: Node, x: Name) -> Node | None:
    """The least length after which all trigonometric functions and steps of x in f are back."""
    speeds = list(_speeds(f, x))
    if not speeds:
        return None
    first = speeds[0]
    ratios: list[Fraction] = []
    for speed in speeds:
        ratio = as_fraction(evaluated(Quotient(speed, first)))
        if not ratio:
            return None
        ratios.append(abs(ratio))
    common = Fraction(reduce(gcd, (r.numerator for r in ratios)), reduce(lcm, (r.denominator for r in ratios)))
    length = evaluated(Quotient(Product((TWO, PI)), Product.of(fraction_node(common), first)))
    return evaluated(Negative(length)) if sign(length) == -1 else length


def _speeds(f: Node, x: Name) -> Iterator[Node]:
    """The factor of x in each trigonometric argument that is linear; those within others are met on their own."""
    for part in walk(f):
        match part:
            case Call(function, (u,), 0) if function in TURNING and (speed := slope(u, x)) is not None:
                yield speed
            case Call("floor" | "ceil", (u,), 0) if (step := slope(u, x)) is not None:
                yield evaluated(Product.of(TWO, PI, step))  # back, but for a whole number, after 1/step


def slope(u: Node, x: Name) -> Node | None:
    """Return a where u = a x + b; None where u is not linear in x."""
    step = evaluated(Sum.of(u.substitute({x: Sum.of(x, Number(1))}), Negative(u)))
    return None if step.names or is_zero(step) is not False else step


def _moved(f: Node, x: Name, length: Node) -> Node | None:
    """Return f(x + length) with quarter turns taken out of trigonometric functions; None where they are not whole.

    Signs are taken out of even functions as well, so that |sin(x + pi)| is |sin x|.
    """
    made: dict[Node, Node] = {}
    for part in walk(f):
        if x not in part.names:
            made[part] = part
        elif part is x:
            made[part] = Sum.of(x, length)
        elif isinstance(part, Call) and part.function in TURNING and not part.primes and slope(part.arguments[0], x):
            turned = _turned(part, x, length)
            if turned is None:
                return None
            made[part] = turned
        elif isinstance(part, Call) and part.function in ("floor", "ceil") and (by := slope(part.arguments[0], x)):
            steps = as_fraction(evaluated(Product.of(by, length)))
            if steps is None or steps.denominator != 1:
                return None
            made[part] = Sum.of(part, fraction_node(steps))
        else:
            made[part] = _without_sign(part.rebuilt(tuple(made[child] for child in part.children())))
    return made[f]


def _turned(part: Call, x: Name, length: Node) -> Node | None:
    by = slope(part.arguments[0], x)
    turns = None if by is None else as_fraction(evaluated(Quotient(Product.of(TWO, by, length), PI)))
    if turns is None or turns.denominator != 1:
        return None
    function, by_sign = _BY_QUARTER_TURNS[part.function][turns.numerator % 4]
    turned = Call(function, part.arguments)
    return turned if by_sign > 0 else Negative(turned)


def _without_sign(node: Node) -> Node:
    match node:
        case Call("abs", (Negative(u),), 0):
            return Call("abs", (u,))
        case Power(Negative(u), Number(n, 0) as exponent) if n % 2 == 0:
            return Power(u, exponent)
    return node


def each_of(base: Node, period: Node, k: Name) -> Node:
    """Return base + k period as it is written: pi/2 + 2 pi k."""
    match period:
        case Product(factors):
            step: Node = Product((*factors, k))
        case Quotient(numerator, denominator):
            parts = numerator.factors if isinstance(numerator, Product) else (numerator,)
            top = Product.of(*(part for part in parts if part is not ONE), k)
            step = Quotient(top, denominator)
        case Number(1, 0):
            step = k
        case _:
            step = Product((period, k))
    return step if base is ZERO else Sum.of(base, step)


def whole_number(*taken: Name) -> Name:
    """Return a letter for a whole number: k, or another where k is taken."""
    return next(name for letter in "kmnj" if (name := Name(letter)) not in taken)


def at_each(f: Node, x: Name, base: Node, period: Node, k: Name) -> Node:
    """Return f(base + k period) for whole k, whole turns taken out of the trigonometric functions."""
    point = each_of(base, period, k)
    made: dict[Node, Node] = {}
    for part in walk(f):
        if x not in part.names:
            made[part] = part
        elif part is x:
            made[part] = point
        elif isinstance(part, Call) and part.function in TURNING and not part.primes:
            by_turns = _at_whole_turns(part, x, base, period)
            made[part] = by_turns or part.rebuilt(tuple(made[child] for child in part.children()))
        else:
            made[part] = part.rebuilt(tuple(made[child] for child in part.children()))
    return evaluated(made[f])


def _at_whole_turns(part: Call, x: Name, base: Node, period: Node) -> Node | None:
    """A trigonometric function at base + k period, where k period is a number of whole turns for each k."""
    (u,) = part.arguments
    by = slope(u, x)
    turns = None if by is None else as_fraction(evaluated(Quotient(Product.of(by, period), PI)))
    every = 1 if part.function in ("tan", "cot") else 2
    if turns is None or turns.denominator != 1 or turns.numerator % every:
        return None
    return evaluated(Call(part.function, (u.substitute({x: base}),)))
