"""Entries -> outcomes -> lines: in order, each flushed as it comes, one problem's failure harming only itself."""

from __future__ import annotations

import time
import traceback
from typing import TYPE_CHECKING

from mathcli.batch.answering import answer
from mathcli.batch.faults import FAULTS, FaultError
from mathcli.errors import MathcliError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mathcli.batch.problems import Entry
    from mathcli.solution import Solution


class Outcome:
    """What came of an entry: a solution or an error, and how long it took. `trace` is that of a fault."""

    __slots__ = ("answer", "elapsed_ms", "entry", "trace")

    def __init__(self, entry: Entry, elapsed_ms: float, answer: Solution | MathcliError, trace: str = "") -> None:
        self.entry = entry
        self.elapsed_ms = elapsed_ms
        self.answer = answer
        self.trace = trace


def outcomes(entries: Iterable[Entry], *, seconds: float) -> Iterator[Outcome]:
    """The outcome of each entry, in order, as soon as it is there."""
    for entry in entries:
        yield outcome(entry, seconds=seconds)


def outcome(entry: Entry, *, seconds: float) -> Outcome:
    """Answer one entry within its time. An error, and a fault of ours, is an outcome too."""
    started = time.perf_counter()
    found, trace = _attempted(entry, seconds)
    return Outcome(entry, (time.perf_counter() - started) * 1e3, found, trace)


def _attempted(entry: Entry, seconds: float) -> tuple[Solution | MathcliError, str]:
    if entry.error is not None:
        return entry.error, ""
    try:
        return answer(entry.task, entry.fields, seconds=_seconds(entry, seconds)), ""
    except MathcliError as error:
        return error, ""
    except FAULTS as fault:
        sentence = f"mathcli failed on this problem ({type(fault).__name__})"
        return FaultError(sentence, hint="please report it"), traceback.format_exc()


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
        self.failed: list[tuple[Entry, MathcliError]] = []
        self._started = time.perf_counter()

    def add(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self.count += 1
        if isinstance(outcome.answer, MathcliError):
            self.failed.append((outcome.entry, outcome.answer))

    @property
    def exit_code(self) -> int:
        """70 after a fault or a step that failed its check, 1 if a problem has no answer, else 0."""
        if any(error.exit_code == 70 for _, error in self.failed):
            return 70
        return 1 if self.failed else 0

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.perf_counter() - self._started
