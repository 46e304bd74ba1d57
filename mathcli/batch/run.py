"""One run over files of problems: what is finished is passed over, the rest is answered, written and counted."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import closing
from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from mathcli.batch.crew import Lost, Orders
from mathcli.batch.jobs import jobs_of
from mathcli.batch.journal import Journal
from mathcli.batch.problems import entry_of
from mathcli.batch.repeats import Repeats, key_of
from mathcli.batch.sources import kind_of, lines_of
from mathcli.batch.summary import NOTHING, Summary
from mathcli.batch.supervisor import in_order, supervise
from mathcli.batch.writing import Form, Page
from mathcli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from mathcli.batch.jobs import Job
    from mathcli.batch.problems import Reading
    from mathcli.batch.results import Answering, Result
    from mathcli.batch.sources import Lines

WINDOW = 1000
"""So many results at most wait for one before them that takes its time."""


class Request(NamedTuple):
    """What is asked of a run.

    output     the file of results; None for a stream
    retries    only what failed in that file
    has_marks  count the marks of pieces of working
    cluster    the address of Dask's scheduler, "local", or None for workers here
    """

    paths: tuple[str, ...]
    reading: Reading
    output: str | None = None
    workers: int = 1
    memory: int | None = None
    is_ordered: bool = True
    ends_at_failure: bool = False
    retries: bool = False
    has_marks: bool = False
    cluster: str | None = None


class _Met(Enum):
    """What a journal whose failures are to be tried again has of a line: its result, that of another, or nothing."""

    RESULT = auto()
    OTHER = auto()
    NO_RESULT = auto()


class Run:
    """A run, and what came of it so far.

    Results go to `stream`; without one they go into the journal `request.output`.

    Raises:
        InputError: the journal cannot be opened.
    """

    def __init__(self, request: Request, answering: Answering, stream: TextIO | None) -> None:
        self.request = request
        self.summary = Summary(has_marks=request.has_marks)
        self.notes: list[str] = []
        self._answering = answering
        self._open: Lines | None = None
        self._repeats = Repeats(request.paths)
        self._read_whole: list[str] = []
        self._met: set[_Met] = set()
        self._page = Page(stream, answering.form) if stream is not None else None
        self.journal: Journal | None = None
        if stream is None:
            assert request.output is not None
            # how wide a screen is, and what it can show, is nothing to a record: a run may go on under another one
            form = Form("json", answering.form.options._replace(width=80, color=False, unicode=True))
            options = repr((form, sorted(request.reading.defaults.items()), request.reading.prefix))
            self.journal = Journal(
                request.output,
                options,
                names=names_of(request.paths),
                is_ordered=request.is_ordered,
                needs_marks=request.has_marks,
            )

    def results(self, is_stopped: Callable[[], bool]) -> Iterator[str]:
        """Write and count one result after the other; yield the trace of each, mostly "", also where a tick passes."""
        request = self.request
        self._answering.prepare()
        window = WINDOW if request.is_ordered else None
        orders = Orders(request.workers, self._answering.seconds, request.memory, window)
        found = self._lead()(self._jobs(), self._answering, orders, source=self, is_stopped=is_stopped)
        with closing(found):
            for item in in_order(found) if request.is_ordered else (item and item[1:] for item in found):
                result = self._result(*item) if item is not None else None
                if item is None or result is None:
                    yield ""
                    continue
                self.summary.add(result)
                self._repeats.add(key_of(result.id), item[0].label, item[0].number, result.id)
                self._write(item[0], result)
                yield result.trace
                if request.ends_at_failure and result.failure is not None and result.failure.kind != NOTHING:
                    return

    def _lead(self) -> Callable[..., Generator[tuple[int, Job, Any] | None, None, None]]:
        if self.request.cluster is None:
            return supervise
        from mathcli.batch.cluster import supervise_cluster

        return partial(supervise_cluster, self.request.cluster)

    def is_ready(self) -> bool:
        """Whether the next line of the input is there without waiting."""
        return self._open is None or self._open.is_ready()

    def fileno(self) -> int:
        """What to wait for otherwise."""
        assert self._open is not None
        return self._open.fileno()

    def close(self, *, is_complete: bool) -> None:
        """Write what stands after the last result, and note what was noticed."""
        self.notes += filter(None, (self._repeats.note(),))
        if self._page is not None:
            self._page.close()
        if self.journal is not None:
            gone = self.journal.close(is_complete=is_complete, whole=self._read_whole)
            if gone:
                what = "1 result of a line that is" if gone == 1 else f"{gone:,} results of lines that are"
                self.notes.append(f"{what} no longer there taken out of {self.journal.path}")

    def counted(self) -> tuple[int, int] | None:
        """How many problems the files hold, and how many are finished; None where they can be read only once."""
        if not all(map(os.path.isfile, self.request.paths)):
            return None
        count = finished = 0
        for path in self.request.paths:
            with closing(lines_of(path)) as lines:
                for job in self._jobs_in(path, lines):
                    if job is not None and self._is_asked_for(job):
                        count += 1
                        finished += self.journal is not None and self.journal.finished(job) is not None
        return count, finished

    def _is_asked_for(self, job: Job) -> bool:
        return not self.request.reading.only or entry_of(job, self.request.reading) is not None

    def _jobs_in(self, path: str, lines: Iterable[bytes]) -> Iterator[Job | None]:
        return jobs_of(lines, kind_of(path), self.request.reading.defaults, label=path)

    def _jobs(self) -> Iterator[Job | None]:
        for path in self.request.paths:
            self._open = lines_of(path)
            if self._open.is_guessed:
                self.notes.append(f"{path} is not in UTF-8: read as Windows-1252")
            yield None  # so that nobody waits for the first line of a pipe
            with closing(self._open):
                for job in self._jobs_in(path, self._open):
                    yield job if job is None or self._is_to_be_done(job) else None
            self._open = None
            if os.path.isfile(path):  # what ends a pipe early, nobody knows
                self._read_whole.append(path)
        self._check_is_about_these()

    def _check_is_about_these(self) -> None:
        """Whether there was something to be tried again, or could have been.

        Raises:
            UsageError: what is to be tried again are the problems of another file.
        """
        if self.journal is None or not self._met or _Met.RESULT in self._met:
            return
        path, hint = self.journal.path, "without --retry-failed they are answered"
        if _Met.OTHER in self._met:
            reason = "each has changed since, or was answered with other options"
            raise UsageError(f"{path} holds no result of these problems as they are: {reason}", hint=hint)
        raise UsageError(f"{path} holds no result of these problems", hint=hint)

    def _is_to_be_done(self, job: Job) -> bool:
        """Whether a job is left to do; what is finished is counted."""
        if self.journal is None:
            return True
        self.journal.see(job)
        finished = self.journal.finished(job)
        if self.request.retries:
            is_wanted = self.journal.is_wanting(job)  # it may have been corrected since
            has_other = self.journal.knows(job)
            self._met.add(_Met.RESULT if finished or is_wanted else _Met.OTHER if has_other else _Met.NO_RESULT)
            if finished is None or finished.has_failed:
                return is_wanted
        if finished is None:
            return True
        if not self._is_asked_for(job):
            return False
        if finished.id:
            self._repeats.add(finished.id, job.label, job.number)
        self.summary.add_earlier(finished)
        return False

    def _result(self, job: Job, made: Result | Lost | None) -> Result | None:
        return self._answering.lost(job, made) if isinstance(made, Lost) else made

    def _write(self, job: Job, result: Result) -> None:
        if self.journal is not None:
            self.journal.write(job, result.text, result.tally)
        if self._page is not None:
            self._page.write(result)


def names_of(paths: Iterable[str]) -> dict[str, str]:
    """What stands for each file: its name, or its path where two have the same name."""
    counts = Counter(os.path.basename(path) for path in paths)
    return {path: name if counts[name := os.path.basename(path)] == 1 else os.path.normpath(path) for path in paths}
