"""Numbers that are enclosed, as decimals whose digits are right."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq

from mathcli.errors import UndecidedError
from mathcli.solving.regions import Bound
from mathcli.syntax.tree import Negative, Node, Number, Power, Product

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
    return _decimal_tree(decimal(number, digits))


def float_node(number: float, digits: int = 17) -> Node:
    """Return a finite floating number as a tree: the shortest decimal that means it, or so many digits of it.

    >>> float_node(-0.1), float_node(2 / 3, 3)
    (Negative(Number(1, 1)), Number(667, 3))
    """
    return _decimal_tree(repr(number) if digits >= 17 else f"{number:.{digits}g}")


def scientific(number: float, digits: int) -> Node:
    """Return a finite floating number, rounded to so many digits, with a power of ten where it is large or small.

    >>> scientific(0.00001234567, 3)
    Product((Number(123, 2), Power(Number(10, 0), Negative(Number(5, 0)))))
    """
    if number == 0 or 1e-4 <= abs(number) < 1e7:
        return float_node(number, digits)
    mantissa, _, exponent = f"{abs(number):.{digits - 1}e}".partition("e")
    power = int(exponent)
    tens = Power(Number(10), Negative(Number(-power)) if power < 0 else Number(power))
    leading = _decimal_tree(mantissa)
    node = tens if leading is Number(1) else Product.of(leading, tens)
    return Negative(node) if number < 0 else node


def _decimal_tree(text: str) -> Node:
    value = Fraction(text)
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
    return _shifted(int((low * scale).floor()), places), _shifted(int((high * scale).ceil()), places)


def _exponent(size: fmpq) -> int:
    """The place of the leading digit: 1 for 3.7, 0 for 0.37."""
    p, q = int(size.p), int(size.q)
    guess = (p.bit_length() - q.bit_length()) * 30103 // 100000
    while _is_less(p, q, guess):
        guess -= 1
    while not _is_less(p, q, guess):
        guess += 1
    return guess


def _is_less(p: int, q: int, exponent: int) -> bool:
    """Whether p/q is less than that power of ten."""
    return bool(p < q * 10**exponent if exponent >= 0 else p * 10**-exponent < q)


def _rounded(value: fmpq, digits: int) -> str:
    if value == 0:
        return "0"
    places = digits - _exponent(abs(value))
    p, q = abs(int(value.p)), int(value.q)
    if places >= 0:
        p *= 10**places
    else:
        q *= 10**-places
    whole = (2 * p + q) // (2 * q)
    return _shifted(whole if value > 0 else -whole, places)


def _shifted(whole: int, places: int) -> str:
    """whole / 10^places in digits, with an exponent of ten where it is very large or very small."""
    if whole == 0:
        return "0"
    digits = str(abs(whole))
    short = digits.rstrip("0")
    leading = len(digits) - places - 1
    sign = "-" if whole < 0 else ""
    if not -7 < leading < 18:
        return f"{sign}{short[0]}{'.' if len(short) > 1 else ''}{short[1:]}e{leading}"
    if leading < 0:
        return f"{sign}0.{'0' * (-leading - 1)}{short}"
    before, after = short[: leading + 1].ljust(leading + 1, "0"), short[leading + 1 :]
    return f"{sign}{before}{'.' if after else ''}{after}"
