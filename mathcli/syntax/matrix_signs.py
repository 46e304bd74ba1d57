"""Signs that are read only where letters may stand for matrices: 𝟏 and 1_n, σ(...), X⊤, X^-T, u ∘ v."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mathcli.syntax.characters import LOWERED
from mathcli.syntax.tree import Call, Node, Product

if TYPE_CHECKING:
    from mathcli.syntax.grammar import Parser
    from mathcli.syntax.lexer import Tokens


def is_vector_of_ones(typed: str, start: int, end: int) -> bool:
    """Whether the 1 at this place is 𝟏, or has a size below it: 1_n."""
    follows = typed[end : end + 1]
    return typed[start] in "𝟏𝟙" or follows == "_" or (bool(follows) and follows in LOWERED)


def add_sigmoid(tokens: Tokens, at: int, end: int) -> None:
    """σ(...) as a function, said so."""
    tokens.remarks.append((at, "σ(...) is read as the sigmoid, σ(u) = 1/(1 + e^(-u))", False))
    tokens.add("function", "sigmoid", at, end)


def add_transpose(tokens: Tokens, at: int) -> None:
    """X⊤ and X^⊤, as Xᵀ and X^T."""
    if tokens.kinds[-1:] == ["^"]:
        tokens.add("name", "T", at, at + 1)
        return
    tokens.add("sup(", "ᵀ", at, at)
    tokens.add("name", "T", at, at + 1)
    tokens.add(")sup", "ᵀ", at + 1, at + 1)


def entrywise(p: Parser, left: Node, start: int) -> Node:
    """left ∘ right, with p at the sign; each takes all its factors: y ∘ X w is y ∘ (X w)."""
    sign_at = p.at
    p.at += 1
    p.enter(sign_at)
    right = p.negative(p.product) if p.kind == "-" else p.product()
    p.depth -= 1
    if isinstance(left, Product) or isinstance(right, Product):
        shown = p.source(start)
        first, second = p.source(start, p.ends[sign_at - 1]), p.source(p.starts[sign_at + 1])
        parts = ((left, first), (right, second))
        held = [f"({text})" if isinstance(node, Product) and text[0] != "(" else text for node, text in parts]
        reading = f"{held[0]} {p.values[sign_at]} {held[1]}"
        if reading.replace(" ", "") != shown.replace(" ", ""):
            p.note(f"{shown} is read as {reading}; otherwise write brackets", start, doubtful=True)
    return p.place(Call("hadamard", (left, right)), start)


def end_of_inverse_transpose(p: Parser) -> int:
    """The token behind the -T of X^-T, X^{-T} or X^(-T), with p behind the caret; 0 if it is not that."""
    at = p.at + (p.kind in ("{", "("))
    is_one = p.kinds[at] == "-" and p.values[at + 1] == "T" and "T" not in p.bound
    return at + 2 + (at > p.at) if is_one else 0
