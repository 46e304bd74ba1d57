"""Where in a line the mistake stands, and the line as it would be right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from mathcli.algebra import rational
from mathcli.algebra.budget import Budget
from mathcli.checking.comparing import are_equal
from mathcli.checking.mistakes import Explanation
from mathcli.checking.notation import Written
from mathcli.errors import MathcliError
from mathcli.syntax.span import Span
from mathcli.syntax.tree import ZERO, Negative, Node, Power, Product, Quotient, Sum, Vector, rewrite

Path = tuple[int, ...]
Value = Callable[[Node], Node]

_MOST_PLACES = 12


class Mended(NamedTuple):
    """The part of a line that alone is wrong, by its path, and the line with this part put right."""

    at: Path
    line: Node


def mended(
    written: Node, explained: Sequence[Explanation], expected: Node, right: Iterable[Node], value: Value, budget: Budget
) -> Mended | None:
    """Return the smallest part of a line that alone is wrong, and the line put right; None where no single part is.

    It is what a mistake made of its place; else what has no equal in a line of the same shape that is right.
    """
    if len({explanation.names for explanation in explained}) == 1:
        found = _undone(written, explained[0], expected, value, budget)
        if found is not None:
            return found
    best: Mended | None = None
    for line in right:
        odd = _odd_part(written, line, value)
        if odd is not None and odd[0] and (best is None or len(odd[0]) > len(best.at)):
            best = Mended(odd[0], _repaired(written, *odd))
    return best


def span_of(part: Mended | None, written: Written) -> Span | None:
    """Where the part stands in the text; None where the text was changed before it was read."""
    return written.reading.span_of(part.at) if part is not None and written.is_verbatim else None


def _undone(written: Node, explanation: Explanation, expected: Node, value: Value, budget: Budget) -> Mended | None:
    """The line in which what the mistake made of its place is put right, at the place where this makes it right."""
    for k, path in enumerate(_places_of(explanation.wrong, written, ())):
        if k == _MOST_PLACES:
            return None
        candidate = _repaired(written, path, explanation.right)
        try:
            if path and are_equal(value(candidate), expected, (), budget):
                return Mended(path, candidate)
        except MathcliError:
            continue
    return None


def _places_of(part: Node, tree: Node, at: Path) -> Iterator[Path]:
    if tree is part:
        yield at
        return
    for k, child in enumerate(tree.children()):
        yield from _places_of(part, child, (*at, k))


def _repaired(tree: Node, at: Path, part: Node) -> Node:
    """The tree with another part at a path; where that is 0, it is no term of a sum: 5x^4, and not 5x^4 + 0."""
    line = _with(tree, at, part)
    return rewrite(line, _without_zeros) if part is ZERO or part == Negative(ZERO) else line


def _without_zeros(part: Node) -> Node | None:
    if not isinstance(part, Sum):
        return None
    terms = tuple(term for term in part.terms if term is not ZERO and term != Negative(ZERO))
    return None if len(terms) == len(part.terms) else Sum.of(*terms)


def _with(tree: Node, at: Path, part: Node) -> Node:
    """The tree with another part at a path."""
    if not at:
        return part
    children = list(tree.children())
    children[at[0]] = _with(children[at[0]], at[1:], part)
    return tree.rebuilt(tuple(children))


def _odd_part(written: Node, right: Node, value: Value) -> tuple[Path, Node] | None:
    """The path to the only part without an equal in a right line of the same kind, and what it should be."""
    if _agree(written, right, value):
        return None
    match written, right:
        case (Sum(), Sum()) | (Product(), Product()):
            return _odd_child(written, right, value)
        case (Quotient(), Quotient()) | (Power(), Power()) | (Negative(), Negative()) | (Vector(), Vector()):
            return _odd_child_in_order(written, right, value)
    return (), right


def _odd_child_in_order(written: Node, right: Node, value: Value) -> tuple[Path, Node]:
    mine, theirs = written.children(), right.children()
    if len(mine) != len(theirs):
        return (), right
    odd = [k for k, (a, b) in enumerate(zip(mine, theirs, strict=True)) if not _agree(a, b, value)]
    return _inside(odd, [theirs[k] for k in odd], mine, right, value)


def _odd_child(written: Node, right: Node, value: Value) -> tuple[Path, Node]:
    left = list(right.children())
    odd = []
    for k, part in enumerate(written.children()):
        equal = next((other for other in left if _agree(part, other, value)), None)
        if equal is None:
            odd.append(k)
        else:
            left.remove(equal)
    return _inside(odd, left, written.children(), right, value)


def _inside(odd: list[int], left: list[Node], mine: Sequence[Node], right: Node, value: Value) -> tuple[Path, Node]:
    if len(odd) != 1 or len(left) != 1:
        return (), right
    path, part = _odd_part(mine[odd[0]], left[0], value) or ((), left[0])
    return (odd[0], *path), part


def _agree(a: Node, b: Node, value: Value) -> bool:
    if a is b:
        return True
    try:
        return rational.agree(value(a), value(b)) is True
    except MathcliError:
        return False
