"""Equations between a line and an exponential or a logarithm: x e^x = 2, e^x = 3x, log x = -x, x log x = 1.

Each is brought to y e^y = v. The function y e^y falls up to y = -1, where it is -1/e, and rises from there on: so there
is one solution W(v) for v >= 0, two for -1/e < v < 0, one for v = -1/e, and none below.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from mathcli.algebra.balls import enclose
from mathcli.algebra.closed_forms import closed_form
from mathcli.algebra.exact import evaluated, is_zero
from mathcli.algebra.rings import Ring
from mathcli.calculus.derivation import Phrase
from mathcli.errors import NotCoveredError, UndecidedError
from mathcli.solving.cells import Letters
from mathcli.solving.inversion import Found, Point, against
from mathcli.solving.recognition import candidates
from mathcli.solving.regions import Bound
from mathcli.solving.scales import linear, maximal_parts
from mathcli.syntax.tree import ONE, ZERO, Call, E, Equation, Name, Negative, Node, Power, Product, Quotient, Sum

_S, _T = Name("s#"), Name("t#")


@dataclass(frozen=True, slots=True)
class _Line:
    """(S + d) e^(k S) = m, and x in terms of S."""

    k: Node
    d: Node
    m: Node
    back: Node


def lambert_zeros(g: Node, x: Name) -> Found | None:
    """Return all real zeros of g by Lambert's W, None where it has not the shape for it."""
    try:
        line = _line(g, x)
        return None if line is None else _solved(g, x, line)
    except (UndecidedError, NotCoveredError):
        return None


def _line(g: Node, x: Name) -> _Line | None:
    parts = list(dict.fromkeys(maximal_parts(g, x)))
    if len(parts) != 1:
        return None
    match parts[0]:
        case Power(base, exponent) if x not in base.names and (inner := linear(exponent, x)) is not None:
            rate = inner[0] if base is E else Product.of(inner[0], Call("log", (base,)))
            start = inner[1] if base is E else Product.of(inner[1], Call("log", (base,)))
            return _in_two(g.substitute({parts[0]: _T, x: _S}), rate, start, _S)
        case Call("log", (u,), 0) if (inner := linear(u, x)) is not None:
            x_of_t = Quotient(Sum.of(_T, Negative(inner[1])), inner[0])
            back = Quotient(Sum.of(Power(E, _S), Negative(inner[1])), inner[0])
            return _in_two(g.substitute({parts[0]: _S, x: x_of_t}), ONE, ZERO, back)
    return None


def _in_two(form: Node, rate: Node, start: Node, back: Node) -> _Line | None:
    """From a polynomial in S and T = e^(rate S + start): (a S + b) T + c, or a S + b + c T."""
    letters = Letters()
    hidden = letters.hidden(form)
    ring = Ring((_S, _T, *sorted(hidden.names - {_S, _T}, key=lambda name: name.name)))
    fraction = ring.fraction(hidden)
    if fraction is None or any(monomial[0] or monomial[1] for monomial, _ in fraction[1].terms()):
        return None
    parts: dict[tuple[int, int], dict[tuple[int, ...], int]] = {}
    for monomial, coefficient in fraction[0].terms():
        i, j, *rest = (int(e) for e in monomial)
        parts.setdefault((i, j), {})[(0, 0, *rest)] = int(coefficient)
    known = {ij: letters.shown(ring.tree(ring.context.from_dict(terms))) for ij, terms in parts.items()}
    if any(node.names for node in known.values()) or not known.keys() <= {(0, 0), (1, 0), (0, 1), (1, 1)}:
        return None
    c, s, t, st = (known.get(ij, ZERO) for ij in ((0, 0), (1, 0), (0, 1), (1, 1)))
    if s is ZERO and st is not ZERO and c is not ZERO:
        d, m = Quotient(t, st), Product.of(Negative(Quotient(c, st)), Power(E, Negative(start)))
        return _Line(evaluated(rate), evaluated(d), evaluated(m), back)
    if st is ZERO and s is not ZERO and t is not ZERO:
        d, m = Quotient(c, s), Product.of(Negative(Quotient(t, s)), Power(E, start))
        return _Line(evaluated(Negative(rate)), evaluated(d), evaluated(m), back)
    return None


def _solved(g: Node, x: Name, line: _Line) -> Found | None:
    v = closed_form(Product.of(line.k, line.m, Power(E, Product.of(line.k, line.d))))
    found = _of(v)
    if found is None:
        return None
    values, times = found
    points: list[Point] = []
    for y in values:
        s = evaluated(Sum.of(Quotient(y, line.k), Negative(line.d)))
        at = closed_form(line.back.substitute({_S: s}))
        ball = enclose(g, {x: Bound.of(at).ball(128)}, precision=128)
        if not isinstance(ball, arb) or not ball.contains(0):
            return None
        points.append(Point(_shortest(g, x, Bound.of(at)), times))
    return Found(tuple(points), reasons=(_reason(v, len(points), times),))


def _of(v: Node) -> tuple[tuple[Node, ...], int] | None:
    """All real y with y e^y = v, and their multiplicity; None where the number of them was not decided."""
    by = against(Bound.of(v), ZERO)
    if by is None:
        return None
    if by == 0:
        return (ZERO,), 1
    upper, lower = Call("lambertw", (v,)), Call("lambertwm", (v,))
    if by > 0:
        return (upper,), 1
    least = Negative(Power(E, Negative(ONE)))
    if is_zero(Sum.of(v, Negative(least))):
        return (Negative(ONE),), 2
    beyond = against(Bound.of(v), least)
    if not beyond:
        return None
    return ((lower, upper), 1) if beyond > 0 else ((), 1)


def _shortest(g: Node, x: Name, at: Bound) -> Bound:
    """A number that is known by W, or a rational or the like that it is proved to be."""
    for candidate in candidates(at):
        if candidate.exact is not None and is_zero(g.substitute({x: candidate.exact})):
            return candidate
    return at


_Y = Name("y")
_PRODUCT = Product.of(_Y, Power(E, _Y))
_LEAST = Negative(Quotient(ONE, E))


def _reason(v: Node, count: int, times: int) -> Phrase:
    falls: Phrase = (_PRODUCT, " falls up to ", Equation(_Y, Negative(ONE)), " and rises from there on: ", v)
    if times > 1:
        return (*falls, " is its least value, taken there only")
    if count == 0:
        return (*falls, " is below its least value ", _LEAST)
    if count == 1:
        return (*falls, " is taken once, at ", Equation(_Y, Call("lambertw", (v,))))
    upper, lower = Call("lambertw", (v,)), Call("lambertwm", (v,))
    return (*falls, " lies between ", _LEAST, " and 0, so it is taken twice, at ", upper, " and at ", lower)
