"""Hessians of losses as sums of squares, h'Hh = sum_i s_i (g_i . h)^2: what they prove of the shape of a loss.

A loss of one prediction that is affine in the parameters has such a Hessian, term by term: the outer second derivative
is the scale s_i, and the slopes of the prediction are the direction g_i.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mathcli.algebra import rational
from mathcli.algebra.domains import domain
from mathcli.algebra.ranges import value_range
from mathcli.calculus import terms
from mathcli.calculus.derivation import Derivation, Step
from mathcli.calculus.differentiation import differentiate
from mathcli.calculus.terms import Term, term_of, terms_of, written
from mathcli.syntax.tree import (
    ONE,
    TWO,
    ZERO,
    Call,
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


@dataclass(frozen=True, slots=True)
class Square:
    """One part of h'Hh: `scale` (g . h)^2, summed over the index of `total` where there is one."""

    scale: Node
    direction: tuple[Node, ...]
    total: IndexedSum | None


@dataclass(frozen=True, slots=True)
class Shape:
    """Whether the loss is convex (1) or concave (-1), by its Hessian as a sum of squares; `given` are signs assumed."""

    sign: int
    squares: tuple[Square, ...]
    form: Derivation
    letters: tuple[Name, ...]
    given: tuple[Node, ...]


_CORNERED = ("abs", "sign", "max", "min", "floor", "ceil")


def is_on_one_piece(f: Node, names: Sequence[Name]) -> bool:
    """Whether the domain of f in these names is cut nowhere, so that a Hessian of one sign bends f one way."""
    return not any("!=" in c.signs for c in domain(f) if isinstance(c, Relation) and c.names & set(names))


def shape_of(f: Node, names: tuple[Name, ...]) -> Shape | None:
    """Return the Hessian's form h'Hh as a sum of squares of one sign, None where none is found."""
    if any(isinstance(part, Piecewise) or (isinstance(part, Call) and part.function in _CORNERED) for part in walk(f)):
        return None
    squares: list[Square] = []
    for part in f.terms if isinstance(f, Sum) else (f,):
        found = _square_of(part, names)
        if found is None:
            return None
        squares.extend(found)
    if not squares:
        return None
    signs, given = [], []
    counts = counts_of(f)
    for square in squares:
        sign, assumed = sign_of(square.scale, counts)
        signs.append(sign)
        given += [Relation((assumed, ZERO), (">",))] if assumed is not None else []
    if len(set(signs)) != 1:
        return None
    letters = _letters(f, len(names))
    return Shape(signs[0], tuple(squares), _form_of(f, names, letters, squares), letters, tuple(dict.fromkeys(given)))


def _square_of(part: Node, names: tuple[Name, ...]) -> list[Square] | None:
    """The squares of one term of a loss: none where it is affine, one where its Hessian has rank one."""
    own = set(names)
    term = term_of(part)
    moving = [base for base in term.powers if base.names & own]
    if not moving:
        return []
    total: IndexedSum | None = None
    body: Node = part
    front: Node = ONE
    if len(moving) == 1 and isinstance(moving[0], IndexedSum) and term.powers[moving[0]] == 1:
        total = moving[0]
        body = total.body
        front = written(term._replace(powers={b: e for b, e in term.powers.items() if b is not total}))
    found = _diagonal_form({(x, y): _second(body, x, y) for k, x in enumerate(names) for y in names[k:]}, names)
    if found is None:
        return None
    return [Square(expanded_product(front, scale), direction, total) for direction, scale in found]


_Entries = dict[tuple[Name, Name], Node]
"""The upper half of a symmetric matrix."""


def _diagonal_form(second: _Entries, names: tuple[Name, ...]) -> list[tuple[tuple[Node, ...], Node]] | None:
    """h'Hh as a sum of squares, one completed after the other; None where none can be: 2 h k alone."""
    found = []
    while any(not _is_zero(entry) for entry in second.values()):
        pivot = next((x for x in reversed(names) if not _is_zero(second[x, x])), None)
        if pivot is None:
            return None
        scale = second[pivot, pivot]
        beside = [second[(x, pivot) if (x, pivot) in second else (pivot, x)] for x in names]
        direction = {x: _ratio(entry, scale) for x, entry in zip(names, beside, strict=True)}
        found.append(_without_square(tuple(direction.values()), scale))
        second = {
            (x, y): _less(entry, Product.of(scale, direction[x], direction[y])) for (x, y), entry in second.items()
        }
    return found


def _less(entry: Node, square: Node) -> Node:
    left = minus(entry, square)
    return ZERO if _is_zero(left) else rational.cancelled(left)


def _second(f: Node, x: Name, y: Name) -> Node:
    return differentiate(differentiate(f, x).result, y).result


