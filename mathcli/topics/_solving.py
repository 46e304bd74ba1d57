"""What `solve` answers: an equation or an inequality in one unknown, or a system in several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mathcli.algebra.domains import domain, has_empty_domain
from mathcli.calculus.derivation import Derivation, Step
from mathcli.calculus.proofs import prove
from mathcli.errors import NotCoveredError, UndefinedError, UsageError
from mathcli.solution import Answer, Block, Finding, Findings, Given, Remark, Solution
from mathcli.solving.regions import REAL_LINE, Bound
from mathcli.solving.regions import interval as region_of
from mathcli.solving.roots import Family, Zeros, zeros
from mathcli.syntax.tree import (
    ZERO,
    Equation,
    Name,
    Negative,
    Node,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
)
from mathcli.topics._one_variable import inside, interval, is_short, number, shown, text_of, where

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.calculus.derivation import Phrase
    from mathcli.solving.systems import Box, Solutions


def is_inequality(tree: Node) -> bool:
    """Whether a tree is a chain of comparisons, none of which is an equation."""
    return isinstance(tree, Relation) and "=" not in tree.signs


def solve_equation(problem: Any, tree: Node, x: Name, budget: Budget) -> Solution:
    """Return all real x for which the two sides are equal and both have a value."""
    equation = _equation(tree)
    difference = _difference(equation)
    if x in difference.names and difference.names - {x}:
        from mathcli.topics._parameters import solve_equation_with_parameters

        return solve_equation_with_parameters(problem, equation, x, budget)
    _check(difference, x)
    on = interval(problem, x)
    within = REAL_LINE if on is None else region_of(on)
    found = zeros(difference, x, within, budget=budget)
    if not found.is_complete and not found.reasons:
        found = replace(found, reasons=(("it was not proved that ", difference, " has no other zeros"),))
    derivation = _to_factors(equation, difference)
    proofs = prove((derivation,), budget)
    page: list[Block] = [Given(None, equation, _for(domain(difference)))]
    page.extend(Remark((line,)) for line in _lines(derivation))
    conditions = domain(difference)
    page.extend(_findings(x, found, conditions))
    page.append(_verdict(found))
    return Solution(
        "solve",
        answer=_answer(x, found, conditions),
        bare=tuple(_bare(x, found, conditions)),
        blocks=tuple(page),
        derivations=(derivation,) if derivation.steps else (),
        notes=_notes(problem, tree, found),
        verified=proofs.verified,
        proofs=proofs.counted,
        verdicts=proofs.verdicts,
        exit_code=0 if found.is_complete else 3,
        text=problem.equation.text,
        read=problem.equation.tree,
    )


def _equation(tree: Node) -> Equation:
    if isinstance(tree, Equation):
        return tree
    if isinstance(tree, Relation):
        raise NotCoveredError("a chain with an equals sign and another sign", hint="solve one equation at a time")
    return Equation(tree, ZERO)


def _difference(equation: Equation) -> Node:
    return equation.left if equation.right is ZERO else Sum.of(equation.left, Negative(equation.right))


def _check(difference: Node, x: Name) -> None:
    if x not in difference.names:
        raise UsageError(f"{x.name} does not occur in the equation", hint="--var names what to solve for")
    _check_names(difference, x)
    if has_empty_domain(difference):
        raise UndefinedError("there is no real number for which both sides have a value")


def _check_names(tree: Node, x: Name) -> None:
    others = sorted(name.name for name in tree.names - {x})
    if others:
        raise NotCoveredError(
            f"solving with parameters ({', '.join(others)}) is not covered", hint="put numbers in for them"
        )


def _to_factors(equation: Equation, difference: Node) -> Derivation:
    """The equation with everything on one side, in factors where that takes it apart."""
    from mathcli.algebra import rational

    if rational.agree(difference, ZERO):
        return Derivation(equation, ())
    steps: list[Step] = []
    line = equation
    factors = rational.factored(difference)
    lines = [("bring everything to one side", difference)]
    if _is_taken_apart(factors):
        lines.append(("factor", factors))
    for rule, side in lines:
        if side is not line.left or line.right is not ZERO:
            after = Equation(side, ZERO)
            steps.append(Step("solve", rule, line, after, after))
            line = after
    return Derivation(equation, tuple(steps))


def _is_taken_apart(node: Node) -> bool:
    """Whether a line shows at least two factors with an unknown in them, or one to a power."""
    match node:
        case Negative(operand) | Quotient(operand, _):
            return _is_taken_apart(operand)
        case Product(parts):
            with_names = [part for part in parts if part.names]
            return len(with_names) > 1 or any(isinstance(part, Power) for part in with_names)
        case Power(base, _):
            return bool(base.names) and isinstance(base, Sum)
    return False


def _lines(derivation: Derivation) -> Iterable[Node]:
    return [step.result for step in derivation.steps]


def _for(conditions: Sequence[Node]) -> Phrase:
    phrase: list[str | Node] = []
    for condition in conditions:
        phrase.extend((" and " if phrase else "for ", condition))
    return tuple(phrase)


# -- one unknown ----------------------------------------------------------------------------------------------------


def _answer(x: Name, found: Zeros, conditions: Sequence[Node]) -> dict[str, Answer]:
    fields: dict[str, Answer] = {
        "variable": x.name,
        "domain": _joined(conditions) if conditions else f"all real {x.name}",
        "solutions": tuple(number(zero.at) for zero in found.points),
    }
    if found.families:
        fields["families"] = tuple(_family(x, family) for family in found.families)
    if found.continua:
        fields["continua"] = tuple(map(text_of, _stretches(x, found, conditions)))
    fields["complete"] = "proved" if found.is_complete else "unknown"
    if not found.is_complete and found.certain_within is not None and not found.certain_within.is_empty:
        fields["certain_within"] = tuple(text_of((inside(piece),)) for piece in found.certain_within.pieces)
    if found.reasons:
        fields["reason"] = "; ".join(text_of(reason) for reason in found.reasons)
    return fields


def _joined(conditions: Sequence[Node]) -> str:
    return text_of(_for(conditions))[len("for ") :]


def _family(x: Name, family: Family) -> dict[str, Answer]:
    fields: dict[str, Answer] = {"at": {x.name: family.at}, "parameter": family.parameter.name, "period": family.period}
    for name, end in (("from", family.first), ("to", family.last)):
        if end is not None:
            fields[name] = end
    return fields


def _stretches(x: Name, found: Zeros, conditions: Sequence[Node]) -> Iterator[Phrase]:
    """Whole pieces of solutions; where the domain repeats without end, with what it leaves out."""
    repeats = found.certain_within is not None and found.certain_within.period is not None
    for piece in found.continua:
        yield (where(x, piece), " with ", *_for(conditions)[1:]) if repeats and conditions else (where(x, piece),)


def _bare(x: Name, found: Zeros, conditions: Sequence[Node]) -> Iterable[Phrase]:
    for zero in found.points:
        yield (f"{x.name} = ", shown(zero.at))
    for family in found.families:
        k = family.parameter.name
        limits = [f"{k} {sign} {end}" for sign, end in ((">=", family.first), ("<=", family.last)) if end is not None]
        yield (f"{x.name} = ", family.at, "".join(f", {limit}" for limit in limits))
    yield from _stretches(x, found, conditions)


def _findings(x: Name, found: Zeros, conditions: Sequence[Node]) -> Iterable[Block]:
    rows: list[Finding] = []
    for zero in found.points:
        remark = _remark(zero.at, zero.multiplicity)
        sign = "=" if zero.at.exact is not None else "≈"
        rows.append(Finding(x, shown(zero.at, 10), remark, sign))
    for family in found.families:
        rows.append(Finding(x, family.at, (Name(family.parameter.name), " any whole number", *_range(family))))
    if rows:
        yield Findings(tuple(rows))
    for stretch in _stretches(x, found, conditions):
        yield Remark((*stretch, ": every number there is a solution"))
    if not rows and not found.continua and found.is_complete:
        yield Remark(("there is no real solution",))


def _range(family: Family) -> Phrase:
    parts: list[str] = []
    if family.first is not None:
        parts.append(f"from {family.first} on")
    if family.last is not None:
        parts.append(f"up to {family.last}")
    return (", " + " ".join(parts),) if parts else ()


def _remark(at: Bound, multiplicity: int | None) -> Phrase:
    parts: list[str | Node] = []
    if at.exact is not None and not is_short(at.exact):
        parts.extend(("≈ ", shown(Bound(None, at.enclosure), 10)))
    if multiplicity is not None and multiplicity > 1:
        parts.append(f"{', ' if parts else ''}{_TIMES.get(multiplicity, f'{multiplicity}-fold')}")
    return tuple(parts)


_TIMES = {2: "double", 3: "triple"}


def _verdict(found: Zeros) -> Remark:
    reasons = _reasons(found.reasons)
    if found.is_complete:
        return Remark(("complete, proved: ", *reasons) if reasons else ("complete, proved",), "good")
    certain = found.certain_within.pieces if found.certain_within is not None else ()
    for k, piece in enumerate(certain):
        reasons.extend((", " if k else "; certain within " if reasons else "certain within ", inside(piece)))
    words = "not certified to be complete"
    return Remark((f"{words}: ", *reasons) if reasons else (words,), "warning")


def _reasons(reasons: Iterable[Phrase]) -> list[str | Node]:
    """The reasons as one phrase."""
    joined: list[str | Node] = []
    for reason in reasons:
        joined.extend(("; ", *reason) if joined else reason)
    return joined


def _notes(problem: Any, tree: Node, found: Zeros) -> tuple[str, ...]:
    notes = tuple(str(note) for reading in (problem.equation, *problem.also) for note in reading.notes)
    if not isinstance(tree, Equation | Relation):
        notes = (*notes, "the expression is set equal to 0")
    return (*notes, *_open(found.is_complete, found.reasons))


def _open(is_complete: bool, reasons: Iterable[Phrase]) -> tuple[str, ...]:
    """What a pipe is told where the list is not proved to be complete."""
    if is_complete:
        return ()
    reason = "; ".join(text_of(reason) for reason in reasons)
    return (f"not certified to be complete{f': {reason}' if reason else ''}",)


# -- inequalities ---------------------------------------------------------------------------------------------------


_SIGNS_CERTIFIED = Remark(("complete, proved: the sign on each interval is certified",), "good")


def solve_inequality(problem: Any, tree: Node, x: Name, budget: Budget) -> Solution:
    """Return the numbers for which an inequality holds, as a union of intervals."""
    from mathcli.solving.regions import region

    assert isinstance(tree, Relation)
    _check_names(tree, x)
    on = interval(problem, x)
    conditions = (*(c for side in tree.sides for c in domain(side)), tree)
    found = region(conditions, x, on=on, budget=budget)
    if found is None:
        raise NotCoveredError(
            "where this inequality holds could not be worked out with certainty", hint="try --on with a short interval"
        )
    pieces = tuple(where(x, piece) for piece in found.pieces)
    every: Phrase = () if found.period is None else (", and the same moved by any multiple of ", found.period)
    rows = [Remark((piece, *every)) for piece in pieces] or [Remark(("it holds for no real number",))]
    fields: dict[str, Answer] = {
        "variable": x.name,
        "solutions": (),
        "continua": tuple(text_of((piece,)) for piece in pieces),
        "complete": "proved",
        "reason": "a sign on each interval between the zeros, certified",
    }
    if found.period is not None:
        fields["period"] = found.period
    return Solution(
        "solve",
        answer=fields,
        bare=tuple((piece, *every) for piece in pieces),
        blocks=(
            Given(None, tree),
            *rows,
            _SIGNS_CERTIFIED,
        ),
        notes=tuple(str(note) for note in problem.equation.notes),
        text=problem.equation.text,
        read=problem.equation.tree,
    )


# -- systems --------------------------------------------------------------------------------------------------------


def solve_system(problem: Any, trees: tuple[Node, ...], unknowns: tuple[Name, ...], budget: Budget) -> Solution:
    """Return the real solutions of a system of equations."""
    from mathcli.solving.systems import solutions

    equations = tuple(_equation(tree) for tree in trees if not is_inequality(tree))
    relations = tuple(tree for tree in trees if is_inequality(tree))
    differences = tuple(_difference(equation) for equation in equations)
    found = solutions(differences, unknowns, box=_box(problem, unknowns), where=relations, budget=budget)
    lines = tuple(_point_line(unknowns, point) for point in found.points)
    curves = tuple(_joined(curve) for curve in found.continua)
    page: list[Block] = [Given(None, equation) for equation in equations]
    page.extend(
        Findings(tuple(_point_rows(unknowns, point)), f"SOLUTION {k}" if len(found.points) > 1 else "SOLUTION")
        for k, point in enumerate(found.points, start=1)
    )
    page.extend(Remark(("every point of ", *_for(curve)[1:])) for curve in found.continua)
    if not found.points and not found.continua and not found.families and found.is_complete:
        page.append(Remark(("there is no real solution",)))
    page.append(_system_verdict(found))
    return Solution(
        "solve",
        answer=_system_answer(unknowns, found),
        bare=(*lines, *((curve,) for curve in curves)),
        blocks=tuple(page),
        notes=(
            *(str(note) for reading in (problem.equation, *problem.also) for note in reading.notes),
            *_open(found.is_complete, found.reasons),
        ),
        exit_code=0 if found.is_complete else 3,
        text=problem.equation.text,
        read=problem.equation.tree,
    )


def _box(problem: Any, unknowns: tuple[Name, ...]) -> Box | None:
    if not problem.on:
        return None
    from mathcli.syntax.parser import read
    from mathcli.syntax.tree import INF, Interval

    box: dict[Name, tuple[Bound | None, Bound | None]] = {}
    for part in problem.on.replace("], ", "];").replace("),", ");").split(";"):
        name, is_named, text = part.strip().partition(" in ")
        tree = read(text, kind="interval").tree if is_named else None
        if not isinstance(tree, Interval) or Name(name.strip()) not in unknowns:
            raise UsageError("--on says where each unknown lies", hint="--on 'x in [0, 1], y in [0, 2]'")
        ends = [None if end in (INF, Negative(INF)) else Bound.of(end) for end in (tree.lower, tree.upper)]
        box[Name(name.strip())] = (ends[0], ends[1])
    return box


def _point_line(unknowns: tuple[Name, ...], point: tuple[Bound, ...]) -> Phrase:
    line: list[str | Node] = []
    for name, value in zip(unknowns, point, strict=True):
        line.extend(("\t" if line else "", f"{name.name} = ", shown(value)))
    return tuple(line)


def _point_rows(unknowns: tuple[Name, ...], point: tuple[Bound, ...]) -> Iterable[Finding]:
    for name, value in zip(unknowns, point, strict=True):
        yield Finding(name, shown(value, 10), _remark(value, None), "=" if value.exact is not None else "≈")


def _system_answer(unknowns: tuple[Name, ...], found: Solutions) -> dict[str, Answer]:
    points = [dict(zip((name.name for name in unknowns), map(number, point), strict=True)) for point in found.points]
    fields: dict[str, Answer] = {"variables": tuple(name.name for name in unknowns), "solutions": tuple(points)}
    if found.continua:
        fields["continua"] = tuple(_joined(curve) for curve in found.continua)
    fields["complete"] = "proved" if found.is_complete else "unknown"
    if found.reasons:
        fields["reason"] = "; ".join(text_of(reason) for reason in found.reasons)
    return fields


def _system_verdict(found: Solutions) -> Remark:
    reasons = _reasons(found.reasons)
    words = "complete, proved" if found.is_complete else "not certified to be complete"
    return Remark((f"{words}: ", *reasons) if reasons else (words,), "good" if found.is_complete else "warning")
