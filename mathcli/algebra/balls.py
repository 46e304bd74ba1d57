"""Tree -> certified enclosure: what an expression is worth at a point or on a box, in FLINT's ball arithmetic.

A value is an exact rational as long as the tree allows it (so x/x at 0 and sqrt(x - 1/3) at 1/3 are decided), and a
ball from there on. Three things may come back, and no others:

    a finite ball   defined at every point of the box, and each value lies in the ball
    None            defined at no point of the box
    nan             not decided: the box reaches over the edge of the domain, or the precision was too small, or the
                    tree is nothing that balls can judge (an integral, a vector, the number i, a name without a value)

Symbols and values are real. Odd roots are real; 0^0 = 1; a base with an exponent that is no constant must be positive,
as the domain of x^y says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from functools import lru_cache
from typing import Any, TypeAlias
from zlib import crc32

from flint import arb, ctx, fmpq, fmpz

from mathcli.algebra.angles import TRIGONOMETRIC, at_multiple, pi_multiple
from mathcli.algebra.ball_functions import (
    FUNCTIONS,
    NAN,
    Value,
    exponential,
    generic_body,
    hull,
    is_nan,
    quotient,
    rational_power,
    real_power,
    settled,
)
from mathcli.algebra.verdict import all_hold
from mathcli.syntax.families import index_node, indices_of, names_of_entry
from mathcli.syntax.tree import (
    TWO,
    Call,
    Constant,
    Derivative,
    E,
    Equation,
    Indexed,
    IndexedProduct,
    IndexedSum,
    Name,
    Negative,
    Node,
    Norm,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    Vector,
    integer,
    walk,
)

Point: TypeAlias = Mapping[Node, "arb | fmpq | int"]
"""Values for names, and where wanted for entries y_1 or calls f(x) of unknown functions."""

MOST_BITS = 8192
_MOST_TERMS = 1000
_SMALLEST_SHOWN = arb(10) ** -1_000_000


class working_precision:  # noqa: N801 - used as a statement
    """Sets FLINT's precision, which is global, and puts the old one back on every way out."""

    __slots__ = ("_before", "_bits")

    def __init__(self, bits: int) -> None:
        self._bits = bits

    def __enter__(self) -> None:
        self._before = ctx.prec
        ctx.prec = self._bits

    def __exit__(self, *_: object) -> None:
        ctx.prec = self._before


def enclose(node: Node, at: Point, *, precision: int = 64, generic: bool = False) -> arb | None:
    """Return the enclosure of node at a point or on a box, as the module says: a finite ball, None, or nan.

    `at` gives names their values, as rationals or as balls that may be wide; entries such as y_1 and calls f(x) of
    unknown functions may be given values too. With `generic` those that were not are given arbitrary fixed ones,
    which is good for refuting a claim about all of them, and for nothing else.

    >>> from mathcli.syntax.tree import Call
    >>> enclose(Call("sqrt", (Name("x"),)), {Name("x"): arb(-1)}) is None
    True
    """
    with working_precision(precision):
        worth = Evaluation(at, generic=generic).value(node)
        return arb(worth) if isinstance(worth, fmpq) else worth


def exact(value: arb | fmpq | int) -> arb | fmpq:
    """Return a rational for a whole number and for a ball without radius; any other ball as it is."""
    if isinstance(value, int):
        return fmpq(value)
    if isinstance(value, arb) and value.is_exact() and value.is_finite():
        mantissa, exponent = value.man_exp()
        if abs(int(exponent)) < 1000:
            return fmpq(mantissa) * fmpq(2) ** int(exponent)
    return value


