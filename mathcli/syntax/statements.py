"""Text -> what it claims: x = 2 or x = -2, 0 < x < 1, {1, 2}, (0, inf), or an expression and nothing more.

What `parser` reads is one expression or one relation. Here stand the words between several of them ("or", "and"), the
signs ±, sets in braces and intervals. Nothing is solved.

    statement   = alternative { ("or" | "∨" | "∪") alternative }
    alternative = claim { ("and" | "∧") claim }
    claim       = relation | interval | "{" [values] "}" | "∅" | expression | equation in x { "," equation in x }
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mathcli.syntax.tree import Constant, Equation, Interval, Name, Negative, Node, Relation, Vector

EXPRESSION, CLAIMS, VALUES = "expression", "claims", "values"

_OPENING, _CLOSING = "([{", ")]}"
_SET = re.compile(r"^\\?\{(?P<values>.*)\\?\}$", re.DOTALL)
_MEMBER = re.compile(r"^\s*([A-Za-z]\w*|[α-ω])\s*(?:∈|\\in\b|\bin\b)\s*(?=[\[\](\{\\∅])")
_EMPTY = frozenset(("∅", "\\emptyset", "\\varnothing", "{}", "{ }", "\\{\\}"))
_OR = re.compile(r"\s+or\s+|\s*(?:∨|∪|\\lor\b|\\vee\b|\\cup\b|\|\|(?=\s*[A-Za-z]\w*\s*[=<>]))\s*")
_AND = re.compile(r"\s+and\s+|\s*(?:∧|\\land\b|\\wedge\b)\s*")
_BOTH_SIGNS = re.compile(r"±|\\pm\b|\+/-")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a text says.

    kind          "expression": one tree and no claim; "claims": relations and intervals; "values": a set of numbers
    alternatives  one of them holds: each a tuple of trees that hold together. A set has one tree in each.
    member        the name in front of a set or an interval: x in [0, 1]
    notes         as those of a reading
    """

    text: str
    kind: str
    alternatives: tuple[tuple[Node, ...], ...]
    member: Name | None = None
    notes: tuple[str, ...] = ()

    @property
    def tree(self) -> Node | None:
        """The tree, where the statement is a single one."""
        if len(self.alternatives) == 1 and len(self.alternatives[0]) == 1 and self.kind != VALUES:
            return self.alternatives[0][0]
        return None

    @property
    def names(self) -> frozenset[Name]:
        """The names that occur."""
        inside = frozenset().union(*(tree.names for parts in self.alternatives for tree in parts))
        return inside | {self.member} if self.member is not None else inside


def read_statement(text: str, **options: Any) -> Statement:
    """Return what a text says; the options are those of `parser.read`.

    Raises:
        ReadingError, LimitExceededError: it cannot be read.

    >>> read_statement("x = 2 or x = -2").alternatives
    ((Equation(Name('x'), Number(2, 0)),), (Equation(Name('x'), Negative(Number(2, 0))),))
    >>> read_statement("{1, 2}").kind
    'values'
    """
    member, body = _without_member(text)
    reader = _Reader(options)
    parts = _split(body, _OR)
    if member is not None or len(parts) > 1 or _looks_like_a_set(body) or len(_split(body, _AND)) > 1:
        return reader.several(text, member, parts)
    signs = list(_BOTH_SIGNS.finditer(body))
    if len(signs) == 1:
        return reader.several(
            text, None, [f"{body[: signs[0].start()]}{sign}{body[signs[0].end() :]}" for sign in "+-"]
        )
    return reader.single(text, body)


