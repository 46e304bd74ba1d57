"""Decimals that a student wrote: whether they are right to their digits, as numbers and inside of functions."""

from __future__ import annotations

from collections.abc import Mapping

from flint import arb, fmpq

from mathcli.algebra import rational
from mathcli.algebra.balls import enclose
from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import number
from mathcli.algebra.domains import sample_points
from mathcli.algebra.equality import EQUAL, EQUAL_ON_COMMON_DOMAIN, compare
from mathcli.algebra.exact import as_fraction, is_zero
from mathcli.checking.truths import Right
from mathcli.syntax.tree import Name, Negative, Node, Number, Quotient, Sum, Vector, integer, walk

RIGHT, WRONG, UNDECIDED = "right", "wrong", "undecided"
_POINTS = 8


def agrees_to_its_digits(right: Node, written: Node) -> bool | None:
    """Whether a decimal is the right number to the digits written, one unit in the last place allowed; None: none.

    Vectors are compared entry by entry.
    """
    if isinstance(right, Vector) and isinstance(written, Vector) and len(right.entries) == len(written.entries):
        answers = [agrees_to_its_digits(r, w) for r, w in zip(right.entries, written.entries, strict=True)]
        known = [answer for answer in answers if answer is not None]
        return all(known) if known and _all_exact(right, written, answers) else None
    places = [part.scale for part in walk(written) if isinstance(part, Number) and part.scale > 0]
    if right.names or written.names or isinstance(right, Vector) or isinstance(written, Vector):
        return None
    value, own = enclose(right, {}, precision=128), as_fraction(written)
    if value is None or own is None or not value.is_finite():
        return None
    scale = max(places, default=0)
    exactly = as_fraction(right)
    if exactly is not None and (exactly * 10**scale).denominator == 1:
        return exactly == own
    if not places and own.denominator != 1:
        return None
    unit = arb(fmpq(1, 10**scale))
    away = abs(value - arb(fmpq(own.numerator, own.denominator)))
    if away <= unit:
        return bool(places) or bool(away <= unit / 2)
    return False if away > unit else None


def has_decimals(node: Node) -> bool:
    """Whether a number was written with a decimal point."""
    return any(isinstance(part, Number) and part.scale > 0 for part in walk(node))


def _all_exact(right: Vector, written: Vector, answers: list[bool | None]) -> bool:
    """Whether the entries that are no decimals agree exactly."""
    return all(
        answer is not None or rational.agree(r, w) is True
        for r, w, answer in zip(right.entries, written.entries, answers, strict=True)
    )


def nearly(right: Right, written: Node, budget: Budget) -> str:
    """Whether what was written is right but for the rounding of its decimals: 0.693 * 2^x for ln 2 * 2^x.

    Right where one number in the place of the only decimal makes it exact, and rounds to it; wrong where even decimals
    that may be off by one unit in their last place keep the two apart.
    """
    close = agrees_to_its_digits(right.value, written)
    if close is not None:
        return RIGHT if close else WRONG
    if isinstance(written, Vector) or isinstance(right.value, Vector):
        return WRONG
    decimals = [part for part in walk(written) if isinstance(part, Number) and part.scale > 0]
    letters: dict[Node, Node] = {decimal: Name(f"decimal_{k}") for k, decimal in enumerate(decimals)}
    loose = written.substitute(letters)
    names = tuple(sorted(right.value.names | written.names, key=lambda name: name.name))
    points = sample_points((right.value, written), names, _POINTS, under=right.under)
    rounded: dict[Node, fmpq | arb] = {letters[d]: arb(_as_ball(d), fmpq(1, 10**d.scale)) for d in decimals}
    for point in points:
        value, own = enclose(right.value, point, precision=128), enclose(loose, {**point, **rounded}, precision=128)
        if value is None or own is None or not (value.is_finite() and own.is_finite()):
            return WRONG
        if not value.overlaps(own):
            return WRONG
    if len(decimals) != 1 or not points:
        return UNDECIDED if points else WRONG
    letter = letters[decimals[0]]
    exact = _solved_for(letter, loose, right.value, points[0])
    if exact is None or agrees_to_its_digits(exact, decimals[0]) is not True:
        return UNDECIDED
    found = compare(loose.substitute({letter: exact}), right.value, under=right.under, budget=budget).verdict
    return RIGHT if found in (EQUAL, EQUAL_ON_COMMON_DOMAIN) else UNDECIDED


def _as_ball(decimal: Number) -> fmpq:
    exact = as_fraction(decimal)
    assert exact is not None
    return fmpq(exact.numerator, exact.denominator)


def _solved_for(letter: Node, loose: Node, value: Node, point: Mapping[Node, fmpq]) -> Node | None:
    """The number in the place of a letter that makes a line right at one point, if the line is linear in it."""
    there = {name: number(at) for name, at in point.items()}
    at_0, at_1 = (loose.substitute({**there, letter: integer(k)}) for k in (0, 1))
    slope = Sum.of(at_1, Negative(at_0))
    if is_zero(slope) is not False:
        return None
    return Quotient(Sum.of(value.substitute({**there}), Negative(at_0)), slope)
