"""Walks the lines of a piece of working: right with a proof, wrong with a witness, undecided otherwise.

A line is wrong where its claim is false of the problem, so a right line after a wrong one is right again. What is false
but follows from the wrong line above is marked so: it costs nothing twice.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

from mathcli.algebra.budget import Budget
from mathcli.algebra.domains import derivative_domain, domain
from mathcli.checking.claims import Side, Statement, Target, compact, statements
from mathcli.checking.comparing import always_holds, are_equal, judged
from mathcli.checking.distances import Path, curve
from mathcli.checking.inequalities import Inequalities
from mathcli.checking.levels import is_lagrange
from mathcli.checking.marks import FOLLOWS, RIGHT, UNDECIDED, UNREAD, WORST_FIRST, WRONG, Chain, Marked, Report, Said
from mathcli.checking.notation import Notation, Written, letter
from mathcli.checking.sides import Sides
from mathcli.checking.solution_lines import Claim, SolutionLines, as_claim, denied, is_a_set
from mathcli.checking.solved import solved_for
from mathcli.checking.tasks import Task
from mathcli.checking.truths import Right, Truths
from mathcli.checking.working import Line, Working, is_in_words
from mathcli.errors import BudgetSpentError, InputError, NoAnswerError
from mathcli.syntax.span import Span
from mathcli.syntax.tree import (
    ZERO,
    Definition,
    Derivative,
    Equation,
    Integral,
    Limit,
    Node,
    Relation,
    Vector,
)

_AND_A_POINT = re.compile(r"\)\s*,?\s*\b(?:and|und)\s*\(")
_NAMED_POINT = re.compile(r"[A-Z]\w{0,2}\s*\((?P<x>[^()|;,]+)[|;,](?P<y>[^()|;,]+)\)")
"""The lowest point T(2|-1), as it is named in German schools."""


def check(working: Working, *, budget: Budget) -> Report:
    """Return the mark of each line, in order.

    Raises:
        NoAnswerError: the problem itself has no answer to compare with.
    """
    judge = Judge(working.task, budget)
    return Report(working, tuple(judge.marked(working.lines)), tuple(dict.fromkeys(judge.notes)))


class Judge:
    """The way through one piece of working."""

    def __init__(self, task: Task, budget: Budget) -> None:
        self.budget = budget
        meant = curve(task) if task.of == "distance" else None
        self.path = meant if isinstance(meant, Path) else None
        if meant is not None:
            task = replace(task, variables=(meant.t,) if isinstance(meant, Path) else meant.names)
        self.task = task
        self.notation = Notation(task, meant)
        self.truths = Truths(task, self.notation, meant, budget)
        self.solutions = SolutionLines(task, self.notation, meant, budget)
        self.level = self.solutions.level
        if self.level is not None:
            self.notation.unknowns = ChainMap(self.level.multipliers.known, self.level.parameters)  # type: ignore[arg-type]
            self.notation.parameters = self.level.parameters
        self.sides = Sides(task, self.notation, meant, self.truths, self.solutions, budget)
        self.inequalities = Inequalities(task, self.notation, budget)
        self.notes: list[str] = []
        self.is_over = False

    def marked(self, lines: Iterable[Line]) -> Iterator[Marked]:
        """Each line with its mark; those that list solutions are settled when all are known."""
        lines = tuple(lines)
        self._note_projections(lines)
        found = [self._line(line) for line in lines]
        self._settle(found)
        yield from found

    # -- one line -----------------------------------------------------------------------------------------------------

    def _line(self, line: Line) -> Marked:
        """The mark of a line, and of what its words say: that there is no solution."""
        mark = self._in_signs(line)
        if not self.solutions.is_here or mark.status in (WRONG, UNDECIDED) or mark.error is not None:
            return mark
        what = denied(line.text)
        if what and mark.status == UNREAD:
            mark = Marked(line, UNREAD, ("words, not read",))
        if what:
            with suppress(BudgetSpentError, NoAnswerError):
                self.solutions.judge_none(what, mark, line)
        return mark

    def _in_signs(self, line: Line) -> Marked:
        mark = self.sides.mark = Marked(line, UNREAD, () if line.parts else ("words, not read",))
        if self.is_over:
            mark.status, mark.because = UNDECIDED, ("not judged: the time limit was reached",)
            return mark
        marks: list[Marked] = []
        try:
            said = self.inequalities.judged(line.text.strip())
            marks.extend([Marked(line, *said)] if said is not None else [])
            for text, start in line.parts if said is None else ():
                claimed = self.inequalities.judged(text, line.conditions)
                if claimed is None and (what := self._not_covered(text)):
                    claimed = UNDECIDED, (what,)
                if claimed is not None:
                    marks.append(Marked(line, *claimed))
                    continue
                for statement in self._statements(text, start):
                    self.sides.mark = Marked(line)
                    self._judged(statement, line)
                    marks.append(self.sides.mark)
        except BudgetSpentError:
            self.is_over = True
            marks.append(Marked(line, UNDECIDED, ("not judged: the time limit was reached",)))
        except InputError as error:
            marks.append(self._unreadable(line, error))
        except NoAnswerError as error:
            marks.append(Marked(line, UNDECIDED, (error.message,)))
        worst = min(marks, key=lambda m: (m.error is None, WORST_FIRST.index(m.status)), default=mark)
        wrong = next((m for m in marks if m.status == WRONG), None)
        return wrong or worst

    def _not_covered(self, text: str) -> str:
        """What is said of a limit or an integral, which no line is judged by."""
        for pattern, kind, what in (
            (r"(?<![A-Za-z])\\?lim(?![a-z])", Limit, "limits are not judged"),
            (r"∫|\\int(?![a-z])", Integral, "integrals are not judged"),
        ):
            if re.search(pattern, text) and not self.task.problem.contains(kind):
                return what
        return ""

    def _statements(self, text: str, start: int) -> Iterator[Statement]:
        if is_a_set(text) and not text.lstrip().startswith(("=", "≈")):
            yield Statement(text, start, ())
        else:
            found = statements(text, start)
            if self.solutions.is_here and len(found) > 1 and all(self.solutions.is_unknown(s.left) for s in found):
                yield Statement(text, start, ())
            else:
                yield from found

    def _unreadable(self, line: Line, error: InputError) -> Marked:
        known = frozenset(name.name for name in self.task.problem.names) | self.task.functions
        words = " ".join(text for text, _ in line.parts)
        if "=" not in words and "≈" not in words and is_in_words(line.text, known):
            return Marked(line, UNREAD, ("words, not read",))
        self.sides.chain = replace(
            self.sides.chain, said=None, kind=self.sides.chain.kind if self.sides.chain.rights else "broken"
        )
        start = line.text.find(error.text.strip()) if error.text.strip() else -1
        span = error.span
        if span is not None and start >= 0:
            offset = start - (len(error.text) - len(error.text.lstrip()))
            span = Span(offset + span.start, span.length)
        elif span is not None:
            span = None
        mark = Marked(line, UNREAD, (f"not read: {error.message}",), error=error)
        mark.span = span
        return mark

    def _judged(self, statement: Statement, line: Line) -> None:
        """Judge one statement; what is found is written into the current mark."""
        self._claimed(statement, line)
        if statement.behind and statement.sides and self.sides.mark.status == RIGHT:
            relation = self.notation.read(f"({statement.sides[-1].text}) {statement.behind}").value
            if not relation.names and always_holds(relation) is False:
                self.sides.mark.status, self.sides.mark.because = WRONG, ("this is never so",)

    def _claimed(self, statement: Statement, line: Line) -> None:
        if not statement.left and statement.sides:
            self._carried_on(statement, line)
            return
        if self.level is not None and is_lagrange(statement):
            self.sides.mark.status, self.sides.mark.because = RIGHT, ("Lagrange's condition",)
            self.sides.chain = Chain(kind="equation")
            return
        if self._is_about_solutions(statement):
            self._solution(statement, line)
            return
        found = self.sides.target(statement.left)
        if found is not None and self._solves_for_a_part(found, statement):
            self._solution(statement, line)
            return
        if found is not None and self.notation.is_another_p(found, statement):
            found = None
        if found is not None and statement.sides and self._as_part(found, statement, line):
            return
        if found is not None:
            self._about(found, statement, line)
            return
        self._identity(statement, line)

    # -- a left side that is known ------------------------------------------------------------------------------------

    def _about(self, found: Target, statement: Statement, line: Line) -> None:
        """Judge what is said of f, f', n.a and the like."""
        if not statement.sides:
            self.sides.mark.because = ("nothing is said of it",)
            return
        self.sides.chain = Chain(kind="broken")
        rights = self.truths.of(found)
        self.sides.chain = Chain(rights, found, None, statement.left)
        if found.is_first and self._sets_to_zero(statement, line):
            return
        for side in statement.sides:
            self.sides.judge(side, line)
        if found.kind == "projection":
            self.truths.summands.append(found.by[0])

    def _sets_to_zero(self, statement: Statement, line: Line) -> bool:
        """Whether f' = ... = 0 asks where the derivative is 0, in a problem about such points."""
        if not self.solutions.is_here or statement.sides[-1].text.strip() not in ("0", "\\vec{0}", "0."):
            return False
        if self.sides.chain.target is not None and self.sides.chain.target.at:
            return False
        for side in statement.sides[:-1]:
            self.sides.judge(side, line)
        if self.sides.mark.status == WRONG:
            return True
        tree = self.sides.chain.said.tree if self.sides.chain.said else self.sides.chain.rights[0].value
        value = self.sides.chain.said.value if self.sides.chain.said else self.sides.chain.rights[0].value
        if self.level is not None:
            self.level.note_derivative(value, line.number, RIGHT)
        if len(statement.sides) > 1 or self.sides.chain.said is not None or self.level is not None:
            mark = self.sides.mark
            self._equation(Equation(value, ZERO), Equation(tree, ZERO), line)
            if mark.status == FOLLOWS and self.sides.mark.status == RIGHT:
                self.sides.mark.status = FOLLOWS
        else:
            self.sides.mark.status, self.sides.mark.because = RIGHT, ("what a stationary point is",)
            self.solutions.remember(Equation(value, ZERO), line.number, RIGHT)
        self.sides.chain = Chain(kind="equation")
        return True

    def _solves_for_a_part(self, found: Target, statement: Statement) -> bool:
        """Whether a line such as u = 2 is an equation for the unknown, which the part u = e^x holds."""
        part = self.notation.definition(found.function) if found.function in self.notation.own else None
        x = self.solutions.x
        if part is None or x is None or self.path is not None or found.kind != "value" or found.at:
            return False
        is_moving = x in self.notation.value(part.body).names
        return is_moving and all(not self.notation.read(side.text).value.names for side in statement.sides)

    def _as_part(self, found: Target, statement: Statement, line: Line) -> bool:
        """Let a student name a part: g(x) = 1 + e^(-x)."""
        if found.kind != "value" or found.at or self.notation.is_known(found.function) or self.path is not None:
            return False
        if self.notation.vectors or (self.level is not None and self._is_a_distance(found, statement)):
            return False
        match = re.fullmatch(r"[^(]*\(([^()]*)\)", compact(statement.left))
        parameters = tuple(map(letter, match.group(1).split(","))) if match else ()
        written = self.notation.read(statement.sides[0].text)
        if parameters == self.task.variables and are_equal(written.value, self.task.problem, (), self.budget):
            self.notation.functions[found.function] = Definition(found.function, parameters, self.task.problem)
        else:
            self.notation.define(found.function, written.value, parameters)
        if self.level is not None:
            self._meant(found.function, written, statement, line)
            return True
        self._named(found.function, written, statement, line)
        return True

    def _is_a_distance(self, found: Target, statement: Statement) -> bool:
        """Whether D, or L without a multiplier, is what the letter is used for: the distance, or its square."""
        if found.function not in ("d", "D", "s", "S", "L", "distance") and not found.function.endswith("^2"):
            return False
        written = self.notation.read(statement.sides[0].text).value
        return found.function != "L" or written.names <= set(self.task.variables)

    def _meant(self, name: str, written: Written, statement: Statement, line: Line) -> None:
        """A function that a student names in a problem on a curve: right where it is one that serves."""
        assert self.level is not None
        self.sides.mark.written = written.tree
        self._named(name, written, statement._replace(sides=statement.sides[:1]), line)
        meaning = self.level.meaning(written.value)
        self.sides.mark.because = (f"names {name}: {meaning}",)
        if not meaning:
            self.sides.undecided(("this is not the squared distance, and nothing says what it is",), written, line)
        if len(statement.sides) == 2:  # g(x, y) = x^2 + y^2 = 1
            self._equation_in(written, statement._replace(sides=statement.sides[1:]), line)

    def _named(self, name: str, written: Written, statement: Statement, line: Line) -> None:
        self.sides.mark.status, self.sides.mark.because = RIGHT, (f"names {name}",)
        said = Said(written.value, written.tree, line.number, RIGHT)
        self.sides.chain = Chain(
            (Right(written.value, self.task.of, domain(written.value)),), None, said, statement.left
        )
        for side in statement.sides[1:]:
            self.sides.judge(side, line)

    # -- a line that carries on ---------------------------------------------------------------------------------------

    def _carried_on(self, statement: Statement, line: Line) -> None:
        if self.sides.chain.kind == "equation" and self._goes_on_with_equation(statement, line):
            return
        if self.sides.chain.kind == "broken":
            self.sides.mark.status, self.sides.mark.because = UNDECIDED, ("what this carries on could not be read",)
            return
        if not self.sides.chain.rights:
            self.sides.chain = self.sides.first_chain()
        about = self.sides.chain.target
        if about is not None and about.kind in ("derivative", "partial") and self._sets_to_zero(statement, line):
            return
        for side in statement.sides:
            self.sides.judge(side, line)

    def _goes_on_with_equation(self, statement: Statement, line: Line) -> bool:
        """Below x = 4/2 stands = 2."""
        if self.solutions.last_unknown is None or len(statement.sides) != 1:
            return False
        side = statement.sides[0]
        again = Statement(self.solutions.last_unknown, side.start, (side,))
        self._solution(again, line)
        return True

    # -- identities ---------------------------------------------------------------------------------------------------

    def _identity(self, statement: Statement, line: Line) -> None:
        """A = B, where A is an expression; a letter that is new is given a meaning."""
        if not statement.sides:
            self._bare(statement, line)
            return
        name = compact(statement.left)
        if self.notation.is_new_letter(name):
            written = self.notation.read(statement.sides[0].text)
            self.notation.define(name, written.value)
            self._named(name, written, statement, line)
            self._is_a_nearest_point(name, written, line)
            return
        self.sides.chain = Chain(kind="broken")
        left = self.notation.read(statement.left)
        strange = self.notation.foreign_letters(left.value) if self.level is None else ()
        if strange or self._is_family(left, statement, line):
            if not strange:
                return
            self.sides.undecided((f"{', '.join(strange)}: nothing says what this is",), left, line)
            return
        if self.solutions.is_here and self._equation_in(left, statement, line):
            return
        self.sides.chain = self._chain_from(left, statement, line)
        for side in statement.sides:
            self.sides.judge(side, line)

    def _is_a_nearest_point(self, name: str, written: Written, line: Line) -> None:
        """Judge Q = (3/5, 4/5) as a nearest point too; P is the given point, and M, C, O are centres."""
        value = written.value
        if self.level is None or not isinstance(value, Vector) or value.names or not name[0].isupper():
            return
        if name[0] not in "PMCO" and len(value.entries) == len(self.level.names):
            mark = self.sides.mark
            mark.status, mark.because = UNREAD, ()
            self.level.judge((value,), (), (), mark)

    def _equation_in(self, left: Written, statement: Statement, line: Line) -> bool:
        """Whether A = B is to be solved, and no identity; of A = B = 0 the first is an identity."""
        *middle, last = (self.notation.read(side.text) for side in statement.sides)
        if not (left.value.names | last.value.names) or are_equal(left.value, last.value, (), self.budget):
            return False
        if middle and not all(are_equal(left.value, one.value, (), self.budget) for one in middle):
            return False
        self._equation(Equation(left.value, last.value), Equation(left.tree, last.tree), line)
        self.sides.chain = Chain(kind="equation")
        return True

    def _is_family(self, left: Written, statement: Statement, line: Line) -> bool:
        """Whether 2x = pi/2 + k pi gives the unknown for every whole k."""
        x = self.solutions.x
        if x is None or x not in left.value.names or len(statement.sides) != 1:
            return False
        right = self.notation.read(statement.sides[0].text)
        if len(self.notation.foreign_letters(right.value)) != 1:
            return False
        value = solved_for(x, Equation(left.value, right.value))
        if value is None:
            return False
        tree = Equation(left.tree, right.tree)
        self.solutions.judge(Claim((), (value,), (), tree), self.sides.mark, line)
        self.sides.chain = Chain(kind="equation")
        return True

    def _chain_from(self, left: Written, statement: Statement, line: Line) -> Chain:
        tree = left.tree
        if self.task.of in ("simplify", "derivative") and are_equal(left.value, self.task.problem, (), self.budget):
            right = Right(self.task.problem, self.task.of, domain(self.task.problem))
            said = Said(left.value, tree, line.number, RIGHT)
            return Chain((right,), None, said, statement.left)
        if isinstance(tree, Derivative) and tree.order == 1:
            f = self.notation.value(tree.operand)
            derivation, is_proved = self.truths.taken(f, tree.variable)
            kind = "derivative" if len(self.task.variables) < 2 else "partial"
            under = derivative_domain(f, tree.variable)
            right = Right(left.value, kind, under, tree.variable, 1, f, is_proved, (derivation.result,))
            is_it = len(self.task.variables) == 1 and are_equal(f, self.task.problem, (), self.budget)
            name = min(self.task.functions, default="f")
            own = Target("derivative", name, (tree.variable.name,)) if is_it else None
            return Chain((right,), own, None, statement.left)
        said = Said(left.value, tree, line.number, RIGHT)
        return Chain((Right(left.value, self.task.of, domain(left.value)),), None, said, statement.left)

    def _bare(self, statement: Statement, line: Line) -> None:
        """An expression without a sign: right where it is what was asked for."""
        text = _AND_A_POINT.sub("), (", statement.left)
        if (point := _NAMED_POINT.fullmatch(text)) is not None and self.solutions.is_here:
            text = f"({point.group('x')}, {point.group('y')})"
        statement = statement._replace(left=text)
        known = frozenset(name.name for name in self.task.problem.names) | self.task.functions
        if is_in_words(text, known):
            self.sides.mark.because = ("words, not read",)
            return
        written = self.notation.read(text)
        if isinstance(written.tree, Relation):
            self._inequality(written.value, line)
            return
        if isinstance(written.value, Vector) and self.solutions.is_point_of_graph(written.value, self.sides.mark, line):
            return
        if self.solutions.is_here and isinstance(written.tree, Vector):
            self._solution(statement, line)
            return
        chain = self.sides.first_chain()
        for right in chain.rights:
            verdict = judged(right, written.value, "=", self.budget)
            if verdict.verdict == RIGHT:
                self.sides.chain = chain
                self.sides.judge(Side("=", text, statement.start), line)
                return
        self.sides.undecided(("nothing says what this is equal to",), written, line)

    def _inequality(self, relation: Node, line: Line) -> None:
        """e^x > 0: right where it always holds, wrong where it never does, else a condition that is not judged."""
        mark = self.sides.mark
        held = always_holds(relation)
        if self.level is not None:
            self.level.has_conditions = True
        if held is None:
            mark.because = ("a condition, not judged",)
        else:
            mark.status, mark.because = (RIGHT, ("always",)) if held else (WRONG, ("this is never so",))

    # -- equations and solutions --------------------------------------------------------------------------------------

    def _is_about_solutions(self, statement: Statement) -> bool:
        if not self.solutions.is_here:
            return False
        if not statement.sides:
            return is_a_set(statement.left) or (
                len(statements(statement.left)) > 1
                and all(self.solutions.is_unknown(s.left) for s in statements(statement.left))
            )
        return self.solutions.is_unknown(statement.left)

    def _solution(self, statement: Statement, line: Line) -> None:
        """x = 1 or x = -1; an equation."""
        claim = as_claim(statement, self.notation, self.solutions)
        self.solutions.judge(claim, self.sides.mark, line)
        self.sides.chain = Chain(kind="equation")

    def _equation(self, equation: Equation, tree: Equation, line: Line) -> None:
        self.solutions.judge_equation(equation, tree, self.sides.mark, line)

    def _settle(self, found: list[Marked]) -> None:
        """Settle the lines that list only some of the solutions, and explain those that lost one."""
        for mark, situation in self.solutions.settled(found):
            mark.explanations = self.sides.reasons.explanations(situation)
        if self.solutions.points is not None:
            self.solutions.points.settle()
        self.sides.numbers.settle()

    def _note_projections(self, lines: Iterable[Line]) -> None:
        """Note on which vectors a student projects, so that the sum is known before its line comes."""
        if not self.notation.vectors:
            return
        for line in lines:
            for text, start in line.parts:
                for statement in statements(text, start):
                    found = self.sides.target(statement.left)
                    if found is not None and found.kind == "projection" and found.by[0] not in self.truths.summands:
                        self.truths.summands.append(found.by[0])
