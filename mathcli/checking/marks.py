"""The marks of a piece of working: what each line got, and the verdict on the whole."""

from __future__ import annotations

from dataclasses import dataclass

from mathcli.calculus.derivation import Phrase
from mathcli.checking.claims import Target
from mathcli.checking.comparing import Witness
from mathcli.checking.mistakes import Explanation
from mathcli.checking.truths import Right
from mathcli.checking.working import Line, Working
from mathcli.errors import MathcliError
from mathcli.syntax.span import Span
from mathcli.syntax.tree import Name, Node

RIGHT, WRONG, FOLLOWS, UNDECIDED, UNREAD = "right", "wrong", "follows", "undecided", "unread"
WORST_FIRST = (WRONG, FOLLOWS, UNDECIDED, RIGHT, UNREAD)


@dataclass(slots=True)
class Marked:
    """A line with its mark.

    because       what there is to say beside it, in a few words
    follows_from  the number of the wrong line from which it follows
    explanations  of a wrong line: what was done; one is named, several are candidates
    expected      what would have been right
    written       what was written; `variable` by which it is a derivative; `span` what of it is wrong
    error         why it could not be read
    repaired      the line with what is wrong in it put right
    """

    line: Line
    status: str = UNREAD
    because: Phrase = ()
    follows_from: int | None = None
    explanations: tuple[Explanation, ...] = ()
    expected: Node | None = None
    left: str = ""
    written: Node | None = None
    variable: Name | None = None
    witness: Witness | None = None
    span: Span | None = None
    error: MathcliError | None = None
    repaired: Node | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the mistakes that explain it."""
        return tuple(" and ".join(explanation.names) for explanation in self.explanations)


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a piece of working."""

    working: Working
    lines: tuple[Marked, ...]
    notes: tuple[str, ...] = ()

    @property
    def first_wrong(self) -> Marked | None:
        """The line to explain."""
        return next((marked for marked in self.lines if marked.status == WRONG), None)

    @property
    def verdict(self) -> str:
        """right, wrong or undecided, of the whole."""
        statuses = [marked.status for marked in self.lines]
        if WRONG in statuses:
            return WRONG
        doubtful = any(marked.status == UNDECIDED or marked.error is not None for marked in self.lines)
        return UNDECIDED if doubtful or RIGHT not in statuses else RIGHT


@dataclass(slots=True)
class Said:
    """A value that a line gave for something, with the mark that it got."""

    value: Node
    tree: Node
    number: int
    status: str

    @property
    def is_wrong(self) -> bool:
        """Whether it is false of the problem."""
        return self.status in (WRONG, FOLLOWS)


@dataclass(slots=True)
class Chain:
    """What a line that begins with = carries on: the left side above, and what it is worth."""

    rights: tuple[Right, ...] = ()
    target: Target | None = None
    said: Said | None = None
    left: str = ""
    kind: str = "value"
