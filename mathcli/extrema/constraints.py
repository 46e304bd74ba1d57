"""Extrema under equations and inequalities: Lagrange's conditions, without losing the points where they do not hold.

For each set of active constraints, all points are found at which the gradients of f and of the active constraints are
linearly dependent. That is Lagrange's condition with the multipliers eliminated, and it also holds where the
gradients of the constraints are dependent among themselves (cusps, tangencies), which multipliers alone would miss.
Kinds come from the Hessian of the Lagrange function on the tangent space and the signs of the multipliers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

from flint import fmpq

from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import number
from mathcli.algebra.domains import derivative_domain, domain
from mathcli.algebra.rational import agree, expanded
from mathcli.algebra.verdict import all_hold
from mathcli.calculus.derivation import Derivation, Phrase
from mathcli.calculus.differentiation import differentiate
from mathcli.errors import LimitExceededError, UsageError
from mathcli.extrema.feasible_sets import is_bounded, system
from mathcli.extrema.several import (
    CORNER,
    MAXIMUM,
    MINIMUM,
    SADDLE,
    UNDECIDED,
    Extreme,
    Found,
    FoundCurve,
    Outcome,
    by_bound,
    determinant,
    edges,
    is_continued,
    kind_by_minors,
    sum_of_minors,
)
from mathcli.solving.extended_systems import Curve
from mathcli.solving.feasibility import compares, difference, satisfies
from mathcli.solving.real_points import RealPoint
from mathcli.solving.reduction import constant_on
from mathcli.solving.regions import Bound
from mathcli.solving.systems import Box, solutions
from mathcli.syntax.tree import (
    ONE,
    ZERO,
    Call,
    E,
    Equation,
    Name,
    Negative,
    Node,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
)

ENDPOINT = {MINIMUM: "endpoint minimum", MAXIMUM: "endpoint maximum"}
_MOST_CASES = 128
_CUTS = tuple(
    fmpq(p, q)
    for p, q in ((0, 1), (1, 1), (1, 2), (3, 2), (-1, 1), (-3, 2), (2, 1), (-2, 1), (1, 4), (5, 1), (-5, 1), (1, 10))
)


@dataclass(frozen=True, slots=True)
class Constraint:
    """u = 0 or u >= 0 or u > 0, as `sign` says; `shown` is what was typed. `slopes` are its partial derivatives."""

    u: Node
    sign: str
    shown: Node
    slopes: tuple[Derivation, ...]

    @property
    def gradient(self) -> tuple[Node, ...]:
        return tuple(d.result for d in self.slopes)


@dataclass(frozen=True, slots=True)
class Case:
    """One set of active constraints: the system that its critical points solve, and what was found."""

    active: tuple[Constraint, ...]
    equations: tuple[Node, ...]
    points: tuple[Found, ...]
    curves: tuple[FoundCurve, ...]
    is_complete: bool
    reasons: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Constrained:
    """All that was found of the critical points of f under the constraints."""

    f: Node
    objective: Node
    names: tuple[Name, ...]
    constraints: tuple[Constraint, ...]
    gradient: tuple[Derivation, ...]
    cases: tuple[Case, ...]
    minimum: Outcome
    maximum: Outcome
    is_complete: bool
    reasons: tuple[Phrase, ...]

    @property
    def points(self) -> tuple[Found, ...]:
        return tuple(p for case in self.cases for p in case.points)

    @property
    def curves(self) -> tuple[FoundCurve, ...]:
        return tuple(c for case in self.cases for c in case.curves)


def constrained_points(
    f: Node, names: tuple[Name, ...], relations: Sequence[Node], *, box: Box | None = None, budget: Budget
) -> Constrained:
    """Return the critical points of f under relations, each an equation or an inequality.

    Raises:
        UsageError: a relation says nothing about the variables.
        LimitExceededError: there are more cases than are looked at.
    """
    from mathcli.extrema.constrained_extremes import extremes

    objective = _inside(f)
    constraints = _once([c for relation in relations for c in _constraints(relation, names)])
    gradient = tuple(differentiate(objective, x) for x in names)
    cases = tuple(
        _solved(f, objective, names, gradient, constraints, active, box, budget) for active in _active_sets(constraints)
    )
    is_complete = all(case.is_complete for case in cases)
    reasons = tuple(dict.fromkeys(reason for case in cases for reason in case.reasons))
    if not is_complete and box is None and not isinstance(f, Name):
        around = _box_around(names, relations, constraints, budget)
        if around is not None:
            return constrained_points(f, names, relations, box=around, budget=budget)
    found = Constrained(f, objective, names, constraints, gradient, cases, None, None, is_complete, reasons)
    return extremes(found, budget)


def _box_around(
    names: tuple[Name, ...], relations: Sequence[Node], constraints: tuple[Constraint, ...], budget: Budget
) -> Box | None:
    """The least box around a bounded set, by the extrema of each variable on it; None where these are not known."""
    zero = [c.u for c in constraints if c.sign == "="]
    given = system(names, zero, [c.u for c in constraints if c.sign != "="])
    if given is None or not is_bounded(given):
        return None
    box: dict[Name, tuple[Bound | None, Bound | None]] = {}
    for x in names:
        found = constrained_points(x, names, relations, budget=budget)
        ends = [end.value for end in (found.minimum, found.maximum) if isinstance(end, Extreme) and end.is_attained]
        if len(ends) < 2:
            return None
        box[x] = (ends[0], ends[1])
    return box


def _once(constraints: Sequence[Constraint]) -> tuple[Constraint, ...]:
    """Each constraint once, however it was written."""
    kept: list[Constraint] = []
    for constraint in constraints:
        if not any(known.sign == constraint.sign and agree(known.u, constraint.u) for known in kept):
            kept.append(constraint)
    return tuple(kept)


def _inside(f: Node) -> Node:
    """What f is an increasing function of, so that it has the same extrema: u of sqrt u, log u, e^u."""
    match f:
        case Call("sqrt" | "log", (u,), 0):
            return _inside(u)
        case Power(base, u) if base is E:
            return _inside(u)
    return f


def _constraints(relation: Node, names: tuple[Name, ...]) -> Iterator[Constraint]:
    for left, sign, right in _comparisons(relation):
        if sign in ("<", "<="):
            left, sign, right = right, {"<": ">", "<=": ">="}[sign], left
        u = difference(left, right)
        if not u.names & set(names):
            raise UsageError("a constraint says nothing about the variables", hint="--where 'x^2 + y^2 = 1'")
        shown = Equation(left, right) if sign == "=" else Relation((left, right), (sign,))
        yield Constraint(u, sign, shown, tuple(differentiate(u, x) for x in names))


def _comparisons(relation: Node) -> Iterator[tuple[Node, str, Node]]:
    match relation:
        case Equation(left, right):
            yield left, "=", right
        case Relation(sides, signs):
            yield from zip(sides[:-1], signs, sides[1:], strict=True)
        case _:
            raise UsageError("a constraint is an equation or an inequality", hint="--where 'x^2 + y^2 = 1'")


def _active_sets(constraints: tuple[Constraint, ...]) -> list[tuple[Constraint, ...]]:
    """The equations with every choice of the inequalities that may hold with equality, fewest first."""
    always = tuple(c for c in constraints if c.sign == "=")
    closed = [c for c in constraints if c.sign == ">="]
    if 2 ** len(closed) > _MOST_CASES:
        raise LimitExceededError("at most 7 inequalities are looked at, since each may be active or not")
    return [(*always, *chosen) for size in range(len(closed) + 1) for chosen in combinations(closed, size)]


def _solved(
    f: Node,
    objective: Node,
    names: tuple[Name, ...],
    gradient: tuple[Derivation, ...],
    constraints: tuple[Constraint, ...],
    active: tuple[Constraint, ...],
    box: Box | None,
    budget: Budget,
) -> Case:
    equations = dependence(tuple(d.result for d in gradient), active, names)
    others = tuple(c for c in constraints if c not in active)
    where = (*domain(f), *(Relation((c.u, ZERO), (_strict(c.sign),)) for c in others))
    found = solutions(equations, names, box=box, where=where, budget=budget)
    points = [_by_values(f, _judged(f, objective, names, gradient, active, p)) for p in found.real_points]
    corners = [u for u in _without_slopes(objective, active, names) if not _is_along(u, active, equations)]
    systems, has_edge_points = _on_corners(corners, tuple(d.result for d in gradient), active, names)
    rough = [solutions(system, names, box=box, where=where, budget=budget) for system in systems]
    for point in (point for part in rough for point in part.real_points):
        if not any(point.same_as(known.at) for known in points):
            points.append(_by_values(f, _corner(f, point, active)))
    kinds = [None, *([CORNER if has_edge_points else None] * len(rough))]
    kept = [
        (curve, kind, _place_inside(curve, names, where, budget))
        for part, kind in zip((found, *rough), kinds, strict=True)
        for curve in part.curves
    ]
    shown = tuple(c.shown for c in active if c.sign != "=")
    curves = tuple(
        FoundCurve(curve._replace(witness=place), constant_on(f, curve), kind, active=shown)
        for curve, kind, place in kept
        if isinstance(place, RealPoint)
    )
    doubts: list[Phrase] = [
        ("whether any of a curve of solutions satisfies the constraints was not decided",)
        for _, _, place in kept
        if place is None
    ]
    if found.families:
        doubts.append(("solutions that repeat are not followed under constraints",))
    is_complete = all(part.is_complete for part in (found, *rough)) and not doubts
    reasons = (*(reason for part in (found, *rough) for reason in part.reasons), *doubts)
    return Case(active, equations, tuple(points), curves, is_complete, reasons)


def _on_corners(
    corners: Sequence[Node], gradient: tuple[Node, ...], active: tuple[Constraint, ...], names: tuple[Name, ...]
) -> tuple[list[tuple[Node, ...]], bool]:
    """The systems of the places where a slope does not exist, and of those of them where f may have an extremum.

    Each corner u = 0 is taken as one more equation: along it f has to be stationary, or there is another corner. The
    second answer is whether this finds every extremum there: in two variables, where what is asked is defined.
    """
    known = tuple(c.u for c in active)
    systems: list[tuple[Node, ...]] = [(*known, u) for u in corners]
    systems += [(*known, *pair) for pair in combinations(corners, 2)]
    has_edge_points = len(names) == 2
    for u in corners:
        edge = Constraint(u, "=", Equation(u, ZERO), tuple(differentiate(u, x) for x in names))
        if len(active) + 1 > len(names):
            continue
        asked = dependence(gradient, (*active, edge), names)
        systems.append(asked)
        has_edge_points &= not any(
            agree(u, v) or agree(u, Negative(v)) for e in asked for c in domain(e) for v in edges(c)
        )
    return systems, has_edge_points


def _is_along(u: Node, active: tuple[Constraint, ...], equations: tuple[Node, ...]) -> bool:
    """Whether u is 0 all along an active constraint, and what is asked of f there does not divide by it.

    sqrt(x) + y^2 has no slope across x = 0, and one along it, which is all that matters on that edge.
    """

    def is_like(v: Node) -> bool:
        return bool(agree(u, v) or agree(u, Negative(v)))

    if not any(is_like(c.u) for c in active):
        return False
    return not any(is_like(v) for equation in equations for c in domain(equation) for v in edges(c))


def _without_slopes(objective: Node, active: tuple[Constraint, ...], names: tuple[Name, ...]) -> list[Node]:
    """What vanishes where f or an active constraint has a value and the formula of its gradient has none."""
    zeros: dict[Node, None] = {}
    for u in (objective, *(c.u for c in active)):
        conditions = domain(u)
        slopes = [differentiate(u, x).result for x in names]
        if is_continued(slopes, conditions):
            continue
        for x in names:
            found = (c for c in derivative_domain(u, x) if c not in conditions)
            zeros.update(dict.fromkeys(edge for condition in found for edge in edges(condition)))
    return list(zeros)


def _by_values(f: Node, point: Found) -> Found:
    """A point whose kind stayed open, where no value of f is less, or none is greater."""
    sign, why = by_bound(f, point.value) if point.kind == UNDECIDED else (None, ())
    if sign is None:
        return point
    kind = MINIMUM if sign > 0 else MAXIMUM
    return replace(point, kind=ENDPOINT[kind] if point.active else kind, why=why)


def _corner(f: Node, point: RealPoint, active: tuple[Constraint, ...]) -> Found:
    shown = tuple(c.shown for c in active if c.sign != "=")
    return Found(point, point.value(f), UNDECIDED, ("the formula of a gradient has no value there",), active=shown)


def _strict(sign: str) -> str:
    return ">" if sign == ">=" else sign


def _place_inside(
    curve: Curve, names: tuple[Name, ...], where: tuple[Node, ...], budget: Budget
) -> RealPoint | bool | None:
    """A point of the curve where the relations hold; False where they hold nowhere on it, None where none was found."""
    worths = [satisfied_on(curve, condition) for condition in where]
    if False in worths:
        return False
    if curve.witness is not None and all(satisfies(curve.witness, condition) for condition in where):
        return curve.witness
    for cuts in product(_CUTS, repeat=curve.dimension):
        for chosen in combinations(names, curve.dimension):
            budget.spend(200)
            planes = tuple(difference(x, number(c)) for x, c in zip(chosen, cuts, strict=True))
            cut = solutions((*curve.equations, *planes), names, where=where, budget=budget)
            if cut.real_points and all(satisfies(cut.real_points[0], condition) for condition in where):
                return cut.real_points[0]
    return None


def satisfied_on(curve: Curve, condition: Node) -> bool | None:
    """Whether a relation holds all along a curve, or nowhere on it, where its sides differ by a constant there."""
    verdicts: list[bool | None] = []
    for left, sign, right in _comparisons(condition):
        worth = constant_on(difference(left, right), curve)
        by = None if worth is None else worth.compare(Bound.of(ZERO))
        verdicts.append(None if by is None else compares(sign, by))
    return all_hold(verdicts)


def dependence(gradient: tuple[Node, ...], active: tuple[Constraint, ...], names: tuple[Name, ...]) -> tuple[Node, ...]:
    """Return the active constraints and the minors that vanish where the gradients are linearly dependent, each = 0."""
    rows = [gradient, *(c.gradient for c in active)]
    size = len(rows)
    minors = [
        expanded(determinant([[row[k] for k in columns] for row in rows]))
        for columns in combinations(range(len(names)), size)
    ]
    return (*(c.u for c in active), *minors)


# kinds


def _judged(
    f: Node,
    objective: Node,
    names: tuple[Name, ...],
    gradient: tuple[Derivation, ...],
    active: tuple[Constraint, ...],
    point: RealPoint,
) -> Found:
    value = point.value(f)
    shown = tuple(c.shown for c in active if c.sign != "=")
    pivots = _pivots(active, names, point)
    if pivots is None:
        why: Phrase = (
            "the gradients of the active constraints are linearly dependent here, so Lagrange's condition is silent",
        )
        return Found(point, value, UNDECIDED, why, active=shown)
    multipliers = _multipliers(tuple(d.result for d in gradient), active, pivots)
    matrix = tangent_hessian(objective, names, gradient, active, multipliers, pivots)
    signs = [point.sign(sum_of_minors(matrix, size)) for size in range(1, len(matrix) + 1)]
    kind, why = _on_tangents(signs, len(matrix), bool(active))
    pushes = [point.sign(m) for c, m in zip(active, multipliers, strict=True) if c.sign != "="]
    kind, why = _with_pushes(kind, why, pushes, len(matrix))
    if kind == UNDECIDED and 0 in pushes and None not in pushes:
        kind, why = _beside_idle(objective, names, gradient, active, multipliers, point) or (kind, why)
    numbers = {
        name: bound for name, m in zip(letters(active, names), multipliers, strict=True) if (bound := point.value(m))
    }
    return Found(point, value, kind, why, multipliers=numbers, active=shown)


def _beside_idle(
    objective: Node,
    names: tuple[Name, ...],
    gradient: tuple[Derivation, ...],
    active: tuple[Constraint, ...],
    multipliers: list[Node],
    point: RealPoint,
) -> tuple[str, Phrase] | None:
    """The kind where multipliers of active inequalities are 0, by the tangent space without these constraints.

    It holds all directions that they allow, so a definite Hessian on it decides. Without just one of them, d or -d is
    allowed for each direction in it, so there an indefinite one decides too.
    """
    idle = [c for c, m in zip(active, multipliers, strict=True) if c.sign != "=" and point.sign(m) == 0]
    kept = tuple(c for c in active if c not in idle)
    pivots = _pivots(kept, names, point)
    if pivots is None:
        return None
    numbers = _multipliers(tuple(d.result for d in gradient), kept, pivots)
    matrix = tangent_hessian(objective, names, gradient, kept, numbers, pivots)
    signs = [point.sign(sum_of_minors(matrix, size)) for size in range(1, len(matrix) + 1)]
    kind, why = _on_tangents(signs, len(matrix), True)
    pushes = [point.sign(m) for c, m in zip(kept, numbers, strict=True) if c.sign != "="]
    note: Phrase = (f"; {len(idle)} multipliers are 0" if len(idle) > 1 else "; one multiplier is 0",)
    if kind in ENDPOINT:
        way = 1 if kind == MINIMUM else -1
        if all(push == way for push in pushes):
            return ENDPOINT[kind], (*why, *note)
        return (SADDLE, ("f rises along an edge and falls away from it",)) if set(pushes) == {-way} else None
    return (SADDLE, (*why, *note)) if kind == SADDLE and len(idle) == 1 else None


def letters(active: Sequence[Constraint], names: Sequence[Name]) -> list[str]:
    """The names of the multipliers: lambda, or lambda_1, lambda_2, ..."""
    taken = {name.name for name in names}
    letter = next(letter for letter in ("lambda", "mu", "nu", "kappa") if letter not in taken)
    return [letter] if len(active) == 1 else [f"{letter}_{k}" for k in range(1, len(active) + 1)]


def _pivots(active: tuple[Constraint, ...], names: tuple[Name, ...], point: RealPoint) -> tuple[int, ...] | None:
    """Columns in which the gradients of the active constraints are certainly independent; None where there are none."""
    if not active:
        return ()
    for columns in combinations(range(len(names)), len(active)):
        if point.sign(determinant([[c.gradient[k] for k in columns] for c in active])) in (1, -1):
            return columns
    return None


def _multipliers(gradient: tuple[Node, ...], active: tuple[Constraint, ...], pivots: tuple[int, ...]) -> list[Node]:
    """By Cramer's rule from the equations of the pivot columns."""
    rows = [[c.gradient[k] for k in pivots] for c in active]
    right = [gradient[k] for k in pivots]
    return _cramer(rows, right)


