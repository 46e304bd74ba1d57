"""The rulebook: what a rule of differentiation is, and how one is entered. The rules themselves stand elsewhere.

A rule looks at f and answers with its formula filled in, or declines with None. Whoever asks tries the rules in the
order in which they were entered, so order is meaning: see the head of `rules`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from mathcli.calculus.derivation import Application
from mathcli.syntax.tree import Name, Node

T = TypeVar("T")
RuleFunction = Callable[[Node, Name], Application | None]
Bind = tuple[tuple[str, Node], ...]

_LETTERS = ("u", "v", "w", "p", "q", "r")


class Rule(NamedTuple):
    """A rule with its formula, an example to try it on, and what it says to a student (`explanation`).

    kind        "rule" where it takes a derivative, "rewrite" where it only writes f in another way first
    inner       how far the derivatives that it needs are tidied: "raw" not at all, "light" without multiplying numbers,
                as in (3x^4 + ...)' = 3*4x^3 + ..., "multiplied" with it
    """

    name: str
    formula: str
    example: str
    kind: str
    inner: str
    apply: RuleFunction

    @property
    def explanation(self) -> str:
        return self.apply.__doc__ or ""


RULES: list[Rule] = []


def rule(
    name: str, *, formula: str, example: str, kind: str = "rule", inner: str = "multiplied"
) -> Callable[[RuleFunction], RuleFunction]:
    """Enter the function below into the rulebook, behind all that were entered before it."""

    def enter(apply: RuleFunction) -> RuleFunction:
        RULES.append(Rule(name, formula, example, kind, inner, apply))
        return apply

    return enter


def letters_for(parts: Sequence[Node]) -> Bind:
    """Return the parts with a letter each: u, v, w, ..., from seven parts on u_1, u_2, ..."""
    if len(parts) <= len(_LETTERS):
        return tuple(zip(_LETTERS, parts, strict=False))
    return tuple((f"u_{k}", part) for k, part in enumerate(parts, 1))


def each_in_turn(parts: Sequence[T]) -> Iterator[tuple[tuple[T, ...], T, tuple[T, ...]]]:
    """Each part between those before it and those after it."""
    whole = tuple(parts)
    for k, part in enumerate(whole):
        yield whole[:k], part, whole[k + 1 :]
