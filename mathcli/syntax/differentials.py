"""The signs of calculus: d/dx, dy/dx, ∂/∂x, primes behind brackets, sums, products, limits and integrals.

The names that they bind are known before what they stand before is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mathcli.syntax import complaints
from mathcli.syntax.tree import (
    ONE,
    Call,
    Derivative,
    IndexedProduct,
    IndexedSum,
    Integral,
    Limit,
    Minimum,
    Name,
    Node,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from mathcli.syntax.parser import Parser


class _Operator(NamedTuple):
    """What d^2 y / dx^2 says: the tokens of its operand, its variables with their orders, and where it ends."""

    operand: tuple[int, int] | None
    variables: tuple[tuple[str, int], ...]
    stop: int


# ---------------------------------------------------------------------- derivatives


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


def _name_at(p: Parser, at: int) -> tuple[str, int] | None:
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
        named = _name_at(p, k + 1)
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


def _starts() -> frozenset[str]:
    from mathcli.syntax.parser import STARTS

    return STARTS


def _operand_end(p: Parser, at: int) -> int:
    if p.kinds[at] in ("(", "["):
        return closing(p, at)
    named = _name_at(p, at)
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
    named = _name_at(p, at)
    if named is None or p.kinds[named[1]] != "(":
        return frozenset()
    inside = _name_at(p, named[1] + 1)
    is_call = inside is not None and inside[0] in variables and p.kinds[inside[1]] in (")", ",")
    return frozenset((named[0],)) if is_call and named[0] not in variables else frozenset()


def _named_operand(p: Parser, found: _Operator) -> Node:
    """The y of dy/dx: a function of the variables, unless it was given its arguments."""
    assert found.operand is not None
    start, stop = found.operand
    named = _name_at(p, start)
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
    from mathcli.syntax.parser import STARTS

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
        named = _name_at(p, start)
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


# ---------------------------------------------------------------------- sums, products, limits, integrals


def summing(p: Parser, word: str, at: int) -> Node:
    """sum(i^2, i, 1, n), or the sign with its bounds and what stands behind it."""
    from mathcli.syntax.names import has_comma

    if p.kind == "(" and has_comma(p, p.at):
        return _bracketed(p, word, at)
    if word == "integral":
        return _integral(p, at)
    if word == "limit":
        return _limit(p, at)
    return _sum(p, word, at)


def _bracketed(p: Parser, word: str, at: int) -> Node:
    opened = p.at
    parts = split(p, opened)
    named = _name_at(p, parts[1][0])
    counts = {"integral": (2, 4), "limit": (3, 4)}.get(word, (4,))
    arrow = named is not None and word == "limit" and p.kinds[named[1]] == "->"
    if named is None or not (arrow or named[1] == parts[1][1]):
        raise p.error("a variable is needed here", parts[1][0], hint=_EXAMPLES[word])
    if len(parts) + arrow not in counts:
        raise p.error(f"{word} takes {' or '.join(map(str, counts))} arguments", at, hint=_EXAMPLES[word])
    index = named[0]
    p.enter(at)
    p.at = opened + 1
    body = _bound_part(p, index, p.sum, is_index=word in ("sum", "prod"))
    _stop_at(p, parts[0][1], opened)
    ends: list[Node] = []
    side = ""
    for start, stop in [(named[1] + 1, parts[1][1])] * arrow + parts[2:]:
        p.at = start
        if word == "limit" and ends:
            side = _side(p, start, stop)
            p.at = stop
        else:
            ends.append(p.sum())
            if word == "limit" and p.kind in ("+", "-"):
                side = p.kind
                p.at += 1
        _stop_at(p, stop, opened)
    p.at = parts[-1][1] + 1
    p.depth -= 1
    return _iterated(word, body, index, ends, side)


_EXAMPLES = {
    "sum": "write sum(i^2, i, 1, n)", "prod": "write prod(i, i, 1, n)", "integral": "write integral(x^2, x, 0, 1)",
    "limit": "write limit(sin(x)/x, x, 0)",
}  # fmt: skip


def _iterated(word: str, body: Node, index: str, ends: list[Node], side: str) -> Node:
    variable = Name(index)
    if word == "limit":
        return Limit(body, variable, ends[0], side)
    if word == "integral":
        return Integral(body, variable, *ends)
    kind: Callable[..., Node] = IndexedSum if word == "sum" else IndexedProduct
    return kind(body, variable, ends[0], ends[1])


def _stop_at(p: Parser, stop: int, opened: int) -> None:
    if p.at != stop:
        raise complaints.not_closed(p, ")", opened)


def _side(p: Parser, start: int, stop: int) -> str:
    if stop == start + 1 and p.kinds[start] in ("+", "-"):
        return p.kinds[start]
    raise p.error("the side of a limit is + or -", start, hint="write limit(1/x, x, 0, +)")


def _bound_part(p: Parser, index: str, part: Callable[[], Node], *, is_index: bool = True) -> Node:
    """Read a part in which the index is a variable and names the entries of families."""
    bound, indices = p.bound, p.indices
    p.bound = bound | {index}
    if is_index:
        p.indices = indices | {index}
        p.counted.add(index)
    node = part()
    p.bound, p.indices = bound, indices
    return node


_CLOSERS = {"{": "}", "(": ")", "sub(": ")sub", "sup(": ")sup"}


def _lower(p: Parser, word: str, sign: str, at: int) -> tuple[str, Node, str]:
    """_{i=1} or _{x->0}: the name, the value and, of a limit, the side."""
    p.at += p.kind == "_"
    opened = p.at
    if p.kind not in _CLOSERS:
        raise p.error(f"the bounds of the {word} stand in brackets", p.at, hint=_BOUNDS[word])
    ending = _CLOSERS[p.kind]
    named = _name_at(p, opened + 1)
    if named is None or p.kinds[named[1]] != sign:
        wrong = opened + 1 if named is None else named[1]
        raise p.error(f"the {word} needs a name and where it starts", wrong, hint=_BOUNDS[word])
    p.at = named[1] + 1
    value, side = _lower_value(p, sign)
    p.expect(ending, opened)
    return named[0], value, side


def _lower_value(p: Parser, sign: str) -> tuple[Node, str]:
    """The value after = or ->; a limit's may be followed by ^+ or a plain sign for its side."""
    if sign == "->":
        end = p.at
        while p.kinds[end] not in ("}", ")", ")sub", "end"):
            end += 1
        if p.kinds[end] == "}" and p.kinds[end + 1 : end + 2] == ["}"]:
            end += 1
        tail = [k for k in range(p.at, end) if p.kinds[k] not in ("{", "}")]
        last = tail[-1] if tail else p.at
        if p.kinds[last] in ("+", "-") and last > p.at:
            node = p.number() if p.kind == "number" else p.primary()
            at = p.at
            while p.kinds[at] in ("^", "{", "}", "+", "-") and at < end:
                at += 1
            p.at = end if p.kinds[end] == "}" and p.kinds[end - 1] != "}" else at
            return node, p.kinds[last]
        if p.kinds[last] == ")sup" and p.kinds[last - 1] in ("+", "-"):
            node = p.primary()
            p.at = end
            return node, p.kinds[last - 1]
    return p.sum(), ""


