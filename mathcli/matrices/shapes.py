"""Shapes: n × d for a matrix, d × 1 for a vector, 1 × 1 for a number; which names have which, and which a tree has.

A number is a matrix of one row and one column, and may stand anywhere in a product: X (wᵀx) is X times a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from mathcli.errors import NotCoveredError, ReadingError, UsageError
from mathcli.syntax.span import Span
from mathcli.syntax.tree import (
    ONE,
    Call,
    Indexed,
    IndexedSum,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Transpose,
    unvisited,
)
from mathcli.syntax.vocabulary import GREEK, ONES

SYMMETRIC = frozenset(("symmetric", "sym", "positive definite", "spd", "psd", "positive semidefinite"))
_DEFINITE = frozenset(("positive definite", "spd"))
_SQUARE = frozenset(("square",))
_SCALARS = frozenset(("scalar", "number", "real", "R", "ℝ", "\\mathbb{R}"))
ENTRYWISE = frozenset(("log", "sigmoid", "softplus", "tanh", "sinh", "cosh", "sin", "cos", "sqrt"))
"""Functions that are taken of a vector entry by entry; the exponential is one more."""


class Shape(NamedTuple):
    """Rows × columns, each a whole number or a letter for one."""

    rows: Node
    columns: Node

    @property
    def transposed(self) -> Shape:
        return Shape(self.columns, self.rows)

    @property
    def is_scalar(self) -> bool:
        return self.rows is ONE and self.columns is ONE

    @property
    def is_vector(self) -> bool:
        return self.columns is ONE and self.rows is not ONE

    @property
    def is_square(self) -> bool:
        return self.rows is self.columns

    def __str__(self) -> str:
        return f"{dimension_text(self.rows)} × {dimension_text(self.columns)}"


SCALAR = Shape(ONE, ONE)


def dimension_text(dimension: Node) -> str:
    """Return a number of rows or columns as it is typed."""
    return dimension.name if isinstance(dimension, Name) else str(getattr(dimension, "numerator", "?"))


class Shapes:
    """What was declared: the shape of each name, and which matrices are symmetric or positive definite."""

    def __init__(
        self, declared: Mapping[Name, Shape], *, symmetric: Iterable[Name] = (), definite: Iterable[Name] = ()
    ) -> None:
        self.declared = dict(declared)
        self.symmetric = frozenset(symmetric)
        self.definite = frozenset(definite)
        self._known: dict[Node, Shape] = {}

    def __repr__(self) -> str:
        return ", ".join(f"{name.name}: {shape}" for name, shape in self.declared.items())

    def of(self, node: Node) -> Shape:
        """Return the shape of a tree that was understood, so that every size in it is known."""
        known = self._known
        if node not in known:
            for part in unvisited(node, known):
                known[part] = self._shape(part)
        return known[node]

    def is_scalar(self, node: Node) -> bool:
        return self.of(node).is_scalar

    def named(self, name: Name) -> Shape | None:
        """Return the shape of a name: as declared, or that of I_n and 𝟏_n."""
        shape = self.declared.get(name)
        if shape is not None:
            return shape
        size = size_of_identity(name)
        if size is not None:
            return Shape(size, size)
        size = size_of_ones(name)
        return None if size is None else Shape(size, ONE)

    def indexed(self, node: Indexed) -> Shape | None:
        """Return the shape of an entry of a family, x_i: that of the declared x_i; None where there is none."""
        for name, shape in self.declared.items():
            stem, _, below = name.name.partition("_")
            if stem == node.base and below.isalpha() and len(below) == len(node.indices):
                return shape
        return None

    def _shape(self, node: Node) -> Shape:
        shape = self._known.__getitem__
        match node:
            case Name():
                return self.named(node) or SCALAR
            case Indexed():
                return self.indexed(node) or SCALAR
            case IndexedSum(body):
                return shape(body)
            case Sum(terms):
                return shape(terms[0])
            case Product(factors):
                return self.chain(factors)[2]
            case Negative(operand) | Quotient(operand, _):
                return shape(operand)
            case Transpose(operand):
                return shape(operand).transposed
            case Power(base, exponent):
                return shape(exponent if shape(base).is_scalar else base)
            case Call("diag", (argument,)):
                return Shape(shape(argument).rows, shape(argument).rows)
            case Call("d" | "hadamard", (argument, *_)):
                return shape(argument)
            case Call(function, (argument,)) if function in ENTRYWISE:
                return shape(argument)
        return SCALAR

    def chain(self, factors: Sequence[Node]) -> tuple[tuple[Node, ...], tuple[Node, ...], Shape]:
        """Return the factors of a product apart: the numbers among them, the chain of matrices, the shape of it.

        A run of vectors that makes a number, such as wᵀ A w, is one of the numbers, unless it is all there is: then it
        is the chain.

        Raises:
            MisfitError: two neighbours do not fit.
        """
        links = [Link((factor,), self.of(factor), k, k) for k, factor in enumerate(factors)]
        numbers, rest = chained(links)
        if rest is None:
            return tuple(as_product(link.factors) for link in numbers), (), SCALAR
        return tuple(as_product(link.factors) for link in numbers), rest.factors, rest.shape


class Link(NamedTuple):
    """A piece of a product: its factors, their shape, and which of the factors typed it reaches from and to."""

    factors: tuple[Node, ...]
    shape: Shape
    first: int
    last: int


class MisfitError(Exception):
    """Two neighbours in a product whose shapes do not fit."""

    def __init__(self, left: Link, right: Link) -> None:
        super().__init__(f"{left.shape} and {right.shape}")
        self.left = left
        self.right = right


def chained(links: Sequence[Link]) -> tuple[list[Link], Link | None]:
    """Return the numbers of a product and the one chain that the others make, None where all are numbers.

    What does not fit to its left neighbour may be the beginning of a number: X wᵀ x is X (wᵀ x).

    Raises:
        MisfitError: neighbours do not fit.
    """
    numbers: list[Link] = []
    waiting: list[Link] = []
    for link in links:
        if link.shape.is_scalar:
            numbers.append(link)
            continue
        if waiting and waiting[-1].shape.columns is link.shape.rows:
            before = waiting.pop()
            link = Link(
                (*before.factors, *link.factors),
                Shape(before.shape.rows, link.shape.columns),
                before.first,
                link.last,
            )
        if link.shape.is_scalar:
            numbers.append(link)
        else:
            waiting.append(link)
    while len(waiting) > 1:
        right, left = waiting.pop(), waiting.pop()
        if left.shape.columns is not right.shape.rows:
            raise MisfitError(left, right)
        joined = Link(
            (*left.factors, *right.factors), Shape(left.shape.rows, right.shape.columns), left.first, right.last
        )
        (numbers if joined.shape.is_scalar else waiting).append(joined)
    return numbers, waiting[0] if waiting else None


def as_product(factors: Sequence[Node]) -> Node:
    """Return the product of the factors as one node, whatever the factors are."""
    return Product.of(*factors)


def size_of_identity(name: Name) -> Node | None:
    """The n of I_n; None for any other name."""
    return _size_below(name, "I")


def size_of_ones(name: Name) -> Node | None:
    """The n of 𝟏_n; None for any other name."""
    return _size_below(name, ONES)


def _size_below(name: Name, stem: str) -> Node | None:
    start, _, below = name.name.partition("_")
    if start != stem or not below:
        return None
    return Number(int(below)) if below.isdigit() else Name(below)


def identity(size: Node) -> Name:
    """Return I_n."""
    return Name(f"I_{dimension_text(size)}")


def ones(size: Node) -> Name:
    """Return 𝟏_n."""
    return Name(f"{ONES}_{dimension_text(size)}")


# ---------------------------------------------------------------------- what --shape says


_DECLARATION = re.compile(r"\s*(?P<names>.+?)\s*(?P<sign>:|∈|\\in\b|\bin\b|\bis\b|\bare\b)\s*(?P<what>.+?)\s*$", re.S)
_BY = re.compile(
    r"\s*(?:\bby\b|×|\\times\b|\*|,|(?<![A-Za-z])x(?![A-Za-z])|(?<=\d)x(?=[\dA-Za-z])|(?<=[a-z])x(?=\d))\s*"
)
_SPACE = re.compile(
    r"(?:\\mathbb\s*\{R\}|\\mathbb R|ℝ|\bR)\s*(?:\^\s*(?P<size>.+)|(?P<raised>[ⁿᵈᵐᵏᵖ×ˣ¹²³⁴⁵⁶⁷⁸⁹⁰]+))$", re.S
)
_RAISED = str.maketrans("ⁿᵈᵐᵏᵖˣ¹²³⁴⁵⁶⁷⁸⁹⁰", "ndmkp×1234567890")
_NAME = re.compile(r"(?:[A-Za-zͰ-Ͽ]\w*|\\[A-Za-z]+)(?:_\{?\w+\}?)?$")
_EXAMPLE = "--shape 'X: n by d, w: d, y: n'"


def read_shapes(texts: Iterable[str]) -> Shapes:
    """Return the shapes that are declared: "X: n by d, w: d", "w in R^d", "A: n by n symmetric", "c: scalar".

    Raises:
        ReadingError: a declaration cannot be read; it knows the place.
    """
    declared: dict[Name, Shape] = {}
    symmetric: list[Name] = []
    definite: list[Name] = []
    for text in texts:
        for start, piece, names in _pieces(text):
            match = _DECLARATION.match(piece)
            if match is None:
                raise _unreadable("a shape is missing", text, start, len(piece))
            what, at = match["what"], start + match.start("what")
            words, size = _words_of(what)
            shape = _shape_of(size, words, text, at)
            for name in (*names, *_names(match["names"], text, start)):
                if declared.get(name, shape) != shape:
                    before = declared[name]
                    raise _unreadable(f"{name.name} is {before} and {shape}", text, start, len(piece), hint="give one")
                declared[name] = shape
                symmetric.extend((name,) if words & SYMMETRIC else ())
                definite.extend((name,) if words & _DEFINITE else ())
    if not declared:
        raise UsageError("--shape names no vector and no matrix", hint=_EXAMPLE)
    return Shapes(declared, symmetric=symmetric, definite=definite)


def _pieces(text: str) -> Iterable[tuple[int, str, tuple[Name, ...]]]:
    """The declarations of a text, each where it starts, with the names that stand before it: w, x: d."""
    waiting: list[Name] = []
    start = depth = 0
    for at, character in enumerate(f"{text},"):
        depth += (character in "([{") - (character in ")]}")
        if depth > 0 or character not in ",;\n":
            continue
        piece = text[start:at]
        if piece.strip():
            if _DECLARATION.match(piece):
                yield start, piece, tuple(waiting)
                waiting = []
            else:
                waiting.extend(_names(piece, text, start))
        start = at + 1
    if waiting:
        raise _unreadable(f"the shape of {waiting[-1].name} is missing", text, len(text.rstrip()), 0)


def _names(piece: str, text: str, start: int) -> tuple[Name, ...]:
    found = []
    for word in re.split(r"\s*,\s*|\s+and\s+", piece.strip()):
        plain = re.sub(r"^\\(?:mathbf|mathrm|boldsymbol|bm)\s*\{(\w+)\}$", r"\1", word)
        if not _NAME.match(plain):
            raise _unreadable(f"a name is needed, not {word or 'nothing'}", text, start, len(piece))
        plain = plain.removeprefix("\\").replace("{", "").replace("}", "")
        found.append(Name("_".join(GREEK.get(part, part) for part in plain.split("_"))))
    return tuple(found)


def _words_of(what: str) -> tuple[frozenset[str], str]:
    """The words said about a matrix, and what is left: its size."""
    found = set()
    for word in sorted(SYMMETRIC | _SQUARE, key=len, reverse=True):
        pattern = rf"(?<![A-Za-z]){word}(?![A-Za-z])"
        if re.search(pattern, what, re.IGNORECASE):
            found.add(word)
            what = re.sub(pattern, " ", what, flags=re.IGNORECASE)
    what = re.sub(r"(?<![A-Za-z])(?:a|an|and|with|matrix|vector|of|size|shape|length|entries)(?![A-Za-z])", " ", what)
    return frozenset(found), what.strip(" ,()[]{}") if "R" not in what and "ℝ" not in what else what.strip(" ,")


def _shape_of(size: str, words: frozenset[str], text: str, at: int) -> Shape:
    if size in _SCALARS:
        return SCALAR
    space = _SPACE.match(size)
    if space is not None:
        size = (space["size"] or space["raised"].translate(_RAISED)).strip()
        while size[:1] in ("{", "(", "[") and size[-1:] in ("}", ")", "]"):
            size = size[1:-1].strip()
    tight = re.fullmatch(r"([a-wyz])x([a-wyz])", size)  # nxd
    parts = list(tight.groups()) if tight else _BY.split(size)
    if not 1 <= len(parts) <= 2 or not all(parts):
        raise _unreadable("a shape has one size or two", text, at, len(size), hint=_EXAMPLE)
    sizes = [_dimension(part, text, at) for part in parts]
    if len(sizes) == 1 and words:
        sizes *= 2  # A: symmetric n
    shape = Shape(sizes[0], sizes[1] if len(sizes) == 2 else ONE)
    if words and not shape.is_square:
        raise _unreadable(f"a {min(words)} matrix is square, and this is {shape}", text, at, len(size))
    return shape


def _dimension(part: str, text: str, at: int) -> Node:
    if part.isascii() and part.isdigit() and 0 < len(part) <= 6 and int(part) > 0:
        return Number(int(part))
    if re.fullmatch(r"[A-Za-z]\w*|[α-ω]", part):
        return Name(GREEK.get(part, part))
    hint = "one letter or one number for each: n by d, 3 by 2"
    raise _unreadable(f"{part!r} is no number of rows or columns", text, text.find(part, at), len(part), hint=hint)


def _unreadable(message: str, text: str, start: int, length: int, *, hint: str = _EXAMPLE) -> ReadingError:
    return ReadingError(message, hint=hint, text=text, span=Span(max(start, 0), length))


def not_covered(what: str, hint: str = "") -> NotCoveredError:
    """Return the error that says what has no differential here."""
    return NotCoveredError(f"mathcli does not differentiate {what}", hint=hint)
