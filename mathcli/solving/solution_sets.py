"""Where inequalities hold: cut at the zeros of their sides, with a certified sign on each piece between."""

from __future__ import annotations

from flint import fmpq

from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import Condition, as_conditions
from mathcli.algebra.domains import domain, kinks
from mathcli.errors import NotCoveredError, UndecidedError
from mathcli.solving import roots
from mathcli.solving.inversion import Series
from mathcli.solving.periods import common_period, in_one_period, period_of
from mathcli.solving.regions import LINE, Bound, Piece, Region, both, cut, inside, rising, shifted
from mathcli.solving.roots import sign_at, sign_on
from mathcli.syntax.tree import PI, ZERO, Call, Equation, Name, Negative, Node, Number, Product, Quotient, Relation, Sum


def where_all_hold(relations: tuple[Node, ...], x: Name, within: Region, *, budget: Budget) -> Region | None:
    """Return the part of a region where all the relations hold, None where that could not be worked out."""
    try:
        return _where(relations, x, within, budget)
    except (NotCoveredError, UndecidedError):
        return None


def _where(relations: tuple[Node, ...], x: Name, within: Region, budget: Budget) -> Region | None:
    conditions = sorted(_without_equations(relations), key=lambda c: len(domain(c[0])))
    if within.period is not None:
        whole = _where(relations, x, Region((LINE,)), budget)
        return None if whole is None else both(whole, within)
    is_bounded = all(piece.is_bounded for piece in within.pieces)
    repeating = [] if is_bounded else [c for c in conditions if period_of(c[0], x) is not None]
    within_each = _one_after_another([c for c in conditions if c not in repeating], x, within, budget)
    if not repeating or within_each is None:
        return within_each
    repeated = _one_after_another(repeating, x, Region((LINE,)), budget)
    return None if repeated is None else both(repeated, within_each)


def _one_after_another(conditions: list[Condition], x: Name, within: Region, budget: Budget) -> Region | None:
    """The region cut down by each condition; once it repeats, the others are looked at on the line."""
    for condition in conditions:
        found = _where_one(condition, x, within if within.period is None else Region((LINE,)), budget)
        if found is None:
            return None
        within = found if within.period is None else both(within, found)
    return within


def _without_equations(relations: tuple[Node, ...]) -> list[Condition]:
    """The relations as conditions on differences; an equation is no condition on an open set and is not covered."""
    for relation in relations:
        if not isinstance(relation, Relation) or "=" in relation.signs or isinstance(relation, Equation):
            raise NotCoveredError("a condition that is no inequality")
    return as_conditions(relations)


def _where_one(condition: Condition, x: Name, within: Region, budget: Budget) -> Region | None:
    u, kind = condition
    if x not in u.names:
        return _by_constant(u, kind, within)
    match u:
        case Quotient(Number(1), Call("gamma", (v,))) if kind == "!=":
            return _off_the_poles(v, x, within, budget)
    inner = domain(u)
    if condition in as_conditions(inner):
        raise NotCoveredError("a condition that says of itself where it has a value")
    if inner:
        smaller = where_all_hold(inner, x, within, budget=budget)
        if smaller is None:
            return None
        within = smaller
    if within.limits != (LINE,):
        raise NotCoveredError("a condition where another repeats on a part of the line")
    found = roots.zeros(u, x, within, budget=budget)
    if not found.is_complete:
        return None
    points = [zero.at for zero in found.points]
    points += [end for piece in found.continua for end in (piece.lower, piece.upper) if end is not None]
    if found.continua and found.families:
        raise NotCoveredError("a condition on a function that is 0 on whole stretches that repeat")
    if found.families:
        return _repeating(u, kind, x, within, found, points)
    if within.period is not None and (points or period_of(u, x) is None):
        raise NotCoveredError("a condition that does not repeat where another does")
    corners = _corners(u, x, within, budget)
    return Region(tuple(_kept(u, kind, x, within, points, corners, found.continua)), within.period)


def _off_the_poles(v: Node, x: Name, within: Region, budget: Budget) -> Region | None:
    """Where v is none of 0, -1, -2, ..."""
    below = where_all_hold((Relation((v, ZERO), ("<=",)),), x, within, budget=budget)
    if below is None or below.is_empty:
        return None if below is None else within
    found = roots.zeros(Call("sin", (Product.of(PI, v),)), x, below, budget=budget)
    if not found.is_complete or found.families or found.continua:
        raise NotCoveredError("poles without end")
    holes = [zero.at for zero in found.points]
    ends = rising(end for piece in within.pieces for end in (piece.lower, piece.upper) if end is not None)
    kept = [end for end in ends if within.holds(end) and not any(end.equals(hole) for hole in holes)]
    return Region(tuple(joined(cut(within, holes), kept)))


