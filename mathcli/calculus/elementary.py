"""The table of elementary derivatives: one line for each function of one argument, as text in u.

To add a function, add its line here (and its word to `vocabulary`). The chain rule needs no line of its own: the
derivative of the function at u is the line times u'. What holds on parts of the line only (|u|, sign u, floor u)
stands in `cases`; roots and logarithms to a base have shapes of their own and stand at the end.
"""

from __future__ import annotations

from functools import cache

from mathcli.calculus.derivation import Application
from mathcli.calculus.rulebook import rule
from mathcli.syntax.tree import ONE, Call, Derivative, Name, Negative, Node, Product, Quotient

TABLE: dict[str, str] = {
    "sin": "cos(u)",
    "cos": "-sin(u)",
    "tan": "sec(u)^2",
    "cot": "-csc(u)^2",
    "sec": "sec(u) tan(u)",
    "csc": "-csc(u) cot(u)",
    "asin": "1/sqrt(1 - u^2)",
    "acos": "-1/sqrt(1 - u^2)",
    "atan": "1/(1 + u^2)",
    "acot": "-1/(1 + u^2)",
    "asec": "1/(abs(u) sqrt(u^2 - 1))",
    "acsc": "-1/(abs(u) sqrt(u^2 - 1))",
    "sinh": "cosh(u)",
    "cosh": "sinh(u)",
    "tanh": "1/cosh(u)^2",
    "coth": "-1/sinh(u)^2",
    "sech": "-sech(u) tanh(u)",
    "csch": "-csch(u) coth(u)",
    "asinh": "1/sqrt(u^2 + 1)",
    "acosh": "1/sqrt(u^2 - 1)",
    "atanh": "1/(1 - u^2)",
    "acoth": "1/(1 - u^2)",
    "asech": "-1/(u sqrt(1 - u^2))",
    "acsch": "-1/(abs(u) sqrt(1 + u^2))",
    "log": "1/u",
    "sqrt": "1/(2 sqrt(u))",
    "erf": "(2/sqrt(pi)) e^(-u^2)",
    "lambertw": "e^(-lambertw(u))/(1 + lambertw(u))",
    "lambertwm": "e^(-lambertwm(u))/(1 + lambertwm(u))",
}

U = Name("u")
U_PRIME = Name("u'")
"""Stands for u' in the formulas that are written here; no text that is read yields such a name."""


@rule("derivative from the table", formula="(sin u)' = cos(u) u'", example="sin(3x^2 + 1)")
def table_rule(f: Node, x: Name) -> Application | None:
    """The derivative of the function is in the table; the chain rule multiplies it by the inner derivative."""
    match f:
        case Call(function, (u,), 0) if function in TABLE:
            outer = entry(function).substitute({U: u})
            if u is x:
                return Application(outer, formula=formula(function, of_variable=True))
            return Application(
                multiplied_by(outer, Derivative(u, x)), bind=(("u", u),), formula=formula(function, of_variable=False)
            )
    return None


@cache
def entry(function: str) -> Node:
    """Return the derivative of the function with respect to its argument u."""
    from mathcli.syntax.parser import parse

    return parse(TABLE[function])


@cache
def formula(function: str, *, of_variable: bool) -> str:
    """Return the line of the table as a formula: (sin(x))' = cos(x), or with the chain rule for u."""
    from mathcli.syntax.writer import write

    if of_variable:
        x = Name("x")
        return f"({write(Call(function, (x,)))})' = {write(entry(function).substitute({U: x}))}"
    return f"({write(Call(function, (U,)))})' = {write(multiplied_by(entry(function), U_PRIME))}"


def multiplied_by(outer: Node, inner: Node) -> Node:
    """Return outer·inner as it is written by hand: the inner derivative joins a numerator, a sign stays in front."""
    match outer:
        case Negative(operand):
            return Negative(multiplied_by(operand, inner))
        case Quotient(numerator, denominator):
            return Quotient(inner if numerator is ONE else Product.of(numerator, inner), denominator)
    return Product.of(outer, inner)
