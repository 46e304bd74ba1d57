"""Critical points in several variables or under constraints: the answer that the topic hands on, as a solution."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mathcli.algebra.domains import domain
from mathcli.algebra.verdict import Verdict
from mathcli.errors import BudgetSpentError, UndefinedError, UsageError
from mathcli.extrema.several import Extreme, Found, FoundCurve, Several, closed_sides, critical_points
from mathcli.solution import Answer, Solution
from mathcli.syntax.tree import ZERO, Equation, Interval, Matrix, Name, Negative, Node, Product, Relation, Sum, integer

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.calculus.derivation import Phrase
    from mathcli.extrema.several import Outcome
    from mathcli.solution import Block
    from mathcli.solving.real_points import RealPoint
    from mathcli.solving.regions import Bound
    from mathcli.solving.systems import Box
    from mathcli.topics._function import Subject


def solve_several(problem: Any, about: Subject, budget: Budget) -> Solution:
    """Return the critical points of a function of several variables, or under the constraints of `problem.where`.

    `problem` has `expression` (a reading), `where` (readings of equations and relations) and `on` (text or None, such
    as "x in [-5,5], y in [-5,5]").

    Raises:
        NotCoveredError: outside what is covered.
    """
    from mathcli.calculus.proofs import prove

    box = box_of(problem, about.variables)
    if problem.where:
        from mathcli.topics import _constrained

        return _constrained.solve_constrained(problem, about, box, budget)
    _check_names(about)
    has_edges = box is not None or bool(closed_sides(domain(about.plain)))
    found = critical_points(about.plain, about.variables, box=box, budget=budget.most_of_it())
    if has_edges:
        found = _with_edges(found, box, budget.most_of_it())
    derivations = (*found.gradient, *_upper(found))
    proofs = prove(derivations, budget)
    found = as_proved(found, proofs.verified)
    return Solution(
        "critical",
        answer=answer(found),
        bare=tuple(bare(found)),
        blocks=tuple(_blocks(found, about, box)),
        derivations=derivations,
        notes=(*about.notes, *warnings(found)),
        verified=proofs.verified,
        proofs=proofs.counted,
        verdicts=proofs.verdicts,
        exit_code=0 if found.is_complete else 3,
        text=problem.expression.text,
        read=problem.expression.tree,
    )


def as_proved(found: Several, verified: Verdict) -> Several:
    """Return the same; not called complete where a step of a derivative could not be proved."""
    if not found.is_complete or verified is Verdict.PROVED:
        return found
    unproved: Phrase = ("not every step of the derivatives could be proved",)
    return replace(found, is_complete=False, reasons=(*found.reasons, unproved))


def _with_edges(found: Several, box: Box | None, budget: Budget) -> Several:
    """The same with the points on the edges of the box and of the domain, and the extrema with those counted in."""
    from mathcli.extrema.constraints import constrained_points
    from mathcli.topics._constrained import as_several, of_box

    relations = (*(Relation((u, ZERO), (">=",)) for u in closed_sides(found.conditions)), *of_box(box))
    try:
        edges = as_several(constrained_points(found.f, found.names, relations, box=box, budget=budget))
    except BudgetSpentError:
        late: Phrase = ("the time limit was reached before the edges were looked at",)
        return replace(found, is_complete=False, reasons=(*found.reasons, late))
    points = tuple(p for p in found.points if not any(_is_on(p.at, q.at) for q in edges.boundary))
    return replace(
        found,
        points=points,
        boundary=edges.boundary,
        boundary_curves=edges.boundary_curves,
        minimum=edges.minimum or found.minimum,
        maximum=edges.maximum or found.maximum,
        is_complete=found.is_complete and edges.is_complete,
        reasons=tuple(dict.fromkeys((*found.reasons, *(edges.reasons if not edges.is_complete else ())))),
    )


def _is_on(a: RealPoint, b: RealPoint) -> bool:
    return a.same_as(b) is True


def _check_names(about: Subject) -> None:
    others = about.plain.names - set(about.variables)
    if others:
        from mathcli.errors import NotCoveredError

        letters = ", ".join(sorted(name.name for name in others))
        raise NotCoveredError(
            f"critical points in several variables with parameters ({letters}) are not covered",
            hint="give the parameters values, or make them variables too",
        )


def _upper(found: Several) -> list[Any]:
    size = len(found.names)
    return list(dict.fromkeys(found.hessian[j][k] for j in range(size) for k in range(j, size)))


def box_of(problem: Any, names: tuple[Name, ...]) -> Box | None:
    """Return the box of --on: "x in [-5,5], y in [-5,5]".

    Raises:
        UsageError: it is about another variable, gives one twice, or an interval is reversed.
    """
    if not problem.on:
        return None
    from mathcli.solving.regions import Bound
    from mathcli.syntax.parser import read

    known = {name.name: name for name in names}
    box: dict[Name, tuple[Bound | None, Bound | None]] = {}
    for part in _parts(problem.on):
        name, is_named, rest = part.partition(" in ")
        name = name.strip()
        if not is_named or name not in known:
            raise UsageError(
                f"--on gives an interval for each of {', '.join(known)}", hint="--on 'x in [-5,5], y in [-5,5]'"
            )
        if known[name] in box:
            raise UsageError(f"--on gives {name} twice")
        tree = read(rest, kind="interval", variables=problem.var or (), strict=problem.strict).tree
        assert isinstance(tree, Interval)
        ends = tuple(_end(end) for end in (tree.lower, tree.upper))
        box[known[name]] = (ends[0], ends[1])
        if ends[0] is not None and ends[1] is not None:
            by = Bound.compare(ends[0], ends[1])
            if by == 1:
                raise UsageError(f"the interval for {name} is reversed: its lower end comes first")
            if by == 0 and not (tree.has_lower and tree.has_upper):
                raise UndefinedError(f"the interval for {name} is empty")
    return box


def _parts(text: str) -> list[str]:
    """The parts of a list of intervals: commas inside of brackets do not separate."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "[(") - (character in "])")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _end(node: Node) -> Bound | None:
    from mathcli.solving.regions import Bound
    from mathcli.syntax.tree import INF

    if node is INF or node is Negative(INF):
        return None
    if node.names:
        raise UsageError("the ends of --on are numbers", hint="--on 'x in [-5,5], y in [-5,5]'")
    return Bound.of(node)


