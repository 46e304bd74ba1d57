"""Differentiation: the rules applied to a function until no derivative is left, as a derivation.

Each function below f is differentiated once, however often it occurs. The work goes in three passes over the
functions, none of them recursive, so depth costs nothing: from f downwards to find the rule for each; downwards again
to allot the letters of the formulas, so that no letter stands for two things in nested steps; and upwards to fill in.
The rules stand in `rules`, `elementary`, `cases`, `sums` and `unknown`, in this order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import NamedTuple

from mathcli.algebra.domains import derivative_domain
from mathcli.calculus import arithmetic, cases, definitions, elementary, rewriting, rules, sums, unknown
from mathcli.calculus.derivation import Application, Derivation, Step
from mathcli.calculus.rulebook import RULES, Rule, each_in_turn, letters_for, rule
from mathcli.syntax.families import varying
from mathcli.syntax.recent import Recent
from mathcli.syntax.tree import Call, Definition, Derivative, Indexed, IndexedProduct, IndexedSum, Name, Node, Sum, walk

__all__ = ["IN_ORDER", "derivatives", "differentiate", "each_in_turn", "letters_for", "rule"]

_ROOMS = (rules, elementary, cases, sums, unknown)
IN_ORDER: tuple[Rule, ...] = tuple(one for room in _ROOMS for one in RULES if one.apply.__module__ == room.__name__)
"""All rules in the order in which they are tried: room by room, and in each room from top to bottom."""

_STAYS = Rule("", "", "", "rule", "light", lambda u, x: None)
"""Stands for the rule where the derivative of a named function is left standing, to be taken by its definition."""

_SPARE_LETTERS = {
    **dict.fromkeys("uvwpqr", ("u", "v", "w", "p", "q", "r", "s", "t", "g", "h")),
    **dict.fromkeys("nabc", ("n", "m", "k", "a", "b", "c")),
}
_LETTER = re.compile(r"\b(?:x(?!'*\()|[a-wyz])\b")
_EULER = re.compile(r"\be\b")
"""Euler's number in a formula, which says something else where e is a name."""


def differentiate(f: Node, x: Name, *, named: Sequence[Definition] = (), tidy: bool = True) -> Derivation:
    """Return the derivation of df/dx; its last line holds no derivative that could be taken.

    Without `tidy` the last line is the raw one: formulas filled in, nothing worked out.

    Raises:
        NotCoveredError: no rule fits a function in f; its message says which, and why.
    """
    ready = sums.prepared(f, x)
    if ready is not f and not named:
        return _of_entry(f, ready, x, tidy=tidy)
    if named and (parts := definitions.used(f, named)):
        return _with_names(f, x, parts, tidy=tidy)
    inner = _standing_inside(f)
    if not inner:
        return _Working(f, x).derivation(tidy=tidy)
    return _inner_first(f, x, inner, tidy=tidy)


def _of_entry(f: Node, ready: Node, x: Name, *, tidy: bool) -> Derivation:
    """The derivation where x is an entry of a family: its first line may need other letters for the indices."""
    marked = varying(f, (x,))
    rest = _Working(ready, x).derivation(tidy=tidy)
    if ready is marked:
        return rest
    start = Derivative(marked, x)
    why = (f"{x.name} has an index that the sum counts with, so the sum counts with another letter",)
    first = Step("rewrite", "another letter for the index", start, rest.start, rest.start, because=why)
    return Derivation(start, (first, *rest.steps), domain=rest.domain, raw=rest.raw)


def _with_names(f: Node, x: Name, parts: tuple[Definition, ...], *, tidy: bool) -> Derivation:
    names = frozenset(part.function for part in parts)

    def taken(g: Node, y: Name, tidy_too: bool) -> Derivation:
        ready = sums.prepared(g, y)
        return _Working(g, y, names).derivation(tidy=tidy_too) if ready is g else _of_entry(g, ready, y, tidy=tidy_too)

    spoken = definitions.differentiated(f, x, parts, taken)
    raw = spoken.result
    steps = [*spoken.steps, *_tidying(raw, x, ({}, {}, {}))] if tidy else list(spoken.steps)
    domain = derivative_domain(definitions.unfolded(f, parts), x)
    return Derivation(spoken.start, tuple(steps), domain=domain, raw=raw, named=spoken.named)


