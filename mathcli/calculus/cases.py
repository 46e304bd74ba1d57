"""Functions whose derivative depends on the case: |u|, sign, floor, ceil, min, max, and pieces.

Each rule says where it holds: |u|' needs u != 0, and a joint between two pieces is left out. Whether f has a
derivative at a point that was left out is judged there, by the difference quotient (see `pointwise`).
"""

from __future__ import annotations

from mathcli.calculus.derivation import Application
from mathcli.calculus.rulebook import letters_for, rule
from mathcli.syntax.magnitudes import compared
from mathcli.syntax.tree import (
    ZERO,
    Call,
    Derivative,
    Name,
    Node,
    Piecewise,
    Product,
    Quotient,
    Relation,
)

_STRICT = {"<=": "<", ">=": ">"}


def differ(u: Node, v: Node) -> Relation:
    """Return the condition u != v."""
    return Relation((u, v), ("!=",))


@rule("absolute value", formula="(|u|)' = u' u/|u|", example="|x^2 - 1|")
def absolute_value_rule(f: Node, x: Name) -> Application | None:
    """u/|u| is the sign of u: where u is negative, |u| is -u. At u = 0 there is a corner as a rule."""
    match f:
        case Call("abs", (u,), 0):
            if u is x:
                return Application(Quotient(x, f), (), (differ(x, ZERO),), formula="(|x|)' = x/|x|")
            return Application(Product.of(Derivative(u, x), Quotient(u, f)), (("u", u),), conditions=(differ(u, ZERO),))
    return None


@rule("step function", formula="(sign(u))' = 0", example="sign(x)")
def step_function_rule(f: Node, x: Name) -> Application | None:
    """Between its jumps the function is constant; at a jump it has no derivative."""
    match f:
        case Call("sign", (u,), 0):
            return Application(ZERO, (("u", u),), conditions=(differ(u, ZERO),))
        case Call("floor" | "ceil" as function, (u,), 0):
            return Application(ZERO, (("u", u),), conditions=(differ(f, u),), formula=f"({function}(u))' = 0")
    return None


@rule("largest or smallest of all at once", formula="", example="max(x, x)", kind="rewrite")
def extreme_inside_extreme(f: Node, x: Name) -> Application | None:
    """The larger of u and the larger of v and w is the largest of the three; what stands twice counts once."""
    match f:
        case Call("min" | "max" as function, arguments, 0):
            opened = compared(f)
            if len(opened) == 1:
                return Application(Derivative(opened[0], x), (("u", opened[0]),), formula=f"{function}(u, u) = u")
            if opened != arguments:
                return Application(Derivative(Call(function, opened), x), formula="")
    return None


@rule("minimum and maximum by cases", formula="(max(u, v))' = {u' if u > v; v' if v > u}", example="max(x, x^2)")
def extreme_of_several(f: Node, x: Name) -> Application | None:
    """The derivative is that of the argument which is the largest (smallest) one; where two are, it is left open."""
    match f:
        case Call("min" | "max" as function, (u, v), 0):
            sign = ">" if function == "max" else "<"
            cases = ((Derivative(u, x), Relation((u, v), (sign,))), (Derivative(v, x), Relation((v, u), (sign,))))
            return Application(
                Piecewise(cases, None),
                (("u", u), ("v", v)),
                conditions=(differ(u, v),),
                formula=f"({function}(u, v))' = {{u' if u {sign} v; v' if v {sign} u}}",
            )
        case Call("min" | "max" as function, (*firsts, last), 0):
            inner = Call(function, tuple(firsts))
            return extreme_of_several(Call(function, (inner, last)), x)
    return None


@rule("piece by piece", formula="({u if a; v})' = {u' if a; v'}", example="{x^2 if x < 0; x^3 otherwise}")
def piecewise_rule(f: Node, x: Name) -> Application | None:
    """Inside each piece the function is that piece; the joints between pieces are judged by themselves."""
    match f:
        case Piecewise(branches, otherwise):
            pieces = tuple((Derivative(value, x), _opened(condition)) for value, condition in branches)
            last = None if otherwise is None else Derivative(otherwise, x)
            values = [value for value, _ in branches] + ([] if otherwise is None else [otherwise])
            joints = tuple(dict.fromkeys(joint for _, condition in branches for joint in _joints(condition, x)))
            return Application(Piecewise(pieces, last), letters_for(values), conditions=joints, formula="")
    return None


def _opened(condition: Node) -> Node:
    """The condition without its end points: x <= 0 becomes x < 0."""
    if isinstance(condition, Relation):
        return Relation(condition.sides, tuple(_STRICT.get(sign, sign) for sign in condition.signs))
    return condition


def _joints(condition: Node, x: Name) -> list[Node]:
    if not isinstance(condition, Relation):
        return []
    pairs = zip(condition.sides, condition.sides[1:], strict=False)
    return [differ(left, right) for left, right in pairs if x in left.names or x in right.names]