# -- JSON -----------------------------------------------------------------------------------------------------------


def answer(found: Several) -> dict[str, Answer]:
    """The fields of the JSON answer."""
    from mathcli.syntax.writer import write
    from mathcli.topics._one_variable import text_of

    fields: dict[str, Answer] = {
        "variables": tuple(name.name for name in found.names),
        "domain": ", ".join(write(c) for c in found.conditions) or f"all real {_listed_names(found.names)}",
        "points": tuple(_point(point) for point in found.points),
    }
    if found.gradient:
        fields["gradient"] = tuple(d.result for d in found.gradient)
    if found.families:
        fields["families"] = tuple(_family(family) for family in found.families)
    if found.curves:
        fields["continua"] = tuple(_continuum(curve) for curve in found.curves)
    edge: tuple[Answer, ...] = tuple(_point(point) for point in found.boundary)
    edge += tuple(_continuum(curve) for curve in found.boundary_curves)
    if edge:
        fields["boundary"] = edge
    extremes: dict[str, Answer] = {}
    for word, outcome in (("minimum", found.minimum), ("maximum", found.maximum)):
        if isinstance(outcome, Extreme):
            extremes[word] = _extreme(outcome)
        elif outcome is not None:
            extremes[word] = None
    if extremes:
        fields["global"] = extremes
    fields["complete"] = "proved" if found.is_complete else "unknown"
    if found.reasons:
        fields["reason"] = "; ".join(text_of(reason) for reason in found.reasons)
    return fields


def _listed_names(names: tuple[Name, ...]) -> str:
    return ", ".join(name.name for name in names)


def _at(point: RealPoint) -> dict[str, Answer]:
    from mathcli.topics._one_variable import number

    return {name.name: number(bound) for name, bound in zip(point.names, point.bounds, strict=True)}


def _point(point: Found) -> dict[str, Answer]:
    from mathcli.topics._one_variable import number, text_of

    fields: dict[str, Answer] = {"at": _at(point.at)}
    if point.value is not None:
        fields["value"] = number(point.value)
    fields["kind"] = point.kind
    fields["exact"] = point.at.exact is not None
    if point.multipliers:
        fields["multipliers"] = {name: number(value) for name, value in point.multipliers.items()}
    if point.active:
        fields["active"] = tuple(text_of((condition,)) for condition in point.active)
    if point.why:
        fields["because"] = text_of(point.why)
    return fields