def _standing_inside(f: Node) -> tuple[Derivative, ...]:
    """The outermost derivatives in f that can be taken: not those of an unknown function."""
    found: dict[Derivative, None] = {}
    if not f.contains(Derivative):
        return ()
    stack, seen = [f], {f}
    while stack:
        node = stack.pop()
        if isinstance(node, Derivative):
            if not unknown.stays(node):
                found[node] = None
            continue
        fresh = [child for child in node.children() if child not in seen]
        seen.update(fresh)
        stack.extend(reversed(fresh))
    return tuple(found)


def _inner_first(f: Node, x: Name, inner: tuple[Derivative, ...], *, tidy: bool) -> Derivation:
    """The derivation of df/dx where f holds derivatives itself: those are taken first."""
    start = Derivative(f, x)
    steps: list[Step] = []
    one_by_one = start.substitute({d: _nested(d) for d in inner})
    if one_by_one is not start:
        steps.append(Step("rewrite", "one derivative after the other", start, one_by_one, one_by_one))
    substeps = tuple(differentiate(d.operand, d.variable) for d in map(_nested, inner))
    line = one_by_one.substitute({sub.start: sub.result for sub in substeps})
    steps.append(Step("rule", "inner derivative first", one_by_one, one_by_one, line, substeps=substeps))
    assert isinstance(line, Derivative)
    rest = differentiate(line.operand, x, tidy=tidy)
    return Derivation(start, (*steps, *rest.steps), domain=rest.domain, raw=rest.raw)


def _nested(d: Derivative) -> Derivative:
    inner: Node = d.operand
    for _ in range(d.order - 1):
        inner = Derivative(inner, d.variable)
    return Derivative(inner, d.variable)


def derivatives(f: Node, x: Name, order: int, *, named: Sequence[Definition] = ()) -> tuple[Derivation, ...]:
    """Return the derivations of the first, second, ... derivative; each begins at the last line of the one before."""
    found: list[Derivation] = []
    for _ in range(order):
        found.append(differentiate(f, x, named=named))
        f = found[-1].result
    return tuple(found)


_Memos = tuple[arithmetic.Memo, arithmetic.Memo, arithmetic.Memo]
_Renamed = tuple[tuple[str, str], ...]
"""Letters of a formula that say something else in the problem, each with the one that replaces it."""


class _Applied(NamedTuple):
    """A rule with its answer, the derivatives that stand in there, and the letters of its formula."""

    rule: Rule
    application: Application
    standing: tuple[Derivative, ...]
    letters: tuple[str, ...] = ()


@lru_cache(maxsize=3072)
def first_that_fits(u: Node, x: Name) -> _Applied:
    """Return the first rule that has an answer for du/dx, with it. Many problems ask for x^2 and 3x + 1.

    Raises:
        NotCoveredError: there is none.
    """
    for candidate in IN_ORDER:
        application = candidate.apply(u, x)
        if application is not None:
            letters = tuple([letter for letter, _ in application.bind])
            return _Applied(candidate, application, _standing(application.after, u, x), letters)
    raise unknown.refusal(u)


class _Part(NamedTuple):
    """How a part of f was derived, with what it rests on: the rule that fits, and the derivations below."""

    applied: _Applied
    below: tuple[Derivation, ...]
    light: Derivation


_PARTS: Recent[tuple[int, ...] | tuple[object, ...], _Part] = Recent(3072)
"""Parts of the problems before: (3x + 1)' = 3 is derived, judged and written once. The key holds numbers of objects
that the entry keeps alive."""
_WITH_NUMBERS: Recent[int, tuple[Derivation, Derivation]] = Recent(3072)


