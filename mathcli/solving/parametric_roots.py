"""Roots of an expression in x with parameters, in a cell of the parameters, and the signs of others there.

Nothing is divided by what may be 0: each leading coefficient, discriminant and argument is asked of the cell first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd, isqrt

from mathcli.algebra import rational
from mathcli.algebra.closed_forms import closed_form
from mathcli.algebra.ranges import value_range
from mathcli.algebra.rings import Polynomial, Ring
from mathcli.errors import NotCoveredError
from mathcli.solving.cells import Cell, Letters
from mathcli.solving.scales import Scale, T, linear, scale_of
from mathcli.syntax.tree import (
    ONE,
    PI,
    TWO,
    ZERO,
    Call,
    Name,
    Negative,
    Node,
    Power,
    Product,
    Quotient,
    Sum,
    integer,
    walk,
)


@dataclass(frozen=True, slots=True)
class Surd:
    """(p + q sqrt(d))/e, without x; q = 0 where it is rational."""

    p: Node
    q: int
    d: Node
    e: Node
    tree: Node


@dataclass(frozen=True, slots=True)
class Root:
    """x = `at` (and `at` + k `period`), where t = h(x) has the value `t`, and the sign of the factor's slope there."""

    at: Node
    scale: Scale
    t: Surd
    slope: int
    period: Node | None = None


def roots(g: Node, x: Name, cell: Cell) -> tuple[Root, ...] | None:
    """Return all real roots of an expression in x; None where it is 0 for every x.

    Raises:
        OpenSignError: they depend on a sign that is not known in the cell.
        NotCoveredError: it has no form in which its roots are found.
    """
    if x not in g.names:
        return () if cell.sign(g) else None
    if (turning := _of_sine_and_cosine(g, x, cell)) is not None:
        return turning
    scale = scale_of(g, x)
    form = None if scale is None else scale.form(g, x)
    if scale is None or form is None:
        raise NotCoveredError("no form in which its zeros are found")
    letters = Letters()
    ring, fraction = _ring(letters.hidden(form, T))
    if fraction is None:
        raise NotCoveredError("no form in which its zeros are found")
    found: list[Root] = []
    coefficients = _coefficients(ring, fraction[0])
    while coefficients and cell.sign(letters.shown(ring.tree(coefficients[-1]))) == 0:
        coefficients.pop()
    if not coefficients:
        return None
    for t, by in _solved(ring, coefficients, letters, cell):

        def ask(form: Node, t: Surd = t) -> int:
            return _sign_of_form(form, t, cell)

        values = scale.values(t.tree, cell, ask)
        found.extend(Root(value.at, scale, t, by * value.way, value.period) for value in values)
    return tuple(found)


def _ring(hidden: Node) -> tuple[Ring, tuple[Polynomial, Polynomial] | None]:
    ring = Ring((T, *sorted(hidden.names - {T}, key=lambda name: name.name)))
    return ring, ring.fraction(hidden)


def _coefficients(ring: Ring, polynomial: Polynomial) -> list[Polynomial]:
    """Those of the powers of T, from the constant one on."""
    parts: dict[int, dict[tuple[int, ...], int]] = {}
    for monomial, coefficient in polynomial.terms():
        degree, *rest = (int(e) for e in monomial)
        parts.setdefault(degree, {})[(0, *rest)] = int(coefficient)
    return [ring.context.from_dict(parts.get(k, {})) for k in range(max(parts, default=-1) + 1)]


def _solved(ring: Ring, coefficients: list[Polynomial], letters: Letters, cell: Cell) -> Iterator[tuple[Surd, int]]:
    """Each root of a polynomial in T, with the sign of its slope there."""

    def shown(polynomial: Polynomial) -> Node:
        return letters.shown(ring.tree(polynomial))

    degree = len(coefficients) - 1
    if degree == 0:
        return
    if degree == 1:
        c, b = coefficients
        yield _quotient(shown(-c), shown(b)), cell.sign(shown(b))
        return
    if degree > 2:
        raise NotCoveredError("a polynomial of a degree above 2 in terms of parameters")
    flip = -1 if int(coefficients[2].leading_coefficient()) < 0 else 1
    c, b, a = (flip * coefficient for coefficient in coefficients)
    discriminant = b * b - 4 * a * c
    by = cell.sign(shown(discriminant))
    if by == 0:
        yield _quotient(shown(-b), shown(2 * a)), 0
    if by <= 0:
        return
    root = root_of(discriminant)
    if root is not None:
        way = flip * cell.sign(shown(root))
        yield _quotient(shown(-b - root), shown(2 * a)), -way
        yield _quotient(shown(-b + root), shown(2 * a)), way
        return
    for sign in (-1, 1):
        tree = letters.shown(_quadratic_root(ring, sign, discriminant, b, a))
        yield Surd(shown(-b), sign, shown(discriminant), shown(2 * a), tree), sign * flip