def _cramer(rows: list[list[Node]], right: list[Node]) -> list[Node]:
    """The y with sum of y_i rows[i] = right."""
    if not rows:
        return []
    below = determinant(rows)
    return [
        Quotient(determinant([right if j == k else row for j, row in enumerate(rows)]), below) for k in range(len(rows))
    ]


def tangent_hessian(
    objective: Node,
    names: tuple[Name, ...],
    gradient: tuple[Derivation, ...],
    active: tuple[Constraint, ...],
    multipliers: list[Node],
    pivots: tuple[int, ...],
) -> list[list[Node]]:
    """Return the Hessian of f minus the constraints times their multipliers, on a basis of the tangent space."""
    size = range(len(names))
    hessian = [[_second(gradient[j], names[k]) for k in size] for j in size]
    for constraint, multiplier in zip(active, multipliers, strict=True):
        for j in size:
            for k in size:
                second = _second(constraint.slopes[j], names[k])
                if second is not ZERO:
                    hessian[j][k] = Sum.of(hessian[j][k], Negative(Product.of(multiplier, second)))
    basis = [_tangent(free, active, pivots, len(names)) for free in size if free not in pivots]
    return [[_form(hessian, u, v) for v in basis] for u in basis]


def _second(slope: Derivation, x: Name) -> Node:
    return differentiate(slope.result, x).result


