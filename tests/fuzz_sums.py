"""Random sums over data: what is proved of them holds for data, and their slopes are those of difference quotients.

    .venv/bin/python -m tests.fuzz_sums [COUNT] [SEED]

Two sums that are proved equal are compared with 1 to 4 terms and random rational data. The derivative of a sum by a
parameter, or by one entry of a family, is compared with a difference quotient of high precision, which knows no rule.
It prints what disagrees, and ends with 1 if anything did.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from typing import Any

from flint import arb, fmpq

from mathcli.algebra import rational
from mathcli.algebra.balls import enclose, truth
from mathcli.calculus.differentiation import differentiate
from mathcli.calculus.verification import judge
from mathcli.errors import MathcliError
from mathcli.syntax.tree import (
    ONE,
    TWO,
    ZERO,
    Call,
    E,
    Indexed,
    IndexedSum,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)
from mathcli.syntax.writer import write

VARIABLES = ("m", "w_k", "w_1", "w_0", "x_k", "A_kl")
_STEP = fmpq(1, 10**30)
_LARGEST_INDEX = 5

Point = dict[Node, Any]


def loss(chosen: random.Random, depth: int, scope: tuple[str, ...] = ()) -> Node:
    """Return a random expression over the indices in scope, sums within sums."""
    kind = chosen.random()
    if depth == 0:
        return _leaf(chosen, scope)
    if kind < 0.6:
        u, v = (loss(chosen, depth - 1, scope) for _ in "uv")
        return Sum.of(u, v) if kind < 0.25 else Sum.of(u, Negative(v)) if kind < 0.35 else Product.of(u, v)
    if kind < 0.68:
        return Power(loss(chosen, depth - 1, scope), TWO)
    if kind < 0.72:
        return Power(E, _leaf(chosen, scope))
    if kind < 0.75:
        return Quotient(loss(chosen, depth - 1, scope), Sum.of(ONE, Power(E, _leaf(chosen, scope))))
    if kind < 0.77:
        return Call("log", (Sum.of(ONE, Power(loss(chosen, depth - 1, scope), TWO)),))
    free = [letter for letter in "ijl" if letter not in scope]
    if not free:
        return _leaf(chosen, scope)
    index = chosen.choice(free)
    upper = chosen.choice((Name("n"), Name("n"), Name("d"), Number(2)))
    lower = chosen.choice((ONE, ONE, ONE, ZERO, TWO)) if upper is Name("n") else ONE
    return IndexedSum(loss(chosen, depth - 1, (*scope, index)), Name(index), lower, upper)


def _leaf(chosen: random.Random, scope: tuple[str, ...]) -> Node:
    kind = chosen.random()
    if scope and kind < 0.6:
        base = chosen.choice("xywA")
        return Indexed(base, tuple(Name(chosen.choice(scope)) for _ in range(2 if base == "A" else 1)))
    if kind < 0.8:
        return Name(chosen.choice("mc"))
    if kind < 0.85 and len(scope) > 1:
        return Call("kronecker", tuple(Name(chosen.choice(scope)) for _ in "ij"))
    return Number(chosen.randint(1, 3))


def rewritten(chosen: random.Random, node: Node) -> Node:
    """Return an expression that is equal: terms in another order, sums split, exchanged, counted by other letters."""
    children = [rewritten(chosen, child) for child in node.children()]
    if isinstance(node, Sum | Product):
        chosen.shuffle(children)
    made = node.rebuilt(tuple(children)) if children else node
    if isinstance(made, IndexedSum):
        return _sum_rewritten(chosen, made)
    return Product.of(made.base, made.base) if isinstance(made, Power) and made.exponent is TWO else made


def _sum_rewritten(chosen: random.Random, total: IndexedSum) -> Node:
    body, kind = total.body, chosen.random()
    if kind < 0.3 and isinstance(body, Sum):
        return Sum.of(*(IndexedSum(term, total.index, total.lower, total.upper) for term in body.terms))
    if kind < 0.6 and isinstance(body, IndexedSum):
        inner = IndexedSum(body.body, total.index, total.lower, total.upper)
        return IndexedSum(inner, body.index, body.lower, body.upper)
    if kind < 0.8:
        other = next(Name(letter) for letter in "pqrs" if Name(letter) not in body.names)
        return IndexedSum(body.substitute({total.index: other}), other, total.lower, total.upper)
    return total


def points(chosen: random.Random, count: int) -> Iterator[Point]:
    """Numbers of terms from 1 to 4, with data and parameters that are small fractions."""

    def number() -> fmpq:
        return fmpq(chosen.randint(-12, 12), chosen.choice((1, 2, 3, 5)))

    for _ in range(count):
        at: Point = {Name(name): chosen.randint(1, 4) for name in "ndk"}
        at |= {Name("l"): 1, Name("m"): number(), Name("c"): number()}
        for i in range(_LARGEST_INDEX + 1):
            at |= {Indexed(base, (Number(i),)): number() for base in "xyw"}
            at |= {Indexed("A", (Number(i), Number(j))): number() for j in range(_LARGEST_INDEX + 1)}
        yield at


def are_unequal_at(a: Node, b: Node, at: Point) -> bool:
    """Whether both have certain values there, and different ones."""
    left, right = (_finite(enclose(side, at, precision=300)) for side in (a, b))
    return left is not None and right is not None and not left.overlaps(right)


def is_wrong_slope_at(f: Node, x: Name, slope: Node, at: Point) -> bool:
    """Whether a difference quotient of f by x is far from the slope."""
    place = _place_of(x, at)
    here = {**at, x: at[place]}
    got = _finite(enclose(slope, here, precision=300))
    ends = [_finite(enclose(f, {**at, place: at[place] + step}, precision=600)) for step in (_STEP, -_STEP)]
    if got is None or ends[0] is None or ends[1] is None:
        return False
    if any(end.rad() > arb(10) ** -60 for end in ends if end is not None) or abs(got) > arb(10) ** 8:
        return False
    quotient = (ends[0] - ends[1]) / (2 * arb(_STEP))
    return bool(abs(quotient - got) > arb(10) ** -6 * (1 + abs(got)))


def _place_of(x: Name, at: Point) -> Node:
    """The entry, or the parameter, that a variable is at this point."""
    base, _, below = x.name.partition("_")
    if not below:
        return x
    return Indexed(base, tuple(Number(int(k)) if k.isdigit() else Number(at[Name(k)]) for k in below))


def _finite(ball: arb | None) -> arb | None:
    return ball if ball is not None and ball.is_finite() else None


def objections(chosen: random.Random, depth: int = 4) -> Iterator[str]:
    """What is wrong with one random loss: an equality proved that does not hold, a slope that is none."""
    f = loss(chosen, depth)
    other = rewritten(chosen, f) if chosen.random() < 0.5 else loss(chosen, depth)
    if rational.agree(f, other) is True:
        for at in points(chosen, 3):
            if are_unequal_at(f, other, at):
                yield f"proved equal and different: {write(f)} and {write(other)}"
    x = Name(chosen.choice(VARIABLES))
    try:
        derivation = differentiate(f, x)
    except MathcliError:
        return
    if any(not verdict for verdict in judge(derivation).values()):
        yield f"a step by {x.name} is refuted: {write(f)}"
    for at in points(chosen, 3):
        conditions = (*derivation.conditions, *derivation.domain)
        here = {**at, x: at[_place_of(x, at)]}
        if all(truth(condition, here) for condition in conditions) and is_wrong_slope_at(f, x, derivation.result, at):
            yield f"a slope by {x.name} is wrong: {write(f)}, {write(derivation.result)}"


def main(count: int = 500, seed: int = 1) -> int:
    """Look at so many losses; return how many objections there were."""
    found = 0
    for k in range(count):
        for objection in objections(random.Random(seed * 1_000_003 + k)):
            found += 1
            print(f"{k}: {objection}")
    print(f"{count} losses, {found} objections")
    return found


if __name__ == "__main__":
    sys.exit(1 if main(*map(int, sys.argv[1:3])) else 0)
