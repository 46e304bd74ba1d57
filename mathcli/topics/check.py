"""A student's own working, line by line: right, wrong, or undecided; the first wrong line explained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mathcli.topics import ReadingOptions, argument, option

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.checking.working import Working
    from mathcli.solution import Solution

KIND = "checking"
EXIT_CODES = {"right": 0, "wrong": 1, "undecided": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(ReadingOptions):
    """Your own working, line by line: the first mistake, and its name.

    mathcli check work.txt
    mathcli check work.txt --hint
    mathcli check --of derivative --problem 'x^2 sin x' --lines "f' = 2x sin x + x^2 cos x"
    """

    work: str = argument("file", "a file with the problem and your lines: f(x) = ..., f'(x) = ..., = ...", default="")
    of: str = option("text", "what is asked: derivative, critical_points, projection ...", default="", metavar="TASK")
    problem: str = option("text", "the expression that it is about", default="", metavar="EXPRESSION")
    lines: tuple[str, ...] = option("text", "a line of working", repeated=True, metavar="LINE")
    order: int = option("integer", "which derivative is asked for", default=0)
    wrt: tuple[Any, ...] = option("names", "the variable of a partial derivative", repeated=True, metavar="X")
    to: str = option("text", "the point of a distance: 3,7", default="", metavar="POINT")
    on: str = option("text", "an interval to which the problem is restricted", default="", metavar="INTERVAL")
    vectors: Any = option("vectors", "the vectors of a projection by name", metavar="VECTORS")
    hint: bool = option("flag", "say where and which rule to look at, and not the answer", default=False)
    brief: bool = option("flag", "the verdict in a line", default=False)
    file: str = option("text", "the name under which the working is shown", default="", metavar="NAME")

    def solve(self, budget: Budget) -> Solution:
        """Return the mark of each line, and the reason of the first wrong one.

        Raises:
            UsageError: there is no problem, or nothing to check.
            ReadingError: the problem cannot be read. (A line that cannot be read is only passed over.)
        """
        from mathcli.checking.judge import check
        from mathcli.topics._marked import solution

        working = self._working()
        report = check(working, budget=budget)
        return solution(self, report, EXIT_CODES[report.verdict])

    def _working(self) -> Working:
        from mathcli.checking.tasks import Asked, task
        from mathcli.checking.working import Working, lines_of_list, problems_in, read_working
        from mathcli.errors import NothingHandedInError, UsageError

        if self.work:
            if self.lines or self.problem:
                raise UsageError("the lines stand in the file, or are given one by one: not both")
            parts = problems_in(self.work)
            if len(parts) > 1:
                raise UsageError("several problems in one", hint="one problem for each piece of working")
            return read_working(parts[0] if parts else "", names=self._names())
        if not self.of and not self.problem and not self.vectors:
            raise UsageError("check needs a piece of working", hint="mathcli check work.txt")
        names = tuple(dict.fromkeys((*(self.var or ()), *(name for names in self.wrt for name in names))))
        asked = Asked(
            self.of or "derivative",
            self.problem,
            tuple(name.name for name in names),
            self.order,
            self.to,
            self.on,
            self.vectors or {},
        )
        about = task(asked, names=self._names())
        if not any(line.strip() for line in self.lines):
            raise NothingHandedInError(about.title, hint='"lines": ["f\' = 2x"]')
        return Working(about, (), lines_of_list(self.lines, about))

    def _names(self) -> tuple[Any, ...]:
        names: Any = self.name
        return tuple(name for group in names for name in group)


TOPIC = Check
