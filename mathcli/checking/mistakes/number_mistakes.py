"""Slips with numbers: they can give anything, so they are not tried but solved for.

A number stands in the line above as the coefficient of terms, or is worked out from others. Putting t in its place, the
line is t times something plus the rest; from what was written follows t, and it must be the same at every point.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from math import isfinite, nan

from mathcli.calculus import terms
from mathcli.calculus.arithmetic import Exact, number, number_node
from mathcli.calculus.terms import Term, term_of
from mathcli.checking.mistakes.lines import Part, Rewriting, parts_of
from mathcli.checking.mistakes.registry import Example, Slip, described, in_line
from mathcli.checking.mistakes.values import Valued, Values, as_function, common_ratio
from mathcli.syntax.tree import (
    ONE,
    ZERO,
    Equation,
    IndexedSum,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    walk,
)

described(
    "like_terms",
    "coefficients collected wrongly",
    example=Example("x^3 + x^2 + 2x^2", "3x^2 + 2x + 4x", "3x^2 + 8x"),
    explanation="Like terms are collected by adding their coefficients, signs included.",
)


@in_line("like_terms", "coefficients collected wrongly", example=Example("", "", ""))
def exponents_added(u: Node) -> Iterator[Slip]:
    """Like terms are collected by adding their coefficients; what they have in common stays as it is."""
    match u:
        case Sum(terms):
            for i, j in combinations(range(len(terms)), 2):
                a, b = term_of(terms[i]), term_of(terms[j])
                if a.bases == b.bases and a.powers:
                    rest = [term for k, term in enumerate(terms) if k not in (i, j)]
                    total = _times(Fraction(a.coefficient + b.coefficient), Power(written_of(a), Number(2)))
                    said = ("like terms keep what they have in common: ", Sum.of(terms[i], terms[j]))
                    yield Slip(Sum.of(*rest, total), said)


described(
    "arithmetic",
    "number slip",
    example=Example("3x^4 + x", "3*4x^3 + 1", "14x^3 + 1"),
    explanation="A number was worked out wrongly.",
)
described(
    "spurious_factor",
    "a constant factor out of nowhere",
    example=Example("(x - 1)^2 + (x - 2)^2", "2(x - 1) + 2(x - 2)", "(x - 1) + (x - 2)"),
    explanation="The line is a constant multiple of what it should be: a factor came in, or was lost, on the way.",
)

Kind = frozenset[tuple[Node, Exact]]
"""The bases and exponents of a term, which it shares with those like it."""

_MOST_TERMS = 40
_LARGEST_DENOMINATOR = 1000
_NEAR = (1, -1, 2, -2)


def number_slips(line: Node, written: Node, points: Valued) -> Iterator[Rewriting]:
    """The lines that one wrong number leads to, where that number follows from the values of what was written."""
    still: Counter[Kind] = Counter()
    for part in parts_of(as_function(written)):
        if isinstance(part.node, Sum) or not part.path:
            still |= Counter(term_of(node).bases for node in multiplied_out(part.node))
    for part in parts_of(line):
        yield from _wrong_coefficients(part, written, points, still)
        yield from _wrong_value(part, written, points)
    yield from _wrong_multiple(line, written, points)


def may_be_a_number(line: Node, written: Node, points: Valued) -> bool:
    """Whether what was written is off a line by a multiple of one of its terms, or of all of it: a first look."""
    off = [w - v for w, v in zip(points.of(written), points.of(line), strict=True)]
    for part in (line, *dict.fromkeys(multiplied_out(line))):
        if common_ratio(o / v if v else nan for o, v in zip(off, points.of(part), strict=True)) is not None:
            return True
    return False


def _solved(with_zero: Node, with_one: Node, written: Node, points: Valued) -> Fraction | None:
    """Return the t for which zero + t (one - zero) is what was written, None if no rational number is."""
    zero, one, wanted = (points.of(as_function(line)) for line in (with_zero, with_one, written))
    slopes = [b - a for a, b in zip(zero, one, strict=True)]
    if any(abs(slope) < 1e-9 or not isfinite(slope) for slope in slopes):
        return None
    if isinstance(with_zero, Equation):
        t = _solved_for_a_multiple(zero, slopes, wanted)
    else:
        t = common_ratio((w - a) / s for w, a, s in zip(wanted, zero, slopes, strict=True))
    if t is None or abs(t) > 1e9:
        return None
    found = Fraction(t).limit_denominator(_LARGEST_DENOMINATOR)
    return found if abs(float(found) - t) <= 1e-8 * (1e-3 + abs(t)) else None


def _solved_for_a_multiple(zero: Values, slopes: Sequence[float], wanted: Values) -> float | None:
    """The t for which c (zero + t slope) is what was written with some number c: two equations, the third agrees."""
    if len(wanted) < 3:
        return None
    determinant = zero[0] * slopes[1] - zero[1] * slopes[0]
    if abs(determinant) < 1e-9:
        return None
    c = (wanted[0] * slopes[1] - wanted[1] * slopes[0]) / determinant
    product = (zero[0] * wanted[1] - zero[1] * wanted[0]) / determinant
    if abs(c) < 1e-9 or abs(c * zero[2] + product * slopes[2] - wanted[2]) > 1e-9 * (1 + abs(wanted[2])):
        return None
    return product / c


def _fraction(value: Fraction) -> Node:
    return number_node(value.numerator if value.denominator == 1 else value)


# ---- coefficients -------------------------------------------------------------------------------------------


def _wrong_coefficients(part: Part, written: Node, points: Valued, still: Counter[Kind]) -> Iterator[Rewriting]:
    """A sum in which the terms of one kind have got another coefficient. `still`: how many of a kind were written."""
    if not isinstance(part.node, Sum | Product | Quotient | Negative):
        return
    if part.path and not isinstance(part.node, Sum):
        return
    spread = multiplied_out(part.node)
    groups: dict[Kind, list[tuple[Term, Node]]] = {}
    for node in spread:
        term = term_of(node)
        if term.coefficient:
            groups.setdefault(term.bases, []).append((term, node))
    for members in groups.values():
        kind = written_of(members[0][0])
        rest = [node for other in groups.values() if other is not members for _, node in other]
        lines = [part.replaced(Sum.of(*rest, *extra)) for extra in ((), (kind,))]
        t = _solved(lines[0], lines[1], written, points)
        right = Fraction(sum(term.coefficient for term, _ in members))
        if t is None or t == right or (not rest and len(members) == 1 and not _has_work(members)):
            continue
        line = part.replaced(Sum.of(*rest, Product.of(_fraction(t), kind)))
        for name, doubt in _names_for(members, t, right, still[members[0][0].bases]):
            together = Part(Sum.of(*(node for _, node in members)), part.path, part.replaced)
            said = (Equation(together.node, _times(right, kind)), ", not ", _times(t, kind))
            yield Rewriting((name,), together, Slip(_times(t, kind), said, doubt), line, ())


def written_of(term: Term) -> Node:
    """Return what a term has in common with those like it: the term without its number."""
    return terms.written(Term(1, term.powers))


def _times(value: Fraction, kind: Node) -> Node:
    size = abs(value)
    if kind is ONE or not value:
        node: Node = _fraction(size)
    else:
        node = kind if size == 1 else Product.of(_fraction(size), kind)
    return Negative(node) if value < 0 else node


def _has_work(members: Sequence[tuple[Term, Node]]) -> bool:
    """Whether the coefficient had to be worked out."""
    return len(members) > 1 or any(_count_of_numbers(node) > 1 for _, node in members)


def _is_one_term_with_work(line: Node) -> bool:
    members = [(term_of(node), node) for node in multiplied_out(line)]
    return len({term.bases for term, _ in members}) == 1 and _has_work(members)


def _count_of_numbers(node: Node) -> int:
    match node:
        case Number():
            return 1
        case Negative(operand):
            return _count_of_numbers(operand)
        case Product(factors):
            return sum(map(_count_of_numbers, factors))
        case Quotient(over, under):
            return _count_of_numbers(over) + _count_of_numbers(under)
        case Power(base, exponent) if not node.names:
            return _count_of_numbers(base) + _count_of_numbers(exponent)
    return 0


def _names_for(
    members: Sequence[tuple[Term, Node]], t: Fraction, right: Fraction, still: int
) -> Iterator[tuple[str, int]]:
    """What a wrong coefficient may be called, with its doubt. `still`: how many terms of this kind were written."""
    if len(members) > 1:
        if still < len(members):  # they were collected, and did not just lose a sign where they stand
            yield ("like_terms" if members[0][0].powers else "arithmetic"), 1
        else:
            yield "spurious_factor", 2
        return
    if not t:
        yield "term_lost", 1
        return
    if t * right < 0 and not _has_work(members):  # a sign and a number: that is no single slip
        return
    yield "arithmetic", 2
    if not _has_work(members) or right / t in _numbers_in(members[0][1]):
        yield "spurious_factor", 2


def _numbers_in(node: Node) -> set[Fraction]:
    """The numbers that stand as factors in a term."""
    match node:
        case Number(numerator, scale):
            return {Fraction(numerator, 10**scale)}
        case Negative(operand):
            return _numbers_in(operand)
        case Product(factors):
            return {value for factor in factors for value in _numbers_in(factor)}
    return set()


def multiplied_out(node: Node) -> list[Node]:
    """The terms of a line multiplied out, none of them collected; the node alone where that would be too many."""
    match node:
        case Sum(terms):
            return [part for term in terms for part in multiplied_out(term)]
        case Negative(operand):
            return [Negative(term) for term in multiplied_out(operand)]
        case Quotient(over, under):
            return [Quotient(term, under) for term in multiplied_out(over)]
        case Product(factors):
            spread: list[Node] = [ONE]
            for factor in factors:
                parts = multiplied_out(factor)
                if len(parts) * len(spread) > _MOST_TERMS:
                    return [node]
                spread = [p if q is ONE else q if p is ONE else Product.of(q, p) for q in spread for p in parts]
            return spread
    return [node]


# ---- numbers that are worked out, and whole multiples -------------------------------------------------------


def _wrong_value(part: Part, written: Node, points: Valued) -> Iterator[Rewriting]:
    """A number that is worked out inside the line (3 - 1 in an exponent, 2·3) and comes out wrong."""
    node = part.node
    if node.names or not isinstance(node, Sum | Product | Quotient | Power | Negative):
        return
    value = number(node)
    if value is not None and not part.path:
        return
    value = value if value is not None else _rational(node)
    if value is None:
        return
    t = _solved(part.replaced(ZERO), part.replaced(ONE), written, points)
    tried = [t] if t is not None else [Fraction(value) + k for k in _NEAR]
    for other in tried:
        if other != value:
            said = (Equation(node, _fraction(Fraction(value))), ", not ", _fraction(other))
            yield Rewriting(("arithmetic",), part, Slip(_fraction(other), said, 2), part.replaced(_fraction(other)), ())


def _rational(node: Node) -> Fraction | None:
    from mathcli.algebra.exact import as_fraction

    return as_fraction(node)


def _wrong_multiple(line: Node, written: Node, points: Valued) -> Iterator[Rewriting]:
    """The whole line times a number; one term whose number had to be worked out is a number slip instead.

    A sum of n terms may have become their mean: then the line was divided by n.
    """
    if isinstance(line, Equation):
        return
    whole = Part(line, (), lambda other: other)
    t = _solved(ZERO, line, written, points)
    if t is not None:
        if t not in (0, 1, -1) and not _is_one_term_with_work(line):
            made = Product.of(_fraction(t), line)
            said = ("the line is ", _fraction(t), " times what it should be: ", line)
            yield Rewriting(("spurious_factor",), whole, Slip(made, said, 2), made, ())
        return
    for bound in dict.fromkeys(part.upper for part in walk(line) if isinstance(part, IndexedSum) and part.upper.names):
        for factor in (Quotient(ONE, bound), bound):
            t = _solved(ZERO, Product.of(factor, line), written, points)
            if t is not None and t:
                whole_factor = factor if t == 1 else Product.of(_fraction(t), factor)
                made = Product.of(whole_factor, line)
                came: tuple[object, ...] = ("a factor ", whole_factor, " came in")
                yield Rewriting(("spurious_factor",), whole, Slip(made, came, 1), made, ())
