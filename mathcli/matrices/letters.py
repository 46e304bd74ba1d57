"""Letters and words: products of matrices and their transposes, with what cancels inside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mathcli.matrices.shapes import Shape
from mathcli.syntax.tree import ONE, Call, Name, Negative, Node, Power, Product, Quotient, Transpose
from mathcli.syntax.writer import write

_MINUS = Negative(ONE)


class Letter(NamedTuple):
    """A matrix in a word: what it is, whether transposed, and its shape as it stands there."""

    key: Node
    is_transposed: bool
    shape: Shape
    is_symmetric: bool

    @property
    def transposed(self) -> Letter:
        if self.is_symmetric:
            return self
        return Letter(self.key, not self.is_transposed, self.shape.transposed, False)

    @property
    def text(self) -> str:
        return write(self.key) + "'" * self.is_transposed


Word = tuple[Letter, ...]


def text_of(word: Iterable[Letter]) -> str:
    return " ".join(letter.text for letter in word)


def transposed(word: Word) -> Word:
    """Return the transpose of a word: its letters transposed, from the right to the left."""
    return tuple(letter.transposed for letter in reversed(word))


def joined(left: Word, right: Word) -> Word:
    """Return the product of two words, without what cancels: A⁻¹ A, and (Xᵀ X)⁻¹ Xᵀ X."""
    while left and right and _are_inverse(left[-1], right[0]):
        left, right = left[:-1], right[1:]
    word = left + right
    for k, letter in enumerate(word):
        inner = _word_inside(letter)
        count = len(inner)
        if inner and _spelled(word[k + 1 : k + 1 + count]) == inner:
            return joined(word[:k], word[k + 1 + count :])
        if inner and k >= count and _spelled(word[k - count : k]) == inner:
            return joined(word[: k - count], word[k + 1 :])
    return word


def _are_inverse(a: Letter, b: Letter) -> bool:
    if a.is_transposed is not b.is_transposed:
        return False
    return _inverse_key(a.key) is b.key or _inverse_key(b.key) is a.key


def _inverse_key(key: Node) -> Node:
    return Power(key, _MINUS)


def _word_inside(letter: Letter) -> tuple[tuple[Node, bool], ...]:
    """The letters of M where a letter is M⁻¹ for a product M such as Xᵀ X; none for any other letter."""
    match letter.key:
        case Power(Product(factors), exponent) if exponent is _MINUS and letter.is_symmetric:
            return tuple((f.operand, True) if isinstance(f, Transpose) else (f, False) for f in factors)
    return ()


def _spelled(word: Word) -> tuple[tuple[Node, bool], ...]:
    return tuple((letter.key, letter.is_transposed) for letter in word)


def inverse_letter(letter: Letter) -> Letter:
    match letter.key:
        case Power(base, exponent) if exponent is _MINUS:
            return letter._replace(key=base, shape=letter.shape)
    return letter._replace(key=_inverse_key(letter.key))


def determinant_of(letter: Letter) -> Node:
    match letter.key:
        case Power(base, exponent) if exponent is _MINUS:
            return Quotient(ONE, Name(f"<det {write(base)}>"))
    return Name(f"<det {write(letter.key)}>")


def closed(word: Word) -> Word:
    """A word whose trace is taken, without what cancels from its end to its start."""
    while len(word) > 1 and _are_inverse(word[-1], word[0]):
        word = word[1:-1]
    return word


def is_diagonal(letter: Letter) -> bool:
    return isinstance(letter.key, Call) and letter.key.function == "diag"


def name_of(letter: Letter) -> Name:
    return letter.key if isinstance(letter.key, Name) else Name("")
