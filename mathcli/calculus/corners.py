"""The derivative at a point where its formula has no value: x|x| at 0, a corner, the joint of a piecewise function.

Beside such a point, on each side alone, |u| is u or -u, and a piecewise function is one of its pieces. What f is there
is differentiated by the rules; f has a derivative at the point exactly where both sides agree in value and slope,
which is what the difference quotient says.
"""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, NamedTuple

from mathcli.algebra.domains import derivative_domain
from mathcli.algebra.exact import as_fraction, evaluated, holds, is_defined, is_zero, placed, sign
from mathcli.calculus.derivation import Derivation
from mathcli.calculus.differentiation import differentiate
from mathcli.calculus.tangents import vertical
from mathcli.calculus.vectors import worked_out
from mathcli.syntax.tree import (
    ONE,
    ZERO,
    Call,
    Constant,
    E,
    Equation,
    Name,
    Negative,
    Node,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    integer,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

LEFT, RIGHT = -1, 1
_MOST_DERIVATIVES = 8


class Side(NamedTuple):
    """What f is on one side of a point, and its derivatives of each order up to the one asked for, at the point."""

    function: Node
    derivations: tuple[Derivation, ...]
    height: Node
    slopes: tuple[Derivation, ...]


def side_of(f: Node, x: Name, a: Node, side: int, order: int) -> Side | None:
    """Return f as it is on one side of x = a, with its derivatives there; None where that was not found."""
    g = beside(f, x, a, side)
    if g is None or is_defined(placed(g, {x: a})) is not True:
        return None
    derivations: list[Derivation] = []
    slopes: list[Derivation] = []
    h = g
    for _ in range(order):
        if any(holds(placed(condition, {x: a})) is not True for condition in derivative_domain(h, x)):
            return None
        derivations.append(differentiate(h, x))
        h = derivations[-1].result
        there = placed(h, {x: a})
        if is_defined(there) is not True:
            return None
        slopes.append(worked_out(there, "substitute and compute"))
    return Side(g, tuple(derivations), evaluated(placed(g, {x: a})), tuple(slopes))


def beside(f: Node, x: Name, a: Node, side: int) -> Node | None:
    """Return f without absolute values and cases, as it is on one side of x = a close enough to it."""
    made: dict[Node, Node | None] = {}
    for node in walk(f):
        children = [made[child] for child in node.children()]
        known = [child for child in children if child is not None]
        if len(known) < len(children):
            made[node] = None
            continue
        made[node] = _resolved(node.rebuilt(tuple(known)) if known else node, x, a, side)
    return made[f]


def _resolved(node: Node, x: Name, a: Node, side: int) -> Node | None:
    if x not in node.names:
        return node
    match node:
        case Call("abs", (u,)):
            by = sign_beside(u, x, a, side)
            return None if by is None else {1: u, -1: Negative(u), 0: ZERO}[by]
        case Call("sign", (u,)):
            return {1: ONE, -1: Negative(ONE)}.get(sign_beside(u, x, a, side) or 0)
        case Call("max" | "min" as which, arguments):
            best = arguments[0]
            for other in arguments[1:]:
                by = sign_beside(_minus(other, best), x, a, side)
                if by is None:
                    return None
                best = other if (by > 0) == (which == "max") else best
            return best
        case Piecewise(branches, otherwise):
            for value, condition in branches:
                truth = _holds_beside(condition, x, a, side)
                if truth is None:
                    return None
                if truth:
                    return value
            return otherwise
        case Call("sqrt", (Power(u, Number(n, 0)),)) | Power(
            Power(u, Number(n, 0)), Quotient(Number(1, 0), Number(2, 0))
        ):
            return _root_of_power(u, n, sign_beside(u, x, a, side)) if n % 2 == 0 else node
        case Call("floor" | "ceil" as function, (u,)):
            return _whole_number_beside(function, u, x, a, side)
    return node


def _whole_number_beside(function: str, u: Node, x: Name, a: Node, side: int) -> Node | None:
    """The constant that floor u or ceil u is on one side, for a rational value of u at x = a."""
    value = as_fraction(placed(u, {x: a}))
    if value is None:
        return None
    below, above = floor(value), ceil(value)
    if below == above:
        by = sign_beside(_minus(u, integer(below)), x, a, side)
        if by is None:
            return None
        below, above = (below - 1, above) if by < 0 else (below, above + 1) if by > 0 else (below, above)
    return integer(below if function == "floor" else above)


def _root_of_power(u: Node, n: int, by: int | None) -> Node | None:
    """sqrt(u^n) = |u|^(n/2), n even."""
    if by is None:
        return None
    size = Negative(u) if by < 0 else u
    return size if n == 2 else Power(size, Number(n // 2))


def _holds_beside(condition: Node, x: Name, a: Node, side: int) -> bool | None:
    if not isinstance(condition, Relation | Equation):
        return None
    sides = condition.children()
    signs = condition.signs if isinstance(condition, Relation) else ("=",)
    answers = []
    for left, by, right in zip(sides, signs, sides[1:], strict=False):
        difference = sign_beside(_minus(left, right), x, a, side)
        if difference is None:
            return None
        allowed = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1), "!=": (-1, 1), "=": (0,)}
        answers.append(difference in allowed[by])
    return all(answers)


def sign_beside(u: Node, x: Name, a: Node, side: int) -> int | None:
    """Return the sign of u on one side of x = a, close to it, by its first derivative there that is not 0."""
    if is_zero(u):
        return 0
    for k in range(_MOST_DERIVATIVES):
        here = placed(u, {x: a})
        if is_defined(here) is not True:
            return None
        found = sign(here)
        if found is None:
            return None
        if found:
            return found if k % 2 == 0 else found * side
        if any(holds(placed(condition, {x: a})) is not True for condition in derivative_domain(u, x)):
            return None
        u = differentiate(u, x).result
    return None


def _minus(a: Node, b: Node) -> Node:
    return Sum.of(a, Negative(b))


_CONTINUOUS = frozenset(
    [
        "sqrt",
        "cbrt",
        "root",
        "abs",
        "min",
        "max",
        "log",
        "sin",
        "cos",
        "tan",
        "sec",
        "csc",
        "asin",
        "acos",
        "atan",
        "sinh",
        "cosh",
        "tanh",
        "sech",
        "asinh",
        "acosh",
        "atanh",
        "erf",
    ]
)
"""Functions that are continuous wherever they are defined."""


def is_limit_of_slopes(f: Node, formula: Node, x: Name, a: Node, conditions: Iterable[Node]) -> bool:
    """Whether f'(a) is the value of a formula that gives f' where the conditions hold, though one fails at a itself.

    So it is where f and the formula are continuous at a and the conditions hold beside a, on both sides: by the mean
    value theorem the difference quotients at a are values of the formula.
    """
    if not (_is_continuous(f, x) and _is_continuous(formula, x)):
        return False
    if not (is_defined(placed(f, {x: a})) and is_defined(placed(formula, {x: a}))):
        return False
    return all(holds(placed(condition, {x: a})) or _holds_around(condition, x, a) for condition in conditions)


def slope_is_unbounded_beside(f: Node, x: Name, a: Node) -> bool:
    """Whether f is continuous at a and its slopes grow without bound towards a on each side: sqrt|x| at 0."""
    for side in (LEFT, RIGHT):
        g = beside(f, x, a, side)
        if g is None or g is f or not vertical(g, differentiate(g, x).result, x, a):
            return False
    return _is_continuous(f, x)


def _is_continuous(f: Node, x: Name) -> bool:
    """Whether f is plainly continuous on its domain."""
    for part in walk(f):
        match part:
            case Call(function, _, primes) if function not in _CONTINUOUS or primes:
                return False
            case Power(base, exponent) if x in exponent.names and base is not E:
                return False
            case Sum() | Product() | Quotient() | Negative() | Power() | Call() | Number() | Name() | Constant():
                pass
            case _:
                return False
    return True


def _holds_around(condition: Node, x: Name, a: Node) -> bool:
    """Whether u != v holds beside a, though not at a."""
    match condition:
        case Relation((u, v), ("!=",)):
            return all(sign_beside(_minus(u, v), x, a, side) in (-1, 1) for side in (LEFT, RIGHT))
    return False