def _by_constant(u: Node, kind: str, within: Region) -> Region | None:
    by = sign_at(u, Name("x"), Bound.rational(fmpq(0)))
    if by is None:
        return None
    return within if by > 0 or (by < 0 and kind == "!=") or (by == 0 and kind == ">=") else Region(())


def _corners(u: Node, x: Name, within: Region, budget: Budget) -> list[Bound]:
    """The points where u may jump."""
    corners: list[Bound] = []
    for corner in kinks(u):
        found = roots.zeros(Sum.of(corner.left, Negative(corner.right)), x, within, budget=budget)
        if not found.is_complete or found.families or found.continua:
            raise NotCoveredError("the corners of a condition")
        corners.extend(zero.at for zero in found.points)
    return corners


def _holds(by: int | None, kind: str) -> bool:
    if by is None:
        raise UndecidedError("a sign that was not decided")
    return by > 0 or (by == 0 and kind == ">=") or (by < 0 and kind == "!=")


def _kept(
    u: Node,
    kind: str,
    x: Name,
    within: Region,
    points: list[Bound],
    corners: list[Bound],
    continua: tuple[Piece, ...] = (),
) -> list[Piece]:
    """The pieces on which u has the right sign, joined where a point between two belongs to them."""
    marks = rising([*points, *corners])

    def sign_in(piece: Piece) -> int | None:
        middle = Bound.rational(inside(piece)) if continua else None
        if middle is not None and any(other.holds(middle) for other in continua):
            return 0
        return sign_on(u, x, piece)

    pieces = [piece for piece in cut(within, marks) if _holds(sign_in(piece), kind)]
    ends = [end for piece in within.pieces for end in (piece.lower, piece.upper) if end is not None]
    singles = [at for at in rising([*marks, *ends]) if within.holds(at) and _holds(_sign(u, x, at, points), kind)]
    return joined(pieces, singles)


def _sign(u: Node, x: Name, at: Bound, points: list[Bound]) -> int | None:
    return 0 if any(at.equals(point) for point in points) else sign_at(u, x, at)


def joined(pieces: list[Piece], singles: list[Bound]) -> list[Piece]:
    """Return open pieces and single points, rising both, as pieces with their ends, touching ones as one."""
    made: list[Piece] = []
    waiting = list(singles)
    for piece in pieces:
        while waiting and piece.lower is not None and waiting[0] < piece.lower:
            at = waiting.pop(0)
            made.append(Piece(at, at, True, True))
        lower, has_lower = piece.lower, _takes(waiting, piece.lower)
        if made and lower is not None and made[-1].has_upper and made[-1].upper is lower:
            before = made.pop()
            lower, has_lower = before.lower, before.has_lower
        made.append(Piece(lower, piece.upper, has_lower, _takes(waiting, piece.upper)))
    made.extend(Piece(at, at, True, True) for at in waiting)
    return made


def _takes(waiting: list[Bound], end: Bound | None) -> bool:
    """Whether the first of the points is this end, which then is waiting no more."""
    if end is None or not waiting or not waiting[0].equals(end):
        return False
    waiting.pop(0)
    return True


def _repeating(u: Node, kind: str, x: Name, within: Region, found: roots.Zeros, points: list[Bound]) -> Region | None:
    """Zeros that repeat, on the whole line: one period of it."""
    if points or (within.period is None and (len(within.pieces) != 1 or within.pieces[0].lower is not None)):
        raise NotCoveredError("a condition that repeats beside others that do not")
    if any(family.first is not None or family.last is not None for family in found.families):
        raise NotCoveredError("a condition that repeats on a part of the line")
    series = [Series(family.base, family.period, 1) for family in found.families]
    periods = [one.period for one in series] + ([] if within.period is None else [within.period])
    turn = common_period(u, x, periods)
    if turn is None:
        return None
    if within.period is None:
        marks = in_one_period(series, turn)
        end = shifted(marks[0], turn, 1)
        whole = Region((Piece(marks[0], end, True, False),))
    else:
        start = within.pieces[0].lower
        end = shifted(start, turn, 1)
        whole = both(within, Region((Piece(start, end, True, False),)))
        marks = [at for one in series for at in in_one_period([one], turn, start)]
    marks = rising(marks)
    return Region(tuple(_kept(u, kind, x, whole, marks, [])), turn)
