"""A function cut into parts on which it is smooth: no absolute values, no cases, no root with a vertical tangent.

|u| is cut where u = 0 and is u or -u in between; min and max where two of their arguments meet, a piecewise function
where a condition changes, floor where it jumps. Innermost ones come first, so what is cut next holds none any more.
At last the parts are cut where the derivative may fail to exist: cbrt x at 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from flint import fmpq

from mathcli.algebra.balls import enclose
from mathcli.algebra.budget import Budget
from mathcli.algebra.domains import derivative_domain, domain
from mathcli.algebra.exact import is_zero
from mathcli.calculus.derivation import Phrase
from mathcli.solving.regions import Bound, Piece, Region, rising
from mathcli.solving.roots import sign_on, zeros
from mathcli.syntax.tree import (
    INF,
    ONE,
    PI,
    ZERO,
    Call,
    Equation,
    Name,
    Negative,
    Node,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    integer,
    walk,
)


@dataclass(frozen=True, slots=True)
class Part:
    """An open piece of the line and what f is on it."""

    piece: Piece
    function: Node


class NotCutError(Exception):
    """A function could not be cut; it never leaves calculus. `reason` says why."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__()
        self.reason = reason


@dataclass(slots=True)
class Cutting:
    """The parts, rising, without gaps between them; f is smooth on each of them, which is proved."""

    x: Name
    budget: Budget
    parts: list[Part] = field(default_factory=list)
    jumps: set[int] = field(default_factory=set)
    """The ids of the ends of parts at which f may be discontinuous."""

    def cut(self, f: Node, piece: Piece) -> None:
        """Add the parts of f on an open piece of its domain.

        Raises:
            NotCutError: not all places to cut at were found.
        """
        self.budget.spend(10)
        node = _innermost_kink(f, self.x)
        if node is None:
            self.parts.extend(Part(part, f) for part in self._without_steep_points(f, piece))
            return
        sides = _dividing(node)
        pieces = self._divided(piece, sides)
        if _may_jump(node):
            self._mark_jumps(pieces, sides)
        for part in pieces:
            value = _resolved(node, self.x, part)
            if value is None:
                raise NotCutError(("it could not be worked out what ", node, " is between its jumps"))
            self.cut(f.substitute({node: value}), part)

    def _mark_jumps(self, pieces: list[Piece], sides: list[Node]) -> None:
        """Mark the ends at which it is not certain that all of these functions keep their signs."""
        for end in (end for piece in pieces for end in (piece.lower, piece.upper)):
            if end is not None and not all(_is_away_from_zero(u, self.x, end) for u in sides if self.x in u.names):
                self.jumps.add(id(end))

    def _divided(self, piece: Piece, sides: list[Node]) -> list[Piece]:
        """The open pieces between the zeros of these functions."""
        cuts: list[Bound] = []
        for u in sides:
            if self.x not in u.names:
                continue
            found = zeros(u, self.x, Region((piece,)), budget=self.budget)
            if found.families or not found.is_complete:
                raise NotCutError(("not every place where ", u, " changes its sign could be listed"))
            cuts.extend(zero.at for zero in found.points)
            for plateau in found.continua:
                cuts.extend(end for end in (plateau.lower, plateau.upper) if end is not None)
        return between(piece, cuts)

    def _without_steep_points(self, g: Node, piece: Piece) -> list[Piece]:
        known = set(domain(g))
        sides = [
            Sum.of(left, Negative(right)) if right is not ZERO else left
            for condition in derivative_domain(g, self.x)
            if condition not in known
            for left, right in pairwise(condition.children())
            if not _is_infinite(left) and not _is_infinite(right)
        ]
        return self._divided(piece, sides) if sides else [piece]


def between(piece: Piece, cuts: list[Bound]) -> list[Piece]:
    """Return the open pieces into which an open piece is cut by these numbers; those at its ends cut nothing."""
    inner = [cut for cut in rising(cuts) if _is_inside(piece, cut)]
    ends = [piece.lower, *inner, piece.upper]
    return [Piece(lower, upper) for lower, upper in pairwise(ends)]


def _is_inside(piece: Piece, at: Bound) -> bool:
    return (piece.lower is None or piece.lower < at) and (piece.upper is None or at < piece.upper)


def _is_infinite(node: Node) -> bool:
    return node is INF or (isinstance(node, Negative) and node.operand is INF)


def _is_away_from_zero(u: Node, x: Name, at: Bound) -> bool:
    ball = enclose(u, {x: at.ball(128)}, precision=160)
    return ball is not None and ball.is_finite() and not ball.contains(0)


def _may_jump(node: Node) -> bool:
    return isinstance(node, Piecewise) or _is_call(node, *_JUMPING)


_JUMPING = ("sign", "floor", "ceil", "acot", "atan2")


def has_jumps(f: Node, x: Name) -> bool:
    """Whether a part of f may be discontinuous inside its domain."""
    return any(x in part.names and _may_jump(part) for part in walk(f))


def _is_call(node: Node, *functions: str) -> bool:
    return isinstance(node, Call) and node.function in functions


def _innermost_kink(f: Node, x: Name) -> Node | None:
    return next((part for part in walk(f) if x in part.names and _is_kink(part)), None)


def has_kinks(f: Node, x: Name) -> bool:
    """Whether f holds an absolute value, cases or the like."""
    return _innermost_kink(f, x) is not None


