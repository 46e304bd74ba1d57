"""Jobs -> results: what a worker does with a line, and what it sends back. One line's failure harms only itself."""

from __future__ import annotations

import gc
import time
import traceback
from typing import TYPE_CHECKING, NamedTuple

from mathcli.batch.answering import GRACE, answer, late
from mathcli.batch.faults import FAULTS, CrashError, FaultError
from mathcli.batch.jobs import Job
from mathcli.batch.problems import Reading, entry_of
from mathcli.batch.summary import NOTHING
from mathcli.batch.writing import Form, written
from mathcli.errors import MathcliError, NothingHandedInError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mathcli.batch.crew import Lost
    from mathcli.batch.problems import Entry
    from mathcli.solution import Solution

RARELY = 250_000
"""New objects between two looks for garbage: counting references frees all but a tenth of an object a problem."""
RELIEF = 2 * GRACE + 0.5
"""A worker that has not ended a problem by itself so many seconds after its time is beyond words."""


class Outcome:
    """What came of an entry: a solution or an error, and how long it took. `trace` is that of a fault."""

    __slots__ = ("answer", "elapsed_ms", "entry", "trace")

    def __init__(self, entry: Entry, elapsed_ms: float, answer: Solution | MathcliError, trace: str = "") -> None:
        self.entry = entry
        self.elapsed_ms = elapsed_ms
        self.answer = answer
        self.trace = trace


class Failure(NamedTuple):
    """Why a problem has no answer; `reason` is a sentence with its column."""

    kind: str
    exit_code: int
    reason: str
    hint: str = ""


class Result(NamedTuple):
    """What a worker sends back: the problem's name, what is shown of it, and its answer as it is to be written.

    `row` holds the cells of a table that are passed on. A summary of answers may be counted from `tally`.
    """

    id: str
    line: str
    text: str
    row: Mapping[str, str]
    failure: Failure | None = None
    trace: str = ""
    tally: tuple[str, ...] = ()


class Answering:
    """The work of a worker: reads a job, answers it in its time, and writes the answer down."""

    def __init__(self, reading: Reading, form: Form, *, seconds: float, memory: int | None = None) -> None:
        self._reading = reading
        self.form = form
        self._seconds = seconds
        self._memory = memory

    def __call__(self, job: Job) -> Result | None:
        """Return the result of a job; None where it is no problem, or none that is asked for."""
        entry = entry_of(job, self._reading)
        return self._written(outcome(entry, seconds=self._seconds)) if entry is not None else None

    def prepare(self) -> None:
        """Load what nearly every answer needs, so that workers which are forked find it there."""
        self(Job("", 1, "text", b"diff x"))
        gc.freeze()  # what is loaded stays: a worker that looks for garbage need not look there, or copy it by looking
        gc.set_threshold(RARELY)

    def lost(self, job: Job, lost: Lost) -> Result | None:
        """Return the result of a job that no worker came back from."""
        entry = entry_of(job, self._reading)
        if entry is None:
            return None
        seconds = self.seconds(job)
        error: MathcliError
        error = late(seconds - RELIEF) if lost.is_late else CrashError(lost.code, lost.tries, memory=self._memory)
        return self._written(Outcome(entry, seconds * 1e3 if lost.is_late else 0.0, error))

    def seconds(self, job: Job) -> float:
        """How long a job may take, the orderly way out included."""
        limit = self._seconds
        if b"timeout" in job.raw or "timeout" in job.header or "timeout" in self._reading.defaults:
            entry = entry_of(job, self._reading)
            if entry is not None and entry.error is None:
                try:
                    limit = seconds_of(entry, self._seconds)
                except UsageError:
                    limit = self._seconds  # the worker will say what is wrong
        return limit + RELIEF

    def _written(self, outcome: Outcome) -> Result:
        entry, found = outcome.entry, outcome.answer
        failure = None
        if isinstance(found, MathcliError):
            place = f" (column {found.span.column})" if found.span else ""
            failure = Failure(found.kind, found.exit_code, f"{found.message}{place}", found.hint)
        text = written(entry, found, self.form, elapsed_ms=outcome.elapsed_ms)
        return Result(entry.id, entry.line, text, entry.passed_on, failure, outcome.trace, _tally(entry, found))


def _tally(entry: Entry, found: Solution | MathcliError) -> tuple[str, ...]:
    """What a summary of marks counts of an answer; a piece that was not handed in counts too."""
    if isinstance(found, NothingHandedInError):
        return found.about, NOTHING, _whose(entry)
    if isinstance(found, MathcliError) or not found.tally:
        return ()
    return *found.tally, _whose(entry)


def _whose(entry: Entry) -> str:
    """Whose answer it is: a table may have a column for names."""
    columns = {column.strip().lower(): cell for column, cell in entry.passed_on.items()}
    return next((columns[word] for word in ("name", "pupil", "student") if columns.get(word)), entry.id)


def outcomes(entries: Iterable[Entry], *, seconds: float) -> Iterator[Outcome]:
    """The outcome of each entry, in order, as soon as it is there, in this process."""
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
        found = _answer(entry, seconds_of(entry, seconds))
        if found.files:
            from mathcli.render.files import write_files

            write_files(found)
        return found, ""
    except NothingHandedInError as error:
        # where nothing says that an answer was asked for, something is missing in the file
        return error if entry.is_blank else UsageError(error.message, hint=error.hint), ""
    except MathcliError as error:
        return error, ""
    except FAULTS as fault:
        sentence = f"mathcli failed on this problem ({type(fault).__name__})"
        return FaultError(sentence, hint="please report it"), traceback.format_exc()


def _answer(entry: Entry, seconds: float) -> Solution:
    match entry.task:
        case "equal" if entry.is_blank:
            _check_question(entry, right=entry.fields.get("left"))
            raise NothingHandedInError(f"equal to {entry.fields['left']}")
        case "check" if entry.is_blank and not {"of", "problem", "vectors"} & set(entry.fields):
            raise NothingHandedInError("check")  # what it would be about stands in the working
    return answer(entry.task, entry.fields, seconds=seconds)


def _check_question(entry: Entry, **answers: object) -> None:
    """Read a problem as if it were answered.

    Raises:
        MathcliError: there is more that is wrong with it.
    """
    from mathcli.topics import build

    build(entry.task, {**entry.fields, **answers})


def seconds_of(entry: Entry, seconds: float) -> float:
    """Return the time limit of an entry, its own or else the one given.

    Raises:
        UsageError: its own is no number of seconds.
    """
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
