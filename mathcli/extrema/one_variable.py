"""Critical points of a function of one variable: where they are, what they are, and whether none is missing.

The domain is cut at its ends and at every point where f may fail to have a derivative. Between the cuts f is a plain
differentiable function, whose derivative's zeros are the stationary points. What a point is follows from the certified
signs of f' beside it, never from f''. A function that repeats is looked at over one period.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from itertools import pairwise

from mathcli.algebra.budget import Budget
from mathcli.algebra.domains import derivative_domain, domain
from mathcli.algebra.exact import evaluated, holds, is_defined, is_zero, placed, sign
from mathcli.algebra.verdict import Verdict
from mathcli.calculus.derivation import Derivation, Phrase, Step
from mathcli.calculus.differentiation import differentiate
from mathcli.errors import BudgetSpentError, NotCoveredError, UndecidedError, UndefinedError
from mathcli.extrema.critical import (
    ENDPOINT_MAXIMUM,
    ENDPOINT_MINIMUM,
    LEVEL,
    UNDECIDED,
    Approach,
    Critical,
    CriticalFamily,
    CriticalPoint,
    Extreme,
    Plateau,
    Shape,
    Stretch,
)
from mathcli.extrema.global_extrema import Levels, with_global_extrema
from mathcli.extrema.half_lines import first_period, is_half_line, restricted, with_damped_extremes
from mathcli.extrema.joints import (
    LEFT,
    RIGHT,
    Side,
    agrees,
    compared,
    is_in_domain,
    judge,
    limit,
    sign_next_to,
    sign_of,
    stationary,
    towards,
    value_at,
)
from mathcli.extrema.repetition import Repetition, at_each, damping, each_of, repetition, whole_number
from mathcli.extrema.smooth_parts import Cutting, NotCutError, Part, has_jumps
from mathcli.solving.ends import MINUS_INF
from mathcli.solving.regions import LINE, Bound, Piece, Region, region
from mathcli.solving.roots import Family, Zero, Zeros, sign_on, zeros
from mathcli.syntax.tree import INF, PI, ZERO, Interval, Name, Negative, Node, Number, Piecewise, Quotient, Sum, walk

__all__ = ["Critical", "CriticalFamily", "CriticalPoint", "Extreme", "Plateau", "Shape", "Stretch", "critical_points"]


def critical_points(
    f: Node, x: Name, *, on: Interval | None = None, has_shape: bool = False, budget: Budget
) -> Critical:
    """Return the critical points of f in the interval, or on its whole domain.

    Raises:
        UndefinedError: f is nowhere defined there.
        BudgetSpentError: it took more work than it may.
    """
    if on is not None and on.lower is MINUS_INF and on.upper is INF:
        on = None
    repeats = repetition(f, x)
    if on is None or repeats is None or not is_half_line(on):
        found = _found(f, x, on, repeats, has_shape, budget)
        is_endless = repeats is None and found.is_complete and found.families and (on is None or is_half_line(on))
        damped = damping(f, x) if is_endless else None
        if damped is None:
            return found
        first = Interval(ZERO, damped.period, True, True)
        once = first if on is None else first_period(on, Repetition(damped.period, ZERO))
        return with_damped_extremes(found, _found(f, x, once, None, False, budget), on, damped)
    whole = _found(f, x, None, repeats, has_shape, budget)
    return restricted(whole, _found(f, x, first_period(on, repeats), repeats, False, budget), on, repeats)


def _found(
    f: Node, x: Name, on: Interval | None, repeats: Repetition | None, has_shape: bool, budget: Budget
) -> Critical:
    search = _Search(f, x, on, budget, repeats)
    found = search.found()
    if not has_shape:
        return found
    from mathcli.extrema.inflections import shape

    bends = shape(found, search.parts, not search.uncut, budget)
    return replace(found, shape=bends, derivations=(*found.derivations, *bends.derivations))


class _Search:
    """The way from a function to what there is to know about its critical points."""

    def __init__(
        self, f: Node, x: Name, on: Interval | None, budget: Budget, repeats: Repetition | None = None
    ) -> None:
        self.f, self.x, self.on, self.budget = f, x, on, budget
        self.derivative = differentiate(f, x)
        self.derivatives: dict[Node, Derivation] = {f: self.derivative}
        self.conditions = domain(f)
        self.reasons: list[Phrase] = []
        self.is_complete = True
        self.repeats = repeats if on is None else None
        self.window = self._window()
        self.domain = self._domain()
        self.uncut: list[Piece] = []
        self.jumps: set[int] = set()
        self.parts: list[tuple[Part, ...]] = [self._cut(piece) for piece in self.domain.pieces]
        self.zeros: dict[Node, Zeros] = {}

    # -- where to look ----------------------------------------------------------------------------------------------

    def _window(self) -> Interval | None:
        """One period of the line that begins where nothing happens."""
        if self.repeats is None:
            return None
        length = self.repeats.period
        for start in _starts(length):
            there = {self.x: start}
            slope = placed(self.derivative.result, there)
            is_inside = is_defined(placed(self.f, there))
            if self._is_flat_at(there):
                return Interval(start, evaluated(Sum.of(start, length)), False, False)
            if is_inside is False or (is_inside and is_defined(slope) and sign(slope)):
                return Interval(start, evaluated(Sum.of(start, length)), False, False)
        self.repeats = None
        return None

    def _is_flat_at(self, there: dict[Name, Node]) -> bool:
        """Whether f is constant near a point at which nothing jumps: sign(cos x)."""
        is_flat = bool(is_zero(self.derivative.result))
        return is_flat and all(holds(placed(c, there)) is True for c in derivative_domain(self.f, self.x))

    def _domain(self) -> Region:
        on = self.window or self.on
        try:
            found = region(self.conditions, self.x, on=on, budget=self.budget)
        except BudgetSpentError:
            found = None
        if found is None:
            self._doubt(("its domain could not be worked out",))
            return Region((LINE if on is None else _piece_of(on),))
        if found.is_empty:
            where = "" if self.on is None else " on this interval"
            raise UndefinedError(f"the function is defined nowhere{where}: its domain is empty there")
        if found.period is not None:
            self._doubt(
                (
                    "its domain repeats without end and ",
                    self.f,
                    " does not: one period was looked at",
                )
            )
        return replace(found, pieces=tuple(self._with_own_ends(piece, on) for piece in found.pieces))

    def _with_own_ends(self, piece: Piece, on: Interval | None) -> Piece:
        """The piece with those of its ends at which a piecewise function has a value, like the end of its last case."""
        if piece.is_point or not self.f.contains(Piecewise):
            return piece
        lower, upper = (
            end is not None and (has_end or (_is_allowed(end, on) and is_in_domain(self.f, self.x, end) is True))
            for end, has_end in ((piece.lower, piece.has_lower), (piece.upper, piece.has_upper))
        )
        return Piece(piece.lower, piece.upper, lower, upper)

    def _doubt(self, *reasons: Phrase) -> None:
        self.is_complete = False
        self.reasons.extend(reasons)

    def _cut(self, piece: Piece) -> tuple[Part, ...]:
        """The smooth parts on a piece; all of it, of which little is known then, where f could not be cut."""
        if piece.is_point:
            return ()
        inner = Piece(piece.lower, piece.upper)
        cutting = Cutting(self.x, self.budget)
        try:
            cutting.cut(self.f, inner)
        except NotCutError as error:
            self._doubt(error.reason)
        except UndecidedError as error:
            self._doubt((error.message,))
        except BudgetSpentError:
            self._doubt(_STOPPED)
        else:
            self.jumps |= cutting.jumps
            return tuple(cutting.parts)
        self.uncut.append(inner)
        return () if has_jumps(self.f, self.x) else (Part(inner, self.f),)

    # -- stationary points ------------------------------------------------------------------------------------------

    def slope_of(self, g: Node) -> Node:
        """The derivative of what f is on a part."""
        if g not in self.derivatives:
            self.derivatives[g] = differentiate(g, self.x)
        return self.derivatives[g].result

    def _find_zeros(self) -> None:
        by_function: dict[Node, list[Piece]] = {}
        for part in (part for parts in self.parts for part in parts):
            by_function.setdefault(part.function, []).append(part.piece)
        for g, pieces in by_function.items():
            self.zeros[g] = self._zeros_of(self.slope_of(g), Region(tuple(pieces)))
            self.reasons.extend(self.zeros[g].reasons)
            if not self.zeros[g].is_complete:
                self._doubt(("it was not proved that ", self.slope_of(g), " has no other zeros"))

    def _zeros_of(self, slope: Node, within: Region) -> Zeros:
        try:
            return zeros(slope, self.x, within, budget=self.budget)
        except (NotCoveredError, UndecidedError) as error:
            return Zeros(is_complete=False, reasons=((error.message,),))
        except BudgetSpentError:
            return Zeros(is_complete=False, reasons=(_STOPPED,))

    # -- all together -----------------------------------------------------------------------------------------------

    def found(self) -> Critical:
        """Return what is known."""
        self._find_zeros()
        points: list[CriticalPoint] = []
        boundary: list[CriticalPoint] = []
        plateaus: list[Plateau] = []
        stretches: list[Stretch] = []
        self.levels = Levels()
        for piece, parts in zip(self.domain.pieces, self.parts, strict=True):
            by_part = [self._stretches(part) for part in parts]
            for k, (part, (inner, around)) in enumerate(zip(parts, by_part, strict=True)):
                points.extend(inner)
                stretches.extend(around)
                if k + 1 < len(parts):
                    points.extend(self._joint(part, parts[k + 1], around[-1], by_part[k + 1][1][0]))
            boundary.extend(self._boundary(piece, [around for _, around in by_part]))
        plateaus.extend(self._plateaus(stretches, {point.at for point in (*points, *boundary)}))
        families = [self._family(g, family) for g, found in self.zeros.items() for family in found.families]
        approaches = self._approaches()
        slope = self.derivative.result
        factors, factoring = factored(slope, self.budget) if self.f in self.zeros else (slope, ())
        result = Critical(
            self.f,
            self.x,
            self.conditions,
            self.domain,
            self.derivative,
            factors,
            points=tuple(points),
            families=tuple(families),
            plateaus=tuple(plateaus),
            boundary=tuple(boundary),
            stretches=tuple(stretches),
            approaches=approaches,
            is_complete=self.is_complete,
            certain_within=next((found.certain_within for found in self.zeros.values() if not found.is_complete), None),
            reasons=tuple(dict.fromkeys(self.reasons)) or self._plain_reason(points, stretches),
            period=self.repeats.period if self.repeats else None,
        )
        result = with_global_extrema(result, self.levels, self.repeats)
        values = self._values(result)
        result = replace(result, derivations=(*self._used(), *factoring, *values))
        return self._repeated(result) if self.repeats else result

    def _plain_reason(self, points: list[CriticalPoint], stretches: list[Stretch]) -> tuple[Phrase, ...]:
        """Why nothing is missing, where no argument was needed."""
        if any(point.kind in LEVEL for point in points):
            return (("the derivative is 0 only where one of its factors is, and each was solved",),)
        signs = {stretch.sign for stretch in stretches}
        if signs == {0}:
            return (("the derivative is 0 all over",),)
        if not signs <= {-1, 1}:
            return ()
        return (("the derivative is never 0 where it exists" if points else "the derivative exists and is never 0",),)

    def _used(self) -> tuple[Derivation, ...]:
        """The derivatives of what f is on its parts; that of f itself counts for nothing where it was cut."""
        return tuple(derivative for g, derivative in self.derivatives.items() if g in self.zeros)

    def _values(self, found: Critical) -> tuple[Derivation, ...]:
        """How the values at the points are worked out, as far as a normal form proves it."""
        derivations = []
        for point in (*found.points, *found.boundary)[:_MOST_VALUES]:
            if point.at.exact is None or point.value is None or point.value.exact is None:
                continue
            before, value = placed(self.f, {self.x: point.at.exact}), point.value.exact
            if before is not value:
                step = Step("arithmetic", "substitute and compute", before, value, value)
                derivations.append(Derivation(before, (step,)))
        return tuple(derivation for derivation in derivations if is_proved(derivation, self.budget))

    def _stretches(self, part: Part) -> tuple[list[CriticalPoint], list[Stretch]]:
        """The stationary points on a part, and the stretches between them."""
        found = self.zeros[part.function]
        slope = self.slope_of(part.function)
        here = [zero for zero in found.points if _is_in(part.piece, zero.at)]
        flat = [piece for piece in found.continua if _overlaps(part.piece, piece)]
        is_known = part.piece not in self.uncut
        if is_known and (flat or self.x not in part.function.names):
            return [], [Stretch(part.piece, 0 if len(flat) <= 1 else None, part.function)]
        ends = [part.piece.lower, *(zero.at for zero in here), part.piece.upper]
        is_whole = is_known and found.is_complete and not found.families
        stretches = [
            Stretch(open_, sign_on(slope, self.x, open_) if is_whole else None, part.function)
            for open_ in (Piece(lower, upper) for lower, upper in pairwise(ends))
        ]
        points = [
            self._stationary(part, zero, before, after)
            for zero, (before, after) in zip(here, pairwise(stretches), strict=True)
        ]
        return points, stretches

    def _stationary(self, part: Part, zero: Zero, before: Stretch, after: Stretch) -> CriticalPoint:
        signs = [
            own if own is not None else beside.sign
            for own, beside in ((zero.sign_before, before), (zero.sign_after, after))
        ]
        value = value_at(part.function, self.x, zero.at)
        return CriticalPoint(zero.at, stationary(*signs) or UNDECIDED, value)

    def _joint(self, left: Part, right: Part, before: Stretch, after: Stretch) -> list[CriticalPoint]:
        at = left.piece.upper
        assert at is not None
        value = value_at(self.f, self.x, at)
        self.levels.values.append(value)
        sides = [
            Side(part.function, self.slope_of(part.function), stretch.sign)
            for part, stretch in ((left, before), (right, after))
        ]
        found = judge(value, sides[0], sides[1], self.x, at, is_continuous=id(at) not in self.jumps)
        self.levels.limits.extend(found.limits)
        if found.kind is None:
            self._doubt(("whether f has a derivative at ", *_shown(self.x, at), " was not decided"))
        return [CriticalPoint(at, found.kind or UNDECIDED, value, found.why)] if found.kind != "" else []

    def _boundary(self, piece: Piece, stretches: list[list[Stretch]]) -> list[CriticalPoint]:
        """The ends that belong to a piece of the domain, by the way f leaves them."""
        if piece.is_point or not stretches:
            return self._lone_point(piece)
        found = []
        for end, has_end, stretch, side in (
            (piece.lower, piece.has_lower, stretches[0][0], RIGHT),
            (piece.upper, piece.has_upper, stretches[-1][-1], LEFT),
        ):
            if end is None or not has_end:
                continue
            value = value_at(self.f, self.x, end)
            self.levels.values.append(value)
            kind = None if id(end) not in self.jumps else self._kind_at_jump(stretch.function, end, value, side)
            by = stretch.sign if stretch.sign is not None else self._slope_sign(stretch.function, end, side)
            if kind is None and by == 0:
                continue
            kind = kind or (UNDECIDED if by is None else _END_KINDS[by * side])
            found.append(CriticalPoint(end, kind, value))
        return found

    def _slope_sign(self, g: Node, end: Bound, side: int) -> int | None:
        """The sign of f' next to an end where f' does not go to 0."""
        there = limit(self.slope_of(g), self.x, end, side)
        return there.infinite or sign_of(there.value) or sign_next_to(self.slope_of(g), self.x, end, side)

    def _kind_at_jump(self, g: Node, end: Bound, value: Bound | None, side: int) -> str | None:
        """The kind of an end from which f jumps; None where it does not."""
        there = limit(g, self.x, end, side)
        if agrees(there, value):
            return None
        self.levels.limits.append(there)
        if value is None or not there.is_proved:
            return UNDECIDED
        by = compared(value, there.value) if there.value is not None else -there.infinite
        return UNDECIDED if by is None else _END_KINDS[-by]

    def _lone_point(self, piece: Piece) -> list[CriticalPoint]:
        """A point of the domain with nothing beside it is both a minimum and a maximum; it is listed as the first."""
        if piece.lower is None:
            return []
        value = value_at(self.f, self.x, piece.lower)
        self.levels.values.append(value)
        return [CriticalPoint(piece.lower, ENDPOINT_MINIMUM, value, ("a lone point of the domain",))]

    def _plateaus(self, stretches: list[Stretch], listed: set[Bound]) -> list[Plateau]:
        found = []
        for stretch in joined(stretches, listed, self.domain):
            if stretch.sign != 0:
                continue
            lower, upper = stretch.piece.lower, stretch.piece.upper
            piece = Piece(lower, upper, self._is_own(lower, listed), self._is_own(upper, listed))
            at = self._inside(stretch.piece)
            value = value_at(stretch.function, self.x, at)
            self.levels.values.append(value)
            found.append(Plateau(piece, value))
        return found

    def _inside(self, piece: Piece) -> Bound:
        from mathcli.extrema.smooth_parts import inner_point

        return Bound.rational(inner_point(piece))

    def _is_own(self, end: Bound | None, listed: set[Bound]) -> bool:
        return end is not None and end not in listed and self.domain.holds(end)

    def _family(self, g: Node, family: Family) -> CriticalFamily:
        kind = stationary(family.sign_before, family.sign_after) or UNDECIDED
        return CriticalFamily(
            family.at,
            family.parameter,
            family.base,
            family.period,
            kind,
            self._value(g, family),
            family.first,
            family.last,
        )

    def _value(self, g: Node, family: Family) -> Node | None:
        if family.base.exact is None:
            return None
        return at_each(g, self.x, family.base.exact, family.period, family.parameter)

    def _approaches(self) -> tuple[Approach, ...]:
        """The ends that do not belong to the domain, except those of the window."""
        found: list[Approach] = []
        for piece, parts in zip(self.domain.pieces, self.parts, strict=True):
            if not parts:
                continue
            for end, has_end, part, side in (
                (piece.lower, piece.has_lower, parts[0], RIGHT),
                (piece.upper, piece.has_upper, parts[-1], LEFT),
            ):
                if has_end or (end is not None and self._is_of_window(end)):
                    continue
                place: Bound | Node = end if end is not None else (MINUS_INF if side == RIGHT else INF)
                found.append(Approach(place, side, towards(part.function, self.x, place, side)))
        return tuple(found)

    def _is_of_window(self, end: Bound) -> bool:
        return self.window is not None and end.exact in (self.window.lower, self.window.upper)

    def _repeated(self, found: Critical) -> Critical:
        """The points of one period as families."""
        assert self.repeats is not None
        length = self.repeats.period
        families = tuple(map(self._repeating, found.points))
        ends = tuple(map(self._repeating, found.boundary))
        stretches = self._around(found.stretches)
        listed = {point.at for point in (*found.points, *found.boundary)}
        moves = sign(self.repeats.gain) != 0  # so that each plateau lies higher than the one before
        plateaus = tuple(
            replace(plateau, period=length, value=None if moves else plateau.value)
            for plateau in self._plateaus(list(stretches), listed)
        )
        return replace(
            found,
            points=(),
            families=families,
            boundary=(),
            boundary_families=ends,
            plateaus=plateaus,
            stretches=stretches,
        )

    def _repeating(self, point: CriticalPoint) -> CriticalFamily:
        assert self.repeats is not None
        length, gain = self.repeats
        k = whole_number(self.x)
        base = point.at.exact if point.at.exact is not None else decimal_of(point.at)
        value = None if point.value is None else point.value.exact
        if value is None and point.value is not None:
            value = decimal_of(point.value)
        if value is not None and sign(gain) != 0:
            value = each_of(value, gain, k)
        return CriticalFamily(each_of(base, length, k), k, point.at, length, point.kind, value)

    def _around(self, stretches: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
        """The stretches of one period from the first point on, instead of from the start of the window."""
        assert self.repeats is not None
        if not stretches:
            return stretches
        first, last = stretches[0], stretches[-1]
        if first.piece.lower is None or not self._is_of_window(first.piece.lower):
            return stretches
        if first is last:
            return (replace(first, piece=LINE),)
        end = first.piece.upper
        assert end is not None
        base = end.exact if end.exact is not None else decimal_of(end)
        again = Bound.of(evaluated(Sum.of(base, self.repeats.period)))
        return (*stretches[1:-1], replace(last, piece=Piece(last.piece.lower, again)))


_MOST_VALUES = 8
_STOPPED: Phrase = ("the search was stopped at its limit of time or work",)
_END_KINDS = {1: ENDPOINT_MINIMUM, -1: ENDPOINT_MAXIMUM}


def _starts(length: Node) -> list[Node]:
    """Numbers below 0, the first ones close to it, at which a period may begin without anything of interest there."""
    if any(part is PI for part in walk(length)):
        return [
            Negative(Quotient(Number(k), Number(n))) for k, n in ((1, 7), (1, 11), (1, 13), (1, 19), (4, 1), (2, 1))
        ]
    return [Negative(Quotient(PI, Number(n))) for n in (23, 29, 31, 37, 4, 7)]


def _is_allowed(end: Bound, on: Interval | None) -> bool:
    """Whether an end of a domain is none that the interval asked for leaves out."""
    if on is None:
        return True
    ends = ((on.lower, on.has_lower), (on.upper, on.has_upper))
    return not any(not has_end and other is end.exact for other, has_end in ends)


def _piece_of(on: Interval) -> Piece:
    lower = None if on.lower is MINUS_INF else Bound.of(on.lower)
    upper = None if on.upper is INF else Bound.of(on.upper)
    return Piece(lower, upper, on.has_lower, on.has_upper)


def _is_in(piece: Piece, at: Bound) -> bool:
    return piece.holds(at)


def _overlaps(piece: Piece, other: Piece) -> bool:
    """Whether two pieces share an open interval."""
    starts = piece.upper is None or other.lower is None or other.lower < piece.upper
    ends = piece.lower is None or other.upper is None or piece.lower < other.upper
    return starts and ends


def _shown(x: Name, at: Bound) -> Phrase:
    return (x, " = ", at.exact) if at.exact is not None else (x, " ≈ ", decimal_of(at, 6))


def joined(found: Sequence[Stretch], listed: Container[Bound], domain: Region | None) -> list[Stretch]:
    """The stretches, those of one sign as one that meet at a point of the domain where nothing is listed."""
    together: list[Stretch] = []
    for stretch in found:
        start, last = stretch.piece.lower, together[-1] if together else None
        goes_on = last is not None and start is not None and last.piece.upper is start and last.sign == stretch.sign
        if last is None or start is None or not goes_on or start in listed or not (domain and domain.holds(start)):
            together.append(stretch)
        else:
            together[-1] = replace(last, piece=Piece(last.piece.lower, stretch.piece.upper))
    return together


def decimal_of(at: Bound, digits: int = 16) -> Node:
    """Return the number rounded to so many digits, each of them right as far as its enclosure goes."""
    from mathcli.solving.numbers import decimal_node

    return decimal_node(at, digits)


def factored(slope: Node, budget: Budget) -> tuple[Node, tuple[Derivation, ...]]:
    """Return a derivative with its numerator in factors where that is short, and the step to it, which is proved."""
    from mathcli.algebra import rational
    from mathcli.algebra.raising import length

    together = rational.factored(slope)
    if together is slope or length(together) > length(slope) + 8:
        return slope, ()
    step = Derivation(slope, (Step("rewrite", "factor", slope, together, together),))
    return (together, (step,)) if is_proved(step, budget) else (slope, ())


def is_proved(derivation: Derivation, budget: Budget) -> bool:
    """Whether every step is proved; what took too much work is not."""
    from mathcli.calculus.verification import verify

    try:
        return verify(derivation, budget=budget) is Verdict.PROVED
    except BudgetSpentError:
        return False
