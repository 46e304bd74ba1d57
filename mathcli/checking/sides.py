"""One value of a line, a side of its equals sign, against what the left side is worth; and what is said beside it."""

from __future__ import annotations

import re

from mathcli.algebra.budget import Budget
from mathcli.algebra.domains import domain
from mathcli.algebra.exact import sign
from mathcli.calculus.derivation import Phrase
from mathcli.calculus.differentiation import first_that_fits
from mathcli.checking.claims import Side, Target, compact, target
from mathcli.checking.comparing import Judged, judged
from mathcli.checking.consequences import Consequences
from mathcli.checking.distance_numbers import DISTANCE, SQUARED, DistanceNumbers, is_farther, value_node
from mathcli.checking.distances import Level, Path
from mathcli.checking.marks import FOLLOWS, RIGHT, UNDECIDED, UNREAD, WORST_FIRST, WRONG, Chain, Marked, Said
from mathcli.checking.notation import Notation, Written, differentiated, letter, spellings
from mathcli.checking.readings import other_readings
from mathcli.checking.reasons import Reasons
from mathcli.checking.solution_lines import SolutionLines
from mathcli.checking.tasks import Task
from mathcli.checking.truths import Right, Truths, counted
from mathcli.checking.working import Line
from mathcli.errors import InputError, NoAnswerError
from mathcli.syntax.parser import Reading
from mathcli.syntax.tree import Call, Derivative, Name, Node
from mathcli.syntax.vocabulary import GREEK_NAMES

_NOT = {
    "derivative": "not the derivative",
    "partial": "not the partial derivative",
    "gradient": "not the gradient",
    "dot": "not the dot product",
    "square": "not the square of the norm",
    "norm": "not the norm",
    "projection": "not the projection",
    "sum": "not the sum",
}
"""What a wrong first line is not, by the kind of its left side."""


