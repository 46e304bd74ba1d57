"""Judges each step of a derivation twice, by roads that share nothing with the rules.

The claim: `before = result` wherever `before` is defined and the conditions hold. The rational normal form proves it,
with derivatives by its own table; where it cannot, values in ball arithmetic refute it or agree at several points;
where there is no normal form at all, SymPy is the last judge.

The composition: the links of the chain meet; the rule's formula with its letters filled in is `after`, and its left
side is `before`; each derivative that stands in `after` has a derivation of its own; and `result` is `after` with
those replaced. A composition that does not hold refutes the step, however true its claim is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from flint import fmpq

from mathcli.algebra import rational
from mathcli.algebra.budget import Budget
from mathcli.algebra.field import Field
from mathcli.algebra.ranges import value_range
from mathcli.algebra.verdict import Verdict, weakest
from mathcli.calculus import sampling
from mathcli.calculus.definitions import unfolded
from mathcli.calculus.delicate import (
    Held,
    below,
    counts_of_terms,
    factors_of,
    is_dividing,
    may_be_empty,
    not_zero_under,
)
from mathcli.calculus.derivation import Derivation, Path, Step
from mathcli.calculus.differences import agree_over_shared_parts, parts_that_differ
from mathcli.calculus.formulas import filled_in, says
from mathcli.errors import MathcliError
from mathcli.syntax.magnitudes import holds_what_is_too_large
from mathcli.syntax.recent import Recent
from mathcli.syntax.tree import (
    Call,
    Definition,
    Derivative,
    Equation,
    Indexed,
    IndexedProduct,
    IndexedSum,
    Integral,
    Limit,
    Minimum,
    Name,
    Negative,
    Node,
    Piecewise,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    walk,
)
from mathcli.syntax.vocabulary import FUNCTIONS

__all__ = ["answer_agrees", "judge", "verify"]


def judge(derivation: Derivation, *, budget: Budget | None = None, at: Path = ()) -> Mapping[Path, Verdict]:
    """Return the verdict on every step, sub-derivations included, by path; `at` stands in front of each."""
    judgement = _Judgement(budget or Budget(), derivation.named, _ranges(derivation))
    verdicts: dict[Path, Verdict] = {}
    try:
        judgement.enter(derivation, at, verdicts)
    finally:
        judgement.close()
    return verdicts


def verify(derivation: Derivation, *, budget: Budget | None = None) -> Verdict:
    """Return the verdict on the whole: the weakest of those on its steps."""
    judgement = _Judgement(budget or Budget(), derivation.named, _ranges(derivation))
    seen: set[int] = set()
    waiting = [derivation]
    verdicts = []
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        for step, link in _links(current):
            verdicts.append(judgement.of(step, link))
            waiting.extend(step.substeps)
    return weakest(verdicts)


def answer_agrees(f: Node, x: Name, order: int, claimed: Node) -> Verdict:
    """Return the verdict on `claimed` as the derivative of that order of f as it was typed."""
    return _Judgement(Budget()).equal(Derivative(f, x, order), claimed, ())


def _ranges(derivation: Derivation) -> tuple[Node, ...]:
    """What the derivation says of the indices, 1 <= k <= n: it holds for all of its lines."""
    return tuple(c for c in derivation.conditions if isinstance(c, Relation) and set(c.signs) == {"<="})


def _links(derivation: Derivation) -> Iterable[tuple[Step, Node]]:
    """Each step with the line from which it must go on."""
    line = derivation.start
    for step in derivation.steps:
        yield step, line
        line = step.result


class _Judgement:
    """What one call knows: normal forms and verdicts, each worked out once."""

    def __init__(self, budget: Budget, named: tuple[Definition, ...] = (), ranges: tuple[Node, ...] = ()) -> None:
        self.budget = budget
        self.named = named
        self.ranges = ranges
        self.field = Field(splits_angles=False, draws_out=False)
        self.split: Field | None = None
        self.held = Held()
        self.standing = Field(is_shown=True)
        self.related = Field(keeps_derivatives=True)
        self.alike: dict[tuple[Node, Node], bool] = {}
        self.zeros: dict[Node, tuple[tuple[Name, fmpq], ...]] = {}
        self.conditional: dict[tuple[Node, ...], Field] = {}
        self.known: dict[int, tuple[Step, Verdict]] = {}
        if ranges:
            for field in (self.field, self.related):
                rational.assume(field, ranges)

    def close(self) -> None:
        """Let go of the forms; nothing is judged after this."""
        for field in (self.field, self.standing, self.related, *self.conditional.values()):
            field.close()
        if self.split is not None:
            self.split.close()

    def enter(self, derivation: Derivation, at: Path, verdicts: dict[Path, Verdict]) -> None:
        """Enter the verdicts on all steps, sub-derivations before the step that they belong to."""
        line = derivation.start
        for k, step in enumerate(derivation.steps):
            path = (*at, k)
            for j, sub in enumerate(step.substeps):
                if sub.steps:
                    self.enter(sub, (*path, j), verdicts)
            verdicts[path] = self.of(step, line)
            line = step.result

    def of(self, step: Step, link: Node) -> Verdict:
        """Return the verdict on a step that must go on from the line `link`."""
        if step.before is not link:
            return Verdict.REFUTED
        known = self.known.get(id(step))
        if known is None:
            if not self.named and id(step) in _PROVED_STEPS:
                return Verdict.PROVED
            self.budget.spend()
            known = self.known[id(step)] = (step, self._verdict(step))
        return known[1]

    def _verdict(self, step: Step) -> Verdict:
        if step.kind == "rule" and step.formula and not self.named:
            taken = tuple([(sub.start, sub.result) for sub in step.substeps])
            if _is_to_the_letter(step.formula, step.bind, step.before, step.after, step.result, taken):
                _PROVED_STEPS[id(step)] = step
                return Verdict.PROVED
        composition = self._composition(step)
        if composition is Verdict.REFUTED:
            return composition
        if composition is Verdict.PROVED and self._is_an_instance(step):
            return composition
        if self.named or step.kind not in ("rewrite", "arithmetic"):
            return min(composition, self._claim(step))
        lines = (step.before, step.result)
        if lines in _PROVED_LINES:
            return composition
        claim = self._claim(step)
        if claim is Verdict.PROVED and not step.conditions and not self.ranges:
            _PROVED_LINES[lines] = None
            if composition is Verdict.PROVED:
                _PROVED_STEPS[id(step)] = step
        return min(composition, claim)

    # the claim

    def _claim(self, step: Step) -> Verdict:
        if step.before is step.result:
            return Verdict.PROVED
        is_rule = step.kind == "rule"
        if is_rule and self.held.size(step.before) > _LONG and self._holds_for_any_parts(step):
            return Verdict.PROVED
        if step.kind == "solve" and isinstance(step.before, Equation) and isinstance(step.result, Equation):
            return self._same_solutions(step.before, step.result, step.conditions)
        if self.named:
            lines = [unfolded(line, self.named) for line in (step.before, step.result)]
            return self.equal(lines[0], lines[1], step.conditions)
        verdict = self.equal(step.before, step.result, step.conditions)
        if is_rule and verdict in (Verdict.UNDECIDED, Verdict.TESTED) and self._holds_for_any_parts(step):
            return Verdict.PROVED
        return verdict

    def _is_an_instance(self, step: Step) -> bool:
        """Whether the step's formula, which its composition bears out, is proved for whatever its letters stand for.

        The result is as right as the sub-derivations then, which have verdicts of their own.
        """
        before = step.before
        if step.kind != "rule" or not step.formula or not isinstance(before, Derivative) or before.order != 1:
            return False
        if self.named or _may_lose_domain(self.held, before, step.result):
            return False
        return _is_proved_formula(step.formula, step.bind, before.variable)

    def _holds_for_any_parts(self, step: Step) -> bool:
        """Whether before = after is proved with unknown functions in place of the functions whose derivatives stand.

        The result is as right as the sub-derivations then, which have verdicts of their own. Short lines are quicker
        proved as they stand.
        """
        before = step.before
        if not isinstance(before, Derivative) or not 0 < len(step.substeps) <= _MOST_UNKNOWNS:
            return False
        if _may_lose_domain(self.held, before, step.result):
            return False
        x = before.variable
        parts = dict.fromkeys(sub.start.operand for sub in step.substeps if isinstance(sub.start, Derivative))
        bound = [part.index for part in walk(before) if isinstance(part, IndexedSum | IndexedProduct)]
        unknown: dict[Node, Node] = {
            part: Call(f"#{k}", (x, *(index for index in bound if index in part.names)))
            for k, part in enumerate(parts)
            if x in part.names and part is not x
        }
        if before.operand in unknown:
            return False
        with Field() as field:
            return rational.agree(before.substitute(unknown), step.after.substitute(unknown), field=field) is True

    def equal(self, before: Node, after: Node, conditions: tuple[Node, ...]) -> Verdict:
        """Return the verdict on before = after, wherever before is defined and the conditions hold."""
        answer: bool | None = None
        if not isinstance(before, Derivative):
            answer = self._agree_by_parts(before, after) or None
        if answer is None:
            answer = rational.agree(before, after, field=self.field)
        if answer is None and not isinstance(before, Derivative) and agree_over_shared_parts(before, after):
            answer = True
        has_sums = before.contains(IndexedSum) and after.contains(IndexedSum)
        if answer is None and (has_sums or self.held.angles(before) | self.held.angles(after)):
            self.split = self.split or Field()
            rational.assume(self.split, self.ranges)
            answer = rational.agree(before, after, field=self.split)
        if answer is None and conditions:
            answer = rational.agree(before, after, field=self._field_under(conditions))
        if answer is False and not isinstance(before, Equation):
            return Verdict.REFUTED
        if answer is None and isinstance(after, Piecewise) and self._holds_in_each_case(before, after, conditions):
            return Verdict.PROVED
        if answer:
            if self._leaves_a_hole(before, after, conditions):
                return Verdict.UNDECIDED
            if not _may_lose_domain(self.held, before, after):
                return Verdict.PROVED
            return sampling.domain_is_kept(before, after, conditions, proved=True)
        verdict = sampling.compared(before, after, (*conditions, *self.ranges))
        if verdict is Verdict.UNDECIDED:
            verdict = _by_sympy(before, after)
        return verdict

    def _agree_by_parts(self, before: Node, after: Node) -> bool:
        """Whether the lines agree where both have a value: part by part where built alike, else by their forms."""
        if before is after:
            return True
        known = self.alike.get((before, after))
        if known is None:
            known = self._have_parts_that_agree(before, after)
            known = known or rational.agree(before, after, field=self.standing) is True
            self.alike[(before, after)] = known
        return known

    def _have_parts_that_agree(self, before: Node, after: Node) -> bool:
        """Whether the lines are built alike of parts that agree; what sums or products have in common is left out."""
        pairs = parts_that_differ(before, after)
        return pairs is not None and all(self._agree_by_parts(a, b) for a, b in pairs)

    def _holds_in_each_case(self, before: Node, after: Piecewise, conditions: tuple[Node, ...]) -> bool:
        """Whether before = each value under its own condition, the cases covering what can be sampled."""
        if after.otherwise is not None or isinstance(before, Piecewise):
            return False
        for value, condition in after.branches:
            if not rational.agree(before, value, field=self._field_under((*conditions, condition))):
                return False
        return sampling.compared(before, after, conditions) >= Verdict.TESTED

    def _field_under(self, conditions: tuple[Node, ...]) -> Field:
        known = self.conditional.get(conditions)
        if known is None:
            known = self.conditional[conditions] = rational.field_for(conditions)
            rational.assume(known, (*conditions, *self.ranges))
        return known

    def _same_solutions(self, before: Equation, after: Equation, conditions: tuple[Node, ...]) -> Verdict:
        """Whether one equation is the other times something that is not 0 under the conditions."""
        first, second = (Sum.of(e.left, Negative(e.right)) for e in (before, after))
        ratio = rational.normal_form(Quotient(first, second), field=self.field)
        if ratio is None:
            return Verdict.UNDECIDED
        if ratio.is_constant:
            return Verdict.PROVED if not ratio.is_zero() else Verdict.REFUTED
        allowed = [*not_zero_under(conditions), *counts_of_terms(before), *counts_of_terms(after)]
        factors = rational.factors_of_all(allowed, field=self.field)
        return Verdict.PROVED if rational.factors_of_form(ratio) <= factors else Verdict.UNDECIDED

    def _leaves_a_hole(self, before: Node, after: Node, conditions: tuple[Node, ...]) -> bool:
        """Whether a denominator that is new in a rewritten line is 0 where the line before has a value."""
        if isinstance(before, Derivative):
            return False
        delicate = self.held.delicate(before)
        new = [part for part in self.held.delicate(after) - delicate if is_dividing(part)]
        if not new:
            return False
        factors = dict.fromkeys(factor for part in new for factor in factors_of(below(part)))
        if not before.contains(Piecewise) and not may_be_empty(before):  # there a part without a value may not matter
            for part in filter(is_dividing, delicate):
                for factor in factors_of(below(part)):
                    factors.pop(factor, None)
        counts = counts_of_terms(before) | counts_of_terms(after)
        doubtful = [factor for factor in factors if factor not in counts and not _is_never_zero(factor)]
        zeros = dict.fromkeys(zero for factor in doubtful for zero in self._zeros(factor))
        if zeros and sampling.has_hole_at(tuple(zeros), before, after, conditions):
            return True
        return sampling.has_hole_between([f for f in doubtful if not self._zeros(f)], before, conditions)

    def _zeros(self, factor: Node) -> tuple[tuple[Name, fmpq], ...]:
        known = self.zeros.get(factor)
        if known is None:
            known = self.zeros[factor] = rational.rational_zeros(factor)
        return known

    # the composition

    def _composition(self, step: Step) -> Verdict:
        if step.kind != "rule":
            if step.after is not step.result or step.substeps:
                return Verdict.REFUTED
            return self._formula(step)
        results = {sub.start: sub.result for sub in step.substeps}
        if not _is_each_taken(self.held, step.after, results):
            return Verdict.REFUTED
        if _replaced(step.after, results) is not step.result:
            return Verdict.REFUTED
        return self._formula(step)

    def _formula(self, step: Step) -> Verdict:
        """Whether the formula with its letters filled in says `before = after`."""
        if not step.formula:
            return Verdict.PROVED
        sides = filled_in(step.formula, step.bind, step.before)
        if sides is None:
            return Verdict.UNDECIDED
        if sides.is_derivative:
            before, after = step.before, step.after
            if not isinstance(before, Derivative):
                return Verdict.REFUTED
            before = before.operand
        else:
            before, after = _operands(step)
        if sides.left is before and sides.right is after:
            return Verdict.PROVED
        return weakest((self._alike(sides.left, before, step), self._alike(sides.right, after, step)))

    def _alike(self, formula: Node, written: Node, step: Step) -> Verdict:
        """Whether what the formula gives is what is written, derivatives left standing."""
        if formula is written or self._have_parts_that_agree(formula, written):
            return Verdict.PROVED
        if self.held.size(written) > _LONG:
            parts = [part for _, part in step.bind if part.children()]
            with rational.field_of_unknowns(parts) as unknowns:
                if rational.agree(formula, written, field=unknowns):
                    return Verdict.PROVED
        for field in (self.standing, self.related):
            if rational.agree(formula, written, field=field):
                return Verdict.PROVED
        if any(rational.normal_form(side, field=self.related) is None for side in (formula, written)):
            return sampling.compared(formula, written, step.conditions)
        return Verdict.REFUTED


_PROVED_LINES: Recent[tuple[Node, Node], None] = Recent(4096)
"""Lines that were proved to be equal under no conditions; many problems say that 1·7x is 7x."""
_PROVED_STEPS: Recent[int, Step] = Recent(4096)
"""Steps that were proved by themselves, by their numbers as objects; they are kept alive here."""


@lru_cache(maxsize=3072)
def _is_to_the_letter(
    formula: str,
    bind: tuple[tuple[str, Node], ...],
    before: Node,
    after: Node,
    result: Node,
    taken: tuple[tuple[Node, Node], ...],
) -> bool:
    """Whether a rule's step is its proved formula node by node, with the derivatives in it replaced by those taken.

    All that decides it is given, so a step that stands in many problems, as x' = 1 does, is looked at once.
    """
    if not isinstance(before, Derivative) or before.order != 1:
        return False
    results, held = dict(taken), _HELD
    met: set[Node] = set()
    if not (_is_plainly_replaced(after, results, result, met) and len(met) == len(results)):
        held = Held()
        if not _is_each_taken(held, after, results) or _replaced(after, results) is not result:
            return False
    if not says(formula, bind, before, after) or _may_lose_domain(held, before, result):
        return False
    return _is_proved_formula(formula, bind, before.variable)


_HELD = Held()
"""For what needs no memo of its own."""


def _is_plainly_replaced(line: Node, results: Mapping[Node, Node], result: Node, met: set[Node]) -> bool:
    """Whether `result` is the line with its derivatives replaced, all of which are met. False leaves it open."""
    if not line.contains(Derivative):
        return line is result
    if isinstance(line, Derivative):
        met.add(line)
        return results.get(line) is result and not line.operand.contains(Derivative)
    kind = type(line)
    if type(result) is not kind or kind not in _PLAIN:
        return False
    own, at = result.children(), 0
    for part in line.children():
        value = results.get(part)
        if value is not None and type(value) is kind and kind in _FLAT:
            inside = value.children()
            if own[at : at + len(inside)] != inside or part.children()[0].contains(Derivative):
                return False
            met.add(part)
            at += len(inside)
        elif at == len(own) or not _is_plainly_replaced(part, results, own[at], met):
            return False
        else:
            at += 1
    return at == len(own)


_FLAT = frozenset((Sum, Product))
_PLAIN = frozenset((Sum, Product, Negative, Quotient, Power))


def _is_each_taken(held: Held, after: Node, results: Mapping[Node, Node]) -> bool:
    """Whether each derivative that stands in `after` has a sub-derivation, and each of these such a place."""
    standing = held.derivatives(after)
    if standing == results.keys():
        return True
    if not results.keys() <= standing:
        return False
    covered = frozenset().union(*(held.derivatives(start) for start in results))
    return all(
        node in covered or _stays(node) or not results.keys().isdisjoint(held.derivatives(node)) for node in standing
    )


def _replaced(node: Node, results: Mapping[Node, Node]) -> Node:
    """Return the line with its derivatives replaced; what holds none is not looked into."""
    return _filled(node, dict(results)) if results else node


def _may_lose_domain(held: Held, before: Node, after: Node) -> bool:
    """Whether something stands in `after`, and not in `before`, that has no value on a whole part of the line."""
    delicate = held.delicate(before)
    new = [part for part in held.delicate(after) - delicate if held.is_partial(part)]
    if not new:
        return False
    known = {part.children()[0] for part in delicate if held.is_partial(part)}
    return any(part.children()[0] not in known for part in new)


_UNKNOWN = Name("#")
"""Stands for a constant of which nothing is known."""


def _is_proved_formula(formula: str, bind: tuple[tuple[str, Node], ...], x: Name) -> bool:
    """Whether the formula is proved for whatever its letters stand for, or for those without x as they stand here."""
    parts = tuple([(letter, None if x in part.names else part) for letter, part in bind])
    general = tuple([(letter, part and _UNKNOWN) for letter, part in parts])
    return _is_a_law(formula, general, x) or (general != parts and _is_a_law(formula, parts, x))


@lru_cache(maxsize=1024)
def _is_a_law(formula: str, parts: tuple[tuple[str, Node | None], ...], x: Name) -> bool:
    """Whether a formula is proved; None in a letter's place stands for any function, _UNKNOWN for any number."""
    bind: list[tuple[str, Node]] = []
    for k, (letter, part) in enumerate(parts):
        any_part = Call(f"#{k}", (x,)) if part is None else Name(f"#{k}") if part is _UNKNOWN else part
        bind.append((letter, any_part))
    sides = filled_in(formula, tuple(bind), Derivative(x, x))
    return sides is not None and sides.is_derivative and _is_slope_of(sides.right, sides.left, x)


