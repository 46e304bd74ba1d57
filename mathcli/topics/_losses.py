"""What there is to say of losses: sums of squares and their means, subgradients at corners, convexity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mathcli.syntax.families import varying
from mathcli.syntax.tree import (
    Call,
    Indexed,
    IndexedSum,
    Name,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mathcli.calculus.derivation import Phrase
    from mathcli.extrema.loss_shapes import Shape


def about_squares(loss: Node) -> Phrase:
    """Return the sentence that tells the sum of squared residuals from their mean, nothing for another function."""
    parts = loss.terms if isinstance(loss, Sum) else (loss,)
    for part in parts:
        total = next((node for node in _factors(part) if _is_of_squares(node)), None)
        if not isinstance(total, IndexedSum):
            continue
        if part is total:
            return (
                "this is the sum of squared residuals; their mean, with 1/",
                total.upper,
                " in front, is another function, with 1/",
                total.upper,
                " in its gradient too",
            )
        if _is_divided_by(part, total.upper):
            return (
                "this is the mean of squared residuals; their sum, without 1/",
                total.upper,
                ", is another function, with a gradient ",
                total.upper,
                " times as large",
            )
    return ()


def about_corners(loss: Node, variables: Sequence[Name]) -> Phrase:
    """Return what stands in for the gradient at the corners of |u| and of max(u, v), nothing where there are none."""
    varied = varying(loss, variables)
    for part in walk(varied):
        match part:
            case Call("abs", (u,), 0) if not u.names.isdisjoint(variables):
                slope = Quotient(u, part)
                return (
                    "where ",
                    u,
                    " = 0 there is no gradient; every number from -1 to 1 is a subgradient of ",
                    part,
                    " there, in the place of ",
                    slope,
                )
            case Call("max", (u, v), 0) if not part.names.isdisjoint(variables):
                return (
                    "where ",
                    u,
                    " = ",
                    v,
                    " there is no gradient; every mixture of the slopes of both is a subgradient of ",
                    part,
                )
    return ()


def direction(shape: Shape) -> str:
    """The heading over h'Hh: in which letters the direction is given."""
    return f"THE HESSIAN IN THE DIRECTION ({', '.join(name.name for name in shape.letters)})"


def what_the_squares_say(shape: Shape, *, is_on_one_piece: bool) -> Phrase:
    """Return the sentence on a Hessian that is a sum of squares: semidefinite, and what that makes of the loss."""
    sign, bend = ("positive", "convex") if shape.sign > 0 else ("negative", "concave")
    given: list[str | Node] = [", if "] if shape.given else []
    for condition in shape.given:
        given += [", ", condition] if len(given) > 1 else [condition]
    so = f", so the function is {bend}" if is_on_one_piece else ""
    every = "no square is subtracted" if shape.sign > 0 else "every square is subtracted"
    return (f"{sign} semidefinite{so}: {every}", *given)


def has_sum(loss: Node) -> bool:
    """Whether a sum over data stands in the loss."""
    return loss.contains(IndexedSum)


def _factors(part: Node) -> tuple[Node, ...]:
    match part:
        case Product(factors):
            return factors
        case Quotient(numerator, _):
            return _factors(numerator)
    return (part,)


def _is_of_squares(node: Node) -> bool:
    match node:
        case IndexedSum(Power(Sum() as residual, Number(2, 0)), _, Number(1, 0), upper) if upper.names:
            return residual.contains(Indexed)
    return False


def _is_divided_by(part: Node, count: Node) -> bool:
    match part:
        case Product(factors):
            return any(_is_divided_by(factor, count) for factor in factors)
        case Quotient(_, under):
            return under is count
    return False
