"""Two slips in one line, made by the mistakes themselves: a pair that is named must be the pair that was made.

    .venv/bin/python -m tests.fuzz_slips [COUNT] [SEED]

Half of the lines hold a slip in the derivative and one of algebra after it, the others a slip in a derivative inside of
another. It prints how many pairs were named or listed, how many lines one slip alone explains as well, and each line
for which only another pair was given. It ends with 1 if more than one in fifty got the name of another pair: a few
lines can be reached by two pairs, of which the search knows one.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from mathcli.algebra.balls import working_precision
from mathcli.algebra.budget import Budget
from mathcli.calculus.arithmetic import light
from mathcli.checking.mistakes import Situation, explanations
from mathcli.checking.mistakes.derivatives import Candidate, Differentiation, Place, standing_in
from mathcli.checking.mistakes.lines import Rewriting, rewritings
from mathcli.checking.mistakes.values import Points, Values, are_close, is_small
from mathcli.errors import NoAnswerError
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Derivative, Name, Node
from mathcli.syntax.writer import write

x = Name("x")
UNITS = 400_000
FUNCTIONS = (
    "x^2 sin x", "e^(2x) cos x", "e^(3x) sin(2x)", "x e^(-x)", "(x^2+1)^3", "(2x+3)^4", "(3x-1)^2 x",
    "(x^2+1)^3 (2x-1)^4", "x^2/(x+1)", "sin(x)/x", "(x^2-1)/(x^2+1)", "e^(2x)/(x+3)", "log(x)/x^2", "log(x^2+1)",
    "x log x", "sqrt(4x^2+1)", "x sqrt(x+2)", "sin(x^2)", "sin(e^(2x))", "e^(sin x)", "e^(x^2) sin x", "x tan x",
    "2^x cos x", "3x^4 - 5x^2 + 2x", "4x^3 - 6 sin(2x)", "1/(x^2+1)", "5/(x^2-3x)", "1/(1+e^(-x))", "(x+1)(x^3-2)",
    "3(x+2)^2 - 4x", "sin(x)^2", "cos(2x)^3", "atan(3x) + x^2", "x^3 (2x+1)^2", "sin(x)/(1+cos x)", "(1-x) e^x",
    "4 sqrt(x) - 2/x", "cos(4x) sin x",
)  # fmt: skip

Slip = TypeVar("Slip", Candidate, Rewriting)


class Line(NamedTuple):
    """A wrong derivative of f, and the slips that lead to it."""

    f: Node
    written: Node
    slips: frozenset[str]


class Maker:
    """Makes wrong derivatives of one function."""

    def __init__(self, f: Node, random_: random.Random) -> None:
        self.f, self.random = f, random_
        self.points = Points((f,))
        self.derivative = Differentiation(f, x, self.points)
        self.right = self.points.of(self.derivative.right(Derivative(f, x)))
        found = [c for place in self.derivative.places() for c in self.derivative.candidates(place)]
        self.candidates = [c for c in _plain(found) if _changes(c.error, self.right)]

    def chosen(self, slips: Sequence[Slip]) -> Slip:
        """One of the slips, each name as likely as any other."""
        names = self.random.choice(sorted({slip.names for slip in slips}))
        return self.random.choice([slip for slip in slips if slip.names == names])

    def then_algebra(self) -> Line | None:
        """A slip in the derivative, and one of algebra in what it led to."""
        first = self.chosen(self.candidates)
        line = light(self.derivative.line({first.place.key: first.slip.wrong}), {})
        values = self.points.of(line)
        others = [r for r in rewritings(line, self.points) if r.slip.doubt <= 1 and _changes(r.error, values)]
        others = [r for r in others if not are_close(self.points.of(r.line), self.right)]
        if not others:
            return None
        second = self.chosen(others)
        return Line(self.f, second.line, frozenset(first.names + second.names))

    def nested(self) -> Line | None:
        """A slip in the derivative of a part, inside of a slip in the derivative of the whole."""
        outer = [c for c in self.candidates if standing_in(c.slip.wrong)]
        if not outer:
            return None
        first = self.chosen(outer)
        inside = self.random.choice(standing_in(first.slip.wrong))
        place = Place(inside.operand, (inside,), tuple(1.0 for _ in self.points.evaluations))
        below = _plain([c for p in self.derivative.places_below(place) for c in self.derivative.candidates(p)])
        if not below:
            return None
        second = self.chosen(below)
        one = {first.place.key: first.slip.wrong}
        line = self.derivative.line(one | {(*first.place.key, *second.place.key): second.slip.wrong})
        values, after_one = self.points.of(line), self.points.of(self.derivative.line(one))
        if are_close(values, self.right) or are_close(values, after_one) or not _changes(values, self.right):
            return None
        return Line(self.f, light(line, {}), frozenset(first.names + second.names))


def _plain(candidates: Sequence[Candidate]) -> list[Candidate]:
    return [c for c in candidates if len(c.names) == 1 and c.slip.doubt == 0]


def _changes(error: Values, right: Values) -> bool:
    return not is_small(error, right) and all(abs(e) < 1e9 for e in error)


def lines(count: int, seed: int) -> Iterator[Line]:
    """So many wrong lines, of both kinds in turn."""
    random_ = random.Random(seed)
    made = 0
    while made < count:
        f = parse(random_.choice(FUNCTIONS))
        with working_precision(64):
            try:
                maker = Maker(f, random_)
                line = maker.nested() if made % 2 else maker.then_algebra()
            except NoAnswerError:
                continue
        if line is not None:
            made += 1
            yield line


def verdict(line: Line) -> tuple[str, list[list[str]]]:
    """How a line was explained: as the pair, with the pair in a list, by one slip, by another pair, or not at all."""
    situation = Situation("derivative", line.f, x, 1, line.f, None, None, line.written)
    found = explanations(situation, budget=Budget().part(UNITS))
    names = list(dict.fromkeys(frozenset(one.names) for one in found))
    shown = [sorted(pair) for pair in names]
    if not names:
        return "not recognised", shown
    if line.slips in names:
        return ("named" if len(names) == 1 else "listed"), shown
    if any("not all that went wrong" in str(one.because) for one in found):
        return "one of them explained", shown
    if any(len(pair) == 1 for pair in names):
        return "one slip explains it too", shown
    return ("another pair named" if len(names) == 1 else "other pairs listed"), shown


def main(count: int = 400, seed: int = 1) -> int:
    told: Counter[str] = Counter()
    for line in lines(count, seed):
        what, names = verdict(line)
        told[what] += 1
        if what in ("another pair named", "other pairs listed"):
            print(f"{what}: {write(line.f)} => {write(line.written)}: {sorted(line.slips)}, not {names}", flush=True)
    for what, number in told.most_common():
        print(f"{number:6} {what}")
    return 1 if told["another pair named"] > count / 50 else 0


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
