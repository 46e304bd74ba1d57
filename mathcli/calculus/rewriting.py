"""Rewriting: from the raw line of a derivative to the line that a teacher would stop at, each goal a named step.

What may be done is tried from the line that there is, and the shortest line wins (signs not counted); where nothing
gets shorter, the line stays. So products with an exponential end factored, quotients with the numerator multiplied
out over the denominator as it is, and polynomials multiplied out. Nothing is ever called "simplify".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

from mathcli.calculus import terms
from mathcli.calculus.arithmetic import Exact, exact
from mathcli.calculus.derivation import Step
from mathcli.calculus.rules import is_surely_positive
from mathcli.calculus.sums import equal_terms
from mathcli.calculus.terms import Term, size, sum_of, term_of, terms_of, written
from mathcli.syntax.tree import (
    ONE,
    ZERO,
    Call,
    E,
    IndexedSum,
    Name,
    Negative,
    Node,
    Piecewise,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    walk,
)

Line = tuple[str, Node]
"""What was done, and the line that it leads to."""

_MOST_ROUNDS = 6
_LONGEST_LINE = 3000
_MOST_BRACKETS_IN_BRACKETS = 15  # each bracket is tried inside each one around it


def shortened(line: Node, x: Name, *, given: tuple[Node, ...] = ()) -> tuple[Step, ...]:
    """Return the steps from the line to the one that a teacher would stop at, where the `given` conditions hold."""
    lines = list(_lines(line, x))
    steps: list[Step] = []
    for name, after in lines:
        if after is not line:
            steps.append(Step("rewrite", name, line, after, after, conditions=_lost_conditions(line, after, x, given)))
            line = after
    return tuple(steps)


def _lines(line: Node, x: Name) -> Iterator[Line]:
    if isinstance(line, Piecewise):
        yield from _piece_by_piece(line, x)
        return
    if len(line.children()) > _LONGEST_LINE:
        return
    with_roots = _has_roots(line)
    for name, after in _neat_lines(line, x, with_roots):
        yield name, after
        line = after
    yield from _improvements(line, x, with_roots)


def _piece_by_piece(line: Piecewise, x: Name) -> Iterator[Line]:
    def last(value: Node) -> Node:
        lines = list(_lines(value, x))
        return lines[-1][1] if lines else value

    branches = tuple((last(value), condition) for value, condition in line.branches)
    yield "each piece by itself", Piecewise(branches, None if line.otherwise is None else last(line.otherwise))


# ---- powers of the same base, like terms --------------------------------------------------------------------


def _neat_lines(line: Node, x: Name, with_roots: bool) -> Iterator[Line]:
    neat: dict[Node, Node] = {}
    once = _neat(line, x, neat, with_roots, collect=False)
    if once is not line:
        yield _what_happened(line, once), once
    twice = _neat(once, x, {node: node for node in neat.values() if not node.contains(Sum)}, with_roots, collect=True)
    if twice is not once:
        yield "collect like terms", twice


def _has_roots(line: Node) -> bool:
    return line.contains(Call) and any(isinstance(node, Call) and node.function == "sqrt" for node in walk(line))


_PRODUCTS = frozenset((Product, Quotient))
_LOOKED_INTO = frozenset((Sum, Product, Quotient, Negative, IndexedSum))


def _neat(node: Node, x: Name, memo: dict[Node, Node], with_roots: bool, *, collect: bool) -> Node:
    """The line with each product as one term, and with like terms added if `collect` says so."""
    children = node.children()
    if not children:
        return node
    known = memo.get(node)
    if known is not None:
        return known
    answer = node
    if type(node) in _LOOKED_INTO:
        parts: list[Node] = []
        for child in children:
            parts.append(_neat(child, x, memo, with_roots, collect=collect) if child.children() else child)
        inside = tuple(parts)
        answer = node if inside == children else node.rebuilt(inside)
        if isinstance(answer, IndexedSum):
            answer = _constants_out(answer, with_roots)
        elif type(answer) in _PRODUCTS:
            answer = written(term_of(answer), with_roots=with_roots)
        elif isinstance(answer, Sum) and collect:
            answer = _collected(answer, x, with_roots)
        elif isinstance(answer, Negative) and isinstance(answer.operand, Negative):
            answer = answer.operand.operand
    elif isinstance(node, Power):
        exponent = _neat(node.exponent, x, memo, with_roots, collect=collect)
        answer = written(term_of(Power(node.base, exponent)), with_roots=with_roots)
    elif isinstance(node, Call) and node.function == "sqrt":
        answer = Call("sqrt", (_neat(node.arguments[0], x, memo, with_roots, collect=collect),))
    memo[node] = memo[answer] = answer
    return answer


def _collected(line: Sum, x: Name, with_roots: bool) -> Node:
    found = tuple(term_of(part) for part in line.terms)
    fewer = terms.collected(found)
    return line if len(fewer) == len(found) else sum_of(terms.in_order(fewer, x), with_roots=with_roots)


def _constants_out(line: IndexedSum, with_roots: bool) -> Node:
    """The sum with what does not hold its index in front of it."""
    term = term_of(line.body)
    outside = {base: e for base, e in term.powers.items() if line.index not in base.names}
    if not outside and term.coefficient == 1:
        return line
    inside = {base: e for base, e in term.powers.items() if base not in outside}
    if not inside:
        return written(terms.multiplied(term, term_of(equal_terms(line))), with_roots=with_roots)
    rest = IndexedSum(written(Term(1, inside), with_roots=with_roots), line.index, line.lower, line.upper)
    return written(Term(term.coefficient, {**outside, rest: 1}, term.is_decimal), with_roots=with_roots)


def _what_happened(before: Node, after: Node) -> str:
    """The name of the step that writes each product as one term."""
    if before.contains(IndexedSum):
        is_shorter = terms.measure(after).nodes < terms.measure(before).nodes and not after.contains(IndexedSum)
        return "add the equal terms" if is_shorter else "constant factors out of the sum"
    old, new = terms.measure(before), terms.measure(after)
    if new.negative_powers < old.negative_powers:
        return "write as a fraction"
    if not before.contains(Quotient):
        return "powers of the same base together" if new.nodes < old.nodes else "order the factors"
    if new.leaves < old.leaves:
        return "cancel"
    return "write as one fraction" if new.nodes < old.nodes else "order the factors"


# ---- what may be tried --------------------------------------------------------------------------------------


def _improvements(line: Node, x: Name, with_roots: bool) -> tuple[Line, ...]:
    """The lines to the shortest line that was found, one goal after the other."""
    if _is_short(line) or terms.brackets_in_brackets(line) > _MOST_BRACKETS_IN_BRACKETS:
        return ()
    return _all_improvements(line, x, with_roots)


def _is_short(line: Node) -> bool:
    """Whether a line is plainly as short as can be: a polynomial in which no two terms are alike."""
    if line.contains(Quotient, Call) or not isinstance(line, Sum):
        return not line.contains(Sum, Quotient, Call, IndexedSum)
    parts = terms_of(line)
    return terms.is_polynomial(parts) and len(terms.collected(parts)) == len(parts)


@lru_cache(maxsize=1024)
def _all_improvements(line: Node, x: Name, with_roots: bool) -> tuple[Line, ...]:
    return tuple(_improving(line, x, with_roots))


def _improving(line: Node, x: Name, with_roots: bool) -> Iterator[Line]:
    for _ in range(_MOST_ROUNDS):
        best: Sequence[Line] = ()
        shortest = size(line)
        for lines in _attempts(line, x, with_roots, shortest[0]):
            length = size(lines[-1][1])
            if length < shortest and (length[0] < shortest[0] or not lines[0][0].startswith("combine")):
                best, shortest = lines, length
        if not best:
            best = (*_by_identities(line, with_roots), *_by_polynomials(line, with_roots))[:1]
        if not best:
            break
        yield from best
        line = best[-1][1]
    outside = _sign_out_of_bracket(line, with_roots)
    if outside is not line:
        yield "sign out of the bracket", outside
        line = outside
    settled = _sign_into_bracket(line, x, with_roots)
    if settled is not line:
        yield "sign into the bracket", settled


_IDENTITIES = (
    ("cos", "sin", 1, "sin^2 u + cos^2 u = 1"),
    ("cosh", "sinh", -1, "cosh^2 u - sinh^2 u = 1"),
)


def _by_identities(line: Node, with_roots: bool) -> Iterator[Line]:
    """sin^2 u + cos^2 u and cosh^2 u - sinh^2 u, with whatever they are multiplied by, as 1."""
    if not line.contains(Call):
        return
    functions = {node.function for node in walk(line) if isinstance(node, Call)}
    for one, other, sign, says in _IDENTITIES:
        if one not in functions or other not in functions:
            continue
        for node in [node for node in walk(line) if isinstance(node, Sum)]:
            fewer = _pythagorean(terms_of(node), one, other, sign)
            if fewer is not None:
                replaced = line.substitute({node: sum_of(fewer, with_roots=with_roots)})
                yield says, written(term_of(replaced), with_roots=with_roots)
                return


def _pythagorean(parts: tuple[Term, ...], one: str, other: str, sign: int) -> tuple[Term, ...] | None:
    for part in parts:
        for base, exponent in part.powers.items():
            if not (isinstance(base, Call) and base.function == one and exponent >= 2):
                continue
            rest = terms.multiplied(part, Term(1, {base: -2}))
            partner = terms.multiplied(rest, Term(sign, {Call(other, base.arguments): 2}))
            for second in parts:
                if second.bases == partner.bases and second.coefficient == partner.coefficient:
                    return (rest, *(p for p in parts if p is not part and p is not second))
    return None


def _by_polynomials(line: Node, with_roots: bool) -> Iterator[Line]:
    """What needs the greatest common divisor of two polynomials: asked where one stands above and one below."""
    term = term_of(line)
    brackets = {base: exponent for base, exponent in term.powers.items() if _is_polynomial_bracket(base, exponent)}
    if len({exponent > 0 for exponent in brackets.values()}) < 2:
        return
    from mathcli.algebra import rational

    fraction = written(terms.product_of(brackets.items()), with_roots=with_roots)
    lower = rational.cancelled(fraction)
    if size(lower) < size(fraction):
        others = [(base, exponent) for base, exponent in term.powers.items() if base not in brackets]
        yield "cancel", written(terms.product_of([*others, (lower, 1)], term.coefficient), with_roots=with_roots)


def _is_polynomial_bracket(base: Node, exponent: Exact) -> bool:
    return isinstance(base, Sum) and exponent.denominator == 1 and terms.is_polynomial(terms_of(base))


def _sign_out_of_bracket(line: Node, with_roots: bool) -> Node:
    """e^x (-3 sin x - 4 cos x) is -e^x (3 sin x + 4 cos x): a bracket in which all terms are subtracted."""
    term = term_of(line)
    for base, exponent in term.powers.items():
        if isinstance(base, Sum) and exponent.denominator == 1 and len(term.powers) > 1:
            parts = terms_of(base)
            if all(part.coefficient < 0 for part in parts):
                turned = sum_of([part._replace(coefficient=-part.coefficient) for part in parts])
                signed = term._replace(coefficient=-term.coefficient if exponent % 2 else term.coefficient)
                return _replaced(signed, base, turned, with_roots)
    return line


def _sign_into_bracket(line: Node, x: Name, with_roots: bool) -> Node:
    """-(3 - x^2) y is (x^2 - 3) y: a sign in front is spent on a bracket that has one to give."""
    if not isinstance(line, Negative):
        return line
    term = term_of(line)
    for base, exponent in term.powers.items():
        if isinstance(base, Sum) and exponent > 0 and exponent.numerator % 2 and exponent.denominator == 1:
            parts = terms_of(base)
            turned = terms.in_order([part._replace(coefficient=-part.coefficient) for part in parts], x)
            if any(part.coefficient < 0 for part in parts) and turned[0].coefficient > 0:
                positive = term._replace(coefficient=-term.coefficient)
                return _replaced(positive, base, sum_of(turned), with_roots)
    return line


def _attempts(line: Node, x: Name, with_roots: bool, most: int) -> Iterator[list[Line]]:
    """What may shorten the line. What certainly has more than `most` nodes need not be among it."""
    parts = terms_of(line)
    if len(parts) == 1:
        yield from _with_one_term(parts[0], x, with_roots, most)
    elif len(parts) <= 100:
        yield from _with_several_terms(line, parts, x, with_roots, most)


def _least(parts: Sequence[Term], beside: Iterable[tuple[Node, Exact]], with_roots: bool) -> int:
    """At least so many nodes has the sum of the parts as a factor beside others, with which it may cancel."""
    if len(parts) < 2 or any(isinstance(base, Sum) and len(base.terms) == len(parts) for base, _ in beside):
        return 0
    return terms.least_nodes(parts, with_roots=with_roots)


def _least_over(parts: Sequence[Term], below: Mapping[Node, Exact], with_roots: bool) -> int:
    """At least so many nodes has the sum of the parts over a product of powers, whose exponents are positive."""
    above = _least(parts, below.items(), with_roots)
    one_over = Term(1, {base: -exponent for base, exponent in below.items()})
    return above + terms.least_nodes((one_over,)) - 1 if above else 0


def _with_one_term(term: Term, x: Name, with_roots: bool, most: int) -> Iterator[list[Line]]:
    above = {b: e for b, e in term.powers.items() if e > 0}
    below = {b: e for b, e in term.powers.items() if e < 0}
    yield from _below_the_line(term, below, x, with_roots)
    for base, exponent in term.powers.items():
        if isinstance(base, Sum) and exponent.denominator == 1:
            yield from _in_bracket(term, base, exponent, x, with_roots, most)
        elif isinstance(base, IndexedSum) and exponent == 1:
            yield from _in_indexed_sum(term, base, x, with_roots)
    if any(isinstance(base, Sum) for base in above):
        opened = terms.opened(Term(term.coefficient, above, term.is_decimal))
        if opened is None or _least_over(opened, {b: -e for b, e in below.items()}, with_roots) > most:
            return
        opened = terms.in_order(opened, x)
        numerator = sum_of(opened, with_roots=with_roots)
        if not below:
            yield [("expand", numerator)]
        else:
            over = terms.product_of([(numerator, 1), *below.items()])
            yield [("expand the numerator", written(over, with_roots=with_roots))]


def _below_the_line(term: Term, below: dict[Node, Exact], x: Name, with_roots: bool) -> Iterator[list[Line]]:
    """A fraction inside a denominator that another factor of it clears: x^2 (1 + 1/x^2) is x^2 + 1."""
    brackets = [base for base in below if isinstance(base, Sum) and below[base] == -1]
    if not any(exponent < 0 for base in brackets for part in terms_of(base) for exponent in part.powers.values()):
        return
    opened = terms.opened(Term(1, {base: -exponent for base, exponent in below.items()}))
    if opened is None:
        return
    under = sum_of(terms.in_order(opened, x), with_roots=with_roots)
    above = [(base, exponent) for base, exponent in term.powers.items() if base not in below]
    whole = terms.product_of([*above, (under, -1)], term.coefficient)
    yield [("expand the denominator", written(whole, with_roots=with_roots))]


def _in_bracket(
    term: Term, bracket: Sum, exponent: Exact, x: Name, with_roots: bool, most: int
) -> Iterator[list[Line]]:
    """What shortens a sum that stands as a factor: a common factor out of it, or its own improvement."""
    inner = terms_of(bracket)
    common = terms.common_factor(inner)
    if common.powers or common.coefficient != 1:
        parts = [terms.multiplied(part, terms.inverse(common)) for part in inner]
        front = exact(Fraction(common.coefficient) ** int(exponent) * term.coefficient)
        factors = [(base, e * exponent) for base, e in common.powers.items()]

        def whole(rest: Node) -> Node:
            others = [(rest if base is bracket else base, e) for base, e in term.powers.items()]
            return written(terms.product_of([*factors, *others], front), with_roots=with_roots)

        lines = [(_factoring(common, with_roots), whole(_total(parts, x, with_roots)))]
        yield lines
        opened = terms.expanded(parts)
        if opened is not None and _least(opened, term.powers.items(), with_roots) <= most:
            yield [*lines, ("expand the bracket", whole(sum_of(terms.in_order(opened, x), with_roots=with_roots)))]
    if abs(exponent) == 1 and (under := terms.common_denominator(inner)).powers:
        above = tuple([terms.multiplied(part, under) for part in inner])
        expanded = terms.expanded(above)
        ways = [above, terms.in_order(expanded, x)] if expanded else [above]
        ways = [way for way in ways if _least(_opened_and_added(way), under.powers.items(), with_roots) <= most]
        for numerator in dict.fromkeys([_total(way, x, with_roots) for way in ways]):
            over = terms.multiplied(terms.product_of([(numerator, 1)]), terms.inverse(under))
            combined = _replaced(term, bracket, written(over, with_roots=with_roots), with_roots)
            yield [("combine into one fraction", combined)]
    if exponent > 0:
        improved = _improvements(bracket, x, with_roots)
        if improved:
            where = " the numerator" if any(e < 0 for e in term.powers.values()) else ""
            yield [
                (name + where if name == "expand" else name, _replaced(term, bracket, after, with_roots))
                for name, after in improved
            ]


def _opened_and_added(parts: Iterable[Term]) -> tuple[Term, ...]:
    """What `_total` adds up, as terms."""
    opened: list[Term] = []
    for part in parts:
        (base, exponent), *others = part.powers.items() or ((ONE, 0),)
        if others or exponent != 1 or not isinstance(base, Sum) or abs(part.coefficient) != 1:
            opened.append(part)
        elif part.coefficient == 1:
            opened.extend(terms_of(base))
        else:
            opened.extend([inside._replace(coefficient=-inside.coefficient) for inside in terms_of(base)])
    return terms.collected(opened)


def _total(parts: Iterable[Term], x: Name, with_roots: bool) -> Node:
    """The sum of the terms, with those added that are alike once brackets without a factor are gone."""
    opened = terms_of(sum_of(parts, with_roots=with_roots))
    added = terms.collected(opened)
    return sum_of(terms.in_order(added, x), with_roots=with_roots)


def _in_indexed_sum(term: Term, total: IndexedSum, x: Name, with_roots: bool) -> Iterator[list[Line]]:
    lines = _improvements(total.body, x, with_roots)
    if lines:
        last = IndexedSum(lines[-1][1], total.index, total.lower, total.upper)
        yield [(lines[-1][0], _replaced(term, total, last, with_roots))]


def _replaced(term: Term, base: Node, by: Node, with_roots: bool) -> Node:
    factors = [(by if b is base else b, e) for b, e in term.powers.items()]
    return written(terms.product_of(factors, term.coefficient), with_roots=with_roots)


def _with_several_terms(
    line: Node, parts: tuple[Term, ...], x: Name, with_roots: bool, most: int
) -> Iterator[list[Line]]:
    common = terms.common_factor(parts)
    opened = terms.expanded(parts)
    ends_as_polynomial = opened is not None and terms.is_polynomial(opened)
    has_bracket = any(isinstance(base, Sum) for base in common.powers)
    if (common.powers or abs(common.coefficient) != 1) and (has_bracket or not ends_as_polynomial):
        yield from _factored_out(parts, common, x, with_roots, most)
    if opened is not None and terms.least_nodes(opened, with_roots=with_roots) <= most - (opened == parts):
        yield [("expand", sum_of(terms.in_order(opened, x), with_roots=with_roots))]
    below = terms.common_denominator(parts)
    if below.powers:
        yield from _over_one_denominator(parts, below, x, with_roots, most)
    yield from _brackets_with_fractions(parts, x, with_roots)


def _brackets_with_fractions(parts: tuple[Term, ...], x: Name, with_roots: bool) -> Iterator[list[Line]]:
    """A term with a fraction in a bracket, shortened by itself: y + 1/(x (1 + 1/x)) is y + 1/(x + 1)."""
    for k, part in enumerate(parts):
        if any(isinstance(base, Sum) and base.contains(Quotient) for base in part.powers):
            improved = _improvements(written(part, with_roots=with_roots), x, with_roots)
            if improved:
                lines = [
                    (name, sum_of((*parts[:k], *terms_of(after), *parts[k + 1 :]), with_roots=with_roots))
                    for name, after in improved
                ]
                yield lines


def _factored_out(parts: tuple[Term, ...], common: Term, x: Name, with_roots: bool, most: int) -> Iterator[list[Line]]:
    rest = terms.in_order([terms.multiplied(part, terms.inverse(common)) for part in parts], x)
    bracket = sum_of(rest, with_roots=with_roots)
    outside = common.powers.items()
    factored = terms.product_of([*outside, (bracket, 1)], common.coefficient)
    lines = [(_factoring(common, with_roots), written(factored, with_roots=with_roots))]
    yield lines
    inner = terms.expanded(rest)
    if inner is not None and inner != rest and _least(inner, outside, with_roots) <= most:
        inner = terms.in_order(inner, x)
        opened = sum_of(inner, with_roots=with_roots)
        if opened is not bracket and opened is not ZERO:
            whole = terms.product_of([*outside, (opened, 1)], common.coefficient)
            named = "expand the bracket" if any(isinstance(b, Sum) for part in rest for b in part.powers) else "collect"
            yield [*lines, (named, written(whole, with_roots=with_roots))]


def with_factor_out(line: Node) -> Line | None:
    """Return a sum with what all its terms have in common in front of it, None where that is nothing."""
    parts = terms_of(line)
    if len(parts) < 2:
        return None
    common = terms.common_factor(parts)
    if not common.powers and abs(common.coefficient) == 1:
        return None
    if parts[0].coefficient < 0 < common.coefficient:
        common = common._replace(coefficient=-common.coefficient)
    rest = sum_of([terms.multiplied(part, terms.inverse(common)) for part in parts])
    factored = terms.product_of([*common.powers.items(), (rest, 1)], common.coefficient)
    return _factoring(common, True), written(factored)


def _over_one_denominator(
    parts: tuple[Term, ...], below: Term, x: Name, with_roots: bool, most: int
) -> Iterator[list[Line]]:
    above = [terms.multiplied(part, below) for part in parts]
    under = [(base, -e) for base, e in below.powers.items()]
    number_below = exact(1 / Fraction(below.coefficient))

    def over(numerator: Node) -> Node:
        return written(terms.product_of([(numerator, 1), *under], number_below), with_roots=with_roots)

    opened = terms.expanded(above)
    is_opened_longer = opened is None or _least_over(opened, below.powers, with_roots) > most
    if is_opened_longer and _least_over(_opened_and_added(above), below.powers, with_roots) > most:
        return
    lines = [("combine into one fraction", over(_total(above, x, with_roots)))]
    yield lines
    if opened is not None and not is_opened_longer:
        opened = terms.in_order(opened, x)
        yield [*lines, ("expand the numerator", over(sum_of(opened, with_roots=with_roots)))]


def _factoring(common: Term, with_roots: bool) -> str:
    unsigned = common._replace(coefficient=max(common.coefficient, -common.coefficient))
    return f"factor {_in_words(written(unsigned, with_roots=with_roots))} out"


def _in_words(factor: Node) -> str:
    """A factor as the name of a step has it: e^(2x), x sin(x)."""
    from mathcli.syntax.writer import write

    text = re.sub(r"\bexp\(", "e^(", write(factor))
    text = re.sub(r"(?<=\d)\*(?=[a-z(])", "", text)
    return text.replace("*", " ")


# ---- conditions ---------------------------------------------------------------------------------------------


def _lost_conditions(before: Node, after: Node, x: Name, given: tuple[Node, ...]) -> tuple[Node, ...]:
    """What was divided by before and is not any more: it was not 0, and nothing in the line says so now."""
    above = _divided_by(before, x)
    below = _divided_by(after, x) if above else above
    lost = [base for base in above if base not in below and _neat(base, x, {}, True, collect=True) not in below]
    if not lost:
        return ()
    from mathcli.algebra.domains import domain

    known = set(given)
    known.update(Relation(r.sides, ("!=",)) for r in given if isinstance(r, Relation) and r.signs in ((">",), ("<",)))
    found = [condition for base in lost for condition in domain(Power(base, Negative(ONE)))]
    return tuple(condition for condition in dict.fromkeys(found) if condition not in known)


def _divided_by(line: Node, x: Name) -> dict[Node, None]:
    """What stands in a denominator and could be 0, in the order in which it is met."""
    found: dict[Node, None] = {}
    if not line.contains(Quotient, Power):
        return found
    for node in walk(line):
        match node:
            case Quotient(_, under) if x in under.names:
                found.update((base, None) for base, exponent in term_of(under).powers.items() if exponent > 0)
            case Power(base, Negative()) if base is not E and x in base.names:
                found.update((base, None) for base, exponent in term_of(base).powers.items() if exponent > 0)
    sizes: dict[Node, Node] = {
        base: base.arguments[0] for base in found if isinstance(base, Call) and base.function == "abs"
    }
    return {sizes.get(base, base): None for base in found if x in base.names and not _is_never_zero(base)}


def _is_never_zero(base: Node) -> bool:
    from mathcli.algebra.ranges import value_range

    return is_surely_positive(base) or value_range(base).is_positive


def in_terms_of(f: Node, derivative: Node, g: Name, x: Name) -> tuple[Step, ...]:
    """Return the steps from the derivative of f to an expression in g = f alone; see `own_terms`."""
    from mathcli.calculus import own_terms

    return own_terms.in_terms_of(f, derivative, g, x)
