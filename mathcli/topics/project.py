"""Projections of a vector on others, their sum, and the projection on the span of them all."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from mathcli.topics import ReadingOptions, argument, option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mathcli.algebra.budget import Budget
    from mathcli.calculus.derivation import Derivation, Phrase
    from mathcli.calculus.vectors import Orthogonalized, Projection
    from mathcli.solution import Answer, Block, Solution
    from mathcli.syntax.tree import Node, Vector

KIND = "vectors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(ReadingOptions):
    """A vector projected on others, and on their span.

    mathcli project 4,3,5 --onto 1,2,-1 --onto 3,1,5
    mathcli project '(x, y)' --onto '(1, 1)'
    """

    vector: Any = argument("vector", "the vector to project: 4,3,5 or '(4, 3, 5)'")
    onto: tuple[Any, ...] = option("vector", "a vector to project onto", repeated=True, metavar="VECTOR")

    def solve(self, budget: Budget) -> Solution:
        """Return each projection, their sum, and what is left over."""
        from mathcli.calculus.proofs import prove
        from mathcli.calculus.vectors import same_length
        from mathcli.errors import UsageError
        from mathcli.solution import Solution
        from mathcli.topics._function import notes_of

        if not self.onto:
            raise UsageError("project needs a vector to project onto", hint="mathcli project 4,3,5 --onto 1,2,-1")
        n, vectors = self.vector.tree, tuple(reading.tree for reading in self.onto)
        same_length((n, *vectors))
        _check_entries((n, *vectors))
        work = _Work(n, vectors)
        proofs = prove(work.derivations, budget)
        return Solution(
            "project",
            answer=work.answer(),
            bare=work.bare(),
            blocks=work.blocks(),
            derivations=work.derivations,
            notes=notes_of(self.vector, *self.onto),
            verified=proofs.verified,
            proofs=proofs.counted,
            verdicts=proofs.verdicts,
            text=self.vector.text,
            read=n,
        )


class _Work:
    """All quantities of one problem: each projection, the sum, the projection on the span, what is left over."""

    def __init__(self, n: Vector, vectors: tuple[Vector, ...]) -> None:
        from mathcli.calculus import vectors as v

        self.n, self.vectors = n, vectors
        self.labels = _labels(n, vectors)
        self.projections = tuple(v.project(n, onto=a) for a in vectors)
        self.norms = tuple(v.norm(a) for a in vectors)
        self.cosines = () if v.is_zero_vector(n) or self._is_symbolic() else tuple(v.cosine(n, a) for a in vectors)
        self.products = tuple(v.dot(a, b) for a, b in combinations(vectors, 2))
        self.are_orthogonal = v.are_orthogonal(vectors)
        self.sum = v.total([p.entries for p in self.projections]) if len(vectors) > 1 else None
        self.basis: tuple[Orthogonalized, ...] = () if self.are_orthogonal else v.orthogonalized(vectors)
        self.on_basis = tuple(v.project(n, onto=one.entries) for one in self.basis if not one.is_dependent)
        self.span = v.total([p.entries for p in self.on_basis]) if self.basis else self.sum
        self.remainder = v.difference(n, _result(self.span) if self.span else self.projections[0].entries)
        self.right_angles = tuple(v.dot(_result(self.remainder), a) for a in vectors)

    def _is_symbolic(self) -> bool:
        return any(vector.names for vector in (self.n, *self.vectors))

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        """Every derivation of the answer, in the order in which it is worked out."""
        found: list[Derivation] = []
        for projection in self.projections:
            found.extend(projection.derivations)
        found.extend((*self.norms, *self.cosines, *self.products))
        if self.sum:
            found.append(self.sum)
        for one in self.basis:
            for projection in one.projections:
                found.extend(projection.derivations)
            found.append(one.derivation)
        for projection in self.on_basis:
            found.extend(projection.derivations)
        if self.basis and self.span:
            found.append(self.span)
        found.extend((self.remainder, *self.right_angles))
        return tuple(dict.fromkeys(found))

    @property
    def conditions(self) -> tuple[Node, ...]:
        """What must hold for symbolic entries: no vector is zero."""
        from mathcli.topics._function import conditions_of

        return conditions_of(self.derivations)

    def answer(self) -> dict[str, Answer]:
        """The fields of the JSON answer."""
        from mathcli.syntax.writer import write

        answer: dict[str, Answer] = {"projections": tuple(self._entry(k) for k in range(len(self.vectors)))}
        if self.sum:
            answer["sum"] = _result(self.sum).entries
        answer["remainder"] = _result(self.remainder).entries
        if self.basis and self.span:
            answer["span_projection"] = _result(self.span).entries
        if self.conditions:
            answer["conditions"] = tuple(write(c) for c in self.conditions)
        return answer

    def _entry(self, k: int) -> dict[str, Answer]:
        projection = self.projections[k]
        entry: dict[str, Answer] = {
            "onto": projection.onto.entries,
            "coefficient": projection.factor.result,
            "vector": projection.entries.entries,
            "scalar": projection.scalar.result,
            "norm": self.norms[k].result,
        }
        if self.cosines:
            entry["cosine"] = self.cosines[k].result
        return entry

    def bare(self) -> tuple[Phrase, ...]:
        """One line for each projection, then their sum where there are several."""
        lines: list[Phrase] = [(projection.entries,) for projection in self.projections]
        if self.sum:
            lines.append((self.sum.result,))
        return tuple(lines)

    def blocks(self) -> tuple[Block, ...]:
        """What a reader is shown."""
        from mathcli.solution import Given, Remark
        from mathcli.syntax.tree import Name

        n, letters = self.labels[0], self.labels[1:]
        blocks: list[Block] = [Given(Name(n), self.n, (f"proj_v {n} = ({n}·v / v·v) v",))]
        blocks.append(self._table(self.projections, letters, "v", self.sum))
        blocks.extend(self._one_denominator())
        blocks.append(self._lengths())
        if self.sum:
            blocks.extend(self._span())
        blocks.append(self._left_over())
        if self.conditions:
            blocks.append(Remark(("for ", *_listed(self.conditions))))
        return tuple(blocks)

    def _table(
        self, projections: Sequence[Projection], letters: Sequence[str], v: str, total: Derivation | None
    ) -> Block:
        from mathcli.solution import Table
        from mathcli.topics._phrases import approximate

        n = self.labels[0]
        heads: tuple[Phrase, ...] = ((v,), (f"{n}·{v}",), (f"{v}·{v}",), ("factor",), (f"projection of {n} on {v}",))
        rows = tuple(
            ((f"{letter} = ", p.onto), (p.dot.result,), (p.square.result,), (p.factor.result,), (p.entries,))
            for letter, p in zip(letters, projections, strict=True)
        )
        totals: list[tuple[Phrase, ...]] = []
        if total:
            totals.append((("sum",), (), (), (), (total.result,)))
            decimal = approximate(total.result, digits=4)
            if decimal is not None:
                totals.append(((), (), (), (), ("≈ ", decimal)))
        return Table(heads, rows, tuple(totals))

    def _one_denominator(self) -> tuple[Block, ...]:
        from mathcli.calculus.vectors import over_one_denominator
        from mathcli.solution import Remark
        from mathcli.syntax.tree import Number, Quotient

        if self.sum is None:
            return ()
        found = over_one_denominator(self.projections)
        if found is None or found[1] == 1:
            return ()
        return (Remark(("over one denominator: ", Quotient(found[0], Number(found[1])))),)

    def _lengths(self) -> Block:
        from mathcli.solution import Table
        from mathcli.topics._phrases import degrees

        n = self.labels[0]
        heads: list[Phrase] = [("v",), ("‖v‖",), (f"scalar projection {n}·v / ‖v‖",)]
        if self.cosines:
            heads.append((f"angle between {n} and v",))
        rows: list[tuple[Phrase, ...]] = []
        for k, letter in enumerate(self.labels[1:]):
            row: list[Phrase] = [(letter,), (self.norms[k].result,), (self.projections[k].scalar.result,)]
            if self.cosines:
                row.append(degrees(self.cosines[k].result))
            rows.append(tuple(row))
        return Table(tuple(heads), tuple(rows))

    def _span(self) -> tuple[Block, ...]:
        from mathcli.solution import Remark

        letters = self.labels[1:]
        pairs = [f"{a}·{b}" for a, b in combinations(letters, 2)]
        if self.are_orthogonal:
            products = " = ".join(pairs)
            sentence = f"{products} = 0, so this sum is also the projection of {self.labels[0]} on {self._span_name()}"
            return (Remark((sentence,), tone="good"),)
        shown = next((k for k, p in enumerate(self.products) if not _is_zero(p.result)), 0)
        assert self.span is not None
        warning: Phrase = (
            f"{pairs[shown]} = ",
            self.products[shown].result,
            ", not 0" if _is_not_zero(self.products[shown].result) else ", which need not be 0",
            f": the sum of the projections is not the projection on {self._span_name()}, which is ",
            self.span.result,
        )
        if _same(self.span, self.sum):
            warning = (
                f"{pairs[shown]} = ",
                self.products[shown].result,
                f", and yet the sum is the projection on {self._span_name()}",
            )
        return (Remark(warning, tone="warning"), *self._gram_schmidt())

    def _gram_schmidt(self) -> tuple[Block, ...]:
        from mathcli.solution import Chain, Remark

        blocks: list[Block] = []
        letters = self.labels[1:]
        found: list[str] = []
        for k, (letter, one) in enumerate(zip(letters, self.basis, strict=True)):
            if one.is_dependent:
                blocks.append(Remark((f"{letter} depends on the vectors before it: it adds nothing to the span",)))
                continue
            name = f"u_{k + 1}"
            parts = "".join(f" - ({letter}·{u} / {u}·{u}) {u}" for u in found)
            heading = f"{name} = {letter}{parts}"
            blocks.append(Chain(heading, one.derivation))
            found.append(name)
        blocks.append(self._table(self.on_basis, found, "u", self.span if len(found) > 1 else None))
        return tuple(blocks)

    def _left_over(self) -> Block:
        from mathcli.solution import Remark

        n, letters = self.labels[0], self.labels[1:]
        taken = "its projection" if not self.sum or self.basis else "sum"
        left = _result(self.remainder)
        phrase: list[str | Node] = [f"what is left, {n} - {taken} = ", left]
        if all(_is_zero(entry) for entry in left.entries):
            where = "in the span" if self.sum else f"along {letters[0]}"
            phrase.append(f", is zero: {n} lies {where}")
            return Remark(tuple(phrase), tone="good")
        if all(_is_zero(product.result) for product in self.right_angles):
            phrase.append(", is ⟂ " + " and ⟂ ".join(letters))
            return Remark(tuple(phrase), tone="good")
        return Remark(tuple(phrase))

    def _span_name(self) -> str:
        letters = list(self.labels[1:])
        independent = sum(not one.is_dependent for one in self.basis) if self.basis else len(letters)
        listed = ", ".join(letters[:-1]) + f" and {letters[-1]}"
        if independent == 1:
            return f"the line of {listed}"
        return f"the plane of {listed}" if independent == 2 else f"the span of {listed}"


def _check_entries(vectors: Sequence[Vector]) -> None:
    from mathcli.algebra.exact import is_defined
    from mathcli.errors import NotCoveredError, UndefinedError
    from mathcli.syntax.tree import INF, I, Matrix, walk
    from mathcli.syntax.tree import Vector as Entries

    for entry in (entry for vector in vectors for entry in vector.entries):
        if any(part in (I, INF) or isinstance(part, Matrix | Entries) for part in walk(entry)):
            raise NotCoveredError("the entries of a vector are real numbers or expressions here")
        if is_defined(entry) is False:
            raise UndefinedError("an entry of a vector has no value")


def _labels(n: Vector, vectors: Sequence[Vector]) -> tuple[str, ...]:
    taken = {name.name for vector in (n, *vectors) for name in vector.names}
    letters = list("abcdfghkpqrst")[: len(vectors)]
    if len(letters) == len(vectors) and not taken & {"n", "v", "u", *letters}:
        return ("n", *letters)
    base = next((letter for letter in "vwabpqrst" if letter not in taken), "v")
    first = next((letter for letter in "nwzmpqrst" if letter not in taken | {base}), "n")
    return (first, *(f"{base}_{k + 1}" for k in range(len(vectors))))


def _result(derivation: Derivation) -> Any:
    return derivation.result


def _is_zero(node: Node) -> bool:
    from mathcli.algebra.exact import is_zero

    return is_zero(node) is True


def _is_not_zero(node: Node) -> bool:
    from mathcli.algebra.exact import is_zero

    return not node.names and is_zero(node) is False


def _same(a: Derivation, b: Derivation | None) -> bool:
    return b is not None and a.result is b.result


def _listed(nodes: Sequence[Node]) -> tuple[str | Node, ...]:
    phrase: list[str | Node] = []
    for k, node in enumerate(nodes):
        phrase.extend((", ", node) if k else (node,))
    return tuple(phrase)


TOPIC = Project
