"""Each function of the vocabulary on certified values: a rational or a ball in, a rational, a ball or None out.

Every function here keeps the promise of `balls`: a finite result holds wherever the argument may lie, None says that
there is no value at all, NAN that the argument may lie on both sides of the domain's edge. Arguments are finite.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias
from zlib import crc32

from flint import arb, fmpq, fmpz

Value: TypeAlias = fmpq | arb | None

NAN = arb.nan()
ZERO = fmpq(0)
ONE = fmpq(1)

_TALLEST = 4000
_LARGEST_FACTORIAL = 500
_LARGEST_BINOMIAL = 1000
_LARGEST_ROOT = 1000


def settled(value: Value) -> Value:
    """Return the value, with an infinite ball turned into NAN and a towering fraction into a ball."""
    if isinstance(value, fmpq):
        return value if value.height_bits() <= _TALLEST else arb(value)
    if value is None or value.is_finite():
        return value
    return NAN


def is_nan(value: Value) -> bool:
    """Whether a value was left undecided."""
    return isinstance(value, arb) and value.is_nan()


def quotient(u: Value, v: Value) -> Value:
    """Return u/v; None where v is zero."""
    if v == 0:
        return None
    return u / v  # type: ignore[operator]


def hull(values: list[arb]) -> arb:
    """Return a ball over all of the values."""
    whole = values[0]
    for value in values[1:]:
        whole = whole.union(value)
    return whole


def increasing(f: Callable[[arb], arb], x: arb) -> arb:
    """Return an enclosure of an increasing function by its values at both ends."""
    if x.is_exact():
        return f(x)
    return f(x.lower()).union(f(x.upper()))


def nth_root(x: Value, n: int) -> Value:
    """Return the real n-th root for n >= 1; for odd n of every real number."""
    if isinstance(x, fmpq):
        exact = _exact_root(x, n)
        if exact is not None:
            return exact
    ball = arb(x)
    if n % 2:
        return increasing(lambda t: _root_of_positive(t, n) if t >= 0 else -_root_of_positive(-t, n), ball)
    if ball < 0:
        return None
    return _root_of_positive(ball, n) if ball >= 0 else NAN


def _root_of_positive(x: arb, n: int) -> arb:
    """FLINT takes roots up to the size of a machine word."""
    if x == 0:
        return x
    return x.root(n) if n < _LARGEST_ROOT else (x.log() / n).exp()


def _exact_root(x: fmpq, n: int) -> fmpq | None:
    if n > 64 or (x < 0 and n % 2 == 0):
        return None
    top, bottom = abs(x.p).root(n), x.q.root(n)
    if top**n != abs(x.p) or bottom**n != x.q:
        return None
    return fmpq(top if x >= 0 else -top, bottom)


def integer_power(x: Value, n: int) -> Value:
    """Return x^n, where 0^0 = 1 and 0 to a negative power is nothing."""
    if n == 0:
        return ONE
    if n < 0:
        if x == 0:
            return None
        below = integer_power(x, -n)
        return ONE / below if below is not None and below != 0 else NAN
    if isinstance(x, fmpq) and n * x.height_bits() <= _TALLEST:
        return x**n
    ball = arb(x)
    if not ball.is_exact() and ball.contains(0):
        if n % 2 == 0:
            return ZERO if ball.is_zero() else arb(0).union(ball.abs_upper() ** n)
        return (ball.lower() ** fmpz(n)).union(ball.upper() ** fmpz(n))  # FLINT's power is nan around 0 itself
    return ball ** fmpz(n)


def rational_power(x: Value, exponent: fmpq) -> Value:
    """Return x^(p/q) in lowest terms: through the real q-th root, for odd q on the whole line."""
    numerator, denominator = int(exponent.p), int(exponent.q)
    if denominator == 1:
        return integer_power(x, numerator)
    root = nth_root(x, denominator)
    return root if root is None or is_nan(root) else integer_power(root, numerator)


def real_power(x: Value, y: Value, *, is_constant: bool) -> Value:
    """Return x^y for an exponent that is no rational constant: e^(y log x), x > 0; 0^y = 0 for a constant y > 0."""
    base, exponent = arb(x), arb(y)
    if base > 0:
        return (exponent * base.log()).exp()
    if base == 0 and is_constant:
        return ZERO if exponent > 0 else None if exponent < 0 else NAN
    return None if base < 0 and not exponent.contains_integer() else NAN


def exponential(x: Value) -> Value:
    return ONE if x == 0 else arb(x).exp()


def _within(x: arb, inside: bool, outside: bool, f: Callable[[], arb]) -> Value:
    return f() if inside else None if outside else NAN


def _log(x: Value, base: Value = None) -> Value:
    if base is not None:
        top, bottom = _log(x), _log(base)
        if top is None or bottom is None:
            return None
        return quotient(top, bottom)
    if x == 1:
        return ZERO
    ball = arb(x)
    return _within(ball, ball > 0, ball <= 0, ball.log)


def _sqrt(x: Value) -> Value:
    return nth_root(x, 2)


def _cbrt(x: Value) -> Value:
    return nth_root(x, 3)


def _root(x: Value, n: Value) -> Value:
    if n == 0:
        return None
    if isinstance(n, fmpq):
        return rational_power(x, 1 / n)
    return real_power(x, settled(quotient(ONE, n)), is_constant=False)


def _entire(name: str, at_zero: fmpq) -> Callable[[Value], Value]:
    """A function with values everywhere that is rational at 0."""
    method = getattr(arb, name)
    return lambda x: at_zero if x == 0 else method(arb(x))


def _sec(x: Value) -> Value:
    return ONE if x == 0 else 1 / arb(x).cos()


def _without_zero(name: str) -> Callable[[Value], Value]:
    method = getattr(arb, name)
    return lambda x: None if x == 0 else method(arb(x))


def _arc(name: str) -> Callable[[Value], Value]:
    """asin or acos: on [-1, 1]."""
    method = getattr(arb, name)

    def arc(x: Value) -> Value:
        ball = arb(x)
        return _within(ball, ball >= -1 and ball <= 1, ball > 1 or ball < -1, lambda: method(ball))

    return arc


def _asin(x: Value) -> Value:
    return ZERO if x == 0 else _arc("asin")(x)


def _acos(x: Value) -> Value:
    return ZERO if x == 1 else _arc("acos")(x)


def _acot(x: Value) -> Value:
    """acot x = atan(1/x), and pi/2 at 0."""
    ball = arb(x)
    if ball.contains(0):
        right_angle = arb.pi() / 2
        return right_angle if ball == 0 else (-right_angle).union(right_angle)
    return (1 / ball).atan()


def _of_reciprocal(f: Callable[[Value], Value]) -> Callable[[Value], Value]:
    """x -> f(1/x), nowhere at 0."""

    def composed(x: Value) -> Value:
        inner = settled(quotient(ONE, x))
        return inner if inner is None or is_nan(inner) else f(inner)

    return composed


def _acosh(x: Value) -> Value:
    if x == 1:
        return ZERO
    ball = arb(x)
    return _within(ball, ball >= 1, ball < 1, ball.acosh)


def _atanh(x: Value) -> Value:
    if x == 0:
        return ZERO
    ball = arb(x)
    return _within(ball, ball > -1 and ball < 1, ball >= 1 or ball <= -1, ball.atanh)


def _lambert(branch: int) -> Callable[[Value], Value]:
    """The solution y of y e^y = x with y >= -1 (branch 0) or y <= -1 (branch -1): monotone, so its ends bound it."""

    def solution(x: Value) -> Value:
        if x == 0:
            return ZERO if branch == 0 else None
        ball = arb(x)
        least = -arb(-1).exp()
        inside = ball > least and (branch == 0 or ball < 0)
        outside = ball < least or (branch == -1 and ball >= 0)
        return _within(ball, bool(inside), bool(outside), lambda: _between(ball, branch))

    return solution


def _between(ball: arb, branch: int) -> arb:
    return ball.lower().lambertw(branch).union(ball.upper().lambertw(branch))


def _abs(x: Value) -> Value:
    return abs(x)  # type: ignore[arg-type]


def _sign(x: Value) -> Value:
    if x > 0:  # type: ignore[operator]
        return ONE
    if x < 0:  # type: ignore[operator]
        return -ONE
    return ZERO if x == 0 else arb(0, 1)


def _floor(x: Value) -> Value:
    return fmpq(x.floor()) if isinstance(x, fmpq) else _whole(x.floor())  # type: ignore[union-attr]


def _ceil(x: Value) -> Value:
    return fmpq(x.ceil()) if isinstance(x, fmpq) else _whole(x.ceil())  # type: ignore[union-attr]


def _whole(x: arb) -> Value:
    whole = x.unique_fmpz() if x.is_exact() else None
    return x if whole is None else fmpq(whole)


def _extreme(name: str, pick: Callable[[list[fmpq]], fmpq]) -> Callable[..., Value]:
    method = getattr(arb, name)

    def extreme(*values: Value) -> Value:
        exact = [value for value in values if isinstance(value, fmpq)]
        if len(exact) == len(values):
            return pick(exact)
        result = arb(values[0])
        for value in values[1:]:
            result = method(result, arb(value))
        return result

    return extreme


def _gamma(x: Value) -> Value:
    if isinstance(x, fmpq):
        if x.q == 1:
            return None if x <= 0 else _factorial(x - 1)
        return arb(x).gamma()
    return arb(x).gamma()


def _factorial(x: Value) -> Value:
    """n!, and gamma(x + 1) between the whole numbers."""
    if isinstance(x, fmpq) and x.q == 1 and x <= _LARGEST_FACTORIAL:
        return None if x < 0 else fmpq(fmpz.fac_ui(int(x.p)))
    return arb(x + 1).gamma()  # type: ignore[operator]


def _factorial2(x: Value) -> Value:
    """n!! of a whole number n >= -1; nothing between the whole numbers."""
    if not isinstance(x, fmpq):
        return NAN
    if x.q != 1 or x < -1:
        return None
    n = int(x.p)
    if n > _LARGEST_FACTORIAL:
        return NAN
    result = 1
    for factor in range(n, 1, -2):
        result *= factor
    return fmpq(result)


def _binomial(n: Value, k: Value) -> Value:
    """n over k: a polynomial in n for a whole k, 0 for a negative one; through gamma else."""
    if isinstance(k, fmpq) and k.q == 1 and k <= _LARGEST_BINOMIAL:
        result: Value = ONE if k >= 0 else ZERO
        for j in range(int(k.p)):
            result = settled(result * (n - j) / (j + 1))  # type: ignore[operator]
        return result
    top = _gamma(settled(n + 1))  # type: ignore[operator]
    if top is None:
        return None
    return arb(top) * arb(k + 1).rgamma() * arb(n - k + 1).rgamma()  # type: ignore[operator]


def _kronecker(i: Value, k: Value) -> Value:
    """1 where both are equal and 0 elsewhere."""
    if isinstance(i, fmpq) and isinstance(k, fmpq):
        return ONE if i == k else ZERO
    return NAN if arb(i).overlaps(arb(k)) else ZERO


def _atan2(y: Value, x: Value) -> Value:
    if y == 0 and x == 0:
        return None
    height, width = arb(y), arb(x)
    if height.contains(0) and width.contains(0):
        return NAN
    return arb.atan2(height, width)


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "sqrt": _sqrt,
    "cbrt": _cbrt,
    "root": _root,
    "exp": exponential,
    "log": _log,
    "sin": _entire("sin", ZERO),
    "cos": _entire("cos", ONE),
    "tan": _entire("tan", ZERO),
    "cot": _without_zero("cot"),
    "sec": _sec,
    "csc": _without_zero("csc"),
    "asin": _asin,
    "acos": _acos,
    "atan": _entire("atan", ZERO),
    "acot": _acot,
    "asec": _of_reciprocal(_acos),
    "acsc": _of_reciprocal(_asin),
    "sinh": _entire("sinh", ZERO),
    "cosh": _entire("cosh", ONE),
    "tanh": _entire("tanh", ZERO),
    "coth": _without_zero("coth"),
    "sech": _entire("sech", ONE),
    "csch": _without_zero("csch"),
    "asinh": _entire("asinh", ZERO),
    "acosh": _acosh,
    "atanh": _atanh,
    "acoth": _of_reciprocal(_atanh),
    "asech": _of_reciprocal(_acosh),
    "acsch": _of_reciprocal(_entire("asinh", ZERO)),
    "abs": _abs,
    "sign": _sign,
    "floor": _floor,
    "ceil": _ceil,
    "min": _extreme("min", min),
    "max": _extreme("max", max),
    "erf": _entire("erf", ZERO),
    "lambertw": _lambert(0),
    "lambertwm": _lambert(-1),
    "gamma": _gamma,
    "factorial": _factorial,
    "factorial2": _factorial2,
    "binomial": _binomial,
    "kronecker": _kronecker,
    "atan2": _atan2,
}
"""By canonical name. A new word of the vocabulary needs its line here."""


def generic_body(name: str, primes: int, u: Any) -> Any:
    """Return what an unknown function stands for where any will do: e^(a u) + sin(b u + c), or a derivative of that.

    The numbers depend on the name alone; u is a ball or a series in balls.
    """
    seed = crc32(name.encode())
    a, b, c = (arb(fmpq(seed // k % 97 + 20, 150)) for k in (1, 97, 9409))
    return (u * a).exp() * a**primes + (u * b + (c + arb.pi() * primes / 2)).sin() * b**primes
