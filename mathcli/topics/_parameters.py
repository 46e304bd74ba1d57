"""Critical points and equations with parameters: cases by the sign of what matters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mathcli.algebra.verdict import Verdict
from mathcli.calculus.proofs import prove
from mathcli.errors import NotCoveredError
from mathcli.extrema.parametric import Case, Parametric, Point, cases_of
from mathcli.extrema.repetition import each_of
from mathcli.solution import Answer, Block, Chain, Given, Remark, Table
from mathcli.solution import Solution as Answered
from mathcli.solving.parametric_equations import Case as CaseOfEquation
from mathcli.solving.parametric_equations import Solution as Root
from mathcli.solving.parametric_equations import solutions_by_cases
from mathcli.syntax.tree import ZERO, Call, Equation, Name, Negative, Node, Sum
from mathcli.topics._one_variable import text_of

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.calculus.derivation import Phrase
    from mathcli.topics._function import Subject
    from mathcli.topics.critical import Critical


def solve_with_parameters(problem: Critical, about: Subject, budget: Budget) -> Answered:
    """Return the critical points of f, one variable and letters beside it, case by case.

    Raises:
        NotCoveredError: an interval was asked for, or f' has no form for which the cases are known.
    """
    (x,) = about.variables
    if problem.on or problem.shape:
        raise NotCoveredError("--on and --shape are not covered beside parameters", hint="put numbers in for them")
    found = cases_of(about.plain, x, budget=budget)
    is_complete = found.is_complete
    derivations = (found.derivative, *found.factoring)
    proofs = prove(derivations, budget)
    return Answered(
        "critical",
        answer=_answer(found, x, about, is_proved=is_complete and proofs.verified is Verdict.PROVED),
        bare=tuple(_bare(found, x)),
        blocks=tuple(_blocks(found, x, about, is_proved=is_complete and proofs.verified is Verdict.PROVED)),
        derivations=derivations,
        notes=(*about.notes, *_open_cases(found)),
        verified=proofs.verified,
        proofs=proofs.counted,
        verdicts=proofs.verdicts,
        exit_code=0 if is_complete and proofs.verified is Verdict.PROVED else 3,
        text=problem.expression.text,
        read=problem.expression.tree,
    )


def _answer(found: Parametric, x: Name, about: Subject, *, is_proved: bool) -> dict[str, Answer]:
    return {
        "variables": (x.name,),
        "parameters": tuple(sorted(name.name for name in about.plain.names - {x})),
        "domain": text_of(_joined(found.conditions)) or f"all real {x.name}",
        "derivative": found.factored,
        "points": tuple(_point(x, case, p) for case in found.cases for p in case.points if p.period is None),
        **_families(found, x),
        "cases": tuple(_case(x, case) for case in found.cases),
        "complete": "proved" if is_proved else "unknown",
        "reason": _reason(found),
    }


def _open_cases(found: Parametric) -> Iterator[str]:
    for case in found.cases:
        if not case.is_decided:
            yield f"not complete: {text_of(_joined(case.where)) or 'the function'} was {text_of(case.why)}"


def _families(found: Parametric, x: Name) -> dict[str, Answer]:
    families = tuple(_point(x, case, p) for case in found.cases for p in case.points if p.period is not None)
    return {"families": families} if families else {}


def _reason(found: Parametric) -> str:
    reason = "by cases: the signs of the coefficients, of what stands under roots, and of all factors at each zero"
    for case in found.cases:
        if not case.is_decided:
            reason += f"; {text_of(_joined(case.where)) or 'always'}: {text_of(case.why)}"
    return reason


def _point(x: Name, case: Case, point: Point) -> dict[str, Answer]:
    where = text_of(_joined(case.where))
    fields: dict[str, Answer] = {"at": {x.name: place(point)}, "value": point.value, "kind": point.kind, "exact": True}
    if point.period is not None and point.k is not None:
        fields |= {"parameter": point.k.name, "period": point.period}
    return {**fields, "where": where} if where else fields


def place(point: Point) -> Node:
    """Where a point is; of a family, with its letter."""
    if point.period is None or point.k is None:
        return point.at
    return each_of(point.at, point.period, point.k)


def _case(x: Name, case: Case) -> dict[str, Answer]:
    fields: dict[str, Answer] = {
        "where": text_of(_joined(case.where)) or "always",
        "points": tuple({"at": {x.name: place(p)}, "value": p.value, "kind": p.kind} for p in case.points),
    }
    for word in ("minimum", "maximum"):
        best = [point for point in case.points if point.is_global and point.kind.endswith(word)]
        if best:
            at = tuple({x.name: point.at} for point in best)
            fields["global"] = {word: {"value": best[0].value, "attained": True, "at": at}}
    if case.is_constant:
        fields["continua"] = (f"all {x.name} of the domain",)
    if case.why:
        fields["because"] = text_of(case.why)
    return fields


def _kind(point: Point) -> str:
    return f"{point.kind}, and the global one" if point.is_global else point.kind


def _joined(conditions: tuple[object, ...]) -> Phrase:
    phrase: list[object] = []
    for condition in conditions:
        phrase += [" and "] if phrase else []
        phrase.append(condition)
    return tuple(phrase)  # type: ignore[arg-type]


def _bare(found: Parametric, x: Name) -> Iterator[Phrase]:
    for case in found.cases:
        where = _joined(case.where)
        for point in case.points:
            yield (
                f"{x.name} = ",
                place(point),
                "\t",
                point.value,
                "\t",
                point.kind,
                *(("\t", *where) if where else ()),
            )
        if case.is_constant:
            yield (f"all {x.name}", "\t\tconstant", *(("\t", *where) if where else ()))


def _rows(case: Case, x: Name) -> Iterator[tuple[Phrase, ...]]:
    """What the table says of a case: its condition once, and a line for each point."""
    where = _joined(case.where)
    for k, point in enumerate(case.points):
        yield (where if k == 0 else (), (place(point),), (point.value,), (_kind(point),))
    if not case.points and not case.is_decided:
        yield (where, ("?",), (), case.why)
    elif case.is_constant:
        yield (where, (f"all {x.name}",), (), ("constant",))
    elif not case.points:
        yield (where, ("none",), (), case.why)


def _blocks(found: Parametric, x: Name, about: Subject, *, is_proved: bool) -> Iterator[Block]:
    f = about.function
    label = Call(f, (x,), 1)
    yield Given(Call(f, (x,)), about.body)
    yield Chain("DERIVATIVE", found.derivative, label)
    if found.factoring:
        yield Given(label, found.factored)
    rows = [row for case in found.cases for row in _rows(case, x)]
    has_cases = len(found.cases) > 1 or bool(found.cases[0].where)
    heads: tuple[Phrase, ...] = ((x,), (Call(f, (x,)),), ())
    yield Table((("if",), *heads) if has_cases else heads, tuple(row if has_cases else row[1:] for row in rows))
    letters = dict.fromkeys(p.k for case in found.cases for p in case.points if p.k is not None)
    for letter in letters:
        yield Remark((letter, " is any whole number"), "note")
    if is_proved:
        yield Remark(("complete, proved: for other values of the parameters there is no critical point",), "good")
    elif found.is_complete:
        yield Remark(("not certified to be complete: a step of the derivative is not proved",), "warning")
    else:
        yield Remark(("not complete: not every case was worked out",), "warning")


# -- equations --------------------------------------------------------------------------------------------------------


def solve_equation_with_parameters(problem: Any, tree: Equation, x: Name, budget: Budget) -> Answered:
    """Return the solutions of an equation in x and letters beside it, case by case.

    Raises:
        NotCoveredError: an interval was asked for, or no case could be worked out.
    """
    if problem.on:
        raise NotCoveredError("--on is not covered beside parameters", hint="put numbers in for them")
    difference = tree.left if tree.right is ZERO else Sum.of(tree.left, Negative(tree.right))
    cases = solutions_by_cases(difference, x, budget=budget)
    is_complete = all(case.is_decided for case in cases)
    is_proved = "proved" if is_complete else "unknown"
    notes = tuple(str(note) for note in problem.equation.notes)
    open_cases = [case for case in cases if not case.is_decided]
    return Answered(
        "solve",
        answer={
            "variable": x.name,
            "parameters": tuple(sorted(name.name for name in difference.names - {x})),
            "solutions": tuple(s.at for case in cases for s in case.solutions if s.period is None),
            "cases": tuple(_case_of_equation(x, case) for case in cases),
            "complete": is_proved,
            "reason": "by cases: the signs of the coefficients and of what stands under roots and in logarithms",
        },
        bare=tuple(_lines_of_equation(x, cases)),
        blocks=(Given(None, tree), *_blocks_of_equation(x, cases, is_complete=is_complete)),
        notes=(*notes, *(f"not complete: {_named(c.where)} was {text_of(c.why)}" for c in open_cases)),
        exit_code=0 if is_complete else 3,
        text=problem.equation.text,
        read=problem.equation.tree,
    )


def _named(where: tuple[Node, ...]) -> str:
    return text_of(_joined(where)) or "the equation"


def _each(solution: Root) -> Node:
    """The solution as a tree; of a family, with its letter."""
    if solution.period is None or solution.k is None:
        return solution.at
    return each_of(solution.at, solution.period, solution.k)


def _case_of_equation(x: Name, case: CaseOfEquation) -> dict[str, Answer]:
    fields: dict[str, Answer] = {
        "where": text_of(_joined(case.where)) or "always",
        "solutions": tuple(solution.at for solution in case.solutions if solution.period is None),
    }
    families: tuple[Answer, ...] = tuple(
        {"at": {x.name: _each(s)}, "parameter": s.k.name, "period": s.period}
        for s in case.solutions
        if s.period is not None and s.k is not None
    )
    if families:
        fields["families"] = families
    if case.is_all:
        fields["continua"] = (f"all {x.name} for which both sides have a value",)
    if case.why:
        fields["because"] = text_of(case.why)
    return fields


def _lines_of_equation(x: Name, cases: tuple[CaseOfEquation, ...]) -> Iterator[Phrase]:
    for case in cases:
        where = _joined(case.where)
        condition: Phrase = ("\t", *where) if where else ()
        for solution in case.solutions:
            yield (f"{x.name} = ", _each(solution), *condition)
        if case.is_all:
            yield (f"all {x.name}", *condition)


def _rows_of_equation(case: CaseOfEquation, x: Name) -> Iterator[tuple[Phrase, ...]]:
    where = _joined(case.where)
    for k, solution in enumerate(case.solutions):
        yield (where if k == 0 else (), (_each(solution),))
    if not case.is_decided:
        yield (where, case.why)
    elif case.is_all:
        yield (where, (f"all {x.name}",))
    elif not case.solutions:
        yield (where, ("no real solution", *((": ", *case.why) if case.why else ())))


def _blocks_of_equation(x: Name, cases: tuple[CaseOfEquation, ...], *, is_complete: bool) -> Iterator[Block]:
    has_cases = len(cases) > 1 or bool(cases[0].where)
    rows = [row for case in cases for row in _rows_of_equation(case, x)]
    heads: tuple[Phrase, ...] = (("if",), (x,)) if has_cases else ((x,),)
    yield Table(heads, tuple(row if has_cases else row[1:] for row in rows))
    for letter in dict.fromkeys(s.k for case in cases for s in case.solutions if s.k is not None):
        yield Remark((letter, " is any whole number"), "note")
    if any(case.is_all for case in cases):
        yield Remark((f"all {x.name}: each for which both sides have a value",), "note")
    if is_complete:
        yield Remark(
            ("complete, proved: in each case every factor was solved, and nothing divided by what may be 0",), "good"
        )
    else:
        yield Remark(("not complete: not every case was worked out",), "warning")
