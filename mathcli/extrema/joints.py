"""What f is at a number, and what a point is by what f does on both of its sides.

Beside the point f is smooth (`smooth_parts`), so what it does there is what those parts and their derivatives do
towards the point.
"""

from __future__ import annotations

from typing import NamedTuple

from flint import arb, fmpq

from mathcli.algebra import balls, rational
from mathcli.algebra.balls import Evaluation, working_precision
from mathcli.algebra.closed_forms import closed_form
from mathcli.algebra.domains import domain
from mathcli.algebra.exact import evaluated, is_defined, is_zero, placed, sign
from mathcli.calculus.corners import sign_beside
from mathcli.calculus.derivation import Phrase
from mathcli.errors import UndecidedError
from mathcli.extrema.critical import (
    CORNER,
    CORNER_MAXIMUM,
    CORNER_MINIMUM,
    CUSP_MAXIMUM,
    CUSP_MINIMUM,
    JUMP,
    LOCAL_MAXIMUM,
    LOCAL_MINIMUM,
    STATIONARY_INFLECTION,
    UNDECIDED,
    VERTICAL_TANGENT,
)
from mathcli.solving.ends import MINUS_INF, Behaviour, behaviour
from mathcli.solving.regions import Bound, ends_of_ball
from mathcli.syntax.tree import INF, ONE, Call, Name, Negative, Node, Number, Power, Quotient, Sum, rewrite

LEFT, RIGHT = -1, 1
_MOST_BITS = 1024


class Side(NamedTuple):
    """One side of a point: f and f' there without cases, and the certified sign of f' next to the point."""

    function: Node
    derivative: Node
    sign: int | None


def value_at(f: Node, x: Name, at: Bound) -> Bound | None:
    """Return f(at), as a tree in its shortest form where `at` has one; None where it could not be enclosed."""
    try:
        if at.exact is not None or x not in f.names:
            return _short(placed(f, {x: at.exact}) if at.exact is not None else f)
        return Bound(None, refinement=lambda bits: _enclosed(f, x, at, bits))
    except UndecidedError:
        return None


def _short(value: Node) -> Bound:
    """A constant as a number, in its closed form unless the balls about both are apart.

    At the edge of a domain, as in sqrt(3^(3/2) - 3 sqrt 3), the closed form alone can be enclosed.
    """
    short = closed_form(value)
    shorter = Bound.of(short)
    if short is value:
        return shorter
    try:
        number = Bound.of(value)
    except UndecidedError:
        return shorter
    (low, high), (other_low, other_high) = number.enclosure, shorter.enclosure
    return shorter if low <= other_high and other_low <= high else number


def compared(a: Bound, b: Bound) -> int | None:
    """Return -1, 0 or 1 as a number is less than, equal to or greater than another; None if that was not decided."""
    try:
        return a.compare(b)
    except UndecidedError:
        return None


def _enclosed(f: Node, x: Name, at: Bound, bits: int) -> tuple[fmpq, fmpq]:
    wanted = fmpq(1, 1 << bits)
    precision = bits + 32
    best: tuple[fmpq, fmpq] | None = None
    while precision <= 8 * _MOST_BITS:
        with working_precision(precision):
            value = Evaluation({x: at.ball(precision)}).value(f)
            if value is None:
                break
            if isinstance(value, fmpq):
                return value, value
            ends = ends_of_ball(value)
            if ends is not None:
                best = ends
                if ends[1] - ends[0] <= wanted:
                    return ends
        precision *= 2
    if best is None:
        raise UndecidedError("the value of the function at a number could not be enclosed")
    return best


class Limit(NamedTuple):
    """A one-sided limit: a number, or an infinite one by its sign; `is_proved` or nothing is known."""

    value: Bound | None = None
    infinite: int = 0
    is_proved: bool = False


def limit(g: Node, x: Name, at: Bound, side: int) -> Limit:
    """Return the limit of an elementary function towards a number from one side.

    Where g is defined it is continuous, and its limit is its value.
    """
    if _is_defined_at(g, x, at):
        value = value_at(g, x, at)
        if value is not None:
            return Limit(value, is_proved=True)
    return of_behaviour(g, x, at, side)


def towards(g: Node, x: Name, at: Bound | Node, side: int) -> Behaviour:
    """Return what a function does towards an end, if need be with its tangents as quotients of sines and cosines."""
    found = behaviour(g, x, at, side)
    if found.is_proved:
        return found
    plain = rewrite(g, _as_quotient)
    return found if plain is g else behaviour(plain, x, at, side)


