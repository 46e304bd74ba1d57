"""What a student says of the points of a curve or surface F = 0, in a problem on its distance from a point.

The candidates are the points at which the distance may be least: there the vector from the point is a multiple of the
gradient of F. An equation is right where it holds at all of them or at all nearest points, since it is those that a
student solves for; it is wrong where it fails at a nearest point and the lines together do not make up for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mathcli.algebra.budget import Budget
from mathcli.algebra.exact import evaluated, is_zero
from mathcli.algebra.verdict import all_hold, any_holds
from mathcli.calculus.differentiation import differentiate
from mathcli.checking.candidates import Place, Places, short, shown
from mathcli.checking.claims import Statement, compact
from mathcli.checking.comparing import Judged, are_equal
from mathcli.checking.decimals import RIGHT, UNDECIDED, WRONG, agrees_to_its_digits, has_decimals
from mathcli.checking.distance_numbers import ROUNDED, value_node
from mathcli.checking.distances import Level, Path
from mathcli.checking.mistakes import Explanation
from mathcli.checking.multipliers import Multipliers, differences, ratio
from mathcli.errors import BudgetSpentError, NoAnswerError, UndecidedError
from mathcli.extrema.nearest import Nearest
from mathcli.solving.real_points import RealPoint
from mathcli.solving.regions import Bound
from mathcli.solving.systems import solutions
from mathcli.syntax.tree import ZERO, Equation, Name, Node, Vector

if TYPE_CHECKING:
    from mathcli.calculus.derivation import Phrase
    from mathcli.checking.marks import Marked

Group = tuple[Equation, ...]
"""Alternatives: one of them holds."""

FOLLOWS = "follows"
_UNITS_TO_FOLLOW = 100_000
_OR = re.compile(r"\b(?:or|OR|oder)\b|∨|\\lor\b|\\vee\b")
_THE_NEAREST = re.compile(r"nearest|closest|nächste", re.IGNORECASE)
_NAMED = re.compile(r"\s*[A-Z]\w{0,2}\s*[(=|]")


@dataclass(slots=True)
class _Entry:
    """A claim with the candidates at which it holds, kept until all lines are known.

    `is_list` where it gives numbers; `is_partial` where it holds at some candidates, and not at a nearest one; `solved`
    are the points of the curve at which it holds, of a wrong claim.
    """

    mark: Marked
    claim: tuple[Group, ...]
    is_list: bool
    truths: tuple[bool | None, ...] = ()
    is_partial: bool = False
    solved: tuple[RealPoint, ...] | None = None

    @property
    def only(self) -> Equation | None:
        """The equation of a claim that is one."""
        return self.claim[0][0] if len(self.claim) == 1 == len(self.claim[0]) else None

    @property
    def names(self) -> set[Name]:
        return {name for group in self.claim for equation in group for name in equation.names}


class LevelPoints:
    """Judges points, coordinates, multipliers and equations in the coordinates."""

    def __init__(self, level: Level, budget: Budget) -> None:
        self.level, self.budget = level, budget
        self.names = level.names
        self.places = Places(level, budget)
        self.multipliers = Multipliers(level)
        self.parameters: dict[Name, Path] = {}
        """Letters in terms of which the student gave the curve: x = cos t, y = sin t."""
        self.branch: dict[Node, Node] = {}
        self.has_conditions = False
        self._entries: list[_Entry] = []
        self._given: dict[Name, dict[Name, Node]] = {}
        self._last: Equation | None = None
        self._derivatives: list[Node] = []
        self._wrong_derivatives: list[tuple[int, Equation]] = []
        self._is_at_an_edge = False

    @property
    def nearest(self) -> Nearest:
        """The nearest points.

        Raises:
            UndecidedError: they could not be found for certain.
        """
        return self.places.nearest

    def values_of_others(self) -> tuple[Bound, ...]:
        """The squared distances of the candidates that are not nearest."""
        return self.places.values_of_others()

    def coordinates(self, name: Name) -> tuple[Node, ...]:
        """A coordinate of the nearest points, as far as they are exact."""
        return self.places.coordinates(name)

    # -- functions ----------------------------------------------------------------------------------------------------

    def meaning(self, value: Node) -> str:
        """Return which function a student has named, "" where it is none that serves."""
        others = value.names - set(self.names)
        if len(others) == 1 and len(self.level.functions) == 1:
            return "Lagrange's function" if self.multipliers.learn_from(next(iter(others)), value) else ""
        if others:
            return ""
        for right, words in ((self.level.squared, "the squared distance"), (self.level.distance, "the distance")):
            if self.agree(right, value, Judged(WRONG)).verdict == RIGHT:
                return words
        slopes = [differentiate(value, x).result for x in self.names]
        factors = [ratio(own, along) for own, along in zip(slopes, self.multipliers.slopes, strict=False)]
        is_multiple = all(
            f is not None or own is along is ZERO
            for f, own, along in zip(factors, slopes, self.multipliers.slopes, strict=False)
        )
        return "the constraint" if is_multiple and len({f for f in factors if f is not None}) == 1 else ""

    def note_derivative(self, value: Node, number: int, status: str) -> None:
        """Keep a derivative of D that the student works with, and the line of a wrong one."""
        if status in (WRONG, FOLLOWS):
            self._wrong_derivatives.append((number, Equation(value, ZERO)))
        else:
            self._derivatives.append(value)

    def agree(self, right: Node, written: Node, found: Judged) -> Judged:
        """Return the verdict on a function that is asked on the curve only, where `found` is the verdict off it."""
        return self.places.agree(right, written, self.branch) if written.names <= set(self.names) else found

    # -- claims -------------------------------------------------------------------------------------------------------

    def judge(
        self, points: Sequence[Vector], numbers: Sequence[Node], equations: Sequence[Equation], mark: Marked
    ) -> None:
        """Judge points, or equations and coordinates that the nearest points have."""
        if numbers:
            raise UndecidedError("a number, and nothing says of what")
        if len(points) == 1 and points[0].names and len(points[0].entries) == len(self.names):
            equations, points = tuple(map(Equation, self.names, points[0].entries)), ()  # (x, y) = (1, 1) + t (1, 2)
        if points:
            self._judge_points(points, mark)
            return
        mark.written = equations[0] if len(equations) == 1 else Vector(tuple(equations))
        entry = _Entry(mark, tuple(_groups(equations, mark.line.text)), all(map(_is_solved, equations)))
        if self._is_given_by_a_letter(entry):
            return
        self._entries.append(entry)
        if entry.only is not None:
            self._note_branch(entry.only)
        if self._knows(entry) or self._learns(entry):
            self._judged(entry)
        self._last = entry.only

    def _note_branch(self, equation: Equation) -> None:
        """y = sqrt(1 - x^2): a branch of the curve, on which the lines that follow are meant."""
        y, value = equation.left, equation.right
        is_solved_for = y in self.names and y not in value.names and value.names and value.names < set(self.names)
        if is_solved_for and self._lies_on_it({y: value}):
            self.branch = {y: value}

    def _lies_on_it(self, coordinates: dict[Node, Node]) -> bool:
        return all(are_equal(f.substitute(coordinates), ZERO, (), self.budget) for f in self.level.functions)

    def _is_given_by_a_letter(self, entry: _Entry) -> bool:
        """Whether a claim gives the last of the coordinates in terms of a letter, so that the curve is known by it."""
        equations = [group[0] for group in entry.claim if len(group) == 1]
        letters = entry.names - set(self.names)
        if len(letters) != 1 or len(equations) < len(entry.claim) or letters & self.parameters.keys():
            return False
        (t,) = letters
        if not all(e.left in self.names and e.right.names <= {t} for e in equations):
            return False
        given = self._given.setdefault(t, {})
        given.update({e.left: e.right for e in equations if isinstance(e.left, Name)})
        if set(given) != set(self.names) or not self._lies_on_it(dict(given.items())):
            return False
        self.parameters[t] = Path(self.names, tuple(given[x] for x in self.names), t, self.level.point)
        self.multipliers.forget(t)
        lines = [e for e in self._entries if t in e.names]
        for known in (entry, *lines):
            known.mark.status, known.mark.because = RIGHT, ("points of the curve",)
        self._entries = [e for e in self._entries if e not in lines]
        return True

    def _knows(self, entry: _Entry) -> bool:
        return entry.names - set(self.names) <= self.multipliers.known.keys()

    def _learns(self, entry: _Entry) -> bool:
        """Whether a claim says what a new letter means: the multiplier of Lagrange's condition."""
        known = self.multipliers.known
        for equation in (e for group in entry.claim for e in group):
            new = equation.names - set(self.names) - known.keys()
            if len(new) == 1:
                self.multipliers.learn(next(iter(new)), equation)
        if self._knows(entry):
            for other in self._entries[:-1]:
                if other.names & known.keys() and not other.truths and self._knows(other):
                    self._judged(other)
            return True
        if self._supposes(entry):
            return True
        unknown = ", ".join(sorted(name.name for name in entry.names - set(self.names) - known.keys()))
        entry.mark.status, entry.mark.because = UNDECIDED, (f"{unknown}: nothing says what this is",)
        return False

    def _supposes(self, entry: _Entry) -> bool:
        """Whether several equations at once say of a letter the same: (x, y) = k (2, 1), along a line to the centre."""
        new = entry.names - set(self.names) - self.multipliers.known.keys()
        if len(new) != 1 or len(entry.claim) < 2 or any(len(group) > 1 for group in entry.claim):
            return False
        (letter,) = new
        if not self.multipliers.suppose(letter, entry.claim[0][0]):
            return False
        truths = [all_hold([self._any(group, p) for group in entry.claim]) for p in self.places.all]
        if all(self._of_nearest(truths)):
            return True
        self.multipliers.forget(letter)
        return False

    def _judged(self, entry: _Entry) -> None:
        """Enter the mark of a claim by the candidates at which it holds."""
        mark, only = entry.mark, entry.only
        entry.is_partial = False
        if only is not None and all(self.places.vanishes(u) for u in differences(only)):
            mark.status, mark.because = RIGHT, (f"holds on the whole {self._it}",)
            entry.truths = (True,) * len(self.places.all)
            return
        entry.truths = tuple(all_hold([self._any(group, p) for group in entry.claim]) for p in self.places.all)
        near = self._of_nearest(entry.truths)
        mark.expected = self._shown_nearest() if entry.is_list else None
        extra = self._extra(entry)
        if self._is_rounded(entry):
            mark.status, mark.because = UNDECIDED, (ROUNDED,)
        elif extra is not None:
            mark.status, mark.because = extra
        elif all(entry.truths) and self.places.are_all and len(entry.truths) > 1:
            mark.status, mark.because = RIGHT, ("holds at every candidate",)
        elif all(near):
            mark.status, mark.because = RIGHT, (f"holds at the nearest point{'s' * (len(near) > 1)}",)
        elif None in near or None in entry.truths or not (self.places.are_all or True in entry.truths):
            mark.status, mark.because = UNDECIDED, ("this could not be compared",)
        elif (source := self._source(entry)) is not None:
            mark.status, mark.follows_from, mark.because = FOLLOWS, source, (f"follows from line {source}",)
        elif self._may_be_outside(entry):
            mark.status, mark.because = UNDECIDED, ("D need not be stationary there where the curve turns back",)
        else:
            mark.status, mark.because = WRONG, self._broken(entry)
            entry.is_partial = True in entry.truths

    def _may_be_outside(self, entry: _Entry) -> bool:
        """Whether D' = 0 fails where the curve turns back, so that D has its least value at an end of its domain."""
        is_derivative = entry.only is not None and any(
            value is u or ratio(u, value) for u in differences(entry.only) for value in self._derivatives
        )
        place = self._first_broken(entry)
        if is_derivative and isinstance(place, RealPoint):
            self._is_at_an_edge |= any(place.sign(slope) == 0 for slope in self.multipliers.slopes)
        return self._is_at_an_edge

    @property
    def _it(self) -> str:
        return "curve" if len(self.names) == 2 else "surface"

    def _any(self, group: Group, place: Place) -> bool | None:
        return any_holds([all_hold([self._holds(u, e, place) for u in differences(e)]) for e in group])

    def _holds(self, u: Node, equation: Equation, place: Place) -> bool | None:
        if _is_solved(equation) and has_decimals(equation.right):
            value = self._value(equation.left, place)
            return None if value is None else agrees_to_its_digits(value_node(value), equation.right)
        there = self.multipliers.put_in(u, place) if isinstance(place, RealPoint) else u
        if there is None or not there.names <= set(place.names if isinstance(place, RealPoint) else self.names):
            return None
        answer = self.places.is_zero_at(there, place)
        return None if answer is False and has_decimals(u) else answer

    def _value(self, node: Node, place: Place) -> Bound | None:
        if not isinstance(place, RealPoint):
            return None
        there = self.multipliers.put_in(node, place)
        return None if there is None else place.value(there)

    def _of_nearest(self, truths: Sequence[bool | None]) -> list[bool | None]:
        return [truth for truth, is_near in zip(truths, self.places.are_nearest, strict=True) if is_near]

    def _is_rounded(self, entry: _Entry) -> bool:
        """Whether decimals stand behind =, though they are right to their digits only."""
        is_approximate = "≈" in entry.mark.line.text or "approx" in entry.mark.line.text
        decimals = [e for group in entry.claim for e in group if has_decimals(e.right)]
        rounded = [e for e in decimals if not _is_solved(e) or not self._is_exact(e)]
        return bool(rounded) and not is_approximate and True in entry.truths

    def _is_exact(self, equation: Equation) -> bool:
        values = [self._value(equation.left, place) for place in self.places.all]
        return any(v is not None and Bound.of(evaluated(equation.right)).compare(v) == 0 for v in values)

    def _extra(self, entry: _Entry) -> tuple[str, Phrase] | None:
        """What is said of a value that no candidate has, among those listed for one letter: the line above decides."""
        group = entry.claim[0]
        if not entry.is_list or len(entry.claim) > 1 or len(group) < 2 or len({e.left for e in group}) > 1:
            return None
        for e in group:
            if self.places.are_all and all(self._any((e,), p) is False for p in self.places.all):
                said: Phrase = (e, " belongs to no point at which the distance may be least")
                above = self._last
                if above is None or above.names != e.left.names:
                    return UNDECIDED, said
                if is_zero(differences(above)[0].substitute({e.left: e.right})) is not True:
                    return WRONG, said
        return None

    def _broken(self, entry: _Entry) -> Phrase:
        """At which nearest point a claim does not hold, and what its sides are there."""
        place = self._first_broken(entry)
        said: list[str | Node] = ["does not hold at the nearest point ", shown(place) or ""]
        if entry.only is not None and not entry.is_list and not entry.only.left.contains(Vector):
            left, right = (self._value(side, place) for side in entry.only.children())
            if left is not None and right is not None:
                said += [": the sides are ", short(left), " and ", short(right)]
        return tuple(said)

    def _first_broken(self, entry: _Entry) -> Place:
        """A nearest place at which a claim does not hold."""
        places = zip(self.places.all, entry.truths, self.places.are_nearest, strict=True)
        return next(p for p, truth, is_near in places if is_near and not truth)

    # -- what follows from a wrong line -------------------------------------------------------------------------------

    def _source(self, entry: _Entry) -> int | None:
        """The wrong line from which a claim follows, with the equation of the curve; None if it is a mistake itself."""
        for wrong, points in self._wrong_lines():
            answers = [all_hold([self._any(group, p) for group in entry.claim]) for p in points]
            if answers and (True in answers if entry.is_list else all(answers)):
                return wrong
        return None

    def source_of_number(self, written: Node) -> int | None:
        """The wrong line at whose points a number is the distance, or its square."""
        for wrong, points in self._wrong_lines():
            for p in points:
                for f in (self.level.squared, self.level.distance):
                    value = p.value(f)
                    if value is not None and Bound.of(evaluated(written)).compare(value) == 0:
                        return wrong
        return None

    def _wrong_lines(self) -> Iterator[tuple[int, tuple[RealPoint, ...]]]:
        """The wrong equations, the last one first, each with the points of the curve that satisfy it."""
        for k, entry in reversed(list(enumerate(self._entries))):
            if entry.mark.status in (WRONG, FOLLOWS) and entry.only is not None and entry.truths:
                number = entry.mark.follows_from or entry.mark.line.number
                if entry.solved is None:
                    entry.solved = self._solved_with(entry.only, self._entries[:k])
                yield number, entry.solved
        for number, equation in reversed(self._wrong_derivatives):
            yield number, self._solved_with(equation, ())

    def _solved_with(self, equation: Equation, before: Sequence[_Entry]) -> tuple[RealPoint, ...]:
        """The points of the curve that satisfy an equation, and where it holds a multiplier the others that do."""
        letters = equation.names - set(self.names)
        others = [e.only for e in before if e.only is not None and e.mark.status == RIGHT and e.names & letters]
        system = [*self.level.functions, *(u for e in (equation, *others) for u in differences(e))]
        names = (*self.names, *sorted(letters, key=lambda name: name.name))
        try:
            found = solutions(tuple(system), names, budget=self.budget.part(_UNITS_TO_FOLLOW))
        except (BudgetSpentError, NoAnswerError):
            return ()
        return found.real_points if found.is_complete and not found.curves else ()

    # -- points -------------------------------------------------------------------------------------------------------

    def _judge_points(self, points: Sequence[Vector], mark: Marked) -> None:
        mark.written = points[0] if len(points) == 1 else Vector(tuple(points))
        mark.expected = self._shown_nearest()
        if any(len(point.entries) != len(self.names) for point in points):
            raise UndecidedError("a point with another number of coordinates")
        all_conditions = [tuple(map(Equation, self.names, point.entries)) for point in points]
        found = [self._one_point(conditions, mark) for conditions in all_conditions]
        if mark.status == WRONG or None in found:
            return
        truths = tuple(any_holds([one[k] for one in found if one]) for k in range(len(self.places.all)))
        entry = _Entry(mark, tuple((e,) for conditions in all_conditions for e in conditions), True, truths)
        self._entries.append(entry)
        is_near = [True in self._of_nearest(one) for one in found if one is not None]
        if self._is_rounded(entry):
            mark.status, mark.because = UNDECIDED, (ROUNDED,)
        elif all(is_near):
            mark.status, mark.because = RIGHT, ("the nearest point" if len(points) == 1 else "nearest points",)
        elif True in is_near and not _THE_NEAREST.search(mark.line.text):
            mark.status, mark.because = RIGHT, ("the nearest point is among them",)
        else:
            mark.status, mark.because = WRONG, self._farther()
            entry.is_partial = True

    def _one_point(self, conditions: Group, mark: Marked) -> tuple[bool | None, ...] | None:
        """At which candidates a point is; None where it is none of them, which is written into the mark."""
        truths = tuple(self._is_at(conditions, place) for place in self.places.all)
        if True in truths:
            return truths
        entries = tuple(e.right for e in conditions)
        is_given = all(evaluated(a) is evaluated(b) for a, b in zip(entries, self.level.point.entries, strict=True))
        is_other = is_given or _NAMED.match(mark.line.text) is not None or not self.places.are_all
        if None in truths:
            mark.status, mark.because = UNDECIDED, ("this point could not be compared",)
        elif is_other and not _THE_NEAREST.search(mark.line.text):
            mark.status, mark.because = UNDECIDED, ("this is no nearest point, and nothing says what it is",)
        elif (source := self._source(_Entry(mark, tuple((e,) for e in conditions), True))) is not None:
            mark.status, mark.follows_from, mark.because = FOLLOWS, source, (f"follows from line {source}",)
        else:
            mark.status, mark.because = WRONG, self._no_nearest(conditions)
        return None

    def _is_at(self, conditions: Group, place: Place) -> bool | None:
        """Whether a point is at a place: the same numbers, or numbers that satisfy the equations of a curve."""
        if isinstance(place, RealPoint):
            return all_hold([self._any((e,), place) for e in conditions])
        values: dict[Node, Node] = {e.left: e.right for e in conditions}
        return all_hold([is_zero(u.substitute(values)) for u in place.equations])

    def _no_nearest(self, conditions: Group) -> Phrase:
        values: dict[Node, Node] = {e.left: e.right for e in conditions}
        is_off = any(is_zero(f.substitute(values)) is False for f in self.level.functions)
        has_rounding = any(has_decimals(e.right) for e in conditions)
        return ("this point does not satisfy the equation",) if is_off and not has_rounding else self._farther()

    def _farther(self) -> Phrase:
        nearest = self._shown_nearest()
        return ("not the nearest point",) if nearest is None else ("not the nearest point: nearer is ", _first(nearest))

    def _shown_nearest(self) -> Node | None:
        found = [shown(p) for p, is_near in zip(self.places.all, self.places.are_nearest, strict=True) if is_near]
        near = [node for node in found if node is not None]
        return None if not near else near[0] if len(near) == 1 else Vector(tuple(near))

    # -- when all lines are known -------------------------------------------------------------------------------------

    def settle(self) -> None:
        """A line that holds at some of the candidates only is one case, where the lines together have the nearest."""
        partial = [e for e in self._entries if e.is_partial and e.mark.status == WRONG]
        known = [*partial, *(e for e in self._entries if e.is_list and e.mark.status == RIGHT)]
        for entry in partial:
            together = [True in (e.truths[k] for e in known) for k in range(len(entry.truths))]
            mark = entry.mark
            if all(self._of_nearest(together)):
                mark.status, mark.because, mark.expected = RIGHT, ("one case, and not the nearest",), None
            elif self.has_conditions:
                mark.status, mark.because = UNDECIDED, ("this need not hold at the nearest point",)
            else:
                self._explain(entry)

    def _explain(self, entry: _Entry) -> None:
        """Name what was lost: the nearest point, though others were found."""
        lost = shown(self._first_broken(entry)) or ""
        written = entry.mark.written
        assert written is not None
        said: Phrase = ("the nearest point ", lost, " is lost")
        right = self._shown_nearest() or written
        entry.mark.explanations = (Explanation(("root_lost",), written, written, right, said, written),)


