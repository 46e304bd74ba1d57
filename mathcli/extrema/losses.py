"""The stationary point of a loss that is a sum over data, for any number of terms: least squares and its kin.

Where the gradient is linear in the parameters its zeros are the normal equations, a linear system whose coefficients
are sums over the data. Its solution is put in closed form for one and two parameters, and put into the equations
again as a proof. What the point is shows the Hessian as a sum of squares: h'Hh = sum_i s_i (g_i . h)^2. Likelihoods of
one parameter have a slope with one change of sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mathcli.algebra import rational
from mathcli.algebra.domains import domain
from mathcli.calculus import sums, terms
from mathcli.calculus.arithmetic import Exact
from mathcli.calculus.derivation import Derivation, Phrase, Step
from mathcli.calculus.differentiation import differentiate
from mathcli.calculus.means import means_in
from mathcli.calculus.terms import Term, term_of, terms_of, written
from mathcli.errors import NotCoveredError
from mathcli.extrema.loss_shapes import (
    Shape,
    counts_of,
    expanded,
    is_never_zero,
    is_on_one_piece,
    is_strict,
    minus,
    product,
    quotient,
    shape_of,
    sign_of,
)
from mathcli.syntax.families import is_entry_of
from mathcli.syntax.tree import (
    ONE,
    TWO,
    ZERO,
    Call,
    Definition,
    Equation,
    IndexedSum,
    Name,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    walk,
)

MINIMUM, MAXIMUM = "local minimum", "local maximum"


@dataclass(frozen=True, slots=True)
class LossExtremum:
    """What is known of the stationary point of a loss.

    gradient    the partial derivatives
    equations   from each partial derivative = 0 to its normal equation
    solving     how the equations are solved, one after the other
    point       the parameters in terms of the data alone
    shown       the same as it is said best: c = ybar - m xbar
    conditions  what must hold for there to be one such point, in relations
    unique      the same in words: "not all x_i are equal"
    checks      the point put into the normal equations again
    identity    the determinant as a sum of squares, None where there is no such form
    """

    names: tuple[Name, ...]
    gradient: tuple[Derivation, ...]
    equations: tuple[Derivation, ...]
    solving: tuple[Derivation, ...]
    point: tuple[Node, ...]
    shown: tuple[Derivation, ...]
    conditions: tuple[Node, ...]
    unique: Phrase
    checks: tuple[Derivation, ...]
    hessian: tuple[tuple[Derivation, ...], ...]
    shape: Shape | None
    identity: Derivation | None
    kind: str | None
    is_global: bool
    why: Phrase

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        """All that the answer rests on."""
        second = [d for row in self.hessian for d in row]
        more = [d for d in (self.shape.form if self.shape else None, self.identity) if d is not None]
        found = (*self.gradient, *self.equations, *self.solving, *self.shown, *self.checks, *second, *more)
        return tuple(dict.fromkeys(found))


def is_loss(f: Node, names: Sequence[Name]) -> bool:
    """Whether a function is a sum over data, with a number of terms that is not known."""
    return any(
        isinstance(part, IndexedSum) and (part.lower.names | part.upper.names) and not part.upper.names & set(names)
        for part in walk(f)
    )


def loss_extremum(f: Node, names: tuple[Name, ...]) -> LossExtremum:
    """Return the stationary point of a loss in these parameters.

    Raises:
        NotCoveredError: the gradient is not linear in the parameters, or there are too many for a closed form.
    """
    gradient = tuple(differentiate(f, x) for x in names)
    _refuse_one_of_many(f, names, gradient)
    if len(names) == 1:
        single = _of_one_parameter(f, names[0], gradient[0])
        if single is not None:
            return single
    rows = [_linear(sums.split(d.result), names) for d in gradient]
    if any(row is None for row in rows):
        raise NotCoveredError(_not_linear(f, names), hint="put numbers in for the data, or walk downhill: descend")
    found = [row for row in rows if row is not None]
    _refuse_what_determines_no_point(names, found)
    return _of_least_squares(f, names, gradient, found)


def _refuse_one_of_many(f: Node, names: tuple[Name, ...], gradient: tuple[Derivation, ...]) -> None:
    """Refuse w_k of sum_j w_j x_ij: its equation holds all of the w_j."""
    for x, derivation in zip(names, gradient, strict=True):
        if is_entry_of(x, f):
            equation = _text(Equation(sums.split(derivation.result), ZERO))
            raise NotCoveredError(
                f"{x.name} is one of many, and the equations of all of them hang together: {equation}",
                hint="with vectors: gradient '||X w - y||^2' --shape 'X: n by d, w: d, y: n'",
            )


def _refuse_what_determines_no_point(names: tuple[Name, ...], rows: list[_Row]) -> None:
    """Refuse a slope that does not depend on the parameters, and parameters of which only a combination counts."""
    listed = ", ".join(x.name for x in names)
    for row in rows:
        if all(a is ZERO for a in row.coefficients):
            raise NotCoveredError(
                f"a partial derivative does not depend on {listed}, so it is 0 everywhere or nowhere: "
                f"{_text(Equation(row.right, ZERO))} decides",
            )
    if len(rows) == 2:
        (a, b), (c, d) = (row.coefficients for row in rows)
        if _is_zero(minus(Product.of(a, d), Product.of(b, c))):
            raise NotCoveredError(
                f"the data never determine both of {listed}: only a combination of them counts",
                hint="leave one of them out",
            )


def _is_zero(node: Node) -> bool:
    form = rational.normal_form(node)
    return form is not None and form.is_zero()


def _not_linear(f: Node, names: tuple[Name, ...]) -> str:
    letters = ", ".join(name.name for name in names)
    shape = shape_of(f, names)
    known = {1: "; the loss is convex, so every stationary point is a global minimum", -1: "; it is concave"}
    is_told = shape is not None and not shape.given and is_on_one_piece(f, names)
    told = known.get(shape.sign, "") if shape is not None and is_told else ""
    return f"the equations for {letters} are not linear, and have no solution in closed form{told}"


# ---- least squares ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    """One normal equation: coefficients for each name, and the right side, both as trees over the data."""

    coefficients: tuple[Node, ...]
    right: Node
    factor: Node

    def left(self, names: Sequence[Name]) -> Node:
        parts = [Product.of(a, x) for a, x in zip(self.coefficients, names, strict=True) if a is not ZERO]
        return expanded(Sum.of(*parts))


def _linear(line: Node, names: tuple[Name, ...]) -> _Row | None:
    """The line as a linear form in the names, in its shortest multiple; None where it is none."""
    parts = terms_of(line)
    own = set(names)
    common = _numeric_factor(parts, own)
    parts = tuple([terms.multiplied(part, terms.inverse(common)) for part in parts])
    groups: dict[Name | None, list[Term]] = {None: [], **{x: [] for x in names}}
    for part in parts:
        inside = [base for base in part.powers if base.names & own]
        if not inside:
            groups[None].append(part._replace(coefficient=-part.coefficient))
        elif len(inside) == 1 and isinstance(inside[0], Name) and part.powers[inside[0]] == 1:
            rest = {base: e for base, e in part.powers.items() if base is not inside[0]}
            groups[inside[0]].append(part._replace(powers=rest))
        else:
            return None
    return _Row(
        tuple([terms.sum_of(groups[x]) if groups[x] else ZERO for x in names]),
        terms.sum_of(groups[None]) if groups[None] else ZERO,
        written(common),
    )


def _numeric_factor(parts: Sequence[Term], own: set[Name]) -> Term:
    """The number, and the names below the line, by which all terms may be divided; the first variable's is positive."""
    common = terms.common_factor(parts)
    divisors = terms.common_denominator(parts).powers.items()
    below: dict[Node, Exact] = {base: -e for base, e in divisors if isinstance(base, Name) and base not in own}
    first = next((part for part in parts if any(base in own for base in part.powers)), parts[0])
    is_negative = (common.coefficient < 0) != (first.coefficient < 0)
    return Term(-common.coefficient if is_negative else common.coefficient, below)


