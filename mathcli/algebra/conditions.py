"""Conditions on the names of a tree, "u is positive" and the like: split, solved and merged for reading, and compared.

A condition is (u, kind) here, and a relation where others see it. What linear and quadratic inequalities with rational
ends say of one name is merged into one interval and the points left out of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import TypeAlias

from flint import fmpq

from mathcli.algebra import rational
from mathcli.algebra.ball_functions import Value, nth_root
from mathcli.algebra.balls import Evaluation, working_precision
from mathcli.algebra.ranges import Range, polynomial_in, value_range
from mathcli.syntax.tree import (
    INF,
    ONE,
    TWO,
    ZERO,
    Call,
    E,
    Equation,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    fraction,
    walk,
)

Condition: TypeAlias = tuple[Node, str]
"""(u, kind): u must lie where the kind says, see `KINDS`."""

KINDS: dict[str, tuple[Node, Callable[[Node], Relation]]] = {
    ">": (ONE, lambda u: Relation((u, ZERO), (">",))),
    ">=": (ONE, lambda u: Relation((u, ZERO), (">=",))),
    "!=": (ONE, lambda u: Relation((u, ZERO), ("!=",))),
    "[-1, 1]": (ZERO, lambda u: Relation((Negative(ONE), u, ONE), ("<=", "<="))),
    "(-1, 1)": (ZERO, lambda u: Relation((Negative(ONE), u, ONE), ("<", "<"))),
    "(0, 1]": (ONE, lambda u: Relation((ZERO, u, ONE), ("<", "<="))),
    "(0, 1)": (Quotient(ONE, TWO), lambda u: Relation((ZERO, u, ONE), ("<", "<"))),
}
"""By kind: a value for which the condition holds, and the relation."""


def difference(left: Node, right: Node) -> Node:
    return left if right is ZERO else Sum.of(left, Negative(right))


def constant_value(exponent: Node) -> Value:
    if exponent.names:
        return None
    if isinstance(exponent, Number):
        return fmpq(exponent.numerator, 10**exponent.scale)
    with working_precision(64):
        return Evaluation({}).value(exponent)


def as_conditions(relations: Iterable[Node]) -> list[Condition]:
    """The relations as differences that are positive, not negative, or not 0; equations say nothing here."""
    conditions: list[Condition] = []
    for relation in relations:
        if isinstance(relation, Relation):
            for (left, right), sign in zip(pairwise(relation.sides), relation.signs, strict=True):
                greater, less = (right, left) if sign in ("<", "<=") else (left, right)
                if sign != "=" and INF not in (left, right) and Negative(INF) not in (left, right):
                    conditions.append((difference(greater, less), sign.replace("<", ">")))
    return conditions


def tidied(conditions: list[Condition]) -> tuple[Node, ...]:
    """Leave out what always holds, split and solve what is easy, and merge the bounds on each name."""
    plain: dict[Condition, None] = {}
    for u, kind in conditions:
        for condition in _split(u, kind):
            plain[condition] = None
    strict = {u for u, kind in plain if kind == ">"}
    nonzero = {u for u, kind in plain if kind == "!="}
    kept: list[Condition] = []
    for u, kind in plain:
        if kind == ">=" and u in nonzero | strict:
            kind = ">"
        if kind == "!=" and (u in strict or (u, ">=") in plain):
            continue
        if (u, kind) not in kept:
            kept.append((u, kind))
    return _solved(kept)


def merged(relations: Iterable[Node]) -> tuple[Node, ...]:
    """Return relations that say the same in fewer words, wherever their sides have values.

    An equation or a bound at infinity stays as it is.

    >>> from mathcli.syntax.parser import parse
    >>> from mathcli.syntax.writer import write
    >>> [write(c) for c in merged(map(parse, ("x != -1", "x != 5", "-1 < x < 1", "1 + 1/x^2 != 0")))]
    ['-1 < x < 1']
    """
    relations = tuple(dict.fromkeys(relations))
    conditions = {relation: as_conditions((relation,)) for relation in relations}
    as_given = {_readable(*found[0]): relation for relation, found in conditions.items() if len(found) == 1}
    others = tuple(relation for relation, found in conditions.items() if not found)
    kept = tidied([condition for found in conditions.values() for condition in found])
    return (*others, *(as_given.get(relation, relation) for relation in kept))


def _split(u: Node, kind: str) -> Iterator[Condition]:
    """Yield simpler conditions that say the same together."""
    if _always_holds(value_range(u), kind):
        return
    simpler = _without_zero(u) if kind == "!=" else _of_sign(u, kind) if kind in (">", ">=") else None
    if simpler is None:
        yield u, kind
        return
    for part, of_kind in simpler:
        yield from _split(part, of_kind)


_NEVER_ZERO = frozenset(("sec", "csc", "coth", "sech", "csch", "acsc", "acoth", "acsch", "gamma", "factorial"))
_ZERO_ONLY_AT_ZERO = frozenset(("abs", "sign", "sqrt", "cbrt", "sinh", "asinh", "atan", "tanh", "asin", "erf"))


def _without_zero(u: Node) -> Iterable[Condition] | None:
    """Conditions that say the same as u != 0, where u has a value."""
    match u:
        case Negative(v):
            return ((v, "!="),)
        case Product(factors):
            return [(factor, "!=") for factor in factors]
        case Quotient(_, Call("gamma")):
            return None  # it says that gamma has a value
        case Quotient(numerator, _):
            return ((numerator, "!="),)
        case Call(function) if function in _NEVER_ZERO:
            return ()
        case Call(function, (v,), 0) if function in _ZERO_ONLY_AT_ZERO:
            return ((v, "!="),)
        case Call("log", (v,), 0):
            return ((difference(v, ONE), "!="),)
        case Power(base, exponent):
            if exponent.names:
                return None if value_range(base).is_negative else ()
            return ((base, "!="),) if _is_positive(constant_value(exponent)) else None
        case Sum((Call("sqrt", (v,), 0), Negative(Number() as c))):
            return ((difference(v, Power(c, TWO)), "!="),)
    return None


def _of_sign(u: Node, kind: str) -> Iterable[Condition] | None:
    """Conditions that say the same as u > 0 or u >= 0, where u has a value."""
    match u:
        case Product(factors) if kind == ">" and all(value_range(factor).is_non_negative for factor in factors):
            return [(factor, kind) for factor in factors]
        case Product(factors) if len(factors) > 1:
            kept = [factor for factor in factors if not value_range(factor).is_positive]
            return None if len(kept) == len(factors) else ((Product.of(*kept), kind),)
        case Quotient(numerator, denominator):
            if value_range(denominator).is_positive:
                return ((numerator, kind),)
            return ((denominator, ">"),) if value_range(numerator).is_positive else None
        case Call("log", (v,), 0):
            return ((difference(v, ONE), kind),)
        case Call("cbrt" | "sign" | "sinh" | "asinh" | "atan" | "tanh" | "erf", (v,), 0):
            return ((v, kind),)
        case Call("sqrt", (v,), 0) if kind == ">":
            return ((v, kind),)
        case Call("abs", (v,), 0) if kind == ">":
            return ((v, "!="),)
        case Power(base, exponent):
            if exponent.names:
                return None if value_range(base).is_negative else ()
            return _of_power_sign(base, constant_value(exponent), kind)
    return None


def _of_power_sign(base: Node, power: Value, kind: str) -> Iterable[Condition] | None:
    if not isinstance(power, fmpq) or power == 0:
        return None
    if power.p % 2 and power.q % 2:
        return ((base, kind if power > 0 else ">"),)
    return ((base, "!="),) if kind == ">" and power.q == 1 and power > 0 else None


def _is_positive(value: Value) -> bool:
    return value is not None and bool(value > 0)


def _always_holds(values: Range, kind: str) -> bool:
    match kind:
        case ">":
            return values.is_positive
        case ">=":
            return values.is_non_negative
        case "!=":
            return values.is_positive or values.is_negative
    low, high = kind[1:-1].split(", ")
    above, below = _beyond(values, int(low)), _beyond(-values, -int(high))
    return (above if kind[0] == "(" else above or _reaches(values, int(low))) and (
        below if kind[-1] == ")" else below or _reaches(-values, -int(high))
    )


def _beyond(values: Range, low: int) -> bool:
    return values.plus(Range(fmpq(-low), fmpq(-low))).is_positive


def _reaches(values: Range, low: int) -> bool:
    return values.low is not None and bool(values.low >= low)


def never_holds(u: Node, kind: str) -> bool:
    """Whether a condition fails for every value of its names, as far as bounds show it."""
    values = value_range(u)
    match kind:
        case ">":
            return (-values).is_non_negative or (not values.is_positive and _cancels(u))
        case ">=":
            return values.is_negative
        case "!=":
            return values.is_zero or (not (values.is_positive or values.is_negative) and _cancels(u))
    low, high = kind[1:-1].split(", ")
    return _beyond(values, int(high)) or _beyond(-values, -int(low))


def _cancels(u: Node) -> bool:
    """Whether the terms of a sum add up to 0 whatever its names are: x - x."""
    return isinstance(u, Sum) and bool(u.names) and rational.value(u) == 0


class _Bounds:
    """What is known of one name: an interval, and points left out of it."""

    __slots__ = ("high", "holes", "is_high_open", "is_low_open", "low")

    def __init__(self) -> None:
        self.low: fmpq | None = None
        self.high: fmpq | None = None
        self.is_low_open = self.is_high_open = False
        self.holes: list[fmpq] = []

    def above(self, bound: fmpq, is_open: bool) -> None:
        if self.low is None or bound > self.low:
            self.low, self.is_low_open = bound, is_open
        elif bound == self.low:
            self.is_low_open |= is_open

    def below(self, bound: fmpq, is_open: bool) -> None:
        if self.high is None or bound < self.high:
            self.high, self.is_high_open = bound, is_open
        elif bound == self.high:
            self.is_high_open |= is_open

    def settle(self) -> None:
        """Turn a hole at an end into an open end, and forget those beyond."""
        self.is_low_open |= self.low in self.holes
        self.is_high_open |= self.high in self.holes
        self.holes = [hole for hole in dict.fromkeys(self.holes) if self.is_inside(hole)]

    def is_inside(self, point: fmpq) -> bool:
        return (self.low is None or point > self.low) and (self.high is None or point < self.high)

    @property
    def is_empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        return bool(self.low > self.high or (self.low == self.high and (self.is_low_open or self.is_high_open)))

    def relations(self, x: Name) -> Iterator[Relation]:
        low = None if self.low is None else number(self.low)
        high = None if self.high is None else number(self.high)
        if low is not None and high is not None and not self.is_empty and low is not high:
            signs = ("<" if self.is_low_open else "<=", "<" if self.is_high_open else "<=")
            yield Relation((low, x, high), signs)
        else:
            if low is not None:
                yield Relation((x, low), (">" if self.is_low_open else ">=",))
            if high is not None:
                yield Relation((x, high), ("<" if self.is_high_open else "<=",))
        for hole in self.holes:
            yield Relation((x, number(hole)), ("!=",))


def number(value: fmpq) -> Node:
    """Return a rational as a node."""
    return fraction(int(value.p), int(value.q))


def _solved(conditions: list[Condition]) -> tuple[Node, ...]:
    """The relations, those on one name merged where its first stood."""
    bounds = bounds_on_names(conditions)
    relations: dict[Node, None] = {}
    emitted: set[Name] = set()
    for u, kind in conditions:
        x = _solvable(u, kind)
        if x is None:
            relations[_readable(u, kind)] = None
        elif x not in emitted:
            emitted.add(x)
            relations.update(dict.fromkeys(bounds[x].relations(x)))
    return tuple(relations)


def _solvable(u: Node, kind: str) -> Name | None:
    """The name for which a condition is solved: linear in it, or quadratic with rational roots and one stretch."""
    if len(u.names) != 1:
        return None
    x = next(iter(u.names))
    polynomial = polynomial_in(x, u)
    if polynomial is None or polynomial.degree() < 1:
        return None
    if polynomial.degree() == 1:
        return x
    if kind not in (">", ">=", "!="):
        return None
    roots = _rational_roots(polynomial.coeffs())
    if not roots:
        return None
    is_one_stretch = kind == "!=" or polynomial[2] < 0 or (kind == ">" and roots[0] == roots[1])
    return x if is_one_stretch else None


def _rational_roots(coefficients: list[fmpq]) -> tuple[fmpq, fmpq] | None:
    """The smaller and the larger root of c + b x + a x^2, if they are rational."""
    c, b, a = coefficients
    root = nth_root(b * b - 4 * a * c, 2)
    if not isinstance(root, fmpq):
        return None
    first, second = (-b - root) / (2 * a), (-b + root) / (2 * a)
    return (first, second) if first <= second else (second, first)


def bounds_on_names(conditions: list[Condition]) -> dict[Name, _Bounds]:
    bounds: dict[Name, _Bounds] = {}
    for u, kind in conditions:
        x = _solvable(u, kind)
        polynomial = None if x is None else polynomial_in(x, u)
        if x is not None and polynomial is not None:
            _note(bounds.setdefault(x, _Bounds()), polynomial.coeffs(), kind)
    for bound in bounds.values():
        bound.settle()
    return bounds


def _note(bounds: _Bounds, coefficients: list[fmpq], kind: str) -> None:
    if len(coefficients) == 3:
        _note_quadratic(bounds, coefficients, kind)
        return
    b, a = coefficients
    if kind == "!=":
        bounds.holes.append(-b / a)
        return
    up, down = (bounds.above, bounds.below) if a > 0 else (bounds.below, bounds.above)
    if kind in (">", ">="):
        up(-b / a, kind == ">")
        return
    low, high = kind[1:-1].split(", ")
    up((int(low) - b) / a, kind[0] == "(")
    down((int(high) - b) / a, kind[-1] == ")")


def _note_quadratic(bounds: _Bounds, coefficients: list[fmpq], kind: str) -> None:
    roots = _rational_roots(coefficients)
    assert roots is not None
    if kind == "!=" or coefficients[2] > 0:
        bounds.holes.extend(roots)
    else:
        bounds.above(roots[0], kind == ">")
        bounds.below(roots[1], kind == ">")


def _readable(u: Node, kind: str) -> Node:
    """The relation, with a lone number moved to the other side: |x| - 1 > 0 is |x| > 1."""
    match u:
        case Sum((term, Negative(Number() as number))) if kind in (">", ">=", "!=") and term.names:
            return Relation((term, number), (kind,))
    return KINDS[kind][1](u)


def solutions(equations: Iterable[Equation], x: Name) -> list[fmpq] | None:
    """The rational solutions for x of equations that are linear or quadratic in it, rising; None if one is neither."""
    found: set[fmpq] = set()
    for equation in equations:
        polynomial = polynomial_in(x, difference(equation.left, equation.right))
        if polynomial is None or polynomial.degree() < 1:
            return None
        if polynomial.degree() == 1:
            found.add(-polynomial[0] / polynomial[1])
            continue
        roots = _rational_roots(polynomial.coeffs())
        if roots is None:
            return None
        found.update(roots)
    return sorted(found)


def edges(condition: Node) -> Iterator[tuple[Name, fmpq]]:
    """The names that a relation bounds, or keeps from a number, each with that number."""
    sides = condition.children()
    with working_precision(64):
        numbers = [Evaluation({}).value(side) for side in sides if not side.names]
    for side in sides:
        if isinstance(side, Name):
            yield from ((side, number) for number in numbers if isinstance(number, fmpq))


def say_the_same(first: Iterable[Node], second: Iterable[Node]) -> bool:
    """Whether two sets of relations certainly hold at the same points."""
    rest = set(second)
    left = set(first) - rest
    rest -= set(first)
    for condition in tuple(left):
        twin = next((other for other in rest if _are_alike(condition, other)), None)
        if twin is not None:
            left.remove(condition)
            rest.remove(twin)
    if not left and not rest:
        return True
    return bool(left) and bool(rest) and _have_the_same_zeros(left, rest)


def _are_alike(a: Node, b: Node) -> bool:
    if not (isinstance(a, Relation) and isinstance(b, Relation)) or a.signs != b.signs:
        return False
    return all(p is q or rational.agree(p, q) for p, q in zip(a.sides, b.sides, strict=True))


def _have_the_same_zeros(first: Iterable[Node], second: Iterable[Node]) -> bool:
    """Whether conditions u != 0 name the same points: the product of the u of one side is a power of the other's."""
    a, b = _product_of_zeros(first), _product_of_zeros(second)
    if a is None or b is None:
        return False
    for numerator, denominator in ((a, b), (Power(a, TWO), b), (a, Power(b, TWO))):
        form = rational.normal_form(Quotient(numerator, denominator))
        if form is not None and form.constant is not None and form.constant != 0:
            return True
    return False


