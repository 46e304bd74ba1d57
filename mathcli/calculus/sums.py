"""Indexed sums: the derivative goes inside, where the bounds do not move; of the entries of a family, one is meant.

The derivative of w_j with respect to w_k is the Kronecker delta, 1 where j = k and 0 elsewhere, and of a sum with a
delta in it one term is left. That this term is one of the sum's is a condition, 1 <= k <= n.
"""

from __future__ import annotations

from collections.abc import Iterator

from mathcli.calculus import terms
from mathcli.calculus.derivation import Application, Step
from mathcli.calculus.rulebook import rule
from mathcli.calculus.terms import Term, term_of, terms_of, written
from mathcli.errors import NotCoveredError
from mathcli.syntax.families import entries, index_node, indices_of, varying, with_fresh_indices
from mathcli.syntax.tree import (
    ONE,
    ZERO,
    Call,
    Derivative,
    Indexed,
    IndexedProduct,
    IndexedSum,
    Name,
    Node,
    Number,
    Product,
    Quotient,
    Relation,
    Sum,
    rewrite,
    walk,
)

_MOST_FACTORS = 20


@rule("derivative inside the sum", formula="(sum_(i=1)^n u)' = sum_(i=1)^n u'", example="sum_(i=1)^n x^i", inner="raw")
def indexed_sum_rule(f: Node, x: Name) -> Application | None:
    """The terms are differentiated one by one, which needs a number of terms that does not depend on the variable."""
    match f:
        case IndexedSum(body, index, lower, upper):
            refuse_moving_bounds(f, x)
            return Application(IndexedSum(Derivative(body, x), index, lower, upper), formula="")
    return None


def refuse_moving_bounds(f: IndexedSum | IndexedProduct, x: Name) -> None:
    """Do nothing where the bounds are free of x.

    Raises:
        NotCoveredError: a bound holds x, so that the number of terms changes with x.
    """
    if x in f.lower.names or x in f.upper.names:
        what = "terms" if isinstance(f, IndexedSum) else "factors"
        raise NotCoveredError(
            f"the number of {what} depends on {x.name}, so it cannot be differentiated one by one",
            hint=f"the sum exists for whole {x.name} only; write it in closed form first" if what == "terms" else "",
        )


@rule("product written out", formula="prod_(i=1)^2 u_i = u_1 u_2", example="prod_(i=1)^3 (x + i)", kind="rewrite")
def short_product_rule(f: Node, x: Name) -> Application | None:
    """A product of a known, small number of factors is written out before it is differentiated."""
    match f:
        case IndexedProduct(body, index, Number(first, 0), Number(last, 0)) if 0 <= last - first < _MOST_FACTORS:
            factors = [body.substitute({index: Number(k)}) for k in range(first, last + 1)]
            return Application(Derivative(Product.of(*factors), x), formula="")
    return None


@rule("derivative of a product of many", formula="", example="prod_(i=1)^n (x + i^2)")
def indexed_product_rule(f: Node, x: Name) -> Application | None:
    """Each factor takes its turn: the derivative is the product times the sum of u'/u, where no factor is 0."""
    match f:
        case IndexedProduct(body, index, lower, upper):
            refuse_moving_bounds(f, x)
            share = IndexedSum(Quotient(Derivative(body, x), body), index, lower, upper)
            return Application(
                Product.of(f, share), conditions=(Relation((f, ZERO), ("!=",)),), formula="",
                because=("each factor takes its turn; u' times the others is the product times u'/u",),
            )  # fmt: skip
    return None


@rule("entries of a family", formula="", example="")
def entry_rule(f: Node, x: Name) -> Application | None:
    """One entry of a family does not change with another: the derivative of w_j by w_k is 1 if j = k, else 0."""
    match f:
        case Indexed(base, indices, variables) if x in variables:
            own = indices_of(x, base, len(indices))
            if own is None:
                return Application(Derivative(f, x), formula="")
            pairs = [(index, index_node(k)) for index, k in zip(indices, own, strict=True)]
            deltas = [Call("kronecker", pair) for pair in pairs if pair[0] is not pair[1]]
            return Application(Product.of(*deltas), formula="")
    return None


