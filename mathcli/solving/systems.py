"""Real solutions of systems of equations in several unknowns, and a proof that none is missing where there is one.

Polynomial systems, and those that are polynomial in functions of the unknowns, are solved by Gröbner bases
(`extended_systems`); others by taking the equations one by one (`elimination`), or in a box by branch and prune with a
Krawczyk test (`box_search`). A solution counts only where every equation is defined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import product
from math import ceil, floor

from mathcli.algebra.balls import enclose
from mathcli.algebra.budget import Budget
from mathcli.algebra.exact import shortest
from mathcli.algebra.verdict import all_hold
from mathcli.calculus.derivation import Phrase
from mathcli.errors import BudgetSpentError
from mathcli.solving.extended_systems import Curve, Extended, Period, extended_solutions
from mathcli.solving.real_points import RealPoint
from mathcli.solving.regions import Bound
from mathcli.syntax.tree import ZERO, Equation, Name, Negative, Node, Product, Sum, integer

Box = Mapping[Name, tuple[Bound | None, Bound | None]]
"""Ends for each unknown; None for no end."""
_UNITS_TO_CONFIRM = 5_000


@dataclass(frozen=True, slots=True)
class Solutions:
    """The real solutions of a system.

    points          isolated solutions, one number for each unknown, in the order of the unknowns
    continua        curves and surfaces of solutions, each by the equations that say it
    is_complete     whether there is a proof that no other solution exists (in the box, if there is one)
    certain_within  the box in which nothing is missing, where the list is not complete all over
    reasons         why it is complete, or why not
    families        solutions that repeat by whole multiples of a period in each unknown
    real_points     the points again, as what functions can be judged at; `curves` the same of the continua
    """

    points: tuple[tuple[Bound, ...], ...]
    continua: tuple[tuple[Node, ...], ...]
    is_complete: bool
    certain_within: Box | None
    reasons: tuple[Phrase, ...]
    families: tuple[Period, ...] = ()
    real_points: tuple[RealPoint, ...] = ()
    curves: tuple[Curve, ...] = ()


def solutions(
    equations: tuple[Node, ...],
    names: tuple[Name, ...],
    *,
    box: Box | None = None,
    where: tuple[Node, ...] = (),
    is_searched: bool = True,
    budget: Budget,
) -> Solutions:
    """Return the real solutions of `equations`, each taken as `= 0`, under the relations of `where`.

    `is_searched`: where nothing else leads to the end, boxes are searched.

    Raises:
        BudgetSpentError: it took more work than it may.
    """
    equations = tuple(dict.fromkeys(_without_sign(equation) for equation in equations))
    try:
        found = extended_solutions(equations, names, budget.most_of_it())
    except BudgetSpentError:
        late = Solutions((), (), False, None, (("the polynomial system was not solved in the time there was",),))
        late = _with_search(late, equations, names, box, budget) if is_searched else late
        return checked(late, equations, box, where)
    if found is None:
        from mathcli.solving.elimination import one_by_one

        by_turns = one_by_one(equations, names, box=box, is_searched=is_searched, budget=budget)
        return checked(by_turns, equations, box, where)
    reasons = tuple(("not decided: the real solutions of ", *_listed(branch)) for branch in found.open)
    solved = Solutions(
        (),
        (),
        not found.open,
        None,
        reasons or (_reason(found),),
        found.families,
        found.points,
        found.continua,
    )
    if found.open and is_searched:
        solved = _with_search(solved, equations, names, box, budget)
    return _looked_at_again(checked(solved, equations, box, where), equations, budget)


def _with_search(
    solved: Solutions, equations: tuple[Node, ...], names: tuple[Name, ...], box: Box | None, budget: Budget
) -> Solutions:
    """What was found where the polynomial road ended early, and what a search finds: in the box, or near the origin."""
    from mathcli.solving.box_search import search, search_outwards

    is_boxed = box is not None and all(None not in box.get(name, (None, None)) for name in names)
    searched = search(equations, names, box, budget) if is_boxed else search_outwards(equations, names, budget)
    return solved if searched is None else with_searched(solved, searched)


def with_searched(solved: Solutions, searched: Solutions) -> Solutions:
    """Return what was found where another road ended early, and what a search found."""
    new = [p for p in searched.real_points if not any(_is_near(p, known) for known in solved.real_points)]
    is_all = searched.is_complete and not solved.curves
    small: Phrase = ("the polynomial system is too large for a Gröbner basis",)
    why = tuple(
        small if solved.reasons and r[0] == "not decided: the real solutions of " else r for r in solved.reasons
    )
    return replace(
        solved,
        is_complete=is_all,
        certain_within=searched.certain_within,
        reasons=searched.reasons if is_all else (*dict.fromkeys(why), *searched.reasons),
        real_points=(*solved.real_points, *new),
    )


def _is_near(a: RealPoint, b: RealPoint) -> bool:
    """Whether two points cannot be told apart by 64 bits: one of them is listed."""
    return all(x.ball().overlaps(y.ball()) for x, y in zip(a.bounds, b.bounds, strict=True))


def _looked_at_again(found: Solutions, equations: tuple[Node, ...], budget: Budget) -> Solutions:
    """The same, its isolated points confirmed by interval arithmetic where that is no long work.

    Raises:
        VerificationError: interval arithmetic contradicts a point.
    """
    from mathcli.solving.confirmation import confirmed

    isolated = (*found.real_points, *(family.point for family in found.families))
    with suppress(BudgetSpentError):
        confirmed(isolated, equations, budget.part(_UNITS_TO_CONFIRM))
    return found


def _without_sign(equation: Node) -> Node:
    return equation if not isinstance(equation, Equation) else _difference(equation)


def _difference(equation: Equation) -> Node:
    if equation.right is ZERO:
        return equation.left
    return Sum.of(equation.left, Negative(equation.right))


def _reason(found: Extended) -> Phrase:
    counted = "by a Gröbner basis, and counted again by Hermite's form"
    if found.functions:
        what = "in its functions, each taken as an unknown, the system is polynomial"
        return (f"{what}: all its real solutions {counted}",)
    count = len(found.points)
    number = {0: "no isolated real solution", 1: "one isolated real solution"}
    return (f"the polynomial system has {number.get(count, f'{count} isolated real solutions')}: {counted}",)


def _listed(equations: Sequence[Node]) -> Phrase:
    parts: list[str | Node] = []
    for equation in equations:
        parts += [", ", Equation(equation, ZERO)]
    return tuple(parts[1:])


def checked(found: Solutions, equations: Sequence[Node], box: Box | None, where: Sequence[Node]) -> Solutions:
    """Return the solutions that lie in the box and in the domain of the equations; what could not be told is said."""
    points: list[RealPoint] = []
    doubtful: list[Phrase] = []
    repeated = [p for family in found.families for p in (_in_box(family, box) if box is not None else ())]
    for point in (*found.real_points, *repeated):
        verdict = _belongs(point, equations, box, where)
        if verdict is None:
            doubtful.append(("whether a solution found lies in the domain could not be decided",))
        if verdict is not False:
            points.append(point)
    is_spread = box is not None and _bounds_all(found.families, box)
    return Solutions(
        tuple(point.bounds for point in points),
        tuple(curve.equations for curve in found.curves),
        found.is_complete and not doubtful,
        found.certain_within,
        (*found.reasons, *dict.fromkeys(doubtful)),
        () if is_spread else found.families,
        tuple(points),
        found.curves,
    )


def _belongs(point: RealPoint, equations: Sequence[Node], box: Box | None, where: Sequence[Node]) -> bool | None:
    from mathcli.solving.feasibility import satisfies

    verdicts: list[bool | None] = [point.is_defined(equation) for equation in equations]
    verdicts += [satisfies(point, condition) for condition in where]
    if box is not None:
        verdicts.append(is_in_box(point, box))
    return all_hold(verdicts)


def is_in_box(point: RealPoint, box: Box) -> bool | None:
    """Whether a point lies in a closed box."""
    undecided = False
    for name, bound in zip(point.names, point.bounds, strict=True):
        lower, upper = box.get(name, (None, None))
        for end, outside in ((lower, -1), (upper, 1)):
            by = None if end is None else bound.compare(end)
            if end is not None and by == outside:
                return False
            undecided |= end is not None and by is None
    return None if undecided else True


def _bounds_all(families: Sequence[Period], box: Box) -> bool:
    return all(
        None not in box.get(name, (None, None))
        for family in families
        for name, period in zip(family.point.names, family.periods, strict=True)
        if period is not None
    )


def _in_box(family: Period, box: Box) -> list[RealPoint]:
    """The members of a family in a box that is bounded wherever the family repeats; one more on each side."""
    if not _bounds_all((family,), box):
        return []
    choices: list[list[Bound]] = []
    for name, bound, period in zip(family.point.names, family.point.bounds, family.periods, strict=True):
        if period is None:
            choices.append([bound])
            continue
        lower, upper = box[name]
        assert lower is not None
        assert upper is not None
        length = enclose(period, {})
        assert length is not None
        first = ceil(float(((lower.ball() - bound.ball()) / length).mid()) - 0.001)
        last = floor(float(((upper.ball() - bound.ball()) / length).mid()) + 0.001)
        moved: list[Bound] = []
        for k in range(first, last + 1):
            if bound.exact is not None:
                moved.append(Bound.of(shortest(Sum.of(bound.exact, Product.of(integer(k), period)))))
            else:
                moved.append(_shifted(bound, Product.of(integer(k), period)))
        choices.append(moved)
    return [RealPoint(family.point.names, values) for values in product(*choices)]


def _shifted(bound: Bound, by: Node) -> Bound:
    t = Name("t")
    found = RealPoint((t,), (bound,)).value(Sum.of(t, by))
    assert found is not None
    return found
