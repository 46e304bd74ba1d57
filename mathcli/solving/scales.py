"""Functions t = h(k x + m) that can be turned back, and the form of an expression in one of them.

a e^(2x) + b is a polynomial in t = e^(2x), x^6 - a one in t = x^6. Whether t has a value, and which x belong to it,
is asked of a cell of the parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import gcd, lcm
from typing import NamedTuple

from mathcli.algebra import rational
from mathcli.algebra.closed_forms import closed_form
from mathcli.algebra.exact import as_fraction, evaluated, fraction_node
from mathcli.algebra.rings import Ring
from mathcli.solving.cells import Cell, Letters
from mathcli.syntax.tree import (
    ONE,
    PI,
    TWO,
    ZERO,
    Call,
    E,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    integer,
    walk,
)

T = Name("t#")
_HALF = Quotient(ONE, TWO)


Ask = Callable[[Node], int]


class Value(NamedTuple):
    """An x for a value of t, the sign of dt/dx there, and the period with which it comes back."""

    at: Node
    way: int
    period: Node | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """t = h(u) with u = k x + m. `function` names h: "power" with its index, "exp", or a function of one argument."""

    function: str
    t: Node
    slope: Node
    shift: Node
    index: int = 1

    def values(self, t: Node, cell: Cell, ask: Ask) -> Iterator[Value]:
        """Yield each x for which the function is t; `ask` says the sign of an expression in T where T is t."""
        by = cell.sign(self.slope)
        for u, way, period in _INVERSES[self.function](t, self, ask):
            at = shortened(u)
            if self.shift is not ZERO or self.slope is not ONE:
                at = rational.cancelled(Quotient(Sum.of(at, Negative(self.shift)), self.slope))
            every = period if period is None else evaluated(Quotient(period, self.slope))
            yield Value(at, way * by, every)

    def form(self, g: Node, x: Name) -> Node | None:
        """Return g in terms of T; None where x stands elsewhere in it."""
        if self.function == "power":
            found = g.substitute({x: T}) if self.index == 1 else _in_power(g, x, self.index)
        elif self.function == "exp":
            found = _in_exponential(g, x, self.t)
        else:
            found = g.substitute({self.t: T})
        return None if found is None or x in found.names else found


def scale_of(g: Node, x: Name) -> Scale | None:
    """Return the function of x in which g is a rational expression, if there is one that can be turned back."""
    atoms = list(dict.fromkeys(maximal_parts(g, x)))
    if not atoms:
        index = _common_exponent(g, x)
        return Scale("power", Power(x, integer(index)) if index > 1 else x, ONE, ZERO, index)
    found = _exponential(atoms, x) if all(isinstance(atom, Power) for atom in atoms) else None
    if found is None and len(atoms) == 1:
        match atoms[0]:
            case Power(base, exponent) if x not in exponent.names and (line := linear(base, x)) is not None:
                found = Scale("real power", atoms[0], *line)
    if found is None and len(atoms) == 1:
        match atoms[0]:
            case Call(function, (u,), 0) if function in _INVERSES:
                line = linear(u, x)
                found = None if line is None else Scale(function, atoms[0], *line)
    return found if found is not None and found.form(g, x) is not None else None


def shortened(node: Node) -> Node:
    """Return the tree with functions of constants worked out, if there are any: arccos 0 = pi/2."""
    is_open = any(isinstance(part, Call) and not part.names and part.function != "sqrt" for part in walk(node))
    return closed_form(node) if is_open else node


def linear(u: Node, x: Name) -> tuple[Node, Node] | None:
    """Return (k, m) with u = k x + m, both without x."""
    letters = Letters()
    hidden = letters.hidden(u, x)
    ring = Ring((x, *sorted(hidden.names - {x}, key=lambda name: name.name)))
    fraction = ring.fraction(hidden)
    if fraction is None or any(int(monomial[0]) for monomial, _ in fraction[1].terms()):
        return None
    parts: dict[int, dict[tuple[int, ...], int]] = {0: {}, 1: {}}
    for monomial, coefficient in fraction[0].terms():
        degree, *rest = (int(e) for e in monomial)
        if degree > 1:
            return None
        parts[degree][(0, *rest)] = int(coefficient)
    below = ring.tree(fraction[1])
    m, k = (rational.factored(Quotient(ring.tree(ring.context.from_dict(parts[n])), below)) for n in (0, 1))
    return letters.shown(k), letters.shown(m)


def maximal_parts(g: Node, x: Name) -> Iterator[Node]:
    """Yield the outermost parts with x in them that are no rational functions of what is in them."""
    if x not in g.names:
        return
    match g:
        case Power(base, Number(_, 0) | Negative(Number(_, 0))):
            yield from maximal_parts(base, x)
        case Power() | Call():
            yield g
        case _:
            for child in g.children():
                yield from maximal_parts(child, x)


def _common_exponent(g: Node, x: Name) -> int:
    """The n with which g is a polynomial in x^n; 1 where it is of degree 2 at most."""
    hidden = Letters().hidden(g, x)
    ring = Ring((x, *sorted(hidden.names - {x}, key=lambda name: name.name)))
    fraction = ring.fraction(hidden)
    if fraction is None:
        return 1
    exponents = {int(monomial[0]) for part in fraction for monomial, _ in part.terms()}
    return gcd(*exponents) if exponents and max(exponents) > 2 else 1


def _in_power(g: Node, x: Name, index: int) -> Node | None:
    letters = Letters()
    hidden = letters.hidden(g, x)
    ring = Ring((x, *sorted(hidden.names - {x}, key=lambda name: name.name)))
    fraction = ring.fraction(hidden)
    if fraction is None:
        return None
    inner = Ring((T, *ring.names[1:]))
    parts: list[Node] = []
    for polynomial in fraction:
        terms: dict[tuple[int, ...], int] = {}
        for monomial, coefficient in polynomial.terms():
            degree, *rest = (int(e) for e in monomial)
            if degree % index:
                return None
            terms[(degree // index, *rest)] = int(coefficient)
        parts.append(letters.shown(inner.tree(inner.context.from_dict(terms))))
    return parts[0] if parts[1] is ONE else Quotient(*parts)


# -- exponentials -----------------------------------------------------------------------------------------------------


def _exponent(power: Node) -> Node:
    """w with u^v = e^w."""
    assert isinstance(power, Power)
    return power.exponent if power.base is E else Product.of(power.exponent, Call("log", (power.base,)))


def _ratio(power: Node, exponent: Node) -> Node | None:
    found = rational.cancelled(Quotient(_exponent(power), exponent))
    return found if as_fraction(found) is not None else None


def _exponential(atoms: list[Node], x: Name) -> Scale | None:
    if any(isinstance(atom, Power) and x in atom.base.names for atom in atoms):
        return None
    first = _exponent(atoms[0])
    if linear(first, x) is None:
        return None
    ratios = [as_fraction(r) for r in (_ratio(atom, first) for atom in atoms) if r is not None]
    fractions = [ratio for ratio in ratios if ratio is not None]
    if len(fractions) < len(atoms):
        return None
    whole = lcm(*(ratio.denominator for ratio in fractions))
    shared = gcd(*(int(ratio * whole) for ratio in fractions))
    exponent = rational.cancelled(Product.of(fraction_node(type(fractions[0])(shared, whole)), first))
    line = linear(exponent, x)
    return None if line is None else Scale("exp", Power(E, exponent), *line)


def _in_exponential(g: Node, x: Name, t: Node) -> Node | None:
    replacements: dict[Node, Node] = {}
    for atom in maximal_parts(g, x):
        if not isinstance(atom, Power) or x in atom.base.names:
            return None
        ratio = _ratio(atom, _exponent(t))
        value = None if ratio is None else as_fraction(ratio)
        if value is None or value.denominator != 1:
            return None
        power = Power(T, integer(abs(value.numerator)))
        replacements[atom] = power if value > 0 else Quotient(ONE, power)
    return g.substitute(replacements)


# -- turning back -----------------------------------------------------------------------------------------------------

Inverse = Callable[[Node, Scale, Ask], Iterator[tuple[Node, int, Node | None]]]
_TURN = Product.of(TWO, PI)


def _minus(u: Node, v: Node) -> Node:
    return Sum.of(u, Negative(v))


def _of_power(t: Node, scale: Scale, ask: Ask) -> Iterator[tuple[Node, int, None]]:
    index = scale.index
    if index == 1:
        yield t, 1, None
        return
    by = ask(T)
    if by == 0:
        yield ZERO, index % 2, None
    elif index % 2:
        size = _root(t if by > 0 else rational.factored(Negative(t)), index)
        yield (size if by > 0 else Negative(size)), 1, None
    elif by > 0:
        yield Negative(_root(t, index)), -1, None
        yield _root(t, index), 1, None


def _of_real_power(t: Node, scale: Scale, ask: Ask) -> Iterator[tuple[Node, int, None]]:
    assert isinstance(scale.t, Power)
    by = ask(scale.t.exponent)
    if by and ask(T) > 0:
        yield Power(t, rational.cancelled(Quotient(ONE, scale.t.exponent))), by, None


def _root(t: Node, index: int) -> Node:
    return Call("sqrt", (t,)) if index == 2 else Call("root", (t, integer(index)))


def _of_exp(t: Node, _: Scale, ask: Ask) -> Iterator[tuple[Node, int, None]]:
    if ask(T) > 0:
        yield Call("log", (t,)), 1, None


def _of_log(t: Node, _: Scale, __: Ask) -> Iterator[tuple[Node, int, None]]:
    yield Power(E, t), 1, None


def _of_sqrt(t: Node, _: Scale, ask: Ask) -> Iterator[tuple[Node, int, None]]:
    if ask(T) >= 0:
        yield rational.expanded(Power(t, TWO)), 1, None


def _of_abs(t: Node, _: Scale, ask: Ask) -> Iterator[tuple[Node, int, None]]:
    by = ask(T)
    if by > 0:
        yield rational.factored(Negative(t)), -1, None
    if by >= 0:
        yield t, 1 if by else 0, None


def _of_sin(t: Node, _: Scale, ask: Ask) -> Iterator[tuple[Node, int, Node]]:
    if (by := _within_one(ask)) is None:
        return
    if by:
        yield Product.of(integer(by), PI, _HALF), 0, _TURN
        return
    yield Call("asin", (t,)), 1, _TURN
    yield _minus(PI, Call("asin", (t,))), -1, _TURN


def _of_cos(t: Node, _: Scale, ask: Ask) -> Iterator[tuple[Node, int, Node]]:
    if (by := _within_one(ask)) is None:
        return
    if by:
        yield ZERO if by > 0 else PI, 0, _TURN
        return
    yield Call("acos", (t,)), -1, _TURN
    yield Negative(Call("acos", (t,))), 1, _TURN


def _within_one(ask: Ask) -> int | None:
    """0 where -1 < t < 1, t itself where it is 1 or -1, else None."""
    above, below = ask(_minus(T, ONE)), ask(Sum.of(T, ONE))
    return 1 if above == 0 else -1 if below == 0 else 0 if above < 0 < below else None


def _of_tan(t: Node, _: Scale, __: Ask) -> Iterator[tuple[Node, int, Node]]:
    yield Call("atan", (t,)), 1, PI


def _of_atan(t: Node, _: Scale, ask: Ask) -> Iterator[tuple[Node, int, None]]:
    quarter = Quotient(PI, TWO)
    if ask(_minus(T, quarter)) < 0 < ask(Sum.of(T, quarter)):
        yield Call("tan", (t,)), 1, None


def _of_tanh(t: Node, _: Scale, ask: Ask) -> Iterator[tuple[Node, int, None]]:
    if _within_one(ask) == 0:
        yield Call("atanh", (t,)), 1, None


def _of_cosh(t: Node, _: Scale, ask: Ask) -> Iterator[tuple[Node, int, None]]:
    by = ask(_minus(T, ONE))
    if by == 0:
        yield ZERO, 0, None
    elif by > 0:
        yield Negative(Call("acosh", (t,))), -1, None
        yield Call("acosh", (t,)), 1, None


def _of_sinh(t: Node, _: Scale, __: Ask) -> Iterator[tuple[Node, int, None]]:
    yield Call("asinh", (t,)), 1, None


def _of_cbrt(t: Node, _: Scale, __: Ask) -> Iterator[tuple[Node, int, None]]:
    yield rational.expanded(Power(t, integer(3))), 1, None


_INVERSES: dict[str, Inverse] = {
    "power": _of_power,
    "real power": _of_real_power,
    "exp": _of_exp,
    "log": _of_log,
    "sqrt": _of_sqrt,
    "cbrt": _of_cbrt,
    "abs": _of_abs,
    "sin": _of_sin,
    "cos": _of_cos,
    "tan": _of_tan,
    "atan": _of_atan,
    "tanh": _of_tanh,
    "cosh": _of_cosh,
    "sinh": _of_sinh,
}
"""By function: each u with h(u) = t, the sign of dt/du there, and with which period it comes back."""