def prepared(f: Node, x: Name) -> Node:
    """Return f with the entries of families as functions of x, where x is one of them.

    Raises:
        NotCoveredError: x is x_1 and f runs over x_{ij}, so that it is not known which entry is meant.
    """
    marked = varying(f, (x,))
    base, underscore, below = x.name.partition("_")
    if underscore and any(
        part.base == base and x not in part.variables and indices_of(x, base, len(part.indices)) is None
        for part in entries(marked)
    ):
        raise NotCoveredError(f"{x.name} is one of the {base}_i in the sum, so the term that holds it is not known")
    if marked is f and not entries(f):
        return f
    letters = (*below.split("_"), *below) if marked is not f else ()
    return with_fresh_indices(marked, [letter for letter in letters if letter.isalpha()])


def picked(line: Node, x: Name) -> Step | None:
    """Return the step in which each delta that came of x leaves the one term that it names, None where there is none.

    The index of x is the same all over the line; of any other a condition could hold for some terms and not for others.
    """
    below = x.name.partition("_")[2]
    own = {index_node(index) for index in (*below.split("_"), *below)} if below else set()
    found: list[tuple[Node, Node]] = []
    conditions: dict[Node, None] = {}

    def replaced(part: Node) -> Node | None:
        if not isinstance(part, IndexedSum) or not _has_delta(part):
            return None
        inside = rewrite(part.body, replaced)
        total = IndexedSum(inside, part.index, part.lower, part.upper)
        chosen = _picked(total, own, conditions)
        if chosen is None:
            return _deltas_in_front(total)
        found.append((part.index, chosen[1]))
        return chosen[0]

    after = rewrite(line, replaced)
    if after is line or not found:
        return None
    index, other = found[0]
    because = ("of the sum over ", index, " only the term with ", index, " = ", other, " is left")
    name = "the delta picks one term"
    return Step("rewrite", name, line, after, after, conditions=tuple(conditions), because=because)


def _has_delta(node: Node) -> bool:
    return node.contains(Call) and any(True for _ in _deltas_of(node))


def _deltas_of(node: Node) -> Iterator[Node]:
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, Call) and part.function == "kronecker":
            yield part
        stack.extend(child for child in part.children() if child.contains(Call))


def _picked(total: IndexedSum, own: set[Node], conditions: dict[Node, None]) -> tuple[Node, Node] | None:
    """The sum without its deltas, and what the index is in the term that is left."""
    opened = _opened(total.body)
    if opened is None:
        return None
    rest: list[Term] = []
    singles: list[Node] = []
    other: Node | None = None
    for term in opened:
        delta = next((d for d in term.powers if _names_index(d, total.index, own)), None)
        if delta is None:
            rest.append(term)
            continue
        assert isinstance(delta, Call)
        other = delta.arguments[1] if delta.arguments[0] is total.index else delta.arguments[0]
        if not _is_within(total, other, conditions):
            continue
        powers = {base: e for base, e in term.powers.items() if base is not delta}
        singles.append(written(term._replace(powers=powers)).substitute({total.index: other}))
    if other is None:
        return None
    parts = list(singles)
    if rest:
        parts.insert(0, IndexedSum(terms.sum_of(rest), total.index, total.lower, total.upper))
    return Sum.of(*parts), other


def _opened(body: Node) -> tuple[Term, ...] | None:
    """The terms of a body, opened no further than its deltas ask for."""
    found: list[Term] = []
    for term in terms_of(body):
        if any(isinstance(base, Sum) and _has_delta(base) for base in term.powers):
            inside = {b: e for b, e in term.powers.items() if isinstance(b, Sum) and _has_delta(b)}
            if any(e != 1 for e in inside.values()):
                return None
            outside = Term(term.coefficient, {b: e for b, e in term.powers.items() if b not in inside})
            products: tuple[Term, ...] = (outside,)
            for bracket in inside:
                products = tuple(terms.multiplied(p, part) for p in products for part in terms_of(bracket))
            found.extend(products)
        else:
            found.append(term)
    return tuple(term for term in found if term.coefficient)


