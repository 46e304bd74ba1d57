"""Extrema under equations and inequalities: Lagrange's conditions, without losing the points where they do not hold.

For each set of active constraints, all points are found at which the gradients of f and of the active constraints are
linearly dependent. That is Lagrange's condition with the multipliers eliminated, and it also holds where the
gradients of the constraints are dependent among themselves (cusps, tangencies), which multipliers alone would miss.
What neither a Gröbner basis nor taking the equations one by one solves is searched for in a box.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, product

from flint import fmpq

from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import number
from mathcli.algebra.domains import derivative_domain, domain
from mathcli.algebra.rational import agree, expanded
from mathcli.algebra.rings import Ring
from mathcli.algebra.verdict import all_hold
from mathcli.calculus.derivation import Derivation, Phrase
from mathcli.calculus.differentiation import differentiate
from mathcli.errors import BudgetSpentError, LimitExceededError, UsageError
from mathcli.extrema.bordered_hessian import ENDPOINT, judged
from mathcli.extrema.feasible_sets import is_bounded, system
from mathcli.extrema.lagrange_search import LagrangeSystem, lagrange_solutions
from mathcli.extrema.several import (
    CORNER,
    MAXIMUM,
    MINIMUM,
    UNDECIDED,
    Extreme,
    Found,
    FoundCurve,
    Outcome,
    by_bound,
    determinant,
    edges,
    is_continued,
)
from mathcli.solving.extended_systems import Curve
from mathcli.solving.feasibility import compares, difference, satisfies
from mathcli.solving.propagation import propagated
from mathcli.solving.real_points import RealPoint
from mathcli.solving.reduction import constant_on
from mathcli.solving.regions import Bound
from mathcli.solving.systems import Box, Solutions, checked, solutions, with_searched
from mathcli.syntax.tree import (
    ZERO,
    Call,
    E,
    Equation,
    Name,
    Negative,
    Node,
    Power,
    Relation,
)

_MOST_CASES = 128
_SHARE_FOR_CASES = 0.8
_SHARE_FOR_EQUATIONS = 0.4
_SHARE_FOR_BOX = 0.2
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
    f: Node,
    names: tuple[Name, ...],
    relations: Sequence[Node],
    *,
    box: Box | None = None,
    is_searched: bool = True,
    budget: Budget,
) -> Constrained:
    """Return the critical points of f under relations, each an equation or an inequality.

    `is_searched`: what equations alone do not give is searched for in a box, as long as the budget allows.

    Raises:
        UsageError: a relation says nothing about the variables.
        LimitExceededError: there are more cases than are looked at.
    """
    from mathcli.extrema.constrained_extremes import extremes

    objective = _inside(f)
    constraints = _once([c for relation in relations for c in _constraints(relation, names)])
    gradient = tuple(differentiate(objective, x) for x in names)
    task = _Task(f, objective, names, constraints, gradient, box)
    around = _Around(task, relations, budget) if is_searched else None
    active_sets = _active_sets(constraints)
    cases: list[Case] = []
    for k, active in enumerate(active_sets):
        part = budget.share(_SHARE_FOR_CASES / (len(active_sets) - k)) if around is not None else budget
        cases.append(_in_time(task, active, around, part))
    is_complete = all(case.is_complete for case in cases)
    told = [case for case in cases if is_complete or not case.is_complete]
    reasons = tuple(dict.fromkeys(reason for case in told for reason in case.reasons))
    found = Constrained(f, objective, names, constraints, gradient, tuple(cases), None, None, is_complete, reasons)
    try:
        return extremes(found, budget)
    except BudgetSpentError:  # what was found so far is said, and nothing of all values
        return found


@dataclass(frozen=True, slots=True)
class _Task:
    """What is asked, with the gradient of the function inside of f."""

    f: Node
    objective: Node
    names: tuple[Name, ...]
    constraints: tuple[Constraint, ...]
    gradient: tuple[Derivation, ...]
    box: Box | None

    @property
    def slopes(self) -> tuple[Node, ...]:
        return tuple(d.result for d in self.gradient)


class _Around:
    """A box around all that the constraints allow, worked out when it is first asked for."""

    def __init__(self, task: _Task, relations: Sequence[Node], budget: Budget) -> None:
        self._task = task
        self._relations = relations
        self._budget = budget

    @cached_property
    def box(self) -> Box | None:
        """The box; None for an end that is not known, and for all of it where nothing is."""
        given = self._task.box
        if given is not None and all(None not in given.get(x, (None, None)) for x in self._task.names):
            return given
        task = self._task
        closed = [(c.u, c.sign) for c in task.constraints] + [(u, ">=") for u in _sides_of_domain(task.f)]
        ends = propagated(closed, task.names)
        if any(None in pair for pair in ends.values()):
            with suppress(BudgetSpentError):
                return _box_around(task, self._relations, self._budget.share(_SHARE_FOR_BOX)) or ends
        return ends


def _in_time(task: _Task, active: tuple[Constraint, ...], around: _Around | None, budget: Budget) -> Case:
    """One case; with nothing found where the time for it ran out."""
    try:
        return _solved(task, active, around, budget)
    except BudgetSpentError:
        if around is None:
            raise
        late: Phrase = ("the time limit was reached",)
        return Case(active, dependence(task.slopes, active, task.names), (), (), False, (late,))


def _box_around(task: _Task, relations: Sequence[Node], budget: Budget) -> Box | None:
    """The least box around a bounded set, by the extrema of each variable on it; None where these are not known.

    The domain of f, with its edges, may be what bounds the set: x, y > 0 on x + y = 1.
    """
    names = task.names
    zero = [c.u for c in task.constraints if c.sign == "="]
    at_least = [c.u for c in task.constraints if c.sign != "="]
    for further in ((), _sides_of_domain(task.f)):
        given = system(names, zero, [*at_least, *further])
        if given is None or not is_bounded(given):
            continue
        box: dict[Name, tuple[Bound | None, Bound | None]] = {}
        closed = [*relations, *(Relation((u, ZERO), (">=",)) for u in further)]
        for x in names:
            found = constrained_points(x, names, closed, is_searched=False, budget=budget)
            ends = [end.value for end in (found.minimum, found.maximum) if isinstance(end, Extreme) and end.is_attained]
            if len(ends) < 2:
                return None
            box[x] = (ends[0], ends[1])
        return box
    return None


def _sides_of_domain(f: Node) -> tuple[Node, ...]:
    """The u that are at least 0 all over the domain of f."""
    pairs = (
        (left, right) if sign in (">", ">=") else (right, left)
        for condition in domain(f)
        for left, sign, right in _comparisons(condition)
        if sign in (">", ">=", "<", "<=")
    )
    return tuple(u for left, right in pairs if (u := difference(left, right)).names)


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


def _solved(task: _Task, active: tuple[Constraint, ...], around: _Around | None, budget: Budget) -> Case:
    f, names = task.f, task.names
    equations = dependence(task.slopes, active, names)
    others = tuple(c for c in task.constraints if c not in active)
    where = (*domain(f), *(Relation((c.u, ZERO), (_strict(c.sign),)) for c in others))
    found = _solutions(task, active, equations, where, around, budget)
    points = [_by_values(f, judged(f, task.objective, names, task.gradient, active, p)) for p in found.real_points]
    corners = [u for u in _without_slopes(task.objective, active, names) if not _is_along(u, active, equations)]
    systems, has_edge_points = _on_corners(corners, task.slopes, active, names)
    rough = _on_systems(task, systems, where, around, budget)
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
    told = [part for part in (found, *rough) if is_complete or not part.is_complete]
    reasons = (*(reason for part in told for reason in part.reasons), *doubts)
    return Case(active, equations, tuple(points), curves, is_complete, reasons)


def _solutions(
    task: _Task,
    active: tuple[Constraint, ...],
    equations: tuple[Node, ...],
    where: tuple[Node, ...],
    around: _Around | None,
    budget: Budget,
) -> Solutions:
    """What Lagrange's conditions give: without a box, then taken one by one in one, then by a search there."""
    first = solutions(
        equations, task.names, box=task.box, where=where, is_searched=False, budget=budget.share(_SHARE_FOR_EQUATIONS)
    )
    if first.is_complete or around is None:
        return first
    box = around.box
    if box is not None and box is not task.box and not _are_polynomials(equations, task.names):
        again = solutions(equations, task.names, box=box, where=where, is_searched=False, budget=budget)
        if again.is_complete:
            return again
    lagrange = LagrangeSystem(task.slopes, [(c.u, c.gradient) for c in active], task.names, where)
    found = lagrange_solutions(lagrange, box, budget.most_of_it())
    return checked(with_searched(first, found), equations, box, where)


