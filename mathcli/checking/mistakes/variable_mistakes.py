"""Mistakes that need a second letter: the other variable varied, dropped, or taken for the one that was asked for.

Each looks at one function f of x and yields the wrong derivatives it leads to; `others` are the letters that stand
still. In what is yielded, Derivative(u, x) stands for the right derivative of u.
"""

from __future__ import annotations

from collections.abc import Iterator

from mathcli.calculus.rulebook import each_in_turn
from mathcli.checking.mistakes.registry import Example, Slip, Taken, in_partial_derivative
from mathcli.syntax.tree import ONE, ZERO, Derivative, Name, Node, Product, Quotient, Sum


@in_partial_derivative(
    "other_variable_varied",
    "the other variable not held constant in a partial derivative",
    example=Example("2x^2y + 3y^3x^2 + 3y", "", "4xy + 6xy^3 + 3", of="partial"),
)
def other_variable_varied(f: Node, x: Name, others: frozenset[Name]) -> Iterator[Slip]:
    """In a partial derivative all other variables stand still, as numbers do."""
    for y in sorted(others & f.names, key=lambda name: name.name):
        varied = Derivative(f, y)
        yield Slip(Sum.of(Derivative(f, x), varied) if x in f.names else varied, (y, " stands still: ", Taken(f)))


@in_partial_derivative(
    "other_variable_dropped",
    "a constant factor or term in the other variable treated as 1 or 0",
    example=Example("2x^2y + 3y", "", "4x", of="partial"),
)
def other_variable_dropped(f: Node, x: Name, others: frozenset[Name]) -> Iterator[Slip]:
    """What holds only other variables is a constant: as a factor it stays, and inside a function it stays too."""
    said = ("what holds other letters only is a constant, and stays: ", Taken(f))
    match f:
        case Product(factors):
            for before, dropped, after in each_in_turn(factors):
                if x not in dropped.names and dropped.names & others:
                    yield Slip(Derivative(Product.of(*before, *after), x), said)
        case Quotient(u, c) if x not in c.names and c.names & others:
            yield Slip(Derivative(u, x), said)
        case Quotient(c, v) if x not in c.names and c.names & others:
            yield Slip(Derivative(Quotient(ONE, v), x), said)
        case Sum():
            return
        case _:
            for reduced in _without_constant_terms(f, x, others):
                yield Slip(Derivative(reduced, x), said)


def _without_constant_terms(f: Node, x: Name, others: frozenset[Name]) -> Iterator[Node]:
    """f with one term inside it that holds other letters only taken for 0, or one such factor taken for 1."""
    for inner in f.children():
        if x not in inner.names:
            continue
        match inner:
            case Sum(parts):
                empty: Node = ZERO
            case Product(parts):
                empty = ONE
            case _:
                continue
        for before, dropped, after in each_in_turn(parts):
            if x not in dropped.names and dropped.names & others:
                rest = inner.rebuilt((*before, *after)) if len(parts) > 1 else empty
                yield f.substitute({inner: rest})


@in_partial_derivative(
    "wrong_variable",
    "differentiated with respect to the wrong variable",
    example=Example("x^2 y^3", "", "3x^2 y^2", of="partial"),
)
def wrong_variable(f: Node, x: Name, others: frozenset[Name]) -> Iterator[Slip]:
    """The derivative was taken with respect to another letter than the one that was asked for."""
    if x in f.names:
        for y in sorted(others & f.names, key=lambda name: name.name):
            yield Slip(Derivative(f, y), ("asked was the derivative with respect to ", x, ": ", Taken(f)))
