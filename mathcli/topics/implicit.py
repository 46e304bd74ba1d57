"""The slope of a curve that is given by an equation: dy/dx, and the second derivative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mathcli.topics import ReadingOptions, argument, option

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.calculus.derivation import Derivation, Phrase
    from mathcli.calculus.implicit import Curvature
    from mathcli.solution import Answer, Block, Solution
    from mathcli.syntax.tree import Node
    from mathcli.topics._point import Point

KIND = "derivatives"


@dataclass(frozen=True, slots=True, kw_only=True)
class Implicit(ReadingOptions):
    """dy/dx of a curve that is given by an equation.

    mathcli implicit 'x^2 + y^2 = 25'
    mathcli implicit 'x^2 + y^2 = 25' --order 2 --at x=3,y=4
    """

    equation: Any = argument("equation", "the curve: x^2 + y^2 = 25")
    order: int = option("integer", "1 or 2", default=1, metavar="N")
    at: Any = option("point", "the slope at a point of the curve: x=3,y=4", metavar="x=3,y=4")

    def solve(self, budget: Budget) -> Solution:
        """Return dy/dx, and d²y/dx² where asked for, with the condition under which they hold."""
        from mathcli.calculus.proofs import prove
        from mathcli.errors import NotCoveredError, UsageError
        from mathcli.solution import Page, Solution
        from mathcli.topics._function import notes_of

        if self.order < 1:
            raise UsageError(f"--order is 1 or 2, not {self.order}")
        if self.order > 2:
            raise NotCoveredError("implicit goes up to the second derivative", hint="--order 2")
        work = _Work(self)
        proofs = prove(work.derivations, budget)
        return Solution(
            "implicit",
            answer=work.answer(),
            bare=((work.value.result if work.value else work.final,),),
            blocks=Page(work.blocks),
            derivations=work.derivations,
            notes=(*notes_of(self.equation, *self.let), *work.notes),
            verified=proofs.verified,
            proofs=proofs.counted,
            verdicts=proofs.verdicts,
            text=self.equation.text,
            read=self.equation.tree,
        )


class _Work:
    """The slope of one curve, its derivative if wanted, and the value at a point if wanted."""

    def __init__(self, problem: Implicit) -> None:
        from mathcli.calculus import implicit
        from mathcli.topics._curve import curve_of, value_on_curve
        from mathcli.topics._point import point

        self.curve, self.notes = curve_of(problem, problem.equation.tree)
        self.slope = implicit.slope(self.curve)
        self.curvature: Curvature | None = None
        self.final = self.slope.value
        if problem.order == 2:
            self.curvature = implicit.second(self.curve, self.slope)
            self.final = self.curvature.value
        variables = (self.curve.x, self.curve.y)
        self.at: Point | None = None if problem.at is None else point(problem.at, variables)
        self.value: Derivation | None = None
        if self.at is not None:
            self.value = value_on_curve(self.curve, self.slope, self.final, self.at)

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        """Every derivation of the answer."""
        found = [*self.slope.sides, self.slope.solved]
        if self.curvature is not None:
            found.extend((self.curvature.differentiated, self.curvature.filled, self.curvature.on_curve))
        return (*found, *((self.value,) if self.value else ()))

    @property
    def conditions(self) -> tuple[Node, ...]:
        """Where the slope exists."""
        from mathcli.topics._curve import slope_conditions

        return slope_conditions(self.curve, self.slope)

    def answer(self) -> dict[str, Answer]:
        """The fields of the JSON answer."""
        from mathcli.syntax.writer import write

        orders: list[Answer] = [{"order": 1, "value": self.slope.value}]
        if self.curvature is not None:
            orders.append({"order": 2, "raw": self.curvature.filled.result, "value": self.curvature.value})
        answer: dict[str, Answer] = {
            "variable": self.curve.x.name,
            "function": self.curve.y.name,
            "orders": tuple(orders),
            "value": self.final,
        }
        if self.conditions:
            answer["conditions"] = tuple(write(condition) for condition in self.conditions)
        if self.at is not None and self.value is not None:
            point: dict[str, Answer] = {name.name: value for name, value in self.at.items()}
            answer["at"] = ({"point": point, "value": self.value.result},)
        return answer

    def blocks(self) -> tuple[Block, ...]:
        """What a reader is shown."""
        from mathcli.solution import Chain, Finding, Findings, Given, Remark
        from mathcli.syntax.tree import Derivative
        from mathcli.topics._phrases import listed, point_phrase

        x, y = self.curve.x, self.curve.y

        def chain(heading: str, derivation: Derivation) -> Chain:
            return Chain(heading, derivation, dependent=self.curve.dependent)

        blocks: list[Block] = [
            Given(None, self.curve.equation),
            Remark((y, " is a function of ", x, ": both sides are differentiated with respect to ", x)),
            chain("LEFT SIDE", self.slope.sides[0]),
            chain("RIGHT SIDE", self.slope.sides[1]),
            chain(f"SOLVED FOR {y.name}'", self.slope.solved),
        ]
        remark: Phrase = ("for ", *listed(self.conditions)) if self.conditions else ()
        rows = [Finding(Derivative(y, x), self.slope.value, remark)]
        if self.curvature is not None:
            blocks.append(chain("SECOND DERIVATIVE", self.curvature.differentiated))
            blocks.append(Remark((f"put in {y.name}' = ", self.slope.value)))
            blocks.append(chain("", self.curvature.filled))
            if self.curvature.on_curve.steps:
                blocks.append(chain("ON THE CURVE", self.curvature.on_curve))
                blocks.append(Remark((self.curve.difference, " = 0 on the curve, which leaves ", self.curvature.value)))
            rows.append(Finding(Derivative(y, x, 2), self.curvature.value, remark))
        if self.at is not None and self.value is not None:
            label = Derivative(y, x, 2 if self.curvature else 1)
            rows.append(Finding(label, self.value.result, ("at ", *point_phrase(self.at))))
        return (*blocks, Findings(tuple(rows)))


TOPIC = Implicit
