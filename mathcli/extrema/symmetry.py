"""Values that are equal because f and the constraints stay the same when unknowns change places or signs.

Such a change takes critical points to critical points. Where all of them are known and the image of one overlaps with
just one of them, it is that one, and f has the same value at both, which their enclosures alone would never show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import permutations, product
from typing import TYPE_CHECKING

from mathcli.algebra.rational import agree
from mathcli.extrema.several import Found
from mathcli.solving.real_points import RealPoint
from mathcli.solving.regions import Bound
from mathcli.syntax.tree import Name, Negative, Node

if TYPE_CHECKING:
    from mathcli.extrema.constraints import Constrained

_MOST_UNKNOWNS = 4

Change = tuple[tuple[int, int], ...]
"""For each unknown, which one takes its place and with which sign."""


def with_shared_values(found: Constrained) -> Constrained:
    """Return the same, in which points that such a change takes to each other share one value.

    `found` is complete: the points are all that there are.
    """
    points = found.points
    if found.curves or len(found.names) > _MOST_UNKNOWNS or all(_is_exact(point) for point in points):
        return found
    values: dict[int, Bound] = {}
    known: dict[Change, bool] = {}
    for k, point in enumerate(points):
        for change in _changes(len(found.names)) if not _is_exact(point) else ():
            images = [j for j, other in enumerate(points) if _may_be_image(point.at, other.at, change)]
            value = values.get(images[0], points[images[0]].value) if len(images) == 1 and images[0] < k else None
            if value is None:
                continue
            if change not in known:
                known[change] = _keeps(found, change)
            if known[change] and point.at.is_defined(found.f.substitute(_image(found.names, change))):
                values[k] = value
                break
    shared = {id(points[k]): value for k, value in values.items()}
    cases = tuple(replace(case, points=tuple(_with(shared, p) for p in case.points)) for case in found.cases)
    return replace(found, cases=cases)


def _is_exact(point: Found) -> bool:
    return point.value is None or point.value.exact is not None


def _with(values: Mapping[int, Bound], point: Found) -> Found:
    return replace(point, value=values[id(point)]) if id(point) in values else point


def _changes(size: int) -> Iterator[Change]:
    for order in permutations(range(size)):
        for signs in product((1, -1), repeat=size):
            yield tuple(zip(order, signs, strict=True))


def _may_be_image(a: RealPoint, b: RealPoint, change: Change) -> bool:
    """Whether the changed point overlaps with the other as far as 64 bits show."""
    return all((a.bounds[k].ball() * sign).overlaps(b.bounds[j].ball()) for j, (k, sign) in enumerate(change))


def _keeps(found: Constrained, change: Change) -> bool:
    """Whether f and the set of constraints are proved to stay the same."""
    image = _image(found.names, change)
    if agree(found.f, found.f.substitute(image)) is not True:
        return False
    return all(
        any(c.sign == d.sign and _is_same(c.u.substitute(image), d.u, c.sign) for d in found.constraints)
        for c in found.constraints
    )


def _is_same(u: Node, v: Node, sign: str) -> bool:
    return agree(u, v) is True or (sign == "=" and agree(u, Negative(v)) is True)


def _image(names: Sequence[Name], change: Change) -> dict[Node, Node]:
    return {names[j]: _signed(names[k], sign) for j, (k, sign) in enumerate(change)}


def _signed(x: Name, sign: int) -> Node:
    return x if sign > 0 else Negative(x)