def _tangent(free: int, active: tuple[Constraint, ...], pivots: tuple[int, ...], size: int) -> list[Node]:
    """The tangent vector with 1 in one free place and 0 in the others."""
    vector: list[Node] = [ZERO] * size
    vector[free] = ONE
    columns = [[c.gradient[k] for c in active] for k in pivots]
    right = [Negative(c.gradient[free]) for c in active]
    for k, entry in zip(pivots, _cramer(columns, list(right)), strict=True):
        vector[k] = entry
    return vector


def _form(matrix: list[list[Node]], u: list[Node], v: list[Node]) -> Node:
    terms = [
        Product.of(matrix[j][k], u[j], v[k])
        for j in range(len(u))
        for k in range(len(v))
        if ZERO not in (matrix[j][k], u[j], v[k])
    ]
    return Sum.of(*terms) if terms else ZERO


def _on_tangents(signs: list[int | None], size: int, is_constrained: bool) -> tuple[str | None, Phrase]:
    if not size:
        return None, ("as many constraints are active as there are variables",)
    kind, why = kind_by_minors(signs, size)
    if kind is None or not is_constrained:
        return kind, why
    words = {MINIMUM: "positive definite", MAXIMUM: "negative definite", SADDLE: "indefinite"}
    return kind, (f"the Hessian of the Lagrange function is {words[kind]} on the tangent space (bordered Hessian)",)