def _of_least_squares(
    f: Node, names: tuple[Name, ...], gradient: tuple[Derivation, ...], rows: list[_Row]
) -> LossExtremum:
    equations = tuple(_normal_equation(f, d, row, names) for d, row in zip(gradient, rows, strict=True))
    hessian = tuple(
        tuple(differentiate(gradient[j].result, names[k]) for k in range(j, len(names))) for j in range(len(names))
    )
    shape = shape_of(f, names)
    solved = _solved(names, rows, counts_of(f))
    point, solving, conditions, shown = solved
    identity = _lagrange(conditions, shape) if len(names) == 2 else None
    checks = tuple(_put_in(row, names, point, conditions) for row in rows) if point else ()
    unique, is_certain = _uniqueness(shape, names, counts_of(f))
    kind, why = _kind(shape, unique, is_certain)
    return LossExtremum(
        names, gradient, equations, solving, point, shown,
        () if is_certain else conditions, () if is_certain else unique, checks,
        hessian, shape, identity, kind, kind is not None, why,
    )  # fmt: skip


_Solved = tuple[tuple[Node, ...], tuple[Derivation, ...], tuple[Node, ...], tuple[Derivation, ...]]
"""The point, how the equations are solved, what must not be 0 for that, and the point as it is said best."""


def _solved(names: tuple[Name, ...], rows: list[_Row], counts: frozenset[Node]) -> _Solved:
    """The solution of one or two normal equations; of more, nothing: their closed form is longer than they are."""
    if len(names) == 1:
        return _solved_for_one(names[0], rows[0], counts)
    return _solved_for_two(names, rows, counts) if len(names) == 2 else ((), (), (), ())


