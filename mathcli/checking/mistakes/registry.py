"""What a mistake is, how one is entered, and what is known of the line that it is to explain.

A mistake is a function that re-enacts it. Those of differentiation look at one function f below the problem and yield
each wrong derivative of f that the mistake leads to; those of algebra look at one part of the line above and yield
what the mistake makes of it. Neither knows what the student wrote: whoever asks puts the wrong part in its place,
works the rest out rightly, and compares with the line. So a new mistake is one function with an example, and entering
it also tests it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from mathcli.calculus.derivation import Phrase
from mathcli.syntax.tree import Name, Node


@dataclass(frozen=True, slots=True)
class Situation:
    """What a line was written for.

    of              "derivative", "partial", "gradient", "critical_points", "distance", "projection", "simplify"
    problem         f; for a projection the Vector n, for a distance the curve
    variable        of differentiation; a gradient is asked about entry by entry, each with its own
    order           which derivative the line claims
    differentiated  what the derivative on this line is taken of: f, or for f'' the pupil's own or the right f'
    before          the right side of the line that this one carries on, the equation above; None on a first line
    right           what would have been right, None if unknown
    written         what was written; an Equation where the claim is one, and a Vector of equations for x = 1 or x = -1
    given           named vectors, the constraint, the point ..., where the task has them
    """

    of: str
    problem: Node
    variable: Name | None
    order: int
    differentiated: Node | None
    before: Node | None
    right: Node | None
    written: Node
    given: Mapping[str, Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A mistake that, re-enacted, gives what was written.

    names    one mistake, or two where it takes a pair
    place    the part of the problem or of the line above on which it was made: e^(2x)
    wrong    what was made of it: e^(2x)
    right    what it should have become: 2 e^(2x)
    because  the sentence, on the student's own expression
    after    the whole line as this mistake gives it
    by       the variable by which the place was differentiated, None where it was rewritten
    """

    names: tuple[str, ...]
    place: Node
    wrong: Node
    right: Node
    because: Phrase
    after: Node
    by: Name | None = None


class Slip(NamedTuple):
    """What one mistake makes of one part.

    wrong          the outcome; in differentiation a Derivative(u, x) in it stands for the right derivative of u
    because        the sentence as words and nodes; in it `Taken(f)` is read as (f)' = its right derivative
                   and `Expanded(u)` as u = what it is multiplied out
    doubt          of all slips that explain a line, only those of least doubt are given: 0 where the mistake could not
                   be meant otherwise, 1 for what is also seen in other ways, 2 for what explains nearly anything
    also           the name of a second mistake that was made at the same place, "" for none
    doubt_in_line  at least so doubtful where the derivative stood in the line above, beside algebra that may be wrong
    """

    wrong: Node
    because: tuple[object, ...] = ()
    doubt: int = 0
    doubt_in_line: int = 0
    also: str = ""


class Taken(NamedTuple):
    """Stands in a sentence for (u)' = the derivative of u."""

    u: Node


class Expanded(NamedTuple):
    """Stands in a sentence for u = u with its brackets multiplied out."""

    u: Node


class Example(NamedTuple):
    """A line with the mistake in it: the problem in x, the line above ("" for a first line), and what is written.

    of  "derivative", "partial", "critical_points", where solutions are (x = 1, x = -1), or "projection", where the
        problem is n and the line above is the a on which it is projected
    """

    problem: str
    above: str
    written: str
    of: str = "derivative"

    @property
    def working(self) -> dict[str, object]:
        """The example as a piece of working: the fields of `check`."""
        lines = [self.above, self.written]
        match self.of:
            case "projection":
                n, a = ([int(entry) for entry in text.strip("()").split(",")] for text in (self.problem, self.above))
                left = "proj(n, a)" if self.written.startswith("(") else "dot(n, a)"
                return {"of": self.of, "vectors": {"n": n, "a": a}, "lines": [f"{left} = {self.written}"]}
            case "critical_points":
                if self.written.startswith("(x ="):
                    lines[1] = self.written.strip("()").replace(", ", " or ")
            case _:
                left = "f_x = " if self.of == "partial" else "f' = "
                lines = [left + self.above, f"= {self.written}"] if self.above else [left + self.written]
        return {"of": self.of, "problem": self.problem, "var": "x", "lines": lines}


class Mistake(NamedTuple):
    """A mistake by its name, with its description in one line, an example, and what is said of it (`explanation`)."""

    name: str
    description: str
    example: Example
    explanation: str


OfDerivative = Callable[[Node, Name], Iterable[Slip]]
OfPartialDerivative = Callable[[Node, Name, frozenset[Name]], Iterable[Slip]]
OfLine = Callable[[Node], Iterable[Slip]]

MISTAKES: dict[str, Mistake] = {}
IN_DERIVATIVES: list[tuple[str, OfDerivative]] = []
IN_PARTIAL_DERIVATIVES: list[tuple[str, OfPartialDerivative]] = []
IN_LINES: list[tuple[str, OfLine]] = []

_Function = TypeVar("_Function", bound=Callable[..., object])


def _entered(
    book: list[tuple[str, _Function]], name: str, description: str, example: Example
) -> Callable[[_Function], _Function]:
    def enter(reenact: _Function) -> _Function:
        MISTAKES.setdefault(name, Mistake(name, description, example, reenact.__doc__ or ""))
        book.append((name, reenact))
        return reenact

    return enter


def in_derivative(name: str, description: str, *, example: Example) -> Callable[[OfDerivative], OfDerivative]:
    """Enter the function below as a mistake in taking the derivative of one function f."""
    return _entered(IN_DERIVATIVES, name, description, example)


def in_partial_derivative(
    name: str, description: str, *, example: Example
) -> Callable[[OfPartialDerivative], OfPartialDerivative]:
    """Enter the function below as a mistake in a derivative beside which other letters stand."""
    return _entered(IN_PARTIAL_DERIVATIVES, name, description, example)


def in_line(name: str, description: str, *, example: Example) -> Callable[[OfLine], OfLine]:
    """Enter the function below as a mistake in rewriting one part of the line above."""
    return _entered(IN_LINES, name, description, example)


def described(name: str, description: str, *, example: Example, explanation: str) -> None:
    """Enter a mistake that is not found by trying, but by solving for what was written."""
    MISTAKES.setdefault(name, Mistake(name, description, example, explanation))