def _as_quotient(node: Node) -> Node | None:
    match node:
        case Call("tan" | "cot" | "sec" | "csc" as function, (u,), 0):
            inner = rewrite(u, _as_quotient)
            sine, cosine = Call("sin", (inner,)), Call("cos", (inner,))
            tops = {"tan": (sine, cosine), "cot": (cosine, sine), "sec": (ONE, cosine), "csc": (ONE, sine)}
            return Quotient(*tops[function])
    return None


def of_behaviour(g: Node, x: Name, at: Bound | Node, side: int) -> Limit:
    """The same as a limit."""
    found = towards(g, x, at, side)
    if not found.is_proved or found.limit is None:
        return Limit()
    if found.limit is INF or found.limit is MINUS_INF:
        return Limit(infinite=1 if found.limit is INF else -1, is_proved=True)
    return Limit(Bound.of(evaluated(found.limit)), is_proved=True)


def _is_defined_at(g: Node, x: Name, at: Bound) -> bool:
    if x not in g.names:
        return is_defined(g) is True
    if at.exact is not None:
        return is_defined(placed(g, {x: at.exact})) is True
    ball = balls.enclose(g, {x: at.ball(256)}, precision=320)
    return ball is not None and ball.is_finite()


class Judgement(NamedTuple):
    """What a point where f is cut is: its kind, "" where it is not critical, and why; None: not decided."""

    kind: str | None
    why: Phrase = ()
    limits: tuple[Limit, ...] = ()
    """Of f on both sides, where they may differ from its value."""


def judge(value: Bound | None, left: Side, right: Side, x: Name, at: Bound, *, is_continuous: bool) -> Judgement:
    """Return what a point between two smooth parts is, f having this value there."""
    if not is_continuous:
        ends = [limit(side.function, x, at, by) for side, by in ((left, LEFT), (right, RIGHT))]
        agree = [agrees(end, value) for end in ends]
        if False in agree:
            word = _extremum_at_jump(value, ends, left.sign, right.sign)
            also: Phrase = (f"; a local {word} all the same",) if word else ()
            return Judgement(JUMP, (*_jump_said(ends), *also), tuple(ends))
        if None in agree:
            return Judgement(None, (), tuple(ends))
    slopes = [_slope(side, x, at, by) for side, by in ((left, LEFT), (right, RIGHT))]
    before = _sign_beside(left, slopes[0], x, at, LEFT)
    after = _sign_beside(right, slopes[1], x, at, RIGHT)
    return _by_slopes(slopes[0], slopes[1], before, after)


def _slope(side: Side, x: Name, at: Bound, by: int) -> Limit:
    """Where the slope tends to from one side, by its square if need be, in which roots and sines cancel."""
    found = limit(side.derivative, x, at, by)
    if found.is_proved or not side.sign:
        return found
    squared = limit(rational.cancelled(Power(side.derivative, Number(2))), x, at, by)
    if not squared.is_proved or squared.value is None or squared.value.exact is None:
        return Limit(None, side.sign, is_proved=True) if squared.infinite else found
    size = Call("sqrt", (squared.value.exact,))
    return Limit(Bound.of(evaluated(size if side.sign > 0 else Negative(size))), is_proved=True)


def agrees(end: Limit, value: Bound | None) -> bool | None:
    """Whether a limit is the value; None where that was not decided."""
    if not end.is_proved or value is None:
        return None
    if end.value is None:
        return False
    by = compared(end.value, value)
    return None if by is None else by == 0


def _extremum_at_jump(value: Bound | None, ends: list[Limit], before: int | None, after: int | None) -> str:
    """Whether the value at a jump is the least or the greatest near it: "minimum", "maximum" or "".

    Each limit has to lie on one side of it; where one is the value itself, f has to come from that side.
    """
    sides: list[int | None] = []
    for end, slope, way in zip(ends, (before, after), (-1, 1), strict=True):
        by = end.infinite
        if end.value is not None and value is not None:
            by = compared(end.value, value) or 0
            if compared(end.value, value) is None:
                return ""
        sides.append(by or (None if slope is None else slope * way))
    if not all(end.is_proved for end in ends) or value is None or None in sides:
        return ""
    known = {side for side in sides if side}
    return {frozenset((1,)): "minimum", frozenset((-1,)): "maximum"}.get(frozenset(known), "")


