"""Lines that solve: equations, x = 1 or x = -1, points, in problems on critical points and on distances.

An equation stands for its solutions in the domain of f and is compared with the stationary points; a list of numbers is
compared with the critical points. A line that holds only some of them may be one case of several, so it is settled when
all lines are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from mathcli.algebra import rational
from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import number
from mathcli.algebra.domains import sample_points
from mathcli.algebra.exact import is_zero
from mathcli.checking.claims import Statement, compact, statements
from mathcli.checking.comparing import Witness, judged, value_shown
from mathcli.checking.decimals import WRONG, agrees_to_its_digits, has_decimals
from mathcli.checking.distances import Level, Path
from mathcli.checking.levels import LevelPoints
from mathcli.checking.mistakes import Explanation, Situation
from mathcli.checking.notation import Notation, spellings
from mathcli.checking.points import PointClaims
from mathcli.checking.solved import (
    Solutions,
    Stationary,
    as_vector,
    cover_a_period,
    difference,
    numbers_in,
    solutions_of,
)
from mathcli.checking.tasks import Task
from mathcli.checking.truths import Right
from mathcli.errors import MathcliError, UndecidedError
from mathcli.solving.numbers import decimal_node
from mathcli.solving.regions import Bound
from mathcli.syntax.tree import ZERO, Equation, Name, Negative, Node, Product, Sum, Vector

if TYPE_CHECKING:
    from mathcli.calculus.derivation import Phrase
    from mathcli.checking.marks import Marked
    from mathcli.checking.working import Line

_OR = re.compile(
    r"\s*,?\s*(?:\b(?:or|OR|oder)\b|(?<=\s)(?:\|\||[vV])(?=\s[^=]+=)|∨|\\lor\b|\\vee\b|\\text\{\s*or\s*\}|\\quad)\s*"
)
_IN = re.compile(r"(?P<x>[A-Za-z]\w*)\s*(?:∈|\\in\b|=|\bin\b)\s*\\?\{(?P<list>.*?)\\?\}\s*$")
_SET_NAME = re.compile(r"^\s*(?:[LS𝕃]|\\mathbb\s*\{?L\}?)(?=\s*=\s*\\?\{)")
_NO_SOLUTION = re.compile(
    r"(?:\b(?:no|not any|keine?)\s+(?:real\s+|reelle\s+)?"
    r"(?P<what>solutions?|roots?|zeros?|zeroes|critical points?|stationary points?|Lösung(?:en)?|Nullstellen?))\b"
    r"(?!\s+(?:besides|except|other|but))",
    re.IGNORECASE,
)
_RESTRICTION = re.compile(
    r"[<>≤≥∈…]|\\[lg]eq?\b|\\in\b|\.\.\.|\\[lc]?dots|[\[\]]|\b(?:in|on|between|period\w*|mod|repeat\w*|etc|etc\.)\b",
    re.IGNORECASE,
)
"""What says that only some of the solutions are meant, or that they go on."""
_PLUS_MINUS = ("±", "\\pm", "+-", "+/-")


def is_a_set(text: str) -> bool:
    """Whether a text lists alternatives: x = 1 or x = -1, x = ±1, x ∈ {1, -1}."""
    return bool(
        re.search(r"\b(?:or|OR|oder)\b|∨|\\lor|\\vee|=[^=]+\s(?:\|\||[vV])\s[^=]+=", text)
        or any(sign in text for sign in _PLUS_MINUS)
        or (_IN.match(text) is not None and " if " not in text)
    )


def denied(text: str) -> str:
    """Return what a line says in words that there is none of, "" where it says no such thing, or more behind it.

    >>> denied("e^x = 0 has no solution"), denied("x = 2, no other solution"), denied("no solution, so x = 1")
    ('solution', '', '')
    """
    found = _NO_SOLUTION.search(text)
    return "" if found is None or re.search(r"[=≈]", text[found.end() :]) else found.group("what").lower()


class Claim(NamedTuple):
    """What a line says of the unknown: equations, and numbers that are its solutions, as the student wrote them."""

    equations: tuple[Equation, ...]
    numbers: tuple[Node, ...]
    points: tuple[Vector, ...]
    tree: Node
    is_approximate: bool = False


@dataclass(slots=True)
class _Entry:
    """A line with its set, kept until all lines are known."""

    mark: Marked
    claimed: Solutions
    status: str
    situation: Situation
    is_list: bool
    lost: tuple[Bound, ...] = ()


class SolutionLines:
    """The lines of one piece of working that solve for something."""

    def __init__(self, task: Task, notation: Notation, curve: Path | Level | None, budget: Budget) -> None:
        self.task, self.notation, self.budget = task, notation, budget
        self.x: Name | None = None
        f: Node = task.problem
        path = curve if isinstance(curve, Path) else None
        if path is not None:
            self.x, f = path.t, path.squared
        elif task.of == "critical_points" and len(task.variables) == 1:
            (self.x,) = task.variables
        self.is_here = task.of in ("critical_points", "distance")
        self.true = Stationary(f, self.x, task.on, budget) if self.x is not None else None
        self.level = LevelPoints(curve, budget) if isinstance(curve, Level) else None
        self.points = self.level or (PointClaims(task, path, budget) if self.is_here else None)
        self.entries: list[_Entry] = []
        self.last: tuple[Equation | None, Solutions | None, int, str] = (None, None, 0, "right")
        self.last_tree: Node | None = None
        self.last_unknown: str | None = None

    def is_unknown(self, left: str) -> bool:
        """Whether a left side is the unknown alone: x, x_1, x_{1,2}."""
        if not self.is_here:
            return False
        name = re.sub(r"[{}]", "", compact(left))
        names = (self.x.name,) if self.x is not None and self.level is None else self.notation.variables
        names = (*names, *(spelling for letter in self.notation.unknowns for spelling in spellings(letter.name)))
        if re.fullmatch(r"\([A-Za-z](?:,[A-Za-z])+\)", name):
            return True
        return any(name == x or re.fullmatch(rf"{re.escape(x)}_?(?:\d(?:[,/]?\d)*|min|max|\*)", name) for x in names)

    def is_coordinate(self, left: str) -> bool:
        """Whether a left side is a coordinate in a problem on a curve F = 0: x, y_1; or a multiplier."""
        known = () if self.level is None else (*self.level.names, *self.level.multipliers.known)
        return any(
            re.fullmatch(rf"{re.escape(s)}(?:_?\{{?\w+\}}?)?", compact(left)) for n in known for s in spellings(n.name)
        )

    def is_point_of_graph(self, point: Vector, mark: Marked, line: Line) -> bool:
        """Judge (2, -1) as a critical point and its value, in a problem on one variable; whether it is such a point."""
        if self.task.of != "critical_points" or self.x is None or len(point.entries) != 2:
            return False
        if point.names or any(isinstance(entry, Equation | Vector) for entry in point.entries):
            return False
        at, value = point.entries
        self.judge(Claim((), (at,), (), Equation(self.x, at)), mark, line)
        there = Right(self.task.problem.substitute({self.x: at}), self.task.of)
        verdict = judged(there, value, "≈", self.budget)
        if verdict.verdict == WRONG and mark.status != WRONG:
            mark.status, mark.because, mark.witness = WRONG, ("not on the graph of the function",), verdict.witness
        return True

    def judge_none(self, what: str, mark: Marked, line: Line) -> None:
        """Judge "no solution", said of the equation above, or "no critical (stationary) points", said of f."""
        if self.true is None or self.x is None:
            return
        equation, claimed, number, status = self.last
        if what.startswith(("critical", "stationary")):
            claimed = self.true.critical if what.startswith("critical") else self.true.stationary
            number, status = line.number, "right"
        elif equation is None:
            return
        elif claimed is None:
            claimed = solutions_of(equation, self.x, self.true.within, self.budget)
        if not claimed.is_known:
            return
        there = [*claimed.points, *(series.base for series in claimed.families)]
        if not there and not claimed.is_everything:
            mark.status, mark.because = "right", ("no solution",)
            if status in ("wrong", "follows"):
                mark.status, mark.follows_from, mark.because = "follows", number, (f"follows from line {number}",)
        elif there:
            mark.status, mark.because = "wrong", (f"{self._x} = ", self._shown(there[0]), " is a solution")
            mark.expected = self._expected(claimed)

    def remember(self, equation: Equation, number: int, status: str) -> None:
        """Keep an equation as the one that the next lines follow from."""
        self.last = (equation, None, number, status)
        self.last_tree = equation

    # -- one variable -------------------------------------------------------------------------------------------------

    def judge(self, claim: Claim, mark: Marked, line: Line) -> None:
        """Judge a line that lists numbers, points or equations."""
        if self.points is not None and (claim.points or self.true is None or self._is_of_coordinates(claim.equations)):
            self.points.judge(claim.points, claim.numbers, claim.equations, mark)
            self._take_over()
            return
        assert self.true is not None
        assert self.x is not None
        claimed = Solutions()
        if claim.numbers:
            letters = frozenset(name for node in claim.numbers for name in node.names) - {self.x}
            if self.x in {name for node in claim.numbers for name in node.names}:
                raise UndecidedError(f"{self.x.name} stands on both sides")
            claimed = claimed | numbers_in(claim.numbers, letters)
        for equation in claim.equations:
            claimed = claimed | solutions_of(equation, self.x, self.true.within, self.budget)
        is_list = bool(claim.numbers)
        if is_list and any(has_decimals(node) for node in claim.numbers):
            self._approximate(claim, claimed, mark, line)
            return
        self._judge_set(claimed, claim.tree, is_list, mark, line)

    def _is_of_coordinates(self, equations: Iterable[Equation]) -> bool:
        """Whether equations speak of the coordinates, in a problem on a curve F = 0, or of a multiplier."""
        known = () if self.level is None else (*self.level.names, *self.level.multipliers.known)
        return any(name in known for equation in equations for name in equation.names)

    def _take_over(self) -> None:
        """Solve for t from the line on in which the student gave the curve as x = cos t, y = sin t."""
        if self.level is not None and self.x is None and self.level.parameters:
            self.x, path = next(iter(self.level.parameters.items()))
            self.true = Stationary(path.squared, self.x, None, self.budget)

    def judge_equation(self, equation: Equation, tree: Equation, mark: Marked, line: Line) -> None:
        """Judge one equation."""
        if self.true is None or self.x is None or self._is_of_coordinates((equation,)):
            assert self.points is not None
            self.points.judge((), (), (equation,), mark)
            self._take_over()
            return
        strange = self.notation.foreign_letters(equation)
        if strange:
            raise UndecidedError(f"{', '.join(strange)}: nothing says what this is")
        if self._is_a_multiple(equation):
            self._judge_known_equal(equation, tree, mark, line)
            return
        claimed = solutions_of(equation, self.x, self.true.within, self.budget)
        self._judge_set(claimed, tree, False, mark, line)
        self.last = (equation, claimed, line.number, mark.status)

    def _is_a_multiple(self, equation: Equation) -> bool:
        """Whether the equation says c f' = 0 with a number c, which needs no solving."""
        assert self.true is not None
        written = equation.left if equation.right is ZERO else Sum.of(equation.left, Negative(equation.right))
        slope = self.true.slope
        if self.x not in written.names or written.names != slope.names:
            return False
        for point in sample_points((written, slope), (self.x,), 1):
            there: dict[Node, Node] = {self.x: number(point[self.x])}
            c, d = slope.substitute(there), written.substitute(there)
            return rational.agree(Product.of(c, written), Product.of(d, slope)) is True and is_zero(d) is False
        return False

    def _judge_known_equal(self, equation: Equation, tree: Equation, mark: Marked, line: Line) -> None:
        mark.status, mark.because, mark.written = "right", ("the same zeros",), tree
        self.last = (equation, None, line.number, "right")
        self.last_tree = tree

    def _judge_set(self, claimed: Solutions, tree: Node, is_list: bool, mark: Marked, line: Line) -> None:
        assert self.true is not None
        true = self.true.critical if is_list else self.true.stationary
        found = difference(claimed, true)
        lost, extra = found.lost, found.extra
        if is_list and extra:
            extra = tuple(at for at in extra if not self.true.is_on_the_edge(at))
        mark.written = tree
        mark.expected = self._expected(true)
        situation = self._situation(tree, mark.expected)
        status = "undecided"
        if lost == () and extra == ():
            status, mark.because = "right", ("all critical points",) if is_list else ("the same zeros",)
        elif extra:
            status = "outside" if is_list and all(map(self.true.is_outside, extra)) else "wrong"
            mark.because = self._extra(extra[0], is_list)
            mark.witness = self._witness(extra[0])
        elif lost and extra is not None and is_list and cover_a_period(claimed, true):
            status, mark.because = "one period", ("all in one period; the others repeat",)
        elif lost and extra is not None:
            status = "partial"
            mark.because = (f"{self._x} = ", self._shown(lost[0]), " is missing")
            mark.witness = self._witness(lost[0])
        else:
            mark.because = ("these solutions could not be compared",)
        if status == "wrong" and self._follows(claimed, mark):
            status = "follows"
        mark.status = {"partial": "wrong", "outside": "wrong", "one period": "undecided"}.get(status, status)
        self.entries.append(_Entry(mark, claimed, status, situation, is_list, lost or ()))
        self.last = (tree if isinstance(tree, Equation) else None, claimed, line.number, mark.status)
        self.last_tree = tree

    @property
    def _x(self) -> str:
        return self.x.name if self.x is not None else "x"

    def _extra(self, at: Bound, is_list: bool) -> Phrase:
        assert self.true is not None
        if self.true.is_outside(at):
            return (f"{self._x} = ", self._shown(at), " is outside the domain")
        if is_list:
            return (f"{self._x} = ", self._shown(at), " is no critical point")
        return ("holds at ", f"{self._x} = ", self._shown(at), ", which is no stationary point")

    @staticmethod
    def _shown(at: Bound) -> Node:
        return at.exact if at.exact is not None else decimal_node(at, 6)

    def _witness(self, at: Bound) -> Witness | None:
        """What f' is at a number: 0 at a stationary point."""
        assert self.true is not None
        if self.x is None:
            return None
        shown = self._shown(at)
        try:
            value = value_shown(self.true.slope.substitute({self.x: shown}))
        except MathcliError:
            return None
        return Witness({self.x: shown}, ZERO, value)

    def _expected(self, true: Solutions) -> Node | None:
        if self.x is None or not true.is_known or true.is_everything or len(true.points) + len(true.families) == 0:
            return None
        entries: list[Node] = [Equation(self.x, self._shown(at)) for at in true.points]
        k = Name("k")
        for series in true.families:
            entries.append(Equation(self.x, Sum.of(self._shown(series.base), Product.of(k, series.period))))
        return entries[0] if len(entries) == 1 else Vector(tuple(entries))

    def _situation(self, tree: Node, expected: Node | None) -> Situation:
        return Situation(
            of=self.task.of,
            problem=self.task.problem,
            variable=self.x,
            order=1,
            differentiated=None,
            before=self.last_tree if self.last_tree is not None else self._derivative_set_to_zero(),
            right=expected,
            written=tree,
            given=dict(self.task.given),
        )

    def _derivative_set_to_zero(self) -> Node | None:
        return Equation(self.true.slope, ZERO) if self.true is not None else None

    def _follows(self, claimed: Solutions, mark: Marked) -> bool:
        """Whether a set is that of the wrong line above, within the domain."""
        equation, before, number, status = self.last
        if status not in ("wrong", "follows"):
            return False
        if before is None and equation is not None and self.x is not None and self.true is not None:
            before = solutions_of(equation, self.x, self.true.within, self.budget)
        if before is None or not difference(claimed, before).is_none:
            return False
        mark.follows_from, mark.because = number, (f"follows from line {number}",)
        mark.witness = None
        return True

    def own_derivative(self, value: Node, number: int, status: str) -> None:
        """Keep a wrong f' of the student's: the equations below it may follow from that."""
        if self.level is not None:
            self.level.note_derivative(value, number, status)
        elif self.is_here and status in ("wrong", "follows"):
            self.last = (Equation(value, ZERO), None, number, status)
            self.last_tree = Equation(value, ZERO)
        elif self.is_here:
            self.last_tree = Equation(value, ZERO)

    def _approximate(self, claim: Claim, claimed: Solutions, mark: Marked, line: Line) -> None:
        """Decimals: each has to be a critical point to its digits."""
        assert self.true is not None
        true = self.true.critical
        mark.written, mark.expected = claim.tree, self._expected(true)
        if not true.is_known or true.families or claimed.families:
            mark.status, mark.because = "undecided", ("these decimals could not be compared",)
            return
        exact = [self._shown(at) for at in true.points]
        matched = [next((t for t in exact if t is n or agrees_to_its_digits(t, n)), None) for n in claim.numbers]
        if all(matched) and len(set(matched)) == len(exact):
            is_right = claim.is_approximate
            mark.status = "right" if is_right else "undecided"
            mark.because = (
                ("all critical points, to the digits written",)
                if is_right
                else ("right to the digits written: for that write ≈",)
            )
            return
        self._judge_set(claimed, claim.tree, True, mark, line)

    # -- when all lines are known -------------------------------------------------------------------------------------

    def settled(self, marks: Iterable[Marked]) -> Iterator[tuple[Marked, Situation]]:
        """Settle what only holds some of the solutions; yield what is wrong, to be explained."""
        cases = Solutions()
        for entry in self.entries:
            if entry.status == "partial":
                cases = cases | entry.claimed
        together = (
            self.true is not None
            and any(e.status == "partial" for e in self.entries)
            and difference(cases, self.true.critical).lost == ()
        )
        wrong: list[_Entry] = []
        is_restricted = any(_RESTRICTION.search(mark.line.text) for mark in marks)
        for k, entry in enumerate(self.entries):
            later = self.entries[k + 1 :]
            is_completed = any(e.status == "right" and e.is_list for e in later)
            mark = entry.mark
            if entry.status == "partial" and (together or is_completed):
                mark.status, mark.because, mark.witness = "right", ("one case",), None
                entry.status = "right"
            elif entry.status == "one period" and is_completed:
                mark.status, mark.because, entry.status = "right", ("one period, and all of them below",), "right"
            elif entry.status == "one period" and not is_restricted:
                self._say_that_there_are_more(entry)
            elif entry.status == "outside" and any(e.status == "right" and e.is_list for e in later):
                mark.status, mark.because, mark.witness = "right", ("restricted to the domain below",), None
                entry.status = "right"
            elif entry.status in ("partial", "outside", "wrong"):
                source = next((w for w in reversed(wrong) if difference(entry.claimed, w.claimed).is_none), None)
                if source is not None:
                    number = source.mark.line.number
                    mark.status, mark.follows_from, mark.because = "follows", number, (f"follows from line {number}",)
                    mark.witness = None
                else:
                    yield mark, entry.situation
                wrong.append(entry)

    def _say_that_there_are_more(self, entry: _Entry) -> None:
        """A finite list of what repeats is short of infinitely many, where nobody speaks of one period only."""
        mark, right = entry.mark, entry.mark.expected
        if right is None:
            return
        more: Phrase = ("there are more: ", *((right,) if isinstance(right, Equation) else _with_or(right.children())))
        mark.status, mark.because, mark.witness, mark.expected = "wrong", more, None, None
        written = entry.situation.written
        mark.explanations = (Explanation(("root_lost",), written, written, right, more, written),)