def _with_pushes(kind: str | None, why: Phrase, pushes: list[int | None], size: int) -> tuple[str, Phrase]:
    """The kind with the signs of the multipliers of active inequalities u >= 0: all positive for a minimum."""
    if not pushes:
        return (kind, why) if kind is not None else _without_tangents(size, why)
    if 1 in pushes and -1 in pushes:
        return SADDLE, ("multipliers of both signs: f rises along one active inequality and falls along another",)
    if None in pushes or 0 in pushes:
        return (SADDLE, why) if kind == SADDLE else (UNDECIDED, ("a multiplier of an active inequality is 0",))
    wanted = MINIMUM if pushes[0] == 1 else MAXIMUM
    word = "positive" if pushes[0] == 1 else "negative"
    if not size:
        return ENDPOINT[wanted], (f"a vertex with all multipliers {word}",)
    if kind == wanted:
        return ENDPOINT[wanted], (f"all multipliers of the active inequalities are {word}, and ", *why)
    if kind is not None:
        return SADDLE, (f"the multipliers are {word}, and ", *why)
    return UNDECIDED, ("the Hessian on the tangent space is degenerate",)


def _without_tangents(size: int, why: Phrase) -> tuple[str, Phrase]:
    if not size:
        return UNDECIDED, why
    return UNDECIDED, ("the Hessian on the tangent space is degenerate",)
