"""What is said of a piece of working that has been judged: the page, the lines for an editor, the JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mathcli.algebra.verdict import Verdict
from mathcli.checking import tasks
from mathcli.checking.mistakes import NAMES
from mathcli.solution import Answer, Block, Remark, Section, Sheet, SheetLine, Solution
from mathcli.syntax.tree import Derivative, Equation, Node, Relation, Vector
from mathcli.syntax.writer import write

if TYPE_CHECKING:
    from mathcli.calculus.derivation import Phrase
    from mathcli.checking.comparing import Witness
    from mathcli.checking.marks import Marked, Report
    from mathcli.checking.mistakes import Explanation
    from mathcli.topics.check import Check

NOT_RECOGNISED = "not_recognised"

RULES = {
    "chain": "the chain rule: the inner function and its derivative",
    "product": "the product rule: (uv)' = u'v + uv'",
    "quotient": "the quotient rule: (u/v)' = (u'v - uv')/v^2",
    "power_exponent": "the power rule: (x^n)' = n x^(n-1)",
    "power_multiplier": "the power rule: (x^n)' = n x^(n-1)",
    "power_rule": "the derivative of an exponential: its exponent varies, not its base",
    "power_over": "powers of sums: (a + b)^n is no sum of powers",
    "exponential": "the derivative of an exponential: (a^x)' = a^x log a",
    "trig": "the table: the derivatives of sin, cos and tan, with their signs",
    "log_rule": "the derivative of a logarithm: (log u)' = u'/u",
    "log_law": "the laws of logarithms",
    "constant_kept": "the derivative of a constant term",
    "constant_factor": "constant factors: (c f)' = c f'",
    "term_lost": "the number of terms: one for each term above",
    "other_variable": "what is held constant in a partial derivative",
    "wrong_variable": "the variable of differentiation",
    "integrated": "the direction: a derivative was asked for",
    "sign": "the signs",
    "distribution": "the brackets: every term in them is multiplied",
    "illegal": "cancelling: only factors of the whole numerator cancel",
    "like_terms": "collecting like terms",
    "arithmetic": "the numbers",
    "spurious": "the constant factors",
    "root": "the solutions of the equation, each in the domain",
    "equation": "moving terms from one side to the other",
    "exponent_law": "the laws of powers",
    "dot": "the dot product",
    "projection": "the formula of the projection: (n.a / a.a) a",
    "sum_bound": "the number of terms of the sum, which varies",
}
"""Which rule to look at, by how the name of a mistake begins."""


def solution(problem: Check, report: Report, exit_code: int) -> Solution:
    """Return the solution of `check`: what was found, as each format needs it."""
    page = _Page(problem, report)
    return Solution(
        "check",
        answer=page.answer(),
        bare=tuple(page.bare()),
        blocks=tuple(page.blocks()),
        notes=tuple(page.notes()),
        verified=Verdict.UNDECIDED if report.verdict == "undecided" else Verdict.PROVED,
        exit_code=exit_code,
        tally=(report.working.task.title, page.outcome()),
        text=report.working.task.text,
        read=report.working.task.problem,
    )


def rule_of(name: str) -> str:
    """Return what to look at for a mistake of this name."""
    return next((rule for start, rule in RULES.items() if name.startswith(start)), "")


class _Page:
    def __init__(self, problem: Check, report: Report) -> None:
        self.problem, self.report = problem, report
        self.is_hint = problem.hint
        self.wrong = [marked for marked in report.lines if marked.status == "wrong"]

    def outcome(self) -> str:
        """What a teacher counts: right, undecided, or the first mistake by its name."""
        if not self.wrong:
            return self.report.verdict
        names = self.wrong[0].names
        return names[0] if len(names) == 1 else "one of several mistakes" if names else NOT_RECOGNISED

    # -- JSON ---------------------------------------------------------------------------------------------------------

    def answer(self) -> dict[str, Answer]:
        fields: dict[str, Answer] = {
            "verdict": self.report.verdict,
            "lines": tuple(self._entry(marked) for marked in self.report.lines),
        }
        if self.wrong:
            fields["first_wrong"] = self.wrong[0].line.number
        return fields

    def _entry(self, marked: Marked) -> dict[str, Answer]:
        fields: dict[str, Answer] = {
            "line": marked.line.number,
            "text": marked.line.text.strip(),
            "status": marked.status,
        }
        if marked.follows_from is not None:
            fields["follows_from"] = marked.follows_from
        if marked.because and not (self.is_hint and marked.status == "wrong"):
            fields["remark"] = _text(marked.because)
        if marked.error is not None:
            fields["error"] = {
                "message": marked.error.message,
                **({"hint": marked.error.hint} if marked.error.hint else {}),
            }
        if marked.span is not None:
            fields["column"] = marked.line.offset + marked.span.column
            fields["length"] = marked.span.length
        if marked.status == "wrong":
            fields |= self._reason(marked)
        elif marked.status in ("follows", "undecided") and marked.expected is not None and not self.is_hint:
            fields["expected"] = marked.expected
        return fields

    def _reason(self, marked: Marked) -> dict[str, Answer]:
        if self.is_hint:
            return {"hint": self._where_to_look(marked)}
        fields: dict[str, Answer] = {}
        found = marked.explanations
        others = tuple(dict.fromkeys(name for explanation in found for name in explanation.names))
        if len(found) == 1:
            because = _text(found[0].because) or _description(marked.names[0])
            is_pair = len(others) > 1
            fields["mistake"] = (
                {"names": others, "because": because, "others": others}
                if is_pair
                else {"name": others[0], "because": because, "others": ()}
            )
        elif found:
            fields["mistake"] = {"others": others}
        if marked.expected is not None:
            fields["expected"] = marked.expected
        if marked.witness is not None:
            at, yours, true = marked.witness
            fields["witness"] = {
                **{name.name: write(value) for name, value in at.items()},
                "yours": write(yours),
                "true": write(true),
            }
        return fields

    # -- lines for an editor ------------------------------------------------------------------------------------------

    def bare(self) -> Iterator[Phrase]:
        for marked in self.wrong:
            yield (f"{self._file()}{marked.line.number}:{_column(marked)}: ", *self._short(marked))

    def _file(self) -> str:
        return f"{self.problem.file}:" if self.problem.file else ""

    def _short(self, marked: Marked) -> Phrase:
        if self.is_hint:
            return (self._where_to_look(marked),)
        names = marked.names
        if len(names) == 1:
            said: Phrase = (_text(marked.explanations[0].because),)
            return (f"{names[0]}: ", *(said or (_description(names[0]),)))
        if names:
            return (f"{' or '.join(names)}: {_text(marked.because)}",)
        expected: Phrase = ("; right is ", marked.expected) if marked.expected is not None else ()
        return (f"{NOT_RECOGNISED}: ", *marked.because, *expected)

    # -- the page -----------------------------------------------------------------------------------------------------

    def blocks(self) -> Iterator[Block]:
        if not self.problem.brief:
            yield Sheet(tuple(self._lines()), self._title())
            for marked in self.wrong[:1]:
                yield from self._hint(marked) if self.is_hint else self._explained(marked)
            if not self.is_hint:
                for marked in self.wrong[1:]:
                    yield Section(f"LINE {marked.line.number}", self._headline(marked))
                    yield from self._because(marked)
        elif self.wrong:
            yield self._in_a_line(self.wrong[0])
        yield self._verdict()

    def _in_a_line(self, marked: Marked) -> Remark:
        """What is wrong with a line, in one sentence for people: the description of the mistake, then the reason."""
        number = f"line {marked.line.number}: "
        if self.is_hint or len(marked.names) != 1:
            return self._remark((number, *self._short(marked)), marked)
        return self._remark((f"{number}{_description(marked.names[0])}: ", *marked.explanations[0].because), marked)

    def _title(self) -> str:
        """The file, with the line in which the problem begins where others stand above it."""
        head = self.report.working.head
        if self.problem.file in ("", "-") or not head or head[0].number == 1:
            return "" if self.problem.file == "-" else self.problem.file
        return f"{self.problem.file}:{head[0].number}"

    def _lines(self) -> Iterator[SheetLine]:
        for line in self.report.working.head:
            remark: Phrase = () if tasks.is_head(line.text) else ("given",)
            yield SheetLine(line.number, (line.text,), "given", remark)
        if not self.report.working.head:
            yield SheetLine(0, (self.report.working.task.text,), "given", ("given",))
        for marked in self.report.lines:
            span = marked.span
            shown = None if span is None or (self.is_hint and marked.error is None) else (span.start, span.length)
            remark = marked.because
            if self.is_hint and marked.status == "wrong":
                remark = ("look here",)
            yield SheetLine(marked.line.number, (marked.line.text,), marked.status, remark, shown)

    def _headline(self, marked: Marked) -> str:
        names = marked.names
        if len(names) == 1:
            return _description(names[0])
        if names:
            return "one of several mistakes explains this line"
        return "this is no mistake that mathcli knows by name"

    def _explained(self, marked: Marked) -> Iterator[Block]:
        yield Section(f"LINE {marked.line.number}", self._headline(marked))
        yield from self._because(marked)
        is_new = marked.witness is not None and (marked.witness.at or not _is_told_right(marked))
        if marked.witness is not None and is_new and "outside" not in _text(marked.because):
            yield Remark(self._see_it(marked, marked.witness))
        yield from self._repairs(marked)

    def _because(self, marked: Marked) -> Iterator[Block]:
        if len(marked.explanations) == 1:
            explanation = marked.explanations[0]
            for phrase in (_made_of(explanation), explanation.because):
                if phrase:
                    yield self._remark(_sentence(phrase), marked)
        else:
            for explanation in marked.explanations:
                name = " and ".join(explanation.names)
                yield self._remark((f"{_description(name)}: ", *explanation.because), marked)
        if marked.expected is not None and _is_told_right(marked):
            yield self._remark(("right would be ", *_one_by_one(marked.expected)), marked)

    def _remark(self, phrase: Phrase, marked: Marked) -> Remark:
        """A sentence in which derivatives are written with primes, or with ∂ where there are several variables."""
        is_partial = len(self.report.working.task.variables) > 1
        return Remark(phrase, primes=None if is_partial else marked.variable, is_partial=is_partial)

    def _see_it(self, marked: Marked, witness: Witness) -> Phrase:
        if _is_about_solutions(marked):
            return ("At ", *_place(witness), " the derivative is ", witness.true)
        place: Phrase = ("See it at ", *_place(witness)) if witness.at else ("In numbers",)
        before = marked.because[0] if marked.because else ""
        above = str(before).removeprefix("not equal to ") if str(before).startswith("not equal to line") else ""
        first: Phrase = (f":   {above} gives ",) if above else (":   right is ",)
        return (*place, *first, witness.true, f",   line {marked.line.number} gives ", witness.yours)

    def _repairs(self, marked: Marked) -> Iterator[Block]:
        if marked.repaired is None:
            return
        lines = [SheetLine(marked.line.number, (_lead(marked), marked.repaired))]
        for other in self.report.lines:
            follows = other.status == "follows" and other.follows_from in [line.number for line in lines]
            if follows and other.expected is not None:
                lines.append(SheetLine(other.line.number, (_lead(other), other.expected)))
        numbers = [str(line.number) for line in lines]
        which = f"line {numbers[0]} becomes" if len(numbers) == 1 else f"lines {_listed(numbers)} become"
        yield Sheet(tuple(lines), lead=f"with that one repair, {which}")

    def _hint(self, marked: Marked) -> Iterator[Block]:
        yield Section(f"LINE {marked.line.number}", "a hint")
        yield Remark((self._where_to_look(marked),))

    def _where_to_look(self, marked: Marked) -> str:
        rules = list(dict.fromkeys(filter(None, map(rule_of, marked.names))))
        if len(rules) == 1:
            return f"look at {rules[0]}"
        above = str(marked.because[0]) if marked.because else ""
        if above.startswith("not equal to line"):
            return f"something changed its value between {above.removeprefix('not equal to ')} and this line"
        return "do this line again, one rule at a time"

    def _verdict(self) -> Block:
        statuses = [marked.status for marked in self.report.lines]
        follows = statuses.count("follows")
        count = len(self.wrong)
        if self.report.verdict == "right":
            lines = statuses.count("right")
            return Remark((f"right, proved: all {lines} lines" if lines > 1 else "right, proved",), "good")
        if self.report.verdict == "wrong":
            sound = "; what follows from it is sound" if follows and count == 1 else ""
            return Remark((f"{count} mistake{'s' * (count != 1)}{sound}",), "warning")
        return Remark((f"undecided: {self._what_is_open()}",), "warning")

    def _what_is_open(self) -> str:
        lines = self.report.lines
        unread = [str(m.line.number) for m in lines if m.error is not None]
        open_lines = [str(m.line.number) for m in lines if m.status == "undecided"]
        said = []
        if unread:
            said.append(f"line{'s' * (len(unread) > 1)} {_listed(unread)} could not be read")
        if open_lines:
            said.append(f"nothing is proved of line{'s' * (len(open_lines) > 1)} {_listed(open_lines)}")
        return "; ".join(said) or "no line says anything of the problem"

    def notes(self) -> Iterator[str]:
        """What a pipe, which gets only the wrong lines, is told on stderr."""
        yield from self.report.notes
        for marked in self.report.lines:
            if marked.status == "undecided" or marked.error is not None:
                yield f"{self._file()}{marked.line.number}: undecided: {_text(marked.because)}"


def _is_told_right(marked: Marked) -> bool:
    """Whether the page says what would be right, and not by a repaired line."""
    return marked.expected is not None and (len(marked.explanations) != 1 or marked.repaired is None)


def _place(witness: Witness) -> Phrase:
    place: list[str | Node] = []
    for name, value in witness.at.items():
        place.extend((", ", Equation(name, value)) if place else (Equation(name, value),))
    return tuple(place)


def _column(marked: Marked) -> int:
    start = marked.span.start if marked.span is not None else len(marked.line.text) - len(marked.line.text.lstrip())
    return marked.line.offset + start + 1


def _lead(marked: Marked) -> str:
    """What stands before the value: the indented = of the student's own line."""
    text = marked.line.text
    at = text.find("=")
    expected = marked.expected
    is_solution = isinstance(expected, Equation | Relation) or (
        isinstance(expected, Vector) and any(isinstance(entry, Equation) for entry in expected.entries)
    )
    return f"{text[: at + 1]} " if at >= 0 and not is_solution else ""


