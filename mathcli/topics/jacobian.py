"""The Jacobian: the matrix of all partial derivatives of a vector-valued function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mathcli.topics import ReadingOptions, argument, componentwise_option, option, shape_option

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.calculus.derivation import Derivation
    from mathcli.solution import Answer, Block, Solution
    from mathcli.syntax.tree import Matrix, Node
    from mathcli.topics._point import Point

KIND = "derivatives"
_DETERMINANT_ROWS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Jacobian(ReadingOptions):
    """The matrix of all partial derivatives of a vector of functions.

    mathcli jacobian '(x^2 y, x + y)'
    mathcli jacobian 'f(r, t) = (r cos t, r sin t)' --at r=1,t=0
    mathcli jacobian 'x/||x||' --shape 'x: n'
    """

    expression: Any = argument("expression", "a vector of functions: (x^2 y, x + y)")
    at: Any = option("point", "the matrix there: x=1,y=2", metavar="x=1,y=2")
    shape: tuple[str, ...] = shape_option()
    componentwise: bool = componentwise_option()

    def solve(self, budget: Budget) -> Solution:
        """Return the Jacobian, one row for each component, and its determinant where it is square."""
        if self.shape:
            from mathcli.topics._matrices import solve_jacobian

            return solve_jacobian(self, budget)
        from mathcli.calculus.proofs import prove
        from mathcli.solution import Page, Solution

        work = _Work(self)
        proofs = prove(work.derivations, budget)
        return Solution(
            "jacobian",
            answer=work.answer(),
            bare=((work.there.result if work.there else work.matrix,),),
            blocks=Page(work.blocks),
            derivations=work.derivations,
            notes=work.notes,
            verified=proofs.verified,
            proofs=proofs.counted,
            verdicts=proofs.verdicts,
            text=self.expression.text,
            read=self.expression.tree,
        )


class _Work:
    """The partial derivatives of each component."""

    def __init__(self, problem: Jacobian) -> None:
        from mathcli.calculus.forms import determinant
        from mathcli.errors import UsageError
        from mathcli.syntax.tree import Matrix, Vector
        from mathcli.topics._function import partial_derivatives, subject
        from mathcli.topics._point import point, values_at

        self.about = subject(problem, problem.expression, several=True)
        if not self.about.variables:
            raise UsageError("jacobian needs a variable, and this has none", hint="--vars x,y says which are meant")
        body = self.about.body
        self.components: tuple[Node, ...] = body.entries if isinstance(body, Vector) else (body,)
        self.rows = tuple(partial_derivatives(component, self.about) for component in self.components)
        self.matrix = Matrix(tuple(tuple(d.result for d in row) for row in self.rows))
        self.at: Point | None = None if problem.at is None else point(problem.at, self.about.variables)
        self.there = None if self.at is None else values_at(self.about, self.partials, self.matrix, self.at)
        here: Matrix | Node = self.matrix if self.there is None else self.there.result
        self.determinant: Derivation | None = None
        if isinstance(here, Matrix) and 1 < len(here.rows) == len(here.rows[0]) <= _DETERMINANT_ROWS:
            self.determinant = determinant(here)

    @property
    def partials(self) -> tuple[Derivation, ...]:
        """All partial derivatives, row by row."""
        return tuple(derivation for row in self.rows for derivation in row)

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        """Every derivation of the answer."""
        return (*dict.fromkeys(self.partials), *(d for d in (self.there, self.determinant) if d is not None))

    @property
    def notes(self) -> tuple[str, ...]:
        """How the problem was read."""
        scalar = ("one component: the Jacobian is the gradient written as a row",)
        return (*self.about.notes, *(scalar if len(self.components) == 1 else ()))

    def answer(self) -> dict[str, Answer]:
        """The fields of the JSON answer."""
        from mathcli.syntax.tree import Matrix
        from mathcli.syntax.writer import write
        from mathcli.topics._function import conditions_of

        variables = tuple(x.name for x in self.about.variables)
        answer: dict[str, Answer] = {"variables": variables, "matrix": self.matrix.rows}
        if self.at is not None and self.there is not None and isinstance(self.there.result, Matrix):
            point: dict[str, Answer] = {name.name: value for name, value in self.at.items()}
            answer["at"] = ({"point": point, "value": self.there.result.rows},)
        if self.determinant is not None:
            answer["determinant"] = self.determinant.result
        conditions = conditions_of(self.partials)
        if conditions:
            answer["conditions"] = tuple(write(condition) for condition in conditions)
        return answer

    def blocks(self) -> tuple[Block, ...]:
        """What a reader is shown."""
        from mathcli.solution import Chain, Finding, Findings, Given, Remark
        from mathcli.syntax.tree import Call
        from mathcli.topics._function import conditions_of
        from mathcli.topics._phrases import listed

        about = self.about
        blocks: list[Block] = [Given(about.label, about.body)]
        for k, row in enumerate(self.rows, 1):
            for x, derivation in zip(about.variables, row, strict=True):
                component = f"COMPONENT {k} " if len(self.rows) > 1 else ""
                blocks.append(Chain(f"{component}WITH RESPECT TO {x.name}", derivation))
        rows = [Finding("J", self.matrix)]
        if self.at is not None and self.there is not None:
            rows.append(Finding(Call("J", tuple(self.at.values())), self.there.result))
        if self.determinant is not None:
            rows.append(Finding("det J", self.determinant.result))
        blocks.append(Findings(tuple(rows)))
        conditions = conditions_of(self.partials)
        if conditions:
            blocks.append(Remark(("for ", *listed(conditions))))
        return tuple(blocks)


TOPIC = Jacobian
