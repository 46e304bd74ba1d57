"""Critical points of functions of several variables: where the gradient is 0 or does not exist, and their kinds.

The Hessian decides where it is definite or has eigenvalues of both signs, by the signs of the sums of its principal
minors; where it is degenerate, the lowest terms of the Taylor polynomial or a bound on all values may. Global extrema
are claimed in `far_out` only, with a proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, product

from mathcli.algebra.budget import Budget
from mathcli.algebra.domains import derivative_domain, domain
from mathcli.algebra.ranges import value_range
from mathcli.algebra.rational import agree, expanded
from mathcli.calculus.derivation import Derivation, Phrase
from mathcli.calculus.differentiation import differentiate
from mathcli.errors import BudgetSpentError
from mathcli.extrema.taylor_forms import near
from mathcli.solving.extended_systems import Curve, Period
from mathcli.solving.feasibility import difference
from mathcli.solving.real_points import RealPoint
from mathcli.solving.regions import Bound
from mathcli.solving.systems import Box, Solutions, solutions
from mathcli.syntax.tree import ZERO, Call, Name, Negative, Node, Piecewise, Product, Relation, Sum, integer, walk

MINIMUM, MAXIMUM, SADDLE = "local minimum", "local maximum", "saddle"
DEGENERATE = {1: "degenerate minimum", -1: "degenerate maximum", 0: "degenerate saddle"}
CORNERS = {1: "corner minimum", -1: "corner maximum"}
CORNER = "corner"
EDGES = {1: "endpoint minimum", -1: "endpoint maximum"}
UNDECIDED = "degenerate (undecided)"


@dataclass(frozen=True, slots=True)
class Found:
    """A critical point: the value there, its kind, and why; the sums of principal minors of the Hessian where used."""

    at: RealPoint
    value: Bound | None
    kind: str
    why: Phrase = ()
    hessian: tuple[tuple[Bound | None, ...], ...] = ()
    periods: tuple[Node | None, ...] = ()
    multipliers: Mapping[str, Bound] = field(default_factory=dict)
    active: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundCurve:
    """A curve or surface of critical points; `value` where f is worth the same on all of it."""

    curve: Curve
    value: Bound | None
    kind: str | None = None
    why: Phrase = ()
    active: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Extreme:
    """The least or greatest value: attained at `at` or on `on`, or only approached."""

    value: Bound
    is_attained: bool
    at: tuple[RealPoint, ...] = ()
    on: tuple[Curve, ...] = ()
    why: Phrase = ()
    is_certain: bool = True
    """False where values that only agree to many bits are listed as equal."""


Outcome = Extreme | tuple[str, Phrase] | None
"""An extreme; ("unbounded", why); None where nothing was decided."""


@dataclass(frozen=True, slots=True)
class Several:
    """All that was found of the critical points of f."""

    f: Node
    names: tuple[Name, ...]
    conditions: tuple[Node, ...]
    gradient: tuple[Derivation, ...]
    hessian: tuple[tuple[Derivation, ...], ...]
    points: tuple[Found, ...]
    families: tuple[Found, ...]
    curves: tuple[FoundCurve, ...]
    boundary: tuple[Found, ...]
    minimum: Outcome
    maximum: Outcome
    is_complete: bool
    certain_within: Box | None
    reasons: tuple[Phrase, ...]
    boundary_curves: tuple[FoundCurve, ...] = ()


def critical_points(
    f: Node, names: tuple[Name, ...], *, box: Box | None = None, named: tuple[object, ...] = (), budget: Budget
) -> Several:
    """Return the critical points of f, in the box if one is given."""
    from mathcli.extrema.far_out import extremes

    gradient = tuple(differentiate(f, x, named=named) for x in names)  # type: ignore[arg-type]
    slopes = tuple(d.result for d in gradient)
    hessian = tuple(
        tuple(differentiate(slopes[min(j, k)], names[max(j, k)]) for k in range(len(names))) for j in range(len(names))
    )
    conditions = domain(f)
    stationary = solutions(slopes, names, box=box, where=conditions, budget=budget)
    singular = _without_gradient(f, slopes, names, conditions, box, budget)
    matrix = tuple(tuple(entry.result for entry in row) for row in hessian)
    points = [_judged(f, matrix, point, budget) for point in stationary.real_points]
    for point in (point for found in singular for point in found.real_points):
        if not _is_among(point, points) and not _has_gradient(slopes, point):
            points.append(_corner(f, point))
    families = [_judged_family(f, matrix, family, budget) for family in stationary.families]
    rough = _once([curve for found in singular for curve in found.curves])
    curves = [_on_curve(f, curve) for curve in stationary.curves if not any(_is_same(curve, c) for c in rough)]
    curves += [_on_curve(f, curve, is_singular=True) for curve in rough]
    families += [
        Found(
            family.point, None, UNDECIDED, ("the formula of the gradient has no value there",), periods=family.periods
        )
        for found in singular
        for family in found.families
    ]
    parts = (stationary, *singular)
    jumps = _jumps(f)
    is_complete = all(found.is_complete for found in parts) and not jumps
    try:
        minimum, maximum = extremes(
            f,
            names,
            conditions,
            box,
            points,
            families,
            curves,
            is_complete,
            has_edge_points=_has_edge_points(f, slopes, names, conditions),
            budget=budget,
        )
    except BudgetSpentError:  # what was found so far is said, and nothing of all values
        minimum, maximum = None, None
    return Several(
        f,
        names,
        conditions,
        gradient,
        hessian,
        tuple(_by_place(points)),
        tuple(families),
        tuple(settled(with_kind(curve, minimum, maximum)) for curve in curves),
        (),
        minimum,
        maximum,
        is_complete and are_certain(minimum, maximum),
        stationary.certain_within,
        tuple(
            dict.fromkeys((*jumps, *(reason for found in parts for reason in found.reasons), *doubts(minimum, maximum)))
        ),
    )


def are_certain(*outcomes: Outcome) -> bool:
    """Return whether no extreme lists values as equal that only agree to many bits."""
    return all(outcome.is_certain for outcome in outcomes if isinstance(outcome, Extreme))


def doubts(*outcomes: Outcome) -> tuple[Phrase, ...]:
    """Return what there is to say of values that only agree to many bits."""
    return () if are_certain(*outcomes) else (("values that agree to 2000 bits are listed as equal, without a proof",),)


def settled(curve: FoundCurve) -> FoundCurve:
    """Return the curve with a kind, if need be the one that says that nothing was decided."""
    return replace(curve, kind=UNDECIDED) if curve.kind is None else curve


def _once(curves: list[Curve]) -> list[Curve]:
    kept: list[Curve] = []
    for curve in curves:
        if not any(_is_same(curve, known) for known in kept):
            kept.append(curve)
    return kept


def _is_same(a: Curve, b: Curve) -> bool:
    """Whether two curves have the same equations, up to signs."""

    def holds(u: Node, other: Curve) -> bool:
        return any(agree(u, v) or agree(u, Negative(v)) for v in other.equations)

    return all(holds(u, b) for u in a.equations) and all(holds(v, a) for v in b.equations)


def _jumps(f: Node) -> tuple[Phrase, ...]:
    """What f may jump at, which is not looked for."""
    names = {part.function for part in walk(f) if isinstance(part, Call) and part.function in ("floor", "ceil", "sign")}
    found: list[Phrase] = [(f"the jumps of {name} are not looked for",) for name in sorted(names)]
    if f.contains(Piecewise):
        found.append(("the joints of cases are not looked for",))
    return tuple(found)


def with_kind(curve: FoundCurve, minimum: Outcome, maximum: Outcome) -> FoundCurve:
    """Return the curve with its kind: one on which f has its least or greatest value is of minima or maxima."""
    for sign, outcome in ((1, minimum), (-1, maximum)):
        if curve.kind is None and isinstance(outcome, Extreme) and curve.curve in outcome.on:
            return replace(curve, kind=EDGES[sign] if curve.active else DEGENERATE[sign])
    return curve


def _by_place(points: list[Found]) -> list[Found]:
    return sorted(points, key=lambda found: [float(bound.ball().mid()) for bound in found.at.bounds])


def _is_among(point: RealPoint, points: Iterable[Found]) -> bool:
    return any(point.same_as(found.at) for found in points)


# kinds


def _judged(f: Node, matrix: Sequence[Sequence[Node]], point: RealPoint, budget: Budget) -> Found:
    value = point.value(f)
    entries = tuple(tuple(point.value(entry) for entry in row) for row in matrix)
    signs = [point.sign(sum_of_minors(matrix, size)) for size in range(1, len(matrix) + 1)]
    kind, why = kind_by_minors(signs, len(matrix))
    if kind is None:
        sign, why = _degenerate(f, point, value, budget)
        kind = UNDECIDED if sign is None else DEGENERATE[sign]
    return Found(point, value, kind, why, entries)


def sum_of_minors(matrix: Sequence[Sequence[Node]], size: int) -> Node:
    """Return the sum of all principal minors of one size."""
    chosen = combinations(range(len(matrix)), size)
    return Sum.of(*(determinant([[matrix[j][k] for k in rows] for j in rows]) for rows in chosen))


def determinant(rows: Sequence[Sequence[Node]]) -> Node:
    """Return a determinant, expanded along its first row; nothing is worked out."""
    if len(rows) == 1:
        return rows[0][0]
    terms: list[Node] = []
    for k, entry in enumerate(rows[0]):
        minor = determinant([[*row[:k], *row[k + 1 :]] for row in rows[1:]])
        term = Product.of(entry, minor)
        terms.append(Negative(term) if k % 2 else term)
    return Sum.of(*terms)


def kind_by_minors(signs: Sequence[int | None], size: int) -> tuple[str | None, Phrase]:
    """Return the kind that the signs of the sums of principal minors prove; None where they leave it open."""
    if size == 2 and signs[1] == -1:
        return SADDLE, ("the Hessian has a negative determinant: eigenvalues of both signs",)
    if None in signs:
        return None, ()
    known = [sign or 0 for sign in signs]
    mirrored = [-s if k % 2 == 0 else s for k, s in enumerate(known)]
    if all(s > 0 for s in known):
        return MINIMUM, ("the Hessian is positive definite",)
    if all(s > 0 for s in mirrored):
        return MAXIMUM, ("the Hessian is negative definite",)
    if any(s < 0 for s in known) and any(s < 0 for s in mirrored):
        return SADDLE, ("the Hessian has eigenvalues of both signs",)
    return None, ()


def _degenerate(f: Node, point: RealPoint, value: Bound | None, budget: Budget) -> tuple[int | None, Phrase]:
    sign, why = by_bound(f, value)
    if sign is not None:
        return sign, why
    try:
        sign, why = near(f, point, budget)
    except BudgetSpentError:
        return None, ("the Hessian is degenerate, and the time limit was reached before more was looked at",)
    if sign is not None:
        return sign, ("the Hessian is degenerate; ", *why)
    return None, ("the Hessian is degenerate, and the lowest terms of the Taylor polynomial do not decide",)


def by_bound(f: Node, value: Bound | None) -> tuple[int | None, Phrase]:
    """Return whether the value is a bound on all values of f that can be read off its form."""
    if value is None or value.value is None:
        return None, ()
    values = value_range(f)
    if values.low is not None and values.low == value.value:
        return 1, ("no value of f is less than ", _tree(value))
    if values.high is not None and values.high == value.value:
        return -1, ("no value of f is greater than ", _tree(value))
    return None, ()


def _tree(value: Bound) -> Node:
    assert value.exact is not None
    return value.exact


def _judged_family(f: Node, matrix: Sequence[Sequence[Node]], family: Period, budget: Budget) -> Found:
    """The kind at one member; all members are alike, since the equations and the Hessian repeat with the periods."""
    found = _judged(f, matrix, family.point, budget)
    value = found.value if _repeats(f, family) else None
    return Found(found.at, value, found.kind, found.why, found.hessian, family.periods)


def _repeats(f: Node, family: Period) -> bool:
    moved = {
        name: Sum.of(name, period)
        for name, period in zip(family.point.names, family.periods, strict=True)
        if period is not None
    }
    return all(agree(f, f.substitute({name: there})) is True for name, there in moved.items())


# where the gradient does not exist


def _without_gradient(
    f: Node,
    slopes: Sequence[Node],
    names: tuple[Name, ...],
    conditions: tuple[Node, ...],
    box: Box | None,
    budget: Budget,
) -> list[Solutions]:
    """Where f is defined and the formula of one of its partial derivatives is not."""
    zeros = _corners(f, slopes, names, conditions)
    groups: list[tuple[Node, ...]] = [(u,) for u in zeros]
    groups += [(u, *_dependent(slopes, u, names)) for u in zeros]
    groups += combinations(zeros, len(names)) if len(zeros) >= len(names) else []
    return [solutions(group, names, box=box, where=conditions, budget=budget) for group in groups]


def _corners(f: Node, slopes: Sequence[Node], names: tuple[Name, ...], conditions: tuple[Node, ...]) -> list[Node]:
    """What vanishes where f is defined and one of its slopes is not."""
    if is_continued(slopes, conditions):
        return []
    failing = (c for x in names for c in derivative_domain(f, x) if c not in conditions)
    return list(dict.fromkeys(u for c in failing for u in edges(c) if not is_edge(u, conditions)))


def _has_edge_points(f: Node, slopes: Sequence[Node], names: tuple[Name, ...], conditions: tuple[Node, ...]) -> bool:
    """Whether what is asked along the curves with corners is defined on them, so that no extremum there is missed."""

    def is_like(u: Node, v: Node) -> bool:
        return bool(agree(u, v) or agree(u, Negative(v)))

    return len(names) == 2 and not any(
        is_like(u, v)
        for u in _corners(f, slopes, names, conditions)
        for minor in _dependent(slopes, u, names)
        for condition in domain(minor)
        for v in edges(condition)
    )


def _dependent(slopes: Sequence[Node], u: Node, names: tuple[Name, ...]) -> tuple[Node, ...]:
    """What vanishes where f is stationary along u = 0, across which it has a corner: (x - 1)^2 + |y| at (1, 0)."""
    other = [differentiate(u, x).result for x in names]
    return tuple(
        expanded(determinant([[row[k] for k in pair] for row in (slopes, other)]))
        for pair in combinations(range(len(names)), 2)
    )


def is_edge(u: Node, conditions: tuple[Node, ...]) -> bool:
    """Return whether u = 0 is an edge of the domain, which has it: u >= 0 is one of the conditions."""
    return any(agree(u, side) or agree(u, Negative(side)) for side in closed_sides(conditions))


def closed_sides(conditions: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return the u of the conditions u >= 0."""
    return tuple(
        difference(*((left, right) if sign == ">=" else (right, left)))
        for condition in conditions
        if isinstance(condition, Relation)
        for left, sign, right in zip(condition.sides[:-1], condition.signs, condition.sides[1:], strict=True)
        if sign in (">=", "<=")
    )


