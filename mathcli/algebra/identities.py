"""Proofs that two trees have the same value wherever both have one. What is not proved here may be true all the same.

The roads are tried in order, the quick ones first: the normal form; the normal form under what the domains say; the
same of the powers of e; inverse functions by their definitions; binomials by gamma; each sign that |u|, max, sign u may
go by; equal squares of what is never negative; and, in several variables, a gradient that is 0.
"""

from __future__ import annotations

from flint import fmpq

from mathcli.algebra import constants, domains, rational
from mathcli.algebra.balls import enclose
from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import as_conditions, never_holds, number
from mathcli.algebra.constants import defined
from mathcli.algebra.ranges import value_range
from mathcli.algebra.switches import BINDING, may_jump, resolved, switched
from mathcli.syntax.tree import (
    ONE,
    TWO,
    ZERO,
    Call,
    E,
    Name,
    Negative,
    Node,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    rewrite,
    walk,
)

_MOST_ANGLES = 4
_MOST_SIGNS = 4
_MOST_LEAVES = 40


def prove(left: Node, right: Node, under: tuple[Node, ...], budget: Budget) -> str:
    """Return a proof in a few words that the sides agree wherever both have a value, "" if none was found.

    Raises:
        BudgetSpentError: it took more work than it may.
    """
    if left is right:
        return "the same expression"
    budget.spend(100)
    if not left.names and not right.names:
        return constants.agree(left, right)
    if rational.agree(left, right):
        return "the same normal form"
    both = usable_conditions(left, right, under)
    proof = _by_normal_forms(left, right, both)
    if proof:
        return proof
    budget.spend(200)
    return _by_signs(left, right, both, budget) or _by_squares(left, right, both) or _by_gradient(left, right, under)


def _by_normal_forms(left: Node, right: Node, given: tuple[Node, ...]) -> str:
    if given and rational.agree(left, right, field=rational.field_for(given)):
        return "the same normal form where both are defined"
    if rational.agree(Power(E, left), Power(E, right), field=rational.field_for(given)):
        return "equal powers of e"
    first, second = defined(left), defined(right)
    if (first, second) != (left, right):
        if rational.agree(first, second, field=rational.field_for(given)):
            return "the same normal form, inverse functions by their definitions"
        if rational.agree(Power(E, first), Power(E, second), field=rational.field_for(given)):
            return "equal powers of e, inverse functions by their definitions"
    first, second = _taken_apart(left), _taken_apart(right)
    if (first, second) != (left, right) and rational.agree(first, second, field=rational.field_for(given)):
        return "the same normal form, sums in angles and exponents taken apart"
    if _logarithms_of_products(left, right):
        return "the same normal form, logarithms of products taken apart"
    first, second = _by_gamma(left, right)
    if (first, second) != (left, right) and rational.agree(first, second, field=rational.field_for(given)):
        return "the same normal form, binomials by gamma"
    return ""


def _logarithms_of_products(left: Node, right: Node) -> bool:
    has_any = any(isinstance(part, Call) and part.function == "log" for side in (left, right) for part in walk(side))
    return has_any and rational.agree(left, right, field=rational.Field(splits_logarithms=True)) is True


def _taken_apart(node: Node) -> Node:
    """Return the tree with e^(u + v) as e^u e^v, and sines and hyperbolic sines of sums by their addition formulas."""

    def apart(part: Node) -> Node | None:
        match part:
            case Power(base, Sum(terms)) if base is E:
                return Product.of(*(Power(E, _taken_apart(term)) for term in terms))
            case Call("sin" | "cos" as function, (Sum((first, *rest)),), 0) if len(rest) < _MOST_ANGLES:
                u, v = _taken_apart(first), _taken_apart(Sum.of(*rest))
                one, other = _sines(u), tuple(map(_taken_apart, _sines(v)))
                if function == "sin":
                    return Sum.of(Product.of(one[0], other[1]), Product.of(one[1], other[0]))
                return Sum.of(Product.of(one[1], other[1]), Negative(Product.of(one[0], other[0])))
            case Call("tan", (Sum(terms) as u,), 0) if len(terms) <= _MOST_ANGLES:
                return Quotient(_taken_apart(Call("sin", (u,))), _taken_apart(Call("cos", (u,))))
            case Call("sinh" | "cosh" as function, (Sum() as u,), 0):
                power = _taken_apart(Power(E, u))
                inverse = Quotient(ONE, power)
                return Quotient(Sum.of(power, Negative(inverse) if function == "sinh" else inverse), TWO)
        return None

    return rewrite(node, apart)


def _sines(u: Node) -> tuple[Node, Node]:
    return Call("sin", (u,)), Call("cos", (u,))


def usable_conditions(left: Node, right: Node, under: tuple[Node, ...]) -> tuple[Node, ...]:
    """What the normal form may assume: it takes u >= 0 for u > 0, which only a function without jumps forgives."""
    both = (*under, *(part for side in (left, right) for part in domains.raw_conditions(side)))
    if not (may_jump(left) or may_jump(right)):
        return both
    return tuple(part for part in both if isinstance(part, Relation) and not {"<=", ">="} & set(part.signs))


