"""Functions that go by the sign of something: |u|, sign u, max and min, cases, acot; and what is left of them then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, pairwise

from mathcli.algebra.conditions import difference
from mathcli.algebra.verdict import all_hold
from mathcli.syntax.magnitudes import compared
from mathcli.syntax.tree import (
    ONE,
    PI,
    TWO,
    ZERO,
    Call,
    Derivative,
    Equation,
    IndexedProduct,
    IndexedSum,
    Integral,
    Limit,
    Minimum,
    Negative,
    Node,
    Piecewise,
    Quotient,
    Relation,
    integer,
    walk,
)

SignOf = Callable[[Node], "int | None"]
"""The sign of a tree where it is known: -1, 0, 1; None else."""

BINDING = (IndexedSum, IndexedProduct, Integral, Limit, Minimum, Derivative)
"""What binds a name: inside, a sign is not that of one number."""

_JUMPS = frozenset(("sign", "floor", "ceil", "acot", "atan2", "factorial2"))


def switched(node: Node) -> Iterator[Node]:
    """Yield the trees by whose signs the functions in a tree go."""
    for part in walk(node):
        match part:
            case Call("abs" | "sign" | "acot", (u,), 0):
                yield u
            case Call("min" | "max", _, 0):
                yield from (difference(a, b) for a, b in combinations(compared(part), 2))
            case Piecewise(branches, _):
                for _, condition in branches:
                    if isinstance(condition, Relation | Equation):
                        yield from (difference(a, b) for a, b in pairwise(condition.children()))


def may_jump(node: Node) -> bool:
    """Whether a function stands in the tree that may jump at a point of its domain."""
    return any(_jumps(part) for part in walk(node))


def _jumps(part: Node) -> bool:
    if isinstance(part, Piecewise):
        return True
    if not isinstance(part, Call):
        return False
    return part.function in _JUMPS or (part.function == "binomial" and bool(part.arguments[1].names))


def resolved(node: Node, sign_of: SignOf) -> Node:
    """Return the tree with what goes by a known sign replaced by what it is there."""
    made: dict[Node, Node] = {}
    for part in walk(node):
        children = part.children()
        fresh = tuple(made[child] for child in children)
        rebuilt = part if fresh == children else part.rebuilt(fresh)
        made[part] = _chosen(rebuilt, sign_of)
    return made[node]


def _chosen(part: Node, sign_of: SignOf) -> Node:
    match part:
        case Call("abs", (u,), 0):
            by = sign_of(u)
            return part if by is None else ZERO if by == 0 else u if by > 0 else Negative(u)
        case Call("sign", (u,), 0):
            by = sign_of(u)
            return part if by is None else integer(by)
        case Call("acot", (u,), 0):
            by = sign_of(u)
            return part if by is None else Call("atan", (Quotient(ONE, u),)) if by else Quotient(PI, TWO)
        case Call("min" | "max" as function, _, 0):
            return _extreme(part, compared(part), 1 if function == "max" else -1, sign_of)
        case Piecewise():
            return _branch(part, sign_of)
    return part


def _extreme(part: Node, values: tuple[Node, ...], sense: int, sign_of: SignOf) -> Node:
    best = values[0]
    for value in values[1:]:
        by = sign_of(difference(value, best))
        if by is None:
            return part
        best = value if by * sense > 0 else best
    return best


def _branch(part: Piecewise, sign_of: SignOf) -> Node:
    for value, condition in part.branches:
        holds = _truth(condition, sign_of)
        if holds is None:
            return part
        if holds:
            return value
    return part if part.otherwise is None else part.otherwise


def _truth(condition: Node, sign_of: SignOf) -> bool | None:
    match condition:
        case Equation(a, b):
            by = sign_of(difference(a, b))
            return None if by is None else by == 0
        case Relation(sides, signs):
            answers = [
                _compares(sign_of(difference(a, b)), sign) for (a, b), sign in zip(pairwise(sides), signs, strict=True)
            ]
            return all_hold(answers)
    return None


def _compares(by: int | None, sign: str) -> bool | None:
    if by is None:
        return None
    return {"<": by < 0, "<=": by <= 0, ">": by > 0, ">=": by >= 0, "!=": by != 0, "=": by == 0}[sign]
