"""Whether two expressions are equal: a proof, a witness against it, or an honest "undecided".

Refuting comes first, by certified enclosures at rational points that are seldom whole; their precision is doubled as
long as they overlap, so a difference of 5e-435 is seen. What is not refuted has to be proved: the same tree, the same
normal form, equal derivatives and one common value, or a bound below which an algebraic number is 0. Agreement of
numbers alone proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from flint import arb, fmpq

from mathcli.algebra import algebraic, domains, rational
from mathcli.algebra.angles import pi_multiple
from mathcli.algebra.balls import MOST_BITS, enclose, truth
from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import as_conditions, edges, number, solutions, tidied
from mathcli.syntax.tree import (
    ONE,
    TWO,
    Call,
    E,
    Equation,
    Matrix,
    Name,
    Negative,
    Node,
    Number,
    Piecewise,
    Power,
    Quotient,
    Relation,
    Sum,
    Vector,
    rewrite,
    walk,
)

SamplePoint: TypeAlias = Mapping[Node, fmpq]

EQUAL = "equal"
EQUAL_ON_COMMON_DOMAIN = "equal_on_common_domain"
DIFFERENT = "different"
NOWHERE_BOTH_DEFINED = "nowhere_both_defined"
UNDECIDED = "undecided"

_POINTS = 6
_LOOKS = 24
"""Points of one side at which the other is looked at, to find where only one is defined."""


class Witness(NamedTuple):
    """A point, and what each side is worth there; None where it is undefined.

    Where a side ceases to be defined between two points, `until` is the second of them, and no value is given. Where
    claims are compared, `holds` says of each side whether it holds at the point. A coordinate that is not rational is
    given as a tree.
    """

    at: Mapping[Node, fmpq | Node]
    left: arb | None
    right: arb | None
    until: Mapping[Node, fmpq | Node] | None = None
    holds: tuple[bool, bool] | None = None


class Comparison(NamedTuple):
    """What was found out about two expressions.

    verdict  one of the five words above. "equal" says that the domains agree too; "equal_on_common_domain" that the
             values agree wherever both have one, with a witness of the domains' difference where one was found
    proof    in a few words, "" without one
    witness  against equality of the values, or of the domains
    points   how many points both sides were enclosed at, and found to agree to `bits` bits
    """

    verdict: str
    proof: str = ""
    witness: Witness | None = None
    points: int = 0
    bits: int = 0


def compare(left: Node, right: Node, *, under: Iterable[Node] = (), budget: Budget) -> Comparison:
    """Return what is certain about the equality of two expressions, where the relations in `under` hold.

    Raises:
        BudgetSpentError: it took more work than it may.
    """
    if type(left) is type(right) and isinstance(left, Vector | Matrix | Equation):
        return _entry_by_entry(left, right, tuple(under), budget)
    conditions = tuple(under)
    names = tuple(sorted(left.names | right.names, key=lambda name: name.name))
    points = domains.sample_points((left, right), names, _POINTS, under=conditions)
    budget.spend(10 * len(points) + 20)
    refuted = _refuted(left, right, (*points, *_special_points(left, right, conditions)), 128)
    if refuted is not None:
        return Comparison(DIFFERENT, "two enclosures that do not meet", refuted, len(points), 128)
    if not points and _nowhere(left, right, conditions):
        return Comparison(NOWHERE_BOTH_DEFINED, "conditions that exclude each other")
    proof = _proof(left, right, conditions, budget)
    if proof:
        return _on_which_domain(left, right, conditions, proof, points)
    refuted = _refuted(left, right, points[:3], MOST_BITS, budget)
    if refuted is not None:
        return Comparison(DIFFERENT, "two enclosures that do not meet", refuted, len(points), MOST_BITS)
    return Comparison(UNDECIDED, points=len(points), bits=_agreement(left, right, points))


def _entry_by_entry(left: Node, right: Node, under: tuple[Node, ...], budget: Budget) -> Comparison:
    pairs = list(zip(left.children(), right.children(), strict=False))
    if len(left.children()) != len(right.children()):
        return Comparison(DIFFERENT, "different numbers of entries")
    found = [compare(a, b, under=under, budget=budget) for a, b in pairs]
    for verdict in (DIFFERENT, NOWHERE_BOTH_DEFINED, UNDECIDED, EQUAL_ON_COMMON_DOMAIN):
        for comparison in found:
            if comparison.verdict == verdict:
                is_claim = isinstance(left, Equation) and verdict == DIFFERENT
                return Comparison(UNDECIDED) if is_claim else comparison
    return Comparison(EQUAL, "each entry by itself", points=min(c.points for c in found))


def _refuted(
    left: Node, right: Node, points: Iterable[SamplePoint], most_bits: int, budget: Budget | None = None
) -> Witness | None:
    """A point at which the sides are certainly apart; the precision is doubled as long as they overlap."""
    for point in points:
        bits = 64
        while bits <= most_bits:
            if budget is not None:
                budget.spend(bits // 16)
            a, b = (enclose(side, point, precision=bits, generic=True) for side in (left, right))
            if _are_apart(a, b):
                return Witness(point, a, b)
            if _is_exact(a) and _is_exact(b):
                break
            bits *= 2
    return None


def _special_points(left: Node, right: Node, under: tuple[Node, ...]) -> Iterator[SamplePoint]:
    """Kinks and ends of the domain that are rational, where functions of one name may differ as nowhere else."""
    names = left.names | right.names
    if len(names) != 1:
        return
    x = next(iter(names))
    for side in (left, right):
        ends = [value for condition in domains.domain(side) for _, value in edges(condition)]
        for value in [*ends, *(solutions(domains.kinks(side), x) or ())]:
            if domains.holds(under, {x: value}):
                yield {x: value}


def _are_apart(a: arb | None, b: arb | None) -> bool:
    return a is not None and b is not None and a.is_finite() and b.is_finite() and not a.overlaps(b)


def _is_exact(ball: arb | None) -> bool:
    return ball is not None and bool(ball.is_exact())


def _agreement(left: Node, right: Node, points: tuple[SamplePoint, ...]) -> int:
    """To how many bits the sides agree at every point, counted against 1 and by the width of their difference."""
    bits = MOST_BITS
    for point in points:
        a, b = (enclose(side, point, precision=512, generic=True) for side in (left, right))
        if a is not None and b is not None:
            bits = min(bits, int((a - b).rel_one_accuracy_bits()), 512)
    return bits if points else 0


def _nowhere(left: Node, right: Node, under: tuple[Node, ...]) -> bool:
    return domains.are_incompatible((left, right), under)


def _proof(left: Node, right: Node, under: tuple[Node, ...], budget: Budget) -> str:
    """A proof that the sides agree wherever both have a value, "" if none was found."""
    if left is right:
        return "the same expression"
    budget.spend(100)
    if rational.agree(left, right):
        return "the same normal form"
    both = _usable_conditions(left, right, under)
    if both and rational.agree(left, right, field=rational.field_for(both)):
        return "the same normal form where both are defined"
    if not left.names and not right.names and algebraic.agree(left, right):
        return "a difference below the bound for an algebraic number"
    if rational.agree(Power(E, left), Power(E, right), field=rational.field_for(both)):
        return "equal powers of e"
    if rational.agree(_defined(left), _defined(right), field=rational.field_for(both)):
        return "the same normal form, inverse functions by their definitions"
    if _have_equal_slopes(left, right):
        return "equal derivatives, and equal values at one point"
    if _agree_by_cases(left, right, both):
        return "the same normal form on each side of the kinks"
    return ""


def _defined(node: Node) -> Node:
    """The tree with area functions as logarithms, and arcs of reciprocals as such; equal wherever it has a value."""

    def definition(part: Node) -> Node | None:
        match part:
            case Call("asec" | "acsc" | "acsch" | "asech" as function, (u,), 0):
                reciprocal = Call(_OF_RECIPROCAL[function], (Quotient(ONE, u),))
                return definition(reciprocal) or reciprocal
            case Call("asinh", (u,), 0):
                return Call("log", (Sum.of(u, Call("sqrt", (Sum.of(Power(u, TWO), ONE),))),))
            case Call("acosh", (u,), 0):
                return Call("log", (Sum.of(u, Call("sqrt", (Sum.of(Power(u, TWO), Negative(ONE)),))),))
            case Call("atanh", (u,), 0):
                return Quotient(Call("log", (Quotient(Sum.of(ONE, u), Sum.of(ONE, Negative(u))),)), TWO)
            case Call("acoth", (u,), 0):
                return Quotient(Call("log", (Quotient(Sum.of(u, ONE), Sum.of(u, Negative(ONE))),)), TWO)
        return None

    return rewrite(node, definition)


_OF_RECIPROCAL = {"asec": "acos", "acsc": "asin", "acsch": "asinh", "asech": "acosh"}


def _usable_conditions(left: Node, right: Node, under: tuple[Node, ...]) -> tuple[Node, ...]:
    """What the normal form may assume: it takes u >= 0 for u > 0, which only a function without jumps forgives."""
    both = (*under, *(part for side in (left, right) for part in domains.raw_conditions(side)))
    if not (may_jump(left) or may_jump(right)):
        return both
    return tuple(part for part in both if isinstance(part, Relation) and not {"<=", ">="} & set(part.signs))


def _agree_by_cases(left: Node, right: Node, both: tuple[Node, ...]) -> bool:
    """Whether the sides agree between the kinks, which lie at rational values of the only name, and at them."""
    names = left.names | right.names
    corners = [corner for side in (left, right) for corner in domains.kinks(side)]
    if len(names) != 1 or not corners:
        return False
    x = next(iter(names))
    places = solutions(corners, x)
    if not places:
        return False
    nodes = [number(place) for place in places]
    stretches: list[tuple[Node, ...]] = [
        (Relation((x, nodes[0]), ("<",)),),
        *((Relation((low, x, high), ("<", "<")),) for low, high in pairwise(nodes)),
        (Relation((x, nodes[-1]), (">",)),),
    ]
    insides = [places[0] - 1, *((low + high) / 2 for low, high in pairwise(places)), places[-1] + 1]
    return all(
        _agree_on_stretch(left, right, x, (*stretch, *both), inside)
        for stretch, inside in zip(stretches, insides, strict=True)
    ) and all(_agree_at_kink(left, right, x, place) for place in places)


def _agree_on_stretch(left: Node, right: Node, x: Name, given: tuple[Node, ...], inside: fmpq) -> bool:
    """Whether the sides agree between two kinks; on the negative side of 0, as functions of -x."""
    sides = [_on_stretch(side, {x: inside}) for side in (left, right)]
    if inside < 0:
        reflected: dict[Node, Node] = {x: Negative(x)}
        sides = [side.substitute(reflected) for side in sides]
        given = tidied(as_conditions(relation.substitute(reflected) for relation in given))
    return rational.agree(*sides, field=rational.field_for(given)) is True


def _on_stretch(side: Node, inside: SamplePoint) -> Node:
    """The tree between two kinks, where each condition of a piecewise function holds throughout or fails throughout."""

    def chosen(part: Node) -> Node | None:
        if not isinstance(part, Piecewise):
            return None
        for value, condition in part.branches:
            holds = truth(condition, inside)
            if holds is None:
                return None
            if holds:
                return value
        return part.otherwise

    return rewrite(side, chosen)


def _agree_at_kink(left: Node, right: Node, x: Name, place: fmpq) -> bool:
    a, b = (enclose(side, {x: place}, precision=128) for side in (left, right))
    if a is None or b is None:
        return True
    if a.is_finite() and b.is_finite() and a.is_exact() and b.is_exact():
        return bool(a == b)
    value = number(place)
    return rational.agree(left.substitute({x: value}), right.substitute({x: value})) is True


def _have_equal_slopes(left: Node, right: Node) -> bool:
    """Whether, on an interval, both have the same derivative, and the same value at one point of it."""
    names = left.names | right.names
    if len(names) != 1 or domains.kinks(left) or domains.kinks(right) or may_jump(left) or may_jump(right):
        return False
    x = next(iter(names))
    if not domains.is_interval((left, right), x):
        return False
    field = rational.Field()
    forms = [rational.normal_form(side, field=field) for side in (left, right)]
    if forms[0] is None or forms[1] is None:
        return False
    slope = rational.derivative(forms[0] - forms[1], x)
    if slope is None or not slope.is_zero():
        return False
    return any(_agree_at(left, right, x, value) for value in (Number(0), Number(1), Number(2)))


def may_jump(node: Node) -> bool:
    """Whether a function stands in the tree that may jump at a point of its domain."""
    return any(
        isinstance(part, Piecewise) or (isinstance(part, Call) and part.function in _WITH_JUMPS) for part in walk(node)
    )


_WITH_JUMPS = frozenset(("sign", "floor", "ceil", "acot", "atan2", "factorial2", "binomial"))


def _agree_at(left: Node, right: Node, x: Name, value: Node) -> bool:
    a, b = left.substitute({x: value}), right.substitute({x: value})
    if any((ball := enclose(side, {}, precision=128)) is None or not ball.is_finite() for side in (a, b)):
        return False
    turns = pi_multiple(a)
    return bool(rational.agree(a, b)) or (turns is not None and turns == pi_multiple(b))


def one_sided(left: Node, right: Node, under: Iterable[Node] = ()) -> Witness | None:
    """Return a place where only one of the sides is defined, if one is found."""
    return next(_one_sided(left, right, tuple(under)), None)


def _on_which_domain(
    left: Node, right: Node, under: tuple[Node, ...], proof: str, points: tuple[SamplePoint, ...]
) -> Comparison:
    """The verdict on sides whose values agree wherever both have one."""
    if left is right or domains.agree(left, right, under):
        return Comparison(EQUAL, proof, None, len(points)) if points or left is right else Comparison(UNDECIDED)
    if not points:
        return Comparison(UNDECIDED, proof)
    for witness in _one_sided(left, right, under):
        return Comparison(EQUAL_ON_COMMON_DOMAIN, proof, witness, len(points))
    return Comparison(EQUAL_ON_COMMON_DOMAIN, proof, None, len(points))


def _one_sided(left: Node, right: Node, under: tuple[Node, ...]) -> Iterator[Witness]:
    """Points, or stretches holding a point, where only one side is defined."""
    names = tuple(left.names | right.names)
    for undefined, defined, is_left in ((left, right, False), (right, left, True)):
        for point in _suspects(undefined, defined, names, under):
            value = enclose(defined, point, precision=128, generic=True)
            if value is None or not value.is_finite() or domains.holds(under, point) is not True:
                continue
            if enclose(undefined, point, precision=128, generic=True) is None:
                yield Witness(point, value if is_left else None, None if is_left else value)
        yield from _sign_changes(undefined, defined, under)


def _suspects(
    undefined: Node, defined: Node, names: tuple[Name, ...], under: tuple[Node, ...]
) -> Iterator[SamplePoint]:
    """Points of the defined side: those on the edge of the other one's domain, and any."""
    somewhere = domains.sample_points((defined,), names, _LOOKS, under=under)
    for condition in domains.domain(undefined):
        for name, value in edges(condition):
            for point in somewhere[:3]:
                yield {**point, name: value}
    yield from somewhere


