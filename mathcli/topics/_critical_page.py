"""What a reader is shown of the critical points of a function of one variable, in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mathcli.algebra.exact import evaluated
from mathcli.algebra.ranges import value_range
from mathcli.extrema.critical import (
    LEVEL,
    Critical,
    CriticalPoint,
    Extreme,
    Stretch,
)
from mathcli.extrema.one_variable import joined
from mathcli.extrema.smooth_parts import has_kinks
from mathcli.solution import Block, Chain, Finding, Findings, Given, Remark, Table
from mathcli.solving.ends import MINUS_INF
from mathcli.solving.numbers import decimal_node
from mathcli.solving.regions import Bound, Piece
from mathcli.syntax.tree import (
    INF,
    ZERO,
    Call,
    Equation,
    Interval,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
)
from mathcli.topics._drawing import of_critical
from mathcli.topics._one_variable import (
    as_interval,
    domain_phrase,
    each_whole,
    is_short,
    shown,
    sorted_points,
    verdict_phrase,
    where,
)

if TYPE_CHECKING:
    from mathcli.calculus.derivation import Phrase
    from mathcli.topics._function import Subject


def blocks(found: Critical, about: Subject, on: Interval | None) -> tuple[Block, ...]:
    """Return the blocks of the answer: f, f' and its zeros, the table of signs, the findings, the verdict."""
    x, f = found.x, about.function
    page: list[Block] = [Given(Call(f, (x,)), about.body, ("for ", *domain_phrase(found, on)))]
    page.extend(zeros_and_signs(found, f))
    page.extend(_findings(found, f))
    page.extend(Remark(sentence) for sentence in _global_sentences(found, f))
    if found.shape is not None:
        page.extend(_shape(found, f))
    drawing = of_critical(found, f)
    if drawing is not None:
        page.append(drawing)
    page.append(_verdict(found))
    return tuple(page)


def zeros_and_signs(found: Critical, f: str) -> Iterator[Block]:
    """The derivative in factors, where it may be 0, and the table of its signs."""
    yield from _derivative(found, f)
    if _has_table(found):
        yield _signs(found, f)


# -- the derivative -------------------------------------------------------------------------------------------------


def _derivative(found: Critical, f: str) -> Iterator[Block]:
    x = found.x
    if has_kinks(found.f, x):
        yield _by_parts(found, f)
        return
    slope, label = found.factored, Call(f, (x,), 1)
    yield Chain("DERIVATIVE", found.derivative, label=label, is_background=True)
    yield Given(label, slope)
    said = _zeros_said(found, label)
    if said:
        yield Remark(said)


def _zeros_said(found: Critical, label: Node) -> Phrase:
    """Why f' is 0 exactly where it is: n^2 > 0, so f'(n) = 0 exactly where 1 - log n = 0, which is at n = e."""
    x = found.x
    numerator, denominator = _fraction(found.factored)
    factors = [factor for factor in _factors(numerator) if x in factor.names]
    positive = [part for part in (*factors, *_factors(denominator)) if x in part.names and _never_zero(part)]
    others = [part for part in _factors(denominator) if x in part.names and part not in positive]
    left = [factor for factor in factors if factor not in positive]
    if x not in found.factored.names or not left:
        return ()
    said: list[str | Node] = []
    for part in positive:
        said.extend((", " if said else "", part, " > 0" if value_range(part).is_positive else " is never 0"))
    for part in others:
        is_square = isinstance(part, Power) and isinstance(part.exponent, Number) and part.exponent.numerator % 2 == 0
        said.extend((", " if said else "", part, " > 0" if is_square else " is not 0"))
    if said:
        said.append(", so ")
    said.extend((label, " = 0 exactly where ", Equation(Product.of(*left), ZERO)))
    return (*said, *_places(found))


