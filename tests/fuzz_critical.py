"""Random functions, their critical points, and a second method without derivatives: of what is proved, none is missing.

    .venv/bin/python -m tests.fuzz_critical [COUNT] [SEED] [-v]

The function alone is enclosed at many points. Where three of them in a row show a turn, a critical point has to lie
between; where an extremum is claimed, its neighbours have to lie on the right side. For polynomials Sturm's theorem,
as SymPy has it, counts the zeros of f'. It prints what disagrees and how many lists were proved; it ends with 1 if any
did. -v lists what was not certified.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from flint import fmpq

from mathcli.algebra.balls import enclose
from mathcli.algebra.budget import Budget
from mathcli.errors import MathcliError, UndefinedError
from mathcli.extrema.critical import Critical, CriticalPoint
from mathcli.extrema.one_variable import critical_points
from mathcli.syntax.parser import parse, read
from mathcli.syntax.tree import Interval, Name, Node
from mathcli.syntax.writer import write

X = Name("x")
POINTS = 600
SECONDS = 5.0
INTERVALS = ("[-3, 3]", "[0, 10]", "(0, 2]", "[-1, 5)", None)


def function(random_: random.Random, depth: int) -> str:
    """Return a random function of x in the input syntax."""
    if depth == 0:
        return random_.choice(("x", "x", "x", str(random_.randint(1, 5)), f"(x - {random_.randint(1, 3)})"))
    u, v = (function(random_, depth - 1) for _ in range(2))
    shapes: Sequence[str] = (
        f"({u} + {v})",
        f"({u} - {v})",
        f"({u})*({v})",
        f"({u})/({v})",
        f"({u})^2",
        f"({u})^3",
        f"sin({u})",
        f"cos({u})",
        f"exp({u})",
        f"log({u})",
        f"sqrt({u})",
        f"abs({u})",
        f"atan({u})",
        f"exp(-({u})^2)",
    )
    return random_.choice(shapes)


def polynomial(random_: random.Random) -> str:
    """Return a random polynomial, often with a double zero of its derivative."""
    terms = " + ".join(f"({random_.randint(-6, 6)})*x^{k}" for k in range(1, random_.randint(3, 7)))
    return terms if random_.random() < 0.6 else f"(x - {random_.randint(0, 2)})^{random_.randint(2, 4)}*({terms})"


def objections(f: Node, found: Critical, on: Interval | None) -> Iterator[str]:
    """What speaks against a list that is said to be complete."""
    low, high = _ends(on)
    step = (high - low) / POINTS
    places = [low + step * k + step * fmpq(7, 19) for k in range(POINTS)]
    values = [enclose(f, {X: place}, precision=128) for place in places]
    explained = [(p.at.enclosure[0], p.at.enclosure[1]) for p in (*found.points, *found.boundary)]
    explained += [_piece_ends(plateau.piece) for plateau in found.plateaus]
    for k in range(1, POINTS - 1):
        before, here, after = values[k - 1 : k + 2]
        if any(ball is None or not ball.is_finite() for ball in (before, here, after)):
            continue
        is_turn = (before < here and after < here) or (before > here and after > here)
        a, b = places[k - 1], places[k + 1]
        if not is_turn or _is_split(found, a, b) or any(lower <= b and upper >= a for lower, upper in explained):
            continue
        if not _in_a_family(found, a, b):
            yield f"a turn between {float(a.p) / float(a.q):.6g} and {float(b.p) / float(b.q):.6g} is missing"
            return


def _ends(on: Interval | None) -> tuple[fmpq, fmpq]:
    if on is None:
        return fmpq(-12), fmpq(12)
    ends = [enclose(end, {}) for end in (on.lower, on.upper)]
    return fmpq(int(ends[0].mid().floor().unique_fmpz())), fmpq(int(ends[1].mid().floor().unique_fmpz()))


def _piece_ends(piece: object) -> tuple[fmpq, fmpq]:
    lower, upper = getattr(piece, "lower", None), getattr(piece, "upper", None)
    return (
        fmpq(-(10**9)) if lower is None else lower.enclosure[0],
        fmpq(10**9) if upper is None else upper.enclosure[1],
    )


def _is_split(found: Critical, a: fmpq, b: fmpq) -> bool:
    """Whether an end of the domain lies between two places."""
    pieces = found.domain.pieces if found.domain is not None else ()
    ends = [end for piece in pieces for end in (piece.lower, piece.upper) if end is not None]
    if any(end.enclosure[0] <= b and end.enclosure[1] >= a for end in ends):
        return True
    return found.period is not None and any(_comes_back(found, end, a, b) for end in ends)


def _in_a_family(found: Critical, a: fmpq, b: fmpq) -> bool:
    bounds = [family.base for family in found.families]
    bounds += [] if found.period is None else [p.at for p in found.points]
    return any(_comes_back(found, base, a, b) for base in bounds)


def _comes_back(found: Critical, base: object, a: fmpq, b: fmpq) -> bool:
    """Whether base + k period lies between two places, for a whole k."""
    periods = [family.period for family in found.families] + ([found.period] if found.period is not None else [])
    ball = base.ball()  # type: ignore[attr-defined]
    for period in periods:
        length = enclose(period, {})
        assert length is not None
        first = int(((float(a.p) / float(a.q)) - float(ball.mid())) / float(length.mid())) - 2
        if any(a <= ball + k * length and ball + k * length <= b for k in range(first, first + 5)):
            return True
        near = [ball + k * length for k in range(first, first + 5)]
        if any((ball_ - (a + b) / 2).abs_lower() <= (b - a) / 2 for ball_ in near):
            return True
    return False


def false_extrema(f: Node, found: Critical) -> Iterator[str]:
    """Extrema whose neighbours lie on the wrong side."""
    for point in found.points:
        if point.value is None or not point.kind.endswith(("minimum", "maximum")):
            continue
        if all(_is_false(f, point, fmpq(1, 10**digits)) for digits in (9, 25)):
            yield f"{write(point.at.exact) if point.at.exact else point.at} is no {point.kind}"


def _is_false(f: Node, point: CriticalPoint, gap: fmpq) -> bool:
    """Whether a neighbour in this distance lies on the wrong side; two points may be nearer than the larger one."""
    assert point.value is not None
    low, high = point.at.within(400)
    worth = point.value.ball(400)
    for place in (low - gap, high + gap):
        ball = enclose(f, {X: place}, precision=800)
        if ball is None or not ball.is_finite():
            continue
        if (point.kind.endswith("minimum") and ball < worth) or (point.kind.endswith("maximum") and ball > worth):
            return True
    return False


def by_sturm(f: Node, found: Critical) -> Iterator[str]:
    """A polynomial whose derivative has another number of different real zeros."""
    import sympy

    from mathcli.algebra.lowering import lower

    slope = sympy.Poly(sympy.diff(lower(f), sympy.Symbol("x")), sympy.Symbol("x"))
    if not slope.is_zero:
        count = 0 if slope.degree() == 0 else slope.sqf_part().count_roots()
        if count != len(found.points):
            yield f"{len(found.points)} stationary points, and Sturm counts {count}"


def judged(
    text: str, on: str | None, check: Callable[[Node, Critical], Iterator[str]] | None = None
) -> Sequence[str] | None:
    """What speaks against the answer for one function; None: nothing proved, (): defined nowhere."""
    f = parse(text)
    interval = None if on is None else read(on, kind="interval").tree
    assert interval is None or isinstance(interval, Interval)
    try:
        found = critical_points(
            f, X, on=interval, budget=Budget(deadline=time.monotonic() + SECONDS, clock=time.monotonic)
        )
    except UndefinedError:
        return ()
    except MathcliError:
        return None
    except (LookupError, AttributeError, AssertionError, ValueError, TypeError, ArithmeticError) as fault:
        return [f"a fault: {fault!r}"]
    if not found.is_complete:
        return None
    return [*objections(f, found, interval), *false_extrema(f, found), *(check(f, found) if check else ())]


def main(count: int, seed: int, *, is_verbose: bool = False) -> int:
    """Try so many functions and say what disagreed."""
    random_ = random.Random(seed)
    told: Counter[str] = Counter()
    for k in range(count):
        is_polynomial = k % 5 == 0
        text = polynomial(random_) if is_polynomial else function(random_, random_.choice((2, 2, 3, 3, 4)))
        on = None if is_polynomial else random_.choice(INTERVALS)
        where = "on the line" if on is None else "on an interval"
        if "x" not in text:
            continue
        try:
            found = judged(text, on, by_sturm if is_polynomial else None)
        except MathcliError:
            continue
        if found == ():
            continue
        told[f"{where}: {'not certified or refused' if found is None else 'proved'}"] += 1
        if found is None and is_verbose:
            print(f"not certified: {text!r} on {on}", flush=True)
        for objection in found or ():
            told["WRONG"] += 1
            print(f"{text!r} on {on}: {objection}", flush=True)
    for what, number in sorted(told.items()):
        print(f"{number:6} {what}")
    return 1 if told["WRONG"] else 0


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:] if argument != "-v"]
    sys.exit(main(*(arguments + [500, 1][len(arguments) :]), is_verbose="-v" in sys.argv))
