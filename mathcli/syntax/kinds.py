"""The kinds of text that can be asked for: an expression of any shape, an equation, a point, an interval, names ..."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mathcli.syntax import complaints
from mathcli.syntax import names as naming
from mathcli.syntax.tree import (
    Call,
    Constant,
    Definition,
    Equation,
    Interval,
    Matrix,
    Name,
    Node,
    Relation,
    Transpose,
    Vector,
)
from mathcli.syntax.vocabulary import FUNCTIONS

if TYPE_CHECKING:
    from mathcli.syntax.grammar import Parser


def expression(p: Parser) -> Node:
    """Whatever was typed."""
    defined = naming.definition(p)
    if defined is not None:
        return defined
    naming.find_iterate(p)
    start = p.starts[0]
    first = p.relation()
    if p.kind == ",":
        return p.place(_bare_list(p, first), start)
    _finish(p)
    return first


def _bare_list(p: Parser, first: Node) -> Node:
    """1,2,-1 is a vector, said so; 3,5 is more likely a decimal comma."""
    comma = p.at
    complaints.check_comma(p, None)
    entries = [first]
    while p.kind == ",":
        complaints.check_comma(p, None)
        p.at += 1
        entries.append(p.relation())
    is_tight = p.ends[comma - 1] == p.starts[comma] and p.ends[comma] == p.starts[comma + 1]
    if len(entries) == 2 and is_tight and p.kinds[comma - 1] == p.kinds[comma + 1] == "number":
        raise complaints.decimal_comma(p, comma)
    _finish(p)
    shown = " ".join(p.text.split())
    if len(shown) < 60:
        p.note(f"{shown} is read as the vector ({shown})", 0)
    return Vector(tuple(entries))


def equation(p: Parser) -> Node:
    tree = expression(p)
    if isinstance(tree, Equation):
        return tree
    if isinstance(tree, Relation) and tree.signs.count("=") > 1:
        raise p.error("an equation has one '='", len(p.kinds) - 1, hint="give the equations one by one")
    if isinstance(tree, Definition):
        raise p.error(
            "an equation is needed, and this defines a function",
            0,
            hint=f"write y = ... instead of {tree.function}(...) = ...",
        )
    raise p.error("an equation is needed: there is no '='", len(p.kinds) - 1, hint="write y = ..., or F(x, y) = 0")


def relation(p: Parser) -> Node:
    tree = expression(p)
    if isinstance(tree, Equation | Relation):
        return tree
    raise p.error(
        "a condition is needed: there is no comparison", len(p.kinds) - 1, hint="write x > 0, or x^2 + y^2 = 1"
    )


def vector(p: Parser) -> Node:
    """A vector in any brackets or in none."""
    tree = _entries(p)
    if isinstance(tree, Transpose) and isinstance(tree.operand, Vector):
        tree = tree.operand
    if isinstance(tree, Matrix) and (len(tree.rows) == 1 or len(tree.rows[0]) == 1):
        tree = Vector(tree.children())
    if not isinstance(tree, Vector):
        raise p.error("a vector is needed", 0, hint="write it as 1,2,-1 or (1, 2, -1)")
    return tree


def _entries(p: Parser) -> Node:
    """One relation, or several with commas between them as a vector."""
    start = p.starts[0]
    first = p.relation()
    if p.kind not in (",", ";"):
        _finish(p)
        return first
    entries = [first]
    separator = p.kind
    while p.kind == separator:
        if separator == ",":
            complaints.check_comma(p, 0)
        p.at += 1
        entries.append(p.relation())
    _finish(p)
    return p.place(Vector(tuple(entries)), start)


def point(p: Parser) -> Node:
    """x=1, y=2 or 3, 7, with or without brackets: a vector of equations or of values."""
    tree = _entries(p)
    match tree:
        case Equation(Vector(left), Vector(right)) if len(left) == len(right):
            tree = Vector(tuple(map(Equation, left, right)))
        case Equation(Name(letter), Vector()) | Call(letter, (_, _, *_)) if letter not in FUNCTIONS:
            raise p.error(f"a point is needed, without its name {letter}", 0, hint="write (1, 2), or x=1, y=2")
    entries = tree.entries if isinstance(tree, Vector) else (tree,)
    for entry in entries:
        if isinstance(entry, Relation | Definition):
            raise p.error("a point is needed", 0, hint="write x=1, y=2")
        if isinstance(entry, Equation) and not isinstance(entry.left, Name):
            raise p.error("the left side of each = names a variable", 0, hint="write x=1, y=2")
    if len({isinstance(entry, Equation) for entry in entries}) > 1:
        raise p.error("some values of the point have a name and some have none", 0, hint="write x=1, y=2 or 1, 2")
    return Vector(tuple(entries))


def names(p: Parser) -> Node:
    """x or x, y: a vector of names, where e and i are names too."""
    found: list[Node] = []
    while True:
        if p.kind == "constant" and p.values[p.at] in ("e", "i", "pi"):
            p.bound |= {p.values[p.at]}
        if p.kind not in ("name", "constant", "decoration"):
            raise p.error("a name is needed", p.at, hint="write x, or x,y")
        node = p.factor()
        if not isinstance(node, Name):
            raise p.error("a name is needed", p.at - 1, hint="write x, or x,y")
        found.append(node)
        if p.kind == ",":
            p.at += 1
        elif p.kind == "end":
            return Vector(tuple(found))
        else:
            raise p.error("one name is needed, or several with commas", p.at)


def definition(p: Parser) -> Node:
    """g(x) = 1+e^(-x), or a letter: u = x^2."""
    defined = naming.definition(p)
    if defined is not None:
        return defined
    if p.kind == "constant" and p.kind_after() == "=":
        p.bound |= {p.values[p.at]}
    tree = p.relation()
    _finish(p)
    if isinstance(tree, Equation) and isinstance(tree.left, Name):
        return Definition(tree.left.name, (), tree.right)
    raise p.error("a definition is needed", 0, hint="write g(x) = 1+e^(-x), or u = x^2")


_ENDS = {"[": True, "]": False, "(": False}


def interval(p: Parser) -> Node:
    """[0, 20], (0, inf), ]0, 1], or 0, 20 (with its ends)."""
    first = p.kind
    has_lower = _ENDS.get(first, True)
    opened = p.at
    if first in _ENDS:
        p.at += 1
        if p.kinds[-2:-1] == ["["]:  # ]0, 1[
            p.kinds[-2] = ")"
    lower = p.sum()
    if p.kind not in (",", ";", "..."):
        raise p.error("an interval has two ends", p.at, hint="write [0, 20] or (0, inf)")
    p.at += 1
    upper = p.sum()
    has_upper = True
    if first in _ENDS:
        if p.kind not in (")", "]", "["):
            raise complaints.not_closed(p, ")" if first == "(" else "]", opened)
        has_upper = p.kind == "]"
        p.at += 1
    _finish(p)
    return Interval(lower, upper, has_lower and not _is_infinite(lower), has_upper and not _is_infinite(upper))


def _is_infinite(node: Node) -> bool:
    return node.contains(Constant) and any(
        isinstance(part, Constant) and part.name == "inf" for part in (node, *node.children())
    )


def _finish(p: Parser) -> None:
    if p.kind != "end":
        raise complaints.leftover(p)


KINDS: dict[str, Callable[[Parser], Node]] = {
    "expression": expression,
    "equation": equation,
    "relation": relation,
    "vector": vector,
    "point": point,
    "names": names,
    "definition": definition,
    "interval": interval,
}
