"""Zeros by branch and prune, for functions without corners on a piece of their domain.

The ends of the piece come first: beyond some M a dominant term leaves no zero (`ends`), or the function continues over
the end. What is left is a bounded interval, which is cut until on each part a ball, or Taylor's formula about the
middle, shows that there is no zero, or the derivative has one sign and the ends tell whether there is one. Where
zeros are multiple, the first derivative without a zero nearby bounds their number, and an exact place at which all
derivatives below are proved to be 0 takes them all up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise
from typing import TypeAlias

from flint import arb, fmpq

from mathcli.algebra import exact as exactly
from mathcli.algebra.balls import enclose, working_precision
from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import number
from mathcli.algebra.jets import expand
from mathcli.algebra.raising import length
from mathcli.calculus.derivation import Phrase
from mathcli.errors import BudgetSpentError
from mathcli.solving.allowance import Allowance
from mathcli.solving.ends import MINUS_INF, free_end
from mathcli.solving.inversion import Point
from mathcli.solving.recognition import candidates
from mathcli.solving.regions import Bound, Piece, Refinement, ends_of_ball, inside
from mathcli.syntax.tree import INF, ONE, Name, Node

Box: TypeAlias = tuple[fmpq, fmpq]

_MOST_BOXES = 4_000
_FIRST_BOXES = 100
_MOST_POINTS = 500
_MOST_DOUBTS = 4
_MOST_RECOGNIZED = 40
_LONGEST_SHOWN = 40
_NARROWEST = fmpq(1, 1 << 60)
_SPAN = fmpq(32)
"""How far a part of the line without end is searched where nothing is known beyond."""
_HIGHEST_ORDER = 8


@dataclass(frozen=True, slots=True)
class Searched:
    """Zeros found in a piece, each with its multiplicity, and the parts of it where others may be."""

    points: tuple[Point, ...] = ()
    uncertain: tuple[Piece, ...] = ()
    reasons: tuple[Phrase, ...] = ()

    @property
    def is_complete(self) -> bool:
        return not self.uncertain


def search(
    g: Node,
    x: Name,
    piece: Piece,
    *,
    budget: Budget,
    allowance: Allowance | None = None,
    factor_of: Node | None = None,
) -> Searched:
    """Return the zeros of a function without corners in a piece of its domain.

    Where g is 0 in the piece, the function that it is a factor of is 0 too, if one is given; that one may have the
    simpler form at the ends.
    """
    if piece.is_point:
        return _at_a_point(g, x, piece)
    forms = (g,) if factor_of is None or factor_of is g else (g, factor_of)
    return _Search(forms, x, piece, budget, Allowance() if allowance is None else allowance).run()


def _at_a_point(g: Node, x: Name, piece: Piece) -> Searched:
    from mathcli.solving.roots import sign_at

    assert piece.lower is not None
    by = sign_at(g, x, piece.lower)
    return Searched((Point(piece.lower, None),) if by == 0 else (), () if by is not None else (piece,))


class _Search:
    def __init__(self, forms: tuple[Node, ...], x: Name, piece: Piece, budget: Budget, allowance: Allowance) -> None:
        self.forms, self.x, self.piece, self.budget, self.allowance = forms, x, piece, budget, allowance
        self.g = forms[0]
        self.points: list[Point] = []
        self.uncertain: list[Piece] = []
        self.boxes: list[tuple[fmpq, Box]] = []
        self.count = 0
        self.signs: dict[fmpq, int | None] = {}
        self.most = _MOST_POINTS
        self.beyond: list[tuple[str, Node]] = []

    def run(self) -> Searched:
        low = self._lower_start()
        high = self._upper_start()
        if low < high:
            self._add((low, high))
            self._empty_boxes()
        kept = tuple(point for point in self._once() if self.piece.holds(point.at))
        return Searched(kept, tuple(self._joined_uncertain()), self._reason(low, high, len(kept)))

    # the ends

    def _lower_start(self) -> fmpq:
        return self._start(self.piece.lower, MINUS_INF, 1)

    def _upper_start(self) -> fmpq:
        return self._start(self.piece.upper, INF, -1)

    def _start(self, end: Bound | None, infinity: Node, side: int) -> fmpq:
        """Where the search begins at an end of the piece; `side` is the way into the piece."""
        if end is not None:
            beyond = self._over_the_end(end, side)
            if beyond is not None:
                return beyond
        place = infinity if end is None else end
        ends = (free_end(form, self.x, place, side) for form in self.forms)
        found = next((one for one in ends if one is not None), None)
        middle = inside(self.piece)
        if found is not None:
            free = found.bound
            self._note(free, side, found.term)
            if end is None:
                return free
            # the end itself may belong to the piece, where nothing is said about it
            if self._holds_end(end):
                self._take_end(end)
            return free if self._is_inside(free) else middle
        if end is None:
            cut = side * -max(_SPAN, 2 * abs(middle))
            self.most = _MOST_POINTS // 5
            self._doubt(None if side > 0 else cut, cut if side > 0 else None)
            return cut
        if self._holds_end(end):
            self._take_end(end)
        self.most = _MOST_POINTS // 5
        near = middle
        for _ in range(12):
            near = (near + (end.enclosure[1] if side > 0 else end.enclosure[0])) / 2
        self._doubt_near(end, near, side)
        return near

    def _note(self, free: fmpq, side: int, term: Node | None) -> None:
        """Keep the reason why there is no zero further out."""
        if term is not None and length(term) <= _LONGEST_SHOWN:
            self.beyond.append((f"{'<' if side > 0 else '>'} {_shown(free, side)}", term))

    def _holds_end(self, end: Bound) -> bool:
        return self.piece.holds(end)

    def _is_inside(self, at: fmpq) -> bool:
        return self.piece.holds(Bound.rational(at))

    def _over_the_end(self, end: Bound, side: int) -> fmpq | None:
        """A number at the end, or just outside, from which to look at the function; a zero at the end is taken."""
        ends = end.within(64)
        place = end.value if end.value is not None else end.ball(64)
        series = self._series(place, _HIGHEST_ORDER)
        if series is None or not all(c.is_finite() for c in series):
            return None
        outer = ends[0] if side > 0 else ends[1]
        if not series[0].contains(0):
            return outer
        return self._past_zero(end, side)

    def _past_zero(self, end: Bound, side: int) -> fmpq | None:
        """Where to go on from an end that is a zero, or very close to one, so that no other lies between."""
        from mathcli.solving.arrangement import multiplicity
        from mathcli.solving.roots import sign_at

        if sign_at(self.g, self.x, end) != 0:
            return None
        order = multiplicity(self.g, self.x, end)
        if order is None:
            return None
        self.points.append(Point(end, order))
        low, high = end.enclosure
        step = fmpq(1)
        for _ in range(40):
            box = (low, high + step) if side > 0 else (low - step, high)
            series = self._series(_ball(box), order)
            if series is not None and series[order].is_finite() and not series[order].contains(0):
                return box[1] if side > 0 else box[0]
            step /= 2
        return None

    def _take_end(self, end: Bound) -> None:
        from mathcli.solving.roots import sign_at

        by = sign_at(self.g, self.x, end)
        if by == 0:
            self.points.append(Point(end, None))
        elif by is None:
            self.uncertain.append(Piece(end, end, True, True))

    def _doubt(self, low: fmpq | None, high: fmpq | None) -> None:
        ends = [None if end is None else Bound.rational(end) for end in (low, high)]
        self.uncertain.append(Piece(ends[0], ends[1], False, False))

    def _doubt_near(self, end: Bound, near: fmpq, side: int) -> None:
        other = Bound.rational(near)
        self.uncertain.append(Piece(end, other) if side > 0 else Piece(other, end))

    # the boxes

    def _series(self, place: arb | fmpq, order: int, precision: int = 64) -> tuple[arb, ...] | None:
        return expand(self.g, self.x, {self.x: place}, order=order, precision=precision, generic=False)

    def _empty_boxes(self) -> None:
        try:
            while self.boxes:
                self.count += 1
                self.budget.spend(200)
                if self.count > _MOST_BOXES or len(self.points) > self.most or not self.allowance.take():
                    break
                self._judge(*heappop(self.boxes)[1])
        except BudgetSpentError:
            pass
        for _, box in self.boxes:
            self._doubt(*box)

    def _add(self, box: Box) -> None:
        """Put a box among those to be judged; the widest comes first."""
        heappush(self.boxes, (box[0] - box[1], box))

    def _judge(self, low: fmpq, high: fmpq) -> None:
        box = _ball((low, high))
        series = self._series(box, 2)
        if series is None or not series[0].is_finite():
            if not self._is_free_by_values(box, self.forms):
                self._halve(low, high)
            return
        if not series[0].contains(0):
            return
        if series[1].is_finite() and not series[1].contains(0):
            if self._settle_monotone(low, high):
                return
        elif (
            self._is_free_by_taylor(low, high, series[2])
            or self._is_free_by_values(box, self.forms[1:])
            or (self._is_turn_for_cluster() and self.allowance.take(4) and self._settle_cluster(low, high))
        ):
            return
        self._halve(low, high)

    def _is_turn_for_cluster(self) -> bool:
        """Whether a look at higher derivatives is due: at wide boxes always, since one of them can settle much."""
        return self.count < _FIRST_BOXES or self.count % 4 == 3

    def _is_free_by_values(self, box: arb, forms: tuple[Node, ...]) -> bool:
        """Whether the values of one of the forms leave 0 out: e^-u x + 1 may do so where x + e^u does not."""
        values = (enclose(form, {self.x: box}, precision=64) for form in forms)
        return any(value is not None and value.is_finite() and not value.contains(0) for value in values)

    def _is_free_by_taylor(self, low: fmpq, high: fmpq, second: arb) -> bool:
        """Whether f(m) + f'(m) d + c d^2 has no zero, c the second coefficient on the whole box."""
        if not second.is_finite():
            return False
        middle = (low + high) / 2
        there = self._series(middle, 1)
        if there is None or not there[0].is_finite() or not there[1].is_finite():
            return False
        with working_precision(64):
            half = (high - low) / 2
            d = arb(0, arb(half).abs_upper())
            square = arb(0).union(arb(half) ** 2)
            return not (there[0] + there[1] * d + second * square).contains(0)

    def _settle_monotone(self, low: fmpq, high: fmpq) -> bool:
        """Whether a box on which f is strictly monotone could be settled: its only zero is found, or it has none."""
        left, right = self._sign(low), self._sign(high)
        if left is None or right is None:
            return False
        if left == 0 or right == 0:
            self.points.append(Point(Bound.rational(low if left == 0 else high), 1))
        elif left != right:
            self.points.append(Point(self._isolated(low, high, left), 1))
        return True

    def _sign(self, at: fmpq) -> int | None:
        if at not in self.signs:
            self.signs[at] = self._sign_found(at)
        return self.signs[at]

    def _sign_found(self, at: fmpq) -> int | None:
        for precision in (64, 256):
            ball = enclose(self.g, {self.x: at}, precision=precision)
            if ball is None or not ball.is_finite():
                continue
            if ball.is_zero():
                return 0
            if not ball.contains(0):
                return 1 if ball > 0 else -1
        return exactly.sign(self.g.substitute({self.x: number(at)}))

    def _isolated(self, low: fmpq, high: fmpq, left: int) -> Bound:
        """The zero between, where f is strictly monotone and has other signs at both ends."""
        refinement = _by_newton(self.g, self.x, low, high, left)
        bound = Bound(None, None, refinement)
        for candidate in candidates(bound) if len(self.points) < _MOST_RECOGNIZED else ():
            if self._is_zero_inside(candidate, low, high):
                bound = candidate
                break
        bound.zero_of[self.g] = 1
        return bound

    def _is_zero_inside(self, candidate: Bound, low: fmpq, high: fmpq) -> bool:
        if candidate.exact is None or candidate.enclosure[0] < low or candidate.enclosure[1] > high:
            return False
        value = enclose(self.g, {self.x: candidate.ball(128)}, precision=128)
        if value is None or not value.contains(0):
            return False
        return exactly.is_zero(self.g.substitute({self.x: candidate.exact})) is True

    def _settle_cluster(self, low: fmpq, high: fmpq) -> bool:
        """Whether an exact place takes up all zeros that a box can hold, or none can be there."""
        from mathcli.solving.arrangement import multiplicity

        series = self._series(_ball((low, high)), _HIGHEST_ORDER)
        if series is None:
            return False
        order = next((k for k, c in enumerate(series) if c.is_finite() and not c.contains(0)), None)
        if order is None or order < 2:
            return False
        place = self._turning_point(low, high, order)
        if place is None:
            return False
        for candidate in candidates(place):
            is_zero = self._is_zero_inside(candidate, low, high)
            if is_zero and multiplicity(self.g, self.x, candidate) == order:
                self.points.append(Point(candidate, order))
                return True
        return False

    def _turning_point(self, low: fmpq, high: fmpq, order: int) -> Bound | None:
        """The only zero of the derivative of order - 1 in a box on which the next one has none."""
        k = order - 1

        def value(place: arb | fmpq, bits: int) -> arb | None:
            series = self._series(place, k, bits)
            return None if series is None else series[k]

        ends = []
        for at in (low, high):
            there = value(at, 128)
            if there is None or not there.is_finite():
                return None
            ends.append(0 if there.contains(0) else 1 if there > 0 else -1)
        if 0 in ends:
            return Bound.rational(low if ends[0] == 0 else high)
        if ends[0] == ends[1]:
            return None
        return Bound(None, None, _by_bisection(value, low, high, ends[0]))

    def _halve(self, low: fmpq, high: fmpq) -> None:
        if high - low < _NARROWEST * max(1, abs(low)):
            self._doubt(low, high)
            return
        middle = _cut_point(low, high)
        self._add((low, middle))
        self._add((middle, high))

    # what comes of it

    def _once(self) -> list[Point]:
        kept: list[Point] = []
        for point in self.points:
            if not any(point.at.compare(other.at) == 0 for other in kept):
                kept.append(point)
        return kept

    def _joined_uncertain(self) -> list[Piece]:
        """The doubtful parts, touching ones as one."""
        ordered = sorted(self.uncertain, key=lambda p: fmpq(-(1 << 70)) if p.lower is None else p.lower.enclosure[0])
        joined: list[Piece] = []
        for piece in ordered:
            if joined and _touch(joined[-1], piece):
                before = joined.pop()
                joined.append(Piece(before.lower, piece.upper, before.has_lower, piece.has_upper))
            else:
                joined.append(piece)
        while len(joined) > _MOST_DOUBTS:
            gaps = [_gap(a, b) for a, b in pairwise(joined)]
            k = gaps.index(min(gaps))
            joined[k : k + 2] = [Piece(joined[k].lower, joined[k + 1].upper)]
        return joined

    def _reason(self, low: fmpq, high: fmpq, count: int) -> tuple[Phrase, ...]:
        if self.uncertain:
            return ()
        shown: Node | str = self.g if length(self.g) <= _LONGEST_SHOWN else "the factor"
        if not low < high and not count:
            return ((shown, " is not 0 there: one term outweighs all others together"),)
        words = {0: "no zero", 1: "1 zero, and no other"}.get(count, f"{count} zeros, each isolated, and no other")
        if self.piece.is_bounded:
            return (("interval search: ", shown, f" has {words}"),)
        where = f"interval search of [{_shown(low, -1)}, {_shown(high, 1)}]: "
        return ((where, shown, f" has {words}", *self._words_on_ends()),)

    def _words_on_ends(self) -> Phrase:
        """Which term outweighs all others further out, on each side."""
        words: list[str | Node] = []
        for term in dict.fromkeys(term for _, term in self.beyond):
            places = [place for place, other in self.beyond if other is term]
            words += ["; for ", self.x, f" {places[0]}"]
            words += [" and ", self.x, f" {places[1]}"] if len(places) > 1 else []
            words += [" the constant"] if term is ONE else [" the term in ", term]
            words.append(" outweighs all others together")
        return tuple(words) or ("; beyond, one term outweighs all others together",)


