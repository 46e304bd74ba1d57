"""Two slips in one line that do not simply add up: a derivative taken wrongly, and algebra gone wrong after it.

3(x^2+1)^2 · 2x with the inner derivative forgotten is 3(x^2+1)^2, and with the bracket squared wrongly on top of that
3x^4 + 3. The second slip is made on what the first one left, so the lines to which the first leads are built, each
is given to every slip of algebra, and what comes out is compared with what was written: in floating point, then in
balls, then by a proof.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from mathcli.algebra.budget import Budget
from mathcli.calculus.arithmetic import MINUS_ONE, Exact, times
from mathcli.calculus.terms import term_of
from mathcli.calculus.terms import written as as_written
from mathcli.checking.mistakes import lines
from mathcli.checking.mistakes.algebra_mistakes import factor_taken_out
from mathcli.checking.mistakes.floats import Floats, Wanted
from mathcli.checking.mistakes.lines import MOST_PARTS, Part, Rewriting, Slips, parts_of, slips_of
from mathcli.checking.mistakes.number_mistakes import may_be_a_number, multiplied_out, number_slips
from mathcli.checking.mistakes.registry import IN_LINES, Explanation
from mathcli.checking.mistakes.values import Points, are_equal
from mathcli.syntax.tree import Negative, Node, Power, Product, Quotient, Sum, walk

_FOR_A_LINE = 20
_MOST_LINES = 200
"""Half of all lines with two slips need a fourth of it; one that has nothing to do with the problem, several times."""
_ROUGHLY = 1e-6
_NUMBERS = frozenset(("arithmetic", "like_terms", "spurious_factor"))


class SecondSlips:
    """Slips of algebra that lead from some line to the one that was written.

    Raises:
        BudgetSpentError: it was asked of too many lines; the few that are left could say something else.
    """

    def __init__(self, written: Node, points: Points, budget: Budget) -> None:
        self._written = written
        self._floats = Floats(points)
        self._wanted = self._floats.of(written)
        self._budget, self._work = budget, budget.part(_FOR_A_LINE * _MOST_LINES)
        self._slips: dict[Node, Slips] = {}
        is_factored = any(isinstance(part, Product) and Sum in map(type, part.factors) for part in walk(written))
        self._mistakes = [entry for entry in IN_LINES if is_factored or entry[1] is not factor_taken_out]
        self._known: dict[Node, tuple[Rewriting, ...]] = {}

    def on(self, line: Node) -> tuple[Rewriting, ...]:
        """Return the slips that, made on a line, give what was written."""
        known = self._known.get(line)
        if known is None:
            self._work.spend(_FOR_A_LINE)
            found = [*self._matching(line), *self._with_a_wrong_number(line)]
            if (worked_out := _worked_out(line)) is not line:
                found += self._matching(worked_out)
            found = [one for one in found if are_equal(one.line, self._written, budget=self._budget)]
            known = self._known[line] = tuple(found)
        return known

    def _matching(self, line: Node) -> Iterator[Rewriting]:
        seen: set[tuple[str, Node]] = set()
        for part, wanted in self._parts(line):
            for name, slip in self._slips_of(part.node):
                if wanted is not None and not any(_may_be(self._floats.last(slip.wrong), w) for w in wanted):
                    continue
                made = part.replaced(slip.wrong)
                if (name, made) not in seen and self._floats.is_worth(made, self._wanted):
                    seen.add((name, made))
                    yield Rewriting((name,), part, slip, made, ())

    def _with_a_wrong_number(self, line: Node) -> Iterator[Rewriting]:
        if may_be_a_number(line, self._written, self._floats):
            for one in number_slips(line, self._written, self._floats):
                if self._floats.is_worth(one.line, self._wanted):
                    yield one

    def _parts(self, line: Node) -> Iterator[tuple[Part, Wanted]]:
        """Every part of a line, with what it would have to be worth for the line to be worth what was written."""
        waiting: list[tuple[Part, Wanted]] = [(Part(line, (), lambda other: other), self._wanted[-1:])]
        for _ in range(MOST_PARTS):
            if not waiting:
                return
            part, wanted = waiting.pop()
            yield part, wanted
            for k in reversed(range(len(part.node.children()))):
                waiting.append((part.child(k), self._floats.wanted_below(part.node, wanted, k)))

    def _slips_of(self, node: Node) -> Slips:
        known = self._slips.get(node)
        if known is None:
            self._work.spend(1)
            known = self._slips[node] = slips_of(node, self._mistakes)
        return known

    def first(self, line: Node) -> Iterator[Rewriting]:
        """Every slip of algebra on a line that changes its values."""
        right = self._floats.of(line)
        for part in parts_of(line):
            for name, slip in self._slips_of(part.node):
                made = part.replaced(slip.wrong)
                if not self._floats.is_worth(made, right):
                    yield Rewriting((name,), part, slip, made, ())


def _worked_out(node: Node) -> Node:
    """A line with the numbers and powers in its terms worked out."""
    match node:
        case Sum(terms):
            return Sum.of(*map(_worked_out, terms))
        case Negative(operand):
            return times(MINUS_ONE, _worked_out(operand))
        case Quotient(over, under):
            return Quotient(_worked_out(over), _worked_out(under))
        case Product() | Power():
            return as_written(term_of(node))
    return node


def shows_like_terms(line: Node) -> bool:
    """Whether a line was written with terms that were not collected."""
    return any(count > 1 for count in Counter(term_of(term).bases for term in multiplied_out(line)).values())


def to_the_letter(explained: Iterable[Explanation], line: Node) -> list[Explanation]:
    """Return the explanations that lead to the very terms that were written, and not only to their sum.

    A number that was worked out wrongly is read off the line, and so says nothing.
    """
    terms = _terms_of(line)
    return [e for e in explained if _NUMBERS.isdisjoint(e.names) and _terms_of(e.after) == terms]


def _terms_of(line: Node) -> Counter[tuple[Exact, frozenset[tuple[Node, Exact]]]]:
    found = (term_of(term) for term in multiplied_out(line))
    return Counter((term.coefficient, term.bases) for term in found)


def leads_straight_to(explanation: Explanation, line: Node) -> bool:
    """Whether the slips give a line as it stands, but for the order in it, signs in front and products of numbers."""
    return _NUMBERS.isdisjoint(explanation.names) and _shape(explanation.after) == _shape(line)


def _shape(node: Node) -> object:
    if isinstance(node, Sum):
        return frozenset(Counter(map(_shape, node.terms)).items())
    if not isinstance(node, Product | Quotient | Negative | Power):
        return node if not node.children() else (type(node), *map(_shape, node.children()))
    term = term_of(node)
    if term.powers.keys() == {node}:
        return (type(node), *map(_shape, node.children()))
    return term.coefficient, frozenset((_shape(base), exponent) for base, exponent in term.powers.items())


def _may_be(value: float, wanted: float) -> bool:
    return abs(value - wanted) <= _ROUGHLY * (_ROUGHLY + abs(wanted))


def one_after_the_other(first: Explanation, second: Rewriting) -> Explanation:
    """Return what explains a line by one slip and, on the line to which that led, another."""
    then = lines.explanation((second,), second.line)
    names = tuple(dict.fromkeys((*first.names, *then.names)))
    return replace(first, names=names, because=(*first.because, ";  then ", *then.because), after=then.after)
