"""The Hessian: the matrix of second partial derivatives, and how it is signed at a point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mathcli.topics import ReadingOptions, argument, componentwise_option, option, shape_option

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.calculus.derivation import Derivation, Phrase
    from mathcli.calculus.forms import Definiteness
    from mathcli.extrema.loss_shapes import Shape
    from mathcli.solution import Answer, Block, Solution
    from mathcli.syntax.tree import Matrix, Node
    from mathcli.topics._point import Point

KIND = "derivatives"
_DETERMINANT_ROWS = 3
"""A determinant of symbols is worked out up to this size; at a point there is no such limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hessian(ReadingOptions):
    """The matrix of second partial derivatives; its definiteness.

    mathcli hessian 'x^3 + 2xy^2'
    mathcli hessian 'x^2 + xy + y^2' --at x=0,y=0
    mathcli hessian 'w^T A w' --var w --shape 'A: n by n, w: n'
    """

    expression: Any = argument("expression", "a scalar function: x^2 y, f(x,y) = x^2 y")
    at: Any = option("point", "the matrix there, and its definiteness: x=1,y=2", metavar="x=1,y=2")
    shape: tuple[str, ...] = shape_option()
    componentwise: bool = componentwise_option()

    def solve(self, budget: Budget) -> Solution:
        """Return the Hessian with its determinant, and at a point whether it is definite."""
        if self.shape:
            from mathcli.topics._matrices import solve_hessian

            return solve_hessian(self, budget)
        from mathcli.calculus.proofs import prove
        from mathcli.solution import Solution

        work = _Work(self)
        proofs = prove(work.derivations, budget)
        return Solution(
            "hessian",
            answer=work.answer(),
            bare=((work.there.result if work.there else work.matrix,),),
            blocks=work.blocks(),
            derivations=work.derivations,
            notes=work.about.notes,
            verified=proofs.verified,
            proofs=proofs.counted,
            verdicts=proofs.verdicts,
            text=self.expression.text,
            read=self.expression.tree,
        )


