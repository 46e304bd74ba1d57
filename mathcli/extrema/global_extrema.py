"""The least and the greatest value of a function on its domain: attained, only approached, or none.

Between two neighbouring points where something happens f rises or falls throughout, so its least and greatest values
are among its values at those points, and what it approaches at the ends that its domain does not have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mathcli.algebra.exact import evaluated, sign
from mathcli.errors import UndecidedError
from mathcli.extrema.critical import Approach, Critical, CriticalPoint, Extreme
from mathcli.extrema.joints import Limit, compared
from mathcli.extrema.repetition import Repetition
from mathcli.solving.ends import MINUS_INF, behaviour
from mathcli.solving.regions import Bound
from mathcli.syntax.tree import INF, PI, TWO, Call, Name, Node, Number, Product, Quotient, integer, walk

NOT_DECIDED = "undecided"
LOW, HIGH = -1, 1


@dataclass(slots=True)
class Levels:
    """Values of f at points of the domain, and one-sided limits there that it jumps away from; None: not known."""

    values: list[Bound | None] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)


def with_global_extrema(found: Critical, levels: Levels, repeats: Repetition | None) -> Critical:
    """Return what was found, with the global extrema."""
    if not found.is_complete:
        ends = {side for side in (LOW, HIGH) if _is_unbounded_along_turns(found, side)}
        return replace(
            found,
            minimum=None if LOW in ends else found.minimum,
            maximum=None if HIGH in ends else found.maximum,
        )
    return replace(
        found,
        minimum=_extreme(found, levels, repeats, LOW),
        maximum=_extreme(found, levels, repeats, HIGH),
    )


def _is_unbounded_along_turns(found: Critical, side: int) -> bool:
    """Whether f has no bound along x = r + 2 pi k, where sin(mx) and cos(mx) keep their values: x sin x, r = pi/2."""
    turning = {part for part in walk(found.f) if _turns(part, found.x)}
    if not turning or found.domain is None:
        return False
    wanted = INF if side == HIGH else MINUS_INF
    towards: list[Node] = [INF] if any(piece.upper is None for piece in found.domain.pieces) else []
    towards += [MINUS_INF] if any(piece.lower is None for piece in found.domain.pieces) else []
    for quarter in range(4):
        place = Quotient(Product.of(integer(quarter), PI), TWO)
        along = found.f.substitute({part: evaluated(part.substitute({found.x: place})) for part in turning})
        for end in towards if found.x in along.names else ():
            reached = behaviour(along, found.x, end)
            if reached.is_proved and reached.limit is wanted:
                return True
    return False


def _turns(part: Node, x: Name) -> bool:
    """Whether this is sin(mx) or cos(mx) with a whole m."""
    match part:
        case Call("sin" | "cos", (u,), 0):
            return u is x or (isinstance(u, Product) and len(u.factors) == 2 and u.factors[1] is x and _is_whole(u))
    return False


def _is_whole(product: Product) -> bool:
    factor = product.factors[0]
    return isinstance(factor, Number) and factor.is_integer


def _extreme(found: Critical, levels: Levels, repeats: Repetition | None, side: int) -> Extreme | str | None:
    if repeats is not None and sign(repeats.gain) != 0:
        return None if sign(repeats.gain) else NOT_DECIDED
    limits: list[Bound] = []
    is_open = any(not limit.is_proved for limit in levels.limits)
    for limit in levels.limits:
        if limit.infinite == side:
            return None
        if limit.value is not None:
            limits.append(limit.value)
    for approach in found.approaches:
        end = approach.behaviour.limit
        if not approach.behaviour.is_proved or end is None:
            is_open |= not _leads_away(found, approach, side)
        elif end is (INF if side == HIGH else MINUS_INF):
            return None
        elif end is not INF and end is not MINUS_INF:
            try:
                limits.append(Bound.of(evaluated(end)))
            except UndecidedError:  # too large to be worked out
                return NOT_DECIDED
    if is_open or found.families:
        return NOT_DECIDED
    candidates = sorted((*found.points, *found.boundary), key=lambda point: point.at.enclosure)
    values = [*(point.value for point in candidates), *levels.values]
    if any(value is None for value in values):
        return NOT_DECIDED
    return _best([value for value in values if value is not None], limits, candidates, side)


def _leads_away(found: Critical, approach: Approach, side: int) -> bool:
    """Whether f gets farther from this extreme on the way to the end, so that the end does not matter."""
    for stretch in found.stretches:
        end = stretch.piece.upper if approach.side < 0 else stretch.piece.lower
        is_there = end is approach.towards or (end is None and approach.towards in (INF, MINUS_INF))
        if is_there and stretch.sign is not None:
            return stretch.sign * approach.side * side >= 0
    return False


def _best(
    values: list[Bound], limits: list[Bound], candidates: Sequence[CriticalPoint], side: int
) -> Extreme | str | None:
    best: Bound | None = None
    is_attained = True
    for number, is_value in (*((value, True) for value in values), *((limit, False) for limit in limits)):
        if best is None:
            best, is_attained = number, is_value
            continue
        by = compared(number, best)
        if by is None and _are_close(number, best) and is_value and is_attained:
            continue  # nothing tells these two values apart: whichever is the extreme, it is attained
        if by is None:
            return NOT_DECIDED
        if by == side:
            best, is_attained = number, is_value
        elif by == 0:
            is_attained |= is_value
    if best is None:
        return NOT_DECIDED
    at = tuple(point.at for point in candidates if point.value is not None and compared(point.value, best) == 0)
    return Extreme(best, is_attained, at if is_attained else ())


def _are_close(a: Bound, b: Bound) -> bool:
    low, high = (max(a.enclosure[0], b.enclosure[0]), min(a.enclosure[1], b.enclosure[1]))
    return bool(low <= high)
