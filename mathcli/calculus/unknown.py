"""Functions without a rule of their own: unknown ones, derivatives that stand in the problem, and what is refused."""

from __future__ import annotations

from mathcli.calculus.derivation import Application
from mathcli.calculus.rulebook import rule
from mathcli.errors import NotCoveredError
from mathcli.syntax.tree import (
    TWO,
    Call,
    Derivative,
    Equation,
    Integral,
    Limit,
    Matrix,
    Minimum,
    Name,
    Negative,
    Node,
    Norm,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    Transpose,
    Vector,
)
from mathcli.syntax.vocabulary import FUNCTIONS

_KNOWN = frozenset(FUNCTIONS)

_REFUSED: tuple[tuple[type[Node], str], ...] = (
    (Integral, "mathcli does not differentiate integrals"),
    (Limit, "mathcli does not differentiate limits"),
    (Minimum, "mathcli does not differentiate a minimum over variables"),
    (Equation, "an equation has no derivative; ask for dy/dx with implicit"),
    (Relation, "an inequality has no derivative"),
    (Vector, "the derivative of a vector is asked for with jacobian"),
    (Matrix, "mathcli does not differentiate matrices"),
    (Norm, "mathcli does not differentiate the norm of an unknown vector"),
    (Transpose, "mathcli does not differentiate transposes"),
)


@rule("two-argument arctangent", formula="(atan2(u, v))' = (u' v - u v')/(u^2 + v^2)", example="atan2(x, 2)")
def atan2_rule(f: Node, x: Name) -> Application | None:
    """The angle of the point (v, u) turns with the motion across its radius."""
    match f:
        case Call("atan2", (u, v), 0):
            over = Sum.of(Product.of(Derivative(u, x), v), Negative(Product.of(u, Derivative(v, x))))
            after = Quotient(over, Sum.of(Power(u, TWO), Power(v, TWO)))
            return Application(after, (("u", u), ("v", v)))
    return None


@rule("derivative of an unknown function", formula="(f(x))' = f'(x)", example="f(x)")
def unknown_function_rule(f: Node, x: Name) -> Application | None:
    """Nothing is known about f, so its derivative is called f' and left as it is."""
    match f:
        case Call(name, (u,), primes) if name not in _KNOWN and u is x:
            marked = name + "'" * primes
            return Application(Call(name, (u,), primes + 1), formula=f"({marked}(x))' = {marked}'(x)")
    return None


@rule("chain rule", formula="(f(u))' = f'(u) u'", example="f(x^2)")
def chain_rule(f: Node, x: Name) -> Application | None:
    """The derivative of the outer function at the inner one, times the derivative of the inner function."""
    match f:
        case Call(name, (u,), primes) if name not in _KNOWN:
            marked = name + "'" * primes
            after = Product.of(Call(name, (u,), primes + 1), Derivative(u, x))
            return Application(after, (("u", u),), formula=f"({marked}(u))' = {marked}'(u) u'")
    return None


@rule("partial derivative of an unknown function", formula="", example="f(x, y)")
def unknown_partial_rule(f: Node, x: Name) -> Application | None:
    """The partial derivative of an unknown function of several variables is left standing."""
    match f:
        case Call(name, arguments, 0) if name not in _KNOWN:
            if sum(x in argument.names for argument in arguments) == 1 and x in arguments:
                return Application(Derivative(f, x), formula="")
            raise NotCoveredError(
                f"{name} takes several arguments that hold {x.name}, and its partial derivatives have no name here"
            )
        case Derivative(operand, variable, order) if isinstance(_innermost(operand), Call):
            inner = _innermost(operand)
            assert isinstance(inner, Call)
            if inner.function not in _KNOWN and x in inner.arguments:
                again = Derivative(operand, variable, order + 1) if variable is x else Derivative(f, x)
                return Application(again, formula="")
    return None


def stays(derivative: Derivative) -> bool:
    """Whether the derivative is one of an unknown function, which is left standing."""
    inner = _innermost(derivative)
    return isinstance(inner, Call) and inner.function not in _KNOWN


def _innermost(u: Node) -> Node:
    while isinstance(u, Derivative):
        u = u.operand
    return u


_WITHOUT_A_RULE = {
    "factorial": "n! exists for whole n only, so it has no derivative here",
    "factorial2": "n!! exists for whole n only, so it has no derivative here",
    "gamma": "the derivative of gamma needs the digamma function, which mathcli does not have",
    "binomial": "mathcli does not differentiate binomial coefficients",
}


def refusal(f: Node) -> NotCoveredError:
    """Return the error for a function that no rule fits, with the reason."""
    if isinstance(f, Call) and f.function in _WITHOUT_A_RULE:
        return NotCoveredError(_WITHOUT_A_RULE[f.function])
    for kind, sentence in _REFUSED:
        if isinstance(f, kind):
            return NotCoveredError(sentence)
    if isinstance(f, Power):
        return NotCoveredError("a power whose exponent varies needs a base that is positive")
    from mathcli.syntax.writer import write

    return NotCoveredError(f"there is no rule for the derivative of {write(f)}")