class Sides:
    """Judges values one by one. `chain` is what is spoken of, and `mark` where what is found is written."""

    def __init__(
        self,
        task: Task,
        notation: Notation,
        curve: Path | Level | None,
        truths: Truths,
        solutions: SolutionLines,
        budget: Budget,
    ) -> None:
        self.task, self.notation, self.curve, self.budget = task, notation, curve, budget
        self.path = curve if isinstance(curve, Path) else None
        self.truths, self.solutions = truths, solutions
        self.said = Consequences(task, truths, budget)
        self.reasons = Reasons(notation, budget)
        self.numbers = DistanceNumbers(budget)
        self.chain = Chain()
        self.mark = Marked(Line(0, "", ()))

    def target(self, left: str) -> Target | None:
        if self.curve is not None:
            by = self.notation.variables[0] if self.path is None else self.path.t.name
            left = re.sub(r"(?<![A-Za-z])([dD])_?2(?![\d^])", r"(\1^2)", left)
            squared = re.fullmatch(r"\(?([A-Za-z](?:_?\w)?)(?:\(([^()]*)\))?\^\{?2\}?\)?(?:\(\w\))?", compact(left))
            if squared is not None and squared.group(1) not in {name.name for name in self.curve.names}:
                return Target("value", f"{squared.group(1)}^2", (), "")
            primed = re.fullmatch(r"\(?([A-Za-z](?:_?\w)?)(?:\([^()]*\))?\^\{?2\}?\)?('+)", compact(left))
            if primed is not None:
                return Target("derivative", f"{primed.group(1)}^2", (by,) * len(primed.group(2)))
            if compact(left) in ("distance", "dist", "squareddistance"):
                return Target("value", "D^2" if "squared" in left else "distance")
        variables = self.notation.variables or (() if self.path is None else (self.path.t.name,))
        known = frozenset(self.notation.functions)
        if self.curve is not None:
            known |= frozenset("dDLSs") - {name.name for name in self.curve.names}
        if self.path is None and self.curve is not None:
            known |= {name.name for name in self.curve.names[1:2]}
            variables = (
                *variables,
                *(spelling for name in self.notation.unknowns for spelling in spellings(name.name)),
            )
        found = target(left, functions=known, variables=variables, vectors=tuple(self.notation.vectors))
        return found if found is None or self.solutions.level is None else self._of_letters(found)

    def _of_letters(self, found: Target) -> Target:
        """D(x), D(x, y) and L(x, y, λ) are the functions themselves, whichever coordinates are left."""
        parts = [part.strip() for part in found.at.split(",")]
        named = (*GREEK_NAMES, *(name.name for name in self.notation.unknowns))
        letters = (*self.notation.variables, *(spelling for name in named for spelling in spellings(name)))
        by = tuple(letter(name).name for name in found.by)
        own = self.notation.definition(found.function) if found.function in self.notation.own else None
        if found.kind == "derivative" and found.at in self.notation.variables:
            by = (found.at,) * len(by)
        elif found.kind == "derivative" and own is not None and len(own.parameters) == 1 and not found.at:
            by = (own.parameters[0].name,) * len(by)
        return found._replace(by=by, at="" if all(part in letters for part in parts) else found.at)

    def first_chain(self) -> Chain:
        """A first line without a left side speaks of what the problem asks for."""
        about = {
            "derivative": "derivative",
            "critical_points": "derivative",
            "partial": "partial",
            "gradient": "gradient",
        }
        kind = about.get(self.task.of, "value")
        name = min(self.task.functions, default="f")
        if self.task.of == "distance":
            return Chain(self.truths.of(Target("value", "D")), Target("value", "D"))
        if self.task.of == "projection":
            return Chain(self.truths.of(Target("sum")), Target("sum"))
        if kind not in ("derivative", "partial"):
            found = Target(kind, name)
            return Chain(self.truths.of(found), found)
        x = self.notation.variables[0]
        orders = [Target(kind, name, (x,) * order) for order in range(self.task.order, 0, -1)]
        rights = [right for one in orders for right in self.truths.of(one)]
        function = Right(
            self.task.problem, self.task.of, domain(self.task.problem)
        )  # rewritten, before it is differentiated
        return Chain((*rights, function), orders[0])

    def judge(self, side: Side, line: Line) -> None:
        """Judge one value for what the chain speaks of, and remember it; one that cannot be judged harms no other."""
        try:
            self._value(side, line)
        except NoAnswerError as error:
            if self.mark.status in (UNREAD, RIGHT):
                self.mark.status, self.mark.because = UNDECIDED, (error.message,)
            self.chain.said = None

    def _value(self, side: Side, line: Line) -> None:
        written = self._read(side)
        chain = self.chain
        strange = self.notation.foreign_letters(written.value) or self.notation.foreign_letters(chain.rights[0].value)
        before = chain.said
        under = self.notation.conditions(line.conditions)
        rights = tuple(right._replace(under=(*right.under, *under)) for right in chain.rights)
        if strange and not self._is_constant_of_integration(strange):
            meant = self._charitably(Judged(UNDECIDED), rights[0], rights, side, written)
            if meant[0].verdict != RIGHT:
                self.undecided((f"{', '.join(strange)}: nothing says what this is",), written, line)
                return
            written = meant[2]
        number = self._as_number(written.value, side)
        if number is not None:
            right, verdict = number
        else:
            right, verdict = self._best(rights, written.value, side)
        if verdict.verdict == WRONG and not verdict.remark:
            verdict, right, written = self._charitably(verdict, right, rights, side, written)
        status = verdict.verdict
        because: Phrase = (verdict.remark,) if verdict.remark else ()
        mark = self.mark
        if status == WRONG and self.curve is not None and not written.value.names and sign(written.value) == -1:
            status, because = UNDECIDED, ("no distance is negative, so this speaks of something else",)
        if status == WRONG:
            source = self.said.source(written.value, chain.target, before)
            if source is None and number is not None and self.solutions.level is not None:
                source = self.solutions.level.source_of_number(written.value)
            if source is not None:
                status, mark.follows_from = FOLLOWS, source
                because = (f"follows from line {source}",)
            else:
                because = (verdict.remark,) if verdict.remark else self._how_wrong(before, line)
                if number is None or not verdict.remark:
                    self._explain(written, right, before, verdict, side)
                if not (mark.explanations or chain.left or before) and right is not rights[-1]:
                    right = self._as_rewriting(written, right, rights[-1], side, line)
                    because = ("not equal to the function",) if right is rights[-1] else because
        elif status == RIGHT and not because:
            because = self._how_right(written, before, line)
        if WORST_FIRST.index(status) <= WORST_FIRST.index(mark.status) and mark.status != WRONG:
            mark.status, mark.because = status, because
            mark.written, mark.left = written.tree, chain.left
            mark.expected = right.shown[-1] if right.shown else right.value
        said = Said(written.value, written.tree, line.number, status)
        chain.said = said
        chain.rights = (right,) if status == RIGHT and chain.left else chain.rights
        if chain.target is not None and chain.target.by and right.variable is not None and not chain.target.at:
            chain.target = chain.target._replace(by=chain.target.by[: right.order])
        if chain.target is not None:
            self._remember(chain.target, said, right)
            if chain.target.is_first and (self.path is None or chain.target.function not in self.notation.own):
                self.solutions.own_derivative(written.value, line.number, status)

    def _as_number(self, value: Node, side: Side) -> tuple[Right, Judged] | None:
        """The verdict on a number for the distance, its square or a coordinate; None where it is something else."""
        about, points = self.chain.target, self.solutions.points
        if self.curve is None or about is None or points is None or about.kind != "value" or about.at or value.names:
            return None
        if Name(about.function) in self.curve.names:
            rights = tuple(Right(coordinate, "distance") for coordinate in points.coordinates(Name(about.function)))
            return self._best(rights, value, side) if rights else None
        nearest = points.nearest
        verdict = self.numbers.judged(about.function, value, side.sign, nearest, points.values_of_others())
        use = self.numbers.use_of(about.function)
        asked = nearest.squared if use == SQUARED or nearest.distance is None else nearest.distance
        right = Right(value_node(asked), "distance")
        self.numbers.has_least |= verdict.verdict == RIGHT
        if is_farther(verdict):
            self.numbers.farther.append(self.mark)
        return right, verdict

    def _remember(self, found: Target, said: Said, right: Right) -> None:
        self.said.own[found] = said
        if self.curve is not None and found.kind == "value" and said.status == RIGHT and not found.at:
            self._note_use(found, right)
        if said.status == RIGHT:
            self.said.right[found] = said
        if self.solutions.level is not None and found.kind == "value" and not found.at and said.status == RIGHT:
            self._remember_on_level(found, said)
        if self.path is None or found.kind != "value" or self.notation.is_known(found.function):
            return
        if found.function.removesuffix("^2") in {name.name for name in self.path.names}:
            return
        value = Call("sqrt", (right.value,)) if found.function.endswith("^2") else right.value
        if set(value.names) <= {self.path.t}:
            self.notation.define(found.function.removesuffix("^2"), value, (self.path.t,))

    def _note_use(self, found: Target, right: Right) -> None:
        """Keep in mind whether a letter was used for the distance or for its square."""
        assert self.curve is not None
        name = found.function.removesuffix("^2")
        if right.value is self.curve.distance or name != found.function:
            self.numbers.uses[name] = DISTANCE
        elif right.value is self.curve.squared:
            self.numbers.uses[name] = SQUARED

    def _remember_on_level(self, found: Target, said: Said) -> None:
        """Keep D as it was written, in all coordinates or in some: its partial derivatives are taken of that."""
        names = tuple(name for name in (*self.task.variables, *self.notation.unknowns) if name in said.value.names)
        if (
            names
            and names[0] in self.task.variables
            and found.function.removesuffix("^2") not in self.notation.variables
        ):
            value = Call("sqrt", (said.value,)) if found.function.endswith("^2") else said.value
            self.notation.define(found.function.removesuffix("^2"), value, names)

    def _read(self, side: Side) -> Written:
        """Return what a side says; it may be named itself: f_xy = f_yx = 2x."""
        found = self.target(side.text)
        if found is not None and found.kind in ("partial", "gradient") and found != self.chain.target:
            value = self.truths.of(found)[0].value
            return Written(value, value, Reading(side.text, value), False)
        return self.notation.read(side.text)

    @staticmethod
    def _is_constant_of_integration(strange: tuple[str, ...]) -> bool:
        return strange in (("C",), ("c",))

    def _best(self, rights: tuple[Right, ...], value: Node, side: Side) -> tuple[Right, Judged]:
        """The first right value with which the written one agrees; else what there is to say about the likeliest."""
        found: list[tuple[Right, Judged]] = []
        for right in rights:
            verdict = judged(right, value, side.sign, self.budget)
            if verdict.verdict != RIGHT and right.is_on_curve and self.solutions.level is not None:
                verdict = self.solutions.level.agree(right.value, value, verdict)
            if verdict.verdict == RIGHT:
                return right, verdict
            found.append((right, verdict))
        doubtful = next((pair for pair in found if pair[1].verdict == UNDECIDED), None)
        return doubtful or found[0]

    def _charitably(
        self, verdict: Judged, right: Right, rights: tuple[Right, ...], side: Side, written: Written
    ) -> tuple[Judged, Right, Written]:
        """Try the other readings of a line that people read in different ways, before it is called wrong."""
        likeliest = (verdict, right, written)
        for text in other_readings(side.text, written.reading):
            try:
                other = self.notation.read(text)
            except (InputError, NoAnswerError):
                continue
            best, found = self._best(rights, other.value, side)
            is_spacing = len(text) == len(side.text)
            if found.verdict == RIGHT:
                return Judged(RIGHT, None, "" if is_spacing else f"read as {text}"), best, other
            if is_spacing:
                likeliest = (found, best, other)
        return likeliest

    def undecided(self, because: Phrase, written: Written, line: Line) -> None:
        mark = self.mark
        if mark.status in (UNREAD, RIGHT):
            mark.status, mark.because, mark.written = UNDECIDED, because, written.tree
        self.chain.said = Said(written.value, written.tree, line.number, UNDECIDED)

    def _how_right(self, written: Written, before: Said | None, line: Line) -> Phrase:
        if before is not None and before.number != line.number and before.status == RIGHT:
            return (f"equal to line {before.number}",)
        right = self.chain.rights[0]
        f, x = right.differentiated, right.variable
        if f is not None and x is not None and written.tree.contains(Derivative) and not f.contains(Derivative):
            return (first_that_fits(f, x).rule.name,)
        return ("proved",)

    def _how_wrong(self, before: Said | None, line: Line) -> Phrase:
        if before is not None and before.number != line.number:
            return (f"not equal to line {before.number}",)
        if before is not None:
            return ("the two sides are not equal",)
        kind = self.chain.target.kind if self.chain.target else ""
        if kind == "derivative" and self.chain.target is not None and len(self.chain.target.by) == 2:
            return ("not the second derivative",)
        return (_NOT.get(kind, "not equal"),)

    def _explain(self, written: Written, right: Right, before: Said | None, verdict: Judged, side: Side) -> None:
        """Find out why a line is wrong, unless another part of it was already."""
        mark, found = self.mark, self.chain.target
        if mark.status == WRONG:
            return
        mark.witness = verdict.witness
        base, expected = right.differentiated, right.value
        if base is not None and base is counted(self.task.problem):
            base = self.task.problem
        if found is not None and found.kind in ("derivative", "partial") and not found.at:
            own = self.said.base(found)
            if own is not None:
                expected_then = differentiated(own.value, Name(found.by[-1]))
                self.reasons.explain(mark, written, right, own.value, expected_then, before, side)
            if mark.explanations:
                return
            base = self.said.right_base(found) or base
        self.reasons.explain(mark, written, right, base, expected, before, side)

    def _as_rewriting(self, written: Written, right: Right, f: Right, side: Side, line: Line) -> Right:
        """The function itself, where a first line without a left side is a known slip in rewriting it."""
        mark, given = self.mark, Said(f.value, self.task.problem, 0, RIGHT)
        self.reasons.explain(mark, written, f, None, f.value, given, side)
        if not mark.explanations or self.chain.target is None:
            return right
        own = Said(written.value, written.tree, line.number, WRONG)
        self.said.own[Target("value", self.chain.target.function)] = own
        return f
