"""Which curve or surface an equation, a function or a vector stands for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mathcli.errors import NotCoveredError, UsageError
from mathcli.syntax.tree import ZERO, Definition, Equation, Name, Negative, Node, Relation, Sum, Vector

_LETTERS = ("x", "y", "z")


class Path(NamedTuple):
    """A curve by its coordinates in terms of one parameter; `names` of the coordinates."""

    names: tuple[Name, ...]
    coordinates: tuple[Node, ...]
    t: Name


class Level(NamedTuple):
    """All points at which the functions are 0."""

    names: tuple[Name, ...]
    functions: tuple[Node, ...]


def curve_meant(
    tree: Node,
    more: tuple[Node, ...],
    size: int,
    *,
    asked: tuple[Name, ...] = (),
    named: tuple[Name, ...] = (),
    has_interval: bool = False,
) -> Path | Level:
    """Return the curve or surface that an equation, a function or a vector stands for, in `size` dimensions.

    `more` are further equations, `asked` the coordinates as they were asked for, `named` those that the point names.

    Raises:
        UsageError: it is no curve or surface in so many dimensions.
        NotCoveredError: a region, a surface by two parameters, a letter that is no coordinate.
    """
    if isinstance(tree, Vector) and not more:
        return _path(tree, size, asked)
    if isinstance(tree, Relation):
        raise NotCoveredError("the distance to a region is not covered", hint="its edge is a curve: write =")
    if isinstance(tree, Definition):
        tree = _as_graph(tree, size)
    if not isinstance(tree, Equation):
        tree = _as_equation(tree, size)
    names = _names((tree, *more), size, asked, named)
    if len(more) + 1 >= size:
        raise UsageError(f"{len(more) + 1} equations leave no curve", hint="mathcli solve finds their common points")
    explicit = None if more else _explicit(tree, names)
    if explicit is not None:
        return explicit
    if has_interval:
        raise UsageError("--on is for a curve y = f(x) or a path (x(t), y(t))")
    return Level(names, tuple(_difference(equation) for equation in (tree, *more)))


def _as_graph(tree: Definition, size: int) -> Node:
    """f(x) = x^2 as the curve y = x^2, f(x, y) = ... as a surface."""
    if len(tree.parameters) != size - 1:
        raise UsageError(
            f"the graph of {tree.function} needs {_points(len(tree.parameters) + 1)}, and --to gives {size} numbers"
        )
    return Equation(_free(_LETTERS[size - 1], tree.parameters), tree.body)


def _as_equation(tree: Node, size: int) -> Node:
    """A lone expression f(x) as the curve y = f(x)."""
    if len(tree.names) == size - 1 and not any(name.name == _LETTERS[size - 1] for name in tree.names):
        return Equation(Name(_LETTERS[size - 1]), tree)
    raise UsageError("a curve is given by an equation or a path", hint="y = x^2, x^2 + y^2 = 25, or '(cos t, sin t)'")


def _free(letter: str, taken: Sequence[Name]) -> Name:
    if any(name.name == letter for name in taken):
        raise UsageError(f"{letter} is a variable of the function already", hint="write the curve as an equation")
    return Name(letter)


def _points(size: int) -> str:
    return {2: "a point of the plane", 3: "a point of space"}.get(size, f"a point with {size} coordinates")


def _names(equations: Sequence[Node], size: int, asked: tuple[Name, ...], named: tuple[Name, ...]) -> tuple[Name, ...]:
    """The names of the coordinates, in their order."""
    found = {name for equation in equations for name in equation.names}
    if asked or len(named) == size:
        names = asked or named
        if len(names) != size:
            raise UsageError(f"--to gives {size} coordinates, and there are {len(names)} variables")
        _check_parameters(found - set(names))
        return names
    if len(found) > size:
        listed = ", ".join(sorted(name.name for name in found))
        raise UsageError(
            f"the equation has {len(found)} letters ({listed}), and --to gives {size} coordinates",
            hint="--vars x,y says which letters are coordinates",
        )
    usual = tuple(map(Name, _LETTERS[:size]))
    if found <= set(usual) and (len(found) == size or size == 2 or Name("z") in found):
        return usual
    if len(found) == size:
        return _in_order(equations[0], found)
    if size == 2:
        letters = ", ".join(sorted(name.name for name in found)) or "none"
        raise UsageError(f"which letters are the coordinates? The equation has {letters}", hint="--vars x,y")
    raise UsageError(
        f"the curve lies in the plane, and --to gives {size} coordinates",
        hint=f"--vars {','.join(_LETTERS[:size])} takes the equation for a surface in space",
    )


def _in_order(equation: Node, found: set[Name]) -> tuple[Name, ...]:
    """Other letters than x, y, z: those that the last one depends on first."""
    names = sorted(found, key=lambda name: name.name)
    if isinstance(equation, Equation) and isinstance(equation.left, Name) and equation.left not in equation.right.names:
        names.remove(equation.left)
        names.append(equation.left)
    return tuple(names)


def _check_parameters(others: set[Name]) -> None:
    if others:
        letters = ", ".join(sorted(name.name for name in others))
        raise NotCoveredError(f"a curve with parameters ({letters}) is not covered", hint="put numbers in for them")


def _explicit(tree: Node, names: tuple[Name, ...]) -> Path | None:
    """y = f(x) and x = f(y) as paths, by the letter on the right."""
    if not isinstance(tree, Equation) or len(names) != 2:
        return None
    for left, right in ((tree.left, tree.right), (tree.right, tree.left)):
        if isinstance(left, Name) and left in names and left not in right.names:
            t = next(name for name in names if name is not left)
            return Path(names, tuple(right if name is left else t for name in names), t)
    return None


def _path(tree: Vector, size: int, asked: tuple[Name, ...]) -> Path:
    if len(tree.entries) != size:
        raise UsageError(f"the path has {len(tree.entries)} coordinates, and --to gives {size}")
    names = _coordinate_names(size, tree.names)
    if len(tree.names) > 1:
        if len(asked) == 1:
            _check_parameters(set(tree.names - set(asked)))
        raise NotCoveredError(
            "a surface by two parameters is not covered", hint="write it as an equation: z = x^2 + y^2"
        )
    t = next(iter(tree.names), None) or (asked[0] if asked else Name("t"))
    return Path(names, tree.entries, t)


def _coordinate_names(size: int, taken: frozenset[Name]) -> tuple[Name, ...]:
    if size <= len(_LETTERS):
        return tuple(map(Name, _LETTERS[:size]))
    return tuple(Name(f"x_{k}") for k in range(1, size + 1))


def _difference(equation: Node) -> Node:
    if not isinstance(equation, Equation):
        raise UsageError("each --also is an equation", hint="--also 'x - y = 2'")
    return equation.left if equation.right is ZERO else Sum.of(equation.left, Negative(equation.right))