# -- reading ----------------------------------------------------------------------------------------------------------


def as_claim(statement: Statement, notation: Notation, lines: SolutionLines) -> Claim:
    """Return what a statement says of the unknown, read.

    Raises:
        ReadingError: it cannot be read.
        UndecidedError: alternatives of different kinds.
    """
    text = statement.left + "".join(f" {side.sign} {side.text}" for side in statement.sides)
    equations: list[Equation] = []
    numbers: list[Node] = []
    points: list[Vector] = []
    is_approximate = "≈" in text or "\\approx" in text
    for alternative in _alternatives(_SET_NAME.sub(lambda m: _unknown(lines).name, text)):
        _read_alternative(alternative, notation, lines, equations, numbers, points)
    if numbers and equations:
        numbers, equations = [], [*equations, *(Equation(_unknown(lines), number) for number in numbers)]
    claims = tuple(numbers) or tuple(equations)
    tree: Node
    if points:
        tree = points[0] if len(points) == 1 else Vector(tuple(points))
    elif len(claims) == 1:
        only = claims[0]
        tree = only if isinstance(only, Equation) else Equation(_unknown(lines), only)
    else:
        tree = as_vector(claims, _unknown(lines))
    return Claim(tuple(equations), tuple(numbers), tuple(points), tree, is_approximate)


