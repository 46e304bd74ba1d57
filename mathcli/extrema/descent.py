"""Iterations that go down: gradient descent, with momentum, and Newton's method; and when a rate is too large.

    x_new = x_old - rate * gradient(x_old)

Two kinds of arithmetic do the same work: exact trees, and floating numbers. In the second every value is enclosed in a
ball at the exact place of its point and then rounded, so a step differs from the true one by its rounding alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import hypot, isfinite
from typing import Generic, NamedTuple, Protocol, TypeVar

from flint import fmpq, fmpq_mat

from mathcli.algebra.balls import enclose
from mathcli.algebra.budget import Budget
from mathcli.algebra.exact import as_fraction, evaluated, fraction_node, is_defined, shortest, sign, square_root
from mathcli.errors import NotCoveredError, UndecidedError, UndefinedError
from mathcli.solving.polynomial_roots import real_roots
from mathcli.solving.regions import Bound
from mathcli.syntax.tree import ONE, TWO, ZERO, Name, Negative, Node, Power, Product, Quotient, Sum

ITERATIONS = "iterations"
GRADIENT = "gradient"
STANDSTILL = "standstill"
DIVERGED = "diverged"
TOO_LONG = "too long"
"""Why an iteration stopped: all steps done, the gradient small enough, no change left, out of bounds, long numbers."""

_FAR = 1e100
_SMALLER = "start nearer, or --exact"
_LONGEST = 60
"""Digits of an exact number beyond which going on shows nobody anything."""
_PRECISIONS = (128, 256, 512, 1024, 2048)

T = TypeVar("T", float, Node)


class Method(NamedTuple):
    """How a step is taken. The rate is exact; momentum 0 is plain descent; Newton's steps go by the Hessian."""

    rate: Node
    momentum: Node
    is_newton: bool = False


class Function(NamedTuple):
    """A function with what its steps need: the gradient, and the Hessian for Newton's method and for the rate."""

    f: Node
    variables: tuple[Name, ...]
    gradient: tuple[Node, ...]
    hessian: tuple[tuple[Node, ...], ...]


class Iterate(NamedTuple, Generic[T]):
    """A point on the way, the value and the gradient there, the length of the gradient."""

    point: tuple[T, ...]
    value: T
    gradient: tuple[T, ...]
    length: T


class Descent(NamedTuple, Generic[T]):
    """The points on the way, the start first, and why it stopped."""

    iterates: tuple[Iterate[T], ...]
    stopped: str


class Arithmetic(Protocol[T]):
    """What an iteration asks of its numbers."""

    def start(self, values: Sequence[Node]) -> tuple[T, ...]:
        """The values of a point as numbers of this kind."""
        ...

    def value(self, node: Node, variables: Sequence[Name], point: Sequence[T]) -> T:
        """The value of a tree at a point."""
        ...

    def plus(self, a: T, factor: Node, b: T) -> T:
        """a + factor b."""
        ...

    def length(self, vector: Sequence[T]) -> T:
        """The norm of a vector."""
        ...

    def is_below(self, a: T, limit: float) -> bool:
        """Whether a is certainly smaller than the limit."""
        ...

    def is_out_of_bounds(self, point: Sequence[T]) -> str:
        """Why nothing can be gained by going on from here, "" where something can."""
        ...

    def rational(self, a: T) -> Fraction | None:
        """The number as a fraction, None where it is none."""
        ...

    def of_fraction(self, a: Fraction) -> T:
        """A fraction as a number of this kind."""
        ...


class Floating:
    """Numbers of 53 bits, each the rounded value of an exact expression of those before it."""

    def start(self, values: Sequence[Node]) -> tuple[float, ...]:
        """The values of a point, rounded."""
        return tuple(self.value(value, (), ()) for value in values)

    def value(self, node: Node, variables: Sequence[Name], point: Sequence[float]) -> float:
        """The value of a tree at a point, enclosed and rounded.

        Raises:
            UndefinedError: it has no value there.
            UndecidedError: no enclosure was found.
            NotCoveredError: it is too large for a number of 53 bits.
        """
        at: dict[Node, fmpq] = {x: fmpq(*a.as_integer_ratio()) for x, a in zip(variables, point, strict=True)}
        for bits in _PRECISIONS:
            ball = enclose(node, at, precision=bits)
            if ball is None:
                raise UndefinedError("it has no value there")
            is_last = bits == _PRECISIONS[-1]
            if ball.is_finite() and (ball.rel_accuracy_bits() > 60 or abs(ball) < 1e-320 or is_last):
                rounded = float(ball.mid())
                if not isfinite(rounded):
                    raise NotCoveredError("a number is above 10^308, too large for floating numbers", hint=_SMALLER)
                return rounded
        raise UndecidedError("its value there could not be enclosed")

    def plus(self, a: float, factor: Node, b: float) -> float:
        """a + factor b, rounded once."""
        exact = as_fraction(factor)
        size = exact if exact is not None else Fraction(self.value(factor, (), ()))
        return _rounded(Fraction(a) + size * Fraction(b))

    def length(self, vector: Sequence[float]) -> float:
        """The norm of a vector."""
        return hypot(*vector)

    def is_below(self, a: float, limit: float) -> bool:
        """Whether a is smaller than the limit."""
        return a < limit

    def is_out_of_bounds(self, point: Sequence[float]) -> str:
        """Whether a number grew beyond all sense."""
        return DIVERGED if any(not isfinite(a) or abs(a) > _FAR for a in point) else ""

    def rational(self, a: float) -> Fraction:
        """The number exactly."""
        return Fraction(a)

    def of_fraction(self, a: Fraction) -> float:
        """The nearest number of 53 bits."""
        return _rounded(a)


