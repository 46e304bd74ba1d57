"""Entries -> outcomes -> lines: in order, each flushed as it comes, one problem's failure harming only itself."""

from __future__ import annotations

import time
import traceback
from typing import TYPE_CHECKING

from mathcli.batch.answering import answer
from mathcli.errors import MathcliError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mathcli.batch.problems import Entry
    from mathcli.solution import Solution

FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, NameError, RuntimeError, TypeError, ValueError)
"""What a fault in mathcli raises. One problem's fault is reported with its traceback and does not end the run."""


class FaultError(MathcliError):
    """mathcli itself failed on this problem; the traceback goes to stderr."""

    exit_code = 70
    kind = "bug"


class Outcome:
    """What came of an entry: a solution or an error, and how long it took."""

    __slots__ = ("elapsed_ms", "entry", "error", "solution", "trace")

    def __init__(
        self,
        entry: Entry,
        elapsed_ms: float,
        *,
        solution: Solution | None = None,
        error: MathcliError | None = None,
        trace: str = "",
    ) -> None:
        self.entry = entry
        self.elapsed_ms = elapsed_ms
        self.solution = solution
        self.error = error
        self.trace = trace


def outcomes(entries: Iterable[Entry], *, seconds: float) -> Iterator[Outcome]:
    """The outcome of each entry, in order, as soon as it is there."""
    for entry in entries:
        yield outcome(entry, seconds=seconds)


def outcome(entry: Entry, *, seconds: float) -> Outcome:
    """Answer one entry within its time. An error, and a fault of ours, is an outcome too."""
    started = time.perf_counter()
    solution: Solution | None = None
    error: MathcliError | None = entry.error
    trace = ""
    if error is None:
        try:
            solution = answer(entry.task, entry.fields, seconds=_seconds(entry, seconds))
        except MathcliError as reason:
            error = reason
        except FAULTS as fault:
            trace = traceback.format_exc()
            error = FaultError(f"mathcli failed on this problem ({type(fault).__name__})", hint="please report it")
    elapsed_ms = round((time.perf_counter() - started) * 1e3, 2)
    return Outcome(entry, elapsed_ms, solution=solution, error=error, trace=trace)


def _seconds(entry: Entry, seconds: float) -> float:
    asked = entry.settings.get("timeout")
    if asked is None:
        return seconds
    try:
        own = float(str(asked))
    except ValueError:
        own = 0.0
    if not 0 < own <= 1e8:
        raise UsageError(f"timeout is a number of seconds, not {asked!r}")
    return own


class Summary:
    """Counts of what came of a run, and the problems without an answer."""

    def __init__(self) -> None:
        self.count = 0
        self.failed: list[tuple[str, str, MathcliError]] = []
        self._started = time.perf_counter()

    def add(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self.count += 1
        if outcome.error is not None:
            self.failed.append((outcome.entry.id, outcome.entry.text, outcome.error))

    @property
    def exit_code(self) -> int:
        """70 after a fault or a step that failed its check, 1 if a problem has no answer, else 0."""
        if any(error.exit_code == 70 for _, _, error in self.failed):
            return 70
        return 1 if self.failed else 0

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.perf_counter() - self._started