def _is_kink(node: Node) -> bool:
    match node:
        case Call("abs" | "sign" | "min" | "max" | "floor" | "ceil" | "acot" | "atan2", _, 0):
            return True
        case Piecewise():
            return True
    return _root_of_even_power(node) is not None


def _root_of_even_power(node: Node) -> tuple[Node, int] | None:
    """(u, n) where the node is sqrt(u^(2n)), which is |u|^n."""
    match node:
        case Call("sqrt", (Power(u, Number(n, 0)),), 0):
            return (u, n // 2) if n and n % 2 == 0 else None
        case Power(Power(u, Number(n, 0)), Quotient(Number(1, 0), Number(2, 0)) | Number(5, 1)):
            return (u, n // 2) if n and n % 2 == 0 else None
    return None


def _dividing(node: Node) -> list[Node]:
    """The functions at whose zeros the node may change from one formula to another."""
    root = _root_of_even_power(node)
    if root is not None:
        return [root[0]]
    match node:
        case Call("abs" | "sign" | "acot", (u,)):
            return [u]
        case Call("min" | "max", arguments):
            return [_minus(a, b) for k, a in enumerate(arguments) for b in arguments[k + 1 :]]
        case Call("floor" | "ceil", (u,)):
            return [Call("sin", (Product.of(PI, u),))]
        case Piecewise(branches):
            return [
                _minus(a, b)
                for _, condition in branches
                if isinstance(condition, Relation | Equation)
                for a, b in pairwise(condition.children())
            ]
    return []


def _sign(u: Node, x: Name, piece: Piece) -> int | None:
    return 0 if is_zero(u) else sign_on(u, x, piece)


def _minus(a: Node, b: Node) -> Node:
    return a if b is ZERO else Sum.of(a, Negative(b))


def _resolved(node: Node, x: Name, piece: Piece) -> Node | None:
    """Return what the node is on an open piece on which it keeps to one formula; None where that is not certain."""
    root = _root_of_even_power(node)
    if root is not None:
        u, n = root
        by = _sign(u, x, piece)
        size = {1: u, -1: Negative(u), 0: ZERO}.get(by) if by is not None else None
        return size if size is None or n == 1 else Power(size, Number(n))
    match node:
        case Call("abs", (u,)):
            by = _sign(u, x, piece)
            return None if by is None else {1: u, -1: Negative(u), 0: ZERO}[by]
        case Call("sign", (u,)):
            by = _sign(u, x, piece)
            return None if by is None else {1: ONE, -1: Negative(ONE), 0: ZERO}[by]
        case Call("acot", (u,)):
            return Call("atan", (Quotient(ONE, u),)) if _sign(u, x, piece) else None
        case Call("min" | "max" as which, arguments):
            return _best(arguments, which, x, piece)
        case Call("floor" | "ceil" as which, (u,)):
            return _whole_part(which, u, x, piece)
        case Piecewise(branches, otherwise):
            return _branch(branches, otherwise, x, piece)
    return None


def _best(arguments: tuple[Node, ...], which: str, x: Name, piece: Piece) -> Node | None:
    best = arguments[0]
    for other in arguments[1:]:
        by = _sign(_minus(other, best), x, piece)
        if by is None:
            return None
        best = other if (by > 0) == (which == "max") else best
    return best


def _branch(branches: tuple[tuple[Node, Node], ...], otherwise: Node | None, x: Name, piece: Piece) -> Node | None:
    for value, condition in branches:
        truth = _holds_on(condition, x, piece)
        if truth is None:
            return None
        if truth:
            return value
    return otherwise


_ALLOWED = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1), "!=": (-1, 1), "=": (0,)}


def _holds_on(condition: Node, x: Name, piece: Piece) -> bool | None:
    if not isinstance(condition, Relation | Equation):
        return None
    signs = condition.signs if isinstance(condition, Relation) else ("=",)
    answers = []
    for (left, right), by in zip(pairwise(condition.children()), signs, strict=True):
        if _is_infinite(left) or _is_infinite(right):
            return None
        found = _sign(_minus(left, right), x, piece)
        if found is None:
            return None
        answers.append(found in _ALLOWED[by])
    return all(answers)


def _whole_part(which: str, u: Node, x: Name, piece: Piece) -> Node | None:
    """The one value of floor u or ceil u between two jumps."""
    from math import ceil, floor

    from mathcli.algebra import balls

    at = inner_point(piece)
    value = balls.value(u, {x: at})
    if value is None or not value.is_finite():
        return None
    found = {(floor if which == "floor" else ceil)(float(end)) for end in (value.lower(), value.upper())}
    return integer(found.pop()) if len(found) == 1 else None


def inner_point(piece: Piece) -> fmpq:
    """Return a rational number inside an open piece."""
    lower, upper = piece.lower, piece.upper
    if lower is None and upper is None:
        return fmpq(0)
    if lower is None:
        assert upper is not None
        return upper.enclosure[0] - 1
    if upper is None:
        return lower.enclosure[1] + 1
    bits = 64
    while lower.enclosure[1] >= upper.enclosure[0] and bits < 2048:
        bits *= 2
        lower.within(bits)
        upper.within(bits)
    return (lower.enclosure[1] + upper.enclosure[0]) / 2