def _normal_equation(f: Node, derivation: Derivation, row: _Row, names: tuple[Name, ...]) -> Derivation:
    """From the partial derivative = 0 to the normal equation."""
    line = derivation.result
    start = Equation(line, ZERO)
    parted = sums.split(line)
    steps = []
    if parted is not line:
        steps.append(Step("rewrite", "split the sum", start, Equation(parted, ZERO), Equation(parted, ZERO)))
    last = steps[-1].result if steps else start
    normal = Equation(row.left(names), row.right)
    what = "divide, and bring the data to the right"
    conditions = tuple(condition for condition in domain(f) if condition.names & row.factor.names)
    steps.append(Step("solve", what, last, normal, normal, conditions=conditions))
    return Derivation(start, tuple(steps))


def _solved_for_one(x: Name, row: _Row, counts: frozenset[Node]) -> _Solved:
    (a,) = row.coefficients
    value = quotient(row.right, a)
    nonzero = (Relation((a, ZERO), ("!=",)),)
    conditions = () if _is_count(a, counts) else nonzero
    before, after = Equation(row.left((x,)), row.right), Equation(x, value)
    is_seen = isinstance(a, Number) or before.contains(IndexedSum)  # only a sum shows that its upper bound is a count
    given = conditions if is_seen else nonzero
    step = Step("solve", f"solve for {x.name}", before, after, after, conditions=given)
    return (value,), (Derivation(before, (step,)),), conditions, _by_means(x, value)


def _solved_for_two(names: tuple[Name, ...], rows: list[_Row], counts: frozenset[Node]) -> _Solved:
    """One equation for one name, put into the other, which leaves one name."""
    k, j = _easiest(rows, counts)
    o, other = 1 - j, 1 - k
    easy, hard = rows[k], rows[other]
    pivot = easy.coefficients[j]
    first_value = quotient(expanded(minus(easy.right, Product.of(easy.coefficients[o], names[o]))), pivot)
    determinant = expanded(
        minus(Product.of(pivot, hard.coefficients[o]), Product.of(hard.coefficients[j], easy.coefficients[o]))
    )
    above = expanded(minus(Product.of(pivot, hard.right), Product.of(hard.coefficients[j], easy.right)))
    nonzero = () if _is_count(pivot, counts) else (Relation((pivot, ZERO), ("!=",)),)
    conditions = (Relation((determinant, ZERO), ("!=",)),)
    first_line = Equation(easy.left(names), easy.right)
    alone = Equation(names[j], first_value)
    first = Derivation(
        first_line, (Step("solve", f"solve for {names[j].name}", first_line, alone, alone, conditions=nonzero),)
    )
    put_in = Equation(
        Sum.of(product(hard.coefficients[o], names[o]), Product.of(hard.coefficients[j], first_value)), hard.right
    )
    cleared = Equation(product(names[o], determinant), above)
    value = Quotient(above, determinant)
    solved = Equation(names[o], value)
    second = Derivation(
        put_in,
        (
            Step("solve", f"multiply by {_text(pivot)} and collect", put_in, cleared, cleared, conditions=nonzero),
            Step("solve", f"solve for {names[o].name}", cleared, solved, solved, conditions=conditions),
        ),
    )
    rest = expanded(minus(Product.of(hard.coefficients[o], easy.right), Product.of(easy.coefficients[o], hard.right)))
    values = {names[o]: value, names[j]: Quotient(rest, determinant)}
    shown = _by_means(names[j], first_value)
    return tuple(values[x] for x in names), (first, second), conditions, shown


