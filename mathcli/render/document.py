"""Solution -> document: what is said, in which order, how fine. No rule is known by name here, and no format.

A derivation records every rule application. How fine it is shown is decided by its shape alone:
  - trivial: the derivative of the variable or of something free of it. Shown at full detail only.
  - plain: needs no derivative but trivial ones, or is a linear combination of plain ones. One line.
  - everything else: a line with the formula filled in, its inner derivatives as rows behind a bar, and the result.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from mathcli.algebra.verdict import Verdict
from mathcli.calculus.derivation import Derivation, Path, Phrase, Step
from mathcli.solution import (
    Block,
    Chain,
    Curve,
    Findings,
    Given,
    Remark,
    Section,
    Sheet,
    Solution,
    Spellings,
    Table,
)
from mathcli.syntax.tree import (
    ONE,
    ZERO,
    Call,
    Definition,
    Derivative,
    Equation,
    Name,
    Negative,
    Node,
    Number,
    Product,
    Quotient,
    Relation,
    Sum,
    rewrite,
    walk,
)

PARTIAL_TASKS = frozenset(("partial", "gradient", "hessian", "jacobian"))


class Formula(str):
    """A formula of the rulebook, as ASCII text: each format writes it in its own signs."""

    __slots__ = ()


class Verbatim(str):
    """Text in the input syntax, to be left as it is so that it can be typed."""

    __slots__ = ()


class Heading(NamedTuple):
    """FIRST DERIVATIVE, with more words behind it where there are any."""

    text: str
    about: str = ""


class Line(NamedTuple):
    """One line of a derivation: `left = mathematics = ...`, its reason and remarks on it.

    `depth` counts the bars in front. Without `left` it goes on from the line above; without `mathematics` it is the
    start that a chain begins with.
    """

    left: Node | str | None
    mathematics: tuple[Node, ...]
    reason: str = ""
    remarks: tuple[Phrase, ...] = ()
    depth: int = 0
    sign: str = "="


class Lines(NamedTuple):
    """Lines with their signs aligned. Derivatives by `primes` are written (u)′; `is_partial` asks for ∂."""

    lines: tuple[Line, ...]
    primes: Name | None = None
    is_partial: bool = False
    is_answer: bool = False


class Sentence(NamedTuple):
    """A sentence in a tone: plain, note, good or warning. `is_partial` asks for ∂ in derivatives, `primes` for (u)′."""

    phrase: Phrase
    tone: str = "plain"
    is_partial: bool = False
    primes: Name | None = None


Part = Heading | Lines | Sentence | Table | Given | Curve | Sheet


class Document(NamedTuple):
    """What a format lays out, in order."""

    parts: tuple[Part, ...]


def compose(solution: Solution, *, detail: str = "normal", shows_reading: bool = True, draws: bool = False) -> Document:
    """Return what there is to say about a solution, at the detail brief, normal or full.

    `shows_reading` puts beside a function how it can be typed, where that is not how it was typed.
    """
    composer = _Composer(solution, detail, shows_reading)
    return Document(tuple(part for part in composer.parts() if draws or not isinstance(part, Curve)))


def _bare_signs(text: str) -> str:
    """A text without what a reader puts in or leaves out unasked: spaces, the signs of products, ** for ^."""
    return text.replace("**", "^").replace("*", "").replace(" ", "")


def _spellings(value: Node) -> Table:
    from mathcli.render.notation.latex import latex
    from mathcli.syntax.writer import bracketed, sympy_text

    spelled = (("typed", bracketed(value)), ("LaTeX", latex(value)), ("SymPy", sympy_text(value)))
    return Table((("form",), ("written as",)), tuple(((name,), (Verbatim(text),)) for name, text in spelled))


class _Composer:
    """Walks the blocks of one solution. Remembers which derivatives were shown, and which formulas."""

    def __init__(self, solution: Solution, detail: str, shows_reading: bool) -> None:
        self.solution = solution
        self.detail = detail
        self.shows_reading = shows_reading
        self.is_partial = solution.task in PARTIAL_TASKS or any(map(_has_several_variables, solution.blocks))
        self.shown: set[Node] = set()
        self.formulas: set[str] = set()

    def parts(self) -> Iterator[Part]:
        from mathcli.syntax.writer import write

        solution = self.solution
        said: set[str] = set()
        for block in solution.blocks:
            match block:
                case Given():
                    yield self._given(block)
                case Chain(is_background=True) if self.detail != "full":
                    continue
                case Chain():
                    yield Heading(block.heading)
                    yield self._chain(block)
                case Findings(rows, heading):
                    yield Heading(heading)
                    for row in rows:
                        said.add("".join(part if isinstance(part, str) else write(part) for part in row.remark))
                    lines = [
                        Line(r.left or None, (r.right,), "", (r.remark,) if r.remark else (), 0, r.sign) for r in rows
                    ]
                    yield Lines(tuple(lines), is_partial=self.is_partial, is_answer=True)
                case Remark(phrase, tone, primes, is_partial):
                    said.add("".join(part if isinstance(part, str) else write(part) for part in phrase))
                    yield Sentence(phrase, tone, self.is_partial or is_partial, primes)
                case Sheet():
                    said.update(note for note in solution.notes if ": undecided: " in note)
                    yield block
                case Table() | Curve():
                    yield block
                case Section(heading, about):
                    yield Heading(heading, about)
                case Spellings(value):
                    yield _spellings(value)
        verdict = verdict_sentence(solution)
        if verdict is not None:
            yield verdict
        for note in dict.fromkeys(solution.notes):
            if note not in said:
                yield Sentence((f"note: {note}",), "note")

    def _given(self, block: Given) -> Given:
        from mathcli.syntax.writer import write

        read = self.solution.read
        body = read.body if isinstance(read, Definition) else read
        if block.remark or body is not block.value or read is None or not self.shows_reading:
            return block
        text = write(read)
        is_known = _bare_signs(text) == _bare_signs(self.solution.text)
        return block if is_known else Given(block.name, block.value, ("read as  ", Verbatim(text)))

    def _chain(self, block: Chain) -> Lines:
        derivation = block.derivation
        start = derivation.start
        primes = start.variable if isinstance(start, Derivative) and not self.is_partial else None
        lines = [Line(block.label if block.label is not None else start, ())]
        first = None if block.label is None or isinstance(start, Derivative) else Line(None, (start,))
        path = self._path_of(derivation)
        match self.detail:
            case "brief":
                lines.extend(self._brief(derivation))
            case "full":
                lines.extend((first,) if first else ())
                lines.extend(self._full(derivation, path, 0))
            case _:
                lines.extend(self._steps(derivation, path, 0, first))
        if isinstance(start, Derivative):
            self.shown.add(start)
        match block.dependent:
            case Call(y, (Name() as x,)):
                lines = list(_without_repetitions(_without_argument(line, Name(y), x) for line in lines))
                primes = x
        return Lines(tuple(map(_with_its_sign, lines)), primes, self.is_partial)

    def _path_of(self, derivation: Derivation) -> Path | None:
        for k, root in enumerate(self.solution.derivations):
            if root is derivation:
                return (k,)
        return None

    # -- brief ----------------------------------------------------------------------------------------------------

    def _brief(self, derivation: Derivation) -> Iterator[Line]:
        if derivation.raw is not None and derivation.raw is not derivation.result:
            yield Line(None, (derivation.raw,))
        yield Line(None, (derivation.result,))

    # -- full -----------------------------------------------------------------------------------------------------

    def _full(self, derivation: Derivation, path: Path | None, depth: int) -> Iterator[Line]:
        for k, step in enumerate(derivation.steps):
            at = None if path is None else (*path, k)
            if step.substeps or step.kind == "rule":
                yield self._line_of(step, at, depth, mathematics=step.after)
                for j, sub in enumerate(step.substeps):
                    below = None if at is None else (*at, j)
                    if sub.start in self.shown:
                        yield Line(sub.start, (sub.result,), "from above", depth=depth + 1)
                    elif sub.steps:
                        first, *rest = self._full(sub, below, depth + 1)
                        yield first._replace(left=sub.start)
                        yield from rest
                        self.shown.add(sub.start)
                if step.result is not step.after:
                    yield Line(None, (step.result,), depth=depth)
            else:
                yield self._line_of(step, at, depth, mathematics=step.result)

    # -- normal ---------------------------------------------------------------------------------------------------

    def _steps(
        self, derivation: Derivation, path: Path | None, depth: int, previous: Line | None = None
    ) -> Iterator[Line]:
        """The lines of a chain, each going on from the one above, `previous` before the first."""
        for k, step in enumerate(derivation.steps):
            at = None if path is None else (*path, k)
            if step.kind == "arithmetic":
                if previous is None:
                    previous = Line(None, (step.result,), depth=depth)
                elif depth or _is_cosmetic(previous.mathematics[-1], step.result):
                    previous = previous._replace(mathematics=(step.result,))
                else:
                    yield previous
                    previous = Line(None, (step.result,), depth=depth)
                continue
            last = previous
            if last is not None:
                yield last
            if not step.substeps:
                previous = self._line_of(step, at, depth, mathematics=step.result)
            elif _is_one_line(step):
                previous = Line(None, (step.result,), _names((step,)), self._doubt(at), depth)
            else:
                line = self._line_of(step, at, depth, mathematics=standing(step))
                if last is None or last.mathematics[-1] is not line.mathematics[0]:
                    yield line
                yield from self._rows(step, at, depth + 1)
                previous = Line(None, (step.result,), depth=depth)
        if previous is not None:
            yield previous

    def _rows(self, step: Step, at: Path | None, depth: int) -> Iterator[Line]:
        """The derivatives that a step needs, each a row `start = result` with what it rests on below it."""
        is_linear = _is_linear(step)
        for j, sub in enumerate(step.substeps):
            if not is_trivial(sub) and not (is_linear and is_plain(sub)):
                yield from self._row(sub, None if at is None else (*at, j), depth)

    def _row(self, sub: Derivation, path: Path | None, depth: int) -> Iterator[Line]:
        if sub.start in self.shown:
            yield Line(sub.start, (sub.result,), "from above", depth=depth)
            return
        self.shown.add(sub.start)
        if is_plain(sub):
            yield Line(sub.start, (sub.result,), _names(sub.steps), self._doubt(path), depth)
            return
        first = sub.steps[0]
        only = [s for s in first.substeps if standing(first) is s.start]
        if only and all(step.kind == "arithmetic" for step in sub.steps[1:]):
            below = None if path is None else (*path, 0, first.substeps.index(only[0]))
            line, *rest = self._row(only[0], below, depth)
            yield line._replace(left=sub.start, mathematics=(only[0].start, *line.mathematics))
            yield from rest
            return
        inner = [s for s in first.substeps if not is_trivial(s)]
        if len(inner) == 1 and is_plain(inner[0]) and all(step.kind == "arithmetic" for step in sub.steps[1:]):
            at = None if path is None else (*path, 0)
            line = self._line_of(first, at, depth, mathematics=first.after, inner=inner[0])
            yield line._replace(left=sub.start, mathematics=(first.after, sub.result))
            return
        lines = self._steps(sub, path, depth)
        yield next(lines)._replace(left=sub.start)
        yield from lines

    def _line_of(
        self, step: Step, at: Path | None, depth: int, *, mathematics: Node, inner: Derivation | None = None
    ) -> Line:
        remarks: list[Phrase] = []
        is_told = self.detail == "full" or not (step.substeps and _is_linear(step))
        if is_told and step.formula and step.formula not in self.formulas:
            self.formulas.add(step.formula)
            remarks.append((Formula(step.formula),))
        if is_told and step.bind:
            bound: list[str | Node] = []
            for letter, node in step.bind:
                bound.extend((f"{', ' if bound else ''}{letter} = ", node))
            if inner is not None and isinstance(inner.start, Derivative):
                letters = {node: letter for letter, node in step.bind}
                letter = letters.get(inner.start.operand, "")
                if letter:
                    bound.extend((", ", Formula(f"{letter}' = "), inner.result))
            remarks.append(tuple(bound))
        if step.because:
            remarks.append(step.because)
        if step.conditions:
            said: list[str | Node] = []
            for condition in step.conditions:
                said.extend((" and " if said else "for ", condition))
            remarks.append(tuple(said))
        return Line(None, (mathematics,), step.rule, (*remarks, *self._doubt(at)), depth)

    def _doubt(self, at: Path | None) -> tuple[Phrase, ...]:
        """What must be said of a step that is not proved."""
        match self.solution.verdicts.get(at) if at is not None else None:
            case Verdict.TESTED:
                return (("numbers agree here; no proof was found",),)
            case Verdict.UNDECIDED:
                return (("this step is undecided",),)
        return ()


def _without_argument(line: Line, y: Name, x: Name) -> Line:
    """The line with y in the place of y(x), and the derivative of y in that of y'(x)."""

    def replaced(part: Node) -> Node | None:
        match part:
            case Call(function, (argument,), primes) if function == y.name and argument is x:
                return Derivative(y, x, primes) if primes else y
        return None

    def shown(part: str | Node) -> str | Node:
        return part if isinstance(part, str) else rewrite(part, replaced)

    return line._replace(
        left=None if line.left is None else shown(line.left),
        mathematics=tuple(rewrite(node, replaced) for node in line.mathematics),
        remarks=tuple(tuple(map(shown, phrase)) for phrase in line.remarks),
    )


