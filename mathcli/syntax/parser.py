"""A text and what it was read as: `read`, `parse`, and `Reading`, which knows where in the text each node stands."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from mathcli.errors import LimitExceededError, ReadingError
from mathcli.syntax import kinds
from mathcli.syntax.grammar import MOST_BRACKETS, MOST_LEVELS, Parser
from mathcli.syntax.span import Span
from mathcli.syntax.tree import Definition, Name, Node, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOST_CHARACTERS = 10_000
MOST_DEPTH = 300


class Reading:
    """What a text was read as: its tree, and the notes on places that people read differently."""

    __slots__ = ("_again", "_places", "doubts", "kind", "notes", "text", "tree")

    def __init__(
        self,
        text: str,
        tree: Node,
        notes: tuple[str, ...] = (),
        *,
        kind: str = "expression",
        doubts: tuple[str, ...] = (),
        again: Callable[[], Sequence[tuple[Node, int, int]]] | None = None,
    ) -> None:
        self.text = text
        self.tree = tree
        self.notes = notes
        self.kind = kind
        self.doubts = doubts
        self._again = again
        self._places: dict[Node, list[Span]] | None = None

    def __repr__(self) -> str:
        return f"Reading({self.text!r}, {self.tree!r})"

    def span_of(self, path: Iterable[int] = ()) -> Span:
        """Return where in the text the node at this path stands (indices into `children()`, from the root).

        The text is read a second time to find out. A node that was not typed as such (the product of a sum of
        several lines) has the span of the smallest typed one around it.
        """
        if self._places is None:
            self._places = {}
            for node, start, end in self._again() if self._again else ():
                self._places.setdefault(node, []).append(Span(start, end - start))
        node, span = self.tree, _trimmed(self.text)
        for index in path:
            siblings = node.children()
            span = self._place_of(siblings[: index + 1], span)
            node = siblings[index]
        return span

    def _place_of(self, siblings: Sequence[Node], around: Span) -> Span:
        """The place of the last of these children: siblings stand one after another, bounds of sums apart."""
        place, after = around, around.start
        for child in siblings:
            inside = [span for span in (self._places or {}).get(child, ()) if _holds(around, span) and span != around]
            behind = [span for span in inside if span.start >= after] or inside
            place = min(behind, key=lambda span: (span.start, -span.length), default=around)
            after = place.end if place is not around else after
        return place


def _holds(outer: Span, inner: Span) -> bool:
    return inner.start >= outer.start and inner.end <= outer.end


def _trimmed(text: str) -> Span:
    stripped = text.strip()
    return Span(text.index(stripped), len(stripped)) if stripped else Span(0, 0)


def parse(text: str) -> Node:
    """Return the tree of a text.

    >>> parse("2x")
    Product((Number(2, 0), Name('x')))
    """
    return read(text).tree


def read(
    text: str,
    *,
    kind: str = "expression",
    variables: Iterable[Name | str] = (),
    names: Iterable[Name | str] = (),
    definitions: Iterable[Node | Reading] = (),
    strict: bool = False,
    matrices: bool = False,
) -> Reading:
    """Return what a text says.

    kind         "expression" takes whatever was typed; "equation", "vector", "point", "interval", "names",
                 "definition" and "relation" insist on theirs. A point is a Vector of equations or of values.
    variables    letters that are variables here even if they name a constant: e, i
    names        declared names of several letters
    definitions  functions and letters that have been named before, so that they can be called
    strict       refuse what people read in different ways
    matrices     names may stand for matrices: tr, det, inv and ∘ are known, ^T is the transpose, 1_n the ones

    Raises:
        ReadingError: the text cannot be read; it knows the place.
        LimitExceededError: the text is larger than the limits on input.

    >>> read("1/2x").notes
    ('1/2x is read as (1/2)*x; for the other reading write 1/(2x)',)
    """
    if len(text) > MOST_CHARACTERS:
        raise LimitExceededError(
            f"an expression of more than {MOST_CHARACTERS:,} characters", text=text, span=Span(MOST_CHARACTERS, 1)
        )
    named = [definition.tree if isinstance(definition, Reading) else definition for definition in definitions]
    heads = tuple([definition for definition in named if isinstance(definition, Definition)])
    spelled, own, called, defined = _words(frozenset(variables), frozenset(names), heads)

    def parsed() -> tuple[Parser, Node]:
        parser = Parser(text, spelled, own, called, matrices=matrices)
        parser.defined = defined
        tree = KINDS_OF_TEXT[kind](parser)
        parser.check_indices()
        return parser, tree

    def places() -> Sequence[tuple[Node, int, int]]:
        parser = Parser(text, spelled, own, called, matrices=matrices)
        parser.places = []
        KINDS_OF_TEXT[kind](parser)
        return parser.places

    room = sys.getrecursionlimit()
    if len(text) > MOST_BRACKETS // 2:
        sys.setrecursionlimit(room + 20 * MOST_LEVELS)
    try:
        parser, tree = parsed()
    finally:
        sys.setrecursionlimit(room)
    if len(text) > MOST_BRACKETS:
        _check_depth(tree, text)
    if len(parser.notes) > 1:
        parser.notes.sort(key=lambda note: note[0])
    if strict:
        for at, sentence, doubtful in parser.notes:
            if doubtful:
                raise ReadingError(sentence, hint="write the brackets (--strict)", text=text, span=Span(at, 1))
    notes = tuple(dict.fromkeys(sentence for _, sentence, _ in parser.notes))
    doubts = tuple(dict.fromkeys(sentence for _, sentence, doubtful in parser.notes if doubtful))
    return Reading(text, tree, notes, kind=kind, doubts=doubts, again=places)


KINDS_OF_TEXT = kinds.KINDS


class _Words(NamedTuple):
    """What is declared: the names of several letters, the names that are variables, what is called, what is defined."""

    spelled: frozenset[str]
    own: frozenset[str]
    called: frozenset[str]
    defined: frozenset[str]


@lru_cache(maxsize=64)
def _words(variables: frozenset[Name | str], names: frozenset[Name | str], heads: tuple[Definition, ...]) -> _Words:
    own = frozenset(map(_spelling, variables)).union(head.function for head in heads if not head.parameters)
    defined = frozenset(head.function for head in heads if head.parameters)
    words = own.union(map(_spelling, names), (head.function for head in heads))
    spelled = frozenset(word for word in words if len(word) > 1 and word.isalpha())
    return _Words(spelled, own, (frozenset("fgh") - own) | defined, defined)


def _spelling(name: Name | str) -> str:
    return name.name if isinstance(name, Name) else name


def _check_depth(tree: Node, text: str) -> None:
    depths: dict[Node, int] = {}
    for node in walk(tree):
        depths[node] = 1 + max((depths[child] for child in node.children()), default=0)
    if depths[tree] > MOST_DEPTH:
        raise LimitExceededError(
            f"operations nested more than {MOST_DEPTH} deep", hint="name the inner parts with --let", text=text,
            span=Span(0, 1),
        )  # fmt: skip
