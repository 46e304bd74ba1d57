"""Mistakes with vectors: dot products, projections, and the sums of these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mathcli.algebra.balls import enclose
from mathcli.algebra.budget import Budget
from mathcli.calculus.rulebook import each_in_turn
from mathcli.checking.mistakes.algebra_mistakes import opposite
from mathcli.checking.mistakes.registry import Example, Situation, described
from mathcli.checking.mistakes.values import are_equal
from mathcli.syntax.tree import ONE, TWO, Call, Equation, Negative, Node, Power, Product, Quotient, Sum, Vector

described(
    "dot_product",
    "dot product wrong",
    example=Example("(4,3,5)", "(1,2,-1)", "15", of="projection"),
    explanation="The dot product adds the products of the entries, with their signs: u.v = u_1 v_1 + u_2 v_2 + ...",
)
described(
    "projection_norm",
    "divided by |a| where |a|^2 is needed, or not at all",
    example=Example("(4,3,5)", "(1,2,-1)", "(5/sqrt(6), 10/sqrt(6), -5/sqrt(6))", of="projection"),
    explanation="The projection of n on a is (n.a / a.a) a: a is divided by its length twice, |a|^2 = a.a.",
)
described(
    "projection_direction",
    "the wrong vector scaled",
    example=Example("(4,3,5)", "(1,2,-1)", "(20/6, 15/6, 25/6)", of="projection"),
    explanation="The projection of n on a lies along a: it is a that is scaled, by (n.a)/(a.a).",
)


class Outcome(NamedTuple):
    """What a mistake makes of a quantity, what it was made of, and the sentence."""

    name: str
    place: Node
    wrong: Node
    because: tuple[str | Node, ...]
    doubt: int = 0


def outcomes(situation: Situation, *, budget: Budget) -> Iterator[Outcome]:
    """Return every mistake with vectors that gives what was written in place of a known right value."""
    right, written = situation.right, situation.written
    if right is None:
        return
    vectors = _vectors(situation)
    tried = _vector_outcomes(vectors, right, written) if isinstance(right, Vector) else _scalar(vectors, right, written)
    for outcome in tried:
        if isinstance(outcome.wrong, Vector) is isinstance(written, Vector) and _agree(outcome.wrong, written, budget):
            yield outcome


def _vectors(situation: Situation) -> Mapping[str, Vector]:
    found = {name: v for name, v in situation.given.items() if isinstance(v, Vector)}
    if isinstance(situation.problem, Vector) and situation.problem not in found.values():
        found["n"] = situation.problem
    return found


def _agree(a: Node, b: Node, budget: Budget) -> bool:
    if not (a.names or b.names):
        pairs = list(zip(_entries(a), _entries(b), strict=False))
        if len(_entries(a)) != len(_entries(b)) or not all(_are_near(p, q) for p, q in pairs):
            return False
    return are_equal(a, b, budget=budget)


def _entries(node: Node) -> tuple[Node, ...]:
    return node.entries if isinstance(node, Vector) else (node,)


def _are_near(p: Node, q: Node) -> bool:
    a, b = enclose(p, {}), enclose(q, {})
    return a is not None and b is not None and bool(a.overlaps(b))


def dot(u: Vector, v: Vector) -> Node:
    """Return u·v, nothing worked out."""
    return Sum.of(*_products(u, v))


def _products(u: Vector, v: Vector) -> tuple[Node, ...]:
    return tuple(Product.of(a, b) for a, b in zip(u.entries, v.entries, strict=False))


def _scaled(factor: Node, v: Vector) -> Vector:
    return Vector(tuple(Product.of(factor, entry) for entry in v.entries))


def _wrong_dots(u: Vector, v: Vector) -> Iterator[Node]:
    """What a dot product turns into: a sign or a product lost, entries added, squared or multiplied across."""
    products = _products(u, v)
    for before, product, after in each_in_turn(products):
        yield Sum.of(*before, opposite(product), *after)
        yield Sum.of(*before, *after)
    yield Sum.of(*(Call("abs", (product,)) for product in products))
    yield Sum.of(*u.entries, *v.entries)
    yield Product.of(*u.entries, *v.entries)
    for k, (a, b) in enumerate(zip(u.entries, v.entries, strict=False)):
        yield Sum.of(*products[:k], a, b, *products[k + 1 :])
    if u is v:
        yield Sum.of(*u.entries)
        yield Sum.of(*(Product.of(TWO, entry) for entry in u.entries))


def _scalar(vectors: Mapping[str, Vector], right: Node, written: Node) -> Iterator[Outcome]:
    """Outcomes for u·v, |u|^2 and |u|."""
    pairs = _pairs_with_dot(vectors, right)
    for u, v in pairs:
        said = ("the dot product is u_1 v_1 + u_2 v_2 + ...: ", Equation(dot(u, v), right))
        for wrong in _wrong_dots(u, v):
            yield Outcome("dot_product", dot(u, v), wrong, said)
        for w in vectors.values():
            if w is not v and w is not u and len(w.entries) == len(u.entries):
                yield Outcome("dot_product", dot(u, v), dot(u, w), said)
                yield Outcome("dot_product", dot(u, v), dot(v, w), said)
        if u is v:
            root = Call("sqrt", (right,))
            yield Outcome("projection_norm", dot(u, u), root, ("asked is |a|^2 = ", right, ", not |a|"))
        if not written.names:
            yield Outcome("dot_product", dot(u, v), written, said, doubt=2)
            yield Outcome("arithmetic", dot(u, v), written, said, doubt=2)
    for u in vectors.values():
        length = Call("sqrt", (dot(u, u),))
        if _are_near(length, right):
            said = ("|a| is the root of a.a: ", Equation(length, right))
            yield Outcome("projection_norm", length, dot(u, u), said)
            for wrong in _wrong_dots(u, u):
                yield Outcome("dot_product", length, Call("sqrt", (wrong,)), said)


def _pairs_with_dot(vectors: Mapping[str, Vector], right: Node) -> list[tuple[Vector, Vector]]:
    all_of_them = list(vectors.values())
    return [
        (u, v)
        for k, u in enumerate(all_of_them)
        for v in all_of_them[k:]
        if len(u.entries) == len(v.entries) and not right.names and _are_near(dot(u, v), right)
    ]


def _vector_outcomes(vectors: Mapping[str, Vector], right: Vector, written: Node) -> Iterator[Outcome]:
    all_of_them = [v for v in vectors.values() if len(v.entries) == len(right.entries)]
    for n in all_of_them:
        for a in all_of_them:
            if n is not a and not right.names and _is_projection(n, a, right):
                yield from _of_projection(n, a, [v for v in all_of_them if v not in (n, a)])
    for n in all_of_them:
        onto = [v for v in all_of_them if v is not n]
        if len(onto) > 1 and not right.names:
            yield from _of_sum(n, onto, right)
    if isinstance(written, Vector) and len(written.entries) == len(right.entries):
        yield from _in_one_entry(right, written)


def _is_projection(n: Vector, a: Vector, right: Vector) -> bool:
    projection = _scaled(Quotient(dot(n, a), dot(a, a)), a)
    return all(map(_are_near, projection.entries, right.entries))


def _of_projection(n: Vector, a: Vector, others: list[Vector]) -> Iterator[Outcome]:
    over, square, own = dot(n, a), dot(a, a), dot(n, n)
    factor = Quotient(over, square)
    place = _scaled(factor, a)
    said: tuple[str | Node, ...] = ("the projection of n on a is (n.a / a.a) a, with a.a = ", square)
    for wrong in (
        _scaled(Quotient(over, Call("sqrt", (square,))), a),
        _scaled(over, a),
        _scaled(Quotient(over, own), a),
        _scaled(Quotient(over, Call("sqrt", (own,))), a),
        _scaled(Quotient(over, Product.of(Call("sqrt", (own,)), Call("sqrt", (square,)))), a),
        _scaled(Quotient(over, Power(square, TWO)), a),
        _scaled(Quotient(ONE, square), a),
    ):
        yield Outcome("projection_norm", place, wrong, said)
    said = ("it is a that is scaled, by (n.a)/(a.a) = ", factor)
    for wrong in (_scaled(factor, n), _scaled(Quotient(over, own), n), _scaled(Quotient(over, square), n)):
        yield Outcome("projection_direction", place, wrong, said)
    for b in others:
        yield Outcome("projection_direction", place, _scaled(factor, b), said)
        yield Outcome("projection_direction", place, _scaled(Quotient(dot(n, b), dot(b, b)), b), said)
    for wrong_dot in _wrong_dots(n, a):
        said = ("n.a = ", over)
        yield Outcome("dot_product", place, _scaled(Quotient(wrong_dot, square), a), said, doubt=1)
    for wrong_dot in _wrong_dots(a, a):
        said = ("a.a = ", square)
        yield Outcome("dot_product", place, _scaled(Quotient(over, wrong_dot), a), said, doubt=1)


def _of_sum(n: Vector, onto: list[Vector], right: Vector) -> Iterator[Outcome]:
    """The sum of the projections of n on the others, with a sign or a summand lost."""
    parts = [_scaled(Quotient(dot(n, v), dot(v, v)), v) for v in onto]
    if not all(map(_are_near, _added(parts).entries, right.entries)):
        return
    for before, part, after in each_in_turn(parts):
        said = ("entry by entry: ", Equation(_added(parts), right))
        yield Outcome("sign_slip", right, _added([*before, _scaled(Negative(ONE), part), *after]), said)
        yield Outcome("term_lost", right, _added([*before, *after]), said)
        for k, entry in enumerate(part.entries):
            turned = Vector((*part.entries[:k], opposite(entry), *part.entries[k + 1 :]))
            yield Outcome("sign_slip", right, _added([*before, turned, *after]), said, doubt=1)


def _added(vectors: Sequence[Vector]) -> Vector:
    return Vector(tuple(Sum.of(*entries) for entries in zip(*(v.entries for v in vectors), strict=True)))


def _in_one_entry(right: Vector, written: Vector) -> Iterator[Outcome]:
    """All entries but one are right."""
    wrong = [k for k, (r, w) in enumerate(zip(right.entries, written.entries, strict=True)) if not _are_near(r, w)]
    if len(wrong) == 1:
        r, w = right.entries[wrong[0]], written.entries[wrong[0]]
        is_sign = _are_near(opposite(r), w)
        yield Outcome("sign_slip" if is_sign else "arithmetic", r, written, ("this entry is ", r, ", not ", w), 2)
    elif all(_are_near(opposite(r), w) for r, w in zip(right.entries, written.entries, strict=True)):
        yield Outcome("sign_slip", right, written, ("all signs are reversed",), 2)
