"""Lines -> jobs: one for each line or row that holds a problem, not yet read. Cheap, since one process does it for all.

What a job says is read where it is answered: `problems.entry_of`.
"""

from __future__ import annotations

import codecs
import csv
import itertools
import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from mathcli.batch.sources import LONGEST_LINE
from mathcli.errors import InputError, MathcliError, UsageError
from mathcli.syntax.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

OWN_FIELDS = ("id", "task", "steps", "detail", "timeout")
"""What a problem may say beside its task's fields."""

HANDED_IN: Mapping[str, tuple[str, ...]] = {"check": ("lines", "work"), "equal": ("right",)}
"""By task, where the answer of a pupil stands: left empty, it was not handed in."""


class Job(NamedTuple):
    """A line of text or JSON as it came, or a row of a table under its header; or the error that it is.

    `label` names the file where there are several, `number` counts the lines of a file from 1.
    """

    label: str
    number: int
    kind: str
    raw: bytes = b""
    header: tuple[str, ...] = ()
    row: tuple[str, ...] = ()
    error: MathcliError | None = None

    @property
    def shown(self) -> str:
        """The line as it is shown to a person."""
        return ", ".join(self.row) if self.kind == "csv" else self.raw[:1000].decode("utf-8", "replace").strip()


def jobs_of(
    lines: Iterable[bytes], kind: str, defaults: Mapping[str, object], *, label: str = ""
) -> Iterator[Job | None]:
    """The jobs in lines of a kind, in order; None for a line that holds none, so that nobody waits for the next."""
    if kind == "any":
        lines = iter(lines)
        first = next(lines, b"")
        is_table = _is_header(first.decode("utf-8-sig", "replace").strip(), "task" in defaults)
        kind, lines = "csv" if is_table else "text", itertools.chain((first,), lines)
    if kind == "csv":
        return _rows(lines, defaults, label)
    return _lines(lines, kind, label)


def _lines(lines: Iterable[bytes], kind: str, label: str) -> Iterator[Job | None]:
    comment = b"#" if kind == "text" else b"\n"
    for number, raw in enumerate(lines, 1):
        line = raw.strip()
        yield Job(label, number, kind, raw) if line and not line.startswith(comment) else None


def _is_header(line: str, has_task: bool) -> bool:
    """Whether a line names the columns of a table: "task" is one of them, or nothing but fields of the task."""
    cells = [cell.strip().strip('"') for cell in line.split(_delimiter(line))]
    if "task" in cells:
        return len(cells) > 1 or line == "task"
    return has_task and len(cells) > 1 and all(re.fullmatch(r"\w[\w ]*", cell) for cell in cells)


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def decoded(line: bytes) -> str:
    """Return a line as text.

    Raises:
        InputError: it is not UTF-8, or too long.
    """
    if len(line) > LONGEST_LINE:
        raise InputError(f"this line has more than {LONGEST_LINE:,} bytes", hint="one problem belongs on a line")
    try:
        has_mark = line.startswith(codecs.BOM_UTF8)  # files put together bring several byte order marks
        return line.decode("utf-8-sig" if has_mark else "utf-8")
    except UnicodeDecodeError as error:
        column = len(line[: error.start].decode("utf-8", "ignore"))
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        message = f"byte {error.start + 1} of the line, 0x{line[error.start]:02x}, is not UTF-8"
        raise InputError(message, hint="save the file as UTF-8", text=text, span=Span(column)) from None


def _rows(source: Iterable[bytes], defaults: Mapping[str, object], label: str) -> Iterator[Job | None]:
    lines = _TextLines(source)
    header_line = next(lines, "")
    if not header_line.strip():
        return
    lines.give_back(0)
    read = partial(csv.reader, lines, delimiter=_delimiter(header_line), strict=True, skipinitialspace=True)
    reader = read()
    try:
        header = tuple(cell.strip() for cell in next(reader))
        problem = lines.error() or _problem_of_header(header, defaults)
    except csv.Error as error:
        header, problem = (header_line.strip(),), _no_csv(error)
    if problem is not None:
        yield Job(label, 1, "csv", row=header, error=problem)
        return
    broken, broken_until = 0, 0
    while True:
        lines.begin_row()
        try:
            row = tuple(next(reader))
        except StopIteration:
            return
        except csv.Error as error:
            # the row ends with its first line: a quote that is never closed must not take the rows below with it
            if lines.first > broken_until:
                broken, broken_until = lines.first, lines.number
            yield Job(label, lines.first, "csv", row=(lines.start.strip(),), error=_no_csv(error))
            lines.give_back(1)
            reader = read()
            continue
        number = lines.first
        problem = lines.error() or _problem_of_row(header, row)
        if problem is None and number <= broken_until and len(row) < len(header):
            problem = InputError(f"this seems to be a part of line {broken}, which is no CSV")
        is_empty = not any(cell.strip() for cell in row)
        yield None if is_empty else Job(label, number, "csv", header=header, row=row, error=problem)


