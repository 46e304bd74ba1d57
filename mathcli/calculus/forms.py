"""Symmetric matrices at a point: determinants, principal minors, and definiteness, decided exactly.

The eigenvalues of a symmetric matrix are real, so the signs of the sums of its principal minors (the coefficients of
its characteristic polynomial) decide how many are positive, zero and negative (Descartes' rule of signs), without
one eigenvalue being computed.
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

from mathcli.algebra.exact import sign
from mathcli.calculus.derivation import Derivation
from mathcli.calculus.vectors import worked_out
from mathcli.errors import LimitExceededError
from mathcli.syntax.tree import ONE, ZERO, Matrix, Negative, Node, Product, Sum

LARGEST = 8
"""Rows and columns of the largest matrix whose determinant is written out."""


class Definiteness(NamedTuple):
    """How a symmetric matrix is signed, None where a sign could not be decided.

    `minors` are the leading principal minors, `sums` the sums of all principal minors of each size, smallest first.
    """

    word: str | None
    minors: tuple[Derivation, ...]
    sums: tuple[Derivation, ...]


def determinant(matrix: Matrix) -> Derivation:
    """Return the determinant, expanded along its first rows.

    Raises:
        LimitExceededError: the matrix has more than 8 rows.
    """
    return worked_out(_laplace(matrix, tuple(range(len(matrix.rows)))), "determinant")


def definiteness(matrix: Matrix) -> Definiteness:
    """Return whether x^T A x is positive, negative, of both signs, or also 0 away from the origin.

    The words: positive definite, negative definite, positive semidefinite, negative semidefinite (not definite
    either), indefinite, zero. Entries are constants; the matrix is symmetric.
    """
    size = len(matrix.rows)
    minors = tuple(worked_out(_laplace(matrix, tuple(range(k))), "leading principal minor") for k in range(1, size + 1))
    sums = tuple(_sum_of_minors(matrix, k) for k in range(1, size + 1))
    return Definiteness(_word([sign(s.result) for s in sums]), minors, sums)


def _word(signs: list[int | None]) -> str | None:
    known = [s for s in signs if s is not None]
    if len(known) < len(signs):
        return None
    mirrored = [-s if k % 2 == 0 else s for k, s in enumerate(known)]
    if all(s == 0 for s in known):
        return "zero"
    if all(s >= 0 for s in known):
        return "positive definite" if known[-1] else "positive semidefinite"
    if all(s >= 0 for s in mirrored):
        return "negative definite" if known[-1] else "negative semidefinite"
    return "indefinite"


def _sum_of_minors(matrix: Matrix, size: int) -> Derivation:
    chosen = combinations(range(len(matrix.rows)), size)
    return worked_out(Sum.of(*(_laplace(matrix, rows) for rows in chosen)), "sum of the principal minors")


def _laplace(matrix: Matrix, rows: tuple[int, ...]) -> Node:
    """The determinant of the rows and columns of these numbers, zero entries left out."""
    if len(rows) > LARGEST:
        raise LimitExceededError(f"a determinant of more than {LARGEST} rows is not worked out")
    memo: dict[tuple[int, ...], Node] = {(): ONE}

    def minor(columns: tuple[int, ...]) -> Node:
        known = memo.get(columns)
        if known is None:
            row = matrix.rows[rows[len(rows) - len(columns)]]
            terms = [
                _signed(k, row[column], minor(columns[:k] + columns[k + 1 :]))
                for k, column in enumerate(columns)
                if row[column] is not ZERO
            ]
            known = memo[columns] = Sum.of(*(term for term in terms if term is not ZERO))
        return known

    return minor(rows)


def _signed(position: int, entry: Node, minor: Node) -> Node:
    if minor is ZERO:
        return ZERO
    product = entry if minor is ONE else Product.of(entry, minor)
    return Negative(product) if position % 2 else product