class _Work:
    """First and second partial derivatives of one function; the lower half of the matrix mirrors the upper."""

    def __init__(self, problem: Hessian) -> None:
        from mathcli.calculus.differentiation import differentiate
        from mathcli.calculus.forms import LARGEST, definiteness, determinant
        from mathcli.syntax.tree import IndexedSum, Matrix
        from mathcli.topics._function import partial_derivatives, scalar, subject
        from mathcli.topics._point import point, values_at

        self.about = scalar(subject(problem, problem.expression, several=True), "hessian")
        variables = self.about.variables
        self.first = partial_derivatives(self.about.body, self.about)
        self.second = {
            (j, k): differentiate(self.first[j].result, variables[k], named=self.about.named)
            for j in range(len(variables))
            for k in range(j, len(variables))
        }
        indices = range(len(variables))
        rows = tuple(tuple(self.second[min(j, k), max(j, k)].result for k in indices) for j in indices)
        self.matrix = Matrix(rows)
        self.at: Point | None = None if problem.at is None else point(problem.at, variables)
        self.there: Derivation | None = None
        self.definiteness: Definiteness | None = None
        self.shape: Shape | None = None
        if self.at is None and self.about.plain.contains(IndexedSum):
            from mathcli.extrema.loss_shapes import is_on_one_piece, shape_of

            self.shape = shape_of(self.about.plain, variables)
            self.is_on_one_piece = is_on_one_piece(self.about.plain, variables)
        self.determinant: Derivation | None = None
        if self.at is not None:
            self.there = values_at(self.about, (*self.first, *self.second.values()), self.matrix, self.at)
        if self.there is not None and len(rows) <= LARGEST:
            if not self.there.result.names:
                self.definiteness = definiteness(self._matrix_there())
            self.determinant = determinant(self._matrix_there())
        elif self.there is None and len(rows) <= _DETERMINANT_ROWS:
            self.determinant = determinant(self.matrix)

    def _matrix_there(self) -> Matrix:
        from mathcli.syntax.tree import Matrix

        assert self.there is not None
        assert isinstance(self.there.result, Matrix)
        return self.there.result

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        """Every derivation of the answer."""
        found = [*self.first, *self.second.values()]
        found.extend(d for d in (self.there, self.determinant) if d is not None)
        if self.shape is not None:
            found.append(self.shape.form)
        if self.definiteness is not None:
            found.extend((*self.definiteness.minors, *self.definiteness.sums))
        return tuple(dict.fromkeys(found))

    def answer(self) -> dict[str, Answer]:
        """The fields of the JSON answer."""
        from mathcli.syntax.writer import write
        from mathcli.topics._function import conditions_of

        variables = tuple(x.name for x in self.about.variables)
        answer: dict[str, Answer] = {"variables": variables, "matrix": self.matrix.rows}
        if self.at is not None and self.there is not None:
            point: dict[str, Answer] = {name.name: value for name, value in self.at.items()}
            answer["at"] = ({"point": point, "value": self._matrix_there().rows},)
        if self.determinant is not None:
            answer["determinant"] = self.determinant.result
        if self.definiteness is not None and self.definiteness.word is not None:
            answer["definiteness"] = self.definiteness.word
        if self.shape is not None and not self.shape.given:
            answer["definiteness"] = "positive semidefinite" if self.shape.sign > 0 else "negative semidefinite"
        conditions = conditions_of((*self.first, *self.second.values()))
        if conditions:
            answer["conditions"] = tuple(write(condition) for condition in conditions)
        return answer

    def blocks(self) -> tuple[Block, ...]:
        """What a reader is shown."""
        from mathcli.calculus.forms import LARGEST
        from mathcli.solution import Chain, Finding, Findings, Given, Remark
        from mathcli.syntax.tree import Call
        from mathcli.topics._function import conditions_of
        from mathcli.topics._phrases import listed

        about, variables = self.about, self.about.variables
        blocks: list[Block] = [Given(about.label, about.body)]
        for x, derivation in zip(variables, self.first, strict=True):
            blocks.append(Chain(f"WITH RESPECT TO {x.name}", derivation))
        for (j, k), derivation in self.second.items():
            wrt = (variables[j], variables[k])
            heading = f"WITH RESPECT TO {wrt[0].name}, THEN {wrt[1].name}"
            blocks.append(Chain(heading, derivation))
        rows = [Finding("H", self.matrix, ("symmetric: the mixed partial derivatives are equal",))]
        if self.at is not None and self.there is not None:
            rows.append(Finding(Call("H", tuple(self.at.values())), self.there.result))
        if self.determinant is not None:
            rows.append(Finding("det H", self.determinant.result))
        blocks.append(Findings(tuple(rows)))
        if self.there is not None and self.determinant is None:
            blocks.append(Remark((f"definiteness is worked out for up to {LARGEST} variables",), tone="note"))
        if self.shape is not None:
            from mathcli.topics._losses import direction, what_the_squares_say

            blocks.append(Chain(direction(self.shape), self.shape.form))
            blocks.append(Remark(what_the_squares_say(self.shape, is_on_one_piece=self.is_on_one_piece), "good"))
        if self.definiteness is not None:
            blocks.extend(Remark(phrase, tone) for phrase, tone in _explained(self.definiteness))
        conditions = conditions_of((*self.first, *self.second.values()))
        if conditions:
            blocks.append(Remark(("for ", *listed(conditions))))
        return tuple(blocks)


def _explained(found: Definiteness) -> tuple[tuple[Phrase, str], ...]:
    """Why the matrix is signed as it is, by Sylvester's criterion or by the signs of its eigenvalues."""
    from mathcli.topics._phrases import listed

    minors: tuple[str | Node, ...] = listed(minor.result for minor in found.minors)
    sums: tuple[str | Node, ...] = listed(total.result for total in found.sums)
    match found.word:
        case None:
            return ((("nobody could decide the sign of one of ", *sums), "warning"),)
        case "positive definite":
            why: Phrase = ("positive definite: the leading principal minors ", *minors, " are all positive")
        case "negative definite":
            why = ("negative definite: the leading principal minors ", *minors, " alternate in sign from minus on")
        case "zero":
            why = ("the zero matrix: neither definite nor indefinite",)
        case "indefinite" if len(found.sums) == 2:
            why = ("indefinite: the determinant ", found.sums[1].result, " is negative")
        case "indefinite":
            why = ("indefinite: eigenvalues of both signs, by the sums of the principal minors ", *sums)
        case word:
            why = (f"{word}, not definite: the determinant is 0, and the sums of the principal minors are ", *sums)
    return ((why, "good"),)


TOPIC = Hessian
