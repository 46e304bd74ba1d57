"""Random functions under constraints, and a second method in floating point: of what is proved, no point is missing.

    .venv/bin/python -m tests.fuzz_constrained [COUNT] [SEED] [-v]

SymPy differentiates, and Newton's method from many random starts solves Lagrange's equations with multipliers, for
each choice of active inequalities. A point that it finds and that a list called complete lacks is an objection. On a
closed curve with simple points there are as many minima as maxima; on a closed surface minima - saddles + maxima is its
Euler characteristic. It prints what disagrees and how many lists were proved, and ends with 1 if any did. -v says of
each function whether its list was proved, and how long that took.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import sympy
from flint import fmpq

from mathcli.algebra.balls import enclose
from mathcli.algebra.budget import Budget
from mathcli.algebra.lowering import lower
from mathcli.errors import MathcliError, UndefinedError
from mathcli.extrema.constraints import Constrained, constrained_points
from mathcli.extrema.several import MAXIMUM, MINIMUM, SADDLE
from mathcli.syntax.parser import parse, read
from mathcli.syntax.tree import Name, Node

SECONDS = 15.0
STARTS = 60
CLOSE = 1e-6


class Place(NamedTuple):
    """Where points are looked for: relations, a reach for the starts, the Euler characteristic where it is closed."""

    names: str
    relations: tuple[str, ...]
    reach: float
    euler: int | None = None


PLACES = (
    Place("xy", ("x^2 + y^2 = 1",), 1.2, 0),
    Place("xy", ("x^2 + 3y^2 = 4",), 2.2, 0),
    Place("xy", ("x^2 + x y + y^2 = 3",), 2.2, 0),
    Place("xy", ("x^4 + y^4 = 2",), 1.4, 0),
    Place("xy", ("x + 2y = 1",), 3.0),
    Place("xy", ("e^x + e^y = 3",), 2.0),
    Place("xy", ("y^2 = x^3",), 2.0),
    Place("xy", ("x^2 + y^2 <= 4", "x >= y"), 2.0),
    Place("xyz", ("x^2 + y^2 + z^2 = 1",), 1.2, 2),
    Place("xyz", ("x^2 + 2y^2 + 3z^2 = 6",), 2.5, 2),
    Place("xyz", ("x^2 + y^2 + z^2 + x y = 1",), 1.5, 2),
    Place("xyz", ("(sqrt(x^2+y^2) - 2)^2 + z^2 = 1",), 3.0, 0),
    Place("xyz", ("x + y + z = 1",), 2.0),
    Place("xyz", ("x + y + z = 1", "x^2 + y^2 + z^2 = 2"), 1.5, 0),
    Place("xyz", ("x^2 + y^2 = 1", "x + z = 1"), 2.0, 0),
    Place("xyz", ("x^2 + y^2 + z^2 = 4", "x z = 1"), 2.0),
    Place("xyz", ("x^2 + y^2 + z^2 <= 1",), 1.0),
    Place("xyz", ("x + y + z = 1", "x >= 0", "y >= 0", "z >= 0"), 1.0),
)


def polynomial(random_: random.Random, names: str) -> str:
    """Return a random polynomial with few terms."""
    terms = []
    for _ in range(random_.randint(2, 4)):
        powers = "*".join(f"{x}^{random_.randint(0, 3)}" for x in names)
        terms.append(f"({random_.choice((-3, -2, -1, 1, 2, 3))})*{powers}")
    return " + ".join(terms)


def elementary(random_: random.Random, names: str, depth: int) -> str:
    """Return a random elementary function."""
    if depth == 0:
        return random_.choice((*names, *names, str(random_.randint(1, 3))))
    u, v = (elementary(random_, names, depth - 1) for _ in range(2))
    return random_.choice(
        (
            f"({u} + {v})",
            f"({u} - {v})",
            f"({u})*({v})",
            f"({u})*({v})",
            f"({u})^2",
            f"({u})^3",
            f"sin({u})",
            f"cos({u})",
            f"exp({u})",
            f"log({u} + 4)",
            f"sqrt(({u})^2 + 1)",
            f"atan({u})",
            f"({u})/(({v})^2 + 1)",
        )
    )


class _Numeric:
    """Lagrange's equations for one choice of active inequalities, as functions of floating-point numbers."""

    def __init__(self, f: Node, relations: Sequence[tuple[Node, str]], active: Sequence[int], names: str) -> None:
        self.symbols = [sympy.Symbol(x, real=True) for x in names]
        plain = {sympy.Symbol(x): symbol for x, symbol in zip(names, self.symbols, strict=True)}
        lowered = lower(f).xreplace(plain)
        sides = [lower(u).xreplace(plain) for u, _ in relations]
        multipliers = sympy.symbols(f"m0:{len(active)}") if active else ()
        lagrangian = lowered - sum(m * sides[k] for m, k in zip(multipliers, active, strict=True))
        unknowns = [*self.symbols, *multipliers]
        equations = [sympy.diff(lagrangian, x) for x in self.symbols] + [sides[k] for k in active]
        self.size = len(names)
        self.unknowns = len(unknowns)
        self.equations = sympy.lambdify([unknowns], equations, "numpy")
        self.jacobian = sympy.lambdify([unknowns], sympy.Matrix(equations).jacobian(unknowns), "numpy")
        self.gradient = sympy.lambdify([self.symbols], [sympy.diff(lowered, x) for x in self.symbols], "numpy")
        self.rows = sympy.lambdify(
            [self.symbols], [[sympy.diff(sides[k], x) for x in self.symbols] for k in active], "numpy"
        )
        self.others = [
            (sympy.lambdify([self.symbols], sides[k], "numpy"), sign)
            for k, (_, sign) in enumerate(relations)
            if k not in active
        ]

    def points(self, random_: random.Random, reach: float) -> Iterator[Any]:
        """Simple solutions that Newton's method finds from random starts, inside of the other relations."""
        for _ in range(STARTS):
            x = np.array([random_.uniform(-reach, reach) for _ in range(self.size)])
            found = self._solved(np.concatenate([x, self._multipliers(x)]))
            if found is not None and all(side(found) > CLOSE for side, _ in self.others):
                yield found

    def _multipliers(self, x: Any) -> Any:
        if self.unknowns == self.size:
            return np.zeros(0)
        rows, slopes = np.array(self.rows(x), dtype=float), np.array(self.gradient(x), dtype=float)
        return np.linalg.lstsq(rows.T, slopes, rcond=None)[0]

    def _solved(self, at: Any) -> Any | None:
        for _ in range(60):
            values, slopes = np.array(self.equations(at), dtype=float), np.array(self.jacobian(at), dtype=float)
            if not (np.isfinite(values).all() and np.isfinite(slopes).all()):
                return None
            if np.linalg.cond(slopes) > 1e9:
                return None
            step = np.linalg.solve(slopes, values)
            at = at - step
            if np.abs(at).max() > 1e6:
                return None
            if np.abs(step).max() < 1e-13 * (1 + np.abs(at).max()):
                return at[: self.size]
        return None


