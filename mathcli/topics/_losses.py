"""What there is to say of losses: the sum of squares and their mean are two functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mathcli.syntax.tree import Indexed, IndexedSum, Node, Number, Power, Product, Quotient, Sum

if TYPE_CHECKING:
    from mathcli.calculus.derivation import Phrase


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