def without_implied(relations: Iterable[Node]) -> tuple[Node, ...]:
    """Return the relations without each w != 0 that follows from another v != 0: w = 0 would make v 0.

    >>> from mathcli.syntax.parser import parse
    >>> [repr(c.sides[0]) for c in without_implied(map(parse, ("cos(x) != 0", "1 + sin(x) != 0")))]
    ["Call('cos', (Name('x'),), 0)"]
    """
    kept = list(relations)
    for relation in tuple(kept):
        others = [other for other in kept if other is not relation]
        if any(_implies(other, relation) for other in others):
            kept = others
    return tuple(kept)


def _implies(given: Node, wanted: Node) -> bool:
    """Whether w != 0 follows from v != 0: the norm of w, without sines, is a multiple of a power of v."""
    match given, wanted:
        case Relation((v, right), ("!=",)), Relation((w, zero), ("!=",)) if zero is ZERO and v.names == w.names:
            with rational.Field() as field:
                first, second = (rational.normal_form(u, field=field) for u in (difference(v, right), w))
                if first is None or second is None or first.is_zero() or not first.den.is_constant():
                    return False
                norm = rational.norm_over_sines(second)
                return norm is not None and any((norm / first**k).constant is not None for k in (1, 2, 4))
    return False


def _product_of_zeros(relations: Iterable[Node]) -> Node | None:
    factors = []
    for relation in relations:
        if not isinstance(relation, Relation) or relation.signs != ("!=",):
            return None
        factors.append(difference(*relation.sides))
    return Product.of(*factors) if all(map(_is_entire, factors)) else None


_ENTIRE = frozenset(("sin", "cos", "sinh", "cosh", "atan", "abs"))


def _is_entire(node: Node) -> bool:
    """Whether a tree has values everywhere for all to see; x (1 - 1/x) is not 0 where x - 1 is not, but at 0."""
    for part in walk(node):
        match part:
            case Name() | Number() | Sum() | Product() | Negative():
                continue
            case Quotient(_, Number() as denominator) if denominator is not ZERO:
                continue
            case Power(_, Number(_, 0)):
                continue
            case Power(base, _) if base is E:
                continue
            case Call(function, (_,), 0) if function in _ENTIRE:
                continue
        if part.names or value_range(part).low is None:
            return False
    return True
