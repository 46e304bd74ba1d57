"""Rational points at which trees have values: the same ones each time, and seldom whole numbers.

sin(2 pi x) is 0 at every whole number and x^3 - x is 0 at the smallest of them; points such as 7/5 and -11/4 are not
so easily taken in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from flint import fmpq

from mathcli.algebra.balls import Evaluation, working_precision
from mathcli.syntax.families import counting_names
from mathcli.syntax.tree import Name, Node

_MODERATE = ((7, 5), (17, 6), (13, 9), (2, 7), (31, 12), (5, 8), (23, 10), (9, 16), (11, 3), (41, 11))
_SCALES = (fmpq(1), fmpq(1), fmpq(1, 5), fmpq(1), fmpq(7, 2), fmpq(1, 40), fmpq(19), fmpq(1, 3000), fmpq(500))
_LIMIT = 48
_COUNTS = (3, 5, 2, 6, 4, 7)
_SHARES = (fmpq(3, 7), fmpq(5, 8), fmpq(1, 9), fmpq(9, 10), fmpq(2, 7))
_STEPS = (fmpq(4, 7), fmpq(1, 90), fmpq(31, 8), fmpq(211, 6))


def sample_points(
    nodes: Iterable[Node], names: Sequence[Name], count: int, *, under: Iterable[Node] = ()
) -> tuple[Mapping[Node, fmpq], ...]:
    """Return up to `count` rational points at which every node certainly has a value and all of `under` hold.

    Few or none where the common domain is small or empty. Names that bound an indexed sum get whole numbers; entries
    and unknown functions are given arbitrary values (`generic`), so evaluate with the same.
    """
    trees, conditions = tuple(nodes), tuple(under)
    ordered = sorted(names, key=lambda name: name.name)
    counting = _counting_names(trees)
    found: list[Mapping[Node, fmpq]] = []
    with working_precision(64):
        for point in _candidates(ordered, counting, trees, conditions):
            if point not in found and _is_fit(point, trees, conditions):
                found.append(point)
                if len(found) == count:
                    break
    return tuple(found)


def _is_fit(point: Mapping[Node, fmpq], trees: tuple[Node, ...], conditions: tuple[Node, ...]) -> bool:
    evaluation = Evaluation(point, generic=True)
    if not all(evaluation.truth(condition) for condition in conditions):
        return False
    for tree in trees:
        value = evaluation.value(tree)
        if value is None or not (isinstance(value, fmpq) or value.is_finite()):
            return False
    return True


def _counting_names(trees: tuple[Node, ...]) -> frozenset[Name]:
    """The names that stand for whole numbers."""
    return frozenset().union(*map(counting_names, trees))


def _candidates(
    names: list[Name], counting: frozenset[Name], trees: tuple[Node, ...], conditions: tuple[Node, ...]
) -> Iterator[Mapping[Node, fmpq]]:
    """Points of every size: first moderate ones, positive and mixed by turns; then small, large and near bounds."""
    if not names:
        yield {}
        return
    for turn in range(_LIMIT):
        yield {
            name: fmpq(_COUNTS[(turn + place) % len(_COUNTS)]) if name in counting else _coordinate(turn, place)
            for place, name in enumerate(names)
        }
    yield from _near_bounds(names, trees, conditions)


def _coordinate(turn: int, place: int) -> fmpq:
    numerator, denominator = _MODERATE[(3 * turn + 7 * place) % len(_MODERATE)]
    scale = _SCALES[(turn // 4) % len(_SCALES)]
    value = fmpq(numerator, denominator) * scale + fmpq(place * (turn % 3), 13) * scale
    is_negative = turn % 4 in (1, 3) and (turn % 4 == 1 or (turn // 4 + place) % 2 == 0)
    return -value if is_negative else value


def _near_bounds(
    names: list[Name], trees: tuple[Node, ...], conditions: tuple[Node, ...]
) -> Iterator[Mapping[Node, fmpq]]:
    """Points just beside the bounds that the domains put on the names, and between two of them."""
    from mathcli.algebra.domains import domain

    relations = [*conditions, *(relation for tree in trees for relation in domain(tree))]
    near = {name: _beside(name, relations) for name in names}
    for turn in range(max(len(values) for values in near.values())):
        yield {
            name: near[name][turn % len(near[name])] if near[name] else _coordinate(turn, place)
            for place, name in enumerate(names)
        }


def _beside(name: Name, relations: list[Node]) -> list[fmpq]:
    ends = sorted({end for relation in relations if name in relation.children() for end in _constants(relation)})
    middles = [low + (high - low) * share for low, high in pairwise(ends) for share in _SHARES]
    return middles + [end + step * sign for step in _STEPS for end in ends for sign in (1, -1)]


def _constants(relation: Node) -> Iterator[fmpq]:
    evaluation = Evaluation({})
    for side in relation.children():
        value = evaluation.value(side) if not side.names else None
        if isinstance(value, fmpq):
            yield value
