"""Monomials of growth, e^q(t) t^a (log t)^b (log log t)^c for t -> infinity: their order, and how large they get.

Everything is certain on [M, infinity) for one rational M: that a monomial decreases there is shown by the sign of its
logarithmic derivative, and so its value at M bounds it.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from flint import arb, fmpq

from mathcli.algebra.balls import Evaluation
from mathcli.algebra.conditions import number
from mathcli.algebra.exact import as_fraction, evaluated
from mathcli.syntax.tree import ONE, Call, E, Negative, Node, Power, Product, Sum

Exact: TypeAlias = "fmpq | arb"
Weight: TypeAlias = "fmpq | Node"
"""A coefficient in an exponent: a rational, or the tree of an irrational constant."""
Exponent: TypeAlias = tuple[tuple[tuple[fmpq, fmpq], Weight], ...]
"""The terms of q(t), each ((power of t, power of log t), coefficient), the fastest first."""


class UnknownGrowthError(Exception):
    """Inside the calculus of growth only: it cannot be said, whatever M is."""


class TooEarlyError(Exception):
    """Inside the calculus of growth only: it cannot be said from this M on, perhaps from a later one."""


class Monomial(NamedTuple):
    """e^q t^a L^b K^c with L = log t and K = log log t."""

    q: Exponent = ()
    a: fmpq = fmpq(0)
    b: fmpq = fmpq(0)
    c: fmpq = fmpq(0)

    def times(self, other: Monomial) -> Monomial:
        return Monomial(_sum(self.q, other.q), self.a + other.a, self.b + other.b, self.c + other.c)

    def to_the(self, power: fmpq) -> Monomial:
        if power == 0:
            return UNIT
        q = tuple((kind, scaled(weight, power)) for kind, weight in self.q)
        return Monomial(q, self.a * power, self.b * power, self.c * power)

    def over(self, other: Monomial) -> Monomial:
        return self.times(other.to_the(fmpq(-1)))

    @property
    def way(self) -> int:
        """1 where it grows without end, -1 where it goes to 0, 0 for the constant 1."""
        if self.q:
            return sign_of(worth(self.q[0][1]))
        return next((1 if power > 0 else -1 for power in (self.a, self.b, self.c) if power != 0), 0)

    def at(self, start: fmpq) -> arb:
        """The value at t = start, at the precision that is set."""
        t = arb(start)
        log = t.log()
        value = arb(1)
        for (power, logs), weight in self.q:
            value *= (worth(weight) * t ** arb(power) * _whole_power(log, logs)).exp()
        if self.a != 0:
            value *= t ** arb(self.a)
        value *= _whole_power(log, self.b)
        return value * _whole_power(log.log(), self.c) if self.c != 0 else value

    def largest(self, start: fmpq) -> arb:
        """Return a bound for a monomial that goes to 0, on [start, infinity).

        Raises:
            TooEarlyError: it was not shown to decrease from there on.
        """
        if self.way == 0:
            return arb(1)
        if self.way > 0:
            raise UnknownGrowthError
        if not self._decreases(start):
            raise TooEarlyError
        return self.at(start).abs_upper()

    def _decreases(self, start: fmpq) -> bool:
        """Whether t times the logarithmic derivative is negative on [start, infinity)."""
        if self.c != 0 and start < 16:
            return False
        log = arb(start).log()
        rate = self._rate_of_powers(log)
        if not self.q:
            return bool(rate < 0)
        total = _interval(arb(0), arb(0))
        power, logs = self.q[0][0]
        for (p, n), weight in self.q:
            for factor, kind in ((p, (p, n)), (n, (p, n - 1))):
                if factor != 0:
                    ratio = Monomial((), kind[0] - power, kind[1] - logs)
                    high = ratio.largest(start)
                    total += worth(weight) * factor * (arb(1) if ratio.way == 0 else _interval(arb(0), high))
        bound = self._rate_bounds(log) * _interval(arb(0), Monomial((), -power, -logs).largest(start))
        total += bound
        return bool(total < 0)

    def _rate_bounds(self, log: arb) -> arb:
        """A ball that holds a + b/L + c/(L K) on [start, infinity)."""
        bound = arb(self.a) + self.b * _interval(arb(0), 1 / log)
        if self.c != 0:
            bound += self.c * _interval(arb(0), 1 / (log * log.log()))
        return bound

    def _rate_of_powers(self, log: arb) -> arb:
        """A ball with the sign of a + b/L + c/(L K), on [start, infinity), for a monomial without e^q."""
        if self.a != 0:
            return self._rate_bounds(log)
        if self.b != 0:
            bound = arb(self.b)
            return bound + self.c * _interval(arb(0), 1 / log.log()) if self.c != 0 else bound
        return arb(self.c)


UNIT = Monomial()


def sign_of(value: Exact) -> int:
    """Return the sign of a number that is not 0.

    Raises:
        UnknownGrowthError: its ball holds 0.
    """
    if value > 0:
        return 1
    if value < 0:
        return -1
    raise UnknownGrowthError


def worth(weight: Weight) -> Exact:
    """Return a weight as a number, at the precision that is set."""
    if isinstance(weight, fmpq):
        return weight
    value = Evaluation({}).value(weight)
    if value is None:
        raise UnknownGrowthError
    return value


def scaled(weight: Weight, by: fmpq) -> Weight:
    return weight * by if isinstance(weight, fmpq) else evaluated(Product.of(number(by), weight))


def _added(first: Weight, second: Weight) -> Weight:
    if isinstance(first, fmpq) and isinstance(second, fmpq):
        return first + second
    a, b = (number(weight) if isinstance(weight, fmpq) else weight for weight in (first, second))
    total = evaluated(Sum.of(a, b))
    value = as_fraction(total)
    return total if value is None else fmpq(value.numerator, value.denominator)


def _sum(first: Exponent, second: Exponent) -> Exponent:
    if not first or not second:
        return first or second
    terms = dict(first)
    for kind, weight in second:
        total = _added(terms[kind], weight) if kind in terms else weight
        if isinstance(total, fmpq) and total == 0:
            terms.pop(kind, None)
        else:
            terms[kind] = total
    return tuple(sorted(terms.items(), key=lambda term: term[0], reverse=True))


def _whole_power(base: arb, power: fmpq) -> arb:
    if power == 0:
        return arb(1)
    return base ** int(power.p) if power.q == 1 else base ** arb(power)


def _interval(low: arb, high: arb) -> arb:
    return low.union(high)


def compare(first: Monomial, second: Monomial) -> int:
    """Return the sign of the growth of first/second."""
    return first.over(second).way


def as_tree(monomial: Monomial, t: Node) -> Node:
    """Return a monomial of growth in t as it is written: x^2 e^x; a sign in front is left out."""
    log = Call("log", (t,))
    powers = [
        _written(t, monomial.a),
        _written(log, monomial.b),
        _written(Call("log", (log,)), monomial.c),
    ]
    exponent = [
        Product.of(number(weight) if isinstance(weight, fmpq) else weight, _written(t, p), _written(log, n))
        for (p, n), weight in monomial.q
    ]
    if exponent:
        powers.append(Power(E, evaluated(Sum.of(*exponent))))
    product = evaluated(Product.of(*(power for power in powers if power is not ONE)))
    return product.operand if isinstance(product, Negative) else product


def _written(base: Node, power: fmpq) -> Node:
    return ONE if power == 0 else base if power == 1 else Power(base, number(power))
