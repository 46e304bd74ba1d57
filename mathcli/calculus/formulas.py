"""A rule's formula as text, read and filled in with what its letters stand for in one step.

`(u v)' = u' v + u v'` is read as mathematics, by the parser that reads a user's input; u' becomes the derivative of
what u stands for. Only verification reads formulas: to the rules they are words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from mathcli.errors import MathcliError
from mathcli.syntax.parser import read
from mathcli.syntax.tree import ZERO, Definition, Derivative, IndexedProduct, IndexedSum, Name, Node
from mathcli.syntax.vocabulary import ALIASES

_DERIVATIVE = re.compile(r"^\((?P<inner>.*)\)' = (?P<right>.*)$")
_PRIMED = re.compile(r"\b([a-z])(?:_(\d+))?'(?!['(])")
_CALLED = re.compile(r"(?<![A-Za-z])([A-Za-z]+)'*\(")
_MARK = "99"


class FilledIn(NamedTuple):
    """Both sides of a formula; `is_derivative` says whether the left one stood in brackets with a prime."""

    left: Node
    right: Node
    is_derivative: bool


class _Read(NamedTuple):
    left: Node
    right: Node
    is_derivative: bool
    primed: tuple[tuple[Name, str], ...]


def filled_in(formula: str, bind: tuple[tuple[str, Node], ...], before: Node) -> FilledIn | None:
    """Return both sides of the formula with its letters filled in, None where it cannot be read."""
    variable = before.variable if isinstance(before, Derivative) else None
    letters = tuple(letter for letter, _ in bind)
    sides = _read(formula, letters, "" if variable is None else variable.name)
    if sides is None or (variable is None and sides.primed):
        return None
    values: dict[Node, Node] = {Name(letter): part for letter, part in bind}
    for name, letter in sides.primed:
        part = values.get(Name(letter))
        if part is None or variable is None:
            return None
        values[name] = Derivative(part, variable)
    return FilledIn(_with_values(sides.left, values), _with_values(sides.right, values), sides.is_derivative)


def _with_values(formula: Node, values: Mapping[Node, Node]) -> Node:
    """The side of a formula with its letters filled in. Formulas are small trees, looked at without a memo."""
    known = values.get(formula)
    if known is not None:
        return known
    if formula.contains(IndexedSum, IndexedProduct):
        return formula.substitute(values)
    children = formula.children()
    return formula.rebuilt(tuple([_with_values(child, values) for child in children])) if children else formula


@lru_cache(maxsize=2048)
def _read(formula: str, letters: tuple[str, ...], variable: str) -> _Read | None:
    match = _DERIVATIVE.match(formula)
    if match:
        left, right = match["inner"], match["right"]
    else:
        left, equals, right = formula.partition(" = ")
        if not equals:
            return None
    primed: dict[Name, str] = {}

    def marked(found: re.Match[str]) -> str:
        letter = found[1] + (f"_{found[2]}" if found[2] else "")
        name = f"{found[1]}_{_MARK}{found[2] or ''}"
        primed[Name(name)] = letter
        return f"{found[1]}_{{{_MARK}{found[2] or ''}}}"

    called = {word for word in _CALLED.findall(formula) if word not in ALIASES and word not in letters}
    named = [Definition(function, (Name("x"),), ZERO) for function in sorted(called)]
    own = {*letters, *((variable,) if variable else ())}
    try:
        sides = [read(_PRIMED.sub(marked, side), variables=own, definitions=named).tree for side in (left, right)]
    except MathcliError:
        return None
    return _Read(sides[0], sides[1], match is not None, tuple(primed.items()))
