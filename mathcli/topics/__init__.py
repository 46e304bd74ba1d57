"""The subcommands: one file each, named like the subcommand, holding one frozen dataclass that is the problem.

A topic's dataclass has the fields that a user may give: arguments (positional, in order) and options. The same
object is made from a command line, from a line of a problem file and from Python (`build`), so there is one
validation. Its docstring is its help: the first line is the summary, the lines that start with "mathcli" are
examples. `solve` asks calculus and answers with a `Solution`; it prints nothing and reads no clock.

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Diff(ReadingOptions):
        \"\"\"The derivative of an expression, of any order.

        mathcli diff 'e^(2x) cos x' --order 2 --steps
        \"\"\"

        expression: Reading = argument("expression", "what to differentiate")
        order: int = option("integer", "how many times", default=1)

        def solve(self, budget: Budget) -> Solution: ...

    TOPIC = Diff

Kinds of field, and the type that `solve` finds in it:
    expression  Reading of an expression, an equation or a definition, read with the reading options of the problem
    equation    Reading whose tree is an Equation (a curve, a surface)
    vector      Reading whose tree is a Vector; point: tuple[tuple[Name, Node], ...] from "x=1, y=2" or a bare "1, 2"
    names       tuple[Name, ...] from "x" or "x,y" or a list
    integer, flag, text, choice (with `choices`)
A field with `repeated=True` is a tuple of these.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field
from typing import Any, Protocol

from mathcli.algebra.budget import Budget
from mathcli.solution import Solution
from mathcli.syntax.tree import Name


class Problem(Protocol):
    """A question that has been read: its fields hold trees, not text."""

    def solve(self, budget: Budget) -> Solution:
        """Return the answer with its derivations, each step judged.

        Raises:
            NoAnswerError, BudgetSpentError, VerificationError: see `errors`.
        """
        ...


def argument(
    kind: str, help: str, *, repeated: bool = False, default: Any = MISSING, choices: tuple[str, ...] = ()
) -> Any:
    """Declare a positional argument of a topic."""
    return _declared(kind, help, repeated, default, choices, positional=True)


def option(
    kind: str,
    help: str,
    *,
    default: Any = None,
    repeated: bool = False,
    choices: tuple[str, ...] = (),
    metavar: str = "",
) -> Any:
    """Declare an option; `in_terms_of` is --in-terms-of on the command line and "in_terms_of" in JSON."""
    return _declared(kind, help, repeated, () if repeated and default is None else default, choices, metavar=metavar)


def _declared(
    kind: str,
    help: str,
    repeated: bool,
    default: Any,
    choices: tuple[str, ...],
    *,
    positional: bool = False,
    metavar: str = "",
) -> Any:
    about = {
        "kind": kind,
        "help": help,
        "repeated": repeated,
        "choices": choices,
        "positional": positional,
        "metavar": metavar,
    }
    return field(default=default, metadata=about)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOptions:
    """What every topic that reads expressions shares: which letters are meant, and which are named."""

    var: tuple[Name, ...] = option("names", "the variable, or several: x or x,y (--vars is the same)")
    name: tuple[Name, ...] = option("names", "declare a name of several letters", repeated=True)
    let: tuple[Any, ...] = option("definition", "name a part: 'g(x) = 1+e^(-x)'", repeated=True)
    strict: bool = option("flag", "refuse input that people read in different ways", default=False)