def _with_or(nodes: Iterable[Node]) -> Iterator[str | Node]:
    for k, node in enumerate(nodes):
        yield from (" or ", node) if k else (node,)


def _unknown(lines: SolutionLines) -> Name:
    return lines.x if lines.x is not None else Name("x")


def _alternatives(text: str) -> Iterator[str]:
    """The alternatives of a text: at "or", between the entries of a set, and for each sign of ±."""
    found = _IN.match(text)
    if found is not None:
        for entry in re.split("[,;]", found.group("list")):
            yield from _signed_both_ways(f"{found.group('x')} = {entry.strip()}")
        return
    for part in _OR.split(text):
        for one in _side_by_side(part):
            for piece in _listed(one):
                yield from _signed_both_ways(piece)


def _side_by_side(text: str) -> list[str]:
    """x = 1   x = 3 and x = 1 / x = 3 one by one."""
    head = re.match(r"\s*([A-Za-z])(?:_?\{?\w+\}?)?\s*[=≈]", text)
    return (
        [text]
        if head is None
        else re.split(rf"(?:\s*(?:[/&,;]|\b(?:and|und)\b)\s*|\s+)(?={head.group(1)}(?:_?\d)?\s*[=≈])", text.strip())
    )


def _listed(text: str) -> Iterator[str]:
    """x = 1, x = -1 and x = 1, -1 one by one."""
    cut = statements(text)
    if len(cut) > 1:
        for s in cut:
            yield s.left + "".join(f" {side.sign} {side.text}" for side in s.sides)
        return
    head = re.match(r"\s*[A-Za-z]\w*(?:_\{[\w,]*\})?\s*(?:=|≈|\\approx)\s*(?=[^()\[\]]*(?:[,;]|\band\b))", text)
    if head is not None and "(" not in text:
        for entry in re.split(r",|;|\band\b", text[head.end() :]):
            if entry.strip():
                yield text[: head.end()] + entry.strip()
        return
    yield text


