"""Which variable is meant: what was asked for, else the arguments of f(x) = ..., else the only letter, else x."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mathcli.errors import UsageError
from mathcli.syntax.families import is_entry_of
from mathcli.syntax.parser import Reading
from mathcli.syntax.tree import (
    ONE,
    Definition,
    Derivative,
    Equation,
    Indexed,
    IndexedProduct,
    IndexedSum,
    Name,
    Node,
    rewrite,
    walk,
)


class Choice(NamedTuple):
    """The variables of a problem, in order, and what there is to say about the choice."""

    variables: tuple[Name, ...]
    notes: tuple[str, ...] = ()


def letters(tree: Node) -> tuple[Name, ...]:
    """Return the free names of a tree in the order of their first appearance in the text.

    >>> from mathcli.syntax.parser import parse
    >>> [name.name for name in letters(parse("b y^2 + sum(i x, i, 1, n)"))]
    ['b', 'y', 'x', 'n']
    """
    if len(tree.names) < 2:
        return tuple(tree.names)
    found: dict[Name, None] = {}
    seen: set[Node] = set()
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, Name):
            if node in tree.names:
                found.setdefault(node)
        elif node not in seen:
            seen.add(node)
            stack.extend(reversed(_as_written(node)))
    return tuple(found)


def _without_counts(free: tuple[Name, ...], tree: Node) -> tuple[Name, ...]:
    """Leave out the letters that count: n of a sum up to n, k in sum(x_{i,k}, i, 1, n), unless no other is there."""
    if not tree.contains(IndexedSum, IndexedProduct):
        return free
    elsewhere = rewrite(tree, _with_bounds_of_numbers).names
    bounds = {name for part in walk(tree) if isinstance(part, IndexedSum | IndexedProduct) for name in part.upper.names}
    others = tuple(name for name in free if name in elsewhere)
    return tuple(name for name in others if name not in bounds) or others or free


def _with_bounds_of_numbers(part: Node) -> Node | None:
    match part:
        case IndexedSum(body) | IndexedProduct(body):
            return part.rebuilt((rewrite(body, _with_bounds_of_numbers), ONE, ONE))
        case Indexed(base, indices):
            return Indexed(base, (ONE,) * len(indices))
    return None


def _as_written(node: Node) -> tuple[Node, ...]:
    """The children, with a derivative's variable where it stands."""
    if isinstance(node, Derivative):
        return (node.operand, node.variable)
    return node.children()


def choose(reading: Reading | Node, asked: Iterable[Name] = (), *, many: bool = False) -> Choice:
    """Return the variable that is meant, or with `many` all of them (as for a gradient).

    A letter that was asked for need not occur: the derivative by it is then 0, which is said.

    Raises:
        UsageError: several letters could be meant; the error lists them.

    >>> from mathcli.syntax.parser import read
    >>> choose(read("a x^2 + b x + c")).variables
    (Name('x'),)
    """
    tree = reading.tree if isinstance(reading, Reading) else reading
    asked = tuple(asked)
    if asked:
        return Choice(asked, _unused(tree, asked))
    if isinstance(tree, Definition) and tree.parameters:
        return _of_definition(tree, many)
    free = _without_counts(letters(_side(tree)), tree)
    if many:
        return _several(free)
    return _one(free)


def _unused(tree: Node, asked: tuple[Name, ...]) -> tuple[str, ...]:
    if isinstance(tree, Definition):
        missing = [name for name in asked if name not in tree.parameters and name not in tree.body.names]
    else:
        missing = [name for name in asked if name not in tree.names]
    missing = [name for name in missing if not is_entry_of(name, tree)]
    return tuple(f"{name.name} does not occur in the expression" for name in missing)


def _side(tree: Node) -> Node:
    """The side whose letters count: of y = ... the right one."""
    match tree:
        case Definition(body=body):
            return body
        case Equation(Name() as left, right) if left not in right.names and right.names:
            return right
    return tree


def _of_definition(tree: Definition, many: bool) -> Choice:
    if many or len(tree.parameters) == 1:
        return Choice(tree.parameters)
    listed = ", ".join(name.name for name in tree.parameters)
    raise UsageError(f"which variable is meant: {listed}?", hint=f"write --var {tree.parameters[0].name}")


def _several(free: tuple[Name, ...]) -> Choice:
    if not free:
        raise UsageError("there is no variable in the expression", hint="write --vars x,y")
    if len(free) == 1:
        return Choice(free)
    listed = ", ".join(name.name for name in free)
    return Choice(free, (f"the variables are {listed}, in the order of their first appearance",))


def _one(free: tuple[Name, ...]) -> Choice:
    x = Name("x")
    if len(free) == 1:
        return Choice(free)
    if not free:
        return Choice((x,), ("there is no letter in the expression: it is a constant function of x",))
    if x in free:
        others = [name.name for name in free if name is not x]
        parameters = "parameter" if len(others) == 1 else "parameters"
        return Choice((x,), (f"x is the variable, with the {parameters} {', '.join(others)}",))
    listed = ", ".join(name.name for name in free)
    raise UsageError(f"which variable is meant: {listed}?", hint=f"write --var {free[0].name}")
