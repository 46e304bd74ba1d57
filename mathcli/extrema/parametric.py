"""Critical points of a function with parameters, by cases: what they are depends on the signs of a few expressions.

The derivative is taken apart into factors, each of which has its own roots. What a root is follows from the signs of
all factors on both sides of it, and these are asked of a cell of the parameters, see `cells`. Nothing is divided by
what may be 0: that is a case of its own, in which f is looked at anew with the value put in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mathcli.algebra import rational
from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import Condition, as_conditions
from mathcli.algebra.domains import derivative_domain, domain
from mathcli.algebra.ranges import value_range
from mathcli.calculus.derivation import Derivation, Phrase, Step
from mathcli.calculus.differentiation import differentiate
from mathcli.errors import NotCoveredError, UndefinedError
from mathcli.extrema.critical import (
    CORNER_MAXIMUM,
    CORNER_MINIMUM,
    LOCAL_MAXIMUM,
    LOCAL_MINIMUM,
    STATIONARY_INFLECTION,
    Extreme,
)
from mathcli.extrema.repetition import at_each
from mathcli.solving.cells import ALLOWED, Cell, Conditions, ImpossibleError, by_cases
from mathcli.solving.parametric_roots import Root, roots, sign_at
from mathcli.solving.scales import linear, shortened
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
    walk,
)


@dataclass(frozen=True, slots=True)
class Point:
    """A critical point in terms of the parameters, the value of f there, what it is, and whether for all of f.

    With a `period` it stands for all of at + k period, and `k` is the letter that is used.
    """

    at: Node
    value: Node
    kind: str
    is_global: bool = False
    period: Node | None = None
    k: Name | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What holds under conditions on the parameters.

    `is_constant`: f' = 0 everywhere; `is_decided` is False where the case was not worked out, and `why` says why.
    """

    where: Conditions
    points: tuple[Point, ...] = ()
    is_constant: bool = False
    why: Phrase = ()
    is_decided: bool = True


@dataclass(frozen=True, slots=True)
class Parametric:
    """All cases; together they say everything about all values of the parameters under which f is defined."""

    derivative: Derivation
    factored: Node
    factoring: tuple[Derivation, ...]
    conditions: Conditions
    cases: tuple[Case, ...]

    @property
    def is_complete(self) -> bool:
        return all(case.is_decided for case in self.cases)


_NOWHERE: Phrase = ("the derivative is nowhere 0",)
_EVERYWHERE: Phrase = ("the derivative is 0 everywhere",)


def cases_of(f: Node, x: Name, *, budget: Budget | None = None) -> Parametric:
    """Return the critical points of f by cases.

    Raises:
        NotCoveredError: in no case f' has a form in which its zeros are found.
    """
    derivative = differentiate(f, x)
    slope = rational.factored(derivative.result)
    factoring: tuple[Derivation, ...] = ()
    if slope is not derivative.result:
        step = Step("rewrite", "factor", derivative.result, slope, slope)
        factoring = (Derivation(derivative.result, (step,)),)

    def analyse(cell: Cell) -> Case:
        return _Analysis(cell.put_in(f), x, cell, budget or Budget()).case()

    found = by_cases(analyse)
    cases = tuple(replace(case, where=where) for where, case in found)
    if not any(case.is_decided and (case.points or case.is_constant or case.why) for case in cases):
        raise _not_covered(f, x)
    return Parametric(derivative, slope, factoring, tuple(domain(f)), cases)


def _not_covered(f: Node, x: Name) -> NotCoveredError:
    letters = ", ".join(sorted(name.name for name in f.names - {x}))
    return NotCoveredError(
        f"critical points in terms of the parameters ({letters}) are not covered for this function",
        hint=f"put numbers in for them, or make them variables too: --vars {x.name},...",
    )