class _Working:
    """One function being differentiated: which rule fits where, and what was derived so far."""

    def __init__(self, f: Node, x: Name, named: frozenset[str] = frozenset()) -> None:
        self.f = f
        self.x = x
        self._named = named
        self._applied: dict[Node, _Applied] = {}
        self._upwards: list[Node] = []
        self._light: dict[Node, Derivation] = {}
        self._multiplied: dict[Node, Derivation] = {}
        self._memos: _Memos = ({}, {}, {})
        self._has_e = Name("e") in f.names
        self._find_rules()
        self._renamed = self._renamed_letters()
        for u in self._upwards[:-1]:
            self._light[u] = self._known_or_derived(u)

    def _find_rules(self) -> None:
        open_nodes = [self.f]
        waiting: set[Node] = set()
        while open_nodes:
            u = open_nodes[-1]
            if u in waiting:
                open_nodes.pop()
                waiting.discard(u)
                self._upwards.append(u)
            elif u in self._applied:
                open_nodes.pop()
            else:
                self._applied[u] = applied = self._first_that_fits(u)
                waiting.add(u)
                open_nodes.extend(d.operand for d in reversed(applied.standing) if d.operand not in self._applied)

    def _first_that_fits(self, u: Node) -> _Applied:
        if isinstance(u, Call) and u.function in self._named and u.arguments == (self.x,):
            return _Applied(_STAYS, Application(Derivative(u, self.x)), ())
        return first_that_fits(u, self.x)

    def _renamed_letters(self) -> Mapping[Node, _Renamed]:
        """For each function, the letters of its formula that are taken above it, with those that replace them."""
        taken: dict[Node, frozenset[str]] = {self.f: frozenset(_letters_of(self.f))}
        renamed: dict[Node, _Renamed] = {}
        for u in reversed(self._upwards):
            applied = self._applied[u]
            renamed[u], below = _fresh_letters(applied.letters, taken[u])
            for d in applied.standing:
                known = taken.get(d.operand)
                taken[d.operand] = below if known is None or known is below else known | below
        return renamed

    def _rule_step(self, u: Node) -> Step:
        found, application, standing, _ = self._applied[u]
        after = application.after
        derived = [self._sub(d.operand, found.inner) for d in standing] if found.kind == "rule" else ()
        substeps = tuple([sub for sub in derived if sub.steps])
        results: dict[Node, Node] = {sub.start: sub.result for sub in substeps}
        result = _filled(after, results, {u, *u.children()}) if results else after
        formula = found.formula if application.formula is None else application.formula
        if self._has_e and formula and _EULER.search(formula):
            formula = ""
        renamed = self._renamed[u]
        names = dict(renamed)
        return Step(
            found.kind,
            found.name,
            Derivative(u, self.x),
            after,
            result,
            formula=_relettered(formula, renamed, self.x.name),
            bind=tuple([(names.get(letter, letter), part) for letter, part in application.bind]),
            conditions=application.conditions,
            because=application.because,
            substeps=substeps,
        )

    def _sub(self, u: Node, how: str) -> Derivation:
        if how == "light":
            return self._light[u]
        if how == "raw":
            return Derivation(Derivative(u, self.x), tuple(self._chain(u)))
        known = self._multiplied.get(u)
        if known is None:
            known = self._multiplied[u] = self._with_numbers(self._light[u])
        return known

    def _chain(self, u: Node) -> list[Step]:
        """The steps up to the first line without a derivative: any rewriting, then a rule."""
        steps: list[Step] = []
        while True:
            start = Derivative(u, self.x)
            if self._applied[u].application.after is start:
                return steps
            steps.append(self._rule_step(u))
            if self._applied[u].rule.kind == "rule":
                if (
                    isinstance(u, IndexedSum | IndexedProduct)
                    and (step := sums.picked(steps[-1].result, self.x)) is not None
                ):
                    steps.append(step)
                return steps
            u = self._applied[u].standing[0].operand

    def _known_or_derived(self, u: Node) -> Derivation:
        applied, light = self._applied[u], self._light
        below = tuple([light[d.operand] for d in applied.standing if d.operand in light])
        key = (id(applied), self._has_e, self._renamed[u], *map(id, below))
        known = _PARTS.get(key)
        if known is None:
            known = _PARTS[key] = _Part(applied, below, self._derived(u))
        return known.light

    def _derived(self, u: Node) -> Derivation:
        if self._applied[u].rule.kind == "rewrite":
            rest = self._light[self._applied[u].standing[0].operand]
            back = self._written_back(u, rest.result)
            return Derivation(Derivative(u, self.x), (self._rule_step(u), *rest.steps, *back))
        steps = self._chain(u)
        if steps:
            line = steps[-1].result
            lighter = arithmetic.light(line, self._memos[1])
            if lighter is not line:
                steps.append(_arithmetic("arithmetic", line, lighter))
        return Derivation(Derivative(u, self.x), tuple(steps))

    def _written_back(self, u: Node, line: Node) -> list[Step]:
        """Where u^v was written as e^(v ln u), the line that says u^v again."""
        if self._applied[u].rule.name != rules.POWER_AS_AN_EXPONENTIAL:
            return []
        again = line.substitute({self._applied[u].standing[0].operand: u})
        return [] if again is line else [Step("rewrite", "write e^(v ln u) as u^v again", line, again, again)]

    def _with_numbers(self, light: Derivation) -> Derivation:
        known = _WITH_NUMBERS.get(id(light))
        if known is not None:
            return known[1]
        line = light.result
        multiplied, derivation = arithmetic.multiplied(line, self._memos[2]), light
        if multiplied is not line:
            step = _arithmetic("multiply the numbers", line, multiplied)
            derivation = Derivation(light.start, (*light.steps, step))
        _WITH_NUMBERS[id(light)] = light, derivation
        return derivation

    def derivation(self, *, tidy: bool) -> Derivation:
        """The derivation for f itself, with its raw line and what is done to it."""
        steps = self._chain(self.f)
        start = Derivative(self.f, self.x)
        if not steps:
            return Derivation(start, ())
        line = steps[-1].result
        raw = arithmetic.signed(line, self._memos[0]) if isinstance(line, Sum) else line
        if raw is not line:
            steps.append(_arithmetic("signs to the front", line, raw))
        domain = sums.without_counts(derivative_domain(self.f, self.x), self.f)
        if tidy:
            steps.extend(self._tidied(raw, domain))
        return Derivation(start, tuple(steps), domain=domain, raw=raw)

    def _tidied(self, raw: Node, domain: tuple[Node, ...]) -> list[Step]:
        steps = _worked_out(raw, self._memos)
        steps.extend(self._written_back(self.f, steps[-1].result if steps else raw))
        return [*steps, *rewriting.shortened(steps[-1].result if steps else raw, self.x, given=domain)]


