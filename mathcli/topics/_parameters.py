"""Critical points of a function with parameters: cases by the sign of what matters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mathcli.algebra.verdict import Verdict
from mathcli.calculus.proofs import prove
from mathcli.errors import NotCoveredError
from mathcli.extrema.critical import LOCAL_MINIMUM
from mathcli.extrema.parametric import Case, Parametric, Point, cases_of
from mathcli.solution import Answer, Block, Chain, Finding, Findings, Given, Remark, Solution
from mathcli.syntax.tree import Call, Name
from mathcli.topics._one_variable import text_of

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.calculus.derivation import Phrase
    from mathcli.topics._function import Subject
    from mathcli.topics.critical import Critical


def solve_with_parameters(problem: Critical, about: Subject, budget: Budget) -> Solution:
    """Return the critical points of f, one variable and letters beside it, case by case.

    Raises:
        NotCoveredError: an interval was asked for, or f' has no form for which the cases are known.
    """
    (x,) = about.variables
    if problem.on or problem.shape:
        raise NotCoveredError("--on and --shape are not covered beside parameters", hint="put numbers in for them")
    found = cases_of(about.plain, x)
    derivations = (found.derivative, *found.factoring)
    proofs = prove(derivations, budget)
    return Solution(
        "critical",
        answer=_answer(found, x, about, is_proved=proofs.verified is Verdict.PROVED),
        bare=tuple(_bare(found, x)),
        blocks=tuple(_blocks(found, x, about, is_proved=proofs.verified is Verdict.PROVED)),
        derivations=derivations,
        notes=about.notes,
        verified=proofs.verified,
        proofs=proofs.counted,
        verdicts=proofs.verdicts,
        exit_code=0 if proofs.verified is Verdict.PROVED else 3,
        text=problem.expression.text,
        read=problem.expression.tree,
    )


def _answer(found: Parametric, x: Name, about: Subject, *, is_proved: bool) -> dict[str, Answer]:
    return {
        "variables": (x.name,),
        "parameters": tuple(sorted(name.name for name in about.plain.names - {x})),
        "domain": text_of(_joined(found.conditions)) or f"all real {x.name}",
        "derivative": found.factored,
        "points": tuple(_point(x, case, point) for case in found.cases for point in case.points),
        "cases": tuple(_case(x, case) for case in found.cases),
        "complete": "proved" if is_proved else "unknown",
        "reason": "by cases: the signs of the coefficients and of the discriminant",
    }


def _point(x: Name, case: Case, point: Point) -> dict[str, Answer]:
    where = text_of(_joined(case.where))
    fields: dict[str, Answer] = {"at": {x.name: point.at}, "value": point.value, "kind": point.kind, "exact": True}
    return {**fields, "where": where} if where else fields


def _case(x: Name, case: Case) -> dict[str, Answer]:
    fields: dict[str, Answer] = {
        "where": text_of(_joined(case.where)) or "always",
        "points": tuple({"at": {x.name: p.at}, "value": p.value, "kind": p.kind} for p in case.points),
    }
    for point in case.points:
        if point.is_global:
            word = "minimum" if point.kind == LOCAL_MINIMUM else "maximum"
            fields["global"] = {word: {"value": point.value, "attained": True, "at": ({x.name: point.at},)}}
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
            yield (f"{x.name} = ", point.at, "\t", point.value, "\t", point.kind, *(("\t", *where) if where else ()))
        if case.is_constant:
            yield (f"all {x.name}", "\t\tconstant", *(("\t", *where) if where else ()))


def _blocks(found: Parametric, x: Name, about: Subject, *, is_proved: bool) -> Iterator[Block]:
    f = about.function
    label = Call(f, (x,), 1)
    yield Given(Call(f, (x,)), about.body)
    yield Chain("DERIVATIVE", found.derivative, label)
    if found.factoring:
        yield Given(label, found.factored)
    for case in found.cases:
        where = _joined(case.where)
        lead: Phrase = ("if ", *where, ": ") if where else ()
        if case.points:
            rows = [Finding(Call(f, (p.at,)), p.value, (_kind(p),)) for p in case.points]
            yield Remark(("if ", *where) if where else ("always",))
            yield Findings(tuple(rows), "CRITICAL POINTS" if len(rows) > 1 else "CRITICAL POINT")
        elif case.is_constant:
            yield Remark((*lead, *case.why, f", so every {x.name} is critical"))
        else:
            yield Remark((*lead, *case.why, ": no critical point"))
    if is_proved:
        yield Remark(("complete, proved: for other values of the parameters there is no critical point",), "good")
    else:
        yield Remark(("not certified to be complete: a step of the derivative is not proved",), "warning")
