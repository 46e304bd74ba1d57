"""Indexed sums: the derivative goes inside, where the bounds do not move."""

from __future__ import annotations

from mathcli.calculus.derivation import Application
from mathcli.calculus.rulebook import rule
from mathcli.errors import NotCoveredError
from mathcli.syntax.tree import (
    Derivative,
    Indexed,
    IndexedProduct,
    IndexedSum,
    Name,
    Node,
    Number,
    Product,
    walk,
)

_MOST_FACTORS = 20


@rule("derivative inside the sum", formula="(sum_(i=1)^n u)' = sum_(i=1)^n u'", example="sum_(i=1)^n x^i", inner="raw")
def indexed_sum_rule(f: Node, x: Name) -> Application | None:
    """The terms are differentiated one by one, which needs a number of terms that does not depend on the variable."""
    match f:
        case IndexedSum(body, index, lower, upper):
            refuse_moving_bounds(f, x)
            return Application(IndexedSum(Derivative(body, x), index, lower, upper), formula="")
    return None


def refuse_moving_bounds(f: IndexedSum | IndexedProduct, x: Name) -> None:
    """Do nothing where the bounds are free of x.

    Raises:
        NotCoveredError: a bound holds x, so that the number of terms changes with x.
    """
    if x in f.lower.names or x in f.upper.names:
        what = "terms" if isinstance(f, IndexedSum) else "factors"
        raise NotCoveredError(
            f"the number of {what} depends on {x.name}, so it cannot be differentiated one by one",
            hint=f"the sum exists for whole {x.name} only; write it in closed form first" if what == "terms" else "",
        )


@rule("product written out", formula="prod_(i=1)^2 u_i = u_1 u_2", example="prod_(i=1)^3 (x + i)", kind="rewrite")
def indexed_product_rule(f: Node, x: Name) -> Application | None:
    """A product of a known, small number of factors is written out before it is differentiated."""
    match f:
        case IndexedProduct(body, index, Number(first, 0), Number(last, 0)) if 0 <= last - first < _MOST_FACTORS:
            factors = [body.substitute({index: Number(k)}) for k in range(first, last + 1)]
            return Application(Derivative(Product.of(*factors), x), formula="")
        case IndexedProduct():
            refuse_moving_bounds(f, x)
            raise NotCoveredError("mathcli does not differentiate a product of an unknown number of factors")
    return None


def refuse_entry_of_a_family(f: Node, x: Name) -> None:
    """Do nothing unless x is one entry of a family that f sums over.

    Raises:
        NotCoveredError: x is x_1 and f holds x_i; whether x_i is x_1 depends on i.
    """
    base, underscore, _ = x.name.partition("_")
    if underscore and any(isinstance(node, Indexed) and node.base == base for node in walk(f)):
        raise NotCoveredError(f"{x.name} is one of the {base}_i in the sum, so the term that holds it is not known")
