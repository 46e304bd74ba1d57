"""Constant angles that are rational multiples of pi, and the values of the trigonometric functions there.

They settle what no precision can: that cos(pi/2) is 0, so that tan has no value there.
"""

from __future__ import annotations

from flint import arb, fmpq

from mathcli.algebra.ball_functions import Value
from mathcli.syntax.tree import PI, Call, Negative, Node, Number, Product, Quotient, Sum, walk

_HALF = fmpq(1, 2)
_SINES = {0: fmpq(0), 1: _HALF, 3: fmpq(1), 5: _HALF, 6: fmpq(0), 7: -_HALF, 9: fmpq(-1), 11: -_HALF}
"""The rational values among sin(k pi/6)."""

_ARCS: dict[str, dict[fmpq, fmpq]] = {
    "asin": {fmpq(0): fmpq(0), _HALF: fmpq(1, 6), fmpq(1): _HALF, -_HALF: fmpq(-1, 6), fmpq(-1): -_HALF},
    "acos": {fmpq(0): _HALF, _HALF: fmpq(1, 3), fmpq(1): fmpq(0), -_HALF: fmpq(2, 3), fmpq(-1): fmpq(1)},
    "atan": {fmpq(0): fmpq(0), fmpq(1): fmpq(1, 4), fmpq(-1): fmpq(-1, 4)},
    "acot": {fmpq(0): _HALF, fmpq(1): fmpq(1, 4), fmpq(-1): fmpq(-1, 4)},
}
"""Angles as multiples of pi, by function and argument."""

TRIGONOMETRIC = frozenset(("sin", "cos", "tan", "cot", "sec", "csc"))


def pi_multiple(node: Node) -> fmpq | None:
    """Return r where a constant is r pi for certain, None where that is not seen.

    >>> pi_multiple(Quotient(PI, Number(2)))
    1/2
    """
    if node.names:
        return None
    parts: dict[Node, tuple[fmpq, fmpq] | None] = {}
    for part in walk(node):
        parts[part] = _part(part, parts)
    found = parts[node]
    return found[1] if found is not None and found[0] == 0 else None


def _part(node: Node, parts: dict[Node, tuple[fmpq, fmpq] | None]) -> tuple[fmpq, fmpq] | None:
    """(p, r) for a number p + r pi."""
    if node is PI:
        return fmpq(0), fmpq(1)
    if isinstance(node, Number):
        return fmpq(node.numerator, 10**node.scale), fmpq(0)
    known = [parts[child] for child in node.children()]
    pairs = [pair for pair in known if pair is not None]
    if not pairs or len(pairs) < len(known):
        return None
    match node:
        case Negative():
            return -pairs[0][0], -pairs[0][1]
        case Sum():
            return sum((p for p, _ in pairs), fmpq(0)), sum((r for _, r in pairs), fmpq(0))
        case Product():
            return _multiplied(pairs)
        case Quotient() if pairs[1][1] == 0 != pairs[1][0]:
            return pairs[0][0] / pairs[1][0], pairs[0][1] / pairs[1][0]
        case Call(function, (_,), 0) if function in _ARCS and pairs[0][1] == 0:
            angle = _ARCS[function].get(pairs[0][0])
            return None if angle is None else (fmpq(0), angle)
    return None


def _multiplied(pairs: list[tuple[fmpq, fmpq]]) -> tuple[fmpq, fmpq] | None:
    product = pairs[0]
    for p, r in pairs[1:]:
        if product[1] != 0 and r != 0:
            return None
        product = (product[0] * p, product[0] * r + product[1] * p)
    return product


def at_multiple(function: str, turns: fmpq) -> Value:
    """Return a trigonometric function at `turns` pi; None at its poles."""
    sine, cosine = _sine(turns), _sine(turns + _HALF)
    if function in ("sin", "cos"):
        return sine if function == "sin" else cosine
    top, bottom = {
        "tan": (sine, cosine),
        "cot": (cosine, sine),
        "sec": (fmpq(1), cosine),
        "csc": (fmpq(1), sine),
    }[function]
    return None if bottom == 0 else top / bottom


def _sine(turns: fmpq) -> fmpq | arb:
    sixths = turns * 6
    place = int(sixths.p) % 12
    if sixths.q == 1 and place in _SINES:
        return _SINES[place]
    return arb.sin_pi_fmpq(turns)
