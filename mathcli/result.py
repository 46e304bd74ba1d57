"""What Python is answered with: SymPy, the steps and the verdict; and the way from a question to it.

The functions that are named like the subcommands live in `answers`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mathcli.batch.answering import answer as _answer_in_time

if TYPE_CHECKING:
    import sympy

    from mathcli.calculus.derivation import Step
    from mathcli.solution import Solution

Mathematics = Any
"""Text such as "x^2", a SymPy expression, or a list of these for a vector."""

Names = str | Sequence[str] | None
Point = str | Mapping[str, Mathematics] | Sequence[Mathematics] | None
Definitions = Sequence[str] | str
Columns = Sequence[str] | str | None

TIMEOUT = 30.0


class Result:
    """The answer to one problem, its steps, and how sure it is."""

    def __init__(self, solution: Solution) -> None:
        self.solution = solution

    @property
    def answer(self) -> Any:
        """The answer as SymPy has it, with plain symbols; a tuple where there are several.

        An answer without mathematics, such as a prepared table, is a mapping of its figures.

        >>> answer("diff", "x^3").answer
        3*x**2
        """
        from mathcli.algebra.lowering import lower
        from mathcli.errors import NotCoveredError

        if self.solution.is_of_matrices:
            hint = "str(result) is the answer as text, result.show('latex') in LaTeX"
            raise NotCoveredError("an answer in matrices is not handed to SymPy, whose symbols commute", hint=hint)
        values = tuple(lower(part) for line in self.solution.bare for part in line if not isinstance(part, str))
        if not values and self.solution.bare:
            return self.solution.answer
        return values[0] if len(values) == 1 else values

    @property
    def steps(self) -> tuple[Step, ...]:
        """The working: each step claims before = result by the rule that it names.

        >>> [step.rule for step in answer("diff", "x sin x").steps][0]
        'product rule'
        """
        return tuple(step for derivation in self.solution.derivations for step in derivation.steps)

    @property
    def verdict(self) -> str:
        """The weakest verdict that the answer rests on: proved, tested or undecided.

        >>> answer("diff", "x^3").verdict
        'proved'
        """
        return self.solution.verified.word if self.solution.verified is not None else "undecided"

    @property
    def notes(self) -> tuple[str, ...]:
        """How the input was read, where people read it differently.

        >>> answer("diff", "e^2x").notes[0]
        'e^2x is read as e^2*x; for e^(2x) write brackets'
        """
        return self.solution.notes

    def show(self, format: str = "plain", *, detail: str = "normal", width: int = 80) -> str:
        """Return the answer with its steps in one of the formats of the command line."""
        from mathcli.render import formats
        from mathcli.render.options import RenderOptions

        return formats.load(format).render(self.solution, RenderOptions(steps=True, detail=detail, width=width))

    def __str__(self) -> str:
        from mathcli.render import formats
        from mathcli.render.options import RenderOptions

        return formats.load("plain").render(self.solution, RenderOptions()).rstrip("\n")

    def __repr__(self) -> str:
        return f"<{self.solution.task}: {str(self).replace(chr(10), '; ')} ({self.verdict})>"

    def _repr_latex_(self) -> str:
        from sympy import latex

        answer = self.answer
        parts = answer if isinstance(answer, tuple) else (answer,)
        return "$\\displaystyle " + ",\\quad ".join(str(latex(part)) for part in parts) + "$"


def parse(text: str) -> sympy.Basic:
    """Return the mathematics as SymPy has it, with plain symbols. The text is never evaluated as Python.

    Raises:
        ReadingError: it cannot be read; the error knows where.

    >>> parse("2 sin x cos x")
    2*sin(x)*cos(x)
    """
    from mathcli.algebra.lowering import lower
    from mathcli.syntax.parser import read

    with _with_its_place():
        return lower(read(text).tree)


def answer(task: str, *arguments: Mathematics, timeout: float = TIMEOUT, **fields: Any) -> Result:
    """Return the answer to any task, its fields named as in a problem file.

    Raises:
        MathcliError: it cannot be read, has no answer, or the time is over.

    >>> print(answer("diff", "x^3", order=2))
    6*x
    """
    from mathcli.errors import UsageError
    from mathcli.topics import load
    from mathcli.topics._words import arguments_of

    with _with_its_place():
        positional = [field.name for field in arguments_of(load(task))]
        if len(arguments) > len(positional):
            raise UsageError(f"{task} takes {' and '.join(positional)}, and {len(arguments)} arguments were given")
        given = {**dict(zip(positional, arguments, strict=False)), **fields}
        texts = {name: _as_field(value) for name, value in given.items() if value is not None}
        solution = _answer_in_time(task, texts, seconds=timeout)
        if solution.files:
            from mathcli.render.files import write_files

            write_files(solution)
        return Result(solution)


def _as_field(value: Any) -> Any:
    """Return a value as a problem file would hold it: SymPy's expressions become text."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _as_field(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_as_field(entry) for entry in value]
    if isinstance(value, Result):
        return str(value)
    from sympy import SympifyError

    from mathcli.algebra.lowering import raised
    from mathcli.errors import UsageError
    from mathcli.syntax.writer import write

    try:
        return write(raised(value))
    except SympifyError:
        raise UsageError(f"mathematics is given as text or as SymPy's, not as {type(value).__name__}") from None


@contextmanager
def _with_its_place() -> Iterator[None]:
    """Let the traceback of an error of ours show where in the text it is, and what to try."""
    from mathcli.errors import MathcliError
    from mathcli.render.errors import layout

    try:
        yield
    except MathcliError as error:
        _, _, place = layout(error).partition("\n")
        if place:
            error.add_note(place)
        raise
