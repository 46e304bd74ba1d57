"""Kinds of points under constraints: the Hessian of the Lagrange function on the tangent space, and the multipliers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from mathcli.calculus.derivation import Derivation, Phrase
from mathcli.calculus.differentiation import differentiate
from mathcli.extrema.several import (
    MAXIMUM,
    MINIMUM,
    SADDLE,
    UNDECIDED,
    Found,
    determinant,
    kind_by_minors,
    sum_of_minors,
)
from mathcli.solving.real_points import RealPoint
from mathcli.syntax.tree import ONE, ZERO, Name, Negative, Node, Product, Quotient, Sum

if TYPE_CHECKING:
    from mathcli.extrema.constraints import Constraint

ENDPOINT = {MINIMUM: "endpoint minimum", MAXIMUM: "endpoint maximum"}


def judged(
    f: Node,
    objective: Node,
    names: tuple[Name, ...],
    gradient: tuple[Derivation, ...],
    active: tuple[Constraint, ...],
    point: RealPoint,
) -> Found:
    """Return a point with its kind, by the bordered Hessian and the signs of the multipliers."""
    value = point.value(f)
    shown = tuple(c.shown for c in active if c.sign != "=")
    pivots = _pivots(active, names, point)
    if pivots is None:
        why: Phrase = (
            "the gradients of the active constraints are linearly dependent here, so Lagrange's condition is silent",
        )
        return Found(point, value, UNDECIDED, why, active=shown)
    multipliers = _multipliers(tuple(d.result for d in gradient), active, pivots)
    matrix = tangent_hessian(objective, names, gradient, active, multipliers, pivots)
    signs = [point.sign(sum_of_minors(matrix, size)) for size in range(1, len(matrix) + 1)]
    kind, why = _on_tangents(signs, len(matrix), bool(active))
    pushes = [point.sign(m) for c, m in zip(active, multipliers, strict=True) if c.sign != "="]
    kind, why = _with_pushes(kind, why, pushes, len(matrix))
    if kind == UNDECIDED and 0 in pushes and None not in pushes:
        kind, why = _beside_idle(objective, names, gradient, active, multipliers, point) or (kind, why)
    numbers = {
        name: bound for name, m in zip(letters(active, names), multipliers, strict=True) if (bound := point.value(m))
    }
    return Found(point, value, kind, why, multipliers=numbers, active=shown)


def _beside_idle(
    objective: Node,
    names: tuple[Name, ...],
    gradient: tuple[Derivation, ...],
    active: tuple[Constraint, ...],
    multipliers: list[Node],
    point: RealPoint,
) -> tuple[str, Phrase] | None:
    """The kind where multipliers of active inequalities are 0, by the tangent space without these constraints.

    It holds all directions that they allow, so a definite Hessian on it decides. Without just one of them, d or -d is
    allowed for each direction in it, so there an indefinite one decides too.
    """
    idle = [c for c, m in zip(active, multipliers, strict=True) if c.sign != "=" and point.sign(m) == 0]
    kept = tuple(c for c in active if c not in idle)
    pivots = _pivots(kept, names, point)
    if pivots is None:
        return None
    numbers = _multipliers(tuple(d.result for d in gradient), kept, pivots)
    matrix = tangent_hessian(objective, names, gradient, kept, numbers, pivots)
    signs = [point.sign(sum_of_minors(matrix, size)) for size in range(1, len(matrix) + 1)]
    kind, why = _on_tangents(signs, len(matrix), True)
    pushes = [point.sign(m) for c, m in zip(kept, numbers, strict=True) if c.sign != "="]
    note: Phrase = (f"; {len(idle)} multipliers are 0" if len(idle) > 1 else "; one multiplier is 0",)
    if kind in ENDPOINT:
        way = 1 if kind == MINIMUM else -1
        if all(push == way for push in pushes):
            return ENDPOINT[kind], (*why, *note)
        return (SADDLE, ("f rises along an edge and falls away from it",)) if set(pushes) == {-way} else None
    return (SADDLE, (*why, *note)) if kind == SADDLE and len(idle) == 1 else None


def letters(active: Sequence[Constraint], names: Sequence[Name]) -> list[str]:
    """The names of the multipliers: lambda, or lambda_1, lambda_2, ..."""
    taken = {name.name for name in names}
    letter = next(letter for letter in ("lambda", "mu", "nu", "kappa") if letter not in taken)
    return [letter] if len(active) == 1 else [f"{letter}_{k}" for k in range(1, len(active) + 1)]


def _pivots(active: tuple[Constraint, ...], names: tuple[Name, ...], point: RealPoint) -> tuple[int, ...] | None:
    """Columns in which the gradients of the active constraints are certainly independent; None where there are none."""
    if not active:
        return ()
    for columns in combinations(range(len(names)), len(active)):
        if point.sign(determinant([[c.gradient[k] for k in columns] for c in active])) in (1, -1):
            return columns
    return None


def _multipliers(gradient: tuple[Node, ...], active: tuple[Constraint, ...], pivots: tuple[int, ...]) -> list[Node]:
    """By Cramer's rule from the equations of the pivot columns."""
    rows = [[c.gradient[k] for k in pivots] for c in active]
    right = [gradient[k] for k in pivots]
    return _cramer(rows, right)


