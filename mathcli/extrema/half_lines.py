"""Critical points of a function that repeats, on a half-line: those of the whole line from its end on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flint import arb

from mathcli.algebra.balls import Evaluation, working_precision
from mathcli.algebra.exact import evaluated, is_zero, sign
from mathcli.calculus.derivation import Phrase
from mathcli.extrema.critical import Critical, CriticalFamily, Extreme, Shape
from mathcli.extrema.joints import sign_of
from mathcli.extrema.repetition import Damping, Repetition
from mathcli.solving.ends import MINUS_INF
from mathcli.solving.regions import Bound, Piece, Region
from mathcli.syntax.tree import INF, ONE, ZERO, Interval, Negative, Node, Product, Sum, integer

NOT_RESTRICTED: Phrase = ("which of the points that repeat lie in the interval was not decided",)


def is_half_line(on: Interval) -> bool:
    """Whether an interval has one end."""
    return (on.lower is MINUS_INF) != (on.upper is INF)


def first_period(on: Interval, repeats: Repetition) -> Interval:
    """The part of a half-line, one period long, that holds its end."""
    if on.upper is INF:
        return Interval(on.lower, evaluated(Sum.of(on.lower, repeats.period)), on.has_lower, True)
    return Interval(evaluated(Sum.of(on.upper, Negative(repeats.period))), on.upper, True, on.has_upper)


def restricted(whole: Critical, near: Critical, on: Interval, repeats: Repetition) -> Critical:
    """Return what there is on a half-line, from what there is on the whole line and on its first period."""
    end = on.lower if on.upper is INF else on.upper
    families = _from_end_on(whole.families, on, end, repeats.period)
    ends = _from_end_on(whole.boundary_families, on, end, repeats.period)
    is_known = families is not None and ends is not None and not whole.plateaus
    is_complete = whole.is_complete and near.is_complete and is_known
    minimum, maximum = _extremes(whole, near, on, repeats)
    own = tuple(point for point in near.boundary if point.at.exact is end)
    lower, upper = (Bound.of(end), None) if on.upper is INF else (None, Bound.of(end))
    return replace(
        whole,
        domain=Region((Piece(lower, upper, on.has_lower, on.has_upper),)) if not whole.conditions else None,
        families=families or (),
        boundary=own,
        boundary_families=ends or (),
        stretches=(),
        approaches=(),
        minimum=minimum if is_complete else "undecided",
        maximum=maximum if is_complete else "undecided",
        is_complete=is_complete,
        shape=None if whole.shape is None else _shape(whole.shape, on, end, repeats),
        reasons=(*whole.reasons, *(() if is_known else (NOT_RESTRICTED,))),
        derivations=tuple(dict.fromkeys((*whole.derivations, *near.derivations))),
    )


def with_damped_extremes(found: Critical, near: Critical, on: Interval | None, damped: Damping) -> Critical:
    """Return the same with the global extrema of a function that is multiplied by a factor from period to period.

    On the side on which it shrinks, the first period has the extrema if they are on either side of 0; on the other side
    it grows beyond all bounds.
    """
    if not near.is_complete:
        return found
    grows_right = sign(Sum.of(damped.factor, Negative(ONE))) == 1
    grows = on is None or grows_right == (on.upper is INF)
    return replace(
        found,
        minimum=_with_families(found, _damped(near.minimum, -1, grows=grows, shrinks=on is None or not grows)),
        maximum=_with_families(found, _damped(near.maximum, 1, grows=grows, shrinks=on is None or not grows)),
    )


def _with_families(found: Critical, extreme: Extreme | str | None) -> Extreme | str | None:
    """An extreme that is 0 is taken in each period again."""
    if not isinstance(extreme, Extreme) or not extreme.is_attained or extreme.value.exact is not ZERO:
        return extreme
    again = tuple(family for family in found.families if family.value is ZERO)
    return replace(extreme, at=() if again else extreme.at, families=again)


def _damped(first: Extreme | str | None, side: int, *, grows: bool, shrinks: bool) -> Extreme | str | None:
    """The extreme on this side of all periods, by that of the first."""
    if not isinstance(first, Extreme):
        return first
    by = sign_of(first.value)
    if by is None:
        return "undecided"
    if by == side:
        return None if grows else first
    return Extreme(Bound.of(ZERO), False) if shrinks and by else first


def _shape(shape: Shape, on: Interval, end: Node, repeats: Repetition) -> Shape:
    families = _from_end_on(shape.families, on, end, repeats.period)
    is_complete = shape.is_complete and families is not None
    return replace(shape, families=families or (), stretches=(), is_complete=is_complete)


def _extremes(
    whole: Critical, near: Critical, on: Interval, repeats: Repetition
) -> tuple[Extreme | str | None, Extreme | str | None]:
    """With a gain f moves on by it each period, so one of its extremes lies in the first period, if there is one."""
    by = sign(repeats.gain)
    if by == 0:
        return whole.minimum, whole.maximum
    if by is None:
        return "undecided", "undecided"
    is_rising_away = (by > 0) == (on.upper is INF)
    return (near.minimum, None) if is_rising_away else (None, near.maximum)


def _from_end_on(
    families: Iterable[CriticalFamily], on: Interval, end: Node, period: Node
) -> tuple[CriticalFamily, ...] | None:
    found = []
    for family in families:
        steps = _whole_steps(family.base, end, period)
        if steps is None:
            return None
        below, is_there = steps
        if on.upper is INF:
            found.append(replace(family, first=below + 1))
        else:
            found.append(replace(family, last=below - 1 if is_there else below))
    return tuple(found)


def _whole_steps(base: Bound, end: Node, period: Node) -> tuple[int, bool] | None:
    """(k, whether base + k period is the end), k the last with base + k period <= end."""
    with working_precision(256):
        distance = Evaluation({}).value(end)
        length = Evaluation({}).value(period)
        if distance is None or length is None:
            return None
        ratio = (arb(distance) - base.ball(200)) / arb(length)
        whole = ratio.floor().unique_fmpz()
        near = (ratio + arb(0.5)).floor().unique_fmpz()
    if near is not None and base.exact is not None:
        there = Sum.of(base.exact, Product.of(integer(int(near)), period), Negative(end))
        if is_zero(evaluated(there)):
            return int(near), True
    return None if whole is None else (int(whole), False)
