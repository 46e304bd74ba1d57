"""Tangent lines of graphs and curves, tangent planes of surfaces, and the normals beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mathcli.topics import ReadingOptions, argument, option

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.calculus.derivation import Derivation, Phrase
    from mathcli.solution import Answer, Block, Solution
    from mathcli.syntax.tree import Equation, Node
    from mathcli.topics._function import Subject
    from mathcli.topics._point import Point

KIND = "derivatives"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tangent(ReadingOptions):
    """The tangent line of a curve or the tangent plane of a surface.

    mathcli tangent 'x^2' --at x=3
    mathcli tangent 'x^2 + y^2 = 25' --at x=3,y=4
    mathcli tangent 'f(x,y) = x^2 + y^2' --at x=1,y=2
    """

    expression: Any = argument("expression", "a function or an equation: x^2, x^2 + y^2 = 25")
    at: Any = option("point", "where it touches: x=3", metavar="x=3")

    def solve(self, budget: Budget) -> Solution:
        """Return the equation of the tangent, with the normal where there is one line of them."""
        from mathcli.calculus.proofs import prove
        from mathcli.errors import UsageError
        from mathcli.solution import Solution
        from mathcli.syntax.tree import Equation, Name
        from mathcli.topics._function import notes_of

        if self.at is None:
            raise UsageError("tangent needs the point where it touches", hint="--at x=3")
        tree = self.expression.tree
        is_explicit = isinstance(tree, Equation) and isinstance(tree.left, Name) and tree.left not in tree.right.names
        is_explicit = is_explicit and _bare_values(self.at) <= max(1, len(tree.names) - 1)
        if isinstance(tree, Equation) and not is_explicit:
            found, notes = _to_a_curve(self), notes_of(self.expression, *self.let)
        else:
            found, notes = _to_a_graph(self)
        proofs = prove(found.derivations, budget)
        return Solution(
            "tangent",
            answer=found.answer,
            bare=((found.equation,),),
            blocks=found.blocks,
            derivations=found.derivations,
            notes=notes,
            verified=proofs.verified,
            proofs=proofs.counted,
            verdicts=proofs.verdicts,
            text=self.expression.text,
            read=tree,
        )


class _Found:
    """A tangent: its equation, and what there is to say about it."""

    def __init__(
        self,
        equation: Equation,
        answer: dict[str, Answer],
        blocks: tuple[Block, ...],
        derivations: tuple[Derivation, ...],
    ) -> None:
        self.equation, self.answer, self.blocks, self.derivations = equation, answer, blocks, derivations


def _to_a_graph(problem: Tangent) -> tuple[_Found, tuple[str, ...]]:
    from mathcli.topics._function import scalar, subject

    given = _given_names(problem.at)
    several = len(given) > 1 or _bare_values(problem.at) > 1
    about = subject(problem, problem.expression, several=several, variables=given if not problem.var else ())
    about = scalar(about, "tangent")
    return (_plane(problem, about) if len(about.variables) > 1 else _line(problem, about)), about.notes


def _given_names(at: Any) -> tuple[Any, ...]:
    from mathcli.syntax.tree import Name
    from mathcli.topics._point import point_parts

    names = [name for name, _ in point_parts(at)]
    return tuple(name for name in names if isinstance(name, Name))


def _bare_values(at: Any) -> int:
    from mathcli.topics._point import point_parts

    return len(point_parts(at))


def _line(problem: Tangent, about: Subject) -> _Found:
    from mathcli.algebra.exact import sign
    from mathcli.calculus.differentiation import differentiate
    from mathcli.calculus.tangents import line_through, normal_through, vertical
    from mathcli.calculus.vectors import worked_out
    from mathcli.solution import Chain, Finding, Findings, Given, Remark
    from mathcli.syntax.tree import Call
    from mathcli.topics._function import ordinate
    from mathcli.topics._point import point, value_of_derivative

    (x,) = about.variables
    at = point(problem.at, (x,))
    y = ordinate(about)
    height = _height(about, at)
    derivative = differentiate(about.body, x, named=about.named)
    blocks: list[Block] = [Given(about.label, about.body), Chain("DERIVATIVE", derivative)]
    if vertical(about.plain, derivative.result, x, at[x]):
        line = _equation(x, at[x])
        blocks.append(Remark(("the slope grows without bound: the tangent is vertical",)))
        blocks.append(Findings((Finding(line.left, line.right, ("the tangent",)),)))
        answer: dict[str, Answer] = {"tangent": line, "vertical": True, "point": _as_answer({**at, y: height.result})}
        return _Found(line, answer, tuple(blocks), (height, derivative))
    there = value_of_derivative(about, (derivative,), at)
    *beside, slope = there.derivations
    tangent = worked_out(line_through(at[x], height.result, slope.result, x), "expand", "rewrite")
    line = _equation(y, tangent.result)
    is_level = sign(slope.result) == 0
    normal = (
        None if is_level else worked_out(normal_through(at[x], height.result, slope.result, x), "expand", "rewrite")
    )
    perpendicular = _equation(x, at[x]) if normal is None else _equation(y, normal.result)
    blocks.append(Chain("POINT", height, label=Call(about.function, (at[x],))))
    if there.remark:
        blocks.append(Remark(there.remark))
    blocks.append(Chain("SLOPE", slope, label=Call(about.function, (at[x],), 1)))
    blocks.append(Chain("TANGENT", tangent, label=y))
    rows = [
        Finding(Call(about.function, (at[x],)), height.result, ("the height of the point",)),
        Finding(Call(about.function, (at[x],), 1), slope.result, ("the slope",)),
        Finding(line.left, line.right, ("the tangent",)),
        Finding(perpendicular.left, perpendicular.right, ("the normal, at right angles",)),
    ]
    answer = {
        "tangent": line,
        "slope": slope.result,
        "normal": perpendicular,
        "point": _as_answer({**at, y: height.result}),
    }
    derivations = tuple(d for d in (height, derivative, *beside, slope, tangent, normal) if d is not None)
    return _Found(line, answer, (*blocks, Findings(tuple(rows))), derivations)


def _height(about: Subject, at: Point) -> Derivation:
    from mathcli.calculus.vectors import worked_out
    from mathcli.topics._point import check_defined

    check_defined(about.plain, at, about.function)
    return worked_out(about.plain.substitute(dict(at.items())), "substitute and compute")


def _plane(problem: Tangent, about: Subject) -> _Found:
    from mathcli.calculus.tangents import plane_through
    from mathcli.calculus.vectors import worked_out
    from mathcli.solution import Chain, Finding, Findings, Given
    from mathcli.syntax.tree import ONE, Negative, Vector
    from mathcli.topics._function import ordinate, partial_derivatives
    from mathcli.topics._phrases import partial_label
    from mathcli.topics._point import point, values_at

    at = point(problem.at, about.variables)
    z = ordinate(about)
    height = _height(about, at)
    partials = partial_derivatives(about.body, about)
    slopes = values_at(about, partials, Vector(tuple(d.result for d in partials)), at)
    assert isinstance(slopes.result, Vector)
    tangent = worked_out(plane_through(at, height.result, slopes.result.entries), "expand", "rewrite")
    plane = _equation(z, tangent.result)
    normal = Vector((*slopes.result.entries, Negative(ONE)))
    blocks: list[Block] = [Given(about.label, about.body)]
    for x, derivation in zip(about.variables, partials, strict=True):
        blocks.append(Chain(f"WITH RESPECT TO {x.name}", derivation))
    blocks.append(Chain("POINT", height, label=about.label.substitute(dict(at.items()))))
    blocks.append(Chain("SLOPES", slopes))
    blocks.append(Chain("TANGENT PLANE", tangent, label=z))
    rows = [
        *(
            Finding(partial_label(about, (x,)), slope, ("at the point",))
            for x, slope in zip(about.variables, slopes.result.entries, strict=True)
        ),
        Finding(plane.left, plane.right, ("the tangent plane",)),
        Finding("normal vector", normal),
    ]
    answer: dict[str, Answer] = {
        "tangent": plane,
        "slopes": slopes.result.entries,
        "normal_vector": normal.entries,
        "point": _as_answer({**at, z: height.result}),
    }
    return _Found(plane, answer, (*blocks, Findings(tuple(rows))), (height, *partials, slopes, tangent))


def _to_a_curve(problem: Tangent) -> _Found:
    from mathcli.algebra.exact import is_zero
    from mathcli.calculus.differentiation import differentiate
    from mathcli.calculus.implicit import difference
    from mathcli.calculus.tangents import level_tangent
    from mathcli.errors import UndecidedError, UndefinedError, UsageError
    from mathcli.solution import Chain, Finding, Findings, Given
    from mathcli.syntax.tree import Derivative, Equation, Vector
    from mathcli.topics._curve import check_on_curve
    from mathcli.topics._function import definitions, unfolded
    from mathcli.topics._point import point, value_at_point

    equation = unfolded(problem.expression.tree, definitions(problem.let))
    assert isinstance(equation, Equation)
    variables = _curve_variables(problem, equation)
    if len(variables) < 2:
        raise UsageError("a curve needs two variables", hint="--vars x,y")
    at = point(problem.at, variables)
    check_on_curve(equation, at)
    f = difference(equation)
    partials = tuple(differentiate(f, name) for name in variables)
    gradient = value_at_point(partials, at)
    assert isinstance(gradient.result, Vector)
    verdicts = [is_zero(entry) for entry in gradient.result.entries]
    if all(verdicts):
        raise UndefinedError("there is no single tangent here: both partial derivatives are 0 at this point")
    if False not in verdicts:
        raise UndecidedError("nobody could decide whether the curve has a tangent at this point")
    is_vertical = len(variables) == 2 and bool(verdicts[1])
    tangent, line = level_tangent(gradient.result.entries, at)
    blocks: list[Block] = [Given(None, equation)]
    for name, derivation in zip(variables, partials, strict=True):
        blocks.append(Chain(f"LEFT SIDE MINUS RIGHT SIDE, WITH RESPECT TO {name.name}", derivation))
    blocks.append(Chain("NORMAL VECTOR AT THE POINT", gradient))
    blocks.append(Chain("TANGENT", tangent))
    word: Phrase = ("the tangent, which is vertical" if is_vertical else "the tangent",)
    rows = [Finding("normal vector", gradient.result), Finding(line.left, line.right, word)]
    answer: dict[str, Answer] = {
        "tangent": line,
        "normal_vector": gradient.result.entries,
        "point": _as_answer(at),
    }
    if is_vertical:
        answer["vertical"] = True
    elif len(variables) == 2:
        from mathcli.algebra.exact import evaluated
        from mathcli.syntax.tree import Negative, Quotient

        slope = evaluated(Negative(Quotient(*gradient.result.entries)))
        answer["slope"] = slope
        rows.append(Finding(Derivative(variables[1], variables[0]), slope, ("at the point",)))
    return _Found(line, answer, (*blocks, Findings(tuple(rows))), (*partials, gradient, tangent))


def _curve_variables(problem: Tangent, equation: Equation) -> tuple[Any, ...]:
    from mathcli.topics._curve import curve_of

    given = _given_names(problem.at)
    if problem.var:
        return tuple(problem.var or ())
    if len(given) > 2 or _bare_values(problem.at) > 2:
        return given or tuple(sorted(equation.names, key=lambda name: name.name))
    return _pair(curve_of(problem, equation)[0])


def _pair(curve: Any) -> tuple[Any, ...]:
    return curve.x, curve.y


def _equation(left: Node, right: Node) -> Equation:
    from mathcli.syntax.tree import Equation

    return Equation(left, right)


def _as_answer(at: Point) -> dict[str, Answer]:
    return {name.name: value for name, value in at.items()}


TOPIC = Tangent