def _no_csv(error: csv.Error) -> InputError:
    said = str(error)
    if "end of data" in said:
        return InputError('a quote " is opened here and never closed', hint='close it; inside a cell it is written ""')
    if "expected after" in said:
        return InputError('a quote " closes a cell, and more follows', hint='inside a cell it is written ""')
    if "limit" in said:
        return InputError("a cell is too long", hint='is a quote " never closed?')
    return InputError(f"this row is no CSV: {said}")


def _problem_of_header(header: Sequence[str], defaults: Mapping[str, object]) -> MathcliError | None:
    """What no row below a header can make good: nothing says what is asked, or what about."""
    twice = next((name for k, name in enumerate(header) if name in header[:k] and _is_field(name)), None)
    if twice is not None:
        return UsageError(f"this table has two columns {twice}", hint="give one of them another name")
    if "task" in header:
        return None
    task = defaults.get("task")
    if not task:
        hint = "a column task, or --defaults task=diff"
        return UsageError(f"this table has no column task: {', '.join(header)}", hint=hint)
    from dataclasses import MISSING

    from mathcli.topics import load, names
    from mathcli.topics._words import ALIASES, arguments_of

    if task not in names():
        return None  # each row will say so
    given = {ALIASES.get(name, name) for name in (*header, *defaults)}
    answers = HANDED_IN.get(str(task), ())
    if answers and given.isdisjoint(answers):  # each row would be taken for one that was not handed in
        message = f"this table has no column {answers[0]}, which {task} needs: {', '.join(header)}"
        return UsageError(message, hint="the first line names the columns")
    for argument in arguments_of(load(str(task))):
        if argument.default is MISSING and argument.default_factory is MISSING and argument.name not in given:
            message = f"this table has no column {argument.name}, which {task} needs: {', '.join(header)}"
            return UsageError(message, hint="the first line names the columns")
    return None


def _is_field(name: str) -> bool:
    """Whether a column of this name says something of a problem of any task."""
    from mathcli.topics import load, names
    from mathcli.topics._words import arguments_of, options_of

    if name in OWN_FIELDS:
        return True
    topics = [load(task) for task in names()]
    declared = {f.name for topic in topics for f in arguments_of(topic)}
    declared |= {option.field for topic in topics for option in options_of(topic).values()}
    return name in declared - {"name"}  # in a table, a column of that name says whose problem it is


def _problem_of_row(header: Sequence[str], row: Sequence[str]) -> MathcliError | None:
    if len(row) <= len(header):
        return None
    hint = 'put a cell with a comma in "double quotes"'
    return InputError(f"this row has {len(row)} cells under {len(header)} columns", hint=hint)


class _TextLines:
    """The lines of a table as text, counted, with what the row in work has taken; some may be given back.

    first    the number of the first line of that row, `number` that of the line that was taken last
    """

    def __init__(self, source: Iterable[bytes]) -> None:
        self._source = iter(source)
        self._again: list[tuple[str, MathcliError | None]] = []
        self._taken: list[tuple[str, MathcliError | None]] = []
        self.number = 0

    def __iter__(self) -> _TextLines:
        return self

    def __next__(self) -> str:
        found = self._again.pop() if self._again else _text_of(next(self._source))
        self._taken.append(found)
        self.number += 1
        return found[0]

    @property
    def first(self) -> int:
        return self.number - len(self._taken) + 1

    @property
    def start(self) -> str:
        return self._taken[0][0]

    def begin_row(self) -> None:
        """Forget what was taken."""
        self._taken = []

    def give_back(self, keep: int) -> None:
        """Take back all lines of the row but the first few."""
        back = self._taken[keep:]
        self._again += reversed(back)
        self._taken = self._taken[:keep]
        self.number -= len(back)

    def error(self) -> MathcliError | None:
        """The error of the first line of the row that has one: it is not UTF-8, or too long."""
        return next((error for _, error in self._taken if error is not None), None)


def _text_of(raw: bytes) -> tuple[str, MathcliError | None]:
    try:
        return decoded(raw), None
    except InputError as error:
        return raw.decode("utf-8", "replace"), error
