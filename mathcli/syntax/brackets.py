"""What stands in brackets: groups, vectors, matrices, absolute values, norms, pieces of a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mathcli.syntax import complaints, differentials
from mathcli.syntax.tree import Call, Equation, Matrix, Node, Norm, Piecewise, Relation, Vector

if TYPE_CHECKING:
    from mathcli.syntax.grammar import Parser

_CLOSING = {"(": ")", "[": "]", "{": "}", "<(": ")>", "<": ">", "|(": ")|", "‖(": ")‖", "⌊": "⌋", "⌈": "⌉"}


def group(p: Parser) -> Node:
    """( sum ), ( list ), [ rows ], { pieces }: what it is shows at the first separator."""
    opened = p.at
    opening = p.kinds[opened]
    closing = _CLOSING[opening]
    if opening == "{" and p.kind_after() == "begin":
        return _braced_environment(p)
    if p.values[opened + 1] in ("d", "∂", "\\partial") and (applied := differentials.bracketed_operator(p)) is not None:
        return applied
    p.open(opened)
    p.at += 1
    bars, p.bars = p.bars, []
    integrals, p.integrals = p.integrals, 0
    in_matrix, p.in_matrix = p.in_matrix, opening == "[" == p.kind
    first = p.relation()
    kind = p.kinds[p.at]
    if kind == closing:
        p.at += 1
        node = _checked(p, first, opened)
        if opening == "[" and isinstance(first, Vector) and p.kinds[opened + 1] == "[":
            node = Matrix((first.entries,))
        elif opening == "[" and in_matrix and _is_row(p, opened):
            node = Vector((first,))
    elif opening == "{" and (kind == "keyword" or kind in (",", ";")):
        node = _pieces(p, first, opened)
    elif kind in (",", ";"):
        node = _list(p, first, opened)
    else:
        raise complaints.not_closed(p, closing, opened)
    p.bars, p.integrals, p.in_matrix = bars, integrals, in_matrix
    p.close()
    return node


def _is_row(p: Parser, opened: int) -> bool:
    """Whether the bracket that was just closed is a row of its own, as in [[1], [2]]."""
    return p.kinds[opened - 1] in ("[", ",") and p.kind in (",", "]")


def _checked(p: Parser, inner: Node, opened: int) -> Node:
    """A comparison in brackets stands by itself or in a list, never inside a calculation."""
    if not isinstance(inner, Equation | Relation):
        return inner
    if opened == 0 and p.kind == "end":
        return inner
    sign = next(k for k in range(opened, p.at) if p.kinds[k] in ("=", "<", "<=", ">", ">=", "!="))
    raise p.error("a comparison inside an expression", sign)


def _list(p: Parser, first: Node, opened: int) -> Node:
    """The entries of a vector, or the rows of a matrix."""
    opening = p.kinds[opened]
    closing = _CLOSING[opening]
    rows: list[list[Node]] = [[first]]
    while p.kind in (",", ";"):
        separator = p.at
        if p.kind == ",":
            complaints.check_comma(p, opened)
        p.at += 1
        if p.kind == closing and p.kinds[separator] == "," and len(rows[0]) == 1 and len(rows) == 1:
            break
        if p.kinds[separator] == ";":
            rows.append([])
        rows[-1].append(p.relation())
    p.expect(closing, opened)
    return _rows(p, rows, opened)


def _rows(p: Parser, rows: list[list[Node]], opened: int) -> Node:
    entries = rows[0]
    if len(rows) > 1:
        if all(len(row) == 1 for row in rows):
            return Vector(tuple(row[0] for row in rows))
        return _matrix(p, rows, opened)
    if all(isinstance(entry, Vector) for entry in entries) and p.kinds[opened] == "[" == p.kinds[opened + 1]:
        return _matrix(p, [list(entry.children()) for entry in entries], opened)
    return Vector(tuple(entries))


def _matrix(p: Parser, rows: list[list[Node]], opened: int) -> Node:
    if len({len(row) for row in rows}) > 1:
        raise p.error("the rows of the matrix have different lengths", opened)
    return Matrix(tuple(tuple(row) for row in rows))


def angle(p: Parser) -> Node:
    """<1, 2, -1> as a vector."""
    opened = p.at
    closing = _CLOSING[p.kinds[opened]]
    p.at += 1
    p.open(opened)
    entries = [p.sum()]
    while p.kind == ",":
        complaints.check_comma(p, opened)
        p.at += 1
        entries.append(p.sum())
    if p.kind == "end" and len(entries) == 1 and closing == ">":
        p.at = opened
        raise complaints.missing_operand(p)
    p.expect(closing, opened)
    p.close()
    return Vector(tuple(entries))


# ---------------------------------------------------------------------- bars


def bars(p: Parser) -> Node:
    """|x| or ||w||; two bars are a norm where two bars close them."""
    opened = p.at
    if p.kind_after() == "|" and p.ends[opened] == p.starts[opened + 1] and _closes_doubled(p, opened + 2):
        p.at += 2
        p.open(opened)
        outer, p.bars = p.bars, [*p.bars, "|"]
        inner = p.sum()
        p.bars = outer
        for _ in range(2):
            p.expect("|", opened)
        p.close()
        return norm_of(p, inner)
    p.at += 1
    p.open(opened)
    outer, p.bars = p.bars, [*p.bars, "|"]
    inner = p.sum()
    p.bars = outer
    p.expect("|", opened)
    p.close()
    return Norm(inner) if isinstance(inner, Vector) else Call("abs", (inner,))


def _closes_doubled(p: Parser, at: int) -> bool:
    """Whether the next bar outside brackets is one of a pair, as in ||w||."""
    level = 0
    while (kind := p.kinds[at]) != "end":
        if kind in ("(", "[", "{"):
            level += 1
        elif kind in (")", "]", "}"):
            level -= 1
        elif kind == "|" and level == 0:
            return p.kinds[at + 1] == "|" and p.ends[at] == p.starts[at + 1]
        at += 1
    return False


def double_bar(p: Parser) -> Node:
    """‖w‖, with the same sign on both sides."""
    opened = p.at
    p.at += 1
    p.open(opened)
    outer, p.bars = p.bars, [*p.bars, "‖"]
    inner = p.sum()
    p.bars = outer
    p.expect("‖", opened)
    p.close()
    return norm_of(p, inner)


def norm_of(p: Parser, inner: Node) -> Node:
    """The Euclidean norm; ||w||_2 says the same, another subscript is another norm."""
    if p.kind in ("_", "sub("):
        at = p.at
        where = at + 1
        braced = p.kinds[where] == "{"
        is_frobenius = p.matrices and p.values[where + braced] == "F"
        if p.values[where + braced] != "2" and not is_frobenius:
            raise p.error("only the Euclidean norm is read", where + braced, hint="write ||w||")
        p.at = where + 1 + 2 * braced + (p.kinds[at] == "sub(")
        if is_frobenius:
            return Call("frobenius", (inner,))
    return Norm(inner)


def paired(p: Parser) -> Node:
    """\\left| x \\right|, \\lVert w \\rVert, ⌊x⌋, ⌈x⌉."""
    opened = p.at
    kind = p.kinds[opened]
    p.at += 1
    p.open(opened)
    outer, p.bars = p.bars, []
    inner = p.sum()
    p.bars = outer
    p.expect(_CLOSING[kind], opened)
    p.close()
    if kind == "‖(":
        return norm_of(p, inner)
    if kind == "|(":
        return Norm(inner) if isinstance(inner, Vector) else Call("abs", (inner,))
    return Call("floor" if kind == "⌊" else "ceil", (inner,))


# ---------------------------------------------------------------------- pieces


def _pieces(p: Parser, first: Node, opened: int) -> Node:
    """{value if condition; ...; value otherwise}, from the first separator on."""
    branches: list[tuple[Node, Node]] = []
    value = first
    otherwise: Node | None = None
    while True:
        if p.kind == "keyword" and p.values[p.at] in ("otherwise", "else"):
            p.at += 1
            otherwise = value
        elif (p.kind == "keyword" and p.values[p.at] in ("if", "for", "when")) or (
            p.kind == "," and not branches and p.kind_after() != "keyword"
        ):
            p.at += 1
            branches.append((value, _condition(p)))
        elif p.kind == "," and p.kind_after() == "keyword":
            p.at += 1
            continue
        elif p.kind == ",":
            p.at += 1
            branches.append((value, _condition(p)))
        elif branches:
            otherwise = value
        else:
            raise p.error("a piece without its condition", p.at, hint="write {x^2 if x < 0; x otherwise}")
        if p.kind in (";", ",") and otherwise is None:
            p.at += 1
            if p.kind == "keyword" and p.values[p.at] in ("otherwise", "else"):
                p.at += 1
                otherwise = p.sum()
                break
            if p.kind == "}":
                break
            value = p.sum()
            continue
        break
    p.expect("}", opened)
    if not branches:
        raise p.error("a piece without its condition", opened, hint="write {x^2 if x < 0; x otherwise}")
    return Piecewise(tuple(branches), otherwise)


def _condition(p: Parser) -> Node:
    at = p.at
    node = p.relation()
    if not isinstance(node, Equation | Relation):
        raise p.error("a condition is needed here", at, hint="write x < 0")
    return node


def _braced_environment(p: Parser) -> Node:
    """\\{ \\begin{cases} ... \\end{cases} \\right.: the brace is for show."""
    from mathcli.syntax.latex import environment

    p.at += 1
    node = environment(p, of_pieces=True)
    if p.kind in ("}", "right."):
        p.at += 1
    return node


PRIMARIES: dict[str, Callable[[Parser], Node]] = {
    "(": group,
    "[": group,
    "{": group,
    "<": angle,
    "<(": angle,
    "|": bars,
    "‖": double_bar,
    "|(": paired,
    "‖(": paired,
    "⌊": paired,
    "⌈": paired,
}
