"""Whether two expressions are equal: a proof, a witness against it, or an honest "undecided".

Refuting comes first, by certified enclosures at rational points that are seldom whole; their precision is doubled as
long as they overlap, so a difference of 5e-435 is seen. What is not refuted has to be proved (`identities`, and
`line_proofs` for one name). Agreement of numbers alone proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, pairwise, product
from typing import NamedTuple, TypeAlias

from flint import arb, fmpq

from mathcli.algebra import domains, identities
from mathcli.algebra.balls import MOST_BITS, enclose
from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import edges, solutions
from mathcli.algebra.identities import differing_parts
from mathcli.algebra.line_proofs import Finding, look_along
from mathcli.algebra.ranges import polynomial_in
from mathcli.algebra.stretches import Mark
from mathcli.algebra.switches import may_jump
from mathcli.syntax.families import written_out
from mathcli.syntax.tree import (
    Call,
    Equation,
    IndexedProduct,
    IndexedSum,
    Matrix,
    Name,
    Node,
    Number,
    Relation,
    Vector,
    walk,
)

SamplePoint: TypeAlias = Mapping[Node, fmpq]
Points: TypeAlias = tuple[SamplePoint, ...]

EQUAL = "equal"
EQUAL_ON_COMMON_DOMAIN = "equal_on_common_domain"
DIFFERENT = "different"
NOWHERE_BOTH_DEFINED = "nowhere_both_defined"
UNDECIDED = "undecided"

_POINTS = 6
_QUICK_BITS = 128
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
    known = left.names | right.names
    left, right = written_out(left, known), written_out(right, known)
    names = tuple(sorted(left.names | right.names, key=lambda name: name.name))
    points = domains.sample_points((left, right), names, _POINTS, under=conditions)
    budget.spend(10 * len(points) + 20)
    refuted = _refuted(left, right, points, _QUICK_BITS)
    if refuted is not None:
        return Comparison(DIFFERENT, "two enclosures that do not meet", refuted, len(points), _QUICK_BITS)
    if not points:
        return _without_a_point(left, right, names, conditions, budget)
    refuted = _refuted(left, right, _special_points(left, right, conditions), _QUICK_BITS)
    if refuted is not None:
        return Comparison(DIFFERENT, "two enclosures that do not meet", refuted, len(points), _QUICK_BITS)
    return _proved_or_refuted(left, right, names, conditions, points, budget)


def _proved_or_refuted(
    left: Node, right: Node, names: tuple[Name, ...], under: tuple[Node, ...], points: Points, budget: Budget
) -> Comparison:
    """The comparison of sides that agree at the sample points, as far as the first bits tell."""
    proof = identities.prove(left, right, under, budget)
    if proof:
        return _on_which_domain(left, right, names, under, proof, points, budget)
    finding = look_along(left, right, names[0], under, budget) if len(names) == 1 else None
    if finding is not None and finding.counter is not None:
        return Comparison(DIFFERENT, "two values at one number", _counter(left, right, names[0], finding))
    if finding is not None and finding.proof:
        return _by_finding(left, right, names[0], under, finding, finding.proof, points)
    refuted = _refuted(left, right, points[:3], MOST_BITS, budget)
    if refuted is not None:
        return Comparison(DIFFERENT, "two enclosures that do not meet", refuted, len(points), MOST_BITS)
    proof = _part_by_part(left, right, under, budget, _MOST_DEPTH)
    if proof:
        return _on_which_domain(left, right, names, under, proof, points, budget)
    return Comparison(UNDECIDED, _why_not(left, right), points=len(points), bits=_agreement(left, right, points))


def _part_by_part(left: Node, right: Node, under: tuple[Node, ...], budget: Budget, depth: int) -> str:
    """A proof for each pair of parts in which the sides differ, "" where one is missing.

    Parts that agree wherever both have a value make sides that do: a side has a value only where all its parts have.
    """
    pairs = differing_parts(left, right)
    if pairs is None or not 0 < len(pairs) <= _MOST_PARTS:
        return ""
    proofs: dict[str, None] = {}
    for a, b in pairs:
        proof = _proof_of_part(a, b, under, budget) or (
            _part_by_part(a, b, under, budget, depth - 1) if depth > 1 else ""
        )
        if not proof:
            return ""
        proofs[proof.removesuffix(", part by part")] = None
    return f"{', '.join(proofs)}, part by part"


def _proof_of_part(left: Node, right: Node, under: tuple[Node, ...], budget: Budget) -> str:
    proof = identities.prove(left, right, under, budget)
    names = left.names | right.names
    if proof or len(names) != 1:
        return proof
    finding = look_along(left, right, next(iter(names)), under, budget)
    return "" if finding is None else finding.proof


_MOST_DEPTH = 6
_MOST_PARTS = 4


def _why_not(left: Node, right: Node) -> str:
    """What stands in the way of a proof."""
    opaque = sorted(
        {
            part.function
            for side in (left, right)
            for part in walk(side)
            if isinstance(part, Call) and part.function in _WITHOUT_LAWS
        }
    )
    if opaque:
        return f"no law of {' and '.join(opaque)} that is known here proves it"
    if left.contains(IndexedSum, IndexedProduct) or right.contains(IndexedSum, IndexedProduct):
        return "a sum or product with a number of terms that is not given is not worked out"
    return "none of the roads to a proof leads there"


_WITHOUT_LAWS = frozenset(("erf", "gamma", "factorial", "factorial2", "binomial", "floor", "ceil", "atan2", "mod"))


def _without_a_point(
    left: Node, right: Node, names: tuple[Name, ...], under: tuple[Node, ...], budget: Budget
) -> Comparison:
    """The comparison of sides that have no common value at any of the sample points."""
    if _nowhere(left, right, under):
        return Comparison(NOWHERE_BOTH_DEFINED, "conditions that exclude each other")
    finding = look_along(left, right, names[0], under, budget) if len(names) == 1 else None
    if finding is not None and not finding.has_interior:
        return _at_single_points(left, right, names[0], under)
    if finding is not None and finding.counter is not None:
        return Comparison(DIFFERENT, "two values at one number", _counter(left, right, names[0], finding))
    if finding is not None and finding.proof:
        return _by_finding(left, right, names[0], under, finding, finding.proof, ())
    if not names and not _are_both_undefined_or_open(left, right):
        return Comparison(NOWHERE_BOTH_DEFINED, "a side without a value")
    refuted = _refuted(left, right, _special_points(left, right, under), _QUICK_BITS)
    if refuted is not None:
        return Comparison(DIFFERENT, "two enclosures that do not meet", refuted, 0, _QUICK_BITS)
    if left is right:
        return Comparison(EQUAL, "the same expression")
    return Comparison(UNDECIDED, "no point was found where both sides certainly have a value")


def _are_both_undefined_or_open(left: Node, right: Node) -> bool:
    """Whether no constant side is certainly without a value."""
    return all(enclose(side, {}, precision=128, generic=True) is not None for side in (left, right))


def _at_single_points(left: Node, right: Node, x: Name, under: tuple[Node, ...]) -> Comparison:
    """There is no stretch on which both are defined: at most single numbers, which are said where they are seen."""
    shared = []
    for point in _special_points(left, right, under):
        balls = [enclose(side, point, precision=128) for side in (left, right)]
        if all(ball is not None and ball.is_finite() for ball in balls):
            shared.append(point[x])
    if not shared:
        return Comparison(NOWHERE_BOTH_DEFINED, "no stretch of the line and no rational mark on it has both")
    places = ", ".join(f"{x.name} = {value}" for value in sorted(set(shared)))
    return Comparison(
        NOWHERE_BOTH_DEFINED, f"both sides are defined at single points alone ({places})", points=len(set(shared))
    )


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
    """Kinks and ends of the domain that are rational, where functions of one name may differ as nowhere else.

    Beside functions that go by whole numbers, or by the sign of what is not algebraic, these are small whole numbers.
    """
    names = sorted(left.names | right.names, key=lambda name: name.name)
    if any(isinstance(part, Call) and part.function in _WHOLE for side in (left, right) for part in walk(side)):
        for values in islice(product(_WHOLE_NUMBERS, repeat=len(names)), _MOST_SPECIAL):
            point: SamplePoint = dict(zip(names, values, strict=True))
            if domains.holds(under, point):
                yield point
    if len(names) != 1:
        return
    x = names[0]
    for side in (left, right):
        for value in _steps(side, x):
            if domains.holds(under, {x: value}):
                yield {x: value}
        ends = [value for condition in domains.domain(side) for _, value in edges(condition)]
        for value in [*ends, *(solutions(domains.kinks(side), x) or ())]:
            if domains.holds(under, {x: value}):
                yield {x: value}


def _steps(side: Node, x: Name) -> Iterator[fmpq]:
    """Some numbers at which a step function of what is linear in x jumps."""
    for part in walk(side):
        if isinstance(part, Call) and part.function in ("floor", "ceil"):
            line = polynomial_in(x, part.arguments[0])
            if line is not None and line.degree() == 1:
                yield from ((step - line[0]) / line[1] for step in _WHOLE_NUMBERS[:3])


_WHOLE = frozenset(("floor", "ceil", "sign", "binomial", "factorial", "gamma", "atan2", "acot"))
_WHOLE_NUMBERS = tuple(map(fmpq, (0, 1, -1, 2, -2, 3)))
_MOST_SPECIAL = 216


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


def one_sided(left: Node, right: Node, under: Iterable[Node] = ()) -> Witness | None:
    """Return a place where only one of the sides is defined, if one is found."""
    return next(_one_sided(left, right, tuple(under)), None)


def _on_which_domain(
    left: Node,
    right: Node,
    names: tuple[Name, ...],
    under: tuple[Node, ...],
    proof: str,
    points: Points,
    budget: Budget,
) -> Comparison:
    """The verdict on sides whose values agree wherever both have one."""
    if left is right or domains.agree(left, right, under):
        return Comparison(EQUAL, proof, None, len(points))
    for witness in _one_sided(left, right, under):
        return Comparison(EQUAL_ON_COMMON_DOMAIN, proof, witness, len(points))
    finding = look_along(left, right, names[0], under, budget) if len(names) == 1 else None
    if finding is not None:
        return _by_finding(left, right, names[0], under, finding, proof, points)
    return Comparison(EQUAL_ON_COMMON_DOMAIN, proof, None, len(points))


def _by_finding(
    left: Node, right: Node, x: Name, under: tuple[Node, ...], finding: Finding, proof: str, points: Points
) -> Comparison:
    if finding.lonely is not None:
        place, is_left = finding.lonely
        witness = _at(left, right, x, place)
        only = witness._replace(right=None) if is_left else witness._replace(left=None)
        return Comparison(EQUAL_ON_COMMON_DOMAIN, proof, only, len(points))
    if finding.domains_agree or domains.agree(left, right, under):
        return Comparison(EQUAL, proof, None, len(points))
    return Comparison(EQUAL_ON_COMMON_DOMAIN, proof, one_sided(left, right, under), len(points))


def _counter(left: Node, right: Node, x: Name, finding: Finding) -> Witness:
    """The place where the sides differ, with what they are worth there."""
    assert finding.counter is not None
    witness = _at(left, right, x, finding.counter)
    if isinstance(finding.counter, Mark):
        return witness._replace(left=finding.values[0], right=finding.values[1])
    return witness


def _at(left: Node, right: Node, x: Name, place: fmpq | Mark) -> Witness:
    """What the sides are worth at a number; one that is not rational is given by its exact form, or between two."""
    if isinstance(place, fmpq):
        return Witness({x: place}, *(enclose(side, {x: place}, precision=128) for side in (left, right)))
    values = [_finite(enclose(side, {x: place.ball}, precision=256)) for side in (left, right)]
    exact = place.exact
    if exact is not None:
        return Witness({x: exact}, values[0], values[1])
    low, high = place.ends(10**8)
    return Witness({x: low}, values[0], values[1], {x: high})


def _finite(ball: arb | None) -> arb | None:
    return ball if ball is not None and ball.is_finite() else None


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
    if len(names) == 1 and any(isinstance(part, Call) and part.function in _WHOLE for part in walk(undefined)):
        for value in _WHOLE_NUMBERS:
            yield {names[0]: value}
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
