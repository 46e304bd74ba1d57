"""Every error that a user can cause.

    MathcliError                    what, where, what to try; knows its exit code
    ├── InputError          (2)     the command line or the input cannot be read
    │   ├── ReadingError            an expression cannot be read: has a place in the text
    │   ├── LimitExceededError      larger than the limits on input: has a place in the text
    │   └── UsageError              an option, a file or a field is wrong
    │       └── NothingHandedInError    working that is to be checked has no lines
    ├── NoAnswerError       (3)     read, but there is no answer
    │   ├── NotCoveredError         outside what mathcli can do
    │   ├── UndefinedError          the mathematics has no value: zero vector, empty domain, a corner
    │   └── UndecidedError          nobody could decide
    ├── BudgetSpentError    (4)     time or work ran out
    │   └── MemorySpentError        memory ran out
    └── VerificationError   (70)    a step of ours failed its own check: a bug of mathcli's, the answer is withheld

A rule that does not apply answers None, and an open question is a verdict: neither is an error. Any other
exception is a bug and keeps its traceback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from mathcli.syntax.span import Span


class MathcliError(Exception):
    """Says what is wrong in one sentence without a full stop; `hint` says what to try."""

    exit_code: ClassVar[int] = 2
    kind: ClassVar[str] = "error"

    def __init__(self, message: str, *, hint: str = "", text: str = "", span: Span | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.text = text
        self.span = span


class InputError(MathcliError):
    """The command line or the input cannot be read."""

    kind = "input"


def unreadable(path: str, error: OSError, *, hint: str = "") -> InputError:
    """Return the error for a file that could not be opened or read."""
    if isinstance(error, FileNotFoundError):
        return InputError(f"there is no file {path}", hint=hint)
    reason = "it is a folder" if isinstance(error, IsADirectoryError) else (error.strerror or "no reason given").lower()
    return InputError(f"{path} cannot be read: {reason}", hint=hint)


class ReadingError(InputError):
    """An expression cannot be read; `text` and `span` say where."""

    kind = "syntax"


class LimitExceededError(InputError):
    """The input is larger than the limits on input allow."""

    kind = "limit"


class UsageError(InputError):
    """An option, a file or a field is wrong."""

    kind = "usage"


class NothingHandedInError(UsageError):
    """A piece of working has no lines; `about` names its problem as a summary of marks does."""

    kind = "nothing handed in"

    def __init__(self, about: str, *, hint: str = "") -> None:
        super().__init__("nothing is handed in" + (": there are no lines to check" if hint else ""), hint=hint)
        self.about = about


class NoAnswerError(MathcliError):
    """What was asked could be read, and there is no answer to it."""

    exit_code = 3
    kind = "no answer"


class NotCoveredError(NoAnswerError):
    """Outside what mathcli can do."""

    kind = "not covered"


class UndefinedError(NoAnswerError):
    """The mathematics has no value here."""

    kind = "undefined"


class UndecidedError(NoAnswerError):
    """It could not be decided."""

    kind = "undecided"


class BudgetSpentError(MathcliError):
    """Time or work ran out before there was an answer."""

    exit_code = 4
    kind = "limit reached"


class MemorySpentError(BudgetSpentError):
    """Memory ran out before there was an answer."""

    kind = "out of memory"


class VerificationError(MathcliError):
    """A step of a derivation failed its own check; the answer is withheld."""

    exit_code = 70
    kind = "verification"
