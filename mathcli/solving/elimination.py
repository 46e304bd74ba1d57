"""Systems solved by taking one equation after the other: an equation in one unknown, an unknown expressed by others.

The equations are split by their factors first. In each branch an equation in one unknown alone is solved with proof
(`roots`), and an equation that is linear in an unknown expresses it by the others. Where that does not lead to the end,
the box that was asked for is searched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING

from flint import fmpq

from mathcli.algebra.balls import enclose
from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import number
from mathcli.algebra.domains import domain
from mathcli.algebra.exact import is_defined, is_zero
from mathcli.algebra.ranges import value_range
from mathcli.algebra.rational import expanded, factored
from mathcli.algebra.rings import Ring
from mathcli.calculus.derivation import Phrase
from mathcli.solving.extended_systems import Curve, Period, extended_solutions
from mathcli.solving.feasibility import difference
from mathcli.solving.real_points import RealPoint
from mathcli.solving.regions import REAL_LINE, Bound, Piece, Region
from mathcli.solving.roots import zeros
from mathcli.syntax.tree import E, Name, Negative, Node, Number, Power, Product, Quotient, Sum

if TYPE_CHECKING:
    from mathcli.solving.systems import Box, Solutions

_MOST_BRANCHES = 64
_LOOKS = (0, 1, -1, 2, -2, 5, -5)


@dataclass(frozen=True, slots=True)
class _State:
    """A branch on its way: equations left, numbers found, unknowns expressed by others (in the order to undo)."""

    equations: tuple[Node, ...]
    names: tuple[Name, ...]
    numbers: Mapping[Name, Bound] = field(default_factory=dict)
    periods: Mapping[Name, Node] = field(default_factory=dict)
    expressed: tuple[tuple[Name, Node], ...] = ()
    reasons: tuple[Phrase, ...] = ()


class _StuckError(Exception):
    """Inside this module only: a branch does not come to its end in this way."""

    def __init__(self, why: Phrase) -> None:
        super().__init__()
        self.why = why


def one_by_one(
    equations: tuple[Node, ...], names: tuple[Name, ...], *, box: Box | None, is_searched: bool = True, budget: Budget
) -> Solutions:
    """Return what is found of the solutions in this way, in the box if there is one; else a box is searched."""
    from mathcli.solving.box_search import search
    from mathcli.solving.systems import Solutions

    try:
        ends = [end for branch in _branches(equations) for end in _ends(_State(branch, names), box, budget)]
    except _StuckError as stuck:
        found = search(equations, names, box, budget) if is_searched else None
        return found if found is not None else Solutions((), (), False, None, (stuck.why,))
    points: list[RealPoint] = []
    families: list[Period] = []
    curves = list(dict.fromkeys(_curve(end, names) for end in ends if end.names))
    for end in (end for end in ends if not end.names):
        place = _place(end, names)
        periods = tuple(end.periods.get(name) for name in names)
        if any(periods):
            families.append(Period(place, periods))
        elif any(all(place.is_zero(u) for u in curve.equations) for curve in curves):
            continue
        elif not any(place.same_as(known) for known in points):
            points.append(place)
    reasons = tuple(dict.fromkeys(reason for end in ends for reason in end.reasons))
    whole: Phrase = ("the equations, taken one after the other, have no other solution",)
    return Solutions((), (), True, None, reasons or (whole,), tuple(families), tuple(points), tuple(curves))


def _curve(end: _State, names: tuple[Name, ...]) -> Curve:
    """Where some unknowns stay free: all that satisfies what is left, and what was found of the others."""
    known = [difference(x, bound.exact) for x, bound in end.numbers.items() if bound.exact is not None]
    if len(known) < len(end.numbers) or end.periods:
        raise _StuckError(("a curve of solutions that has no exact form",))
    expressed = [difference(x, value) for x, value in end.expressed]
    dimension = len(end.names) - len(end.equations)
    return Curve((*end.equations, *expressed, *known), dimension, None)


# factors


def _branches(equations: Sequence[Node]) -> list[tuple[Node, ...]]:
    """One factor of each equation, in every way."""
    choices = [list(dict.fromkeys(_factors(factored(equation)))) for equation in equations]
    count = 1
    for factors in choices:
        count *= len(factors)
    if count > _MOST_BRANCHES:
        raise _StuckError(("the equations have too many factors",))
    return [tuple(dict.fromkeys(branch)) for branch in product(*choices)]


def _factors(node: Node) -> Iterator[Node]:
    """The factors that may be 0; where the node has a value, it is 0 just where one of them is."""
    match node:
        case Negative(u):
            yield from _factors(u)
        case Product(parts):
            for part in parts:
                yield from _factors(part)
        case Quotient(u, _):
            yield from _factors(u)
        case Power(base, Number()) if base.names:
            yield from _factors(base)
        case Power(base, _) if base is E:
            return
        case _:
            values = value_range(node)
            if not (values.is_positive or values.is_negative):
                yield node


# one branch


def _ends(state: _State, box: Box | None, budget: Budget) -> Iterator[_State]:
    """The solved states that follow from a state.

    Raises:
        _StuckError: an equation is left that this way does not solve.
    """
    budget.spend(50)
    if any(not equation.names for equation in state.equations):
        constant = next(equation for equation in state.equations if not equation.names)
        if is_defined(constant) is False:
            return
        verdict = is_zero(constant)
        if verdict is None:
            raise _StuckError(("whether ", constant, " is 0 was not decided"))
        if verdict:
            yield from _ends(
                replace(state, equations=tuple(e for e in state.equations if e is not constant)), box, budget
            )
        return
    if not state.equations or _is_a_curve(state):
        yield state
        return
    if len(state.names) > 1:
        polynomial = extended_solutions(state.equations, state.names, budget)
        if polynomial is not None and not polynomial.continua and not polynomial.open and not polynomial.families:
            for point in polynomial.points:
                numbers = {**state.numbers, **dict(zip(point.names, point.bounds, strict=True))}
                yield replace(state, equations=(), names=(), numbers=numbers)
            return
    single = next((e for e in state.equations if len(e.names & set(state.names)) == 1), None)
    if single is not None:
        yield from _by_single(state, single, box, budget)
        return
    for equation in state.equations:
        for x in state.names:
            value = explicit(equation, x)
            if value is not None:
                yield from _ends(_expressed(state, equation, x, value), box, budget)
                return
    raise _StuckError(("the equations could not be solved one after the other",))


def _is_a_curve(state: _State) -> bool:
    """Whether one equation in several unknowns is left, both sides of which are taken: its zeros lie between them."""
    if len(state.equations) != 1 or len(state.names) < 2 or domain(state.equations[0]):
        return False
    (equation,) = state.equations
    signs: set[int] = set()
    for values in product(_LOOKS, repeat=len(state.names)):
        ball = enclose(equation, dict(zip(state.names, values, strict=True)))
        if ball is not None and ball.is_finite() and not ball.contains(0):
            signs.add(1 if ball > 0 else -1)
        if len(signs) == 2:
            return True
    return False


def _by_single(state: _State, equation: Node, box: Box | None, budget: Budget) -> Iterator[_State]:
    (x,) = equation.names
    found = zeros(equation, x, _region(x, box), budget=budget)
    others = tuple(e for e in state.equations if e is not equation)
    if not found.is_complete or found.continua:
        reasons = found.reasons or (("zeros that fill an interval",),)
        raise _StuckError(tuple(part for reason in reasons for part in reason))
    is_needed = any(x in part.names for part in (*others, *(value for _, value in state.expressed)))
    left = tuple(name for name in state.names if name is not x)
    reasons = (*state.reasons, *found.reasons)
    if found.families and is_needed:
        raise _StuckError((f"the equations for {x.name} repeat, and others depend on it",))
    for zero in found.points:
        if any(x in e.names for e in others) and zero.at.exact is None:
            raise _StuckError((f"{x.name} has no exact form, and other equations depend on it",))
        rest = others if zero.at.exact is None else tuple(_put(e, x, zero.at.exact) for e in others)
        numbers = {**state.numbers, x: zero.at}
        yield from _split(replace(state, equations=rest, names=left, numbers=numbers, reasons=reasons), box, budget)
    for family in found.families:
        numbers, periods = {**state.numbers, x: family.base}, {**state.periods, x: family.period}
        further = replace(state, equations=others, names=left, numbers=numbers, periods=periods, reasons=reasons)
        yield from _split(further, box, budget)


def _split(state: _State, box: Box | None, budget: Budget) -> Iterator[_State]:
    """The state with its equations split by their factors again, which putting in a number may have brought out."""
    for branch in _branches(state.equations):
        yield from _ends(replace(state, equations=branch), box, budget)


def _put(equation: Node, x: Name, value: Node) -> Node:
    return expanded(equation.substitute({x: value}))


def _region(x: Name, box: Box | None) -> Region:
    lower, upper = (box or {}).get(x, (None, None))
    if lower is None and upper is None:
        return REAL_LINE
    return Region((Piece(lower, upper, lower is not None, upper is not None),))


def explicit(equation: Node, x: Name) -> Node | None:
    """Return the tree that x is equal to just where the equation `= 0` holds; None where it is not of that kind.

    The equation is a sum in which x stands in one term, c·x with a rational number c.
    """
    terms = equation.terms if isinstance(equation, Sum) else (equation,)
    own = [term for term in terms if x in term.names]
    if len(own) != 1 or not (rest := [term for term in terms if term is not own[0]]):
        return None
    fraction = Ring((x,)).fraction(own[0]) if own[0].names == {x} else None
    if fraction is None or not fraction[1].is_constant() or fraction[0].total_degree() != 1:
        return None
    factor = fmpq(fraction[0].leading_coefficient(), fraction[1].leading_coefficient())
    return expanded(Product.of(number(-1 / factor), Sum.of(*rest)))


def _expressed(state: _State, equation: Node, x: Name, value: Node) -> _State:
    others = tuple(e for e in state.equations if e is not equation)
    return replace(
        state,
        equations=tuple(_put(e, x, value) for e in others),
        names=tuple(name for name in state.names if name is not x),
        expressed=(*state.expressed, (x, value)),
    )


def _place(end: _State, names: tuple[Name, ...]) -> RealPoint:
    """The point with the expressed unknowns worked out, the last one first."""
    numbers = dict(end.numbers)
    for x, value in reversed(end.expressed):
        known = tuple(numbers)
        bound = RealPoint(known, tuple(numbers[name] for name in known)).value(value)
        if bound is None:
            raise _StuckError((f"the value of {x.name} was not worked out",))
        numbers[x] = bound
    return RealPoint(names, tuple(numbers[name] for name in names))