def _signed_both_ways(text: str) -> Iterator[str]:
    for sign in _PLUS_MINUS:
        if sign in text:
            yield text.replace(sign, "+")
            yield text.replace(sign, "-")
            return
    yield text


def _read_alternative(
    text: str,
    notation: Notation,
    lines: SolutionLines,
    equations: list[Equation],
    numbers: list[Node],
    points: list[Vector],
) -> None:
    cut = statements(text)
    if not cut:
        return
    statement = cut[0]
    if not statement.sides:
        value = notation.read(statement.left).value
        if isinstance(value, Vector):
            several = [entry for entry in value.entries if isinstance(entry, Vector)]
            points.extend(several if len(several) == len(value.entries) else [value])
        else:
            numbers.append(value)
        return
    last = notation.read(statement.sides[-1].text).value
    if not statement.left or lines.is_unknown(statement.left):
        if isinstance(last, Vector):
            points.append(last)
        elif (lines.true is None or lines.is_coordinate(statement.left)) and statement.left:
            equations.append(Equation(notation.read(re.sub(r"_.*", "", compact(statement.left))).value, last))
        else:
            numbers.append(last)
        return
    if len(statement.sides) > 1:
        raise UndecidedError("several equations in one")
    equations.append(Equation(notation.read(statement.left).value, last))