class Evaluation:
    """The values of trees at one point and one precision (the one that is set); each subtree is looked at once."""

    __slots__ = ("at", "generic", "known")

    def __init__(self, at: Point, *, generic: bool = False) -> None:
        self.at = at
        self.generic = generic
        self.known: dict[Node, Value] = {node: settled(exact(value)) for node, value in at.items()}

    def value(self, node: Node) -> Value:
        known = self.known
        if node in known:
            return known[node]
        for part, children, evaluate in _program(node):
            if part in known:
                continue
            values = [known[child] for child in children]
            for value in values:
                if value is None or value is NAN:  # what is not finite was settled to this one object
                    known[part] = None if any(v is None for v in values) else NAN
                    break
            else:
                known[part] = settled(evaluate(self, part, values))
        return known[node]

    def truth(self, condition: Node) -> bool | None:
        """Whether a relation or equation certainly holds, certainly does not, or neither; see `balls.truth`."""
        match condition:
            case Equation(left, right):
                return self._compares(left, "=", right)
            case Relation(sides, signs):
                answers = [
                    self._compares(left, sign, right)
                    for left, sign, right in zip(sides[:-1], signs, sides[1:], strict=True)
                ]
                return all_hold(answers)
        return None

    def _compares(self, left: Node, sign: str, right: Node) -> bool | None:
        a, b = self._side(left), self._side(right)
        if a is None or b is None:
            return False
        if is_nan(a) or is_nan(b):
            return None
        match sign:
            case "<" | ">=":
                is_less = True if a < b else False if a >= b else None
                return is_less if sign == "<" or is_less is None else not is_less
            case ">" | "<=":
                is_greater = True if a > b else False if a <= b else None
                return is_greater if sign == ">" or is_greater is None else not is_greater
        is_same = True if left is right or (a == b) else False if a > b or a < b else None
        return is_same if sign == "=" or is_same is None else not is_same

    def _side(self, side: Node) -> Value:
        if side is _INF:
            return arb.pos_inf()
        return arb.neg_inf() if side is _MINUS_INF else self.value(side)


_INF = Constant("inf")
_MINUS_INF = Negative(_INF)
_SELF_RELIANT = (Piecewise, IndexedSum, IndexedProduct, Derivative, Norm, Indexed)


def _looked_at_first(node: Node) -> tuple[Node, ...]:
    """The children whose values a node needs; nothing where it looks after them itself."""
    if isinstance(node, _SELF_RELIANT) or (isinstance(node, Call) and node.function not in FUNCTIONS):
        return ()
    return node.children()


@lru_cache(maxsize=512)
def in_order(node: Node) -> tuple[Node, ...]:
    """The nodes of a tree, each after its children, down to those that look after their own."""
    order: dict[Node, None] = {}
    stack = [(node, False)]
    while stack:
        part, is_expanded = stack.pop()
        if is_expanded:
            order[part] = None
        elif part not in order:
            stack.append((part, True))
            stack.extend((child, False) for child in reversed(_looked_at_first(part)))
    return tuple(order)


@lru_cache(maxsize=512)
def _program(node: Node) -> tuple[tuple[Node, tuple[Node, ...], _Evaluator], ...]:
    """What is worked out for a tree, in order: a part, the parts that it needs, and how."""
    return tuple((part, _looked_at_first(part), _EVALUATORS.get(type(part), _not_judged)) for part in in_order(node))


def _number(_: Evaluation, node: Number, __: list[Value]) -> Value:
    return _rational(node)


@lru_cache(maxsize=512)
def _rational(node: Number) -> fmpq:
    return fmpq(node.numerator, fmpz(10) ** node.scale)


def _constant(_: Evaluation, node: Constant, __: list[Value]) -> Value:
    if node.name == "pi":
        return arb.pi()
    return arb.const_e() if node is E else NAN


def _not_judged(_: Evaluation, __: Node, ___: list[Value]) -> Value:
    return NAN


def _sum(_: Evaluation, __: Node, values: list[Value]) -> Value:
    return sum(values[1:], values[0])  # type: ignore[arg-type]


def _product(_: Evaluation, __: Node, values: list[Value]) -> Value:
    result = values[0]
    for value in values[1:]:
        result = result * value  # type: ignore[operator]
    return result


def _negative(_: Evaluation, __: Node, values: list[Value]) -> Value:
    return -values[0]  # type: ignore[operator]


def _quotient(_: Evaluation, __: Node, values: list[Value]) -> Value:
    return quotient(*values)


def _power(_: Evaluation, node: Power, values: list[Value]) -> Value:
    base, exponent = values
    if node.base is E:
        return exponential(exponent)
    is_constant = not node.exponent.names
    if is_constant and isinstance(exponent, fmpq):
        return rational_power(base, exponent)
    return real_power(base, exponent, is_constant=is_constant)


def _call(self: Evaluation, node: Call, values: list[Value]) -> Value:
    function = FUNCTIONS.get(node.function)
    if function is None:
        return _stand_in(self, node)
    if node.primes:
        return NAN
    if isinstance(values[0], arb) and len(values) == 1:
        return _at_special_constant(self, node, function, values[0])
    return function(*values)