def _easiest(rows: list[_Row], counts: frozenset[Node]) -> tuple[int, int]:
    """The row and the column of the coefficient by which it is easiest to divide: a count, else the last."""
    for k in (1, 0):
        for j in (1, 0):
            if _is_count(rows[k].coefficients[j], counts):
                return k, j
    return 1, 1


def _is_count(node: Node, counts: frozenset[Node]) -> bool:
    """Whether this is a positive number, or the number of the terms."""
    return node in counts or (isinstance(node, Number) and node is not ZERO)


def _by_means(x: Name, value: Node) -> tuple[Derivation, ...]:
    """x = value with the sums over a family written as means, where there are any."""
    parted = expanded(value)
    means = means_in(parted)
    if not means:
        return ()
    counted: dict[Node, Node] = {
        total: Product.of(sums.equal_terms(total), Name(mean.function)) for total, mean in means.items()
    }
    short = expanded(parted.substitute(counted))
    if short.contains(IndexedSum):
        return ()
    before, after = Equation(x, value), Equation(x, short)
    named: tuple[Definition, ...] = tuple(means.values())
    return (Derivation(before, (Step("rewrite", "write sums by means", before, after, after),), named=named),)


def _put_in(row: _Row, names: tuple[Name, ...], point: tuple[Node, ...], conditions: tuple[Node, ...]) -> Derivation:
    """The left side of a normal equation at the point is its right side."""
    left = row.left(names)
    here = left.substitute(dict(zip(names, point, strict=True)))
    step = Step("rewrite", "put the solution in", here, row.right, row.right, conditions=conditions)
    return Derivation(here, (step,))


# ---- what makes the point one, and which kind it is ----------------------------------------------------------


_REGULAR: Phrase = ("the determinant of the normal equations is not 0",)


def _uniqueness(shape: Shape | None, names: tuple[Name, ...], counts: frozenset[Node]) -> tuple[Phrase, bool]:
    """When the squares are 0 for h = 0 alone, in words, and whether that is always so."""
    if shape is None or not all(is_strict(square.scale, counts) for square in shape.squares):
        return _REGULAR, False
    free = list(range(len(names)))
    for square in shape.squares:
        if square.total is None or not any(square.total.index in g.names for g in square.direction):
            own = [k for k in free if square.direction[k] is not ZERO]
            if len(own) == 1 and is_never_zero(square.direction[own[0]]):
                free.remove(own[0])
    if not free:
        return (), True
    over = [square for square in shape.squares if square.total is not None]
    if len(over) != 1:
        return _REGULAR, False
    index = over[0].total.index if over[0].total else None
    vectors = [over[0].direction[k] for k in free]
    if len(vectors) == 1 and is_never_zero(vectors[0]):
        return (), True
    if len(vectors) == 1:
        return ("not all ", vectors[0], " are 0"), False
    plain = [k for k, g in enumerate(vectors) if index not in g.names and is_never_zero(g)]
    if len(vectors) == 2 and len(plain) == 1:
        return ("not all ", vectors[1 - plain[0]], " are equal"), False
    if len(vectors) == 2:
        return ("the vectors (", vectors[0], ", ", vectors[1], ") are not all multiples of one"), False
    listed = [part for g in vectors for part in (", ", g)]
    return ("no combination of ", *listed[1:], " is 0 for all ", index or "terms"), False


