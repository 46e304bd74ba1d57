"""Whether two expressions are equal: a proof, a witness against it, or an honest "undecided"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mathcli.topics import ReadingOptions, argument

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.algebra.equality import Comparison, Witness
    from mathcli.calculus.derivation import Phrase
    from mathcli.solution import Answer, Solution
    from mathcli.syntax.tree import Node

KIND = "extrema and equations"

WORDS = {
    "equal": "equal",
    "equal_on_common_domain": "equal where both are defined",
    "different": "different",
    "nowhere_both_defined": "nowhere both defined",
    "undecided": "undecided",
}
"""What a reader is told, by the verdict."""

EXIT_CODES = {"equal": 0, "equal_on_common_domain": 0, "different": 1, "nowhere_both_defined": 3, "undecided": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Equal(ReadingOptions):
    """Whether two expressions are equal, with a proof or with a point where they differ.

    mathcli equal 'sin(2x)' '2 sin x cos x'
    mathcli equal 'log(x^2)' '2 log x'
    mathcli equal '(x^2 - 1)/(x - 1)' 'x + 1'
    """

    left: Any = argument("expression", "one expression")
    right: Any = argument("expression", "the other, in quotes of its own")

    def solve(self, budget: Budget) -> Solution:
        """Return the verdict with its proof or its witness.

        Raises:
            UsageError: a vector is compared with a number, or an equation is given.
        """
        from mathcli.algebra.equality import compare
        from mathcli.algebra.verdict import Verdict
        from mathcli.solution import Given, Remark, Solution
        from mathcli.syntax.tree import Equation

        left, right = _side(self, self.left), _side(self, self.right)
        _check_kinds(left, right)
        found = compare(left, right, budget=budget)
        proved = found.verdict in ("equal", "equal_on_common_domain", "different", "nowhere_both_defined")
        return Solution(
            "equal",
            answer=_answer(found),
            bare=((WORDS[found.verdict],),),
            blocks=(Given(None, left), Given(None, right), *(Remark(line, tone) for line, tone in _said(found))),
            notes=tuple(str(note) for reading in (self.left, self.right) for note in reading.notes),
            verified=Verdict.PROVED if proved else Verdict.UNDECIDED,
            exit_code=EXIT_CODES[found.verdict],
            text=f"{self.left.text} = {self.right.text}",
            read=Equation(left, right),
        )


def _side(problem: Equal, reading: Any) -> Node:
    from mathcli.syntax.tree import Definition
    from mathcli.topics._function import definitions, unfolded

    tree: Node = reading.tree
    return unfolded(tree.body if isinstance(tree, Definition) else tree, definitions(problem.let))


def _check_kinds(left: Node, right: Node) -> None:
    from mathcli.errors import NotCoveredError, UsageError
    from mathcli.syntax.tree import Derivative, Equation, Integral, Limit, Matrix, Relation, Vector

    for side in (left, right):
        if isinstance(side, Equation | Relation):
            raise NotCoveredError(
                "comparing equations and inequalities is not there yet",
                hint="mathcli solve shows the solutions of each",
            )
        if side.contains(Derivative, Integral, Limit):
            raise NotCoveredError("derivatives, integrals and limits cannot be compared before they are worked out")
    for kind, word in ((Vector, "vector"), (Matrix, "matrix")):
        if isinstance(left, kind) is not isinstance(right, kind):
            raise UsageError(f"one side is a {word} and the other is not", hint="compare two of a kind")


def _answer(found: Comparison) -> dict[str, Answer]:
    fields: dict[str, Answer] = {"verdict": found.verdict}
    if found.proof:
        fields["proof"] = found.proof
    if found.witness is not None:
        fields["witness"] = _witness(found.witness)
    if found.verdict == "undecided":
        fields["points"], fields["bits"] = found.points, found.bits
    return fields


def _witness(witness: Witness) -> dict[str, Answer]:
    fields: dict[str, Answer] = {"at": {_name(name): str(value) for name, value in witness.at.items()}}
    if witness.until is not None:
        fields["until"] = {_name(name): str(value) for name, value in witness.until.items()}
        return fields
    for side, value in (("left", witness.left), ("right", witness.right)):
        fields[side] = "undefined" if value is None else value.str(16, radius=False)
    return fields


def _name(node: Node) -> str:
    from mathcli.syntax.writer import write

    return write(node)


def _said(found: Comparison) -> list[tuple[Phrase, str]]:
    """The verdict in sentences, each with its tone."""
    if found.verdict == "equal":
        return [((f"equal, proved: {found.proof}",), "good")]
    if found.verdict == "equal_on_common_domain":
        lines: list[tuple[Phrase, str]] = [((f"equal where both are defined, proved: {_by(found)}",), "good")]
        if found.witness is not None:
            lines.append(((_where_one_is_defined(found.witness),), "warning"))
        return lines
    if found.verdict == "different":
        assert found.witness is not None
        return [((f"different: {_where_they_differ(found.witness)}",), "warning")]
    if found.verdict == "nowhere_both_defined":
        return [(("there is no point where both sides have a value, so there is nothing to compare",), "warning")]
    agrees = f"they agree at {found.points} points to {found.bits} bits, which proves nothing"
    return [((f"undecided: {agrees if found.points else 'no point was found where both have a value'}",), "warning")]


def _by(found: Comparison) -> str:
    return found.proof.removesuffix(" where both are defined")


def _values(witness: Witness) -> tuple[str, str, str]:
    left, right = (
        "undefined" if value is None else value.str(10, radius=False) for value in (witness.left, witness.right)
    )
    place = ", ".join(f"{_name(name)} = {value}" for name, value in witness.at.items())
    return place, left, right


def _where_they_differ(witness: Witness) -> str:
    place, left, right = _values(witness)
    if left == right and witness.left is not None and witness.right is not None:
        apart = (witness.left - witness.right).str(3, radius=False)
        return f"at {place} the sides are {left} and {apart} apart"
    return f"at {place} the left side is {left} and the right side {right}"


def _where_one_is_defined(witness: Witness) -> str:
    place, left, right = _values(witness)
    if witness.until is not None:
        until = ", ".join(f"{_name(name)} = {value}" for name, value in witness.until.items())
        return f"their domains differ between {place} and {until}"
    if "undefined" not in (left, right):
        return f"their domains differ near {place}"
    side = "right" if left == "undefined" else "left"
    return f"at {place} only the {side} side is defined"


TOPIC = Equal