def _sign_changes(undefined: Node, defined: Node, under: tuple[Node, ...]) -> Iterator[Witness]:
    """Stretches of one name on which a denominator of one side passes through 0 while the other has values."""
    names = undefined.names | defined.names
    for condition in domains.domain(undefined):
        match condition:
            case Relation((u, Number(0, 0)), ("!=",)) if len(names) == 1 and not domains.kinks(u) and not may_jump(u):
                yield from _passes_through_zero(u, next(iter(names)), defined, under)


def _passes_through_zero(u: Node, x: Name, defined: Node, under: tuple[Node, ...]) -> Iterator[Witness]:
    values = [fmpq(2 * k + 1, 14) for k in range(-23, 23)]
    for start, end in pairwise(values):
        stretch = arb(start).union(arb(end))
        along, across = (enclose(side, {x: stretch}, precision=64) for side in (defined, u))
        if along is None or across is None or not along.is_finite() or not across.is_finite():
            continue
        before, after = (enclose(u, {x: edge}, precision=64) for edge in (start, end))
        if before is None or after is None:
            continue
        is_crossing = (before > 0 and after < 0) or (before < 0 and after > 0)
        if is_crossing and domains.holds(under, {x: stretch}) is True:
            yield Witness({x: start}, None, None, {x: end})