def _places(found: Critical) -> Phrase:
    """The stationary points, where they are few and all of them are known."""
    points = [point for point in found.points if point.kind in LEVEL]
    if not found.is_complete or found.families or len(points) > 4:
        return ()
    if not points:
        return (", which is nowhere",)
    said: list[str | Node] = []
    for k, point in enumerate(points):
        sign = " = " if point.at.exact is not None else " ≈ "
        before = ", which is at " if k == 0 else " and " if k == len(points) - 1 else ", "
        said.extend((before, found.x, sign, shown(point.at, 6)))
    return tuple(said)


def _fraction(node: Node) -> tuple[Node, Node]:
    match node:
        case Quotient(numerator, denominator):
            return numerator, denominator
        case Negative(Quotient(numerator, denominator)):
            return numerator, denominator
    from mathcli.syntax.tree import ONE

    return node, ONE


def _factors(node: Node) -> tuple[Node, ...]:
    match node:
        case Negative(operand):
            return _factors(operand)
        case Product(factors):
            return factors
    return (node,)


def _never_zero(part: Node) -> bool:
    values = value_range(part)
    return values.is_positive or values.is_negative or (isinstance(part, Power) and value_range(part.base).is_positive)


def _by_parts(found: Critical, f: str) -> Table:
    """What f and f' are between the cuts."""
    x = found.x
    slopes = {d.start.operand: d.result for d in found.derivations if hasattr(d.start, "operand")}
    rows: list[tuple[Phrase, ...]] = []
    before: Stretch | None = None
    for stretch in found.stretches:
        if before is not None and before.function is stretch.function:
            continue
        before = stretch
        piece = Piece(stretch.piece.lower, _end_of_run(found, stretch))
        slope = slopes.get(stretch.function)
        rows.append((_between(piece), (evaluated(stretch.function),), () if slope is None else (slope,)))
    return Table(((x,), (Call(f, (x,)),), (Call(f, (x,), 1),)), tuple(rows))


def _end_of_run(found: Critical, start: Stretch) -> Bound | None:
    """Where the run of stretches with the same function that begins here ends."""
    run = start
    for stretch in found.stretches[found.stretches.index(start) :]:
        if stretch.function is not start.function:
            break
        if stretch is not start and stretch.piece.lower is not run.piece.upper:
            break
        run = stretch
    return run.piece.upper


# -- the table of signs ---------------------------------------------------------------------------------------------

_WIDEST = 16
_SIGNS = {1: "> 0", -1: "< 0", 0: "0"}
_WAYS = {1: "increasing", -1: "decreasing", 0: "constant"}


def _has_table(found: Critical) -> bool:
    return bool(found.stretches) and all(stretch.sign is not None for stretch in found.stretches)


def _signs(found: Critical, f: str) -> Table:
    x = found.x
    marks = {id(point.at): point for point in sorted_points(found)}
    families = (*found.families, *found.boundary_families)
    for family in families:
        marks[id(family.base)] = CriticalPoint(family.base, family.kind, None)
    values = {id(family.base): family.value for family in families}
    rows: list[tuple[Phrase, ...]] = []
    last: Bound | None = None
    for stretch in joined(found.stretches, {point.at for point in marks.values()}, found.domain):
        start = stretch.piece.lower
        if start is not None and start is not last and id(start) in marks:
            rows.append(_mark(marks[id(start)], values.get(id(start))))
        rows.append(
            (
                _between(stretch.piece),
                (_SIGNS[stretch.sign or 0],),
                (_WAYS[stretch.sign or 0],),
                tuple(_limits(found, f, stretch)),
            )
        )
        last = stretch.piece.upper
        if last is not None and id(last) in marks:
            rows.append(_mark(marks[id(last)], values.get(id(last))))
    heads: tuple[Phrase, ...] = ((x,), (Call(f, (x,), 1),), (Call(f, (x,)),), ())
    if not any(row[3] for row in rows):
        return Table(heads[:3], tuple(row[:3] for row in rows))
    return Table(heads, tuple(rows))


