"""Critical points under constraints: Lagrange's conditions, the cases of the inequalities, and their page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mathcli.errors import NotCoveredError
from mathcli.extrema.bordered_hessian import letters
from mathcli.extrema.constraints import Case, Constrained, Constraint, constrained_points
from mathcli.extrema.several import Several
from mathcli.solution import Answer, Block, Chain, Given, Remark, Solution, Table
from mathcli.syntax.tree import ONE, ZERO, Equation, Name, Node, Product, Relation, Sum

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.calculus.derivation import Derivation, Phrase
    from mathcli.solving.systems import Box
    from mathcli.topics._function import Subject


def solve_constrained(problem: Any, about: Subject, box: Box | None, budget: Budget) -> Solution:
    """Return the critical points of f under the relations of --where and in the box of --on."""
    from mathcli.calculus.proofs import prove
    from mathcli.topics._several import as_proved, bare, warnings

    relations = tuple(reading.tree for reading in problem.where)
    _check_names(about)
    found = constrained_points(about.plain, about.variables, (*relations, *of_box(box)), box=box, budget=budget)
    derivations = _derivations(found)
    proofs = prove(derivations, budget)
    listed = as_proved(as_several(found), proofs.verified)
    return Solution(
        "critical",
        answer=_answer(found, listed),
        bare=tuple(bare(listed)),
        blocks=tuple(_blocks(found, listed, about)),
        derivations=derivations,
        notes=(*about.notes, *warnings(listed)),
        verified=proofs.verified,
        proofs=proofs.counted,
        verdicts=proofs.verdicts,
        exit_code=0 if listed.is_complete else 3,
        text=problem.expression.text,
        read=problem.expression.tree,
    )


def _check_names(about: Subject) -> None:
    """Refuse parameters, as long as nothing is known of their signs."""
    others = about.plain.names - set(about.variables)
    if others:
        letters_ = ", ".join(sorted(name.name for name in others))
        raise NotCoveredError(f"constraints with parameters ({letters_}) are not covered", hint="give them values")


def of_box(box: Box | None) -> list[Node]:
    """Return the ends of a box as inequalities."""
    found: list[Node] = []
    for name, (lower, upper) in (box or {}).items():
        if lower is not None and lower.exact is not None:
            found.append(Relation((name, lower.exact), (">=",)))
        if upper is not None and upper.exact is not None:
            found.append(Relation((name, upper.exact), ("<=",)))
    return found


def _derivations(found: Constrained) -> tuple[Derivation, ...]:
    slopes = (d for constraint in found.constraints for d in constraint.slopes)
    return tuple(dict.fromkeys((*found.gradient, *slopes)))


def as_several(found: Constrained) -> Several:
    """The same as a list of points: those at active inequalities are on the boundary."""
    points = sorted(found.points, key=lambda p: [float(bound.ball().mid()) for bound in p.at.bounds])
    return Several(
        found.f,
        found.names,
        tuple(constraint.shown for constraint in found.constraints),
        (),
        (),
        tuple(point for point in points if not point.active),
        (),
        tuple(curve for curve in found.curves if not curve.active),
        tuple(point for point in points if point.active),
        found.minimum,
        found.maximum,
        found.is_complete,
        None,
        found.reasons,
        tuple(curve for curve in found.curves if curve.active),
    )


def _answer(found: Constrained, listed: Several) -> dict[str, Answer]:
    from mathcli.topics._several import answer

    fields = answer(listed)
    fields["constraints"] = fields.pop("domain")
    return fields


# -- what a reader is shown -----------------------------------------------------------------------------------------


def _blocks(found: Constrained, listed: Several, about: Subject) -> list[Block]:
    from mathcli.topics._several import ending

    shown = _joined(tuple(constraint.shown for constraint in found.constraints))
    blocks: list[Block] = [Given(about.label, about.body, ("where ", *shown))]
    if found.objective is not found.f:
        blocks.append(
            Remark(("the function outside is increasing: the critical points are those of ", found.objective))
        )
    for x, derivation in zip(found.names, found.gradient, strict=True):
        blocks.append(Chain(f"WITH RESPECT TO {x.name}", derivation))
    for case in found.cases:
        blocks.extend(_of_case(case, found, about))
    blocks.extend(ending(listed, about, None))
    return blocks


def _joined(parts: tuple[Node, ...]) -> Phrase:
    phrase: list[str | Node] = []
    for part in parts:
        phrase += [", ", part]
    return tuple(phrase[1:])


def _of_case(case: Case, found: Constrained, about: Subject) -> list[Block]:
    """One case: what is active, Lagrange's conditions, what they give."""
    blocks: list[Block] = []
    has_inequalities = any(constraint.sign != "=" for constraint in found.constraints)
    if has_inequalities:
        active = tuple(c.shown for c in case.active if c.sign != "=")
        with_equality = _joined(tuple(_as_equation(relation) for relation in active))
        blocks.append(Remark(("CASE: ", *with_equality) if active else ("CASE: no inequality is active",)))
    blocks.append(Remark(("Lagrange: ", *_joined(lagrange(case.active, found)))))
    if case.active:
        blocks.append(
            Remark(
                (
                    "without the multipliers, and with points where the gradients of the constraints are dependent: ",
                    *_joined(tuple(Equation(u, ZERO) for u in case.equations)),
                )
            )
        )
    if case.points:
        blocks.append(_table(case, found, about))
        whys = {(point.kind, point.why): None for point in case.points if point.why}
        blocks.extend(Remark((f"{kind}: ", *why)) for kind, why in whys)
    elif not case.curves and case.is_complete:
        blocks.append(Remark(("no point satisfies this and the other constraints",)))
    if case.is_complete:
        blocks.extend(Remark(reason) for reason in case.reasons)
    return blocks


def _as_equation(relation: Node) -> Node:
    return Equation(relation.sides[0], relation.sides[1]) if isinstance(relation, Relation) else relation


def lagrange(active: tuple[Constraint, ...], found: Constrained) -> tuple[Node, ...]:
    """Return the conditions f_x - lambda g_x - ... = 0 for each variable, and the active constraints as equations."""
    names = [Name(letter) for letter in letters(active, found.names)] if active else []
    conditions: list[Node] = []
    for k in range(len(found.names)):
        pulls = [
            slope if (slope := c.slopes[k].result) is ZERO else letter if slope is ONE else Product.of(letter, slope)
            for letter, c in zip(names, active, strict=True)
        ]
        right = [pull for pull in pulls if pull is not ZERO]
        conditions.append(Equation(found.gradient[k].result, Sum.of(*right) if right else ZERO))
    return (*conditions, *(_as_equation(c.shown) for c in active))


def _table(case: Case, found: Constrained, about: Subject) -> Table:
    from mathcli.topics._one_variable import shown

    extra = letters(case.active, found.names) if case.active else []
    heads: tuple[Phrase, ...] = (
        *((name.name,) for name in found.names),
        (about.label,),
        *((Name(letter),) for letter in extra),
        ("kind",),
    )
    rows: list[tuple[Phrase, ...]] = []
    for point in case.points:
        value: Phrase = ("",) if point.value is None else (shown(point.value, 10),)
        pulls = tuple(
            (shown(point.multipliers[letter], 10),) if letter in point.multipliers else ("-",) for letter in extra
        )
        rows.append((*((shown(bound, 10),) for bound in point.at.bounds), value, *pulls, (point.kind,)))
    return Table(heads, tuple(rows))
