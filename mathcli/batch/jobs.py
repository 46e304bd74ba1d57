"""Lines -> jobs: one for each line or row that holds a problem, not yet read. Cheap, since one process does it for all.

What a job says is read where it is answered: `problems.entry_of`.
"""

from __future__ import annotations

import csv
import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

from mathcli.batch.sources import LONGEST_LINE
from mathcli.errors import InputError, MathcliError, UsageError
from mathcli.syntax.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


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
        return line.decode("utf-8-sig")  # files put together bring several byte order marks
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
    delimiter = _delimiter(header_line)
    header = tuple(cell.strip() for cell in next(csv.reader([header_line], delimiter=delimiter)))
    problem = lines.error_since(1) or _problem_of_header(header, defaults)
    if problem is not None:
        yield Job(label, 1, "csv", row=header, error=problem)
        return
    rows = csv.reader(lines, delimiter=delimiter)
    while True:
        number = lines.number + 1
        try:
            row = tuple(next(rows))
        except StopIteration:
            return
        except csv.Error as error:
            yield Job(label, number, "csv", error=InputError(f"this row is no CSV: {error}"))
            continue
        problem = lines.error_since(number) or _problem_of_row(header, row)
        is_empty = not any(cell.strip() for cell in row)
        yield None if is_empty else Job(label, number, "csv", header=header, row=row, error=problem)


def _problem_of_header(header: Sequence[str], defaults: Mapping[str, object]) -> MathcliError | None:
    """What no row below a header can make good: nothing says what is asked, or what about."""
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
    for argument in arguments_of(load(str(task))):
        if argument.default is MISSING and argument.default_factory is MISSING and argument.name not in given:
            message = f"this table has no column {argument.name}, which {task} needs: {', '.join(header)}"
            return UsageError(message, hint="the first line names the columns")
    return None


def _problem_of_row(header: Sequence[str], row: Sequence[str]) -> MathcliError | None:
    if len(row) <= len(header):
        return None
    hint = 'put a cell with a comma in "double quotes"'
    return InputError(f"this row has {len(row)} cells under {len(header)} columns", hint=hint)


class _TextLines:
    """The lines of a table as text, counted; of a line that is not UTF-8 the error is kept."""

    def __init__(self, source: Iterable[bytes]) -> None:
        self._source = iter(source)
        self._errors: dict[int, MathcliError] = {}
        self.number = 0

    def __iter__(self) -> _TextLines:
        return self

    def __next__(self) -> str:
        raw = next(self._source)
        self.number += 1
        try:
            return decoded(raw)
        except InputError as error:
            self._errors[self.number] = error
            return raw.decode("utf-8", "replace")

    def error_since(self, number: int) -> MathcliError | None:
        """The error of the first line from this one on that has one."""
        found = next((error for line, error in self._errors.items() if line >= number), None)
        self._errors.clear()
        return found