def _kind(shape: Shape | None, unique: Phrase, is_certain: bool) -> tuple[str | None, Phrase]:
    if shape is None:
        return None, ("whether it is a minimum depends on the signs of the data",)
    word = "convex" if shape.sign > 0 else "concave"
    definite = "positive definite" if shape.sign > 0 else "negative definite"
    extreme = "minimum" if shape.sign > 0 else "maximum"
    lead: Phrase = () if is_certain else (*unique, ": then ")
    why: Phrase = (
        *lead,
        f"the Hessian is {definite}, since its squares are all 0 in no direction but 0; "
        f"so the function is strictly {word}, and this one stationary point is its global {extreme}",
    )
    return (MINIMUM if shape.sign > 0 else MAXIMUM), why


def _lagrange(conditions: tuple[Node, ...], shape: Shape | None) -> Derivation | None:
    """The determinant of the normal equations as half a double sum of squares, by Lagrange's identity."""
    if shape is None or len(shape.squares) != 1 or shape.squares[0].total is None:
        return None
    (square,) = shape.squares
    total = square.total
    assert total is not None
    (condition,) = conditions
    assert isinstance(condition, Relation)
    determinant = condition.sides[0]
    i = total.index
    taken = {name.name for part in walk(total) for name in part.names} | {i.name}
    j = Name(next(letter for letter in ("j", "k", "l", "p", "q") if letter not in taken))
    g, h = square.direction
    inside = {b: e for b, e in term_of(square.scale).powers.items() if i in b.names}
    weight = written(Term(1, inside))
    cross = expanded(minus(Product.of(g, h.substitute({i: j})), Product.of(h, g.substitute({i: j}))))
    body = product(weight, weight.substitute({i: j}), Power(cross, TWO))
    inner = IndexedSum(body, j, total.lower, total.upper)
    after = Product.of(Quotient(ONE, TWO), IndexedSum(inner, i, total.lower, total.upper))
    if rational.agree(determinant, after) is not True:
        return None
    return Derivation(determinant, (Step("rewrite", "Lagrange's identity", determinant, after, after),))


# ---- one parameter, by the sign of the slope ----------------------------------------------------------------


def _of_one_parameter(f: Node, x: Name, derivation: Derivation) -> LossExtremum | None:
    """The point where a slope A(x) (b - a x^k), A of one sign, changes its sign: likelihoods of one parameter."""
    line = derivation.result
    is_inside = any(x in base.names for part in terms_of(line) for base in part.powers if isinstance(base, IndexedSum))
    parted = sums.split(line) if is_inside else line
    parts = terms_of(parted)
    below = terms.common_denominator(parts)
    own = {base: e for base, e in below.powers.items() if x in base.names}
    if not own:
        return None
    cleared = terms.expanded([terms.multiplied(part, Term(1, own)) for part in parts])
    if cleared is None:
        return None
    degrees = {part.powers.get(x, 0) for part in cleared}
    if any(base is not x and x in base.names for part in cleared for base in part.powers):
        return None
    degrees.discard(0)
    if len(degrees) != 1 or next(iter(degrees)) not in (1, 2):
        return None
    degree = int(next(iter(degrees)))
    with_x = [part for part in cleared if part.powers.get(x, 0)]
    a = terms.sum_of([_less_by(part, x, degree, -1) for part in with_x])
    b = terms.sum_of([part for part in cleared if not part.powers.get(x, 0)])
    conditions = domain(f)
    factor = written(Term(1, own))
    sign_of_factor = _sign_under(factor, x, conditions)
    if sign_of_factor is None or (degree == 2 and not _is_positive_under(x, conditions)):
        return None
    return _by_sign(f, x, derivation, parted, cleared, (a, b, degree), conditions, sign_of_factor)


def _less_by(part: Term, x: Name, degree: int, sign: int) -> Term:
    return part._replace(
        coefficient=sign * part.coefficient, powers={base: e for base, e in part.powers.items() if base is not x}
    )


