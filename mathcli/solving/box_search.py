"""Zeros of a system in a box, by branch and prune with a Krawczyk test in ball arithmetic.

A box on which some equation is certainly not 0 is dropped. On any other one, the Krawczyk operator either shows that
there is no zero, or that there is exactly one, or makes the box smaller; else it is cut in two. What stays undecided
when the boxes are small is reported, never dropped.
Source: Neumaier, Interval Methods for Systems of Equations, section 5.2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from itertools import count
from math import ceil, floor
from typing import TYPE_CHECKING, NamedTuple

from flint import arb, arb_mat, fmpq

from mathcli.algebra.algebraic_points import rational_ends
from mathcli.algebra.balls import enclose, working_precision
from mathcli.algebra.budget import Budget
from mathcli.calculus.derivation import Phrase
from mathcli.calculus.differentiation import differentiate
from mathcli.errors import BudgetSpentError
from mathcli.solving.real_points import RealPoint
from mathcli.solving.recognition import candidates
from mathcli.solving.regions import Bound, Refinement
from mathcli.syntax.tree import Call, Name, Node, Piecewise, walk
from mathcli.syntax.writer import write

if TYPE_CHECKING:
    from mathcli.solving.systems import Box, Solutions

_MOST_BOXES = 1000
_SMALLEST = fmpq(1, 1 << 20)
_COARSE = fmpq(1, 1 << 14)
_MORE_BOXES = 2000
_MOST_GUESSES = 400
_LARGEST_DENOMINATOR = 20
_MOST_TO_GROUP = 300
_BITS = 64
_USUAL = 10
"""Without a box of its own, an unknown is searched for between -10 and 10."""

_REACHES = (1, 3, 10)

Place = list[arb]


class Pruned(NamedTuple):
    """Boxes that hold exactly one zero each, boxes left over, what ended the search before its end, boxes looked at."""

    found: list[Place]
    rest: list[Place]
    stopped: str = ""
    looks: int = 0


class SquareSystem(NamedTuple):
    """Equations u = 0 with the partial derivatives of each u by the unknowns, all as trees."""

    equations: tuple[Node, ...]
    slopes: tuple[tuple[Node, ...], ...]
    names: tuple[Name, ...]

    @staticmethod
    def of(equations: tuple[Node, ...], names: tuple[Name, ...]) -> SquareSystem:
        """Return the equations with their derivatives."""
        slopes = tuple(tuple(differentiate(u, x).result for x in names) for u in equations)
        return SquareSystem(equations, slopes, names)

    def may_jump(self, place: Sequence[arb], bits: int) -> bool:
        """Whether an equation may jump in a box where it has values, which no bound on its slopes would show."""
        at: dict[Node, arb | fmpq | int] = dict(zip(self.names, place, strict=True))
        for part in (part for u in self.equations for part in walk(u)):
            if isinstance(part, Piecewise):
                return True
            if isinstance(part, Call) and part.function in ("floor", "ceil", "sign"):
                value = enclose(part, at, precision=bits)
                if value is None or not value.is_exact():
                    return True
        return False

    def values(self, place: Sequence[arb], bits: int) -> list[arb | None]:
        at: dict[Node, arb | fmpq | int] = dict(zip(self.names, place, strict=True))
        return [enclose(u, at, precision=bits) for u in self.equations]

    def jacobian(self, place: Sequence[arb], bits: int) -> list[list[arb | None]]:
        at: dict[Node, arb | fmpq | int] = dict(zip(self.names, place, strict=True))
        return [[enclose(u, at, precision=bits) for u in row] for row in self.slopes]


def search(equations: tuple[Node, ...], names: tuple[Name, ...], box: Box | None, budget: Budget) -> Solutions | None:
    """Return the zeros in the box (of -10 to 10 where it has no ends); None where the system is not square."""
    from mathcli.solving.systems import Solutions

    if len(equations) != len(names):
        return None
    square = SquareSystem.of(equations, names)
    searched, start = whole_box(box, names)
    is_own = all(None not in (box or {}).get(name, (None, None)) for name in names)
    found, rest, stopped, _ = _searched(square, start, budget.most_of_it())
    points = tuple(point_in(square, place) for place in found)
    total = len(points)
    if rest:
        late = "stopped at the time limit, and " if stopped == "the time limit" else ""
        counted = f"{total} isolated {'solution' if total == 1 else 'solutions'}"
        why = f"interval search: {counted}; {late}undecided near {_near(square, rest[0])}"
        return Solutions((), (), False, None, ((why,),), (), points)
    where = shown_box(searched)
    words = (
        f"interval search of {where}: {total} {'solution' if total == 1 else 'solutions'}, each isolated, and no other"
    )
    if is_own:
        return Solutions((), (), True, None, ((words,),), (), points)
    return Solutions((), (), False, searched, ((f"{words} there; nothing is known beyond",),), (), points)


def whole_box(box: Box | None, names: tuple[Name, ...]) -> tuple[dict[Name, tuple[Bound, Bound]], Place]:
    """Return the box with the usual ends where it has none, and the same as balls, a little widened."""
    usual = (Bound.rational(fmpq(-_USUAL)), Bound.rational(fmpq(_USUAL)))
    ends = {name: (box or {}).get(name, (None, None)) for name in names}
    searched = {name: (pair[0] or usual[0], pair[1] or usual[1]) for name, pair in ends.items()}
    return searched, [_between(*searched[name]) for name in names]


def search_outwards(equations: tuple[Node, ...], names: tuple[Name, ...], budget: Budget) -> Solutions | None:
    """Return the zeros that a search finds in boxes around the origin, each larger than the one before.

    None where the system is not square. Rational zeros that are not isolated by a proof, such as degenerate ones, are
    listed where the equations are exactly 0; what lies around them is said to be open.
    """
    from mathcli.solving.systems import Solutions

    if len(equations) != len(names):
        return None
    square = SquareSystem.of(equations, names)
    found: list[Place] = []
    exact: list[RealPoint] = []
    certain: Phrase = ()
    within: dict[Name, tuple[Bound, Bound]] | None = None
    stopped = ""
    for reach in _REACHES:
        ends = (Bound.rational(fmpq(-reach)), Bound.rational(fmpq(reach)))
        here, rest, stopped, _ = _searched(
            square, [_between(*ends) for _ in names], budget.most_of_it(), _COARSE, _MORE_BOXES
        )
        found += [place for place in here if not any(_is_same_zero(square, place, known) for known in found)]
        exact += [p for p in _exact_zeros(square, rest) if not any(p.same_as(known) for known in exact)]
        if stopped:
            break
        searched = dict.fromkeys(names, ends)
        within = None if rest else dict(searched)
        certain = (f"; no other in {shown_box(searched)}{_left_open(square, rest)}",)
    points = tuple(point_in(square, place) for place in found)
    single = tuple(p for p in exact if not any(_lies_in(p, place) for place in found))
    total = len(points) + len(single)
    why: Phrase = (
        f"interval search around the origin: {total} {'solution' if total == 1 else 'solutions'}",
        *certain,
        *((f"; stopped at {stopped}",) if stopped else ()),
    )
    return Solutions((), (), False, within, (why,), (), (*points, *single))


def _is_same_zero(square: SquareSystem, a: Place, b: Place) -> bool:
    return _overlap(refined(square, a, _BITS), refined(square, b, _BITS))


def _lies_in(point: RealPoint, place: Place) -> bool:
    return all(side.contains(bound.ball()) for side, bound in zip(place, point.bounds, strict=True))


def _exact_zeros(square: SquareSystem, rest: Sequence[Place]) -> list[RealPoint]:
    """The simple rational points in or beside boxes of which nothing is known at which all equations are exactly 0."""
    found: dict[tuple[fmpq, ...], RealPoint] = {}
    for place in rest[:_MOST_GUESSES]:
        near = tuple(fmpq(round(2 * float(side.mid())), 2) for side in place)
        if near not in found and all(abs(side.mid() - v) < fmpq(1, 4) for side, v in zip(place, near, strict=True)):
            found[near] = RealPoint(square.names, [Bound.rational(v) for v in near])
    return [point for point in found.values() if all(point.is_zero(u) for u in square.equations)]


def _left_open(square: SquareSystem, rest: Sequence[Place]) -> str:
    """The hull of the boxes of which nothing is known, its ends rounded outwards."""
    if not rest:
        return ""
    return f" except perhaps in {shown_hull(square.names, hull(rest))}"


def hull(places: Sequence[Place]) -> Place:
    """Return the least box around some boxes, or one that is a little larger."""
    around = list(places[0])
    with working_precision(_BITS):
        for place in places[1:]:
            around = [a.union(b) for a, b in zip(around, place, strict=True)]
    return around


def shown_hull(names: Sequence[Name], around: Place) -> str:
    """Return a box with its ends rounded outwards."""
    ends = []
    for name, side in zip(names, around, strict=True):
        low, high = floor(float(side.lower()) * 1000) / 1000, ceil(float(side.upper()) * 1000) / 1000
        ends.append(f"{name.name} in [{low:g}, {high:g}]")
    return ", ".join(ends)


def together(places: Sequence[Place]) -> list[list[Place]]:
    """Return boxes in groups that hang together, each alone where they are many."""
    if len(places) > _MOST_TO_GROUP:
        return [[place] for place in places]
    groups: list[list[Place]] = []
    for place in places:
        touching = [group for group in groups if any(_overlap(place, other) for other in group)]
        groups = [group for group in groups if not any(group is other for other in touching)]
        groups.append([place, *(other for group in touching for other in group)])
    return groups


def shown_box(searched: dict[Name, tuple[Bound, Bound]]) -> str:
    """Return x in [-1, 1], y in [0, 2]."""
    parts = []
    for name, (lower, upper) in searched.items():
        parts.append(f"{name.name} in [{_shown_end(lower)}, {_shown_end(upper)}]")
    return ", ".join(parts)


def _shown_end(end: Bound) -> str:
    if end.exact is None or (end.value is not None and end.value.q > _LARGEST_DENOMINATOR):
        return f"{float(end.ball().mid()):g}"
    return write(end.exact)


def _near(square: SquareSystem, place: Place) -> str:
    return ", ".join(f"{x.name} = {float(b.mid()):.4g}" for x, b in zip(square.names, place, strict=True))


def _between(lower: Bound, upper: Bound) -> arb:
    """The interval between two numbers, a little widened, so that no zero lies on its edge."""
    with working_precision(_BITS):
        return lower.ball().union(upper.ball()) + arb(0, fmpq(1, 1 << 30))


def _searched(
    square: SquareSystem, start: Place, budget: Budget, smallest: fmpq = _SMALLEST, most: int = _MOST_BOXES
) -> Pruned:
    return branch_and_prune(
        start,
        lambda place: _looked_at(square, place),
        lambda place, bits: refined(square, place, bits),
        budget,
        smallest=smallest,
        most=most,
        cost=20 * len(square.names) ** 2,
    )


def branch_and_prune(
    start: Place,
    look: Callable[[Place], tuple[str, Place]],
    tight: Callable[[Place, int], Place],
    budget: Budget,
    *,
    smallest: fmpq,
    most: int,
    cost: int,
) -> Pruned:
    """Return boxes with exactly one zero each, boxes of which nothing is known, and what ended the search early.

    `look` says of a box that it has no zero ("none"), exactly one ("one", with a box around it), "some", with a smaller
    box in which they lie, or "beside", with another box that holds exactly one; `tight` draws a box with one zero
    together. The widest box is looked at first, so that what is left over is small.
    """
    queue: list[tuple[float, int, Place]] = []
    number = count()

    def add(place: Place) -> None:
        heappush(queue, (-max(float(side.rad()) for side in place), next(number), place))

    add(start)
    found: list[Place] = []
    rest: list[Place] = []
    looks = 0
    while queue:
        _, _, place = heappop(queue)
        looks += 1
        try:
            budget.spend(cost)
        except BudgetSpentError:
            return Pruned(found, [*rest, place, *(waiting for _, _, waiting in queue)], "the time limit", looks)
        if any(_holds(known, place) for known in found):
            continue
        verdict, smaller = look(place)
        if verdict == "none":
            continue
        if verdict in ("one", "beside"):
            is_new = _is_new(tight(smaller, _BITS), found, tight)
            if is_new:
                found.append(smaller)
            if verdict == "one" and is_new is not None:
                continue
            smaller = place
        widest = max(range(len(smaller)), key=lambda k: smaller[k].rad())
        if looks > most:
            return Pruned(found, [*rest, place, *(waiting for _, _, waiting in queue)], f"{most} boxes", looks)
        if smaller[widest].rad() < smallest:
            rest.append(smaller)
            continue
        for half in _halves(smaller, widest):
            add(half)
    return Pruned(found, rest, "", looks)


def _is_new(place: Place, found: Sequence[Place], tight: Callable[[Place, int], Place]) -> bool | None:
    """Whether the one zero in a box is in none of the others; None where that was not decided."""
    for known in (known for known in found if _overlap(known, place)):
        if _holds(known, place):
            return False
        if _overlap(tight(known, _BITS), place):
            return None
    return True


def _holds(known: Place, place: Place) -> bool:
    """Whether a box lies inside of one that is known to hold one zero."""
    return all(outer.contains(inner) for outer, inner in zip(known, place, strict=True))


def _overlap(a: Place, b: Place) -> bool:
    return all(x.overlaps(y) for x, y in zip(a, b, strict=True))


def _halves(place: Place, k: int) -> list[Place]:
    with working_precision(_BITS):
        low, middle, high = place[k].lower(), place[k].mid() + place[k].rad() / 64, place[k].upper()
        return [[*place[:k], low.union(middle), *place[k + 1 :]], [*place[:k], middle.union(high), *place[k + 1 :]]]


def _looked_at(square: SquareSystem, place: Place) -> tuple[str, Place]:
    """("none" | "one" | "some", a smaller box in which the zeros lie)."""
    values = square.values(place, _BITS)
    if any(value is None or (value.is_finite() and not value.contains(0)) for value in values):
        return "none", place
    wider = widened(place)
    image = krawczyk(square, wider, _BITS)
    if image is None:
        return "some", place
    if not _overlap(image, place):
        return "none", place
    if all(outer.contains_interior(inner) for outer, inner in zip(wider, image, strict=True)):
        return "one", wider
    return "some", [_meet(a, b) for a, b in zip(image, place, strict=True)]


def widened(place: Place) -> Place:
    """Return the box with a little more on every side."""
    with working_precision(_BITS):
        return [side + arb(0, 1) * (side.rad() / 16 + fmpq(1, 1 << 40)) for side in place]


def _meet(a: arb, b: arb) -> arb:
    with working_precision(_BITS):
        return a.intersection(b)


def krawczyk(square: SquareSystem, place: Place, bits: int) -> Place | None:
    """Return K(X) = m - Y F(m) + (1 - Y F'(X)) (X - m): all zeros in X lie in it; if it lies inside X, there is one.

    None where it has no value, or F is not known to be defined and continuous on all of X: atan(1/x) jumps over 0.
    """
    if not all(_is_number(v) for v in square.values(place, bits)) or square.may_jump(place, bits):
        return None
    with working_precision(bits):
        size = len(place)
        middle = [arb(side.mid()) for side in place]
        at_middle = square.values(middle, bits)
        slopes = square.jacobian(place, bits)
        centre = square.jacobian(middle, bits)
        if not all(_is_number(v) for v in at_middle) or not all(
            _is_number(v) for row in (*slopes, *centre) for v in row
        ):
            return None
        exact = arb_mat([[arb(v.mid()) for v in row if v is not None] for row in centre])
        try:
            inverse = arb_mat([[arb(v.mid()) for v in row] for row in exact.inv().tolist()])
        except ZeroDivisionError:
            return None
        if not all(v.is_finite() for row in inverse.tolist() for v in row):
            return None
        step = inverse * arb_mat([[v] for v in at_middle])
        rest = arb_mat([[int(i == j) for j in range(size)] for i in range(size)]) - inverse * arb_mat(slopes)
        spread = rest * arb_mat([[side - m] for side, m in zip(place, middle, strict=True)])
        return [middle[k] - step[k, 0] + spread[k, 0] for k in range(size)]


def _is_number(value: arb | None) -> bool:
    return value is not None and bool(value.is_finite())


def refined(square: SquareSystem, place: Place, bits: int) -> Place:
    """Return the one zero of a box in a smaller box, about 2^-bits wide where that can be reached."""
    goal = fmpq(1, 1 << bits)
    precision = bits + 64
    for _ in range(200):
        image = krawczyk(square, place, precision)
        if image is None:
            return place
        with working_precision(precision):
            smaller = [a.intersection(b) for a, b in zip(image, place, strict=True)]
        if all(side.rad() < goal / 2 for side in smaller):
            return smaller
        if all(not a.rad() < b.rad() * fmpq(9, 10) for a, b in zip(smaller, place, strict=True)):
            return smaller
        place = smaller
    return place


def point_in(square: SquareSystem, place: Place) -> RealPoint:
    """Return the zero as a point, exact where a guess at a short form is proved to be a zero in the same box."""
    bounds = [Bound(None, refinement=_refinement(square, place, k)) for k in range(len(square.names))]
    guesses = [next(candidates(bound), None) for bound in bounds]
    if all(guess is not None for guess in guesses):
        guessed = RealPoint(square.names, [guess for guess in guesses if guess is not None])
        inside = all(side.contains(bound.ball()) for side, bound in zip(place, guessed.bounds, strict=True))
        if inside and all(guessed.is_zero(u) for u in square.equations):
            return guessed
    return RealPoint(square.names, bounds)


def _refinement(square: SquareSystem, place: Place, k: int) -> Refinement:
    def ends(bits: int) -> tuple[fmpq, fmpq]:
        side = refined(square, place, bits)[k]
        with working_precision(bits + 128):
            return rational_ends(side)

    return ends