def is_continued(slopes: Sequence[Node], conditions: tuple[Node, ...]) -> bool:
    """Return whether the partial derivatives, as they were tidied, are continuous on all of the domain of f.

    Where the formula that they came from fails, they are the derivatives of f too, which is continuous: x|x| has the
    derivative 2|x| at 0 as well.
    """
    return not any(_may_jump(slope) or set(domain(slope)) - set(conditions) for slope in slopes)


def _has_gradient(slopes: Sequence[Node], point: RealPoint) -> bool:
    return all(point.is_defined(slope) is True and not _may_jump(slope) for slope in slopes)


def _may_jump(node: Node) -> bool:
    jumping = ("sign", "floor", "ceil", "max", "min")
    return any(
        isinstance(part, Piecewise) or (isinstance(part, Call) and part.function in jumping) for part in walk(node)
    )


def edges(condition: Node) -> list[Node]:
    """Return what vanishes where a condition just fails: u of u > 0 and of u != 0."""
    match condition:
        case Relation(sides, signs):
            pairs = zip(sides[:-1], signs, sides[1:], strict=True)
            return [difference(left, right) for left, sign, right in pairs if sign in ("<", ">", "!=")]
    return []


def _corner(f: Node, point: RealPoint) -> Found:
    value = point.value(f)
    words: Phrase = ("the formula of the gradient has no value there",)
    sign, why = by_bound(f, value)
    if sign is not None:
        return Found(point, value, CORNERS[sign], (*words, "; ", *why))
    if _rises_and_falls(f, point, value):
        return Found(point, value, CORNER, (*words, "; f rises in one direction and falls in another"))
    return Found(point, value, UNDECIDED, words)


