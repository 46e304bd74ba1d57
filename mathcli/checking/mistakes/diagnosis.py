"""Which known mistakes explain a wrong line: one by itself if there is one, else one made throughout, else two.

On a first line the problem was differentiated, and perhaps tidied in the same breath: mistakes of differentiation come
first, those of algebra on the right derivative behind them. On a line that carries on another the algebra comes first,
with the derivatives that still stood there, and a fresh differentiation behind them. What explains nearly anything (a
wrong number) counts only where nothing plainer explains the line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mathcli.algebra.balls import working_precision
from mathcli.algebra.budget import Budget
from mathcli.algebra.exact import evaluated
from mathcli.calculus import arithmetic
from mathcli.checking.mistakes import (  # noqa: F401 (entering them is what they are imported for)
    algebra_mistakes,
    equation_mistakes,
    equations,
    function_mistakes,
    lines,
    rule_mistakes,
    variable_mistakes,
    vector_mistakes,
)
from mathcli.checking.mistakes.derivatives import (
    Candidate,
    Differentiation,
    Place,
    everywhere,
    nested_pairs,
    pairs,
    standing_in,
)
from mathcli.checking.mistakes.lines import Rewriting, put, rewritings
from mathcli.checking.mistakes.number_mistakes import number_slips
from mathcli.checking.mistakes.registry import Explanation, Situation
from mathcli.checking.mistakes.values import Points, Values, are_close, are_equal, as_function, is_claim, is_small
from mathcli.errors import NotCoveredError
from mathcli.syntax.tree import Derivative, Equation, IndexedSum, Negative, Node, Sum, Vector, rewrite

_PRECISION = 64
_BEHIND = 3
"""How much more doubtful it is that something else was done than what the line asks for."""
_THROUGHOUT = 1
_PAIR = 10
_MOST_BUILT = 40
_FOR_A_PLACE = 20

Found = tuple[int, Explanation]


def explanations(situation: Situation, *, budget: Budget) -> tuple[Explanation, ...]:
    """Return every known mistake that, re-enacted, gives what was written: one for each name, none if none does.

    A single name is a diagnosis, several are candidates. Pairs are tried only where no mistake alone explains the line.

    Raises:
        BudgetSpentError: it took more work than it may.
    """
    with working_precision(_PRECISION):
        found = list(_found(situation, budget))
    least = min((doubt for doubt, _ in found), default=0)
    by_name: dict[tuple[str, ...], Explanation] = {}
    for doubt, explanation in found:
        if doubt == least:
            by_name.setdefault(explanation.names, explanation)
    return tuple(by_name.values())


def _found(situation: Situation, budget: Budget) -> Iterator[Found]:
    written, before = situation.written, situation.before
    if situation.of == "projection":
        yield from _of_vectors(situation, budget)
        return
    if is_claim(written):
        yield from equations.explained(situation, budget)
        return
    if before is None and situation.of == "simplify":
        before = situation.problem
        situation = replace(situation, before=before)
    if isinstance(before, Equation):
        before = as_function(before)
        situation = replace(situation, before=before)
    if isinstance(written, Vector) or isinstance(before, Vector):
        return
    trees = [tree for tree in (situation.differentiated, before, written) if tree is not None]
    points = Points([tree for tree in trees if not tree.contains(Derivative)])
    if not points:
        return
    search = _Search(situation, points, budget)
    for way in (search.alone, search.in_pairs, search.in_one_term):
        found = list(way())
        if found:
            yield from found
            return


def _of_vectors(situation: Situation, budget: Budget) -> Iterator[Found]:
    for outcome in vector_mistakes.outcomes(situation, budget=budget):
        assert situation.right is not None
        wrong = evaluated(outcome.wrong)
        yield (
            outcome.doubt,
            Explanation((outcome.name,), outcome.place, wrong, situation.right, outcome.because, wrong),
        )


class _Search:
    """One line, compared with what mistakes lead to."""

    def __init__(self, situation: Situation, points: Points, budget: Budget) -> None:
        self._situation = situation
        self._written = situation.written
        self._points = points
        self._budget = budget
        self._values = points.of(situation.written)
        self._slips: list[tuple[int, Differentiation, list[Candidate], Values, Node | None]] = []
        self._rewritings: list[tuple[int, list[Rewriting], Node]] = []
        f, x = situation.differentiated, situation.variable
        is_partial = situation.of in ("partial", "gradient")
        self._derivative = (
            Differentiation(f, x, points, is_partial=is_partial) if f is not None and x is not None else None
        )

    # ------------------------------------------------------------------ one mistake

    def alone(self) -> Iterator[Found]:
        before = self._situation.before
        try:
            right = self._right_line()
        except NotCoveredError:
            right = None
        if before is None:
            yield from self._differentiated(0)
            if right is not None:
                yield from self._rewritten(right, 0, at_least=1)
            return
        if before.contains(Derivative):
            yield from self._standing_taken(before)
        if right is not None:
            yield from self._rewritten(right, 0)
        yield from self._differentiated(_BEHIND)

    def _right_line(self) -> Node | None:
        """The line on which algebra was done: the one above with its derivatives taken, or the right derivative."""
        before, derivative, right = self._situation.before, self._derivative, self._situation.right
        if before is not None and right is not None and before.names - self._written.names - right.names:
            return right  # a letter was put in for, y = x^2 + 7
        if before is not None and derivative is not None:
            taken: dict[Node, Node] = {d: _light(derivative.right(d)) for d in standing_in(before)}
            return before.substitute(taken) if before not in taken else taken[before]
        if before is not None or derivative is None:
            return before if before is not None else right
        return _light(derivative.right(Derivative(derivative.f, derivative.x)))

    def _differentiated(self, doubt: int) -> Iterator[Found]:
        """Slips in taking the derivative of the problem."""
        derivative = self._derivative
        if derivative is None:
            return
        try:
            right = self._points.of(derivative.right(Derivative(derivative.f, derivative.x)))
            wanted = tuple([w - r for w, r in zip(self._values, right, strict=True)])
            candidates = self._all_candidates(derivative, derivative.places())
        except NotCoveredError:
            return
        if is_small(wanted, right):
            return
        self._slips.append((doubt, derivative, candidates, wanted, None))
        yield from self._matching(doubt, derivative, candidates, wanted, None)

    def _standing_taken(self, before: Node) -> Iterator[Found]:
        """Slips in taking one of the derivatives that stand in the line above."""
        derivative = self._derivative
        if derivative is None:
            return
        try:
            whole = self._points.of(derivative.resolved(before))
            wanted = tuple([w - r for w, r in zip(self._values, whole, strict=True)])
            places = (
                place
                for d, share in derivative.shares(before)
                if d.variable is derivative.x
                for place in derivative.places_below(Place(d.operand, (d,), share))
            )
            candidates = self._all_candidates(derivative, places, in_line=True)
        except NotCoveredError:
            return
        if is_small(wanted, whole):
            return
        self._slips.append((0, derivative, candidates, wanted, before))
        yield from self._matching(0, derivative, candidates, wanted, before)

    def _all_candidates(
        self, derivative: Differentiation, places: Iterable[Place], *, in_line: bool = False
    ) -> list[Candidate]:
        found: list[Candidate] = []
        for place in places:
            self._budget.spend(_FOR_A_PLACE)
            found += derivative.candidates(place, in_line=in_line)
        return found

    def _matching(
        self, doubt: int, derivative: Differentiation, candidates: list[Candidate], wanted: Values, line: Node | None
    ) -> Iterator[Found]:
        for candidate in candidates:
            if len(candidate.names) == 1 and are_close(candidate.error, wanted):
                yield from self._proved(doubt + candidate.slip.doubt, derivative, (candidate,), line)
        for alike in everywhere(candidates, wanted):
            yield from self._proved(doubt + _THROUGHOUT + alike[0].slip.doubt, derivative, alike, line)

    def _proved(
        self, doubt: int, derivative: Differentiation, candidates: tuple[Candidate, ...], line: Node | None
    ) -> Iterator[Found]:
        changes = {candidate.place.key: candidate.slip.wrong for candidate in candidates}
        template = Derivative(derivative.f, derivative.x) if line is None else line
        made = _with(template, derivative, changes)
        if are_equal(made, self._written, budget=self._budget):
            yield doubt, derivative.explanation(candidates, made)

    def _rewritten(self, right: Node, doubt: int, *, at_least: int = 0) -> Iterator[Found]:
        """Slips of algebra on the line above, and wrong numbers in it."""
        found = []
        for one in rewritings(right, self._points):
            self._budget.spend(1)
            found.append(one)
        values = self._points.of(right)
        if is_small(tuple([w - r for w, r in zip(self._values, values, strict=True)]), values):
            return
        self._rewritings.append((doubt, found, right))
        matching = [
            one
            for one in (*found, *number_slips(right, self._written, self._points))
            if are_close(self._points.of(one.line), self._values)
            and are_equal(one.line, self._written, budget=self._budget)
        ]
        least = min((one.slip.doubt for one in matching), default=0)
        for one in matching:
            if one.slip.doubt == least:
                yield max(doubt + least, at_least), lines.explanation((one,), one.line)

    # ------------------------------------------------------------------ two at once

    def in_pairs(self) -> Iterator[Found]:
        for doubt, derivative, candidates, wanted, line in self._slips:
            for candidate in candidates:
                if len(candidate.names) == 2 and are_close(candidate.error, wanted):
                    yield from self._proved(_PAIR + doubt, derivative, (candidate,), line)
            both = (*pairs(candidates, wanted), *nested_pairs(derivative, candidates, wanted))
            for a, b in sorted(both, key=_doubt_of_pair)[:_MOST_BUILT]:
                yield from self._proved(_PAIR + doubt + _doubt_of_pair((a, b)), derivative, (a, b), line)
        for doubt, found, right in self._rewritings:
            values = self._points.of(right)
            wanted = tuple([w - r for w, r in zip(self._values, values, strict=True)])
            for first, second in pairs(found, wanted):
                made = _both(right, first, second)
                if made is not None and are_equal(made, self._written, budget=self._budget):
                    more = first.slip.doubt + second.slip.doubt
                    yield _PAIR + doubt + more, lines.explanation((first, second), made)

    # ------------------------------------------------------------------ one of several wrong terms

    def in_one_term(self) -> Iterator[Found]:
        """The first wrong term of a line that is the derivative of a sum, term by term, where it has more than one."""
        for doubt, derivative, candidates, _, line in self._slips:
            if line is None:
                for term, wanted in _wrong_terms(derivative, self._written):
                    found = [
                        candidate
                        for candidate in candidates
                        if len(candidate.names) == 1
                        and candidate.place.key[1:2] == (term,)
                        and are_close(candidate.error, wanted)
                    ]
                    if found:
                        yield from self._of_term(doubt, derivative, found)
                        return

    def _of_term(self, doubt: int, derivative: Differentiation, found: list[Candidate]) -> Iterator[Found]:
        for candidate in found:
            line = derivative.line({candidate.place.key: candidate.slip.wrong})
            explanation = derivative.explanation((candidate,), line)
            said = (*explanation.because, "; and this is not all that went wrong on this line")
            yield 2 * _PAIR + doubt + candidate.slip.doubt, replace(explanation, because=said)


def _wrong_terms(derivative: Differentiation, written: Node) -> Iterator[tuple[Derivative, Values]]:
    """The terms of a sum whose derivatives were written wrongly, and by how much; where they can be told apart."""
    f, x, points = derivative.f, derivative.x, derivative.points
    if not (isinstance(f, Sum) and isinstance(written, Sum)):
        return
    moving = [term for term in f.terms if x in term.names]
    if len(moving) != len(written.terms):
        return
    for term, shown in zip(moving, written.terms, strict=True):
        right, values = points.of(derivative.right(Derivative(term, x))), points.of(shown)
        if not are_close(right, values):
            bare = term.operand if isinstance(term, Negative) else term
            yield Derivative(bare, x), tuple([v - r for v, r in zip(values, right, strict=True)])


def _doubt_of_pair(both: tuple[Candidate, Candidate]) -> int:
    return both[0].slip.doubt + both[1].slip.doubt


def _both(line: Node, first: Rewriting, second: Rewriting) -> Node | None:
    """The line with both slips in it, where neither part lies within the other."""
    earlier, later = sorted((first, second), key=lambda slip: slip.part.path)
    if later.part.path[: len(earlier.part.path)] == earlier.part.path:
        return None
    # the later one first: what it adds to a sum moves nothing that stands before it
    made = put(line, later.part.path, later.slip.wrong, of=later.part.node)
    return None if made is None else put(made, earlier.part.path, earlier.slip.wrong, of=earlier.part.node)


def _light(line: Node) -> Node:
    """The line without its zeros, ones and stray signs, inside indexed sums too; no number is worked out."""

    def tidied(part: Node) -> Node | None:
        if isinstance(part, IndexedSum):
            return part.rebuilt((arithmetic.light(part.body, {}), part.lower, part.upper))
        return None

    return arithmetic.light(rewrite(line, tidied), {})


def _with(template: Node, derivative: Differentiation, changes: dict[tuple[Derivative, ...], Node]) -> Node:
    standing = standing_in(template)
    built: dict[Node, Node] = {d: derivative.built((d,), changes) for d in standing}
    return template.substitute(built) if template not in built else built[template]