class _Analysis:
    """The critical points of f in one cell of its parameters."""

    def __init__(self, f: Node, x: Name, cell: Cell, budget: Budget) -> None:
        self.f, self.x, self.cell, self.budget = f, x, cell, budget
        known = [(rational.expanded(u), kind) for u, kind in as_conditions(domain(f))]
        if any(x not in u.names and cell.sign(u) not in ALLOWED[kind] for u, kind in known):
            raise ImpossibleError  # f has no value, whatever x is
        self.conditions = [c for c in known if x in c[0].names and not self._always_holds(*c)]

    def _always_holds(self, u: Node, kind: str) -> bool:
        """Whether an expression in x is not 0 for any x in this cell, and of the right sign at one."""
        if any(self.x in condition.names for condition in domain(u)):
            return False  # u may jump over 0 at a pole
        try:
            if roots(u, self.x, self.cell) != ():
                return False
            return kind == "!=" or self.cell.known_sign(u.substitute({self.x: ZERO})) == 1
        except NotCoveredError:
            return False

    def case(self) -> Case:
        try:
            return self._by_numbers() if self.f.names <= {self.x} else self._by_factors()
        except UndefinedError:
            raise ImpossibleError from None
        except NotCoveredError as error:
            return Case((), why=(f"not worked out: {error.message}",), is_decided=False)

    # -- without parameters --------------------------------------------------------------------------------------------

    def _by_numbers(self) -> Case:
        """What the function says by itself, once values for its parameters are put in."""
        if self.x not in self.f.names:
            return Case((), is_constant=True, why=_EVERYWHERE)
        from mathcli.extrema.one_variable import critical_points

        found = critical_points(self.f, self.x, budget=self.budget)
        if found.plateaus:
            if found.points or found.families or any(stretch.sign for stretch in found.stretches):
                raise NotCoveredError("f is constant on a part of the line only")
            return Case((), is_constant=True, why=_EVERYWHERE)
        points: list[Point] = []
        for point in found.points:
            if point.at.exact is None or point.value is None or point.value.exact is None:
                raise NotCoveredError("a critical point without an exact form")
            is_global = any(
                isinstance(extreme, Extreme) and extreme.is_attained and point.at in extreme.at
                for extreme in (found.minimum, found.maximum)
            )
            points.append(Point(point.at.exact, point.value.exact, point.kind, is_global))
        for family in found.families:
            if family.value is None or family.first is not None or family.last is not None:
                raise NotCoveredError("a family of critical points that begins or ends")
            base = family.base.exact
            if base is None:
                raise NotCoveredError("a critical point without an exact form")
            points.append(Point(base, family.value, family.kind, period=family.period, k=family.parameter))
        if not found.is_complete:
            raise NotCoveredError("not certified to be complete")
        return Case((), tuple(points), why=() if points else _NOWHERE)

    # -- with parameters -----------------------------------------------------------------------------------------------

    def _by_factors(self) -> Case:
        if self.x not in rational.expanded(self.f).names:
            return Case((), is_constant=True, why=_EVERYWHERE)
        self.slope = rational.factored(differentiate(self.f, self.x).result)
        self._check_smooth()
        factors = _factors(self.slope)
        moving: list[_Factor] = []
        way = 1
        steps = [u.arguments[0] for u, m in factors if m < 0 and isinstance(u, Call) and u.function == "abs"]
        for factor, multiplicity in factors:
            if multiplicity < 0 and isinstance(factor, Call) and factor.function == "abs":
                continue
            by = self._own_sign(factor)
            if by is None:
                moving.append(_moving(factor, multiplicity, steps))
            elif by == 0:
                return Case((), is_constant=True, why=_EVERYWHERE)
            elif multiplicity % 2:
                way *= by
        points: list[Point] = []
        for k, own in enumerate(moving):
            if own.multiplicity < 0:
                continue
            found = roots(own.u, self.x, self.cell)
            if found is None:
                return Case((), is_constant=True, why=_EVERYWHERE)
            points.extend(self._point(root, k, moving, way) for root in found if self._is_inside(root))
        points = self._with_global(points)
        return Case((), tuple(points), why=() if points else _NOWHERE)

    def _own_sign(self, factor: Node) -> int | None:
        """The sign of a factor that keeps it wherever f is defined; None where it has x in it and may change."""
        values = value_range(factor)
        if values.is_positive or values.is_negative:
            return 1 if values.is_positive else -1
        if self.x not in factor.names:
            return self.cell.sign(factor)
        match factor:
            case Power(base, _) if base is E or self._own_sign(base) == 1:
                return 1
            case Call("sqrt", _, 0):
                return 1 if value_range(factor).is_non_negative and self._is_never_zero(factor) else None
        for u, kind in self.conditions:
            if kind == ">":
                if rational.agree(u, factor):
                    return 1
                if rational.agree(u, Negative(factor)):
                    return -1
        return None

    def _is_never_zero(self, root: Node) -> bool:
        """Whether a square root in the derivative is not 0 where there is one: it stands below, or in f itself."""
        assert isinstance(root, Call)
        return any(u is root.arguments[0] or rational.agree(u, root.arguments[0]) for u, _ in self._smooth())

    def _smooth(self) -> list[Condition]:
        known = [(rational.expanded(u), kind) for u, kind in as_conditions(derivative_domain(self.f, self.x))]
        return [c for c in known if self.x in c[0].names]

    def _check_smooth(self) -> None:
        """Refuse f where it may have no derivative at a point of its domain.

        Raises:
            NotCoveredError: there may be such a point.
        """
        own = dict(self.conditions)
        kinks = [
            u.arguments[0] for u, _ in _factors(self.slope) if isinstance(u, Call) and u.function in ("abs", "sign")
        ]
        for u, kind in self._smooth():
            if own.get(u) in (kind, ">=") or value_range(u).is_positive:
                continue
            if any(rational.agree(u, v) for v in kinks):
                continue
            places = roots(u, self.x, self.cell)
            if places is None or any(self._is_inside(place) for place in places):
                raise NotCoveredError("points without a derivative, in terms of parameters")

    def _is_inside(self, root: Root) -> bool:
        """Whether a root lies in the domain."""
        for u, kind in self.conditions:
            by = sign_at(u, self.x, root, self.cell)
            if by not in ALLOWED[kind]:
                return False
            if by == 0:
                raise NotCoveredError("an end of the domain, in terms of parameters")
        return True

    def _point(self, root: Root, k: int, moving: list[_Factor], way: int) -> Point:
        """The point at a root of the k-th factor: f' changes its sign there as the product of all factors does."""
        own = moving[k]
        if root.slope == 0 and root.t.q == 0 and root.scale.t is self.x:
            raise NotCoveredError("a double zero in terms of parameters")
        around = way
        for j, factor in enumerate(moving):
            if j == k:
                continue
            if root.period is not None:
                raise NotCoveredError("a family of zeros beside other factors")
            by = sign_at(factor.u, self.x, root, self.cell)
            if by == 0:
                raise NotCoveredError("zeros of two factors that meet")
            around *= by if factor.multiplicity % 2 else 1
        kind = STATIONARY_INFLECTION
        if own.multiplicity % 2 and root.slope:
            kind = LOCAL_MINIMUM if around * root.slope > 0 else LOCAL_MAXIMUM
        if own.is_step:
            kind = {LOCAL_MINIMUM: CORNER_MINIMUM, LOCAL_MAXIMUM: CORNER_MAXIMUM}[kind]
        at = shortened(root.at)
        if root.period is None:
            return Point(at, self._value(at), kind)
        letter = next(Name(c) for c in "knmj" if Name(c) not in self.f.names)
        value = at_each(self.f, self.x, at, root.period, letter)
        return Point(at, self._short(_without_turns(value, letter)), kind, period=root.period, k=letter)

    def _value(self, at: Node) -> Node:
        return self._short(self.f.substitute({self.x: at}))

    def _short(self, value: Node) -> Node:
        for _ in range(2):
            value = undone(value, self.cell)
            value = min((rational.factored(value), rational.expanded(value), shortened(value)), key=_length)
        return undone(value, self.cell)

    def _with_global(self, points: list[Point]) -> list[Point]:
        """The only extremum on an interval is a global one, and so are the outer ones, if all have one value."""
        if any(point.period is not None for point in points) or not self._is_interval():
            return points
        turns = [point for point in points if point.kind.endswith(("minimum", "maximum"))]
        for way in ("minimum", "maximum"):
            own = [point for point in turns if point.kind.endswith(way)]
            is_outer = 2 * len(own) == len(turns) + 1
            if is_outer and all(rational.agree(p.value, own[0].value) for p in own[1:]):
                return [replace(point, is_global=True) if point in own else point for point in points]
        return points

    def _is_interval(self) -> bool:
        return all(kind in (">", ">=") and linear(u, self.x) is not None for u, kind in self.conditions)


