"""The gradient of a scalar function: everywhere, at a point, and along a direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mathcli.topics import ReadingOptions, argument, componentwise_option, option, shape_option

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.calculus.derivation import Derivation, Phrase
    from mathcli.solution import Answer, Block, Solution
    from mathcli.syntax.tree import Definition, Node, Vector
    from mathcli.topics._function import Subject
    from mathcli.topics._point import Point

KIND = "derivatives"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gradient(ReadingOptions):
    """The gradient, by vectors and matrices too; slopes in a direction.

    mathcli gradient 'x^2 + y^2 + 3'
    mathcli gradient 'x^2 + y^2 + 3' --at x=1,y=2 --along 3,4
    mathcli gradient '||X w - y||^2' --var w --shape 'X: n by d, w: d, y: n'
    mathcli gradient 'sum_{i=1}^n (y_i - (m x_i + c))^2' --vars m,c --means
    mathcli gradient 'L(w_0, ..., w_n)'
    """

    expression: Any = argument("expression", "a scalar function: x^2 + y^2, f(x,y) = x^2 + y^2")
    at: Any = option("point", "the gradient there: x=1,y=2", metavar="x=1,y=2")
    along: Any = option("vector", "the derivative in this direction: 3,4", metavar="VECTOR")
    shape: tuple[str, ...] = shape_option()
    componentwise: bool = componentwise_option()

    means: bool = option("flag", "write sums of data by their means: n x̄", default=False)
    update: bool = option("flag", "one step of gradient descent too: w - η ∇L", default=False)

    def solve(self, budget: Budget) -> Solution:
        """Return the gradient, at the point where there is one, and the directional derivative where wanted."""
        if self.shape:
            from mathcli.topics._matrices import solve_gradient

            return solve_gradient(self, budget)
        from mathcli.calculus.proofs import prove
        from mathcli.solution import Solution

        work = _Work(self)
        proofs = prove(work.derivations, budget)
        return Solution(
            "gradient",
            answer=work.answer(),
            bare=((work.final,),),
            blocks=work.blocks(),
            derivations=work.derivations,
            notes=work.notes(),
            verified=proofs.verified,
            proofs=proofs.counted,
            verdicts=proofs.verdicts,
            text=self.expression.text,
            read=self.expression.tree,
        )


class _Work:
    """The partial derivatives of one function, and what is asked of their vector."""

    def __init__(self, problem: Gradient) -> None:
        from mathcli.syntax.tree import Vector
        from mathcli.topics._function import partial_derivatives, scalar, subject
        from mathcli.topics._point import point, values_at

        self.about: Subject = scalar(subject(problem, problem.expression, several=True), "gradient")
        self.partials = partial_derivatives(self.about.body, self.about)
        if problem.means:
            from mathcli.calculus.means import with_means

            self.partials = tuple(map(with_means, self.partials, self.about.variables))
        self.has_update = problem.update or _has_ellipsis(self.about)
        self.vector = _with_ellipsis(self.about, Vector(tuple(d.result for d in self.partials)))
        self.at: Point | None = None if problem.at is None else point(problem.at, self.about.variables)
        self.there = None if self.at is None else values_at(self.about, self.partials, self.vector, self.at)
        self.direction: Vector | None = None if problem.along is None else problem.along.tree
        self.unit: Vector | None = None
        self.slope: tuple[Derivation, ...] = ()
        if self.direction is not None:
            gradient = self.vector if self.there is None else self.there.result
            assert isinstance(gradient, Vector)
            self.unit, self.slope = _along(gradient, self.direction)

    @property
    def means(self) -> tuple[Definition, ...]:
        """The means by which sums are written."""
        named = dict.fromkeys(d for partial in self.partials for d in partial.named)
        return tuple(d for d in named if d not in self.about.named and d.function.endswith("bar") and not d.parameters)

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        """Every derivation of the answer."""
        return (*self.partials, *((self.there,) if self.there else ()), *self.slope)

    @property
    def name(self) -> str:
        """The letter of the function: L where it is L(w_0, w_1) that nothing is known of."""
        return getattr(self.about.label, "function", self.about.function)

    @property
    def final(self) -> Any:
        """What a pipe gets: the directional derivative where one was asked for, else the gradient."""
        if self.slope:
            return self.slope[-1].result
        return self.there.result if self.there else self.vector

    def answer(self) -> dict[str, Answer]:
        """The fields of the JSON answer."""
        from mathcli.syntax.tree import Vector
        from mathcli.syntax.writer import write
        from mathcli.topics._function import conditions_of

        answer: dict[str, Answer] = {
            "variables": tuple(x.name for x in self.about.variables),
            "gradient": self.vector.entries,
        }
        if self.at is not None and self.there is not None and isinstance(self.there.result, Vector):
            point: dict[str, Answer] = {name.name: value for name, value in self.at.items()}
            answer["at"] = ({"point": point, "value": self.there.result.entries},)
        if self.direction is not None and self.unit is not None:
            along: dict[str, Answer] = {"direction": self.direction.entries, "unit": self.unit.entries}
            answer["along"] = {**along, "value": self.slope[-1].result}
        if self.has_update:
            answer["update"] = tuple(right for _, right in self.updates())
        conditions = conditions_of(self.partials)
        if conditions:
            answer["conditions"] = tuple(write(condition) for condition in conditions)
        return answer

    def notes(self) -> tuple[str, ...]:
        """What is to be said on the reading; of w_0, ..., w_n the dots stand between the names."""
        if not _has_ellipsis(self.about):
            return self.about.notes
        return tuple(note for note in self.about.notes if not note.startswith("the variables are"))

    def updates(self) -> list[tuple[Node, Node]]:
        """Each variable's new value after one step of gradient descent, and last the vector's."""
        from mathcli.syntax.tree import Call, Derivative, Ellipsis, Name, Vector

        eta = Name(self.rate)
        entries = iter(self.partials)
        names = self.about.body.children() if _has_ellipsis(self.about) else self.about.variables
        rows: list[tuple[Node, Node]] = []
        for name in names:
            if isinstance(name, Ellipsis):
                rows.append((name, name))
                continue
            assert isinstance(name, Name)
            partial = next(entries)
            slope = partial.result if partial.steps else Derivative(self.about.label, name)
            rows.append((Name(f"{name.name}_new"), _stepped(name, eta, slope)))
        bases = {name.name.partition("_")[0] for name in self.about.variables if "_" in name.name}
        gradient = Call("grad", (Name(self.name),))
        if len(bases) == 1 and all("_" in name.name for name in self.about.variables):
            whole: Node = Name(next(iter(bases)))
            new: Node = Name(f"{next(iter(bases))}_new")
        else:
            whole = Vector(tuple(names))
            new = Vector(tuple(left for left, _ in rows))
        return [*rows, (new, _stepped(whole, eta, gradient))]

    @property
    def rate(self) -> str:
        """The letter of the learning rate."""
        taken = {name.name for name in self.about.body.names}
        return next(letter for letter in ("eta", "alpha", "epsilon", "rho") if letter not in taken)

    def blocks(self) -> tuple[Block, ...]:
        """What a reader is shown."""
        from mathcli.solution import Chain, Finding, Findings, Given, Remark
        from mathcli.syntax.tree import Call, Name
        from mathcli.topics._function import conditions_of
        from mathcli.topics._losses import about_corners, about_squares, has_sum
        from mathcli.topics._phrases import listed, partial_label, point_phrase, said

        about = self.about
        blocks: list[Block] = [Given(None if about.is_unknown else about.label, about.body)]
        known = [(x, d) for x, d in zip(about.variables, self.partials, strict=True) if d.steps]
        blocks.extend(Chain(f"WITH RESPECT TO {x.name}", d) for x, d in known)
        rows = [Finding(partial_label(about, (x,)), d.result) for x, d in known]
        shape: Phrase = ("a column, with one entry for each variable",) if _has_ellipsis(about) else ()
        rows.append(Finding(Call("grad", (Name(self.name),)), self.vector, shape))
        if self.at is not None and self.there is not None:
            there = Call("grad", (about.label.substitute(dict(self.at.items())),))
            blocks.append(Chain("AT " + "".join(map(said, point_phrase(self.at))), self.there, label=there))
            rows.append(Finding(there, self.there.result))
        if self.direction is not None and self.unit is not None:
            blocks.append(Remark(("the direction ", self.direction, " has the unit vector u = ", self.unit)))
            blocks.extend(
                Chain(heading, d)
                for heading, d in zip((f"∇{self.name}·v", "DIVIDED BY THE NORM OF v"), self.slope, strict=True)
            )
            rows.append(Finding(f"D_u {self.name}", self.slope[-1].result, ("along ", self.direction)))
        blocks.append(Findings(tuple(rows)))
        if self.has_update:
            steps = tuple(Finding("" if left is right else left, right) for left, right in self.updates())
            blocks.append(Findings(steps, heading="ONE STEP OF GRADIENT DESCENT"))
            blocks.append(
                Remark(
                    (
                        Name(self.rate),
                        " > 0 is the learning rate; the step is repeated with the new values",
                    )
                )
            )
        blocks.extend(Remark((Name(mean.function), " = ", mean.body)) for mean in self.means)
        squares = about_squares(about.plain)
        if squares:
            blocks.append(Remark(squares, "note"))
        corners = about_corners(about.plain, about.variables) if has_sum(about.plain) else ()
        if corners:
            blocks.append(Remark(corners, "note"))
        conditions = conditions_of(self.partials)
        if conditions:
            blocks.append(Remark(("for ", *listed(conditions))))
        return tuple(blocks)


def _stepped(old: Node, rate: Node, slope: Node) -> Node:
    from mathcli.calculus.terms import term_of, written
    from mathcli.syntax.tree import Negative, Product, Sum

    step = written(term_of(Product.of(rate, slope)))
    return Sum.of(old, step.operand if isinstance(step, Negative) else Negative(step))


def _has_ellipsis(about: Subject) -> bool:
    """Whether the problem is L(w_0, ..., w_n), an unknown loss of many weights."""
    from mathcli.syntax.tree import Ellipsis

    return about.is_unknown and any(isinstance(part, Ellipsis) for part in about.body.children())


def _with_ellipsis(about: Subject, gradient: Vector) -> Vector:
    """The gradient of L(w_0, ..., w_n) has the same dots between its entries."""
    from mathcli.syntax.tree import Call, Ellipsis, Vector

    if not about.is_unknown or not isinstance(about.body, Call):
        return gradient
    entries = iter(gradient.entries)
    arguments = about.body.arguments
    if len(arguments) - sum(isinstance(part, Ellipsis) for part in arguments) != len(gradient.entries):
        return gradient
    return Vector(tuple(part if isinstance(part, Ellipsis) else next(entries) for part in arguments))


def _along(gradient: Vector, direction: Vector) -> tuple[Vector, tuple[Derivation, ...]]:
    """The unit vector of the direction, and the derivations of gradient·v and of gradient·v / ‖v‖."""
    from mathcli.algebra.exact import is_zero
    from mathcli.calculus.vectors import directional_derivative, same_length, unit_vector
    from mathcli.errors import UndefinedError

    same_length((gradient, direction))
    if all(is_zero(entry) for entry in direction.entries):
        raise UndefinedError("there is no direction to go along: the vector is zero", hint="--along 3,4")
    return unit_vector(direction), directional_derivative(gradient, direction)


TOPIC = Gradient
