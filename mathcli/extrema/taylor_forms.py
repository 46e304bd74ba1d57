"""What a function is like near a point where its Hessian decides nothing: the lowest terms of its Taylor polynomial.

The terms that weigh least, for weights w of the variables, are a form F; along x_i = a_i t^(w_i) they prevail as t ->
0. F positive away from the origin makes a minimum. A curve on which f rises and one on which it falls make a saddle;
curves alone never make an extremum: (y - x^2)(y - 2x^2) has a minimum at 0 on each line, and none in the plane.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement
from math import factorial, lcm, prod
from typing import Any, NamedTuple

from flint import fmpq

from mathcli.algebra import definite
from mathcli.algebra.budget import Budget
from mathcli.algebra.ordering import arrange
from mathcli.algebra.rings import Ring
from mathcli.calculus.derivation import Phrase
from mathcli.calculus.differentiation import differentiate
from mathcli.solving.real_points import RealPoint
from mathcli.syntax.tree import ONE, Name, Negative, Node, Power, Product, Sum, Vector, fraction, integer

_HIGHEST = 6
_BITS = 128


class Local(NamedTuple):
    """1 for a minimum, -1 for a maximum, 0 for neither; None where nothing decided. `why` says how it shows."""

    sign: int | None
    why: Phrase


def near(f: Node, point: RealPoint, budget: Budget) -> Local:
    """Return what f - f(p) does near a stationary point p, as far as its lowest terms tell."""
    found = _taylor(f, point, budget)
    if found is None:
        return Local(None, ())
    terms, is_whole, order = found
    if not terms:
        return Local(None, ())
    seen: dict[int, tuple[definite.Weights, tuple[fmpq, ...]]] = {}
    for weights, form in definite.lightest_parts(terms):
        heaviest = max(definite.weight(m, weights) for m in form)
        if not is_whole and (order + 1) * min(weights) <= heaviest:
            continue
        sign = definite.definite_sign(form)
        if sign is not None:
            return Local(sign, ("its lowest terms", *_shown(form, point), f" are {_WORDS[sign]} away from 0"))
        for side in (1, -1):
            place = next(definite.points_of_sign(form, side), None)
            if place is not None:
                seen.setdefault(side, (weights, place))
        if len(seen) < 2:
            for side, place in _along_zeros(terms, form, weights, None if is_whole else order):
                seen.setdefault(side, (weights, place))
    if len(seen) == 2:
        rising, falling = (_curve(point.names, *seen[side]) for side in (1, -1))
        return Local(0, ("near it f is greater than there on ", *rising, " and less on ", *falling))
    return Local(None, ())


def _along_zeros(
    terms: definite.Terms, form: definite.Terms, weights: definite.Weights, order: int | None
) -> Iterator[tuple[int, tuple[fmpq, ...]]]:
    """Curves on which the lowest form vanishes and later terms tell the sign: x^4 + y^4 - 2(x - y)^2 on y = x."""
    heaviest = None if order is None else (order + 1) * min(weights)
    for place in definite.zeros_of(form):
        by_weight: dict[Fraction, Any] = {}
        for monomial, coefficient in terms.items():
            power = definite.weight(monomial, weights)
            value = definite.value_at({monomial: coefficient}, place)
            by_weight[power] = by_weight[power] + value if power in by_weight else value
        for power in sorted(by_weight):
            value = by_weight[power]
            if heaviest is not None and power >= heaviest:
                break
            if value > 0 or value < 0:
                yield (1 if value > 0 else -1), place
                break
            if not isinstance(value, fmpq):
                break


_WORDS = {1: "positive", -1: "negative"}


def _curve(names: Sequence[Name], weights: definite.Weights, place: Sequence[fmpq]) -> Phrase:
    """(dx, dy) = (a t^v, b t^w), as a vector from the point."""
    scale = lcm(*(w.denominator for w in weights))
    t = Name("t")
    entries: list[Node] = []
    for a, w in zip(place, weights, strict=True):
        power = int(w * scale)
        step: Node = t if power == 1 else Power(t, integer(power))
        size = fraction(abs(int(a.p)), int(a.q))
        term = step if abs(a) == 1 else Product.of(size, step)
        entries.append(integer(0) if a == 0 else Negative(term) if a < 0 else term)
    return ("the curve p + ", Vector(tuple(entries)))


def _shown(form: definite.Terms, point: RealPoint) -> Phrase:
    """The form in the displacements dx, dy, where its coefficients are rational."""
    terms: list[Node] = []
    names = _displacements(point.names)
    for monomial, coefficient in form.items():
        if not isinstance(coefficient, fmpq):
            return ("",)
        powers = [x if e == 1 else Power(x, integer(e)) for x, e in zip(names, monomial, strict=True) if e]
        size = fraction(abs(int(coefficient.p)), int(coefficient.q))
        term = Product.of(*([] if size is ONE else [size]), *powers)
        terms.append(Negative(term) if coefficient < 0 else term)
    return (" ", arrange(Sum.of(*terms)))


def _displacements(names: Sequence[Name]) -> list[Name]:
    return [Name(f"d{name.name}") for name in names]


def _taylor(f: Node, point: RealPoint, budget: Budget) -> tuple[dict[tuple[int, ...], Any], bool, int] | None:
    """The Taylor coefficients of f - f(p), zeros left out; whether they are all, and up to which degree they go."""
    if point.algebraic is not None:
        fraction_ = Ring(point.names).fraction(f)
        if fraction_ is not None and fraction_[1].is_constant():
            return _of_polynomial(fraction_, point), True, 0
    return _of_function(f, point, budget)


def _of_polynomial(parts: tuple[Any, Any], point: RealPoint) -> dict[tuple[int, ...], Any]:
    assert point.algebraic is not None
    above, below = parts
    scale = fmpq(below.leading_coefficient())
    found: dict[tuple[int, ...], Any] = {}
    layer = {(0,) * len(point.names): above}
    while layer:
        next_layer: dict[tuple[int, ...], Any] = {}
        for powers, derivative in layer.items():
            for k in range(len(powers)):
                if any(powers[k + 1 :]):
                    continue
                further = derivative.derivative(k)
                if not further.is_zero():
                    next_layer[(*powers[:k], powers[k] + 1, *powers[k + 1 :])] = further
        layer = next_layer
        for powers, derivative in layer.items():
            element = point.algebraic.element(derivative)
            if element == 0:
                continue
            over = scale * prod(factorial(e) for e in powers)
            value = element[0] if element.degree() < 1 else point.algebraic.ball(element, _BITS)
            found[powers] = value / over
    return found


def _of_function(f: Node, point: RealPoint, budget: Budget) -> tuple[dict[tuple[int, ...], Any], bool, int] | None:
    """By repeated differentiation, as far as every coefficient is proved to be 0 or not to be."""
    found: dict[tuple[int, ...], Any] = {}
    for order in range(1, _HIGHEST + 1):
        for powers, derivative in _partials(f, point.names, order):
            budget.spend(100)
            sign = point.sign(derivative)
            if sign is None:
                return (found, False, order - 1) if found else None
            if sign:
                value = point.value(derivative)
                if value is None:
                    return None
                over = prod(factorial(e) for e in powers)
                found[powers] = (value.value if value.value is not None else value.ball(_BITS)) / over
    return found, False, _HIGHEST


def _partials(f: Node, names: Sequence[Name], order: int) -> Iterator[tuple[tuple[int, ...], Node]]:
    for chosen in combinations_with_replacement(range(len(names)), order):
        derivative = f
        for k in chosen:
            derivative = differentiate(derivative, names[k]).result
        yield tuple(chosen.count(k) for k in range(len(names))), derivative