def _mark(point: CriticalPoint, value: Node | None) -> tuple[Phrase, ...]:
    """The row of a point. A decimal stands right behind the number that it is a decimal of, under the same head."""
    slope: Phrase = ("0",) if point.kind in LEVEL else ("–",)
    if value is not None:
        size = value.operand if isinstance(value, Negative) else value
        is_decimal = point.at.exact is None and isinstance(size, Number) and not size.is_integer
        height = _rounded(Bound.of(value)) if is_decimal else _brief(value)
    else:
        height = () if point.value is None else _brief_bound(point.value)
    return _place(point.at), slope, height, ()


def _place(at: Bound) -> Phrase:
    """(√2)/2 ≈ 0.707107"""
    said = _brief_bound(at)
    if at.exact is None or is_short(at.exact) or said != (at.exact,):
        return said
    return (*said, " ", *_rounded(at))


def _brief_bound(bound: Bound) -> Phrase:
    return _rounded(bound) if bound.exact is None else _brief(bound.exact)


def _rounded(bound: Bound) -> Phrase:
    return ("≈ ", decimal_node(bound, 6))


def _brief(node: Node) -> Phrase:
    """A number that is narrow enough for a table; a long one as a decimal."""
    from mathcli.syntax.writer import write
    from mathcli.topics._phrases import approximate

    if len(write(node)) <= _WIDEST:
        return (node,)
    decimal = approximate(node, digits=6)
    return (node,) if decimal is None else ("≈ ", decimal)


def _between(piece: Piece) -> Phrase:
    """An interval with ends that are narrow enough for a table."""
    whole = as_interval(piece)
    ends = [_brief(end)[-1] if end.names or end not in (INF, MINUS_INF) else end for end in whole.children()]
    assert isinstance(ends[0], Node)
    assert isinstance(ends[1], Node)
    return (Interval(ends[0], ends[1], whole.has_lower, whole.has_upper),)


def _limits(found: Critical, f: str, stretch: Stretch) -> Iterator[str | Node]:
    """What f does towards the open ends of a stretch."""
    is_first = True
    for approach in found.approaches:
        end = stretch.piece.upper if approach.side < 0 else stretch.piece.lower
        is_here = end is approach.towards or (end is None and approach.towards in (INF, MINUS_INF))
        limit = approach.behaviour.limit
        if not is_here or limit is None or not approach.behaviour.is_proved:
            continue
        if not is_first:
            yield "; "
        is_first = False
        yield found.x
        yield " → "
        if isinstance(approach.towards, Bound):
            yield shown(approach.towards, 6)
            yield " from above" if approach.side > 0 else " from below"
        else:
            yield approach.towards
        yield f": {f} → "
        yield limit


# -- the findings ---------------------------------------------------------------------------------------------------


_MOST_ROWS = 40


def _findings(found: Critical, f: str) -> Iterator[Block]:
    x = found.x
    rows: list[Finding] = []
    for point in sorted_points(found):
        rows.append(_finding(found, f, point))
    for family in (*found.families, *found.boundary_families):
        remark: Phrase = (*_kind(found, family.base, family.kind), ", ", *each_whole(family))
        if family.value is None:
            rows.append(Finding(x, family.at, remark))
        else:
            rows.append(Finding(Call(f, (family.at,)), family.value, remark))
    for plateau in found.plateaus:
        if plateau.value is not None:
            piece = where(x, plateau.piece)
            rows.append(Finding(Call(f, (x,)), shown(plateau.value, 10), ("constant, for ", piece)))
    if len(rows) > _MOST_ROWS:
        yield Findings(tuple(rows[:_MOST_ROWS]))
        yield Remark((f"and {len(rows) - _MOST_ROWS} more; all of them with --format plain or json",))
    elif rows:
        yield Findings(tuple(rows))
    elif found.is_complete:
        yield Remark(
            (
                "there are no critical points: ",
                Call(f, (x,), 1),
                " exists and is never 0",
            )
        )