_BOUNDS = {
    "sum": "write sum_{i=1}^n x_i, or sum(x_i, i, 1, n)", "prod": "write prod_{i=1}^n x_i, or prod(x_i, i, 1, n)",
    "limit": "write lim_{x->0} f, or limit(f, x, 0)", "integral": "write int_0^1 x^2 dx, or integral(x^2, x, 0, 1)",
}  # fmt: skip


def _upper(p: Parser) -> Node:
    if p.kind == "sup(":
        opened = p.at
        p.at += 1
        node = p.sum()
        p.expect(")sup", opened)
        return node
    p.at += 1
    return _one(p)


def _one(p: Parser) -> Node:
    """A bound: one token, a group, or one of these with a minus. A letter is no function of what comes behind."""
    if p.kind == "-":
        return p.negative(lambda: _one(p))
    if p.kind in ("name", "constant") and p.kind_after() == "(":
        from mathcli.syntax.names import plain

        return plain(p)
    return p.primary()


def _sum(p: Parser, word: str, at: int) -> Node:
    lower: tuple[str, Node, str] | None = None
    upper: Node | None = None
    while p.kind in ("_", "sub(", "^", "sup("):
        if p.kind in ("_", "sub("):
            lower = _lower(p, word, "=", at)
        else:
            upper = _upper(p)
    if lower is None or upper is None:
        raise p.error(
            f"the {word} has no bounds" if lower is None else f"the {word} has no upper bound", p.at, hint=_BOUNDS[word]
        )
    p.enter(at)
    body = _bound_part(p, lower[0], lambda: _body(p, word, at))
    p.depth -= 1
    return _iterated(word, body, lower[0], [lower[1], upper], "")