def _at_special_constant(self: Evaluation, node: Call, function: Callable[..., Value], value: arb) -> Value:
    """The function at a ball, exactly where the argument is a multiple of pi, or a power of e under a logarithm."""
    argument = node.arguments[0]
    if node.function in TRIGONOMETRIC:
        turns = pi_multiple(argument)
        if turns is not None:
            return at_multiple(node.function, turns)
    if node.function == "log":
        if argument is E:
            return fmpq(1)
        if isinstance(argument, Power) and argument.base is E:
            return self.value(argument.exponent)
    return function(value)


def _piecewise(self: Evaluation, node: Piecewise, _: list[Value]) -> Value:
    """The first branch whose condition holds; a hull of all that may be meant where that is not certain."""
    candidates: list[Value] = []
    for value, condition in node.branches:
        holds = self.truth(condition)
        if holds is not False:
            candidates.append(self.value(value))
        if holds:
            break
    else:
        candidates.append(None if node.otherwise is None else self.value(node.otherwise))
    if len(candidates) == 1:
        return candidates[0]
    defined = [arb(value) for value in candidates if value is not None]
    if not defined:
        return None
    return hull(defined) if len(defined) == len(candidates) else NAN


def _iterated(self: Evaluation, node: IndexedSum | IndexedProduct, _: list[Value]) -> Value:
    """Term by term, where the bounds are whole numbers and the terms not too many."""
    terms = expanded_terms(self, node)
    if terms is None:
        return NAN
    values = [self.value(term) for term in terms]
    if any(value is None for value in values):
        return None
    is_sum = isinstance(node, IndexedSum)
    result: Value = fmpq(0) if is_sum else fmpq(1)
    for value in values:
        result = settled(result + value if is_sum else result * value)  # type: ignore[operator]
    return result


def expanded_terms(evaluation: Evaluation, node: IndexedSum | IndexedProduct) -> tuple[Node, ...] | None:
    """The terms of an indexed sum or product at this point; None where the bounds are no such bounds."""
    lower, upper = evaluation.value(node.lower), evaluation.value(node.upper)
    if not (isinstance(lower, fmpq) and isinstance(upper, fmpq) and lower.q == 1 == upper.q):
        return None
    if not -1 <= upper - lower < _MOST_TERMS:
        return None
    terms = (node.body.substitute({node.index: integer(k)}) for k in range(int(lower.p), int(upper.p) + 1))
    if not node.body.contains(Indexed):
        return tuple(terms)
    return tuple(term.substitute(_names_of_entries(term, evaluation.known)) for term in terms)


def _names_of_entries(term: Node, known: Mapping[Node, Value]) -> dict[Node, Node]:
    """The entries x_1 of a term for which the name x_1 has a value, which is then meant."""
    names: dict[Node, Node] = {}
    for part in walk(term):
        match part:
            case Indexed(base, indices) if all(isinstance(k, Number) for k in indices):
                entry = next((name for name in names_of_entry(base, indices) if name in known), None)
                if entry is not None:
                    names[part] = entry
    return names


def _indexed(self: Evaluation, node: Indexed, _: list[Value]) -> Value:
    for x in node.variables:
        if x in self.known and is_the_entry(self, node, x):
            return self.known[x]
    return _stand_in(self, node)


def is_the_entry(evaluation: Evaluation, node: Indexed, x: Name) -> bool:
    """Whether an entry of a family is, at this point, the one that x names: w_j is w_k where j = k."""
    own = indices_of(x, node.base, len(node.indices))
    if own is None:
        return False
    here, there = ([evaluation.value(k) for k in indices] for indices in (node.indices, map(index_node, own)))
    sides = zip(here, there, strict=True)
    return all(isinstance(a, fmpq) and isinstance(b, fmpq) and a == b for a, b in sides)


def _stand_in(self: Evaluation, node: Indexed | Call) -> Value:
    """A value for an entry y_1 or a call f(x): the one that was given, or an arbitrary fixed one if that is wanted."""
    values = [self.value(child) for child in node.children()]
    if all(isinstance(value, fmpq) and value.q == 1 for value in values):
        whole = tuple(int(value.p) for value in values)  # type: ignore[union-attr]
        given = self.known.get(node.rebuilt(tuple(map(integer, whole))))
        if given is not None:
            return given
    if not self.generic or any(is_nan(value) for value in values):
        return NAN
    if any(value is None for value in values):
        return None
    if isinstance(node, Indexed):
        return fmpq(crc32(f"{node.base}{values}".encode()) % 1987 - 990, 389)
    mixture = arb(values[0])
    for k, value in enumerate(values[1:], start=2):
        mixture = mixture + arb(value) * k + mixture * arb(value)
    return generic_body(node.function, node.primes, mixture)


