"""What a function is worth on a curve or surface: its polynomial parts reduced by the equations."""

from __future__ import annotations

from math import lcm
from typing import Any

from flint import fmpq

from mathcli.algebra.exact import shortest
from mathcli.algebra.ideals import groebner, leading
from mathcli.algebra.rational import expanded
from mathcli.algebra.rings import Ring
from mathcli.errors import UndecidedError
from mathcli.solving.extended_systems import Curve
from mathcli.solving.regions import Bound
from mathcli.syntax.tree import Node, Quotient, integer, rewrite

_MOST_STEPS = 2000


def constant_on(f: Node, curve: Curve) -> Bound | None:
    """Return the value of f on all of a curve, where reducing it by the curve's equations shows that it has one."""
    reduced = reduced_on(f, curve)
    if reduced is None or reduced.names:
        reduced = _put_in(f, curve)
    if reduced.names:
        return None
    try:
        return Bound.of(shortest(reduced))
    except UndecidedError:
        return None


def _put_in(f: Node, curve: Curve) -> Node:
    """f with every unknown replaced that an equation of the curve gives."""
    from mathcli.solving.elimination import explicit

    for equation in curve.equations:
        given = ((x, value) for x in equation.names if (value := explicit(equation, x)) is not None)
        x, value = next(given, (None, None))
        if x is not None and value is not None:
            f = expanded(f.substitute({x: value}))
    return f


def reduced_on(f: Node, curve: Curve) -> Node | None:
    """Return f with its largest polynomial parts replaced by their remainders modulo the curve's equations."""
    names = curve.witness.names if curve.witness is not None else tuple(f.names)
    ring = Ring(names)
    equations = [part[0] for e in curve.equations if (part := ring.fraction(e)) is not None]
    if len(equations) < len(curve.equations):
        return None
    basis = groebner(equations) if equations else []
    if basis is None:
        return None

    def replaced(part: Node) -> Node | None:
        if not part.names:
            return part
        found = ring.fraction(part)
        if found is None:
            return None
        above, below = (_remainder(polynomial, basis, ring) for polynomial in found)
        if above is None or below is None:
            return None
        return above if below is integer(1) else Quotient(above, below)

    whole = replaced(f)
    return whole if whole is not None else expanded(rewrite(f, replaced))


def _remainder(polynomial: Any, basis: list[Any], ring: Ring) -> Node | None:
    """The remainder of a polynomial by a Gröbner basis, as a tree; None where it takes too many steps."""
    rest = {tuple(int(e) for e in m): fmpq(c) for m, c in polynomial.terms()}
    heads = [
        (leading(g), fmpq(g.leading_coefficient()), [(tuple(map(int, m)), fmpq(c)) for m, c in g.terms()])
        for g in basis
    ]
    for _ in range(_MOST_STEPS):
        step = next(((m, h) for m in rest for h in heads if all(a <= b for a, b in zip(h[0], m, strict=True))), None)
        if step is None:
            return _tree(rest, ring)
        monomial, (head, first, terms) = step
        ratio = rest[monomial] / first
        shift = tuple(b - a for a, b in zip(head, monomial, strict=True))
        for m, c in terms:
            place = tuple(a + b for a, b in zip(m, shift, strict=True))
            value = rest.get(place, fmpq(0)) - ratio * c
            if value == 0:
                rest.pop(place, None)
            else:
                rest[place] = value
    return None


def _tree(terms: dict[tuple[int, ...], fmpq], ring: Ring) -> Node:
    common = lcm(1, *(int(c.q) for c in terms.values()))
    whole = ring.tree(ring.context.from_dict({m: int((c * common).p) for m, c in terms.items()}))
    return whole if common == 1 else Quotient(whole, integer(common))
