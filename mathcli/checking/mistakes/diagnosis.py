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
from mathcli.calculus.differentiation import differentiate
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
    throughout,
    throughout_and_one,
)
from mathcli.checking.mistakes.lines import rewritings, rewritten
from mathcli.checking.mistakes.number_mistakes import number_slips
from mathcli.checking.mistakes.registry import Explanation, Situation
from mathcli.checking.mistakes.two_slips import (
    SecondSlips,
    leads_straight_to,
    one_after_the_other,
    shows_like_terms,
    to_the_letter,
)
from mathcli.checking.mistakes.values import Points, Values, are_close, are_equal, as_function, is_claim, is_small
from mathcli.errors import BudgetSpentError, NoAnswerError, NotCoveredError
from mathcli.syntax.tree import Derivative, Equation, IndexedSum, Name, Negative, Node, Sum, Vector, rewrite

_PRECISION = 64
_BEHIND = 3
"""How much more doubtful it is that something else was done than what the line asks for."""
_THROUGHOUT = 1
_BEFORE = 1
_ROUGHLY = 1e-6
_PAIR = 10
_INTEGRATED = "integrated_instead"
_LAWS = ("power_over_sum", "log_law", "exponent_law", "distribution", "illegal_cancel")
_SLACK = 1
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
    is_pair = all(doubt >= _PAIR for doubt, _ in found)
    likeliest = _likeliest_pair(found, situation.written, _SLACK) if is_pair else _likeliest(found)
    by_name: dict[frozenset[str], Explanation] = {}
    for explanation in likeliest:
        by_name.setdefault(frozenset(explanation.names), explanation)
    return tuple(by_name.values())


def _likeliest(found: list[Found], slack: int = 0) -> list[Explanation]:
    least = min((doubt for doubt, _ in found), default=0)
    return [explanation for doubt, explanation in sorted(found, key=lambda one: one[0]) if doubt <= least + slack]


def _likeliest_pair(found: list[Found], written: Node, slack: int) -> list[Explanation]:
    """Those of little doubt; it is less where they lead to what was written as it stands, and nothing more was done.

    Two slips explain so much that the likeliest pair alone would too often be another than the one that was made.
    """
    weighed = [(doubt - leads_straight_to(explanation, written), explanation) for doubt, explanation in found]
    likeliest = _likeliest(weighed, slack)
    return to_the_letter(likeliest, written) or likeliest


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
    alone = list(search.alone())
    yield from alone
    if alone:
        likeliest = _likeliest(alone)
        is_named = len({explanation.names for explanation in likeliest}) == 1
        if is_named and shows_like_terms(written) and not to_the_letter(likeliest, written):
            for explanation in to_the_letter(_likeliest_pair(_two(search), written, 0), written):
                yield min(doubt for doubt, _ in alone), explanation
        return
    yield from _two(search) or search.in_one_term()


def _two(search: _Search) -> list[Found]:
    """All pairs of slips, or none where there are too many to look at: what is said of some of them would be chance."""
    try:
        return list(search.in_pairs())
    except BudgetSpentError:
        return []


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
        self._rewritings: list[tuple[int, int, Node]] = []
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
                if not are_close(self._points.of(right), self._values):
                    yield from self._rewritten_first()
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

    def _rewritten_first(self) -> Iterator[Found]:
        """A law broken in rewriting the function, whose derivative was then taken rightly."""
        derivative = self._derivative
        if derivative is None:
            return
        for one in rewritten(derivative.f):
            self._budget.spend(1)
            if one.names[0] in _LAWS and not one.slip.doubt and self._has_slope(one.line, derivative.x):
                try:
                    slope = differentiate(one.line, derivative.x).result
                except NoAnswerError:
                    continue
                if are_equal(slope, self._written, budget=self._budget):
                    explained = lines.explanation((one,), slope)
                    yield _BEFORE, replace(explained, because=(*explained.because, ";  then the derivative was taken"))

    def _has_slope(self, f: Node, x: Name) -> bool:
        """Whether the derivative of a function is worth what was written, as far as a difference quotient tells."""
        slopes = self._points.slopes(f, x)
        return all(abs(s - w) <= _ROUGHLY * (1 + abs(w)) for s, w in zip(slopes, self._values, strict=True))

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
        self._rewritings.append((doubt, at_least, right))
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
        """Two slips; on a line that carries on another nobody differentiates afresh and makes two in doing so."""
        carries_on = self._situation.before is not None
        taken = [slips for slips in self._slips if slips[-1] is not None or not carries_on]
        for doubt, derivative, candidates, wanted, line in taken:
            for candidate in candidates:
                if len(candidate.names) == 2 and are_close(candidate.error, wanted):
                    yield from self._proved(_PAIR + doubt + candidate.slip.doubt, derivative, (candidate,), line)
            both = (
                *pairs(candidates, wanted),
                *nested_pairs(derivative, candidates, wanted),
                *throughout_and_one(candidates, wanted),
            )
            for slips in sorted(both, key=_doubt_of)[:_MOST_BUILT]:
                yield from self._proved(_PAIR + doubt + _doubt_of(slips), derivative, slips, line)
        second = SecondSlips(self._written, self._points, self._budget)
        for doubt, at_least, right in self._rewritings:
            for one in second.first(right):
                for other in second.on(one.line):
                    more = at_least + one.slip.doubt + other.slip.doubt
                    yield _PAIR + doubt + more, one_after_the_other(lines.explanation((one,), one.line), other)
        for doubt, derivative, candidates, _, line in taken:
            yield from self._tidied_wrongly(doubt, derivative, candidates, line, second)

    def _tidied_wrongly(
        self,
        doubt: int,
        derivative: Differentiation,
        candidates: list[Candidate],
        line: Node | None,
        second: SecondSlips,
    ) -> Iterator[Found]:
        """A slip in taking the derivative, and one of algebra in the same breath."""
        template = Derivative(derivative.f, derivative.x) if line is None else line
        for slips in (*((candidate,) for candidate in candidates), *throughout(candidates)):
            if len(slips[0].names) > 1 or is_small(slips[0].error, self._values):
                continue
            made = _light(_with(template, derivative, {slip.place.key: slip.slip.wrong for slip in slips}))
            others = second.on(made)
            least = min((other.slip.doubt for other in others), default=0)
            for other in others:
                if other.slip.doubt == least:
                    more = _doubt_of(slips[:1]) + least
                    yield _PAIR + doubt + more, one_after_the_other(derivative.explanation(slips, made), other)

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


def _doubt_of(slips: tuple[Candidate, ...]) -> int:
    """How doubtful slips are that are some of several. An antiderivative is taken of all, and seldom of a part."""
    doubts = {c.names: c.slip.doubt + (_INTEGRATED in c.names and len(c.place.key) > 1) for c in slips}
    return sum(doubts.values())


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
