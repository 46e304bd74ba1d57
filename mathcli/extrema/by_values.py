"""Extrema of a function whose derivative is not known, by its values alone: three in a row that show a turn.

Where f is defined and continuous on [a, c] and f(b) is less than f(a) and f(c) for a b between, f has a local minimum
there. That is certain; that there are no others is not, and nothing here says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from flint import arb, fmpq

from mathcli.algebra.balls import enclose, working_precision
from mathcli.algebra.budget import Budget
from mathcli.errors import UndecidedError
from mathcli.extrema.critical import LOCAL_MAXIMUM, LOCAL_MINIMUM
from mathcli.solving.regions import Bound, ends_of_ball
from mathcli.syntax.tree import Call, Name, Node, Piecewise, walk

_STEPS = 400
_BITS = 192
_USUAL = fmpq(10)
Places = tuple[fmpq, fmpq, fmpq]
_JUMPING = frozenset(("floor", "ceil", "sign", "factorial", "factorial2", "binomial"))


@dataclass(frozen=True, slots=True)
class Turn:
    """A local extremum of f somewhere in `at`, an interval, and its value in `value`."""

    at: Bound
    value: Bound
    kind: str


def turns(f: Node, x: Name, low: fmpq | None, high: fmpq | None, budget: Budget) -> tuple[tuple[Turn, ...], fmpq, fmpq]:
    """Return extrema of f between two numbers (-10 and 10 where they are None), and these numbers."""
    start, end = (-_USUAL if low is None else low), (_USUAL if high is None else high)
    if start >= end:
        start, end = (end - 2 * _USUAL, end) if low is None else (start, start + 2 * _USUAL)
    found = () if _may_jump(f) else tuple(_turns(f, x, start, end, budget))
    return found, start, end


def _may_jump(f: Node) -> bool:
    return any(
        isinstance(part, Piecewise) or (isinstance(part, Call) and part.function in _JUMPING) for part in walk(f)
    )


def _turns(f: Node, x: Name, start: fmpq, end: fmpq, budget: Budget) -> Iterator[Turn]:
    step = (end - start) / _STEPS
    places = [start + step * k + step * fmpq(7, 19) for k in range(_STEPS)]
    values: list[arb | None] = []
    for place in places:
        budget.spend(10)
        values.append(_value(f, x, place))
    for k in range(1, _STEPS - 1):
        before, here, after = values[k - 1 : k + 2]
        if before is None or here is None or after is None:
            continue
        way = 1 if before > here and after > here else -1 if before < here and after < here else 0
        if way and _is_continuous(f, x, places[k - 1], places[k + 1]):
            yield _found(f, x, (places[k - 1], places[k], places[k + 1]), way)


def _value(f: Node, x: Name, at: fmpq, precision: int = _BITS) -> arb | None:
    ball = enclose(f, {x: at}, precision=precision)
    return arb(ball) if ball is not None and arb(ball).is_finite() else None


def _is_continuous(f: Node, x: Name, a: fmpq, c: fmpq) -> bool:
    """Whether f, made of continuous functions, has finite values on all of [a, c]; in a few parts if need be."""
    parts = 16
    ends = [a + (c - a) * fmpq(k, parts) for k in range(parts + 1)]
    return all(_over(f, x, p, q, _BITS) is not None for p, q in pairwise(ends))


def _over(f: Node, x: Name, a: fmpq, c: fmpq, precision: int) -> arb | None:
    with working_precision(precision):
        place = arb(a).union(arb(c))
    ball = enclose(f, {x: place}, precision=precision)
    return arb(ball) if ball is not None and arb(ball).is_finite() else None


def _found(f: Node, x: Name, turn: Places, way: int) -> Turn:
    at = Bound(None, refinement=lambda bits: _narrowed(f, x, turn, way, bits)[::2])
    value = Bound(None, refinement=lambda bits: _worth(f, x, turn, way, bits))
    return Turn(at, value, LOCAL_MINIMUM if way > 0 else LOCAL_MAXIMUM)


def _narrowed(f: Node, x: Name, turn: Places, way: int, bits: int) -> Places:
    """The turn between places no farther apart than 2^-bits.

    Raises:
        UndecidedError: their values could not be told apart.
    """
    a, b, c = turn
    goal, precision = fmpq(1, 1 << bits), 3 * bits + _BITS
    least = _value(f, x, b, precision)
    while c - a > goal:
        d = (a + b) / 2 if b - a > c - b else (b + c) / 2
        value = _value(f, x, d, precision)
        by = 0 if value is None or least is None else 1 if value > least else -1 if value < least else 0
        if by == 0:
            raise UndecidedError("where an extremum lies could not be narrowed down")
        if way * by < 0:
            a, b, c = (a, d, b) if d < b else (b, d, c)
            least = value
        else:
            a, c = (d, c) if d < b else (a, d)
    return a, b, c


def _worth(f: Node, x: Name, turn: Places, way: int, bits: int) -> tuple[fmpq, fmpq]:
    for more in (8, 32, 128):
        a, _, c = _narrowed(f, x, turn, way, bits + more)
        precision = 3 * bits + _BITS
        ball = _over(f, x, a, c, precision)
        with working_precision(precision):
            ends = None if ball is None else ends_of_ball(ball)
        if ends is not None and ends[1] - ends[0] < fmpq(1, 1 << bits):
            return ends
    raise UndecidedError("the value at an extremum could not be enclosed")
