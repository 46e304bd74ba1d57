"""What a function does at the ends of a piece of the line: at infinity, at a pole, at the edge of its domain.

The end is moved to infinity (x = t, -t, a + 1/t, a - 1/t), and the function of t written as a sum of monomials of
growth, see `expansions`. Where the dominant one is larger than all others together, from M on, there is no zero beyond.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from flint import fmpq

from mathcli.algebra.balls import working_precision
from mathcli.algebra.exact import evaluated
from mathcli.solving.expansions import Expansion, T, expansion
from mathcli.solving.growth import TooEarlyError, UnknownGrowthError, as_tree, sign_of
from mathcli.solving.regions import Bound
from mathcli.syntax.tree import INF, ONE, ZERO, Name, Negative, Node, Quotient, Sum

MINUS_INF = Negative(INF)
_STARTS = tuple(fmpq(2) ** k for k in (1, 2, 4, 6, 10, 16, 24, 40, 64, 200))


@dataclass(frozen=True, slots=True)
class Behaviour:
    """The limit of f towards an end: a number, INF or MINUS_INF; None where there is none or none was found.

    `from_side` is 1 where f comes down to its limit from above, -1 where it comes up from below, 0 where it is the
    limit all the way, None where that was not decided. Nothing is to be relied on unless `is_proved`.
    """

    limit: Node | None = None
    from_side: int | None = None
    is_proved: bool = False


def behaviour(f: Node, x: Name, towards: Bound | Node, side: int = 0) -> Behaviour:
    """Return the limit of f as x goes to INF, to MINUS_INF, or to a number from below (side -1) or from above (1)."""
    moved = _moved(f, x, towards, side)
    for start in () if moved is None else _STARTS:
        try:
            with working_precision(128):
                return _limit(expansion(moved, start)) if moved is not None else Behaviour()
        except TooEarlyError:
            continue
        except UnknownGrowthError:
            break
    return Behaviour()


def _limit(found: Expansion) -> Behaviour:
    growing, constant, small = found.parts()
    if growing:
        by = sign_of(found.relative()[1].value)
        return Behaviour(INF if by > 0 else MINUS_INF, -by, True)
    if constant.node is None:
        return Behaviour()
    limit = evaluated(constant.node)
    if not small.terms:
        return Behaviour(limit, 0, True)
    try:
        return Behaviour(limit, sign_of(small.relative()[1].value), True)
    except (TooEarlyError, UnknownGrowthError):
        return Behaviour(limit, None, True)


class FreeEnd(NamedTuple):
    """There is no zero between an end and `bound`, itself included: `term` outweighs all others, at infinity."""

    bound: fmpq
    term: Node | None


def free_of_zeros(f: Node, x: Name, towards: Bound | Node, side: int = 0) -> fmpq | None:
    """Return M such that f has a value and no zero between an end and M (M itself included); None if none is found.

    Towards INF that is [M, infinity), towards a number a from above (a, M].
    """
    found = free_end(f, x, towards, side)
    return None if found is None else found.bound


def free_end(f: Node, x: Name, towards: Bound | Node, side: int = 0) -> FreeEnd | None:
    """Return what `free_of_zeros` does, with the term that decides it."""
    moved = _moved(f, x, towards, side)
    if moved is None:
        return None
    for start in _STARTS:
        try:
            with working_precision(128):
                lead = expansion(moved, start).relative()[0]
        except TooEarlyError:
            continue
        except UnknownGrowthError:
            return None
        term = None if isinstance(towards, Bound) else as_tree(lead, x if towards is INF else Negative(x))
        return FreeEnd(_back(start, towards, side), term)
    return None


def _moved(f: Node, x: Name, towards: Bound | Node, side: int) -> Node | None:
    """f as a function of T, which goes to infinity."""
    place: Node
    if isinstance(towards, Bound):
        if towards.exact is None:
            return None
        step = Quotient(ONE, T) if side > 0 else Negative(Quotient(ONE, T))
        place = step if towards.exact is ZERO else Sum.of(towards.exact, step)
    else:
        place = T if towards is INF else Negative(T)
    return f.substitute({x: place})


def _back(start: fmpq, towards: Bound | Node, side: int) -> fmpq:
    if not isinstance(towards, Bound):
        return start if towards is INF else -start
    low, high = towards.within(300)
    return high + (1 / start) * fmpq(15, 16) if side > 0 else low - (1 / start) * fmpq(15, 16)