def _family(family: Found) -> dict[str, Answer]:
    from mathcli.topics._one_variable import number

    places = members(family)
    fields: dict[str, Answer] = {
        "at": {name.name: place for name, place in zip(family.at.names, places, strict=True)},
        "parameter": ", ".join(parameters(family)),
        "kind": family.kind,
    }
    if family.value is not None:
        fields["value"] = number(family.value)
    return fields


def parameters(family: Found) -> list[str]:
    """The letters that count the periods of a family, one for each coordinate that repeats."""
    taken = {name.name for name in family.at.names}
    letters = (letter for letter in "klmnpqrs" if letter not in taken)
    return [next(letters) for period in family.periods if period is not None]


def members(family: Found) -> list[Node]:
    """The coordinates of all members: pi/2 + 2 k pi."""
    from mathcli.topics._one_variable import shown

    letters = iter(parameters(family))
    places: list[Node] = []
    for bound, period in zip(family.at.bounds, family.periods, strict=True):
        base = shown(bound)
        if period is None:
            places.append(base)
            continue
        step = _times(Name(next(letters)), period)
        places.append(step if base is ZERO else Sum.of(base, step))
    return places


def _times(letter: Name, period: Node) -> Node:
    if isinstance(period, Product):
        return Product.of(period.factors[0], letter, *period.factors[1:])
    return Product.of(letter, period)


def _continuum(curve: FoundCurve) -> dict[str, Answer]:
    from mathcli.topics._one_variable import number, text_of

    equations = tuple(readable(e) for e in curve.curve.equations)
    fields: dict[str, Answer] = {
        "where": text_of(_joined(equations)),
        "dimension": curve.curve.dimension,
    }
    if curve.value is not None:
        fields["value"] = number(curve.value)
    if curve.kind is not None:
        fields["kind"] = curve.kind
    if curve.why:
        fields["because"] = text_of(curve.why)
    return fields


def readable(equation: Node) -> Equation:
    """Return u = 0 with its negative terms on the right: x^2 + y^2 = 1, x = y."""
    terms = equation.terms if isinstance(equation, Sum) else (equation,)
    right = [term.operand for term in terms if isinstance(term, Negative)]
    left = [term for term in terms if not isinstance(term, Negative)]
    if not left:
        left, right = right, []
    if right and not any(term.names for term in left):
        left, right = right, left
    return Equation(Sum.of(*left), Sum.of(*right) if right else integer(0))


def _joined(equations: tuple[Equation, ...]) -> Phrase:
    if not equations:
        return ("every point",)
    parts: list[str | Node] = []
    for equation in equations:
        parts += [", ", equation]
    return tuple(parts[1:])


def _extreme(extreme: Extreme) -> dict[str, Answer]:
    from mathcli.topics._one_variable import number

    fields: dict[str, Answer] = {"value": number(extreme.value), "attained": extreme.is_attained}
    if extreme.at:
        fields["at"] = tuple(_at(point) for point in extreme.at)
    return fields


# -- lines for a pipe, and blocks -----------------------------------------------------------------------------------


def bare(found: Several) -> list[Phrase]:
    """One line for each point, family and curve: place, value, kind."""
    from mathcli.topics._one_variable import shown

    lines: list[Phrase] = []
    for point in (*found.points, *found.boundary):
        value = "" if point.value is None else shown(point.value)
        lines.append((*place(point.at), "\t", value, "\t", point.kind))
    for family in found.families:
        value = "" if family.value is None else shown(family.value)
        lines.append((*_places(family.at.names, members(family)), "\t", value, "\t", family.kind))
    for curve in (*found.curves, *found.boundary_curves):
        value = "" if curve.value is None else shown(curve.value)
        equations = tuple(readable(e) for e in curve.curve.equations)
        lines.append((*_joined(equations), "\t", value, "\t", curve.kind or "critical"))
    return lines


def place(point: RealPoint, digits: int = 16) -> Phrase:
    """x = 1, y = 2 as a phrase."""
    from mathcli.topics._one_variable import shown

    return _places(point.names, [shown(bound, digits) for bound in point.bounds])


def _places(names: tuple[Name, ...], values: list[Node]) -> Phrase:
    parts: list[str | Node] = []
    for name, value in zip(names, values, strict=True):
        parts += [", ", f"{name.name} = ", value]
    return tuple(parts[1:])