def _jump_said(ends: list[Limit]) -> Phrase:
    said: list[str | Node] = []
    for end, word in zip(ends, ("left", "right"), strict=True):
        shown = _shown(end)
        if shown is not None:
            said.extend((", " if said else "", shown, f" from the {word}"))
    return tuple(said)


def _shown(end: Limit) -> Node | None:
    if end.infinite:
        return INF if end.infinite > 0 else Negative(INF)
    return end.value.exact if end.value is not None else None


def _sign_beside(side: Side, slope: Limit, x: Name, at: Bound, by: int) -> int | None:
    if side.sign is not None:
        return side.sign
    if slope.infinite:
        return slope.infinite
    return sign_of(slope.value) or sign_next_to(side.derivative, x, at, by)


def sign_next_to(slope: Node, x: Name, at: Bound, side: int) -> int | None:
    """Return the sign of a function on one side of a number, close to it, by its derivatives there."""
    return None if at.exact is None else sign_beside(slope, x, at.exact, side)


def sign_of(value: Bound | None) -> int | None:
    """Return the sign of a number; None where it is not known."""
    if value is None:
        return None
    if value.exact is not None:
        return sign(value.exact)
    bits = 64
    while bits <= _MOST_BITS:
        try:
            low, high = value.within(bits)
        except UndecidedError:
            return None
        if low > 0 or high < 0 or low == high == 0:
            return 1 if low > 0 else -1 if high < 0 else 0
        bits *= 2
    return None


def _by_slopes(left: Limit, right: Limit, before: int | None, after: int | None) -> Judgement:
    why = _slopes_said(left, right)
    if not (left.is_proved and right.is_proved):
        is_extremum = before is not None and after is not None and before * after < 0
        return Judgement(stationary(before, after) if is_extremum else None, why)
    if left.infinite or right.infinite:
        return Judgement(_kind_of_steep_point(left, right, before, after), why)
    assert left.value is not None
    assert right.value is not None
    same = _are_equal(left.value, right.value)
    if same is False:
        return Judgement(_corner(before, after), why)
    level = sign_of(left.value), sign_of(right.value)
    if level[0] and level[1]:
        return Judgement("" if same else None, why)
    if same and 0 in level:
        return Judgement(stationary(before, after))
    if before is not None and after is not None and before != after:
        return Judgement(stationary(before, after))  # an extremum, whether f has a derivative there or not
    return Judgement(None, why)


def _are_equal(a: Bound, b: Bound) -> bool | None:
    by = compared(a, b)
    if by is not None:
        return by == 0
    if a.exact is None or b.exact is None:
        return None
    return is_zero(Sum.of(a.exact, Negative(b.exact)))


def _kind_of_steep_point(left: Limit, right: Limit, before: int | None, after: int | None) -> str | None:
    if not (left.infinite and right.infinite):
        return _corner(before, after)
    if left.infinite == right.infinite:
        return VERTICAL_TANGENT
    return CUSP_MINIMUM if left.infinite < 0 else CUSP_MAXIMUM


def _corner(before: int | None, after: int | None) -> str | None:
    if before is None or after is None:
        return None
    if before <= 0 <= after and before != after:
        return CORNER_MINIMUM
    if before >= 0 >= after and before != after:
        return CORNER_MAXIMUM
    return CORNER


def stationary(before: int | None, after: int | None) -> str:
    """Return the kind of a point where f' = 0, by the signs of f' beside it."""
    if before is None or after is None:
        return UNDECIDED
    match before, after:
        case (-1, 1) | (0, 1) | (-1, 0):
            return LOCAL_MINIMUM
        case (1, -1) | (0, -1) | (1, 0):
            return LOCAL_MAXIMUM
        case (0, 0):
            return ""
    return STATIONARY_INFLECTION


def _slopes_said(left: Limit, right: Limit) -> Phrase:
    shown = [_shown(left), _shown(right)]
    if shown[0] is None or shown[1] is None:
        return ()
    return "slope ", shown[0], " from the left, ", shown[1], " from the right"


def is_in_domain(f: Node, x: Name, at: Bound) -> bool | None:
    """Whether f has a value at a number; None where that is not certain."""
    if at.exact is not None:
        return is_defined(placed(f, {x: at.exact}))
    if not domain(f):
        return True
    ball = balls.enclose(f, {x: at.ball(256)}, precision=320)
    if ball is None:
        return False
    return True if isinstance(ball, arb) and ball.is_finite() else None
