"""What LaTeX writes as commands with arguments: fractions, roots, binomials, environments, braces."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mathcli.syntax import differentials
from mathcli.syntax.tree import Call, Equation, Matrix, Node, Number, Piecewise, Quotient, Relation, Vector

if TYPE_CHECKING:
    from mathcli.syntax.grammar import Parser

_MATRICES = frozenset(("matrix", "bmatrix", "pmatrix", "Bmatrix", "smallmatrix", "array"))


def fraction(p: Parser) -> Node:
    """\\frac{a}{b}, \\frac12, \\frac{d}{dx}."""
    at = p.at
    if differentials.is_fraction_operator(p, at):
        return differentials.fraction_operator(p)
    p.at += 1
    p.enter(at)
    above = _argument(p, "the numerator")
    below = _argument(p, "the denominator")
    p.depth -= 1
    return Quotient(above, below)


def binomial(p: Parser) -> Node:
    p.enter(p.at)
    p.at += 1
    above = _argument(p, "the upper number")
    below = _argument(p, "the lower number")
    p.depth -= 1
    return Call("binomial", (above, below))


def root(p: Parser) -> Node:
    """\\sqrt{x}, \\sqrt2, \\sqrt[3]{x}."""
    at = p.at
    p.at += 1
    index: Node | None = None
    if p.kind == "[":
        opened = p.at
        p.at += 1
        index = p.sum()
        p.expect("]", opened)
    p.enter(at)
    operand = p.factor() if p.kind in ("(", "[") else _argument(p, "the argument of the root")
    p.depth -= 1
    if index is None or index is Number(2):
        return Call("sqrt", (operand,))
    return Call("cbrt", (operand,)) if index is Number(3) else Call("root", (operand, index))


def _argument(p: Parser, what: str) -> Node:
    """A group in braces, or one token: of \\frac12 and \\frac1x the first digit only."""
    at = p.at
    kind = p.kind
    if kind == "{":
        if p.kind_after() == "}":
            raise p.error(f"{what} is missing", at + 1)
        start = p.starts[at]
        from mathcli.syntax.brackets import group

        return p.place(group(p), start)
    if kind == "number" and len(p.values[at]) > 1:
        return _first_digit(p, at)
    if kind in ("number", "fraction"):
        return p.number() if kind == "number" else p.fraction()
    if kind in ("name", "constant", "frac", "\\sqrt", "decoration", "function", "binom"):
        from mathcli.syntax.grammar import PRIMARIES as ALL
        from mathcli.syntax.names import plain

        return plain(p) if kind in ("name", "constant") else ALL[kind](p)
    raise p.error(f"{what} is missing", at)


def _first_digit(p: Parser, at: int) -> Node:
    """Take one digit off a number, as TeX does."""
    value = p.values[at]
    p.values[at] = value[1:]
    p.starts[at] += 1
    return Number(int(value[0])) if value[0].isdigit() else Number(0)


def brace(p: Parser) -> Node:
    """\\underbrace{x}_{text}: what is above the brace; its remark is passed over."""
    p.enter(p.at)
    p.at += 1
    node = _argument(p, "what stands above the brace")
    p.depth -= 1
    if p.kind in ("_", "^") and p.kind_after() == "{":
        level = 0
        p.at += 1
        while p.kind != "end":
            level += (p.kind == "{") - (p.kind == "}")
            p.at += 1
            if level == 0:
                break
    return node


def environment(p: Parser, *, of_pieces: bool = False) -> Node:
    """\\begin{bmatrix} ... \\end{bmatrix}, \\begin{cases} ... \\end{cases}."""
    opened = p.at
    name = p.values[opened]
    if p.kind != "begin":
        raise p.error(f"\\end{{{name}}} without its \\begin", opened)
    p.at += 1
    p.enter(opened)
    bars, p.bars = p.bars, []
    if of_pieces and name in ("array", "matrix"):
        node = _cases(p, name, opened)
    elif name in _MATRICES:
        node = _matrix(p, name, opened)
    elif name in ("cases", "dcases", "rcases"):
        node = _cases(p, name, opened)
    elif name in ("vmatrix", "Vmatrix"):
        raise p.error("a determinant is not read", opened, hint="write it out: a*d - b*c")
    else:
        raise p.error(f"the environment {name} holds several lines", opened, hint="give one line at a time")
    p.bars = bars
    p.depth -= 1
    return node


def _close(p: Parser, name: str, opened: int) -> None:
    if p.kind != "\\end" or p.values[p.at] != name:
        if p.kind == "end":
            raise p.error(f"\\begin{{{name}}} is never closed", opened)
        from mathcli.syntax.complaints import leftover

        raise leftover(p)
    p.at += 1


def _is_end(p: Parser) -> bool:
    return p.kind in ("\\end", "end")


def _matrix(p: Parser, name: str, opened: int) -> Node:
    rows: list[list[Node]] = [[]]
    while True:
        rows[-1].append(p.sum())
        if p.kind == "&":
            p.at += 1
        elif p.kind == "newline":
            p.at += 1
            if _is_end(p):
                break
            rows.append([])
        else:
            break
    _close(p, name, opened)
    if len({len(row) for row in rows}) > 1:
        raise p.error("the rows of the matrix have different lengths", opened)
    if len(rows[0]) == 1 or (len(rows) == 1 and name != "bmatrix"):
        return Vector(tuple(entry for row in rows for entry in row))
    return Matrix(tuple(tuple(row) for row in rows))


def _cases(p: Parser, name: str, opened: int) -> Node:
    branches: list[tuple[Node, Node]] = []
    otherwise: Node | None = None
    while not _is_end(p):
        value = p.sum()
        while p.kind in (",", "&") or (p.kind == "keyword" and p.values[p.at] in ("if", "for", "when")):
            p.at += 1
        if p.kind == "keyword" and p.values[p.at] in ("otherwise", "else"):
            p.at += 1
            otherwise = value
        else:
            at = p.at
            condition = p.relation()
            if not isinstance(condition, Equation | Relation):
                raise p.error("a condition is needed here", at, hint="write x < 0")
            branches.append((value, condition))
        while p.kind in (",", ";", "newline"):
            p.at += 1
    _close(p, name, opened)
    if not branches:
        raise p.error("a piece without its condition", opened)
    return Piecewise(tuple(branches), otherwise)


def left_nothing(p: Parser) -> Node:
    """\\left. opens nothing; its \\right. or bar closes it."""
    opened = p.at
    p.enter(opened)
    p.at += 1
    node = p.sum()
    p.depth -= 1
    if p.kind not in ("right.", ")|"):
        p.expect("right.", opened)
    p.at += 1
    return node


PRIMARIES: dict[str, Callable[[Parser], Node]] = {
    "frac": fraction,
    "binom": binomial,
    "\\sqrt": root,
    "underbrace": brace,
    "begin": environment,
    "left.": left_nothing,
}