def _body(p: Parser, word: str, at: int) -> Node:
    """What the sign stands before: a product, up to the next + or -."""
    from mathcli.syntax.parser import STARTS

    if p.kind not in STARTS and p.kind != "-":
        raise p.error(f"the {word} of what? Nothing stands behind its bounds", p.at)
    start = p.starts[p.at]
    node = p.negative(p.product) if p.kind == "-" else p.product()
    if p.kind in ("+", "-"):
        p.note(f"the {word} reaches over {p.source(start)}; otherwise put brackets", p.starts[at])
    return node


def _limit(p: Parser, at: int) -> Node:
    plain = _name_at(p, p.at)
    if plain is not None and p.kinds[plain[1]] == "->":
        p.at = plain[1] + 1
        name, point, side = plain[0], _one(p), ""
    elif p.kind in ("_", "sub("):
        name, point, side = _lower(p, "limit", "->", at)
    else:
        raise p.error("the limit has no point", p.at, hint=_BOUNDS["limit"])
    p.enter(at)
    body = _bound_part(p, name, lambda: _body(p, "limit", at), is_index=False)
    p.depth -= 1
    return Limit(body, Name(name), point, side)


def _integral(p: Parser, at: int) -> Node:
    lower: Node | None = None
    upper: Node | None = None
    while p.kind in ("_", "sub(", "^", "sup("):
        if p.kind in ("^", "sup("):
            upper = _upper(p)
        elif p.kind == "sub(":
            opened = p.at
            p.at += 1
            lower = p.sum()
            p.expect(")sub", opened)
        else:
            p.at += 1
            lower = _one(p)
    if (lower is None) != (upper is None):
        raise p.error("the integral has one bound only", p.at, hint=_BOUNDS["integral"])
    p.enter(at)
    p.integrals += 1
    body = ONE if is_differential(p) else p.sum()
    p.integrals -= 1
    p.depth -= 1
    if not is_differential(p):
        if p.kind == "end":
            raise p.error("the integral has no dx", p.at, hint=_BOUNDS["integral"])
        raise complaints.leftover(p)
    named = _name_at(p, p.at + 1)
    if named is None:
        raise p.error("the variable of the integral has no plain subscript", p.at + 1, hint=_BOUNDS["integral"])
    p.at = named[1]
    if body is ONE and (p.kind == "/" or p.kind in _starts()):
        raise p.error("the integrand stands before the dx", p.at, hint="write int 1/x dx")
    return Integral(body, Name(named[0]), lower, upper)


def is_differential(p: Parser) -> bool:
    """Whether dx stands here and ends an integral."""
    at = p.at
    if p.kinds[at] != "name" or p.values[at] != "d" or p.kinds[at + 1] not in ("name", "constant"):
        return False
    return (p.ends[at] == p.starts[at + 1] or "\\" in p.text) and not is_operator(p, at)


def minimum(p: Parser, word: str, at: int) -> Node:
    """min_{w, w_0} in front of an objective, which reaches to the end of the sum."""
    if word == "max":
        raise p.error("a maximum over variables is not read", at, hint="write it as a minimum of the negative")
    p.at += 1
    opened = p.at
    names: list[Name] = []
    if p.kind in ("{", "("):
        p.at += 1
        while True:
            named = _name_at(p, p.at)
            if named is None:
                raise p.error("a variable is needed here", p.at, hint="write min_{w, w_0}")
            names.append(Name(named[0]))
            p.at = named[1]
            if p.kind != ",":
                break
            p.at += 1
        p.expect(_CLOSERS[p.kinds[opened]], opened)
    elif p.kind in ("name", "constant", "subscript"):
        names.append(Name(p.values[p.at]))
        p.at += 1
    else:
        raise p.error("a subscript is missing after '_'", p.at)
    outer = p.bound
    p.bound |= frozenset(name.name for name in names)
    p.enter(at)
    objective = p.sum()
    p.depth -= 1
    p.bound = outer
    return Minimum(objective, tuple(names))
