"""Two functions of one name compared stretch by stretch, and at each mark between: a complete look at the whole line.

Every sign by which a function goes, and every condition of a domain, must be algebraic in the name, so that its zeros
are among the marks. On an open stretch the functions are then free of corners and jumps, and one proof holds for all
of it: the same normal form, an algebraic function that is 0 at one point, or the derivative 0 and one common value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from flint import arb, fmpq, fmpz_poly

from mathcli.algebra import balls, constants, domains, rational
from mathcli.algebra.balls import enclose
from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import number
from mathcli.algebra.field import Field, Fraction, key_of
from mathcli.algebra.ranges import value_range
from mathcli.algebra.stretches import Mark, Stretch, last_coefficient, marks, stretches, univariate, zeros_within
from mathcli.algebra.switches import BINDING, may_jump, resolved, switched
from mathcli.algebra.verdict import all_hold
from mathcli.syntax.tree import ZERO, E, Name, Node, Power, Product, Sum, integer, walk

_MOST_MARKS = 40
_SPOTS = tuple(fmpq(p, q) for p, q in ((0, 1), (1, 1), (-1, 1), (1, 2), (-1, 2), (2, 1), (-2, 1), (3, 1), (-3, 1)))


class Finding(NamedTuple):
    """What was found on the whole line.

    proof         of equal values wherever both sides have one, "" without
    counter       a place where the sides certainly differ: a rational number, or a mark
    domains_agree whether both are defined at the same points; None where that was not seen
    values        enclosures of the sides at that place, where it is a mark
    lonely        a place where only one side is defined, and which (True: the left one)
    has_interior  whether both are defined on some stretch
    """

    proof: str = ""
    counter: fmpq | Mark | None = None
    domains_agree: bool | None = None
    lonely: tuple[fmpq | Mark, bool] | None = None
    has_interior: bool = True
    values: tuple[arb | None, arb | None] = (None, None)


def look_along(left: Node, right: Node, x: Name, under: Iterable[Node], budget: Budget) -> Finding | None:
    """Return what a look along the line shows, None where the line cannot be cut into stretches."""
    if left.contains(*BINDING) or right.contains(*BINDING) or any(map(_has_whole_exponents, (left, right))):
        return None
    conditions = tuple(under)
    cut = _marks(left, right, x, conditions)
    if cut is None or len(cut) > _MOST_MARKS:
        return None
    return _Look(left, right, x, conditions, cut, budget).finding()


def _marks(left: Node, right: Node, x: Name, under: tuple[Node, ...]) -> list[Mark] | None:
    polynomials: list[fmpz_poly] = []
    for u in dict.fromkeys(_watched(left, right, under)):
        bounds = value_range(u)
        if not u.names or bounds.is_positive or bounds.is_negative:
            continue
        found = zeros_within(u, x)
        if found is None:
            return None
        polynomials.append(found)
    return marks(polynomials)


def _watched(left: Node, right: Node, under: tuple[Node, ...]) -> Iterator[Node]:
    """Every tree whose sign matters."""
    for side in (left, right):
        yield from switched(side)
        yield from domains.watched(side)
    yield from domains.sides_of(under)


class _Look:
    def __init__(
        self, left: Node, right: Node, x: Name, under: tuple[Node, ...], cut: list[Mark], budget: Budget
    ) -> None:
        self.left, self.right, self.x, self.under, self.cut, self.budget = left, right, x, under, cut, budget
        self.pieces = stretches(cut)
        self.proofs: dict[str, None] = {}
        self.lonely: tuple[fmpq | Mark, bool] | None = None
        self.sees_domains = True
        self.values: tuple[arb | None, arb | None] = (None, None)

    def finding(self) -> Finding:
        shared = [self._shared(piece.inside) for piece in self.pieces]
        is_proved = None not in shared
        counter: fmpq | Mark | None = None
        for piece, is_shared in zip(self.pieces, shared, strict=True):
            if not is_shared:
                continue
            self.budget.spend(60)
            if self._differ_at(piece.inside):
                counter = piece.inside
                break
            proof = self._on(piece)
            if proof:
                self.proofs[proof] = None
            is_proved &= bool(proof)
        for place, mark in enumerate(self.cut if counter is None else ()):
            self.budget.spend(20)
            beside = bool(shared[place]) or bool(shared[place + 1])
            answer = self._at(mark, beside)
            if isinstance(answer, fmpq | Mark):
                counter = answer
                break
            is_proved &= answer
        self._note_domains(shared)
        agree = None if not self.sees_domains else self.lonely is None
        has_interior = any(is_shared is not False for is_shared in shared)
        if counter is not None:
            return Finding("", counter, agree, self.lonely, has_interior, self.values)
        proof = ", ".join(self.proofs) or "equal values at the only points"
        words = proof if len(self.cut) == 0 else f"{proof}, on each stretch of the line"
        return Finding(words if is_proved else "", None, agree, self.lonely, has_interior)

    def _differ_at(self, at: fmpq) -> bool:
        a, b = (enclose(side, {self.x: at}, precision=128) for side in (self.left, self.right))
        return _are_apart(a, b)

    # where both are defined

    def _shared(self, at: fmpq) -> bool | None:
        defined = [self._is_defined(side, at) for side in (self.left, self.right)]
        holds = domains.holds(self.under, {self.x: at})
        return all_hold((*defined, holds))

    def _is_defined(self, side: Node, at: fmpq) -> bool | None:
        for precision in (64, 512):
            ball = enclose(side, {self.x: at}, precision=precision)
            if ball is None:
                return False
            if ball.is_finite():
                return True
        if any(isinstance(part, Power) and part.exponent.names and part.base is not E for part in walk(side)):
            return None  # (-1)^x has values at whole numbers, whatever the conditions say
        placed: dict[Node, Node] = {self.x: number(at)}
        return domains.holds_by_signs(side, lambda u: _sign_of_constant(u.substitute(placed)))

    def _note_domains(self, shared: list[bool | None]) -> None:
        """Whether, on each stretch and at each mark, both sides are defined or none is."""
        places: list[fmpq | Mark] = [piece.inside for piece in self.pieces]
        places += [mark if mark.value is None else mark.value for mark in self.cut]
        for place in places:
            if isinstance(place, fmpq):
                a, b = (self._is_defined(side, place) for side in (self.left, self.right))
                holds = domains.holds(self.under, {self.x: place})
            else:
                a, b = (self._is_defined_at(side, place) for side in (self.left, self.right))
                holds = None if self.under else True
            if holds is False:
                continue
            if a is None or b is None or holds is None:
                self.sees_domains = False
            elif a is not b and (self.lonely is None or isinstance(self.lonely[0], Mark)):
                self.lonely = (place, a)

    def _is_defined_at(self, side: Node, mark: Mark) -> bool | None:
        """Whether a side is defined at a mark that is not rational: by its conditions, each with its sign there."""
        return domains.holds_by_signs(side, lambda u: self._sign_at(u, mark))

    def _sign_at(self, u: Node, mark: Mark) -> int | None:
        ball = enclose(u, {self.x: mark.ball}, precision=256)
        if ball is not None and ball.is_finite() and not ball.contains(0):
            return 1 if ball > 0 else -1
        with Field() as field:
            form = rational.normal_form(u, field=field)
            return 0 if form is not None and _is_divisible(form, mark, self.x) else None

    # on a stretch

    def _on(self, piece: Stretch) -> str:
        at: dict[Node, fmpq] = {self.x: piece.inside}

        def sign_of(u: Node) -> int | None:
            ball = enclose(u, at, precision=128)
            if ball is None or not ball.is_finite() or (ball.contains(0) and not ball.is_zero()):
                return None
            return 1 if ball > 0 else -1 if ball < 0 else 0

        left, right = resolved(self.left, sign_of), resolved(self.right, sign_of)
        field = self._field(piece)
        if rational.agree(left, right, field=field):
            return "the same normal form"
        forms = [rational.normal_form(side, field=field) for side in (left, right)]
        if forms[0] is None or forms[1] is None:
            return ""
        difference = forms[0] - forms[1]
        if self._is_algebraic_zero(difference, left, right, piece):
            return "algebraic functions that meet at one point of each stretch"
        if self._have_equal_slopes(difference, left, right) and self._meet(left, right, piece):
            return "equal derivatives, and one common value"
        if rational.agree(Power(E, left), Power(E, right), field=self._field(piece)):
            return "equal powers of e"
        return ""

    def _have_equal_slopes(self, difference: Fraction, left: Node, right: Node) -> bool:
        if may_jump(left) or may_jump(right):
            return False
        slope = rational.derivative(difference, self.x)
        return slope is not None and (slope.is_zero() or rational.vanishes(slope))

    def _field(self, piece: Stretch) -> Field:
        """A field that knows the sign of the name, and of each polynomial that marks the line, on a stretch."""
        field = Field(positive=[self.x] if self._is_positive(piece) else [])
        form = rational.normal_form(self.x, field=field)
        assert form is not None
        generator = form.num
        for p in {str(mark.polynomial): mark.polynomial for mark in self.cut}.values():
            value = p(piece.inside)
            q = field.context.constant(0)
            for power, coefficient in enumerate(p.coeffs()):
                q = q + generator**power * coefficient
            field.conditions.add(key_of(q if value > 0 else -q))
        return field

    def _is_positive(self, piece: Stretch) -> bool:
        return piece.low is not None and bool(piece.low.ball >= 0)

    def _is_algebraic_zero(self, difference: Fraction, left: Node, right: Node, piece: Stretch) -> bool:
        q = last_coefficient(difference, self.x)
        if q is None:
            return False
        within = [mark for mark in marks([q]) or () if _is_between(mark, piece)]
        spots = [_between(a, b) for a, b in pairwise([piece.low, *within, piece.high])] if within else [piece.inside]
        return all(self._agree_at(left, right, spot) for spot in spots)

    def _agree_at(self, left: Node, right: Node, spot: fmpq) -> bool:
        placed: dict[Node, Node] = {self.x: number(spot)}
        sides = [resolved(side.substitute(placed), _sign_of_constant) for side in (left, right)]
        return bool(constants.agree(*sides))

    def _meet(self, left: Node, right: Node, piece: Stretch) -> bool:
        """Whether the sides have one common value on the stretch, or at an end of it where both are defined."""
        spots = [spot for spot in _SPOTS if _holds(piece, spot)]
        return any(self._agree_at(left, right, spot) for spot in (*spots, piece.inside))

    # at a mark

    def _at(self, mark: Mark, has_neighbour: bool) -> bool | fmpq | Mark:
        """Whether the sides agree at a mark, or one has no value there; the mark itself where they certainly differ."""
        if mark.value is not None:
            return self._at_rational(mark.value, has_neighbour)
        defined = [self._is_defined_at(side, mark) for side in (self.left, self.right)]
        if False in defined:
            return True
        if has_neighbour and not may_jump(self.left) and not may_jump(self.right):
            return True  # by continuity
        if None in defined or self.under:
            return False
        sides = [resolved(side, lambda u: self._sign_at(u, mark)) for side in (self.left, self.right)]
        values = [enclose(side, {self.x: mark.ball}, precision=256) for side in sides]
        if _are_apart(values[0], values[1]):
            self.values = (values[0], values[1])
            return mark
        with Field() as field:
            forms = [rational.normal_form(side, field=field) for side in sides]
            if forms[0] is None or forms[1] is None:
                return False
            return _is_divisible(forms[0] - forms[1], mark, self.x)

    def _at_rational(self, value: fmpq, has_neighbour: bool) -> bool | fmpq | Mark:
        at: dict[Node, fmpq] = {self.x: value}
        if domains.holds(self.under, at) is False:
            return True
        balls = [enclose(side, at, precision=128) for side in (self.left, self.right)]
        if balls[0] is None or balls[1] is None:
            return True
        if _are_apart(balls[0], balls[1]) and domains.holds(self.under, at):
            return value
        if has_neighbour and not may_jump(self.left) and not may_jump(self.right):
            return True  # by continuity
        return self._agree_at(self.left, self.right, value)


def _has_whole_exponents(node: Node) -> bool:
    """Whether a base that is never positive has a name above it: (-1)^n is meant for whole n, and for no stretch."""
    return any(
        isinstance(part, Power) and bool(part.exponent.names) and (-value_range(part.base)).is_non_negative
        for part in walk(node)
    )


def _sign_of_constant(u: Node) -> int | None:
    if u.names:
        return None
    by = balls.sign(u)
    return 0 if by is None and constants.agree(u, ZERO) else by


def _are_apart(a: arb | None, b: arb | None) -> bool:
    return a is not None and b is not None and a.is_finite() and b.is_finite() and not a.overlaps(b)


def _is_divisible(form: Fraction, mark: Mark, x: Name) -> bool:
    """Whether a form is 0 at the mark for all to see: its numerator is divisible by the mark's polynomial."""
    if form.is_zero():
        return True
    field = form.field
    own = univariate(field, form.num, x)
    if own is not None:
        return bool((own % mark.polynomial).is_zero()) if own.degree() >= mark.polynomial.degree() else False
    value = rational.normal_form(polynomial_node(mark.polynomial, x), field=field)
    return value is not None and bool(divmod(field.lifted(form.num), field.lifted(value.num))[1].is_zero())


def polynomial_node(polynomial: fmpz_poly, x: Name) -> Node:
    """Return a polynomial as a tree."""
    terms = [Product.of(integer(int(c)), Power(x, integer(k))) for k, c in enumerate(polynomial.coeffs()) if c != 0]
    return Sum.of(*terms)


def _is_between(mark: Mark, piece: Stretch) -> bool:
    return (piece.low is None or bool(piece.low.ball < mark.ball)) and (
        piece.high is None or bool(mark.ball < piece.high.ball)
    )


def _between(low: Mark | None, high: Mark | None) -> fmpq:
    ends = [end for end in (low, high) if end is not None]
    found = stretches(ends)
    return found[0 if low is None else 1 if high is not None else -1].inside


def _holds(piece: Stretch, spot: fmpq) -> bool:
    ball = arb(spot)
    return (piece.low is None or bool(piece.low.ball < ball)) and (piece.high is None or bool(ball < piece.high.ball))