class Exact:
    """Trees: fractions stay fractions and roots stay roots."""

    def start(self, values: Sequence[Node]) -> tuple[Node, ...]:
        """The values of a point, in short."""
        return tuple(evaluated(value) for value in values)

    def value(self, node: Node, variables: Sequence[Name], point: Sequence[Node]) -> Node:
        """The value of a tree at a point.

        Raises:
            UndefinedError: it has no value there.
        """
        there = node.substitute(dict(zip(variables, point, strict=True)))
        if is_defined(there) is False:
            raise UndefinedError("it has no value there")
        return evaluated(there)

    def plus(self, a: Node, factor: Node, b: Node) -> Node:
        """a + factor b."""
        return evaluated(Sum.of(a, Product.of(factor, b)))

    def length(self, vector: Sequence[Node]) -> Node:
        """The norm of a vector."""
        return square_root(evaluated(Sum.of(*(Power(a, TWO) for a in vector))))

    def is_below(self, a: Node, limit: float) -> bool:
        """Whether a is certainly smaller than the limit."""
        return sign(Sum.of(a, Negative(fraction_node(Fraction(limit))))) == -1

    def is_out_of_bounds(self, point: Sequence[Node]) -> str:
        """Whether the numbers have become too long to be read."""
        from mathcli.syntax.writer import write

        return TOO_LONG if any(len(write(a)) > _LONGEST for a in point) else ""

    def rational(self, a: Node) -> Fraction | None:
        """The number as a fraction, None where it is none."""
        return as_fraction(a)

    def of_fraction(self, a: Fraction) -> Node:
        """A fraction as a tree."""
        return fraction_node(a)


def _rounded(a: Fraction) -> float:
    try:
        return float(a)
    except OverflowError:
        return float("inf") if a > 0 else float("-inf")


def descend(
    function: Function,
    start: Sequence[Node],
    method: Method,
    arithmetic: Arithmetic[T],
    *,
    iterations: int,
    tolerance: float = 0.0,
    budget: Budget,
) -> Descent[T]:
    """Return the points from the start on, at most so many steps, until the gradient is shorter than the tolerance.

    Raises:
        UndefinedError: a step leads to a point where the function or its gradient has no value, or Newton's step
            asks for the inverse of a singular Hessian; the error says which step.
    """
    point = arithmetic.start(start)
    found = [_at(function, point, arithmetic, 0)]
    velocity: tuple[T, ...] | None = None
    for step in range(1, iterations + 1):
        budget.spend(20 * len(point))
        last = found[-1]
        is_at_rest = velocity is None and _is_zero(last.length)  # momentum carries on over a point without slope
        if arithmetic.is_below(last.length, tolerance) or is_at_rest:
            return Descent(tuple(found), GRADIENT)
        moved, velocity = _moved(function, last, method, arithmetic, velocity, step)
        reason = arithmetic.is_out_of_bounds(moved)
        if reason:
            return Descent(tuple(found), reason)
        if moved == last.point:
            return Descent(tuple(found), STANDSTILL)
        try:
            found.append(_at(function, moved, arithmetic, step))
        except NotCoveredError:
            return Descent(tuple(found), DIVERGED)
    is_small = arithmetic.is_below(found[-1].length, tolerance) or _is_zero(found[-1].length)
    return Descent(tuple(found), GRADIENT if is_small else ITERATIONS)


def _is_zero(length: object) -> bool:
    return length == 0.0 or length is ZERO


def _moved(
    function: Function,
    last: Iterate[T],
    method: Method,
    arithmetic: Arithmetic[T],
    velocity: tuple[T, ...] | None,
    step: int,
) -> tuple[tuple[T, ...], tuple[T, ...] | None]:
    """The next point, and the velocity with which it was reached where there is momentum."""
    direction = _newton(function, last, arithmetic, step) if method.is_newton else last.gradient
    back = Negative(method.rate)
    if as_fraction(method.momentum) == 0:
        return tuple(arithmetic.plus(a, back, d) for a, d in zip(last.point, direction, strict=True)), None
    zero = arithmetic.of_fraction(Fraction(0))
    before = velocity or tuple(zero for _ in direction)
    kept = tuple(arithmetic.plus(zero, method.momentum, v) for v in before)
    speed = tuple(arithmetic.plus(v, back, d) for v, d in zip(kept, direction, strict=True))
    return tuple(arithmetic.plus(a, ONE, v) for a, v in zip(last.point, speed, strict=True)), speed


