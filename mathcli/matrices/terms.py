"""Terms of matrix expressions: a rational number, powers of numbers, and a chain of matrices in their order.

What is done here is what a writer does without thinking: signs and numbers to the front, equal factors together, I left
out, A⁻¹ A cancelled, like terms added. Each result is a line that the judge compares with the one before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from mathcli.matrices.reading import whole_number
from mathcli.matrices.shapes import Link, Shapes, chained, identity, ones, size_of_identity, size_of_ones
from mathcli.syntax.tree import (
    ONE,
    ZERO,
    Call,
    E,
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
    fraction,
    integer,
    rewrite,
)
from mathcli.syntax.writer import write

Range = tuple[Name, Node, Node]
"""The index of a sum with its bounds."""


class Term(NamedTuple):
    """coefficient · Π base^exponent · factors, the factors a chain of matrices (empty where the term is a number).

    `ranges` are the sums that it stands in, from the outermost.
    """

    coefficient: Fraction
    powers: tuple[tuple[Node, Fraction], ...]
    factors: tuple[Node, ...]
    ranges: tuple[Range, ...] = ()


class Algebra:
    """Term arithmetic over the given shapes."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes

    # ------------------------------------------------------------------ reading

    def term(self, numbers: Iterable[Node], factors: Sequence[Node], ranges: tuple[Range, ...] = ()) -> Term:
        """Return the term that is the product of the numbers and of a chain of matrices."""
        coefficient = Fraction(1)
        powers: dict[Node, Fraction] = {}
        for node in numbers:
            coefficient *= self._gather(node, Fraction(1), powers)
        chain: list[Node] = []
        for factor in factors:
            coefficient *= self._flatten(factor, chain, powers)
        kept = tuple((base, exponent) for base, exponent in powers.items() if exponent)
        return Term(coefficient, kept, self.chain(chain), ranges)

    def _flatten(self, factor: Node, chain: list[Node], powers: dict[Node, Fraction]) -> Fraction:
        """Put the factors of a factor into the chain; return the number in front."""
        match factor:
            case Negative(operand):
                return -self._flatten(operand, chain, powers)
            case Product(parts):
                numbers, rest = chained([Link((part,), self.shapes.of(part), k, k) for k, part in enumerate(parts)])
                coefficient = Fraction(1)
                for link in numbers:
                    coefficient *= self._gather(Product.of(*link.factors), Fraction(1), powers)
                for part in rest.factors if rest else ():
                    coefficient *= self._flatten(part, chain, powers)
                return coefficient
            case Quotient(above, below) if self.shapes.is_scalar(below):
                return self._flatten(above, chain, powers) * self._gather(below, Fraction(-1), powers)
        if self.shapes.is_scalar(factor):
            return self._gather(factor, Fraction(1), powers)
        chain.append(factor)
        return Fraction(1)

    def _gather(self, node: Node, exponent: Fraction, powers: dict[Node, Fraction]) -> Fraction:
        """Multiply a number to an exponent into the powers; return its plain number."""
        is_whole = exponent.denominator == 1
        match node:
            case Number(numerator, scale) if is_whole and (numerator or exponent > 0):
                return Fraction(numerator, 10**scale) ** int(exponent)
            case Negative(operand) if is_whole:
                sign = -1 if exponent % 2 else 1
                return sign * self._gather(operand, exponent, powers)
            case Quotient(above, below):
                return self._gather(above, exponent, powers) * self._gather(below, -exponent, powers)
            case Product(parts):
                links = [Link((part,), self.shapes.of(part), k, k) for k, part in enumerate(parts)]
                numbers, _ = chained(links)
                if len(numbers) > 1 or len(numbers[0].factors) < len(parts):
                    value = Fraction(1)
                    for link in numbers:
                        value *= self._gather(Product.of(*link.factors), exponent, powers)
                    return value
            case Power(base, power) if base is not E and (number := rational(power)) is not None:
                return self._gather(base, exponent * number, powers)
        powers[node] = powers.get(node, Fraction(0)) + exponent
        return Fraction(1)

    def chain(self, factors: Sequence[Node]) -> tuple[Node, ...]:
        """Return the factors without what cancels or says nothing: Sᵀ for a symmetric S, I, A⁻¹ A, diag beside 𝟏."""
        chain: list[Node] = []
        for factor in map(self.plain, factors):
            parts = factor.factors if isinstance(factor, Product) else (factor,)
            for part in parts:
                if self.is_identity(part):
                    continue
                if chain and _are_inverse(chain[-1], part):
                    chain.pop()
                elif chain and (merged := self._merged(chain[-1], part)) is not None:
                    chain[-1] = merged
                else:
                    chain.append(part)
        if not chain and factors:
            return (identity(self.shapes.of(factors[0]).rows),)
        return tuple(chain)

    def plain(self, node: Node) -> Node:
        """Return a factor with its transpose carried inwards as far as names: (A w)ᵀ stays, (Aᵀ)ᵀ is A."""
        match node:
            case Transpose(Transpose(operand)):
                return self.plain(operand)
            case Transpose(operand) if self.is_symmetric(operand):
                return self.plain(operand)
        return node

    def transposed(self, factors: Sequence[Node]) -> tuple[Node, ...]:
        """Return the transpose of a chain: each factor transposed, from the last to the first."""
        return tuple(self.transpose(factor) for factor in reversed(factors))

    def transpose(self, factor: Node) -> Node:
        match factor:
            case Transpose(operand):
                return operand
            case Negative(operand):
                return Negative(self.transpose(operand))
            case Product(parts):
                return Product.of(*self.transposed(parts))
            case Sum(terms) if all(isinstance(self._inside(t), Transpose) or self.is_symmetric(t) for t in terms):
                return Sum.of(*map(self.transpose, terms))
        return factor if self.is_symmetric(factor) or self.shapes.is_scalar(factor) else Transpose(factor)

    def _inside(self, node: Node) -> Node:
        return node.operand if isinstance(node, Negative) else node

    def is_symmetric(self, node: Node) -> bool:
        """Whether a matrix is its own transpose by what is known of its names: S, S⁻¹, I, diag(u), Xᵀ S X."""
        match node:
            case Name():
                return node in self.shapes.symmetric or (
                    size_of_identity(node) is not None and node not in self.shapes.declared
                )
            case Power(base, _) if not self.shapes.is_scalar(base):
                return self.is_symmetric(base)
            case Call("diag", _):
                return True
            case Sum(terms):
                return all(map(self.is_symmetric, terms))
            case Negative(operand) | Quotient(operand, _):
                return self.is_symmetric(operand)
            case Product(factors):
                _, chain, shape = self.shapes.chain(factors)
                if shape.is_scalar:
                    return True
                return shape.is_square and self._is_palindrome(chain)
        return self.shapes.is_scalar(node)

    def _is_palindrome(self, chain: Sequence[Node]) -> bool:
        if len(chain) % 2 and not self.is_symmetric(chain[len(chain) // 2]):
            return False
        half = len(chain) // 2
        return all(
            self.plain(Transpose(left)) is self.plain(right)
            for left, right in zip(chain[:half], reversed(chain[-half:] if half else ()), strict=True)
        )

    def is_identity(self, node: Node) -> bool:
        """Whether a node is I_n."""
        return isinstance(node, Name) and size_of_identity(node) is not None and node not in self.shapes.declared

    def _merged(self, left: Node, right: Node) -> Node | None:
        """𝟏ᵀ diag(p) is pᵀ, diag(p) 𝟏 is p, vᵀ diag(p) is (v∘p)ᵀ and diag(p) v is p∘v."""
        match left, right:
            case Transpose(vector), Call("diag", (p,)) if self.shapes.of(vector).is_vector:
                return Transpose(_entrywise_product(p, vector))
            case Call("diag", (p,)), vector if self.shapes.of(vector).is_vector:
                return _entrywise_product(p, vector)
            case Call("diag", (p,)), Call("diag", (q,)):
                return Call("diag", (_entrywise_product(p, q),))
        return None

    # ------------------------------------------------------------------ writing

    def written(self, term: Term) -> Node:
        """Return the term as a tree, numbers first and what divides it below."""
        if term.ranges:
            return self.written(self.within_ranges(term.ranges, (term,)))
        above: list[Node] = []
        below: list[Node] = []
        for base, exponent in term.powers:
            (above if exponent > 0 else below).append(_power(base, abs(exponent)))
        size = abs(term.coefficient)
        if size.numerator != 1:
            above.append(integer(size.numerator))
        if size.denominator != 1:
            below.append(integer(size.denominator))
        above.sort(key=_place)
        below.sort(key=_place)
        front = above + _with_powers(term.factors)
        node = _product(front) if front else ONE
        if below:
            node = Quotient(node, _product(below))
        return Negative(node) if term.coefficient < 0 else node

    def sum(self, terms: Sequence[Term]) -> Node:
        """Return the sum of the terms as a tree, positive ones first where the first is negative."""
        if not terms:
            return ZERO
        return Sum.of(*map(self.written, terms))

    def within_ranges(self, ranges: tuple[Range, ...], terms: Sequence[Term]) -> Term:
        """Return the sum over these ranges of terms that stand in them, with what all share in front of it."""
        sizes = {abs(term.coefficient) for term in terms}
        scale = sizes.pop() if len(sizes) == 1 else Fraction(1)
        if scale and all(term.coefficient < 0 for term in terms):
            scale = -scale
        bound = {index for index, _, _ in ranges}
        shared = tuple(
            power
            for power in terms[0].powers
            if not power[0].names & bound and all(power in term.powers for term in terms)
        )
        inner = [
            Term(term.coefficient / scale, tuple(p for p in term.powers if p not in shared), term.factors)
            for term in terms
        ]
        factored = self.factored(inner)
        body = factored[0] if factored else self.sum(inner)
        for index, lower, upper in reversed(ranges):
            body = IndexedSum(body, index, lower, upper)
        return Term(scale, shared, (body,))

    def grouped(self, terms: Sequence[Term]) -> tuple[Term, ...]:
        """Return the terms with those of the same ranges in one sum."""
        found: list[Term] = []
        for ranges in dict.fromkeys(term.ranges for term in terms):
            group = [term for term in terms if term.ranges == ranges]
            found.extend((self.within_ranges(ranges, group),) if ranges else group)
        return tuple(found)

    # ------------------------------------------------------------------ adding and factoring

    def collected(self, terms: Iterable[Term]) -> tuple[Term, ...]:
        """Return the terms with like ones added."""
        totals: dict[tuple[frozenset[tuple[Node, Fraction]], tuple[Node, ...], tuple[Range, ...]], Term] = {}
        for term in terms:
            key = (frozenset(term.powers), term.factors, term.ranges)
            before = totals.get(key)
            total = term.coefficient + (before.coefficient if before else 0)
            totals[key] = (before or term)._replace(coefficient=total)
        return tuple(term for term in totals.values() if term.coefficient)

    def with_numbers_added(self, terms: Sequence[Term]) -> tuple[Term, ...]:
        """Return the terms with the numbers before one chain added, where that is shorter: (σ - y) x for two terms."""
        found: list[Term] = []
        for key in dict.fromkeys((term.factors, term.ranges) for term in terms):
            group = [term for term in terms if (term.factors, term.ranges) == key]
            found.extend(self._added(group) if len(group) > 1 and key[0] else group)
        return tuple(found)

    def _added(self, group: Sequence[Term]) -> Sequence[Term]:
        from mathcli.algebra import rational as numbers

        hidden: dict[Node, Node] = {}
        total = Sum.of(*(self.written(term._replace(factors=(), ranges=())) for term in group))
        shown = numbers.expanded(self._hide(total, hidden))
        if len(write(shown)) >= len(write(self._hide(total, hidden))):
            return group
        letters = {letter: node for node, letter in hidden.items()}
        added = self.term((shown.substitute(letters),), ())
        return (added._replace(factors=group[0].factors, ranges=group[0].ranges),)

    def with_entries_added(self, node: Node) -> Node:
        """Return the tree with sums of products entry by entry multiplied out, where that is shorter."""
        return rewrite(node, self._shorter_entries)

    def _shorter_entries(self, node: Node) -> Node | None:
        """σ∘(1 - y) - (1 - σ)∘y is σ - y."""
        if not isinstance(node, Sum) or not self.shapes.of(node).is_vector or not node.contains(Call):
            return None
        from mathcli.algebra import rational as numbers

        hidden: dict[Node, Node] = {}
        entry = self._entry(node, hidden)
        shown = numbers.expanded(entry)
        if len(write(shown)) >= len(write(entry)):
            return None
        vectors = {letter: vector for vector, letter in hidden.items()}
        return self._vector(shown, vectors, ones(self.shapes.of(node).rows))

    def _entry(self, node: Node, hidden: dict[Node, Node]) -> Node:
        match node:
            case Name() if size_of_ones(node) is not None:
                return ONE
            case Sum() | Negative():
                return node.rebuilt(tuple(self._entry(child, hidden) for child in node.children()))
            case Call("hadamard", (left, right)):
                return Product.of(self._entry(left, hidden), self._entry(right, hidden))
        return hidden.setdefault(node, Name(f"s_{len(hidden)}h"))

    def _vector(self, entry: Node, vectors: dict[Node, Node], one: Name) -> Node:
        match entry:
            case Sum(terms):
                return Sum.of(*(self._vector(term, vectors, one) for term in terms))
            case Negative(operand):
                return Negative(self._vector(operand, vectors, one))
            case Product(factors):
                numbers = [factor for factor in factors if isinstance(factor, Number)]
                parts = [self._vector(factor, vectors, one) for factor in factors if not isinstance(factor, Number)]
                vector = parts[0]
                for part in parts[1:]:
                    vector = _entrywise_product(vector, part)
                return Product.of(*numbers, vector)
            case Power(base, Number(count, 0)):
                vector = vectors[base]
                for _ in range(count - 1):
                    vector = _entrywise_product(vector, vectors[base])
                return vector
            case Number():
                return one if entry is ONE else Product.of(entry, one)
        return vectors[entry]

    def _hide(self, node: Node, hidden: dict[Node, Node]) -> Node:
        """The number with a letter for each part that is more than arithmetic of numbers: σ(wᵀ x), wᵀ x, ‖w‖."""
        is_arithmetic = isinstance(node, Sum | Negative | Product | Quotient) or (
            isinstance(node, Power) and node.base is not E and whole_number(node.exponent) is not None
        )
        if isinstance(node, Number | Name):
            return node
        if is_arithmetic and all(map(self.shapes.is_scalar, node.children())):
            return node.rebuilt(tuple(self._hide(child, hidden) for child in node.children()))
        return hidden.setdefault(node, Name(f"s_{len(hidden)}h"))

    def factored(self, terms: Sequence[Term]) -> tuple[Node, Node] | None:
        """Return the sum with a matrix that all terms share set apart, and that matrix: A w + Aᵀ w is (A + Aᵀ) w."""
        if any(term.ranges for term in terms) or len(terms) < 2 or len({frozenset(term.powers) for term in terms}) > 1:
            return None
        if any(len(term.factors) < 2 for term in terms):
            return None
        sizes = {abs(term.coefficient) for term in terms}
        scale = sizes.pop() if len(sizes) == 1 else Fraction(1)
        inner = [Term(term.coefficient / scale, (), term.factors) for term in terms]
        first = terms[0].factors
        if all(term.factors[-1] is first[-1] for term in terms):
            bracket = self.sum([term._replace(factors=term.factors[:-1]) for term in inner])
            factors, common = (bracket, first[-1]), first[-1]
        elif all(term.factors[0] is first[0] for term in terms):
            bracket = self.sum([term._replace(factors=term.factors[1:]) for term in inner])
            factors, common = (first[0], bracket), first[0]
        else:
            return None
        return self.written(Term(scale, terms[0].powers, factors)), common


def _are_inverse(a: Node, b: Node) -> bool:
    def inverse(node: Node) -> Node | None:
        match node:
            case Power(base, exponent) if whole_number(exponent) == -1 and base is not E:
                return base
        return None

    return (inverse(a) is not None and inverse(a) is b) or (inverse(b) is not None and inverse(b) is a)


def _place(node: Node) -> int:
    """Numbers first, then letters, then what is longer."""
    return 0 if isinstance(node, Number) else 1 if isinstance(node, Name) else 2


def _with_powers(factors: Sequence[Node]) -> list[Node]:
    """The factors of a chain, a run of the same one as a power: Y Y is Y²."""
    found: list[Node] = []
    for factor, run in groupby(factors):
        count = len(tuple(run))
        found.append(factor if count == 1 else Power(factor, integer(count)))
    return found


def _entrywise_product(p: Node, vector: Node) -> Node:
    if isinstance(vector, Name) and size_of_ones(vector) is not None:
        return p
    if isinstance(p, Name) and size_of_ones(p) is not None:
        return vector
    return Call("hadamard", (p, vector))


def _product(factors: Sequence[Node]) -> Node:
    """The product with its factors as they are: a number that is itself a product keeps its brackets."""
    return factors[0] if len(factors) == 1 else Product(tuple(factors))


def _power(base: Node, exponent: Fraction) -> Node:
    if exponent == 1:
        return base
    if exponent == Fraction(1, 2):
        return Call("sqrt", (base,))
    return Power(base, fraction(exponent.numerator, exponent.denominator))


def rational(node: Node) -> Fraction | None:
    """Return the rational number that a node is as it stands, None for anything else."""
    match node:
        case Number(numerator, scale):
            return Fraction(numerator, 10**scale)
        case Negative(operand):
            inside = rational(operand)
            return None if inside is None else -inside
        case Quotient(Number(a, 0), Number(b, 0)) if b:
            return Fraction(a, b)
    return None
