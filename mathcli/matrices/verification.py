"""Judges each step of a matrix derivation: by the normal form for all sizes at once, else in numbers at random sizes.

A step is proved where both of its lines have one normal form of matrix algebra, the differentials in them taken by a
table that shares nothing with the rules. What was read off is put back: dF = tr(Gᵀ dX) must be the line above it.
Whatever was proved, the answer is also compared in numbers, entry by entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mathcli.algebra.verdict import Verdict, weakest
from mathcli.calculus.derivation import Derivation, Path, Step
from mathcli.errors import VerificationError
from mathcli.matrices.differentials import d
from mathcli.matrices.entries import agree_in_numbers
from mathcli.matrices.gradients import Differentiated
from mathcli.matrices.shapes import Shapes
from mathcli.matrices.words import Words
from mathcli.syntax.tree import ZERO, Call, Name, Node, Product, Transpose


class Proofs(NamedTuple):
    """The verdicts by path, the number of the derivation in front; the weakest; (proved, steps); compared sizes."""

    verdicts: dict[Path, Verdict]
    verified: Verdict
    counted: tuple[int, int]
    sizes: int


def prove(found: Sequence[Differentiated], x: Sequence[Name], shapes: Shapes, *, is_jacobian: bool) -> Proofs:
    """Return the verdicts on the derivations of these derivatives, each by its own variable.

    Raises:
        VerificationError: a step was refuted, so no answer may be given.
    """
    verdicts: dict[Path, Verdict] = {}
    sizes: list[int] = []
    for k, (part, variable) in enumerate(zip(found, x, strict=True)):
        judge = _Judge(shapes, variable, part)
        for path, verdict in judge.chain(part.differential, (2 * k,)).items():
            verdicts[path] = verdict
        for path, verdict in judge.reading_off(part, (2 * k + 1,), is_jacobian=is_jacobian).items():
            verdicts[path] = verdict
        sizes.append(judge.compared)
    proved = sum(verdict is Verdict.PROVED for verdict in verdicts.values())
    return Proofs(verdicts, weakest(verdicts.values()), (proved, len(verdicts)), min(sizes, default=0))


class _Judge:
    def __init__(self, shapes: Shapes, x: Name, part: Differentiated) -> None:
        self.shapes = shapes
        self.x = x
        self.words = Words(shapes, x)
        self.compared = 0
        self.start = part.differential.start

    def chain(self, derivation: Derivation, at: Path) -> dict[Path, Verdict]:
        """The verdicts on the steps of a differential, those of its parts first."""
        verdicts: dict[Path, Verdict] = {}
        line = derivation.start
        for k, step in enumerate(derivation.steps):
            path = (*at, k)
            for j, sub in enumerate(step.substeps):
                verdicts.update(self.chain(sub, (*path, j)))
            _check_composition(step, line)
            verdicts[path] = self.claim(step.before, step.after, step)
            line = step.result
        return verdicts

    def reading_off(self, part: Differentiated, at: Path, *, is_jacobian: bool) -> dict[Path, Verdict]:
        """The verdicts on the gradient: what was read off is put back beside dX, and compared with d(F) itself."""
        verdicts: dict[Path, Verdict] = {}
        line = part.differential.result
        for k, step in enumerate(part.reading_off.steps):
            if k == 0:
                verdicts[(*at, k)] = self.claim(line, self.put_back(step.after, is_jacobian=is_jacobian), step)
            else:
                verdicts[(*at, k)] = self.claim(step.before, step.after, step)
        whole = self.put_back(part.result, is_jacobian=is_jacobian)
        agreed = agree_in_numbers(self.start, whole, self.x, self.shapes)
        if agreed == 0:
            raise _withheld("the whole derivation")
        self.compared = agreed or 0
        return verdicts

    def put_back(self, slope: Node, *, is_jacobian: bool) -> Node:
        """dF as the derivative says it: tr(Gᵀ dX), J dx, F' dt."""
        if slope is ZERO:
            return ZERO
        dx = d(self.x)
        shape = self.shapes.of(self.x)
        if is_jacobian or shape.is_scalar:
            return Product.of(slope, dx)
        turned = Product.of(Transpose(slope), dx)
        return turned if shape.is_vector else Call("tr", (turned,))

    def claim(self, left: Node, right: Node, step: Step) -> Verdict:
        """The verdict on left = right."""
        if self.words.agree(left, right):
            return Verdict.PROVED
        agreed = agree_in_numbers(left, right, self.x, self.shapes)
        if agreed == 0:
            raise _withheld(f'a step ("{step.rule}")')
        return Verdict.UNDECIDED if agreed is None else Verdict.TESTED


def _check_composition(step: Step, line: Node) -> None:
    """A step goes on from the line above, and its result is its formula with the differentials below put in."""
    composed = step.after.substitute({sub.start: sub.result for sub in step.substeps})
    if step.before is not line or (step.substeps and composed is not step.result):
        raise _withheld(f'the composition of a step ("{step.rule}")')
    if not step.substeps and step.after is not step.result:
        raise _withheld(f'the composition of a step ("{step.rule}")')


def _withheld(what: str) -> VerificationError:
    return VerificationError(
        f"{what} failed its own verification, so the answer is withheld",
        hint="this is a bug in mathcli: please report the problem that you typed",
    )