# -- claims -----------------------------------------------------------------------------------------------------------


def is_lagrange(statement: Statement) -> bool:
    """Whether a line says grad f = lambda grad g of functions by their letters alone.

    >>> from mathcli.checking.claims import statements
    >>> is_lagrange(statements("∇D = λ∇F")[0]), is_lagrange(statements("∇D = (2x, 2y)")[0])
    (True, False)
    """
    if len(statement.sides) != 1:
        return False
    whole = f"{compact(statement.left)}={compact(statement.sides[0].text)}"
    letter = r"(?:λ|μ|\\?lambda|\\?mu|k|t)\*?·?"
    return re.fullmatch(rf"(?:∇|grad)\(?[A-Za-z]\w?\)?=-?{letter}(?:∇|grad)\(?[A-Za-z]\w?\)?", whole) is not None


def _groups(equations: Sequence[Equation], text: str) -> Iterator[Group]:
    """The equations as alternatives, where the line says "or" or lists values of one letter; else all of them hold."""
    if _OR.search(text):
        yield tuple(equations)
        return
    by_left: dict[Node, list[Equation]] = {}
    for equation in equations:
        by_left.setdefault(equation.left, []).append(equation)
    for group in by_left.values():
        yield tuple(group)


def _is_solved(equation: Equation) -> bool:
    return isinstance(equation.left, Name) and not equation.right.names


def _first(nearest: Node) -> Node:
    return nearest.entries[0] if isinstance(nearest, Vector) and isinstance(nearest.entries[0], Vector) else nearest