def _without_square(direction: tuple[Node, ...], scale: Node) -> tuple[tuple[Node, ...], Node]:
    """Take an even power of data out of the scale into the direction: 2 x_i^2 (h)^2 is 2 (x_i h)^2."""
    term = term_of(scale)
    roots = {base: e / 2 for base, e in term.powers.items() if e.denominator == 1 and e % 2 == 0 and e > 0}
    if not roots or any(isinstance(base, Sum) for base in roots):
        return direction, scale
    root = written(Term(1, {base: int(e) for base, e in roots.items()}))
    rest = written(term._replace(powers={base: e for base, e in term.powers.items() if base not in roots}))
    return tuple(expanded_product(root, g) for g in direction), rest


def _ratio(above: Node, below: Node) -> Node:
    return rational.cancelled(Quotient(above, below)) if above is not ZERO else ZERO


def _is_zero(node: Node) -> bool:
    form = rational.normal_form(node)
    return form is not None and form.is_zero()


def counts_of(f: Node) -> frozenset[Node]:
    """The numbers of terms of the sums in f, which are positive."""
    return frozenset(part.upper for part in walk(f) if isinstance(part, IndexedSum))


def sign_of(scale: Node, counts: frozenset[Node]) -> tuple[int, Node | None]:
    """The sign of a scale, 1 or -1, and the factor that must be positive for it where that is not certain."""
    values = value_range(scale)
    if values.is_non_negative:
        return 1, None
    if (-values).is_non_negative:
        return -1, None
    term = term_of(scale)
    unsure = {
        base: e
        for base, e in term.powers.items()
        if base not in counts and e.numerator % 2 and not value_range(base).is_non_negative
    }
    return (1 if term.coefficient > 0 else -1), written(Term(1, unsure)) if unsure else None


def _form_of(f: Node, names: tuple[Name, ...], letters: tuple[Name, ...], squares: Sequence[Square]) -> Derivation:
    """h'Hh, entry by entry, as the sum of squares."""
    entries = []
    for j, x in enumerate(names):
        for k in range(j, len(names)):
            entry = differentiate(differentiate(f, x).result, names[k]).result
            if entry is ZERO:
                continue
            front: tuple[Node, ...] = () if j == k else (TWO,)
            both = (Power(letters[j], TWO),) if j == k else (letters[j], letters[k])
            entries.append(product(*front, entry, *both))
    start = Sum.of(*entries)
    after = Sum.of(*(_written_square(square, letters) for square in squares))
    return Derivation(start, (Step("rewrite", "write as a sum of squares", start, after, after),))


def product(*factors: Node) -> Node:
    return written(term_of(Product.of(*factors)))


def _written_square(square: Square, letters: tuple[Name, ...]) -> Node:
    inner = expanded(
        Sum.of(*(Product.of(g, h) for g, h in zip(square.direction, letters, strict=True) if g is not ZERO))
    )
    total = square.total
    if total is None:
        return product(square.scale, Power(inner, TWO))
    term = term_of(square.scale)
    inside = {base: e for base, e in term.powers.items() if total.index in base.names}
    outside = Term(term.coefficient, {base: e for base, e in term.powers.items() if base not in inside})
    body = product(written(Term(1, inside)), Power(inner, TWO))
    whole = IndexedSum(body, total.index, total.lower, total.upper)
    return written(terms.multiplied(outside, Term(1, {whole: 1})))


def _letters(f: Node, count: int) -> tuple[Name, ...]:
    taken = {name.name for part in walk(f) for name in part.names}
    taken |= {part.index.name for part in walk(f) if isinstance(part, IndexedSum)}
    taken |= {part.base for part in walk(f) if hasattr(part, "base") and isinstance(part.base, str)}
    return tuple(Name(letter) for letter in ("h", "k", "l", "p", "q", "r", "s", "t", "u", "v") if letter not in taken)[
        :count
    ]


def is_never_zero(node: Node) -> bool:
    values = value_range(node)
    return values.is_positive or values.is_negative


def is_strict(scale: Node, counts: frozenset[Node]) -> bool:
    """Whether a scale whose sign is known, or assumed, is not 0 either."""
    return all(
        is_never_zero(base) or base in counts or e < 0 or (e.numerator % 2 and not value_range(base).is_non_negative)
        for base, e in term_of(scale).powers.items()
    )


# ---- small algebra ------------------------------------------------------------------------------------------


def minus(a: Node, b: Node) -> Node:
    return Sum.of(a, Negative(b))


def expanded(node: Node) -> Node:
    found = terms.expanded(terms_of(node))
    return node if found is None else terms.sum_of(found)


def expanded_product(front: Node, rest: Node) -> Node:
    if front is ONE:
        return rest
    return expanded(Product.of(front, rest))


def quotient(above: Node, below: Node) -> Node:
    if isinstance(above, Sum) or isinstance(below, Sum):
        return Quotient(above, below)
    return written(term_of(Quotient(above, below)))
