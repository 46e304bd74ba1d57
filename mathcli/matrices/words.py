"""The normal form of matrix algebra: sums of words with numbers before them; it decides equality for all sizes at once.

A word is a product of letters, each a matrix or its transpose; a symmetric one has no transpose of its own. A word that
is a number (wᵀ A w, tr(A B)) is taken up into the coefficients under one name for all its rotations and transposes, so
coefficients are expressions in numbers alone, and the rational normal form compares those. What is said to agree here
agrees for matrices of every size, wherever both sides are defined.

Differentials have a table of their own here: a step `d(F) = ...` is judged by it, which shares nothing with the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from typing import NamedTuple

from mathcli.algebra import rational
from mathcli.matrices.functions import NoWordsError, defined, derivative, outermost, with_definition
from mathcli.matrices.letters import (
    Letter,
    Word,
    closed,
    determinant_of,
    inverse_letter,
    is_diagonal,
    joined,
    name_of,
    text_of,
    transposed,
)
from mathcli.matrices.ranges import by_range
from mathcli.matrices.reading import whole_number
from mathcli.matrices.shapes import SCALAR, Link, Shape, Shapes, chained, ones, size_of_identity, size_of_ones
from mathcli.syntax.tree import (
    ONE,
    TWO,
    ZERO,
    Call,
    Constant,
    E,
    Indexed,
    IndexedSum,
    Name,
    Negative,
    Node,
    Norm,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    Transpose,
    walk,
)
from mathcli.syntax.writer import write


class Form(NamedTuple):
    """A sum of words with coefficients, each of the same shape. Of a number all words are empty."""

    shape: Shape
    terms: dict[Word, Node]

    @property
    def coefficient(self) -> Node:
        """What a number is worth."""
        return self.terms.get((), ZERO)


class Words:
    """Normal forms of trees over the given shapes, and their differentials by one variable."""

    def __init__(self, shapes: Shapes, x: Name | None = None) -> None:
        self.shapes = shapes
        self.x = x
        self._forms: dict[Node, Form] = {}
        self._differentials: dict[Node, Form] = {}
        self.entrywise: dict[Node, Node] = {}
        """For the key of a letter that is a vector taken entry by entry: what one of its entries is."""
        self.words: dict[Name, Word] = {}
        """The word behind a name in the coefficients."""
        self._sums: dict[Node, Name] = {}

    # ------------------------------------------------------------------ comparing

    def agree(self, a: Node, b: Node) -> bool | None:
        """Whether two trees are equal for all sizes: True is a proof, None leaves it open."""
        if a is b:
            return True
        if a.contains(IndexedSum) or b.contains(IndexedSum):
            return self._agreeby_range(a, b)
        try:
            return True if self.vanishes(self._plus(self.form(a), self._times_number(self.form(b), _MINUS))) else None
        except NoWordsError:
            return None

    def _agreeby_range(self, a: Node, b: Node) -> bool | None:
        """Whether two lines with sums agree: the sums over one range are one sum, and its terms have to."""
        left, right = by_range(a), by_range(b)
        for ranges in {*left, *right}:
            if self.agree(Sum.of(*left.get(ranges, ())), Sum.of(*right.get(ranges, ()))) is not True:
                return None
        return True

    def vanishes(self, form: Form) -> bool:
        """Whether a form is proved to be zero."""
        left = [(word, c) for word, c in form.terms.items() if rational.agree(c, ZERO) is not True]
        if not left:
            return True
        if form.shape.is_scalar and self.entrywise:
            return self._vanishes_as_number(form.coefficient)
        return self._vanishes_entrywise(left)

    def _vanishes_as_number(self, number: Node) -> bool:
        """Whether a number vanishes that is linear in words with vectors taken entry by entry."""
        names = [
            name
            for name in number.names
            if any(self._is_entrywise(letter) or _is_change(letter) for letter in self.words.get(name, ()))
        ]
        nothing: dict[Node, Node] = dict.fromkeys(names, ZERO)
        rest = number.substitute(nothing)
        parts = []
        for name in names:
            slope = Sum.of(number.substitute({**nothing, name: ONE}), Negative(rest))
            parts.append((self.words[name], slope, Product.of(slope, name)))
        whole = Sum.of(rest, *(part for _, _, part in parts))
        if rational.agree(rest, ZERO) is not True or rational.agree(number, whole) is not True:
            return False
        return self._vanishes_entrywise([(word, slope) for word, slope, _ in parts])

    def _vanishes_entrywise(self, terms: Sequence[tuple[Word, Node]]) -> bool:
        """Whether words that hold a vector taken entry by entry cancel: σ(u) - σ(u)∘σ(u) is one vector."""
        totals: dict[tuple[Word, Word], list[Node]] = {}
        for spelled, coefficient in terms:
            word = (
                transposed(spelled) if spelled and _is_change(spelled[0]) and not _is_change(spelled[-1]) else spelled
            )
            place = self._vector_in(word)
            if place is None:
                return False
            rest = (word[:place], word[place + 1 :])
            totals.setdefault(rest, []).append(Product.of(coefficient, self.entry(word[place])))
        return all(rational.agree(Sum.of(*parts), ZERO) is True for parts in totals.values())

    def _vector_in(self, word: Word) -> int | None:
        """Where a word holds a vector that may be added to others entry by entry: a known one, else one at its end."""
        place = next((k for k, letter in enumerate(word) if self._is_entrywise(letter)), None)
        if place is not None or not word:
            return place
        if word[-1].shape.columns is ONE and not _is_change(word[-1]):
            return len(word) - 1
        return 0 if word[0].shape.rows is ONE and not _is_change(word[0]) else None

    def _is_entrywise(self, letter: Letter) -> bool:
        return letter.key in self.entrywise or (isinstance(letter.key, Call) and letter.key.function == "diag")

    def entry(self, letter: Letter) -> Node:
        """One entry of a vector as a number: ⟨w⟩ of w, 1 of 𝟏."""
        key = letter.key.arguments[0] if isinstance(letter.key, Call) and letter.key.function == "diag" else letter.key
        if isinstance(key, Name) and size_of_ones(key) is not None:
            return ONE
        return self.entrywise.get(key) or Name(f"<{write(key)}>")

    # ------------------------------------------------------------------ forms

    def form(self, node: Node) -> Form:
        """Return the normal form of a tree.

        Raises:
            NoWordsError: something in it has none.
        """
        known = self._forms.get(node)
        if known is None:
            known = self._forms[node] = self._form(node)
        return known

    def number(self, node: Node) -> Node:
        """Return a tree that is a number as an expression in numbers."""
        return self.form(node).coefficient

    def _form(self, node: Node) -> Form:
        match node:
            case Number() | Constant():
                return _number(node)
            case Name():
                return self._letter(node, self.shapes.of(node), node in self.shapes.symmetric)
            case Indexed():
                return self._letter(node, self.shapes.of(node), False)
            case Call("d", (Name() as x,)):
                return self._letter(node, self.shapes.of(x), x in self.shapes.symmetric)
            case Call("d", (inside,)):
                return self.differential(inside)
            case Sum(terms):
                return reduce(self._plus, map(self.form, terms))
            case Negative(operand):
                return self._times_number(self.form(operand), _MINUS)
            case Product(factors):
                return self._product([self.form(factor) for factor in factors])
            case Quotient(above, below) if self.shapes.is_scalar(below):
                return self._times_number(self.form(above), Quotient(ONE, self.number(below)))
            case Transpose(operand):
                return self._transposed(self.form(operand))
        return self._function(node)

    def _function(self, node: Node) -> Form:
        match node:
            case Power(base, exponent) if not self.shapes.is_scalar(base):
                return self._power(self.form(base), whole_number(exponent) or 0)
            case Norm(operand):
                return _number(Call("sqrt", (self._square(self.form(operand)),)))
            case Call("frobenius", (operand,)):
                return _number(Call("sqrt", (self._square(self.form(operand)),)))
            case Call("tr", (operand,)):
                return _number(self._trace(self.form(operand)))
            case Call("det", (operand,)):
                return _number(self._determinant(self.form(operand)))
            case Call("diag", (operand,)):
                return self._diagonal(operand)
            case Quotient(above, below):
                return self._entrywise(node, Quotient(self._one_entry(above), self._one_entry(below)))
            case Call("hadamard", (left, right)) if _holds_differential(right):
                return self._diagonal_times(self._one_entry(left), self.form(right))
            case Call("hadamard", (left, right)):
                return self._entrywise(node, Product.of(self._one_entry(left), self._one_entry(right)))
        if self.shapes.of(node).is_scalar:
            return _number(self._of_numbers(node))
        match node:
            case Power(base, exponent) if base is E:
                return self._entrywise(node, Power(E, self._one_entry(exponent)))
            case Call(function, (argument,)):
                return self._entrywise(node, defined(function, self._one_entry(argument)))
        raise NoWordsError

    def _of_numbers(self, node: Node) -> Node:
        """A function of numbers, of their expressions."""
        match node:
            case Call(function, arguments):
                inside = tuple(map(self.number, arguments))
                return defined(function, *inside)
            case Power(base, exponent):
                return Power(base if base is E else self.number(base), self.number(exponent))
            case Piecewise(branches, otherwise):
                pieces = tuple((self.number(value), self._condition(condition)) for value, condition in branches)
                return Piecewise(pieces, None if otherwise is None else self.number(otherwise))
        raise NoWordsError

    def _condition(self, condition: Node) -> Node:
        match condition:
            case Relation(sides, signs):
                return Relation(tuple(map(self.number, sides)), signs)
        raise NoWordsError

    def _letter(self, key: Node, shape: Shape, is_symmetric: bool) -> Form:
        if shape.is_scalar:
            return _number(key if isinstance(key, Name) else Name(f"<{write(key)}>"))
        if isinstance(key, Name) and size_of_identity(key) is not None and key not in self.shapes.declared:
            return Form(shape, {(): ONE})
        return Form(shape, {(Letter(key, False, shape, is_symmetric),): ONE})

    # ------------------------------------------------------------------ arithmetic of forms

    def _plus(self, a: Form, b: Form) -> Form:
        terms = dict(a.terms)
        for word, coefficient in b.terms.items():
            terms[word] = Sum.of(terms[word], coefficient) if word in terms else coefficient
        return Form(a.shape, terms)

    def _times_number(self, form: Form, factor: Node) -> Form:
        if factor is ONE:
            return form
        return Form(form.shape, {word: _times(factor, c) for word, c in form.terms.items()})

    def _product(self, forms: Sequence[Form]) -> Form:
        """The product of forms of any shapes, numbers wherever they stand."""
        links = [Link((Number(k),), form.shape, k, k) for k, form in enumerate(forms)]
        numbers, rest = chained(links)
        chains = [*numbers, *((rest,) if rest else ())]
        total = _number(ONE)
        for chain in chains:
            value = reduce(self._matrix_product, [forms[_position(place)] for place in chain.factors])
            total = self._matrix_product(total, value) if not total.shape.is_scalar else self._scaled(total, value)
        return total

    def _scaled(self, number: Form, form: Form) -> Form:
        return self._times_number(form, number.coefficient)

    def _matrix_product(self, a: Form, b: Form) -> Form:
        if a.shape.is_scalar:
            return self._times_number(b, a.coefficient)
        if b.shape.is_scalar:
            return self._times_number(a, b.coefficient)
        shape = Shape(a.shape.rows, b.shape.columns)
        terms: dict[Word, Node] = {}
        for left, c in a.terms.items():
            for right, d in b.terms.items():
                factor, word = self._reduced(joined(left, right), shape)
                coefficient = _times(_times(c, d), factor)
                terms[word] = Sum.of(terms[word], coefficient) if word in terms else coefficient
        return Form(shape, terms)

    def _reduced(self, word: Word, shape: Shape) -> tuple[Node, Word]:
        """The numbers inside a word, and what is left of it: u vᵀ x yᵀ is (vᵀ x) u yᵀ."""
        word = self._with_diagonals_at_the_ends(self._with_one_diagonal(word))
        cuts = [k + 1 for k, letter in enumerate(word[:-1]) if letter.shape.columns is ONE]
        if shape.rows is ONE:
            cuts.insert(0, 0)
        if shape.columns is ONE:
            cuts.append(len(word))
        if len(cuts) < 2:
            return ONE, word
        factors = [self._invariant(word[a:b]) for a, b in pairwise(cuts)]
        return Product.of(*factors), word[: cuts[0]] + word[cuts[-1] :]

    def _transposed(self, form: Form) -> Form:
        if form.shape.is_scalar:
            return form
        return Form(form.shape.transposed, {transposed(word): c for word, c in form.terms.items()})

    def _invariant(self, word: Word) -> Node:
        """The number that a word from a row to a column is, under one name for it and its transpose."""
        word = self._with_diagonals_at_the_ends(word)
        if len(word) == 2 and all(size_of_ones(name_of(letter)) is not None for letter in word):
            return word[0].shape.columns
        if len(word) == 2:
            return self._sum_of_entries(word)
        name = Name(f"<{min(text_of(word), text_of(transposed(word)))}>")
        self.words[name] = word
        return name

    def _sum_of_entries(self, word: Word) -> Node:
        """The sum of the products of the entries of two vectors: 𝟏ᵀ (u∘v) is uᵀ v."""
        entry = Product.of(*sorted(map(self.entry, word), key=write))
        name = self._sums.get(entry)
        if name is None and self.entrywise:
            name = next((known for e, known in self._sums.items() if rational.agree(e, entry) is True), None)
        if name is None:
            name = Name(f"<{min(text_of(word), text_of(transposed(word)))}>")
            self.words[name] = word
        self._sums[entry] = name
        return name

    def _with_diagonals_at_the_ends(self, word: Word) -> Word:
        """𝟏ᵀ diag(u) is uᵀ, and diag(u) X w is u∘(X w): at an end of a word the matrix goes, unless dX is beyond it."""
        word = self._with_diagonals_at_the_end(word)
        return transposed(self._with_diagonals_at_the_end(transposed(word)))

    def _with_diagonals_at_the_end(self, word: Word) -> Word:
        while len(word) > 1 and word[-1].shape.columns is ONE:
            place = max((k for k, letter in enumerate(word[:-1]) if is_diagonal(letter)), default=-1)
            run = word[place + 1 :]
            if place < 0 or any(letter.shape.columns is ONE for letter in run[:-1]) or any(map(_is_change, run)):
                return word
            entry = self.entry(run[0]) if len(run) == 1 else self._entry_of_word(run)
            size = word[place].shape.rows
            joint = self._entrywise_letter(Product.of(self.entry(word[place]), entry), Shape(size, ONE))
            word = (*word[:place], joint)
        return word

    def _with_one_diagonal(self, word: Word) -> Word:
        """diag(u) diag(v) is diag(u∘v)."""
        found: list[Letter] = []
        for letter in word:
            if found and is_diagonal(letter) and is_diagonal(found[-1]):
                entry = Product.of(self.entry(found[-1]), self.entry(letter))
                size = letter.shape.rows
                vector = self._entrywise_letter(entry, Shape(size, ONE))
                found[-1] = Letter(Call("diag", (vector.key,)), False, letter.shape, True)
            else:
                found.append(letter)
        return tuple(found)

    def _square(self, form: Form) -> Node:
        """The sum of the squares of all entries."""
        return self._trace(self._matrix_product(self._transposed(form), form))

    def _trace(self, form: Form) -> Node:
        if form.shape.is_scalar:
            return form.coefficient
        return Sum.of(*(_times(c, self._cycle(word, form.shape)) for word, c in form.terms.items())) or ZERO

    def _cycle(self, word: Word, shape: Shape) -> Node:
        """The trace of a word: the same for all its rotations and for its transpose."""
        if not word:
            return shape.rows
        cut = next((k + 1 for k, letter in enumerate(word) if letter.shape.columns is ONE), None)
        if cut is not None:
            factor, rest = self._reduced(joined(word[cut:], word[:cut]), SCALAR)
            assert not rest
            return factor
        word = closed(word)
        if not word:
            return shape.rows
        rotations = [w[k:] + w[:k] for w in (word, transposed(word)) for k in range(len(word))]
        return Name(f"<tr {min(map(text_of, rotations))}>")

    def _power(self, form: Form, exponent: int) -> Form:
        base = form if exponent > 0 else self._inverse(form)
        return reduce(self._matrix_product, [base] * abs(exponent))

    def _inverse(self, form: Form) -> Form:
        if len(form.terms) == 1:
            ((word, coefficient),) = form.terms.items()
            if all(letter.shape.is_square for letter in word):
                inverse = tuple(inverse_letter(letter) for letter in reversed(word))
                return Form(form.shape, {inverse: Quotient(ONE, coefficient)})
        key = Power(self._tree(form), Negative(ONE))
        is_symmetric = self.vanishes(self._plus(form, self._times_number(self._transposed(form), _MINUS)))
        return Form(form.shape, {(Letter(key, False, form.shape, is_symmetric),): ONE})

    def _determinant(self, form: Form) -> Node:
        if len(form.terms) == 1:
            ((word, coefficient),) = form.terms.items()
            if all(letter.shape.is_square for letter in word):
                scale = ONE if coefficient is ONE else Power(coefficient, form.shape.rows)
                return Product.of(*map(determinant_of, word), *(() if scale is ONE else (scale,)))
        return Name(f"<det {write(self._tree(form))}>")

    def _tree(self, form: Form) -> Node:
        """The form as a tree that is the same for all trees of that form."""
        terms = []
        for word, coefficient in sorted(form.terms.items(), key=lambda item: text_of(item[0])):
            if rational.agree(coefficient, ZERO) is True:
                continue
            number = rational.expanded(coefficient) if coefficient is not ONE else ONE
            letters = [Transpose(letter.key) if letter.is_transposed else letter.key for letter in word]
            factors = letters if number is ONE and letters else [number, *letters]
            terms.append(Product.of(*factors))
        return Sum.of(*terms)

    # ------------------------------------------------------------------ vectors entry by entry

    def _one_entry(self, node: Node) -> Node:
        """What one entry of a vector is, as a number: 1 + exp(-⟨w⟩) for 𝟏 + exp(-w)."""
        form = self.form(node)
        parts = []
        for word, coefficient in form.terms.items():
            entry = self.entry(word[0]) if len(word) == 1 else self._entry_of_word(word)
            parts.append(_times(coefficient, entry))
        return Sum.of(*parts) if parts else ZERO

    def _entry_of_word(self, word: Word) -> Node:
        """An entry of X w; of diag(u) X w it is that of u times that of X w."""
        if is_diagonal(word[0]):
            rest = word[1:]
            inner = self.entry(rest[0]) if len(rest) == 1 else self._entry_of_word(rest)
            return Product.of(self.entry(word[0]), inner)
        return Name(f"<{text_of(word)}>")

    def _entrywise(self, node: Node, entry: Node) -> Form:
        shape = self.shapes.of(node)
        return Form(shape, {(self._entrywise_letter(entry, shape),): ONE})

    def _entrywise_letter(self, entry: Node, shape: Shape) -> Letter:
        """The letter of a vector with this entry: one for all entries that are equal."""
        if entry is ONE:
            return Letter(ones(shape.rows), False, shape, False)
        for key, known in self.entrywise.items():
            if shape.rows in key.children() and rational.agree(entry, known) is True:
                return Letter(key, False, shape, False)
        key = Call("entries", (Number(len(self.entrywise)), shape.rows))
        self.entrywise[key] = entry
        return Letter(key, False, shape, False)

    def _diagonal(self, operand: Node) -> Form:
        form = self.form(operand)
        shape = Shape(form.shape.rows, form.shape.rows)
        if len(form.terms) == 1:
            ((word, coefficient),) = form.terms.items()
            if len(word) == 1:
                if size_of_ones(name_of(word[0])) is not None:
                    return Form(shape, {(): coefficient})
                return Form(shape, {(Letter(Call("diag", (word[0].key,)), False, shape, True),): coefficient})
        letter = self._entrywise_letter(self._one_entry(operand), form.shape)
        return Form(shape, {(Letter(Call("diag", (letter.key,)), False, shape, True),): ONE})

    # ------------------------------------------------------------------ differentials, by a table of their own

    def differential(self, node: Node) -> Form:
        """Return the part of node(x + dx) - node(x) that is linear in dx, as a form."""
        known = self._differentials.get(node)
        if known is None:
            known = self._differentials[node] = self._differential(node)
        return known

    def _differential(self, node: Node) -> Form:
        x = self.x
        if x is None or x not in node.names:
            return Form(self.shapes.of(node), {})
        match node:
            case Name():
                return self.form(Call("d", (node,)))
            case Sum(terms):
                return reduce(self._plus, map(self.differential, terms))
            case Negative(operand):
                return self._times_number(self.differential(operand), _MINUS)
            case Transpose(operand):
                return self._transposed(self.differential(operand))
            case Product(factors):
                forms = [self.form(factor) for factor in factors]
                changes = [self.differential(factor) for factor in factors]
                turns = [
                    self._product([*forms[:k], change, *forms[k + 1 :]])
                    for k, change in enumerate(changes)
                    if change.terms
                ]
                return reduce(self._plus, turns, Form(self.shapes.of(node), {}))
            case Quotient(above, below) if self.shapes.is_scalar(below):
                u, v = self.form(above), self.number(below)
                du, dv = self.differential(above), self.differential(below).coefficient
                first = self._times_number(du, Quotient(ONE, v))
                return self._plus(first, self._times_number(u, Negative(Quotient(dv, Power(v, TWO)))))
        return self._differential_of_function(node)

    def _differential_of_function(self, node: Node) -> Form:
        match node:
            case Power(base, exponent) if not self.shapes.is_scalar(base):
                return self._differential_of_power(base, whole_number(exponent) or 0)
            case Norm(operand) | Call("frobenius", (operand,)):
                inner = self._matrix_product(self._transposed(self.form(operand)), self.differential(operand))
                return _number(Quotient(self._trace(inner), self.number(node)))
            case Call("tr", (operand,)):
                return _number(self._trace(self.differential(operand)))
            case Call("det", (operand,)):
                relative = self._matrix_product(self._inverse(self.form(operand)), self.differential(operand))
                return _number(Product.of(self.number(node), self._trace(relative)))
            case Call("diag", (operand,)):
                raise NoWordsError
            case Quotient(above, below):
                u, v = self._one_entry(above), self._one_entry(below)
                first = self._diagonal_times(Quotient(ONE, v), self.differential(above))
                second = self._diagonal_times(Negative(Quotient(u, Power(v, TWO))), self.differential(below))
                return self._plus(first, second)
            case Call("hadamard", (left, right)):
                first = self._diagonal_times(self._one_entry(right), self.differential(left))
                return self._plus(first, self._diagonal_times(self._one_entry(left), self.differential(right)))
        if self.shapes.of(node).is_scalar:
            return self._chain_rule(node)
        inside = node.exponent if isinstance(node, Power) else node.children()[0]
        u = Name("u")
        slope = derivative(outermost(node, u), u).substitute({u: self._one_entry(inside)})
        return self._diagonal_times(slope, self.differential(inside))

    def _diagonal_times(self, entry: Node, form: Form) -> Form:
        """diag(v) times a form, for a vector with this entry."""
        shape = Shape(form.shape.rows, form.shape.rows)
        letter = self._entrywise_letter(entry, Shape(form.shape.rows, ONE))
        if letter.key is ones(form.shape.rows):
            return form
        diagonal = Form(shape, {(Letter(Call("diag", (letter.key,)), False, shape, True),): ONE})
        return self._matrix_product(diagonal, form)

    def _differential_of_power(self, base: Node, exponent: int) -> Form:
        form = self.form(base)
        change = self.differential(base)
        if exponent < 0:
            inverse = self._inverse(form)
            change = self._times_number(reduce(self._matrix_product, (inverse, change, inverse)), _MINUS)
            form = inverse
        count = abs(exponent)
        terms = [reduce(self._matrix_product, [*[form] * k, change, *[form] * (count - 1 - k)]) for k in range(count)]
        return reduce(self._plus, terms)

    def _chain_rule(self, node: Node) -> Form:
        """A function of numbers: each of its arguments changes by its own differential."""
        match node:
            case Power(Call("max", (least, inside)), exponent) if least is ZERO and exponent is TWO:
                slope = Product.of(TWO, Call("max", (ZERO, self.number(inside))))  # at 0 too: u²/u is 0 on both sides
                return _number(Product.of(slope, self.differential(inside).coefficient))
        arguments = node.children()
        letters = tuple(Name(f"u_{k}") for k in range(len(arguments)))
        values: dict[Node, Node] = dict(zip(letters, map(self.number, arguments), strict=True))
        outer = node.rebuilt(tuple(a if not a.names else u for a, u in zip(arguments, letters, strict=True)))
        parts = []
        for argument, u in zip(arguments, letters, strict=True):
            change = self.differential(argument).coefficient
            if change is not ZERO:
                slope = derivative(with_definition(outer), u).substitute(values)
                parts.append(Product.of(slope, change))
        return _number(Sum.of(*parts))


_MINUS = Negative(ONE)


def _is_change(letter: Letter) -> bool:
    """Whether a letter is dX."""
    return isinstance(letter.key, Call) and letter.key.function == "d"


def _holds_differential(node: Node) -> bool:
    return node.contains(Call) and any(isinstance(part, Call) and part.function == "d" for part in walk(node))


def _number(value: Node) -> Form:
    return Form(SCALAR, {(): value})


def _times(a: Node, b: Node) -> Node:
    return b if a is ONE else a if b is ONE else Product.of(a, b)


def _position(place: Node) -> int:
    return whole_number(place) or 0
