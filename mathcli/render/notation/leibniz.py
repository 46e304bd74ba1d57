"""Derivatives of a function by its name, in Leibniz's notation: ∂f/∂x, d²y/dx²."""

from __future__ import annotations

from typing import NamedTuple

from mathcli.syntax.tree import Call, Derivative, Ellipsis, Name, Node


class Leibniz(NamedTuple):
    """The derivative of `function`, `order` times, by each name as often as given."""

    function: str
    order: int
    by: tuple[tuple[Name, int], ...]


def is_partial_of_function(node: Derivative) -> bool:
    """Whether this is ∂f/∂x of a function f(x, y) that is known by its name only."""
    found = leibniz(node)
    while isinstance(node.operand, Derivative):
        node = node.operand
    return found is not None and isinstance(node.operand, Call) and len(node.operand.arguments) > 1


def leibniz(node: Node) -> Leibniz | None:
    """Return what d^n f / dx^n says of a standing derivative; None for anything but a named function.

    The names stand in the order in which the derivatives were taken from the outside in: ∂²f/∂y∂x is (∂f/∂x) by y.
    """
    by: list[tuple[Name, int]] = []
    order = 0
    while isinstance(node, Derivative):
        order += node.order
        if by and by[-1][0] is node.variable:
            by[-1] = (node.variable, by[-1][1] + node.order)
        else:
            by.append((node.variable, node.order))
        node = node.operand
    if not by:
        return None
    match node:
        case Name(name):
            return Leibniz(name, order, tuple(by))
        case Call(name, arguments, 0) if len(name.partition("_")[0]) == 1 and all(
            isinstance(a, Name | Ellipsis) for a in arguments
        ):
            return Leibniz(name, order, tuple(by))
    return None
