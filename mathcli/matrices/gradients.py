"""Gradients, Jacobians and Hessians, read off from differentials: dF = tr(Gᵀ dX) makes G the gradient of F by X.

In denominator layout: a gradient has the shape of its variable. A Jacobian has a row for each entry of the function:
df = J dx. The Hessian is the Jacobian of the gradient: d(∇F) = H dx.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mathcli.calculus.derivation import Derivation, Step
from mathcli.errors import NotCoveredError
from mathcli.matrices.differentials import d, differential
from mathcli.matrices.shapes import Link, Shapes, chained, identity
from mathcli.matrices.terms import Algebra, Range, Term
from mathcli.syntax.tree import (
    ONE,
    ZERO,
    Call,
    Equation,
    IndexedSum,
    Name,
    Negative,
    Node,
    Product,
    Quotient,
    Sum,
    Transpose,
)
from mathcli.syntax.writer import write


class Differentiated(NamedTuple):
    """How dF was found and brought to the form `M dX`, and how the derivative was read off from it.

    `differential` ends in a line in which dX stands last in every term, `reading_off` begins with what was read off.
    `slope` is the matrix M before dX as it stands there.
    """

    differential: Derivation
    reading_off: Derivation

    @property
    def result(self) -> Node:
        return self.reading_off.result


class Piece(NamedTuple):
    """A term that is linear in dX: numbers · left · dX · right, or dXᵀ in its place.

    `is_traced` says that it stands inside a trace, `is_turned` that something stood behind dX there, `ranges` in which
    sums it stands.
    """

    numbers: tuple[Node, ...]
    left: tuple[Node, ...]
    is_transposed: bool
    right: tuple[Node, ...]
    is_traced: bool = False
    is_turned: bool = False
    ranges: tuple[Range, ...] = ()


def gradient(f: Node, x: Name, shapes: Shapes, label: Node, name: Name) -> Differentiated:
    """Return the gradient of a number f by x, in the shape of x; by a number x the derivative.

    It is called by the label, and f by its name.

    Raises:
        NotCoveredError: there is no rule for something in f.
    """
    return _Reading(f, x, shapes, name).gradient(label)


def jacobian(f: Node, x: Name, shapes: Shapes, label: Node, name: Node) -> Differentiated:
    """Return the Jacobian of a vector f by a vector x: a row for each entry of f.

    Raises:
        NotCoveredError: there is no rule for something in f, or f or x is a matrix.
    """
    return _Reading(f, x, shapes, name).jacobian(label)


class _Reading:
    def __init__(self, f: Node, x: Name, shapes: Shapes, name: Node) -> None:
        self.name = name
        self.x = x
        self.dx = d(x)
        self.shapes = shapes
        self.algebra = Algebra(shapes)
        self.derivation = differential(f, x, shapes)

    def gradient(self, label: Node) -> Differentiated:
        line = self.derivation.result
        shape = self.shapes.of(self.x)
        pieces = self.pieces(line)
        if shape.is_scalar:
            terms = [self.algebra.term(piece.numbers, piece.left, piece.ranges) for piece in pieces]
            return self._finished((), terms, label, Product.of(label, self.dx))
        before = [self._before(piece) for piece in pieces]
        last = [self._with_dx_last(term, is_traced=not shape.is_vector) for term in before]
        names = [word for word in (self._moved(piece) for piece in pieces) if word]
        steps = self._line(line, last, ", ".join(dict.fromkeys(names)) or "numbers to the front")
        terms = [term._replace(factors=self.algebra.chain(self.algebra.transposed(term.factors))) for term in before]
        turned = Product.of(Transpose(label), self.dx)
        return self._finished(steps, terms, label, turned if shape.is_vector else Call("tr", (turned,)))

    def jacobian(self, label: Node) -> Differentiated:
        line = self.derivation.result
        shape = self.shapes.of(self.x)
        if not (shape.is_vector or shape.is_scalar) or self.shapes.of(line).columns is not ONE:
            raise NotCoveredError(
                f"this derivative has more than two indices: f is {self.shapes.of(line)} and {self.x.name} is {shape}",
                hint="gradient takes functions with one value; of a matrix function the differential is shown",
            )
        pieces = self.pieces(line)
        terms = [self.algebra.term(piece.numbers, piece.left, piece.ranges) for piece in pieces]
        if shape.is_scalar:
            return self._finished((), terms, label, Product.of(label, self.dx))
        before = [self._before(piece) for piece in pieces]
        last = [self._with_dx_last(term, is_traced=False) for term in before]
        names = [word for word in (self._moved(piece) for piece in pieces) if word]
        steps = self._line(line, last, ", ".join(dict.fromkeys(names)) or "the differential last")
        return self._finished(steps, before, label, Product.of(label, self.dx))

    # ------------------------------------------------------------------ terms with dX in them

    def pieces(self, node: Node) -> list[Piece]:
        """The terms of a line that is linear in dX.

        Raises:
            NotCoveredError: dX stands where it cannot be brought to the end.
        """
        if self.dx is node:
            return [Piece((), (), False, ())]
        if not self._holds(node):
            return []
        match node:
            case Sum(terms):
                return [piece for term in terms for piece in self.pieces(term)]
            case IndexedSum(body, index, lower, upper):
                return [p._replace(ranges=((index, lower, upper), *p.ranges)) for p in self.pieces(body)]
            case Negative(operand):
                return [p._replace(numbers=(Negative(ONE), *p.numbers)) for p in self.pieces(operand)]
            case Transpose(operand):
                return [self._transposed(piece) for piece in self.pieces(operand)]
            case Quotient(above, below):
                return [p._replace(numbers=(*p.numbers, Quotient(ONE, below))) for p in self.pieces(above)]
            case Product(factors):
                return self._in_product(factors)
            case Call("tr", (operand,)) if self.shapes.is_scalar(self.x):
                return [
                    p._replace(numbers=(*p.numbers, Call("tr", (Product.of(*p.left, *p.right),))), left=(), right=())
                    for p in self.pieces(operand)
                ]
            case Call("tr", (operand,)):
                return [self._in_trace(piece) for piece in self.pieces(operand)]
            case Call("hadamard", (left, right)):
                one, other = (left, right) if self._holds(right) else (right, left)
                return [p._replace(left=(Call("diag", (one,)), *p.left)) for p in self.pieces(other)]
        raise NotCoveredError("there is no rule that brings the differential out of this")

    def _in_trace(self, p: Piece) -> Piece:
        """What stands behind dX goes to the front: tr(L dX R) is tr(R L dX)."""
        around = (*p.right, *p.left)
        if p.is_transposed:
            return p._replace(left=(), right=around, is_traced=True, is_turned=bool(p.right))
        return p._replace(left=around, right=(), is_traced=True, is_turned=bool(p.right))

    def _holds(self, node: Node) -> bool:
        return node is self.dx or any(map(self._holds, node.children()))

    def _transposed(self, piece: Piece) -> Piece:
        if piece.is_traced:
            return piece
        left, right = self.algebra.transposed(piece.right), self.algebra.transposed(piece.left)
        return piece._replace(left=left, is_transposed=not piece.is_transposed, right=right)

    def _in_product(self, factors: Sequence[Node]) -> list[Piece]:
        place = next(k for k, factor in enumerate(factors) if self._holds(factor))
        links = [Link((factor,), self.shapes.of(factor), k, k) for k, factor in enumerate(factors)]
        numbers, rest = chained(links)
        others = tuple(Product.of(*link.factors) for link in numbers if place not in _places(link, factors))
        inner = self.pieces(factors[place])
        home = next((link for link in numbers if place in _places(link, factors)), rest)
        assert home is not None
        where = home.factors.index(factors[place])
        before, behind = home.factors[:where], home.factors[where + 1 :]
        pieces = [
            piece._replace(
                numbers=(*others, *piece.numbers), left=(*before, *piece.left), right=(*piece.right, *behind)
            )
            for piece in inner
        ]
        if home is rest or rest is None:
            return pieces
        return [self._times_matrix(rest.factors, piece) for piece in pieces]

    def _times_matrix(self, outer: tuple[Node, ...], piece: Piece) -> Piece:
        """A number that holds dX, times a matrix: v (aᵀ dx) is (v aᵀ) dx."""
        if self.shapes.of(self.x).is_scalar:
            return piece._replace(left=(*piece.left, *outer))
        if piece.is_transposed and not piece.is_traced:
            piece = self._transposed(piece)
        if piece.right or piece.is_traced:
            raise NotCoveredError("this derivative has more than two indices")
        return piece._replace(left=(*outer, *piece.left))

    def _settled(self, piece: Piece) -> Piece:
        """The piece with what is a number on either side of dx among its numbers: of u (dxᵀ v) it is u vᵀ dx."""
        if piece.is_traced or not self.shapes.of(self.x).is_vector:
            return piece
        if piece.is_transposed:
            if piece.right and self.shapes.of(Product.of(*piece.right)).columns is ONE:
                turned = self.algebra.transposed(piece.right)
                return piece._replace(left=(*piece.left, *turned), is_transposed=False, right=())
        elif piece.right and self.shapes.is_scalar(Product.of(*piece.right)):
            return piece._replace(numbers=(*piece.numbers, Product.of(*piece.right)), right=())
        return piece

    def _before(self, piece: Piece) -> Term:
        """What stands before dX when it is brought to the end: of tr(L dX R) it is R L."""
        piece = self._settled(piece)
        if self.shapes.of(self.x).is_vector and not piece.is_traced and not piece.is_transposed:
            return self.algebra.term(piece.numbers, self._whole(piece.left), piece.ranges)
        if piece.is_transposed:
            chain = (*self.algebra.transposed(piece.left), *self.algebra.transposed(piece.right))
        else:
            chain = (*piece.right, *piece.left)
        return self.algebra.term(piece.numbers, self._whole(chain), piece.ranges)

    def _whole(self, chain: tuple[Node, ...]) -> tuple[Node, ...]:
        """A chain of matrices; without any the identity stands before dX."""
        return chain or (identity(self.shapes.of(self.x).rows),)

    def _moved(self, piece: Piece) -> str:
        """By what dX comes to stand last in this term."""
        if any(isinstance(factor, Call) and factor.function == "diag" for factor in piece.left):
            return "u ∘ v = diag(u) v"
        is_vector = self.shapes.of(self.x).is_vector
        if piece.is_traced:
            if is_vector:
                return "cyclic trace"
            return "cyclic trace, transpose" if piece.is_transposed else "cyclic trace" if piece.is_turned else ""
        if is_vector:
            return "a number is its own transpose" if piece.is_transposed else ""
        return "a number is its own trace, cyclic trace"

    def _with_dx_last(self, term: Term, *, is_traced: bool) -> Node:
        is_identity = len(term.factors) == 1 and self.algebra.is_identity(term.factors[0])
        chain = (self.dx,) if is_identity else (*term.factors, self.dx)
        if is_traced:
            return self.algebra.written(term._replace(factors=(Call("tr", (Product.of(*chain),)),)))
        return self.algebra.written(term._replace(factors=chain))

    def _line(self, line: Node, last: Sequence[Node], name: str) -> tuple[Step, ...]:
        after = Sum.of(*last)
        return () if after is line else (Step("rewrite", name, line, after, after),)

    # ------------------------------------------------------------------ the derivative

    def _finished(
        self, steps: tuple[Step, ...], terms: Sequence[Term], label: Node, with_label: Node
    ) -> Differentiated:
        """The derivation of the label, read off from a line that is `with_label`."""
        changed = Derivation(self.derivation.start, (*self.derivation.steps, *steps))
        raw = self.algebra.sum(terms) if terms else ZERO
        because = ("from ", Equation(d(self.name), with_label))
        lines = [Step("rule", "read off", label, raw, raw, because=because)]
        collected = self.algebra.collected(terms)
        collected = self.algebra.with_numbers_added(collected)
        if len(collected) < len(terms):
            after = self.algebra.sum(collected) if collected else ZERO
            lines.append(Step("rewrite", "collect", raw, after, after))
        if any(term.ranges for term in collected) and len(collected) > 1:
            collected = self.algebra.grouped(collected)
            after = self.algebra.sum(collected)
            if after is not lines[-1].result:
                lines.append(Step("rewrite", "one sum", lines[-1].result, after, after))
        factored = self.algebra.factored(collected)
        if factored is not None:
            after, common = factored
            lines.append(Step("rewrite", f"factor {write(common)} out", lines[-1].result, after, after))
        after = self.algebra.with_entries_added(lines[-1].result)
        if after is not lines[-1].result:
            lines.append(Step("rewrite", "multiply out, entry by entry", lines[-1].result, after, after))
        return Differentiated(changed, Derivation(label, tuple(lines)))


def _places(link: Link, factors: Sequence[Node]) -> set[int]:
    """Which of the factors belong to a link; what stands between its parts as a number of its own does not."""
    found: set[int] = set()
    waiting = list(link.factors)
    for k in range(link.first, link.last + 1):
        if waiting and factors[k] is waiting[0]:
            found.add(k)
            waiting.pop(0)
    return found
