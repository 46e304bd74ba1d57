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
    statement   Statement: an expression or a claim, with "or", "and", ±, sets and intervals
    vector      Reading whose tree is a Vector; point: tuple[tuple[Name, Node], ...] from "x=1, y=2" or a bare "1, 2"
    names       tuple[Name, ...] from "x" or "x,y" or a list
    table       a DataTable, from the path of its file; columns: tuple[str, ...], the names of columns
    vectors     texts by name; file: the text of a file, which `cli` reads
    integer, flag, text, choice (with `choices`)
A field with `repeated=True` is a tuple of these. `_fields.py` says how each kind is read, `_words.py` how the words of
a command line become fields. A module may say KIND = "derivatives", the heading under which --help lists it.
"""

from __future__ import annotations

import os
from dataclasses import MISSING, dataclass, field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mathcli.algebra.budget import Budget
    from mathcli.solution import Solution
    from mathcli.syntax.tree import Name


class Problem(Protocol):
    """A question that has been read: its fields hold trees, not text."""

    def __init__(self, **fields: Any) -> None: ...

    def solve(self, budget: Budget) -> Solution:
        """Return the answer with its derivations, each step judged.

        Raises:
            NoAnswerError, BudgetSpentError, VerificationError: see `errors`.
        """
        ...


@cache
def names() -> tuple[str, ...]:
    """The subcommands that are there, by the files of this folder, in alphabetical order."""
    files = (entry.partition(".py") for folder in __path__ for entry in os.listdir(folder))
    return tuple(sorted({stem for stem, suffix, rest in files if suffix and not rest and not stem.startswith("_")}))


@cache
def load(name: str) -> type[Problem]:
    """Return the dataclass of one subcommand.

    Raises:
        UsageError: there is no such subcommand.
    """
    if name not in names():
        from mathcli.errors import UsageError
        from mathcli.topics._words import nearest

        close = nearest(name, names())
        raise UsageError(
            f"there is no task {name!r}", hint=f"did you mean {close}?" if close else "mathcli --help lists all"
        )
    topic: type[Problem] = import_module(f"mathcli.topics.{name}").TOPIC
    return topic


def kind(name: str) -> str:
    """The heading under which a subcommand is listed."""
    heading: str = getattr(import_module(f"mathcli.topics.{name}"), "KIND", "commands")
    return heading


def build(task: str, fields: Mapping[str, object]) -> Problem:
    """Return the problem with its fields read: text becomes trees, "2" becomes 2, "x,y" two names.

    Raises:
        UsageError: no such task or field, a field missing, or a value that is not of its kind.
        ReadingError, LimitExceededError: mathematics that cannot be read.
    """
    from mathcli.topics._fields import read_fields

    topic = load(task)
    return topic(**read_fields(topic, task, fields))


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
    short: str = "",
) -> Any:
    """Declare an option; `in_terms_of` is --in-terms-of on the command line and "in_terms_of" in JSON.

    `short` is another spelling on the command line, such as -o.
    """
    default = () if repeated and default is None else default
    return _declared(kind, help, repeated, default, choices, metavar=metavar, short=short)


def _declared(
    kind: str,
    help: str,
    repeated: bool,
    default: Any,
    choices: tuple[str, ...],
    *,
    positional: bool = False,
    metavar: str = "",
    short: str = "",
) -> Any:
    about = {
        "kind": kind,
        "help": help,
        "repeated": repeated,
        "choices": choices,
        "positional": positional,
        "metavar": metavar,
        "short": short,
    }
    return field(default=default, metadata=about)


def shape_option() -> Any:
    """Declare --shape, which says that letters stand for vectors and matrices."""
    help = "letters stand for matrices: 'X: n by d, w: d', 'A: n by n symmetric'"
    return option("shapes", help, repeated=True, metavar="SHAPES")


def componentwise_option() -> Any:
    """Declare --componentwise, for answers in matrices."""
    return option("flag", "with --shape: write the answer entry by entry too", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOptions:
    """What every topic that reads expressions shares: which letters are meant, and which are named."""

    var: tuple[Name, ...] = option("names", "the variable, or several: x or x,y (--vars is the same)")
    name: tuple[Name, ...] = option("names", "declare a name of several letters", repeated=True)
    let: tuple[Any, ...] = option("definition", "name a part: 'g(x) = 1+e^(-x)'", repeated=True)
    strict: bool = option("flag", "refuse input that people read in different ways", default=False)
