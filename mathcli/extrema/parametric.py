"""Critical points of a function with parameters, by cases: what they are depends on the signs of a few polynomials.

The derivative is taken apart into factors. Those that are positive wherever f has a derivative are dropped, those
without x are one coefficient g, and the others make a polynomial q of degree 1 or 2 in x. Nothing is divided by what
may be 0: that is a case of its own, in which f is looked at anew with the value put in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import gcd, isqrt

from mathcli.algebra import rational
from mathcli.algebra.domains import derivative_domain, domain
from mathcli.algebra.exact import holds
from mathcli.algebra.ranges import value_range
from mathcli.algebra.rings import Polynomial, Ring
from mathcli.calculus.derivation import Derivation, Phrase, Step
from mathcli.calculus.differentiation import differentiate
from mathcli.errors import NotCoveredError
from mathcli.extrema.critical import LOCAL_MAXIMUM, LOCAL_MINIMUM, STATIONARY_INFLECTION
from mathcli.syntax.tree import (
    ONE,
    ZERO,
    Call,
    Constant,
    E,
    Equation,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    integer,
)

Conditions = tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A stationary point in terms of the parameters, the value of f there, what it is, and whether for all of f."""

    at: Node
    value: Node
    kind: str
    is_global: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """What holds under conditions on the parameters. `is_constant`: f' = 0 everywhere. `why` in words."""

    where: Conditions
    points: tuple[Point, ...] = ()
    is_constant: bool = False
    why: Phrase = ()


@dataclass(frozen=True, slots=True)
class Parametric:
    """All cases; together they say everything about all values of the parameters under which f is defined."""

    derivative: Derivation
    factored: Node
    factoring: tuple[Derivation, ...]
    conditions: Conditions
    cases: tuple[Case, ...]


def _kept(conditions: Conditions, x: Name, a: Name) -> Conditions:
    """The conditions on x that f had before a parameter became 0."""
    placed = (c.substitute({a: ZERO}) for c in conditions if x in c.names)
    return tuple(c for c in placed if x in c.names)


def cases_of(f: Node, x: Name, conditions: Conditions = ()) -> Parametric:
    """Return the stationary points of f by cases, under `conditions` and those that f brings along.

    Raises:
        NotCoveredError: f' is not of a form for which the cases are known.
    """
    derivative = differentiate(f, x)
    slope = rational.factored(derivative.result)
    factoring: tuple[Derivation, ...] = ()
    if slope is not derivative.result:
        step = Step("rewrite", "factor", derivative.result, slope, slope)
        factoring = (Derivation(derivative.result, (step,)),)
    conditions = _with(tuple(domain(f)), conditions)
    if any(x in c.names and c not in conditions for c in derivative_domain(f, x)):
        raise _not_covered(f, x)
    analysis = _Cases(f, x, slope, conditions)
    return Parametric(derivative, slope, factoring, conditions, tuple(analysis.cases()))


def _not_covered(f: Node, x: Name) -> NotCoveredError:
    letters = ", ".join(sorted(name.name for name in f.names - {x}))
    return NotCoveredError(
        f"critical points in terms of the parameters ({letters}) are not covered for this function",
        hint=f"put numbers in for them, or make them variables too: --vars {x.name},...",
    )


