"""Numbers that are enclosed, as decimals whose digits are right."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq

from mathcli.calculus.regions import Bound
from mathcli.errors import UndecidedError
from mathcli.syntax.tree import Negative, Node, Number

_MOST_BITS = 4096


def decimal(number: Bound, digits: int = 16) -> str:
    """Return the number rounded to so many significant digits; fewer where its enclosure allows no more.

    >>> decimal(Bound.rational(fmpq(1, 3)), 5)
    '0.33333'
    """
    bits = 64
    _is_drawn_together(number, bits)
    while True:
        low, high = number.enclosure
        if low == high == 0:
            return "0"
        one, other = _rounded(low, digits), _rounded(high, digits)
        if one == other:
            return one
        bits *= 2
        if bits > _MOST_BITS or not _is_drawn_together(number, bits):
            break
    if low <= 0 <= high:
        return "0"
    return decimal_of_middle(low, high, digits)


def _is_drawn_together(number: Bound, bits: int) -> bool:
    try:
        number.within(bits)
    except UndecidedError:
        return False
    return True


def decimal_of_middle(low: fmpq, high: fmpq, digits: int) -> str:
    """The longest decimal that both ends round to."""
    for fewer in range(digits - 1, 0, -1):
        if _rounded(low, fewer) == _rounded(high, fewer):
            return _rounded(low, fewer)
    return _rounded((low + high) / 2, 1)


def decimal_node(number: Bound, digits: int = 16) -> Node:
    """Return that decimal as a tree."""
    value = Fraction(decimal(number, digits))
    size, scale = abs(value), 0
    while size.denominator != 1:
        size, scale = size * 10, scale + 1
    node: Node = Number(size.numerator, scale)
    return Negative(node) if value < 0 else node


def ends(number: Bound, digits: int = 6) -> tuple[str, str]:
    """Return two decimals around the number, close to it."""
    low, high = number.enclosure
    size = max(abs(low), abs(high))
    places = digits - _exponent(size) if size else digits
    scale = fmpq(10) ** places
    return _plain((low * scale).floor() / scale), _plain((high * scale).ceil() / scale)


def _exponent(size: fmpq) -> int:
    """The place of the leading digit: 1 for 3.7, 0 for 0.37."""
    from math import floor, log10

    p, q = int(size.p), int(size.q)
    guess = floor((p.bit_length() - q.bit_length()) * log10(2))
    while fmpq(10) ** guess > size:
        guess -= 1
    while fmpq(10) ** guess <= size:
        guess += 1
    return guess


def _rounded(value: fmpq, digits: int) -> str:
    if value == 0:
        return "0"
    places = digits - _exponent(abs(value))
    scale = fmpq(10) ** places
    half = fmpq(1, 2)
    whole = (abs(value) * scale + half).floor()
    return _plain((1 if value > 0 else -1) * fmpq(whole) / scale)


def _plain(value: fmpq) -> str:
    """A rational with a finite decimal expansion, written out or with an exponent of ten."""
    if value == 0:
        return "0"
    from decimal import Context, Decimal

    context = Context(prec=1000)
    number = context.divide(Decimal(int(value.p)), Decimal(int(value.q))).normalize(context)
    if -7 < number.adjusted() < 18:
        return f"{number:f}"
    mantissa, _, exponent = f"{number:e}".partition("e")
    return f"{mantissa}e{int(exponent)}"
