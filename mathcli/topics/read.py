"""How an expression was read: two-dimensional, as plain text, as LaTeX, as SymPy. Nothing is worked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mathcli.topics import ReadingOptions, argument

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.solution import Solution
    from mathcli.syntax.tree import Node

KIND = "reading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(ReadingOptions):
    """How an expression is read, with the brackets that decide.

    mathcli read '1/2x'
    mathcli read 'e^2x' --format json
    """

    expression: Any = argument("expression", "what to read: an expression, an equation, a vector, f(x) = ...")

    def solve(self, budget: Budget) -> Solution:
        """Return the tree of the expression in its spellings."""
        from mathcli.solution import Given, Solution, Spellings
        from mathcli.syntax.variables import letters
        from mathcli.syntax.writer import bracketed

        tree = self.expression.tree
        variables = tuple(name.name for name in letters(tree))
        return Solution(
            "read",
            answer={"kind": kind_of(tree), "value": _Value(tree), "variables": variables},
            bare=((bracketed(tree),),),
            blocks=(Given(None, tree), Spellings(tree)),
            notes=self.expression.notes,
            text=self.expression.text,
            read=tree,
        )


def kind_of(tree: Node) -> str:
    """Return what a tree is, in one word: expression, equation, vector, function, relation.

    >>> from mathcli.syntax.parser import parse
    >>> kind_of(parse("y = x^2 + 7"))
    'equation'
    """
    from mathcli.syntax.tree import Definition, Equation, Interval, Matrix, Relation, Vector

    match tree:
        case Equation():
            return "equation"
        case Vector() | Matrix():
            return "vector"
        case Definition():
            return "function"
        case Relation() | Interval():
            return "relation"
    return "expression"


class _Value(Mapping[str, Any]):
    """The mathematics of an answer with SymPy's own `srepr` beside it, which is worked out when somebody looks."""

    def __init__(self, tree: Node) -> None:
        self._tree = tree

    def __getitem__(self, field: str) -> Any:
        if field == "mathematics":
            return self._tree
        if field != "srepr":
            raise KeyError(field)
        from sympy import srepr

        from mathcli.algebra.lowering import lower

        return srepr(lower(self._tree))

    def __iter__(self) -> Iterator[str]:
        return iter(("mathematics", "srepr"))

    def __len__(self) -> int:
        return 2


TOPIC = Read