def _finding(found: Critical, f: str, point: CriticalPoint) -> Finding:
    at = shown(point.at, 10)
    remark: list[str | Node] = list(_kind(found, point.at, point.kind))
    if point.value is None:
        return Finding(found.x, at, tuple(remark), "=" if point.at.exact is not None else "≈")
    if point.value.exact is not None and not is_short(point.value.exact):
        remark.extend((f", {f} ≈ ", decimal_node(point.value, 6)))
    if point.why:
        remark.extend(("; ", *point.why))
    sign = "=" if point.value.exact is not None and point.at.exact is not None else "≈"
    return Finding(Call(f, (at,)), shown(point.value, 10), tuple(remark), sign)


def _kind(found: Critical, at: Bound, kind: str) -> Phrase:
    for word, extreme in (("minimum", found.minimum), ("maximum", found.maximum)):
        if isinstance(extreme, Extreme) and any(place is at for place in extreme.at):
            return (f"{kind}, and the global {'one' if word in kind else word}",)
    return (kind,)


def _global_sentences(found: Critical, f: str) -> Iterator[Phrase]:
    """What there is to say about global extrema that no finding says."""
    if found.minimum == found.maximum == "undecided":
        yield ("whether there are global extrema was not decided",)
        return
    if len(found.stretches) == 2 and len(found.points) == 1 and not found.families and not found.boundary:
        ways = tuple(_WAYS[stretch.sign or 0].replace("ing", "es") for stretch in found.stretches)
        if set(ways) == {"increases", "decreases"}:
            yield (f"{f} {ways[0]} up to ", shown(found.points[0].at, 6), f" and {ways[1]} from there on")
    for word, side, extreme in (("minimum", "below", found.minimum), ("maximum", "above", found.maximum)):
        if extreme is None:
            yield (f"no global {word}: {f} is unbounded {side}", *_where_unbounded(found, side))
        elif not isinstance(extreme, Extreme):
            yield (f"whether there is a global {word} was not decided",)
        elif not extreme.is_attained:
            yield (f"no global {word}: {f} only comes near to ", shown(extreme.value, 10))
        elif not extreme.at:
            yield (f"global {word}: ", shown(extreme.value, 10))


def _where_unbounded(found: Critical, side: str) -> Phrase:
    end = INF if side == "above" else MINUS_INF
    for approach in found.approaches:
        if approach.behaviour.is_proved and approach.behaviour.limit is end:
            towards = approach.towards
            return (" at ", shown(towards, 6)) if isinstance(towards, Bound) else (" as ", found.x, " → ", towards)
    return ()


# -- shape and verdict ----------------------------------------------------------------------------------------------

_BENDS = {1: "convex", -1: "concave", 0: "straight"}


def _shape(found: Critical, f: str) -> Iterator[Block]:
    shape, x = found.shape, found.x
    assert shape is not None
    if len(shape.derivations) == 1 and not has_kinks(found.f, x):
        yield Given(Call(f, (x,), 2), shape.derivations[0].result)
    if shape.stretches and all(stretch.sign is not None for stretch in shape.stretches):
        rows = tuple((_between(s.piece), (_SIGNS[s.sign or 0],), (_BENDS[s.sign or 0],)) for s in shape.stretches)
        yield Table(((x,), (Call(f, (x,), 2),), (Call(f, (x,)),)), rows)
    findings = [_finding(found, f, point) for point in shape.inflections]
    findings.extend(Finding(x, family.at, ("inflection, ", *each_whole(family))) for family in shape.families)
    if findings:
        yield Findings(tuple(findings), "INFLECTION POINTS")
    elif shape.is_complete:
        yield Remark(("there are no inflection points",))
    if not shape.is_complete:
        yield Remark(("the inflection points are not certified to be complete",), "warning")


def _verdict(found: Critical) -> Remark:
    return Remark(verdict_phrase(found), "good" if found.is_complete else "warning")
