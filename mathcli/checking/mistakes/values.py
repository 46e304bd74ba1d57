"""What lines are worth at a few rational points: whether two of them may be the same, long before it is proved."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Protocol

from flint import arb, fmpq

from mathcli.algebra import rational
from mathcli.algebra.balls import Evaluation
from mathcli.algebra.budget import Budget
from mathcli.algebra.equality import EQUAL, EQUAL_ON_COMMON_DOMAIN, compare
from mathcli.algebra.samples import sample_points
from mathcli.syntax.tree import (
    ZERO,
    Constant,
    Derivative,
    Equation,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Vector,
)

Values = tuple[float, ...]
"""One number for each point; what has no value there is nan."""

_POINTS = 3
_LARGEST = 1e12
_CLOSENESS = 1e-9
_STEP = fmpq(1, 2**20)


class Valued(Protocol):
    """What gives trees their values."""

    def of(self, node: Node) -> Values:
        """Return the values of a tree."""


class Points:
    """Evaluations at points where the given trees have values. To be used at one working precision throughout."""

    def __init__(self, trees: Sequence[Node]) -> None:
        names = tuple(frozenset[Node]().union(*(tree.names for tree in trees)))
        found = sample_points(trees, names, 2 * _POINTS)  # type: ignore[arg-type]
        made = [Evaluation(point, generic=True) for point in found]
        kept = [e for e in made if all(abs(number_of(e.value(tree))) < _LARGEST for tree in trees)]
        self.evaluations = tuple(kept[:_POINTS])

    def __len__(self) -> int:
        return len(self.evaluations)

    def of(self, node: Node) -> Values:
        """Return the values of a tree; of an equation, what l - r is against its value at the first point."""
        if isinstance(node, Equation):
            values = self.of(as_function(node))
            return tuple([value / values[0] if values[0] else math.nan for value in values])
        return tuple([number_of(evaluation.value(node)) for evaluation in self.evaluations])

    def slopes(self, f: Node, x: Name) -> Values:
        """Return the derivative of a function by a difference quotient, good to about ten digits."""
        found = []
        for evaluation in self.evaluations:
            at = dict(evaluation.at)
            ends = [Evaluation({**at, x: at[x] + sign * _STEP}, generic=True).value(f) for sign in (1, -1)]
            found.append((number_of(ends[0]) - number_of(ends[1])) / (2 * float(_STEP)) if x in at else math.nan)
        return tuple(found)

    def settle(self, derivative: Derivative, value: Node) -> None:
        """From now on, the standing derivative has the value of the tree."""
        for evaluation in self.evaluations:
            evaluation.known[derivative] = evaluation.value(value)


def number_of(value: arb | fmpq | None) -> float:
    """Return a value in floating point, nan for none and for what is not decided."""
    if value is None:
        return math.nan
    if isinstance(value, fmpq):
        return _quotient(int(value.p), int(value.q))
    return float(value.mid()) if value.is_finite() else math.nan


def _quotient(above: int, below: int) -> float:
    try:
        return above / below
    except OverflowError:
        return math.inf


def are_close(a: Values, b: Values) -> bool:
    """Whether the numbers agree at every point, as far as floating point tells."""
    return all(map(near, a, b))


def near(p: float, q: float) -> bool:
    """Whether two numbers agree, as far as floating point tells."""
    return abs(p - q) <= _CLOSENESS * (1e-3 + abs(p) + abs(q))


def is_small(a: Values, against: Values) -> bool:
    return all(abs(p) <= _CLOSENESS * (1e-3 + abs(q)) for p, q in zip(a, against, strict=True))


def as_function(claim: Node) -> Node:
    """Return the function whose zeros a claim speaks of: l - r for l = r, the product for x = 1 or x = -1."""
    match claim:
        case Equation(left, right):
            return _without_what_is_never_zero(left) if right is ZERO else Sum.of(left, Negative(right))
        case Vector(entries) if is_set(claim):
            return Product.of(*map(as_function, entries))
    return claim


def _without_what_is_never_zero(u: Node) -> Node:
    """x (x + 2) for -e^x x (x + 2)/(x - 1)^2: exponentials, signs and denominators do not matter to the zeros."""
    match u:
        case Negative(v) | Quotient(v, _):
            return _without_what_is_never_zero(v)
        case Product(factors):
            kept = [f for f in factors if not (isinstance(f, Power) and isinstance(f.base, Number | Constant))]
            return Product.of(*map(_without_what_is_never_zero, kept)) if kept else u
    return u


def is_set(claim: Node) -> bool:
    """Whether a claim lists alternatives, x = 1 or x = -1."""
    return isinstance(claim, Vector) and all(isinstance(entry, Equation) for entry in claim.entries)


def is_claim(node: Node) -> bool:
    """Whether a line speaks of zeros: an equation, or a list of them."""
    return isinstance(node, Equation) or is_set(node)


def are_equal(a: Node, b: Node, *, budget: Budget) -> bool:
    """Whether two lines are proved to be equal wherever both have a value; of equations, that one is a multiple."""
    if is_claim(a) and is_claim(b):
        ratio = rational.normal_form(Quotient(as_function(a), as_function(b)))
        return ratio is not None and ratio.constant is not None
    if a is b or rational.agree(a, b):
        return True
    return compare(a, b, budget=budget).verdict in (EQUAL, EQUAL_ON_COMMON_DOMAIN)


def common_ratio(values: Iterable[float]) -> float | None:
    """Return the number that all values are, None if they are not all the same or one is no number."""
    found = tuple(values)
    if not found or not all(map(math.isfinite, found)):
        return None
    first = found[0]
    return first if all(abs(v - first) <= _CLOSENESS * (1e-3 + abs(first)) for v in found) else None
