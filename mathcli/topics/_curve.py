"""What the topics about curves share: which name depends on which, and whether a point lies on the curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mathcli.errors import UndecidedError, UndefinedError, UsageError
from mathcli.syntax.tree import Equation, Name, Node
from mathcli.topics._function import definitions, unfolded
from mathcli.topics._phrases import point_phrase

if TYPE_CHECKING:
    from mathcli.calculus.derivation import Derivation
    from mathcli.calculus.implicit import Curve, Slope
    from mathcli.topics._point import Point


def curve_of(problem: Any, tree: Node) -> tuple[Curve, tuple[str, ...]]:
    """Return the curve with its two names, and what had to be said about them.

    Raises:
        UsageError: it is no equation, or nobody can tell which name depends on which.
    """
    from mathcli.calculus.implicit import Curve
    from mathcli.syntax.variables import letters

    if not isinstance(tree, Equation):
        raise UsageError("a curve is given by an equation", hint="x^2 + y^2 = 25")
    equation = unfolded(tree, definitions(problem.let))
    assert isinstance(equation, Equation)
    x, y = _chosen(letters(equation), tuple(problem.var or ()))
    if y not in equation.names:
        letter = y.name
        raise UsageError(
            f"{letter} does not occur in this equation, so it says nothing about d{letter}/d{x.name}",
            hint="--vars x,y says which name is the variable, and which depends on it",
        )
    parameters = sorted(name.name for name in equation.names - {x, y})
    note = f"{y.name} depends on {x.name}; {', '.join(parameters)} held constant" if parameters else ""
    return Curve(equation, x, y), (note,) if note else ()


def _chosen(names: tuple[Name, ...], asked: tuple[Name, ...]) -> tuple[Name, Name]:
    x, y = Name("x"), Name("y")
    if len(asked) == 2:
        return asked[0], asked[1]
    if len(asked) > 2:
        raise UsageError("implicit has two variables", hint="--vars x,y")
    others = [name for name in names if name not in asked]
    if asked:
        return asked[0], others[0] if len(others) == 1 else y
    if x in names or y in names:
        if len(names) == 2:
            first = x if x in names else next(name for name in names if name is not y)
            return first, next(name for name in names if name is not first)
        return x, y
    if len(names) == 1:
        return x, y
    letters = ", ".join(name.name for name in names) or "none"
    raise UsageError(f"which name depends on which? The letters are {letters}", hint="--vars x,y is for dy/dx")


def check_on_curve(equation: Equation, at: Point) -> None:
    """Raise unless the point satisfies the equation.

    Raises:
        UndefinedError: it does not, or a side has no value there.
        UndecidedError: nobody could decide.
    """
    from mathcli.algebra.exact import evaluated, is_zero, placed
    from mathcli.calculus.implicit import difference
    from mathcli.syntax.writer import write
    from mathcli.topics._point import check_defined

    check_defined(equation.left, at, "the left side")
    check_defined(equation.right, at, "the right side")
    there = placed(equation, at)
    assert isinstance(there, Equation)
    verdict = is_zero(difference(there))
    place = "".join(part if isinstance(part, str) else write(part) for part in point_phrase(at))
    if verdict is None:
        raise UndecidedError(f"nobody could decide whether {place} lies on the curve")
    if not verdict:
        sides = [write(evaluated(side)) for side in there.children()]
        raise UndefinedError(f"{place} does not lie on the curve: the sides are {sides[0]} and {sides[1]}")


def value_on_curve(curve: Curve, slope: Slope, value: Node, at: Point) -> Derivation:
    """Return the derivation of the value of dy/dx, or of a later derivative, at a point of the curve.

    Raises:
        UndefinedError: the point is not on the curve, or F_y is 0 there.
        UndecidedError: nobody could decide whether it is.
    """
    from mathcli.algebra.exact import holds, is_defined, placed
    from mathcli.calculus.vectors import worked_out

    check_on_curve(curve.equation, at)
    verdict = holds(placed(slope.condition, at))
    if verdict is False:
        raise UndefinedError(
            f"F_{curve.y.name} is 0 at this point, so d{curve.y.name}/d{curve.x.name} has no value there",
            hint="mathcli tangent finds a vertical tangent",
        )
    if verdict is None:
        raise UndecidedError("nobody could decide whether the slope exists at this point")
    there = placed(value, at)
    if is_defined(there) is not True or not all(holds(placed(c, at)) for c in slope_conditions(curve, slope)):
        raise UndecidedError("a derivative in the equation has no value by its formula at this point")
    return worked_out(there, "substitute and compute")


def slope_conditions(curve: Curve, slope: Slope) -> tuple[Node, ...]:
    """Where both sides of the equation have a derivative, and F_y is not 0, in as few words as it takes."""
    from mathcli.algebra.conditions import merged

    sides = (curve.plain(condition) for side in slope.sides for condition in (*side.conditions, *side.domain))
    return merged((*sides, *((slope.condition,) if slope.condition.names else ())))
