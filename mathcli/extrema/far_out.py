"""Global extrema in several variables, claimed only where what f does far out, or a bound on its values, proves them.

A function that is continuous on the whole space and tends to infinity in every direction has a minimum; one that tends
to a limit L has one if a value is less than L or equal to it; a periodic one has both. The extremum is then the least
value at the critical points, all of which have to be known. A curve along which f has no bound refutes an extremum. One
local minimum alone proves nothing: x^2 + y^2 (1 - x)^3 has no other stationary point, and is -11 at (4, 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from flint import fmpq

from mathcli.algebra import definite
from mathcli.algebra.budget import Budget
from mathcli.algebra.exact import sign as sign_of
from mathcli.algebra.ranges import value_range
from mathcli.algebra.rings import Ring
from mathcli.calculus.derivation import Phrase
from mathcli.extrema.growth_everywhere import Growth, growth, single_variables
from mathcli.extrema.several import CORNER, CORNERS, Extreme, Found, FoundCurve, Outcome
from mathcli.solving.ends import MINUS_INF, behaviour
from mathcli.solving.regions import Bound
from mathcli.syntax.tree import (
    INF,
    ONE,
    PI,
    TWO,
    ZERO,
    Name,
    Negative,
    Node,
    Power,
    Product,
    Quotient,
    Relation,
    integer,
)

if TYPE_CHECKING:
    from mathcli.solving.systems import Box

T = Name("t")
_LOOKS = 150


class _Candidates(NamedTuple):
    """What is critical, and whether nothing is missing and every value is known."""

    points: Sequence[Found]
    curves: Sequence[FoundCurve]
    is_complete: bool


def extremes(
    f: Node,
    names: tuple[Name, ...],
    conditions: tuple[Node, ...],
    box: Box | None,
    points: Sequence[Found],
    families: Sequence[Found],
    curves: Sequence[FoundCurve],
    is_complete: bool,
    *,
    has_edge_points: bool,
    budget: Budget,
) -> tuple[Outcome, Outcome]:
    """Return the global minimum and maximum of f on its domain; None for one that was not decided, or in a box.

    `has_edge_points`: of curves on which f has corners, all points that may be extrema are among the points.
    """
    if box is not None:
        return None, None
    everything = [*points, *families]
    counted = [c for c in curves if not (has_edge_points and _is_corner(c))]
    known = is_complete and all(p.value is not None for p in both(everything, counted))
    candidates = _Candidates([p for p in everything if p.value is not None], [c for c in curves if c.value], known)
    found = [_by_range(f, candidates, sign) for sign in (1, -1)]
    if not conditions and known:
        far = growth(f, names)
        repeats = _is_periodic_all_over(families, points, curves)
        found = [
            outcome or _attained(far, repeats, candidates, sign) for outcome, sign in zip(found, (1, -1), strict=True)
        ]
    if None in found and not conditions and known:
        parts = _by_parts(f, names, candidates, budget)
        found = [outcome or part for outcome, part in zip(found, parts, strict=True)]
    if None in found and is_complete and not conditions:
        found[0] = found[0] or _by_convexity(f, candidates, 1)
        found[1] = found[1] or _by_convexity(f, candidates, -1)
    for k, sign in enumerate((1, -1)):
        if found[k] is None:
            found[k] = _approached(f, names, conditions, sign)
        if found[k] is None:
            found[k] = escape(f, names, conditions, sign, budget)
    return found[0], found[1]


def both(points: Iterable[Found], curves: Iterable[FoundCurve]) -> list[Found | FoundCurve]:
    """Return points and curves in one list: what has a value."""
    return [*points, *curves]


def _by_range(f: Node, candidates: _Candidates, sign: int) -> Outcome:
    """An extremum where a value meets a bound on all values that can be read off the form of f."""
    end = range_end(f, sign)
    if end is None:
        return None
    bound = Bound.rational(end)
    if not any(c.value is not None and c.value.value == end for c in both(candidates.points, candidates.curves)):
        return None
    return _collected(candidates, bound, by_range(sign))


def _approached(f: Node, names: tuple[Name, ...], conditions: tuple[Node, ...], sign: int) -> Outcome:
    """A bound that no value of f reaches, and a curve along which f tends to it: as e^(xy) to 0."""
    values = value_range(f)
    end, is_open = (values.low, values.is_low_open) if sign > 0 else (values.high, values.is_high_open)
    if end is None or not is_open:
        return None
    limit = Bound.rational(end)
    for curve in _curves(len(names)):
        along = f.substitute(dict(zip(names, curve, strict=True)))
        if T not in along.names or not _stays_inside(conditions, names, curve):
            continue
        found = behaviour(along, T, INF)
        if found.is_proved and found.limit is not None and found.limit is limit.exact:
            return Extreme(limit, False, why=_along(names, curve, " f tends to it as "))
    return None


def range_end(f: Node, sign: int) -> fmpq | None:
    """Return a lower bound on all values of f (sign 1) or an upper one (-1), as far as the form of f shows it."""
    values = value_range(f)
    return values.low if sign > 0 else values.high


def by_range(sign: int) -> Phrase:
    return (f"no value of f is {'less' if sign > 0 else 'greater'}",)


def _collected(candidates: _Candidates, value: Bound, why: Phrase) -> Extreme:
    """The extreme value with every place where f is not known to differ from it; where that is no proof, it is said."""
    points = [(p.at, p.value.compare(value)) for p in candidates.points if p.value is not None]
    curves = [(c.curve, c.value.compare(value)) for c in candidates.curves if c.value is not None]
    if any(by is None for _, by in (*points, *curves)):
        why = (*why, "; values that agree to 2000 bits are listed as equal, which is no proof")
    return Extreme(
        value,
        True,
        tuple(at for at, by in points if by in (0, None)),
        tuple(curve for curve, by in curves if by in (0, None)),
        why,
        is_certain=all(by is not None for _, by in (*points, *curves)),
    )


def best(values: Iterable[Bound], sign: int) -> Bound | None:
    """Return the least (sign 1) or greatest of some numbers; None where there is none.

    Of two that agree to 2000 bits and that nothing tells apart, either will do: it is the least to that many bits.
    """
    found: Bound | None = None
    for value in values:
        if found is None or (value.compare(found) or 0) * sign < 0:
            found = value
    return found


def _attained(far: Growth | None, repeats: bool, candidates: _Candidates, sign: int) -> Outcome:
    values = [c.value for c in both(candidates.points, candidates.curves) if c.value is not None]
    extreme = best(values, sign)
    if repeats and extreme is not None:
        return _collected(candidates, extreme, ("f is continuous and repeats in every variable",))
    if far is None:
        return None
    if far.sign == sign and extreme is not None:
        return _collected(candidates, extreme, far.why)
    if far.sign == -sign:
        return "unbounded", far.why
    if far.limit is None:
        return None
    limit = Bound.of(far.limit)
    if not values:
        return None
    by = None if extreme is None else extreme.compare(limit)
    if extreme is None or by is None:
        return None
    if by * sign <= 0:
        return _collected(candidates, extreme, far.why)
    return Extreme(limit, False, why=far.why)


def _is_periodic_all_over(families: Sequence[Found], points: Sequence[Found], curves: Sequence[FoundCurve]) -> bool:
    return bool(families) and not points and not curves and all(None not in family.periods for family in families)


def _is_corner(found: Found | FoundCurve) -> bool:
    return found.kind in (CORNER, *CORNERS.values())


def _by_convexity(f: Node, candidates: _Candidates, sign: int) -> Outcome:
    """A stationary point of a convex function is a global minimum, one of a concave function a maximum."""
    from mathcli.extrema.convexity import curvature

    stationary = [c for c in both(candidates.points, candidates.curves) if not _is_corner(c)]
    values = [c.value for c in stationary if c.value is not None]
    if not values or curvature(f) != sign:
        return None
    value = best(values, sign)
    word = "convex" if sign > 0 else "concave"
    return None if value is None else _collected(candidates, value, (f"f is {word}",))


def _by_parts(f: Node, names: tuple[Name, ...], candidates: _Candidates, budget: Budget) -> list[Outcome]:
    """A sum of functions of one variable each has an extremum just where all of them have."""
    from mathcli.extrema import one_variable as extrema
    from mathcli.extrema.critical import Extreme as Single

    parts = single_variables(f, names)
    if parts is None:
        return [None, None]
    searched = [extrema.critical_points(g, x, budget=budget) for x, g in parts.items()]
    outcomes: list[Outcome] = []
    for sign, singles in ((1, [s.minimum for s in searched]), (-1, [s.maximum for s in searched])):
        extreme = best([c.value for c in both(candidates.points, candidates.curves) if c.value is not None], sign)
        if extreme is not None and all(isinstance(s, Single) and s.is_attained for s in singles):
            why: Phrase = ("f is a sum of functions of one variable, each of which has its own",)
            outcomes.append(_collected(candidates, extreme, why))
        else:
            outcomes.append(None)
    return outcomes


# no bound


def escape(f: Node, names: tuple[Name, ...], conditions: tuple[Node, ...], sign: int, budget: Budget) -> Outcome:
    """Return a curve along which f goes to minus infinity (sign 1: no minimum) or to plus infinity (sign -1)."""
    fraction = Ring(names).fraction(f)
    if fraction is not None and _is_open(conditions):
        above, below = (definite.terms_of(part) for part in fraction)
        return _rational_escape(above, below, names, -sign)
    wanted = MINUS_INF if sign > 0 else INF
    for curve in _curves(len(names)):
        budget.spend(20)
        along = f.substitute(dict(zip(names, curve, strict=True)))
        if T not in along.names or not _stays_inside(conditions, names, curve):
            continue
        found = behaviour(along, T, INF)
        if found.is_proved and found.limit is wanted:
            return "unbounded", _along(names, curve)
    return None


def _along(names: Sequence[Name], curve: Sequence[Node], what: str = " f has no bound as ") -> Phrase:
    parts: list[str | Node] = []
    for name, entry in zip(names, curve, strict=True):
        parts += [f"{', ' if parts else 'along '}{name.name} = ", entry]
    return (*parts, what, T, " grows")


def _is_open(conditions: Iterable[Node]) -> bool:
    """Whether only zeros are left out, as of a denominator."""
    return all(isinstance(c, Relation) and set(c.signs) == {"!="} for c in conditions)


def _rational_escape(
    above: dict[tuple[int, ...], Any], below: dict[tuple[int, ...], Any], names: tuple[Name, ...], sign: int
) -> Outcome:
    """A curve x_i = a_i t^(w_i) on which the leading powers of t of numerator and denominator show the escape."""
    size = len(names)
    exponents = (1, 2, 3, 0, -1, -2, -3) if size == 2 else (1, 0, 2, -1) if size == 3 else (1, 0)
    sizes = (1, -1, 0, 2, -2, 3, -3) if size == 2 else (1, -1, 0, 2) if size == 3 else (1, -1, 0)
    for weights in product(exponents, repeat=size):
        for place in product(sizes, repeat=size):
            top, bottom = _leading_power(above, weights, place), _leading_power(below, weights, place)
            if top is None or bottom is None or top[0] <= bottom[0]:
                continue
            if (top[1] > 0) == ((bottom[1] > 0) == (sign > 0)):
                return "unbounded", _along(names, _curve(weights, place))
    return None


def _leading_power(
    p: dict[tuple[int, ...], Any], weights: Sequence[int], place: Sequence[int]
) -> tuple[int, Any] | None:
    found: dict[int, Any] = {}
    for monomial, coefficient in p.items():
        term = coefficient
        for a, e in zip(place, monomial, strict=True):
            if e:
                term = term * a**e
        power = sum(w * e for w, e in zip(weights, monomial, strict=True))
        found[power] = found[power] + term if power in found else term
    powers = [power for power, c in found.items() if c != 0]
    return (max(powers), found[max(powers)]) if powers else None


def _curve(weights: Sequence[int], place: Sequence[int]) -> tuple[Node, ...]:
    return tuple(_times(a, _power(w)) for a, w in zip(place, weights, strict=True))


def _power(w: int) -> Node:
    if w == 0:
        return ONE
    whole: Node = T if abs(w) == 1 else Power(T, integer(abs(w)))
    return whole if w > 0 else Quotient(ONE, whole)


def _times(a: int, step: Node) -> Node:
    if a == 0:
        return ZERO
    size = step if abs(a) == 1 else integer(abs(a)) if step is ONE else Product.of(integer(abs(a)), step)
    return Negative(size) if a < 0 else size


def _curves(size: int) -> Iterator[tuple[Node, ...]]:
    """Curves that go off to infinity or into a corner, the simplest first."""
    still: tuple[Node, ...] = (ZERO, ONE, Negative(ONE), TWO, PI, Quotient(PI, TWO))
    moving: tuple[Node, ...] = (T, Negative(T), Quotient(ONE, T), Negative(Quotient(ONE, T)), Power(T, TWO))
    count = 0
    for entries in product((*moving, *still), repeat=size):
        if any(T in entry.names for entry in entries):
            yield entries
            count += 1
        if count > _LOOKS:
            return


def _stays_inside(conditions: Iterable[Node], names: tuple[Name, ...], curve: tuple[Node, ...]) -> bool:
    """Whether the conditions hold far out on the curve, by their leading behaviour."""
    from mathcli.solving.feasibility import difference

    at = dict(zip(names, curve, strict=True))
    for condition in conditions:
        if not isinstance(condition, Relation):
            return False
        for left, sign, right in zip(condition.sides[:-1], condition.signs, condition.sides[1:], strict=True):
            u = difference(left, right).substitute(dict(at.items()))
            if not _holds_far_out(u, sign):
                return False
    return True


def _holds_far_out(u: Node, relation: str) -> bool:
    if T not in u.names:
        by = sign_of(u)
    else:
        found = behaviour(u, T, INF)
        if not found.is_proved or found.limit is None:
            return False
        by = 1 if found.limit is INF else -1 if found.limit is MINUS_INF else sign_of(found.limit) or found.from_side
    if by is None:
        return False
    return {"<": by < 0, "<=": by <= 0, ">": by > 0, ">=": by >= 0, "!=": by != 0}[relation]
