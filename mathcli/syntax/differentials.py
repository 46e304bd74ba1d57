"""The signs of derivatives: d/dx, dy/dx, ∂/∂x, diff(f, x), primes behind brackets.

The names that they bind are known before what they stand before is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mathcli.syntax import complaints
from mathcli.syntax.tree import (
    Call,
    Derivative,
    Name,
    Node,
)

if TYPE_CHECKING:
    from mathcli.syntax.grammar import Parser


class _Operator(NamedTuple):
    """What d^2 y / dx^2 says: the tokens of its operand, its variables with their orders, and where it ends."""

    operand: tuple[int, int] | None
    variables: tuple[tuple[str, int], ...]
    stop: int


def is_operator(p: Parser, at: int) -> bool:
    return _scan(p, at, braced=False) is not None


def is_fraction_operator(p: Parser, at: int) -> bool:
    """Whether this \\frac is \\frac{d}{dx} or \\frac{\\partial f}{\\partial x}."""
    return p.kinds[at + 1] == "{" and _scan(p, at + 2, braced=True) is not None


def operator(p: Parser) -> Node:
    found = _scan(p, p.at, braced=False)
    assert found is not None
    return _derivative(p, found, p.at)


def fraction_operator(p: Parser) -> Node:
    found = _scan(p, p.at + 2, braced=True)
    assert found is not None
    return _derivative(p, found, p.at)


def _is_d(p: Parser, at: int) -> bool:
    return p.kinds[at] == "∂" or (p.kinds[at] == "name" and p.values[at] == "d" and "d" not in p.bound)


def _order(p: Parser, at: int) -> tuple[int, int]:
    """The whole exponent that may stand here, 1 if there is none, and the token after it."""
    kinds, values = p.kinds, p.values
    if kinds[at] == "^" and kinds[at + 1] == "number" and values[at + 1].isdigit():
        return int(values[at + 1][:4]), at + 2
    if kinds[at] == "^" and kinds[at + 1] in ("{", "(") and kinds[at + 2] == "number" and kinds[at + 3] in ("}", ")"):
        return int(values[at + 2][:4]) if values[at + 2].isdigit() else 1, at + 4
    if kinds[at] == "sup(" and kinds[at + 1] == "number" and kinds[at + 2] == ")sup":
        return int(values[at + 1][:4]), at + 3
    return 1, at


def name_at(p: Parser, at: int) -> tuple[str, int] | None:
    """The plain name with its subscript that stands at a token, and the token after it."""
    kinds, values = p.kinds, p.values
    if kinds[at] not in ("name", "constant"):
        return None
    base = values[at]
    stop = at + 1
    if kinds[stop] == "number" and p.ends[at] == p.starts[stop] and values[stop].isdigit():
        return f"{base}_{values[stop]}", stop + 1
    while kinds[stop] in ("_", "sub("):
        inner = stop + (kinds[stop] == "_")
        if kinds[inner] in ("{", "sub("):
            end = inner + 1
            parts = []
            while kinds[end] in ("number", "name", "constant", "subscript"):
                parts.append(values[end])
                end += 1
            if kinds[end] not in ("}", ")sub") or not parts:
                return None
            base, stop = f"{base}_{''.join(parts)}", end + 1
        elif kinds[inner] in ("number", "name", "constant", "subscript"):
            base, stop = f"{base}_{values[inner]}", inner + 1
        else:
            return None
    return base, stop


def closing(p: Parser, opened: int) -> int:
    """The token after the bracket that closes the one here, or -1."""
    level = 0
    for at in range(opened, len(p.kinds)):
        kind = p.kinds[at]
        if kind in ("(", "[", "{"):
            level += 1
        elif kind in (")", "]", "}"):
            level -= 1
            if level == 0:
                return at + 1
    return -1


def _scan(p: Parser, at: int, *, braced: bool) -> _Operator | None:
    """Look for d/dx, d^2y/dx^2, ∂f/∂x, ∂²f/(∂x ∂y) from here on, without reading anything."""
    kinds = p.kinds
    if not _is_d(p, at):
        return None
    total, k = _order(p, at + 1)
    stop = "}" if braced else "/"
    operand: tuple[int, int] | None = None
    if kinds[k] != stop:
        if not braced and k == at + 1 and p.ends[at] != p.starts[k] and kinds[at] != "∂" and not _is_spaced(p, at):
            return None
        end = _operand_end(p, k)
        if end < 0 or kinds[end] != stop:
            return None
        operand, k = (k, end), end
    k += 1
    ending = ""
    if braced:
        if kinds[k] != "{":
            return None
        ending = "}"
        k += 1
    elif kinds[k] == "(":
        ending = ")"
        k += 1
    variables: list[tuple[str, int]] = []
    while _is_d(p, k) and kinds[k] == kinds[at]:
        if not (ending or kinds[k] == "∂") and p.ends[k] != p.starts[k + 1] and not (_is_spaced(p, at) or k == at + 2):
            break
        named = name_at(p, k + 1)
        if named is None:
            break
        order, k = _order(p, named[1])
        variables.append((named[0], order))
    if not variables or (ending and kinds[k] != ending):
        return None
    if sum(order for _, order in variables) != total:
        return None
    return _Operator(operand, tuple(variables), k + bool(ending))


def _is_spaced(p: Parser, at: int) -> bool:
    """Whether d y / d x stands here, with both letters apart from their d."""
    kinds, values = p.kinds, p.values
    return kinds[at + 1 : at + 5] == ["name", "/", "name", "name"] and values[at + 3] == "d" == values[at]


def bracketed_operator(p: Parser) -> Node | None:
    """(d/dx) before its operand, with p at the bracket."""
    found = _scan(p, p.at + 1, braced=False)
    if found is None or found.operand is not None or p.kinds[found.stop] != ")":
        return None
    return _derivative(p, found._replace(stop=found.stop + 1), p.at)


def starts() -> frozenset[str]:
    from mathcli.syntax.grammar import STARTS

    return STARTS


def _operand_end(p: Parser, at: int) -> int:
    if p.kinds[at] in ("(", "["):
        return closing(p, at)
    named = name_at(p, at)
    if named is None:
        return -1
    return closing(p, named[1]) if p.kinds[named[1]] == "(" else named[1]


def _derivative(p: Parser, found: _Operator, at: int) -> Node:
    outer = p.bound
    p.bound |= frozenset(name for name, _ in found.variables)
    if found.operand is not None:
        p.at = found.operand[0]
        node = _named_operand(p, found)
        p.at = found.stop
    else:
        p.at = found.stop
        functions = p.callable
        p.callable = functions | _function_at(p, p.at, [name for name, _ in found.variables])
        node = _operand_behind(p, at)
        p.callable = functions
    p.bound = outer
    for name, order in reversed(found.variables):
        node = Derivative(node, Name(name), order)
    return node


def _function_at(p: Parser, at: int, variables: list[str]) -> frozenset[str]:
    """The y of d/dx (y(x)): a letter whose bracket holds a variable of the derivative alone is a function of it."""
    while p.kinds[at] == "(":
        at += 1
    named = name_at(p, at)
    if named is None or p.kinds[named[1]] != "(":
        return frozenset()
    inside = name_at(p, named[1] + 1)
    is_call = inside is not None and inside[0] in variables and p.kinds[inside[1]] in (")", ",")
    return frozenset((named[0],)) if is_call and named[0] not in variables else frozenset()


def _named_operand(p: Parser, found: _Operator) -> Node:
    """The y of dy/dx: a function of the variables, unless it was given its arguments."""
    assert found.operand is not None
    start, stop = found.operand
    named = name_at(p, start)
    if named is not None and named[1] == stop:
        names = tuple(dict.fromkeys(name for name, _ in found.variables))
        p.note(f"{named[0]} is read as a function of {', '.join(names)}", p.starts[start])
        return Call(named[0], tuple(Name(name) for name in names))
    if named is not None:
        outer = p.callable
        p.callable = p.callable | {named[0]}
        node = p.factor()
        p.callable = outer
        return node
    return p.factor()


def _operand_behind(p: Parser, at: int) -> Node:
    """What d/dx is applied to: a bracket with its power, or a product up to the next + or -."""
    from mathcli.syntax.grammar import STARTS

    shown = p.source(p.starts[at])
    start_at = p.at
    start = p.starts[start_at]
    if p.kind not in STARTS and p.kind != "-":
        raise p.error(f"the derivative of what? Nothing stands behind {shown}", p.at, hint=f"write {shown} (x^2 + 1)")
    p.enter(at)
    if p.kind in ("(", "[", "{"):
        node = p.factor()
        if p.kind in STARTS and p.may_multiply() and p.kind not in ("|", "‖"):
            inside = p.source(start)
            p.note(
                f"{shown} is applied to {inside} alone; otherwise put brackets around the product",
                p.starts[at],
                doubtful=True,
            )
    else:
        node = p.negative(p.product) if p.kind == "-" else p.product()
        if p.kind in ("+", "-"):
            p.note(
                f"{shown} is applied to {p.source(start)} alone; otherwise put brackets around the sum",
                p.starts[at],
                doubtful=True,
            )
    p.depth -= 1
    return node


def primed_group(p: Parser, operand: Node, order: int, at: int) -> Node:
    """(x^2)': the derivative by the only letter, or by x."""
    letters = sorted(name.name for name in operand.names)
    if len(letters) == 1:
        variable = letters[0]
    elif not letters or "x" in letters:
        variable = "x"
    else:
        raise p.error(f"a derivative by which variable: {', '.join(letters)}?", at, hint=f"write d/d{letters[0]} (...)")
    p.note(f"the prime behind the bracket is read as the derivative by {variable}", p.starts[at])
    return Derivative(operand, Name(variable), order)