def objections(
    f: Node, found: Constrained, place: Place, relations: Sequence[tuple[Node, str]], random_: random.Random
) -> Iterator[str]:
    """What speaks against a list that is said to be complete."""
    listed = [[float(bound.ball().mid()) for bound in point.at.bounds] for point in found.points]
    equations = [k for k, (_, sign) in enumerate(relations) if sign == "="]
    inequalities = [k for k, (_, sign) in enumerate(relations) if sign != "="]
    for size in range(len(inequalities) + 1):
        for chosen in combinations(inequalities, size):
            active = (*equations, *chosen)
            if len(active) > len(place.names):
                continue
            for at in _Numeric(f, relations, active, place.names).points(random_, place.reach):
                if any(np.abs(np.array(known) - at).max() < CLOSE for known in listed) or _is_on_curve(found, at):
                    continue
                yield f"the point {[float(value) for value in at]} is missing"
                return
    yield from _by_euler(found, place)


def _is_on_curve(found: Constrained, at: Any) -> bool:
    values: dict[Node, Any] = {x: fmpq(round(v * 10**15), 10**15) for x, v in zip(found.names, at, strict=True)}
    for curve in found.curves:
        balls = [enclose(u, values) for u in curve.curve.equations]
        if all(ball is not None and abs(float(ball.mid())) < 1e-7 for ball in balls):
            return True
    return False


def _by_euler(found: Constrained, place: Place) -> Iterator[str]:
    """Simple points of a closed curve or surface, each counted by its index, add up to the Euler characteristic."""
    kinds = Counter(point.kind for point in found.points)
    if place.euler is None or found.curves or set(kinds) - {MINIMUM, MAXIMUM, SADDLE}:
        return
    is_surface = len(place.names) - len(place.relations) == 2
    signs = {MINIMUM: 1, SADDLE: -1, MAXIMUM: 1 if is_surface else -1}
    count = sum(signs[kind] * number for kind, number in kinds.items())
    if count != place.euler or not (kinds[MINIMUM] and kinds[MAXIMUM]):
        yield f"the kinds {dict(kinds)} do not add up to {place.euler}"


def judged(text: str, place: Place, random_: random.Random) -> Sequence[str] | None:
    """What speaks against the answer for one function; None: nothing proved, (): defined nowhere."""
    f = parse(text)
    names = tuple(map(Name, place.names))
    trees = [read(relation, kind="relation").tree for relation in place.relations]
    try:
        budget = Budget(deadline=time.monotonic() + SECONDS, clock=time.monotonic)
        found = constrained_points(f, names, trees, budget=budget)
    except UndefinedError:
        return ()
    except MathcliError:
        return None
    except (LookupError, AttributeError, AssertionError, ValueError, TypeError, ArithmeticError) as fault:
        return [f"a fault: {fault!r}"]
    relations = [(c.u, c.sign) for c in found.constraints]
    if not found.is_complete:
        return None
    with np.errstate(all="ignore"):
        return list(objections(found.objective, found, place, relations, random_))


def main(count: int, seed: int, *, is_verbose: bool = False, say: Callable[[str], None] = print) -> int:
    """Try so many functions and say what disagreed."""
    random_ = random.Random(seed)
    told: Counter[str] = Counter()
    for k in range(count):
        place = random_.choice(PLACES)
        is_polynomial = k % 2 == 0
        text = polynomial(random_, place.names) if is_polynomial else elementary(random_, place.names, 2)
        if not set(place.names) & set(text):
            continue
        begun = time.process_time()
        try:
            found = judged(text, place, random_)
        except MathcliError:
            continue
        took = time.process_time() - begun
        if found == ():
            continue
        what = "polynomial" if is_polynomial else "elementary"
        told[f"{what}: {'not certified or refused' if found is None else 'proved'}"] += 1
        if is_verbose:
            say(f"{'not certified' if found is None else 'proved'} in {took:.1f} s: {text!r} on {place.relations}")
        for objection in found or ():
            told["WRONG"] += 1
            say(f"{text!r} on {place.relations}: {objection}")
    for what, number in sorted(told.items()):
        say(f"{number:6} {what}")
    return 1 if told["WRONG"] else 0


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:] if argument != "-v"]
    sys.exit(main(*(arguments + [300, 1][len(arguments) :]), is_verbose="-v" in sys.argv))