@dataclass(frozen=True, slots=True)
class _Factor:
    """A factor of f'; below the line its multiplicity is negative. `is_step`: it stands for the sign of u."""

    u: Node
    multiplicity: int
    is_step: bool = False


def _moving(factor: Node, multiplicity: int, steps: list[Node]) -> _Factor:
    match factor:
        case Call("sign", (u,), 0):
            return _Factor(u, multiplicity, is_step=True)
    return _Factor(factor, multiplicity, is_step=multiplicity == 1 and any(rational.agree(factor, u) for u in steps))


def _without_turns(value: Node, k: Name) -> Node:
    """The tree without 2 pi k inside sines and cosines."""
    turns = Product.of(TWO, PI, k)
    replacements: dict[Node, Node] = {}
    for part in walk(value):
        match part:
            case Call("sin" | "cos" as function, (Sum(terms),), 0):
                kept = [term for term in terms if not rational.agree(term, turns)]
                replacements[part] = Call(function, (Sum.of(*kept),))
            case Call("sin" | "cos" as function, (u,), 0) if rational.agree(u, turns):
                replacements[part] = Call(function, (ZERO,))
    return value.substitute(replacements)


def undone(node: Node, cell: Cell) -> Node:
    """The tree with e^(log u) as u, sin(arctan v) as v/sqrt(1 + v^2), and |u| as u or -u where its sign is known."""
    made: dict[Node, Node] = {}
    for part in walk(node):
        children = part.children()
        fresh = tuple([made[child] for child in children])
        if isinstance(part, Call):
            fresh = tuple([rational.cancelled(u) if u.names and not isinstance(u, Name) else u for u in fresh])
        rebuilt = part.rebuilt(fresh) if fresh != children else part
        made[part] = _undone(rebuilt, cell) or rebuilt
    return made[node]


