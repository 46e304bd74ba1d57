"""Critical points of a function without a known derivative: what its values show, and that it is not certified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mathcli.errors import NotCoveredError
from mathcli.extrema.by_values import turns
from mathcli.solution import Answer, Block, Finding, Findings, Given, Remark, Solution
from mathcli.solving.numbers import decimal_node
from mathcli.solving.regions import Bound
from mathcli.syntax.tree import INF, Call, Negative, Node
from mathcli.topics._one_variable import interval, number

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.topics._function import Subject

_DIGITS = 8


def solve_by_values(problem: Any, about: Subject, budget: Budget, error: NotCoveredError) -> Solution:
    """Return the extrema that values of f show, if there are any.

    Raises:
        NotCoveredError: there are none, for the reason that was given.
    """
    (x,) = about.variables
    on = interval(problem, x)
    low, high = (None, None) if on is None else (_end(on.lower), _end(on.upper))
    found, start, end = turns(about.plain, x, low, high, budget.most_of_it())
    if not found:
        raise error
    searched = f"between {_shown(start)} and {_shown(end)}"
    reason = f"{error.message}; these extrema are certain by values of f {searched}, and others may be missing"
    f = about.function
    rows = tuple(
        Finding(Call(f, (decimal_node(turn.at, _DIGITS),)), decimal_node(turn.value, _DIGITS), (turn.kind,), "≈")
        for turn in found
    )
    blocks: list[Block] = [
        Given(Call(f, (x,)), about.body),
        Findings(rows),
        Remark(("each is certain by values of f; others may be missing",), "warning"),
    ]
    points: tuple[Answer, ...] = tuple(
        {"at": {x.name: number(turn.at)}, "value": number(turn.value), "kind": turn.kind, "exact": False}
        for turn in found
    )
    return Solution(
        "critical",
        answer={"variables": (x.name,), "points": points, "complete": "unknown", "reason": reason},
        bare=tuple(
            (f"{x.name} = ", decimal_node(t.at, _DIGITS), "\t", decimal_node(t.value, _DIGITS), "\t", t.kind)
            for t in found
        ),
        blocks=tuple(blocks),
        notes=(*about.notes, f"not certified to be complete: {reason}"),
        exit_code=3,
        text=problem.expression.text,
        read=problem.expression.tree,
    )


def _end(end: Node) -> Any:
    """A rational near an end of the interval, inside; None for an end at infinity."""
    return None if end in (INF, Negative(INF)) else Bound.of(end).enclosure[0]


def _shown(value: Any) -> str:
    return f"{float(value.p) / float(value.q):.6g}"
