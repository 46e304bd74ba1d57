"""What `distance` answers: which curve is meant, its nearest points, and what a reader is shown of the way to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mathcli.algebra.exact import as_fraction, evaluated
from mathcli.calculus.derivation import Derivation
from mathcli.calculus.differentiation import differentiate
from mathcli.calculus.proofs import prove
from mathcli.calculus.vectors import dot, worked_out
from mathcli.errors import BudgetSpentError, NotCoveredError, UndecidedError, UndefinedError, UsageError
from mathcli.extrema.curves import Level, Path, curve_meant
from mathcli.extrema.nearest import Candidates, Nearest, along, on_level, squared_distance
from mathcli.solution import Answer, Block, Chain, Finding, Findings, Given, Remark, Solution
from mathcli.solving.real_points import RealPoint
from mathcli.solving.regions import Bound
from mathcli.syntax.tree import (
    ZERO,
    Call,
    Equation,
    Name,
    Negative,
    Node,
    Product,
    Sum,
    Vector,
)
from mathcli.topics._function import definitions, notes_of, unfolded
from mathcli.topics._one_variable import interval, number, shown, text_of, where
from mathcli.topics._phrases import about
from mathcli.topics._point import point_parts
from mathcli.topics._several import readable

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.calculus.derivation import Phrase


def solve(problem: Any, budget: Budget) -> Solution:
    """Return the nearest points of the curve, as a solution."""
    if problem.to is None:
        raise UsageError("distance needs the point", hint="--to 3,7")
    to = _point(problem.to)
    tree = _plain(problem, problem.curve)
    more = tuple(_plain(problem, reading) for reading in problem.also)
    named = tuple(name for name, _ in point_parts(problem.to) if name is not None)
    meant = curve_meant(
        tree, more, len(to.entries), asked=tuple(problem.var or ()), named=named, has_interval=bool(problem.on)
    )
    if isinstance(meant, Path):
        return _Answer(problem, tree, to).along(meant, budget)
    return _Answer(problem, tree, to).on_level(meant, budget)


def _plain(problem: Any, reading: Any) -> Node:
    return unfolded(reading.tree, definitions(problem.let))


def _point(given: Any) -> Vector:
    """The coordinates of the point, in the order x, y, z where they are named."""
    parts = point_parts(given)
    if len(parts) < 2:
        raise UsageError("a point of the plane has two coordinates, one of space three", hint="--to 3,7")
    for _, value in parts:
        if value.names:
            letters = ", ".join(sorted(name.name for name in value.names))
            raise NotCoveredError(f"the coordinates of the point are numbers, not letters ({letters})", hint="--to 3,7")
        Bound.of(value)
    return Vector(tuple(evaluated(value) for _, value in parts))


# -- the answer -----------------------------------------------------------------------------------------------------


class _Answer:
    def __init__(self, problem: Any, tree: Node, to: Vector) -> None:
        self.problem, self.tree, self.to = problem, tree, to
        self.coordinates: tuple[Node, ...] = ()

    def along(self, path: Path, budget: Budget) -> Solution:
        """The answer for a path."""
        if path.t not in {name for c in path.coordinates for name in c.names}:
            return self._of_a_point(path, budget)
        on = interval(self.problem, path.t)
        self.coordinates = path.coordinates
        found = along(path.coordinates, path.t, self.to.entries, on=on, budget=budget)
        if found is None:
            raise UndecidedError(
                "no nearest point could be found with certainty", hint="try --on with a short interval"
            )
        page = list(self._page_of_path(path, found))
        checks = list(_right_angles_of_path(path, found, self.to))
        return self._solution(path.names, found, page, checks, budget)

    def _of_a_point(self, path: Path, budget: Budget) -> Solution:
        """A path that stands still: the distance of two points."""
        start = squared_distance(path.coordinates, self.to.entries)
        derivation = worked_out(start, "compute")
        found = Nearest(
            Bound.of(derivation.result), (tuple(map(Bound.of, path.coordinates)),), derivations=(derivation,)
        )
        return self._solution(path.names, found, [Chain("SQUARED DISTANCE", derivation)], [], budget)

    def on_level(self, level: Level, budget: Budget) -> Solution:
        """The answer for an implicit curve or surface."""
        found, candidates = on_level(level.functions, level.names, self.to.entries, budget=budget)
        if found is None:
            if budget_is_spent(candidates):
                raise BudgetSpentError("the time limit was reached before a nearest point was found")
            raise UndecidedError("no nearest point could be found with certainty")
        page = list(self._page_of_level(level, candidates))
        derivations = tuple(dict.fromkeys(d for slopes in candidates.gradients for d in slopes))
        checks = list(_right_angles_of_level(level, found, candidates, self.to))
        return self._solution(level.names, found, page, checks, budget, derivations)

    def _solution(
        self,
        names: tuple[Name, ...],
        found: Nearest,
        page: list[Block],
        checks: list[tuple[Remark, Derivation]],
        budget: Budget,
        derivations: tuple[Derivation, ...] = (),
    ) -> Solution:
        distance = found.distance
        if distance is None:
            raise UndecidedError("the distance could not be enclosed")
        everything = (*found.derivations, *derivations, *(d for _, d in checks))
        proofs = prove(everything, budget)
        is_complete = found.is_complete
        title = Remark(("Nearest point of ", self.tree, " to P = ", self.to))
        drawing = self._drawing(found)
        return Solution(
            "distance",
            answer=_fields(names, found, distance),
            bare=tuple(_bare(found, distance)),
            blocks=(
                title,
                *page,
                *_findings(found, distance),
                *drawing,
                *_verdict(found),
                *(remark for remark, _ in checks),
            ),
            derivations=everything,
            notes=(*notes_of(self.problem.curve, *self.problem.also), *_warnings(found)),
            verified=proofs.verified,
            proofs=proofs.counted,
            verdicts=proofs.verdicts,
            exit_code=0 if is_complete else 3,
            text=self.problem.curve.text,
            read=self.problem.curve.tree,
        )

    def _drawing(self, found: Nearest) -> tuple[Block, ...]:
        from mathcli.topics._drawing import of_path

        if found.critical is None or not self.coordinates:
            return ()
        drawing = of_path(self.coordinates, found.critical, tuple(map(Bound.of, self.to.entries)), found.points)
        return () if drawing is None else (drawing,)

    # -- the page ---------------------------------------------------------------------------------------------------

    def _page_of_path(self, path: Path, found: Nearest) -> Iterator[Block]:
        from mathcli.topics._critical_page import zeros_and_signs

        assert found.critical is not None
        letter = "D" if Name("D") not in {*path.names, path.t} else "Q"
        label = Call(letter, (path.t,))
        yield Remark((f"the root is increasing, so the squared distance {letter} has the same nearest points",))
        start = squared_distance(path.coordinates, self.to.entries)
        if found.critical.f is start:
            yield Given(label, start)
        else:
            yield Chain("SQUARED DISTANCE", found.derivations[0], label)
        slope = found.critical.derivative
        yield Chain("DERIVATIVE", slope, Call(letter, (path.t,), 1))
        yield from zeros_and_signs(found.critical, letter)

    def _page_of_level(self, level: Level, candidates: Candidates) -> Iterator[Block]:
        yield Remark(("the root is increasing, so the squared distance has the same nearest points",))
        for function, slopes in zip(level.functions, candidates.gradients, strict=True):
            yield Given(Call("F", level.names) if len(level.functions) == 1 else None, function)
            for x, derivation in zip(level.names, slopes, strict=True):
                yield Chain(f"WITH RESPECT TO {x.name}", derivation)
        gradients = "the gradient of F" if len(level.functions) == 1 else "the gradients"
        words = f"at a nearest point the vector from P is a multiple of {gradients}, or {gradients} is 0, so"
        if len(level.functions) > 1:
            words = "at a nearest point the vector from P is a combination of the gradients, or these are dependent, so"
        yield Remark((words,))
        for equation in map(evaluated, candidates.equations):
            if equation is not ZERO:
                yield Given(None, readable(equation))
        points = [p for one in candidates.found for p in one.real_points]
        if len(points) > 1:
            yield _table(level.names, points, squared_distance(level.names, self.to.entries))


def budget_is_spent(candidates: Candidates) -> bool:
    """Whether the search ended for lack of time."""
    return any("time limit" in text_of(reason) for one in candidates.found for reason in one.reasons)


def _table(names: tuple[Name, ...], points: Sequence[RealPoint], squared: Node) -> Block:
    from mathcli.solution import Table

    rows: list[tuple[Phrase, ...]] = []
    for p in points:
        value = p.value(squared)
        rows.append((*((shown(b, 6),) for b in p.bounds), ("",) if value is None else (shown(value, 6),)))
    return Table((*((name,) for name in names), ("squared distance",)), tuple(rows))


def _fields(names: tuple[Name, ...], found: Nearest, distance: Bound) -> dict[str, Answer]:
    fields: dict[str, Answer] = {
        "distance": number(distance),
        "squared": number(found.squared),
        "nearest": tuple(
            {name.name: number(bound) for name, bound in zip(names, p, strict=True)} for p in found.points
        ),
    }
    continua = tuple(map(text_of, _continua(found)))
    if continua:
        fields["continua"] = continua
    if not found.is_attained:
        fields["attained"] = False
    fields["complete"] = "proved" if found.is_complete else "unknown"
    if found.reasons:
        fields["reason"] = "; ".join(text_of(reason) for reason in found.reasons)
    return fields


def _listed(equations: Sequence[Node]) -> Phrase:
    parts: list[str | Node] = []
    for equation in equations:
        parts += [", ", readable(equation)]
    return tuple(parts[1:])


def _bare(found: Nearest, distance: Bound) -> Iterator[Phrase]:
    yield (shown(distance),)
    for p in found.points:
        yield (Vector(tuple(shown(bound) for bound in p)),)
    yield from _continua(found)


def _continua(found: Nearest) -> Iterator[Phrase]:
    """The curves of nearest points, and the stretches of the parameter."""
    for curve in found.curves:
        yield _listed(curve.equations)
    for piece in found.pieces:
        assert found.critical is not None
        yield (where(found.critical.x, piece),)


def _findings(found: Nearest, distance: Bound) -> Iterator[Block]:
    rows: list[Finding] = []
    name = "nearest point" if len(found.points) == 1 else "a nearest point"
    for p in found.points:
        is_exact = all(bound.exact is not None for bound in p)
        vector = Vector(tuple(shown(bound, 10) for bound in p))
        rows.append(Finding(name, vector, about(vector) if is_exact else (), "=" if is_exact else "≈"))
    is_exact = distance.exact is not None
    value = shown(distance, 11)
    rows.append(Finding("distance", value, about(value) if is_exact else (), "=" if is_exact else "≈"))
    yield Findings(tuple(rows))
    for continuum in _continua(found):
        yield Remark(("equally near: every point with ", *continuum))
    if found.squared.compare(Bound.of(ZERO)) == 0 and found.points:
        yield Remark(("the point lies on the curve",))


def _verdict(found: Nearest) -> Iterator[Block]:
    reasons: list[str | Node] = []
    for reason in found.reasons:
        reasons.extend(("; " if reasons else ": ", *reason))
    if not found.is_complete:
        yield Remark(("not certified that nothing is nearer", *reasons), "warning")
        return
    count = len(found.points)
    words = "proved" if found.curves or found.pieces or not count else "proved: the only nearest point"
    if count > 1 and not found.curves and not found.pieces:
        words = f"proved: these {count} are the nearest points, and there are no others"
    yield Remark((words, *(("; ", *reasons[1:]) if reasons else ())), "good")


def _warnings(found: Nearest) -> tuple[str, ...]:
    if found.is_complete:
        return () if found.is_attained else ("no point is nearest: the curve comes nearer and nearer",)
    reason = "; ".join(text_of(reason) for reason in found.reasons)
    return (f"not certified that nothing is nearer{f': {reason}' if reason else ''}",)


# -- the check ------------------------------------------------------------------------------------------------------


def _right_angles_of_path(path: Path, found: Nearest, to: Vector) -> Iterator[tuple[Remark, Derivation]]:
    """The segment to a nearest point is at right angles to the tangent there."""
    for place in found.places[:1]:
        if place.exact is None or found.squared.compare(Bound.of(ZERO)) == 0:
            continue
        try:
            velocity = [differentiate(c, path.t).result.substitute({path.t: place.exact}) for c in path.coordinates]
            tangent = Vector(tuple(map(evaluated, velocity)))
        except (UndefinedError, UndecidedError):
            continue
        yield from _right_angle("tangent", tangent, found.points[0], to)


def _right_angle(word: str, direction: Vector, at: Sequence[Bound], to: Vector) -> Iterator[tuple[Remark, Derivation]]:
    exact = [bound.exact for bound in at]
    if None in exact:
        return
    segment = Vector(
        tuple(evaluated(Sum.of(a, Negative(b))) for a, b in zip(to.entries, exact, strict=True) if b is not None)
    )
    product = dot(segment, direction)
    if product.result is ZERO:
        said: list[str | Node] = ["check: the segment ", segment, f" is normal to the {word} ", direction]
        terms = [evaluated(Product.of(a, b)) for a, b in zip(segment.entries, direction.entries, strict=True)]
        if all(as_fraction(term) is not None for term in terms):
            said.extend((":  ", Equation(Sum.of(*terms), ZERO)))
        yield Remark(tuple(said), "note"), product


def _right_angles_of_level(
    level: Level, found: Nearest, candidates: Candidates, to: Vector
) -> Iterator[tuple[Remark, Derivation]]:
    """The same for a level curve of the plane, whose tangent is at right angles to the gradient."""
    if len(level.names) != 2 or not found.points or found.squared.compare(Bound.of(ZERO)) == 0:
        return
    p = found.points[0]
    exact = [bound.exact for bound in p]
    if None in exact:
        return
    there: dict[Node, Node] = {name: value for name, value in zip(level.names, exact, strict=True) if value is not None}
    try:
        u, v = (evaluated(d.result.substitute(there)) for d in candidates.gradients[0])
    except (UndefinedError, UndecidedError):
        return
    if u is not ZERO or v is not ZERO:
        yield from _right_angle("tangent", Vector((evaluated(Negative(v)), u)), p, to)