class _Cases:
    def __init__(self, f: Node, x: Name, slope: Node, conditions: Conditions) -> None:
        self.f, self.x, self.conditions = f, x, conditions
        self.parameters = tuple(sorted((f.names | slope.names) - {x}, key=lambda name: name.name))
        self.ring = Ring((x, *self.parameters))
        self.g, self.coefficients = self._taken_apart(slope)

    def _taken_apart(self, slope: Node) -> tuple[Polynomial, list[Polynomial]]:
        """(g, coefficients of q from the constant one on) with f' = (something positive) g q."""
        factors, below = _factors(slope)
        g: Polynomial = self.ring.context.from_dict({(0,) * len(self.ring.names): 1})
        q = g
        for factor in below:
            if not self._is_positive(factor, is_below=True):
                g = g * self._polynomial(factor)  # of no x: dividing by it has the sign of multiplying by it
        for factor in factors:
            if self._is_positive(factor):
                continue
            if self.x in factor.names:
                q = q * self._polynomial(factor, may_hold_x=True)
            else:
                g = g * self._polynomial(factor)
        parts: dict[int, dict[tuple[int, ...], int]] = {}
        for monomial, coefficient in q.terms():
            degree, *rest = (int(e) for e in monomial)
            parts.setdefault(degree, {})[(0, *rest)] = int(coefficient)
        if not parts or max(parts) > 2:
            raise _not_covered(self.f, self.x)
        return g, [self.ring.context.from_dict(parts.get(k, {})) for k in range(max(parts) + 1)]

    def _polynomial(self, factor: Node, *, may_hold_x: bool = False) -> Polynomial:
        fraction = self.ring.fraction(factor)
        if fraction is None or not fraction[1].is_constant() or (self.x in factor.names and not may_hold_x):
            raise _not_covered(self.f, self.x)
        return fraction[0] if int(fraction[1].leading_coefficient()) > 0 else -fraction[0]

    def _is_positive(self, factor: Node, *, is_below: bool = False) -> bool:
        """Whether a factor is positive wherever f has a derivative."""
        if value_range(factor).is_positive:
            return True
        match factor:
            case Power(base, _) if base is E:
                return True
            case Power(_, Number(n, 0)) if is_below and n % 2 == 0:
                return True
            case Call("sqrt", _, 0) if is_below:
                return True
        return any(c is Relation((factor, ZERO), (">",)) for c in self.conditions)

    # -- the cases --------------------------------------------------------------------------------------------------

    def cases(self) -> Iterator[Case]:
        """Each case with its conditions."""
        if (zero := self._is(self.g, "=")) is not None:
            yield Case((*self._given(), *zero), is_constant=True, why=("the derivative is 0 everywhere",))
        nonzero = self._is(self.g, "!=")
        if nonzero is None:
            return
        yield from self._of_degree(len(self.coefficients) - 1, nonzero)

    def _given(self) -> Conditions:
        return tuple(c for c in self.conditions if self.x not in c.names)

    def _of_degree(self, degree: int, so_far: Conditions) -> Iterator[Case]:
        if degree == 0:
            yield from self._constant(so_far)
            return
        leading = self.coefficients[degree]
        if (nonzero := self._is(leading, "!=")) is not None:
            conditions = _with(so_far, nonzero)
            yield from self._linear(conditions) if degree == 1 else self._quadratic(conditions)
        zero = self._is(leading, "=")
        if zero is None:
            return
        anew = self._anew(zero, so_far)
        yield from self._of_degree(degree - 1, _with(so_far, zero)) if anew is None else anew

    def _anew(self, zero: Conditions, so_far: Conditions) -> list[Case] | None:
        """The cases of f with a parameter that is 0 put in; None where the condition is not of this form."""
        match zero:
            case (Equation(Name() as a, right),) if right is ZERO:
                if any(holds(c.substitute({a: ZERO})) is False for c in so_far if not c.substitute({a: ZERO}).names):
                    return []
                f = rational.expanded(self.f.substitute({a: ZERO}))
                kept = tuple(c for c in so_far if a not in c.names)
                inner = cases_of(f, self.x, _kept(self.conditions, self.x, a)).cases
                return [replace(case, where=_with(_with(kept, zero), case.where)) for case in inner]
        return None

    def _constant(self, so_far: Conditions) -> Iterator[Case]:
        c = self.coefficients[0]
        nonzero, zero = self._is(c, "!="), self._is(c, "=")
        if nonzero is not None:
            why: Phrase = ("the derivative is nowhere 0",)
            yield Case((*self._given(), *_with(so_far, nonzero)), why=why)
        if zero is not None:
            why = ("the derivative is 0 everywhere",)
            yield Case((*self._given(), *_with(so_far, zero)), is_constant=True, why=why)

    def _linear(self, so_far: Conditions) -> Iterator[Case]:
        c, b = self.coefficients[:2]
        at = rational.factored(Quotient(Negative(self.ring.tree(c)), self.ring.tree(b)))
        yield from self._by_sign(at, self.g * b, so_far)

    def _by_sign(self, at: Node, curvature: Polynomial, so_far: Conditions) -> Iterator[Case]:
        """The point at a simple zero of f', where f'' has the sign of `curvature`."""
        for sign, kind in ((">", LOCAL_MINIMUM), ("<", LOCAL_MAXIMUM)):
            conditions = self._is(curvature, sign)
            if conditions is not None:
                is_global = not any(self.x in c.names for c in self.conditions)
                yield from self._case(_stronger(so_far, conditions), [(at, kind)], is_global=is_global)

    def _quadratic(self, so_far: Conditions) -> Iterator[Case]:
        c, b, a = self.coefficients
        discriminant = b * b - 4 * a * c
        root = _root_of(discriminant)
        if root is not None:
            yield from self._with_rational_roots(root, so_far)
        elif (positive := self._is(discriminant, ">")) is not None:
            plus, minus = (self._root(sign, discriminant) for sign in (1, -1))
            for sign, first, second in ((">", LOCAL_MINIMUM, LOCAL_MAXIMUM), ("<", LOCAL_MAXIMUM, LOCAL_MINIMUM)):
                if (conditions := self._is(self.g, sign)) is not None:
                    where = _stronger(_with(so_far, positive), conditions)
                    yield from self._case(where, [(minus, second), (plus, first)])
        if (zero := self._is(discriminant, "=", so_far)) is not None:
            at = rational.factored(Quotient(Negative(self.ring.tree(b)), self.ring.tree(2 * a)))
            if len(zero) == 1 and isinstance(zero[0], Equation) and isinstance(zero[0].left, Name):
                at = rational.factored(at.substitute({zero[0].left: zero[0].right}))
            yield from self._case(_with(so_far, zero), [(at, STATIONARY_INFLECTION)])
        if (negative := self._is(discriminant, "<")) is not None:
            why: Phrase = ("the quadratic factor has a negative discriminant, so the derivative is nowhere 0",)
            yield Case((*self._given(), *_with(so_far, negative)), why=why)

    def _with_rational_roots(self, root: Polynomial, so_far: Conditions) -> Iterator[Case]:
        """Where the discriminant is the square of a polynomial."""
        _, b, a = self.coefficients
        ends = [rational.factored(Quotient(self.ring.tree(-b + s * root), self.ring.tree(2 * a))) for s in (1, -1)]
        for sign, first, second in ((">", LOCAL_MINIMUM, LOCAL_MAXIMUM), ("<", LOCAL_MAXIMUM, LOCAL_MINIMUM)):
            if (conditions := self._is(self.g * root, sign)) is not None:
                yield from self._case(_stronger(so_far, conditions), [(ends[1], second), (ends[0], first)])

    def _root(self, sign: int, discriminant: Polynomial) -> Node:
        """(-b ± sqrt(b^2 - 4 a c))/(2 a), with squares taken out of the root and common factors cancelled."""
        _, b, a = self.coefficients
        content, square = _content(discriminant), 1
        for k in range(isqrt(content), 0, -1):
            if content % (k * k) == 0:
                square = k
                break
        inner = self.ring.tree(discriminant / (square * square))
        common = gcd(square, _content(b), _content(2 * a))
        root: Node = Call("sqrt", (inner,))
        term = root if square == common else Product.of(integer(square // common), root)
        lead = -(b / common)
        below = 2 * a / common
        if below.is_constant() and int(below.leading_coefficient()) < 0:
            lead, below, sign = -lead, -below, -sign
        signed = term if sign > 0 else Negative(term)
        above = signed if lead == 0 else Sum.of(self.ring.tree(lead), signed)
        divisor = self.ring.tree(below)
        return above if divisor is ONE else Quotient(above, divisor)

    def _case(
        self, where: Conditions, points: Sequence[tuple[Node, str]], *, is_global: bool = False
    ) -> Iterator[Case]:
        """A case whose points lie in the domain, which may be a condition of its own."""
        found: list[Point] = []
        for at, kind in points:
            for condition in (c for c in self.conditions if self.x in c.names):
                needed = condition.substitute({self.x: at})
                verdict = holds(needed) if not needed.names else None
                if verdict is False:
                    break
                if verdict is None and not _follows(needed, where):
                    where = _with(where, (needed,))
            else:
                value = rational.factored(self.f.substitute({self.x: at}))
                short = rational.expanded(value)
                found.append(Point(at, short if _is_shorter(short, value) else value, kind, is_global))
        yield Case((*self._given(), *where), tuple(found))

    # -- signs ------------------------------------------------------------------------------------------------------

    def _is(self, polynomial: Polynomial, sign: str, known: Conditions = ()) -> Conditions | None:
        """The conditions under which a polynomial in the parameters is > 0, < 0, = 0 or != 0; None if it never is.

        Factors that are not 0 by what is known are left out of an equation.
        """
        if polynomial == 0:
            return () if sign == "=" else None
        constant, factors = polynomial.factor()
        odd: list[Node] = []
        even: list[Node] = []
        way = 1 if int(constant) > 0 else -1
        for factor, multiplicity in factors:
            tree = self.ring.tree(factor)
            values = value_range(tree)
            if values.is_positive:
                continue
            if values.is_negative:
                way = -way if multiplicity % 2 else way
                continue
            if isinstance(tree, Negative) or (isinstance(tree, Sum) and isinstance(tree.terms[0], Negative)):
                tree, way = self.ring.tree(-factor), -way if multiplicity % 2 else way
            (odd if multiplicity % 2 else even).append(tree)
        if sign in ("=", "!="):
            nonzero = {c.sides[0] for c in known if isinstance(c, Relation) and c.signs == ("!=",)}
            return _vanishing([u for u in (*odd, *even) if u not in nonzero], sign)
        if not odd:
            return tuple(Relation((u, ZERO), ("!=",)) for u in even) if (way > 0) == (sign == ">") else None
        wanted = sign if way > 0 else {">": "<", "<": ">"}[sign]
        return (
            Relation((Product.of(*odd), ZERO), (wanted,)),
            *(Relation((u, ZERO), ("!=",)) for u in even),
        )


def _vanishing(factors: Sequence[Node], sign: str) -> Conditions | None:
    if not factors:
        return None if sign == "=" else ()
    product = Product.of(*factors)
    return (Equation(product, ZERO) if sign == "=" else Relation((product, ZERO), ("!=",)),)


def _with(conditions: Conditions, more: Conditions) -> Conditions:
    return (*conditions, *(c for c in more if c not in conditions))


def _follows(needed: Node, where: Conditions) -> bool:
    """Whether u != 0 follows from conditions on what u is a multiple or a root of."""
    match needed:
        case Relation((u, right), ("!=",)) if right is ZERO:
            known = {c.sides[0] for c in where if isinstance(c, Relation) and c.signs[0] in (">", "<", "!=")}
            return _core(u) in known
    return False


def _core(u: Node) -> Node:
    match u:
        case Negative(v) | Call("sqrt", (v,), 0) | Quotient(v, Number()) | Product((Number(), v)):
            return _core(v)
    return u


def _stronger(conditions: Conditions, more: Conditions) -> Conditions:
    """Both, without a u != 0 that follows from u > 0 or u < 0 beside it."""
    signed = {c.sides[0] for c in more if isinstance(c, Relation) and c.signs[0] in "<>"}
    inside = {factor for u in signed for factor in (u.factors if isinstance(u, Product) else (u,))}
    kept = tuple(
        c
        for c in conditions
        if not (isinstance(c, Relation) and c.signs == ("!=",) and (c.sides[0] in signed or c.sides[0] in inside))
    )
    return _with(kept, more)


def _root_of(polynomial: Polynomial) -> Polynomial | None:
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


def _content(polynomial: Polynomial) -> int:
    return gcd(*(int(c) for _, c in polynomial.terms())) if polynomial != 0 else 0


def _is_shorter(one: Node, other: Node) -> bool:
    from mathcli.algebra.raising import length

    return length(one) <= length(other)


def _factors(node: Node) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """(factors, divisors)"""
    match node:
        case Negative(operand):
            above, below = _factors(operand)
            return (Negative(ONE), *above), below
        case Quotient(top, bottom):
            above, below = _factors(top)
            under, over = _factors(bottom)
            return (*above, *over), (*below, *under)
        case Product(factors):
            pairs = [_factors(factor) for factor in factors]
            return tuple(u for above, _ in pairs for u in above), tuple(u for _, below in pairs for u in below)
        case Constant():
            return (node,), ()
    return (node,), ()