def diff_call(p: Parser, at: int) -> Node:
    """diff(f, x), diff(f, x, 2), diff(f, x, y)."""
    if p.kind != "(":
        raise p.error("diff takes its arguments in brackets", p.at, hint="write diff(x^2, x)")
    opened = p.at
    parts = split(p, opened)
    variables: list[tuple[str, int]] = []
    for start, stop in parts[1:]:
        named = name_at(p, start)
        if named is not None and named[1] == stop:
            variables.append((named[0], 1))
        elif variables and stop == start + 1 and p.kinds[start] == "number" and p.values[start].isdigit():
            variables[-1] = (variables[-1][0], int(p.values[start][:4]))
        else:
            raise p.error("a variable or an order is needed here", start, hint="write diff(x^2, x) or diff(x^2, x, 2)")
    outer = p.bound
    p.bound |= frozenset(name for name, _ in variables)
    p.enter(at)
    p.at = opened + 1
    functions = p.callable
    p.callable = functions | _function_at(p, p.at, [name for name, _ in variables])
    node = p.relation()
    p.depth -= 1
    p.bound, p.callable = outer, functions
    if p.kind not in (",", ")"):
        raise complaints.not_closed(p, ")", opened)
    p.at = parts[-1][1] + 1
    if not variables:
        return primed_group(p, node, 1, at)
    for name, order in variables:
        node = Derivative(node, Name(name), order) if order else node
    return node


def split(p: Parser, opened: int) -> list[tuple[int, int]]:
    """The first and the last-but-one token of each entry of a bracket."""
    level = 0
    parts: list[tuple[int, int]] = []
    start = opened + 1
    for at in range(opened, len(p.kinds)):
        kind = p.kinds[at]
        if kind in ("(", "[", "{"):
            level += 1
        elif kind in (")", "]", "}"):
            level -= 1
            if level == 0:
                if at == opened + 1:
                    raise p.error("there is nothing between the brackets", at)
                return [*parts, (start, at)]
        elif kind == "," and level == 1:
            parts.append((start, at))
            start = at + 1
    raise p.error(f"{complaints.typed(p, opened)} is never closed", opened)
