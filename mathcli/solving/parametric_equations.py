"""Equations in x with parameters: all real solutions by cases, see `cells`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mathcli.algebra import rational
from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import as_conditions
from mathcli.algebra.domains import domain, has_empty_domain
from mathcli.algebra.ranges import value_range
from mathcli.calculus.derivation import Phrase
from mathcli.errors import NotCoveredError
from mathcli.solving.cells import ALLOWED, Cell, Conditions, by_cases
from mathcli.solving.parametric_roots import roots, sign_at
from mathcli.solving.regions import REAL_LINE
from mathcli.solving.roots import zeros
from mathcli.syntax.tree import E, Name, Negative, Node, Number, Power, Product, Quotient


@dataclass(frozen=True, slots=True)
class Solution:
    """x = `at`; with a `period` all of at + k period for whole k."""

    at: Node
    period: Node | None = None
    k: Name | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """The solutions under conditions on the parameters.

    `is_all`: every x for which both sides have a value is one; `is_decided` is False where the case was not worked out.
    """

    where: Conditions
    solutions: tuple[Solution, ...] = ()
    is_all: bool = False
    why: Phrase = ()
    is_decided: bool = True


def solutions_by_cases(difference: Node, x: Name, *, budget: Budget) -> tuple[Case, ...]:
    """Return the real x for which the difference of two sides is 0, by cases of all other letters.

    Raises:
        NotCoveredError: no case could be worked out.
    """

    def analyse(cell: Cell) -> Case:
        try:
            return _of_cell(cell.put_in(difference), x, cell, budget)
        except NotCoveredError as error:
            return Case((), why=(f"not worked out: {error.message}",), is_decided=False)

    cases = tuple(replace(case, where=where) for where, case in by_cases(analyse))
    if not any(case.is_decided for case in cases):
        letters = ", ".join(sorted(name.name for name in difference.names - {x}))
        raise NotCoveredError(
            f"solving with parameters ({letters}) is not covered for this equation", hint="put numbers in for them"
        )
    return cases


def _of_cell(f: Node, x: Name, cell: Cell, budget: Budget) -> Case:
    known = [(rational.expanded(u), kind) for u, kind in as_conditions(domain(f))]
    if has_empty_domain(f) or any(x not in u.names and cell.sign(u) not in ALLOWED[kind] for u, kind in known):
        return Case((), why=("a side has no value",))
    conditions = [condition for condition in known if x in condition[0].names]
    if f.names <= {x}:
        return _of_numbers(f, x, budget)
    if x not in (plain := rational.expanded(f)).names:
        return Case((), is_all=cell.sign(plain) == 0)
    letter = next(Name(c) for c in "knmj" if Name(c) not in f.names)
    found: dict[Solution, None] = {}
    for factor in _factors(rational.factored(f)):
        values = value_range(factor)
        if values.is_positive or values.is_negative:
            continue
        places = roots(factor, x, cell)
        if places is None:
            return Case((), is_all=True)
        for root in places:
            if all(sign_at(u, x, root, cell) in ALLOWED[kind] for u, kind in conditions):
                found[Solution(root.at, root.period, None if root.period is None else letter)] = None
    return Case((), tuple(found))


def _of_numbers(f: Node, x: Name, budget: Budget) -> Case:
    if x not in f.names:
        return Case((), is_all=bool(rational.agree(f, Number(0))))
    found = zeros(f, x, REAL_LINE, budget=budget)
    solutions = [Solution(zero.at.exact) for zero in found.points if zero.at.exact is not None]
    families = [
        Solution(family.base.exact, family.period, family.parameter)
        for family in found.families
        if family.base.exact is not None and family.first is None and family.last is None
    ]
    is_whole = len(solutions) + len(families) == len(found.points) + len(found.families)
    if not found.is_complete or not is_whole:
        raise NotCoveredError("a solution without an exact form")
    if found.continua:
        if solutions or families or not rational.agree(f, Number(0)):
            raise NotCoveredError("solutions that fill a part of the line")
        return Case((), is_all=True)
    return Case((), (*solutions, *families))


def _factors(node: Node) -> Iterator[Node]:
    """The factors above the line."""
    match node:
        case Negative(operand):
            yield from _factors(operand)
        case Quotient(top, _):
            yield from _factors(top)
        case Product(parts):
            for part in parts:
                yield from _factors(part)
        case Power(base, Number()) if base is not E:
            yield from _factors(base)
        case _:
            yield node