def _newton(function: Function, last: Iterate[T], arithmetic: Arithmetic[T], step: int) -> tuple[T, ...]:
    """The solution d of H d = gradient."""
    size = len(last.point)
    rows = [
        arithmetic.rational(arithmetic.value(entry, function.variables, last.point))
        for row in function.hessian
        for entry in row
    ]
    right = [arithmetic.rational(g) for g in last.gradient]
    matrix = [fmpq(a.numerator, a.denominator) for a in rows if a is not None]
    column = [fmpq(a.numerator, a.denominator) for a in right if a is not None]
    if len(matrix) < size * size or len(column) < size:
        raise NotCoveredError("an exact step of Newton's method needs rational values", hint="leave --exact out")
    try:
        solved = fmpq_mat(size, size, matrix).solve(fmpq_mat(size, 1, column))
    except ZeroDivisionError:
        where = "at the start" if step == 1 else f"after step {step - 1}"
        raise UndefinedError(
            f"the Hessian is singular {where}, so Newton's method has no next step",
            hint="start elsewhere, or leave --newton out",
        ) from None
    return tuple(arithmetic.of_fraction(Fraction(int(d.p), int(d.q))) for d in solved.entries())


def _at(function: Function, point: tuple[T, ...], arithmetic: Arithmetic[T], step: int) -> Iterate[T]:
    """What there is to know at a point.

    Raises:
        UndefinedError, UndecidedError: with the step that led there.
    """
    try:
        value = arithmetic.value(function.f, function.variables, point)
        gradient = tuple(arithmetic.value(part, function.variables, point) for part in function.gradient)
    except UndefinedError as error:
        raise UndefinedError(
            _sentence("the function or its gradient has no value", point, step), hint=_advice(step)
        ) from error
    except UndecidedError as error:
        raise UndecidedError(_sentence("no value could be enclosed", point, step), hint=_advice(step)) from error
    except NotCoveredError as error:
        what = "the function or its gradient is too large for floating numbers"
        raise NotCoveredError(_sentence(what, point, step), hint=_SMALLER) from error
    return Iterate(point, value, gradient, arithmetic.length(gradient))


def _sentence(what: str, point: Sequence[object], step: int) -> str:
    from mathcli.syntax.writer import write

    shown = ", ".join(write(a) if isinstance(a, Node) else f"{a:.6g}" for a in point)
    place = f"({shown})" if len(point) > 1 else shown
    return f"{what} at {place}, " + (f"to which step {step} leads" if step else "where the descent starts")


def _advice(step: int) -> str:
    return "a smaller --rate may stay inside the domain" if step else "start inside the domain"


# -- the rate -------------------------------------------------------------------------------------------------------


class Rate(NamedTuple):
    """What is certain of a rate where the Hessian is constant, as that of a quadratic function is.

    least, most  the eigenvalues of the Hessian that matter
    limit        2 (1 + momentum) / most, above which the points run away; None where most is not positive
    order        -1 if the rate is below that limit, 0 if it is the limit, 1 if above; None where it was not decided
    """

    least: Bound
    most: Bound
    limit: Node | None
    order: int | None

    @property
    def has_negative(self) -> bool:
        """Whether the function falls for ever in some direction."""
        return self.least < Bound.rational(fmpq(0))

    @property
    def is_definite(self) -> bool:
        """Whether every eigenvalue is positive, so that there is one minimum."""
        return self.least > Bound.rational(fmpq(0))


def judged_rate(hessian: Sequence[Sequence[Node]], method: Method) -> Rate | None:
    """Return what the eigenvalues of a constant rational Hessian say of a rate; None where it is not one.

    Source: Polyak, Some methods of speeding up the convergence of iteration methods (1964), for the momentum.
    """
    entries = [as_fraction(entry) for row in hessian for entry in row]
    if None in entries or method.is_newton:
        return None
    rational = [fmpq(a.numerator, a.denominator) for a in entries if a is not None]
    eigenvalues = real_roots(fmpq_mat(len(hessian), len(hessian), rational).charpoly())
    least, most = eigenvalues[0][0], eigenvalues[-1][0]
    if not most > Bound.rational(fmpq(0)):
        return Rate(least, most, None, None)
    room = evaluated(Product.of(TWO, Sum.of(ONE, method.momentum)))
    limit = None if most.exact is None else shortest(evaluated(Quotient(room, most.exact)))
    return Rate(least, most, limit, _order(method.rate, room, most))


def _order(rate: Node, room: Node, most: Bound) -> int | None:
    """How rate * most compares with the room there is."""
    value, allowed = as_fraction(rate), as_fraction(room)
    if value is None or allowed is None or value <= 0:
        return None
    highest = Bound.rational(fmpq(allowed.numerator, allowed.denominator) / fmpq(value.numerator, value.denominator))
    return most.compare(highest)


def growth(descent: Descent[float]) -> int | None:
    """The step from which on the value only grew, if it grew for three steps or more up to the end; else None."""
    values = [iterate.value for iterate in descent.iterates]
    k = len(values) - 1
    while k > 0 and values[k] > values[k - 1]:
        k -= 1
    return k if len(values) - 1 - k >= 3 else None