class _Reader:
    """Reads the parts of one statement and gathers their notes."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        self.notes: dict[str, None] = {}

    def tree(self, text: str) -> Node:
        from mathcli.syntax.parser import read

        reading = read(text, **self.options)
        self.notes.update(dict.fromkeys(map(str, reading.notes)))
        return reading.tree

    def single(self, text: str, body: str) -> Statement:
        if _is_interval(body):
            return self._made(text, CLAIMS, ((self.interval(body),),))
        tree = self.tree(body)
        if isinstance(tree, Equation | Relation | Interval):
            return self._made(text, CLAIMS, ((tree,),))
        if isinstance(tree, Vector) and _lists_solutions(tree):
            self.notes = {note: None for note in self.notes if "read as the vector" not in note}
            return self._made(text, CLAIMS, tuple((entry,) for entry in tree.entries))
        return self._made(text, EXPRESSION, ((tree,),))

    def several(self, text: str, member: Name | None, parts: list[str]) -> Statement:
        alternatives: list[tuple[Node, ...]] = []
        kinds: set[str] = set()
        for part in parts:
            found = _SET.match(part.strip())
            if part.strip() in _EMPTY or (found and _looks_like_a_set(part)):
                inside = found["values"].removesuffix("\\") if found else ""
                values = [value for value in _split(inside, re.compile(r"\s*[,;]\s*")) if value.strip()]
                alternatives.extend((self.tree(value),) for value in values)
                kinds.add(VALUES)
            elif _is_interval(part) or (member is not None and _is_interval(part, loosely=True)):
                alternatives.append((self.interval(part),))
                kinds.add(CLAIMS)
            else:
                trees = tuple(self.tree(claim) for claim in _split(part, _AND))
                kinds.add(CLAIMS if all(map(_is_claim, trees)) else VALUES)
                alternatives.append(trees)
        if CLAIMS not in kinds:
            return self._made(text, VALUES, tuple(dict.fromkeys(alternatives)), member)
        claims = [tuple(map(_as_claim(alternatives), trees)) for trees in alternatives]
        return self._made(text, CLAIMS, tuple(dict.fromkeys(claims)), member)

    def interval(self, text: str) -> Node:
        from mathcli.syntax.parser import read

        reading = read(text.strip(), **{**self.options, "kind": "interval"})
        self.notes.update(dict.fromkeys(map(str, reading.notes)))
        return reading.tree

    def _made(
        self, text: str, kind: str, alternatives: tuple[tuple[Node, ...], ...], member: Name | None = None
    ) -> Statement:
        return Statement(text, kind, alternatives, member, tuple(self.notes))


def _is_claim(tree: Node) -> bool:
    return isinstance(tree, Equation | Relation | Interval)


def _as_claim(alternatives: list[tuple[Node, ...]]) -> Callable[[Node], Node]:
    """How a lone value among claims is meant: x = 1 or 2 says x = 2; {1} beside an interval is [1, 1]."""
    first = alternatives[0][0]
    of = first.left if isinstance(first, Equation) and isinstance(first.left, Name) else None

    def claim(tree: Node) -> Node:
        if _is_claim(tree):
            return tree
        return Interval(tree, tree, True, True) if of is None else Equation(of, tree)

    return claim


def as_interval(tree: Node, text: str) -> Interval | None:
    """Return [a, b] or (a, b) as an interval, which it may mean beside another one; None where it is none."""
    if isinstance(tree, Interval):
        return tree
    if not isinstance(tree, Vector) or len(tree.entries) != 2 or tree.contains(Equation, Relation):
        return None
    first, last = text.strip()[:1], text.strip()[-1:]
    lower, upper = tree.entries
    infinite = isinstance(lower, Negative) and isinstance(lower.operand, Constant) and lower.operand.name == "inf"
    return Interval(lower, upper, first == "[" and not infinite, last == "]" and upper is not Constant("inf"))


def _without_member(text: str) -> tuple[Name | None, str]:
    found = _MEMBER.match(text)
    return (None, text) if found is None else (Name(found[1]), text[found.end() :])


def _lists_solutions(tree: Vector) -> bool:
    """Whether the entries are x = a, x = b: different values of one name, which cannot hold together."""
    names = {entry.left if isinstance(entry, Equation) else None for entry in tree.entries}
    return len(names) == 1 and all(isinstance(name, Name) for name in names)


def _looks_like_a_set(text: str) -> bool:
    bare = text.strip()
    if bare in _EMPTY:
        return True
    found = _SET.match(bare)
    if found is None or bare.startswith("\\frac") or re.search(r"\bif\b|\botherwise\b|\belse\b", bare):
        return False
    return _closes_at_the_end(bare) and len(_split(found["values"], re.compile(r"[,;]"))) >= 1


def _closes_at_the_end(text: str) -> bool:
    level = 0
    for place, sign in enumerate(text):
        level += (sign in _OPENING) - (sign in _CLOSING)
        if level == 0 and place > 0:
            return place == len(text) - 1
    return False


def _is_interval(text: str, *, loosely: bool = False) -> bool:
    """Whether a text is an interval and nothing else can be meant: brackets of two kinds, or an infinite end."""
    bare = text.strip()
    if len(bare) < 5 or bare[0] not in "[](" or bare[-1] not in "])[":
        return False
    ends = _split(bare[1:-1], re.compile(r"[,;]"))
    if len(ends) != 2:
        return False
    is_mixed = (bare[0], bare[-1]) in (("[", ")"), ("(", "]"), ("]", "]"), ("[", "["), ("]", "["))
    is_infinite = any(re.fullmatch(r"[+-]?\s*(inf(inity|ty)?|oo|∞|\\infty)", end.strip()) for end in ends)
    return is_mixed or is_infinite or loosely


def _split(text: str, separator: re.Pattern[str]) -> list[str]:
    """The parts of a text between separators that stand in no bracket."""
    return list(_parts(text, separator))


def _parts(text: str, separator: re.Pattern[str]) -> Iterator[str]:
    start, place, level = 0, 0, 0
    while place < len(text):
        found = separator.match(text, place) if level == 0 else None
        if found is not None and found.end() > place:
            yield text[start : found.start()]
            start = place = found.end()
            continue
        level += (text[place] in _OPENING) - (text[place] in _CLOSING)
        place += 1
    yield text[start:]
