"""A function between its corners, where |u| is u or -u, max is one of its arguments and a step is a constant."""

from __future__ import annotations

from flint import fmpq

from mathcli.algebra.balls import enclose, truth
from mathcli.syntax.tree import ONE, ZERO, Call, Name, Negative, Node, Piecewise, Sum, integer, walk


def without_corners(f: Node, x: Name, at: fmpq) -> Node | None:
    """Return what f is on the whole stretch around a point that no corner interrupts; None where that was not found."""
    made: dict[Node, Node] = {}
    for node in walk(f):
        children = node.children()
        rebuilt = node.rebuilt(tuple(made[child] for child in children)) if children else node
        resolved = _resolved(rebuilt, x, at) if x in rebuilt.names else rebuilt
        if resolved is None:
            return None
        made[node] = resolved
    return made[f]


def _resolved(node: Node, x: Name, at: fmpq) -> Node | None:
    match node:
        case Call("abs", (u,), 0):
            by = _sign(u, x, at)
            return None if by is None else {1: u, -1: Negative(u), 0: ZERO}[by]
        case Call("sign", (u,), 0):
            by = _sign(u, x, at)
            return None if by is None else {1: ONE, -1: Negative(ONE), 0: ZERO}[by]
        case Call("max" | "min" as which, arguments, 0):
            return _extreme(which, arguments, x, at)
        case Call("floor" | "ceil" as which, (u,), 0):
            ball = enclose(u, {x: at}, precision=128)
            if ball is None or not ball.is_finite():
                return None
            whole = (ball.floor() if which == "floor" else ball.ceil()).unique_fmpz()
            return None if whole is None else integer(int(whole))
        case Piecewise(branches, otherwise):
            for value, condition in branches:
                holds = truth(condition, {x: at}, precision=256)
                if holds is None:
                    return None
                if holds:
                    return value
            return otherwise
    return node


def _extreme(which: str, arguments: tuple[Node, ...], x: Name, at: fmpq) -> Node | None:
    best = arguments[0]
    for other in arguments[1:]:
        by = _sign(Sum.of(other, Negative(best)), x, at)
        if by is None:
            return None
        best = other if (by > 0) == (which == "max") else best
    return best


def _sign(u: Node, x: Name, at: fmpq) -> int | None:
    for precision in (64, 512):
        ball = enclose(u, {x: at}, precision=precision)
        if ball is None or not ball.is_finite():
            continue
        if ball.is_zero():
            return 0
        if not ball.contains(0):
            return 1 if ball > 0 else -1
    return None