def _on_systems(
    task: _Task,
    systems: Sequence[tuple[Node, ...]],
    where: tuple[Node, ...],
    around: _Around | None,
    budget: Budget,
) -> list[Solutions]:
    """The solutions of each system; where one has none, those that ask for more have none either."""
    found: list[Solutions] = []
    empty: list[set[Node]] = []
    for equations in systems:
        if any(less <= set(equations) for less in empty):
            continue
        part = _of_corner(task, equations, where, around, budget)
        if part.is_complete and not (part.real_points or part.curves or part.families):
            empty.append(set(equations))
        found.append(part)
    return found


def _of_corner(
    task: _Task, equations: tuple[Node, ...], where: tuple[Node, ...], around: _Around | None, budget: Budget
) -> Solutions:
    """The solutions where a gradient has no value, at first without a box."""
    first = solutions(equations, task.names, box=task.box, where=where, is_searched=False, budget=budget)
    if first.is_complete or around is None:
        return first
    return solutions(equations, task.names, box=around.box, where=where, budget=budget)


def _are_polynomials(equations: Sequence[Node], names: tuple[Name, ...]) -> bool:
    ring = Ring(names)
    return all(ring.fraction(u) is not None for u in equations)


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
    """Return the active constraints and what vanishes where the gradients are linearly dependent, each once and = 0."""
    rows = [gradient, *(c.gradient for c in active)]
    size = len(rows)
    minors = [
        expanded(determinant([[row[k] for k in columns] for row in rows]))
        for columns in combinations(range(len(names)), size)
    ]
    return tuple(dict.fromkeys((*(c.u for c in active), *(minor for minor in minors if minor is not ZERO)))) or (ZERO,)
