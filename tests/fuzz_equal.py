"""Random true identities in random places, and random pairs: no verdict may be wrong, and most of them are decided.

    .venv/bin/python -m tests.fuzz_equal [COUNT] [SEED]

A random expression has one of its parts written otherwise by one of the identities of `identities`, once or twice. The
verdict may never be "different". A random pair, and a near miss, may never be called equal where certified values at
many points of their own choice are apart. It prints what is wrong, how many were proved, which identities were left
undecided most often, and the median times. It ends with 1 if anything was wrong.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator

from flint import fmpq

from mathcli.algebra.balls import enclose
from mathcli.algebra.budget import Budget
from mathcli.algebra.equality import Comparison, compare
from mathcli.errors import BudgetSpentError
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Name, Node
from mathcli.syntax.writer import write
from tests.identities import FALSE, TRUE

U, V, H = (Name(letter) for letter in "uvw")
SECONDS = 3.0
LEAVES = ("x", "x", "x", "x + 1", "2x", "x - 3", "x^2", "3", "1/2", "x/2", "y")
CONTEXTS = (
    "#", "#", "3# - 2", "#^2", "x #", "# + x", "1/(2 + #^2)", "e^#", "sin(#)", "sqrt(# + 5)", "log(# + 3)", "atan(#)",
    "# (x + 1)", "2x - #", "cos(2#)",
)  # fmt: skip
SHAPES = ("%s + %s", "%s - %s", "(%s)(%s)", "(%s)^2 + 0(%s)", "sin(%s) + %s", "e^(%s) - %s", "(%s)/(1 + (%s)^2)")


def argument(random_: random.Random) -> str:
    """Return a random small expression of x, seldom of y."""
    if random_.random() < 0.75:
        return random_.choice(LEAVES)
    return random_.choice(SHAPES) % (random_.choice(LEAVES), random_.choice(LEAVES))


def rewritten(random_: random.Random) -> tuple[str, Node, Node]:
    """Return a true identity at random arguments in a random place: its name, and its two sides."""
    left, right = random_.choice(TRUE)
    inside: dict[Node, Node] = {U: parse(argument(random_)), V: parse(argument(random_))}
    place = parse(random_.choice(CONTEXTS).replace("#", "(w)"))
    sides = [place.substitute({H: parse(side).substitute(inside)}) for side in (left, right)]
    if random_.random() < 0.5:
        sides.reverse()
    return f"{left} = {right}", sides[0], sides[1]


def missed(random_: random.Random) -> tuple[str, Node, Node]:
    """Return a false identity at random arguments."""
    left, right = random_.choice(FALSE)
    inside: dict[Node, Node] = {U: parse(argument(random_)), V: parse(argument(random_))}
    return f"{left} = {right}", parse(left).substitute(inside), parse(right).substitute(inside)


def judged(left: Node, right: Node) -> tuple[Comparison, float]:
    """Return the verdict and the milliseconds it took."""
    start = time.process_time()
    try:
        found = compare(left, right, budget=Budget(deadline=time.monotonic() + SECONDS, clock=time.monotonic))
    except BudgetSpentError:
        found = Comparison("undecided", "time")
    return found, 1000 * (time.process_time() - start)


def counterexample(left: Node, right: Node, random_: random.Random, count: int = 40) -> dict[Node, fmpq] | None:
    """Return a point at which both have certified values that are apart, looked for at whole numbers and at others."""
    names = sorted(left.names | right.names, key=lambda name: name.name)
    for k in range(count):
        whole = k % 3 == 0
        at: dict[Node, fmpq] = {
            name: fmpq(random_.randint(-4, 4)) if whole else fmpq(random_.randint(-400, 400), random_.randint(1, 97))
            for name in names
        }
        a, b = (enclose(side, at, precision=400, generic=True) for side in (left, right))
        if a is not None and b is not None and a.is_finite() and b.is_finite() and not a.overlaps(b):
            return at
    return None


def wrong(kind: str, found: Comparison, left: Node, right: Node, random_: random.Random) -> Iterator[str]:
    """Say what is wrong with a verdict."""
    shown = f"{write(left)}   |   {write(right)}"
    if kind == "true" and found.verdict == "different":
        yield f"called different: {shown} at {found.witness}"
    if found.verdict in ("equal", "equal_on_common_domain"):
        at = counterexample(left, right, random_)
        if at is not None:
            yield f"called {found.verdict} by {found.proof}: {shown} at {at}"
    if found.verdict == "equal":
        for k in range(12):
            at = {name: fmpq(random_.randint(-60, 60), 1 + k % 7) for name in left.names | right.names}
            a, b = (enclose(side, at, precision=128, generic=True) for side in (left, right))
            if (a is None and b is not None and b.is_finite()) or (b is None and a is not None and a.is_finite()):
                yield f"said to have one domain: {shown} at {at}"
                break


def main(count: int, seed: int) -> int:
    random_ = random.Random(seed)
    verdicts: Counter[tuple[str, str]] = Counter()
    open_: Counter[str] = Counter()
    times: dict[str, list[float]] = {"true": [], "false": []}
    faults = 0
    for k in range(count):
        kind = "false" if k % 5 == 4 else "true"
        name, left, right = missed(random_) if kind == "false" else rewritten(random_)
        found, took = judged(left, right)
        times[kind].append(took)
        verdicts[kind, found.verdict] += 1
        if kind == "true" and found.verdict == "undecided":
            open_[name] += 1
            if "-v" in sys.argv:
                print("undecided:", write(left), "  |  ", write(right))
        for sentence in wrong(kind, found, left, right, random_):
            faults += 1
            print(sentence)
    for (kind, verdict), times_ in sorted(verdicts.items()):
        print(f"{kind:6} {verdict:24} {times_:6}")
    decided = sum(n for (kind, verdict), n in verdicts.items() if kind == "true" and verdict.startswith("equal"))
    vacuous = verdicts["true", "nowhere_both_defined"]
    total = sum(n for (kind, _), n in verdicts.items() if kind == "true") - vacuous
    print(f"proved: {100 * decided / max(total, 1):.1f} % of {total} true ones with a common domain")
    for kind, taken in times.items():
        ordered = sorted(taken)
        if ordered:
            print(f"{kind:6} median {ordered[len(ordered) // 2]:.1f} ms, longest {ordered[-1]:.0f} ms")
    for name, left_open in open_.most_common(15):
        print(f"  left open {left_open:4} times: {name}")
    return 1 if faults else 0


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    sys.exit(main(*(numbers + [1000, 1][len(numbers) :])))
