"""Points as they are typed, and the value of a derivative at one: by its formula, or from both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mathcli.errors import UndefinedError, UsageError
from mathcli.syntax.families import placed
from mathcli.syntax.tree import (
    INF,
    Constant,
    Definition,
    Equation,
    Name,
    Negative,
    Node,
    Number,
    Piecewise,
    Quotient,
    Vector,
    rewrite,
    walk,
)
from mathcli.topics._function import conditions_of, unfolded
from mathcli.topics._phrases import ordinal, point_phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mathcli.calculus.derivation import Derivation, Phrase
    from mathcli.topics._function import Subject


Point = dict[Name, Node]


def point(given: Any, variables: Sequence[Name], *, option: str = "--at") -> Point:
    """Return the point with a value for each of the variables, from "x=1, y=2" or from the bare values in order.

    Raises:
        UsageError: a variable without a value or with two, or a name that is no variable here.
    """
    wanted = ", ".join(name.name for name in variables)
    found: Point = {}
    for name, value in zip(_names(given, variables, option), _values(given), strict=True):
        if value.contains(Constant) and any(part is INF for part in walk(value)):
            raise UndefinedError("infinity is no point, so there is no value there", hint="ask for a limit elsewhere")
        if name in found:
            raise UsageError(f"{option} gives {name.name} twice")
        if name not in variables:
            raise UsageError(f"{option} gives a value to {name.name}, which is not one of the variables: {wanted}")
        found[name] = value
    missing = [name.name for name in variables if name not in found]
    if missing:
        raise UsageError(f"{option} needs a value for {' and '.join(missing)}", hint=f"the variables are {wanted}")
    return {name: found[name] for name in variables}


def point_parts(given: Any) -> tuple[tuple[Name | None, Node], ...]:
    """The values of a point as it was typed, each with its name, or None where there was none."""
    tree = getattr(given, "tree", given)
    parts = tree.entries if isinstance(tree, Vector) else tree if isinstance(tree, tuple) else (tree,)
    return tuple(map(_named_value, parts))


def _values(given: Any) -> list[Node]:
    return [value for _, value in point_parts(given)]


def _named_value(part: Any) -> tuple[Name | None, Node]:
    if isinstance(part, Equation):
        if not isinstance(part.left, Name):
            raise UsageError("a point gives names their values", hint="--at x=1,y=2")
        return part.left, part.right
    return part if isinstance(part, tuple) else (None, part)


def _names(given: Any, variables: Sequence[Name], option: str) -> list[Name]:
    names = [name for name, _ in point_parts(given)]
    known = [name for name in names if name is not None]
    if known and len(known) == len(names):
        return known
    if known:
        raise UsageError(f"{option} needs a name for each value", hint=f"{option} x=1,y=2")
    if len(names) != len(variables):
        wanted = ", ".join(name.name for name in variables)
        raise UsageError(
            f"{option} gives {len(names)} value{'s' * (len(names) != 1)} for {len(variables)}: {wanted}",
            hint=f"{option} " + ",".join(f"{name.name}=..." for name in variables),
        )
    return list(variables)


def values_at(about: Subject, derivations: Sequence[Derivation], there: Node, at: Point) -> Derivation:
    """Return the derivation of a vector or matrix of derivatives at a point: substitute, then compute.

    Raises:
        UndefinedError: the function has no value there.
        UndecidedError: a formula has none, so that it stays open whether the derivative exists.
    """
    from mathcli.calculus.vectors import worked_out

    check_defined(about.plain, at, about.function)
    check_formulas(derivations, at, about.named)
    return worked_out(placed(unfolded(there, about.named), at), "substitute and compute")


def value_at_point(derivations: Sequence[Derivation], at: Point) -> Derivation:
    """Return the vector of derivatives at a point: substitute, then compute.

    Raises:
        UndecidedError: a formula has no value there, so that it stays open whether the derivative exists.
    """
    from mathcli.calculus.vectors import worked_out

    check_formulas(derivations, at)
    there = Vector(tuple(derivation.result for derivation in derivations))
    return worked_out(there.substitute(dict(at.items())), "substitute and compute")


def check_formulas(derivations: Sequence[Derivation], at: Point, named: Sequence[Definition] = ()) -> None:
    """Raise an UndecidedError unless each derivative has a value at the point and its conditions hold there."""
    from mathcli.algebra.exact import holds, is_defined, placed
    from mathcli.errors import UndecidedError

    for derivation in derivations:
        formula = unfolded(derivation.result, named)
        conditions = (holds(placed(condition, at)) for condition in conditions_of((derivation,)))
        if is_defined(placed(formula, at)) is not True or not all(conditions):
            raise UndecidedError(
                f"a derivative has no value by its formula at {_place(at)}, and nobody decided whether it has one",
                hint="a function of one variable is looked at from both sides: mathcli diff ... --at",
            )


class ValueAtPoint(NamedTuple):
    """A derivative at a point: the last line of the last derivation; `remark` says how, where no formula did it."""

    derivations: tuple[Derivation, ...]
    remark: Phrase = ()

    @property
    def derivation(self) -> Derivation:
        """The one that ends in the value."""
        return self.derivations[-1]


def value_of_derivative(about: Subject, orders: Sequence[Derivation], at: Point) -> ValueAtPoint:
    """Return the last derivative at a point, by its formula, or from both sides where the formula has no value.

    Raises:
        UndefinedError: f or one of its derivatives has no value there: a corner, an end point, a jump.
        UndecidedError: nobody could decide whether it has.
    """
    from mathcli.algebra.domains import derivative_domain
    from mathcli.algebra.exact import holds, is_defined, placed
    from mathcli.calculus.corners import is_limit_of_slopes
    from mathcli.calculus.vectors import worked_out

    (x,) = about.variables[:1]
    check_defined(about.plain, at, about.function)
    formulas = [unfolded(derivation.result, about.named) for derivation in orders]
    conditions = (*derivative_domain(about.plain, x), *conditions_of(orders))
    are_defined = all(is_defined(placed(formula, at)) for formula in formulas)
    if are_defined and all(holds(placed(condition, at)) for condition in conditions):
        return ValueAtPoint((worked_out(placed(formulas[-1], at), "substitute and compute"),))
    if len(orders) == 1 and is_limit_of_slopes(about.plain, formulas[0], x, at[x], conditions):
        remark: Phrase = (f"{about.function} is continuous there, and its slopes on both sides lead to this value",)
        return ValueAtPoint((worked_out(placed(formulas[0], at), "substitute and compute"),), remark)
    return _from_both_sides(about, len(orders), at, formulas[0])


def _from_both_sides(about: Subject, order: int, at: Point, formula: Node) -> ValueAtPoint:
    from mathcli.algebra.exact import evaluated, is_zero, placed
    from mathcli.calculus.corners import LEFT, RIGHT, side_of, slope_is_unbounded_beside
    from mathcli.calculus.tangents import vertical
    from mathcli.errors import UndecidedError

    ((x, a),) = at.items()
    place, f = f"x = {_text(a)}".replace("x", x.name, 1), about.function
    left, right = (side_of(about.plain, x, a, side, order) for side in (LEFT, RIGHT))
    if left is None or right is None:
        if vertical(about.plain, formula, x, a) or slope_is_unbounded_beside(about.plain, x, a):
            raise UndefinedError(f"{f} is not differentiable at {place}: its slope grows without bound there")
        for side, word in ((LEFT, "left"), (RIGHT, "right")):
            if _is_undefined_beside(about.plain, x, a, side):
                raise UndefinedError(f"{f} is not differentiable at {place}: it is not defined to the {word} of it")
        raise UndecidedError(f"nobody could decide whether {f} has a derivative at {place}")
    here = rewrite(placed(about.plain, at), _piece_that_applies)
    agreements = [is_zero(_minus(side.height, here)) for side in (left, right)]
    if None in agreements:
        raise UndecidedError(f"nobody could decide whether {f} is continuous at {place}")
    if False in agreements:
        raise UndefinedError(f"{f} is not continuous at {place}, so it has no derivative there")
    for k, (one, other) in enumerate(zip(left.slopes, right.slopes, strict=True), 1):
        if is_zero(_minus(one.result, other.result)) is not True:
            what = "is not differentiable" if k == 1 else f"has no {ordinal(k)} derivative"
            raise UndefinedError(
                f"{f} {what} at {place}: {_text(one.result)} from the left, {_text(other.result)} from the right"
            )
    remark: Phrase = (
        f"at {place} the difference quotient decides: {f} is ",
        evaluated(left.function),
        " to the left and ",
        evaluated(right.function),
        " to the right, and both sides lead to ",
        right.slopes[-1].result,
    )
    return ValueAtPoint((*left.derivations, *right.derivations, left.slopes[-1], right.slopes[-1]), remark)


def _piece_that_applies(node: Node) -> Node | None:
    """The value of a piecewise function of constants, as far as its conditions can be decided."""
    from mathcli.algebra.exact import holds

    if isinstance(node, Piecewise):
        for value, condition in node.branches:
            verdict = None if condition.names else holds(condition)
            if verdict is None:
                return None
            if verdict:
                return value
        return node.otherwise
    return None


def _is_undefined_beside(f: Node, x: Name, a: Node, side: int) -> bool:
    from mathcli.algebra.exact import is_defined, placed
    from mathcli.syntax.tree import Sum

    near = Quotient(Number(1), Number(2**30))
    return is_defined(placed(f, {x: Sum.of(a, near if side > 0 else Negative(near))})) is False


def _minus(a: Node, b: Node) -> Node:
    from mathcli.syntax.tree import Sum

    return Sum.of(a, Negative(b))


def check_defined(f: Node, at: Point, name: str) -> None:
    """Raise unless f has a value at the point."""
    from mathcli.algebra.exact import is_defined, placed
    from mathcli.errors import UndecidedError

    verdict = is_defined(placed(f, at))
    if verdict is None:
        raise UndecidedError(f"nobody could decide whether {name} is defined at {_place(at)}")
    if not verdict:
        raise UndefinedError(f"{name} is not defined at {_place(at)}")


def _place(at: Point) -> str:
    return "".join(part if isinstance(part, str) else _text(part) for part in point_phrase(at))


def _text(node: Node) -> str:
    from mathcli.syntax.writer import write

    return write(node)
