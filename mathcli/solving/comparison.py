"""Whether two claims say the same: equations with the same real solutions, inequalities, intervals, sets of numbers.

Expressions are the business of `algebra.equality`, and so is the kind of answer. A claim is a disjunction of
conjunctions: alternatives, each a tuple of equations, relations and intervals that hold together. In one unknown both
sides are solved and the sets compared; in several, equations are the same where one is the other times a factor that
never vanishes, and different where a point on one does not lie on the other.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from itertools import pairwise, product

from flint import fmpq

from mathcli.algebra import equality, rational
from mathcli.algebra.atoms import factors_of
from mathcli.algebra.balls import truth
from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import as_conditions, difference, number
from mathcli.algebra.domains import agree as have_one_domain
from mathcli.algebra.domains import domain
from mathcli.algebra.equality import DIFFERENT, EQUAL, UNDECIDED, Comparison, Witness
from mathcli.algebra.field import key_of
from mathcli.algebra.ranges import value_range
from mathcli.algebra.verdict import all_hold, any_holds
from mathcli.errors import NotCoveredError, UndecidedError
from mathcli.solving import roots
from mathcli.solving.antiderivatives import compare_worked_out
from mathcli.solving.regions import LINE, REAL_LINE, Bound, Piece, Region, both, cut, inside, interval, rising
from mathcli.solving.repeating_sets import Repeating, compare_repeating
from mathcli.solving.solution_sets import where_all_hold
from mathcli.syntax.tree import (
    ZERO,
    Definition,
    Derivative,
    Equation,
    Interval,
    Name,
    Negative,
    Node,
    Number,
    Quotient,
    Relation,
    Sum,
)

Claims = tuple[tuple[Node, ...], ...]
"""Alternatives, each a conjunction of equations, relations and intervals."""

_PLACES = tuple(fmpq(p, q) for p, q in ((0, 1), (1, 1), (-1, 1), (2, 1), (1, 2), (-2, 1), (3, 1), (-7, 3)))
_MOST_POINTS = 400
_SHOWN_DIGITS = 8
_SHOWN = 10**_SHOWN_DIGITS
"""An end of an interval around a witness without a closed form is rounded outwards to that part."""


def compare(left: Node, right: Node, *, under: Iterable[Node] = (), budget: Budget) -> Comparison:
    """Return what is certain about two trees of one kind: claims by their solutions, all others by their values.

    Raises:
        BudgetSpentError: it took more work than it may.
    """
    if isinstance(left, Definition) and isinstance(right, Definition) and len(left.parameters) == len(right.parameters):
        renamed: dict[Node, Node] = dict(zip(right.parameters, left.parameters, strict=True))
        return compare(left.body, right.body.substitute(renamed), under=under, budget=budget)
    if _is_claim(left) and _is_claim(right):
        conditions = tuple(under)
        return compare_claims(((left, *conditions),), ((right, *conditions),), budget=budget)
    if left.contains(Derivative) or right.contains(Derivative):
        return compare_worked_out(left, right, under=under, budget=budget)
    return equality.compare(left, right, under=under, budget=budget)


def _is_claim(node: Node) -> bool:
    return isinstance(node, Equation | Relation | Interval)


def compare_claims(left: Claims, right: Claims, *, unknown: Name | None = None, budget: Budget) -> Comparison:
    """Return whether two claims hold for the same real numbers.

    `unknown` is what an interval is about, where the other side has no name to say it.

    Raises:
        BudgetSpentError: it took more work than it may.
    """
    left, right = (tuple(_flat(parts) for parts in side) for side in (left, right))
    names = sorted({name for side in (left, right) for parts in side for tree in parts for name in tree.names}, key=str)
    if len(names) > 1:
        return _in_several(left, right, tuple(names), budget)
    x = names[0] if names else unknown or Name("x")
    quick = _by_a_factor(left, right)
    if quick is not None:
        return quick
    try:
        return _as_sets(left, right, x, budget)
    except (NotCoveredError, UndecidedError) as reason:
        return _by_points(left, right, x, (), reason.message)


# -- one unknown ----------------------------------------------------------------------------------------------------


def _as_sets(left: Claims, right: Claims, x: Name, budget: Budget) -> Comparison:
    sets = [SolutionSet(x, budget), SolutionSet(x, budget)]
    for found, claims in zip(sets, (left, right), strict=True):
        for parts in claims:
            found.add(parts)
    a, b = sets
    if a.repeating or b.repeating:
        separated = compare_repeating(a.pieces, a.repeating, b.pieces, b.repeating)
        if separated is True and a.is_complete and b.is_complete:
            return Comparison(EQUAL, "the same solutions in one period, and the same period")
        points = [separated] if isinstance(separated, Bound) else []
        return _by_points(left, right, x, [*points, *a.some_points(), *b.some_points()], _open(a, b))
    marks = rising([*_ends(a.pieces), *_ends(b.pieces)])
    between = [Bound.rational(inside(piece)) for piece in cut(REAL_LINE, marks)]
    for at in (*marks, *between):
        if _holds(a.pieces, at) is not _holds(b.pieces, at):
            verdict = _by_points(left, right, x, (at,), _open(a, b))
            if verdict.verdict == DIFFERENT or not (a.is_complete and b.is_complete):
                return verdict
            return Comparison(DIFFERENT, "two sets of solutions", _witness(x, at, _holds(a.pieces, at)))
    if not (a.is_complete and b.is_complete):
        return _by_points(left, right, x, (*marks, *between), _open(a, b))
    if not a.pieces:
        return Comparison(EQUAL, "neither has a real solution")
    return Comparison(EQUAL, "the same real solutions, each list complete")


def _open(*sets: SolutionSet) -> str:
    return next((found.reason for found in sets if found.reason), "")


def _ends(pieces: Iterable[Piece]) -> list[Bound]:
    return [end for piece in pieces for end in (piece.lower, piece.upper) if end is not None]


def _holds(pieces: Iterable[Piece], at: Bound) -> bool:
    return any(piece.holds(at) for piece in pieces)


class SolutionSet:
    """The real numbers for which one of several alternatives holds, as far as they could be worked out."""

    def __init__(self, x: Name, budget: Budget) -> None:
        self.x, self.budget = x, budget
        self.pieces: list[Piece] = []
        self.repeating: list[Repeating] = []
        self.is_complete = True
        self.reason = ""

    def add(self, parts: tuple[Node, ...]) -> None:
        """Add the numbers for which all the parts hold.

        Raises:
            NotCoveredError, UndecidedError: they could not be worked out.
        """
        equations, relations, intervals = _sorted(parts)
        within = REAL_LINE
        for given in intervals:
            within = both(within, interval(given))
        conditions = (*relations, *(c for r in relations for side in r.children() for c in domain(side)))
        if conditions:
            found = where_all_hold(tuple(dict.fromkeys(conditions)), self.x, within, budget=self.budget)
            if found is None:
                raise NotCoveredError("where an inequality holds could not be worked out")
            within = found
        if not equations:
            self._add_region(within)
            return
        self._add_zeros(equations[0], equations[1:], within)

    def _add_region(self, within: Region) -> None:
        if within.period is None:
            self.pieces.extend(within.pieces)
        elif within.limits != (LINE,):
            raise NotCoveredError("a set that repeats on a part of the line")
        else:
            self.repeating.extend(Repeating(piece, within.period) for piece in within.pieces)

    def _add_zeros(self, equation: Equation, others: list[Equation], within: Region) -> None:
        f = difference(equation.left, equation.right)
        if self.x not in f.names:
            raise NotCoveredError("an equation without the unknown")
        found = roots.zeros(f, self.x, within, budget=self.budget)
        if others and (found.families or found.continua):
            raise NotCoveredError("several equations at once")
        self.is_complete &= found.is_complete
        if not found.is_complete:
            self.reason = self.reason or "not all solutions of one side could be proved to be found"
        for zero in found.points:
            signs = [roots.sign_at(difference(e.left, e.right), self.x, zero.at) for e in others]
            if None in signs:
                raise UndecidedError("whether a number solves two equations")
            if not any(signs):
                self.pieces.append(Piece(zero.at, zero.at, True, True))
        self.pieces.extend(found.continua)
        for family in found.families:
            if family.first is not None or family.last is not None:
                raise NotCoveredError("solutions that repeat on a part of the line")
            self.repeating.append(Repeating(Piece(family.base, family.base, True, True), family.period))

    def some_points(self) -> list[Bound]:
        """Some of its numbers, to be tried on the other side."""
        points = _ends(self.pieces)
        for one in self.repeating:
            points.extend(one.some_points())
        return points


def _flat(parts: tuple[Node, ...]) -> tuple[Node, ...]:
    """The parts of a conjunction, chains of equations taken apart: a = b = c says a = b and b = c."""
    flat: list[Node] = []
    for part in parts:
        if isinstance(part, Relation) and set(part.signs) == {"="}:
            flat.extend(Equation(a, b) for a, b in pairwise(part.sides))
        else:
            flat.append(part)
    return tuple(dict.fromkeys(flat))


def _sorted(parts: tuple[Node, ...]) -> tuple[list[Equation], list[Relation], list[Interval]]:
    """The equations, inequalities and intervals of a conjunction; a chain is taken apart."""
    equations: list[Equation] = []
    relations: list[Relation] = []
    intervals: list[Interval] = []
    for part in parts:
        match part:
            case Equation():
                equations.append(part)
            case Interval():
                intervals.append(part)
            case Relation(sides, signs):
                for (a, b), sign in zip(pairwise(sides), signs, strict=True):
                    if sign == "=":
                        equations.append(Equation(a, b))
                    else:
                        relations.append(Relation((a, b), (sign,)))
            case _:
                raise NotCoveredError("a claim that is no equation and no inequality")
    return equations, relations, intervals


def _by_points(left: Claims, right: Claims, x: Name, points: Iterable[Bound], why: str) -> Comparison:
    """Different where one side certainly holds at a point and the other certainly does not; else undecided."""
    rationals = [Bound.rational(place) for place in _PLACES]
    for at in (*points, *rationals):
        a, b = (_truth_at(claims, x, at) for claims in (left, right))
        if a is not None and b is not None and a is not b:
            return Comparison(DIFFERENT, "a number that one side takes and the other does not", _witness(x, at, a))
    return Comparison(UNDECIDED, why)


def _truth_at(claims: Claims, x: Name, at: Bound) -> bool | None:
    answers = [all_hold([_one_truth(part, x, at) for part in parts]) for parts in claims]
    return any_holds(answers)


def _one_truth(part: Node, x: Name, at: Bound) -> bool | None:
    if isinstance(part, Interval):
        try:
            return _holds(interval(part).pieces, at)
        except UndecidedError:
            return None
    if at.value is not None:
        return truth(part, {x: at.value}, precision=256)
    if at.exact is not None and x in part.names:
        placed = part.substitute({x: at.exact})
        answer = truth(placed, {}, precision=256)
        if answer is not None:
            return answer
    if isinstance(part, Equation):
        by = roots.sign_at(difference(part.left, part.right), x, at)
        return None if by is None else by == 0
    answers: list[bool | None] = []
    for u, kind in as_conditions((part,)):
        by = roots.sign_at(u, x, at)
        answers.append(None if by is None else by > 0 or (by == 0 and kind == ">=") or (by < 0 and kind == "!="))
    return all_hold(answers) if answers else None


def _witness(x: Name, at: Bound, is_left: bool) -> Witness:
    """The number at which only one side holds, by its exact form where it has one, else by an interval around it."""
    holds = (is_left, not is_left)
    if at.value is not None or at.exact is not None:
        value = at.value if at.value is not None else at.exact
        return Witness({x: value}, None, None, holds=holds)
    low, high = at.within(40)
    ends = (_decimal(int((low * _SHOWN).floor())), _decimal(int((high * _SHOWN).ceil())))
    return Witness({x: ends[0]}, None, None, {x: ends[1]}, holds=holds)


def _decimal(places: int) -> Node:
    size = Number(abs(places), _SHOWN_DIGITS)
    return Negative(size) if places < 0 else size


# -- any number of unknowns -----------------------------------------------------------------------------------------


def _by_a_factor(left: Claims, right: Claims) -> Comparison | None:
    """Equal where both are one equation or one inequality, and one is the other times what never vanishes."""
    if len(left) != 1 or len(right) != 1 or len(left[0]) != len(right[0]):
        return None
    proofs: dict[str, None] = {}
    for a, b in zip(left[0], right[0], strict=True):
        proof = "the same" if a is b else _factor_between(a, b)
        if not proof:
            return None
        proofs[proof] = None
    return Comparison(EQUAL, "; ".join(proofs))


def _factor_between(a: Node, b: Node) -> str:
    match a, b:
        case Equation(), Equation():
            pairs, signs = [(difference(a.left, a.right), difference(b.left, b.right))], (("=", "="),)
        case Relation(), Relation() if len(a.sides) == len(b.sides):
            if any(rational.agree(p, q) is not True for p, q in zip(a.sides, b.sides, strict=True)):
                return _factor_between_inequalities(a, b)
            return "the same sides" if a.signs == b.signs and _have_one_domain(a, b) else ""
        case _:
            return ""
    (f, g), _ = pairs[0], signs
    if not have_one_domain(f, g):
        return ""
    if rational.agree(f, g) or rational.agree(f, Negative(g)):
        return "the same after everything is brought to one side"
    return _never_zero(f, g, needs_plus=False)


def _factor_between_inequalities(a: Relation, b: Relation) -> str:
    if len(a.signs) != 1 or len(b.signs) != 1:
        return ""
    (u, kind), (v, other) = as_conditions((a,))[0], as_conditions((b,))[0]
    if kind != other or not have_one_domain(u, v):
        return ""
    if rational.agree(u, v):
        return "the same after everything is brought to one side"
    return _never_zero(u, v, needs_plus=kind != "!=")


def _have_one_domain(a: Relation, b: Relation) -> bool:
    return all(have_one_domain(p, q) for p, q in zip(a.sides, b.sides, strict=True))


def _never_zero(f: Node, g: Node, *, needs_plus: bool) -> str:
    """The factor between two differences, in words, where it has one sign all over; "" for no such factor."""
    form = rational.normal_form(Quotient(f, g))
    if form is None or form.is_zero():
        return ""
    constant = form.constant
    if constant is not None:
        if needs_plus and constant < 0:
            return ""
        return f"one side is the other times {constant}"
    factor = rational.cancelled(Quotient(f, g))
    if domain(factor):
        return ""
    bounds = value_range(factor)
    if bounds.is_positive or (bounds.is_negative and not needs_plus):
        from mathcli.syntax.writer import write

        return f"one side is the other times {write(factor)}, which is never 0"
    return ""


def _in_several(left: Claims, right: Claims, names: tuple[Name, ...], budget: Budget) -> Comparison:
    quick = _by_a_factor(left, right)
    if quick is not None:
        return quick
    if _have_the_same_factors(left, right):
        return Comparison(EQUAL, "the same factors, each to some power")
    for point in _points(left, right, names, budget):
        a, b = (_truth_in(claims, point) for claims in (left, right))
        if a is not None and b is not None and a is not b:
            return Comparison(DIFFERENT, "a point that one side takes and the other does not", _place(point, a))
    if _are_equations_without_points(left) and _are_equations_without_points(right):
        return Comparison(EQUAL, "neither has a real solution")
    return _by_lists(left, right, names, budget) or Comparison(
        UNDECIDED, "no factor between the two sides was found that never vanishes"
    )


def _have_the_same_factors(left: Claims, right: Claims) -> bool:
    """Whether both sides say that one of the same polynomials is 0: x^2 = y^2, and x = y or x = -y."""
    field = rational.Field()
    found = [_factors_of_claims(claims, field) for claims in (left, right)]
    return found[0] is not None and found[0] == found[1]


def _factors_of_claims(claims: Claims, field: rational.Field) -> frozenset[Hashable] | None:
    keys: set[Hashable] = set()
    for parts in claims:
        if len(parts) != 1 or not isinstance(parts[0], Equation):
            return None
        f = difference(parts[0].left, parts[0].right)
        form = None if domain(f) else rational.normal_form(f, field=field)
        if form is None or form.is_zero() or any(atom.kind != "name" for atom in field.atoms_of(form)):
            return None
        keys.update(key_of(factor) for factor, _ in factors_of(form)[1])
    return frozenset(keys)


def _by_lists(left: Claims, right: Claims, names: tuple[Name, ...], budget: Budget) -> Comparison | None:
    """The comparison of two complete lists of isolated points; None where a side is no such list."""
    lists = [_points_of(claims, names, budget) for claims in (left, right)]
    if lists[0] is None or lists[1] is None:
        return None
    try:
        for some, others, is_left in ((lists[0], lists[1], True), (lists[1], lists[0], False)):
            for point in some:
                if not any(all(a.equals(b) for a, b in zip(point, other, strict=True)) for other in others):
                    return Comparison(DIFFERENT, "two lists of solutions", _of_bounds(names, point, is_left))
    except UndecidedError:
        return None
    return Comparison(EQUAL, "the same real solutions, each list complete")


def _points_of(claims: Claims, names: tuple[Name, ...], budget: Budget) -> list[tuple[Bound, ...]] | None:
    from mathcli.solving.systems import solutions

    points: list[tuple[Bound, ...]] = []
    for parts in claims:
        equations = tuple(difference(p.left, p.right) for p in parts if isinstance(p, Equation))
        if len(equations) != len(parts) or not equations:
            return None
        try:
            found = solutions(equations, names, budget=budget)
        except (NotCoveredError, UndecidedError):
            return None
        if not found.is_complete or found.continua or found.families:
            return None
        points.extend(found.points)
    return points


def _of_bounds(names: tuple[Name, ...], point: tuple[Bound, ...], is_left: bool) -> Witness | None:
    values = [bound.value if bound.value is not None else bound.exact for bound in point]
    if any(value is None for value in values):
        return None
    at = {name: value for name, value in zip(names, values, strict=True) if value is not None}
    return Witness(dict(at.items()), None, None, holds=(is_left, not is_left))


def _truth_in(claims: Claims, point: dict[Node, fmpq]) -> bool | None:
    answers = [all_hold([truth(part, point, precision=256, generic=True) for part in parts]) for parts in claims]
    return any_holds(answers)


def _place(point: dict[Node, fmpq], is_left: bool) -> Witness:
    return Witness(dict(point), None, None, holds=(is_left, not is_left))


def _points(left: Claims, right: Claims, names: tuple[Name, ...], budget: Budget) -> Iterator[dict[Node, fmpq]]:
    """Rational points: a grid, and for each choice of all names but one the rational solutions of an equation."""
    equations = [part for claims in (left, right) for parts in claims for part in parts if isinstance(part, Equation)]
    for count, values in enumerate(product(_PLACES, repeat=len(names))):
        if count == _MOST_POINTS:
            break
        budget.spend(20)
        yield dict(zip(names, values, strict=True))
    for equation in equations[:4]:
        f = difference(equation.left, equation.right)
        for x in names:
            others = [name for name in names if name is not x]
            for count, values in enumerate(product(_PLACES[:6], repeat=len(others))):
                if count == _MOST_POINTS // 8:
                    break
                budget.spend(50)
                placed: dict[Node, fmpq] = dict(zip(others, values, strict=True))
                line = f.substitute({name: number(value) for name, value in placed.items()})
                for zero in _rational_zeros(line, x):
                    yield {**placed, x: zero}


def _rational_zeros(line: Node, x: Name) -> list[fmpq]:
    if x not in line.names:
        return []
    return [value for name, value in rational.rational_zeros(line) if name is x]


def _are_equations_without_points(claims: Claims) -> bool:
    """Whether bounds show that each alternative has an equation without a real solution."""
    return all(
        any(isinstance(part, Equation) and _has_one_sign(difference(part.left, part.right)) for part in parts)
        for parts in claims
    )


def _has_one_sign(f: Node) -> bool:
    bounds = value_range(f)
    if bounds.is_positive or bounds.is_negative:
        return True
    moved = rational.expanded(Sum.of(f, ZERO))
    bounds = value_range(moved)
    return bounds.is_positive or bounds.is_negative


# -- sets of expressions --------------------------------------------------------------------------------------------


def compare_values(left: tuple[Node, ...], right: tuple[Node, ...], *, budget: Budget) -> Comparison:
    """Return whether two sets hold the same expressions: each of one is equal to one of the other.

    Raises:
        BudgetSpentError: it took more work than it may.
    """
    for some, others, is_left in ((left, right, True), (right, left, False)):
        for value in some:
            found = [equality.compare(value, other, budget=budget) for other in others]
            if any(one.verdict == EQUAL for one in found):
                continue
            if found and len(found) == 1 and found[0].verdict == DIFFERENT:
                return Comparison(DIFFERENT, "an element of one set is not in the other", _of_value(found[0], is_left))
            return Comparison(UNDECIDED, "not every element of one set was found in the other")
    return Comparison(EQUAL, "each element of one set is one of the other")


def _of_value(found: Comparison, is_left: bool) -> Witness | None:
    witness = found.witness
    if witness is None or is_left:
        return witness
    return witness._replace(left=witness.right, right=witness.left)