# -- parts ----------------------------------------------------------------------------------------------------------


def differing_parts(left: Node, right: Node) -> tuple[tuple[Node, Node], ...] | None:
    """Return pairs of parts whose agreement makes the sides agree, None where the sides have no common shape.

    >>> from mathcli.syntax.parser import parse
    >>> [tuple(map(repr, pair)) for pair in differing_parts(parse("sin(x) + e^(2y)"), parse("e^(3y) + sin(x)"))]
    [("Product((Number(2, 0), Name('y')))", "Product((Number(3, 0), Name('y')))")]
    """
    if type(left) is not type(right):
        return None
    match left, right:
        case Call(), Call() if (left.function, left.primes) == (right.function, right.primes):
            return _differing(left.arguments, right.arguments)
        case (Power(), Power()) | (Quotient(), Quotient()) | (Negative(), Negative()):
            return _differing(left.children(), right.children())
        case (Sum(), Sum()) | (Product(), Product()):
            return _without_common(left, right)
    return None


def _differing(left: tuple[Node, ...], right: tuple[Node, ...]) -> tuple[tuple[Node, Node], ...] | None:
    if len(left) != len(right):
        return None
    return tuple((a, b) for a, b in zip(left, right, strict=True) if a is not b)


def _without_common(left: Node, right: Node) -> tuple[tuple[Node, Node], ...] | None:
    """What is left of two sums, or of two products, without the terms or factors that both have."""
    others = list(right.children())
    own = []
    for part in left.children():
        if part in others:
            others.remove(part)
        else:
            own.append(part)
    if len(own) == len(left.children()):
        return None
    of = Sum.of if isinstance(left, Sum) else Product.of
    pair = of(*own), of(*others)
    if len(own) == len(others) == 1:
        return differing_parts(*pair) or (pair,)
    return (pair,)


# -- binomials ------------------------------------------------------------------------------------------------------


def _by_gamma(left: Node, right: Node) -> tuple[Node, Node]:
    """The sides with n over k as n!/(k! (n-k)!), where that is no other function on what both sides share.

    The two differ where n is a negative whole number and k a whole one. There a binomial is a polynomial in n for each
    k, so that nothing is lost if no name stands both above and below, or if n! stands in one of the sides.
    """
    binomials = [
        part
        for side in (left, right)
        for part in walk(side)
        if isinstance(part, Call) and part.function == "binomial" and part.arguments[1].names
    ]
    if not binomials:
        return left, right
    above = frozenset().union(*(part.arguments[0].names for part in binomials))
    below = frozenset().union(*(part.arguments[1].names for part in binomials))
    if above & below and not all(_has_factorial(part.arguments[0], left, right) for part in binomials):
        return left, right

    def factorials(part: Node) -> Node | None:
        if part not in binomials or not isinstance(part, Call):
            return None
        n, k = part.arguments
        under = Product.of(Call("factorial", (k,)), Call("factorial", (Sum.of(n, Negative(k)),)))
        return Quotient(Call("factorial", (n,)), under)

    return rewrite(left, factorials), rewrite(right, factorials)


def _has_factorial(n: Node, left: Node, right: Node) -> bool:
    wanted = Call("factorial", (n,))
    return any(part is wanted for side in (left, right) for part in walk(side))


# -- signs ----------------------------------------------------------------------------------------------------------


class _Signs:
    """Assumed signs of trees, known again in their multiples."""

    def __init__(self, known: tuple[tuple[Node, int], ...] = ()) -> None:
        self.known = known

    def __call__(self, u: Node) -> int | None:
        bounds = value_range(u)
        if bounds.is_zero:
            return 0
        if bounds.is_positive or bounds.is_negative:
            return 1 if bounds.is_positive else -1
        for v, by in self.known:
            if u is v:
                return by
            if u.names == v.names:
                ratio = rational.value(Quotient(u, v))
                if ratio is not None and ratio != 0:
                    return by if ratio > 0 else -by
        return None

    def and_also(self, u: Node, by: int) -> _Signs:
        return _Signs((*self.known, (u, by)))

    def relations(self) -> tuple[Node, ...]:
        """What is assumed, as inequalities that are not strict."""
        return tuple(Relation((u, ZERO), (">=" if by > 0 else "<=",)) for u, by in self.known if by)


def _by_signs(left: Node, right: Node, given: tuple[Node, ...], budget: Budget) -> str:
    """A proof for each choice of the signs that the functions go by, "" where one is missing."""
    if left.contains(*BINDING) or right.contains(*BINDING):
        return ""  # the sign of x - k is not the same for each k
    if not any(u.names for side in (left, right) for u in switched(side)):
        return ""
    state = _Cases(given, may_jump(left) or may_jump(right), budget)
    return "the same normal form, for either sign of each corner" if state.all_agree(left, right, _Signs()) else ""


