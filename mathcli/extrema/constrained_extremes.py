"""Global extrema under constraints: attained on compact sets, and where a level of f cuts out a compact part.

On a closed and bounded set a continuous function has a minimum and a maximum, and each is at one of the points at
which the gradients are dependent. Where the set is not bounded, but the part of it where f is at most f(p) is, f has
a minimum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import number
from mathcli.algebra.domains import domain
from mathcli.algebra.ranges import value_range
from mathcli.algebra.rings import Ring
from mathcli.calculus.derivation import Phrase
from mathcli.errors import MathcliError, UndefinedError
from mathcli.extrema.bordered_hessian import ENDPOINT
from mathcli.extrema.constraints import Case, Constrained, Constraint, constrained_points
from mathcli.extrema.convexity import curvature
from mathcli.extrema.far_out import best, both, by_range, escape, range_end
from mathcli.extrema.feasible_sets import is_bounded, is_infeasible, system
from mathcli.extrema.several import (
    CORNER,
    MAXIMUM,
    MINIMUM,
    UNDECIDED,
    Extreme,
    Found,
    Outcome,
    are_certain,
    doubts,
    settled,
    with_kind,
)
from mathcli.extrema.symmetry import with_shared_values
from mathcli.solving.feasibility import satisfies
from mathcli.solving.regions import Bound
from mathcli.solving.systems import solutions
from mathcli.syntax.tree import ZERO, Equation, Name, Negative, Node, Quotient, Relation, Sum


def extremes(found: Constrained, budget: Budget) -> Constrained:
    """Return the same with its global extrema, and with the kinds that these decide.

    Raises:
        UndefinedError: the constraints contradict each other.
    """
    if found.is_complete and not found.points and not found.curves and _is_empty(found, budget):
        raise UndefinedError("no point satisfies the constraints")
    if found.is_complete:
        found = with_shared_values(found)
    minimum, maximum = (_extreme(found, sign, budget) for sign in (1, -1))
    cases = tuple(_with_kinds(case, minimum, maximum) for case in found.cases)
    return replace(
        found,
        cases=cases,
        minimum=minimum,
        maximum=maximum,
        is_complete=found.is_complete and are_certain(minimum, maximum),
        reasons=(*found.reasons, *doubts(minimum, maximum)),
    )


def _is_empty(found: Constrained, budget: Budget) -> bool:
    """Whether nothing satisfies the constraints: the equations alone, or a bounded set on which f has no extremum."""
    zero = tuple(c.u for c in found.constraints if c.sign == "=")
    if zero:
        alone = solutions(zero, found.names, budget=budget)
        if alone.is_complete and not (alone.real_points or alone.curves or alone.families):
            return True
    ranges = [(c.sign, value_range(c.u)) for c in found.constraints]
    if any(values.is_negative or (sign == ">" and (-values).is_non_negative) for sign, values in ranges if sign != "="):
        return True
    is_closed = all(c.sign in ("=", ">=") for c in found.constraints)
    given = system(found.names, zero, [c.u for c in found.constraints if c.sign in (">", ">=")])
    if given is None:
        return False
    return is_infeasible(given) or (is_closed and not domain(found.f) and is_bounded(given))


def _extreme(found: Constrained, sign: int, budget: Budget) -> Outcome:
    values = [p.value for p in both(found.points, [c for c in found.curves if c.kind != CORNER])]
    known = [value for value in values if value is not None]
    is_closed = all(c.sign in ("=", ">=") for c in found.constraints)
    end = range_end(found.f, sign)
    if end is not None and any(value.value == end for value in known):
        return _collected(found, Bound.rational(end), by_range(sign))
    if found.is_complete and is_closed and known and len(known) == len(values) and _is_continuous(found):
        extreme = best(known, sign)
        why = None if extreme is None else _compact(found, extreme, sign)
        if extreme is not None and why is not None:
            return _collected(found, extreme, why)
    return (
        _by_convexity(found, sign)
        or _in_closure(found, sign, budget)
        or _without_bound(found, sign, budget)
        or _of_one_variable(found, sign, budget)
    )


def _by_convexity(found: Constrained, sign: int) -> Outcome:
    """A local minimum of a convex function on a convex set is a global one."""
    kind = MINIMUM if sign > 0 else MAXIMUM
    local = [p.value for p in found.points if p.kind in (kind, ENDPOINT[kind]) and p.value is not None]
    if not local or curvature(found.objective) != sign:
        return None
    if not all(curvature(c.u) in ((0,) if c.sign == "=" else (0, -1)) for c in found.constraints):
        return None
    value = best(local, sign)
    what = "f" if found.objective is found.f else "the function inside"
    why: Phrase = (f"{what} is {'convex' if sign > 0 else 'concave'} on a convex set",)
    return None if value is None else _collected(found, value, why)


def _of_one_variable(found: Constrained, sign: int, budget: Budget) -> Outcome:
    """The extremum where equations give all unknowns but one: f is then a function of this one."""
    from mathcli.extrema import one_variable
    from mathcli.extrema.critical import Extreme as Single

    equations = [c.u for c in found.constraints]
    f, names = found.f, list(found.names)
    if len(equations) != len(names) - 1 or any(c.sign != "=" for c in found.constraints):
        return None
    while equations:
        explicit = next(((e, x, v) for e in equations for x in names if (v := _given_by(e, x)) is not None), None)
        if explicit is None or explicit[2][1].names:
            return None
        equation, x, (value, _) = explicit
        names.remove(x)
        f, *equations = (u.substitute({x: value}) for u in (f, *(e for e in equations if e is not equation)))
    (t,) = names
    if t not in f.names:
        return None
    try:
        along = one_variable.critical_points(f, t, budget=budget)
    except MathcliError:
        return None
    outcome = along.minimum if sign > 0 else along.maximum
    why: Phrase = ("with the constraints put in, f is a function of ", t, " alone")
    if not along.is_complete or isinstance(outcome, str):
        return None
    if outcome is None:
        return "unbounded", (*why, ", and has no bound")
    assert isinstance(outcome, Single)
    if outcome.is_attained:
        is_known = any(p.value is not None and p.value.compare(outcome.value) == 0 for p in found.points)
        return _collected(found, outcome.value, why) if is_known else None
    return Extreme(outcome.value, False, why=why)


def _in_closure(found: Constrained, sign: int, budget: Budget) -> Outcome:
    """The extremum on the set with its edges, where it is attained at a point that is none of an edge."""
    if not found.is_complete or all(c.sign != ">" for c in found.constraints) or found.curves:
        return None
    if found.objective is not found.f or domain(found.f):
        return None
    closed = [_closed(c) for c in found.constraints]
    around = constrained_points(found.f, found.names, closed, budget=budget)
    outcome = around.minimum if sign > 0 else around.maximum
    if not isinstance(outcome, Extreme) or not outcome.is_attained or not outcome.is_certain:
        return None
    strict = [Relation((c.u, ZERO), (">",)) for c in found.constraints if c.sign == ">"]
    inside = [at for at in outcome.at if all(satisfies(at, condition) for condition in strict)]
    known = any(p.value is not None and p.value.compare(outcome.value) == 0 for p in found.points)
    if not inside or not known:
        return None
    return _collected(found, outcome.value, ("with the edges of the set added, it still is at a point inside",))


def _closed(constraint: Constraint) -> Node:
    if constraint.sign == "=":
        return Equation(constraint.u, ZERO)
    return Relation((constraint.u, ZERO), (">=",))


def _is_continuous(found: Constrained) -> bool:
    """Whether f is defined on a closed set, as far as its domain is said by closed conditions."""
    return all(isinstance(c, Relation) and set(c.signs) <= {">=", "<="} for c in domain(found.f))


def _compact(found: Constrained, extreme: Bound, sign: int) -> Phrase | None:
    """Why the extremum is attained: the set is bounded, or that part of it is where f is not worse."""
    zero = [c.u for c in found.constraints if c.sign == "="]
    at_least = [c.u for c in found.constraints if c.sign == ">="]
    given = system(found.names, zero, at_least)
    if given is None:
        return None
    if is_bounded(given):
        return ("the constraints allow a closed and bounded set only",)
    level = _level(found, extreme, sign)
    if level is None:
        return None
    cut = system(found.names, zero, [*at_least, level])
    if cut is None or len(cut.non_negative) <= len(given.non_negative) or not is_bounded(cut):
        return None
    return (f"the part of the set on which f is {'less' if sign > 0 else 'greater'} or equal is closed and bounded",)


def _level(found: Constrained, extreme: Bound, sign: int) -> Node | None:
    """level - f >= 0 for a level that some point reaches, of the function inside of f."""
    point = next((p for p in found.points if p.value is not None and p.value.compare(extreme) == 0), None)
    worth = extreme if found.objective is found.f else None if point is None else point.at.value(found.objective)
    if worth is None:
        return None
    low, high = worth.enclosure
    if sign > 0:
        return Sum.of(number(high), Negative(found.objective))
    return Sum.of(found.objective, Negative(number(low)))


def _collected(found: Constrained, value: Bound, why: Phrase) -> Extreme:
    points = [(p.at, p.value.compare(value)) for p in found.points if p.value is not None]
    curves = [(c.curve, c.value.compare(value)) for c in found.curves if c.value is not None]
    return Extreme(
        value,
        True,
        tuple(at for at, by in points if by in (0, None)),
        tuple(curve for curve, by in curves if by in (0, None)),
        why,
        is_certain=all(by is not None for _, by in (*points, *curves)),
    )


def _without_bound(found: Constrained, sign: int, budget: Budget) -> Outcome:
    """A curve inside the constraints along which f has no bound; equations that give an unknown are put in first."""
    equations = [c.u for c in found.constraints if c.sign == "="]
    others: list[Node] = [c.u for c in found.constraints if c.sign != "="]
    signs = [c.sign for c in found.constraints if c.sign != "="]
    f, names = found.f, list(found.names)
    conditions: list[Node] = []
    while equations:
        explicit = next(((e, x, v) for e in equations for x in names if (v := _given_by(e, x)) is not None), None)
        if explicit is None:
            return None
        equation, x, (value, divisor) = explicit
        names.remove(x)
        equations.remove(equation)
        f, *rest = (u.substitute({x: value}) for u in (f, *equations, *others, *conditions))
        equations, others = list(rest[: len(equations)]), list(rest[len(equations) : len(equations) + len(others)])
        conditions = list(rest[len(equations) + len(others) :])
        if divisor.names:
            conditions.append(Relation((divisor, ZERO), ("!=",)))
    where = [*conditions, *(Relation((u, ZERO), (s,)) for u, s in zip(others, signs, strict=True)), *domain(f)]
    if not names or not f.names:
        return None
    return escape(f, tuple(names), tuple(where), sign, budget)


def _given_by(equation: Node, x: Name) -> tuple[Node, Node] | None:
    """(the x that solves a u x + b = 0, a) where the equation is linear in x."""
    names = tuple(sorted(equation.names, key=lambda name: name.name))
    ring = Ring(names)
    fraction = ring.fraction(equation) if x in names else None
    if fraction is None or not fraction[1].is_constant():
        return None
    k = names.index(x)
    if fraction[0].degrees()[k] != 1:
        return None
    slope = fraction[0].derivative(k)
    rest = fraction[0] - slope * ring.gens[k]
    below = ring.tree(slope)
    return Quotient(Negative(ring.tree(rest)), below), below


def _with_kinds(case: Case, minimum: Outcome, maximum: Outcome) -> Case:
    points = tuple(_with_kind(p, minimum, maximum) for p in case.points)
    return replace(case, points=points, curves=tuple(settled(with_kind(c, minimum, maximum)) for c in case.curves))


def _with_kind(point: Found, minimum: Outcome, maximum: Outcome) -> Found:
    """A point whose kind stayed open and which is a global extremum."""
    if point.kind != UNDECIDED:
        return point
    for kind, outcome in ((MINIMUM, minimum), (MAXIMUM, maximum)):
        if isinstance(outcome, Extreme) and _holds(outcome.at, point):
            word = "least" if kind == MINIMUM else "greatest"
            why: Phrase = (*point.why, f"; it has the {word} value of all")
            return replace(point, kind=ENDPOINT[kind] if point.active else kind, why=why)
    return point


def _holds(places: Sequence[object], point: Found) -> bool:
    return any(place is point.at for place in places)