def _norm(self: Evaluation, node: Norm, _: list[Value]) -> Value:
    if not isinstance(node.operand, Vector):
        return NAN
    squares = Sum.of(*(Power(entry, TWO) for entry in node.operand.entries))
    return self.value(Call("sqrt", (squares,)))


def _derivative(self: Evaluation, node: Derivative, _: list[Value]) -> Value:
    """The derivative's value by power series; NAN where there is none to be seen."""
    from mathcli.algebra.jets import derivative_value

    return derivative_value(self, node)


_Evaluator: TypeAlias = Callable[[Evaluation, Any, list[Value]], Value]

_EVALUATORS: dict[type[Node], _Evaluator] = {
    Number: _number,
    Constant: _constant,
    Sum: _sum,
    Product: _product,
    Negative: _negative,
    Quotient: _quotient,
    Power: _power,
    Call: _call,
    Piecewise: _piecewise,
    IndexedSum: _iterated,
    IndexedProduct: _iterated,
    Indexed: _indexed,
    Norm: _norm,
    Derivative: _derivative,
}


def value(node: Node, at: Point | None = None, *, digits: int = 15) -> arb | None:
    """Return the value to about this many significant digits; None where there is none, nan where it was not found.

    The precision is doubled up to 8,192 bits. A value that is 0 without its being seen comes back as a ball about 0.
    """
    bits = max(64, int(3.33 * digits) + 24)
    while True:
        ball = enclose(node, at or {}, precision=bits)
        if ball is None or ball.is_exact() or (ball.is_finite() and ball.rel_accuracy_bits() > 3.33 * digits + 4):
            return ball
        if bits >= MOST_BITS:
            return ball
        bits = min(2 * bits, MOST_BITS)


def sign(node: Node, at: Point | None = None) -> int | None:
    """Return -1 or 1 if that is certain, 0 only where exact arithmetic shows it, None where nothing is certain."""
    bits = 64
    while bits <= MOST_BITS:
        with working_precision(bits):
            worth = Evaluation(at or {}).value(node)
        if worth is None:
            return None
        if worth > 0 or worth < 0 or worth == 0:
            return 1 if worth > 0 else -1 if worth < 0 else 0
        bits *= 2
    return None


def truth(condition: Node, at: Point, *, precision: int = 64, generic: bool = False) -> bool | None:
    """Whether a relation or equation holds at a point, or all over a box; None where that is not certain.

    A condition whose sides have no value does not hold.
    """
    with working_precision(precision):
        return Evaluation(at, generic=generic).truth(condition)


def decimal(node: Node, digits: int = 10) -> str:
    """Return a constant's value rounded to so many significant digits, each of them right.

    "" where it has no value, or one with more than a million zeros.

    >>> decimal(Call("sqrt", (TWO,)))
    '1.414213562'
    """
    wanted = digits
    while True:
        ball = value(node, digits=wanted + 10)
        if ball is None or not ball.is_finite():
            return ""
        if ball.contains(0):
            return "0"
        if not _SMALLEST_SHOWN < abs(ball) < 1 / _SMALLEST_SHOWN:
            return ""
        with working_precision(4 * wanted + 100):
            low, high = _rounded(ball.lower(), digits), _rounded(ball.upper(), digits)
        if low == high or wanted > 4 * digits + 200:
            return _written(low)
        wanted *= 2


def _rounded(end: arb, digits: int) -> Decimal:
    middle, _, exponent = end.mid_rad_10exp(digits + 30)
    sign, figures, _ = Decimal(int(middle)).as_tuple()
    number = Decimal((sign, figures, int(exponent)))
    return number.normalize(Context(prec=digits, Emax=MAX_EMAX, Emin=MIN_EMIN))


def _written(number: Decimal) -> str:
    if -7 < number.adjusted() < 16:
        return f"{number:f}"
    mantissa, _, exponent = f"{number:e}".partition("e")
    return f"{mantissa}e{int(exponent)}"
