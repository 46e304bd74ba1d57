"""A rule's formula as text, read and filled in with what its letters stand for in one step.

`(u v)' = u' v + u v'` is read as mathematics, by the parser that reads a user's input; u' becomes the derivative of
what u stands for. Only verification reads formulas: to the rules they are words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from mathcli.algebra.exact import as_fraction
from mathcli.errors import MathcliError
from mathcli.syntax.parser import read
from mathcli.syntax.tree import (
    ZERO,
    Call,
    Definition,
    Derivative,
    IndexedProduct,
    IndexedSum,
    Name,
    Negative,
    Node,
    Power,
    Product,
    Quotient,
    Sum,
)
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
    primed: tuple[tuple[Name, Name], ...]


def filled_in(formula: str, bind: tuple[tuple[str, Node], ...], before: Node) -> FilledIn | None:
    """Return both sides of the formula with its letters filled in, None where it cannot be read."""
    found = _with_letters(formula, bind, before)
    if found is None:
        return None
    sides, values = found
    return FilledIn(_with_values(sides.left, values), _with_values(sides.right, values), sides.is_derivative)


def says(formula: str, bind: tuple[tuple[str, Node], ...], before: Derivative, after: Node) -> bool:
    """Whether the formula with its letters filled in is plainly `before = after`: node by node, nothing is built.

    A whole number in the place of an exponent may be worked out: x^(3 - 1) is x^2. False leaves it open.
    """
    found = _with_letters(formula, bind, before)
    if found is None:
        return False
    sides, values = found
    return (
        sides.is_derivative
        and _is_filled(sides.left, values, before.operand)
        and _is_filled(sides.right, values, after)
    )


def _with_letters(
    formula: str, bind: tuple[tuple[str, Node], ...], before: Node
) -> tuple[_Read, dict[Node, Node]] | None:
    """The formula as it is read, and what each letter in it, with or without a prime, stands for."""
    variable = before.variable if isinstance(before, Derivative) else None
    sides = _read(formula, tuple([letter for letter, _ in bind]), "" if variable is None else variable.name)
    if sides is None or (variable is None and sides.primed):
        return None
    values: dict[Node, Node] = {Name(letter): part for letter, part in bind}
    for name, letter in sides.primed:
        part = values.get(letter)
        if part is None or variable is None:
            return None
        values[name] = Derivative(part, variable)
    return sides, values


def _is_filled(formula: Node, values: Mapping[Node, Node], node: Node) -> bool:
    """Whether the node is the side of a formula with its letters filled in; sums and products are flat."""
    known = values.get(formula)
    if known is not None:
        return known is node
    parts, own, kind = formula.children(), node.children(), type(formula)
    if not parts:
        return formula is node
    if isinstance(formula, Power) and isinstance(formula.exponent, Sum):
        exponent = whole_number(_with_values(formula.exponent, values))
        if exponent == 1:
            return _is_filled(formula.base, values, node)
        if exponent is not None and isinstance(node, Power):
            return exponent == whole_number(node.exponent) and _is_filled(formula.base, values, node.base)
    if type(node) is not kind:
        return False
    if isinstance(formula, Call) and (formula.function, formula.primes) != (node.function, node.primes):  # type: ignore[attr-defined]
        return False
    if kind not in _PLAIN:
        return False
    at = 0
    for part in parts:
        value = values.get(part)
        if value is not None and type(value) is kind and kind in _FLAT:
            inside = value.children()
            if own[at : at + len(inside)] != inside:
                return False
            at += len(inside)
        elif at == len(own) or not _is_filled(part, values, own[at]):
            return False
        else:
            at += 1
    return at == len(own)


_FLAT = frozenset((Sum, Product))
_PLAIN = frozenset((Sum, Product, Negative, Quotient, Power, Call))
"""The kinds that are told apart by their parts alone, and calls."""


@lru_cache(maxsize=1024)
def whole_number(node: Node) -> int | None:
    """Return the whole number that a tree of numbers is worth, None where it is none."""
    value = as_fraction(node)
    return value.numerator if value is not None and value.denominator == 1 else None


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
    primed: dict[Name, Name] = {}

    def marked(found: re.Match[str]) -> str:
        letter = found[1] + (f"_{found[2]}" if found[2] else "")
        name = f"{found[1]}_{_MARK}{found[2] or ''}"
        primed[Name(name)] = Name(letter)
        return f"{found[1]}_{{{_MARK}{found[2] or ''}}}"

    called = {word for word in _CALLED.findall(formula) if word not in ALIASES and word not in letters}
    named = [Definition(function, (Name("x"),), ZERO) for function in sorted(called)]
    own = {*letters, *((variable,) if variable else ())}
    try:
        sides = [read(_PRIMED.sub(marked, side), variables=own, definitions=named).tree for side in (left, right)]
    except MathcliError:
        return None
    return _Read(sides[0], sides[1], match is not None, tuple(primed.items()))