def _deltas_in_front(total: IndexedSum) -> Node:
    """The sum with the deltas of other indices in front of it, where the sum around it finds them."""
    opened = _opened(total.body)
    if opened is None:
        return total
    parts: list[Node] = []
    for term in opened:
        deltas = {b: e for b, e in term.powers.items() if _is_delta(b) and total.index not in b.names}
        rest = {b: e for b, e in term.powers.items() if b not in deltas}
        inner = IndexedSum(written(term._replace(powers=rest)), total.index, total.lower, total.upper)
        parts.append(Product.of(*deltas, inner))
    return Sum.of(*parts)


def _is_delta(base: Node) -> bool:
    return isinstance(base, Call) and base.function == "kronecker"


def _names_index(base: Node, index: Name, own: set[Node]) -> bool:
    match base:
        case Call("kronecker", (left, right)):
            return (left is index and right in own) or (right is index and left in own)
    return False


def _is_within(total: IndexedSum, other: Node, conditions: dict[Node, None]) -> bool:
    """Whether the index may take that value; what must hold for it becomes a condition."""
    lower, upper = total.lower, total.upper
    values = [side.numerator if isinstance(side, Number) else None for side in (lower, other, upper)]
    low, here, high = values
    if (low is not None and here is not None and here < low) or (high is not None and here is not None and here > high):
        return False
    sides = [other]
    if low is None or here is None:
        sides.insert(0, lower)
    if high is None or here is None:
        sides.append(upper)
    if len(sides) > 1:
        conditions[Relation(tuple(sides), ("<=",) * (len(sides) - 1))] = None
    return True


def without_counts(conditions: tuple[Node, ...], f: Node) -> tuple[Node, ...]:
    """Return the conditions without n != 0 for those n up to which sums from 1 on run: there is at least one term."""
    if not f.contains(IndexedSum):
        return conditions
    totals = [part for part in walk(f) if isinstance(part, IndexedSum) and part.lower is ONE]
    known = {Relation((total.upper, ZERO), ("!=",)) for total in totals}
    return tuple(condition for condition in conditions if condition not in known)


def equal_terms(total: IndexedSum) -> Node:
    """Return the number of terms, n of a sum from 1 to n."""
    if total.lower is ONE:
        return total.upper
    if isinstance(total.lower, Number) and total.lower.numerator == 0:
        return Sum.of(total.upper, ONE)
    from mathcli.syntax.tree import Negative

    return Sum.of(total.upper, Negative(total.lower), ONE)


def split(line: Node) -> Node:
    """Return the line with its sums multiplied out and split into sums of single terms, constants in front.

    >>> from mathcli.syntax.parser import parse
    >>> from mathcli.syntax.writer import write
    >>> write(split(parse("sum_{i=1}^n (y_i - m x_i - c)")))
    'sum(y_i, i, 1, n) - m*sum(x_i, i, 1, n) - c*n'
    """

    def opened(part: Node) -> Node | None:
        if not isinstance(part, IndexedSum):
            return None
        inner = terms.expanded(terms_of(rewrite(part.body, opened)))
        if inner is None:
            return None
        return Sum.of(*(_with_constants_out(part, term) for term in inner))

    line = rewrite(line, opened)
    whole = terms.expanded(terms_of(line))
    return line if whole is None else terms.sum_of(whole)


def _with_constants_out(total: IndexedSum, term: Term) -> Node:
    outside = {base: e for base, e in term.powers.items() if total.index not in base.names}
    inside = {base: e for base, e in term.powers.items() if base not in outside}
    if inside:
        rest: Node = IndexedSum(written(Term(1, inside)), total.index, total.lower, total.upper)
    else:
        rest = equal_terms(total)
    front = term_of(rest)
    return written(terms.multiplied(Term(term.coefficient, outside, term.is_decimal), front))