def _tidying(raw: Node, x: Name, memos: _Memos) -> list[Step]:
    steps = _worked_out(raw, memos)
    return [*steps, *rewriting.shortened(steps[-1].result if steps else raw, x)]


def _worked_out(line: Node, memos: _Memos) -> list[Step]:
    steps: list[Step] = []
    lighter = arithmetic.light(line, memos[1])
    if lighter is not line:
        steps.append(_arithmetic("arithmetic", line, lighter))
    multiplied = arithmetic.multiplied(lighter, memos[2])
    if multiplied is not lighter:
        steps.append(_arithmetic("multiply the numbers", lighter, multiplied))
    return steps


def _arithmetic(name: str, before: Node, after: Node) -> Step:
    return Step("arithmetic", name, before, after, after)


def _standing(after: Node, u: Node, x: Name) -> tuple[Derivative, ...]:
    """The derivatives by x that stand in the formula of a rule for u, each once; u's own parts are not looked into."""
    if not after.contains(Derivative) or (isinstance(after, Derivative) and after.operand is u):
        return ()
    own = {u, *u.children()}
    found: dict[Derivative, None] = {}
    stack = [after]
    while stack:
        node = stack.pop()
        if isinstance(node, Derivative) and node.variable is x and node.order == 1:
            found[node] = None
        elif node not in own and node.contains(Derivative):
            stack.extend(reversed(node.children()))
    return tuple(found)


def _filled(node: Node, results: Mapping[Node, Node], own: set[Node]) -> Node:
    """The formula with its derivatives replaced; formulas are shallow, and what is f's own is not looked into."""
    known = results.get(node)
    if known is not None:
        return known
    if node in own or not node.contains(Derivative):
        return node
    children = node.children()
    filled = tuple([_filled(child, results, own) for child in children])
    return node if filled == children else node.rebuilt(filled)


def _letters_of(f: Node) -> set[str]:
    """Every letter that means something in the problem already."""
    letters = {name.name for name in f.names}
    if not f.contains(Indexed, Call, IndexedSum, IndexedProduct, Definition):
        return letters
    for node in walk(f):
        match node:
            case Name(name):
                letters.add(name)
            case Indexed(base, _):
                letters.add(base)
            case _ if hasattr(node, "function"):
                letters.add(node.function)
            case _ if hasattr(node, "index"):
                letters.add(node.index.name)
    return letters


@lru_cache(maxsize=2048)
def _fresh_letters(letters: tuple[str, ...], taken: frozenset[str]) -> tuple[_Renamed, frozenset[str]]:
    """Return the letters that are taken with others for them, and all that are taken below the formula."""
    used = taken.union(letters)
    renamed: dict[str, str] = {}
    for letter in letters:
        if letter in taken:
            renamed[letter] = fresh = next(spare for spare in _spares(letter) if spare not in used)
            used = used | {fresh}
    return tuple(renamed.items()), taken.union(renamed.get(letter, letter) for letter in letters)


def _spares(letter: str) -> Iterator[str]:
    yield from _SPARE_LETTERS[letter]
    yield from (f"{letter}_{k}" for k in count(1))


@lru_cache(maxsize=4096)
def _relettered(formula: str, renamed: _Renamed, variable: str) -> str:
    """The formula in the letters of this derivation; its own variable is always called x, a function x(...) is not."""
    if not renamed and variable == "x":
        return formula
    names = {"x": variable, **dict(renamed)}
    return _LETTER.sub(lambda match: names.get(match.group(), match.group()), formula)