def _is_positive_under(x: Name, conditions: Sequence[Node]) -> bool:
    return any(
        isinstance(c, Relation) and c.sides[0] is x and c.signs == (">",) and c.sides[1] is ZERO for c in conditions
    )


def _sign_under(factor: Node, x: Name, conditions: Sequence[Node]) -> int | None:
    """The sign of what was multiplied by, all over the domain; by value at one point and no zero in the domain."""
    from mathcli.algebra.balls import enclose
    from mathcli.algebra.domains import sample_points

    points = sample_points((factor,), (x,), 6, under=conditions)
    if not points:
        return None
    values = [enclose(factor, point) for point in points]
    signs = {1 if value is not None and value > 0 else -1 if value is not None and value < 0 else 0 for value in values}
    if len(signs) != 1 or 0 in signs:
        return None
    ranged = all(_keeps_sign(base, x, conditions) for base in term_of(factor).powers)
    return signs.pop() if ranged else None


def _keeps_sign(base: Node, x: Name, conditions: Sequence[Node]) -> bool:
    """Whether a factor, affine in x, has its zero outside of the interval that the conditions leave."""
    excluded = {domain(Quotient(ONE, base))}
    (only,) = excluded
    for condition in only:
        if not isinstance(condition, Relation) or condition.signs != ("!=",):
            return False
        sides = set(condition.sides)
        if not any(
            isinstance(c, Relation) and set(c.signs) <= {"<", ">"} and sides <= set(c.sides) for c in conditions
        ):
            return False
    return True


def _by_sign(
    f: Node,
    x: Name,
    derivation: Derivation,
    parted: Node,
    cleared: tuple[Term, ...],
    ab: tuple[Node, Node, int],
    conditions: tuple[Node, ...],
    sign_of_factor: int,
) -> LossExtremum | None:
    a, b, degree = ab
    start = Equation(derivation.result, ZERO)
    steps = []
    if parted is not derivation.result:
        line = Equation(parted, ZERO)
        steps.append(Step("rewrite", "split the sum", start, line, line))
    last = steps[-1].result if steps else start
    flat = Equation(terms.sum_of(cleared), ZERO)
    steps.append(Step("solve", "multiply by the denominator", last, flat, flat, conditions=conditions))
    power = x if degree == 1 else Power(x, TWO)
    ratio = quotient(b, a)
    counts = counts_of(f)
    nonzero = () if _is_count(a, counts) else (Relation((a, ZERO), ("!=",)),)
    solved = Equation(power, ratio)
    steps.append(Step("solve", f"solve for {_text(power)}", flat, solved, solved, conditions=nonzero))
    chain = Derivation(start, tuple(steps))
    value = ratio if degree == 1 else Call("sqrt", (ratio,))
    sign_of_a, assumed = (1, None) if _is_count(a, counts) else sign_of(a, counts)
    sign_assumed = ">"
    if sign_of_a < 0 and assumed is not None and _is_count(b, counts) and _is_positive_under(x, conditions):
        sign_of_a, sign_assumed = 1, "<"  # else x^k = b/a < 0 lies outside of the domain x > 0
    rises_first = sign_of_factor * sign_of_a > 0
    given: tuple[Node, ...] = () if assumed is None else (Relation((assumed, ZERO), (sign_assumed,)),)
    kind = MAXIMUM if rises_first else MINIMUM
    before, after = ("positive", "negative") if rises_first else ("negative", "positive")
    extreme = "maximum" if rises_first else "minimum"
    why: Phrase = (
        f"the slope is {before} before it and {after} behind it, on all of the domain, so it is the global {extreme}",
    )
    shown = _by_means(x, ratio) if degree == 1 else ()
    is_positive = sign_of_a > 0 and _is_count(b, counts)  # under what is given
    inside = tuple(c.substitute({x: value}) for c in conditions if not (is_positive and _is_positive_under(x, (c,))))
    return LossExtremum(
        (x,), (derivation,), (chain,), (), (value,), shown, (*given, *(() if given else nonzero), *inside), (), (),
        (), None, None, kind, True, why,
    )  # fmt: skip


def _text(node: Node) -> str:
    from mathcli.syntax.writer import write

    return write(node)
