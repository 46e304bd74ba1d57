"""Where in a derivative one slip, or two, would lead to the line that was written.

The derivative of a function is linear in the derivatives of its parts: (u v)' = u' v + u v'. So an error made in u'
reaches the line multiplied by what stands around it, here v. Going down from the problem, the multiplier of each part
is known as numbers at a few points; a slip made there adds (wrong - right) times the multiplier to the right line.
That is how all slips at all places are compared with the line without a wrong line being built, and how two slips are
simply added; only for those that agree is the line built, and then proved equal to what was written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import isfinite, nan
from typing import NamedTuple, Protocol, TypeVar

from mathcli.calculus import arithmetic
from mathcli.calculus.derivation import Phrase
from mathcli.calculus.differentiation import differentiate, first_that_fits
from mathcli.calculus.rulebook import each_in_turn
from mathcli.checking.mistakes.registry import IN_DERIVATIVES, IN_PARTIAL_DERIVATIVES, Explanation, Slip, Taken
from mathcli.checking.mistakes.rule_mistakes import inner_function
from mathcli.checking.mistakes.values import Points, Values, are_close
from mathcli.errors import NotCoveredError
from mathcli.syntax.tree import (
    ONE,
    ZERO,
    Derivative,
    Equation,
    IndexedSum,
    Name,
    Negative,
    Node,
    Product,
    Quotient,
    Sum,
    rewrite,
)

_MOST_PLACES = 150
_CHAIN = "chain_factor_dropped"


class Place(NamedTuple):
    """A function u below the problem, and how its derivative enters the line.

    key         the derivatives on the way down to it
    multiplier  by what an error in u' is multiplied on its way to the line
    within      the place of the indexed sum that u stands in, whose terms have no values by themselves; else None
    """

    u: Node
    key: tuple[Derivative, ...]
    multiplier: Values
    within: Place | None = None


class Candidate(NamedTuple):
    """Slips at one place, and what they add to the right line."""

    names: tuple[str, ...]
    place: Place
    slip: Slip
    error: Values
    variant: int

    @property
    def where(self) -> tuple[Derivative, ...]:
        """Where it was made."""
        return self.place.key


class Differentiation:
    """The derivative of f with respect to x at some points, with every slip that is known, at every place in it."""

    def __init__(self, f: Node, x: Name, points: Points, *, is_partial: bool = False) -> None:
        self.f = f
        self.x = x
        self.points = points
        self._others = f.names - {x}
        self._doubt_of_others = 0 if is_partial else 2
        self._right: dict[Derivative, Node] = {}

    def right(self, d: Derivative) -> Node:
        """Return the right derivative, formulas filled in and nothing worked out.

        Raises:
            NotCoveredError: no rule fits.
        """
        known = self._right.get(d)
        if known is None:
            known = self._right[d] = self.resolved(self._formula(d))
            self.points.settle(d, known)
        return known

    def resolved(self, node: Node) -> Node:
        """Return the tree with all derivatives that stand in it taken rightly."""
        return _filled(node, {d: self.right(d) for d in standing_in(node)})

    def _formula(self, d: Derivative) -> Node:
        if d.order != 1:
            raise NotCoveredError("a derivative of higher order inside a line")
        match d.operand:
            case IndexedSum(body, _, lower, upper) if d.variable in lower.names | upper.names:
                return self.resolved(_of_closed_form(body, lower, upper, d))
        if d.operand.contains(Derivative):
            return Derivative(self.resolved(d.operand), d.variable)
        return first_that_fits(d.operand, d.variable).application.after

    def places(self) -> Iterator[Place]:
        """Every place where a derivative is taken, from the problem downwards."""
        unit = tuple(1.0 for _ in self.points.evaluations)
        yield from self.places_below(Place(self.f, (Derivative(self.f, self.x),), unit))

    def places_below(self, start: Place) -> Iterator[Place]:
        """The place and every one on which its derivative rests."""
        waiting = [start]
        for _ in range(_MOST_PLACES):
            if not waiting:
                return
            place = waiting.pop()
            d = place.key[-1]
            self.right(d)
            yield place
            after = self._formula(d)
            within = place.within or (place if after.contains(IndexedSum) and isinstance(place.u, IndexedSum) else None)
            for inner, share in self.shares(after):
                parts = zip(share, place.multiplier, strict=True)
                waiting.append(Place(inner.operand, (*place.key, inner), tuple([s * m for s, m in parts]), within))

    def shares(self, after: Node) -> list[tuple[Derivative, Values]]:
        """What each derivative that stands in a line is multiplied by, the last one first."""
        found: dict[Derivative, Values] = {}
        for d in standing_in(after):
            self.right(d)
        self._gather_shares(after, tuple(1.0 for _ in self.points.evaluations), found)
        return list(reversed(found.items()))

    def _gather_shares(self, node: Node, factor: Values, found: dict[Derivative, Values]) -> None:
        """Add what each derivative in the node is multiplied by, where the node itself is multiplied by a factor."""
        match node:
            case Derivative():
                found[node] = _sum(found[node], factor) if node in found else factor
            case Negative(operand):
                self._gather_shares(operand, tuple([-f for f in factor]), found)
            case Quotient(over, under) if not under.contains(Derivative):
                by = self.points.of(under)
                self._gather_shares(over, tuple([f / b if b else nan for f, b in zip(factor, by, strict=True)]), found)
            case Sum(terms):
                for term in terms:
                    if term.contains(Derivative):
                        self._gather_shares(term, factor, found)
            case Product(factors):
                for before, u, behind in each_in_turn(factors):
                    if u.contains(Derivative):
                        by = self.points.of(Product.of(*before, *behind))
                        self._gather_shares(u, tuple([f * b for f, b in zip(factor, by, strict=True)]), found)
            case _:
                for d in standing_in(node):
                    by = self._slope_in(node, d)
                    share = tuple([f * b for f, b in zip(factor, by, strict=True)])
                    found[d] = _sum(found[d], share) if d in found else share

    def _slope_in(self, node: Node, d: Derivative) -> Values:
        """By how much a node grows with a derivative in it, measured from 0 to 1."""
        others = {other: self.right(other) for other in standing_in(node) if other is not d}
        without = self.points.of(_filled(node, {**others, d: ZERO}))
        alone = self.points.of(_filled(node, {**others, d: ONE}))
        return tuple([a - b for a, b in zip(alone, without, strict=True)])

    def candidates(self, place: Place, *, in_line: bool = False) -> Iterator[Candidate]:
        """Every slip of every known mistake at one place; two at once where the inner derivative is dropped besides."""
        right = self.points.of(self.right(place.key[-1]))
        inner = inner_function(place.u, self.x)
        lost = Derivative(inner, self.x) if inner is not None and inner is not self.x else None
        for name, variant, slip in self._slips(place.u):
            if in_line:
                slip = slip._replace(doubt=max(slip.doubt, slip.doubt_in_line))
            try:
                yield self._candidate((name, slip.also) if slip.also else (name,), place, slip, right, variant)
            except NotCoveredError:  # the wrong derivative is one that cannot be taken either
                continue
            if lost is not None and name != _CHAIN and lost in (standing := standing_in(slip.wrong)):
                wrong = _filled(slip.wrong, {d: ONE if d is lost else d for d in standing})
                said = (*slip.because, "; and ", Taken(lost.operand), " was left out")
                yield self._candidate((name, _CHAIN), place, slip._replace(wrong=wrong, because=said), right, variant)

    def _slips(self, u: Node) -> Iterator[tuple[str, int, Slip]]:
        for name, reenact in IN_DERIVATIVES:
            for variant, slip in enumerate(reenact(u, self.x)):
                yield name, variant, slip
        if self._others:
            for name, reenact_partial in IN_PARTIAL_DERIVATIVES:
                for variant, slip in enumerate(reenact_partial(u, self.x, self._others)):
                    yield name, variant, slip._replace(doubt=slip.doubt + self._doubt_of_others)

    def _candidate(self, names: tuple[str, ...], place: Place, slip: Slip, right: Values, variant: int) -> Candidate:
        for d in standing_in(slip.wrong):
            self.right(d)
        multiplier = place.multiplier
        if place.within is None:
            wrong = self.points.of(slip.wrong)
        else:
            key, multiplier = place.within.key, place.within.multiplier
            right = self.points.of(self.right(key[-1]))
            wrong = self.points.of(self.built(key, {place.key: slip.wrong}))
        parts = zip(wrong, right, multiplier, strict=True)
        return Candidate(names, place, slip, tuple([(w - r) * m for w, r, m in parts]), variant)

    def line(self, changes: Mapping[tuple[Derivative, ...], Node]) -> Node:
        """Return the whole derivative with other outcomes at the places given by their keys."""
        return self.built((Derivative(self.f, self.x),), changes)

    def built(self, key: tuple[Derivative, ...], changes: Mapping[tuple[Derivative, ...], Node]) -> Node:
        """Return the derivative at a place, with the changes at it and below it."""
        if not any(changed[: len(key)] == key for changed in changes):
            return self.right(key[-1])
        template = changes.get(key)
        if template is None:
            template = self._formula(key[-1])
        return _filled(template, {d: self.built((*key, d), changes) for d in standing_in(template)})

    def error_of(self, outer: Candidate, inner: tuple[Derivative, ...], wrong: Node) -> Values:
        """Return what a slip adds to the right line, where a derivative below its outcome is wrong as well."""
        key = outer.place.key
        values = self.points.of(self.built(key, {key: outer.slip.wrong, inner: wrong}))
        parts = zip(values, self.points.of(self.right(key[-1])), outer.place.multiplier, strict=True)
        return tuple([(v - r) * m for v, r, m in parts])

    def tidied(self, u: Node) -> Node:
        """Return the right derivative of u as a textbook writes it."""
        try:
            return differentiate(u, self.x).result
        except NotCoveredError:
            return arithmetic.multiplied(self.right(Derivative(u, self.x)), {})

    def explanation(self, candidates: tuple[Candidate, ...], line: Node) -> Explanation:
        """Say what was done at the first of the places, and what should have been."""
        first = candidates[0]
        names = dict.fromkeys(name for candidate in candidates for name in candidate.names)
        because = tuple(part for k, c in enumerate(candidates) for part in (*((";  ",) if k else ()), *c.slip.because))
        return Explanation(
            tuple(names),
            first.place.u,
            arithmetic.multiplied(self.resolved(first.slip.wrong), {}),
            self.tidied(first.place.u),
            self.phrase(because),
            arithmetic.light(line, {}),
            self.x,
        )

    def phrase(self, because: tuple[object, ...]) -> Phrase:
        """Return the sentence with the derivatives in it taken."""
        said: list[str | Node] = []
        for part in because:
            match part:
                case Taken(u):
                    said.append(Equation(Derivative(u, self.x), self.tidied(u)))
                case Node():
                    said.append(arithmetic.multiplied(self.resolved(part), {}) if part.contains(Derivative) else part)
                case str():
                    said.append(part)
        return tuple(said)


class _Slipped(Protocol):
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def error(self) -> Values: ...
    @property
    def where(self) -> tuple[object, ...]: ...


_S = TypeVar("_S", bound=_Slipped)


def pairs(slips: Iterable[_S], wanted: Values) -> Iterator[tuple[_S, _S]]:
    """The pairs at different places whose errors add up to what is wanted."""
    single = sorted((s for s in slips if len(s.names) == 1 and all(map(isfinite, s.error))), key=lambda s: s.error[0])
    near = 1e-9 * (abs(wanted[0]) + 1)
    low, high = 0, len(single) - 1
    while low < high:
        total = single[low].error[0] + single[high].error[0] - wanted[0]
        if abs(total) > near:
            low, high = (low + 1, high) if total < 0 else (low, high - 1)
            continue
        k = high
        while k > low and abs(single[low].error[0] + single[k].error[0] - wanted[0]) <= near:
            a, b = single[low], single[k]
            if a.where != b.where and are_close(_sum(a.error, b.error), wanted):
                yield a, b
            k -= 1
        low += 1


def throughout_and_one(candidates: list[Candidate], wanted: Values) -> Iterator[tuple[Candidate, ...]]:
    """One mistake made at every place where it can be made, and another somewhere else besides."""
    for alike in throughout(candidates):
        if len(alike[0].names) > 1:
            continue
        total = tuple(map(sum, zip(*(c.error for c in alike), strict=True)))
        left = tuple([w - t for w, t in zip(wanted, total, strict=True)])
        keys = {c.place.key for c in alike}
        for other in candidates:
            if len(other.names) == 1 and other.place.key not in keys and are_close(other.error, left):
                yield (*alike, other)


def _sum(a: Values, b: Values) -> Values:
    return tuple([p + q for p, q in zip(a, b, strict=True)])


class Below:
    """The slips in a derivative and in all on which it rests, wherever in a line that derivative stands."""

    def __init__(self, derivative: Differentiation, candidates: Iterable[Candidate]) -> None:
        self._derivative = derivative
        self._by_key: dict[tuple[Derivative, ...], list[Candidate]] = {}
        self._multipliers: dict[tuple[Derivative, ...], Values] = {}
        self._first: dict[Derivative, tuple[Derivative, ...]] = {}
        self._enter(candidate for candidate in candidates if len(candidate.names) == 1)

    def _enter(self, candidates: Iterable[Candidate]) -> None:
        for candidate in candidates:
            key = candidate.place.key
            self._multipliers[key] = candidate.place.multiplier
            for k in range(1, len(key) + 1):
                self._first.setdefault(key[k - 1], key[:k])
                self._by_key.setdefault(key[:k], []).append(candidate)

    def of(self, d: Derivative) -> Iterator[tuple[Candidate, tuple[Derivative, ...], Values]]:
        """Each slip with the way down to it from the derivative, and by how much it changes the derivative."""
        key = self._first.get(d)
        if key is None:
            unit = tuple(1.0 for _ in self._derivative.points.evaluations)
            places = list(self._derivative.places_below(Place(d.operand, (d,), unit)))
            self._enter(c for place in places for c in self._derivative.candidates(place) if len(c.names) == 1)
            key = self._first.setdefault(d, (d,))
        multiplier = self._multipliers.get(key)
        if multiplier is None or not all(multiplier):
            return
        for candidate in self._by_key.get(key, ()):
            error = tuple([e / m for e, m in zip(candidate.error, multiplier, strict=True)])
            yield candidate, candidate.place.key[len(key) :], error


def nested_pairs(
    derivative: Differentiation, candidates: list[Candidate], wanted: Values
) -> Iterator[tuple[Candidate, Candidate]]:
    """The pairs in which a wrong derivative is used by a wrong rule, and that lead to what is wanted.

    The second of a pair stands at its place below the first.
    """
    below = Below(derivative, candidates)
    for outer in candidates:
        if len(outer.names) > 1 or outer.place.within is not None:
            continue
        for d, share in derivative.shares(outer.slip.wrong):
            is_linear = _is_linear_in(outer.slip.wrong, d)
            for inner, way, error in below.of(d):
                if inner.place.within is not None:
                    continue
                moved = Place(inner.place.u, (*outer.place.key, d, *way), inner.place.multiplier)
                if is_linear:
                    parts = zip(error, share, outer.place.multiplier, strict=True)
                    total = _sum(outer.error, tuple([e * s * m for e, s, m in parts]))
                else:
                    total = derivative.error_of(outer, moved.key, inner.slip.wrong)
                if are_close(total, wanted):
                    yield outer, inner._replace(place=moved)


def _is_linear_in(node: Node, d: Derivative) -> bool:
    """Whether a derivative stands in no power, function or denominator, so that an error in it is only multiplied."""
    match node:
        case Derivative():
            return True
        case Sum() | Product() | Negative():
            return all(_is_linear_in(part, d) for part in node.children())
        case Quotient(over, under):
            return _is_linear_in(over, d) and d not in standing_in(under)
    return d not in standing_in(node)


def everywhere(candidates: list[Candidate], wanted: Values) -> Iterator[tuple[Candidate, ...]]:
    """One mistake made at every place where it can be made, where these errors add up to what is wanted."""
    for alike in throughout(candidates):
        total = tuple(map(sum, zip(*(c.error for c in alike), strict=True)))
        if are_close(total, wanted):
            yield alike


def throughout(candidates: Iterable[Candidate]) -> Iterator[tuple[Candidate, ...]]:
    """Each mistake made at every place where it can be made, if there are several."""
    by_mistake: dict[tuple[tuple[str, ...], int], list[Candidate]] = {}
    for candidate in candidates:
        if any(abs(e) > 1e-12 for e in candidate.error):
            by_mistake.setdefault((candidate.names, candidate.variant), []).append(candidate)
    for alike in by_mistake.values():
        if len(alike) > 1 and len({c.place.key for c in alike}) == len(alike):
            yield tuple(alike)


def standing_in(node: Node) -> tuple[Derivative, ...]:
    """The derivatives that stand in a tree, outermost only."""
    if not node.contains(Derivative):
        return ()
    found: dict[Derivative, None] = {}

    def enter(part: Node) -> Node | None:
        if isinstance(part, Derivative):
            found[part] = None
            return part
        return None if part.contains(Derivative) else part

    rewrite(node, enter)
    return tuple(found)


def _filled(after: Node, derivatives: Mapping[Derivative, Node]) -> Node:
    if not derivatives:
        return after
    return rewrite(after, lambda part: derivatives.get(part) if isinstance(part, Derivative) else None)


def _of_closed_form(body: Node, lower: Node, upper: Node, d: Derivative) -> Node:
    """The derivative of a sum whose bounds move, where its terms are all alike and can be counted."""
    match d.operand:
        case IndexedSum(_, index, _, _) if index not in body.names:
            return Derivative(Product.of(body, Sum.of(upper, Negative(lower), ONE)), d.variable)
    raise NotCoveredError("the number of terms depends on the variable")