def warnings(found: Several) -> tuple[str, ...]:
    """What is to be said where the list is not proved to be complete."""
    from mathcli.topics._one_variable import text_of

    if found.is_complete:
        return ()
    listed = "; ".join(text_of(reason) for reason in found.reasons)
    return (f"not certified to be complete{f': {listed}' if listed else ''}",)


def _blocks(found: Several, about: Subject, box: Box | None) -> list[Block]:
    from mathcli.solution import Chain, Finding, Findings, Given, Remark, Table

    blocks: list[Block] = [Given(about.label, about.body)]
    for x, derivation in zip(found.names, found.gradient, strict=True):
        blocks.append(Chain(f"WITH RESPECT TO {x.name}", derivation))
    equations = tuple(Equation(d.result, ZERO) for d in found.gradient)
    blocks.append(Remark(("stationary points: ", *_joined(equations))))
    for reason in found.reasons if found.is_complete else ():
        blocks.append(Remark(reason))
    matrix = Matrix(tuple(tuple(entry.result for entry in row) for row in found.hessian))
    blocks.append(Findings((Finding("H", matrix, ("the second partial derivatives",)),), heading="HESSIAN"))
    rows = [_row(point) for point in found.points]
    if rows:
        blocks.append(Table((*((name,) for name in found.names), (about.label,), ("kind",)), tuple(rows)))
    edge = [_row(point) for point in found.boundary]
    if edge:
        heads: tuple[Phrase, ...] = (*((name,) for name in found.names), (about.label,), ("on the edge",))
        blocks.append(Table(heads, tuple(edge)))
    whys = {(point.kind, point.why): point for point in found.points if point.why}
    blocks.extend(Remark((f"{kind}: ", *why)) for kind, why in whys)
    blocks.extend(ending(found, about, box))
    return blocks


def _row(point: Found) -> tuple[Phrase, ...]:
    from mathcli.topics._one_variable import shown

    value: Phrase = ("",) if point.value is None else (shown(point.value, 10),)
    return (*((shown(bound, 10),) for bound in point.at.bounds), value, (point.kind,))


def ending(found: Several, about: Subject, box: Box | None) -> list[Block]:
    """The families, curves and global extrema, and whether the list is complete."""
    from mathcli.solution import Remark
    from mathcli.topics._one_variable import shown

    blocks: list[Block] = []
    for family in found.families:
        where = _places(family.at.names, members(family))
        letters = ", ".join(parameters(family))
        blocks.append(Remark((*where, f", {letters} whole: {family.kind}", *_because(family.why))))
    for curve in (*found.curves, *found.boundary_curves):
        equations = tuple(readable(e) for e in curve.curve.equations)
        value: Phrase = () if curve.value is None else (", where ", about.label, " = ", shown(curve.value, 10))
        kind = f": {curve.kind}" if curve.kind else ""
        what = "on the edge, " if curve.active else ""
        blocks.append(Remark((f"{what}critical all along ", *_joined(equations), *value, kind, *_because(curve.why))))
    if not (found.points or found.boundary or found.families or found.curves or found.boundary_curves):
        blocks.append(Remark(("no critical point" if found.is_complete else "no critical point was found",)))
    blocks += [
        Remark(_sentence(word, outcome))
        for word, outcome in (("minimum", found.minimum), ("maximum", found.maximum))
        if outcome is not None or found.is_complete
    ]
    if found.is_complete:
        what = "complete in the box, proved" if box is not None else "complete, proved"
        blocks.append(Remark((what,), tone="good"))
    else:
        listed: list[str | Node] = []
        for reason in found.reasons:
            listed += ["; ", *reason]
        blocks.append(Remark(("not certified to be complete: ", *listed[1:]), tone="warning"))
    return blocks


def _because(why: Phrase) -> Phrase:
    return (", since ", *why) if why else ()


def _sentence(word: str, outcome: Outcome) -> Phrase:
    from mathcli.topics._one_variable import shown

    if outcome is None:
        return (f"whether there is a global {word} was not decided",)
    if not isinstance(outcome, Extreme):
        return (f"no global {word}: ", *outcome[1])
    value = shown(outcome.value, 10)
    if not outcome.is_attained:
        return (f"no global {word}: ", value, " is approached and never reached; ", *outcome.why)
    return (f"global {word} ", value, *_because(outcome.why))