def _is_about_solutions(marked: Marked) -> bool:
    written = marked.written
    return isinstance(written, Equation) or (
        isinstance(written, Vector) and bool(written.entries) and isinstance(written.entries[0], Equation)
    )


def _made_of(explanation: Explanation) -> Phrase:
    """What was taken for what: (e^(2x))' = e^(2x)."""
    place, wrong = explanation.place, explanation.wrong
    if isinstance(place, Equation | Relation | Vector):
        return ()
    left = place if explanation.by is None else Derivative(place, explanation.by)
    return () if left is wrong else ("This results from taking ", Equation(left, wrong))


def _one_by_one(expected: Node) -> Phrase:
    """Solutions one by one: x = -2 or x = 2; (0, 1) or (0, -1)."""
    kinds = {type(entry) for entry in expected.entries} if isinstance(expected, Vector) else set()
    if not isinstance(expected, Vector) or kinds not in ({Equation}, {Vector}):
        return (expected,)
    phrase: list[str | Node] = []
    for entry in expected.entries:
        phrase.extend((" or ", entry) if phrase else (entry,))
    return tuple(phrase)


def _sentence(phrase: Phrase) -> Phrase:
    first = phrase[0]
    word = first.split(" ")[0] if isinstance(first, str) else ""
    return (first[:1].upper() + first[1:], *phrase[1:]) if isinstance(first, str) and word.isalpha() else phrase


def _description(name: str) -> str:
    return " and ".join(NAMES.get(part, part.replace("_", " ")) for part in name.split(" and "))


def _listed(numbers: list[str]) -> str:
    return numbers[0] if len(numbers) == 1 else f"{', '.join(numbers[:-1])} and {numbers[-1]}"


def _text(phrase: Phrase) -> str:
    return "".join(part if isinstance(part, str) else _typed(part) for part in phrase)


def _typed(node: Node) -> str:
    """The node as it is typed, (2x)' = 2 with a prime."""
    match node:
        case Equation(Derivative(u, _, 1), value):
            return f"({write(u)})' = {write(value)}"
    return write(node)