def _undone(part: Node, cell: Cell) -> Node | None:
    match part:
        case Power(base, exponent) if base is E:
            return _exponential(exponent)
        case Call("log", (Power(base, exponent),), 0) if base is E:
            return exponent
        case Call("abs", (u,), 0) if u.names:
            try:
                by = cell.known_sign(u)
            except NotCoveredError:
                return None
            return None if isinstance(by, Node) else u if by > 0 else rational.factored(Negative(u))
        case Call("sin" | "cos" as function, (Sum((first, u)),), 0) if first is PI:
            there = Call(function, (u,))
            return Negative(_undone(there, cell) or there)
        case Call("sin" | "cos" as function, (Call("atan", (v,), 0),), 0):
            p, q = (v.numerator, v.denominator) if isinstance(v, Quotient) else (v, ONE)
            by = cell.known_sign(q)
            if isinstance(by, Node):
                return None
            above = p if function == "sin" else q
            return Quotient(above if by > 0 else Negative(above), Call("sqrt", (Sum.of(_square(p), _square(q)),)))
        case Call("sin", (Call("acos", (v,), 0),), 0) | Call("cos", (Call("asin", (v,), 0),), 0):
            return Call("sqrt", (Sum.of(ONE, Negative(_square(v))),))
        case Call("cos", (Call("acos", (v,), 0),), 0) | Call("sin", (Call("asin", (v,), 0),), 0):
            return v
    return None


def _square(u: Node) -> Node:
    return Power(u.operand if isinstance(u, Negative) else u, Number(2))


def _exponential(exponent: Node) -> Node | None:
    if not any(isinstance(u, Call) and u.function == "log" for u in walk(exponent)):
        return None
    short = rational.cancelled(exponent)
    match short:
        case Call("log", (u,), 0):
            return u
        case Negative(Call("log", (u,), 0)):
            return Quotient(ONE, u)
        case Product((Number() as times, Call("log", (u,), 0))):
            return Power(u, times)
        case Quotient(Call("log", (u,), 0), Number(2, 0)):
            return Call("sqrt", (u,))
        case Negative(Quotient(Call("log", (u,), 0), Number(2, 0))):
            return Quotient(ONE, Call("sqrt", (u,)))
        case Sum(terms):
            return Product.of(*(_exponential(term) or Power(E, term) for term in terms))
    return Power(E, short)


def _length(node: Node) -> int:
    from mathcli.algebra.raising import length

    return length(node)


def _factors(node: Node) -> tuple[tuple[Node, int], ...]:
    """The factors with their multiplicities; below a quotient they are negative."""
    match node:
        case Negative(operand):
            return (Negative(ONE), 1), *_factors(operand)
        case Quotient(top, bottom):
            return *_factors(top), *((u, -m) for u, m in _factors(bottom))
        case Product(parts):
            return tuple(pair for part in parts for pair in _factors(part))
        case Power(base, Number(n, 0)) if base is not E:
            return tuple((u, m * n) for u, m in _factors(base))
    return ((node, 1),)
