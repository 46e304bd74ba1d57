"""The points that a Gröbner basis gives, looked at again by interval arithmetic on the equations as they were given.

Around each point lies a small box. The Krawczyk operator of as many equations as there are unknowns, chosen so that
they are independent there, shows that the box holds exactly one zero; at a degenerate point it shows nothing, and the
point is passed over. That an equation is certainly not 0 at the point, that the box certainly holds no zero, or that
it holds one zero and two points are said to lie in it, contradicts the other road: then there is no answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, fmpq

from mathcli.algebra.balls import working_precision
from mathcli.algebra.budget import Budget
from mathcli.errors import VerificationError
from mathcli.solving.box_search import Place, SquareSystem, krawczyk
from mathcli.solving.real_points import RealPoint
from mathcli.syntax.tree import Name, Node

_BITS = 96
_REACH = fmpq(1, 1 << 24)
_LEAST_PIVOT = 1e-6
_MOST_POINTS = 40


def confirmed(points: Sequence[RealPoint], equations: tuple[Node, ...], budget: Budget) -> int:
    """Return how many of the points are the only solution in a small box around them, by a proof of its own.

    Raises:
        VerificationError: a point is no solution, or two of them are the same one.
        BudgetSpentError: it took more work than it may.
    """
    if not points or len(equations) < len(points[0].names):
        return 0
    names = points[0].names
    system = SquareSystem.of(equations, names)
    count = 0
    for k, point in enumerate(points[:_MOST_POINTS]):
        budget.spend(5 * len(names) * len(equations))
        place = _place(point)
        if any(v is not None and v.is_finite() and not v.contains(0) for v in system.values(place, _BITS)):
            raise _contradicted(point)
        around = _around(place)
        square = _square_part(system, place)
        image = None if square is None else krawczyk(square, around, _BITS)
        if image is None:
            continue
        if not all(a.overlaps(b) for a, b in zip(image, place, strict=True)):
            raise _contradicted(point)
        if all(outer.contains_interior(inner) for outer, inner in zip(around, image, strict=True)):
            others = (_place(other) for j, other in enumerate(points) if j != k)
            if any(all(a.contains(b) for a, b in zip(around, other, strict=True)) for other in others):
                raise _contradicted(point)
            count += 1
    return count


def _place(point: RealPoint) -> Place:
    with working_precision(_BITS):
        return [arb(bound.ball(_BITS)) for bound in point.bounds]


def _around(place: Place) -> Place:
    with working_precision(_BITS):
        return [side + arb(0, 1) * (_REACH * (1 + abs(side))) for side in place]


def _square_part(system: SquareSystem, place: Place) -> SquareSystem | None:
    """As many of the equations as there are unknowns, plainly independent at this place; None where there are none."""
    slopes = system.jacobian(place, _BITS)
    rows = {k: [float(v.mid()) for v in row if v is not None and v.is_finite()] for k, row in enumerate(slopes)}
    rows = {k: _scaled(row) for k, row in rows.items() if len(row) == len(place) and any(row)}
    chosen: list[int] = []
    for column in range(len(place)):
        k = max(rows, key=lambda k: abs(rows[k][column]), default=None)
        if k is None or abs(rows[k][column]) < _LEAST_PIVOT:
            return None
        pivot = rows.pop(k)
        chosen.append(k)
        rows = {
            j: [a - row[column] / pivot[column] * b for a, b in zip(row, pivot, strict=True)] for j, row in rows.items()
        }
    chosen.sort()
    return SquareSystem(
        tuple(system.equations[k] for k in chosen), tuple(system.slopes[k] for k in chosen), system.names
    )


def _scaled(row: list[float]) -> list[float]:
    largest = max(map(abs, row))
    return [entry / largest for entry in row]


def _contradicted(point: RealPoint) -> VerificationError:
    where = ", ".join(_said(name, bound.ball(_BITS)) for name, bound in zip(point.names, point.bounds, strict=True))
    return VerificationError(
        f"two ways of solving the system disagree near {where}, so the answer is withheld",
        hint="this is a bug in mathcli: please report the problem that you typed",
    )


def _said(name: Name, value: arb) -> str:
    return f"{name.name} = {float(value.mid()):.6g}"