def _cramer(rows: list[list[Node]], right: list[Node]) -> list[Node]:
    """The y with sum of y_i rows[i] = right."""
    if not rows:
        return []
    below = determinant(rows)
    return [
        Quotient(determinant([right if j == k else row for j, row in enumerate(rows)]), below) for k in range(len(rows))
    ]


def tangent_hessian(
    objective: Node,
    names: tuple[Name, ...],
    gradient: tuple[Derivation, ...],
    active: tuple[Constraint, ...],
    multipliers: list[Node],
    pivots: tuple[int, ...],
) -> list[list[Node]]:
    """Return the Hessian of f minus the constraints times their multipliers, on a basis of the tangent space."""
    size = range(len(names))
    hessian = [[_second(gradient[j], names[k]) for k in size] for j in size]
    for constraint, multiplier in zip(active, multipliers, strict=True):
        for j in size:
            for k in size:
                second = _second(constraint.slopes[j], names[k])
                if second is not ZERO:
                    hessian[j][k] = Sum.of(hessian[j][k], Negative(Product.of(multiplier, second)))
    basis = [_tangent(free, active, pivots, len(names)) for free in size if free not in pivots]
    return [[_form(hessian, u, v) for v in basis] for u in basis]


def _second(slope: Derivation, x: Name) -> Node:
    return differentiate(slope.result, x).result


def _tangent(free: int, active: tuple[Constraint, ...], pivots: tuple[int, ...], size: int) -> list[Node]:
    """The tangent vector with 1 in one free place and 0 in the others."""
    vector: list[Node] = [ZERO] * size
    vector[free] = ONE
    columns = [[c.gradient[k] for c in active] for k in pivots]
    right = [Negative(c.gradient[free]) for c in active]
    for k, entry in zip(pivots, _cramer(columns, list(right)), strict=True):
        vector[k] = entry
    return vector


def _form(matrix: list[list[Node]], u: list[Node], v: list[Node]) -> Node:
    terms = [
        Product.of(matrix[j][k], u[j], v[k])
        for j in range(len(u))
        for k in range(len(v))
        if ZERO not in (matrix[j][k], u[j], v[k])
    ]
    return Sum.of(*terms) if terms else ZERO


def _on_tangents(signs: list[int | None], size: int, is_constrained: bool) -> tuple[str | None, Phrase]:
    if not size:
        return None, ("as many constraints are active as there are variables",)
    kind, why = kind_by_minors(signs, size)
    if kind is None or not is_constrained:
        return kind, why
    words = {MINIMUM: "positive definite", MAXIMUM: "negative definite", SADDLE: "indefinite"}
    return kind, (f"the Hessian of the Lagrange function is {words[kind]} on the tangent space (bordered Hessian)",)


def _with_pushes(kind: str | None, why: Phrase, pushes: list[int | None], size: int) -> tuple[str, Phrase]:
    """The kind with the signs of the multipliers of active inequalities u >= 0: all positive for a minimum."""
    if not pushes:
        return (kind, why) if kind is not None else _without_tangents(size, why)
    if 1 in pushes and -1 in pushes:
        return SADDLE, ("multipliers of both signs: f rises along one active inequality and falls along another",)
    if None in pushes or 0 in pushes:
        return (SADDLE, why) if kind == SADDLE else (UNDECIDED, ("a multiplier of an active inequality is 0",))
    wanted = MINIMUM if pushes[0] == 1 else MAXIMUM
    word = "positive" if pushes[0] == 1 else "negative"
    if not size:
        return ENDPOINT[wanted], (f"a vertex with all multipliers {word}",)
    if kind == wanted:
        return ENDPOINT[wanted], (f"all multipliers of the active inequalities are {word}, and ", *why)
    if kind is not None:
        return SADDLE, (f"the multipliers are {word}, and ", *why)
    return UNDECIDED, ("the Hessian on the tangent space is degenerate",)


def _without_tangents(size: int, why: Phrase) -> tuple[str, Phrase]:
    if not size:
        return UNDECIDED, why
    return UNDECIDED, ("the Hessian on the tangent space is degenerate",)
