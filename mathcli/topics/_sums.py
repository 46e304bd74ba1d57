"""What `critical` answers for losses that are sums over data: normal equations, closed form, condition, proof."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mathcli.algebra.verdict import Verdict
from mathcli.calculus.proofs import prove
from mathcli.errors import NotCoveredError
from mathcli.extrema.losses import LossExtremum, is_loss, loss_extremum
from mathcli.solution import Answer, Block, Chain, Finding, Findings, Given, Remark, Solution
from mathcli.syntax.tree import Equation, Matrix, Name, Node
from mathcli.topics._losses import about_squares, direction
from mathcli.topics._one_variable import text_of
from mathcli.topics._phrases import listed

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.calculus.derivation import Derivation, Phrase
    from mathcli.topics._function import Subject
    from mathcli.topics.critical import Critical


__all__ = ["is_loss", "solve_loss"]


def solve_loss(problem: Critical, about: Subject, budget: Budget) -> Solution:
    """Return the stationary point of a sum over data, for any number of terms.

    Raises:
        NotCoveredError: an interval or a constraint was asked for, or there is no closed form.
    """
    if problem.on or problem.shape or problem.where:
        raise NotCoveredError(
            "--on, --where and --shape are not covered for sums over data", hint="put numbers in for the data"
        )
    found = loss_extremum(about.plain, about.variables)
    proofs = prove(found.derivations, budget)
    is_proved = proofs.verified is Verdict.PROVED
    return Solution(
        "critical",
        answer=_answer(found, is_proved=is_proved),
        bare=tuple(_bare(found)),
        blocks=tuple(_blocks(found, about, is_proved=is_proved)),
        derivations=found.derivations,
        notes=about.notes,
        verified=proofs.verified,
        proofs=proofs.counted,
        verdicts=proofs.verdicts,
        exit_code=0 if is_proved and found.kind is not None else 3,
        text=problem.expression.text,
        read=problem.expression.tree,
    )


def _conditions(found: LossExtremum) -> tuple[Node, ...]:
    given = found.shape.given if found.shape else ()
    return (*given, *found.conditions)


def _answer(found: LossExtremum, *, is_proved: bool) -> dict[str, Answer]:
    conditions = tuple(text_of((condition,)) for condition in _conditions(found))
    fields: dict[str, Answer] = {
        "variables": tuple(x.name for x in found.names),
        "gradient": tuple(d.result for d in found.gradient),
        "equations": tuple(d.result for d in found.equations),
    }
    if found.point:
        at: dict[str, Answer] = {x.name: value for x, value in zip(found.names, found.point, strict=True)}
        point: dict[str, Answer] = {"at": at, "exact": True}
        if found.kind is not None:
            point["kind"] = found.kind
        if conditions:
            point["where"] = " and ".join(conditions)
        fields["points"] = (point,)
        if found.kind is not None:
            word = "minimum" if "minimum" in found.kind else "maximum"
            fields["global"] = {word: {"attained": True, "at": (at,)}}
    fields["complete"] = "proved" if is_proved and found.kind is not None else "unknown"
    fields["reason"] = text_of(found.why)
    return fields


def _bare(found: LossExtremum) -> Iterator[Phrase]:
    """One line for the point: place, value (left out), kind, condition; of more than two parameters the equations."""
    conditions = _conditions(found)
    where: Phrase = ("\t", *listed(conditions, " and ")) if conditions else ()
    if not found.point:
        yield from ((d.result,) for d in found.equations)
        return
    kind = f"{found.kind}, and the global one" if found.kind else "stationary"
    yield (*_place(found.names, found.point), "\t\t", kind, *where)


def _place(names: tuple[Name, ...], values: tuple[Node, ...]) -> Phrase:
    parts: list[str | Node] = []
    for name, value in zip(names, values, strict=True):
        parts += [", ", f"{name.name} = ", value]
    return tuple(parts[1:])


def _blocks(found: LossExtremum, about: Subject, *, is_proved: bool) -> Iterator[Block]:
    yield Given(about.label, about.plain)
    for x, derivation in zip(found.names, found.gradient, strict=True):
        yield Chain(f"WITH RESPECT TO {x.name}", derivation)
    normal = len(found.names) > 1 or bool(found.shape)
    for x, derivation in zip(found.names, found.equations, strict=True):
        yield Chain(f"NORMAL EQUATION OF {x.name}" if normal else "WHERE THE SLOPE IS 0", derivation)
    for k, derivation in enumerate(found.solving):
        yield Chain("PUT INTO THE OTHER EQUATION" if k else f"SOLVE FOR {_solved_for(derivation)}", derivation)
    for derivation in found.shown:
        yield Chain("BY MEANS", derivation)
    yield from _findings(found)
    for derivation in found.checks:
        yield Chain("PUT IN AGAIN", derivation, is_background=True)
    yield from _about_the_kind(found)
    squares = about_squares(about.plain)
    if squares:
        yield Remark(squares, "note")
    if is_proved and found.kind is not None:
        under = ", under this condition" if found.unique or _conditions(found) else ""
        yield Remark((f"complete, proved{under}: there is no other stationary point",), "good")
    else:
        yield Remark(("not certified: ", *(found.why if found.kind is None else ("a step is not proved",))), "warning")


def _findings(found: LossExtremum) -> Iterator[Block]:
    if not found.point:
        rows = tuple(Finding(d.result.left, d.result.right) for d in found.equations if isinstance(d.result, Equation))
        yield Findings(rows, "THE CRITICAL POINT SOLVES")
        return
    short = {d.result.left: d.result.right for d in found.shown if isinstance(d.result, Equation)}
    word = {"local minimum": "global minimum", "local maximum": "global maximum"}.get(found.kind or "", "")
    rows = tuple(
        Finding(x, short.get(x, value), (word,) if word and k == 0 else ())
        for k, (x, value) in enumerate(zip(found.names, found.point, strict=True))
    )
    yield Findings(rows, "CRITICAL POINT")
    means = dict.fromkeys(mean for d in found.shown for mean in d.named)
    for mean in means:
        yield Remark((Name(mean.function), " = ", mean.body))
    if found.unique:
        yield Remark(("if ", *found.unique))
    elif found.conditions:
        yield Remark(("for ", *listed(found.conditions)))
    if found.shape and found.shape.given:
        yield Remark(("for ", *listed(found.shape.given)))


def _about_the_kind(found: LossExtremum) -> Iterator[Block]:
    if found.hessian:
        size = len(found.names)
        upper = {(j, j + k): d.result for j, row in enumerate(found.hessian) for k, d in enumerate(row)}
        matrix = Matrix(tuple(tuple(upper[min(j, k), max(j, k)] for k in range(size)) for j in range(size)))
        yield Findings((Finding("H", matrix, ("the second partial derivatives",)),), "HESSIAN")
    if found.shape is not None:
        yield Chain(direction(found.shape), found.shape.form)
    if found.identity is not None:
        yield Chain("THE DETERMINANT OF THE NORMAL EQUATIONS", found.identity)
    if found.why:
        yield Remark(found.why)


def _solved_for(derivation: Derivation) -> str:
    result = derivation.result
    return result.left.name if isinstance(result, Equation) and isinstance(result.left, Name) else ""
