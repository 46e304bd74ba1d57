"""What a function does at the ends of a piece of the line: at infinity, at a pole, at the edge of its domain.

The end is moved to infinity (x = t, -t, a + 1/t, a - 1/t), and the function of t written as a sum of monomials of
growth, see `expansions`. Where the dominant one is larger than all others together, from M on, there is no zero beyond.
What grows like e^(e^t) is such a sum in s with t = log s, and what holds t^pi in s with t = e^s.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from flint import arb, fmpq

from mathcli.algebra.balls import working_precision
from mathcli.algebra.exact import evaluated
from mathcli.solving.expansions import Expansion, T, expansion
from mathcli.solving.growth import Monomial, TooEarlyError, UnknownGrowthError, as_tree, sign_of
from mathcli.solving.regions import Bound, ends_of_ball
from mathcli.syntax.tree import INF, ONE, ZERO, Call, E, Name, Negative, Node, Power, Quotient, Sum

MINUS_INF = Negative(INF)
_STARTS = tuple(fmpq(2) ** k for k in (1, 2, 4, 6, 10, 16, 24, 40, 64, 200))
_TIMES: dict[str, Node] = {"": T, "log": Call("log", (T,)), "exp": Power(E, T)}
"""What t is in terms of the variable that is let go to infinity; each goes there with it."""


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
    best = Behaviour()
    for place in () if moved is None else _TIMES.values():
        assert moved is not None
        found = _limit_of(moved.substitute({T: place}))
        if found is not None and (found.from_side is not None or not best.is_proved):
            best = found
        if best.from_side is not None:
            break
    return best


def _limit_of(f: Node) -> Behaviour | None:
    for start in _STARTS:
        try:
            with working_precision(128):
                return _limit(expansion(f, start))
        except TooEarlyError:
            continue
        except UnknownGrowthError:
            break
    return None


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
    for way, place in () if moved is None else _TIMES.items():
        assert moved is not None
        if (found := _lead(moved.substitute({T: place}))) is not None:
            start, lead = found
            term = None if isinstance(towards, Bound) else _term(lead, way, x if towards is INF else Negative(x))
            return FreeEnd(_back(_time(start, way), towards, side), term)
    return None


def _lead(f: Node) -> tuple[fmpq, Monomial] | None:
    """(M, m): from T = M on, f has the sign of a multiple of m."""
    for start in _STARTS:
        try:
            with working_precision(128):
                return start, expansion(f, start).relative()[0]
        except TooEarlyError:
            continue
        except UnknownGrowthError:
            break
    return None


def _term(lead: Monomial, way: str, t: Node) -> Node:
    if way == "log":
        return as_tree(lead, T).substitute({Call("log", (T,)): t, T: Power(E, t)})
    return as_tree(lead, t if way == "" else Call("log", (t,)))


def _time(start: fmpq, way: str) -> fmpq:
    """A t from which on the variable that it was written in is at least `start`."""
    if way == "":
        return start
    with working_precision(128):
        ends = ends_of_ball(arb(start).log() if way == "log" else arb(start).exp())
    assert ends is not None
    return ends[1]


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
