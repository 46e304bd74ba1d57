"""Natural domains, read from the tree as written: what must hold of the names for every part to have a value.

x/x asks for x != 0 and sqrt(x)^2 for x >= 0, though the functions could be continued. A condition is a relation; what
holds for every real number is left out, and what is linear in one name is solved for it. Conditions that have no short
form keep the one that says it exactly: gamma(u) asks for 1/gamma(u) != 0, a branch of a piecewise function for its
condition where the branch applies. Not covered: conditions on each term of an indexed sum other than a denominator's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import TypeAlias

from flint import arb, fmpq

from mathcli.algebra.ball_functions import FUNCTIONS, Value, nth_root
from mathcli.algebra.balls import Evaluation, Point, truth, working_precision
from mathcli.algebra.ranges import Range, polynomial_in, value_range
from mathcli.algebra.samples import sample_points
from mathcli.syntax.tree import (
    INF,
    ONE,
    PI,
    TWO,
    ZERO,
    Call,
    Derivative,
    E,
    Equation,
    IndexedProduct,
    IndexedSum,
    Integral,
    Limit,
    Minimum,
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
    fraction,
    walk,
)

__all__ = ["derivative_domain", "domain", "has_empty_domain", "holds", "kinks", "sample_points"]

Condition: TypeAlias = tuple[Node, str]
"""(u, kind): u must lie where the kind says, see `_KINDS`."""

_KINDS: dict[str, tuple[Node, Callable[[Node], Relation]]] = {
    ">": (ONE, lambda u: Relation((u, ZERO), (">",))),
    ">=": (ONE, lambda u: Relation((u, ZERO), (">=",))),
    "!=": (ONE, lambda u: Relation((u, ZERO), ("!=",))),
    "[-1, 1]": (ZERO, lambda u: Relation((Negative(ONE), u, ONE), ("<=", "<="))),
    "(-1, 1)": (ZERO, lambda u: Relation((Negative(ONE), u, ONE), ("<", "<"))),
    "(0, 1]": (ONE, lambda u: Relation((ZERO, u, ONE), ("<", "<="))),
    "(0, 1)": (Quotient(ONE, TWO), lambda u: Relation((ZERO, u, ONE), ("<", "<"))),
}
"""By kind: a value for which the condition holds, and the relation."""

_OF_ARGUMENT: dict[str, str] = {
    "asin": "[-1, 1]",
    "acos": "[-1, 1]",
    "atanh": "(-1, 1)",
    "asech": "(0, 1]",
    "log": ">",
    "sqrt": ">=",
    "coth": "!=",
    "csch": "!=",
    "acsch": "!=",
}
_OPEN = {"[-1, 1]": "(-1, 1)", "(0, 1]": "(0, 1)", ">=": ">"}
"""The interior of a domain, where a derivative can exist."""


def domain(node: Node) -> tuple[Node, ...]:
    """Return the relations that hold exactly where every part of the tree has a value; none where it always has.

    >>> domain(Call("log", (Sum((Product((TWO, Name("x"))), Negative(Number(4)))),)))
    (Relation((Name('x'), Number(2, 0)), ('>',)),)
    """
    return _tidied(_conditions(node, None))


def derivative_domain(node: Node, x: Name) -> tuple[Node, ...]:
    """Return the relations under which the rules give a derivative with respect to x: the interior, without kinks.

    A derivative may exist at further points (x |x| at 0), which the difference quotient has to show.
    """
    return _tidied(_conditions(node, x))


def kinks(node: Node) -> tuple[Equation, ...]:
    """Return u = 0 for each |u|, sign u and the like, u = v for min and max and for the joints of a piecewise one."""
    return tuple(dict.fromkeys(Equation(*sides) for part in _parts(node) for sides in _kinks_of(part)))


def _parts(node: Node) -> Iterator[Node]:
    """Every distinct node below, except inside what is read and never worked out."""
    seen: set[Node] = set()
    stack = [node]
    while stack:
        part = stack.pop()
        if part in seen:
            continue
        seen.add(part)
        yield part
        if not isinstance(part, Integral | Limit | Minimum | Piecewise | IndexedSum | IndexedProduct | Derivative):
            stack.extend(reversed(part.children()))


def _conditions(node: Node, x: Name | None) -> list[Condition]:
    """The conditions of a tree and, given a variable, of the existence of its derivative."""
    found: dict[Condition, None] = {}
    for part in _parts(node):
        moves = x is not None and x in part.names
        for u, kind in _conditions_of(part, x):
            is_open = moves and x in u.names
            found[u, _OPEN.get(kind, kind) if is_open else kind] = None
        if moves:
            for left, right in _kinks_of(part):
                found[_difference(left, right), "!="] = None
    return list(found)


def _difference(left: Node, right: Node) -> Node:
    return left if right is ZERO else Sum.of(left, Negative(right))


def _conditions_of(node: Node, x: Name | None) -> Iterable[Condition]:
    match node:
        case Quotient(_, denominator):
            return ((denominator, "!="),)
        case Power(base, exponent) if base is not E:
            return _of_power(base, exponent, x)
        case Call(function, arguments, 0):
            return _of_call(function, arguments, x)
        case Derivative(operand, variable):
            return _conditions(operand, variable)
        case Piecewise():
            return _of_piecewise(node, x)
        case IndexedSum() | IndexedProduct():
            return _of_iterated(node, x)
    return ()


def _constant_exponent(exponent: Node) -> Value:
    if exponent.names:
        return None
    with working_precision(64):
        return Evaluation({}).value(exponent)


def _of_power(base: Node, exponent: Node, x: Name | None) -> Iterable[Condition]:
    power = _constant_exponent(exponent)
    if not isinstance(power, fmpq):
        is_constant = isinstance(power, arb) and power > 0
        return ((base, ">=" if is_constant else ">"),)
    is_steep = power < 0 or (x is not None and x in base.names and power < 1 and power.q != 1)
    if power.q % 2 == 0:
        return ((base, ">" if is_steep else ">="),)
    return ((base, "!="),) if is_steep else ()


def _of_call(function: str, arguments: tuple[Node, ...], x: Name | None) -> Iterable[Condition]:
    u = arguments[0]
    if function in _OF_ARGUMENT:
        own: tuple[Condition, ...] = ((u, _OF_ARGUMENT[function]),)
        return own + _of_base(arguments[1]) if len(arguments) > 1 else own
    match function:
        case "tan" | "sec":
            return ((Call("cos", (u,)), "!="),)
        case "cot" | "csc":
            return ((Call("sin", (u,)), "!="),)
        case "root":
            return _of_root(u, arguments[1], x)
        case "cbrt" if x is not None and x in u.names:
            return ((u, "!="),)
        case "acosh":
            return ((Sum.of(u, Negative(ONE)), ">="),)
        case "acoth":
            return ((Sum.of(Call("abs", (u,)), Negative(ONE)), ">"),)
        case "asec" | "acsc":
            return ((Sum.of(Call("abs", (u,)), Negative(ONE)), ">="),)
        case "gamma":
            return ((Quotient(ONE, Call("gamma", (u,))), "!="),)
        case "factorial" | "binomial":
            return _of_factorial(function, arguments)
        case "atan2":
            return ((Sum.of(*(Power(argument, TWO) for argument in arguments)), "!="),)
    return ()


def _of_base(base: Node) -> tuple[Condition, ...]:
    """The base of a logarithm is positive and not 1."""
    return (base, ">"), (_difference(base, ONE), "!=")


def _of_root(u: Node, index: Node, x: Name | None) -> Iterable[Condition]:
    power = _constant_exponent(index)
    if isinstance(power, fmpq) and power != 0:
        return _of_power(u, Quotient(ONE, index), x)
    return (u, ">"), (index, "!=")


def _of_factorial(function: str, arguments: tuple[Node, ...]) -> Iterable[Condition]:
    """Whole numbers that are plainly no poles need no condition."""
    n = arguments[0]
    if isinstance(_constant_exponent(arguments[-1]), fmpq) and function == "binomial":
        return ()
    if isinstance(n, Number):
        return ()
    return ((Quotient(ONE, Call("gamma", (Sum.of(n, ONE),))), "!="),)


def _of_piecewise(node: Piecewise, x: Name | None) -> Iterator[Condition]:
    """Each branch brings its conditions for where it applies; elsewhere a harmless value stands in."""
    values = [value for value, _ in node.branches] + ([] if node.otherwise is None else [node.otherwise])
    for k, value in enumerate(values):
        for u, kind in _conditions(value, x):
            harmless = _KINDS[kind][0]
            chosen = [u if j == k else harmless for j in range(len(values))]
            branches = tuple((chosen[j], condition) for j, (_, condition) in enumerate(node.branches))
            yield Piecewise(branches, None if node.otherwise is None else chosen[-1]), kind
    if node.otherwise is None:
        yield Piecewise(tuple((ONE, condition) for _, condition in node.branches), ZERO), "!="
    for _, condition in node.branches:
        yield from _conditions(condition, None)


def _of_iterated(node: IndexedSum | IndexedProduct, x: Name | None) -> Iterator[Condition]:
    for u, kind in _conditions(node.body, x):
        if node.index not in u.names:
            yield u, kind
        elif kind == "!=":
            yield IndexedProduct(u, node.index, node.lower, node.upper), kind
    for bound in (node.lower, node.upper):
        yield from _conditions(bound, x)


def _kinks_of(node: Node) -> Iterator[tuple[Node, Node]]:
    """The pairs of sides whose equality makes a corner or a jump of this node."""
    match node:
        case Call("abs" | "sign" | "acot", (u,), 0):
            yield u, ZERO
        case Call("floor" | "ceil", (u,), 0):
            yield Call("sin", (Product.of(PI, u),)), ZERO
        case Call("min" | "max", arguments, 0):
            for k, left in enumerate(arguments):
                for right in arguments[k + 1 :]:
                    yield left, right
        case Piecewise(branches, otherwise):
            for value, condition in branches:
                if isinstance(condition, Relation | Equation):
                    sides = condition.children()
                    yield from pairwise(sides)
                for part in _parts(value):
                    yield from _kinks_of(part)
            if otherwise is not None:
                for part in _parts(otherwise):
                    yield from _kinks_of(part)


def _tidied(conditions: list[Condition]) -> tuple[Node, ...]:
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


def _split(u: Node, kind: str) -> Iterator[Condition]:
    """Yield simpler conditions that say the same together."""
    if _always_holds(value_range(u), kind):
        return
    match u:
        case Negative(v) if kind == "!=":
            yield from _split(v, kind)
        case Product(factors) if kind == "!=":
            for factor in factors:
                yield from _split(factor, kind)
        case Quotient(numerator, _) if kind == "!=" and numerator.names:
            yield from _split(numerator, kind)
        case Call("abs" | "sign" | "sqrt" | "cbrt" | "sinh" | "asinh" | "atan" | "tanh" | "asin" | "erf", (v,), 0) if (
            kind == "!="
        ):
            yield from _split(v, kind)
        case Product((Number() as factor, *others)) if factor is not ZERO and kind in (">", ">="):
            yield from _split(Product.of(*others), kind)
        case Quotient(numerator, Number()) if kind in (">", ">="):
            yield from _split(numerator, kind)
        case Power(base, exponent) if kind in (">", "!=") and _is_even_or_nonzero(exponent, kind):
            yield from _split(base, "!=")
        case Call("abs", (v,), 0) if kind == ">":
            yield from _split(v, "!=")
        case Call("log", (v,), 0) if kind in (">", ">=", "!="):
            yield from _split(_difference(v, ONE), kind)
        case Call("sqrt" | "cbrt", (v,), 0) if kind == ">":
            yield from _split(v, ">")
        case _:
            yield u, kind


def _is_even_or_nonzero(exponent: Node, kind: str) -> bool:
    power = _constant_exponent(exponent)
    if not isinstance(power, fmpq) or power <= 0:
        return False
    return kind == "!=" or bool(power.q == 1 and power.p % 2 == 0)


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


def _never_holds(u: Node, kind: str) -> bool:
    """Whether a condition fails for every value of its names, as far as bounds show it."""
    values = value_range(u)
    match kind:
        case ">":
            return (-values).is_non_negative
        case ">=":
            return values.is_negative
        case "!=":
            return values.low is not None and bool(values.low == 0 == values.high)
    low, high = kind[1:-1].split(", ")
    return _beyond(values, int(high)) or _beyond(-values, -int(low))


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
    bounds = _bounds(conditions)
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


def _bounds(conditions: list[Condition]) -> dict[Name, _Bounds]:
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
    return _KINDS[kind][1](u)


def has_empty_domain(node: Node) -> bool | None:
    """Whether the tree is nowhere defined: True where bounds show it, False where a point is found, None else."""
    if are_incompatible((node,), ()):
        return True
    return False if sample_points((node,), tuple(node.names), 1) else None


def are_incompatible(nodes: Iterable[Node], under: Iterable[Node]) -> bool:
    """Whether bounds show that no point has a value of every node and fulfils the relations in `under`."""
    conditions = [condition for node in nodes for condition in _conditions(node, None)] + _as_conditions(under)
    return any(_never_holds(u, kind) for u, kind in conditions) or any(b.is_empty for b in _bounds(conditions).values())


def is_interval(nodes: Iterable[Node], x: Name) -> bool:
    """Whether the nodes have values on one interval of x together, all of it."""
    conditions = _tidied([condition for node in nodes for condition in _conditions(node, None)])
    return all(
        isinstance(condition, Relation) and x in condition.sides and "!=" not in condition.signs
        for condition in conditions
    ) and all(side is x or not side.names for condition in conditions for side in condition.children())


def agree(left: Node, right: Node, under: Iterable[Node] = ()) -> bool:
    """Whether both trees are certainly defined at the same points, as far as `under` holds."""
    if _opaque_parts(left) != _opaque_parts(right):
        return False
    given = _as_conditions(under)
    first, second = (set(_tidied(_conditions(side, None) + given)) for side in (left, right))
    rest = [condition for condition in second if condition not in first]
    for condition in first - second:
        twin = next((other for other in rest if _say_the_same(condition, other)), None)
        if twin is None:
            return False
        rest.remove(twin)
    return not rest


def _say_the_same(a: Node, b: Node) -> bool:
    from mathcli.algebra import rational

    if not (isinstance(a, Relation) and isinstance(b, Relation)) or a.signs != b.signs:
        return False
    if all(p is q or rational.agree(p, q) for p, q in zip(a.sides, b.sides, strict=True)):
        return True
    is_sign_free = a.signs == ("!=",) and a.sides[1] is ZERO is b.sides[1]
    return is_sign_free and rational.agree(a.sides[0], Negative(b.sides[0])) is True


def _opaque_parts(node: Node) -> frozenset[Node]:
    """The parts whose domain no condition describes exactly."""
    return frozenset(
        part
        for part in walk(node)
        if isinstance(part, Integral | Limit | Minimum | Derivative)
        or (isinstance(part, Call) and (part.function not in FUNCTIONS or part.function == "factorial2"))
        or (isinstance(part, Call) and part.function == "binomial")
        or (isinstance(part, IndexedSum | IndexedProduct) and _conditions(part.body, None))
    )


def _as_conditions(relations: Iterable[Node]) -> list[Condition]:
    """The relations as differences that are positive, not negative, or not 0; equations say nothing here."""
    conditions: list[Condition] = []
    for relation in relations:
        if isinstance(relation, Relation):
            for (left, right), sign in zip(pairwise(relation.sides), relation.signs, strict=True):
                greater, less = (left, right) if sign in (">", ">=") else (right, left)
                if sign != "=" and INF not in (left, right) and Negative(INF) not in (left, right):
                    conditions.append((_difference(greater, less), sign.replace("<", ">")))
    return conditions


def solutions(equations: Iterable[Equation], x: Name) -> list[fmpq] | None:
    """The rational solutions for x of equations that are linear or quadratic in it, rising; None if one is neither."""
    found: set[fmpq] = set()
    for equation in equations:
        polynomial = polynomial_in(x, _difference(equation.left, equation.right))
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


def holds(conditions: Iterable[Node], at: Point) -> bool | None:
    """Whether all the conditions certainly hold at a point (False: one certainly fails; None: neither is certain)."""
    answers = [_truth(condition, at) for condition in conditions]
    return False if False in answers else None if None in answers else True


def _truth(condition: Node, at: Point) -> bool | None:
    for precision in (64, 512):
        answer = truth(condition, at, precision=precision, generic=True)
        if answer is not None:
            return answer
    return None