def _cut_point(low: fmpq, high: fmpq) -> fmpq:
    """A number between: near 0 first, then by powers of 4, where the box is large; never where zeros like to be."""
    if low < -8 and high > 8:
        return fmpq(1, 3)
    if low >= 1 and high > 4 * low:
        return 2 * low + fmpq(1, 7)
    if high <= -1 and low < 4 * high:
        return 2 * high - fmpq(1, 7)
    return low + (high - low) * fmpq(31, 64)


def _touch(before: Piece, after: Piece) -> bool:
    return bool(_gap(before, after) <= 0)


def _gap(before: Piece, after: Piece) -> fmpq:
    if before.upper is None or after.lower is None:
        return fmpq(0)
    return after.lower.enclosure[0] - before.upper.enclosure[1]


def _shown(end: fmpq, way: int) -> str:
    """A number with few decimals that lies outside of an end."""
    if end.q == 1:
        return str(end.p)
    scaled = end * 1000
    whole = int(scaled.floor() if way < 0 else scaled.ceil())
    return f"{whole / 1000:g}"


def _ball(box: Box) -> arb:
    low, high = box
    with working_precision(96):
        return arb(low).union(arb(high))


def _by_newton(g: Node, x: Name, low: fmpq, high: fmpq, left: int) -> Refinement:
    """Ends around the only zero between, by interval Newton steps, or halving where they do not gain."""
    ends = [low, high]

    def refine(bits: int) -> Box:
        precision = bits + 64
        while ends[1] - ends[0] > fmpq(1, 1 << bits):
            a, b = ends
            middle = (a + b) / 2
            with working_precision(precision):
                box = arb(a).union(arb(b))
                series = expand(g, x, {x: box}, order=1, precision=precision, generic=False)
                there = enclose(g, {x: middle}, precision=precision)
                if series is None or there is None or not there.is_finite():
                    break
                step = middle - there / series[1]
                inner = _clipped(step, a, b) if step.is_finite() else None
            if inner is not None and (inner[1] - inner[0]) * 2 < b - a:
                ends[:] = inner
                continue
            if there.contains(0):
                if precision > 8 * bits + 2048:
                    break
                precision *= 2
            elif (there > 0) == (left > 0):
                ends[0] = middle
            else:
                ends[1] = middle
        return ends[0], ends[1]

    return refine


def _clipped(ball: arb, low: fmpq, high: fmpq) -> Box | None:
    found = ends_of_ball(ball)
    if found is None:
        return None
    a, b = found
    a, b = max(a, low), min(b, high)
    return (a, b) if a <= b else None


def _by_bisection(value: Callable[[arb | fmpq, int], arb | None], low: fmpq, high: fmpq, left: int) -> Refinement:
    ends = [low, high]

    def refine(bits: int) -> Box:
        bits = min(bits, 64)
        while ends[1] - ends[0] > fmpq(1, 1 << bits):
            middle = (ends[0] + ends[1]) / 2
            there = value(middle, 192)
            if there is None or not there.is_finite():
                break
            if there.contains(0):
                width = (ends[1] - ends[0]) / (1 << 40)
                return max(ends[0], middle - width), min(ends[1], middle + width)
            if (there > 0) == (left > 0):
                ends[0] = middle
            else:
                ends[1] = middle
        return ends[0], ends[1]

    return refine