@lru_cache(maxsize=1024)
def _is_slope_of(slope: Node, f: Node, x: Name) -> bool:
    """Whether this is proved to be the derivative. Formulas in other letters end here as the same two trees."""
    with Field() as field:
        return rational.agree(Derivative(f, x), slope, field=field) is True


def _filled(node: Node, memo: dict[Node, Node]) -> Node:
    done = memo.get(node)
    if done is None:
        done = node
        if node.contains(Derivative):
            done = node.rebuilt(tuple([_filled(child, memo) for child in node.children()]))
        memo[node] = done
    return done


def _is_never_zero(node: Node) -> bool:
    values = value_range(node)
    return values.is_positive or values.is_negative


def _operands(step: Step) -> tuple[Node, Node]:
    """What a formula without a prime on its left speaks of: the functions inside, where both lines are derivatives."""
    before, after = step.before, step.after
    if isinstance(before, Derivative) and isinstance(after, Derivative) and before.variable is after.variable:
        return before.operand, after.operand
    return before, after


_LONG = 60
"""A line of more nodes than this is proved with its parts as unknowns first."""
_MOST_UNKNOWNS = 24


def _stays(node: Node) -> bool:
    """Whether this is a derivative of an unknown function, or of a named prediction, which nothing can replace."""
    while isinstance(node, Derivative):
        node = node.operand
    return isinstance(node, Indexed) or (isinstance(node, Call) and node.function not in FUNCTIONS)


_NOT_FOR_SYMPY = (IndexedSum, IndexedProduct, Integral, Limit, Minimum, Piecewise, Derivative)
"""What SymPy 1.14 may work on without end, or take for something else."""


def _by_sympy(before: Node, after: Node) -> Verdict:
    """The last judge of a derivative, where there is no normal form and no value in balls: SymPy's own."""
    if not isinstance(before, Derivative) or before.operand.contains(*_NOT_FOR_SYMPY):
        return Verdict.UNDECIDED
    if holds_what_is_too_large(before.operand):
        return Verdict.UNDECIDED
    from mathcli.algebra.lowering import lower

    try:
        slope = lower(before.operand, real=True).diff(lower(before.variable, real=True), before.order)
        difference = slope - lower(after, real=True)
    except MathcliError:
        return Verdict.UNDECIDED
    return Verdict.PROVED if difference.expand().is_zero else Verdict.UNDECIDED
