"""Signs that stand before an expression and bind a name in it: sums, products, limits, integrals, minima.

The names that they bind are known before what they stand before is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mathcli.syntax import complaints
from mathcli.syntax.differentials import is_operator, name_at, split, starts
from mathcli.syntax.tree import ONE, IndexedProduct, IndexedSum, Integral, Limit, Minimum, Name, Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from mathcli.syntax.grammar import Parser


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
    named = name_at(p, parts[1][0])
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
    named = name_at(p, opened + 1)
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
    from mathcli.syntax.grammar import STARTS

    if p.kind not in STARTS and p.kind != "-":
        raise p.error(f"the {word} of what? Nothing stands behind its bounds", p.at)
    start = p.starts[p.at]
    node = p.negative(p.product) if p.kind == "-" else p.product()
    if p.kind in ("+", "-"):
        p.note(f"the {word} reaches over {p.source(start)}; otherwise put brackets", p.starts[at])
    return node


def _limit(p: Parser, at: int) -> Node:
    plain = name_at(p, p.at)
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
    named = name_at(p, p.at + 1)
    if named is None:
        raise p.error("the variable of the integral has no plain subscript", p.at + 1, hint=_BOUNDS["integral"])
    p.at = named[1]
    if body is ONE and (p.kind == "/" or p.kind in starts()):
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
            named = name_at(p, p.at)
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