def _without_repetitions(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines without what says nothing new once y(x) is written y: y' = y', and a line that is there already."""
    last: dict[int, Node] = {}
    for line in lines:
        shown = tuple(dict.fromkeys(line.mathematics))
        if line.left is not None and shown == (line.left,):
            continue
        if line.left is None and shown and shown[-1] is last.get(line.depth) and not line.reason:
            continue
        if shown:
            last[line.depth] = shown[-1]
        yield line._replace(mathematics=shown)


def _has_several_variables(block: Block) -> bool:
    return isinstance(block, Given) and isinstance(block.name, Call) and len(block.name.arguments) > 1


def _with_its_sign(line: Line) -> Line:
    """A line that is an equation itself follows from the one above and is not equal to it."""
    if line.mathematics and isinstance(line.mathematics[-1], Equation | Relation):
        return line._replace(sign="⇒")
    return line


def verdict_sentence(solution: Solution) -> Sentence | None:
    """Return the last line: how far the derivations were verified; without any, the blocks say it all."""
    proved, steps = solution.proofs or (0, 0)
    if solution.verified is None or not (solution.derivations or steps):
        return None
    counted = f" ({proved} of {steps})" if steps else ""
    match solution.verified:
        case Verdict.PROVED:
            return Sentence((f"every step proved{counted}" if steps else "proved",), "good")
        case Verdict.TESTED if steps and proved == steps:
            return Sentence((f"every step proved{counted}; the numbers themselves are rounded",), "good")
        case Verdict.TESTED:
            return Sentence(
                (f"not every step is proved{counted}; the others agree with numbers at every point tried",), "warning"
            )
        case Verdict.REFUTED:
            return Sentence(("a step of this derivation is refuted",), "warning")
    return Sentence((f"undecided: not every step could be proved{counted}",), "warning")


def is_trivial(derivation: Derivation) -> bool:
    """Whether this is the derivative of the variable itself or of something free of it."""
    match derivation.start:
        case Derivative(operand, variable, _):
            return operand is variable or variable not in operand.names
    return False


def is_plain(derivation: Derivation) -> bool:
    """Whether a derivation needs no derivatives but trivial ones, or is a linear combination of plain ones."""
    if is_trivial(derivation):
        return True
    return all(step.kind == "arithmetic" or (step.kind == "rule" and _is_one_line(step)) for step in derivation.steps)


def _is_one_line(step: Step) -> bool:
    if step.kind != "rule":
        return False
    if all(map(is_trivial, step.substeps)):
        return True
    return _is_linear(step) and all(map(is_plain, step.substeps))


def standing(step: Step) -> Node:
    """Return the formula of a step filled in; in a linear combination with the plain derivatives already taken."""
    if not _is_linear(step):
        return step.after
    taken: dict[Node, Node] = {sub.start: sub.result for sub in step.substeps if is_plain(sub)}
    after = step.after.substitute(taken)
    if isinstance(after, Sum):
        terms = [term for term in after.terms if term is not ZERO and term is not _MINUS_ZERO]
        return Sum.of(*terms)
    return after


_MINUS_ZERO = Negative(ZERO)


def _is_linear(step: Step) -> bool:
    """Whether the derivatives in a step's formula stand only as terms, with coefficients free of the variable."""
    match step.before:
        case Derivative(_, variable, _):
            return _is_combination(step.after, variable)
    return False


def _is_combination(node: Node, x: Name) -> bool:
    match node:
        case Derivative():
            return True
        case Sum(terms):
            return all(_is_combination(term, x) for term in terms)
        case Negative(operand):
            return _is_combination(operand, x)
        case Quotient(numerator, denominator):
            return x not in denominator.names and _is_combination(numerator, x)
        case Product(factors):
            standing = [factor for factor in factors if factor.contains(Derivative)]
            others = [factor for factor in factors if factor not in standing]
            return not standing or (
                len(standing) == 1
                and _is_combination(standing[0], x)
                and all(x not in factor.names for factor in others)
            )
    return not node.contains(Derivative)


def _is_cosmetic(before: Node, after: Node) -> bool:
    """Whether no number was worked out between two lines: only signs, ones, zeros and the order of factors changed."""
    return _numbers(before) == _numbers(after)


def _numbers(node: Node) -> set[Node]:
    return {part for part in walk(node) if isinstance(part, Number) and part is not ZERO and part is not ONE}


def in_parts(reason: str) -> Phrase:
    """Return a reason with the mathematics in it set apart: ("factor ", Formula("e^(2x)"), " out").

    >>> in_parts("factor e^(2x) out")
    ('factor ', 'e^(2x)', ' out')
    """
    if "^" not in reason:
        return (reason,) if reason else ()
    parts = re.split(r"(\S*\^\([^()]*\)|\S*\^\w+)", reason)
    return tuple(Formula(part) if "^" in part else part for part in parts if part)


def _names(steps: Sequence[Step]) -> str:
    """The names of the rules that a plain derivation rests on, said together: sum, power rule.

    Of the rules that only take a linear combination apart, the outermost is named.
    """
    found: dict[str, None] = {}
    pending = [(step, True) for step in reversed(steps)]
    while pending:
        step, is_outermost = pending.pop()
        if step.kind != "rule":
            continue
        inner = [sub for sub in step.substeps if not is_trivial(sub)]
        if is_outermost or not inner:
            found[step.rule] = None
        for sub in reversed(inner):
            pending.extend((below, False) for below in reversed(sub.steps))
    names = list(found)
    if len(names) == 1 and names[0].endswith(" rule"):
        return names[0]
    short = [name.removesuffix(" rule").removeprefix("derivative from the ") for name in names]
    return ", ".join(short) + (" rule" if names and names[-1].endswith(" rule") else "")


def without_steps(document: Document) -> Document:
    """Return what is left of a document when nobody asked for steps: the problem, tables and the answer."""
    parts: list[Part] = []
    for part in document.parts:
        if isinstance(part, Lines) and not part.is_answer:
            if parts and isinstance(parts[-1], Heading):
                parts.pop()
            continue
        parts.append(part)
    return Document(tuple(parts))