class _Cases:
    def __init__(self, given: tuple[Node, ...], has_jumps: bool, budget: Budget) -> None:
        self.given, self.has_jumps, self.budget = given, has_jumps, budget
        self.leaves = 0

    def all_agree(self, left: Node, right: Node, signs: _Signs) -> bool:
        """Whether the sides agree for each choice of the signs still open.

        |u| = u holds at u = 0 too, so two cases are enough where nothing jumps.
        """
        u = _open_switch(left, right, signs)
        if u is None:
            return self._agree(left, right, signs)
        if len(signs.known) >= _MOST_SIGNS:
            return False
        for by in (1, -1, 0) if self.has_jumps else (1, -1):
            more = signs.and_also(u, by)
            if self._is_impossible(more):
                continue
            sides = resolved(left, more), resolved(right, more)
            if by == 0:
                placed = _at_zero_of(u, *sides)
                if placed is None:
                    return False
                sides = placed
            if not self.all_agree(*sides, more):
                return False
        return True

    def _agree(self, left: Node, right: Node, signs: _Signs) -> bool:
        self.leaves += 1
        self.budget.spend(60)
        if self.leaves > _MOST_LEAVES:
            return False
        given = (*self.given, *signs.relations())
        return bool(left is right or rational.agree(left, right) or _by_normal_forms(left, right, given))

    def _is_impossible(self, signs: _Signs) -> bool:
        """Whether bounds show that the signs exclude each other, or the domain."""
        relations = [Relation((u, ZERO), ("<" if by < 0 else ">",)) for u, by in signs.known if by]
        conditions = as_conditions(relations)
        if any(never_holds(u, kind) for u, kind in conditions):
            return True
        bounds = domains.bounds_on_names([*conditions, *as_conditions(self.given)])
        return any(bound.is_empty for bound in bounds.values())


def _open_switch(left: Node, right: Node, signs: _Signs) -> Node | None:
    """A tree whose sign is wanted, the innermost first."""
    for side in (left, right):
        for u in switched(side):
            if u.names and not any(True for _ in switched(u)) and signs(u) is None:
                return u
    return None


def _at_zero_of(u: Node, left: Node, right: Node) -> tuple[Node, Node] | None:
    """The sides where u is 0, which is solved for one of its names; None where it is not linear in one."""
    for x in sorted(u.names, key=lambda name: name.name):
        slope = _linear_in(u, x)
        if slope is None:
            continue
        at_zero = u.substitute({x: ZERO})
        root = rational.cancelled(Quotient(Negative(at_zero), number(slope)))
        placed: dict[Node, Node] = {x: root}
        return left.substitute(placed), right.substitute(placed)
    return None


def _linear_in(u: Node, x: Name) -> fmpq | None:
    """The rational slope of a tree that is linear in a name, None for any other."""
    form = rational.normal_form(u)
    if form is None or any(x in atom.names and atom.kind != "name" for atom in form.field.atoms_of(form)):
        return None
    slope = rational.derivative(form, x)
    constant = None if slope is None else slope.constant
    return None if constant == 0 else constant


# -- squares --------------------------------------------------------------------------------------------------------


def _by_squares(left: Node, right: Node, given: tuple[Node, ...]) -> str:
    """A proof by the squares of two sides that are never negative."""
    if not (left.contains(Call, Power) and value_range(left).is_non_negative and value_range(right).is_non_negative):
        return ""
    squares = [_square(side) for side in (left, right)]
    if rational.agree(*squares, field=rational.field_for(given)):
        return "equal squares, and neither is negative"
    return ""


def _square(side: Node) -> Node:
    match side:
        case Call("sqrt", (u,), 0):
            return u
        case Product(factors):
            return Product.of(*map(_square, factors))
    return Power(side, TWO)


# -- gradients ------------------------------------------------------------------------------------------------------


def _by_gradient(left: Node, right: Node, under: tuple[Node, ...]) -> str:
    """A proof by partial derivatives that are 0 on a box, and one common value in it."""
    names = sorted(left.names | right.names, key=lambda name: name.name)
    if under or any(domains.kinks(side) or may_jump(side) for side in (left, right)):
        return ""
    if not names or not _share_a_box(left, right, names):
        return ""
    field = rational.Field()
    forms = [rational.normal_form(side, field=field) for side in (left, right)]
    if forms[0] is None or forms[1] is None:
        return ""
    gap = forms[0] - forms[1]
    for x in names:
        slope = rational.derivative(gap, x)
        if slope is None or not slope.is_zero():
            return ""
    for value in (fmpq(0), fmpq(1), fmpq(2), fmpq(1, 2), fmpq(-1)):
        placed: dict[Node, Node] = {x: number(value) for x in names}
        a, b = left.substitute(placed), right.substitute(placed)
        if all((ball := enclose(side, {}, precision=128)) is not None and ball.is_finite() for side in (a, b)):
            if constants.agree(a, b):
                return "equal derivatives, and equal values at one point"
            return ""
    return ""


def _share_a_box(left: Node, right: Node, names: list[Name]) -> bool:
    """Whether the common domain is a box: each condition bounds one name between constants."""
    conditions = domains.domain_of_all((left, right))
    for condition in conditions:
        if not isinstance(condition, Relation) or "!=" in condition.signs:
            return False
        bounded = [side for side in condition.sides if side.names]
        if len(bounded) != 1 or not isinstance(bounded[0], Name):
            return False
    return True