def _rises_and_falls(f: Node, point: RealPoint, value: Bound | None) -> bool:
    """Whether f is greater than at the point along one ray from it, and less along another."""
    from mathcli.solving.ends import behaviour

    places = point.exact
    if places is None or value is None or value.exact is None:
        return False
    t, start = Name("t#"), Bound.of(ZERO)
    sides: set[int | None] = set()
    for direction in product((0, 1, -1, 2), repeat=len(point.names)):
        if any(direction) and len(sides & {1, -1}) < 2:
            steps = zip(point.names, direction, strict=True)
            ray: dict[Node, Node] = {x: Sum.of(places[x], Product.of(integer(step), t)) for x, step in steps}
            found = behaviour(Sum.of(f.substitute(ray), Negative(value.exact)), t, start, 1)
            sides.add(found.from_side if found.is_proved and found.limit is ZERO else None)
    return {1, -1} <= sides


def _on_curve(f: Node, curve: Curve, *, is_singular: bool = False) -> FoundCurve:
    from mathcli.solving.reduction import constant_on

    value = constant_on(f, curve)
    sign, why = by_bound(f, value)
    if is_singular:
        note: Phrase = ("the formula of the gradient has no value there",)
        kind = CORNERS[sign] if sign is not None else CORNER if value is None else UNDECIDED
        return FoundCurve(curve, value, kind, (*note, *(("; ", *why) if why else ())))
    return FoundCurve(curve, value, None if sign is None else DEGENERATE[sign], why)
