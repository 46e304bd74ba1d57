"""Why a line is wrong: the known mistakes that give what was written, where in the line, and how it would be right."""

from __future__ import annotations

from dataclasses import replace

from mathcli.algebra.budget import Budget
from mathcli.checking.claims import Side
from mathcli.checking.comparing import are_equal
from mathcli.checking.marks import Marked, Said
from mathcli.checking.mistakes import Explanation, Situation, explanations
from mathcli.checking.notation import Notation, Written
from mathcli.checking.places import mended, span_of
from mathcli.checking.truths import Right
from mathcli.errors import BudgetSpentError, NoAnswerError
from mathcli.syntax.span import Span
from mathcli.syntax.tree import Ellipsis, Node, Vector

_UNITS_FOR_A_REASON = 400_000


class Reasons:
    """Looks for the reasons of wrong lines in one piece of working."""

    def __init__(self, notation: Notation, budget: Budget) -> None:
        self.notation, self.budget = notation, budget

    def explain(
        self,
        mark: Marked,
        written: Written,
        right: Right,
        base: Node | None,
        expected: Node,
        before: Said | None,
        side: Side,
    ) -> None:
        """Enter into a mark what was done, and where in the line.

        `base` is what the derivative is taken of, `expected` what would have been right after the lines above.
        """
        if before is not None and before.is_wrong:
            expected = before.value
        task = self.notation.task
        is_worked_out = isinstance(written.value, Vector) and not isinstance(written.tree, Vector)  # 5/6 (1, 2, -1)
        situation = Situation(
            of=right.of,
            problem=task.problem,
            variable=right.variable,
            order=right.order,
            differentiated=base,
            before=before.tree if before is not None else None,
            right=expected,
            written=written.value if written.tree.contains(Ellipsis) or is_worked_out else written.tree,
            given=dict(task.given),
        )
        mark.variable = right.variable
        mark.explanations = self.explanations(situation)
        lines = (*((self.notation.value(before.tree),) if before is not None else ()), *right.shown)
        part = mended(written.tree, mark.explanations, expected, lines, self.notation.value, self.budget)
        mark.repaired = None if part is None else part.line
        found = span_of(part, written)
        start, length = (side.start, len(side.text)) if found is None else (side.start + found.start, found.length)
        mark.span = Span(start, length)

    def explanations(self, situation: Situation) -> tuple[Explanation, ...]:
        """The mistakes that explain a line; none if nobody knows one, or if it would take too long."""
        if situation.of == "gradient" and situation.written.contains(Vector):
            return self._entry_by_entry(situation)
        try:
            return explanations(situation, budget=self.budget.part(_UNITS_FOR_A_REASON))
        except (BudgetSpentError, NoAnswerError):
            return ()

    def _entry_by_entry(self, situation: Situation) -> tuple[Explanation, ...]:
        """The mistakes in the first wrong entry of a gradient."""
        right, written, before = situation.right, situation.written, situation.before
        if (
            not isinstance(right, Vector)
            or not isinstance(written, Vector)
            or len(right.entries) != len(written.entries)
        ):
            return ()
        for k, name in enumerate(self.notation.task.variables):
            r, w = right.entries[k], written.entries[k]
            if not are_equal(r, self.notation.value(w), (), self.budget):
                above = before.entries[k] if isinstance(before, Vector) else None
                return self.explanations(replace(situation, variable=name, right=r, written=w, before=above))
        return ()