def _quotient(top: Node, below: Node) -> Surd:
    return Surd(top, 0, ONE, below, rational.factored(Quotient(top, below)))


def _quadratic_root(ring: Ring, sign: int, discriminant: Polynomial, b: Polynomial, a: Polynomial) -> Node:
    """(-b ± sqrt(b^2 - 4 a c))/(2 a), with squares taken out of the root and common factors cancelled."""
    content, square = _content(discriminant), 1
    for k in range(isqrt(min(content, 10**8)), 0, -1):
        if content % (k * k) == 0:
            square = k
            break
    inner = ring.tree(discriminant / (square * square))
    common = gcd(square, _content(b), _content(2 * a))
    root: Node = Call("sqrt", (inner,))
    term = root if square == common else Product.of(integer(square // common), root)
    lead = -(b / common)
    below = 2 * a / common
    if below.is_constant() and int(below.leading_coefficient()) < 0:
        lead, below, sign = -lead, -below, -sign
    signed = term if sign > 0 else Negative(term)
    above = signed if lead == 0 else Sum.of(ring.tree(lead), signed)
    divisor = ring.tree(below)
    return (
        above
        if divisor is ONE
        else Negative(Quotient(term, divisor))
        if lead == 0 and sign < 0
        else Quotient(above, divisor)
    )


def _content(polynomial: Polynomial) -> int:
    return gcd(*(int(c) for _, c in polynomial.terms())) if polynomial != 0 else 0


def root_of(polynomial: Polynomial) -> Polynomial | None:
    """The polynomial of which this is the square."""
    if polynomial == 0:
        return None
    constant, factors = polynomial.factor()
    size = int(constant)
    if size <= 0 or isqrt(size) ** 2 != size or any(m % 2 for _, m in factors):
        return None
    root = polynomial * 0 + isqrt(size)
    for factor, multiplicity in factors:
        root = root * factor ** (multiplicity // 2)
    return root


def _of_sine_and_cosine(g: Node, x: Name, cell: Cell) -> tuple[Root, ...] | None:
    """The roots of a cos u + b sin u for u = k x + m; None where g is nothing of the kind."""
    waves = {part for part in walk(g) if isinstance(part, Call) and part.function in ("sin", "cos") and x in part.names}
    if len(waves) != 2 or len({wave.arguments for wave in waves}) != 1:
        return None
    (u,) = next(iter(waves)).arguments
    sine, cosine = Call("sin", (u,)), Call("cos", (u,))
    c, s = Name("c#"), Name("s#")
    hidden = Letters().hidden(g.substitute({sine: s, cosine: c}), x)
    line = linear(u, x)
    if line is None or x in hidden.names or sine not in waves:
        return None
    a, b = (rational.factored(g.substitute({sine: p, cosine: q})) for p, q in ((ZERO, ONE), (ONE, ZERO)))
    if not rational.agree(g, Sum.of(Product.of(a, cosine), Product.of(b, sine))):
        return None
    by = cell.sign(b)
    if by == 0:
        raise NotCoveredError("no form in which its zeros are found")
    by *= cell.sign(line[0])
    t = _quotient(Negative(a), b)
    arc = Call("atan", (t.tree,))
    scale = Scale("tan", Call("tan", (u,)), *line)
    turn = rational.cancelled(Quotient(Product.of(TWO, PI), line[0]))
    places = [rational.cancelled(Quotient(Sum.of(base, Negative(line[1])), line[0])) for base in (arc, Sum.of(PI, arc))]
    return Root(places[0], scale, t, by, turn), Root(places[1], scale, t, -by, turn)


# -- signs at a root --------------------------------------------------------------------------------------------------


def sign_at(g: Node, x: Name, root: Root, cell: Cell) -> int:
    """Return the sign of an expression at a root.

    Raises:
        OpenSignError: it depends on a sign that is not known in the cell.
        NotCoveredError: it is not found by any of the ways that are known.
    """
    if x not in g.names:
        return cell.sign(g)
    values = value_range(g)
    if values.is_positive or values.is_negative:
        return 1 if values.is_positive else -1
    form = root.scale.form(g, x)
    if form is not None:
        return _sign_of_form(form, root.t, cell)
    if (plain := _sign_as_it_stands(g.substitute({x: root.at}), cell)) is not None:
        return plain
    if root.scale.function == "power" and (found := _sign_of_monomial(g, x, root, cell)) is not None:
        return found
    return _sign_by_order(g, x, root, cell)


def _sign_of_form(form: Node, t: Surd, cell: Cell) -> int:
    letters = Letters()
    p, d, e = (letters.hidden(part) for part in (t.p, t.d, t.e))
    hidden = letters.hidden(form, T)
    names = sorted((hidden.names | p.names | d.names | e.names) - {T}, key=lambda name: name.name)
    ring = Ring((T, *names))
    fraction = ring.fraction(hidden)
    parts = [ring.fraction(part) for part in (p, d, e)]
    if fraction is None or any(part is None for part in parts):
        raise NotCoveredError("a sign at a root")
    (p0, p1), (d0, d1), (e0, e1) = (part for part in parts if part is not None)
    # over one denominator: t = (P + Q sqrt(D))/E with polynomials
    below = e0 * p1 * d1
    above, outside, inside = p0 * e1 * d1, t.q * p1 * e1, d0 * d1
    way = 1
    for polynomial in fraction:
        coefficients = _coefficients(ring, polynomial)
        u, v, power = coefficients[-1], coefficients[-1] * 0, below * 0 + 1
        for coefficient in reversed(coefficients[:-1]):
            power = power * below
            u, v = u * above + v * outside * inside + coefficient * power, u * outside + v * above
        signs = (
            [cell.sign(letters.shown(ring.tree(part))) for part in (u, v)]
            if t.q
            else [_shown_sign(u, ring, letters, cell), 0]
        )
        by = signs[0] or signs[1]
        if signs[0] * signs[1] < 0:
            by = signs[0] * cell.sign(letters.shown(ring.tree(u * u - v * v * inside)))
        degree = len(coefficients) - 1
        way *= by * (cell.sign(letters.shown(ring.tree(below))) if degree % 2 else 1)
    return way


def _shown_sign(polynomial: Polynomial, ring: Ring, letters: Letters, cell: Cell) -> int:
    return cell.sign(letters.shown(ring.tree(polynomial)))


def _sign_as_it_stands(there: Node, cell: Cell) -> int | None:
    """The sign of a constant with parameters that holds no function but powers of e."""
    values = value_range(there)
    if values.is_positive or values.is_negative:
        return 1 if values.is_positive else -1
    if any(isinstance(part, Call) for part in walk(there)):
        return None
    return cell.sign(closed_form(there))


def _sign_of_monomial(g: Node, x: Name, root: Root, cell: Cell) -> int | None:
    """The sign of x^k p(x^n) where x^n is known."""
    for k in range(1, root.scale.index):
        form = root.scale.form(Quotient(g, Power(x, integer(k))), x)
        if form is not None:
            by = _sign_of_place(root, cell)
            return (by if k % 2 else by * by) * _sign_of_form(form, root.t, cell)
    return None


def _sign_of_place(root: Root, cell: Cell) -> int:
    """The sign of the root of t = x^n."""
    by = cell.sign(root.t.tree) if root.t.q == 0 else _sign_of_form(T, root.t, cell)
    if root.scale.index % 2 or by == 0:
        return by
    return -1 if isinstance(root.at, Negative) else 1


def _sign_by_order(g: Node, x: Name, root: Root, cell: Cell) -> int:
    """The sign of k x + m where x lies: the monotone function t compares it with -m/k."""
    line = linear(g, x)
    scale = root.scale
    if line is None or scale.function not in _RISING or not _is_plain(line):
        raise NotCoveredError("a sign at a root")
    if scale.function == "power" and scale.index % 2 == 0:
        raise NotCoveredError("a sign at a root")
    k, m = line
    place = rational.cancelled(Quotient(Negative(m), k))
    way = cell.sign(k) * cell.sign(scale.slope)
    inner = scale.t.arguments[0] if scale.function in ("log", "sqrt") and isinstance(scale.t, Call) else None
    by = 1 if inner is None else cell.sign(inner.substitute({x: place}))
    if by < 0 or (by == 0 and scale.function == "log"):
        return way  # the argument is not negative at the root, and for a logarithm positive
    if by == 0:
        return way * _sign_of_form(T, root.t, cell)
    there = closed_form(scale.t.substitute({x: place}))
    return way * _sign_of_form(Sum.of(T, Negative(there)), root.t, cell)


_RISING = frozenset(("power", "exp", "log", "sqrt", "cbrt", "sinh"))


def _is_plain(line: tuple[Node, Node]) -> bool:
    return not any(isinstance(part, Call) for u in line for part in walk(u))
