"""Functions of numbers inside matrix expressions: what they are defined by, and their derivatives."""

from __future__ import annotations

from functools import lru_cache

from mathcli.syntax.tree import ONE, ZERO, Call, E, Name, Negative, Node, Power, Quotient, Sum


class NoWordsError(Exception):
    """The tree has no normal form here."""


def defined(function: str, *arguments: Node) -> Node:
    """Return a function of numbers by functions that have a normal form: σ(u) = 1/(1 + exp(-u))."""
    match function:
        case "sigmoid":
            return Quotient(ONE, Sum.of(ONE, Power(E, Negative(arguments[0]))))
        case "softplus":
            return Call("log", (Sum.of(ONE, Power(E, arguments[0])),))
    return Call(function, arguments)


def with_definition(node: Node) -> Node:
    """Return a function at its arguments by its definition, where it has one."""
    return defined(node.function, *node.arguments) if isinstance(node, Call) else node


def outermost(node: Node, u: Name) -> Node:
    """Return the function that a node is of its argument, at u."""
    return Power(E, u) if isinstance(node, Power) else defined(node.function, u) if isinstance(node, Call) else node


@lru_cache(maxsize=256)
def derivative(f: Node, u: Name) -> Node:
    """Return the derivative of a function of numbers, by the rules of one variable, each step of which was proved.

    Raises:
        NoWordsError: there is no such rule, or its step is not proved.
    """
    from mathcli.algebra.budget import Budget
    from mathcli.algebra.verdict import Verdict
    from mathcli.calculus.differentiation import differentiate
    from mathcli.calculus.verification import verify
    from mathcli.errors import NoAnswerError

    if u not in f.names:
        return ZERO
    try:
        found = differentiate(f, u)
    except NoAnswerError:
        raise NoWordsError from None
    if verify(found, budget=Budget()) is not Verdict.PROVED:
        raise NoWordsError
    return found.result
