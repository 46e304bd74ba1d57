"""How the tests of the topics ask: text in, the lines of the bare answer or the message of the error out."""

from __future__ import annotations

from mathcli.algebra.budget import Budget
from mathcli.algebra.verdict import Verdict
from mathcli.errors import MathcliError
from mathcli.solution import Solution
from mathcli.syntax.tree import Node
from mathcli.syntax.writer import write
from mathcli.topics import build


def solve(task: str, **fields: object) -> Solution:
    """Return the solution of a problem given as text."""
    return build(task, fields).solve(Budget())


def said(phrase: tuple[str | Node, ...]) -> str:
    """The phrase in the input syntax."""
    return "".join(part if isinstance(part, str) else write(part) for part in phrase)


def answer(task: str, **fields: object) -> list[str]:
    """The lines that a pipe gets; fails unless every step is proved."""
    solution = solve(task, **fields)
    assert solution.verified is Verdict.PROVED
    return [said(line) for line in solution.bare]


def refusal(task: str, **fields: object) -> tuple[int, str]:
    """The exit code and the message of the error that a problem ends with."""
    try:
        solve(task, **fields)
    except MathcliError as error:
        return error.exit_code, error.message
    raise AssertionError(f"{task} {fields} was answered")


def remarks(solution: Solution) -> list[str]:
    """What is said beside the answer, by sentence."""
    return [said(block.phrase) for block in solution.blocks if type(block).__name__ == "Remark"]
