"""Short exact forms that a number known by its enclosure may have. They are guesses: who takes one has to prove it."""

from __future__ import annotations

from collections.abc import Iterator

from flint import arb, fmpq

from mathcli.algebra.balls import working_precision
from mathcli.algebra.conditions import number
from mathcli.solving.regions import Bound
from mathcli.syntax.tree import PI, Call, E, Negative, Node, Number, Power, Product, Quotient

_BITS = 48
_LARGEST_DENOMINATOR = 60


def candidates(place: Bound) -> Iterator[Bound]:
    """Yield numbers with an exact form that agree with a place as far as is seen."""
    low, high = place.within(_BITS + 8)
    slack = fmpq(1, 1 << _BITS) * max(1, abs(low))
    yield from _rational(low - slack, high + slack)
    with working_precision(96):
        ball = arb(low - slack).union(arb(high + slack))
        for unit, node in _units():
            for k in range(1, _LARGEST_DENOMINATOR + 1):
                ratio = (ball / unit * k).unique_fmpz()
                if ratio is not None and ratio != 0:
                    yield Bound.of(_multiple(fmpq(ratio, k), node))
                    break
        square = (ball * ball * 36).unique_fmpz()
        if square is not None and (ball * ball * 36).rad() < 1e-8 and square > 0:
            from mathcli.algebra.exact import square_root

            root = square_root(number(fmpq(square, 36)))
            yield Bound.of(root if ball > 0 else Negative(root))
        if ball > 0:
            value = _short_fraction(ball.log())
            if value is not None:
                yield Bound.of(E if value == 1 else Power(E, number(value)))
        value = _short_fraction(ball.exp()) if ball < 40 else None
        if value is not None and value > 0 and value != 1:
            yield Bound.of(Call("log", (number(value),)))


def _short_fraction(ball: arb) -> fmpq | None:
    for k in range(1, 13):
        top = (ball * k).unique_fmpz() if (ball * k).rad() < 1e-8 else None
        if top is not None and top != 0:
            return fmpq(top, k)
    return None


def _rational(low: fmpq, high: fmpq) -> Iterator[Bound]:
    if low <= 0 <= high:
        yield Bound.rational(fmpq(0))
        return
    by = 1 if low > 0 else -1
    a, b = (low, high) if by > 0 else (-high, -low)
    value = _simplest(a, b)
    if value.q <= 1000:
        yield Bound.rational(value * by)


def _simplest(low: fmpq, high: fmpq) -> fmpq:
    whole = low.ceil()
    if whole <= high:
        return fmpq(whole)
    floor = low.floor()
    return floor + 1 / _simplest(1 / (high - floor), 1 / (low - floor))


def _units() -> tuple[tuple[arb, Node], ...]:
    return ((arb.pi(), PI),)


def _multiple(ratio: fmpq, unit: Node) -> Node:
    top, bottom = abs(int(ratio.p)), int(ratio.q)
    node = unit if top == 1 else Product((Number(top), unit))
    if bottom != 1:
        node = Quotient(node, Number(bottom))
    return node if ratio > 0 else Negative(node)
