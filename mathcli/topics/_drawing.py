"""What is drawn of a function: which window shows its marked points, and samples that never cross a gap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import floor, inf, isfinite, log10

from flint import fmpq

from mathcli.algebra.balls import enclose
from mathcli.extrema.critical import Critical
from mathcli.extrema.joints import value_at
from mathcli.extrema.smooth_parts import has_jumps
from mathcli.solution import Curve, Mark
from mathcli.solving.numbers import decimal_node
from mathcli.solving.regions import Bound, Piece, Region
from mathcli.syntax.tree import Name, Node
from mathcli.syntax.writer import write

_LONGEST_LABEL = 10
_MOST_MARKS = 16
"""A curve that turns more often cannot be drawn with the dots of one screen."""
_SAMPLES = 160
_BEYOND = 0.9
_EDGE = 1e-6
_HALVINGS = 20
_LARGEST = 1e100


def of_critical(found: Critical, letter: str) -> Curve | None:
    """Return the drawing of a function of one variable with its critical points."""
    marks: list[tuple[Bound, Bound, Node | None]] = [
        (point.at, point.value, _label(point.at))
        for point in (*found.points, *found.boundary)
        if point.value is not None
    ]
    for family in found.families:
        value = value_at(found.f, found.x, family.base)
        if value is not None:
            marks.append((family.base, value, _label(family.base)))
    if len(marks) > _MOST_MARKS:
        return None
    beyond = _BEYOND if found.is_complete else 0.0
    return curve_of(found.f, found.x, found.domain, marks, letter=letter, beyond=beyond)


def _label(at: Bound) -> Node:
    """What is written below a marked place: its number, as a decimal where it is long."""
    is_short = at.exact is not None and len(write(at.exact)) <= _LONGEST_LABEL
    return at.exact if is_short and at.exact is not None else decimal_node(at, 4)


def curve_of(
    f: Node,
    x: Name,
    domain: Region | None,
    marks: Iterable[tuple[Bound, Bound, Node | None]],
    *,
    letter: str,
    beyond: float,
) -> Curve | None:
    """Return the drawing of f with its marked points; None where there is nothing to mark or no value to draw."""
    if domain is None or f.names - {x}:
        return None
    points = [Mark(_float(at), _float(value), label) for at, value, label in marks]
    if not points or any(abs(size) > _LARGEST for point in points for size in (point.x, point.y)):
        return None
    left, right = _sides(points, domain, beyond)
    if not isfinite(left) or not isfinite(right) or right - left < 1e-9:
        return None
    strands = tuple(strand for piece in domain.pieces for strand in _strands(f, x, piece, left, right))
    heights = sorted(y for strand in strands for _, y in strand)
    if len(heights) < _SAMPLES // 8:
        return None
    low, high = _top_and_bottom(heights, points)
    if not high > low:
        return None
    return Curve(strands, tuple(points), (left, right, low, high), x.name, letter)


def _float(bound: Bound) -> float:
    low, high = bound.enclosure
    middle = (low + high) / 2
    try:
        return int(middle.p) / int(middle.q)
    except OverflowError:
        return inf if middle > 0 else -inf


def _sides(points: Sequence[Mark], domain: Region, beyond: float) -> tuple[float, float]:
    """A window that holds the marked points and the ends of the domain that lie near them."""
    places = [point.x for point in points]
    ends = [_float(end) for piece in domain.pieces for end in (piece.lower, piece.upper) if end is not None]
    lower, upper = domain.pieces[0].lower, domain.pieces[-1].upper
    least, most = min(places), max(places)
    size = most - least or max(abs(most), 1.0)
    near = [end for end in ends if least - 2 * size <= end <= most + 2 * size]
    least, most = min([least, *near]), max([most, *near])
    size = most - least or max(abs(most), 1.0)
    left, right = _round(least - beyond * size, size), _round(most + beyond * size, size)
    if lower is not None:
        left = max(left, _float(lower))
    if upper is not None:
        right = min(right, _float(upper))
    return left, right


def _round(value: float, size: float) -> float:
    step = 10.0 ** floor(log10(size)) / 2
    return floor(value / step + 0.5) * step


def _strands(f: Node, x: Name, piece: Piece, left: float, right: float) -> list[list[tuple[float, float]]]:
    """Runs of samples on one piece of the domain, broken where a value is missing."""
    start = left if piece.lower is None else max(left, _float(piece.lower))
    end = right if piece.upper is None else min(right, _float(piece.upper))
    if not end > start:
        return []
    edge = (end - start) * _EDGE
    start, end = start + edge, end - edge
    count = max(round(_SAMPLES * (end - start) / (right - left)), 8)
    may_jump = has_jumps(f, x)
    strands: list[list[tuple[float, float]]] = [[]]
    for k in range(count + 1):
        place = start + (end - start) * k / count
        height = _height(f, x, place)
        if height is None:
            strands.append([])
            continue
        if may_jump and strands[-1] and _jumps(f, x, strands[-1][-1], (place, height)):
            strands.append([])
        strands[-1].append((place, height))
    return [strand for strand in strands if strand]


def _jumps(f: Node, x: Name, before: tuple[float, float], after: tuple[float, float]) -> bool:
    """Whether most of the way between two heights is taken at once, as far as halving the distance shows."""
    whole = abs(after[1] - before[1])
    for _ in range(_HALVINGS):
        middle = (before[0] + after[0]) / 2
        height = _height(f, x, middle)
        if height is None:
            return True
        if abs(height - before[1]) > abs(after[1] - height):
            after = (middle, height)
        else:
            before = (middle, height)
    return whole > 0 and abs(after[1] - before[1]) > whole / 2


def _height(f: Node, x: Name, place: float) -> float | None:
    numerator, denominator = place.as_integer_ratio()
    ball = enclose(f, {x: fmpq(numerator, denominator)}, precision=64)
    if ball is None or not ball.is_finite():
        return None
    height = float(ball.mid())
    return height if isfinite(height) else None


def _top_and_bottom(heights: Sequence[float], points: Sequence[Mark]) -> tuple[float, float]:
    """Room for the marked points and most of the curve; far tails and poles are cut off."""
    marked = [point.y for point in points]
    least, most = min(marked), max(marked)
    size = most - least
    fifth, last = heights[len(heights) // 10], heights[-1 - len(heights) // 10]
    if size > 0:
        low, high = max(heights[0], least - size), min(heights[-1], most + size)
    else:
        size = max(last - fifth, 1e-12)
        low, high = max(heights[0], min(fifth, least)), min(heights[-1], max(last, most))
    low, high = min(low, least), max(high, most)
    room = (high - low) * 0.04 or max(abs(high), 1.0)
    least, most, size = low, high, high - low + 2 * room
    step = 10.0 ** floor(log10(size)) / 4
    low, high = floor((low - room) / step) * step, -floor(-(high + room) / step) * step
    if least >= 0 and low < size * 0.3:
        low = 0.0
    if most <= 0 and -high < size * 0.3:
        high = 0.0
    return low, high


def of_path(
    coordinates: Sequence[Node], found: Critical, to: Sequence[Bound], nearest: Sequence[Sequence[Bound]]
) -> Curve | None:
    """Return a path of the plane with a point and the segments to the points of the path that are nearest to it."""
    if len(coordinates) != 2 or not nearest or found.domain is None:
        return None
    p = (_float(to[0]), _float(to[1]))
    ends = [(_float(x), _float(y)) for x, y in nearest]
    size = max([1e-9, *(max(abs(x - p[0]), abs(y - p[1])) for x, y in ends)]) if ends else 1.0
    size = max(size, 0.5) if size < 1e-6 else size
    low, high = (f(y for _, y in (p, *ends)) + room for f, room in ((min, -size), (max, size)))
    left, right = (f(x for x, _ in (p, *ends)) + room for f, room in ((min, -size), (max, size)))
    strands = [
        [place for place in strand if _is_near(place, (left, right, low, high))]
        for start, end in _parameters(coordinates, found, nearest, left, right)
        for strand in _path_strands(coordinates, found.x, start, end)
    ]
    segments = [[(p[0] + (x - p[0]) * k / 200, p[1] + (y - p[1]) * k / 200) for k in range(0, 201, 4)] for x, y in ends]
    marks = (Mark(*p), *(Mark(x, y) for x, y in ends))
    return Curve((*filter(None, strands), *segments), marks, (left, right, low, high), "x", "y", is_to_scale=True)


def _is_near(place: tuple[float, float], window: tuple[float, float, float, float]) -> bool:
    left, right, low, high = window
    wide, tall = right - left, high - low
    return left - 3 * wide <= place[0] <= right + 3 * wide and low - 3 * tall <= place[1] <= high + 3 * tall


def _parameters(
    coordinates: Sequence[Node], found: Critical, nearest: Sequence[Sequence[Bound]], left: float, right: float
) -> list[tuple[float, float]]:
    """The stretches of the parameter that are drawn: of a graph beyond the window, of a path that repeats one turn."""
    assert found.domain is not None
    t, least = found.x, found.minimum
    if t is coordinates[0]:
        start, end = left - 3 * (right - left), right + 3 * (right - left)
    else:
        at = [_float(bound) for bound in getattr(least, "at", ())] or [0.0]
        start, end = min(at) - 7, max(at) + 7
    pieces: list[tuple[float, float]] = []
    for piece in found.domain.pieces:
        lower = start if piece.lower is None else max(start, _float(piece.lower))
        upper = end if piece.upper is None else min(end, _float(piece.upper))
        if upper > lower:
            edge = (upper - lower) * _EDGE
            pieces.append((lower + edge, upper - edge))
    return pieces


def _path_strands(coordinates: Sequence[Node], t: Name, start: float, end: float) -> list[list[tuple[float, float]]]:
    strands: list[list[tuple[float, float]]] = [[]]
    for k in range(3 * _SAMPLES + 1):
        at = start + (end - start) * k / (3 * _SAMPLES)
        x, y = (_height(c, t, at) for c in coordinates)
        if x is None or y is None:
            strands.append([])
        else:
            strands[-1].append((x, y))
    return strands
